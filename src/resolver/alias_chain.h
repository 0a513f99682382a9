/*
 * alias_chain.h - the links from the asked name to what it stands for, over one or more answers.
 *
 * A resolver may end a chain of aliases before its end; the rest is then asked separately, so a
 * chain can span several answers.
 */
#ifndef MXDANE_ALIAS_CHAIN_H
#define MXDANE_ALIAS_CHAIN_H

#include "answer.h"
#include "limit.h"
#include "trust_chain.h"
#include "zone_overlay.h"

struct alias_link {
	struct answer *answer; /* where it stands */
	const char *owner;
	uint16_t type; /* CNAME for an alias, else the asked type */
	bool absent;   /* the end: no such record, and the answer says so */
};

enum alias_chain_state {
	ALIAS_CHAIN_WHOLE,     /* the last link is the end */
	ALIAS_CHAIN_CHOPPED,   /* alias_chain.final is still to be asked */
	ALIAS_CHAIN_PROPOSED,  /* alias_chain.final is not live DNS' to answer */
	ALIAS_CHAIN_MALFORMED, /* a loop, too many links, or two targets for one alias */
};

struct alias_chain {
	struct alias_link links[LIMIT_ALIAS_LINKS + 1];
	size_t count;
	const char *final;
	const struct zone_overlay *overlay; /* proposed data, or NULL */
	const char *error;                  /* for ALIAS_CHAIN_MALFORMED: a sentence fragment */
	bool loops;                         /* that is why; `final` is in the loop */
};

/* Adds the links of `answer`, which answers the question for the chain's present end (the asked
 * name at first). */
enum alias_chain_state alias_chain_follow(struct alias_chain *chain, struct answer *answer);

struct link_verdict {
	const struct alias_link *link;
	struct dns_verdict verdict;
	bool is_final; /* the verdict comes from a zone that was tried twice already */
	/* private */
	struct trust_chain *trust_chain;
	struct trust_chain_wait wait;
	bool by_owner; /* judged by the zone that the link's owner is in, not by its signer's */
	struct arena *arena;
	void (*cb)(void *user);
	void *user;
};

/* Calls `cb` from the loop when the verdict is there; its error text lives in `arena`. The verdict
 * must stay where it is until its wait is ended by waiters_leave. */
void alias_chain_judge_link(struct link_verdict *v, struct trust_chain *trust_chain,
    const struct alias_link *link, struct arena *arena, void (*cb)(void *user), void *user);
/* The zone whose keys the link was judged by; NULL: none. */
const char *alias_chain_link_zone(const struct link_verdict *v);
/* Adds the zone whose keys judged the link to `fact`, which is in the verdict's arena. Not the
 * root: nobody who reads a report renews its signatures. */
void alias_chain_add_zone(const struct link_verdict *v, struct lookup *fact);
/* Where the link ceases to be proven; copied into the verdict's arena. */
struct broken_link alias_chain_broken(const struct link_verdict *v);
/* Makes the next try fetch the zone's keys anew. */
void alias_chain_forget_zone(struct link_verdict *v);

#endif
