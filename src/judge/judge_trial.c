/* judge_trial.c owns the facts as they are once a fix is done: its records applied to the answers
 * in memory, and what is done elsewhere taken as done. */
#include <string.h>

#include "discovery.h"
#include "judge_fix.h"

static bool is_at(const struct zone_line *line, const char *owner, enum dns_type type)
{
	return line->owner && line->type == type && strcmp(line->owner, owner) == 0;
}

static bool is_in_zone(const struct action *a)
{
	return a->place == ACTION_IN_ZONE;
}

/* The line that the action takes out of the zone; without an owner where it takes none. */
static const struct zone_line *taken_out(const struct action *a)
{
	return a->kind == ACTION_DELETE ? &a->line : &a->old;
}

static bool puts_in(const struct action *a)
{
	return is_in_zone(a) && (a->kind == ACTION_ADD || a->kind == ACTION_REPLACE);
}

static bool same_tlsa(const struct dns_record *a, const struct dns_record *b)
{
	return a->tlsa.usage == b->tlsa.usage && a->tlsa.selector == b->tlsa.selector &&
	       a->tlsa.mtype == b->tlsa.mtype && a->tlsa.length == b->tlsa.length &&
	       (!a->tlsa.length || memcmp(a->tlsa.data, b->tlsa.data, a->tlsa.length) == 0);
}

bool judge_same_data(enum dns_type type, const struct dns_record *a, const struct dns_record *b)
{
	switch (type) {
	case DNS_TYPE_A:
	case DNS_TYPE_AAAA: return address_compare(&a->address, &b->address) == 0;
	case DNS_TYPE_CNAME: return strcmp(a->cname, b->cname) == 0;
	case DNS_TYPE_MX:
		return a->mx.preference == b->mx.preference &&
		       strcmp(a->mx.exchange, b->mx.exchange) == 0;
	case DNS_TYPE_TXT:
		return a->txt.length == b->txt.length &&
		       (!a->txt.length || memcmp(a->txt.data, b->txt.data, a->txt.length) == 0);
	case DNS_TYPE_TLSA: return same_tlsa(a, b);
	default: break; /* no fix has others */
	}
	return false;
}

/* ---- One lookup ---- */

static bool puts_cname(const struct action_list *fix, const char *owner)
{
	for (size_t i = 0; i < fix->count; i++)
		if (puts_in(&fix->list[i]) && is_at(&fix->list[i].line, owner, DNS_TYPE_CNAME))
			return true;
	return false;
}

/* RFC 4592 §2.2.2. An alias that the fix keeps leads on as before. */
static void end_expansions(struct lookup *l, const struct action_list *fix)
{
	for (size_t i = 0; i < l->expansion_count; i++)
		for (size_t k = 0; k < fix->count; k++) {
			const struct action *a = &fix->list[k];
			if (!puts_in(a) || puts_cname(fix, l->expansions[i].name) ||
			    !lookup_expansion_ends(&l->expansions[i], a->line.owner))
				continue;
			lookup_end_expansion(l, &l->expansions[i], a->line.owner);
			return;
		}
}

static void drop_alias(struct lookup *l, const struct action_list *fix)
{
	for (size_t i = 0; i < fix->count; i++) {
		const struct action *a = &fix->list[i];
		if (!l->alias || !is_in_zone(a) || !is_at(taken_out(a), l->asked, DNS_TYPE_CNAME))
			continue;
		l->final = l->asked;
		l->alias = NULL;
		l->kind = ANSWER_NODATA;
		l->dnssec = l->alias_dnssec;
		l->records = NULL;
		l->record_count = 0;
	}
}

static bool is_taken_out(
    const struct action_list *fix, const struct lookup *l, const struct dns_record *r)
{
	for (size_t i = 0; i < fix->count; i++) {
		const struct zone_line *line = taken_out(&fix->list[i]);
		if (is_in_zone(&fix->list[i]) && is_at(line, l->final, l->type) &&
		    judge_same_data(l->type, &line->data, r))
			return true;
	}
	return false;
}

