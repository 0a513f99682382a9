/*
 * Handshakes with odd servers, beside OpenSSL's as Postfix sets it up: a record of usage 3 names
 * every leaf here, so what mxdane calls verified OpenSSL must accept; what it refuses OpenSSL must
 * refuse, except where a row says why senders built on GnuTLS do so too.
 */
#include "dane_clients.h"

enum { CHAIN_MAX = 220, ODD_MAX = 64 };

/* ---- Certificates ---- */

static struct {
	size_t count;
	char labels[ODD_MAX][48];
	gnutls_datum_t ders[ODD_MAX];
} odd;

static gnutls_datum_t load(const char *name)
{
	char path[512];
	gnutls_datum_t text;
	(void)snprintf(path, sizeof path, "%s/tls/%s", getenv("FIXTURES"), name);
	assert_int_equal(gnutls_load_file(path, &text), 0);
	return text;
}

static int load_odd(void **state)
{
	static const char end[] = "-----END CERTIFICATE-----";
	gnutls_datum_t file = load("odd.pem"), pem;
	file.data[file.size - 1] = '\0'; /* in place of its last line end */
	for (char *p = (char *)file.data; (p = strstr(p, "# ")); p = (char *)pem.data + pem.size) {
		size_t i = odd.count++;
		(void)snprintf(
		    odd.labels[i], sizeof odd.labels[i], "%.*s", (int)strcspn(p + 2, "\n"), p + 2);
		pem.data = (unsigned char *)strchr(p, '\n') + 1;
		pem.size = (unsigned)(strstr(p, end) + strlen(end) - (char *)pem.data);
		assert_true(odd.count < ODD_MAX);
		assert_int_equal(gnutls_pem_base64_decode2("CERTIFICATE", &pem, &odd.ders[i]), 0);
	}
	gnutls_free(file.data);
	return set_up(state);
}

static int free_odd(void **state)
{
	for (size_t i = 0; i < odd.count; i++)
		gnutls_free(odd.ders[i].data);
	return tear_down(state);
}

static gnutls_datum_t copy_of(const char *label, size_t length)
{
	for (size_t i = 0; i < odd.count; i++) {
		if (strlen(odd.labels[i]) != length || memcmp(odd.labels[i], label, length) != 0)
			continue;
		gnutls_datum_t copy = {gnutls_malloc(odd.ders[i].size), odd.ders[i].size};
		memcpy(copy.data, odd.ders[i].data, copy.size);
		return copy;
	}
	fail_msg("no certificate %.*s", (int)length, label);
	return (gnutls_datum_t){0};
}

/* A good certificate with a comment of so many octets. */
static gnutls_datum_t make_commented(EVP_PKEY *key, size_t comment)
{
	char *text = calloc(1, comment + 1);
	memset(text, 'x', comment);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509 *x = X509_new();
	assert_true(ASN1_OCTET_STRING_set(value, (unsigned char *)text, (int)comment));
	X509_EXTENSION *e = X509_EXTENSION_create_by_NID(NULL, NID_netscape_comment, 0, value);
	assert_true(X509_set_version(x, X509_VERSION_3) && X509_set_pubkey(x, key) &&
		    ASN1_INTEGER_set(X509_get_serialNumber(x), 1) && X509_add_ext(x, e, -1) &&
		    ASN1_TIME_set_string(X509_getm_notBefore(x), "20250101000000Z") &&
		    ASN1_TIME_set_string(X509_getm_notAfter(x), "21260101000000Z") &&
		    X509_sign(x, key, NULL));
	unsigned char *der = NULL;
	int length = i2d_X509(x, &der);
	gnutls_datum_t out = {gnutls_malloc((size_t)length), (unsigned)length};
	memcpy(out.data, der, out.size);
	OPENSSL_free(der);
	X509_EXTENSION_free(e);
	ASN1_OCTET_STRING_free(value);
	X509_free(x);
	free(text);
	return out;
}

