/*
 * judge_rollover.c owns the findings on the way from the live state to the proposed one. For the
 * TTL of the live TLSA RRset some senders have the old records and some the new ones, and until
 * every server has been changed they meet the old chain or the new one: the two crosswise pairs
 * must be accepted as well (RFC 7671 §8.1, 8.4). The RRset that bridges a rollover is one that old
 * and new chains fit (§8.3).
 */
#include "judge_rollover.h"

#include <inttypes.h>
#include <string.h>

#include "tlsa_verify.h"

/* ---- What a set of records does to the chains ---- */

static bool has_chain(const struct endpoint *e)
{
	return judge_has_tls(e) && e->probe.chain_count > 0;
}

/* A server without TLS shows no chain that could be lost; one that could not be spoken to may have
 * one. */
static bool is_unseen(const struct endpoint *e)
{
	return probe_says_nothing(&e->probe) && !has_chain(e);
}

/* False if a server of the host may have a chain that could not be looked at. */
static bool sees_all(const struct mx_host *h)
{
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (is_unseen(&h->endpoints[i]))
			return false;
	return h->address_dnssec < DNSSEC_INDETERMINATE;
}

static bool same_record(const struct tlsa_record *a, const struct tlsa_record *b)
{
	struct dns_record first = judge_record_data(a), second = judge_record_data(b);
	return lookup_same_data(DNS_TYPE_TLSA, &first, &second);
}

/* True if every active record of `old` is an active one of `new` too: whatever chain matches the
 * old records, seen or not, matches the new ones. */
static bool keeps(const struct tlsa_record *old, size_t old_count, const struct tlsa_record *new,
    size_t new_count)
{
	for (size_t i = 0; i < old_count; i++) {
		bool kept = !old[i].active;
		for (size_t k = 0; k < new_count && !kept; k++)
			kept = new[k].active &&same_record(&old[i], &new[k]);
		if (!kept)
			return false;
	}
	return true;
}

/* What a sender with these records makes of the chain. */
static enum dane_result result_of(const struct rollover *o, const struct tlsa_record *records,
    size_t count, const struct reference_identifiers *names, const struct endpoint *e)
{
	return tlsa_judge_chain(o->j->arena, records, count, e->probe.chain, e->probe.chain_count,
	    names, o->j->report->judged_at)
	    .result;
}

static bool accepts(const struct rollover *o, const struct tlsa_record *records, size_t count,
    const struct reference_identifiers *names, const struct endpoint *e)
{
	return result_of(o, records, count, names, e) == DANE_RESULT_VERIFIED;
}

/* True of a live endpoint whose chain senders accept today, which must go on. */
static bool counts(const struct rollover *o, const struct endpoint *e)
{
	return has_chain(e) &&
	       (o->before != ROLLOVER_RECORDS || e->dane.result == DANE_RESULT_VERIFIED);
}

/* True if these records take no chain away that the live ones accept and that could not be seen. */
static bool keeps_unseen(const struct rollover *o, const struct tlsa_record *records, size_t count)
{
	return sees_all(o->live) ||
	       (o->before == ROLLOVER_RECORDS &&
		   keeps(o->live->tlsa_records, o->live->tlsa_count, records, count));
}

/* ---- The bridge ---- */

/* Grows by one record after another; then judged as a lookup's. */
struct rrset {
	struct dns_record *list;
	size_t count;
};

static void add(struct arena *arena, struct rrset *set, unsigned usage, unsigned selector,
    unsigned mtype, const uint8_t *data, size_t length)
{
	struct dns_record new = {
	    .tlsa = {(uint8_t)usage, (uint8_t)selector, (uint8_t)mtype, data, length}};
	for (size_t i = 0; i < set->count; i++)
		if (lookup_same_data(DNS_TYPE_TLSA, &set->list[i], &new))
			return;
	*(struct dns_record *)arena_append(arena, &set->list, &set->count, sizeof *set->list) = new;
}

static void add_records(
    struct arena *arena, struct rrset *set, const struct mx_host *h, bool matched_only)
{
	for (size_t i = 0; i < h->tlsa_count; i++) {
		const struct tlsa_record *r = &h->tlsa_records[i];
		if (!matched_only || r->matched)
			add(arena, set, r->usage, r->selector, r->mtype, r->data, r->length);
	}
}

/* 3 1 1 or 3 1 2 of every leaf that the host presents. */
static void add_leaves(
    struct arena *arena, struct rrset *set, const struct mx_host *h, unsigned mtype)
{
	for (size_t i = 0; i < h->endpoint_count; i++) {
		const struct probe *p = &h->endpoints[i].probe;
		if (!p->chain_count || (!p->chain[0].parsed && !p->chain[0].key_only))
			continue;
		const struct certificate *c = &p->chain[0];
		add(arena, set, 3, 1, mtype, mtype == 1 ? c->spki_sha256 : c->spki_sha512,
		    mtype == 1 ? sizeof c->spki_sha256 : sizeof c->spki_sha512);
	}
}

