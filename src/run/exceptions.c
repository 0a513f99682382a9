/* exceptions.c owns which exceptions of zone files were met by the domains of a run. */
#include "exceptions.h"

#include <stdlib.h>

#include "table.h"

struct met_exception {
	const struct exception *first; /* of the line */
	UT_hash_handle hh;
};

static bool is_met(const struct exceptions *e, const struct exception *first)
{
	struct met_exception *met;
	HASH_FIND_PTR(e->met, &first, met);
	return met;
}

/* Behind a lookup that failed there may be others. */
static bool is_whole(const struct domain_report *r)
{
	for (size_t n = 0; n < model_lookup_count(r); n++) {
		const struct lookup *l = model_nth_lookup(r, n);
		if (l && l->dnssec > DNSSEC_INSECURE)
			return false;
	}
	return !r->deadline_exceeded && r->mx_total <= r->host_count;
}

void exceptions_note(struct exceptions *e, const struct domain_report *report)
{
	e->undecided |= !is_whole(report);
	for (size_t i = 0; i < report->excepted_count; i++) {
		const struct exception *first = report->excepted[i]->exceptions;
		if (is_met(e, first))
			continue;
		struct met_exception *met = memory_alloc(sizeof *met);
		met->first = first;
		HASH_ADD_PTR(e->met, first, met);
	}
}

const struct location **exceptions_unmet(
    const struct exceptions *e, const struct zone_file *file, struct arena *arena, size_t *count)
{
	const struct location **list = NULL;
	const struct exception *last = NULL;
	*count = 0;
	for (size_t i = 0; i < file->count && !e->undecided; i++) {
		const struct location *at = &file->records[i].at;
		if (!at->exceptions || at->exceptions == last || is_met(e, at->exceptions))
			continue;
		last = at->exceptions;
		*(const struct location **)arena_append(arena, &list, count, sizeof *list) = at;
	}
	return list;
}

void exceptions_reset(struct exceptions *e)
{
	struct met_exception *met, *next;
	HASH_ITER(hh, e->met, met, next)
	{
		HASH_DEL(e->met, met);
		free(met);
	}
}
