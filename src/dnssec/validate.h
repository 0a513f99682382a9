/*
 * validate.h - does a zone's key set prove what an answer says? (RFC 4035 §5)
 *
 * getdns_validate_dnssec2 is the engine, and it is given one zone at a time: the zone's proven keys
 * stand as the trust anchor, so that nothing which another zone signed (a parent's NSEC3, say) can
 * count. Which zone a name is in is decided by trust_chain.h.
 */
#ifndef MXDANE_VALIDATE_H
#define MXDANE_VALIDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "keys.h"
#include "why_bogus.h"

/*
 * The DNSKEY RRset of answer->name, proven by `anchors` (its DS records, or the trust anchors).
 * *keys is set when the verdict is SECURE.
 */
struct dns_verdict validate_keys(const struct dns_answer *answer, const struct getdns_list *anchors,
    int64_t now, struct arena *arena, struct zone_keys **keys);

/* The RRset in the answer section. The unsigned CNAME that a DNAME makes is proven by the DNAME. */
struct dns_verdict validate_rrset(const struct dns_answer *answer, const char *owner, uint16_t type,
    const struct zone_keys *keys, int64_t now, struct arena *arena);
/*
 * That (name, type) is absent. An opt-out span, an unsigned delegation (DS) and NSEC3 with too many
 * iterations give INSECURE. The zone's SOA record beside it must hold too, but for DS.
 */
struct dns_verdict validate_absence(const struct dns_answer *answer, const char *name,
    uint16_t type, const struct zone_keys *keys, int64_t now, struct arena *arena);
/* The zone that says to have signed (owner, type), or the absence, and encloses `name`; NULL: none.
 * The deepest of several. */
const char *validate_find_signer(
    const struct dns_answer *answer, const char *owner, uint16_t type, bool absent);

#endif
