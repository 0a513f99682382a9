/*
 * dns_transport.c owns questions on their way: a queue that keeps the number in flight bounded,
 * tries and fail-over between upstreams, and what a failure is called.
 *
 * getdns may call back while it is still being asked; what it brings is therefore only noted, and
 * handed out from a timer of this file's own.
 */
#include "dns_transport.h"

#include <getdns/getdns_extra.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "dns_context.h"
#include "dns_failure.h"
#include "dns_lane.h"
#include "dns_wire.h"
#include "limit.h"

enum {
	/* The least that one of several tries gets of --timeout. */
	LEAST_TRY_MS = 1000,
};

/* How a try ended. */
enum try_end {
	TRY_ANSWERED, /* or the connection failed */
	TRY_TIMED_OUT,
	TRY_REFUSED, /* the answer was kept from getdns (dns_gate.h) */
};

enum question_state { QUESTION_WAITING, QUESTION_FLYING, QUESTION_LANDED };

struct dns_question {
	struct dns_transport *transport;
	struct dns_question *prev, *next; /* in the list of its state */
	enum question_state state;
	char *name;
	uint16_t type;
	enum dns_mode mode;
	dns_reply_cb *cb;
	void *user;
	unsigned tries;
	unsigned timeouts;
	size_t upstream;
	struct dns_lane *lane; /* while it is on its way */
	getdns_transaction_t id;
	struct getdns_dict *response; /* QUESTION_LANDED: what came, or NULL */
	enum try_end end;
	struct dns_reply reply;
	char error[DNS_FAILURE_TEXT];
};

struct dns_transport {
	struct dns_lanes *upstreams;
	size_t upstream_count;
	size_t preferred;    /* the one that answered last */
	unsigned timeout_ms; /* of one try */
	size_t most_timeouts;
	struct arena *arena;
	getdns_dict *extensions[DNS_MODE_COUNT];
	struct dns_question *waiting, *flying, *landed;
	size_t flying_count;
	struct loop_timer *timer;
	uint64_t sent;
};

static void on_timer(void *user);
static void on_refused(void *user, struct dns_lane *lane, const uint8_t *message, size_t size);

/*
 * --timeout is for all tries together. A lone upstream gets two of them, the second over another
 * connection: what stalls one question stalls all others behind it on the same connection.
 */
static void share_timeout(struct dns_transport *t, size_t upstreams, unsigned timeout_ms)
{
	bool halves = upstreams == 1 && timeout_ms >= 2 * LEAST_TRY_MS;

	t->most_timeouts = halves ? 2 : upstreams;
	t->timeout_ms = timeout_ms / (unsigned)t->most_timeouts;
	if (upstreams > 1 && t->timeout_ms < LEAST_TRY_MS)
		t->timeout_ms = LEAST_TRY_MS;
}

struct dns_transport *dns_transport_create(struct loop *loop, const struct dns_upstream *upstreams,
    size_t count, unsigned timeout_ms, const char *ca_file, struct arena *arena, const char **error)
{
	struct dns_transport *t = memory_alloc(sizeof *t);

	t->arena = arena;
	t->upstreams = memory_alloc(count * sizeof *t->upstreams);
	t->upstream_count = count;
	share_timeout(t, count, timeout_ms);
	t->timer = loop_timer_create(loop, on_timer, t);
	*error = NULL;
	for (enum dns_mode m = 0; m < DNS_MODE_COUNT; m++)
		if (!(t->extensions[m] = dns_context_extensions(m)))
			*error = "the DNS library has no memory left";
	for (size_t i = 0; i < count && !*error; i++) {
		t->upstreams[i] = (struct dns_lanes){.loop = loop,
		    .upstream = &upstreams[i],
		    .timeout_ms = t->timeout_ms,
		    .ca_file = ca_file,
		    .refuse = on_refused,
		    .user = t};
		(void)dns_lanes_init(&t->upstreams[i], arena, error); /* *error tells */
	}
	if (!*error)
		return t;
	dns_transport_destroy(t);
	return NULL;
}

static void free_question(struct dns_question *q)
{
	getdns_dict_destroy(q->response);
	free(q->name);
	free(q);
}

static void free_list(struct dns_question *list)
{
	struct dns_question *q, *after;

	DL_FOREACH_SAFE(list, q, after)
	{
		free_question(q);
	}
}

