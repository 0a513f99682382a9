/*
 * tlsa.h - the rules for TLSA records in SMTP (RFC 6698, 7671, 7672 §3.1): which count, and what
 * they match. Pure.
 */
#ifndef MXDANE_TLSA_H
#define MXDANE_TLSA_H

#include "arena.h"
#include "model.h"

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

/*
 * The records of a lookup, sorted by usage, selector, matching type and data, each with its defect
 * or none (RFC 7671 §4) and, after the unusable are set aside, `active` by digest agility (§9):
 * within one usage and selector SHA2-512 before SHA2-256, beside Full(0), which hides nothing and
 * is never hidden.
 */
struct tlsa_record *tlsa_records_from_lookup(
    struct arena *arena, const struct lookup *l, size_t *count);

/* True if the record's selector and matching type, applied to the certificate, give its data. */
bool tlsa_record_matches(const struct tlsa_record *r, const struct certificate *c);

/* Reference identifiers of one host, in order (RFC 7672 §3.2.2); names may repeat. */
struct reference_identifiers {
	const char *names[3];
	size_t count;
};

#endif
