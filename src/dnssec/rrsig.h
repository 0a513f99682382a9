/*
 * rrsig.h - signatures over an RRset, verified without getdns (RFC 4035 §5.3).
 *
 * For owners whose own first label is an asterisk. RFC 4034 §3.1.3 leaves it out of an RRSIG's
 * label count; getdns 1.6 counts it, takes the RRset for a wildcard expansion, and demands a denial
 * of the name itself, which no zone can give.
 */
#ifndef MXDANE_RRSIG_H
#define MXDANE_RRSIG_H

#include <stdint.h>

#include "dns_answer.h"

struct getdns_list;

/*
 * Has one of the zone's `keys` signed the RRset in the answer section? BOGUS also where more than
 * LIMIT_SIGNATURE_TRIES signatures would have to be tried, INDETERMINATE where the system's
 * GnuTLS policy disables the curve of the only signature.
 */
enum dnssec_status rrsig_prove(const struct dns_answer *answer, const char *owner, uint16_t type,
    const char *zone, const struct getdns_list *keys, int64_t now);

#endif
