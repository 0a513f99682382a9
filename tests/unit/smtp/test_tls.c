/* TLS handshakes against a GnuTLS server: what is offered, what is recorded. */
#include "limit.h"
#include "tls_pair.h"

/* ---- What is offered, and what is recorded ---- */

static void test_handshake(void **state)
{
	(void)state;
	static const struct {
		const char *label, *certificates, *priority;
		enum tls_offer offer;
		enum tls_hello hello;
		/* NULL subject: refused, then error and alert count */
		const char *subject, *version, *cipher, *group, *signature;
		const char *error;
		enum tls_hello next;
	} rows[] = {
	    {"both, ECDSA wanted", "ecdsa rsa", "NORMAL", TLS_OFFER_ECDSA, TLS_HELLO_MODERN,
		"CN=ecdsa.example", "TLS1.3", "AES-256-GCM", "X25519", "ECDSA-SECP256R1-SHA256",
		NULL, TLS_HELLO_MODERN},
	    {"both, RSA wanted", "ecdsa rsa", "NORMAL", TLS_OFFER_RSA, TLS_HELLO_MODERN,
		"CN=rsa.example", "TLS1.3", "AES-256-GCM", "X25519", "RSA-PSS-RSAE-SHA256", NULL,
		TLS_HELLO_MODERN},
	    {"both, RSA first, ECDSA wanted", "rsa ecdsa", "NORMAL", TLS_OFFER_ECDSA,
		TLS_HELLO_MODERN, "CN=ecdsa.example", "TLS1.3", "AES-256-GCM", "X25519",
		"ECDSA-SECP256R1-SHA256", NULL, TLS_HELLO_MODERN},
	    {"both, TLS 1.2, ECDSA wanted", "rsa ecdsa", TLS12, TLS_OFFER_ECDSA, TLS_HELLO_MODERN,
		"CN=ecdsa.example", "TLS1.2", "AES-256-GCM", "X25519", "ECDSA-SHA256", NULL,
		TLS_HELLO_MODERN},
	    {"both, TLS 1.2, RSA wanted", "ecdsa rsa", TLS12, TLS_OFFER_RSA, TLS_HELLO_MODERN,
		"CN=rsa.example", "TLS1.2", "AES-256-GCM", "X25519", "RSA-PSS-RSAE-SHA256", NULL,
		TLS_HELLO_MODERN},
	    {"ECDSA only, any wanted", "ecdsa", "NORMAL", TLS_OFFER_ANY, TLS_HELLO_MODERN,
		"CN=ecdsa.example", "TLS1.3", "AES-256-GCM", "X25519", "ECDSA-SECP256R1-SHA256",
		NULL, TLS_HELLO_MODERN},
	    {"RSA only, any wanted", "rsa", TLS12, TLS_OFFER_ANY, TLS_HELLO_MODERN,
		"CN=rsa.example", "TLS1.2", "AES-256-GCM", "X25519", "RSA-SHA256", NULL,
		TLS_HELLO_MODERN},
	    {"Ed25519 counts as ECDSA", "ed25519 rsa", "NORMAL", TLS_OFFER_ECDSA, TLS_HELLO_MODERN,
		"CN=ed25519.example", "TLS1.3", "AES-256-GCM", "X25519", "EdDSA-Ed25519", NULL,
		TLS_HELLO_MODERN},
	    {"Ed25519, TLS 1.2", "ed25519", TLS12, TLS_OFFER_ECDSA, TLS_HELLO_MODERN,
		"CN=ed25519.example", "TLS1.2", "AES-256-GCM", "X25519", "EdDSA-Ed25519", NULL,
		TLS_HELLO_MODERN},
	    {"ECDSA only, RSA wanted", "ecdsa", "NORMAL", TLS_OFFER_RSA, TLS_HELLO_MODERN, NULL,
		NULL, NULL, NULL, NULL, "alert handshake_failure", TLS_HELLO_MODERN},
	    {"RSA only, ECDSA wanted", "rsa", "NORMAL", TLS_OFFER_ECDSA, TLS_HELLO_MODERN, NULL,
		NULL, NULL, NULL, NULL, "alert handshake_failure", TLS_HELLO_MODERN},
	    {"RSA only, ECDSA wanted, TLS 1.2", "rsa", TLS12, TLS_OFFER_ECDSA, TLS_HELLO_MODERN,
		NULL, NULL, NULL, NULL, NULL, "alert handshake_failure", TLS_HELLO_MODERN},
	    {"RSA key exchange has neither group nor signature", "rsa", TLS12 ":-KX-ALL:+RSA",
		TLS_OFFER_RSA, TLS_HELLO_MODERN, "CN=rsa.example", "TLS1.2", "AES-256-GCM", NULL,
		NULL, NULL, TLS_HELLO_MODERN},
	    {"RSA key exchange, ECDSA wanted", "rsa", TLS12 ":-KX-ALL:+RSA", TLS_OFFER_ECDSA,
		TLS_HELLO_MODERN, NULL, NULL, NULL, NULL, NULL, "alert handshake_failure",
		TLS_HELLO_MODERN},
	    {"finite-field group", "rsa", TLS12 ":-KX-ALL:+DHE-RSA", TLS_OFFER_RSA,
		TLS_HELLO_MODERN, "CN=rsa.example", "TLS1.2", "AES-256-GCM", "FFDHE2048",
		"RSA-PSS-RSAE-SHA256", NULL, TLS_HELLO_MODERN},
	    {"SHA-1 signature, TLS 1.2", "rsa", TLS12 ":-SIGN-ALL:+SIGN-RSA-SHA1", TLS_OFFER_RSA,
		TLS_HELLO_MODERN, "CN=rsa.example", "TLS1.2", "AES-256-GCM", "X25519", "RSA-SHA1",
		NULL, TLS_HELLO_MODERN},
	    {"CBC with SHA-384 only", "rsa",
		TLS12 ":-CIPHER-ALL:+AES-256-CBC:-MAC-ALL:+SHA384:+AEAD", TLS_OFFER_RSA,
		TLS_HELLO_MODERN, "CN=rsa.example", "TLS1.2", "AES-256-CBC", "X25519",
		"RSA-PSS-RSAE-SHA256", NULL, TLS_HELLO_MODERN},
	    {"keyUsage without digitalSignature", "keycertsign",
		"NORMAL:%DEBUG_ALLOW_KEY_USAGE_VIOLATIONS", TLS_OFFER_RSA, TLS_HELLO_MODERN,
		"CN=keycertsign.example", "TLS1.3", "AES-256-GCM", "X25519", "RSA-PSS-RSAE-SHA256",
		NULL, TLS_HELLO_MODERN},
	    {"the same in TLS 1.2", "keycertsign", TLS12 ":%DEBUG_ALLOW_KEY_USAGE_VIOLATIONS",
		TLS_OFFER_RSA, TLS_HELLO_MODERN, "CN=keycertsign.example", "TLS1.2", "AES-256-GCM",
		"X25519", "RSA-PSS-RSAE-SHA256", NULL, TLS_HELLO_MODERN},
	    {"TLS 1.0 server, modern offer", "rsa", TLS10, TLS_OFFER_RSA, TLS_HELLO_MODERN, NULL,
		NULL, NULL, NULL, NULL, "A packet with illegal or unsupported version was received",
		TLS_HELLO_LEGACY},
	    {"TLS 1.0 server, legacy offer", "rsa", TLS10, TLS_OFFER_RSA, TLS_HELLO_LEGACY,
		"CN=rsa.example", "TLS1.0", "AES-256-CBC", "SECP256R1", NULL, NULL,
		TLS_HELLO_MODERN},
	    {"TLS 1.0 server, legacy offer, ECDSA", "rsa ecdsa", TLS10, TLS_OFFER_ECDSA,
		TLS_HELLO_LEGACY, "CN=ecdsa.example", "TLS1.0", "AES-256-CBC", "SECP256R1", NULL,
		NULL, TLS_HELLO_MODERN},
	    {"TLS 1.0 server, legacy offer, any", "rsa", TLS10 ":-CIPHER-ALL:+3DES-CBC",
		TLS_OFFER_ANY, TLS_HELLO_LEGACY, "CN=rsa.example", "TLS1.0", "3DES-CBC",
		"SECP256R1", NULL, NULL, TLS_HELLO_MODERN},
	    {"TLS 1.3 server, legacy offer", "rsa", TLS13, TLS_OFFER_ANY, TLS_HELLO_LEGACY, NULL,
		NULL, NULL, NULL, NULL, "alert protocol_version", TLS_HELLO_LEGACY},
	    {"finite-field group in TLS 1.3", "rsa", TLS13 ":-GROUP-ALL:+GROUP-FFDHE3072",
		TLS_OFFER_RSA, TLS_HELLO_MODERN, "CN=rsa.example", "TLS1.3", "AES-256-GCM",
		"FFDHE3072", "RSA-PSS-RSAE-SHA256", NULL, TLS_HELLO_CURVES},
	    {"finite-field group in TLS 1.3, curves wanted", "rsa",
		TLS13 ":-GROUP-ALL:+GROUP-FFDHE3072", TLS_OFFER_ANY, TLS_HELLO_CURVES, NULL, NULL,
		NULL, NULL, NULL, "alert handshake_failure", TLS_HELLO_MODERN},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pair p;
		open_pair(&p, rows[i].offer, rows[i].hello);
		add_server(&p, rows[i].certificates, rows[i].priority);
		shake_hands(&p);
		const struct probe *f = &p.facts;
		const char *subject = f->chain_count ? f->chain[0].subject : NULL;
		if (!same(subject, rows[i].subject) || !same(f->tls_version, rows[i].version) ||
		    !same(f->cipher, rows[i].cipher) || !same(f->group, rows[i].group) ||
		    !same(f->tls_signature, rows[i].signature) ||
		    !same(f->tls_error, rows[i].error))
			fail_msg("%s: %s %s %s %s %s, error %s", rows[i].label, subject,
			    f->tls_version, f->cipher, f->group, f->tls_signature, f->tls_error);
		assert_int_equal(p.result, rows[i].subject ? TLS_DONE : TLS_FAILED);
		assert_int_equal(
		    f->tls_alert, rows[i].error && strncmp(rows[i].error, "alert", 5) == 0);
		assert_int_equal(tls_next_hello(p.client), rows[i].next);
		assert_string_equal(rows[i].subject ? f->sni : "mx.example", "mx.example");
		close_pair(&p);
	}
}

