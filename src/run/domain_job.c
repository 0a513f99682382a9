/* domain_job.c owns the domains of a run. */
#include "domain_job.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <utlist.h>

#include "limit.h"
#include "name.h"

/* NULL, and why, if it is no name. A wildcard's MX records are those of the names that it gives
 * them to, and are judged at the wildcard. */
static const char *name_of(
    struct arena *arena, const char *text, bool from_zones, const char **invalid)
{
	if (!from_zones)
		return name_from_user(arena, name_meant(arena, text), invalid);
	bool wildcard = strncmp(text, "*.", 2) == 0;
	const char *name = name_from_user(arena, wildcard ? text + 2 : text, invalid);
	return name && wildcard ? arena_printf(arena, "*.%s", name) : name;
}

struct domain_report *domain_report_new(
    const struct params *params, const char *text, bool from_zones)
{
	struct arena *arena = arena_create();
	struct domain_report *r = arena_alloc(arena, sizeof *r);
	const char *invalid = NULL;
	r->arena = arena;
	r->asked = arena_strdup(arena, text);
	r->domain = name_of(arena, text, from_zones, &invalid);
	r->invalid = invalid;
	if (r->domain)
		r->domain_unicode = name_to_unicode(arena, r->domain);
	else
		r->domain = r->asked;
	r->mx_kind = MX_KIND_NONE;
	r->checked_at = time(NULL);
	r->judged_at = !params->at_given     ? r->checked_at
		       : params->at_relative ? r->checked_at + params->at_value
					     : params->at_value;
	return r;
}

struct domain_job *domain_jobs_find(const struct domain_jobs *jobs, const char *domain)
{
	struct domain_job *job = NULL;
	HASH_FIND(hh, jobs->table, domain, strlen(domain), job);
	return job;
}

struct domain_job *domain_jobs_add(
    struct domain_jobs *jobs, struct domain_report *report, void *owner)
{
	struct domain_job *job = memory_alloc(sizeof *job);
	job->owner = owner;
	job->report = report;
	HASH_ADD_KEYPTR(hh, jobs->table, report->domain, strlen(report->domain), job);
	return job;
}

static void unkeep_job(struct domain_jobs *jobs, struct domain_job *job)
{
	if (!job->kept)
		return;
	job->kept = false;
	DL_DELETE(jobs->kept, job);
	jobs->kept_count--;
}

static void destroy_job(struct domain_jobs *jobs, struct domain_job *job)
{
	unkeep_job(jobs, job);
	HASH_DEL(jobs->table, job);
	gather_both_cancel(job->gather);
	arena_destroy(job->report->arena);
	free(job);
}

void domain_jobs_keep(struct domain_jobs *jobs, struct domain_job *job)
{
	job->kept = true;
	DL_APPEND(jobs->kept, job);
	if (++jobs->kept_count > LIMIT_REMEMBERED_DOMAINS)
		destroy_job(jobs, jobs->kept);
}

void domain_jobs_list(struct domain_jobs *jobs, struct domain_job *job)
{
	unkeep_job(jobs, job);
	job->unprinted++;
}

void domain_jobs_destroy(struct domain_jobs *jobs)
{
	for (struct domain_job *job = jobs->table, *next; job; job = next) {
		next = job->hh.next;
		destroy_job(jobs, job);
	}
}