/* Whether senders who have these records accept what is presented now and what will be. */
static bool bridges(const struct rollover *o, const struct tlsa_record *records, size_t count)
{
	for (size_t i = 0; i < o->live->endpoint_count; i++) {
		const struct endpoint *e = &o->live->endpoints[i];
		if (counts(o, e) && !accepts(o, records, count, &o->old_names, e))
			return false;
	}
	for (size_t i = 0; i < o->host->endpoint_count; i++)
		if (!accepts(o, records, count, &o->new_names, &o->host->endpoints[i]))
			return false;
	return keeps_unseen(o, records, count);
}

/* What to try, the least change first. */
static void propose(const struct rollover *o, struct rrset *set, int attempt)
{
	struct arena *arena = o->j->arena;
	add_records(arena, set, o->live, false);
	if (attempt != 1)
		add_records(arena, set, o->host, true);
	if (attempt == 1)
		add_leaves(arena, set, o->host, 1);
	if (attempt < 2)
		return;
	/* A SHA2-512 record hides those of SHA2-256: then every key needs one. */
	add_leaves(arena, set, o->host, 2);
	add_leaves(arena, set, o->live, 2);
}

bool judge_bridge(const struct rollover *o, struct rollover_set *out)
{
	enum { ATTEMPTS = 3 };
	if (!o->live->tlsa || strcmp(judge_owner(o->live), judge_owner(o->host)) != 0)
		return false;
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		struct rrset set = {0};
		propose(o, &set, attempt);
		struct lookup l = {.type = DNS_TYPE_TLSA,
		    .kind = ANSWER_RECORDS,
		    .records = set.list,
		    .record_count = set.count};
		out->records = tlsa_records_from_lookup(o->j->arena, &l, &out->count);
		if (bridges(o, out->records, out->count))
			return true;
	}
	return false;
}

/* ---- What each state has ---- */

static enum rollover_force force_of_addresses(const struct mx_host *h)
{
	switch (h->address_dnssec) {
	case DNSSEC_SECURE:
	case DNSSEC_INSECURE: break;
	case DNSSEC_INDETERMINATE: return ROLLOVER_UNSEEN;
	case DNSSEC_BOGUS: return ROLLOVER_DEFERRED;
	}
	return ROLLOVER_FREE;
}

static enum rollover_force force_of(const struct mx_host *h)
{
	switch (h->tlsa_state) {
	case TLSA_STATE_USABLE: return ROLLOVER_RECORDS;
	case TLSA_STATE_UNUSABLE:
	case TLSA_STATE_ABSENT:
	case TLSA_STATE_INSECURE: return ROLLOVER_FREE;
	case TLSA_STATE_SKIPPED: return force_of_addresses(h);
	case TLSA_STATE_BOGUS: return ROLLOVER_DEFERRED;
	case TLSA_STATE_FAILED: break;
	}
	return ROLLOVER_UNSEEN;
}

static bool presents(const struct mx_host *h, const struct endpoint *e)
{
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (has_chain(&h->endpoints[i]) &&
		    probe_chain_equal(&h->endpoints[i].probe, &e->probe))
			return true;
	return false;
}

static bool any_verified(const struct mx_host *h)
{
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (h->endpoints[i].dane.result == DANE_RESULT_VERIFIED)
			return true;
	return false;
}

/* The proposed state is good by itself; what is wrong with it has findings of its own. */
static bool is_settled(const struct mx_host *h)
{
	enum rollover_force force = force_of(h);
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (force == ROLLOVER_RECORDS &&
		    h->endpoints[i].dane.result != DANE_RESULT_VERIFIED)
			return false;
	return h->endpoint_count && (force == ROLLOVER_RECORDS || force == ROLLOVER_FREE);
}

/* ---- Records ---- */

static bool same_records(const struct mx_host *a, const struct mx_host *b)
{
	return keeps(a->tlsa_records, a->tlsa_count, b->tlsa_records, b->tlsa_count) &&
	       keeps(b->tlsa_records, b->tlsa_count, a->tlsa_records, a->tlsa_count) &&
	       strcmp(judge_owner(a), judge_owner(b)) == 0;
}

/* ---- The crosswise pairs ---- */

/* Senders with the old records, when the new chain is in use. */
static bool old_records_fit(const struct rollover *o)
{
	const struct mx_host *h = o->host, *live = o->live;
	if (o->before != ROLLOVER_RECORDS)
		return true;
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (has_chain(&h->endpoints[i]) && !presents(live, &h->endpoints[i]) &&
		    !accepts(
			o, live->tlsa_records, live->tlsa_count, &o->old_names, &h->endpoints[i]))
			return false;
	return true;
}

