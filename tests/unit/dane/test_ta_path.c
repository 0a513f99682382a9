/* path: what becomes of one usage-2 record and a chain, in every way that a path can fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certificate_fixtures.h"
#include "ta_path.h"

/* The record is "2 SELECTOR MTYPE FIXTURE"; remark: a word of it, or NULL for none. */
static const struct {
	const char *record, *chain;
	enum ta_path_result want;
	int depth;
	const char *remark;
} rows[] = {
    /* where the anchor may be */
    {"0 1 root", "leaf inter root", TA_PATH_OK, 2, NULL},
    {"0 1 inter", "leaf inter root", TA_PATH_OK, 1, NULL},
    {"0 1 inter", "leaf inter", TA_PATH_OK, 1, NULL},
    {"0 1 root", "leaf root inter", TA_PATH_OK, 1, NULL},
    {"0 1 root", "leaf other-inter inter other-root root", TA_PATH_OK, 4, NULL},
    {"0 1 root", "leaf leaf inter root", TA_PATH_OK, 3, NULL},
    {"0 1 root", "leaf-direct root", TA_PATH_OK, 1, NULL},
    /* not sent: a full record is the anchor, a digest is of no use (RFC 7671 §5.2.2, 5.2.3) */
    {"0 0 root", "leaf inter", TA_PATH_OK, -1, NULL},
    {"1 0 root", "leaf inter", TA_PATH_OK, -1, NULL},
    {"0 0 inter", "leaf", TA_PATH_OK, -1, NULL},
    {"1 0 inter", "leaf", TA_PATH_OK, -1, NULL},
    {"0 1 root", "leaf inter", TA_PATH_NO_MATCH, -1, NULL},
    {"1 2 inter", "leaf", TA_PATH_NO_MATCH, -1, NULL},
    {"0 0 root", "leaf inter root", TA_PATH_OK, 2, NULL},
    {"1 0 root", "leaf inter root", TA_PATH_OK, 2, NULL},
    {"1 0 root", "leaf", TA_PATH_NO_MATCH, -1, NULL},
    {"0 0 other-root", "leaf inter root", TA_PATH_NO_MATCH, -1, NULL},
    /* a foreign anchor merely appended */
    {"0 1 other-root", "leaf inter root other-root", TA_PATH_UNTRUSTED, 3, NULL},
    {"1 0 other-root", "leaf other-root", TA_PATH_UNTRUSTED, 1, NULL},
    {"0 1 root", "leaf root", TA_PATH_UNTRUSTED, 1, NULL},
    {"0 1 inter", "root inter", TA_PATH_UNTRUSTED, 1, NULL},
    /* a self-signed leaf is no anchor of its own, but by its bare key */
    {"0 1 self", "self", TA_PATH_NO_MATCH, -1, "own certificate"},
    {"0 0 self", "self", TA_PATH_NO_MATCH, -1, "own certificate"},
    {"1 1 self", "self", TA_PATH_NO_MATCH, -1, "own certificate"},
    {"0 1 self", "self self", TA_PATH_NO_MATCH, -1, "own certificate"},
    {"0 1 leaf", "leaf inter root", TA_PATH_NO_MATCH, -1, "own certificate"},
    {"1 0 self", "self", TA_PATH_OK, 0, NULL},
    {"1 0 self-damaged", "self-damaged", TA_PATH_NO_MATCH, -1, "own certificate"},
    {"1 0 self-expired", "self-expired", TA_PATH_EXPIRED, 0, NULL},
    {"1 0 self-wrong-name", "self-wrong-name", TA_PATH_NAME, 0, NULL},
    /* dates */
    {"0 1 root", "leaf-expired inter root", TA_PATH_EXPIRED, 2, NULL},
    {"0 1 root", "leaf-future inter root", TA_PATH_EXPIRED, 2, NULL},
    {"0 1 root", "leaf inter-expired root", TA_PATH_EXPIRED, 2, NULL},
    {"0 1 root", "leaf inter root-expired", TA_PATH_NO_MATCH, -1, NULL},
    {"0 1 root-expired", "leaf inter root-expired", TA_PATH_EXPIRED, 2, NULL},
    {"0 1 root-future", "leaf inter root-future", TA_PATH_EXPIRED, 2, NULL},
    {"0 1 inter-expired", "leaf inter-expired", TA_PATH_EXPIRED, 1, "not self-signed"},
    {"0 1 inter-future", "leaf inter-future", TA_PATH_EXPIRED, 1, "not self-signed"},
    {"0 0 inter-expired", "leaf", TA_PATH_EXPIRED, -1, "not self-signed"},
    {"0 1 inter-expired", "leaf-expired inter-expired", TA_PATH_EXPIRED, 1, NULL},
    {"1 0 inter", "leaf-expired", TA_PATH_EXPIRED, -1, NULL},
    {"0 1 root", "leaf inter-expired inter root", TA_PATH_OK, 3, NULL},
    {"0 1 root", "leaf-9999 inter root", TA_PATH_OK, 2, NULL},
    {"0 1 root", "leaf-no-seconds inter root", TA_PATH_UNTRUSTED, 2, NULL},
    /* names */
    {"0 1 other-root", "other-leaf other-inter other-root", TA_PATH_NAME, 2, NULL},
    {"0 1 root", "leaf-cn inter root", TA_PATH_OK, 2, NULL},
    {"0 1 root", "leaf-expired inter root", TA_PATH_EXPIRED, 2, NULL},
    /* signatures and issuers */
    {"0 1 root", "leaf-damaged inter root", TA_PATH_UNTRUSTED, 2, NULL},
    {"0 1 inter", "leaf-damaged inter root", TA_PATH_UNTRUSTED, 1, NULL},
    {"0 1 root", "leaf inter-damaged root", TA_PATH_UNTRUSTED, 2, NULL},
    {"0 1 inter-damaged", "leaf inter-damaged root", TA_PATH_OK, 1, NULL}, /* nobody asks above */
    {"0 1 root", "leaf inter-fake inter root", TA_PATH_UNTRUSTED, 3, "take the first and try"},
    {"0 1 root", "leaf inter inter-fake root", TA_PATH_OK, 3, NULL},
    {"0 1 root", "leaf inter-fake-ski inter root", TA_PATH_OK, 3, NULL},
    {"0 1 root", "leaf inter-x other-root inter root", TA_PATH_UNTRUSTED, 4,
	"take the first and try"},
    {"0 1 other-root", "leaf inter-x other-root inter root", TA_PATH_OK, 2, NULL},
    {"0 1 root", "leaf-aki-wrong inter root", TA_PATH_UNTRUSTED, 2, NULL},
    {"0 1 k1-root", "k1-leaf k1-root", TA_PATH_UNTRUSTED, 1, "mxdane cannot use"},
    /* constraints */
    {"0 1 root", "leaf inter-ca-false root", TA_PATH_UNTRUSTED, 2, NULL},
    {"0 1 inter-ca-false", "leaf inter-ca-false root", TA_PATH_UNTRUSTED, 1, NULL},
    {"0 1 inter-no-bc", "leaf inter-no-bc root", TA_PATH_OK, 1, NULL},
    {"0 1 root", "leaf inter-no-bc root", TA_PATH_UNTRUSTED, 2, NULL},
    {"0 1 root-v1", "leaf inter root-v1", TA_PATH_OK, 2, NULL},
    {"0 1 root-no-bc-ku", "leaf inter root-no-bc-ku", TA_PATH_UNTRUSTED, 2, NULL},
    {"0 1 root", "leaf inter-no-certsign root", TA_PATH_UNTRUSTED, 2, NULL},
    {"0 1 root-length0", "leaf inter root-length0", TA_PATH_UNTRUSTED, 2, NULL},
    {"0 1 root-length0", "leaf-direct root-length0", TA_PATH_OK, 1, NULL},
    {"0 0 root-length0", "leaf inter", TA_PATH_UNTRUSTED, -1, NULL}, /* RFC 7671 §5.2.1 */
    {"1 0 root-length0", "leaf inter", TA_PATH_OK, -1, NULL},
    {"0 1 root", "leaf-eku-any inter root", TA_PATH_UNTRUSTED, 2, NULL},
    {"0 1 root", "leaf-eku-server inter root", TA_PATH_OK, 2, NULL},
    {"0 1 root", "leaf-critical inter root", TA_PATH_UNTRUSTED, 2, NULL},
    {"0 1 root", "leaf-unknown inter root", TA_PATH_OK, 2, NULL},
    {"0 1 root", "leaf inter-nc-in root", TA_PATH_OK, 2, NULL},
    {"0 1 root", "leaf inter-nc-out root", TA_PATH_UNTRUSTED, 2, NULL},
    {"1 0 inter", "leaf-cn inter-nc-out", TA_PATH_UNTRUSTED, 1, NULL},
    /* beyond RFC 5280, what Postfix asks */
    {"0 1 rsa-root", "rsa-leaf-rsasha1 rsa-root", TA_PATH_UNTRUSTED, 1, "SHA-1"},
    {"0 1 rsa-root", "rsa-leaf-rsamd5 rsa-root", TA_PATH_UNTRUSTED, 1, "SHA-1"},
    {"0 1 rsa-root-md5", "rsa-leaf-rsa256 rsa-root-md5", TA_PATH_OK, 1, NULL},
    {"1 0 inter", "leaf-ecsha1", TA_PATH_OK, -1, NULL},
    {"0 1 rsa-root", "rsa-leaf-512 rsa-root", TA_PATH_UNTRUSTED, 1, "so small"},
    {"0 1 small-768", "small-leaf-768 small-768", TA_PATH_UNTRUSTED, 1, "so small"},
    {"0 1 small-928", "small-leaf-928 small-928", TA_PATH_OK, 1, NULL},
    {"0 1 long8-self", "leaf-long long0 long1 long2 long3 long4 long5 long6 long7 long8-self",
	TA_PATH_OK, 9, NULL},
    {"0 1 long9-self", "leaf-long long0 long1 long2 long3 long4 long5 long6 long7 long8 long9-self",
	TA_PATH_UNTRUSTED, 10, "longer than Postfix"},
    {"0 1 long9", "leaf-long long0 long1 long2 long3 long4 long5 long6 long7 long8 long9",
	TA_PATH_OK, 10, NULL},
    {"0 1 long12",
	"leaf-long long0 long1 long2 long3 long4 long5 long6 long7 long8 long9 long10 long11 "
	"long12",
	TA_PATH_UNTRUSTED, 13, NULL},
};

