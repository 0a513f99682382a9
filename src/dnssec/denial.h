/*
 * denial.h - the records that deny: the NSEC and NSEC3 of an answer, their proof, and what the
 * one at a name says of its types.
 */
#ifndef MXDANE_DENIAL_H
#define MXDANE_DENIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns_answer.h"
#include "keys.h"

enum denial {
	DENIAL_NOTHING,  /* no proof */
	DENIAL_INSECURE, /* an opt-out span, an unsigned delegation, too many iterations */
	DENIAL_NODATA,   /* the name, or a wildcard for it, exists without the type */
	DENIAL_NXDOMAIN, /* the name does not exist, nor a wildcard for it */
};

/* Records of one type that one zone has signed. */
struct denials {
	const struct dns_answer *answer;
	const char *zone;
	uint16_t type; /* DNS_TYPE_NSEC or DNS_TYPE_NSEC3 */
	const struct dns_rr **records;
	size_t count;
};

/*
 * Those of the authority section with a signature by `zone`. Without records made from a wildcard:
 * what denies stands for its own name alone. The list lives in `arena`, as long as the answer.
 */
struct denials denial_find(
    const struct dns_answer *answer, uint16_t type, const char *zone, struct arena *arena);
/* Adds them and the zone's signatures over them. */
void denial_add(const struct denials *d, struct getdns_list *list);
/* True if there are some, and the zone's keys prove all of them. Proven ones are remembered. */
bool denial_prove(const struct denials *d, const struct zone_keys *keys, int64_t now);

/* What a proven record at `name` says of `type` there (RFC 4035 §5.4; RFC 5155 §8.5, 8.6). */
enum denial denial_at_name(const struct dns_rr *rr, const char *name, uint16_t type);
/* And what one at the wildcard for a name says of `type` at that name (RFC 5155 §8.7). */
enum denial denial_at_wildcard(const struct dns_rr *rr, uint16_t type);
/* True if what is below the record's name is not its zone's to deny (RFC 6840 §4.1). */
bool denial_is_cut(const struct dns_rr *rr);

/* Is (name, type) absent? `set` is proven; `name` is in the zone or, for DS, at a cut below it. */
enum denial denial_by_nsec(
    const struct denials *set, const char *name, uint16_t type, struct arena *arena);
/* NXDOMAIN if nothing is at `next_closer` or below it, which would keep a wildcard away; else
 * NOTHING. */
enum denial denial_of_closer_by_nsec(const struct denials *set, const char *next_closer);

#endif
