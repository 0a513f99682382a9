/* certificate: the facts of a certificate, PEM, single signatures and names, and bytes that are no
 * certificate at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "certificate_fixtures.h"
#include "extensions.h"
#include "path.h"

static void assert_text(const char *label, const char *got, const char *want)
{
	if (!got || !want ? got != want : strcmp(got, want) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", label, got ? got : "NULL", want ? want : "NULL");
}

/* ---- Facts ---- */

static const struct {
	const char *label;
	const char *key;
	const char *signature;
	enum key_type key_type;
	bool weak_key, weak_signature, self_issued, self_signed;
} facts[] = {
    {"leaf", "ECDSA P-256", "ECDSA-SHA256", KEY_TYPE_ECDSA, false, false, false, false},
    {"root", "ECDSA P-256", "ECDSA-SHA256", KEY_TYPE_ECDSA, false, false, true, true},
    {"self-rsa1024", "RSA 1024", "RSA-SHA256", KEY_TYPE_RSA, true, false, true, true},
    {"self-md5", "RSA 2048", "RSA-MD5", KEY_TYPE_RSA, false, true, true, true},
    {"self-sha1", "RSA 2048", "RSA-SHA1", KEY_TYPE_RSA, false, true, true, true},
    {"leaf-ecsha1", "ECDSA P-256", "ECDSA-SHA1", KEY_TYPE_ECDSA, false, true, false, false},
    {"rsa-leaf-pss222", "RSA 2048", "RSA-PSS-SHA256", KEY_TYPE_RSA, false, false, false, false},
    {"pss-root-sha256", "RSA-PSS 2048", "RSA-PSS-SHA256", KEY_TYPE_RSA, false, false, true, true},
    {"pss-root-sha384", "RSA-PSS 2048", "RSA-PSS-SHA384", KEY_TYPE_RSA, false, false, true, true},
    {"rsa-leaf-psssha1", "RSA 2048", "1.2.840.113549.1.1.10", KEY_TYPE_RSA, false, false, false,
	false},
    {"self-ed25519", "EdDSA (Ed25519) 256", "EdDSA-Ed25519", KEY_TYPE_EDDSA, false, false, true,
	true},
    {"self-ed448", "EdDSA (Ed448) 456", "EdDSA-Ed448", KEY_TYPE_EDDSA, false, false, true, true},
    {"self-p192", "ECDSA P-192", "ECDSA-SHA256", KEY_TYPE_ECDSA, true, false, true, true},
    {"p384-root", "ECDSA P-384", "ECDSA-SHA384", KEY_TYPE_ECDSA, false, false, true, true},
    {"p521-root", "ECDSA P-521", "ECDSA-SHA512", KEY_TYPE_ECDSA, false, false, true, true},
    {"self-k1", "unknown", "ECDSA-SHA256", KEY_TYPE_OTHER, false, false, true, false},
    {"self-damaged", "ECDSA P-256", "ECDSA-SHA256", KEY_TYPE_ECDSA, false, false, true, false},
    {"self-other-key", "ECDSA P-256", "ECDSA-SHA256", KEY_TYPE_ECDSA, false, false, true, false},
    {"inter-new", "ECDSA P-256", "ECDSA-SHA256", KEY_TYPE_ECDSA, false, false, true, false},
};

static void test_facts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		const struct certificate *c = fixture(facts[i].label);
		if (!c->parsed)
			fail_msg("%s: %s", facts[i].label, c->parse_error);
		assert_text(facts[i].label, c->key, facts[i].key);
		assert_text(facts[i].label, c->signature, facts[i].signature);
		if (c->key_type != facts[i].key_type || c->weak_key != facts[i].weak_key ||
		    c->weak_signature != facts[i].weak_signature ||
		    c->self_issued != facts[i].self_issued ||
		    c->self_signed != facts[i].self_signed)
			fail_msg("%s: type %d, weak %d %d, self %d %d", facts[i].label, c->key_type,
			    c->weak_key, c->weak_signature, c->self_issued, c->self_signed);
	}
}

