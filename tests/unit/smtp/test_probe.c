/* One probe: its facts, how a connection comes about or not, the retry below TLS 1.2. */
#include "probe_world.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>

#include "limit.h"

/* ---- Facts ---- */

static void test_facts(void **state)
{
	(void)state;
	struct world w;
	struct asked a;
	open_world(&w, "serve");
	ask(&w, &a, 1, "mx.example", TLS_OFFER_RSA);
	run_for(&w, 1);
	assert_int_equal(a.facts.failure, PROBE_FAILURE_NONE);
	assert_int_equal(a.facts.stage, SMTP_STAGE_DONE);
	assert_null(a.facts.error);
	assert_string_equal(a.facts.greeting, "220 mx.example ESMTP");
	assert_string_equal(a.facts.ehlo_name, "inside.example");
	assert_true(a.facts.starttls);
	assert_true(a.facts.requiretls);
	assert_false(a.facts.ehlo_unanswered);
	assert_false(a.facts.no_close_notify);
	assert_false(a.facts.tls_legacy);
	assert_string_equal(a.facts.tls_version, "TLS1.3");
	assert_string_equal(a.facts.sni, "mx.example");
	assert_int_equal(a.facts.chain_count, 1);
	assert_string_equal(a.facts.chain[0].subject, "CN=rsa.example");
	assert_string_equal(a.facts.dialogue, "S: 220 mx.example ESMTP\n"
					      "C: EHLO client.example\n"
					      "S: 250-mx.example\n"
					      "S: 250 STARTTLS\n"
					      "C: STARTTLS\n"
					      "S: 220 go\n"
					      "C: EHLO client.example\n"
					      "S: 250-inside.example\n"
					      "S: 250 REQUIRETLS\n"
					      "C: QUIT\n"
					      "S: 221 bye\n");
	close_world(&w);
}

static void test_key_types(void **state)
{
	(void)state;
	struct world w;
	struct asked ecdsa, rsa;
	open_world(&w, "ecdsa");
	ask(&w, &ecdsa, 1, "mx.example", TLS_OFFER_ECDSA);
	ask(&w, &rsa, 1, "mx.example", TLS_OFFER_RSA);
	run_for(&w, 2);
	assert_int_equal(ecdsa.facts.failure, PROBE_FAILURE_NONE);
	assert_string_equal(ecdsa.facts.chain[0].subject, "CN=ecdsa.example");
	assert_int_equal(rsa.facts.failure, PROBE_FAILURE_TLS);
	assert_true(rsa.facts.tls_alert);
	assert_string_equal(rsa.facts.tls_error, "alert handshake_failure");
	assert_string_equal(rsa.facts.error, "the TLS handshake failed: alert handshake_failure");
	assert_int_equal(probe_server_seen().connections, 2); /* no legacy retry */
	close_world(&w);
}

/* QUIT is said where the dialogue still works, though nothing waits for its answer. */
static void test_quit_in_clear(void **state)
{
	(void)state;
	struct world w;
	struct asked a;
	open_world(&w, "no-starttls");
	ask(&w, &a, 1, "mx.example", TLS_OFFER_ANY);
	run_for(&w, 1);
	assert_int_equal(a.facts.failure, PROBE_FAILURE_STARTTLS_MISSING);
	for (int i = 0; i < 2000 && probe_server_seen().quits == 0; i++)
		(void)usleep(10 * 1000);
	assert_int_equal(probe_server_seen().quits, 1);
	close_world(&w);
}

/* The verdict does not wait for it as for other replies, and nothing is held against the server. */
static void test_quit_unanswered(void **state)
{
	(void)state;
	struct world w;
	struct asked a;
	open_world(&w, "await-close-notify");
	ask(&w, &a, 1, "mx.example", TLS_OFFER_ANY);
	run_for(&w, 1);
	assert_int_equal(a.facts.failure, PROBE_FAILURE_NONE);
	assert_int_equal(a.facts.stage, SMTP_STAGE_DONE);
	assert_false(a.facts.no_close_notify);
	assert_in_range(a.facts.elapsed_ms, LIMIT_FAREWELL_MS, TIMEOUT_MS / 2);
	for (int i = 0; i < 2000 && probe_server_seen().quits < 2; i++)
		(void)usleep(10 * 1000);
	assert_int_equal(probe_server_seen().quits, 2);
	close_world(&w);
}

/* ---- Connecting ---- */

