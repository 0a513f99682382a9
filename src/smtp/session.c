/*
 * session.c owns one connection to a mail server: the socket, its poll interest, the timer of
 * the present step.
 *
 * Each phase has one function that goes as far as it can without waiting and says what it waits
 * for; `proceed` alone turns that into poll interest, `finish` is every session's way out.
 *
 * The second EHLO's reply shows whether REQUIRETLS is offered, and is waited for like any other;
 * from QUIT on the server has LIMIT_FAREWELL_MS to end the session in order. Nothing that goes
 * wrong there is a failure any more: the chain is known.
 */
#include "session.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "limit.h"
#include "model.h"
#include "smtp.h"

static socklen_t socket_address(
    const struct address *a, uint16_t port, struct sockaddr_storage *storage)
{
	*storage = (struct sockaddr_storage){.ss_family = (sa_family_t)a->family};
	if (a->family == AF_INET) {
		struct sockaddr_in *in = (struct sockaddr_in *)storage;
		in->sin_port = htons(port);
		memcpy(&in->sin_addr, a->bytes, sizeof in->sin_addr);
		return sizeof *in;
	}
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)storage;
	in6->sin6_port = htons(port);
	memcpy(&in6->sin6_addr, a->bytes, sizeof in6->sin6_addr);
	return sizeof *in6;
}

/* Begins to connect; when the socket can be written to, socket_error tells how it went. -1
 * and an errno in *error if it failed at once. */
static int open_socket(const struct address *address, uint16_t port, int *error)
{
	static const int on = 1;
	struct sockaddr_storage to;
	socklen_t length = socket_address(address, port, &to);
	int fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	*error = 0;
	if (fd < 0) {
		*error = errno;
		return -1;
	}
	/* Without it EHLO waits for the acknowledgement of TLS' Finished. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* only slower without */
	if (connect(fd, (struct sockaddr *)&to, length) == 0 || errno == EINPROGRESS)
		return fd;
	*error = errno;
	(void)close(fd); /* nothing was sent */
	return -1;
}

/* The errno of a connection that came about or not; 0 is success. */
static int socket_error(int fd)
{
	int code = 0;
	socklen_t length = sizeof code;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length) < 0 ? errno : code;
}

/*
 * To be called before each wait for the peer: a server with Nagle's algorithm on sends its next
 * record only when its last one, a session ticket say, is acknowledged: 40 ms later, if that waits
 * for something to go along with. Linux forgets the setting with each exchange.
 */
static void acknowledge(int fd)
{
	static const int on = 1;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on); /* only slower without */
}

/* A sentence fragment, such as "connection refused". */
static const char *error_text(int code)
{
	const char *text = strerrordesc_np(code);
	switch (code) {
	case ECONNREFUSED: return "connection refused";
	case ENETUNREACH: return "network unreachable";
	case EHOSTUNREACH: return "host unreachable";
	case ETIMEDOUT: return "connection timed out";
	case ECONNRESET: return "connection reset";
	case EMFILE:
	case ENFILE: return "too many files are open on this machine (see ulimit -n)";
	default: return text ? text : "unknown error";
	}
}

/* The same of open_socket, which asks this machine alone: what it lacks, and what to do. */
static const char *open_error_text(int code, const struct address *address)
{
	bool v6 = address->family == AF_INET6;
	switch (code) {
	case ENETUNREACH:
	case EHOSTUNREACH:
		return v6 ? "this machine has no route to that IPv6 address; check from one that "
			    "has, or leave IPv6 out with -4"
			  : "this machine has no route to that IPv4 address; check from one that "
			    "has, or leave IPv4 out with -6";
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
		return v6 ? "this machine has no IPv6 address to connect from; check from one that "
			    "has, or leave IPv6 out with -4"
			  : "this machine has no IPv4 address to connect from; check from one that "
			    "has, or leave IPv4 out with -6";
	case EACCES:
	case EPERM: return "this machine's firewall or routing does not allow it";
	default: return error_text(code);
	}
}

enum { READ_SIZE = 16 * 1024 }; /* a whole TLS record, so that none is left half read */

