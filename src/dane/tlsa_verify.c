/* tlsa_verify.c judges a presented chain: usage 3 by the leaf, usage 2 by the path to an anchor. */
#include "tlsa_verify.h"

#include "ta_path.h"

static const char REMARK_LEAF_KEY[] =
    "The server's key is so small that Postfix refuses it; less strict senders accept it.";

static const char REMARK_NO_KEY[] = "No sender can use the key in the server's certificate.";

/* Usage 3: the leaf alone; names, dates and issuers do not matter (RFC 7671 §5.1). */
static bool judge_leaf(struct dane_verdict *v, const struct tlsa_record *records, size_t count,
    const struct certificate *leaf)
{
	for (size_t i = 0; i < count; i++) {
		const struct tlsa_record *r = &records[i];
		if (!r->active || r->usage != USAGE_DANE_EE || !tlsa_record_matches(r, leaf))
			continue;
		v->result = DANE_RESULT_VERIFIED;
		v->record = (int)i;
		v->depth = 0;
		v->usage = USAGE_DANE_EE;
		if (leaf->key_type == KEY_TYPE_NONE || leaf->key_type == KEY_TYPE_OTHER)
			v->remark = REMARK_NO_KEY;
		else if (path_key_too_small(leaf)) {
			v->remark = REMARK_LEAF_KEY;
			v->cause = CAUSE_KEY_TOO_SMALL;
		}
		v->refused = v->remark;
		if (v->refused)
			v->result = DANE_RESULT_UNTRUSTED;
		return true;
	}
	return false;
}

/* --chain gave the key alone: a record of anything else may match the certificate, or not. */
static enum dane_result judge_key(const struct tlsa_record *records, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (records[i].active &&
		    (records[i].usage != USAGE_DANE_EE || records[i].selector != SELECTOR_SPKI))
			return DANE_RESULT_NOT_CHECKED;
	return DANE_RESULT_MISMATCH;
}

static bool has_anchor_record(const struct tlsa_record *records, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (records[i].active && records[i].usage == USAGE_DANE_TA)
			return true;
	return false;
}

static enum dane_result result_of(enum ta_path_result result)
{
	switch (result) {
	case TA_PATH_OK: return DANE_RESULT_VERIFIED;
	case TA_PATH_EXPIRED: return DANE_RESULT_EXPIRED;
	case TA_PATH_NAME: return DANE_RESULT_NAME_MISMATCH;
	case TA_PATH_UNTRUSTED: return DANE_RESULT_UNTRUSTED;
	case TA_PATH_NO_MATCH: break;
	}
	return DANE_RESULT_MISMATCH;
}

static struct dane_verdict match_and_judge(struct arena *arena, const struct tlsa_record *records,
    size_t count, const struct certificate *chain, size_t chain_count,
    const struct reference_identifiers *names, int64_t at)
{
	struct dane_verdict v = {
	    .result = DANE_RESULT_MISMATCH, .record = -1, .depth = -1, .usage = -1};
	if (chain_count == 0 || judge_leaf(&v, records, count, chain))
		return v;
	if (chain[0].key_only)
		v.result = judge_key(records, count);
	if (chain[0].key_only || !has_anchor_record(records, count))
		return v;
	struct ta_path_verdict p =
	    ta_path_judge(arena, records, count, chain, chain_count, names, at);
	v.result = result_of(p.result);
	v.record = p.record;
	v.depth = p.depth;
	v.usage = p.record < 0 ? -1 : USAGE_DANE_TA;
	v.remark = p.remark;
	v.cause = p.fault.cause;
	v.blamed = p.fault.c;
	return v;
}

/* RFC 7671 §9: what a client without digest agility would say. */
static bool weaker_digest_verifies(struct arena *arena, const struct tlsa_record *records,
    size_t count, const struct certificate *chain, size_t chain_count,
    const struct reference_identifiers *names, int64_t at)
{
	struct tlsa_record *all = arena_memdup(arena, records, count * sizeof *all);
	bool any = false;
	for (size_t i = 0; i < count; i++) {
		bool usable = all[i].defect == TLSA_DEFECT_NONE;
		any |= usable && !all[i].active;
		all[i].active = usable;
	}
	return any && match_and_judge(arena, all, count, chain, chain_count, names, at).result ==
			  DANE_RESULT_VERIFIED;
}

struct dane_verdict tlsa_judge_chain(struct arena *arena, const struct tlsa_record *records,
    size_t count, const struct certificate *chain, size_t chain_count,
    const struct reference_identifiers *names, int64_t at)
{
	struct dane_verdict v =
	    match_and_judge(arena, records, count, chain, chain_count, names, at);
	for (size_t i = 0; i < chain_count && v.result == DANE_RESULT_VERIFIED; i++) {
		if (!chain[i].refusal)
			continue;
		v.result = DANE_RESULT_UNTRUSTED;
		v.refused = true;
		v.remark = chain[i].refusal;
	}
	if (v.result == DANE_RESULT_MISMATCH)
		v.only_weaker_digest =
		    weaker_digest_verifies(arena, records, count, chain, chain_count, names, at);
	return v;
}
