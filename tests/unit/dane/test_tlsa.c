/* tlsa: which records are usable and active, what they match, and the verdict they lead to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certificate_fixtures.h"
#include "tlsa_verify.h"

static const struct reference_identifiers references = {{"mx.example.net"}, 1};

/* A record written "USAGE SELECTOR MTYPE FIXTURE"; a length in brackets after it cuts or, with
 * octets of the certificate, lengthens the data: "3 1 1 leaf[31]". */
static struct dns_record write_record(const char *text)
{
	struct dns_record r = {0};
	unsigned usage, selector, mtype;
	char label[48];
	int used = 0;
	if (sscanf(text, "%u %u %u %47[^[]%n", &usage, &selector, &mtype, label, &used) != 4)
		abort();
	const struct certificate *c = fixture(label);
	bool spki = selector == 1;
	r.tlsa.usage = (uint8_t)usage;
	r.tlsa.selector = (uint8_t)selector;
	r.tlsa.mtype = (uint8_t)mtype;
	r.tlsa.data = mtype == 1   ? (spki ? c->spki_sha256 : c->cert_sha256)
		      : mtype == 2 ? (spki ? c->spki_sha512 : c->cert_sha512)
				   : (spki ? c->spki : c->der);
	r.tlsa.length = mtype == 1 ? 32 : mtype == 2 ? 64 : (spki ? c->spki_length : c->der_length);
	if (text[used] == '[')
		r.tlsa.length = strtoul(text + used + 1, NULL, 10);
	return r;
}

/* An RRset from texts separated by "; ". */
static struct tlsa_record *write_records(struct arena *arena, const char *text, size_t *count)
{
	struct lookup l = {.type = DNS_TYPE_TLSA, .kind = ANSWER_RECORDS};
	char *copy = arena_strdup(arena, text), *rest = copy, *one;
	while ((one = strsep(&rest, ";")) && *one)
		*(struct dns_record *)arena_append(
		    arena, &l.records, &l.record_count, sizeof *l.records) = write_record(one);
	return tlsa_records_from_lookup(arena, &l, count);
}

static const struct {
	const char *record;
	enum tlsa_defect want;
} defects[] = {
    {"3 1 1 leaf", TLSA_DEFECT_NONE},
    {"3 0 2 leaf", TLSA_DEFECT_NONE},
    {"2 0 0 root", TLSA_DEFECT_NONE},
    {"2 1 0 root", TLSA_DEFECT_NONE},
    {"0 0 1 root", TLSA_DEFECT_PKIX_USAGE},
    {"1 1 1 leaf", TLSA_DEFECT_PKIX_USAGE},
    {"1 9 9 leaf[0]", TLSA_DEFECT_PKIX_USAGE},
    {"4 1 1 leaf", TLSA_DEFECT_USAGE},
    {"255 1 1 leaf", TLSA_DEFECT_USAGE}, /* PrivCert of RFC 7218: private, so unknown */
    {"3 2 1 leaf", TLSA_DEFECT_SELECTOR},
    {"3 1 3 leaf", TLSA_DEFECT_MTYPE},
    {"3 1 1 leaf[0]", TLSA_DEFECT_EMPTY},
    {"3 1 0 leaf[0]", TLSA_DEFECT_EMPTY},
    {"3 1 1 leaf[31]", TLSA_DEFECT_DIGEST_LENGTH},
    {"3 1 1 leaf[33]", TLSA_DEFECT_DIGEST_LENGTH},
    {"3 1 1 leaf[1]", TLSA_DEFECT_DIGEST_LENGTH},
    {"3 1 2 leaf[63]", TLSA_DEFECT_DIGEST_LENGTH},
    {"3 1 2 leaf[32]", TLSA_DEFECT_DIGEST_LENGTH},
    {"3 0 0 leaf[100]", TLSA_DEFECT_CERTIFICATE},
    {"3 0 0 leaf-garbage-key", TLSA_DEFECT_CERTIFICATE},
    {"3 0 0 leaf-no-seconds", TLSA_DEFECT_NONE}, /* dates do not matter */
    {"3 0 0 self-compressed", TLSA_DEFECT_NONE},
    {"3 0 0 self-k1", TLSA_DEFECT_NONE},
    {"3 1 0 leaf[40]", TLSA_DEFECT_KEY},
    {"3 1 0 leaf-garbage-key", TLSA_DEFECT_KEY},
    {"3 1 0 self-compressed", TLSA_DEFECT_NONE},
    {"3 1 0 self-k1", TLSA_DEFECT_NONE},
};

