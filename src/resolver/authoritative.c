/*
 * authoritative.c owns the questions to single name servers: a queue for each address, what its
 * answers come to, and the answers of a run.
 */
#include "authoritative.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <utlist.h>

#include "alias_chain.h"
#include "limit.h"
#include "lookup.h"
#include "quota.h"
#include "upstream.h"
#include "waiters.h"

enum { UDP, TCP, WAYS };
enum { RCODE_NXDOMAIN = 3 };

enum {
	/* Milliseconds that a server without questions is kept: the next ones follow from what it
	 * has answered. */
	LINGER_MS = 100,
};

/* One question to one server, and its answer. */
struct entry {
	struct waiters_entry shared; /* ready: the answer is known */
	struct authoritative *owner;
	struct arena *arena;
	struct address address;
	struct server_answer answer;
	struct server *server; /* while it is queued or asked */
	struct entry *prev, *next;
	struct dns_question *question;
	/* the response, while it is judged */
	struct answer *response;
	struct alias_chain chain;
	struct link_verdict verdict;
};

struct server {
	UT_hash_handle hh;
	struct address address; /* the key */
	struct authoritative *owner;
	struct arena *arena;
	struct quota_permit permit; /* of those that are asked at once */
	struct entry *queue;
	struct entry *asked; /* out of the queue; one at a time */
	struct dns_upstream upstreams[WAYS];
	struct transport *transports[WAYS];
	bool silent[WAYS]; /* did not answer over it, ever: what is queued is not asked */
	bool heard[WAYS];
	bool no_route;
	struct loop_timer *timer; /* asks the next question, or ends it */
};

struct authoritative {
	const struct dns_service *service;
	unsigned timeout_ms;
	struct server *servers;
	struct quota *quota;
	struct waiters entries;
	struct waiters_lru kept;
};

struct authoritative_request {
	struct waiter waiter;
	authoritative_cb *cb;
	void *user;
};

static void go_on(struct server *s, unsigned ms)
{
	loop_timer_start(s->timer, ms);
}

/* ---- What an answer comes to ---- */

static void fail(struct entry *e, enum lookup_failure failure, const char *error)
{
	struct lookup *fact = e->answer.fact;

	fact->kind = ANSWER_FAILED;
	fact->dnssec = fact->alias_dnssec = DNSSEC_INDETERMINATE;
	fact->failure = failure;
	fact->error = arena_strdup(e->arena, error);
}

static void finish(struct entry *e)
{
	waiters_leave(&e->verdict.wait.waiter);
	answer_destroy(e->response);
	e->response = NULL;
	waiters_make_ready(&e->shared, &e->owner->kept);
}

static void describe(struct entry *e)
{
	struct lookup *fact = e->answer.fact;
	const struct alias_link *link = &e->chain.links[0];
	struct signature_life life;
	bool ambiguous;

	if (link->absent) {
		fact->kind = e->response->rcode == RCODE_NXDOMAIN ? ANSWER_NXDOMAIN : ANSWER_NODATA;
	} else if (link->type != fact->type) {
		fact->kind = ANSWER_NODATA;
		fact->alias =
		    arena_strdup(e->arena, answer_alias(e->response, fact->asked, &ambiguous));
	} else if (answer_records(e->response, e->arena, fact)) {
		fact->kind = ANSWER_RECORDS;
	} else {
		fail(e, LOOKUP_FAILURE_MALFORMED, "the answer holds a record that cannot be read");
	}
	if (!link->absent &&
	    answer_signature_life(e->response, link->owner, link->type, time(NULL), &life))
		lookup_add_signature(e->arena, fact, &life);
}

static void on_verdict(void *user)
{
	struct entry *e = user;
	struct lookup *fact = e->answer.fact;

	fact->dnssec = fact->alias_dnssec = e->verdict.verdict.status;
	fact->failure = e->verdict.verdict.failure;
	fact->error = e->verdict.verdict.error;
	describe(e);
	finish(e);
}

/* RFC 1034 §4.3.2, step 3b: no answer, and the servers of another zone in its place. */
static bool is_referral(const struct answer *a)
{
	bool refers = false;

	for (size_t i = 0; i < a->count; i++) {
		if (a->rrs[i].in_answer || a->rrs[i].type == DNS_TYPE_SOA)
			return false;
		refers |= a->rrs[i].type == DNS_TYPE_NS;
	}
	return refers && !a->aa;
}

