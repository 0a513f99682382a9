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
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "limit.h"
#include "model.h"
#include "smtp.h"
#include "socks.h"
#include "tcp.h"

enum { READ_SIZE = 16 * 1024 }; /* a whole TLS record, so that none is left half read */

enum phase {
	PHASE_CONNECT,
	PHASE_PROXY, /* it is asked to connect */
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
	size_t proxy_tried; /* its addresses that failed */
	struct socks *socks;
	struct smtp *smtp;
	bool heard; /* the server has said something */
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

static void close_socket(struct session *s)
{
	loop_watch_close(s->watch);
	s->watch = NULL;
	if (s->fd >= 0)
		(void)close(s->fd); /* all was said; there is nothing to lose */
	s->fd = -1;
}

static void close_connection(struct session *s)
{
	socks_destroy(s->socks);
	s->socks = NULL;
	tls_destroy(s->tls);
	s->tls = NULL;
	smtp_destroy(s->smtp);
	s->smtp = NULL;
	close_socket(s);
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
static enum tls_result send_pending(struct session *s, struct buffer *out)
{
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

/* ---- The way to the server ---- */

/* Never the server's fault. `does` says what the proxy does, such as "cannot be reached". */
static void proxy_failed(struct session *s, const char *does, const char *why)
{
	fail(s, PROBE_FAILURE_PROXY,
	    arena_printf(s->arena, "the proxy %s %s%s%s", s->params->proxy->name, does,
		why ? ": " : "", why ? why : ""));
}

static const char closed_early[] = "the connection was closed before the greeting";

/* What lies between the proxy and the server. */
static void failed_behind_proxy(struct session *s, bool timed_out, const char *why)
{
	s->facts->timed_out = timed_out;
	s->facts->stage = SMTP_STAGE_CONNECT;
	fail(s, PROBE_FAILURE_CONNECT,
	    arena_printf(s->arena, "%s (through the proxy %s)", why, s->params->proxy->name));
}

static void connect_failed(struct session *s, int code)
{
	s->facts->timed_out = code == ETIMEDOUT;
	if (s->params->proxy)
		proxy_failed(s, "cannot be reached", tcp_error_text(code));
	else
		fail(s, PROBE_FAILURE_CONNECT, tcp_error_text(code));
}

/* Nothing was sent: what is missing is missing here. */
static void not_opened(struct session *s, int code)
{
	connect_failed(s, code);
	if (!s->params->proxy)
		s->facts->error = tcp_open_error_text(code, &s->target->address);
}

static void proceed(void *user, unsigned ready);

/* To the server, or to the proxy's next address. 0, or an errno if it failed at once. */
static int begin_connection(struct session *s)
{
	const struct proxy *proxy = s->params->proxy;
	int code;
	if (proxy)
		s->fd = tcp_open(&proxy->addresses[s->proxy_tried], proxy->port, &code);
	else
		s->fd = tcp_open(&s->target->address, (uint16_t)s->params->port, &code);
	if (s->fd >= 0)
		s->watch = loop_watch_open(s->loop, s->fd, LOOP_WRITE, proceed, s);
	if (s->watch) {
		next_step(s);
		return 0;
	}
	close_socket(s);
	return code ? code : ENOSPC; /* no room in epoll (/proc/sys/fs/epoll/max_user_watches) */
}

/* True if another address of the proxy is tried in place of the one that failed. */
static bool try_next_address(struct session *s)
{
	const struct proxy *proxy = s->params->proxy;
	close_socket(s);
	while (proxy && ++s->proxy_tried < proxy->address_count)
		if (begin_connection(s) == 0)
			return true;
	return false;
}

/* ---- The phases ---- */

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

/* A proxy may say that it has connected before it has, as ssh does: until the server has said
 * something, nobody knows whose end that was. */
static void dialogue_ended(struct session *s, bool timed_out, const char *why)
{
	if (s->params->proxy && !s->heard)
		failed_behind_proxy(s, timed_out, timed_out ? "no answer" : closed_early);
	else
		act(s, smtp_ended(s->smtp, timed_out, why));
}

static void begin_dialogue(struct session *s)
{
	s->smtp = smtp_create(s->arena, s->params->ehlo, s->params->verbose, s->facts);
	s->phase = PHASE_PLAIN;
	next_step(s);
}

static unsigned await_connection(struct session *s)
{
	const struct proxy *proxy = s->params->proxy;
	int code = tcp_error(s->fd);
	if (code != 0 && (proxy || code != ECONNRESET)) {
		if (!try_next_address(s))
			connect_failed(s, code);
		return LOOP_WRITE;
	}
	if (proxy) {
		s->socks = socks_create(proxy, &s->target->address, (uint16_t)s->params->port);
		s->phase = PHASE_PROXY;
		next_step(s);
		return LOOP_READ;
	}
	begin_dialogue(s);
	/* It came about, and was reset before it was looked at; a SYN is not reset but refused. */
	if (code == ECONNRESET)
		act(s, smtp_ended(s->smtp, false, tcp_error_text(code)));
	return LOOP_READ;
}

static void take_proxy_step(struct session *s, enum socks_step step)
{
	switch (step) {
	case SOCKS_STEP_READ:
		if (socks_output(s->socks)->length > 0)
			next_step(s);
		break;
	case SOCKS_STEP_DONE: begin_dialogue(s); break;
	case SOCKS_STEP_REFUSED: proxy_failed(s, socks_error(s->socks), NULL); break;
	case SOCKS_STEP_FAILED:
		failed_behind_proxy(s, socks_timed_out(s->socks), socks_error(s->socks));
		break;
	}
}

/* Without a reply, as ssh does where it could not connect. */
static void proxy_ended(struct session *s)
{
	if (socks_is_connecting(s->socks))
		failed_behind_proxy(s, false, closed_early);
	else
		proxy_failed(s, "ended the connection", NULL);
}

static unsigned ask_proxy(struct session *s)
{
	uint8_t data[READ_SIZE];
	while (s->phase == PHASE_PROXY) {
		size_t got, wanted = socks_wanted(s->socks);
		enum tls_result result = send_pending(s, socks_output(s->socks));
		if (result == TLS_WANT_READ)
			return LOOP_WRITE;
		result = plain_result(
		    recv(s->fd, data, wanted < sizeof data ? wanted : sizeof data, 0), &got);
		if (result == TLS_WANT_READ)
			return LOOP_READ;
		if (result == TLS_DONE)
			take_proxy_step(s, socks_input(s->socks, data, got));
		else
			proxy_ended(s);
	}
	return LOOP_READ;
}

static const char *ended_reason(const struct session *s, enum tls_result result, int code)
{
	return result == TLS_FAILED && !s->tls ? tcp_error_text(code) : NULL;
}

static unsigned talk(struct session *s)
{
	char data[READ_SIZE];
	enum phase phase = s->phase;
	while (s->phase == phase) {
		size_t got;
		enum tls_result result = send_pending(s, smtp_output(s->smtp));
		if (result == TLS_WANT_READ || result == TLS_WANT_WRITE)
			return LOOP_WRITE;
		/* A connection that takes nothing any more may still hold the reason. */
		result = receive(s, data, sizeof data, &got);
		if (result == TLS_WANT_READ)
			return LOOP_READ;
		if (result == TLS_WANT_WRITE)
			return LOOP_WRITE;
		if (result == TLS_DONE) {
			s->heard = true;
			act(s, smtp_input(s->smtp, data, got));
			continue;
		}
		int code = errno;
		s->ended = true;
		s->facts->demands_certificate = s->tls && tls_demands_certificate(s->tls);
		s->facts->no_close_notify = s->tls && result == TLS_FAILED;
		dialogue_ended(s, false, ended_reason(s, result, code));
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
	enum tls_result result = send_pending(s, smtp_output(s->smtp));
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
		case PHASE_PROXY: wanted = ask_proxy(s); break;
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
		tcp_acknowledge(s->fd);
	loop_watch_set(s->watch, wanted);
}

static void on_timeout(void *user)
{
	struct session *s = user;
	switch (s->phase) {
	case PHASE_CONNECT:
		if (try_next_address(s))
			return;
		connect_failed(s, ETIMEDOUT);
		break;
	case PHASE_PROXY:
		if (socks_is_connecting(s->socks))
			failed_behind_proxy(s, true, "no answer");
		else
			proxy_failed(s, "does not answer", NULL);
		break;
	case PHASE_PLAIN:
	case PHASE_SECURE: dialogue_ended(s, true, NULL); break;
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
	int code = begin_connection(s);
	if (code != 0 && !try_next_address(s)) {
		not_opened(s, code);
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
