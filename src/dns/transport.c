/*
 * transport.c owns the questions in flight: a queue that bounds their number, tries and fail-over
 * between upstreams, and what a failure is called.
 *
 * getdns may call back from within the call that asks it. So a response is only noted, and handed
 * out from a timer of this file's own.
 */
#include "transport.h"

#include <getdns/getdns_extra.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "connection.h"
#include "failure.h"
#include "limit.h"
#include "wire.h"

enum {
	/* One of several tries gets no less of --timeout than this. */
	LEAST_TRY_MS = 1000,
	/* An answer that took longer than this part of a try is a late one. */
	LATE_PART = 4,
};

/* How a try ended. */
enum try_end {
	TRY_ANSWERED, /* or the connection failed */
	TRY_TIMED_OUT,
	TRY_REFUSED, /* the answer is not sound (wire.h), and was kept from getdns */
	TRY_CUT,     /* its connection was closed after other answers, or was not accepted */
};

enum question_state { QUESTION_FRESH, QUESTION_AGAIN, QUESTION_IN_FLIGHT, QUESTION_ENDED };

struct dns_question {
	struct transport *transport;
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
	struct connection *connection; /* QUESTION_IN_FLIGHT */
	size_t answers;                /* on that connection when it was sent */
	uint64_t number;               /* its place among all that were sent */
	uint64_t sent_ms;
	bool slow; /* timed out, while others on its connection were answered */
	getdns_transaction_t id;
	struct getdns_dict *response; /* QUESTION_ENDED: what came, or NULL */
	enum try_end end;
	struct dns_reply reply;
	char error[FAILURE_TEXT];
	struct arena *arena; /* of reply.ede; NULL: there is none */
};

struct upstream {
	struct connection_set set;
	struct dns_question *again; /* to be asked here, after a try that failed */
};

struct transport {
	struct upstream *upstreams;
	size_t upstream_count;
	size_t preferred;    /* the one that is asked first */
	unsigned timeout_ms; /* of one try */
	size_t most_timeouts;
	struct arena *arena;
	getdns_dict *extensions[DNS_MODE_COUNT];
	struct dns_question *fresh; /* to be asked for the first time */
	size_t fresh_count;
	void (*on_room)(void *user);
	void *room_user;
	struct dns_question *in_flight, *ended;
	struct loop_timer *timer;
	uint64_t sent;
};

static void on_timer(void *user);
static void on_refused(
    void *user, struct connection *connection, const uint8_t *message, size_t size);

/*
 * --timeout is for all tries together. A lone upstream gets two of them, the second over another
 * connection: what stalls one question stalls all others behind it on the same connection.
 */
static void share_timeout(struct transport *t, size_t upstreams, unsigned timeout_ms)
{
	bool halves = upstreams == 1 && timeout_ms >= 2 * LEAST_TRY_MS;

	t->most_timeouts = halves ? 2 : upstreams;
	t->timeout_ms = timeout_ms / (unsigned)t->most_timeouts;
	if (upstreams > 1 && t->timeout_ms < LEAST_TRY_MS)
		t->timeout_ms = LEAST_TRY_MS;
}

/* The upstreams share the descriptors that are set aside for resolvers. */
static size_t most_connections(size_t upstreams)
{
	size_t share = LIMIT_CONNECTIONS / upstreams;

	return share < LIMIT_FIRST_CONNECTIONS ? LIMIT_FIRST_CONNECTIONS : share;
}

/* The header bits and EDNS options of a question; NULL without memory. */
static struct getdns_dict *extensions_of(enum dns_mode mode)
{
	static const char reason[] =
	    "{header:{rd:1,ad:1},add_opt_parameters:{maximum_udp_payload_size:1232}}";
	static const char *const text[DNS_MODE_COUNT] = {
	    [DNS_MODE_PROOF] = ("{header:{rd:1,cd:1},"
				"add_opt_parameters:{do_bit:1,maximum_udp_payload_size:1232}}"),
	    [DNS_MODE_AD] = "{header:{rd:1,ad:1}}",
	    [DNS_MODE_UNCHECKED] = "{header:{rd:1,cd:1}}",
	    [DNS_MODE_AUTHORITY] = ("{header:{rd:0},"
				    "add_opt_parameters:{do_bit:1,maximum_udp_payload_size:1232}}"),
	    [DNS_MODE_VERDICT_AND_REASON] = reason,
	    [DNS_MODE_REASON] = reason,
	};
	getdns_dict *dict = NULL;

