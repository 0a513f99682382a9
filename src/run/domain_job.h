/*
 * domain_job.h - the domains of a run: what is under way, and what is kept of those printed for one
 * that is given again.
 */
#ifndef MXDANE_DOMAIN_JOB_H
#define MXDANE_DOMAIN_JOB_H

#include "gather.h"
#include "table.h"

struct domain_job {
	void *owner;
	struct domain_report *report;
	struct gather_both *gather; /* NULL when done */
	bool done;
	bool refused;     /* its proposal cannot stand: a message says so in place of a report */
	size_t unprinted; /* of the places in the input that list it */
	bool kept;
	struct domain_job *prev, *next; /* in the list of those kept */
	UT_hash_handle hh;
};

/* Zeroed before the first is added. */
struct domain_jobs {
	struct domain_job *table;
	struct domain_job
	    *kept; /* done and printed, the oldest first: for one that is given again */
	size_t kept_count;
};

/* What is known of a domain before anything is looked up, in an arena of its own. `from_zones`: an
 * owner of MX in the zone files, which may be a wildcard. */
struct domain_report *domain_report_new(
    const struct params *params, const char *text, bool from_zones);

/* NULL if the domain is not there. */
struct domain_job *domain_jobs_find(const struct domain_jobs *jobs, const char *domain);
/* Not begun; the report, with its arena, is the job's from now on. */
struct domain_job *domain_jobs_add(
    struct domain_jobs *jobs, struct domain_report *report, void *owner);
/* It was printed: kept for when it is given again, up to LIMIT_REMEMBERED_DOMAINS of them, so that
 * memory stays flat over a list of any length. */
void domain_jobs_keep(struct domain_jobs *jobs, struct domain_job *job);
/* It is given once more, so it will be printed. */
void domain_jobs_list(struct domain_jobs *jobs, struct domain_job *job);
/* Ends what is under way and frees all. */
void domain_jobs_destroy(struct domain_jobs *jobs);

#endif
