/* Every fault at every stage of a probe: which failure, at which stage, and nothing left behind. */
#include "probe_world.h"

enum fault { SILENCE, CLOSE, RESET, DRIP, GARBAGE, ENDLESS, OVERLONG, FAULTS };

/* Where the fault strikes: in place of what the server would send there. */
enum strike {
	AT_GREETING,
	AT_EHLO,
	AT_STARTTLS,
	AT_HANDSHAKE,
	AT_SECURE_EHLO,
	AT_QUIT,
	AT_CLOSE,
	STRIKES
};

static const char *const fault_names[] = {
    "silence", "close", "reset", "drip", "garbage", "endless", "overlong"};
static const char *const strike_names[] = {"greeting", "reply to EHLO", "reply to STARTTLS",
    "handshake", "reply to the second EHLO", "reply to QUIT", "close"};

/* ---- The server ---- */

static void drip(struct probe_server_io *io)
{
	io_say(io, "2");
	for (;;) {
		(void)usleep(50 * 1000);
		io_say(io, "2");
	}
}

static void reset(struct probe_server_io *io)
{
	static const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	(void)setsockopt(io->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	_exit(0);
}

static void strike(struct probe_server_io *io, enum fault fault)
{
	static char many[100000];
	switch (fault) {
	case SILENCE: pause(); break;
	case CLOSE: _exit(0);
	case RESET: reset(io); break;
	case DRIP: drip(io); break;
	case GARBAGE:
		io_say(io, "\xff\xfe\x01 garbage\r\n");
		pause();
		break;
	case ENDLESS:
		for (;;)
			io_say(io, "250-and so on\r\n");
	case OVERLONG:
		memset(many, 'a', sizeof many);
		memcpy(many, "220 ", 4);
		io_send(io, many, 16000);
		io_send(io, many + 4, 16000);
		pause();
		break;
	case FAULTS: break;
	}
}

static void faulty_script(struct probe_server_io *io)
{
	static const char *const replies[] = {"220 mx.example ESMTP\r\n",
	    "250-mx.example\r\n250 STARTTLS\r\n", "220 go\r\n", NULL,
	    "250-inside.example\r\n250 REQUIRETLS\r\n", "221 bye\r\n"};
	enum strike at = (enum strike)((io->address - 1) / FAULTS);
	enum fault fault = (enum fault)((io->address - 1) % FAULTS);
	char byte;
	for (int step = AT_GREETING; step <= AT_QUIT; step++) {
		if (step == AT_HANDSHAKE) {
			/* Not before the client has begun: that would be an injection. */
			(void)recv(io->fd, &byte, 1, MSG_PEEK);
			if (step == (int)at)
				strike(io, fault);
			if (!io_start_tls(io, "ecdsa", "NORMAL"))
				return;
		} else {
			if (step == (int)at)
				strike(io, fault);
			io_say(io, replies[step]);
		}
		if (step != AT_STARTTLS && step != AT_QUIT)
			(void)io_line(io);
	}
	strike(io, fault);
}

/* ---- What must come of it ---- */

struct outcome {
	enum probe_failure failure;
	bool timed_out, ehlo_unanswered, no_close_notify, tls_alert;
};

static struct outcome want_of(enum strike at, enum fault fault)
{
	bool waits = fault == SILENCE || fault == DRIP;
	bool ends = fault == CLOSE || fault == RESET;
	struct outcome want = {PROBE_FAILURE_NONE, false, false, false, false};
	switch (at) {
	case AT_GREETING:
	case AT_EHLO:
	case AT_STARTTLS:
		want.failure = ends ? PROBE_FAILURE_SMTP_REFUSED : PROBE_FAILURE_SMTP_PROTOCOL;
		want.timed_out = waits;
		break;
	case AT_HANDSHAKE:
		want.failure = PROBE_FAILURE_TLS;
		/* The server drips digits, which are no TLS record: known at the fifth. */
		want.timed_out = fault == SILENCE;
		want.tls_alert = ends;
		break;
	case AT_SECURE_EHLO:
		want.ehlo_unanswered = ends || waits;
		want.no_close_notify = ends;
		want.failure = ends || waits ? PROBE_FAILURE_NONE : PROBE_FAILURE_SMTP_PROTOCOL;
		break;
	case AT_QUIT:
	case AT_CLOSE: want.no_close_notify = ends; break;
	case STRIKES: break;
	}
	return want;
}

static enum smtp_stage stage_of(enum strike at)
{
	static const enum smtp_stage stages[] = {SMTP_STAGE_GREETING, SMTP_STAGE_EHLO,
	    SMTP_STAGE_STARTTLS, SMTP_STAGE_HANDSHAKE, SMTP_STAGE_HANDSHAKE, SMTP_STAGE_DONE,
	    SMTP_STAGE_DONE};
	return stages[at];
}

static void check(enum strike at, enum fault fault, unsigned timeout_ms, const struct probe *f)
{
	struct outcome want = want_of(at, fault);
	bool chain = f->chain_count == 1;
	if (f->stage != stage_of(at) || f->failure != want.failure ||
	    f->timed_out != want.timed_out || f->ehlo_unanswered != want.ehlo_unanswered ||
	    f->no_close_notify != want.no_close_notify || f->tls_alert != want.tls_alert ||
	    chain != (at > AT_HANDSHAKE) ||
	    (f->error != NULL) != (want.failure != PROBE_FAILURE_NONE))
		fail_msg("%s at the %s: stage %s, failure %d, timed out %d, EHLO unanswered %d, no "
			 "close_notify %d, alert %d, %zu certificates, error %s",
		    fault_names[fault], strike_names[at], smtp_stage_name(f->stage), f->failure,
		    f->timed_out, f->ehlo_unanswered, f->no_close_notify, f->tls_alert,
		    f->chain_count, f->error);
	if (want.timed_out)
		assert_in_range(f->elapsed_ms, timeout_ms - 10, 10 * timeout_ms);
	/* ENDLESS begins with a proper line. */
	assert_true((f->greeting != NULL) == (at > AT_GREETING || fault == ENDLESS));
}

/*
 * Faults at once: no server's fault touches another's probe. Those that are waited for run apart,
 * so that the others can have a --timeout that a slow machine does not reach. Returns the
 * milliseconds of the longest probe.
 */
static unsigned run_matrix(bool waiting, unsigned timeout_ms)
{
	struct world w;
	static struct asked asked[STRIKES][FAULTS];
	size_t before = open_descriptors(), count = 0;
	unsigned longest_ms = 0;
	open_world(&w, faulty_script);
	w.params.timeout_ms = timeout_ms;
	for (int at = 0; at < STRIKES; at++) {
		for (int fault = 0; fault < FAULTS; fault++) {
			if ((fault == SILENCE || fault == DRIP) != waiting)
				continue;
			ask(&w, &asked[at][fault], (unsigned)(at * FAULTS + fault + 1),
			    "mx.example", TLS_OFFER_ANY);
			count++;
		}
	}
	run_for(&w, count);
	for (int at = 0; at < STRIKES; at++) {
		for (int fault = 0; fault < FAULTS; fault++) {
			const struct probe *f = &asked[at][fault].facts;
			if ((fault == SILENCE || fault == DRIP) != waiting)
				continue;
			check((enum strike)at, (enum fault)fault, timeout_ms, f);
			if (f->elapsed_ms > longest_ms)
				longest_ms = f->elapsed_ms;
		}
	}
	assert_int_equal(atomic_load(&w.server.counts->connections), count);
	close_world(&w);
	assert_int_equal(open_descriptors(), before);
	return longest_ms;
}

static void test_matrix(void **state)
{
	(void)state;
	loop_destroy(loop_create()); /* libuv keeps some descriptors of its own from then on */
	unsigned took_ms = run_matrix(false, 60 * 1000);
	run_matrix(true, took_ms < 1000 ? 1000 : took_ms);
}

/* ---- Bytes behind the 220 ---- */

static void injecting_script(struct probe_server_io *io)
{
	char byte;
	io_say(io, "220 mx.example ESMTP\r\n");
	(void)io_line(io);
	io_say(io, "250-mx.example\r\n250 STARTTLS\r\n");
	(void)io_line(io);
	io_say(io, io->address == 1 ? "220 go\r\n250 injected\r\n" : "220 go\r\n\x16");
	if (recv(io->fd, &byte, 1, 0) > 0) /* the handshake must not begin */
		atomic_fetch_add(&io->counts->quits, 100);
}

static void test_injection(void **state)
{
	(void)state;
	struct world w;
	struct asked asked[2];
	open_world(&w, injecting_script);
	for (unsigned i = 0; i < 2; i++)
		ask(&w, &asked[i], i + 1, "mx.example", TLS_OFFER_ANY);
	run_for(&w, 2);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(asked[i].facts.failure, PROBE_FAILURE_INJECTION);
		assert_int_equal(asked[i].facts.stage, SMTP_STAGE_STARTTLS);
	}
	assert_int_equal(atomic_load(&w.server.counts->quits), 0);
	close_world(&w);
}

