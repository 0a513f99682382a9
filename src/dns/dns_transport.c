/*
 * dns_transport.c owns questions on their way: a queue that keeps the number in flight bounded,
 * tries and fail-over between upstreams, and what a failure is called.
 *
 * getdns may call back while it is still being asked; what it brings is therefore only noted, and
 * handed out from a timer of this file's own.
 */
#include "dns_transport.h"

#include <getdns/getdns_extra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "dns_lane.h"
#include "dns_wire.h"
#include "limit.h"

enum { DNS_FAILURE_TEXT = 160 };

static void say_rcode(char *what, size_t size, int rcode)
{
	const char *name = dns_rcode_name(rcode);

	if (name)
		(void)snprintf(what, size, "answered %s", name);
	else
		(void)snprintf(what, size, "answered rcode %d", rcode);
}

/* getdns does not say which of these it was. */
static void say_connection(char *what, size_t size, const char *tls_name)
{
	if (tls_name)
		(void)snprintf(what, size,
		    "cannot be reached over TLS, closed the connection, or has no valid "
		    "certificate for %s",
		    tls_name);
	else
		(void)snprintf(what, size, "cannot be reached over TCP, or closed the connection");
}

/*
 * A sentence fragment in `text` that names the upstream. `rcode` is for LOOKUP_FAILURE_RCODE,
 * `waited_ms` for LOOKUP_FAILURE_TIMEOUT.
 */
static void dns_failure_describe(char *text, size_t size, const struct dns_upstream *upstream,
    enum lookup_failure failure, int rcode, unsigned waited_ms)
{
	char address[ADDRESS_TEXT_SIZE], what[DNS_FAILURE_TEXT - ADDRESS_TEXT_SIZE];

	switch (failure) {
	case LOOKUP_FAILURE_TIMEOUT:
		(void)snprintf(what, sizeof what, "did not answer within %g s", waited_ms / 1000.0);
		break;
	case LOOKUP_FAILURE_RCODE: say_rcode(what, sizeof what, rcode); break;
	case LOOKUP_FAILURE_MALFORMED:
		(void)snprintf(
		    what, sizeof what, "sent a damaged answer, or one to another question");
		break;
	default: say_connection(what, sizeof what, upstream->tls_name); break;
	}
	(void)snprintf(text, size, "%s %s", address_text(&upstream->address, address), what);
}

enum {
	/* The least that one of several tries gets of --timeout. */
	LEAST_TRY_MS = 1000,
};

/* How a try ended. */
enum try_end {
	TRY_ANSWERED, /* or the connection failed */
	TRY_TIMED_OUT,
	TRY_REFUSED, /* the answer was kept from getdns (dns_gate.h) */
	TRY_CUT,     /* its connection was closed after others were answered, or was one too many */
};

enum question_state { QUESTION_FRESH, QUESTION_AGAIN, QUESTION_FLYING, QUESTION_LANDED };

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
	unsigned cuts;
	size_t upstream;
	struct dns_lane *lane; /* while it is on its way */
	size_t answers;        /* that had come there before */
	uint64_t number;       /* its own among those sent */
	bool slow;             /* timed out, while others there were answered */
	getdns_transaction_t id;
	struct getdns_dict *response; /* QUESTION_LANDED: what came, or NULL */
	enum try_end end;
	struct dns_reply reply;
	char error[DNS_FAILURE_TEXT];
};

struct upstream {
	struct dns_lanes lanes;
	struct dns_question *again; /* wait to be asked here, having failed before */
};

struct dns_transport {
	struct upstream *upstreams;
	size_t upstream_count;
	size_t preferred;    /* the one that is asked first */
	unsigned timeout_ms; /* of one try */
	size_t most_timeouts;
	struct arena *arena;
	getdns_dict *extensions[DNS_MODE_COUNT];
	struct dns_question *fresh; /* wait to be asked for the first time */
	size_t fresh_count;
	void (*on_room)(void *user);
	void *room_user;
	struct dns_question *flying, *landed;
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

/* The open files that are set aside for resolvers are shared out among them. */
static size_t most_connections(size_t upstreams)
{
	size_t share = LIMIT_CONNECTIONS / upstreams;

	return share < LIMIT_FIRST_CONNECTIONS ? LIMIT_FIRST_CONNECTIONS : share;
}

/* What to set in a question; NULL without memory. */
static struct getdns_dict *extensions_of(enum dns_mode mode)
{
	static const char *const text[DNS_MODE_COUNT] = {
	    [DNS_MODE_PROOF] = ("{header:{rd:1,cd:1},"
				"add_opt_parameters:{do_bit:1,maximum_udp_payload_size:1232}}"),
	    [DNS_MODE_AD] = "{header:{rd:1,ad:1}}",
	    [DNS_MODE_UNCHECKED] = "{header:{rd:1,cd:1}}",
	};
	getdns_dict *dict = NULL;