static void test_defects(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof defects / sizeof *defects; i++) {
		struct arena *arena = arena_create();
		size_t count;
		struct tlsa_record *r = write_records(arena, defects[i].record, &count);
		assert_int_equal(count, 1);
		if (r->defect != defects[i].want)
			fail_msg("%s: %d", defects[i].record, r->defect);
		assert_int_equal(r->active, r->defect == TLSA_DEFECT_NONE);
		arena_destroy(arena);
	}
	/* A certificate with an octet after it, and one under the other selector. */
	struct arena *arena = arena_create();
	const struct certificate *c = fixture("leaf");
	uint8_t *longer = arena_alloc(arena, c->der_length + 1);
	memcpy(longer, c->der, c->der_length);
	struct dns_record records[] = {
	    {.tlsa = {3, 0, 0, longer, c->der_length + 1}},
	    {.tlsa = {3, 0, 0, c->spki, c->spki_length}},
	    {.tlsa = {3, 1, 0, c->der, c->der_length}},
	};
	struct lookup l = {.records = records, .record_count = 3};
	size_t count;
	struct tlsa_record *r = tlsa_records_from_lookup(arena, &l, &count);
	assert_int_equal(r[0].defect, TLSA_DEFECT_CERTIFICATE);
	assert_int_equal(r[1].defect, TLSA_DEFECT_CERTIFICATE);
	assert_int_equal(r[2].defect, TLSA_DEFECT_KEY);
	arena_destroy(arena);
}

/* Sorted; those set apart by digest agility have a "-" (RFC 7671 §9). */
static const struct {
	const char *records, *want;
} orders[] = {
    {"", ""},
    {"3 1 1 leaf;2 1 1 root;3 0 1 leaf", "2 1 1 3 0 1 3 1 1 "},
    {"3 1 1 leaf;3 1 2 leaf", "-3 1 1 3 1 2 "},
    {"3 1 1 leaf;3 0 2 leaf", "3 0 2 3 1 1 "},
    {"2 1 2 root;3 1 1 leaf", "2 1 2 3 1 1 "},
    {"3 1 0 leaf;3 1 1 leaf;3 1 2 leaf", "3 1 0 -3 1 1 3 1 2 "},
    {"3 1 0 leaf;3 1 1 leaf", "3 1 0 3 1 1 "},
    {"3 1 1 leaf;3 1 2 leaf[63]", "3 1 1 -3 1 2 "},
    {"3 1 1 leaf;3 1 2 leaf[0]", "3 1 1 -3 1 2 "},
    {"1 1 1 leaf;1 1 2 leaf;3 1 1 leaf", "-1 1 1 -1 1 2 3 1 1 "},
};

static void test_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		struct arena *arena = arena_create();
		size_t count;
		struct tlsa_record *r = write_records(arena, orders[i].records, &count);
		const char *got = "";
		for (size_t k = 0; k < count; k++)
			got = arena_printf(arena, "%s%s%u %u %u ", got, r[k].active ? "" : "-",
			    r[k].usage, r[k].selector, r[k].mtype);
		assert_string_equal(got, orders[i].want);
		arena_destroy(arena);
	}
	/* By data last, the shorter first. */
	static const uint8_t data[] = {1, 2, 3};
	struct dns_record records[] = {
	    {.tlsa = {9, 0, 0, data + 1, 1}},
	    {.tlsa = {9, 0, 0, data, 3}},
	    {.tlsa = {9, 0, 0, data, 2}},
	    {.tlsa = {9, 0, 0, NULL, 0}},
	};
	struct lookup l = {.records = records, .record_count = 4};
	struct arena *arena = arena_create();
	size_t count;
	struct tlsa_record *r = tlsa_records_from_lookup(arena, &l, &count);
	assert_int_equal(r[0].length, 0);
	assert_int_equal(r[1].length, 2);
	assert_int_equal(r[2].length, 3);
	assert_int_equal(r[3].data[0], 2);
	arena_destroy(arena);
}

