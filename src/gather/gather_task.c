/* gather_task.c owns the tasks of one domain, and the clock that ends them. */
#include "gather_task.h"

#include <stdlib.h>
#include <utlist.h>

#include "authoritative.h"
#include "certificate.h"
#include "quota.h"

/* One question, probe or fetch under way. */
struct gather_task {
	struct gather_task *prev, *next;
	struct gather_tasks *tasks;
	struct quota_permit permit; /* of the domain's; not of a policy or name server */
	/* once it is begun, one of */
	struct resolver_request *lookup;
	struct probe_request *probe;
	struct sts_fetch *policy;
	struct authoritative_request *server;
	/* what is asked */
	const char *name; /* or the SNI */
	enum dns_type type;
	const struct address *address;
	enum tls_offer offer;
	unsigned turn;
	/* where the answer goes: one of */
	struct lookup **lookup_to;
	struct probe *probe_to;
	struct policy_fetch *policy_to;
	struct server_answer **server_to;
	gather_task_cb *done;
	void *user;
};

static struct gather_task *add_task(struct gather_tasks *tasks, gather_task_cb *done, void *user)
{
	struct gather_task *t = memory_alloc(sizeof *t);
	t->tasks = tasks;
	t->done = done;
	t->user = user;
	DL_PREPEND(tasks->first, t);
	return t;
}

/* ---- Waiting ---- */

static bool is_begun(const struct gather_task *t)
{
	return t->policy_to || t->server_to || t->permit.acquired;
}

static bool is_waiting(const struct gather_task *t)
{
	if (!is_begun(t))
		return true;
	if (t->lookup_to)
		return resolver_is_crowded(t->tasks->context->resolver);
	if (t->server_to)
		return authoritative_is_waiting(t->server);
	return t->probe_to ? prober_is_waiting(t->probe) : sts_fetch_is_waiting(t->policy);
}

/* Something is asked for now, and does not wait for its turn. */
static bool is_served(const struct gather_tasks *tasks)
{
	for (const struct gather_task *t = tasks->first; t; t = t->next)
		if (!is_waiting(t))
			return true;
	return false;
}

static bool waits_at_addresses(const struct gather_tasks *tasks)
{
	for (const struct gather_task *t = tasks->first; t; t = t->next)
		if (!t->probe_to || !is_waiting(t))
			return false;
	return true;
}

/* For good: what is parked is bounded, and so is what is served of it (--per-host). */
static void park(struct gather_tasks *tasks)
{
	struct gather_parking *parking = tasks->context->parking;
	tasks->parked = true;
	parking->count++;
	parking->grown(parking->user);
}

/* The task is over, and its answer stands where it belongs. */
static void finish_task(struct gather_task *t)
{
	struct gather_tasks *tasks = t->tasks;
	gather_task_cb *done = t->done;
	void *user = t->user;
	quota_release(&t->permit);
	DL_DELETE(tasks->first, t);
	free(t);
	if (done)
		done(user);
	if (!tasks->first)
		loop_timer_start(tasks->soon, 0);
	else if (!tasks->parked && waits_at_addresses(tasks))
		park(tasks);
}

/* ---- Lookups ---- */

static void lookup_arrived(void *user, const struct lookup *answer)
{
	struct gather_task *t = user;
	*t->lookup_to = lookup_copy(t->tasks->arena, answer);
	finish_task(t);
}

/* What a lookup is that --deadline cut off, or that was not asked any more. */
static struct lookup deadline_lookup(
    const struct gather_tasks *tasks, const char *name, enum dns_type type, bool asked)
{
	const struct address *resolver = resolver_address(tasks->context->resolver);
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
	    .error = arena_printf(
		tasks->arena, asked ? "%s has not answered" : "%s was not asked any more", who),
	};
}

static void begin_lookup(void *user)
{
	struct gather_task *t = user;
	const struct gather_context *c = t->tasks->context;
	t->lookup = resolver_lookup(c->resolver, c->view, t->name, t->type, lookup_arrived, t);
}

void gather_task_lookup(struct gather_tasks *tasks, const char *name, enum dns_type type,
    struct lookup **to, gather_task_cb *done, void *user)
{
	if (tasks->closing) {
		struct lookup l = deadline_lookup(tasks, name, type, false);
		*to = lookup_copy(tasks->arena, &l);
		done(user);
		return;
	}
	struct gather_task *t = add_task(tasks, done, user);
	t->name = name;
	t->type = type;
	t->lookup_to = to;
	quota_acquire(tasks->lookups, &t->permit, begin_lookup, t);
}

