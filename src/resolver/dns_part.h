/* dns_part.h - the verdict on one link of a chain: an alias, the records at its end, or their
 * absence. */
#ifndef MXDANE_DNS_PART_H
#define MXDANE_DNS_PART_H

#include "dns_chain.h"
#include "dnssec_walk.h"

struct dns_part {
	const struct dns_link *link;
	struct dns_verdict verdict;
	bool is_final; /* the verdict comes from a zone that was tried twice already */
	/* private */
	struct dnssec_walk *walk;
	struct dnssec_wait wait;
	bool walked;
	struct arena *arena;
	void (*cb)(void *user);
	void *user;
};

/* Calls `cb` from the loop when the verdict is there; its error text lives in `arena`. The part
 * must stay where it is until dns_part_end. */
void dns_part_begin(struct dns_part *part, struct dnssec_walk *walk, const struct dns_link *link,
    struct arena *arena, void (*cb)(void *user), void *user);
void dns_part_end(struct dns_part *part);
/* The zone whose keys the link was judged by; NULL: none. */
const char *dns_part_zone(const struct dns_part *part);
/* Adds the zone whose keys judged the link to `fact`, which is in the part's arena. Not the root:
 * nobody who reads a report renews its signatures. */
void dns_part_add_zone(const struct dns_part *part, struct lookup *fact);
/* Makes the next try fetch the zone's keys anew. */
void dns_part_forget_zone(struct dns_part *part);

#endif
