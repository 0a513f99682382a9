/* judge_state.c owns the judgment of one state of the domain, live, proposed or as a fix would
 * make it: verdicts first, then what --require makes of them, then the findings. */
#include "discovery.h"
#include "judge_fix.h"
#include "senders.h"

static const char *root_error_of(const struct lookup *l)
{
	return l && l->failure == LOOKUP_FAILURE_ROOT
		   ? (l->error ? l->error : "the root DNSKEY does not validate")
		   : NULL;
}

/*
 * The root is checked with the first answer from the network that must be validated, which with
 * proposed data need not be the MX lookup's.
 */
static const char *find_root_error(const struct domain_report *r)
{
	const char *error = r->root_error;
	for (size_t n = 0; n < model_lookup_count(r) && !error; n++)
		error = root_error_of(model_nth_lookup(r, n));
	return error;
}

/* Without the root's key no answer means anything, so the report has none of them. */
static void drop_unproven(struct domain_report *r)
{
	r->root_error = find_root_error(r);
	if (!r->root_error && !r->invalid)
		return;
	r->mx_kind = MX_KIND_NONE;
	r->host_count = 0;
	r->mta_sts = NULL;
	r->tls_rpt = NULL;
	r->authority = NULL;
}

static void decide_requirements(struct judge *j)
{
	enum require q = j->params->require;
	bool any = q == REQUIRE_ANY;
	j->dane_required =
	    q == REQUIRE_DANE || q == REQUIRE_BOTH || (any && senders_lack_mta_sts(j->report));
	j->mta_sts_required =
	    q == REQUIRE_MTA_STS || q == REQUIRE_BOTH || (any && senders_lack_dane(j->report));
}

/* What the deadline ended has a finding at its place; if nothing has, one for the domain. */
static void judge_deadline(struct judge *j)
{
	const struct domain_report *r = j->report;
	if (!r->deadline_exceeded)
		return;
	for (size_t i = 0; i < r->finding_count; i++)
		if (r->findings[i].code == FINDING_DEADLINE_EXCEEDED)
			return;
	judge_add(j, FINDING_DEADLINE_EXCEEDED, at_domain, NULL,
	    "The deadline ended the check of %s before all was known.", r->domain);
}

static void reset(struct domain_report *r)
{
	r->findings = NULL;
	r->finding_count = 0;
	r->status = STATUS_OK;
	for (size_t i = 0; i < r->host_count; i++) {
		r->hosts[i].status = STATUS_OK;
		for (size_t k = 0; k < r->hosts[i].endpoint_count; k++)
			r->hosts[i].endpoints[k].status = STATUS_OK;
	}
}

bool judge_facts(struct judge *j)
{
	struct domain_report *report = j->report;
	j->zones = NULL;
	j->sightings = NULL;
	j->zone_count = j->sighting_count = 0;
	drop_unproven(report);
	reset(report);
	judge_verdicts(j);
	decide_requirements(j);
	bool stopped = !judge_mx(j);
	if (!report->root_error && !report->invalid)
		judge_unknown_data(j);
	if (!stopped) {
		for (size_t i = 0; i < report->host_count; i++)
			judge_host(j, &report->hosts[i]);
		judge_mta_sts(j);
		judge_tls_rpt(j);
		judge_name_servers(j);
	}
	judge_signatures_noted(j);
	judge_deadline(j);
	if (report->change && !stopped)
		judge_rollover(j);
	if (!j->trial)
		judge_exceptions(j);
	judge_sort_findings(j);
	return !stopped;
}

static void *copy_of(struct arena *arena, const void *data, size_t count, size_t size)
{
	return count ? arena_memdup(arena, data, count * size) : NULL;
}

void judge_apply(struct judge *j, struct mx_host *h, const struct action_list *fix)
{
	struct lookup **lookups[] = {&h->a, &h->aaaa, &h->tlsa_initial, &h->tlsa_final};
	for (size_t i = 0; i < sizeof lookups / sizeof *lookups; i++)
		*lookups[i] = judge_fix_lookup(j, *lookups[i], fix);
	h->endpoints = copy_of(j->arena, h->endpoints, h->endpoint_count, sizeof *h->endpoints);
	h->sts_endpoints =
	    copy_of(j->arena, h->sts_endpoints, h->sts_endpoint_count, sizeof *h->sts_endpoints);
	discovery_decide(j->arena, h, j->params->port);
}

struct domain_report *judge_trial(struct judge *j, const struct action_list *fix)
{
	struct arena *arena = j->arena;
	struct domain_report *r = arena_memdup(arena, j->report, sizeof *r);
	struct judge trial = {.arena = arena, .report = r, .params = j->params, .trial = true};
	r->change = NULL;
	r->mx = judge_fix_lookup(j, r->mx, fix);
	r->hosts = copy_of(arena, r->hosts, r->host_count, sizeof *r->hosts);
	for (size_t i = 0; i < r->host_count; i++)
		judge_apply(&trial, &r->hosts[i], fix);
	r->mta_sts = copy_of(arena, r->mta_sts, r->mta_sts != NULL, sizeof *r->mta_sts);
	r->tls_rpt = copy_of(arena, r->tls_rpt, r->tls_rpt != NULL, sizeof *r->tls_rpt);
	judge_facts(&trial);
	return r;
}
