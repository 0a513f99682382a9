/*
 * dns_chain.h - the links from the asked name to what it stands for, over one or more answers.
 *
 * A resolver may end a chain of aliases before its end; the rest is then asked separately, so a
 * chain can span several answers.
 */
#ifndef MXDANE_DNS_CHAIN_H
#define MXDANE_DNS_CHAIN_H

#include "dns_answer.h"
#include "trust_chain.h"
#include "limit.h"
#include "zone_overlay.h"

struct dns_link {
	struct dns_answer *answer; /* where it stands */
	const char *owner;
	uint16_t type; /* CNAME for an alias, else the asked type */
	bool absent;   /* the end: no such record, and the answer says so */
};

enum dns_chain_state {
	DNS_CHAIN_WHOLE,     /* the last link is the end */
	DNS_CHAIN_CHOPPED,   /* dns_chain.final is still to be asked */
	DNS_CHAIN_PROPOSED,  /* dns_chain.final is not live DNS' to answer */
	DNS_CHAIN_MALFORMED, /* a loop, too many links, or two targets for one alias */
};

struct dns_chain {
	struct dns_link links[LIMIT_ALIAS_LINKS + 1];
	size_t count;
	const char *final;
	const struct zone_overlay *overlay; /* proposed data, or NULL */
	const char *error;                  /* for DNS_CHAIN_MALFORMED: a sentence fragment */
};

/* Adds the links of `answer`, which answers the question for the chain's present end (the asked
 * name at first). */
enum dns_chain_state dns_chain_follow(struct dns_chain *chain, struct dns_answer *answer);

struct dns_part {
	const struct dns_link *link;
	struct dns_verdict verdict;
	bool is_final; /* the verdict comes from a zone that was tried twice already */
	/* private */
	struct trust_chain *walk;
	struct trust_chain_wait wait;
	bool walked;
	struct arena *arena;
	void (*cb)(void *user);
	void *user;
};

/* Calls `cb` from the loop when the verdict is there; its error text lives in `arena`. The part
 * must stay where it is until dns_part_end. */
void dns_part_begin(struct dns_part *part, struct trust_chain *walk, const struct dns_link *link,
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
