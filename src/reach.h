/*
 * reach.h - whether anything at all could be reached: a network that drops all that goes out to
 * port 25 looks, one report at a time, like hosts that are down.
 */
#ifndef MXDANE_REACH_H
#define MXDANE_REACH_H

#include "model.h"

/* Zeroed at the start of a run. */
struct reach {
	size_t timed_out;
	size_t other; /* reached, refused, unreachable: somebody spoke */
};

/* Counts the addresses of one judged domain; those of --chain and --reserved are no evidence. */
void reach_note(struct reach *reach, const struct domain_report *report);
/* True when several addresses were tried and all of them stayed silent. */
bool reach_looks_blocked(const struct reach *reach);

#endif
