/* trust_store: loading anchors, and PKIX verdicts with their reasons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "certificate_fixtures.h"
#include "trust_store.h"

static char store_file[] = "/tmp/mxdane-store-XXXXXX";

/* A store of the labeled certificates. */
static struct trust_store *load(struct arena *arena, const char *labels)
{
	struct certificate anchors[8];
	size_t count = fixture_chain(labels, anchors, 8);
	const char *error = NULL;
	FILE *out = fopen(store_file, "w");
	for (size_t i = 0; i < count; i++)
		fputs(certificate_to_pem(arena, &anchors[i]), out);
	fclose(out);
	struct trust_store *store = trust_store_load(store_file, arena, &error);
	if (!store)
		fail_msg("%s", error);
	return store;
}

static const struct {
	const char *anchors, *chain, *name;
	enum pkix_reason want;
} rows[] = {
    {"root", "leaf inter root", "mx.example.net", PKIX_REASON_NONE},
    {"root", "leaf inter", "mx.example.net", PKIX_REASON_NONE},
    {"root", "leaf", "mx.example.net", PKIX_REASON_UNTRUSTED},
    {"root", "leaf root other-root inter other-leaf", "mx.example.net", PKIX_REASON_NONE},
    {"other-root root", "leaf inter", "mx.example.net", PKIX_REASON_NONE},
    {"other-root", "leaf inter root", "mx.example.net", PKIX_REASON_UNTRUSTED},
    {"other-root", "leaf inter root other-root", "mx.example.net", PKIX_REASON_UNTRUSTED},
    {"root", "", "mx.example.net", PKIX_REASON_BROKEN},
    /* an anchor need not be self-signed, nor be sent */
    {"inter", "leaf", "mx.example.net", PKIX_REASON_NONE},
    {"inter", "leaf inter", "mx.example.net", PKIX_REASON_NONE},
    {"inter", "leaf inter root", "mx.example.net", PKIX_REASON_NONE},
    {"leaf", "leaf", "mx.example.net", PKIX_REASON_NONE},
    {"self", "self", "mx.example.net", PKIX_REASON_NONE},
    {"self", "self", "mx.example.org", PKIX_REASON_NAME_MISMATCH},
    /* all issuers are tried */
    {"root", "leaf inter-fake inter", "mx.example.net", PKIX_REASON_NONE},
    {"root", "leaf inter-x other-root inter", "mx.example.net", PKIX_REASON_NONE},
    {"other-root", "leaf inter inter-x", "mx.example.net", PKIX_REASON_NONE},
    {"root", "leaf inter-expired inter", "mx.example.net", PKIX_REASON_NONE},
    {"root-expired root", "leaf inter", "mx.example.net", PKIX_REASON_NONE},
    {"root", "leaf-new inter-new inter", "mx.example.net", PKIX_REASON_NONE},
    {"root", "leaf inter root-x", "mx.example.net", PKIX_REASON_NONE},
    {"other-root", "leaf inter root-x", "mx.example.net", PKIX_REASON_NONE},
    /* dates */
    {"root", "leaf-expired inter", "mx.example.net", PKIX_REASON_EXPIRED},
    {"root", "leaf-future inter", "mx.example.net", PKIX_REASON_NOT_YET_VALID},
    {"root", "leaf inter-expired", "mx.example.net", PKIX_REASON_EXPIRED},
    {"root", "leaf inter-future", "mx.example.net", PKIX_REASON_NOT_YET_VALID},
    {"root-expired", "leaf inter", "mx.example.net", PKIX_REASON_EXPIRED},
    {"root", "leaf-expired inter", "mx.example.org", PKIX_REASON_EXPIRED},
    {"root", "leaf-no-seconds inter", "mx.example.net", PKIX_REASON_BROKEN},
    /* names: dNSName alone, RFC 8461 §4.2 */
    {"root", "leaf inter", "mx.example.org", PKIX_REASON_NAME_MISMATCH},
    {"root", "leaf-cn inter", "mx.example.net", PKIX_REASON_NAME_MISMATCH},
    {"root", "leaf-no-subject inter", "mx.example.net", PKIX_REASON_NONE},
    {"root", "leaf-san-two inter", "mx.example.org", PKIX_REASON_NONE},
    /* self-signed */
    {"root", "self", "mx.example.net", PKIX_REASON_SELF_SIGNED},
    {"root", "self-expired", "mx.example.org", PKIX_REASON_SELF_SIGNED},
    {"root", "self root", "mx.example.net", PKIX_REASON_SELF_SIGNED},
    {"root", "self-other-key", "mx.example.net", PKIX_REASON_UNTRUSTED},
    /* what does not hold */
    {"root", "leaf-damaged inter", "mx.example.net", PKIX_REASON_BROKEN},
    {"root", "leaf inter-damaged", "mx.example.net", PKIX_REASON_BROKEN},
    {"root-fake", "leaf inter", "mx.example.net", PKIX_REASON_BROKEN},
    {"root", "leaf inter-ca-false", "mx.example.net", PKIX_REASON_BROKEN},
    {"root", "leaf inter-no-certsign", "mx.example.net", PKIX_REASON_BROKEN},
    {"root", "leaf-eku-client inter", "mx.example.net", PKIX_REASON_BROKEN},
    {"root", "leaf-critical inter", "mx.example.net", PKIX_REASON_BROKEN},
    {"root-length0", "leaf inter", "mx.example.net", PKIX_REASON_BROKEN},
    {"root", "leaf inter-nc-out", "mx.example.net", PKIX_REASON_BROKEN},
    {"root", "leaf inter-nc-in", "mx.example.net", PKIX_REASON_NONE},
    {"root", "leaf-compressed inter", "mx.example.net", PKIX_REASON_BROKEN},
    /* weak, but not in the anchor's own signature */
    {"rsa-root", "rsa-leaf-rsasha1", "mx.example.net", PKIX_REASON_WEAK},
    {"rsa-root", "rsa-leaf-rsamd5", "mx.example.net", PKIX_REASON_WEAK},
    {"rsa-root", "rsa-leaf-512", "mx.example.net", PKIX_REASON_WEAK},
    {"rsa-root-md5", "rsa-leaf-rsa256", "mx.example.net", PKIX_REASON_NONE},
    {"rsa-root", "rsa-leaf-rsasha1", "mx.example.org", PKIX_REASON_NAME_MISMATCH},
    {"rsa-root", "rsa-leaf-pss222", "mx.example.net", PKIX_REASON_NONE},
};

