/*
 * check_outcome.h - the domains of a run, by name. Those that were checked last stay, so that one
 * given twice is checked once.
 */
#ifndef MXDANE_CHECK_OUTCOME_H
#define MXDANE_CHECK_OUTCOME_H

#include "inquiry.h"
#include "table.h"

struct outcome {
	void *owner;
	struct domain_report *report;
	struct inquiry *inquiry; /* NULL when done */
	bool done;
	size_t mentions; /* that still have to be printed */
	UT_hash_handle hh;
};

/* Zeroed before the first is added. */
struct outcomes {
	struct outcome *table; /* keeps the order in which they came */
};

/* What is known of a domain before anything is looked up, in an arena of its own. */
struct domain_report *outcome_new_report(const struct params *params, const char *text);

/* NULL if the domain is not there. */
struct outcome *outcomes_find(const struct outcomes *outcomes, const char *domain);
/* The report, with its arena, is the outcome's from now on. */
struct outcome *outcomes_add(struct outcomes *outcomes, struct domain_report *report, void *owner);
/* Keeps memory flat over a list of any length: the oldest that nobody waits for goes first. */
void outcomes_forget_oldest(struct outcomes *outcomes);
/* Ends what is under way and frees all. */
void outcomes_reset(struct outcomes *outcomes);

#endif
