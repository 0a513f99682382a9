/* tlsa.c owns the rules for TLSA records: which are usable and active, and what they match. */
#include "tlsa.h"

#include <stdlib.h>
#include <string.h>

#include "certificate.h"

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
		r->at = l->records[i].at;
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
	if (r->selector > SELECTOR_SPKI || (cert ? c->key_only : !c->spki))
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
