/*
 * ad_check.h - whether the resolver validates at all, where its AD bit is to be believed
 * (--dnssec trust-ad): one that does sets it for the root's keys.
 *
 * A resolver that does not validate never sets the bit, so that each signed domain would look
 * unsigned. So the check is made at the first answer without it, once in a run.
 */
#ifndef MXDANE_AD_CHECK_H
#define MXDANE_AD_CHECK_H

#include "transport.h"

struct ad_check;

/* `transport` must outlive the check. */
struct ad_check *ad_check_create(struct transport *transport);
/* Without callbacks. NULL is allowed. */
void ad_check_destroy(struct ad_check *ad_check);

/* Someone who waits for the result; embedded in the user's own object, zero-initialized. */
struct ad_check_wait {
	/* LOOKUP_FAILURE_NONE: the resolver validates. LOOKUP_FAILURE_ROOT: it does not. Else it
	 * could not be asked. `error` is a sentence fragment, valid during the call. */
	void (*cb)(void *user, enum lookup_failure failure, const char *error);
	void *user;
	bool queued;
	struct ad_check_wait *prev, *next;
};

/* True if it is known already that the resolver validates. */
bool ad_check_passed(const struct ad_check *ad_check);
/* Asks the resolver, or joins the question under way; wait->cb is called once, from the loop. */
void ad_check_await(struct ad_check *ad_check, struct ad_check_wait *wait);
/* Ends the wait, answered or not. Does nothing for one that never began. */
void ad_check_release(struct ad_check *ad_check, struct ad_check_wait *wait);

#endif