/* ---- What is sent in the clear ---- */

/* RFC 3207 §4: STARTTLS is the last command, and TLS begins when the 220 has come. */
static void watching_script(struct probe_server_io *io)
{
	char data[512];
	ssize_t n;
	io_say(io, "220 mx.example ESMTP\r\n");
	(void)io_line(io);
	io_say(io, "250-mx.example\r\n250-PIPELINING\r\n250 STARTTLS\r\n");
	(void)usleep(50 * 1000);
	n = recv(io->fd, data, sizeof data, MSG_PEEK);
	bool alone = n == 10 && memcmp(data, "STARTTLS\r\n", 10) == 0;
	(void)usleep(50 * 1000);
	alone = alone && recv(io->fd, data, sizeof data, 0) == 10;
	io_say(io, "220 go\r\n");
	n = recv(io->fd, data, sizeof data, MSG_PEEK);
	if (!alone || n < 5 || data[0] != 22)
		atomic_fetch_add(&io->counts->quits, 100);
	if (io_start_tls(io, "ecdsa", "NORMAL") && io_line(io))
		io_say(io, "250 inside.example\r\n");
}

static void test_nothing_behind_starttls(void **state)
{
	(void)state;
	struct world w;
	struct asked a;
	open_world(&w, watching_script);
	ask(&w, &a, 1, "mx.example", TLS_OFFER_ANY);
	run_for(&w, 1);
	assert_int_equal(a.facts.failure, PROBE_FAILURE_NONE);
	assert_int_equal(atomic_load(&w.server.counts->quits), 0);
	close_world(&w);
}

