/*
 * prober.c owns the probes of a run: each (address, SNI, offer) is probed once in each turn of
 * --repeat, whoever asks; its facts are kept for those who ask later.
 *
 * The port is one for the whole run, so it is no part of the key. A probe that nobody waits for any
 * more is ended: a server that stalls one domain up to its --deadline must not hold up the end of
 * the run.
 */
#include "prober.h"

#include <stdlib.h>
#include <string.h>

#include "certificate.h"
#include "limit.h"
#include "probe_queue.h"
#include "session.h"
#include "waiters.h"

struct probe_request {
	struct waiter waiter;
	prober_cb *cb;
	void *user;
};

struct probe_entry {
	struct waiters_entry shared; /* ready: probed */
	struct probe_slot slot;
	struct prober *prober;
	struct arena *arena; /* of target and facts */
	struct session_target target;
	struct probe facts;
	struct probe second_facts;
	struct probe refused_facts; /* of a first try that is made once more */
	struct loop_timer *pause;   /* before that; NULL unless it is made */
	struct session *session;    /* NULL unless under way */
	struct quota_permit permit;
};

struct prober {
	struct loop *loop;
	const struct params *params;
	struct probe_queue *queue;
	struct quota *quota;
	struct waiters entries;
	struct waiters_lru kept;
};

/* ---- Entries ---- */

static void make_ready(struct probe_entry *e)
{
	waiters_make_ready(&e->shared, &e->prober->kept);
}

static struct probe_entry *entry_of(const struct probe_request *r)
{
	return (struct probe_entry *)r->waiter.entry;
}

/* What tells probes apart, as octets: offer, turn and family, address, SNI. */
static char *make_key(
    struct arena *arena, const struct session_target *t, unsigned turn, size_t *length)
{
	const struct address *a = &t->address;
	size_t octets = a->family == AF_INET ? 4 : 16;
	const char *sni = t->sni ? t->sni : "";
	size_t sni_length = strlen(sni);
	*length = 3 + octets + sni_length;
	char *key = arena_alloc(arena, *length);
	key[0] = (char)t->offer;
	key[1] = (char)turn;
	key[2] = a->family == AF_INET ? 4 : 6;
	memcpy(key + 3, a->bytes, octets);
	memcpy(key + 3 + octets, sni, sni_length);
	return key;
}

static void end_session(struct probe_entry *e)
{
	session_destroy(e->session);
	e->session = NULL;
	quota_release(&e->permit);
}

static void destroy_entry(struct waiters_entry *shared)
{
	struct probe_entry *e = (struct probe_entry *)shared;
	end_session(e);
	if (e->prober->queue)
		probe_queue_leave(e->prober->queue, &e->slot, PROBE_END_OTHER);
	loop_timer_destroy(e->pause);
	arena_destroy(e->arena);
	free(e);
}

/* ---- Probing ---- */

static void session_over(void *user);

static struct probe *present_facts(struct probe_entry *e)
{
	return e->target.hello ? &e->second_facts : &e->facts;
}

static void start_session(void *user)
{
	struct probe_entry *e = user;
	struct prober *p = e->prober;
	e->session = session_start(
	    p->loop, p->params, &e->target, e->arena, present_facts(e), session_over, e);
}

static void take_quota(void *user)
{
	struct probe_entry *e = user;
	quota_acquire(e->prober->quota, &e->permit, start_session, e);
}

static void start_retry(struct probe_entry *e)
{
	e->refused_facts = *present_facts(e);
	*present_facts(e) = (struct probe){0};
	loop_timer_start(e->pause, LIMIT_RETRY_PAUSE_MS);
}

static void on_slot(struct probe_slot *slot, enum probe_call call)
{
	struct probe_entry *e = (void *)((char *)slot - offsetof(struct probe_entry, slot));
	if (call == PROBE_CALL_SLOT && slot->exclusive) {
		start_retry(e);
		return;
	}
	if (call == PROBE_CALL_SLOT) {
		take_quota(e);
		return;
	}
	if (call == PROBE_CALL_SILENT) {
		e->facts.stage = SMTP_STAGE_CONNECT;
		e->facts.failure = PROBE_FAILURE_CONNECT;
		e->facts.timed_out = true;
		e->facts.error = "connection timed out";
	}
	make_ready(e);
}

/* Where the second try gets no handshake, the first one is what a sender of today meets. */
static void take_second_facts(struct probe_entry *e)
{
	unsigned elapsed_ms = e->facts.elapsed_ms + e->second_facts.elapsed_ms;
	if (e->target.hello == TLS_HELLO_ANONYMOUS) {
		e->facts.anonymous = e->second_facts.tls_version;
	} else if (e->second_facts.tls_version) {
		e->facts = e->second_facts;
		e->facts.tls_legacy = e->target.hello == TLS_HELLO_LEGACY;
	}
	e->facts.elapsed_ms = elapsed_ms;
}

/* No word on TLS: the connection ended before the handshake, as it does where a server limits
 * connections by number or rate. */
static bool is_refusal(const struct probe *f)
{
	return f->stage < SMTP_STAGE_HANDSHAKE &&
	       (f->failure == PROBE_FAILURE_CONNECT || f->failure == PROBE_FAILURE_SMTP_REFUSED ||
		   (f->failure == PROBE_FAILURE_SMTP_PROTOCOL && f->timed_out));
}

static bool is_silence(const struct probe *f)
{
	return f->failure == PROBE_FAILURE_CONNECT && f->timed_out;
}

