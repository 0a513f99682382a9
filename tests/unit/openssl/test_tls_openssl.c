/*
 * Handshakes with servers by OpenSSL, which can be set to be odd in ways in which one by GnuTLS
 * cannot: keys, groups, signatures, ciphers, tickets, renegotiation. As in test_tls_senders, mxdane
 * stands beside OpenSSL's client as Postfix sets it up, and says verified where that accepts.
 */
#include "dane_clients.h"
#include "openssl_keys.h"

#include <signal.h>

#include <openssl/dh.h>
#include <openssl/param_build.h>

enum { SERVER_STEPS = 2000 };

struct row {
	const char *label, *key;   /* see make_key */
	const char *ciphers;       /* of TLS 1.2; NULL for all */
	const char *groups, *sigs; /* what the server does; NULL for OpenSSL's default */
	int lowest, highest;       /* versions of TLS; 0 for both of 1.2 and 1.3 */
	unsigned dh_bits;          /* of a finite-field group of its own */
	int asks;                  /* for a client's certificate: SSL_VERIFY_… */
	bool drops; /* such a session ends after the handshake, of which DANE knows nothing */
	int tickets;
	void (*set)(SSL_CTX *context);
	void (*after)(SSL *server); /* when the handshake is done, before the server's reply */
	const char *extension;      /* one more in the certificate: "OID=value" of OpenSSL */
	/* Why mxdane refuses what OpenSSL accepts. */
	const char *stricter;
};

/* ---- Servers ---- */

/* No prime, but neither side of a handshake asks. */
static EVP_PKEY *make_group(unsigned bits)
{
	uint8_t modulus[1024];
	for (unsigned i = 0; i < bits / 8; i++)
		modulus[i] = (uint8_t)(0x9d * (i + 3));
	modulus[0] |= 0x80;
	modulus[bits / 8 - 1] |= 1;
	BIGNUM *p = BN_bin2bn(modulus, (int)(bits / 8), NULL), *g = BN_new();
	assert_true(BN_set_word(g, 2));
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	assert_true(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_P, p) &&
		    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_FFC_G, g));
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY *group = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
	assert_true(EVP_PKEY_fromdata_init(context) > 0 &&
		    EVP_PKEY_fromdata(context, &group, EVP_PKEY_KEY_PARAMETERS, params) > 0);
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(p);
	BN_free(g);
	return group;
}

static int name_fatal(SSL *ssl, int *alert, void *user)
{
	(void)ssl;
	(void)user;
	*alert = SSL_AD_UNRECOGNIZED_NAME;
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int name_warning(SSL *ssl, int *alert, void *user)
{
	(void)ssl;
	(void)user;
	*alert = SSL_AD_UNRECOGNIZED_NAME;
	return SSL_TLSEXT_ERR_ALERT_WARNING;
}

static void refuse_name(SSL_CTX *context)
{
	SSL_CTX_set_tlsext_servername_callback(context, name_fatal);
}

static void warn_of_name(SSL_CTX *context)
{
	SSL_CTX_set_tlsext_servername_callback(context, name_warning);
}

static int staple_garbage(SSL *ssl, void *user)
{
	static const char garbage[] = "no OCSP response";
	(void)user;
	unsigned char *copy = OPENSSL_memdup(garbage, sizeof garbage);
	SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)sizeof garbage);
	return SSL_TLSEXT_ERR_OK;
}

static void staple(SSL_CTX *context)
{
	SSL_CTX_set_tlsext_status_cb(context, staple_garbage);
}

static void cut_small(SSL_CTX *context)
{
	assert_true(SSL_CTX_set_max_send_fragment(context, 512));
}

static void pad(SSL_CTX *context)
{
	assert_true(SSL_CTX_set_block_padding(context, 4096));
}

static void forbid_tickets(SSL_CTX *context)
{
	(void)SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
}

static void forbid_renegotiation(SSL_CTX *context)
{
	(void)SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
}

/* HelloRequest, twice. */
static void ask_to_renegotiate(SSL *server)
{
	for (int i = 0; i < 2; i++) {
		(void)SSL_renegotiate(server);
		(void)SSL_do_handshake(server);
	}
}

