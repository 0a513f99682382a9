/*
 * judge_fix.c owns the fix of a host: the TLSA records that it should have, as a change of those
 * that it has. Proposals are tried in the order of how little they change; the first that makes all
 * findings go which any of them does is taken.
 */
#include "judge_fix.h"

#include <string.h>

#include "limit.h"

/* Where a host's TLSA records stand or belong, and what stands there. */
struct site {
	struct judge *j;
	const struct mx_host *host;
	const struct lookup *found; /* the lookup of these records */
	const char *owner;
	bool fresh;           /* nothing stands at the owner: a wildcard, or an alias, answers */
	const char *wildcard; /* which */
	uint32_t ttl;
	bool certain; /* that no other wildcard answers */
	bool unsigned_zone;
	const struct tlsa_record *records; /* what stands there, as it is judged */
	size_t record_count;
};

/* A set of records on its way. */
struct wanted {
	struct dns_record *list;
	size_t count;
};

/* ---- The site ---- */

static bool is_known(const struct lookup *l)
{
	return l && l->kind != ANSWER_FAILED && l->dnssec <= DNSSEC_INSECURE;
}

/* A signed alias vouches for records at its own name, wherever it leads (RFC 7672 §2.2.2). */
static bool is_unsigned(const struct mx_host *h)
{
	const struct lookup *families[] = {h->a, h->aaaa};
	for (size_t i = 0; i < 2; i++)
		if (is_known(families[i]) && families[i]->kind == ANSWER_RECORDS &&
		    families[i]->alias_dnssec == DNSSEC_INSECURE)
			return true;
	return false;
}

static bool is_presented(const struct mx_host *h, const struct tlsa_record *t)
{
	for (size_t i = 0; i < h->endpoint_count; i++) {
		const struct probe *p = &h->endpoints[i].probe;
		for (size_t c = 0; judge_has_tls(&h->endpoints[i]) && c < p->chain_count; c++)
			if ((c == 0) == (t->usage == USAGE_DANE_EE) &&
			    tlsa_record_matches(t, &p->chain[c]))
				return true;
	}
	return false;
}

/* Those that do not count are not judged with the host. */
static void read_records(struct site *s)
{
	const struct mx_host *h = s->host;
	s->records = h->tlsa_records;
	s->record_count = h->tlsa_count;
	if (h->tlsa_count || s->found->kind != ANSWER_RECORDS)
		return;
	struct tlsa_record *records =
	    tlsa_records_from_lookup(s->j->arena, s->found, &s->record_count);
	for (size_t i = 0; i < s->record_count; i++)
		records[i].matched = is_presented(h, &records[i]);
	s->records = records;
}

/*
 * Without signatures nothing tells what a wildcard answers, but that the name does not exist: no
 * wildcard is above it then, and none gives the host its addresses.
 */
static bool shows_wildcards(const struct judge *j, const struct lookup *l)
{
	bool plain = !lookup_is_alias(l);
	bool validated = j->params->dnssec == DNSSEC_MODE_VALIDATE;
	return l->proposed || l->unknown || (plain && l->kind == ANSWER_NXDOMAIN) ||
	       (validated && l->alias_dnssec == DNSSEC_SECURE) ||
	       (validated && plain && l->has_signature);
}

/* What the zone's software makes of a record at the name itself is not changed by another. */
static bool is_made_elsewhere(const struct lookup *l)
{
	return l->unknown && strcmp(l->unknown->name, l->unknown->owner) == 0;
}

