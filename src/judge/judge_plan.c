/* judge_plan.c owns the steps of --plan: for all hosts of one RRset together, each at the earliest
 * moment at which no sender is left with a pair of records and chain that does not fit (RFC 7671
 * §8.1, 8.4). Before they are offered, the state after each is judged as any other. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "judge_fix.h"
#include "judge_rollover.h"
#include "tlsa_verify.h"

struct set {
	struct dns_record *list;
	size_t count;
};

/* One RRset, the hosts whose records it is, and where it goes: from what stands there, by all that
 * is needed on the way, to what is wanted. */
struct site {
	const char *owner;
	struct rollover *ways;
	size_t way_count;
	bool chain_first;     /* no record counts today */
	bool nothing_to_lose; /* senders accept no chain today */
	struct set before, both, after;
	const char *zone; /* that the owner is in; NULL: not known */
	uint32_t refresh; /* of its SOA record; 0: not known */
	int64_t deployed; /* the earliest moment for the new chain */
	bool waits;       /* it is later than now */
	bool timeless;    /* but the TTL is not known */
	const char *failure;
};

struct plan {
	struct judge *j;
	struct site *sites;
	size_t site_count;
	/* The steps as they come, each with its site and its place in the order of that. */
	struct draft {
		struct change_step step;
		const struct site *site;
		int phase;
		size_t place;
	} * drafts;
	size_t draft_count;
};

/* ---- Records ---- */

static bool has(const struct set *set, const struct dns_record *r)
{
	for (size_t i = 0; i < set->count; i++)
		if (lookup_same_data(DNS_TYPE_TLSA, &set->list[i], r))
			return true;
	return false;
}

static void put(struct arena *arena, struct set *set, const struct dns_record *r)
{
	if (!has(set, r))
		*(struct dns_record *)arena_append(
		    arena, &set->list, &set->count, sizeof *set->list) = *r;
}

/* What stands at the owner itself: what a wildcard answers with does not. */
static void put_all(struct arena *arena, struct set *set, const struct lookup *l)
{
	for (size_t i = 0; l && l->kind == ANSWER_RECORDS && i < l->record_count; i++)
		put(arena, set, &l->records[i]);
}

static void put_leaves(struct arena *arena, struct set *set, const struct mx_host *h)
{
	struct dns_record r;
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (judge_rollover_has_chain(&h->endpoints[i]) &&
		    judge_fix_record(&h->endpoints[i].probe.chain[0], MTYPE_SHA512, &r))
			put(arena, set, &r);
}

static bool is_expanded(const struct site *s)
{
	const struct lookup *l = s->ways[0].live->tlsa;
	return l && lookup_find_expansion(l, s->owner);
}

/* ---- Whether it fits ---- */

static bool bridges(const struct site *s)
{
	struct lookup l = {.type = DNS_TYPE_TLSA,
	    .kind = ANSWER_RECORDS,
	    .records = s->both.list,
	    .record_count = s->both.count};
	size_t count;
	struct tlsa_record *records = tlsa_records_from_lookup(s->ways[0].j->arena, &l, &count);
	for (size_t i = 0; i < s->way_count; i++)
		if (!judge_rollover_bridges(&s->ways[i], records, count))
			return false;
	return true;
}

/* A SHA2-512 record hides those of SHA2-256 (RFC 7671 §9): then every key needs one. */
static bool find_both(struct site *s)
{
	struct arena *arena = s->ways[0].j->arena;
	put_all(arena, &s->both, s->ways[0].live->tlsa);
	for (size_t i = 0; i < s->after.count; i++)
		put(arena, &s->both, &s->after.list[i]);
	if (bridges(s))
		return true;
	for (size_t i = 0; i < s->way_count; i++) {
		put_leaves(arena, &s->both, s->ways[i].live);
		put_leaves(arena, &s->both, s->ways[i].host);
	}
	return bridges(s);
}