static const struct {
	const char *label;
	const char *subject;
	const char *common_name;
	const char *first_dns_name;
	size_t dns_name_count;
	bool has_dns_name;
} names[] = {
    {"leaf", "CN=mx.example.net", "mx.example.net", "mx.example.net", 1, true},
    {"leaf-san-two", "CN=mx.example.net", "mx.example.net", "mx.example.net", 2, true},
    {"leaf-cn", "CN=mx.example.net", "mx.example.net", NULL, 0, false},
    {"leaf-cn-out", "CN=mx.example.net,CN=mx.example.org", "mx.example.net", NULL, 0, false},
    {"leaf-no-subject", "", NULL, "mx.example.net", 1, true},
    {"name-no-subject-no-san", "", NULL, NULL, 0, false},
    {"name-address", "CN=192.0.2.1", "192.0.2.1", NULL, 0, false},
    {"name-cn-nul", "CN=#0c0f6d782e6578616d706c652e6e657400", NULL, NULL, 0, false},
    {"name-odd-subject", "CN=#0c044e00554c,O=a\x1b[31m\\,b\\+c\n\\\"x\\\",C=DE", NULL,
	"mx.example.net", 1, true},
    {"name-star-dot", "CN=elsewhere", "elsewhere", "*.example.net.", 1, true},
    {"name-ulabel", "CN=elsewhere", "elsewhere", "bücher.example", 1, true},
    {"name-nul", "CN=elsewhere", "elsewhere", NULL, 0, true},
    {"name-nul-cn", "CN=mx.example.net", "mx.example.net", NULL, 0, true},
};

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct certificate *c = fixture(names[i].label);
		if (!c->parsed)
			fail_msg("%s: %s", names[i].label, c->parse_error);
		assert_text(names[i].label, c->subject, names[i].subject);
		assert_text(names[i].label, c->common_name, names[i].common_name);
		assert_int_equal(c->dns_name_count, names[i].dns_name_count);
		assert_int_equal(c->has_dns_name, names[i].has_dns_name);
		if (c->dns_name_count)
			assert_text(names[i].label, c->dns_names[0], names[i].first_dns_name);
	}
}

static void test_dates_and_digests(void **state)
{
	(void)state;
	const struct certificate *c = fixture("leaf");
	struct certificate_fields f;
	assert_int_equal(c->not_before, INT64_C(1735689600));
	assert_int_equal(c->not_after, INT64_C(2051222400));
	assert_int_equal(fixture("leaf-9999")->not_after, INT64_C(253402300799));
	assert_int_equal(fixture("leaf-generalized")->not_before, INT64_C(1735689600));
	assert_null(fields_read(&f, c->der, c->der_length));
	assert_memory_equal(f.spki.whole, c->spki, c->spki_length);
	assert_memory_equal(fixture("leaf-cn")->spki_sha256, c->spki_sha256, 32);
	assert_memory_equal(fixture("leaf-cn")->spki_sha512, c->spki_sha512, 64);
	assert_memory_not_equal(fixture("leaf-cn")->cert_sha256, c->cert_sha256, 32);
}

/* What is known of a certificate that cannot be read: enough for a record of usage 3. */
static const struct {
	const char *label;
	const char *error;
	enum key_type key_type;
} unreadable[] = {
    {"self-compressed", "its public key is a compressed EC point, which GnuTLS cannot read",
	KEY_TYPE_ECDSA},
    {"leaf-garbage-key", "GnuTLS cannot use its public key: The public key is invalid",
	KEY_TYPE_NONE},
    {"leaf-no-seconds", "its dates cannot be read", KEY_TYPE_ECDSA},
    {"leaf-offset", "its dates cannot be read", KEY_TYPE_ECDSA},
    {"leaf-june31", "its dates cannot be read", KEY_TYPE_ECDSA},
    {"leaf-v4", "it is of an unknown version", KEY_TYPE_ECDSA},
    {"leaf-mixed-algorithm", "GnuTLS cannot read it: Error in the certificate", KEY_TYPE_ECDSA},
    {"leaf-san-broken", "GnuTLS cannot read it: ASN1 parser: Error in DER parsing", KEY_TYPE_ECDSA},
    {"name-empty", "GnuTLS cannot read it: Unknown Subject Alternative name in X.509 certificate",
	KEY_TYPE_ECDSA},
};