static bool find_site(struct judge *j, const struct mx_host *h, struct site *s)
{
	const struct lookup *l = h->tlsa ? h->tlsa : h->tlsa_initial;
	if (!is_known(l) || is_made_elsewhere(l))
		return false;
	const struct expansion *first = lookup_find_expansion(l, l->asked),
			       *last = lookup_find_expansion(l, l->final);
	*s = (struct site){.j = j, .host = h, .found = l, .owner = l->final};
	if (l->alias && (first || (l->dnssec != DNSSEC_SECURE && l->alias_dnssec == DNSSEC_SECURE)))
		s->owner = l->asked;
	s->ttl = lookup_ttl_for(l, s->owner);
	s->fresh = s->owner != l->final || last;
	s->wildcard = s->owner == l->asked && first ? first->wildcard
		      : last                        ? last->wildcard
						    : NULL;
	s->certain = shows_wildcards(j, l);
	s->unsigned_zone = is_unsigned(h) || (s->owner == l->final && !l->has_signature &&
						 l->dnssec == DNSSEC_INSECURE);
	return true;
}

/* The records that count now, whose owner may be a wildcard: those at an alias' target go with the
 * alias. */
static bool keeps_records(const struct site *s)
{
	return s->found->kind == ANSWER_RECORDS && s->owner == s->found->final;
}

/* ---- Records ---- */

static void put(const struct site *s, struct wanted *w, const struct dns_record *r)
{
	for (size_t i = 0; i < w->count; i++)
		if (lookup_same_data(DNS_TYPE_TLSA, &w->list[i], r))
			return;
	struct dns_record *new = arena_append(s->j->arena, &w->list, &w->count, sizeof *w->list);
	*new = *r;
	new->ttl = s->ttl;
}

static bool holds(const struct dns_record *list, size_t count, const struct dns_record *r)
{
	for (size_t i = 0; i < count; i++)
		if (lookup_same_data(DNS_TYPE_TLSA, &list[i], r))
			return true;
	return false;
}

bool judge_fix_record(const struct certificate *leaf, uint8_t mtype, struct dns_record *r)
{
	bool spki = (leaf->parsed || leaf->key_only) && leaf->spki && !leaf->inexact_spki;
	bool strong = mtype == MTYPE_SHA512;
	if (!spki && (leaf->inexact || leaf->key_only))
		return false;
	*r = (struct dns_record){.tlsa = {.usage = USAGE_DANE_EE,
				     .selector = spki,
				     .mtype = mtype,
				     .length = strong ? 64 : 32}};
	if (spki)
		r->tlsa.data = strong ? leaf->spki_sha512 : leaf->spki_sha256;
	else
		r->tlsa.data = strong ? leaf->cert_sha512 : leaf->cert_sha256;
	return true;
}

static bool shares_site(const struct site *s, const struct mx_host *h)
{
	struct site other;
	return find_site(s->j, h, &other) && strcmp(other.owner, s->owner) == 0;
}

static void put_leaves(const struct site *s, struct wanted *w, uint8_t mtype, bool failing)
{
	const struct domain_report *r = s->j->report;
	struct dns_record record;
	for (size_t i = 0; i < r->host_count; i++) {
		const struct mx_host *h = &r->hosts[i];
		size_t count = shares_site(s, h) ? h->endpoint_count : 0;
		for (size_t k = 0; k < count; k++) {
			const struct endpoint *e = &h->endpoints[k];
			bool done = e->dane.result == DANE_RESULT_VERIFIED || e->dane.refused;
			if (judge_has_tls(e) && e->probe.chain_count && !(failing && done) &&
			    judge_fix_record(&e->probe.chain[0], mtype, &record))
				put(s, w, &record);
		}
	}
}

static bool sees_all(const struct site *s)
{
	const struct domain_report *r = s->j->report;
	for (size_t i = 0; i < r->host_count; i++) {
		const struct mx_host *h = &r->hosts[i];
		size_t count = shares_site(s, h) ? h->endpoint_count : 0;
		for (size_t k = 0; k < count; k++)
			if (!judge_has_tls(&h->endpoints[k]) || !h->endpoints[k].probe.chain_count)
				return false;
	}
	return true;
}

static const struct tlsa_record *judged(const struct site *s, const struct dns_record *r)
{
	for (size_t i = 0; i < s->record_count; i++) {
		const struct tlsa_record *t = &s->records[i];
		struct dns_record same = judge_record_data(t);
		if (lookup_same_data(DNS_TYPE_TLSA, &same, r))
			return t;
	}
	return NULL;
}