static bool keeps_other_kinds(const struct rollover *o)
{
	const struct mx_host *h = o->host, *live = o->live;
	for (size_t i = 0; i < live->endpoint_count; i++)
		if (judge_plan_goes_on(h, &live->endpoints[i]) &&
		    judge_rollover_counts(o, &live->endpoints[i]) &&
		    !judge_rollover_accepts(
			o, h->tlsa_records, h->tlsa_count, &o->old_names, &live->endpoints[i]))
			return false;
	return true;
}

static bool shows(const struct mx_host *h, const struct endpoint *e)
{
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (probe_chain_equal(&h->endpoints[i].probe, &e->probe))
			return true;
	return false;
}

/* Some address does not present the new chain yet, as far as can be seen. */
static bool needs_deployment(const struct rollover *o)
{
	bool needed = o->new_chain || !judge_rollover_sees_all(o->live);
	for (size_t i = 0; i < o->live->endpoint_count; i++) {
		const struct endpoint *e = &o->live->endpoints[i];
		needed |= judge_rollover_has_chain(e) && !judge_plan_goes_on(o->host, e) &&
			  !shows(o->host, e);
	}
	return judge_plan_has_chain(o->host) && needed;
}

/* By records that match what is presented today, which caches have for long. Nobody knows since
 * when the others are published. */
static bool is_known_to_caches(const struct rollover *o)
{
	const struct mx_host *live = o->live;
	struct tlsa_record *used = arena_array(o->j->arena, live->tlsa_count, sizeof *used);
	size_t count = 0;
	for (size_t i = 0; i < live->tlsa_count; i++)
		if (live->tlsa_records[i].active && live->tlsa_records[i].matched)
			used[count++] = live->tlsa_records[i];
	for (size_t i = 0; i < o->host->endpoint_count; i++)
		if (!judge_rollover_accepts(o, used, count, &o->old_names, &o->host->endpoints[i]))
			return false;
	return true;
}

/* ---- One site ---- */

static uint32_t live_ttl(const struct site *s)
{
	const struct lookup *l = s->ways[0].live->tlsa;
	return l ? l->original_ttl : 0;
}

static void find_order(struct site *s)
{
	s->chain_first = s->nothing_to_lose = true;
	for (size_t i = 0; i < s->way_count; i++) {
		const struct rollover *o = &s->ways[i];
		s->chain_first &= o->before == ROLLOVER_FREE;
		s->nothing_to_lose &= o->before == ROLLOVER_RECORDS &&
				      judge_rollover_sees_all(o->live) &&
				      !judge_rollover_any_verified(o->live);
	}
}

static const char *zone_of(const struct site *s)
{
	const struct lookup *l = s->ways[0].live->tlsa;
	const char *zone = NULL;
	for (size_t i = 0; l && i < l->signature_count; i++) {
		const char *signer = l->signatures[i].signer;
		if (signer && lookup_name_is_below(s->owner, signer) &&
		    (!zone || strlen(signer) > strlen(zone)))
			zone = signer;
	}
	return zone;
}

/* RFC 7671 §8.1: when the RRset is at every name server, which a secondary asks for by the SOA's
 * refresh time at the latest (RFC 1034 §4.3.5), the one before it leaves the caches within its TTL.
 */
static void find_moment(struct site *s)
{
	const struct rollover *o = &s->ways[0];
	int64_t now = o->j->report->checked_at;
	s->zone = zone_of(s);
	s->refresh = s->zone ? model_soa_refresh(o->j->report->change->live, s->zone) : 0;
	s->deployed = now;
	for (size_t i = 0; i < s->way_count && !s->chain_first && !s->nothing_to_lose; i++)
		s->waits |= needs_deployment(&s->ways[i]) && !is_known_to_caches(&s->ways[i]);
	s->timeless = s->waits && !o->live->tlsa->has_signature;
	if (s->waits)
		s->deployed = now + (int64_t)s->refresh + (int64_t)live_ttl(s);
}

