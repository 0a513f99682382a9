/*
 * connection_context.c owns getdns: a context for one connection, set up as a stub without any
 * configuration of the system's and on this program's event loop.
 */
#include "connection_context.h"

#include <getdns/getdns_extra.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

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

	switch (!peeked              ? PEEK_OVER
		: set->upstream->udp ? wire_peek_datagram(peeked, e->fd)
				     : wire_peek(peeked, e->fd)) {
	case PEEK_WAIT: break;
	case PEEK_UNSOUND:
		set->refuse(set->user, connection, peeked->octets + WIRE_LENGTH_SIZE, peeked->size);
		break;
	case PEEK_SOUND:
		/* Over TCP getdns reads the length in one call, and in the next as many octets as
		 * it says. */
		if (!set->upstream->udp)
			event->read_cb(event->userarg);
		__attribute__((fallthrough));
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
	getdns_transport_list_t list = upstream->tls_name ? GETDNS_TRANSPORT_TLS
				       : upstream->udp    ? GETDNS_TRANSPORT_UDP
							  : GETDNS_TRANSPORT_TCP;
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

struct getdns_context *connection_context_create(
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

void connection_context_close_idle(struct connection *connection)
{
	on_timeout(connection->idle);
}
