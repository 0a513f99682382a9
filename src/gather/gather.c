/* gather.c owns the course of one domain's gathering: which facts are asked for when, in both
 * views, and when all is in. */
#include "gather.h"

#include <stdlib.h>

#include "gather_authority.h"
#include "gather_host.h"
#include "sts.h"

/* One view's. */
struct gather {
	struct gather_both *both;
	const struct gather_context *context;
	struct domain_report *report;
	uint64_t started_ms;
	bool under_way;
	bool stopped;   /* the MX lookup ended the run of the domain */
	bool asked_any; /* what turns of --repeat left unclear */
	bool known;     /* all that decides */
	struct gather_tasks tasks;
	struct gather_hosts hosts;
	struct gather_authority authority;
};

struct gather_both {
	struct gather proposed, live;
	gather_cb *cb;
	void *user;
	struct gather_context live_context;
	struct proposed_chains no_chains;
};

/* ---- MTA-STS and TLSRPT ---- */

static void policy_known(void *user)
{
	struct gather *g = user;
	sts_conclude(g->report->arena, g->report->mta_sts);
	gather_hosts_probe_sts(&g->hosts);
}

static void sts_txt_known(void *user)
{
	struct gather *g = user;
	struct domain_report *r = g->report;
	struct mta_sts *sts = r->mta_sts;
	if (!sts)
		return;
	sts_conclude(r->arena, sts);
	gather_hosts_ask_soa(&g->hosts);
	if (!sts->id)
		return;
	sts->url = arena_printf(r->arena, "https://mta-sts.%s/.well-known/mta-sts.txt", r->domain);
	gather_task_policy(&g->tasks, r->domain, &sts->fetch, policy_known, g);
}

static void tls_rpt_known(void *user)
{
	struct gather *g = user;
	if (!g->report->tls_rpt)
		return;
	sts_read_tls_rpt(g->report->arena, g->report->tls_rpt);
	gather_hosts_ask_soa(&g->hosts);
}

/* ---- One view ---- */

/* Reports leave out these facts where the MX lookup stops the run of a domain. */
static void stop_domain(struct gather *g)
{
	g->stopped = true;
	gather_tasks_drop(&g->tasks);
	g->report->mta_sts = NULL;
	g->report->tls_rpt = NULL;
}

static void start_hosts(struct gather *g)
{
	gather_hosts_start(&g->hosts, &g->tasks, g->report);
	gather_hosts_ask_soa(&g->hosts); /* none of them may have a name to ask for */
}

static void mx_known(void *user)
{
	struct gather *g = user;
	struct domain_report *r = g->report;
	if (r->mx->failure == LOOKUP_FAILURE_ROOT)
		r->root_error = r->mx->error;
	if (r->mx->kind == ANSWER_FAILED || r->mx->kind == ANSWER_NXDOMAIN ||
	    r->mx->dnssec == DNSSEC_BOGUS) {
		r->mx_kind = MX_KIND_NONE;
		stop_domain(g);
		return;
	}
	gather_hosts_from_mx(r);
	if (r->mx_kind == MX_KIND_NULL)
		stop_domain(g);
	else
		start_hosts(g);
}

static void ask(struct gather *g, const char *name, enum dns_type type, struct lookup **to,
    gather_task_cb *known)
{
	gather_task_lookup(&g->tasks, name, type, to, known, g);
}

static void ask_first(struct gather *g)
{
	struct domain_report *r = g->report;
	const struct gather_context *c = g->context;
	r->mta_sts = arena_alloc(r->arena, sizeof *r->mta_sts);
	r->tls_rpt = arena_alloc(r->arena, sizeof *r->tls_rpt);
	if (c->params->mx_host_count) {
		gather_hosts_from_params(r, c->params);
		start_hosts(g);
	} else {
		ask(g, r->domain, DNS_TYPE_MX, &r->mx, mx_known);
	}
	ask(g, arena_printf(r->arena, "_mta-sts.%s", r->domain), DNS_TYPE_TXT, &r->mta_sts->txt,
	    sts_txt_known);
	/*
	 * Not after the TXT record: behind a slow resolver that would be the longest chain. A list
	 * does not end sooner for it, and most domains have no policy.
	 */
	if (!c->params->file)
		sts_fetch_prepare(c->fetcher, c->view, r->domain);
	ask(g, arena_printf(r->arena, "_smtp._tls.%s", r->domain), DNS_TYPE_TXT, &r->tls_rpt->txt,
	    tls_rpt_known);
}

static void finish_if_done(struct gather_both *both)
{
	gather_cb *cb = both->cb;
	void *user = both->user;
	struct domain_report *report = both->proposed.report;
	if (both->proposed.under_way || both->live.under_way)
		return;
	if (report->change)
		report->authority = report->change->live->authority;
	free(both);
	cb(user, report);
}

/* Name servers have the live state: beside a proposed one, it is gathered with that. */
static bool asks_servers(const struct gather *g)
{
	bool beside = g == &g->both->proposed && g->report->change;
	return g->context->params->authoritative && !g->stopped && !beside;
}

/* True where something is asked still: first what the others leave unclear, then what decides
 * nothing. */
static bool asks_on(struct gather *g)
{
	if (!g->stopped && !g->asked_any) {
		g->asked_any = true;
		if (gather_hosts_probe_any(&g->hosts))
			return true;
	}
	if (g->known)
		return false;
	if (asks_servers(g) && gather_authority_go_on(&g->authority, &g->tasks, g->report))
		return true;
	g->known = true;
	g->report->deadline_exceeded = g->tasks.closing;
	if (g->stopped)
		return false;
	gather_hosts_finish(&g->hosts);
	return g->context->asks_on && gather_hosts_probe_without_sni(&g->hosts);
}

static void finish(void *user)
{
	struct gather *g = user;
	if (asks_on(g))
		return;
	g->report->elapsed_ms = (unsigned)(loop_now_ms(g->context->loop) - g->started_ms);
	gather_tasks_close(&g->tasks);
	g->under_way = false;
	finish_if_done(g->both);
}

static void start(struct gather *g, struct gather_both *both, const struct gather_context *context,
    struct domain_report *report)
{
	g->both = both;
	g->context = context;
	g->report = report;
	g->started_ms = loop_now_ms(context->loop);
	g->under_way = true;
	gather_tasks_begin(&g->tasks, context, report->arena, finish, g);
	ask_first(g);
}

/* ---- Both views ---- */

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

static void start_live(struct gather_both *both, const struct gather_context *context)
{
	struct domain_report *report = both->proposed.report;
	report->change = arena_alloc(report->arena, sizeof *report->change);
	report->change->live = new_live_report(report);
	both->live_context = *context;
	both->live_context.view = DNS_VIEW_LIVE;
	both->live_context.chains = &both->no_chains;
	start(&both->live, both, &both->live_context, report->change->live);
}

struct gather_both *gather_both_start(
    const struct gather_context *context, struct domain_report *report, gather_cb *cb, void *user)
{
	struct gather_both *both = memory_alloc(sizeof *both);
	both->cb = cb;
	both->user = user;
	start(&both->proposed, both, context, report);
	if (context->params->zone_count || context->params->chain_count)
		start_live(both, context);
	return both;
}

void gather_both_cancel(struct gather_both *both)
{
	if (!both)
		return;
	if (both->proposed.under_way)
		gather_tasks_close(&both->proposed.tasks);
	if (both->live.under_way)
		gather_tasks_close(&both->live.tasks);
	free(both);
}