static void test_verify(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct trust_store *store = load(arena, rows[i].anchors);
		struct certificate chain[8];
		size_t count = fixture_chain(rows[i].chain, chain, 8);
		struct pkix_verdict v =
		    trust_store_verify(store, chain, count, rows[i].name, FIXTURE_AT);
		if (v.reason != rows[i].want ||
		    (v.result == PKIX_RESULT_VALID) != (v.reason == PKIX_REASON_NONE))
			fail_msg("%s by %s for %s: %s", rows[i].chain, rows[i].anchors,
			    rows[i].name, v.reason ? pkix_reason_name(v.reason) : "valid");
		trust_store_destroy(store);
		arena_destroy(arena);
	}
}

/*
 * A chain made to have as many ways up as it can does not take for ever, nor lead anywhere: the
 * search ends by LIMIT_PKIX_STEPS where none is whole, by LIMIT_PKIX_PATHS where all are of no use.
 */
static void test_many_ways(void **state)
{
	(void)state;
	static const struct {
		const char *anchor, *name;
		enum pkix_reason want;
	} ways[] = {
	    {"other-root", "mx.example.net", PKIX_REASON_UNTRUSTED},
	    {"root", "other.example", PKIX_REASON_NAME_MISMATCH},
	};
	for (size_t row = 0; row < sizeof ways / sizeof *ways; row++) {
		struct arena *arena = arena_create();
		struct trust_store *store = load(arena, ways[row].anchor);
		struct certificate chain[100];
		for (size_t i = 0; i < 100; i++)
			chain[i] = *fixture(i == 0  ? "leaf-new"
					    : i % 2 ? "inter-new-no-aki"
						    : "inter");
		struct pkix_verdict v =
		    trust_store_verify(store, chain, 100, ways[row].name, FIXTURE_AT);
		assert_int_equal(v.reason, ways[row].want);
		trust_store_destroy(store);
		arena_destroy(arena);
	}
}

static void test_load(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	const char *error = NULL;
	assert_null(trust_store_load("/nowhere/store.pem", arena, &error));
	assert_string_equal(error, "/nowhere/store.pem: No such file or directory");
	FILE *out = fopen(store_file, "w");
	fputs("nothing\n", out);
	fclose(out);
	assert_null(trust_store_load(store_file, arena, &error));
	assert_non_null(strstr(error, store_file));
	assert_non_null(strstr(error, "it contains no PEM certificate"));
	/* An anchor that cannot be used is passed over, as long as one can. */
	out = fopen(store_file, "w");
	fputs(certificate_to_pem(arena, fixture("self-compressed")), out);
	fclose(out);
	assert_null(trust_store_load(store_file, arena, &error));
	trust_store_destroy(load(arena, "self-compressed root"));
	trust_store_destroy(NULL);
	arena_destroy(arena);
}

static int open_all(void **state)
{
	int fd = mkstemp(store_file);
	if (fd < 0)
		return -1;
	close(fd);
	return fixtures_open(state);
}

static int close_all(void **state)
{
	unlink(store_file);
	return fixtures_close(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_verify),
	    cmocka_unit_test(test_many_ways),
	    cmocka_unit_test(test_load),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
