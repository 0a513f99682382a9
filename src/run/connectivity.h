/*
 * connectivity.h - whether anything at all could be reached: a network that drops all that goes out
 * to port 25 looks, one report at a time, like hosts that are down.
 */
#ifndef MXDANE_CONNECTIVITY_H
#define MXDANE_CONNECTIVITY_H

#include "model.h"
#include "params.h"

/* Zeroed at the start of a run. */
struct connectivity {
	size_t timed_out;      /* connections that timed out */
	struct address silent; /* the first address with such a one; family 0: none yet */
	bool several_silent;   /* another address has, too */
	bool answered;         /* a connection was made or refused, or a router reported an error */
};

/* Counts the connections of one judged domain; what was not tried is no evidence. */
void connectivity_note(struct connectivity *c, const struct domain_report *report);
/* True when several addresses were tried and all stayed silent: one alone is a host that is down,
 * for however many domains. */
bool connectivity_is_blocked(const struct connectivity *c);
/* Says so on standard error: a hint beside the reports, which changes no verdict. */
void connectivity_report(const struct connectivity *c, const struct params *params);

#endif