enum phase {
	PHASE_CONNECT,
	PHASE_PLAIN,
	PHASE_HANDSHAKE,
	PHASE_SECURE,
	PHASE_CLOSE,    /* all was said; the server's close_notify is due */
	PHASE_FAREWELL, /* the dialogue failed; QUIT, and what comes of it */
	PHASE_OVER,
};

struct session {
	struct loop *loop;
	const struct params *params;
	const struct session_target *target;
	struct arena *arena;
	struct probe *facts;
	loop_cb *cb;
	void *user;
	enum phase phase;
	uint64_t started_ms;
	int fd;
	struct loop_watch *watch;
	struct loop_timer *timer;
	struct smtp *smtp;
	struct tls_session *tls;
	bool ended; /* by the server */
	enum tls_hello next_hello;
};

static void next_step(struct session *s)
{
	loop_timer_start(s->timer, s->params->timeout_ms);
}

static void last_step(struct session *s)
{
	unsigned timeout_ms = s->params->timeout_ms;
	loop_timer_start(s->timer, timeout_ms < LIMIT_FAREWELL_MS ? timeout_ms : LIMIT_FAREWELL_MS);
}

static void fail(struct session *s, enum probe_failure failure, const char *error)
{
	s->facts->failure = failure;
	s->facts->error = error;
	s->phase = PHASE_OVER;
}

/* ---- The way out ---- */

static void close_connection(struct session *s)
{
	loop_watch_close(s->watch);
	s->watch = NULL;
	tls_destroy(s->tls);
	s->tls = NULL;
	smtp_destroy(s->smtp);
	s->smtp = NULL;
	if (s->fd >= 0)
		(void)close(s->fd); /* all was said; there is nothing to lose */
	s->fd = -1;
	loop_timer_destroy(s->timer);
	s->timer = NULL;
}

static void finish(struct session *s)
{
	session_note(s);
	close_connection(s);
	s->cb(s->user); /* may destroy the session */
}

/* ---- Bytes in and out, in the clear or inside TLS ---- */

static enum tls_result plain_result(ssize_t n, size_t *moved)
{
	*moved = n > 0 ? (size_t)n : 0;
	if (n > 0)
		return TLS_DONE;
	if (n == 0)
		return TLS_CLOSED;
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
		return TLS_WANT_READ;
	return TLS_FAILED;
}

static enum tls_result receive(struct session *s, void *data, size_t size, size_t *got)
{
	if (s->tls)
		return tls_read(s->tls, data, size, got);
	return plain_result(recv(s->fd, data, size, 0), got);
}

/* Sends what is pending as far as the socket takes it. */
static enum tls_result send_pending(struct session *s)
{
	struct buffer *out = smtp_output(s->smtp);
	enum tls_result result = TLS_DONE;
	while (out->length > 0 && result == TLS_DONE) {
		size_t sent;
		if (s->tls)
			result = tls_write(s->tls, out->data, out->length, &sent);
		else
			result =
			    plain_result(send(s->fd, out->data, out->length, MSG_NOSIGNAL), &sent);
		buffer_consume(out, sent);
	}
	return result;
}

/* ---- The phases ---- */

static void connect_failed(struct session *s, int code)
{
	s->facts->timed_out = code == ETIMEDOUT;
	fail(s, PROBE_FAILURE_CONNECT, error_text(code));
}

/* Nothing was sent: what is missing is missing here. */
static void not_opened(struct session *s, int code)
{
	connect_failed(s, code);
	s->facts->error = open_error_text(code, &s->target->address);
}

/*
 * The client speaks first in TLS, so whatever can be read now was sent in the clear (RFC 3207
 * §4.2). An end of file is left to the handshake.
 */
static void begin_handshake(struct session *s)
{
	char byte;
	if (recv(s->fd, &byte, 1, MSG_PEEK) > 0) {
		(void)smtp_input(s->smtp, &byte, 1); /* records the injection */
		s->phase = PHASE_OVER;
		return;
	}
	s->facts->stage = SMTP_STAGE_HANDSHAKE;
	s->tls = tls_create(s->fd, s->target->sni, s->target->offer, s->target->hello);
	if (!s->tls) {
		s->facts->tls_error = "the TLS session could not be set up";
		fail(s, PROBE_FAILURE_TLS, s->facts->tls_error);
		return;
	}
	s->phase = PHASE_HANDSHAKE;
	next_step(s);
}