static bool is_usable(const struct site *s, const struct dns_record *r)
{
	const struct tlsa_record *t = judged(s, r);
	return t && t->defect == TLSA_DEFECT_NONE;
}

/* RFC 7671 §9: it matches nothing, and for it the SHA2-256 records do not count. */
static bool is_in_the_way(const struct site *s, const struct dns_record *r)
{
	const struct tlsa_record *t = judged(s, r);
	return t && t->usage == USAGE_DANE_EE && t->mtype == MTYPE_SHA512 && !t->matched;
}

enum proposal {
	PROPOSAL_ADD,        /* SHA2-256 of what is not authenticated */
	PROPOSAL_ADD_STRONG, /* likewise SHA2-512, where such records stand already */
	PROPOSAL_CLEAR,      /* SHA2-256, and what is in its way goes */
	PROPOSAL_ANEW,       /* no other records than those of what is presented */
	PROPOSAL_COUNT,
};

static struct wanted propose(const struct site *s, enum proposal proposal)
{
	struct wanted w = {0};
	for (size_t i = 0; keeps_records(s) && i < s->found->record_count; i++) {
		const struct dns_record *r = &s->found->records[i];
		if (is_usable(s, r) && proposal != PROPOSAL_ANEW &&
		    !(proposal == PROPOSAL_CLEAR && is_in_the_way(s, r)))
			put(s, &w, r);
	}
	put_leaves(s, &w, proposal == PROPOSAL_ADD_STRONG ? MTYPE_SHA512 : MTYPE_SHA256,
	    proposal != PROPOSAL_ANEW);
	return w;
}

/* ---- Steps ---- */

static struct zone_line line_of(const struct site *s, const struct dns_record *r)
{
	struct zone_line line = {.owner = s->owner, .type = DNS_TYPE_TLSA, .data = *r};
	line.data.ttl = s->ttl;
	return line;
}

/* Two addresses that show different keys of one type will show the same one day; two types of key
 * are for good. */
static bool is_half_changed(const struct mx_host *h)
{
	for (size_t i = 0; i < h->endpoint_count; i++)
		for (size_t k = 0; k < h->endpoint_count; k++)
			if (h->endpoints[i].dane.result == DANE_RESULT_VERIFIED &&
			    judge_dane_failed(h->endpoints[k].dane.result) &&
			    h->endpoints[i].key_type == h->endpoints[k].key_type)
				return true;
	return false;
}

static const char *add_text(const struct site *s)
{
	if (s->wildcard)
		return arena_printf(s->j->arena,
		    "Publish at the name itself, where the wildcard %s answers now.",
		    judge_escaped(s->j, s->wildcard));
	if (s->fresh)
		return "Publish at the name itself, in place of the alias.";
	if (!s->found->record_count)
		return "Add to the zone.";
	return is_half_changed(s->host) ? "Add to the existing records; remove again once every "
					  "address presents the same key."
					: "Add to the existing records.";
}

static const char *delete_text(const struct site *s, const struct dns_record *r)
{
	const struct tlsa_record *t = judged(s, r);
	if (!t || t->defect != TLSA_DEFECT_NONE)
		return arena_printf(s->j->arena, "It cannot be used: %s.",
		    t ? tlsa_defect_text(t->defect) : "unknown");
	if (is_in_the_way(s, r))
		return arena_printf(s->j->arena,
		    "It matches nothing and makes senders ignore the 3 %u 1.", r->tlsa.selector);
	return "It matches nothing that is presented.";
}