	return getdns_str2dict(text[mode], &dict) == GETDNS_RETURN_GOOD ? dict : NULL;
}

struct transport *transport_create(struct loop *loop, const struct dns_upstream *upstreams,
    size_t count, unsigned timeout_ms, const char *ca_file, struct arena *arena, const char **error)
{
	struct transport *t = memory_alloc(sizeof *t);

	t->arena = arena;
	t->upstreams = memory_alloc(count * sizeof *t->upstreams);
	t->upstream_count = count;
	share_timeout(t, count, timeout_ms);
	t->timer = loop_timer_create(loop, on_timer, t);
	*error = NULL;
	for (enum dns_mode m = 0; m < DNS_MODE_COUNT; m++)
		if (!(t->extensions[m] = extensions_of(m)))
			*error = "the DNS library has no memory left";
	for (size_t i = 0; i < count; i++) {
		struct connection_set *set = &t->upstreams[i].set;

		*set = (struct connection_set){.loop = loop,
		    .upstream = &upstreams[i],
		    .timeout_ms = t->timeout_ms,
		    .ca_file = ca_file,
		    .refuse = on_refused,
		    .user = t};
		dns_pace_init(&set->pace, most_connections(count));
	}
	/* To see that it can be opened; nothing is sent. The others may never be asked. */
	if (!*error)
		(void)connection_set_pick(&t->upstreams->set, DNS_MODE_PROOF, arena, error);
	if (!*error)
		return t;
	transport_destroy(t);
	return NULL;
}

