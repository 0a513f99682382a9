/*
 * tlsa.h - the rules for TLSA records in SMTP (RFC 6698, 7671, 7672 §3.1): which count, and what a
 * chain that a server presented makes of them. Pure.
 */
#ifndef MXDANE_TLSA_H
#define MXDANE_TLSA_H

#include "arena.h"
#include "model.h"

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

/*
 * What every DANE sender makes of the chain (verification.md §5): the first success wins, else the
 * most telling failure: expired, name-mismatch, untrusted, mismatch. Called only for an RRset with
 * a usable record. `at` in seconds since the epoch.
 */
struct dane_verdict tlsa_judge_chain(struct arena *arena, const struct tlsa_record *records,
    size_t count, const struct certificate *chain, size_t chain_count,
    const struct reference_identifiers *names, int64_t at);

#endif
