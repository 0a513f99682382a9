/* judge_plan_records.c owns the TLSA records that a planned rollover ends with: of the live ones
 * those that still match then, and for each of the others its like for the new chain. */
#include <string.h>

#include "judge_fix.h"
#include "judge_rollover.h"
#include "tlsa_verify.h"

/* One RRset, and the hosts whose records it is. */
struct site {
	struct judge *j;
	const char *owner;
	const struct lookup *found;
	struct tlsa_record *records; /* of it */
	size_t record_count;
	struct dns_record *wanted;
	size_t wanted_count;
};

bool judge_plan_has_chain(const struct mx_host *h)
{
	return h->endpoint_count && h->endpoints[0].proposed;
}

/* The next host of the site from *i on; NULL: no more. */
static struct mx_host *next_host(const struct site *s, size_t *i)
{
	struct domain_report *r = s->j->report;
	while (*i < r->host_count) {
		struct mx_host *h = &r->hosts[(*i)++];
		if (h->tlsa && strcmp(judge_owner(h), s->owner) == 0)
			return h;
	}
	return NULL;
}

static const struct mx_host *live_of(const struct site *s, const struct mx_host *h)
{
	return judge_rollover_find_host(s->j->report->change->live, h->name);
}

static void want(struct site *s, const struct dns_record *r)
{
	for (size_t i = 0; i < s->wanted_count; i++)
		if (lookup_same_data(DNS_TYPE_TLSA, &s->wanted[i], r))
			return;
	struct dns_record *new =
	    arena_append(s->j->arena, &s->wanted, &s->wanted_count, sizeof *s->wanted);
	*new = *r;
	new->ttl = lookup_ttl_for(s->found, s->owner);
}

/* ---- Records that stay ---- */

/* The place in the chain of the certificate that it matches, by the rule of its usage; -1: none. */
static int match_depth(const struct tlsa_record *t, const struct endpoint *e)
{
	for (size_t c = 0; judge_rollover_has_chain(e) && c < e->probe.chain_count; c++)
		if ((c == 0) == (t->usage == USAGE_DANE_EE) &&
		    tlsa_record_matches(t, &e->probe.chain[c]))
			return (int)c;
	return -1;
}

/* Of a key of which the certificate is not given nobody knows what records of an authority do. */
static bool may_match(const struct tlsa_record *t, const struct endpoint *e)
{
	return match_depth(t, e) >= 0 || probe_says_nothing(&e->probe) ||
	       (probe_is_key_only(&e->probe) && t->usage == USAGE_DANE_TA);
}

bool judge_plan_goes_on(const struct mx_host *h, const struct endpoint *live)
{
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (!judge_plan_has_chain(h) || h->endpoints[i].key_type == live->key_type)
			return false;
	return judge_rollover_has_chain(live);
}

static bool matches_later(const struct site *s, const struct tlsa_record *t)
{
	const struct mx_host *h;
	for (size_t i = 0; (h = next_host(s, &i));) {
		const struct mx_host *live = live_of(s, h);
		for (size_t k = 0; k < h->endpoint_count; k++)
			if (may_match(t, &h->endpoints[k]))
				return true;
		for (size_t k = 0; live && k < live->endpoint_count; k++)
			if (judge_plan_goes_on(h, &live->endpoints[k]) &&
			    match_depth(t, &live->endpoints[k]) >= 0)
				return true;
	}
	return false;
}

/* ---- Records in their place ---- */

static void digest_of(struct dns_record *r, const struct certificate *c)
{
	bool key = r->tlsa.selector == SELECTOR_SPKI;
	switch (r->tlsa.mtype) {
	case MTYPE_SHA256:
		r->tlsa.data = key ? c->spki_sha256 : c->cert_sha256;
		r->tlsa.length = sizeof c->spki_sha256;
		break;
	case MTYPE_SHA512:
		r->tlsa.data = key ? c->spki_sha512 : c->cert_sha512;
		r->tlsa.length = sizeof c->spki_sha512;
		break;
	default: /* Full(0) */
		r->tlsa.data = key ? c->spki : c->der;
		r->tlsa.length = key ? c->spki_length : c->der_length;
		break;
	}
}

/* The like of a record whose certificate stood at `depth`; a leaf alone has no authority to name.
 */
static void want_like(
    struct site *s, const struct tlsa_record *t, size_t depth, const struct endpoint *e)
{
	size_t count = e->probe.chain_count;
	size_t place = t->usage != USAGE_DANE_TA ? 0 : depth < count ? depth : count - 1;
	const struct certificate *c = &e->probe.chain[place];
	struct dns_record r = {.tlsa = {.usage = place ? USAGE_DANE_TA : USAGE_DANE_EE,
				   .selector = t->selector,
				   .mtype = t->mtype}};
	if (c->inexact || c->inexact_spki)
		return; /* want_missing() finds what will do */
	if (c->key_only || (t->usage == USAGE_DANE_TA && !place))
		r.tlsa.selector = SELECTOR_SPKI;
	digest_of(&r, c);
	want(s, &r);
}

/* What is in use at the host today or, where not all could be seen, may be. */
static bool in_use(const struct mx_host *live, const struct tlsa_record *t, size_t *depth)
{
	int found = -1;
	for (size_t i = 0; i < live->endpoint_count && found < 0; i++)
		found = match_depth(t, &live->endpoints[i]);
	*depth = found < 0 ? 1 : (size_t)found;
	return found >= 0 || !judge_rollover_sees_all(live);
}