/* What the name's wildcard gave it besides, which a record below takes away. */
static void keep_expanded(
    struct site *s, struct action_list *fix, const struct lookup *l, const char *what)
{
	const struct expansion *e = l ? lookup_find_expansion(l, what) : NULL;
	if (!e || !lookup_expansion_ends(e, s->owner))
		return;
	bool alias = l->alias && strcmp(l->asked, what) == 0;
	const char *text = arena_printf(s->j->arena,
	    "Keep what the wildcard %s gives %s: the new name below takes it away.",
	    judge_escaped(s->j, e->wildcard), judge_escaped(s->j, what));
	struct zone_line line = {.owner = e->name, .type = alias ? DNS_TYPE_CNAME : l->type};
	for (size_t i = 0; i < (alias ? 1 : l->record_count); i++) {
		if (!alias)
			line.data = l->records[i];
		else
			line.data.cname = l->alias;
		line.data.ttl = alias ? l->alias_ttl : l->original_ttl;
		judge_fix_add(s->j, fix, &line, text);
	}
}

static void keep_host(struct site *s, struct action_list *fix, const struct mx_host *h)
{
	const struct lookup *given[2 + MX_HOST_BESIDE] = {h->a, h->aaaa};
	for (size_t i = 0; i < MX_HOST_BESIDE; i++)
		given[2 + i] = h->beside[i];
	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		if (!given[i])
			continue;
		keep_expanded(s, fix, given[i], given[i]->asked);
		if (strcmp(given[i]->final, given[i]->asked) != 0)
			keep_expanded(s, fix, given[i], given[i]->final);
	}
}

/* Where a wildcard answers at the owner itself, its other names below are not kept, but named. */
static const char *loss_text(const struct site *s, const char *text)
{
	const struct lookup *l = s->found;
	const struct expansion *e = lookup_find_expansion(l, s->owner);
	const char *above = strchr(s->owner, '.');
	if (!e || !l->alias || !above)
		return text;
	return arena_printf(s->j->arena,
	    "%s The wildcard then no longer answers for %s and the names below it, such as "
	    "_465.%s; publish there what they need.",
	    text, judge_escaped(s->j, above + 1), judge_escaped(s->j, above + 1));
}

static void pair_replacement(struct action_list *fix, size_t first)
{
	if (fix->count != first + 2 || fix->list[first].kind != ACTION_ADD ||
	    fix->list[first + 1].kind != ACTION_DELETE)
		return;
	fix->list[first].kind = ACTION_REPLACE;
	fix->list[first].old = fix->list[first + 1].line;
	fix->list[first].text = "Replace.";
	fix->count--;
}

static struct action_list make_fix(struct site *s, const struct wanted *w)
{
	struct action_list fix = {0};
	const struct lookup *l = s->found;
	bool standing = keeps_records(s) && !s->fresh;
	if (s->unsigned_zone)
		judge_fix_sign(s->j, &fix, s->host->name);
	if (!s->certain || !w->count)
		return fix;
	size_t first = fix.count;
	if (!lookup_find_expansion(l, l->asked) && s->owner == l->asked && l->alias) {
		struct zone_line alias = {.owner = l->asked, .type = DNS_TYPE_CNAME};
		alias.data.cname = l->alias;
		alias.data.ttl = l->alias_ttl;
		judge_fix_delete(s->j, &fix, &alias, "It leads to an unsigned zone.");
	}
	const char *text = loss_text(s, add_text(s));
	for (size_t i = 0; i < w->count; i++) {
		struct zone_line line = line_of(s, &w->list[i]);
		if (!standing || !holds(l->records, l->record_count, &w->list[i]))
			judge_fix_add(s->j, &fix, &line, text);
	}
	for (size_t i = 0; standing && i < l->record_count; i++) {
		struct zone_line line = line_of(s, &l->records[i]);
		if (!holds(w->list, w->count, &l->records[i]))
			judge_fix_delete(s->j, &fix, &line, delete_text(s, &l->records[i]));
	}
	pair_replacement(&fix, first);
	for (size_t i = 0; fix.count > first && i < s->j->report->host_count; i++)
		keep_host(s, &fix, &s->j->report->hosts[i]);
	return fix;
}

/* ---- The trial ---- */

