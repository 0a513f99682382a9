/*
 * dns_witness.h - whether the resolver validates at all, where its AD bit is to be believed
 * (--dnssec trust-ad): every resolver that does vouches for the root's keys.
 *
 * One that does not leaves the bit out of every answer, which would make each signed domain look
 * unsigned. So the first answer without it is reason to ask, once in a run.
 */
#ifndef MXDANE_DNS_WITNESS_H
#define MXDANE_DNS_WITNESS_H

#include "dns_transport.h"

struct dns_witness;

/* `transport` must outlive it. */
struct dns_witness *dns_witness_create(struct dns_transport *transport);
/* Nobody is called back. NULL is allowed. */
void dns_witness_destroy(struct dns_witness *witness);

/* One wish to know; embedded in the user's own object, zero-initialised. */
struct dns_witness_wait {
	/* LOOKUP_FAILURE_NONE: the resolver validates. LOOKUP_FAILURE_ROOT: it does not. Else it
	 * could not be asked. `error` is a sentence fragment, valid during the call. */
	void (*cb)(void *user, enum lookup_failure failure, const char *error);
	void *user;
	bool queued;
	struct dns_witness_wait *prev, *next;
};

/* True if it is known that the resolver validates: nobody is called back. */
bool dns_witness_vouches(const struct dns_witness *witness);
/* Asks; wait->cb comes once, from the loop. */
void dns_witness_want(struct dns_witness *witness, struct dns_witness_wait *wait);
/* Ends the wait, answered or not. Does nothing for one that never began. */
void dns_witness_release(struct dns_witness *witness, struct dns_witness_wait *wait);

#endif