/* A good certificate of exactly `size` octets, more than 64 Ki. */
static gnutls_datum_t make_sized(size_t size)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	gnutls_datum_t trial = make_commented(key, size - 1000);
	size_t around = trial.size - (size - 1000);
	gnutls_free(trial.data);
	gnutls_datum_t out = make_commented(key, size - around);
	assert_int_equal(out.size, size);
	EVP_PKEY_free(key);
	return out;
}

/* ---- Servers ---- */

struct row {
	const char *label;
	/* labels of odd.pem, "plain*20" for twenty times; "=N" is a good certificate with which the
	 * body of TLS 1.2's Certificate message has N octets */
	const char *chain;
	const char *key; /* of the first, as a rule its own */
	const char *priority;
	unsigned flags;         /* for gnutls_init */
	bool wants_certificate; /* of the client */
	bool old;               /* TLS 1.2 alone has it */
	/* Why mxdane refuses what OpenSSL accepts; seldom of one version or selector alone. */
	const char *stricter;
};

static size_t make_chain(const char *words, gnutls_datum_t *chain)
{
	size_t count = 0, body = 3;
	for (const char *p = words; *p; p += strspn(p, " ")) {
		size_t length = strcspn(p, " *"), times = 1;
		if (*p == '=') {
			size_t size = (size_t)atoi(p + 1) - body - 3;
			chain[count++] = make_sized(size);
			p += length;
			continue;
		}
		if (p[length] == '*')
			times = (size_t)atoi(p + length + 1);
		for (; times > 0; times--, count++) {
			assert_true(count < CHAIN_MAX);
			chain[count] = copy_of(p, length);
			body += 3 + chain[count].size;
		}
		p += strcspn(p, " ");
	}
	return count;
}

/* The key's own certificate gives the public key; on the wire goes what the row says. */
static void set_chain(gnutls_certificate_credentials_t credentials, const struct row *row)
{
	gnutls_datum_t chain[CHAIN_MAX], pem;
	gnutls_pcert_st *list = gnutls_calloc(CHAIN_MAX, sizeof *list);
	gnutls_privkey_t key;
	static const char *names[] = {"mx.example"};
	char file[64];
	(void)snprintf(file, sizeof file, "%s.pem", row->key);
	pem = load(file);
	size_t count = make_chain(row->chain, chain);
	assert_int_equal(gnutls_privkey_init(&key), 0);
	assert_int_equal(
	    gnutls_privkey_import_x509_raw(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0), 0);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(
		    gnutls_pcert_import_x509_raw(&list[i], &pem, GNUTLS_X509_FMT_PEM, 0), 0);
		gnutls_free(list[i].cert.data);
		list[i].cert = chain[i];
	}
	assert_int_equal(
	    gnutls_certificate_set_key(credentials, names, 1, list, (int)count, key), 0);
	gnutls_free(list);
	gnutls_free(pem.data);
}

static void open_server(struct pair *s, const struct row *row, const char *version)
{
	char priority[256];
	(void)snprintf(priority, sizeof priority, "%s%s", version,
	    row->priority ? row->priority : ":%DEBUG_ALLOW_KEY_USAGE_VIOLATIONS");
	assert_int_equal(gnutls_certificate_allocate_credentials(&s->credentials), 0);
	set_chain(s->credentials, row);
	s->server =
	    tls_server_session(s->fds[1], priority, s->credentials, GNUTLS_NONBLOCK | row->flags);
	assert_non_null(s->server);
	if (row->wants_certificate)
		gnutls_certificate_server_set_request(s->server, GNUTLS_CERT_REQUEST);
}

/* ---- The two clients ---- */

static struct tlsa_record make_record(const struct row *row, unsigned selector, uint8_t *digest)
{
	gnutls_datum_t chain[CHAIN_MAX];
	size_t count = make_chain(row->chain, chain);
	struct tlsa_record r = make_ee_record(chain->data, chain->size, selector, digest);
	for (size_t i = 0; i < count; i++)
		gnutls_free(chain[i].data);
	return r;
}

