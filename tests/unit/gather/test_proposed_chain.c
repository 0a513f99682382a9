/* Proposed chains: which files are taken, whose they are, and who was not met. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proposed_chain.h"

enum { MOST = 4 };

/* Options as "HOST=FILE" or "FILE", files from the fixtures. */
static struct params params_of(struct arena *arena, const char *const options[MOST])
{
	struct params params = {0};
	for (size_t i = 0; i < MOST && options[i]; i++) {
		const char *equals = strchr(options[i], '=');
		struct chain_option *o =
		    arena_append(arena, &params.chains, &params.chain_count, sizeof *o);
		if (equals)
			o->host = arena_strndup(arena, options[i], (size_t)(equals - options[i]));
		o->file = arena_printf(
		    arena, "%s/proposed/%s", getenv("FIXTURES"), equals ? equals + 1 : options[i]);
	}
	return params;
}

/* The message with the fixtures' folder taken out of it. */
static const char *without_folder(struct arena *arena, const char *text)
{
	const char *folder = arena_printf(arena, "%s/proposed/", getenv("FIXTURES"));
	for (const char *at; text && (at = strstr(text, folder));)
		text = arena_printf(arena, "%.*s%s", (int)(at - text), text, at + strlen(folder));
	return text;
}

#define REQUEST(file, why) "--chain: " file ": the certificate request cannot be read: " why
#define CURVE "The curve is unsupported"
#define EXPLICIT                                                                                   \
	"the curve of its public key is given by explicit parameters, not by name (RFC 5480 "      \
	"§2.1.1), which GnuTLS cannot read"

