/*
 * dns_chain.h - the links from the asked name to what it stands for, over one or more answers.
 *
 * A resolver may end a chain of aliases before its end; the rest is then asked separately, so a
 * chain can span several answers.
 */
#ifndef MXDANE_DNS_CHAIN_H
#define MXDANE_DNS_CHAIN_H

#include "dns_answer.h"
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

#endif
