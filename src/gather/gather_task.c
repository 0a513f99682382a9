/* gather_task.c owns the tasks of one domain: every question, probe and fetch under way. */
#include <stdlib.h>

#include "gather_internal.h"

/* One question, probe or fetch under way. */
struct task {
	struct task *previous, *next;
	struct gather *gather;
	struct host_state *host;
	struct resolver_request *lookup;
	struct probe_request *probe;
	struct sts_fetch *policy;
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

/* ---- Turns ---- */

static bool is_waiting(const struct task *t)
{
	if (t->lookup)
		return resolver_is_crowded(t->gather->context->resolver);
	return t->probe ? prober_is_waiting(t->probe) : sts_fetch_is_waiting(t->policy);
}

bool gather_is_served(const struct gather *g)
{
	for (const struct task *t = g->tasks; t; t = t->next)
		if (!is_waiting(t))
			return true;
	return false;
}

static bool waits_at_addresses(const struct gather *g)
{
	for (const struct task *t = g->tasks; t; t = t->next)
		if (!t->probe || !prober_is_waiting(t->probe))
			return false;
	return true;
}

/* For good: what is parked is bounded, and so is what is served of it (--per-host). */
static void park(struct gather *g)
{
	struct gather_parking *parking = g->context->parking;
	g->parked = true;
	parking->count++;
	parking->grown(parking->user);
}

static void note_progress(struct gather *g)
{
	if (!g->tasks)
		loop_timer_start(g->soon, 0);
	else if (!g->parked && waits_at_addresses(g))
		park(g);
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
	note_progress(g);
}

/* What a lookup is that --deadline cut off. */
static struct lookup deadline_lookup(const struct gather *g, const char *name, enum dns_type type)
{
	const struct address *resolver = resolver_address(g->context->resolver);
	char text[ADDRESS_TEXT_SIZE];
	const char *who = resolver ? address_text(resolver, text) : "the resolver";

	return (struct lookup){
	    .asked = name,
	    .final = name,
	    .type = type,
	    .kind = ANSWER_FAILED,
	    .dnssec = DNSSEC_INDETERMINATE,
	    .alias_dnssec = DNSSEC_INDETERMINATE,
	    .failure = LOOKUP_FAILURE_DEADLINE,
	    .error = arena_printf(g->report->arena, "%s has not answered", who),
	};
}

void gather_lookup(struct gather *g, struct host_state *host, const char *name, enum dns_type type,
    struct lookup **slot, lookup_done *done)
{
	if (g->closing) {
		struct lookup l = deadline_lookup(g, name, type);
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
	note_progress(g);
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
	note_progress(g);
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
	t->policy = sts_fetch_start(
	    g->context->fetcher, g->context->view, g->report->domain, policy_arrived, t);
}

/* ---- The end ---- */

static void cancel_task(struct task *t)
{
	resolver_cancel(t->lookup);
	if (t->probe)
		prober_cancel(t->probe, NULL, NULL);
	sts_fetch_cancel(t->policy);
	remove_task(t);
}

void gather_drop_tasks(struct gather *g)
{
	while (g->tasks)
		cancel_task(g->tasks);
}

/* One task's failure by the deadline, taken through the handler of a real answer. */
static void end_task(struct task *t)
{
	struct gather *g = t->gather;
	if (t->lookup) {
		struct lookup l = deadline_lookup(g, t->name, t->type);
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
		sts_fetch_cancel(t->policy);
		policy_arrived(t, &fetch);
	}
}

void gather_end_tasks(struct gather *g)
{
	while (g->tasks)
		end_task(g->tasks);
}