static void test_unreadable(void **state)
{
	(void)state;
	static const uint8_t zero[32];
	for (size_t i = 0; i < sizeof unreadable / sizeof *unreadable; i++) {
		const struct certificate *c = fixture(unreadable[i].label);
		assert_false(c->parsed);
		assert_text(unreadable[i].label, c->parse_error, unreadable[i].error);
		assert_int_equal(c->key_type, unreadable[i].key_type);
		assert_non_null(c->spki);
		assert_memory_not_equal(c->cert_sha256, zero, 32);
		assert_memory_not_equal(c->spki_sha256, zero, 32);
	}
}

/* ---- Signatures, issuers, names ---- */

static const struct {
	const char *subject, *issuer;
	bool may_issue, signed_by;
} issues[] = {
    {"leaf", "inter", true, true},
    {"leaf", "root", false, false},
    {"leaf", "inter-fake", true, false},
    {"leaf", "inter-fake-ski", false, false},
    {"leaf-no-aki", "inter-fake-ski", true, false},
    {"leaf", "inter-fake-rsa", false, false},
    {"leaf", "inter-x", true, true},
    {"leaf-damaged", "inter", true, false},
    {"leaf-aki-wrong", "inter", false, true},
    {"leaf-aki-serial", "inter-serial7", true, true},
    {"leaf-aki-serial", "inter", false, true},
    {"leaf-aki-issuer-wrong", "inter-serial7", false, true},
    {"leaf-issuer-printable", "inter", true, true},
    {"leaf-issuer-case", "inter", true, true},
    {"leaf-issuer-space", "inter", true, true},
    {"leaf-issuer-bmp", "inter", true, true},
    {"leaf-issuer-wide", "inter-wide", true, true},
    {"leaf-issuer-latin", "inter-wide", true, true},
    {"leaf-issuer-other", "inter", false, true},
    {"leaf-issuer-longer", "inter", false, true},
    {"inter-ca-false", "root", true, true},
    {"rsa-leaf-pss222", "rsa-root", true, true},
    {"rsa-leaf-pss0", "rsa-root", true, true},
    {"pss-leaf-pss20", "pss-root-sha256", true, false},
    {"pss-leaf-pss222", "pss-root-sha256", true, true},
    {"pss-leaf-pss384", "pss-root-sha256", true, false},
    {"rsa-leaf-rsamd5", "rsa-root", true, true},
    {"small-leaf-512", "small-512", true, true},
    {"k1-leaf", "k1-root", false, false},
};

static void test_issuers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof issues / sizeof *issues; i++) {
		const struct certificate *s = fixture(issues[i].subject),
					 *by = fixture(issues[i].issuer);
		bool may = certificate_may_issue(by, s), did = certificate_signed_by(s, by);
		if (may != issues[i].may_issue || did != issues[i].signed_by)
			fail_msg("%s by %s: %d %d", issues[i].subject, issues[i].issuer, may, did);
	}
}

static const struct {
	const char *label, *host;
	bool use_common_name, want;
} covers[] = {
    {"leaf", "mx.example.net", false, true},
    {"leaf", "MX.example.NET", false, true},
    {"leaf", "mx.example.org", true, false},
    {"leaf-cn", "mx.example.net", true, true},
    {"leaf-cn", "mx.example.net", false, false},
    {"name-cn-with-address", "mx.example.net", true, true},
    {"name-wrong", "mx.example.net", true, false},
    {"name-nul-cn", "mx.example.net", true, false},
    {"name-nul", "mx.example.net", true, false},
    {"name-star", "mx.example.net", false, true},
    {"name-star", "example.net", false, false},
    {"name-star", "a.mx.example.net", false, false},
    {"name-star", "_mx.example.net", false, false},
    {"name-star-tld", "example.net", false, false},
    {"name-star-underscore", "a.under_score.example.net", false, false},
    {"name-star-tail", "mx.example.net", false, false},
    {"name-dot", "mx.example.net", false, false},
    {"name-underscore", "_mx.example.net", false, true},
};

static void test_covers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof covers / sizeof *covers; i++)
		if (certificate_covers(fixture(covers[i].label), covers[i].host,
			covers[i].use_common_name) != covers[i].want)
			fail_msg("%s for %s", covers[i].label, covers[i].host);
}

static const struct {
	const char *label;
	bool bars_signing, bars_enciphering;
} usages[] = {
    {"leaf", false, false},
    {"leaf-ku-sig", false, true},
    {"leaf-ku-agree", true, true},
    {"leaf-ku-encipher", true, false},
};