/* The server may wait for our close before it closes, so it gets both forms of it. */
static void begin_close(struct session *s)
{
	s->phase = PHASE_OVER;
	if (!s->tls || s->ended)
		return;
	s->phase = PHASE_CLOSE;
	tls_close(s->tls);
	(void)shutdown(s->fd, SHUT_WR); /* fails if the peer has gone, which the next read tells */
}

/* The server is not to find the connection reset when it answers QUIT, so that is waited for. Where
 * there is no QUIT to be said, it has nothing to answer either. */
static void begin_farewell(struct session *s)
{
	if (smtp_output(s->smtp)->length > 0) {
		s->phase = PHASE_FAREWELL;
		last_step(s);
		return;
	}
	s->phase = PHASE_OVER;
	if (s->tls)
		tls_close(s->tls);
}

static void act(struct session *s, enum smtp_step step)
{
	switch (step) {
	case SMTP_STEP_READ:
		if (smtp_output(s->smtp)->length == 0)
			break;
		if (s->facts->stage == SMTP_STAGE_DONE)
			last_step(s);
		else
			next_step(s);
		break;
	case SMTP_STEP_HANDSHAKE: begin_handshake(s); break;
	case SMTP_STEP_DONE: begin_close(s); break;
	case SMTP_STEP_FAILED: begin_farewell(s); break;
	}
}

static unsigned await_connection(struct session *s)
{
	int code = socket_error(s->fd);
	if (code != 0 && code != ECONNRESET) {
		connect_failed(s, code);
		return 0;
	}
	s->smtp = smtp_create(s->arena, s->params->ehlo, s->params->verbose, s->facts);
	s->phase = PHASE_PLAIN;
	next_step(s);
	/* It came about, and was reset before it was looked at; a SYN is not reset but refused. */
	if (code == ECONNRESET)
		act(s, smtp_ended(s->smtp, false, error_text(code)));
	return LOOP_READ;
}

static const char *ended_reason(const struct session *s, enum tls_result result, int code)
{
	return result == TLS_FAILED && !s->tls ? error_text(code) : NULL;
}

static unsigned talk(struct session *s)
{
	char data[READ_SIZE];
	enum phase phase = s->phase;
	while (s->phase == phase) {
		size_t got;
		enum tls_result result = send_pending(s);
		if (result == TLS_WANT_READ || result == TLS_WANT_WRITE)
			return LOOP_WRITE;
		/* A connection that takes nothing any more may still hold the reason. */
		result = receive(s, data, sizeof data, &got);
		if (result == TLS_WANT_READ)
			return LOOP_READ;
		if (result == TLS_WANT_WRITE)
			return LOOP_WRITE;
		if (result == TLS_DONE) {
			act(s, smtp_input(s->smtp, data, got));
			continue;
		}
		int code = errno;
		s->ended = true;
		s->facts->demands_certificate = s->tls && tls_demands_certificate(s->tls);
		s->facts->no_close_notify = s->tls && result == TLS_FAILED;
		act(s, smtp_ended(s->smtp, false, ended_reason(s, result, code)));
	}
	return 0;
}

static unsigned shake_hands(struct session *s)
{
	enum tls_result result = tls_handshake(s->tls, s->arena, s->facts);
	s->next_hello = tls_next_hello(s->tls);
	switch (result) {
	case TLS_WANT_READ: return LOOP_READ;
	case TLS_WANT_WRITE: return LOOP_WRITE;
	case TLS_DONE:
		s->phase = PHASE_SECURE;
		act(s, smtp_secured(s->smtp));
		return 0;
	case TLS_CLOSED:
	case TLS_FAILED: break;
	}
	s->facts->demands_certificate = tls_demands_certificate(s->tls);
	fail(s, PROBE_FAILURE_TLS,
	    arena_printf(s->arena, "the TLS handshake failed: %s", s->facts->tls_error));
	return 0;
}

/* Anything but close_notify before the end of the connection leaves open whether that was meant
 * (RFC 8446 §6.1). Data behind the reply to QUIT is not worth waiting for what follows it. */
