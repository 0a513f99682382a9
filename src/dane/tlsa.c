/* tlsa.c owns the rules for TLSA records: which are usable and active, and what they match. */
#include "tlsa.h"

#include <stdlib.h>
#include <string.h>

#include "certificate.h"
#include "certificate_openssl.h"
#include "path.h"
#include "ta_path.h"

enum { /* RFC 7218 */
	USAGE_PKIX_EE = 1,
	USAGE_DANE_TA = 2,
	USAGE_DANE_EE = 3,
	SELECTOR_CERT = 0,
	SELECTOR_SPKI = 1,
	MTYPE_FULL = 0,
	MTYPE_SHA256 = 1,
	MTYPE_SHA512 = 2,
};

static const char REMARK_LEAF_KEY[] =
    "The server's key is so small that Postfix refuses it; laxer senders accept it.";

static const char REMARK_NO_KEY[] = "The key in the server's certificate can be used by no sender.";

static const char REMARK_UNREADABLE[] =
    "The server sends along what is no certificate; senders built on OpenSSL give up there, others "
    "do not mind.";

static enum tlsa_defect find_defect(const struct tlsa_record *r)
{
	if (r->usage <= USAGE_PKIX_EE)
		return TLSA_DEFECT_PKIX_USAGE;
	if (r->usage > USAGE_DANE_EE)
		return TLSA_DEFECT_USAGE;
	if (r->selector > SELECTOR_SPKI)
		return TLSA_DEFECT_SELECTOR;
	if (r->mtype > MTYPE_SHA512)
		return TLSA_DEFECT_MTYPE;
	if (r->length == 0)
		return TLSA_DEFECT_EMPTY;
	if (r->mtype != MTYPE_FULL)
		return r->length == (r->mtype == MTYPE_SHA256 ? 32 : 64)
			   ? TLSA_DEFECT_NONE
			   : TLSA_DEFECT_DIGEST_LENGTH;
	if (r->selector == SELECTOR_CERT)
		return certificate_is_well_formed(r->data, r->length) ? TLSA_DEFECT_NONE
								      : TLSA_DEFECT_CERTIFICATE;
	return certificate_is_spki(r->data, r->length) ? TLSA_DEFECT_NONE : TLSA_DEFECT_KEY;
}

static int compare_records(const void *x, const void *y)
{
	const struct tlsa_record *a = x, *b = y;
	if (a->usage != b->usage)
		return a->usage - b->usage;
	if (a->selector != b->selector)
		return a->selector - b->selector;
	if (a->mtype != b->mtype)
		return a->mtype - b->mtype;
	size_t shorter = a->length < b->length ? a->length : b->length;
	int order = shorter ? memcmp(a->data, b->data, shorter) : 0;
	return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* RFC 7671 §9: usable, and no stronger digest is published for the same usage and selector. */
static bool is_active(const struct tlsa_record *records, size_t count, const struct tlsa_record *r)
{
	if (r->defect != TLSA_DEFECT_NONE)
		return false;
	if (r->mtype != MTYPE_SHA256)
		return true;
	for (size_t i = 0; i < count; i++)
		if (records[i].defect == TLSA_DEFECT_NONE && records[i].usage == r->usage &&
		    records[i].selector == r->selector && records[i].mtype == MTYPE_SHA512)
			return false;
	return true;
}

struct tlsa_record *tlsa_records_from_lookup(
    struct arena *arena, const struct lookup *l, size_t *count)
{
	struct tlsa_record *records = arena_array(arena, l->record_count, sizeof *records);
	*count = l->record_count;
	for (size_t i = 0; i < *count; i++) {
		struct tlsa_record *r = &records[i];
		r->usage = l->records[i].tlsa.usage;
		r->selector = l->records[i].tlsa.selector;
		r->mtype = l->records[i].tlsa.mtype;
		r->length = l->records[i].tlsa.length;
		r->data = arena_memdup(arena, l->records[i].tlsa.data, r->length);
		r->defect = find_defect(r);
	}
	if (*count > 0)
		qsort(records, *count, sizeof *records, compare_records);
	for (size_t i = 0; i < *count; i++)
		records[i].active = is_active(records, *count, &records[i]);
	return records;
}

static bool bytes_equal(const struct tlsa_record *r, const uint8_t *bytes, size_t length)
{
	return length > 0 && r->length == length && memcmp(r->data, bytes, length) == 0;
}

bool tlsa_record_matches(const struct tlsa_record *r, const struct certificate *c)
{
	bool cert = r->selector == SELECTOR_CERT;
	if (r->selector > SELECTOR_SPKI || (!cert && !c->spki))
		return false;
	if (cert ? c->inexact : c->inexact_spki)
		return false;
	switch (r->mtype) {
	case MTYPE_FULL:
		return bytes_equal(
		    r, cert ? c->der : c->spki, cert ? c->der_length : c->spki_length);
	case MTYPE_SHA256: return bytes_equal(r, cert ? c->cert_sha256 : c->spki_sha256, 32);
	case MTYPE_SHA512: return bytes_equal(r, cert ? c->cert_sha512 : c->spki_sha512, 64);
	default: return false;
	}
}

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
		else if (path_key_too_small(leaf))
			v->remark = REMARK_LEAF_KEY;
		v->refused = v->remark;
		if (v->refused)
			v->result = DANE_RESULT_UNTRUSTED;
		return true;
	}
	return false;
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

static struct dane_verdict judge(struct arena *arena, const struct tlsa_record *records,
    size_t count, const struct certificate *chain, size_t chain_count,
    const struct reference_identifiers *names, int64_t at)
{
	struct dane_verdict v = {
	    .result = DANE_RESULT_MISMATCH, .record = -1, .depth = -1, .usage = -1};
	if (chain_count == 0 || judge_leaf(&v, records, count, chain) ||
	    !has_anchor_record(records, count))
		return v;
	struct ta_path_verdict p =
	    ta_path_judge(arena, records, count, chain, chain_count, names, at);
	v.result = result_of(p.result);
	v.record = p.record;
	v.depth = p.depth;
	v.usage = p.record < 0 ? -1 : USAGE_DANE_TA;
	v.remark = p.remark;
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
	return any && judge(arena, all, count, chain, chain_count, names, at).result ==
			  DANE_RESULT_VERIFIED;
}

struct dane_verdict tlsa_judge_chain(struct arena *arena, const struct tlsa_record *records,
    size_t count, const struct certificate *chain, size_t chain_count,
    const struct reference_identifiers *names, int64_t at)
{
	struct dane_verdict v = judge(arena, records, count, chain, chain_count, names, at);
	for (size_t i = 1; i < chain_count && v.result == DANE_RESULT_VERIFIED; i++) {
		if (certificate_openssl_reads(&chain[i]))
			continue;
		v.result = DANE_RESULT_UNTRUSTED;
		v.refused = true;
		v.remark = REMARK_UNREADABLE;
	}
	if (v.result == DANE_RESULT_MISMATCH)
		v.only_weaker_digest =
		    weaker_digest_verifies(arena, records, count, chain, chain_count, names, at);
	return v;
}