static void test_usages(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof usages / sizeof *usages; i++) {
		const struct certificate *c = fixture(usages[i].label);
		if (c->usage_bars_signing != usages[i].bars_signing ||
		    c->usage_bars_enciphering != usages[i].bars_enciphering)
			fail_msg("%s: %d %d", usages[i].label, c->usage_bars_signing,
			    c->usage_bars_enciphering);
	}
}

static const struct {
	const char *label, *host;
	bool want;
} covers_gnutls[] = {
    {"leaf", "mx.example.net", true},
    {"leaf", "mx.example.org", false},
    {"leaf-cn", "mx.example.net", true},
    {"name-cn-with-address", "mx.example.net", false},
    {"name-wrong", "mx.example.net", false},
    {"name-star", "mx.example.net", true},
};

static void test_covers_gnutls(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof covers_gnutls / sizeof *covers_gnutls; i++)
		if (certificate_covers_gnutls(fixture(covers_gnutls[i].label),
			covers_gnutls[i].host) != covers_gnutls[i].want)
			fail_msg("%s for %s", covers_gnutls[i].label, covers_gnutls[i].host);
}

/* A check is remembered for the pair, not for either of the two. */
static void test_signatures_again(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_true(certificate_signed_by(fixture("leaf"), fixture("inter")));
		assert_false(certificate_signed_by(fixture("leaf"), fixture("root")));
		assert_false(certificate_signed_by(fixture("leaf-damaged"), fixture("inter")));
		assert_true(certificate_signed_by(fixture("inter"), fixture("root")));
		assert_false(certificate_signed_by(fixture("inter"), fixture("inter")));
	}
}

/* ---- PEM ---- */