static void update_keys(SSL *server)
{
	for (int i = 0; i < 8; i++)
		assert_true(SSL_key_update(server, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 &&
			    SSL_do_handshake(server) == 1);
}

static void update_both_keys(SSL *server)
{
	assert_true(
	    SSL_key_update(server, SSL_KEY_UPDATE_REQUESTED) == 1 && SSL_do_handshake(server) == 1);
}

static void send_tickets(SSL *server)
{
	for (int i = 0; i < 100; i++)
		assert_true(SSL_new_session_ticket(server) == 1 && SSL_do_handshake(server) == 1);
}

/* Even at security level 0 OpenSSL wants Diffie-Hellman groups of 1024 bits. */
static int allow_anything(
    const SSL *s, const SSL_CTX *c, int what, int bits, int nid, void *other, void *user)
{
	(void)s, (void)c, (void)what, (void)bits, (void)nid, (void)other, (void)user;
	return 1;
}

static SSL_CTX *make_server(const struct row *row, EVP_PKEY *key, X509 *certificate, int version)
{
	char groups[64], sigs[64];
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	SSL_CTX_set_security_callback(context, allow_anything);
	assert_true(
	    SSL_CTX_set_min_proto_version(context, version) &&
	    SSL_CTX_set_max_proto_version(context, version) &&
	    SSL_CTX_set_cipher_list(context, row->ciphers ? row->ciphers : "ALL:@SECLEVEL=0") &&
	    SSL_CTX_use_certificate(context, certificate) && SSL_CTX_use_PrivateKey(context, key));
	SSL_CTX_set_session_id_context(context, (const unsigned char *)"test", 4);
	/* The macros cast const away. */
	(void)snprintf(groups, sizeof groups, "%s", row->groups ? row->groups : "");
	(void)snprintf(sigs, sizeof sigs, "%s", row->sigs ? row->sigs : "");
	assert_true(!*groups || SSL_CTX_set1_groups_list(context, groups));
	assert_true(!*sigs || SSL_CTX_set1_sigalgs_list(context, sigs));
	if (row->dh_bits)
		assert_true(SSL_CTX_set0_tmp_dh_pkey(context, make_group(row->dh_bits)));
	if (row->tickets)
		assert_true(SSL_CTX_set_num_tickets(context, (size_t)row->tickets));
	SSL_CTX_set_verify(context, row->asks, NULL);
	if (row->set)
		row->set(context);
	return context;
}

/* ---- The two clients ---- */

/* One end of a session. */
struct trial {
	const struct row *row;
	SSL_CTX *context;
	const struct tlsa_record *record;
	char why[300];
};

static void finish_server(const struct trial *t, SSL *server, bool *over)
{
	if (t->row->after)
		t->row->after(server);
	assert_int_equal(SSL_write(server, "250 a", 5), 5);
	*over = true;
}

/* The server's next step; it hangs up when it fails. */
static void step_server(const struct trial *t, struct pair *p, SSL *server, bool *over)
{
	if (*over)
		return;
	ERR_clear_error();
	int rc = SSL_accept(server);
	if (rc == 1)
		finish_server(t, server, over);
	else if (!openssl_waits(server, rc))
		*over = true;
	if (*over && rc != 1)
		(void)shutdown(p->fds[1], SHUT_RDWR);
}

static bool mxdane_accepts(struct trial *t)
{
	struct pair p;
	const char *reason;
	bool over = false;
	open_pair(&p, TLS_OFFER_ANY, TLS_HELLO_MODERN);
	SSL *server = SSL_new(t->context);
	assert_true(SSL_set_fd(server, p.fds[1]));
	p.result = TLS_WANT_READ;
	for (int i = 0; i < SERVER_STEPS && p.result != TLS_DONE && p.result != TLS_FAILED; i++) {
		p.result = tls_handshake(p.client, p.arena, &p.facts);
		step_server(t, &p, server, &over);
	}
	assert_true(p.result == TLS_DONE || p.result == TLS_FAILED);
	bool good = pair_verifies(&p, t->record, &reason);
	(void)snprintf(t->why, sizeof t->why, "%s", reason ? reason : "");
	for (int i = 0; i < SERVER_STEPS && !over; i++)
		step_server(t, &p, server, &over);
	if (p.result == TLS_DONE) {
		char data[64];
		size_t n;
		enum tls_result result = read_on(&p, data, &n);
		assert_int_equal(result, t->row->drops ? TLS_FAILED : TLS_DONE);
		if (!t->row->drops)
			assert_int_equal(n, 5);
	}
	SSL_free(server);
	close_pair(&p);
	return good;
}

static bool openssl_accepts(struct trial *t)
{
	struct pair p = {0};
	int rc = -1;
	bool over = false;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, p.fds), 0);
	SSL *server = SSL_new(t->context);
	assert_true(SSL_set_fd(server, p.fds[1]));
	SSL *client = make_openssl_client(p.fds[0], t->record);
	for (int i = 0; i < SERVER_STEPS && rc != 1; i++) {
		ERR_clear_error();
		rc = SSL_connect(client);
		if (rc != 1 && !openssl_waits(client, rc))
			break;
		step_server(t, &p, server, &over);
	}
	ERR_error_string_n(ERR_peek_error(), t->why, sizeof t->why);
	for (int i = 0; i < SERVER_STEPS && !over; i++)
		step_server(t, &p, server, &over);
	bool good = rc == 1 && SSL_get_verify_result(client) == X509_V_OK;
	if (good && !t->row->drops) {
		char data[64];
		for (int i = 0; i < SERVER_STEPS && rc != 5; i++)
			rc = SSL_read(client, data, sizeof data);
		assert_int_equal(rc, 5);
	}
	SSL_free(client);
	SSL_free(server);
	(void)close(p.fds[0]);
	(void)close(p.fds[1]);
	return good;
}