/* ---- Probes ---- */

static const char deadline_error[] = "the deadline ended it";

static void probe_arrived(void *user, const struct probe *facts)
{
	struct gather_task *t = user;
	probe_copy(t->tasks->arena, t->probe_to, facts);
	finish_task(t);
}

static void begin_probe(void *user)
{
	struct gather_task *t = user;
	t->probe = prober_probe(
	    t->tasks->context->prober, t->address, t->name, t->offer, t->turn, probe_arrived, t);
}

void gather_task_probe(struct gather_tasks *tasks, const struct address *address, const char *sni,
    enum tls_offer offer, unsigned turn, struct probe *to)
{
	if (tasks->closing) {
		to->failure = PROBE_FAILURE_DEADLINE;
		to->error = deadline_error;
		return;
	}
	struct gather_task *t = add_task(tasks, NULL, NULL);
	t->probe_to = to;
	t->address = address;
	t->name = sni;
	t->offer = offer;
	t->turn = turn;
	quota_acquire(tasks->probes, &t->permit, begin_probe, t);
}

void gather_task_probe_keys(
    struct gather_tasks *tasks, struct address_probes *probes, const char *sni)
{
	static const enum tls_offer each[OFFERS] = {TLS_OFFER_ECDSA, TLS_OFFER_RSA};
	const struct params *p = tasks->context->params;
	size_t count = p->key_types == KEY_TYPES_ANY ? 1 : OFFERS;
	probes->sni = sni;
	probes->turns = arena_array(tasks->arena, p->repeat, sizeof *probes->turns);
	for (unsigned turn = 0; turn < p->repeat; turn++)
		for (size_t i = 0; i < count; i++)
			gather_task_probe(tasks, &probes->address, sni,
			    count == 1 ? TLS_OFFER_ANY : each[i], turn, &probes->turns[turn][i]);
}

void gather_task_probe_any(struct gather_tasks *tasks, struct address_probes *probes)
{
	unsigned count = tasks->context->params->repeat;
	probes->any = arena_array(tasks->arena, count, sizeof *probes->any);
	for (unsigned turn = 0; turn < count; turn++)
		gather_task_probe(
		    tasks, &probes->address, probes->sni, TLS_OFFER_ANY, turn, &probes->any[turn]);
}

static void copy_policy_fetch(
    struct arena *arena, struct policy_fetch *to, const struct policy_fetch *from)
{
	*to = *from;
	to->error = arena_strdup(arena, from->error);
	to->content_type = arena_strdup(arena, from->content_type);
	to->chain = certificate_copy_chain(arena, from->chain, from->chain_count);
	to->body = arena_memdup(arena, from->body, from->body_length);
}

/* ---- The MTA-STS policy ---- */

static const struct policy_fetch deadline_fetch = {
    .tried = true, .failure = FETCH_FAILURE_DEADLINE, .error = deadline_error};

static void policy_arrived(void *user, const struct policy_fetch *fetch)
{
	struct gather_task *t = user;
	copy_policy_fetch(t->tasks->arena, t->policy_to, fetch);
	finish_task(t);
}

void gather_task_policy(struct gather_tasks *tasks, const char *domain, struct policy_fetch *to,
    gather_task_cb *done, void *user)
{
	const struct gather_context *c = tasks->context;
	if (tasks->closing) {
		*to = deadline_fetch;
		done(user);
		return;
	}
	to->tried = true;
	struct gather_task *t = add_task(tasks, done, user);
	t->policy_to = to;
	t->policy = sts_fetch_start(c->fetcher, c->view, domain, policy_arrived, t);
}

/* ---- Name servers ---- */

static void server_arrived(void *user, const struct server_answer *answer)
{
	struct gather_task *t = user;
	*t->server_to = authoritative_copy(t->tasks->arena, answer);
	finish_task(t);
}

/* What is asked of a name server that --deadline cut off. */
static struct server_answer *deadline_answer(
    const struct gather_tasks *tasks, const char *name, enum dns_type type, bool tcp)
{
	struct lookup l = deadline_lookup(tasks, name, type, true);
	const struct server_answer answer = {.fact = &l, .rcode = -1, .tcp = tcp};
	l.error = deadline_error;
	return authoritative_copy(tasks->arena, &answer);
}

