/*
 * dns_nsec3.h - what hashed denial of existence proves (RFC 5155 §8).
 *
 * Done here and not by getdns, which looks for the delegation bit of the closest encloser in the
 * wrong field, so that a parent's records deny what lies below a zone cut, and which does not see a
 * wildcard whose record is the last of the zone.
 */
#ifndef MXDANE_DNS_NSEC3_H
#define MXDANE_DNS_NSEC3_H

#include "dns_answer.h"

enum dns_nsec3_result {
	DNS_NSEC3_NOTHING,  /* no proof */
	DNS_NSEC3_INSECURE, /* an opt-out span, an unsigned delegation, too many iterations */
	DNS_NSEC3_NODATA,   /* the name, or a wildcard for it, exists without the type */
	DNS_NSEC3_NXDOMAIN, /* the name does not exist, nor a wildcard for it */
};

struct dns_nsec3;

/* `records`: NSEC3 records of one zone whose signatures have been proven. Freed with the arena. */
struct dns_nsec3 *dns_nsec3_read(
    const struct dns_rr *const *records, size_t count, const char *zone, struct arena *arena);
/* Is (name, type) absent? `name` is in the zone or, for DS, at a cut below it. */
enum dns_nsec3_result dns_nsec3_deny(const struct dns_nsec3 *set, const char *name, uint16_t type);
/*
 * Does something closer keep the wildcard under `closest` from standing for `owner`? NOTHING: not
 * proven that not; NXDOMAIN: proven that nothing does; INSECURE: not known.
 */
enum dns_nsec3_result dns_nsec3_deny_closer(const struct dns_nsec3 *set, const char *next_closer);

#endif
