/* judge_rollover_union.c owns the RRset that bridges a roll-over: one that old and new chains fit
 * (RFC 7671 §8.1, 8.3). */
#include <string.h>

#include "judge_rollover.h"

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
	for (size_t i = 0; i < set->count; i++) {
		const struct dns_record *r = &set->list[i];
		if (r->tlsa.usage == usage && r->tlsa.selector == selector &&
		    r->tlsa.mtype == mtype && r->tlsa.length == length &&
		    (!length || memcmp(r->tlsa.data, data, length) == 0))
			return;
	}
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
		if (!p->chain_count || !p->chain[0].parsed)
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
		if (judge_rollover_counts(o, e) &&
		    !judge_rollover_accepts(o, records, count, &o->old_names, e))
			return false;
	}
	for (size_t i = 0; i < o->host->endpoint_count; i++)
		if (!judge_rollover_accepts(
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

bool judge_rollover_union(const struct rollover *o, struct rollover_set *out)
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