static void test_read(void **state)
{
	(void)state;
	static const struct {
		const char *label, *options[MOST], *want; /* want NULL: taken */
	} rows[] = {
	    {"none", {NULL}, NULL},
	    {"for all hosts", {"ecdsa.pem"}, NULL},
	    {"two key types for all", {"rsa.pem", "ecdsa.pem"}, NULL},
	    {"two key types for one", {"a=rsa.pem", "a=ecdsa.pem"}, NULL},
	    {"one file for two hosts", {"a=rsa.pem", "b=rsa.pem"}, NULL},
	    {"one for all, one of the same type for a host", {"rsa.pem", "a=rsa.pem"}, NULL},
	    {"one key type twice for one", {"a=ecdsa.pem", "b=rsa.pem", "a=self-signed.pem"},
		"--chain: self-signed.pem: expected a chain of another key type for a than in "
		"ecdsa.pem: both keys are ecdsa"},
	    {"one key type twice for all", {"rsa.pem", "rsa.pem"},
		"--chain: rsa.pem: expected a chain of another key type for all hosts than in "
		"rsa.pem: both keys are rsa"},
	    {"a self-signed leaf that says it is a CA", {"self-signed.pem"}, NULL},
	    {"the same with a stranger behind it", {"self-signed-with-root.pem"}, NULL},
	    {"root first", {"reversed.pem"},
		"--chain: reversed.pem: expected the server's own certificate first, but "
		"certificate 1 is the issuer of certificate 2"},
	    {"intermediate first", {"a=intermediate-first.pem"},
		"--chain: intermediate-first.pem: expected the server's own certificate first, but "
		"certificate 1 is the issuer of certificate 2"},
	    {"missing", {"none.pem"}, "--chain: none.pem: No such file or directory"},
	    {"no certificate", {"rsa.pem", "a=empty.pem"},
		"--chain: empty.pem: it contains no PEM certificate, public key or "
		"certificate request"},
	    {"a public key", {"key.pem"}, NULL},
	    {"a request", {"a=request.pem"}, NULL},
	    {"a key and a chain of one type", {"key.pem", "ecdsa.pem"},
		"--chain: ecdsa.pem: expected a chain of another key type for all hosts than in "
		"key.pem: both keys are ecdsa"},
	    {"a request that its key did not sign", {"broken-request.pem"},
		"--chain: broken-request.pem: the certificate request cannot be read: its "
		"signature is not of its own key"},
	    {"a request for a key on secp256k1", {"request-secp256k1.pem"},
		REQUEST("request-secp256k1.pem", "GnuTLS cannot verify its signature: " CURVE)},
	    {"a request for a key on a brainpool curve", {"request-brainpool.pem"},
		REQUEST("request-brainpool.pem", "GnuTLS cannot verify its signature: " CURVE)},
	    {"a request for a compressed point", {"request-compressed.pem"},
		REQUEST("request-compressed.pem",
		    "its public key is a compressed EC point, which GnuTLS cannot read")},
	    {"a request for a key with explicit parameters", {"request-explicit.pem"},
		REQUEST("request-explicit.pem", EXPLICIT)},
	    {"a key with explicit parameters", {"key-explicit.pem"},
		"--chain: key-explicit.pem: the public key cannot be read: " EXPLICIT},
	    {"a certificate with explicit parameters", {"explicit.pem"},
		"--chain: explicit.pem: certificate 1 cannot be read: " EXPLICIT},
	    {"a key that cannot sign", {"key-x25519.pem"},
		"--chain: key-x25519.pem: the public key cannot be read: GnuTLS cannot use its "
		"public key: The request is invalid"},
	    {"two keys", {"two-keys.pem"},
		"--chain: two-keys.pem: there is more than one key in it"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct params params = params_of(arena, rows[i].options);
		struct proposed_chains chains;
		const char *error;
		bool good = proposed_chains_read(arena, &params, &chains, &error);
		const char *got = without_folder(arena, error);
		if (good != !rows[i].want || !got != !rows[i].want ||
		    (got && strcmp(got, rows[i].want) != 0))
			fail_msg("%s:\n got: %s\nwant: %s", rows[i].label, got ? got : "(good)",
			    rows[i].want ? rows[i].want : "(good)");
		arena_destroy(arena);
	}
}

static void test_broken_block(void **state)
{
	(void)state;
	static const char *const options[MOST] = {"broken.pem"};
	struct arena *arena = arena_create();
	struct params params = params_of(arena, options);
	struct proposed_chains chains;
	const char *error;
	assert_false(proposed_chains_read(arena, &params, &chains, &error));
	assert_non_null(strstr(error, "broken.pem: certificate 2 "));
	arena_destroy(arena);
}

static void test_take(void **state)
{
	(void)state;
	static const struct {
		const char *label, *options[MOST], *host;
		const char *want[PROPOSED_PER_HOST]; /* files, in the order of the report */
	} rows[] = {
	    {"none given", {NULL}, "a", {NULL}},
	    {"for all", {"rsa.pem"}, "a", {"rsa.pem"}},
	    {"ECDSA before RSA", {"rsa.pem", "ecdsa.pem"}, "a", {"ecdsa.pem", "rsa.pem"}},
	    {"in order already", {"ecdsa.pem", "rsa.pem"}, "a", {"ecdsa.pem", "rsa.pem"}},
	    {"its own", {"a=rsa.pem"}, "a", {"rsa.pem"}},
	    {"another's", {"a=rsa.pem"}, "b", {NULL}},
	    {"its own in place of everybody's", {"rsa.pem", "a=ecdsa.pem"}, "a", {"ecdsa.pem"}},
	    {"everybody's for the others", {"rsa.pem", "a=ecdsa.pem"}, "b", {"rsa.pem"}},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct params params = params_of(arena, rows[i].options);
		struct proposed_chains chains;
		const struct proposed_chain *got[PROPOSED_PER_HOST] = {NULL, NULL};
		const char *error;
		assert_true(proposed_chains_read(arena, &params, &chains, &error));
		size_t count = proposed_chains_take(&chains, rows[i].host, got);
		size_t want = (size_t)(rows[i].want[0] != NULL) + (rows[i].want[1] != NULL);
		if (count != want)
			fail_msg("%s: %zu chains, not %zu", rows[i].label, count, want);
		for (size_t k = 0; k < count; k++)
			if (strcmp(without_folder(arena, got[k]->file), rows[i].want[k]) != 0)
				fail_msg("%s: chain %zu is %s, not %s", rows[i].label, k,
				    got[k]->file, rows[i].want[k]);
		arena_destroy(arena);
	}
}

static void test_unmet(void **state)
{
	(void)state;
	static const char *const options[MOST] = {
	    "a=rsa.pem", "b=rsa.pem", "b=ecdsa.pem", "c=rsa.pem"};
	struct arena *arena = arena_create();
	struct params params = params_of(arena, options);
	struct proposed_chains chains;
	const struct proposed_chain *taken[PROPOSED_PER_HOST];
	const char *error;
	size_t next = 0;
	assert_true(proposed_chains_read(arena, &params, &chains, &error));
	assert_int_equal(proposed_chains_take(&chains, "a", taken), 1);
	assert_int_equal(proposed_chains_take(&chains, "d", taken), 0);
	assert_string_equal(proposed_chains_unmet(&chains, arena, &next),
	    "--chain: no domain of this run has b as MX host");
	assert_string_equal(proposed_chains_unmet(&chains, arena, &next),
	    "--chain: no domain of this run has c as MX host");
	assert_null(proposed_chains_unmet(&chains, arena, &next));
	arena_destroy(arena);
}

static void test_unmet_for_all(void **state)
{
	(void)state;
	static const char *const options[MOST] = {"rsa.pem"};
	struct arena *arena = arena_create();
	struct params params = params_of(arena, options);
	struct proposed_chains chains;
	const char *error;
	size_t next = 0;
	assert_true(proposed_chains_read(arena, &params, &chains, &error));
	assert_null(proposed_chains_unmet(&chains, arena, &next));
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read),
	    cmocka_unit_test(test_broken_block),
	    cmocka_unit_test(test_take),
	    cmocka_unit_test(test_unmet),
	    cmocka_unit_test(test_unmet_for_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