static void test_matches(void **state)
{
	(void)state;
	for (unsigned selector = 0; selector <= 1; selector++)
		for (unsigned mtype = 0; mtype <= 2; mtype++) {
			struct arena *arena = arena_create();
			size_t count;
			struct tlsa_record *r = write_records(
			    arena, arena_printf(arena, "3 %u %u leaf", selector, mtype), &count);
			assert_true(tlsa_record_matches(r, fixture("leaf")));
			assert_false(tlsa_record_matches(r, fixture("root")));
			/* the same key in another certificate */
			assert_int_equal(tlsa_record_matches(r, fixture("leaf-cn")), selector == 1);
			r->selector = (uint8_t)!selector;
			assert_false(tlsa_record_matches(r, fixture("leaf")));
			r->selector = 2;
			assert_false(tlsa_record_matches(r, fixture("leaf")));
			r->selector = (uint8_t)selector;
			r->mtype = 3;
			assert_false(tlsa_record_matches(r, fixture("leaf")));
			arena_destroy(arena);
		}
	/* A certificate without a key that can be found, against data that is nothing. */
	struct certificate none = {.der = (const uint8_t *)"", .der_length = 0};
	struct tlsa_record zero = {.usage = 3, .selector = 1, .mtype = 1, .length = 32};
	static const uint8_t zeroes[32];
	zero.data = zeroes;
	assert_false(tlsa_record_matches(&zero, &none));
	zero.selector = zero.mtype = 0;
	zero.length = 0;
	assert_false(tlsa_record_matches(&zero, &none));
}

