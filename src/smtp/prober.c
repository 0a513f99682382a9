/*
 * prober.c owns the probes of a run: each (address, SNI, offer) is probed once, whoever asks; its
 * facts are kept for those who ask later.
 *
 * The port is one for the whole run, so it is no part of the key. A probe that nobody waits for any
 * more is ended: a server that stalls one domain up to its --deadline must not hold up the end of
 * the run.
 */
#include "prober.h"

#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "probe_queue.h"
#include "session.h"
#include "table.h"

#define uthash_malloc(size) memory_alloc(size)
#include <utlist.h>

struct probe_request {
	struct probe_entry *entry;
	prober_cb *cb;
	void *user;
	struct probe_request *prev, *next;
};

enum entry_state {
	ENTRY_ACTIVE,     /* waits for its slot, or is under way */
	ENTRY_READY,      /* done, the requests are to be told: in prober->ready */
	ENTRY_DELIVERING, /* the requests are being told */
	ENTRY_KEPT,       /* done, nobody waits: in prober->kept */
};

struct probe_entry {
	struct probe_slot slot; /* first, so that the queue's slot is the entry */
	struct prober *prober;
	enum entry_state state;
	struct arena *arena; /* of target and facts */
	struct session_target target;
	struct probe facts;
	struct probe second_facts;
	struct probe refused_facts; /* of a first try that is made once more */
	struct loop_timer *pause;   /* before that; NULL unless it is made */
	struct session *session;    /* NULL unless under way */
	struct quota_permit permit;
	struct probe_request *requests;
	struct probe_entry *prev, *next; /* in prober->ready or prober->kept */
	UT_hash_handle hh;
};

struct prober {
	struct loop *loop;
	const struct params *params;
	struct probe_queue *queue;
	struct quota *quota;
	struct probe_entry *entries; /* all, by key */
	struct probe_entry *ready;
	struct probe_entry *kept; /* the last used one last */
	size_t kept_count;
	struct loop_timer *soon; /* brings facts that are there into the loop */
};

/* ---- Entries ---- */

static void keep(struct prober *p, struct probe_entry *e)
{
	e->state = ENTRY_KEPT;
	DL_APPEND(p->kept, e);
	p->kept_count++;
}

static void unkeep(struct prober *p, struct probe_entry *e)
{
	DL_DELETE(p->kept, e);
	p->kept_count--;
}

static void make_ready(struct prober *p, struct probe_entry *e)
{
	e->state = ENTRY_READY;
	DL_APPEND(p->ready, e);
	loop_timer_start(p->soon, 0);
}

/* What tells probes apart, as octets: offer and family, address, SNI. */
static char *make_key(struct arena *arena, const struct session_target *t, size_t *length)
{
	const struct address *a = &t->address;
	size_t octets = a->family == AF_INET ? 4 : 16;
	size_t sni_length = strlen(t->sni);
	*length = 2 + octets + sni_length;
	char *key = arena_alloc(arena, *length);
	key[0] = (char)t->offer;
	key[1] = a->family == AF_INET ? 4 : 6;
	memcpy(key + 2, a->bytes, octets);
	memcpy(key + 2 + octets, t->sni, sni_length);
	return key;
}

static struct probe_entry *find_or_add(
    struct prober *p, const struct session_target *target, bool *added)
{
	struct arena *arena = arena_create();
	size_t length;
	char *key = make_key(arena, target, &length);
	struct probe_entry *e;
	HASH_FIND(hh, p->entries, key, length, e);
	*added = !e;
	if (e) {
		arena_destroy(arena);
		return e;
	}
	e = memory_alloc(sizeof *e);
	e->prober = p;
	e->arena = arena;
	e->target = *target;
	e->target.sni = arena_strdup(arena, target->sni);
	HASH_ADD_KEYPTR(hh, p->entries, key, length, e);
	return e;
}

static void end_session(struct probe_entry *e)
{
	session_destroy(e->session);
	e->session = NULL;
	quota_release(&e->permit);
}