void dns_transport_destroy(struct dns_transport *transport)
{
	if (!transport)
		return;
	for (size_t i = 0; i < transport->upstream_count; i++)
		dns_lanes_destroy(&transport->upstreams[i]);
	free_list(transport->waiting);
	free_list(transport->flying);
	free_list(transport->landed);
	for (enum dns_mode m = 0; m < DNS_MODE_COUNT; m++)
		getdns_dict_destroy(transport->extensions[m]);
	loop_timer_destroy(transport->timer);
	free(transport->upstreams);
	free(transport);
}

static struct dns_question **list_of(struct dns_transport *t, enum question_state state)
{
	return state == QUESTION_WAITING  ? &t->waiting
	       : state == QUESTION_FLYING ? &t->flying
					  : &t->landed;
}

static void leave_lane(struct dns_question *q)
{
	q->transport->flying_count--;
	q->lane->flying--;
	q->lane = NULL;
}

static void move_question(struct dns_question *q, enum question_state state)
{
	struct dns_transport *t = q->transport;
	struct dns_question **from = list_of(t, q->state), **to = list_of(t, state);

	if (q->state == QUESTION_FLYING)
		leave_lane(q);
	if (state == QUESTION_FLYING)
		t->flying_count++;
	DL_DELETE(*from, q);
	q->state = state;
	DL_APPEND(*to, q);
	if (state != QUESTION_FLYING)
		loop_timer_start(t->timer, 0);
}

static void on_response(getdns_context *context, getdns_callback_type_t type, getdns_dict *response,
    void *user, getdns_transaction_t id)
{
	struct dns_question *q = user;

	(void)context;
	(void)id;
	/* A question that was cancelled is gone, as is all when the transport ends. */
	if (type == GETDNS_CALLBACK_CANCEL) {
		getdns_dict_destroy(response);
		return;
	}
	q->response = response;
	q->end = type == GETDNS_CALLBACK_TIMEOUT ? TRY_TIMED_OUT : TRY_ANSWERED;
	if (dns_answer_rcode(response) < 0)
		dns_lane_retire(q->lane->lanes, q->lane);
	else
		q->lane->lanes->answered = true;
	move_question(q, QUESTION_LANDED);
}

/* No callback comes for it after this; getdns is not running now. */
static void refuse_question(struct dns_question *q)
{
	(void)getdns_cancel_callback(q->lane->context, q->id);
	q->end = TRY_REFUSED;
	move_question(q, QUESTION_LANDED);
}

/* Whose answer is it? Where the message does not even tell that, nothing on its connection can be
 * told apart. */
static void on_refused(void *user, struct dns_lane *lane, const uint8_t *message, size_t size)
{
	struct dns_transport *t = user;
	struct dns_question *q, *after;

	DL_FOREACH(t->flying, q)
	{
		if (q->lane == lane && dns_wire_asks(message, size, q->name, q->type)) {
			refuse_question(q);
			return;
		}
	}
	dns_lane_retire(lane->lanes, lane);
	DL_FOREACH_SAFE(t->flying, q, after)
	{
		if (q->lane == lane)
			refuse_question(q);
	}
}

static void send_question(struct dns_question *q, struct dns_lane *lane)
{
	struct dns_transport *t = q->transport;
	char *name = memory_alloc(strlen(q->name) + 2);

	q->lane = lane;
	lane->flying++;
	move_question(q, QUESTION_FLYING);
	t->sent++;
	q->tries++;
	q->end = TRY_ANSWERED;
	/* The final dot: never a search list. */
	memcpy(stpcpy(name, q->name), ".", 2);
	if (getdns_general(lane->context, name, q->type, t->extensions[q->mode], q, &q->id,
		on_response) != GETDNS_RETURN_GOOD &&
	    q->state == QUESTION_FLYING)
		move_question(q, QUESTION_LANDED);
	free(name);
}

static void fill_flight(struct dns_transport *t)
{
	struct dns_question *q, *after;

	DL_FOREACH_SAFE(t->waiting, q, after)
	{
		const char *error;
		struct dns_lane *lane;

		if (t->flying_count >= LIMIT_QUESTIONS_IN_FLIGHT)
			return;
		lane = dns_lanes_pick(&t->upstreams[q->upstream], q->mode, t->arena, &error);
		if (lane) {
			send_question(q, lane);
		} else if (error) {
			q->tries++;
			move_question(q, QUESTION_LANDED);
		} else if (t->upstream_count == 1) {
			return;
		}
	}
}

