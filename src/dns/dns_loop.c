/*
 * dns_loop.c owns getdns' event loop table: descriptors and timers of getdns become those of
 * loop.h, with the socket options that getdns does not set and a look at what it is to read.
 */
#include "dns_loop.h"

#include <getdns/getdns_extra.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "arena.h"
#include "dns_gate.h"

enum {
	/*
	 * getdns closes a TCP connection as soon as nothing is in flight, by a timeout of zero, so
	 * each further step of a check would wait for another handshake. RFC 7766 §6.2.3 lets an
	 * idle connection stay for some seconds.
	 */
	IDLE_MS = 5000,
};

#define NO_TIMEOUT UINT64_MAX

struct dns_loop {
	getdns_eventloop table; /* first: getdns hands back its address */
	struct loop *loop;
	dns_refuse_cb *refuse; /* NULL: nothing is looked at */
	void *user;
	const bool *last;
	struct dns_gate *gate;
};

struct dns_event {
	struct dns_loop *loop;
	getdns_eventloop_event *event;
	struct loop_watch *watch;
	struct loop_timer *timer;
	int fd;
	bool write_was_last;
};

/*
 * Small questions must not wait for the acknowledgement of the one before (Nagle), nor their
 * answers for ours (delayed ACK). The kernel forgets TCP_QUICKACK after a while, so it is set at
 * each wait. Both are refused for what is no TCP socket, and no harm is done.
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
 * A connection that is closed here keeps its port for a minute (RFC 9293 §3.6), and with one for
 * each question the ports run out. After the last answer a reset loses nothing, nor keeps any.
 */
static void close_by_reset(int fd)
{
	static const struct linger none = {.l_onoff = 1};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

/* Calls back only at the end: that may free the event. */
static void read_message(struct dns_event *e)
{
	getdns_eventloop_event *event = e->event;
	struct dns_loop *loop = e->loop;

	switch (loop->gate ? dns_gate_look(loop->gate, e->fd) : DNS_GATE_OVER) {
	case DNS_GATE_WAIT: break;
	case DNS_GATE_UNSOUND:
		loop->refuse(loop->user, loop->gate->octets + DNS_GATE_LENGTH, loop->gate->size);
		break;
	/* getdns takes no more from the socket at once than the length, or what it told. */
	case DNS_GATE_SOUND: event->read_cb(event->userarg); /* fall through */
	case DNS_GATE_OVER: event->read_cb(event->userarg); break;
	}
}

static void on_ready(void *user, unsigned events)
{
	struct dns_event *e = user;
	getdns_eventloop_event *event = e->event;

	/*
	 * Either callback may free `e`, and after one of them the other may belong to another
	 * connection already: one a wake-up, in turn, so that neither waits for long.
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
	getdns_eventloop_event *event = ((struct dns_event *)user)->event;

	if (event->timeout_cb)
		event->timeout_cb(event->userarg);
}

static void free_event(struct dns_event *e)
{
	loop_watch_rest(e->watch); /* getdns mostly goes on with the descriptor */
	loop_timer_destroy(e->timer);
	free(e);
}

static getdns_return_t clear(getdns_eventloop *table, getdns_eventloop_event *event)
{
	struct dns_event *e = event->ev;

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
	struct dns_loop *owner = (struct dns_loop *)table;
	struct loop *loop = owner->loop;
	struct dns_event *e = memory_alloc(sizeof *e);
	unsigned wanted = (event->read_cb ? LOOP_READ : 0) | (event->write_cb ? LOOP_WRITE : 0);

	e->loop = owner;
	e->event = event;
	e->fd = fd;
	if (fd >= 0 && wanted) {
		hurry_socket(fd, wanted);
		if (*owner->last)
			close_by_reset(fd);
		e->watch = loop_watch_open(loop, fd, wanted, on_ready, e);
		if (!e->watch) {
			free(e);
			return GETDNS_RETURN_GENERIC_ERROR;
		}
		if (timeout == 0)
			timeout = IDLE_MS;
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
	free(((struct dns_loop *)table)->gate);
	free(table);
}

/* getdns calls these two for its synchronous questions only, and none is ever asked. */
static void run(getdns_eventloop *table)
{
	loop_run(((struct dns_loop *)table)->loop);
}

static void run_once(getdns_eventloop *table, int blocking)
{
	(void)blocking;
	run(table);
}

static getdns_eventloop_vmt methods = {cleanup, schedule, clear, run, run_once};

bool dns_loop_attach(struct getdns_context *context, struct loop *loop, dns_refuse_cb *refuse,
    void *user, const bool *last)
{
	struct dns_loop *table = memory_alloc(sizeof *table);

	table->table.vmt = &methods;
	table->loop = loop;
	table->refuse = refuse;
	table->user = user;
	table->last = last;
	table->gate = refuse ? memory_alloc(sizeof *table->gate) : NULL;
	if (getdns_context_set_eventloop(context, &table->table) == GETDNS_RETURN_GOOD)
		return true;
	cleanup(&table->table);
	return false;
}