void gather_task_server(struct gather_tasks *tasks, const struct address *address, const char *name,
    enum dns_type type, bool tcp, struct server_answer **to, gather_task_cb *done, void *user)
{
	if (tasks->closing) {
		*to = deadline_answer(tasks, name, type, tcp);
		done(user);
		return;
	}
	struct gather_task *t = add_task(tasks, done, user);
	t->name = name;
	t->type = type;
	t->server_to = to;
	t->server = authoritative_ask(resolver_authoritative(tasks->context->resolver), address,
	    name, type, tcp, server_arrived, t);
}

/* ---- The deadline ---- */

/* The clock of --deadline looks so many times whether it runs. */
enum { CLOCK_STEPS = 32 };

/* One task's failure by the deadline, taken through the handler of a real answer. */
static void end_task(struct gather_task *t)
{
	struct gather_tasks *tasks = t->tasks;
	if (t->lookup_to) {
		struct lookup l = deadline_lookup(tasks, t->name, t->type, is_begun(t));
		const struct lookup *known = t->lookup ? resolver_known(t->lookup) : NULL;
		if (known)
			l = *lookup_copy(tasks->arena, known);
		resolver_cancel(t->lookup);
		lookup_arrived(t, &l);
	} else if (t->probe_to) {
		struct probe facts = {0};
		prober_cancel(t->probe, tasks->arena, &facts);
		if (facts.failure == PROBE_FAILURE_NONE)
			facts.failure = PROBE_FAILURE_DEADLINE;
		facts.error = facts.error ? facts.error : deadline_error;
		probe_arrived(t, &facts);
	} else if (t->server_to) {
		authoritative_cancel(t->server);
		server_arrived(t, deadline_answer(tasks, t->name, t->type, false));
	} else {
		sts_fetch_cancel(t->policy);
		policy_arrived(t, &deadline_fetch);
	}
}

static unsigned next_step(const struct gather_tasks *tasks)
{
	unsigned step = tasks->context->params->deadline_ms / CLOCK_STEPS;
	return step < tasks->left_ms ? step : tasks->left_ms;
}

/* What waits is not begun any more. */
static void close_quotas(struct gather_tasks *tasks)
{
	quota_close(tasks->lookups);
	quota_close(tasks->probes);
}

static void clock_ticked(void *user)
{
	struct gather_tasks *tasks = user;
	if (is_served(tasks))
		tasks->left_ms -= next_step(tasks);
	if (tasks->left_ms > 0) {
		loop_timer_start(tasks->clock, next_step(tasks));
		return;
	}
	tasks->closing = true;
	close_quotas(tasks);
	while (tasks->first)
		end_task(tasks->first);
	tasks->ended(tasks->user);
}

/* ---- All of them ---- */

static void end_if_none_left(void *user)
{
	struct gather_tasks *tasks = user;
	if (!tasks->first)
		tasks->ended(tasks->user);
}

void gather_tasks_begin(struct gather_tasks *tasks, const struct gather_context *context,
    struct arena *arena, gather_task_cb *ended, void *user)
{
	tasks->context = context;
	tasks->arena = arena;
	tasks->ended = ended;
	tasks->user = user;
	tasks->lookups = quota_create(context->most_lookups);
	tasks->probes = quota_create(context->most_probes);
	tasks->left_ms = context->params->deadline_ms;
	tasks->clock = loop_timer_create(context->loop, clock_ticked, tasks);
	tasks->soon = loop_timer_create(context->loop, end_if_none_left, tasks);
	loop_timer_start(tasks->clock, next_step(tasks));
}

void gather_tasks_drop(struct gather_tasks *tasks)
{
	close_quotas(tasks);
	while (tasks->first) {
		struct gather_task *t = tasks->first;
		resolver_cancel(t->lookup);
		prober_cancel(t->probe, NULL, NULL);
		sts_fetch_cancel(t->policy);
		authoritative_cancel(t->server);
		quota_release(&t->permit);
		DL_DELETE(tasks->first, t);
		free(t);
	}
}

void gather_tasks_close(struct gather_tasks *tasks)
{
	gather_tasks_drop(tasks);
	loop_timer_destroy(tasks->clock);
	loop_timer_destroy(tasks->soon);
	quota_destroy(tasks->lookups);
	quota_destroy(tasks->probes);
	tasks->context->parking->count -= tasks->parked;
}