static const struct {
	const char *records, *chain;
	enum dane_result want;
	int record, depth, usage;
	bool only_weaker_digest;
	bool remark;
} verdicts[] = {
    {"3 1 1 leaf", "leaf inter root", DANE_RESULT_VERIFIED, 0, 0, 3, false, false},
    {"3 1 1 leaf", "", DANE_RESULT_MISMATCH, -1, -1, -1, false, false},
    {"3 1 1 root", "leaf inter root", DANE_RESULT_MISMATCH, -1, -1, -1, false, false},
    {"3 1 1 inter", "leaf inter root", DANE_RESULT_MISMATCH, -1, -1, -1, false, false},
    /* usage 3 asks for nothing else */
    {"3 1 1 leaf-expired", "leaf-expired", DANE_RESULT_VERIFIED, 0, 0, 3, false, false},
    {"3 1 1 other-leaf", "other-leaf", DANE_RESULT_VERIFIED, 0, 0, 3, false, false},
    {"3 0 1 leaf-damaged", "leaf-damaged", DANE_RESULT_VERIFIED, 0, 0, 3, false, false},
    {"3 0 1 leaf-critical", "leaf-critical", DANE_RESULT_VERIFIED, 0, 0, 3, false, false},
    {"3 0 1 leaf-eku-client", "leaf-eku-client", DANE_RESULT_VERIFIED, 0, 0, 3, false, false},
    {"3 1 1 leaf-no-seconds", "leaf-no-seconds", DANE_RESULT_UNTRUSTED, 0, 0, 3, false, true},
    {"3 1 1 leaf", "leaf leaf-no-seconds", DANE_RESULT_UNTRUSTED, 0, 0, 3, false, true},
    {"3 1 1 self-compressed", "self-compressed", DANE_RESULT_VERIFIED, 0, 0, 3, false, false},
    {"3 1 1 self-sha1", "self-sha1", DANE_RESULT_VERIFIED, 0, 0, 3, false, false},
    {"3 1 1 self-rsa928", "self-rsa928", DANE_RESULT_VERIFIED, 0, 0, 3, false, false},
    {"3 1 1 self-rsa768", "self-rsa768", DANE_RESULT_UNTRUSTED, 0, 0, 3, false, true},
    {"3 0 1 leaf-garbage-key", "leaf-garbage-key", DANE_RESULT_UNTRUSTED, 0, 0, 3, false, true},
    /* several records; usage 3 is tried first, then the path */
    {"3 1 1 root;3 1 1 leaf", "leaf inter root", DANE_RESULT_VERIFIED, -2, 0, 3, false, false},
    {"2 1 1 root;3 1 1 leaf", "leaf inter root", DANE_RESULT_VERIFIED, 1, 0, 3, false, false},
    {"2 1 1 root;3 1 1 self", "leaf inter root", DANE_RESULT_VERIFIED, 0, 2, 2, false, false},
    {"2 1 1 root;2 0 1 inter", "leaf inter root", DANE_RESULT_VERIFIED, 0, 1, 2, false, false},
    {"2 1 1 other-root;3 1 1 self", "leaf inter root", DANE_RESULT_MISMATCH, -1, -1, -1, false,
	false},
    {"2 1 1 root;3 1 1 self", "leaf-expired inter root", DANE_RESULT_EXPIRED, 0, 2, 2, false,
	false},
    /* digest agility, RFC 7671 §9 */
    {"3 1 1 leaf;3 1 2 root", "leaf inter root", DANE_RESULT_MISMATCH, -1, -1, -1, true, false},
    {"3 1 1 leaf;3 1 2 root[63]", "leaf inter root", DANE_RESULT_VERIFIED, 0, 0, 3, false, false},
    {"3 1 1 leaf;3 0 2 root", "leaf inter root", DANE_RESULT_VERIFIED, 1, 0, 3, false, false},
    {"3 1 1 root;3 1 2 leaf", "leaf inter root", DANE_RESULT_VERIFIED, 1, 0, 3, false, false},
    {"3 1 0 leaf;3 1 1 self;3 1 2 root", "leaf", DANE_RESULT_VERIFIED, 0, 0, 3, false, false},
    {"3 1 1 self;3 1 2 root", "leaf inter root", DANE_RESULT_MISMATCH, -1, -1, -1, false, false},
    {"2 1 1 root;2 1 2 other-root", "leaf inter root", DANE_RESULT_MISMATCH, -1, -1, -1, true,
	false},
    {"2 1 1 root;2 1 2 other-root", "leaf-expired inter root", DANE_RESULT_MISMATCH, -1, -1, -1,
	false, false},
    /* only malformed ones beside: as though they were not there */
    {"3 1 1 leaf[31];3 1 1 leaf", "leaf", DANE_RESULT_VERIFIED, 1, 0, 3, false, false},
    {"1 1 1 leaf;3 1 1 self", "leaf", DANE_RESULT_MISMATCH, -1, -1, -1, false, false},
};

static void test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
		struct arena *arena = arena_create();
		struct certificate chain[8];
		size_t chain_count = fixture_chain(verdicts[i].chain, chain, 8), count;
		struct tlsa_record *r = write_records(arena, verdicts[i].records, &count);
		struct dane_verdict v =
		    tlsa_judge_chain(arena, r, count, chain, chain_count, &references, FIXTURE_AT);
		bool record = verdicts[i].record == -2
				  ? v.record >= 0 && tlsa_record_matches(&r[v.record], chain)
				  : v.record == verdicts[i].record;
		if (v.result != verdicts[i].want || !record || v.depth != verdicts[i].depth ||
		    v.usage != verdicts[i].usage ||
		    v.only_weaker_digest != verdicts[i].only_weaker_digest ||
		    !v.remark == verdicts[i].remark)
			fail_msg("%s of %s: %s, record %d, depth %d, usage %d, weaker %d, %s",
			    verdicts[i].records, verdicts[i].chain, dane_result_name(v.result),
			    v.record, v.depth, v.usage, v.only_weaker_digest,
			    v.remark ? v.remark : "no remark");
		arena_destroy(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_defects),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_matches),
	    cmocka_unit_test(test_verdicts),
	};
	return cmocka_run_group_tests(tests, fixtures_open, fixtures_close);
}