static struct tlsa_record write_record(const char *text)
{
	unsigned selector, mtype;
	char label[48];
	if (sscanf(text, "%u %u %47s", &selector, &mtype, label) != 3)
		abort();
	const struct certificate *c = fixture(label);
	struct tlsa_record r = {.usage = 2, .active = true};
	r.selector = (uint8_t)selector;
	r.mtype = (uint8_t)mtype;
	r.data = mtype == 0   ? (selector ? c->spki : c->der)
		 : mtype == 1 ? (selector ? c->spki_sha256 : c->cert_sha256)
			      : (selector ? c->spki_sha512 : c->cert_sha512);
	r.length = mtype == 0 ? (selector ? c->spki_length : c->der_length) : mtype == 1 ? 32 : 64;
	return r;
}

static void test_path(void **state)
{
	(void)state;
	static const char *const results[] = {"ok", "expired", "name", "untrusted", "no match"};
	static const struct reference_identifiers names = {{"other.example", "mx.example.net"}, 2};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct certificate chain[16];
		size_t count = fixture_chain(rows[i].chain, chain, 16);
		struct tlsa_record r = write_record(rows[i].record);
		struct ta_path_verdict v =
		    ta_path_judge(arena, &r, 1, chain, count, &names, FIXTURE_AT);
		bool remark =
		    rows[i].remark ? v.remark && strstr(v.remark, rows[i].remark) : !v.remark;
		if (v.result != rows[i].want || v.depth != rows[i].depth || !remark ||
		    v.record != (v.result == TA_PATH_NO_MATCH ? -1 : 0))
			fail_msg("2 %s of %s: %s, record %d, depth %d, %s", rows[i].record,
			    rows[i].chain, results[v.result], v.record, v.depth,
			    v.remark ? v.remark : "no remark");
		arena_destroy(arena);
	}
}

