/* gather.c owns the course of one domain's gathering: which facts are asked for when, and when all
 * is in. */
#include "gather.h"

#include <stdlib.h>
#include <string.h>

#include "gather_internal.h"
#include "name.h"
#include "sts.h"

/* One question, probe or fetch under way. */
struct task {
	struct task *previous, *next;
	struct gather *gather;
	struct host_state *host;
	struct resolver_request *lookup;
	struct probe_request *probe;
	struct policy_request *policy;
	/* where the answer goes */
	const char *name;
	enum dns_type type;
	struct lookup **slot;
	lookup_done *lookup_done;
	struct address_probes *probes;
	size_t offer;
	void (*policy_done)(struct gather *g);
};

static struct task *add_task(struct gather *g, struct host_state *host)
{
	struct task *t = memory_alloc(sizeof *t);
	t->gather = g;
	t->host = host;
	t->next = g->tasks;
	if (t->next)
		t->next->previous = t;
	g->tasks = t;
	return t;
}

static void remove_task(struct task *t)
{
	if (t->previous)
		t->previous->next = t->next;
	else
		t->gather->tasks = t->next;
	if (t->next)
		t->next->previous = t->previous;
	free(t);
}

static void finish_if_done(struct gather *g)
{
	if (!g->tasks)
		loop_timer_start(g->soon, 0);
}

/* ---- Lookups ---- */

static void lookup_arrived(void *user, const struct lookup *answer)
{
	struct task *t = user;
	struct gather *g = t->gather;
	struct host_state *host = t->host;
	lookup_done *done = t->lookup_done;
	*t->slot = lookup_copy(g->report->arena, answer);
	remove_task(t);
	done(g, host);
	finish_if_done(g);
}

/* What a lookup is that --deadline cut off. */
static struct lookup deadline_lookup(const char *name, enum dns_type type)
{
	return (struct lookup){
	    .asked = name,
	    .final = name,
	    .type = type,
	    .kind = ANSWER_FAILED,
	    .dnssec = DNSSEC_INDETERMINATE,
	    .alias_dnssec = DNSSEC_INDETERMINATE,
	    .failure = LOOKUP_FAILURE_DEADLINE,
	    .error = "the deadline ended it",
	};
}

void gather_lookup(struct gather *g, struct host_state *host, const char *name, enum dns_type type,
    struct lookup **slot, lookup_done *done)
{
	if (g->closing) {
		struct lookup l = deadline_lookup(name, type);
		*slot = lookup_copy(g->report->arena, &l);
		done(g, host);
		return;
	}
	struct task *t = add_task(g, host);
	t->name = name;
	t->type = type;
	t->slot = slot;
	t->lookup_done = done;
	t->lookup =
	    resolver_lookup(g->context->resolver, g->context->view, name, type, lookup_arrived, t);
}

/* ---- Probes ---- */

static void probe_arrived(void *user, const struct probe *facts)
{
	struct task *t = user;
	struct gather *g = t->gather;
	probe_copy(g->report->arena, &t->probes->facts[t->offer], facts);
	t->probes->pending--;
	remove_task(t);
	finish_if_done(g);
}

void gather_probe(
    struct gather *g, struct host_state *host, struct address_probes *probes, const char *sni)
{
	static const enum tls_offer each[OFFERS] = {TLS_OFFER_ECDSA, TLS_OFFER_RSA};
	size_t count = g->context->params->key_types == KEY_TYPES_ANY ? 1 : OFFERS;
	for (size_t i = 0; i < count; i++) {
		if (g->closing) {
			probes->facts[i].failure = PROBE_FAILURE_DEADLINE;
			probes->facts[i].error = "the deadline ended it";
			continue;
		}
		struct task *t = add_task(g, host);
		t->probes = probes;
		t->offer = i;
		probes->pending++;
		t->probe = prober_probe(g->context->prober, &probes->address, sni,
		    count == 1 ? TLS_OFFER_ANY : each[i], probe_arrived, t);
	}
}

/* ---- The MTA-STS policy ---- */

static void policy_arrived(void *user, const struct policy_fetch *fetch)
{
	struct task *t = user;
	struct gather *g = t->gather;
	void (*done)(struct gather * g) = t->policy_done;
	policy_fetch_copy(g->report->arena, &g->report->mta_sts->fetch, fetch);
	remove_task(t);
	done(g);
	finish_if_done(g);
}

void gather_policy(struct gather *g, void (*done)(struct gather *g))
{
	struct policy_fetch *fetch = &g->report->mta_sts->fetch;
	fetch->tried = true;
	if (g->closing) {
		fetch->failure = FETCH_FAILURE_DEADLINE;
		fetch->error = "the deadline ended it";
		done(g);
		return;
	}
	struct task *t = add_task(g, NULL);
	t->policy_done = done;
	t->policy = policy_fetch(
	    g->context->fetcher, g->context->view, g->report->domain, policy_arrived, t);
}

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

static void cancel_task(struct task *t)
{
	resolver_cancel(t->lookup);
	if (t->probe)
		prober_cancel(t->probe, NULL, NULL);
	policy_cancel(t->policy);
	remove_task(t);
}

void gather_drop_tasks(struct gather *g)
{
	while (g->tasks)
		cancel_task(g->tasks);
}

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
	loop_timer_destroy(g->deadline);
	loop_timer_destroy(g->soon);
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

/* One task's failure by the deadline, taken through the handler of a real answer. */
static void end_task(struct task *t)
{
	struct gather *g = t->gather;
	if (t->lookup) {
		struct lookup l = deadline_lookup(t->name, t->type);
		resolver_cancel(t->lookup);
		lookup_arrived(t, &l);
	} else if (t->probe) {
		struct probe facts = {0};
		prober_cancel(t->probe, g->report->arena, &facts);
		if (facts.failure == PROBE_FAILURE_NONE)
			facts.failure = PROBE_FAILURE_DEADLINE;
		facts.error = facts.error ? facts.error : "the deadline ended it";
		probe_arrived(t, &facts);
	} else {
		struct policy_fetch fetch = {.tried = true,
		    .failure = FETCH_FAILURE_DEADLINE,
		    .error = "the deadline ended it"};
		policy_cancel(t->policy);
		policy_arrived(t, &fetch);
	}
}

static void deadline_passed(void *user)
{
	struct gather *g = user;
	g->closing = true;
	g->report->deadline_exceeded = true;
	while (g->tasks)
		end_task(g->tasks);
	finish(g);
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
		policy_prepare(g->context->fetcher, g->context->view, r->domain);
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
	g->deadline = loop_timer_create(context->loop, deadline_passed, g);
	g->soon = loop_timer_create(context->loop, finish, g);
	loop_timer_start(g->deadline, context->params->deadline_ms);
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