	return getdns_str2dict(text[mode], &dict) == GETDNS_RETURN_GOOD ? dict : NULL;
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
		if (!(t->extensions[m] = extensions_of(m)))
			*error = "the DNS library has no memory left";
	for (size_t i = 0; i < count && !*error; i++) {
		struct dns_lanes *lanes = &t->upstreams[i].lanes;

		*lanes = (struct dns_lanes){.loop = loop,
		    .upstream = &upstreams[i],
		    .timeout_ms = t->timeout_ms,
		    .ca_file = ca_file,
		    .refuse = on_refused,
		    .user = t};
		(void)dns_lanes_init(
		    lanes, most_connections(count), arena, error); /* *error tells */
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
	for (size_t i = 0; i < transport->upstream_count; i++) {
		dns_lanes_destroy(&transport->upstreams[i].lanes);
		free_list(transport->upstreams[i].again);
	}
	free_list(transport->fresh);
	free_list(transport->flying);
	free_list(transport->landed);
	for (enum dns_mode m = 0; m < DNS_MODE_COUNT; m++)
		getdns_dict_destroy(transport->extensions[m]);
	loop_timer_destroy(transport->timer);
	free(transport->upstreams);
	free(transport);
}

static struct upstream *upstream_of(const struct dns_question *q)
{
	return &q->transport->upstreams[q->upstream];
}

static struct dns_question **list_of(struct dns_question *q)
{
	struct dns_transport *t = q->transport;

	switch (q->state) {
	case QUESTION_FRESH: return &t->fresh;
	case QUESTION_AGAIN: return &upstream_of(q)->again;
	case QUESTION_FLYING: return &t->flying;
	default: return &t->landed;
	}
}

static void leave_list(struct dns_question *q)
{
	struct dns_question **list = list_of(q);

	DL_DELETE(*list, q);
	q->transport->fresh_count -= q->state == QUESTION_FRESH;
	if (!q->lane)
		return;
	dns_lane_leave(q->lane);
	q->lane = NULL;
}

/* The timer goes on with it. */
static void enter_list(struct dns_question *q, enum question_state state)
{
	struct dns_question **list;

	q->state = state;
	list = list_of(q);
	DL_APPEND(*list, q);
	q->transport->fresh_count += state == QUESTION_FRESH;
	loop_timer_start(q->transport->timer, 0);
}

static void land(struct dns_question *q)
{
	leave_list(q);
	enter_list(q, QUESTION_LANDED);
}

/* ---- On the way ---- */

static void note_answer(struct dns_question *q, int rcode)
{
	dns_lane_answered(q->lane);
	if (rcode == GETDNS_RCODE_SERVFAIL)
		dns_pace_failed(&q->lane->lanes->pace, q->number, q->transport->sent);
}

/* How a try without an answer ended, and what that says of the resolver. */
static enum try_end note_loss(struct dns_question *q, bool timed_out)
{
	struct dns_lane *lane = q->lane;
	bool lost = true;

