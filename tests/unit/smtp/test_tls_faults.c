/* TLS sessions as they end: alerts, bytes that are no TLS, and what may happen after the handshake.
 */
#include "limit.h"
#include "tls_pair.h"

/* ---- The end of a handshake ---- */

/* RFC 8446 §6, and what older versions of TLS have besides (RFC 5246 §7.2, RFC 6066 §9). */
static const char *const alert_names[256] = {
    [0] = "close_notify",
    [10] = "unexpected_message",
    [20] = "bad_record_mac",
    [21] = "decryption_failed",
    [22] = "record_overflow",
    [30] = "decompression_failure",
    [40] = "handshake_failure",
    [41] = "no_certificate",
    [42] = "bad_certificate",
    [43] = "unsupported_certificate",
    [44] = "certificate_revoked",
    [45] = "certificate_expired",
    [46] = "certificate_unknown",
    [47] = "illegal_parameter",
    [48] = "unknown_ca",
    [49] = "access_denied",
    [50] = "decode_error",
    [51] = "decrypt_error",
    [60] = "export_restriction",
    [70] = "protocol_version",
    [71] = "insufficient_security",
    [80] = "internal_error",
    [86] = "inappropriate_fallback",
    [90] = "user_canceled",
    [100] = "no_renegotiation",
    [109] = "missing_extension",
    [110] = "unsupported_extension",
    [111] = "certificate_unobtainable",
    [112] = "unrecognized_name",
    [113] = "bad_certificate_status_response",
    [114] = "bad_certificate_hash_value",
    [115] = "unknown_psk_identity",
    [116] = "certificate_required",
    [120] = "no_application_protocol",
    [121] = "ech_required",
};

/* handshake_failure, protocol_version, insufficient_security. */
static enum tls_hello hello_after(int alert)
{
	return alert == 70                  ? TLS_HELLO_LEGACY
	       : alert == 40 || alert == 71 ? TLS_HELLO_ANONYMOUS
					    : TLS_HELLO_MODERN;
}

/* Of every alert the name is told and nothing else. */
static void test_alerts(void **state)
{
	(void)state;
	for (int alert = 0; alert < 256; alert++) {
		struct pair p;
		char want[64];
		const uint8_t record[] = {21, 3, 3, 0, 2, 2, (uint8_t)alert};
		if (alert_names[alert])
			(void)snprintf(want, sizeof want, "alert %s", alert_names[alert]);
		else
			(void)snprintf(want, sizeof want, "alert %d", alert);
		open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
		assert_int_equal(send(p.fds[1], record, sizeof record, 0), sizeof record);
		if (tls_handshake(p.client, p.arena, &p.facts) != TLS_FAILED ||
		    !p.facts.tls_alert || !same(p.facts.tls_error, want) ||
		    tls_next_hello(p.client) != hello_after(alert))
			fail_msg("%s: %s", want, p.facts.tls_error);
		assert_null(p.facts.chain);
		close_pair(&p);
	}
}

/* RFC 6066 §3: unrecognized_name as a warning does not end a handshake, nor does another;
 * but no_renegotiation has no place in the first one. */
static void test_warning_alerts(void **state)
{
	(void)state;
	for (int alert = 1; alert < 256; alert++) {
		struct pair p;
		const uint8_t record[] = {21, 3, 3, 0, 2, 1, (uint8_t)alert};
		open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
		add_server(&p, "ecdsa", TLS12);
		assert_int_equal(send(p.fds[1], record, sizeof record, 0), sizeof record);
		shake_hands(&p);
		if (p.result != (alert == 100 ? TLS_FAILED : TLS_DONE))
			fail_msg("warning %d: %s", alert, p.facts.tls_error);
		close_pair(&p);
	}
}

/* One less than LIMIT_IGNORED_MESSAGES is borne, all of them at once are not. */
static void test_endless_warnings(void **state)
{
	(void)state;
	static const uint8_t record[] = {21, 3, 3, 0, 2, 1, 112};
	for (int more = 0; more < 2; more++) {
		struct pair p;
		open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
		for (int i = 0; i < LIMIT_IGNORED_MESSAGES - 1 + more; i++)
			assert_int_equal(send(p.fds[1], record, sizeof record, 0), sizeof record);
		assert_int_equal(
		    tls_handshake(p.client, p.arena, &p.facts), more ? TLS_FAILED : TLS_WANT_READ);
		assert_int_equal(p.facts.tls_error != NULL, more);
		close_pair(&p);
	}
}