/* Senders with the new records, while the old chain is in use. */
static enum rollover_fit new_records_fit(const struct rollover *o)
{
	const struct mx_host *h = o->host, *live = o->live;
	if (o->after != ROLLOVER_RECORDS)
		return ROLLOVER_FITS;
	for (size_t i = 0; i < live->endpoint_count; i++)
		if (counts(o, &live->endpoints[i]) &&
		    !accepts(o, h->tlsa_records, h->tlsa_count, &o->new_names, &live->endpoints[i]))
			return ROLLOVER_FITS_NOT;
	return keeps_unseen(o, h->tlsa_records, h->tlsa_count) ? ROLLOVER_FITS
							       : ROLLOVER_FITS_PERHAPS;
}

/* Whether they do hangs on the new certificate, of which no more than the key is known. */
static bool old_records_open(const struct rollover *o)
{
	const struct mx_host *h = o->host, *live = o->live;
	for (size_t i = 0; o->before == ROLLOVER_RECORDS && i < h->endpoint_count; i++)
		if (probe_is_key_only(&h->endpoints[i].probe) &&
		    !presents(live, &h->endpoints[i]) &&
		    result_of(o, live->tlsa_records, live->tlsa_count, &o->old_names,
			&h->endpoints[i]) == DANE_RESULT_NOT_CHECKED)
			return true;
	return false;
}

static bool changes_chain(const struct rollover *o)
{
	for (size_t i = 0; i < o->host->endpoint_count; i++)
		if (has_chain(&o->host->endpoints[i]) && !presents(o->live, &o->host->endpoints[i]))
			return true;
	return false;
}

/* ---- One host ---- */

static void judge_known(struct rollover *o)
{
	bool old_fit = old_records_fit(o);
	enum rollover_fit new_fit = new_records_fit(o);
	if (o->before == ROLLOVER_RECORDS && !any_verified(o->live) && sees_all(o->live))
		judge_rollover_broken(o);
	else if (!old_fit && old_records_open(o))
		judge_rollover_open(o);
	else if (old_fit && new_fit == ROLLOVER_FITS)
		judge_rollover_safe(o);
	else if (old_fit && new_fit == ROLLOVER_FITS_PERHAPS)
		judge_rollover_unseen(o);
	else if (old_fit)
		judge_rollover_chain_first(o);
	else if (new_fit != ROLLOVER_FITS_NOT)
		judge_rollover_records_first(o, new_fit);
	else
		judge_rollover_unsafe(o);
}

static void judge_pair(struct judge *j, struct mx_host *host, const struct mx_host *live)
{
	struct rollover o = {.j = j,
	    .host = host,
	    .live = live,
	    .before = force_of(live),
	    .after = force_of(host),
	    .old_names = judge_reference_names(j->report->change->live, live),
	    .new_names = judge_reference_names(j->report, host)};
	o.new_chain = changes_chain(&o);
	o.new_records = o.before != o.after || !same_records(live, host);
	if (!o.new_chain && !o.new_records)
		return;
	if (o.before == ROLLOVER_FREE && o.after == ROLLOVER_FREE)
		return; /* no DANE, no rollover */
	switch (o.before) {
	case ROLLOVER_UNSEEN: judge_rollover_unseen(&o); break;
	case ROLLOVER_DEFERRED: judge_rollover_broken(&o); break;
	case ROLLOVER_FREE:
	case ROLLOVER_RECORDS: judge_known(&o); break;
	}
}

/* NULL: no cache holds anything of it as a mail host of this domain. */
static const struct mx_host *find_host(const struct domain_report *r, const char *name)
{
	for (size_t i = 0; i < r->host_count; i++)
		if (strcmp(r->hosts[i].name, name) == 0)
			return &r->hosts[i];
	return NULL;
}

void judge_rollover(struct judge *j)
{
	struct domain_report *r = j->report;
	bool seen = judge_live_seen(r), any = false;
	for (size_t i = 0; i < r->host_count; i++) {
		struct mx_host *h = &r->hosts[i];
		const struct mx_host *live = find_host(r->change->live, h->name);
		bool settled = is_settled(h);
		any |= settled && force_of(h) == ROLLOVER_RECORDS;
		if (seen && settled && live)
			judge_pair(j, h, live);
	}
	if (!seen && any)
		judge_add(j, FINDING_ROLLOVER_UNKNOWN, at_domain, NULL,
		    "The live state could not be seen (%s), so it is not judged whether the change "
		    "can be made now.",
		    r->change->live->summary);
}