	if (timed_out)
		lost = dns_lane_timed_out(lane, q->answers);
	else
		dns_lane_failed(lane);
	q->slow = !lost;
	if (lost)
		dns_pace_lost(&lane->lanes->pace, q->number, q->transport->sent);
	if (dns_lane_was_too_many(lane))
		return TRY_CUT;
	return timed_out ? TRY_TIMED_OUT : lane->answers > 0 ? TRY_CUT : TRY_ANSWERED;
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
	if (dns_answer_rcode(response) >= 0)
		note_answer(q, dns_answer_rcode(response));
	else
		q->end = note_loss(q, type == GETDNS_CALLBACK_TIMEOUT);
	land(q);
}

/* No callback comes for it after this; getdns is not running now. */
static void refuse_question(struct dns_question *q)
{
	(void)getdns_cancel_callback(q->lane->context, q->id);
	q->end = TRY_REFUSED;
	land(q);
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
	dns_lane_retire(lane);
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

	leave_list(q);
	q->state = QUESTION_FLYING;
	q->lane = lane;
	q->answers = lane->answers;
	q->number = ++t->sent;
	q->tries++;
	q->end = TRY_ANSWERED;
	q->slow = false;
	DL_APPEND(t->flying, q);
	dns_lane_take(lane, dns_lanes_alone(lane->lanes, q->mode));
	/* The final dot: never a search list. */
	memcpy(stpcpy(name, q->name), ".", 2);
	if (getdns_general(lane->context, name, q->type, t->extensions[q->mode], q, &q->id,
		on_response) != GETDNS_RETURN_GOOD &&
	    q->state == QUESTION_FLYING)
		land(q);
	free(name);
}

/* What is asked again is older than all that is asked for the first time. */
static struct dns_question *next_for(const struct dns_transport *t, const struct upstream *u)
{
	if (u->again)
		return u->again;
	return u == &t->upstreams[t->preferred] ? t->fresh : NULL;
}

static void fill_flight(struct dns_transport *t, struct upstream *u)
{
	struct dns_question *q;

	while ((q = next_for(t, u)) && !dns_lanes_full(&u->lanes)) {
		const char *error;
		struct dns_lane *lane = dns_lanes_pick(&u->lanes, q->mode, t->arena, &error);

		if (!lane && !error)
			break;
		q->upstream = (size_t)(u - t->upstreams);
		if (lane) {
			send_question(q, lane);
		} else {
			q->tries++;
			land(q);
		}
	}
	u->lanes.crowded = q != NULL;
	u->lanes.full = dns_lanes_full(&u->lanes);
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
	dns_failure_describe(
	    q->error, sizeof q->error, upstream_of(q)->lanes.upstream, failure, q->reply.rcode, ms);
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

/* RFC 7766 §6.2.4: what was not answered before the close is asked again. It is no try as long as
 * others were answered; a question that brings down each connection comes to its end all the same.
 */
static bool costs_a_try(struct dns_question *q)
{
	return q->end != TRY_CUT || q->cuts++ >= LIMIT_QUESTION_CUTS;
}

static void choose_next(struct dns_question *q)
{
	struct dns_transport *t = q->transport;
	size_t following = (q->upstream + 1) % t->upstream_count;

	/* Not for a name that only takes long, or that the resolver has an error for. */
	if (t->preferred == q->upstream && q->reply.failure != LOOKUP_FAILURE_RCODE && !q->slow)
		t->preferred = following;
	q->upstream = following;
}

static void report(struct dns_question *q)
{
	if (q->reply.answer)
		q->reply.failure = LOOKUP_FAILURE_NONE;
	else
		q->reply.error = q->error;
	q->cb(q->user, &q->reply);
	free_question(q);
}

static bool goes_again(struct dns_question *q)
{
	if (!costs_a_try(q)) {
		q->tries--;
		return true;
	}
	if (!may_try_again(q))
		return false;
	choose_next(q);
	return true;
}

static void settle(struct dns_question *q)
{
	leave_list(q);
	judge_try(q);
	if (!q->reply.answer && goes_again(q))
		enter_list(q, QUESTION_AGAIN);
	else
		report(q);
}

static void on_timer(void *user)
{
	struct dns_transport *t = user;

	while (t->landed)
		settle(t->landed);
	for (size_t i = 0; i < t->upstream_count; i++) {
		dns_lanes_reap(&t->upstreams[i].lanes);
		fill_flight(t, &t->upstreams[i]);
	}
	if (t->on_room && dns_transport_has_room(t))
		t->on_room(t->room_user);
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
	q->reply.rcode = -1;
	enter_list(q, QUESTION_FRESH);
	return q;
}

void dns_transport_cancel(struct dns_question *question)
{
	struct dns_question *q = question;

	if (!q)
		return;
	if (q->state == QUESTION_FLYING)
		(void)getdns_cancel_callback(q->lane->context, q->id);
	loop_timer_start(q->transport->timer, 0); /* another has its place */
	leave_list(q);
	free_question(q);
}

static const struct dns_lanes *asked(const struct dns_transport *t)
{
	return &t->upstreams[t->preferred].lanes;
}

bool dns_transport_is_crowded(const struct dns_transport *transport)
{
	return asked(transport)->crowded;
}

bool dns_transport_has_room(const struct dns_transport *transport)
{
	const struct dns_lanes *lanes = asked(transport);

	return !lanes->crowded &&
	       (double)(lanes->flying + transport->fresh_count) + 1 <= lanes->pace.window;
}

void dns_transport_on_room(struct dns_transport *transport, void (*cb)(void *user), void *user)
{
	transport->on_room = cb;
	transport->room_user = user;
}

const struct dns_upstream *dns_transport_upstream(const struct dns_transport *transport)
{
	return asked(transport)->upstream;
}

uint64_t dns_transport_count(const struct dns_transport *transport)
{
	return transport->sent;
}
