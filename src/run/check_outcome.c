/* check_outcome.c owns the domains that are or were checked. */
#include "check_outcome.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "limit.h"
#include "name.h"

struct domain_report *outcome_new_report(const struct params *params, const char *text)
{
	struct arena *arena = arena_create();
	struct domain_report *r = arena_alloc(arena, sizeof *r);
	const char *invalid = NULL;
	r->arena = arena;
	r->asked = arena_strdup(arena, text);
	r->domain = name_from_user(arena, text, &invalid);
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

struct outcome *outcomes_find(const struct outcomes *outcomes, const char *domain)
{
	struct outcome *o = NULL;
	HASH_FIND(hh, outcomes->table, domain, strlen(domain), o);
	return o;
}

struct outcome *outcomes_add(struct outcomes *outcomes, struct domain_report *report, void *owner)
{
	struct outcome *o = memory_alloc(sizeof *o);
	o->owner = owner;
	o->report = report;
	HASH_ADD_KEYPTR(hh, outcomes->table, report->domain, strlen(report->domain), o);
	return o;
}

static void destroy(struct outcomes *outcomes, struct outcome *o)
{
	HASH_DEL(outcomes->table, o);
	inquiry_cancel(o->inquiry);
	arena_destroy(o->report->arena);
	free(o);
}

void outcomes_forget_oldest(struct outcomes *outcomes)
{
	struct outcome *o = outcomes->table;
	size_t excess = HASH_COUNT(outcomes->table);
	while (o && excess > LIMIT_REMEMBERED_DOMAINS) {
		struct outcome *next = o->hh.next;
		if (o->done && o->mentions == 0) {
			destroy(outcomes, o);
			excess--;
		}
		o = next;
	}
}

void outcomes_reset(struct outcomes *outcomes)
{
	for (struct outcome *o = outcomes->table, *next; o; o = next) {
		next = o->hh.next;
		destroy(outcomes, o);
	}
}
