/*
 * signature.h - signatures over RRsets whose owner's own first label is an asterisk. RFC 4034
 * §3.1.3 leaves it out of an RRSIG's label count; getdns 1.6 counts it, takes the RRset for a
 * wildcard expansion, and demands a denial of the name itself, which no zone can give.
 */
#ifndef MXDANE_SIGNATURE_H
#define MXDANE_SIGNATURE_H

#include <stdint.h>

#include "keys.h"

/*
 * Has one of the zone's `keys` signed the RRset in the answer section?
 * INDETERMINATE where the system's GnuTLS policy disables the curve of the only signature. Nothing
 * is bounded here: see rrset_is_costly.
 */
enum dnssec_status signature_verify(const struct answer *answer, const char *owner, uint16_t type,
    const struct zone_keys *keys, int64_t now);

#endif