static void judge(struct entry *e)
{
	const struct dns_service *service = e->owner->service;

	e->answer.authoritative = e->response->aa;
	e->answer.referral = is_referral(e->response);
	if (e->answer.referral) {
		fail(e, LOOKUP_FAILURE_RCODE, "refers to other servers");
		finish(e);
		return;
	}
	/* What follows an alias in the answer may be of another zone. */
	if (alias_chain_follow(&e->chain, e->response) == ALIAS_CHAIN_MALFORMED &&
	    e->chain.count == 0) {
		fail(e, LOOKUP_FAILURE_MALFORMED, e->chain.error);
		finish(e);
		return;
	}
	if (service->trust_chain) {
		alias_chain_judge_link(
		    &e->verdict, service->trust_chain, &e->chain.links[0], e->arena, on_verdict, e);
		return;
	}
	e->answer.fact->dnssec = e->answer.fact->alias_dnssec = DNSSEC_INDETERMINATE;
	describe(e);
	finish(e);
}

/* ---- The queue of a server ---- */

static void leave_server(struct entry *e)
{
	struct server *s = e->server;

	if (!s)
		return;
	if (s->asked == e)
		s->asked = NULL;
	else
		DL_DELETE(s->queue, e);
	e->server = NULL;
	go_on(s, s->queue ? 0 : LINGER_MS);
}

static void enter_queue(struct entry *e, struct server *s)
{
	e->server = s;
	DL_APPEND(s->queue, e);
	go_on(s, 0);
}

static void note(struct server *s, const struct entry *e, const struct dns_reply *reply)
{
	bool lost = reply->rcode < 0;

	s->heard[e->answer.tcp] |= !lost;
	s->silent[e->answer.tcp] = lost && !s->heard[e->answer.tcp];
}

static void on_reply(void *user, const struct dns_reply *reply)
{
	struct entry *e = user;
	struct server *s = e->server;

	e->question = NULL;
	e->answer.rcode = reply->rcode;
	note(s, e, reply);
	leave_server(e);
	if (reply->answer) {
		e->response = reply->answer;
		judge(e);
	} else if (reply->truncated && !e->answer.tcp) {
		e->answer.tcp = true;
		enter_queue(e, s);
	} else {
		fail(e, reply->failure, reply->error);
		finish(e);
	}
}

static struct transport *transport_of(struct server *s, int way, const char **error)
{
	*error = NULL;
	if (!s->transports[way])
		s->transports[way] = transport_create(s->owner->service->loop, &s->upstreams[way],
		    1, s->owner->timeout_ms, NULL, s->arena, error);
	return s->transports[way];
}

static void ask(struct server *s, struct entry *e)
{
	int way = e->answer.tcp ? TCP : UDP;
	const char *error = NULL;
	struct transport *transport = NULL;

	DL_DELETE(s->queue, e);
	s->asked = e;
	e->answer.no_route = s->no_route;
	if (s->no_route)
		error = "this machine has no route to it";
	else if (s->silent[way])
		error = way == TCP ? "did not answer over TCP" : "did not answer over UDP";
	else
		transport = transport_of(s, way, &error);
	if (transport) {
		e->question = transport_ask(transport, e->answer.fact->asked,
		    (uint16_t)e->answer.fact->type, DNS_MODE_AUTHORITY, on_reply, e);
		return;
	}
	leave_server(e);
	fail(e, s->silent[way] ? LOOKUP_FAILURE_TIMEOUT : LOOKUP_FAILURE_NETWORK, error);
	finish(e);
}

static void free_server(struct server *s)
{
	HASH_DEL(s->owner->servers, s);
	for (int way = 0; way < WAYS; way++)
		transport_destroy(s->transports[way]);
	quota_release(&s->permit);
	loop_timer_destroy(s->timer);
	arena_destroy(s->arena);
	free(s);
}

static void on_timer(void *user)
{
	struct server *s = user;

	if (s->asked || (s->queue && !s->permit.acquired))
		return;
	if (s->queue)
		ask(s, s->queue);
	else
		free_server(s);
}

static void on_permit(void *user)
{
	struct server *s = user;

	s->no_route = !upstream_has_route(&s->upstreams[UDP]);
	go_on(s, 0);
}

static struct server *obtain_server(struct authoritative *a, const struct address *address)
{
	struct server *s;