/* The rule that a path breaks, and the certificate that breaks it; "-" for none. */
static const struct {
	const char *record, *chain;
	enum cause want;
	const char *blamed;
} faults[] = {
    {"0 1 root", "leaf inter root", CAUSE_NONE, "-"},
    {"0 1 root", "leaf root", CAUSE_CHAIN_GAP, "leaf"},
    {"1 0 other-root", "leaf other-root", CAUSE_CHAIN_GAP, "leaf"},
    {"0 1 other-root", "leaf inter root other-root", CAUSE_NOT_LINKED, "root"},
    {"0 1 inter", "root inter", CAUSE_NOT_LINKED, "root"},
    {"0 1 root", "leaf-aki-wrong inter root", CAUSE_NOT_LINKED, "leaf-aki-wrong"},
    {"0 1 k1-root", "k1-leaf k1-root", CAUSE_NONE, "-"}, /* mxdane cannot use the key */
    {"0 1 root", "leaf-damaged inter root", CAUSE_BAD_SIGNATURE, "leaf-damaged"},
    {"0 1 root", "leaf inter-damaged root", CAUSE_BAD_SIGNATURE, "inter-damaged"},
    {"0 1 root", "leaf inter-fake inter root", CAUSE_BAD_SIGNATURE, "leaf"},
    {"0 1 root", "leaf inter-ca-false root", CAUSE_NOT_A_CA, "inter-ca-false"},
    {"0 1 inter-ca-false", "leaf inter-ca-false root", CAUSE_NOT_A_CA, "inter-ca-false"},
    {"0 1 root", "leaf inter-no-bc root", CAUSE_NOT_A_CA, "inter-no-bc"},
    {"0 1 root", "leaf inter-no-certsign root", CAUSE_KEY_USAGE, "inter-no-certsign"},
    {"0 1 root-no-bc-ku", "leaf inter root-no-bc-ku", CAUSE_NOT_A_CA, "root-no-bc-ku"},
    {"0 1 root-no-certsign", "leaf inter root-no-certsign", CAUSE_KEY_USAGE, "root-no-certsign"},
    {"0 1 root-length0", "leaf inter root-length0", CAUSE_PATH_LENGTH, "root-length0"},
    {"0 1 root", "leaf-eku-any inter root", CAUSE_EXT_KEY_USAGE, "leaf-eku-any"},
    {"0 1 root", "leaf-critical inter root", CAUSE_NONE, "leaf-critical"},
    {"0 1 root", "leaf inter-nc-out root", CAUSE_NAME_CONSTRAINTS, "leaf"},
    {"0 1 rsa-root", "rsa-leaf-rsasha1 rsa-root", CAUSE_NONE, "-"}, /* the remark says it */
    {"0 1 rsa-root", "rsa-leaf-512 rsa-root", CAUSE_KEY_TOO_SMALL, "rsa-leaf-512"},
    {"0 1 small-768", "small-leaf-768 small-768", CAUSE_KEY_TOO_SMALL, "small-768"},
    {"0 1 long12",
	"leaf-long long0 long1 long2 long3 long4 long5 long6 long7 long8 long9 long10 long11 "
	"long12",
	CAUSE_NONE, "-"},
};

