/* judge_exception.c owns the exceptions in zone files: which findings they hide, and which of them
 * hide nothing. */
#include "judge_internal.h"

void judge_excuse(struct finding *f)
{
	const struct exception *e = f->at ? f->at->exceptions : NULL;
	while (e && e->code != f->code)
		e = e->next;
	if (!e)
		return;
	f->ignored = true;
	f->ignored_reason = e->reason;
}

/* One of $GENERATE is for the records of the whole line. */
static bool has_finding(
    const struct domain_report *r, const struct location *at, enum finding_code code)
{
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		if (f->code == code && f->at && f->at->exceptions == at->exceptions)
			return true;
	}
	return false;
}

/* What was not looked at may be what it is for. */
static bool is_undecided(const struct domain_report *r, enum finding_code code)
{
	for (size_t i = 0; i < r->finding_count; i++)
		if (judge_ends_check(&r->findings[i]) &&
		    (!judge_is_of_policy(r->findings[i].code) || judge_is_of_policy(code)))
			return true;
	return false;
}

/* An exception for ignore-stale is for others beside it. */
static bool is_stale(
    const struct domain_report *r, const struct location *at, enum finding_code code)
{
	return code != FINDING_IGNORE_STALE && !has_finding(r, at, code) && !is_undecided(r, code);
}

/* "sts-absent, tlsa-absent"; NULL if none is stale. */
static const char *list_stale(struct judge *j, const struct location *at)
{
	const char *list = NULL;
	for (const struct exception *e = at->exceptions; e; e = e->next)
		if (is_stale(j->report, at, e->code))
			list = arena_printf(j->arena, "%s%s%s", list ? list : "", list ? ", " : "",
			    finding_info(e->code)->code);
	return list;
}

static const struct zone_line unknown;

static void add_stale(
    struct judge *j, const struct zone_line *about, const struct location *at, const char *what)
{
	const char *codes = list_stale(j, at);
	if (!codes)
		return;
	struct finding *f = judge_add(j, FINDING_IGNORE_STALE, (struct place){.at = at}, NULL,
	    "Line %u of %s has an exception for %s that hides nothing%s.", at->line,
	    judge_escaped(j, at->file), codes, what);
	if (!about->owner)
		return;
	f->about = *about;
	f->about.data.ttl = 0;
}

static void judge_line(struct judge *j, const struct zone_line *about, const struct location *at)
{
	struct domain_report *r = j->report;
	if (!at || !at->exceptions)
		return;
	*(const struct location **)arena_append(
	    j->arena, &r->excepted, &r->excepted_count, sizeof *r->excepted) = at;
	if (!has_finding(r, at, FINDING_IGNORE_STALE))
		add_stale(j, about, at, arena_printf(j->arena, " about %s", r->domain));
}

static void judge_lines(struct judge *j, const struct lookup *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->record_count; i++)
		judge_line(
		    j, &(struct zone_line){l->final, l->type, l->records[i]}, l->records[i].at);
	judge_line(j, &unknown, l->duplicate);
	judge_line(j, &unknown, l->unknown ? l->unknown->at : NULL);
}

void judge_unmet_exceptions(struct judge *j)
{
	const struct domain_report *r = j->report;
	for (size_t i = 0; i < r->unmet_count; i++)
		add_stale(j, &unknown, r->unmet[i], ": no mail domain has to do with this record");
}

void judge_exceptions(struct judge *j)
{
	const struct domain_report *r = j->report;
	for (size_t n = 0; n < model_lookup_count(r); n++)
		judge_lines(j, model_nth_lookup(r, n));
	for (size_t i = 0; i < r->host_count; i++)
		for (size_t k = 0; k < MX_HOST_ELSEWHERE; k++)
			judge_lines(j, r->hosts[i].elsewhere[k].found);
}
