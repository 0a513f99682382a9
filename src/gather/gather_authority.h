/*
 * gather_authority.h - what each name server says by itself (--authoritative): of the zones that
 * the domain's MX records, and its hosts' addresses and TLSA records, are in.
 */
#ifndef MXDANE_GATHER_AUTHORITY_H
#define MXDANE_GATHER_AUTHORITY_H

#include "gather_task.h"

struct zone_search;
struct zone_state;

/* Zeroed before the first use. */
struct gather_authority {
	struct gather_tasks *tasks;
	struct domain_report *report;
	size_t steps; /* that were begun */
	struct zone_search *searches;
	size_t search_count;
	struct zone_state *zones; /* of report->authority->zones */
};

/* Once all else is known, and whenever no task is left: asks on. False: all is in
 * report->authority. */
bool gather_authority_go_on(
    struct gather_authority *g, struct gather_tasks *tasks, struct domain_report *report);

#endif