static void test_refused(void **state)
{
	(void)state;
	struct world w;
	struct asked a;
	open_world(&w, "serve");
	w.params.port = 1; /* tcpmux; nothing listens there */
	ask(&w, &a, 1, "mx.example", TLS_OFFER_ANY);
	run_for(&w, 1);
	assert_int_equal(a.facts.stage, SMTP_STAGE_CONNECT);
	assert_int_equal(a.facts.failure, PROBE_FAILURE_CONNECT);
	assert_false(a.facts.timed_out);
	assert_string_equal(a.facts.error, "connection refused");
	close_world(&w);
}

/* IPv6, where it is there at all; either way the failure says which it is. */
static void test_refused_ipv6(void **state)
{
	(void)state;
	struct world w;
	struct asked a = {.world = &w};
	struct address to = {.family = AF_INET6, .bytes[15] = 1};
	open_world(&w, "serve");
	w.params.port = 1;
	a.request = prober_probe(w.prober, &to, "mx.example", TLS_OFFER_ANY, 0, answered, &a);
	assert_false(a.answered);
	run_for(&w, 1);
	assert_int_equal(a.facts.failure, PROBE_FAILURE_CONNECT);
	if (!strstr(a.facts.error, "this machine has no") || !strstr(a.facts.error, "with -4"))
		assert_string_equal(a.facts.error, "connection refused");
	close_world(&w);
}

/* What fails at once is told from the loop too: nobody may connect to a multicast address. */
static void test_fails_at_once(void **state)
{
	(void)state;
	struct world w;
	struct asked a = {.world = &w};
	struct address to = {.family = AF_INET, .bytes = {224, 0, 0, 1}};
	open_world(&w, "serve");
	a.request = prober_probe(w.prober, &to, "mx.example", TLS_OFFER_ANY, 0, answered, &a);
	assert_false(a.answered);
	run_for(&w, 1);
	assert_int_equal(a.facts.failure, PROBE_FAILURE_CONNECT);
	assert_string_equal(a.facts.error,
	    "this machine has no route to that IPv4 address; check from one that has, or leave "
	    "IPv4 out with -6");
	close_world(&w);
}

static void test_reserved(void **state)
{
	(void)state;
	struct world w;
	struct asked a;
	open_world(&w, "serve");
	w.params.reserved = false;
	ask(&w, &a, 1, "mx.example", TLS_OFFER_ANY);
	run_for(&w, 1);
	assert_int_equal(a.facts.stage, SMTP_STAGE_NONE);
	assert_int_equal(a.facts.failure, PROBE_FAILURE_RESERVED);
	assert_non_null(a.facts.error);
	assert_int_equal(probe_server_seen().connections, 0);
	close_world(&w);
}

/* A listener whose queue is full drops what else comes: the connection is never made. */
static uint16_t fill_queue(int fds[static 4])
{
	struct sockaddr_in self = {.sin_family = AF_INET};
	socklen_t length = sizeof self;
	self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fds[0] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fds[0], (struct sockaddr *)&self, length), 0);
	assert_int_equal(listen(fds[0], 0), 0);
	assert_int_equal(getsockname(fds[0], (struct sockaddr *)&self, &length), 0);
	for (int i = 1; i < 4; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(fds[i], (struct sockaddr *)&self, length);
	}
	(void)usleep(50 * 1000);
	return ntohs(self.sin_port);
}

/* An address that timed out is not tried again, whoever asks and with whatever SNI. */
static void test_silent_address(void **state)
{
	(void)state;
	struct world w;
	struct asked first[6], later, other;
	int fds[4];
	open_world(&w, "serve");
	w.params.timeout_ms = 300;
	w.params.port = fill_queue(fds);
	for (int i = 0; i < 6; i++) { /* four at once, two wait for a slot */
		char sni[] = "a.example";
		sni[0] = (char)('a' + i);
		ask(&w, &first[i], 1, sni, TLS_OFFER_ANY);
	}
	run_for(&w, 6);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(first[i].facts.stage, SMTP_STAGE_CONNECT);
		assert_int_equal(first[i].facts.failure, PROBE_FAILURE_CONNECT);
		assert_true(first[i].facts.timed_out);
		assert_string_equal(first[i].facts.error, "connection timed out");
	}
	assert_true(first[0].facts.elapsed_ms >= 290);
	assert_int_equal(first[4].facts.elapsed_ms, 0);
	assert_int_equal(first[5].facts.elapsed_ms, 0);
	for (int i = 0; i < 4; i++)
		(void)close(fds[i]);
	w.params.port = w.port; /* it answers now, but that is not found out */
	w.params.timeout_ms = slowly(TIMEOUT_MS);
	ask(&w, &later, 1, "z.example", TLS_OFFER_ANY);
	ask(&w, &other, 2, "z.example", TLS_OFFER_ANY);
	run_for(&w, 2);
	assert_int_equal(later.facts.failure, PROBE_FAILURE_CONNECT);
	assert_true(later.facts.timed_out);
	assert_int_equal(other.facts.failure, PROBE_FAILURE_NONE);
	assert_int_equal(probe_server_seen().connections, 1);
	close_world(&w);
}