static void test_sni(void **state)
{
	(void)state;
	struct pair p;
	char name[64];
	size_t length = sizeof name;
	unsigned type;
	connected(&p, "NORMAL");
	assert_int_equal(gnutls_server_name_get(p.server, name, &length, &type, 0), 0);
	assert_string_equal(name, "mx.example");
	close_pair(&p);
}

/* A request for a certificate is answered with none. */
static void test_client_certificate(void **state)
{
	(void)state;
	static const char *const versions[] = {TLS12, TLS13};
	for (size_t i = 0; i < 2; i++) {
		struct pair p;
		unsigned count = 1;
		open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
		add_server(&p, "ecdsa", versions[i]);
		gnutls_certificate_server_set_request(p.server, GNUTLS_CERT_REQUEST);
		shake_hands(&p);
		assert_int_equal(p.result, TLS_DONE);
		assert_null(gnutls_certificate_get_peers(p.server, &count));
		assert_int_equal(p.facts.chain_count, 1);
		close_pair(&p);
	}
}

/* ---- Chains ---- */

static void send_chain(struct pair *p, size_t count, const char *priority)
{
	gnutls_pcert_st *list = calloc(count, sizeof *list);
	gnutls_privkey_t key;
	gnutls_datum_t pem;
	char file[512];
	(void)snprintf(file, sizeof file, "%s/tls/ecdsa.pem", getenv("FIXTURES"));
	assert_int_equal(gnutls_load_file(file, &pem), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(
		    gnutls_pcert_import_x509_raw(&list[i], &pem, GNUTLS_X509_FMT_PEM, 0), 0);
	assert_int_equal(gnutls_privkey_init(&key), 0);
	assert_int_equal(
	    gnutls_privkey_import_x509_raw(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0), 0);
	gnutls_free(pem.data);
	assert_int_equal(gnutls_certificate_allocate_credentials(&p->credentials), 0);
	assert_int_equal(
	    gnutls_certificate_set_key(p->credentials, NULL, 0, list, (int)count, key), 0);
	free(list); /* the certificates belong to the credentials now */
	p->server = tls_server_session(p->fds[1], priority, p->credentials, GNUTLS_NONBLOCK);
	assert_non_null(p->server);
}

static void test_long_chain(void **state)
{
	(void)state;
	static const char *const versions[] = {TLS12, TLS13};
	enum { LONG = 200 };
	for (size_t i = 0; i < 2; i++) {
		struct pair p;
		open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
		send_chain(&p, LONG, versions[i]);
		shake_hands(&p);
		assert_int_equal(p.result, TLS_DONE);
		assert_int_equal(p.facts.chain_count, LONG);
		assert_string_equal(p.facts.chain[LONG - 1].subject, "CN=ecdsa.example");
		assert_in_range(p.facts.certificate_octets,
		    LONG * (3 + p.facts.chain[0].der_length), LIMIT_CERTIFICATE_MESSAGE);
		close_pair(&p);
	}
}

/* Breaks the DER of the certificate on its way: in TLS 1.2 it goes in the clear. */
static ssize_t push_broken(gnutls_transport_ptr_t fd, const void *data, size_t length)
{
	uint8_t copy[8192];
	assert_true(length <= sizeof copy);
	memcpy(copy, data, length);
	/* record header, handshake header, length of list and of certificate: 5 + 4 + 3 + 3 */
	for (size_t i = 0; i + 15 < length; i++)
		if (copy[i] == 22 && copy[i + 5] == 11)
			copy[i + 15] = 0x13; /* no SEQUENCE */
	return send((int)(intptr_t)fd, copy, length, MSG_NOSIGNAL);
}

static void test_broken_certificate(void **state)
{
	(void)state;
	struct pair p;
	open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
	add_server(&p, "ecdsa", TLS12);
	gnutls_transport_set_ptr(p.server, (gnutls_transport_ptr_t)(intptr_t)p.fds[1]);
	gnutls_transport_set_push_function(p.server, push_broken);
	shake_hands(&p);
	assert_int_equal(p.result, TLS_FAILED);
	assert_int_equal(p.facts.chain_count, 1);
	assert_false(p.facts.chain[0].parsed);
	assert_int_equal(p.facts.chain[0].der[0], 0x13);
	assert_non_null(strstr(
	    p.facts.tls_error, "(the server's certificate at depth 0: it is not a certificate; "));
	assert_false(p.facts.tls_alert);
	close_pair(&p);
}

/* A Certificate message without a certificate: nothing is recorded, and no session comes about. */
static ssize_t push_emptied(gnutls_transport_ptr_t fd, const void *data, size_t length)
{
	static const uint8_t empty[] = {22, 3, 3, 0, 7, 11, 0, 0, 3, 0, 0, 0};
	const uint8_t *record = data;
	bool is_certificate = length > 5 && record[0] == 22 && record[5] == 11;
	const void *out = is_certificate ? empty : data;
	size_t size = is_certificate ? sizeof empty : length;
	ssize_t n = send((int)(intptr_t)fd, out, size, MSG_NOSIGNAL);
	return n == (ssize_t)size ? (ssize_t)length : -1;
}

static void test_no_certificate(void **state)
{
	(void)state;
	struct pair p;
	open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
	add_server(&p, "ecdsa", TLS12);
	gnutls_transport_set_ptr(p.server, (gnutls_transport_ptr_t)(intptr_t)p.fds[1]);
	gnutls_transport_set_push_function(p.server, push_emptied);
	shake_hands(&p);
	assert_int_equal(p.result, TLS_FAILED);
	assert_int_equal(p.facts.chain_count, 0);
	assert_string_equal(p.facts.tls_error, "No certificate was found");
	assert_false(p.facts.tls_alert);
	close_pair(&p);
}

/* RFC 5246 §6.2.1: a message may be spread over records of single octets. */
static ssize_t push_crumbs(gnutls_transport_ptr_t fd, const void *data, size_t length)
{
	static bool secured;
	const uint8_t *p = data;
	if (p[0] == 20) /* what follows is encrypted, each record with a tag of its own */
		secured = true;
	else if (p[0] == 22 && length > 5 && p[5] == 2)
		secured = false;
	for (size_t i = 5; p[0] == 22 && !secured && i < length; i++) {
		const uint8_t crumb[] = {22, 3, 3, 0, 1, p[i]};
		if (send((int)(intptr_t)fd, crumb, sizeof crumb, MSG_NOSIGNAL) != sizeof crumb)
			return -1;
	}
	if (p[0] == 22 && !secured)
		return (ssize_t)length;
	return send((int)(intptr_t)fd, data, length, MSG_NOSIGNAL);
}

static void test_crumbs(void **state)
{
	(void)state;
	struct pair p;
	open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
	int size = 4 * 1024 * 1024; /* each octet is a message of its own to the kernel */
	(void)setsockopt(p.fds[1], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
	add_server(&p, "ecdsa", TLS12);
	gnutls_transport_set_ptr(p.server, (gnutls_transport_ptr_t)(intptr_t)p.fds[1]);
	gnutls_transport_set_push_function(p.server, push_crumbs);
	shake_hands(&p);
	assert_int_equal(p.result, TLS_DONE);
	assert_int_equal(p.facts.chain_count, 1);
	assert_string_equal(p.facts.chain[0].subject, "CN=ecdsa.example");
	close_pair(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_handshake),
	    cmocka_unit_test(test_sni),
	    cmocka_unit_test(test_client_certificate),
	    cmocka_unit_test(test_long_chain),
	    cmocka_unit_test(test_broken_certificate),
	    cmocka_unit_test(test_no_certificate),
	    cmocka_unit_test(test_crumbs),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
