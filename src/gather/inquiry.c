/* inquiry.c owns the pair of one domain's gatherings: as proposed and, beside it, as it is live. */
#include "inquiry.h"

#include <stdlib.h>

struct inquiry {
	struct domain_report *report;
	gather_cb *cb;
	void *user;
	struct gather_context live_context;
	struct proposed_chains no_chains;
	struct gather *proposed, *live; /* NULL when done */
};

static void finish_if_done(struct inquiry *i)
{
	gather_cb *cb = i->cb;
	void *user = i->user;
	struct domain_report *report = i->report;
	if (i->proposed || i->live)
		return;
	free(i);
	cb(user, report);
}

static void proposed_gathered(void *user, struct domain_report *report)
{
	struct inquiry *i = user;
	(void)report; /* the inquiry's own */
	i->proposed = NULL;
	finish_if_done(i);
}

static void live_gathered(void *user, struct domain_report *report)
{
	struct inquiry *i = user;
	(void)report; /* that of report->change */
	i->live = NULL;
	finish_if_done(i);
}

/* A report of the same domain and time, to be gathered anew. */
static struct domain_report *new_live_report(const struct domain_report *report)
{
	struct domain_report *live = arena_alloc(report->arena, sizeof *live);
	live->arena = report->arena;
	live->asked = report->asked;
	live->domain = report->domain;
	live->domain_unicode = report->domain_unicode;
	live->checked_at = report->checked_at;
	live->judged_at = report->judged_at;
	live->mx_kind = MX_KIND_NONE;
	return live;
}

static void start_live(struct inquiry *i, const struct gather_context *context)
{
	struct domain_report *report = i->report;
	report->change = arena_alloc(report->arena, sizeof *report->change);
	report->change->live = new_live_report(report);
	i->live_context = *context;
	i->live_context.view = DNS_VIEW_LIVE;
	i->live_context.chains = &i->no_chains;
	i->live = gather_start(&i->live_context, report->change->live, live_gathered, i);
}

struct inquiry *inquiry_start(
    const struct gather_context *context, struct domain_report *report, gather_cb *cb, void *user)
{
	struct inquiry *i = memory_alloc(sizeof *i);
	i->report = report;
	i->cb = cb;
	i->user = user;
	i->proposed = gather_start(context, report, proposed_gathered, i);
	if (context->params->zone_count || context->params->chain_count)
		start_live(i, context);
	return i;
}

void inquiry_cancel(struct inquiry *inquiry)
{
	if (!inquiry)
		return;
	gather_cancel(inquiry->proposed);
	gather_cancel(inquiry->live);
	free(inquiry);
}
