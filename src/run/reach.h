/*
 * reach.h - whether anything at all could be reached: a network that drops all that goes out to
 * port 25 looks, one report at a time, like hosts that are down.
 */
#ifndef MXDANE_REACH_H
#define MXDANE_REACH_H

#include "model.h"

/* Zeroed at the start of a run. */
struct reach {
	size_t timed_out;      /* connections */
	struct address silent; /* the first address that did; family 0: none yet */
	bool several_silent;   /* another one did too */
	bool answered;         /* reached, refused, unreachable: somebody spoke */
};

/* Counts the connections of one judged domain; what was not tried is no evidence. */
void reach_note(struct reach *reach, const struct domain_report *report);
/* True when several addresses were tried and all stayed silent: one alone is a host that is down,
 * for however many domains. */
bool reach_looks_blocked(const struct reach *reach);

#endif
