/*
 * connection.c owns the connections to one server: how many there are, and which of them take
 * questions.
 */
#include "connection.h"

#include <getdns/getdns.h>
#include <stdlib.h>
#include <utlist.h>

#include "arena.h"
#include "connection_context.h"
#include "limit.h"

/* ---- Opening ---- */

enum {
	/* Questions given up on a connection until it takes no more: the resolver may be working
	 * on them still. */
	MOST_LOST = LIMIT_CONNECTION_QUESTIONS / 3,
};

static struct connection *open_connection(
    struct connection_set *set, struct arena *arena, const char **error)
{
	struct connection *connection = memory_alloc(sizeof *connection);

	connection->set = set;
	connection->context = connection_context_create(connection, arena, error);
	if (!connection->context) {
		free(connection);
		return NULL;
	}
	LL_APPEND(set->list, connection);
	set->open++;
	set->held++;
	return connection;
}

/* ---- Choosing the connection for a question ---- */

bool connection_set_full(const struct connection_set *set)
{
	return (double)set->in_flight + 1 > set->pace.window;
}

/* Questions that count against the limit of a connection. One that the resolver may not accept is
 * full with its first question, until that is answered. */
static size_t load(const struct connection *c)
{
	if (c->trial && c->answers == 0 && c->in_flight > 0)
		return LIMIT_CONNECTION_QUESTIONS;
	return c->in_flight + c->lost;
}

static struct connection *find_emptiest(const struct connection_set *set)
{
	struct connection *connection, *emptiest = NULL;

	LL_FOREACH(set->list, connection)
	{
		if (!connection->retired && (!emptiest || load(connection) < load(emptiest)))
			emptiest = connection;
	}
	return emptiest;
}

/*
 * How many questions on its emptiest connection are reason to open another. Resolvers hold answers
 * back while an earlier one on the same connection is not acknowledged (Nagle): one more round
 * trip, however many they are. A handshake takes as long, so it pays only for the first questions,
 * which wait for one anyway; with TLS it takes longer.
 */
static size_t crowd(const struct connection_set *set)
{
	return set->answered || set->upstream->tls_name ? LIMIT_CONNECTION_QUESTIONS : 1;
}

static size_t count_trials(const struct connection_set *set)
{
	const struct connection *c;
	size_t count = 0;

	LL_FOREACH(set->list, c) count += c->trial && c->answers == 0;
	return count;
}

/* Retired connections count, for the resolver has them open still. Beyond the number that it is
 * known to accept, as many again are tried at once. */
static bool may_use_another(const struct connection_set *set)
{
	size_t known = set->pace.known;

	return set->used < known || (set->answered && count_trials(set) < known);
}

static bool may_open(const struct connection_set *set)
{
	if (set->open == 0)
		return set->held < 2 * set->pace.most_connections;
	return set->open < set->pace.connections && set->held < set->pace.most_connections &&
	       may_use_another(set);
}

bool connection_set_alone(const struct connection_set *set, enum dns_mode mode)
{
	return (mode == DNS_MODE_AD || mode == DNS_MODE_VERDICT_AND_REASON) &&
	       !set->upstream->tls_name;
}

/* One with nothing to do, asked before or not; NULL: there is none. */
static struct connection *find_idle(const struct connection_set *set, bool used)
{
	struct connection *c;

	LL_FOREACH(set->list, c)
	{
		if (!c->retired && c->in_flight == 0 && (c->sent > 0) == used)
			break;
	}
	return c;
}

static void retire(struct connection *connection)
{
	connection->set->open -= !connection->retired;
	connection->retired = true;
}

/* Those that share a connection leave it open, and in the end all that the resolver takes. */
static struct connection *pick_unused(
    struct connection_set *set, struct arena *arena, const char **error)
{
	struct connection *connection;

	while (set->used > 0 && (set->used >= set->pace.connections || !may_use_another(set))) {
		if (!(connection = find_idle(set, true)))
			return NULL;
		retire(connection);
		connection_set_reap(set);
	}
	connection = find_idle(set, false);
	if (connection || set->held >= 2 * set->pace.most_connections)
		return connection;
	return open_connection(set, arena, error);
}

struct connection *connection_set_pick(
    struct connection_set *set, enum dns_mode mode, struct arena *arena, const char **error)
{
	struct connection *connection;

