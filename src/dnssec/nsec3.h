/*
 * nsec3.h - what hashed denial of existence proves (RFC 5155 §8).
 *
 * Not left to getdns 1.6, which looks for the delegation bit of the closest encloser in the wrong
 * field, so that a parent's records deny names below a zone cut, and which misses a wildcard
 * whose record is the last of the zone.
 */
#ifndef MXDANE_NSEC3_H
#define MXDANE_NSEC3_H

#include "denial.h"

struct nsec3;

/* `denials`: validated NSEC3 records. Freed with the arena. */
struct nsec3 *nsec3_read(const struct denials *denials, struct arena *arena);
/* The iterations of the set; 0 without records. */
unsigned nsec3_iterations(const struct nsec3 *set);
/* True if the span that the name is in leaves unsigned delegations out (RFC 5155 §6). */
bool nsec3_opts_out(const struct nsec3 *set, const char *name);
/* True if the name exists, and be it as an empty non-terminal (RFC 5155 §7.1). */
bool nsec3_shows(const struct nsec3 *set, const char *name);
/* True if the name is a delegation. */
bool nsec3_delegates(const struct nsec3 *set, const char *name);
/* Is (name, type) absent? `name` is in the zone or, for DS, at a cut below it. */
enum denial nsec3_deny(const struct nsec3 *set, const char *name, uint16_t type);
/*
 * Is `next_closer` denied, so that the wildcard above it applies (RFC 5155 §8.8)? NXDOMAIN: yes;
 * INSECURE: it lies in an opt-out span, or takes too many iterations; NOTHING: no.
 */
enum denial nsec3_deny_closer(const struct nsec3 *set, const char *next_closer);

#endif
