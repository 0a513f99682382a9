/*
 * tlsa_verify.h - what a chain that a server presented makes of the TLSA records (RFC 7671 §5, §9,
 * RFC 7672 §3.1). Pure.
 */
#ifndef MXDANE_TLSA_VERIFY_H
#define MXDANE_TLSA_VERIFY_H

#include "tlsa.h"

/*
 * What RFC 7672 and Postfix make of the chain: the first success wins, else the
 * most telling failure: expired, name-mismatch, untrusted, mismatch. Called only for an RRset with
 * a usable record. `at` in seconds since the epoch.
 */
struct dane_verdict tlsa_judge_chain(struct arena *arena, const struct tlsa_record *records,
    size_t count, const struct certificate *chain, size_t chain_count,
    const struct reference_identifiers *names, int64_t at);

#endif
