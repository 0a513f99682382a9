/* judge_bridge.c owns the RRset that bridges a rollover: one that old and new chains fit
 * (RFC 7671 §8.1, 8.3). */
#include <string.h>

#include "judge_rollover.h"
#include "tlsa_verify.h"

/* ---- What a set of records does to the chains ---- */

bool judge_rollover_has_chain(const struct endpoint *e)
{
	return judge_has_tls(e) && e->probe.chain_count > 0;
}

/* A server without TLS shows no chain that could be lost; one that could not be spoken to may have
 * one. */
static bool is_unseen(const struct endpoint *e)
{
	return probe_says_nothing(&e->probe) && !judge_rollover_has_chain(e);
}

bool judge_rollover_sees_all(const struct mx_host *h)
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

bool judge_rollover_keeps(const struct tlsa_record *old, size_t old_count,
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

enum dane_result judge_rollover_result(const struct rollover *o, const struct tlsa_record *records,
    size_t count, const struct reference_identifiers *names, const struct endpoint *e)
{
	return tlsa_judge_chain(o->j->arena, records, count, e->probe.chain, e->probe.chain_count,
	    names, o->j->report->judged_at)
	    .result;
}

bool judge_rollover_accepts(const struct rollover *o, const struct tlsa_record *records,
    size_t count, const struct reference_identifiers *names, const struct endpoint *e)
{
	return judge_rollover_result(o, records, count, names, e) == DANE_RESULT_VERIFIED;
}

bool judge_rollover_counts(const struct rollover *o, const struct endpoint *e)
{
	return judge_rollover_has_chain(e) &&
	       (o->before != ROLLOVER_RECORDS || e->dane.result == DANE_RESULT_VERIFIED);
}

bool judge_rollover_keeps_unseen(
    const struct rollover *o, const struct tlsa_record *records, size_t count)
{
	return judge_rollover_sees_all(o->live) ||
	       (o->before == ROLLOVER_RECORDS && judge_rollover_keeps(o->live->tlsa_records,
						     o->live->tlsa_count, records, count));
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

bool judge_rollover_bridges(
    const struct rollover *o, const struct tlsa_record *records, size_t count)
{
	for (size_t i = 0; i < o->live->endpoint_count; i++) {
		const struct endpoint *e = &o->live->endpoints[i];
		if (judge_rollover_counts(o, e) &&
		    !judge_rollover_accepts(o, records, count, &o->old_names, e))
			return false;
	}
	for (size_t i = 0; i < o->host->endpoint_count; i++)
		if (judge_rollover_has_chain(&o->host->endpoints[i]) &&
		    !judge_rollover_accepts(
			o, records, count, &o->new_names, &o->host->endpoints[i]))
			return false;
	return judge_rollover_keeps_unseen(o, records, count);
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
		if (judge_rollover_bridges(o, out->records, out->count))
			return true;
	}
	return false;
}
