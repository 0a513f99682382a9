/*
 * dns_nsec.h - what denial of existence by NSEC proves (RFC 4035 §5.4, RFC 4592, RFC 6840 §4.1).
 *
 * Done here and not by getdns, which proves each record anew for every step of a denial, and which
 * takes one that jumps over an empty non-terminal for proof that nothing is there.
 */
#ifndef MXDANE_DNS_NSEC_H
#define MXDANE_DNS_NSEC_H

#include "dns_denial.h"

/* Is (name, type) absent? `set` is proven; `name` is in the zone or, for DS, at a cut below it. */
enum dns_denial dns_nsec_deny(
    const struct dns_denials *set, const char *name, uint16_t type, struct arena *arena);
/* NXDOMAIN if nothing is at `next_closer` or below it, which would keep a wildcard away; else
 * NOTHING. */
enum dns_denial dns_nsec_deny_closer(const struct dns_denials *set, const char *next_closer);

#endif