static void find_way(struct site *s)
{
	struct arena *arena = s->ways[0].j->arena;
	const struct rollover *o = &s->ways[0];
	find_order(s);
	if (!model_same_text(judge_owner(o->live), s->owner)) {
		s->failure = "its TLSA records move to another name";
		return;
	}
	if (!is_expanded(s))
		put_all(arena, &s->before, o->live->tlsa);
	put_all(arena, &s->after, o->host->tlsa);
	if (!s->chain_first && !find_both(s))
		s->failure = "no RRset was found that both the old chain and the new one fit";
	for (size_t i = 0; i < s->way_count; i++)
		if (!keeps_other_kinds(&s->ways[i]))
			s->failure = "the new records hide those of its other kind of key";
	find_moment(s);
}

/* ---- The steps ---- */

static struct change_step *draft(struct plan *p, const struct site *s, int phase, int64_t at)
{
	struct draft *d = arena_append(p->j->arena, &p->drafts, &p->draft_count, sizeof *p->drafts);
	d->site = s;
	d->phase = phase;
	d->place = p->draft_count;
	d->step.at = at;
	return &d->step;
}

/* Of the records in `list` those that `without` has not. */
static void draft_records(struct plan *p, const struct site *s, int phase, int64_t at,
    enum action_kind kind, const struct set *list, const struct set *without,
    const struct set *standing, const char *reason)
{
	const struct lookup *l = s->ways[0].live->tlsa;
	for (size_t i = 0; i < list->count; i++) {
		if (has(without, &list->list[i]))
			continue;
		struct change_step *step = draft(p, s, phase, at);
		step->kind = kind;
		step->line = (struct zone_line){s->owner, DNS_TYPE_TLSA, list->list[i]};
		step->line.data.ttl = lookup_ttl_for(l, s->owner);
		step->reason = reason;
		step->before = standing->list;
		step->before_count = standing->count;
		step->zone = s->zone;
	}
}

static const char *wait_words(const struct site *s)
{
	struct arena *arena = s->ways[0].j->arena;
	if (!s->refresh)
		return arena_printf(arena,
		    "TTL %" PRIu32 " s, if every name server has the new ones at once",
		    live_ttl(s));
	return arena_printf(
	    arena, "SOA refresh %" PRIu32 " s and TTL %" PRIu32 " s", s->refresh, live_ttl(s));
}

static const char *deploy_reason(const struct site *s, bool published)
{
	static const char deploy[] = "Deploy the new chain at every address and for each key type";
	struct arena *arena = s->ways[0].j->arena;
	if (s->chain_first)
		return arena_printf(arena, "%s: no TLSA record counts today.", deploy);
	if (s->nothing_to_lose)
		return arena_printf(
		    arena, "%s: no mail is delivered today that could be lost.", deploy);
	if (!s->waits)
		return arena_printf(arena, "%s: the records in use today match it too.", deploy);
	if (published)
		return arena_printf(arena,
		    "%s, no sooner: by then no cache has the records of today (%s).", deploy,
		    wait_words(s));
	return arena_printf(arena,
	    "%s, no sooner: its records are published already, since when is not known, and by "
	    "then no cache has those before them (%s).",
	    deploy, wait_words(s));
}

static void draft_deployments(struct plan *p, const struct site *s, int phase, bool published)
{
	for (size_t i = 0; i < s->way_count; i++) {
		if (!needs_deployment(&s->ways[i]))
			continue;
		struct change_step *step = draft(p, s, phase, s->deployed);
		step->kind = ACTION_DEPLOY;
		step->line.owner = s->ways[i].host->name;
		step->reason = deploy_reason(s, published);
	}
}

static bool deploys(const struct site *s)
{
	for (size_t i = 0; i < s->way_count; i++)
		if (needs_deployment(&s->ways[i]))
			return true;
	return false;
}