static void want_successors(struct site *s, const struct tlsa_record *t)
{
	const struct mx_host *h;
	for (size_t i = 0; (h = next_host(s, &i));) {
		const struct mx_host *live = live_of(s, h);
		size_t depth;
		if (!judge_plan_has_chain(h) || !live || !in_use(live, t, &depth))
			continue;
		for (size_t k = 0; k < h->endpoint_count; k++)
			want_like(s, t, depth, &h->endpoints[k]);
	}
}

static bool is_accepted(const struct site *s, const struct mx_host *h, const struct endpoint *e)
{
	struct lookup l = {.type = DNS_TYPE_TLSA,
	    .kind = ANSWER_RECORDS,
	    .records = s->wanted,
	    .record_count = s->wanted_count};
	struct reference_identifiers names = judge_reference_names(s->j->report, h);
	size_t count;
	struct tlsa_record *records = tlsa_records_from_lookup(s->j->arena, &l, &count);
	return tlsa_judge_chain(s->j->arena, records, count, e->probe.chain, e->probe.chain_count,
		   &names, s->j->report->judged_at)
		   .result == DANE_RESULT_VERIFIED;
}

/* 3 1 1 of a leaf that no other record stands for; 3 1 2 where such ones hide it. */
static void want_missing(struct site *s)
{
	const struct mx_host *h;
	struct dns_record r;
	for (size_t i = 0; (h = next_host(s, &i));)
		for (size_t k = 0; judge_plan_has_chain(h) && k < h->endpoint_count; k++) {
			const struct endpoint *e = &h->endpoints[k];
			for (int mtype = MTYPE_SHA256; mtype <= MTYPE_SHA512; mtype++)
				if (judge_rollover_has_chain(e) && !is_accepted(s, h, e) &&
				    judge_fix_record(&e->probe.chain[0], (uint8_t)mtype, &r))
					want(s, &r);
		}
}

/* ---- The RRset ---- */

static bool stands(const struct dns_record *list, size_t count, const struct dns_record *r)
{
	for (size_t i = 0; i < count; i++)
		if (lookup_same_data(DNS_TYPE_TLSA, &list[i], r))
			return true;
	return false;
}

static void put_in_place(struct site *s)
{
	const struct lookup *l = s->found;
	bool own = !lookup_find_expansion(l, s->owner);
	struct action_list fix = {0};
	struct zone_line line = {.owner = s->owner, .type = DNS_TYPE_TLSA};
	for (size_t i = 0; i < s->wanted_count; i++) {
		line.data = s->wanted[i];
		if (!own || !stands(l->records, l->record_count, &line.data))
			judge_fix_add(s->j, &fix, &line, "");
	}
	for (size_t i = 0; own && i < l->record_count; i++) {
		line.data = l->records[i];
		if (!stands(s->wanted, s->wanted_count, &line.data))
			judge_fix_delete(s->j, &fix, &line, "");
	}
	for (size_t i = 0; fix.count && i < s->j->report->host_count; i++) {
		struct mx_host *h = &s->j->report->hosts[i];
		judge_apply(s->j, h, &fix);
		struct lookup *lookups[] = {h->tlsa_initial, h->tlsa_final};
		for (size_t k = 0; k < sizeof lookups / sizeof *lookups; k++)
			if (lookups[k] && strcmp(lookups[k]->final, s->owner) == 0)
				lookups[k]->proposed = true;
	}
}

/* RFC 4592 §2.2.2: the name of records that are put in exists, so that a wildcard that gives its
 * host an address no longer does; the fix of tlsa-absent has what is to be kept. */
static bool takes_addresses(const struct mx_host *h)
{
	const struct lookup *families[] = {h->a, h->aaaa};
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		for (size_t k = 0; families[i] && k < families[i]->expansion_count; k++)
			if (lookup_expansion_ends(&families[i]->expansions[k], judge_owner(h)))
				return true;
	return false;
}

/* Records that do not count today, and those of --zone, are not changed. */
static bool find_site(struct judge *j, struct mx_host *h, struct site *s)
{
	const struct lookup *l = h->tlsa;
	bool counts = h->tlsa_state == TLSA_STATE_USABLE || h->tlsa_state == TLSA_STATE_UNUSABLE ||
		      h->tlsa_state == TLSA_STATE_ABSENT;
	if (!judge_plan_has_chain(h) || !counts || !l || l->proposed || takes_addresses(h) ||
	    !live_of(&(struct site){.j = j}, h))
		return false;
	*s = (struct site){.j = j, .owner = judge_owner(h), .found = l};
	s->records = tlsa_records_from_lookup(j->arena, l, &s->record_count);
	return true;
}

void judge_plan_records(struct judge *j)
{
	for (size_t i = 0; i < j->report->host_count; i++) {
		struct site s;
		/* Of a second host of one site, the lookup has what it is to have already. */
		if (!find_site(j, &j->report->hosts[i], &s))
			continue;
		for (size_t k = 0; k < s.record_count; k++) {
			const struct tlsa_record *t = &s.records[k];
			struct dns_record r = judge_record_data(t);
			if (t->defect == TLSA_DEFECT_NONE && matches_later(&s, t))
				want(&s, &r);
			else if (t->defect == TLSA_DEFECT_NONE)
				want_successors(&s, t);
		}
		want_missing(&s);
		put_in_place(&s);
	}
}