/* Once more and alone, where another connection is served or may still be. */
static bool retry(struct probe_entry *e)
{
	const struct probe *f = present_facts(e);
	bool served = e->target.hello || probe_queue_served(&e->slot);
	if (e->pause || !is_refusal(f) || (is_silence(f) && !served))
		return false;
	e->pause = loop_timer_create(e->prober->loop, take_quota, e);
	probe_queue_retry(e->prober->queue, &e->slot, e->target.hello != TLS_HELLO_MODERN);
	return true;
}

/* Of two refusals the one that came further tells more. */
static void take_retried_facts(struct probe_entry *e)
{
	struct probe *f = present_facts(e);
	if (!is_refusal(f))
		return;
	if (e->refused_facts.stage > f->stage)
		*f = e->refused_facts;
	f->limited = true;
}

static void session_over(void *user)
{
	struct probe_entry *e = user;
	struct prober *p = e->prober;
	enum tls_hello next = session_next_hello(e->session);
	if (!e->target.hello && next) {
		session_destroy(e->session);
		e->target.hello = next;
		start_session(e); /* in the same slot */
		return;
	}
	end_session(e);
	if (retry(e))
		return;
	if (e->slot.exclusive)
		take_retried_facts(e);
	if (e->target.hello)
		take_second_facts(e);
	const struct probe *f = &e->facts;
	probe_queue_leave(p->queue, &e->slot,
	    is_silence(f) && !f->limited       ? PROBE_END_SILENT
	    : f->stage >= SMTP_STAGE_HANDSHAKE ? PROBE_END_SERVED
					       : PROBE_END_OTHER);
	make_ready(e);
}

/* ---- Requests ---- */

/* The callback may ask for more, or cancel what it has. */
static void notify(struct waiter *waiter)
{
	struct probe_request *r = (struct probe_request *)waiter;
	struct probe_entry *e = entry_of(r);
	prober_cb *cb = r->cb;
	void *user = r->user;
	waiters_leave(waiter);
	free(r);
	cb(user, &e->facts);
}

struct prober *prober_create(struct loop *loop, const struct params *params, struct quota *quota)
{
	struct prober *p = memory_alloc(sizeof *p);
	p->loop = loop;
	p->params = params;
	p->quota = quota;
	p->queue = probe_queue_create(params->per_host, on_slot);
	p->entries = (struct waiters){.notify = notify, .destroy = destroy_entry};
	p->kept.most = LIMIT_PROBES_KEPT;
	waiters_open(&p->entries, loop);
	return p;
}

void prober_destroy(struct prober *p)
{
	if (!p)
		return;
	probe_queue_destroy(p->queue); /* first: grants no slots any more */
	p->queue = NULL;
	for (struct waiter *w; (w = waiters_first(&p->entries)); free(w))
		waiters_leave(w);
	waiters_close(&p->entries);
	free(p);
}

static void start(struct probe_entry *e)
{
	struct prober *p = e->prober;
	if (p->params->reserved || !address_is_reserved(&e->target.address)) {
		probe_queue_enter(p->queue, &e->slot, &e->target.address);
		return;
	}
	e->facts.failure = PROBE_FAILURE_RESERVED;
	e->facts.error = "special-purpose address";
	make_ready(e);
}

/* To the entry of that target, which is begun if there is none. */
static void join(
    struct prober *p, const struct session_target *target, unsigned turn, struct waiter *waiter)
{
	struct arena *arena = arena_create();
	size_t length;
	const char *key = make_key(arena, target, turn, &length);
	struct waiters_entry *known = waiters_find(&p->entries, key, length);
	if (known) {
		arena_destroy(arena);
		waiters_join(known, waiter);
		return;
	}
	struct probe_entry *e = memory_alloc(sizeof *e);
	e->prober = p;
	e->arena = arena;
	e->target = *target;
	e->target.sni = arena_strdup(arena, target->sni);
	waiters_add(&p->entries, &e->shared, key, length);
	waiters_join(&e->shared, waiter);
	start(e);
}

struct probe_request *prober_probe(struct prober *p, const struct address *address, const char *sni,
    enum tls_offer offer, unsigned turn, prober_cb *cb, void *user)
{
	const struct session_target target = {.address = *address, .sni = sni, .offer = offer};
	struct probe_request *r = memory_alloc(sizeof *r);
	*r = (struct probe_request){.cb = cb, .user = user};
	join(p, &target, turn, &r->waiter);
	return r;
}

bool prober_is_waiting(const struct probe_request *request)
{
	const struct probe_entry *e = entry_of(request);
	return !e->shared.ready && !e->session;
}

void probe_copy(struct arena *arena, struct probe *to, const struct probe *from)
{
	*to = *from;
	const char **texts[] = {&to->error, &to->greeting, &to->ehlo_name, &to->tls_error,
	    &to->tls_version, &to->cipher, &to->group, &to->tls_signature, &to->sni, &to->dialogue};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = arena_strdup(arena, *texts[i]);
	to->chain = certificate_copy_chain(arena, from->chain, from->chain_count);
}

void prober_cancel(struct probe_request *request, struct arena *arena, struct probe *facts_so_far)
{
	if (!request)
		return;
	struct probe_entry *e = entry_of(request);
	if (facts_so_far) {
		if (e->session)
			session_note(e->session);
		probe_copy(arena, facts_so_far, &e->facts);
	}
	if (!e->shared.ready && e->shared.users == 1)
		waiters_forget(&e->shared);
	waiters_leave(&request->waiter);
	free(request);
}