static void change_records(struct arena *arena, struct lookup *l, const struct action_list *fix)
{
	struct dns_record *records = NULL;
	size_t count = 0;
	for (size_t i = 0; i < l->record_count; i++)
		if (!is_taken_out(fix, l, &l->records[i]))
			*(struct dns_record *)arena_append(
			    arena, &records, &count, sizeof *records) = l->records[i];
	for (size_t i = 0; i < fix->count; i++)
		if (puts_in(&fix->list[i]) && is_at(&fix->list[i].line, l->final, l->type))
			*(struct dns_record *)arena_append(
			    arena, &records, &count, sizeof *records) = fix->list[i].line.data;
	/* In a signed zone, of which the denial only was not proven (opt-out, RFC 5155 §6). */
	if (count && l->kind != ANSWER_RECORDS && l->has_signature && l->dnssec == DNSSEC_INSECURE)
		l->dnssec = l->alias_dnssec = DNSSEC_SECURE;
	if (count && l->kind != ANSWER_RECORDS)
		l->original_ttl = records[0].ttl;
	if (count)
		l->kind = ANSWER_RECORDS;
	else if (l->kind == ANSWER_RECORDS)
		l->kind = ANSWER_NODATA;
	l->records = records;
	l->record_count = count;
}

/* The zone is signed then, and its parent has the DS records. What an alias that was unsigned leads
 * to was not looked at by itself. */
static void sign(struct lookup *l, const struct action_list *fix)
{
	for (size_t i = 0; i < fix->count; i++) {
		const struct action *a = &fix->list[i];
		if (a->place != ACTION_AT_REGISTRAR)
			continue;
		bool begins = lookup_name_is_below(l->asked, a->line.owner);
		if (lookup_name_is_below(l->final, a->line.owner))
			l->dnssec = begins || l->alias_dnssec == DNSSEC_SECURE ? DNSSEC_SECURE
									       : DNSSEC_INSECURE;
		else if (begins && l->alias_dnssec == DNSSEC_INSECURE)
			l->dnssec = DNSSEC_INDETERMINATE;
		if (begins)
			l->alias_dnssec = DNSSEC_SECURE;
	}
}

struct lookup *judge_trial_lookup(
    struct judge *j, const struct lookup *l, const struct action_list *fix)
{
	if (!l)
		return NULL;
	struct lookup *then = arena_memdup(j->arena, l, sizeof *l);
	if (l->kind == ANSWER_FAILED || l->dnssec > DNSSEC_INSECURE)
		return then;
	sign(then, fix);
	end_expansions(then, fix);
	drop_alias(then, fix);
	change_records(j->arena, then, fix);
	return then;
}

/* ---- The report ---- */

static void *copy_of(struct arena *arena, const void *data, size_t count, size_t size)
{
	return count ? arena_memdup(arena, data, count * size) : NULL;
}

static void apply_to_host(struct judge *j, struct mx_host *h, const struct action_list *fix)
{
	struct lookup **lookups[] = {&h->a, &h->aaaa, &h->tlsa_initial, &h->tlsa_final};
	for (size_t i = 0; i < sizeof lookups / sizeof *lookups; i++)
		*lookups[i] = judge_trial_lookup(j, *lookups[i], fix);
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
	r->mx = judge_trial_lookup(j, r->mx, fix);
	r->hosts = copy_of(arena, r->hosts, r->host_count, sizeof *r->hosts);
	for (size_t i = 0; i < r->host_count; i++)
		apply_to_host(&trial, &r->hosts[i], fix);
	r->mta_sts = copy_of(arena, r->mta_sts, r->mta_sts != NULL, sizeof *r->mta_sts);
	r->tls_rpt = copy_of(arena, r->tls_rpt, r->tls_rpt != NULL, sizeof *r->tls_rpt);
	judge_facts(&trial);
	return r;
}