static bool mxdane_accepts(const struct row *row, const char *version,
    const struct tlsa_record *record, char *why, size_t size)
{
	const char *reason;
	struct pair s = {0};
	open_pair(&s, TLS_OFFER_ANY, TLS_HELLO_MODERN);
	open_server(&s, row, version);
	shake_hands(&s);
	bool good = pair_verifies(&s, record, &reason);
	(void)snprintf(why, size, "%s", reason ? reason : "");
	if (s.result == TLS_DONE) {
		char data[64];
		size_t n;
		assert_int_equal(gnutls_record_send(s.server, "250 a", 5), 5);
		assert_int_equal(read_on(&s, data, &n), TLS_DONE);
		assert_int_equal(n, 5);
	}
	close_pair(&s);
	return good;
}

/* Whether OpenSSL, as a DANE sender sets it up, gets a session with this server. */
static bool openssl_accepts(const struct row *row, const char *version,
    const struct tlsa_record *record, char *why, size_t size)
{
	struct pair s = {0};
	int client = -1, server = GNUTLS_E_AGAIN;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s.fds), 0);
	s.arena = arena_create();
	open_server(&s, row, version);
	SSL *ssl = make_openssl_client(s.fds[0], record);
	ERR_clear_error();
	for (int i = 0; i < MANY_STEPS && (client != 1 || server != 0); i++) {
		if (client != 1)
			client = SSL_connect(ssl);
		if (client != 1 && !openssl_waits(ssl, client))
			break;
		if (server != 0)
			server = gnutls_handshake(s.server);
		if (server < 0 && gnutls_error_is_fatal(server)) {
			(void)gnutls_alert_send_appropriate(s.server, server);
			hang_up(&s);
		}
	}
	ERR_error_string_n(ERR_peek_error(), why, size);
	bool good = client == 1 && server == 0 && SSL_get_verify_result(ssl) == X509_V_OK;
	if (good) {
		char data[64];
		assert_int_equal(gnutls_record_send(s.server, "250 a", 5), 5);
		assert_int_equal(SSL_read(ssl, data, sizeof data), 5);
	}
	SSL_free(ssl);
	close_pair(&s);
	return good;
}

/* ---- The table ---- */

static const struct row rows[] = {
#include "tls_senders_rows.h"
};

struct counts {
	unsigned accepted, refused, stricter, faults;
};

/* Gives whether the row's reason was needed. */
static bool judge_session(
    const struct row *row, const char *version, unsigned selector, struct counts *counts)
{
	char ours_why[300], theirs_why[300];
	uint8_t digest[DIGEST_SIZE];
	const struct tlsa_record r = make_record(row, selector, digest);
	bool ours = mxdane_accepts(row, version, &r, ours_why, sizeof ours_why);
	bool theirs = openssl_accepts(row, version, &r, theirs_why, sizeof theirs_why);
	bool listed = theirs && !ours && row->stricter;
	counts->accepted += ours && theirs;
	counts->refused += !ours && !theirs;
	counts->stricter += listed;
	counts->faults += ours != theirs && !listed;
	if ((ours != theirs && !listed) || getenv("MXDANE_TEST_VERBOSE"))
		print_message("%s, %s, 3 %u 1: mxdane %s (%s), OpenSSL %s (%s)\n", row->label,
		    version, selector, ours ? "accepts" : "refuses", ours_why,
		    theirs ? "accepts" : "refuses", theirs_why);
	return listed;
}

static void test_rows(void **state)
{
	struct counts counts = {0};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool needed = false;
		for (unsigned selector = 0; selector < 2; selector++) {
			needed |= judge_session(&rows[i], TLS12, selector, &counts);
			if (!rows[i].old)
				needed |= judge_session(&rows[i], TLS13, selector, &counts);
		}
		if (needed)
			print_message(
			    "  OpenSSL alone accepts: %s: %s\n", rows[i].label, rows[i].stricter);
		else if (rows[i].stricter)
			fail_msg("%s: its reason is never needed", rows[i].label);
	}
	print_message("%zu servers, %u sessions: %u accepted and %u refused by both, %u listed "
		      "differences, %u faults\n",
	    sizeof rows / sizeof *rows,
	    counts.accepted + counts.refused + counts.stricter + counts.faults, counts.accepted,
	    counts.refused, counts.stricter, counts.faults);
	assert_int_equal(counts.faults, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
	return cmocka_run_group_tests(tests, load_odd, free_odd);
}