/* A server that accepts and then is silent is not a silent address. */
static void test_silent_server(void **state)
{
	(void)state;
	struct world w;
	struct asked a;
	open_world(&w, "silent");
	w.params.timeout_ms = 300;
	for (int i = 1; i <= 2; i++) {
		ask(&w, &a, 1, i == 1 ? "a.example" : "b.example", TLS_OFFER_ANY);
		run_for(&w, 1);
		assert_int_equal(a.facts.failure, PROBE_FAILURE_SMTP_PROTOCOL);
		assert_true(a.facts.timed_out);
		assert_int_equal(probe_server_seen().connections, i);
	}
	close_world(&w);
}

static void test_no_descriptor(void **state)
{
	(void)state;
	struct world w;
	struct asked a;
	struct rlimit before, none;
	open_world(&w, "serve");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 3; /* those that are open stay open */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	ask(&w, &a, 1, "mx.example", TLS_OFFER_ANY);
	run_for(&w, 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(a.facts.failure, PROBE_FAILURE_CONNECT);
	assert_string_equal(
	    a.facts.error, "too many files are open on this machine (see ulimit -n)");
	close_world(&w);
}

/* ---- TLS below 1.2 ---- */

static void test_legacy(void **state)
{
	(void)state;
	struct world w;
	struct asked rsa, ecdsa;
	open_world(&w, "old");
	ask(&w, &rsa, 1, "mx.example", TLS_OFFER_RSA);
	run_for(&w, 1);
	assert_int_equal(rsa.facts.failure, PROBE_FAILURE_NONE);
	assert_true(rsa.facts.tls_legacy);
	assert_string_equal(rsa.facts.tls_version, "TLS1.0");
	assert_null(rsa.facts.tls_error);
	assert_int_equal(probe_server_seen().connections, 2);
	/* With no certificate of that kind the retry fails too, and it is the only one. */
	ask(&w, &ecdsa, 1, "mx.example", TLS_OFFER_ECDSA);
	run_for(&w, 1);
	assert_int_equal(ecdsa.facts.failure, PROBE_FAILURE_TLS);
	assert_false(ecdsa.facts.tls_legacy);
	assert_non_null(ecdsa.facts.tls_error);
	assert_in_range(probe_server_seen().connections, 3, 4);
	close_world(&w);
}

/* ---- Groups ---- */

static void test_finite_field(void **state)
{
	(void)state;
	struct world w;
	struct asked only, first;
	open_world(&w, "finite-field");
	ask(&w, &only, 1, "mx.example", TLS_OFFER_ANY);
	ask(&w, &first, 2, "mx.example", TLS_OFFER_ANY);
	run_for(&w, 2);
	assert_int_equal(only.facts.failure, PROBE_FAILURE_NONE);
	assert_true(only.facts.finite_field);
	assert_string_equal(only.facts.group, "FFDHE8192");
	assert_int_equal(only.facts.chain_count, 1);
	assert_int_equal(first.facts.failure, PROBE_FAILURE_NONE);
	assert_false(first.facts.finite_field || first.facts.tls_legacy);
	assert_string_equal(first.facts.group, "X25519");
	assert_int_equal(probe_server_seen().connections, 4);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_facts),
	    cmocka_unit_test(test_key_types),
	    cmocka_unit_test(test_quit_in_clear),
	    cmocka_unit_test(test_quit_unanswered),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_refused_ipv6),
	    cmocka_unit_test(test_fails_at_once),
	    cmocka_unit_test(test_reserved),
	    cmocka_unit_test(test_silent_address),
	    cmocka_unit_test(test_silent_server),
	    cmocka_unit_test(test_no_descriptor),
	    cmocka_unit_test(test_legacy),
	    cmocka_unit_test(test_finite_field),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
