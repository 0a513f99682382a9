/*
 * connection.c owns the connections to one resolver: getdns set up as a stub without any
 * configuration of the system's and on this program's event loop, how many connections there are,
 * and which of them take questions.
 */
#include "connection.h"

#include <getdns/getdns_extra.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <utlist.h>

#include "arena.h"
#include "limit.h"
#include "loop.h"
#include "wire.h"

/* ---- getdns on this event loop ---- */

enum {
	/*
	 * getdns closes a TCP connection as soon as nothing is in flight, by a timeout of zero, and
	 * the next step waits for a handshake. RFC 7766 §6.2.3 lets an idle one stay for seconds.
	 */
	IDLE_MS = 5000,
};

#define NO_TIMEOUT UINT64_MAX

struct event_loop {
	getdns_eventloop table; /* first: getdns hands back its address */
	struct connection *connection;
	struct peek_buffer *peeked; /* NULL with TLS: messages cannot be looked at */
};

struct event {
	struct event_loop *loop;
	getdns_eventloop_event *event;
	struct loop_watch *watch;
	struct loop_timer *timer;
	int fd;
	bool write_was_last;
};

/*
 * getdns does not set these: small questions must not wait for the acknowledgement of the one
 * before (Nagle), nor their answers for ours (delayed ACK). The kernel forgets TCP_QUICKACK after a
 * while, so it is set at each wait. On a socket that is not TCP both fail without harm.
 */