static void test_bytes_that_are_no_handshake(void **state)
{
	(void)state;
	/* A ServerHello of SSL 3.0 or TLS 1.0, as servers send that know nothing newer. */
#define SERVER_HELLO(minor)                                                                        \
	"\x16\x03" minor "\0\x2a\x02\0\0\x26\x03" minor "0123456789abcdef0123456789abcdef\0\0\x2f" \
	"\0"
	static const struct {
		const char *label, *bytes;
		size_t length;
		bool wants_legacy;
		bool plain;
	} rows[] = {
	    {"SMTP", "502 what?\r\n", 11, false, true},
	    {"SMTP, injected before a record", "250 x\r\n\x16\x03\x03\0\x01\x02", 13, false, true},
	    {"one byte too many", "\n\x16\x03\x03\0\x04\x0e\0\0\0", 10, false, true},
	    {"SMTP behind an empty record",
		"\x16\x03\x03\0\0"
		"250 x\r\n",
		12, false, false},
	    {"SMTP behind a ServerHello's beginning",
		"\x16\x03\x03\0\x01\x02"
		"250 x\r\n",
		13, false, false},
	    {"zeros", "\0\0\0\0\0\0\0\0\0\0\0\0", 12, false, true},
	    {"record too long", "\x16\x03\x03\xff\xff\x02\0\0\0", 9, false, false},
	    {"handshake message too long", "\x16\x03\x03\0\x04\x02\xff\xff\xff", 9, false, false},
	    {"Finished at once",
		"\x16\x03\x03\0\x10\x14\0\0\x0c"
		"aaaaaaaaaaaa",
		21, false, false},
	    {"application data",
		"\x17\x03\x03\0\x01"
		"a",
		6, false, false},
	    {"ServerHello of TLS 1.0", SERVER_HELLO("\x01"), 47, true, false},
	    {"ServerHello of TLS 1.1", SERVER_HELLO("\x02"), 47, true, false},
	    {"ServerHello of SSL 3.0", SERVER_HELLO("\x00"), 47, true, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pair p;
		open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
		assert_int_equal(send(p.fds[1], rows[i].bytes, rows[i].length, 0), rows[i].length);
		assert_int_equal(shutdown(p.fds[1], SHUT_WR), 0);
		if (handshake_on(&p) != TLS_FAILED || !p.facts.tls_error ||
		    (tls_next_hello(p.client) == TLS_HELLO_LEGACY) != rows[i].wants_legacy ||
		    same(p.facts.tls_error, "the server sent bytes in the clear in place of it") !=
			rows[i].plain)
			fail_msg("%s: %s", rows[i].label, p.facts.tls_error);
		close_pair(&p);
	}
}

/* A message that claims 16 MiB is given up at LIMIT_HANDSHAKE, not collected. */
static void test_endless_message(void **state)
{
	(void)state;
	struct pair p;
	static uint8_t record[5 + 16384] = {22, 3, 3, 0x40, 0, 2, 0xff, 0xff, 0xff};
	size_t sent = 0;
	open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
	while (sent < 4 * LIMIT_HANDSHAKE && handshake_on(&p) == TLS_WANT_READ) {
		assert_int_equal(send(p.fds[1], record, sizeof record, 0), sizeof record);
		memset(record + 5, 0, 4);
		sent += sizeof record;
	}
	assert_int_equal(p.result, TLS_FAILED);
	assert_string_equal(p.facts.tls_error, "the server sent too much during the handshake");
	assert_in_range(sent, 0, LIMIT_HANDSHAKE + 2 * sizeof record);
	close_pair(&p);
}

static void test_end_in_handshake(void **state)
{
	(void)state;
	struct pair p;
	open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
	assert_int_equal(tls_handshake(p.client, p.arena, &p.facts), TLS_WANT_READ);
	assert_int_equal(shutdown(p.fds[1], SHUT_WR), 0);
	assert_int_equal(tls_handshake(p.client, p.arena, &p.facts), TLS_FAILED);
	assert_true(p.facts.tls_alert);
	assert_string_equal(
	    p.facts.tls_error, "the server closed the connection during the handshake");
	close_pair(&p);

	/* A socketpair closed with unread bytes is a connection that was reset. */
	open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
	assert_int_equal(tls_handshake(p.client, p.arena, &p.facts), TLS_WANT_READ);
	hang_up(&p);
	assert_int_equal(tls_handshake(p.client, p.arena, &p.facts), TLS_FAILED);
	assert_true(p.facts.tls_alert);
	assert_string_equal(p.facts.tls_error,
	    "the connection was lost during the handshake (Connection reset by peer)");
	close_pair(&p);

	/* One that is gone before anything was said: no SIGPIPE. */
	open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
	hang_up(&p);
	assert_int_equal(tls_handshake(p.client, p.arena, &p.facts), TLS_FAILED);
	assert_true(p.facts.tls_alert);
	close_pair(&p);
}

/* With the alert that OpenSSL's servers send; GnuTLS' own say decode_error below TLS 1.3. */
static void refuse_without_certificate(struct pair *p, bool tls13)
{
	int server = GNUTLS_E_AGAIN;
	char data[64];
	size_t n;
	for (int i = 0; i < MANY_STEPS && server == GNUTLS_E_AGAIN; i++) {
		if (p->result != TLS_DONE)
			p->result = tls_handshake(p->client, p->arena, &p->facts);
		server = gnutls_handshake(p->server);
	}
	(void)gnutls_alert_send(p->server, GNUTLS_AL_FATAL,
	    tls13 ? GNUTLS_A_CERTIFICATE_REQUIRED : GNUTLS_A_HANDSHAKE_FAILURE);
	assert_int_equal(tls13 ? read_on(p, data, &n) : handshake_on(p), TLS_FAILED);
}

/* A server that wants a certificate ends the session without one: in TLS 1.3 after the handshake.
 */
static void test_client_certificate(void **state)
{
	(void)state;
	for (int demands = 0; demands < 2; demands++) {
		for (int tls13 = 0; tls13 < 2; tls13++) {
			struct pair p;
			open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
			add_server(&p, "ecdsa", tls13 ? TLS13 : TLS12);
			gnutls_certificate_server_set_request(
			    p.server, demands ? GNUTLS_CERT_REQUIRE : GNUTLS_CERT_REQUEST);
			p.result = TLS_WANT_READ;
			if (demands)
				refuse_without_certificate(&p, tls13);
			else
				shake_hands(&p);
			if (tls_demands_certificate(p.client) != demands)
				fail_msg("TLS 1.3 %d, demanded %d", tls13, demands);
			close_pair(&p);
		}
	}
}

/* The first try gets handshake_failure, the second one a session without a certificate. */
static void test_anonymous_server(void **state)
{
	(void)state;
	static const char priority[] = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-ECDH";
	gnutls_anon_server_credentials_t credentials;
	assert_int_equal(gnutls_anon_allocate_server_credentials(&credentials), 0);
	for (int again = 0; again < 2; again++) {
		struct pair p;
		open_pair(&p, TLS_OFFER_ANY, again ? TLS_HELLO_ANONYMOUS : TLS_HELLO_MODERN);
		add_server(&p, "ecdsa", priority);
		assert_int_equal(gnutls_credentials_set(p.server, GNUTLS_CRD_ANON, credentials), 0);
		shake_hands(&p);
		assert_int_equal(p.result, again ? TLS_DONE : TLS_FAILED);
		assert_int_equal(p.facts.chain_count, 0);
		assert_int_equal(
		    tls_next_hello(p.client), again ? TLS_HELLO_MODERN : TLS_HELLO_ANONYMOUS);
		close_pair(&p);
	}
	gnutls_anon_free_server_credentials(credentials);
}

/* ---- After the handshake ---- */

static void test_data_and_close(void **state)
{
	(void)state;
	static const char *const versions[] = {TLS12, TLS13};
	for (size_t i = 0; i < 2; i++) {
		struct pair p;
		char data[64];
		size_t n;
		connected(&p, versions[i]);
		assert_int_equal(tls_read(p.client, data, sizeof data, &n), TLS_WANT_READ);
		assert_int_equal(tls_write(p.client, "EHLO x\r\n", 8, &n), TLS_DONE);
		assert_int_equal(n, 8);
		assert_int_equal(gnutls_record_recv(p.server, data, sizeof data), 8);
		assert_memory_equal(data, "EHLO x\r\n", 8);
		assert_int_equal(gnutls_record_send(p.server, "250 a", 5), 5);
		assert_int_equal(tls_read(p.client, data, sizeof data, &n), TLS_DONE);
		assert_int_equal(n, 5);
		assert_int_equal(gnutls_bye(p.server, GNUTLS_SHUT_WR), 0);
		assert_int_equal(tls_read(p.client, data, sizeof data, &n), TLS_CLOSED);
		tls_close(p.client);
		tls_close(p.client); /* only the first one sends */
		assert_int_equal(gnutls_record_recv(p.server, data, sizeof data), 0);
		assert_int_equal(recv(p.fds[1], data, sizeof data, 0), -1);
		close_pair(&p);
	}
}

static void test_end_without_close_notify(void **state)
{
	(void)state;
	struct pair p;
	char data[64];
	size_t n;
	connected(&p, "NORMAL");
	hang_up(&p);
	assert_int_equal(tls_read(p.client, data, sizeof data, &n), TLS_FAILED);
	assert_int_equal(tls_write(p.client, "QUIT\r\n", 6, &n), TLS_FAILED);
	tls_close(p.client);
	close_pair(&p);
}

static void test_fatal_alert_after_handshake(void **state)
{
	(void)state;
	struct pair p;
	char data[64];
	size_t n;
	connected(&p, "NORMAL");
	assert_int_equal(
	    gnutls_alert_send(p.server, GNUTLS_AL_FATAL, GNUTLS_A_CERTIFICATE_REQUIRED), 0);
	assert_int_equal(tls_read(p.client, data, sizeof data, &n), TLS_FAILED);
	close_pair(&p);
}

static void test_garbage_after_handshake(void **state)
{
	(void)state;
	struct pair p;
	char data[64];
	size_t n;
	connected(&p, "NORMAL");
	assert_int_equal(send(p.fds[1],
			     "\x17\x03\x03\0\x20"
			     "01234567890123456789012345678901",
			     37, 0),
	    37);
	assert_int_equal(tls_read(p.client, data, sizeof data, &n), TLS_FAILED);
	close_pair(&p);
}

/* A wish to renegotiate is passed over; the session goes on. */
static void test_renegotiation_request(void **state)
{
	(void)state;
	struct pair p;
	char data[64];
	size_t n;
	connected(&p, TLS12);
	assert_int_equal(gnutls_rehandshake(p.server), 0);
	assert_int_equal(gnutls_record_send(p.server, "250 a", 5), 5);
	assert_int_equal(tls_read(p.client, data, sizeof data, &n), TLS_DONE);
	assert_int_equal(n, 5);
	close_pair(&p);
}

static void test_key_update(void **state)
{
	(void)state;
	struct pair p;
	char data[64];
	size_t n;
	connected(&p, TLS13);
	assert_int_equal(gnutls_session_key_update(p.server, GNUTLS_KU_PEER), 0);
	assert_int_equal(gnutls_record_send(p.server, "250 a", 5), 5);
	assert_int_equal(read_on(&p, data, &n), TLS_DONE);
	assert_int_equal(n, 5);
	assert_int_equal(tls_write(p.client, "QUIT\r\n", 6, &n), TLS_DONE);
	ssize_t received = gnutls_record_recv(p.server, data, sizeof data);
	if (received == GNUTLS_E_AGAIN) /* that was the client's own update */
		received = gnutls_record_recv(p.server, data, sizeof data);
	assert_int_equal(received, 6);
	close_pair(&p);
}

/* A server that reads nothing: the write waits, and is taken up where it stood. */
static void test_full_socket(void **state)
{
	(void)state;
	struct pair p;
	static char data[8192], got[8192];
	size_t n, sent = 0, received = 0;
	enum tls_result result;
	connected(&p, "NORMAL");
	memset(data, 'a', sizeof data);
	while ((result = tls_write(p.client, data, sizeof data, &n)) == TLS_DONE)
		sent += n;
	assert_int_equal(result, TLS_WANT_WRITE);
	while (received < sent) {
		ssize_t r = gnutls_record_recv(p.server, got, sizeof got);
		assert_true(r > 0);
		received += (size_t)r;
	}
	assert_int_equal(tls_write(p.client, data, sizeof data, &n), TLS_DONE);
	assert_int_equal(n, sizeof data);
	close_pair(&p);
}

static void test_version(void **state)
{
	(void)state;
	assert_string_equal(tls_library_version(), gnutls_check_version(NULL));
	tls_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_alerts),
	    cmocka_unit_test(test_warning_alerts),
	    cmocka_unit_test(test_endless_warnings),
	    cmocka_unit_test(test_bytes_that_are_no_handshake),
	    cmocka_unit_test(test_endless_message),
	    cmocka_unit_test(test_end_in_handshake),
	    cmocka_unit_test(test_client_certificate),
	    cmocka_unit_test(test_anonymous_server),
	    cmocka_unit_test(test_data_and_close),
	    cmocka_unit_test(test_end_without_close_notify),
	    cmocka_unit_test(test_fatal_alert_after_handshake),
	    cmocka_unit_test(test_garbage_after_handshake),
	    cmocka_unit_test(test_renegotiation_request),
	    cmocka_unit_test(test_key_update),
	    cmocka_unit_test(test_full_socket),
	    cmocka_unit_test(test_version),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