static bool is_about_records(enum finding_code code)
{
	switch (code) {
	case FINDING_ADDRESS_INSECURE:
	case FINDING_TLSA_ABSENT:
	case FINDING_TLSA_INSECURE:
	case FINDING_TLSA_UNUSABLE:
	case FINDING_TLSA_RECORD_UNUSABLE:
	case FINDING_TLSA_PKIX_USAGE:
	case FINDING_DANE_MISMATCH:
	case FINDING_DANE_DIGEST_AGILITY:
	case FINDING_DANE_NAME_MISMATCH:
	case FINDING_DANE_EXPIRED:
	case FINDING_DANE_UNTRUSTED:
	case FINDING_DANE_ROLLOVER_PARTIAL: return true;
	default: return false;
	}
}

static bool has_finding(const struct domain_report *r, const struct finding *f, bool as_bad)
{
	for (size_t i = 0; i < r->finding_count; i++)
		if (judge_same_place(&r->findings[i], f) && r->findings[i].code == f->code &&
		    (!as_bad || r->findings[i].severity >= f->severity))
			return true;
	return false;
}

bool judge_does_harm(const struct domain_report *now, const struct domain_report *then)
{
	for (size_t i = 0; i < then->finding_count; i++)
		if (then->findings[i].severity >= STATUS_UNKNOWN &&
		    !has_finding(now, &then->findings[i], true))
			return true;
	return false;
}

static bool concerns(const struct site *s, const struct finding *f)
{
	return f->host && is_about_records(f->code) && shares_site(s, f->host);
}

static size_t count_fixed(const struct site *s, const struct domain_report *then)
{
	size_t fixed = 0;
	for (size_t i = 0; i < s->j->report->finding_count; i++) {
		const struct finding *f = &s->j->report->findings[i];
		fixed += concerns(s, f) && !has_finding(then, f, false);
	}
	return fixed;
}

struct choice {
	struct action_list fix;
	struct domain_report *then;
	size_t fixed;
};

static bool is_worth_trying(const struct site *s, enum proposal proposal)
{
	bool seen = sees_all(s);
	switch (proposal) {
	case PROPOSAL_ADD: return true;
	case PROPOSAL_ADD_STRONG:
	case PROPOSAL_CLEAR: return keeps_records(s);
	case PROPOSAL_ANEW:
	case PROPOSAL_COUNT: break;
	}
	return keeps_records(s) && seen;
}

static struct choice choose(struct site *s)
{
	/* What a server that could not be reached presents may match a record that matches nothing
	 * here: then none is taken out while there is another way. */
	static const enum proposal orders[2][PROPOSAL_COUNT] = {
	    {PROPOSAL_ADD, PROPOSAL_ADD_STRONG, PROPOSAL_CLEAR, PROPOSAL_ANEW},
	    {PROPOSAL_ADD, PROPOSAL_CLEAR, PROPOSAL_ADD_STRONG, PROPOSAL_ANEW}};
	const enum proposal *order = orders[sees_all(s)];
	struct choice best = {0};
	size_t concerned = 0;
	for (size_t i = 0; i < s->j->report->finding_count; i++)
		concerned += concerns(s, &s->j->report->findings[i]);
	for (size_t i = 0; i < PROPOSAL_COUNT && concerned && best.fixed < concerned; i++) {
		if (!is_worth_trying(s, order[i]))
			continue;
		struct wanted w = propose(s, order[i]);
		struct choice c = {.fix = make_fix(s, &w)};
		if (!c.fix.count)
			continue;
		c.then = judge_trial(s->j, &c.fix);
		c.fixed = judge_does_harm(s->j->report, c.then) ? 0 : count_fixed(s, c.then);
		if (c.fixed > best.fixed)
			best = c;
	}
	return best;
}

/* ---- Other ways ---- */

/* The certificate was right before it, or its issuer, changed; a record that was never right has no
 * such certificate. */
static const char *put_back(struct judge *j, const struct finding *f)
{
	const struct mx_host *h = f->host;
	if (f->cause != CAUSE_NONE && f->cause != CAUSE_RENEWED && f->cause != CAUSE_ISSUER_CHANGED)
		return NULL;
	for (size_t i = 0; i < h->tlsa_count; i++)
		if (h->tlsa_records[i].active && !h->tlsa_records[i].matched)
			return arena_printf(j->arena, "Or %s that TLSA %s matches: works at once.",
			    h->tlsa_records[i].usage == USAGE_DANE_TA
				? "deploy a certificate of the issuer"
				: "put back the key",
			    judge_record_name(j, &h->tlsa_records[i]));
	return NULL;
}