static void destroy_entry(struct prober *p, struct probe_entry *e)
{
	HASH_DEL(p->entries, e);
	end_session(e);
	loop_timer_destroy(e->pause);
	struct probe_request *r, *next;
	DL_FOREACH_SAFE(e->requests, r, next)
	free(r);
	arena_destroy(e->arena);
	free(e);
}

static void forget_oldest(struct prober *p)
{
	while (p->kept_count > LIMIT_PROBES_KEPT) {
		struct probe_entry *e = p->kept;
		unkeep(p, e);
		destroy_entry(p, e);
	}
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
	struct probe_entry *e = (struct probe_entry *)slot;
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
	make_ready(e->prober, e);
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
	make_ready(p, e);
}

/* ---- Requests ---- */

/* A callback may ask for more, or cancel what it has: nothing is held over a call. */
static void tell_requests(struct prober *p, struct probe_entry *e)
{
	e->state = ENTRY_DELIVERING;
	while (e->requests) {
		struct probe_request *r = e->requests;
		DL_DELETE(e->requests, r);
		prober_cb *cb = r->cb;
		void *user = r->user;
		free(r);
		cb(user, &e->facts);
	}
	keep(p, e);
}

static void deliver(void *user)
{
	struct prober *p = user;
	while (p->ready) {
		struct probe_entry *e = p->ready;
		DL_DELETE(p->ready, e);
		tell_requests(p, e);
	}
	forget_oldest(p);
}

struct prober *prober_create(struct loop *loop, const struct params *params, struct quota *quota)
{
	struct prober *p = memory_alloc(sizeof *p);
	p->loop = loop;
	p->params = params;
	p->quota = quota;
	p->queue = probe_queue_create(params->per_host, on_slot);
	p->soon = loop_timer_create(loop, deliver, p);
	return p;
}

void prober_destroy(struct prober *p)
{
	if (!p)
		return;
	probe_queue_destroy(p->queue); /* first: grants no slots any more */
	struct probe_entry *e, *next;
	HASH_ITER(hh, p->entries, e, next)
	destroy_entry(p, e);
	loop_timer_destroy(p->soon);
	free(p);
}

static void start(struct prober *p, struct probe_entry *e)
{
	if (p->params->reserved || !address_is_reserved(&e->target.address)) {
		probe_queue_enter(p->queue, &e->slot, &e->target.address);
		return;
	}
	e->facts.failure = PROBE_FAILURE_RESERVED;
	e->facts.error = "a special-purpose address, not connected to";
	make_ready(p, e);
}

struct probe_request *prober_probe(struct prober *p, const struct address *address, const char *sni,
    enum tls_offer offer, prober_cb *cb, void *user)
{
	const struct session_target target = {.address = *address, .sni = sni, .offer = offer};
	bool added;
	struct probe_entry *e = find_or_add(p, &target, &added);
	struct probe_request *r = memory_alloc(sizeof *r);
	*r = (struct probe_request){.entry = e, .cb = cb, .user = user};
	DL_APPEND(e->requests, r);
	if (added) {
		start(p, e);
	} else if (e->state == ENTRY_KEPT) {
		unkeep(p, e);
		make_ready(p, e);
	}
	return r;
}

bool prober_is_waiting(const struct probe_request *request)
{
	return request->entry->state == ENTRY_ACTIVE && !request->entry->session;
}

void prober_cancel(struct probe_request *request, struct arena *arena, struct probe *facts_so_far)
{
	if (!request)
		return;
	struct probe_entry *e = request->entry;
	struct prober *p = e->prober;
	if (facts_so_far) {
		if (e->session)
			session_note(e->session);
		probe_copy(arena, facts_so_far, &e->facts);
	}
	DL_DELETE(e->requests, request);
	free(request);
	if (e->state == ENTRY_ACTIVE && !e->requests) {
		end_session(e);
		probe_queue_leave(p->queue, &e->slot, PROBE_END_OTHER);
		destroy_entry(p, e);
	}
}