	*error = NULL;
	if (connection_set_alone(set, mode))
		return pick_unused(set, arena, error);
	connection = find_emptiest(set);
	if ((!connection || load(connection) >= crowd(set)) && may_open(set))
		return open_connection(set, arena, error);
	return connection && load(connection) < LIMIT_CONNECTION_QUESTIONS ? connection : NULL;
}

/* ---- What became of a question ---- */

void connection_retire(struct connection *connection)
{
	connection->broken = true;
	retire(connection);
}

static void begin_use(struct connection *connection, bool alone)
{
	struct connection_set *set = connection->set;

	connection->alone = alone;
	connection->trial = set->used >= set->pace.known;
	connection->twice = dns_pace_doubts(&set->pace);
	set->used++;
}

void connection_add_question(struct connection *connection, bool alone)
{
	struct dns_pace *pace = &connection->set->pace;

	if (connection->sent == 0)
		begin_use(connection, alone);
	connection->in_flight++;
	connection->set->in_flight++;
	if (++connection->sent == pace->answers << connection->twice)
		dns_pace_kept(pace);
	else if (!alone)
		return;
	retire(connection);
}

void connection_drop_question(struct connection *connection)
{
	connection->in_flight--;
	connection->set->in_flight--;
}

/* Connections beside one that have brought answers, and those for one question that may. */
static size_t count_sound(const struct connection *beside)
{
	const struct connection *c;
	size_t count = 0;

	LL_FOREACH(beside->set->list, c)
	count += c != beside && !c->broken && (c->answers > 0 || c->alone);
	return count;
}

void connection_answered(struct connection *connection, bool late)
{
	struct connection_set *set = connection->set;
	struct dns_pace *pace = &set->pace;

	/* One for a single question ends while others have not answered yet. */
	if (connection->answers++ == 0 && connection->trial)
		dns_pace_accepted(
		    pace, connection->alone ? pace->known + 1 : count_sound(connection) + 1);
	dns_pace_brought(pace, connection->answers);
	/* No further connection is tried while the answer of one is open. A resolver that is late
	 * has enough to do, or the name is difficult: it is given no more for it. */
	dns_pace_answered(
	    pace, set->crowded && !late && count_trials(set) == 0, set->full && !late);
	set->answered = true;
}

bool connection_was_too_many(const struct connection *connection)
{
	return connection->trial && connection->answers == 0 && connection->set->answered;
}

bool connection_timed_out(struct connection *connection, size_t answers)
{
	struct connection_set *set = connection->set;
	bool stalled = connection->answers == answers;

	if (stalled || ++connection->lost >= MOST_LOST)
		connection_retire(connection);
	if (connection_was_too_many(connection))
		dns_pace_refused(&set->pace, count_sound(connection));
	return stalled;
}

void connection_failed(struct connection *connection)
{
	struct connection_set *set = connection->set;

	connection_retire(connection);
	if (connection->closed)
		return;
	connection->closed = true;
	if (connection->answers == 0)
		dns_pace_refused(&set->pace, count_sound(connection));
	else
		dns_pace_closed(&set->pace, connection->answers);
}

/* ---- The end ---- */

static void free_connection(struct connection_set *set, struct connection *connection)
{
	LL_DELETE(set->list, connection);
	set->held--;
	set->used -= connection->sent > 0;
	getdns_context_destroy(connection->context);
	free(connection);
}

/* A context takes many times as long to make as a connection, so getdns makes a new one with it.
 * False after a fault. */
static bool renew(struct connection *connection)
{
	if (connection->broken || !connection->idle || connection->answers == 0)
		return false;
	connection_context_close_idle(connection);
	connection->sent = connection->answers = connection->lost = 0;
	connection->retired = connection->trial = connection->alone = false;
	connection->set->open++;
	connection->set->used--;
	return true;
}

void connection_set_reap(struct connection_set *set)
{
	struct connection *connection, *after;

	LL_FOREACH_SAFE(set->list, connection, after)
	{
		if (connection->retired && connection->in_flight == 0 && !renew(connection))
			free_connection(set, connection);
	}
}

void connection_set_destroy(struct connection_set *set)
{
	struct connection *connection, *after;

	LL_FOREACH_SAFE(set->list, connection, after)
	{
		free_connection(set, connection);
	}
}