/* ---- What came of a try ---- */

static void fail(struct dns_question *q, enum lookup_failure failure)
{
	const struct dns_transport *t = q->transport;
	unsigned ms = t->timeout_ms;

	if (failure == LOOKUP_FAILURE_TIMEOUT)
		q->timeouts++;
	if (t->upstream_count == 1)
		ms *= q->timeouts;
	q->reply.failure = failure;
	dns_failure_describe(q->error, sizeof q->error, t->upstreams[q->upstream].upstream, failure,
	    q->reply.rcode, ms);
}

static void judge_try(struct dns_question *q)
{
	struct getdns_dict *response = q->response;

	q->response = NULL;
	q->reply.rcode = dns_answer_rcode(response);
	if (q->reply.rcode == GETDNS_RCODE_NOERROR || q->reply.rcode == GETDNS_RCODE_NXDOMAIN) {
		q->reply.answer = dns_answer_read(response, q->name, q->type);
		if (!q->reply.answer)
			fail(q, LOOKUP_FAILURE_MALFORMED);
		return;
	}
	getdns_dict_destroy(response);
	fail(q, q->end == TRY_TIMED_OUT ? LOOKUP_FAILURE_TIMEOUT
		: q->end == TRY_REFUSED ? LOOKUP_FAILURE_MALFORMED
		: q->reply.rcode >= 0   ? LOOKUP_FAILURE_RCODE
					: LOOKUP_FAILURE_NETWORK);
}

static bool may_try_again(const struct dns_question *q)
{
	size_t most = q->transport->upstream_count;

	if (most < LIMIT_QUESTION_TRIES)
		most = LIMIT_QUESTION_TRIES;
	return q->tries < most && q->timeouts < q->transport->most_timeouts;
}

static void try_again(struct dns_question *q)
{
	struct dns_transport *t = q->transport;
	size_t following = (q->upstream + 1) % t->upstream_count;

	if (t->preferred == q->upstream && q->reply.failure != LOOKUP_FAILURE_RCODE)
		t->preferred = following;
	q->upstream = following;
	move_question(q, QUESTION_WAITING);
}

static void settle(struct dns_question *q)
{
	struct dns_transport *t = q->transport;

	judge_try(q);
	if (!q->reply.answer && may_try_again(q)) {
		try_again(q);
		return;
	}
	if (q->reply.answer) {
		t->preferred = q->upstream;
		q->reply.failure = LOOKUP_FAILURE_NONE;
	} else {
		q->reply.error = q->error;
	}
	DL_DELETE(t->landed, q);
	q->cb(q->user, &q->reply);
	free_question(q);
}

static void on_timer(void *user)
{
	struct dns_transport *t = user;

	while (t->landed)
		settle(t->landed);
	for (size_t i = 0; i < t->upstream_count; i++)
		dns_lanes_reap(&t->upstreams[i]);
	fill_flight(t);
}

/* ---- For the callers ---- */

struct dns_question *dns_transport_ask(struct dns_transport *transport, const char *name,
    uint16_t type, enum dns_mode mode, dns_reply_cb *cb, void *user)
{
	struct dns_question *q = memory_alloc(sizeof *q);

	q->transport = transport;
	q->name = memory_strdup(name);
	q->type = type;
	q->mode = mode;
	q->cb = cb;
	q->user = user;
	q->upstream = transport->preferred;
	q->reply.rcode = -1;
	DL_APPEND(transport->waiting, q);
	loop_timer_start(transport->timer, 0);
	return q;
}

void dns_transport_cancel(struct dns_question *question)
{
	struct dns_question *q = question;

	if (!q)
		return;
	if (q->state == QUESTION_FLYING) {
		(void)getdns_cancel_callback(q->lane->context, q->id);
		leave_lane(q);
	}
	struct dns_question **list = list_of(q->transport, q->state);
	DL_DELETE(*list, q);
	free_question(q);
}

uint64_t dns_transport_count(const struct dns_transport *transport)
{
	return transport->sent;
}