/* Bytes raced in when the ClientHello is on its way, before a whole handshake: no session. */
static void racing_script(struct probe_server_io *io)
{
	char byte;
	io_say(io, "220 mx.example ESMTP\r\n");
	(void)io_line(io);
	io_say(io, "250-mx.example\r\n250 STARTTLS\r\n");
	(void)io_line(io);
	io_say(io, "220 go\r\n");
	(void)recv(io->fd, &byte, 1, MSG_PEEK);
	io_say(io, "250-mx.example\r\n250 REQUIRETLS\r\n");
	(void)io_start_tls(io, "ecdsa", "NORMAL");
}

static void test_raced_injection(void **state)
{
	(void)state;
	struct world w;
	struct asked a;
	open_world(&w, racing_script);
	ask(&w, &a, 1, "mx.example", TLS_OFFER_ANY);
	run_for(&w, 1);
	assert_int_equal(a.facts.failure, PROBE_FAILURE_TLS);
	assert_int_equal(a.facts.stage, SMTP_STAGE_HANDSHAKE);
	assert_string_equal(a.facts.tls_error, "the server sent bytes in the clear in place of it");
	assert_false(a.facts.requiretls);
	assert_int_equal(a.facts.chain_count, 0);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_matrix),
	    cmocka_unit_test(test_injection),
	    cmocka_unit_test(test_nothing_behind_starttls),
	    cmocka_unit_test(test_raced_injection),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