static unsigned await_close(struct session *s)
{
	char data[READ_SIZE];
	size_t got;
	enum tls_result result = tls_read(s->tls, data, sizeof data, &got);
	if (result == TLS_WANT_READ || result == TLS_WANT_WRITE)
		return result == TLS_WANT_READ ? LOOP_READ : LOOP_WRITE;
	s->facts->no_close_notify = result == TLS_FAILED;
	s->phase = PHASE_OVER;
	return 0;
}

/* Whatever comes is taken for the reply, inside TLS unread; one block a wake-up, as there may be no
 * end of it. */
static unsigned take_leave(struct session *s)
{
	char data[READ_SIZE];
	enum tls_result result = send_pending(s);
	if (result == TLS_WANT_READ || result == TLS_WANT_WRITE)
		return LOOP_WRITE;
	ssize_t got = recv(s->fd, data, sizeof data, 0);
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
		s->phase = PHASE_OVER;
		return 0;
	}
	if (got > 0) {
		if (s->tls)
			tls_close(s->tls);
		(void)shutdown(s->fd, SHUT_WR); /* as in begin_close */
	}
	return LOOP_READ;
}

static void proceed(void *user, unsigned ready)
{
	struct session *s = user;
	unsigned wanted = 0;
	enum phase before;
	(void)ready;
	do {
		before = s->phase;
		switch (s->phase) {
		case PHASE_CONNECT: wanted = await_connection(s); break;
		case PHASE_PLAIN:
		case PHASE_SECURE: wanted = talk(s); break;
		case PHASE_HANDSHAKE: wanted = shake_hands(s); break;
		case PHASE_CLOSE: wanted = await_close(s); break;
		case PHASE_FAREWELL: wanted = take_leave(s); break;
		case PHASE_OVER: break;
		}
	} while (s->phase != before && s->phase != PHASE_OVER);
	if (s->phase == PHASE_OVER) {
		finish(s);
		return;
	}
	if (wanted == LOOP_READ)
		acknowledge(s->fd);
	loop_watch_set(s->watch, wanted);
}

static void on_timeout(void *user)
{
	struct session *s = user;
	switch (s->phase) {
	case PHASE_CONNECT: connect_failed(s, ETIMEDOUT); break;
	case PHASE_PLAIN:
	case PHASE_SECURE: act(s, smtp_ended(s->smtp, true, NULL)); break;
	case PHASE_HANDSHAKE:
		s->facts->timed_out = true;
		s->facts->tls_error = arena_printf(s->arena,
		    "the handshake timed out after %zu octets from the server",
		    tls_received(s->tls));
		fail(s, PROBE_FAILURE_TLS, "the TLS handshake timed out");
		break;
	case PHASE_CLOSE: /* the connection is ended here, not by the server */
	case PHASE_FAREWELL:
	case PHASE_OVER: break;
	}
	finish(s);
}

/* ---- Interface ---- */

struct session *session_start(struct loop *loop, const struct params *params,
    const struct session_target *target, struct arena *arena, struct probe *facts, loop_cb *cb,
    void *user)
{
	struct session *s = memory_alloc(sizeof *s);
	s->loop = loop;
	s->params = params;
	s->target = target;
	s->arena = arena;
	s->facts = facts;
	s->cb = cb;
	s->user = user;
	s->started_ms = loop_now_ms(loop);
	s->timer = loop_timer_create(loop, on_timeout, s);
	facts->stage = SMTP_STAGE_CONNECT;
	int code;
	s->fd = open_socket(&target->address, params->port, &code);
	if (s->fd >= 0)
		s->watch = loop_watch_open(loop, s->fd, LOOP_WRITE, proceed, s);
	if (s->watch) {
		next_step(s);
	} else {
		/* 0: no room in epoll (/proc/sys/fs/epoll/max_user_watches) */
		not_opened(s, code ? code : ENOSPC);
		loop_timer_start(s->timer, 0); /* the callback comes from the loop */
	}
	return s;
}

void session_destroy(struct session *s)
{
	if (!s)
		return;
	close_connection(s);
	free(s);
}

void session_note(struct session *s)
{
	s->facts->elapsed_ms = (unsigned)(loop_now_ms(s->loop) - s->started_ms);
	if (s->smtp)
		smtp_note_dialogue(s->smtp);
}

enum tls_hello session_next_hello(const struct session *s)
{
	return s->next_hello;
}