static void draft_records_first(struct plan *p, const struct site *s)
{
	size_t count = p->draft_count;
	draft_records(p, s, 0, p->j->report->checked_at, ACTION_ADD, &s->both, &s->before,
	    &s->before, "Add beside the records that stand there.");
	draft_deployments(p, s, 1, p->draft_count > count);
	draft_records(p, s, 2, s->deployed, ACTION_DELETE, &s->both, &s->after, &s->both,
	    deploys(s) ? "Delete once every address presents the new chain."
		       : "Delete: it matches nothing that is presented.");
}

static void draft_chain_first(struct plan *p, const struct site *s)
{
	struct set *all = arena_memdup(p->j->arena, &s->before, sizeof *all);
	for (size_t i = 0; i < s->after.count; i++)
		put(p->j->arena, all, &s->after.list[i]);
	draft_deployments(p, s, 0, false);
	draft_records(p, s, 1, s->deployed, ACTION_ADD, &s->after, &s->before, &s->before,
	    deploys(s) ? "Add once every address presents the new chain."
		       : "Add: it matches what is presented.");
	draft_records(p, s, 2, s->deployed, ACTION_DELETE, &s->before, &s->after, all,
	    "Delete: it cannot be used.");
}

/* By the moment at which they are allowed, then in the order of their site. */
static int compare_drafts(const void *a, const void *b)
{
	const struct draft *x = a, *y = b;
	int64_t order = x->step.at - y->step.at;
	if (!order)
		order = x->phase - y->phase;
	if (!order)
		order = x->site - y->site;
	if (!order)
		order = x->place < y->place ? -1 : 1;
	return order < 0 ? -1 : order > 0;
}

static void write_steps(struct plan *p)
{
	struct change *c = p->j->report->change;
	if (p->draft_count)
		qsort(p->drafts, p->draft_count, sizeof *p->drafts, compare_drafts);
	for (size_t i = 0; i < p->draft_count; i++) {
		const struct draft *d = &p->drafts[i];
		struct change_step *s =
		    arena_append(p->j->arena, &c->steps, &c->step_count, sizeof *c->steps);
		*s = d->step;
		s->after = -1;
		for (size_t k = 0; k < i; k++)
			if (p->drafts[k].site == d->site && p->drafts[k].phase < d->phase)
				s->after = (int)k;
	}
}

/* ---- The trial ---- */

static void list_records(struct judge *j, struct action_list *fix, enum action_kind kind,
    const struct site *s, const struct set *list, const struct set *without)
{
	for (size_t i = 0; i < list->count; i++) {
		struct zone_line line = {s->owner, DNS_TYPE_TLSA, list->list[i]};
		if (has(without, &line.data))
			continue;
		if (kind == ACTION_ADD)
			judge_fix_add(j, fix, &line, "");
		else
			judge_fix_delete(j, fix, &line, "");
	}
}

static bool loses_endpoint(const struct endpoint *now, const struct endpoint *then)
{
	if (now->dane.result != DANE_RESULT_VERIFIED)
		return false;
	for (size_t i = 0; i < OTHER_SENDER_COUNT; i++)
		if (then->dane.refused_by[i] && !now->dane.refused_by[i])
			return true;
	return then->dane.result != DANE_RESULT_VERIFIED;
}

/* The trial has the same hosts with the same endpoints. */
static bool loses_mail(struct judge *j, const struct action_list *fix)
{
	const struct domain_report *now = j->report, *then = judge_trial(j, fix);
	for (size_t i = 0; i < now->host_count; i++)
		for (size_t k = 0; k < now->hosts[i].endpoint_count; k++)
			if (loses_endpoint(
				&now->hosts[i].endpoints[k], &then->hosts[i].endpoints[k]))
				return true;
	return judge_does_harm(now, then);
}

/* What is judged already are the first state, old records and chain, and the last. Between them are
 * all the records with the old chain, then with the new one. */
static bool is_safe(const struct plan *p)
{
	struct judge live = *p->j;
	live.report = p->j->report->change->live;
	struct action_list publish = {0}, keep = {0};
	for (size_t i = 0; i < p->site_count; i++) {
		const struct site *s = &p->sites[i];
		if (s->failure)
			continue;
		if (!s->chain_first)
			list_records(p->j, &publish, ACTION_ADD, s, &s->both, &s->before);
		if (!s->chain_first)
			list_records(p->j, &keep, ACTION_ADD, s, &s->both, &s->after);
	}
	return !loses_mail(&live, &publish) && !loses_mail(p->j, &keep);
}