static void test_faults(void **state)
{
	(void)state;
	static const struct reference_identifiers names = {{"other.example", "mx.example.net"}, 2};
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct arena *arena = arena_create();
		struct certificate chain[16];
		size_t count = fixture_chain(faults[i].chain, chain, 16);
		struct tlsa_record r = write_record(faults[i].record);
		struct path_fault f =
		    ta_path_judge(arena, &r, 1, chain, count, &names, FIXTURE_AT).fault;
		const struct certificate *want =
		    *faults[i].blamed == '-' ? NULL : fixture(faults[i].blamed);
		bool same =
		    want ? f.c && memcmp(f.c->cert_sha256, want->cert_sha256, 32) == 0 : !f.c;
		if (f.cause != faults[i].want || !same)
			fail_msg("2 %s of %s: %s, %s", faults[i].record, faults[i].chain,
			    f.cause ? cause_info(f.cause)->slug : "no cause",
			    f.c ? f.c->subject : "nobody");
		arena_destroy(arena);
	}
}

/* The same chain at the first and last second of its dates, and one beside. */
static void test_moments(void **state)
{
	(void)state;
	static const struct {
		int64_t at;
		enum ta_path_result want;
	} moments[] = {
	    {INT64_C(1735689599), TA_PATH_EXPIRED},
	    {INT64_C(1735689600), TA_PATH_OK},
	    {INT64_C(2051222400), TA_PATH_OK},
	    {INT64_C(2051222401), TA_PATH_EXPIRED},
	    {INT64_C(-1), TA_PATH_EXPIRED},
	};
	static const struct reference_identifiers names = {{"mx.example.net"}, 1};
	struct tlsa_record r = write_record("0 1 root");
	struct certificate chain[3];
	size_t count = fixture_chain("leaf inter root", chain, 3);
	for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
		struct arena *arena = arena_create();
		assert_int_equal(
		    ta_path_judge(arena, &r, 1, chain, count, &names, moments[i].at).result,
		    moments[i].want);
		arena_destroy(arena);
	}
}

/* An inactive record, another usage, no name at all: none of them leads anywhere. */
static void test_nothing(void **state)
{
	(void)state;
	static const struct reference_identifiers names = {{"mx.example.net"}, 1}, none = {{0}, 0};
	struct arena *arena = arena_create();
	struct certificate chain[3];
	size_t count = fixture_chain("leaf inter root", chain, 3);
	struct tlsa_record r = write_record("0 1 root");
	assert_int_equal(
	    ta_path_judge(arena, &r, 1, chain, count, &none, FIXTURE_AT).result, TA_PATH_NAME);
	r.active = false;
	assert_int_equal(
	    ta_path_judge(arena, &r, 1, chain, count, &names, FIXTURE_AT).result, TA_PATH_NO_MATCH);
	r.active = true;
	r.usage = 3;
	assert_int_equal(
	    ta_path_judge(arena, &r, 1, chain, count, &names, FIXTURE_AT).result, TA_PATH_NO_MATCH);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_path),
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_moments),
	    cmocka_unit_test(test_nothing),
	};
	return cmocka_run_group_tests(tests, fixtures_open, fixtures_close);
}
