/* judge.c owns the judgment of a domain: each state's findings, then their fixes, the TLSA records
 * that are wanted, the summary, and what the change makes of it. */
#include "judge.h"

#include <string.h>

#include "buffer.h"
#include "judge_fix.h"

/* ---- The TLSA RRset of each host as it should stand: with its fix done, or as it is where nothing
 * is wrong with it, or else a record of each key that is presented ---- */

static bool is_of(const struct dns_record *r, const struct endpoint *e)
{
	const struct tlsa_record t = {.usage = r->tlsa.usage,
	    .selector = r->tlsa.selector,
	    .mtype = r->tlsa.mtype,
	    .data = r->tlsa.data,
	    .length = r->tlsa.length};
	const struct probe *p = &e->probe;
	for (size_t c = 0; judge_has_tls(e) && c < p->chain_count; c++)
		if ((c == 0) == (t.usage == USAGE_DANE_EE) && tlsa_record_matches(&t, &p->chain[c]))
			return true;
	return false;
}

/* "192.0.2.1 ecdsa, 192.0.2.2 rsa (proposed)" */
static const char *list_sources(
    struct judge *j, const struct mx_host *h, const struct dns_record *r)
{
	struct buffer b = {0};
	for (size_t i = 0; i < h->endpoint_count; i++) {
		char address[ADDRESS_TEXT_SIZE];
		const struct endpoint *e = &h->endpoints[i];
		const char *type = key_type_name(e->key_type);
		if (!is_of(r, e))
			continue;
		buffer_printf(&b, "%s%s%s%s%s", b.length ? ", " : "",
		    address_text(&e->address, address), e->address.family ? " " : "",
		    type ? type : "", e->proposed ? " (proposed)" : "");
	}
	const char *text = b.length ? arena_strdup(j->arena, buffer_text(&b))
				    : "matches nothing that is presented now";
	buffer_reset(&b);
	return text;
}

static void want(struct judge *j, struct mx_host *h, const char *owner, const struct dns_record *r)
{
	struct zone_line line = {.owner = owner, .type = DNS_TYPE_TLSA, .data = *r};
	judge_fix_add(j, &h->wanted, &line, list_sources(j, h, r));
}

static bool is_right(const struct mx_host *h)
{
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (judge_dane_failed(h->endpoints[i].dane.result))
			return false;
	return h->tlsa_state == TLSA_STATE_USABLE;
}

static void want_records(struct judge *j, struct mx_host *h, const struct lookup *l)
{
	for (size_t i = 0; i < l->record_count; i++) {
		struct dns_record r = l->records[i];
		r.ttl = l->original_ttl;
		want(j, h, l->final, &r);
	}
}

static void want_leaves(struct judge *j, struct mx_host *h)
{
	const struct lookup *l = h->tlsa && h->tlsa->kind != ANSWER_FAILED ? h->tlsa : NULL;
	const char *owner = l && !lookup_find_expansion(l, l->asked) ? l->final : h->tlsa_owner;
	for (size_t i = 0; i < h->endpoint_count; i++) {
		const struct endpoint *e = &h->endpoints[i];
		struct dns_record r;
		if (!judge_has_tls(e) || !e->probe.chain_count ||
		    !judge_fix_record(&e->probe.chain[0], MTYPE_SHA256, &r))
			continue;
		r.ttl = lookup_ttl_for(l, owner);
		want(j, h, owner, &r);
	}
}

static void find_wanted(struct judge *j)
{
	for (size_t i = 0; i < j->report->host_count; i++) {
		struct mx_host *h = &j->report->hosts[i];
		const struct mx_host *then = h->fixed ? h->fixed : h;
		if (is_right(then) && then->tlsa)
			want_records(j, h, then->tlsa);
		else
			want_leaves(j, h);
	}
}

/* One state of the domain. */
static void judge_state(struct judge *j)
{
	bool complete = judge_facts(j);
	if (complete) {
		judge_fixes(j);
		find_wanted(j);
	}
	j->report->summary = judge_summary(j, !complete);
}

void judge_domain(
    struct domain_report *report, const struct params *params, const struct trust_store *store)
{
	struct judge j = {.arena = report->arena, .params = params, .store = store};
	if (report->change) {
		j.report = report->change->live;
		judge_state(&j);
	}
	j.report = report;
	if (report->change && params->plan)
		judge_plan_records(&j);
	judge_state(&j);
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