/* ---- The findings ---- */

static void report_plan(struct judge *j, const struct site *s, struct mx_host *h)
{
	const char *name = judge_escaped(j, h->name);
	if (s->timeless)
		judge_add(j, FINDING_ROLLOVER_UNKNOWN, at_host(h), NULL,
		    "There is no plan for %s: the answer with its live TLSA records has no "
		    "signature, so how long caches keep them is not known.",
		    name);
	else if (s->failure)
		judge_add(j, FINDING_ROLLOVER_UNSAFE, at_host(h), NULL,
		    "No plan for %s loses no mail: %s.", name, s->failure);
	else if (s->waits)
		judge_add(j, FINDING_ROLLOVER_ORDER, at_host(h), NULL,
		    "The change of %s loses no mail in the order of the plan: its new chain can be "
		    "deployed from %s, if the first step is done now.",
		    name, judge_time(j, s->deployed));
	else
		judge_add(j, FINDING_ROLLOVER_SAFE, at_host(h), NULL,
		    "The change of %s can be made now, in the order of the plan.", name);
}

/* ---- The whole ---- */

static struct site *site_for(struct plan *p, const struct mx_host *h)
{
	const char *owner = judge_owner(h);
	for (size_t i = 0; owner && i < p->site_count; i++)
		if (model_same_text(p->sites[i].owner, owner))
			return &p->sites[i];
	struct site *s = arena_append(p->j->arena, &p->sites, &p->site_count, sizeof *p->sites);
	s->owner = owner;
	return s;
}

/* What is wrong with the end state has findings of its own. */
static bool joins(struct judge *j, struct mx_host *h, const struct mx_host *live)
{
	if (!live || (judge_plan_has_chain(h) && !judge_rollover_is_settled(h)))
		return false;
	struct rollover o = judge_rollover_between(j, h, live);
	if (judge_plan_has_chain(h) && o.before == ROLLOVER_UNSEEN)
		judge_rollover_unseen(&o);
	return o.before == ROLLOVER_RECORDS || o.before == ROLLOVER_FREE;
}

static bool has_steps(const struct plan *p, const struct site *s)
{
	for (size_t i = 0; i < p->draft_count; i++)
		if (p->drafts[i].site == s)
			return true;
	return false;
}

void judge_plan(struct judge *j)
{
	struct plan p = {.j = j};
	struct domain_report *r = j->report;
	for (size_t i = 0; i < r->host_count; i++) {
		const struct mx_host *live =
		    judge_rollover_find_host(r->change->live, r->hosts[i].name);
		if (!joins(j, &r->hosts[i], live))
			continue;
		struct site *s = site_for(&p, &r->hosts[i]);
		*(struct rollover *)arena_append(j->arena, &s->ways, &s->way_count,
		    sizeof *s->ways) = judge_rollover_between(j, &r->hosts[i], live);
	}
	for (size_t i = 0; i < p.site_count; i++)
		find_way(&p.sites[i]);
	bool safe = is_safe(&p);
	for (size_t i = 0; i < p.site_count; i++) {
		struct site *s = &p.sites[i];
		if (!safe && !s->failure)
			s->failure = "a state on the way would break it or another host";
		if (s->failure || s->timeless)
			continue;
		if (s->chain_first)
			draft_chain_first(&p, s);
		else
			draft_records_first(&p, s);
	}
	for (size_t i = 0; i < p.site_count; i++)
		for (size_t k = 0; k < p.sites[i].way_count; k++)
			if (p.sites[i].failure || p.sites[i].timeless || has_steps(&p, &p.sites[i]))
				report_plan(j, &p.sites[i], p.sites[i].ways[k].host);
	write_steps(&p);
}
