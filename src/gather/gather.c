/* gather.c owns the course of one domain's gathering: which facts are asked for when, and when all
 * is in. */
#include "gather.h"

#include <stdlib.h>

#include "gather_internal.h"
#include "name.h"
#include "sts.h"

/* ---- The MTA-STS policy ---- */

static void policy_known(struct gather *g)
{
	sts_conclude(g->report->arena, g->report->mta_sts);
	gather_hosts_sts(g);
}

static void sts_txt_known(struct gather *g, struct host_state *host)
{
	(void)host; /* a fact of the domain */
	struct mta_sts *sts = g->report->mta_sts;
	if (!sts)
		return;
	sts_conclude(g->report->arena, sts);
	if (!sts->id)
		return;
	sts->url = arena_printf(
	    g->report->arena, "https://mta-sts.%s/.well-known/mta-sts.txt", g->report->domain);
	gather_policy(g, policy_known);
}

static void tls_rpt_known(struct gather *g, struct host_state *host)
{
	(void)host;
	if (g->report->tls_rpt)
		sts_read_tls_rpt(g->report->arena, g->report->tls_rpt);
}

/* ---- The domain ---- */

/* report.md: these facts are null where the MX lookup stops the run of a domain. */
static void stop_domain(struct gather *g)
{
	g->stopped = true;
	gather_drop_tasks(g);
	g->report->mta_sts = NULL;
	g->report->tls_rpt = NULL;
}

static void mx_known(struct gather *g, struct host_state *host)
{
	(void)host;
	struct domain_report *r = g->report;
	if (r->mx->failure == LOOKUP_FAILURE_ROOT)
		r->root_error = r->mx->error;
	if (r->mx->kind == ANSWER_FAILED || r->mx->kind == ANSWER_NXDOMAIN ||
	    r->mx->dnssec == DNSSEC_BOGUS) {
		r->mx_kind = MX_KIND_NONE;
		stop_domain(g);
		return;
	}
	gather_mx_hosts(r);
	if (r->mx_kind == MX_KIND_NULL)
		stop_domain(g);
	else
		gather_hosts_start(g);
}

static void given_hosts(struct gather *g)
{
	const struct params *p = g->context->params;
	struct domain_report *r = g->report;
	r->mx_kind = MX_KIND_GIVEN;
	r->hosts = arena_array(r->arena, p->mx_host_count, sizeof *r->hosts);
	r->host_count = r->mx_total = p->mx_host_count;
	for (size_t i = 0; i < p->mx_host_count; i++) {
		struct mx_host *h = &r->hosts[i];
		h->name = h->sni = p->mx_hosts[i];
		h->name_unicode = name_to_unicode(r->arena, h->name);
		h->target_valid = true;
	}
	gather_hosts_start(g);
}

static void destroy(struct gather *g)
{
	loop_timer_destroy(g->clock);
	loop_timer_destroy(g->soon);
	g->context->parking->count -= g->parked;
	free(g);
}

static void finish(void *user)
{
	struct gather *g = user;
	struct domain_report *r = g->report;
	if (g->tasks)
		return;
	if (!g->stopped)
		gather_hosts_finish(g);
	r->elapsed_ms = (unsigned)(loop_now_ms(g->context->loop) - g->started_ms);
	gather_cb *cb = g->cb;
	void *cb_user = g->user;
	destroy(g);
	cb(cb_user, r);
}

/* ---- The deadline ---- */

/* The clock of --deadline looks so many times whether it runs. */
enum { CLOCK_STEPS = 32 };

static void pass_deadline(struct gather *g)
{
	g->closing = true;
	g->report->deadline_exceeded = true;
	gather_end_tasks(g);
	finish(g);
}

static unsigned next_step(const struct gather *g)
{
	unsigned step = g->context->params->deadline_ms / CLOCK_STEPS;
	return step < g->left_ms ? step : g->left_ms;
}

static void clock_ticked(void *user)
{
	struct gather *g = user;
	if (gather_is_served(g))
		g->left_ms -= next_step(g);
	if (g->left_ms == 0)
		pass_deadline(g);
	else
		loop_timer_start(g->clock, next_step(g));
}

static void start_domain(struct gather *g)
{
	struct domain_report *r = g->report;
	r->mta_sts = arena_alloc(r->arena, sizeof *r->mta_sts);
	r->tls_rpt = arena_alloc(r->arena, sizeof *r->tls_rpt);
	if (g->context->params->mx_host_count)
		given_hosts(g);
	else
		gather_lookup(g, NULL, r->domain, DNS_TYPE_MX, &r->mx, mx_known);
	gather_lookup(g, NULL, arena_printf(r->arena, "_mta-sts.%s", r->domain), DNS_TYPE_TXT,
	    &r->mta_sts->txt, sts_txt_known);
	/*
	 * Not after the TXT record: behind a slow resolver that would be the longest chain. A list
	 * does not end sooner for it, and most domains have no policy.
	 */
	if (!g->context->params->file)
		sts_fetch_prepare(g->context->fetcher, g->context->view, r->domain);
	gather_lookup(g, NULL, arena_printf(r->arena, "_smtp._tls.%s", r->domain), DNS_TYPE_TXT,
	    &r->tls_rpt->txt, tls_rpt_known);
}

struct gather *gather_start(
    const struct gather_context *context, struct domain_report *report, gather_cb *cb, void *user)
{
	struct gather *g = memory_alloc(sizeof *g);
	g->context = context;
	g->report = report;
	g->cb = cb;
	g->user = user;
	g->started_ms = loop_now_ms(context->loop);
	g->clock = loop_timer_create(context->loop, clock_ticked, g);
	g->left_ms = context->params->deadline_ms;
	g->soon = loop_timer_create(context->loop, finish, g);
	loop_timer_start(g->clock, next_step(g));
	start_domain(g);
	return g;
}

void gather_cancel(struct gather *g)
{
	if (!g)
		return;
	gather_drop_tasks(g);
	destroy(g);
}
