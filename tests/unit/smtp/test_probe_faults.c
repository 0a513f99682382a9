/* Every fault at every stage of a probe: which failure, at which stage, and nothing left behind. */
#include "probe_world.h"

enum fault { SILENCE, CLOSE, RESET, DRIP, GARBAGE, ENDLESS, LONG_LINE, FAULTS };

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
    "silence", "close", "reset", "drip", "garbage", "endless", "long line"};
static const char *const strike_names[] = {"greeting", "reply to EHLO", "reply to STARTTLS",
    "handshake", "reply to the second EHLO", "reply to QUIT", "close"};

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
		want.timed_out = waits;
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
	open_world(&w, "faulty");
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
	assert_int_equal(probe_server_seen().connections, count);
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

static void test_injection(void **state)
{
	(void)state;
	struct world w;
	struct asked asked[2];
	open_world(&w, "inject");
	for (unsigned i = 0; i < 2; i++)
		ask(&w, &asked[i], i + 1, "mx.example", TLS_OFFER_ANY);
	run_for(&w, 2);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(asked[i].facts.failure, PROBE_FAILURE_INJECTION);
		assert_int_equal(asked[i].facts.stage, SMTP_STAGE_STARTTLS);
	}
	assert_int_equal(probe_server_seen().quits, 0);
	close_world(&w);
}

/* ---- What is sent in the clear ---- */

/* RFC 3207 §4: STARTTLS is the last command, and TLS begins when the 220 has come. */
static void test_nothing_behind_starttls(void **state)
{
	(void)state;
	struct world w;
	struct asked a;
	open_world(&w, "watch");
	ask(&w, &a, 1, "mx.example", TLS_OFFER_ANY);
	run_for(&w, 1);
	assert_int_equal(a.facts.failure, PROBE_FAILURE_NONE);
	assert_int_equal(probe_server_seen().quits, 0);
	close_world(&w);
}

/* Bytes raced in when the ClientHello is on its way, before a whole handshake: no session. */
static void test_raced_injection(void **state)
{
	(void)state;
	struct world w;
	struct asked a;
	open_world(&w, "inject-late");
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
