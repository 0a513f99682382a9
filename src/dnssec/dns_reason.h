/*
 * dns_reason.h - why a proof failed, as well as can be known, in words for the report.
 *
 * The verdicts here are BOGUS, or INDETERMINATE where the failure may be this program's: a
 * signature time at or after 2038-01-19 is not compared correctly by getdns.
 */
#ifndef MXDANE_DNS_REASON_H
#define MXDANE_DNS_REASON_H

#include "dns_proof.h"

struct dns_verdict dns_reason_rrset(const struct dns_answer *answer, const char *owner,
    uint16_t type, const struct dns_keys *keys, int64_t now, struct arena *arena);
struct dns_verdict dns_reason_absence(const struct dns_answer *answer, const char *name,
    uint16_t type, const struct dns_keys *keys, int64_t now, struct arena *arena);
/* `anchors`: DS records or trust anchors that the key set of answer->name had to fit. */
struct dns_verdict dns_reason_keys(const struct dns_answer *answer,
    const struct getdns_list *anchors, int64_t now, struct arena *arena);

/* Algorithms that getdns verifies with OpenSSL 3 (RFC 8624 §3.1, without DSA, MD5 and GOST). */
bool dns_reason_algorithm_is_supported(uint32_t algorithm);

#endif
