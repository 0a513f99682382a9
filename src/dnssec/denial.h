/*
 * denial.h - denial of existence: the NSEC and NSEC3 records of an answer, their signatures, and
 * what NSEC proves (RFC 4035 §5.4).
 */
#ifndef MXDANE_DENIAL_H
#define MXDANE_DENIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "keys.h"

enum denial {
	DENIAL_NOTHING,  /* no proof */
	DENIAL_INSECURE, /* an opt-out span, an unsigned delegation, too many iterations */
	DENIAL_NODATA,   /* the name, or a wildcard for it, exists without the type */
	DENIAL_NXDOMAIN, /* the name does not exist, nor a wildcard for it */
};

/* Records of one type that one zone has signed. */
struct denials {
	const struct answer *answer;
	const char *zone;
	uint16_t type; /* DNS_TYPE_NSEC or DNS_TYPE_NSEC3 */
	const struct dns_rr **records;
	size_t count;
};

/*
 * Those of the authority section with a signature by `zone`, without records expanded from a
 * wildcard: an NSEC or NSEC3 record is valid at its original owner alone. The list lives in
 * `arena`, as long as the answer.
 */
struct denials denial_find(
    const struct answer *answer, uint16_t type, const char *zone, struct arena *arena);
/* Appends them and the zone's signatures over them to `list`. */
void denial_add(const struct denials *d, struct getdns_list *list);
/* True if there are some and the zone's keys verify all of them; the result is cached. */
bool denial_prove(const struct denials *d, const struct zone_keys *keys, int64_t now);

/* What a validated record matching `name` says of `type` (RFC 4035 §5.4; RFC 5155 §8.5, 8.6). */
enum denial denial_at_name(const struct dns_rr *rr, const char *name, uint16_t type);
/* The same of a record matching the wildcard at the closest encloser (RFC 5155 §8.7). */
enum denial denial_at_wildcard(const struct dns_rr *rr, uint16_t type);
/* True if an NSEC record, validated or not, names it or a name below it: the name exists, and be it
 * as an empty non-terminal (RFC 4592 §2.2.2). */
bool denial_shows_by_nsec(const struct denials *set, const char *name);
/* True at a delegation or DNAME: the record denies nothing below its owner (RFC 6840 §4.1). */
bool denial_is_cut(const struct dns_rr *rr);

/* Is (name, type) absent? `set` is validated; `name` is in the zone or, for DS, at a cut of it. */
enum denial denial_by_nsec(
    const struct denials *set, const char *name, uint16_t type, struct arena *arena);
/* NXDOMAIN if neither `next_closer` nor a name below it exists, which would block the wildcard;
 * else NOTHING. */
enum denial denial_of_closer_by_nsec(const struct denials *set, const char *next_closer);

#endif