static void free_question(struct dns_question *q)
{
	getdns_dict_destroy(q->response);
	arena_destroy(q->arena);
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

void transport_destroy(struct transport *transport)
{
	if (!transport)
		return;
	for (size_t i = 0; i < transport->upstream_count; i++) {
		connection_set_destroy(&transport->upstreams[i].set);
		free_list(transport->upstreams[i].again);
	}
	free_list(transport->fresh);
	free_list(transport->in_flight);
	free_list(transport->ended);
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
	struct transport *t = q->transport;

	switch (q->state) {
	case QUESTION_FRESH: return &t->fresh;
	case QUESTION_AGAIN: return &upstream_of(q)->again;
	case QUESTION_IN_FLIGHT: return &t->in_flight;
	default: return &t->ended;
	}
}

static void leave_list(struct dns_question *q)
{
	struct dns_question **list = list_of(q);

	DL_DELETE(*list, q);
	q->transport->fresh_count -= q->state == QUESTION_FRESH;
	if (!q->connection)
		return;
	connection_drop_question(q->connection);
	q->connection = NULL;
}

/* on_timer goes on with the question. */
static void enter_list(struct dns_question *q, enum question_state state)
{
	q->state = state;
	struct dns_question **list = list_of(q);
	DL_APPEND(*list, q);
	q->transport->fresh_count += state == QUESTION_FRESH;
	loop_timer_start(q->transport->timer, 0);
}

static void end_try(struct dns_question *q)
{
	leave_list(q);
	enter_list(q, QUESTION_ENDED);
}

/* ---- In flight ---- */

static void note_answer(struct dns_question *q, int rcode)
{
	const struct connection_set *set = q->connection->set;
	uint64_t took_ms = loop_now_ms(set->loop) - q->sent_ms;

	connection_answered(q->connection, took_ms > set->timeout_ms / LATE_PART);
	if (rcode == GETDNS_RCODE_SERVFAIL)
		dns_pace_failed(&q->connection->set->pace, q->number, q->transport->sent);
}

/* How a try without an answer ended, and what that says of the resolver. */
static enum try_end note_loss(struct dns_question *q, bool timed_out)
{
	struct connection *connection = q->connection;
	bool lost = true;

	if (timed_out)
		lost = connection_timed_out(connection, q->answers);
	else
		connection_failed(connection);
	q->slow = !lost;
	if (lost)
		dns_pace_lost(&connection->set->pace, q->number, q->transport->sent);
	if (connection_was_too_many(connection))
		return TRY_CUT;
	return timed_out ? TRY_TIMED_OUT : connection->answers > 0 ? TRY_CUT : TRY_ANSWERED;
}

static void on_response(getdns_context *context, getdns_callback_type_t type, getdns_dict *response,
    void *user, getdns_transaction_t id)
{
	struct dns_question *q = user;

	(void)context;
	(void)id;
	/* Of a canceled question, or of one that the end of the transport has freed. */
	if (type == GETDNS_CALLBACK_CANCEL) {
		getdns_dict_destroy(response);
		return;
	}
	q->response = response;
	int rcode = answer_rcode(response);
	if (rcode >= 0)
		note_answer(q, rcode);
	else
		q->end = note_loss(q, type == GETDNS_CALLBACK_TIMEOUT);
	end_try(q);
}

/* Not from inside getdns, which calls back no more for this question. */
static void refuse_question(struct dns_question *q)
{
	(void)getdns_cancel_callback(q->connection->context, q->id);
	q->end = TRY_REFUSED;
	end_try(q);
}

/* Finds the question by the message's first one. Where that is broken too, no answer on this
 * connection can be matched, and all of its questions fail. */
static void on_refused(
    void *user, struct connection *connection, const uint8_t *message, size_t size)
{
	struct transport *t = user;
	struct dns_question *q, *after;

	DL_FOREACH(t->in_flight, q)
	{
		if (q->connection == connection && wire_asks(message, size, q->name, q->type)) {
			refuse_question(q);
			return;
		}
	}
	connection_retire(connection);
	DL_FOREACH_SAFE(t->in_flight, q, after)
	{
		if (q->connection == connection)
			refuse_question(q);
	}
}

static void send_question(struct dns_question *q, struct connection *connection)
{
	struct transport *t = q->transport;
	char *name = memory_alloc(strlen(q->name) + 2);

	leave_list(q);
	q->state = QUESTION_IN_FLIGHT;
	q->connection = connection;
	q->answers = connection->answers;
	q->number = ++t->sent;
	q->sent_ms = loop_now_ms(connection->set->loop);
	q->tries++;
	q->end = TRY_ANSWERED;
	q->slow = false;
	DL_APPEND(t->in_flight, q);
	connection_add_question(connection, connection_set_alone(connection->set, q->mode));
	/* The final dot: never a search list. */
	memcpy(stpcpy(name, q->name), ".", 2);
	if (getdns_general(connection->context, name, q->type, t->extensions[q->mode], q, &q->id,
		on_response) != GETDNS_RETURN_GOOD &&
	    q->state == QUESTION_IN_FLIGHT)
		end_try(q);
	free(name);
}

/* Questions that failed once go first: they have waited longest. */
static struct dns_question *next_for(const struct transport *t, const struct upstream *u)
{
	if (u->again)
		return u->again;
	return u == &t->upstreams[t->preferred] ? t->fresh : NULL;
}

static void send_waiting(struct transport *t, struct upstream *u)
{
	struct dns_question *q;

	while ((q = next_for(t, u)) && !connection_set_full(&u->set)) {
		const char *error;
		struct connection *connection =
		    connection_set_pick(&u->set, q->mode, t->arena, &error);

		if (!connection && !error)
			break;
		q->upstream = (size_t)(u - t->upstreams);
		if (connection) {
			send_question(q, connection);
		} else {
			q->tries++;
			end_try(q);
		}
	}
	u->set.crowded = q != NULL;
	u->set.full = connection_set_full(&u->set);
}

/* ---- The result of a try ---- */

static void fail(struct dns_question *q, enum lookup_failure failure)
{
	const struct transport *t = q->transport;

	if (failure == LOOKUP_FAILURE_TIMEOUT)
		q->timeouts++;
	unsigned ms = t->timeout_ms * (t->upstream_count == 1 ? q->timeouts : 1);
	q->reply.failure = failure;
	failure_describe(
	    q->error, sizeof q->error, upstream_of(q)->set.upstream, failure, q->reply.rcode, ms);
}

static void judge_try(struct dns_question *q)
{
	struct getdns_dict *response = q->response;

	q->response = NULL;
	q->reply.rcode = answer_rcode(response);
	q->reply.truncated = answer_is_truncated(response);
	if (q->reply.rcode == GETDNS_RCODE_NOERROR || q->reply.rcode == GETDNS_RCODE_NXDOMAIN) {
		q->reply.answer = answer_read(response, q->name, q->type);
		if (!q->reply.answer)
			fail(q, LOOKUP_FAILURE_MALFORMED);
		return;
	}
	q->arena = q->arena ? q->arena : arena_create();
	q->reply.ede_count = answer_extended_errors(response, q->arena, &q->reply.ede);
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
	bool silent = q->reply.failure == LOOKUP_FAILURE_TIMEOUT ||
		      q->reply.failure == LOOKUP_FAILURE_NETWORK;

	return q->mode < DNS_MODE_FIRST_REASON && (silent || q->mode != DNS_MODE_AUTHORITY) &&
	       q->tries < most && q->timeouts < q->transport->most_timeouts;
}

static void choose_next(struct dns_question *q)
{
	struct transport *t = q->transport;
	size_t following = (q->upstream + 1) % t->upstream_count;

	/* The next one is asked first from now on, unless only this name is slow or an error. */
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
	q->reply.upstream = upstream_of(q)->set.upstream;
	q->cb(q->user, &q->reply);
	free_question(q);
}

/* RFC 7766 §6.2.4: what was not answered before the close is asked again. That costs no try as long
 * as others were answered, but only LIMIT_QUESTION_CUTS times: the question may be what makes the
 * resolver close. */
static bool goes_again(struct dns_question *q)
{
	if (q->end == TRY_CUT && q->cuts++ < LIMIT_QUESTION_CUTS) {
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
	struct transport *t = user;

	while (t->ended)
		settle(t->ended);
	for (size_t i = 0; i < t->upstream_count; i++) {
		connection_set_reap(&t->upstreams[i].set);
		send_waiting(t, &t->upstreams[i]);
	}
	if (t->on_room && transport_has_room(t))
		t->on_room(t->room_user);
}

/* ---- For the callers ---- */

struct dns_question *transport_ask(struct transport *transport, const char *name, uint16_t type,
    enum dns_mode mode, dns_reply_cb *cb, void *user)
{
	struct dns_question *q = memory_alloc(sizeof *q);

	q->transport = transport;
	q->name = memory_strdup(name);
	q->type = type;
	q->mode = mode;
	q->cb = cb;
	q->user = user;
	q->reply.rcode = -1;
	q->upstream = (transport->preferred + 1) % transport->upstream_count;
	enter_list(q, mode >= DNS_MODE_FIRST_REASON ? QUESTION_AGAIN : QUESTION_FRESH);
	return q;
}

void transport_cancel(struct dns_question *question)
{
	struct dns_question *q = question;

	if (!q)
		return;
	if (q->state == QUESTION_IN_FLIGHT)
		(void)getdns_cancel_callback(q->connection->context, q->id);
	loop_timer_start(q->transport->timer, 0); /* another may be sent in its place */
	leave_list(q);
	free_question(q);
}

static const struct connection_set *asked(const struct transport *t)
{
	return &t->upstreams[t->preferred].set;
}

bool transport_is_crowded(const struct transport *transport)
{
	return asked(transport)->crowded;
}

bool transport_has_room(const struct transport *transport)
{
	const struct connection_set *set = asked(transport);

	return !set->crowded &&
	       (double)(set->in_flight + transport->fresh_count) + 1 <= set->pace.window;
}

void transport_on_room(struct transport *transport, void (*cb)(void *user), void *user)
{
	transport->on_room = cb;
	transport->room_user = user;
}

bool transport_is_lone(const struct transport *transport)
{
	return transport->upstream_count == 1;
}

const struct dns_upstream *transport_upstream(const struct transport *transport)
{
	return asked(transport)->upstream;
}
