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

enum rollover_force judge_rollover_force(const struct mx_host *h)
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
		if (judge_rollover_has_chain(&h->endpoints[i]) &&
		    probe_chain_equal(&h->endpoints[i].probe, &e->probe))
			return true;
	return false;
}

bool judge_rollover_any_verified(const struct mx_host *h)
{
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (h->endpoints[i].dane.result == DANE_RESULT_VERIFIED)
			return true;
	return false;
}

bool judge_rollover_is_settled(const struct mx_host *h)
{
	enum rollover_force force = judge_rollover_force(h);
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (force == ROLLOVER_RECORDS &&
		    h->endpoints[i].dane.result != DANE_RESULT_VERIFIED)
			return false;
	return h->endpoint_count && (force == ROLLOVER_RECORDS || force == ROLLOVER_FREE);
}

/* ---- Records ---- */

static bool same_records(const struct mx_host *a, const struct mx_host *b)
{
	return judge_rollover_keeps(
		   a->tlsa_records, a->tlsa_count, b->tlsa_records, b->tlsa_count) &&
	       judge_rollover_keeps(
		   b->tlsa_records, b->tlsa_count, a->tlsa_records, a->tlsa_count) &&
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
		if (judge_rollover_has_chain(&h->endpoints[i]) &&
		    !presents(live, &h->endpoints[i]) &&
		    !judge_rollover_accepts(
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
		if (judge_rollover_counts(o, &live->endpoints[i]) &&
		    !judge_rollover_accepts(
			o, h->tlsa_records, h->tlsa_count, &o->new_names, &live->endpoints[i]))
			return ROLLOVER_FITS_NOT;
	return judge_rollover_keeps_unseen(o, h->tlsa_records, h->tlsa_count)
		   ? ROLLOVER_FITS
		   : ROLLOVER_FITS_PERHAPS;
}

/* Whether they do hangs on the new certificate, of which no more than the key is known. */
static bool old_records_open(const struct rollover *o)
{
	const struct mx_host *h = o->host, *live = o->live;
	for (size_t i = 0; o->before == ROLLOVER_RECORDS && i < h->endpoint_count; i++)
		if (probe_is_key_only(&h->endpoints[i].probe) &&
		    !presents(live, &h->endpoints[i]) &&
		    judge_rollover_result(o, live->tlsa_records, live->tlsa_count, &o->old_names,
			&h->endpoints[i]) == DANE_RESULT_NOT_CHECKED)
			return true;
	return false;
}

static bool changes_chain(const struct rollover *o)
{
	for (size_t i = 0; i < o->host->endpoint_count; i++)
		if (judge_rollover_has_chain(&o->host->endpoints[i]) &&
		    !presents(o->live, &o->host->endpoints[i]))
			return true;
	return false;
}

/* ---- One host ---- */

static void judge_known(struct rollover *o)
{
	bool old_fit = old_records_fit(o);
	enum rollover_fit new_fit = new_records_fit(o);
	if (o->before == ROLLOVER_RECORDS && !judge_rollover_any_verified(o->live) &&
	    judge_rollover_sees_all(o->live))
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

struct rollover judge_rollover_between(
    struct judge *j, struct mx_host *host, const struct mx_host *live)
{
	struct rollover o = {.j = j,
	    .host = host,
	    .live = live,
	    .before = judge_rollover_force(live),
	    .after = judge_rollover_force(host),
	    .old_names = judge_reference_names(j->report->change->live, live),
	    .new_names = judge_reference_names(j->report, host)};
	o.new_chain = changes_chain(&o);
	o.new_records = o.before != o.after || !same_records(live, host);
	return o;
}

static void judge_pair(struct judge *j, struct mx_host *host, const struct mx_host *live)
{
	struct rollover o = judge_rollover_between(j, host, live);
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

const struct mx_host *judge_rollover_find_host(const struct domain_report *r, const char *name)
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
		const struct mx_host *live = judge_rollover_find_host(r->change->live, h->name);
		bool settled = judge_rollover_is_settled(h);
		any |= settled && judge_rollover_force(h) == ROLLOVER_RECORDS;
		if (seen && settled && live && !j->params->plan)
			judge_pair(j, h, live);
	}
	if (seen && j->params->plan)
		judge_plan(j);
	if (!seen && any)
		judge_add(j, FINDING_ROLLOVER_UNKNOWN, at_domain, NULL,
		    "The live state could not be seen (%s), so it is not judged whether the change "
		    "can be made now.",
		    r->change->live->summary);
}