static const char *way_back(struct judge *j, const struct finding *f)
{
	const struct mx_host *h = f->host;
	if (f->code == FINDING_DANE_EXPIRED)
		return "Or deploy a renewed certificate of the same issuer: works at once.";
	if (f->code == FINDING_DANE_NAME_MISMATCH)
		return arena_printf(j->arena,
		    "Or deploy a certificate for %s of the same issuer: works at once.",
		    judge_escaped(j, h->tlsa_base));
	if (f->code == FINDING_DANE_ROLLOVER_PARTIAL && is_half_changed(h))
		return "Or deploy the key that the records match at every address: works at once.";
	if (f->cause == CAUSE_CHAIN_GAP || f->cause == CAUSE_ANCHOR_NOT_SENT)
		return "Or let the server send its whole chain, up to the trust anchor.";
	return f->code == FINDING_DANE_MISMATCH ? put_back(j, f) : NULL;
}

static void add_way_back(struct judge *j, struct finding *f)
{
	const char *text = way_back(j, f);
	if (!text)
		return;
	struct action_list *way =
	    arena_append(j->arena, &f->alternatives, &f->alternative_count, sizeof *way);
	judge_fix_step(j, way, ACTION_DEPLOY, ACTION_AT_SERVER, NULL, text);
}

/* ---- The whole ---- */

static void offer(struct site *s, const struct choice *c)
{
	struct domain_report *r = s->j->report;
	for (size_t i = 0; i < r->finding_count; i++) {
		struct finding *f = &r->findings[i];
		if (!c->fixed || f->actions.count || !concerns(s, f) ||
		    has_finding(c->then, f, false))
			continue;
		f->actions = c->fix;
		add_way_back(s->j, f);
		f->fix = judge_fix_text(s->j, f);
	}
	for (size_t i = 0; i < r->host_count; i++)
		if (c->fixed && shares_site(s, &r->hosts[i])) {
			r->hosts[i].fixed = &c->then->hosts[i];
			r->hosts[i].fix = c->fix;
		}
}

static bool is_first_of_site(const struct site *s)
{
	for (const struct mx_host *h = s->j->report->hosts; h < s->host; h++)
		if (shares_site(s, h))
			return false;
	return true;
}

/* Once the domain's zone is signed, its hosts' records count, or lack. */
static void fix_domain(struct judge *j, struct finding *f)
{
	struct action_list fix = {0};
	judge_fix_sign(j, &fix, j->report->domain);
	for (size_t i = 0; i < j->report->finding_count; i++) {
		const struct finding *other = &j->report->findings[i];
		if (other->code != FINDING_ADDRESS_INSECURE ||
		    !lookup_name_is_below(other->host->name, j->report->domain))
			continue;
		judge_fix_join(j, &fix, &other->actions);
	}
	const struct domain_report *then = judge_trial(j, &fix);
	if (has_finding(then, f, false) || judge_does_harm(j->report, then))
		return;
	f->actions = fix;
	f->fix = judge_fix_text(j, f);
}

void judge_fixes(struct judge *j)
{
	for (size_t i = 0; i < j->report->host_count; i++) {
		struct site s;
		if (!find_site(j, &j->report->hosts[i], &s) || !is_first_of_site(&s))
			continue;
		read_records(&s);
		struct choice c = choose(&s);
		offer(&s, &c);
	}
	for (size_t i = 0; i < j->report->finding_count; i++)
		if (j->report->findings[i].code == FINDING_MX_INSECURE)
			fix_domain(j, &j->report->findings[i]);
	for (size_t i = 0; i < j->report->finding_count; i++)
		judge_fix_name_ds(j, &j->report->findings[i]);
}
