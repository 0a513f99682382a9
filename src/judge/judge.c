/* judge.c owns the order of the judgement: verdicts first, then what --require makes of them, then
 * findings, status and summary. */
#include "judge.h"

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
	const char *error = r->root_error ? r->root_error : root_error_of(r->mx);
	for (size_t i = 0; i < r->host_count && !error; i++) {
		const struct mx_host *h = &r->hosts[i];
		const struct lookup *asked[4] = {h->a, h->aaaa, h->tlsa_initial, h->tlsa_final};
		for (size_t k = 0; k < 4 && !error; k++)
			error = root_error_of(asked[k]);
	}
	if (!error && r->mta_sts)
		error = root_error_of(r->mta_sts->txt);
	if (!error && r->tls_rpt)
		error = root_error_of(r->tls_rpt->txt);
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

/* One state of the domain, live or proposed. */
void judge_facts(struct judge *j)
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
	if (!stopped) {
		for (size_t i = 0; i < report->host_count; i++)
			judge_host(j, &report->hosts[i]);
		judge_mta_sts(j);
		judge_tls_rpt(j);
	}
	judge_signatures_noted(j);
	judge_deadline(j);
	if (report->change && !stopped)
		judge_rollover(j);
	judge_sort_findings(j);
	if (!j->trial && !stopped) {
		judge_fixes(j);
		judge_wanted(j);
	}
	report->summary = judge_summary(j, stopped);
}

void judge_domain(
    struct domain_report *report, const struct params *params, const struct trust_store *store)
{
	struct judge j = {.arena = report->arena, .params = params, .store = store};
	if (report->change) {
		j.report = report->change->live;
		judge_facts(&j);
	}
	j.report = report;
	judge_facts(&j);
	if (report->change)
		judge_change(&j);
}

bool judge_needs_trust_store(const struct domain_report *report)
{
	if (report->mta_sts && report->mta_sts->fetch.chain_count)
		return true;
	for (size_t i = 0; i < report->host_count; i++) {
		const struct mx_host *h = &report->hosts[i];
		for (size_t k = 0; k < h->endpoint_count; k++)
			if (judge_has_tls(&h->endpoints[k]) && h->endpoints[k].probe.chain_count)
				return true;
		for (size_t k = 0; k < h->sts_endpoint_count; k++)
			if (judge_has_tls(&h->sts_endpoints[k]) &&
			    h->sts_endpoints[k].probe.chain_count)
				return true;
	}
	return false;
}