static void hurry_socket(int fd, unsigned wanted)
{
	static const int on = 1;

	if (wanted & LOOP_WRITE)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (wanted & LOOP_READ)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

/*
 * A connection that is closed from this side keeps its port in TIME-WAIT for a minute (RFC 9293
 * §3.6), and with a connection for each question the ports run out. A reset frees the port, and
 * after the last answer it loses no data.
 */
static void close_by_reset(int fd)
{
	static const struct linger none = {.l_onoff = 1};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

/* Calls back only at the end: that may free the event. */
static void read_message(struct event *e)
{
	getdns_eventloop_event *event = e->event;
	struct connection *connection = e->loop->connection;
	struct connection_set *set = connection->set;
	struct peek_buffer *peeked = e->loop->peeked;

	switch (peeked ? wire_peek(peeked, e->fd) : PEEK_OVER) {
	case PEEK_WAIT: break;
	case PEEK_UNSOUND:
		set->refuse(set->user, connection, peeked->octets + WIRE_LENGTH_SIZE, peeked->size);
		break;
	/* getdns reads the length in one call, and in the next as many octets as it says. */
	case PEEK_SOUND: event->read_cb(event->userarg); /* fall through */
	case PEEK_OVER: event->read_cb(event->userarg); break;
	}
}

static void on_ready(void *user, unsigned events)
{
	struct event *e = user;
	getdns_eventloop_event *event = e->event;

	/*
	 * Either callback may free `e`, and after one of them the other may belong to another
	 * connection already. So one callback a wake-up, reading and writing in turn.
	 */
	bool read = (events & LOOP_READ) && event->read_cb;
	if (read && (events & LOOP_WRITE) && event->write_cb)
		read = e->write_was_last;
	e->write_was_last = !read;
	if (read)
		read_message(e);
	else if (event->write_cb)
		event->write_cb(event->userarg);
}

static void on_timeout(void *user)
{
	getdns_eventloop_event *event = ((struct event *)user)->event;

	if (event->timeout_cb)
		event->timeout_cb(event->userarg);
}

static void free_event(struct event *e)
{
	if (e->loop->connection->idle == e)
		e->loop->connection->idle = NULL;
	loop_watch_park(e->watch); /* getdns mostly goes on with the descriptor */
	loop_timer_destroy(e->timer);
	free(e);
}

static getdns_return_t clear(getdns_eventloop *table, getdns_eventloop_event *event)
{
	struct event *e = event->ev;

	(void)table;
	if (e) {
		event->ev = NULL;
		free_event(e);
	}
	return GETDNS_RETURN_GOOD;
}

static getdns_return_t schedule(
    getdns_eventloop *table, int fd, uint64_t timeout, getdns_eventloop_event *event)
{
	struct event_loop *owner = (struct event_loop *)table;
	struct connection *connection = owner->connection;
	struct loop *loop = connection->set->loop;
	struct event *e = memory_alloc(sizeof *e);
	unsigned wanted = (event->read_cb ? LOOP_READ : 0) | (event->write_cb ? LOOP_WRITE : 0);

	e->loop = owner;
	e->event = event;
	e->fd = fd;
	if (fd >= 0 && wanted) {
		hurry_socket(fd, wanted);
		if (connection->retired)
			close_by_reset(fd);
		e->watch = loop_watch_open(loop, fd, wanted, on_ready, e);
		if (!e->watch) {
			free(e);
			return GETDNS_RETURN_GENERIC_ERROR;
		}
		if (timeout == 0) {
			connection->idle = e;
			timeout = IDLE_MS;
		}
	}
	if (event->timeout_cb && timeout != NO_TIMEOUT) {
		e->timer = loop_timer_create(loop, on_timeout, e);
		loop_timer_start(e->timer, timeout);
	}
	event->ev = e;
	return GETDNS_RETURN_GOOD;
}

static void cleanup(getdns_eventloop *table)
{
	free(((struct event_loop *)table)->peeked);
	free(table);
}

/* getdns calls these two for synchronous questions only, and all of ours are asynchronous. */
static void run(getdns_eventloop *table)
{
	loop_run(((struct event_loop *)table)->connection->set->loop);
}

static void run_once(getdns_eventloop *table, int blocking)
{
	(void)blocking;
	run(table);
}

static getdns_eventloop_vmt methods = {cleanup, schedule, clear, run, run_once};

/*
 * False if getdns refuses. The context frees what this allocates when it is destroyed. Without TLS,
 * messages are looked at before getdns reads them. A retired connection is reset when it is closed.
 */
static bool attach_loop(struct getdns_context *context, struct connection *connection)
{
	struct event_loop *table = memory_alloc(sizeof *table);

	table->table.vmt = &methods;
	table->connection = connection;
	if (!connection->set->upstream->tls_name)
		table->peeked = memory_alloc(sizeof *table->peeked);
	if (getdns_context_set_eventloop(context, &table->table) == GETDNS_RETURN_GOOD)
		return true;
	cleanup(&table->table);
	return false;
}

/* ---- One getdns context for one connection ---- */

static bool set_data(getdns_dict *dict, const char *name, const void *data, size_t size)
{
	/* getdns copies; its type only lacks the const. */
	getdns_bindata value = {.size = size, .data = (uint8_t *)(uintptr_t)data};

	return getdns_dict_set_bindata(dict, name, &value) == GETDNS_RETURN_GOOD;
}

static bool set_text(getdns_dict *dict, const char *name, const char *text)
{
	return set_data(dict, name, text, strlen(text));
}

static getdns_dict *describe_upstream(const struct dns_upstream *u)
{
	getdns_dict *dict = getdns_dict_create();
	bool v4 = u->address.family == AF_INET;
	bool good = dict && set_text(dict, "address_type", v4 ? "IPv4" : "IPv6") &&
		    set_data(dict, "address_data", u->address.bytes, v4 ? 4 : 16) &&
		    (!u->scope || set_text(dict, "scope_id", u->scope)) &&
		    !getdns_dict_set_int(dict, u->tls_name ? "tls_port" : "port", u->port) &&
		    (!u->tls_name || set_text(dict, "tls_auth_name", u->tls_name));

	if (good)
		return dict;
	getdns_dict_destroy(dict);
	return NULL;
}

static getdns_return_t set_upstream(getdns_context *context, const struct dns_upstream *upstream)
{
	getdns_list *list = getdns_list_create();
	getdns_dict *dict = describe_upstream(upstream);
	getdns_return_t r = GETDNS_RETURN_MEMORY_ERROR;

	if (list && dict && !(r = getdns_list_set_dict(list, 0, dict)))
		r = getdns_context_set_upstream_recursive_servers(context, list);
	getdns_dict_destroy(dict);
	getdns_list_destroy(list);
	return r;
}

static getdns_return_t set_transport(
    getdns_context *context, const struct dns_upstream *upstream, const char *ca_file)
{
	getdns_transport_list_t list =
	    upstream->tls_name ? GETDNS_TRANSPORT_TLS : GETDNS_TRANSPORT_TCP;
	getdns_return_t r = getdns_context_set_dns_transport_list(context, 1, &list);

	if (!r && upstream->tls_name)
		r = getdns_context_set_tls_authentication(context, GETDNS_AUTHENTICATION_REQUIRED);
	if (!r && upstream->tls_name && ca_file)
		r = getdns_context_set_tls_ca_file(context, ca_file);
	return r;
}

static getdns_return_t set_up(struct getdns_context *context, const struct connection_set *set)
{
	getdns_namespace_t dns = GETDNS_NAMESPACE_DNS; /* not /etc/hosts */
	getdns_return_t r;

	/* Only an empty authority keeps getdns from fetching root-anchors.xml over HTTP and from
	 * writing below ~/.getdns. */
	(void)((r = getdns_context_set_trust_anchors_verify_CA(context, "")) ||
	       (r = getdns_context_set_resolution_type(context, GETDNS_RESOLUTION_STUB)) ||
	       (r = getdns_context_set_namespaces(context, 1, &dns)) ||
	       (r = getdns_context_set_append_name(context, GETDNS_APPEND_NAME_NEVER)) ||
	       (r = getdns_context_set_timeout(context, set->timeout_ms)) ||
	       (r = set_transport(context, set->upstream, set->ca_file)) ||
	       (r = set_upstream(context, set->upstream)));
	return r;
}

/* NULL if getdns refuses; *error is then a sentence. */
static struct getdns_context *create_context(
    struct connection *connection, struct arena *arena, const char **error)
{
	getdns_context *context = NULL;
	getdns_return_t r = getdns_context_create(&context, 0);

	if (!r)
		r = set_up(context, connection->set);
	if (!r && !attach_loop(context, connection))
		r = GETDNS_RETURN_GENERIC_ERROR;
	if (!r)
		return context;
	*error = arena_printf(
	    arena, "the DNS library cannot be set up: %s", getdns_get_errorstr_by_id((uint16_t)r));
	getdns_context_destroy(context);
	return NULL;
}

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
	connection->context = create_context(connection, arena, error);
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
	on_timeout(connection->idle); /* getdns closes the old one */
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