	HASH_FIND(hh, a->servers, address, sizeof *address, s);
	if (s)
		return s;
	s = memory_alloc(sizeof *s);
	s->address = *address;
	s->owner = a;
	s->arena = arena_create();
	s->timer = loop_timer_create(a->service->loop, on_timer, s);
	s->upstreams[TCP] = (struct dns_upstream){.address = *address, .port = DNS_PORT};
	s->upstreams[UDP] = s->upstreams[TCP];
	s->upstreams[UDP].udp = true;
	HASH_ADD(hh, a->servers, address, sizeof s->address, s);
	quota_acquire(a->quota, &s->permit, on_permit, s);
	return s;
}

/* ---- Entries ---- */

static void destroy_entry(struct waiters_entry *shared)
{
	struct entry *e = (struct entry *)shared;

	transport_cancel(e->question);
	leave_server(e);
	waiters_leave(&e->verdict.wait.waiter);
	answer_destroy(e->response);
	arena_destroy(e->arena);
	free(e);
}

static struct entry *obtain(struct authoritative *a, const struct address *address,
    const char *name, enum dns_type type, bool tcp)
{
	struct arena *arena = arena_create();
	char text[ADDRESS_TEXT_SIZE];
	const char *key =
	    arena_printf(arena, "%s %d %d %s", address_text(address, text), tcp, (int)type, name);
	struct entry *e = (struct entry *)waiters_find(&a->entries, key, strlen(key));

	if (e) {
		arena_destroy(arena);
		return e;
	}
	e = memory_alloc(sizeof *e);
	e->owner = a;
	e->arena = arena;
	e->answer.fact = arena_alloc(arena, sizeof *e->answer.fact);
	e->answer.fact->asked = e->answer.fact->final = arena_strdup(arena, name);
	e->answer.fact->type = type;
	e->answer.rcode = -1;
	e->answer.tcp = tcp;
	waiters_add(&a->entries, &e->shared, key, strlen(key));
	enter_queue(e, obtain_server(a, address));
	return e;
}

static void notify(struct waiter *waiter)
{
	struct authoritative_request *r = (struct authoritative_request *)waiter;
	const struct entry *e = (const struct entry *)waiter->entry;

	/* The entry stays until this is over (waiters.h). */
	waiters_leave(waiter);
	r->cb(r->user, &e->answer);
	free(r);
}

/* ---- For the users ---- */

struct authoritative *authoritative_create(const struct dns_service *service, unsigned timeout_ms)
{
	struct authoritative *a = memory_alloc(sizeof *a);

	a->service = service;
	a->timeout_ms = timeout_ms;
	a->quota = quota_create(LIMIT_SERVERS_ASKED);
	a->entries = (struct waiters){.notify = notify, .destroy = destroy_entry};
	a->kept.most = LIMIT_LOOKUPS_KEPT;
	waiters_open(&a->entries, service->loop);
	return a;
}

void authoritative_destroy(struct authoritative *a)
{
	struct server *s, *after;

	if (!a)
		return;
	quota_close(a->quota);
	for (struct waiter *w; (w = waiters_first(&a->entries)); free(w))
		waiters_leave(w);
	waiters_close(&a->entries);
	HASH_ITER(hh, a->servers, s, after)
	{
		free_server(s);
	}
	quota_destroy(a->quota);
	free(a);
}

struct authoritative_request *authoritative_ask(struct authoritative *a,
    const struct address *server, const char *name, enum dns_type type, bool tcp,
    authoritative_cb *cb, void *user)
{
	struct authoritative_request *r = memory_alloc(sizeof *r);

	r->cb = cb;
	r->user = user;
	waiters_join(&obtain(a, server, name, type, tcp)->shared, &r->waiter);
	return r;
}

bool authoritative_is_waiting(const struct authoritative_request *r)
{
	const struct entry *e = (const struct entry *)r->waiter.entry;

	return e->server && e->server->asked != e;
}

void authoritative_cancel(struct authoritative_request *r)
{
	if (!r)
		return;
	waiters_leave(&r->waiter);
	free(r);
}

struct server_answer *authoritative_copy(struct arena *arena, const struct server_answer *answer)
{
	struct server_answer *copy = arena_memdup(arena, answer, sizeof *answer);

	copy->fact = lookup_copy(arena, answer->fact);
	return copy;
}
