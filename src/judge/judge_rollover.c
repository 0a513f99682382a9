/*
 * judge_rollover.c owns the findings on the way from the live state to the proposed one. For the
 * TTL of the live TLSA RRset some senders have the old records and some the new ones, and until
 * every server has been changed they meet the old chain or the new one: the two crosswise pairs
 * must be accepted as well (RFC 7671 §8.1, 8.4).
 */
#include "judge_rollover.h"

#include <inttypes.h>
#include <string.h>

#include "tlsa_verify.h"

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

static bool has_chain(const struct endpoint *e)
{
	return judge_has_tls(e) && e->probe.chain_count > 0;
}

/* A server without TLS shows no chain that could be lost; one that could not be spoken to may have
 * one. */
static bool is_unseen(const struct endpoint *e)
{
	switch (e->probe.failure) {
	case PROBE_FAILURE_RESERVED:
	case PROBE_FAILURE_CONNECT:
	case PROBE_FAILURE_SMTP_REFUSED:
	case PROBE_FAILURE_SMTP_PROTOCOL:
	case PROBE_FAILURE_DEADLINE: return !has_chain(e);
	case PROBE_FAILURE_NONE:
	case PROBE_FAILURE_STARTTLS_MISSING:
	case PROBE_FAILURE_STARTTLS_REFUSED:
	case PROBE_FAILURE_INJECTION:
	case PROBE_FAILURE_TLS: break;
	}
	return false;
}

static bool sees_all_chains(const struct mx_host *h)
{
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (is_unseen(&h->endpoints[i]))
			return false;
	return h->address_dnssec < DNSSEC_INDETERMINATE;
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

static bool same_record(const struct tlsa_record *a, const struct tlsa_record *b)
{
	return a->usage == b->usage && a->selector == b->selector && a->mtype == b->mtype &&
	       a->length == b->length && (!a->length || memcmp(a->data, b->data, a->length) == 0);
}

/* Every active record of `old` is one of `new` too: whatever chain fits the old records, seen or
 * not, fits the new ones. */
static bool keeps_active(const struct tlsa_record *old, size_t old_count,
    const struct tlsa_record *new, size_t new_count)
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

static bool same_records(const struct mx_host *a, const struct mx_host *b)
{
	return keeps_active(a->tlsa_records, a->tlsa_count, b->tlsa_records, b->tlsa_count) &&
	       keeps_active(b->tlsa_records, b->tlsa_count, a->tlsa_records, a->tlsa_count) &&
	       strcmp(judge_owner(a), judge_owner(b)) == 0;
}

/* ---- The crosswise pairs ---- */

bool judge_rollover_accepts(const struct rollover *o, const struct tlsa_record *records,
    size_t count, const struct reference_identifiers *names, const struct endpoint *e)
{
	return tlsa_judge_chain(o->j->arena, records, count, e->probe.chain, e->probe.chain_count,
		   names, o->j->report->judged_at)
		   .result == DANE_RESULT_VERIFIED;
}

/* Senders with the old records, when the new chain is in use. */
static bool old_records_fit(const struct rollover *o)
{
	const struct mx_host *h = o->host, *live = o->live;
	if (o->before != ROLLOVER_RECORDS)
		return true;
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (has_chain(&h->endpoints[i]) && !presents(live, &h->endpoints[i]) &&
		    !judge_rollover_accepts(
			o, live->tlsa_records, live->tlsa_count, &o->old_names, &h->endpoints[i]))
			return false;
	return true;
}

bool judge_rollover_counts(const struct rollover *o, const struct endpoint *e)
{
	return has_chain(e) &&
	       (o->before != ROLLOVER_RECORDS || e->dane.result == DANE_RESULT_VERIFIED);
}

bool judge_rollover_keeps_unseen(
    const struct rollover *o, const struct tlsa_record *records, size_t count)
{
	return sees_all_chains(o->live) ||
	       (o->before == ROLLOVER_RECORDS &&
		   keeps_active(o->live->tlsa_records, o->live->tlsa_count, records, count));
}

/* Senders with the new records, while the old chain is in use. */
static enum rollover_fit new_records_fit(const struct rollover *o)
{
	const struct mx_host *h = o->host, *live = o->live;
	if (o->after != ROLLOVER_RECORDS)
		return ROLLOVER_FITS;
	for (size_t i = 0; i < live->endpoint_count; i++)
		if (judge_rollover_counts(o, &live->endpoints[i]) &&
		    !judge_rollover_accepts(
			o, h->tlsa_records, h->tlsa_count, &o->new_names, &live->endpoints[i]))
			return ROLLOVER_FITS_NOT;
	return judge_rollover_keeps_unseen(o, h->tlsa_records, h->tlsa_count)
		   ? ROLLOVER_FITS
		   : ROLLOVER_FITS_PERHAPS;
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
	if (o->before == ROLLOVER_RECORDS && !any_verified(o->live) && sees_all_chains(o->live))
		judge_rollover_broken(o);
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
		return; /* no DANE, no roll-over */
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