static void test_pem(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	const char *error;
	size_t count;
	const struct certificate *leaf = fixture("leaf");
	char *pem = certificate_to_pem(arena, leaf);
	assert_int_equal(strncmp(pem, "-----BEGIN CERTIFICATE-----\n", 28), 0);
	char *two = arena_printf(arena, "text before\n%stext between\r\n%sand after", pem,
	    certificate_to_pem(arena, fixture("inter")));
	struct certificate *list = certificate_parse_pem(arena, two, strlen(two), &count, &error);
	assert_non_null(list);
	assert_null(error);
	assert_int_equal(count, 2);
	assert_int_equal(list[0].der_length, leaf->der_length);
	assert_memory_equal(list[0].der, leaf->der, leaf->der_length);
	assert_text("second", list[1].subject, "CN=Inter");

	static const struct {
		const char *text, *error;
	} bad[] = {
	    {"", "it contains no PEM certificate"},
	    {"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
		"it contains no PEM certificate"},
	    {"-----BEGIN CERTIFICATE-----\nAAAA", "certificate 1 has no end line"},
	    {"-----BEGIN CERTIFICATE-----\n*!*\n-----END CERTIFICATE-----\n",
		"certificate 1 is not valid base64"},
	    {"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
		"certificate 1 is not valid base64"},
	    {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		"certificate 1 cannot be read: it is not a certificate"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_null(
		    certificate_parse_pem(arena, bad[i].text, strlen(bad[i].text), &count, &error));
		assert_int_equal(count, 0);
		assert_text(bad[i].text, error, bad[i].error);
	}
	char *second_bad = arena_printf(arena, "%s%s", pem, bad[2].text);
	assert_null(certificate_parse_pem(arena, second_bad, strlen(second_bad), &count, &error));
	assert_text("second", error, "certificate 2 has no end line");
	arena_destroy(arena);
}

static void test_pem_file(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	const char *error;
	size_t count;
	char file[] = "/tmp/mxdane-pem-XXXXXX";
	int fd = mkstemp(file);
	assert_true(fd >= 0);
	FILE *out = fdopen(fd, "w");
	fputs(certificate_to_pem(arena, fixture("leaf")), out);
	fclose(out);
	assert_non_null(certificate_read_proposed(arena, file, &count, &error));
	assert_int_equal(count, 1);
	assert_int_equal(truncate(file, 100), 0);
	assert_null(certificate_read_proposed(arena, file, &count, &error));
	assert_text("cut", error, arena_printf(arena, "%s: certificate 1 has no end line", file));
	unlink(file);
	assert_null(certificate_read_proposed(arena, file, &count, &error));
	assert_text("gone", error, arena_printf(arena, "%s: No such file or directory", file));
	assert_null(certificate_read_proposed(arena, "/tmp", &count, &error));
	assert_text("folder", error, "/tmp: Is a directory");
	arena_destroy(arena);
}

/* ---- Bytes from strangers ---- */

/* Asks everything of a certificate, whatever it may be: nothing may crash, and what was not parsed
 * must not be read. */
static void ask_everything(struct arena *arena, const uint8_t *der, size_t length)
{
	struct certificate c;
	certificate_parse(arena, &c, der, length);
	assert_true(c.parsed == !c.parse_error);
	(void)certificate_is_well_formed(der, length);
	(void)certificate_is_spki(der, length);
	(void)certificate_signed_by(&c, fixture("inter"));
	(void)certificate_covers(&c, "mx.example.net", true);
	if (!c.parsed)
		return;
	(void)certificate_may_issue(&c, fixture("leaf"));
	(void)certificate_may_issue(fixture("inter"), &c);
	const struct der_value *allowed = &extensions_of(&c)->name_constraints;
	if (allowed->bytes)
		(void)path_names_permit(allowed, fixture("leaf-san-email"), true);
}

static void test_truncated(void **state)
{
	(void)state;
	static const char *const labels[] = {"leaf", "inter-nc-in-or-out", "leaf-aki-serial"};
	for (size_t l = 0; l < sizeof labels / sizeof *labels; l++) {
		const struct certificate *c = fixture(labels[l]);
		struct arena *arena = arena_create();
		for (size_t n = 0; n < c->der_length; n++) {
			uint8_t *part = malloc(n ? n : 1); /* its own end, for the sanitizer */
			struct certificate out;
			memcpy(part, c->der, n);
			certificate_parse(arena, &out, part, n);
			assert_false(out.parsed);
			ask_everything(arena, part, n);
			free(part);
		}
		arena_destroy(arena);
	}
}

static void test_damaged(void **state)
{
	(void)state;
	static const char *const labels[] = {
	    "leaf-san-email", "inter-nc-directory", "rsa-leaf-pss222", "leaf-aki-serial"};
	static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0x84, 0xff};
	for (size_t l = 0; l < sizeof labels / sizeof *labels; l++) {
		const struct certificate *c = fixture(labels[l]);
		for (size_t i = 0; i < c->der_length; i++) {
			struct arena *arena = arena_create();
			uint8_t *copy = malloc(c->der_length);
			for (size_t v = 0; v < sizeof values; v++) {
				memcpy(copy, c->der, c->der_length);
				copy[i] = values[v];
				ask_everything(arena, copy, c->der_length);
			}
			free(copy);
			arena_destroy(arena);
		}
	}
}

static void test_spki(void **state)
{
	(void)state;
	static const char *const good[] = {"leaf", "self-rsa512", "pss-root", "self-ed25519",
	    "self-k1", "self-compressed", "rsa-root-no-null"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		const struct certificate *c = fixture(good[i]);
		if (!certificate_is_spki(c->spki, c->spki_length))
			fail_msg("%s", good[i]);
		assert_false(certificate_is_spki(c->spki, c->spki_length - 1));
		assert_false(certificate_is_spki(c->der, c->der_length));
	}
	assert_false(certificate_is_spki(
	    fixture("leaf-garbage-key")->spki, fixture("leaf-garbage-key")->spki_length));
	assert_false(certificate_is_spki((const uint8_t *)"\x30\x00", 2));
	assert_false(certificate_is_spki((const uint8_t *)"", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_facts),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_dates_and_digests),
	    cmocka_unit_test(test_unreadable),
	    cmocka_unit_test(test_issuers),
	    cmocka_unit_test(test_signatures_again),
	    cmocka_unit_test(test_covers),
	    cmocka_unit_test(test_usages),
	    cmocka_unit_test(test_covers_gnutls),
	    cmocka_unit_test(test_pem),
	    cmocka_unit_test(test_pem_file),
	    cmocka_unit_test(test_truncated),
	    cmocka_unit_test(test_damaged),
	    cmocka_unit_test(test_spki),
	};
	return cmocka_run_group_tests(tests, fixtures_open, fixtures_close);
}