/* ---- The table ---- */

static const struct row rows[] = {
#include "tls_openssl_rows.h"
};

struct counts {
	unsigned accepted, refused, stricter, faults;
};

/* Gives whether the row's reason was needed. */
static bool judge_session(
    const struct row *row, EVP_PKEY *key, X509 *certificate, int version, struct counts *counts)
{
	uint8_t digest[DIGEST_SIZE];
	unsigned char *der = NULL;
	int length = i2d_X509(certificate, &der);
	const struct tlsa_record r = make_ee_record(der, (size_t)length, 1, digest);
	struct trial ours = {.row = row, .record = &r}, theirs = ours;
	ours.context = theirs.context = make_server(row, key, certificate, version);
	bool accepts = mxdane_accepts(&ours), accepted = openssl_accepts(&theirs);
	bool listed = accepted && !accepts && row->stricter;
	counts->accepted += accepts && accepted;
	counts->refused += !accepts && !accepted;
	counts->stricter += listed;
	counts->faults += accepts != accepted && !listed;
	if ((accepts != accepted && !listed) || getenv("MXDANE_TEST_VERBOSE"))
		print_message("%s, TLS 1.%d: mxdane %s (%s), OpenSSL %s (%s)\n", row->label,
		    version & 0xff ? (version & 0xff) - 1 : 0, accepts ? "accepts" : "refuses",
		    ours.why, accepted ? "accepts" : "refuses", theirs.why);
	SSL_CTX_free(ours.context);
	OPENSSL_free(der);
	return listed;
}

static void test_rows(void **state)
{
	struct counts counts = {0};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *row = &rows[i];
		bool needed = false;
		int highest = row->highest ? row->highest : TLS1_3_VERSION;
		EVP_PKEY *key = make_key(row->key);
		assert_non_null(key);
		X509 *certificate = make_certificate(key, row->extension);
		for (int v = row->lowest ? row->lowest : TLS1_2_VERSION; v <= highest; v++)
			needed |= judge_session(row, key, certificate, v, &counts);
		if (!needed && row->stricter)
			fail_msg("%s: its reason is never needed", row->label);
		X509_free(certificate);
		EVP_PKEY_free(key);
	}
	print_message("%zu servers: %u sessions accepted and %u refused by both, %u listed "
		      "differences, %u faults\n",
	    sizeof rows / sizeof *rows, counts.accepted, counts.refused, counts.stricter,
	    counts.faults);
	assert_int_equal(counts.faults, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
	/* OpenSSL may write to who has hung up. */
	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
