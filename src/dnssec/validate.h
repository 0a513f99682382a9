/*
 * validate.h - does a zone's key set prove what an answer says? (RFC 4035 §5)
 *
 * getdns_validate_dnssec2 gets one zone at a time, with the zone's validated keys as the trust
 * anchor, so that nothing signed by another zone (a parent's NSEC3, say) counts. trust_chain.h
 * decides which zone a name is in.
 */
#ifndef MXDANE_VALIDATE_H
#define MXDANE_VALIDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "keys.h"
#include "why_bogus.h"

/*
 * The DNSKEY RRset of answer->name, validated by `anchors` (its DS records, or the trust anchors).
 * *keys is set when the verdict is SECURE.
 */
struct dns_verdict validate_keys(const struct answer *answer, const struct getdns_list *anchors,
    int64_t now, struct arena *arena, struct zone_keys **keys);

/* The RRset in the answer section. A CNAME synthesized from a DNAME is validated by the DNAME. */
struct dns_verdict validate_rrset(const struct answer *answer, const char *owner, uint16_t type,
    const struct zone_keys *keys, int64_t now, struct arena *arena);
/*
 * That (name, type) is absent. An opt-out span, an unsigned delegation (DS) and NSEC3 with too many
 * iterations give INSECURE. The zone's SOA record beside it must hold too, but for DS.
 */
struct dns_verdict validate_absence(const struct answer *answer, const char *name, uint16_t type,
    const struct zone_keys *keys, int64_t now, struct arena *arena);
/* The signer's name of the signatures over (owner, type), or over the denial, if it encloses
 * `owner`; the deepest of several. NULL without one. */
const char *validate_find_signer(
    const struct answer *answer, const char *owner, uint16_t type, bool absent);
/*
 * True of NXDOMAIN for a name that exists: the NSEC or NSEC3 records beside it show the name, or
 * one below it (RFC 8020 §2; RFC 4592 §2.2.2). No signature is verified: a remark, never a status.
 */
bool validate_denies_existing(const struct answer *answer, const char *name);

#endif
