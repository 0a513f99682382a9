/*
 * nsec3.h - what hashed denial of existence proves (RFC 5155 §8).
 *
 * Done here and not by getdns, which looks for the delegation bit of the closest encloser in the
 * wrong field, so that a parent's records deny what lies below a zone cut, and which does not see a
 * wildcard whose record is the last of the zone.
 */
#ifndef MXDANE_NSEC3_H
#define MXDANE_NSEC3_H

#include "denial.h"

struct nsec3;

/* `denials`: NSEC3 records that have been proven. Freed with the arena. */
struct nsec3 *nsec3_read(const struct denials *denials, struct arena *arena);
/* Of all records; 0 without any. */
unsigned nsec3_iterations(const struct nsec3 *set);
/* Is (name, type) absent? `name` is in the zone or, for DS, at a cut below it. */
enum denial nsec3_deny(const struct nsec3 *set, const char *name, uint16_t type);
/*
 * Does something closer keep the wildcard under `closest` from standing for `owner`? NOTHING: not
 * proven that not; NXDOMAIN: proven that nothing does; INSECURE: not known.
 */
enum denial nsec3_deny_closer(const struct nsec3 *set, const char *next_closer);

#endif
