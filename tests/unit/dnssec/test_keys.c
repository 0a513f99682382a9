/* A zone's keys: by which DS records or anchors, how long, and what they remember. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "buffer.h"
#include "dns_fixture.h"
#include "escape.h"
#include "key_faults.h"
#include "limit.h"
#include "rrset.h"

enum { MANY = 6 };

#define DIGEST "2222222222222222222222222222222222222222222222222222222222222222"

static void test_keys(void **state)
{
	(void)state;
	static const struct {
		const char *label, *zone, *answer[MANY];
		const char *ds; /* instead of the zone's own */
		int64_t now;
		enum dnssec_status want;
		const char *error;
		enum cause cause;
	} rows[] = {
	    {"good", "test", {"test DNSKEY"}, NULL, 0, DNSSEC_SECURE, NULL, CAUSE_NONE},
	    {"none", "test", {"test SOA"}, NULL, 0, DNSSEC_BOGUS,
		"test has DS records, but no DNSKEY records", CAUSE_DS_STALE},
	    {"unsigned", "test", {"-test DNSKEY"}, NULL, 0, DNSSEC_BOGUS, "without a signature",
		CAUSE_NONE},
	    {"another key's DS", "test", {"test DNSKEY"}, "test. IN DS 1 13 2 " DIGEST, 0,
		DNSSEC_BOGUS, "no DNSKEY that matches its DS records", CAUSE_DS_STALE},
	    {"another digest", "test", {"test DNSKEY"}, "test. IN DS 26601 13 2 " DIGEST, 0,
		DNSSEC_BOGUS, "do not match", CAUSE_NONE},
	    {"expired", "test", {"test DNSKEY"}, NULL, FIXTURE_AFTER, DNSSEC_BOGUS,
		"the signature over test DNSKEY expired at 2035-01-01", CAUSE_NONE},
	    {"one key more than was signed", "test",
		{"test DNSKEY", "test. IN DNSKEY 257 3 13 "
				"Ei+VQq766yAQIrqVi0oQCt/8FcYpyEYEd5F/"
				"BXWa7TiLTVfmEi+VQq766yAQIrqVi0oQCt/8FcYpyEYEd5F/BXWa7TiLTVfmEi8="},
		NULL, 0, DNSSEC_BOGUS, "do not match, or that are signed by another key",
		CAUSE_NONE},
	    /* delv: FORMERR for each answer with such a signer's name */
	    {"an apex that begins with an asterisk", "*.star", {"*.star DNSKEY"}, NULL, 0,
		DNSSEC_BOGUS, "*.star begins with an asterisk, and BIND accepts no signature",
		CAUSE_ASTERISK_NAME},
	    /* delv: FORMERR, too */
	    {"a record without a key", "test", {"test DNSKEY", "test. IN DNSKEY \\# 4 0101030d"},
		NULL, 0, DNSSEC_BOGUS, "test has a DNSKEY record without a key",
		CAUSE_DNSKEY_UNUSABLE},
	    /* RFC 5011 §2.1 */
	    {"a revoked key beside another", "revoked", {"revoked DNSKEY"}, NULL, 0, DNSSEC_SECURE,
		NULL, CAUSE_NONE},
	    {"a DS record of a revoked key", "revoked", {"revoked DNSKEY"},
		"revoked. IN DS 26917 13 2 "
		"288def1cb5b464232af93408ceccc74d0702be8376226da534a7428d339cca77",
		0, DNSSEC_BOGUS, "another key, or by a revoked one", CAUSE_NONE},
	    {"past 2038", "late", {"late DNSKEY"}, NULL, 0, DNSSEC_INDETERMINATE,
		"the signature over late DNSKEY expires at 2042-01-01", CAUSE_NONE},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct answer *a =
		    fixture_answer(rows[i].zone, DNS_TYPE_DNSKEY, 0, rows[i].answer, NULL);
		getdns_list *ds = rows[i].ds ? getdns_list_create() : fixture_ds(rows[i].zone);
		struct zone_keys *keys;
		if (rows[i].ds)
			fixture_add(ds, rows[i].ds, NULL);
		struct dns_verdict v =
		    validate_keys(a, ds, rows[i].now ? rows[i].now : FIXTURE_NOW, arena, &keys);
		fixture_check(rows[i].label, v, rows[i].want, false, rows[i].error);
		assert_int_equal(v.cause, rows[i].cause);
		assert_int_equal(keys != NULL, rows[i].want == DNSSEC_SECURE);
		if (keys)
			assert_string_equal(keys_zone(keys), rows[i].zone);
		getdns_list_destroy(ds);
		answer_destroy(a);
		keys_destroy(keys);
		arena_destroy(arena);
	}
}

#define DS "test. IN DS 26601 13 "
#define BY_SHA1 DS "1 9579721b1a82511d354617e21232d343e450be4d"
#define BY_SHA256 DS "2 21bd2d563ea5fbaa960711ff870f7bd7b3d50e2c5d382715e89c100b9491193b"
#define BY_SHA384                                                                                  \
	DS "4 20bb72cf2b9a558af4fc5c218f7b570fbf3f5ff9ffd61195"                                    \
	   "311782c2520c2eaac922c2e577a4c524fe23e755f7287ab1"

/* Several DS records: one that fits is enough (RFC 4035 §5.2), but SHA-1 counts only by itself (RFC
 * 4509 §3). */
static void test_digests(void **state)
{
	(void)state;
	static const struct {
		const char *label, *ds[4];
		enum dnssec_status want;
	} rows[] = {
	    {"SHA-1 alone", {BY_SHA1}, DNSSEC_SECURE},
	    {"SHA-384 alone", {BY_SHA384}, DNSSEC_SECURE},
	    {"all three", {BY_SHA1, BY_SHA384, BY_SHA256}, DNSSEC_SECURE},
	    {"SHA-1 fits, SHA-256 does not", {DS "2 " DIGEST, BY_SHA1}, DNSSEC_BOGUS},
	    {"SHA-1 fits, SHA-384 does not", {BY_SHA1, DS "4 " DIGEST DIGEST}, DNSSEC_BOGUS},
	    {"SHA-256 fits, SHA-384 does not", {BY_SHA256, DS "4 " DIGEST DIGEST}, DNSSEC_SECURE},
	    {"SHA-384 fits, SHA-256 does not", {DS "2 " DIGEST, BY_SHA384}, DNSSEC_SECURE},
	    {"two of SHA-256, one fits", {DS "2 " DIGEST, BY_SHA256}, DNSSEC_SECURE},
	    {"SHA-256 for a key that is not there", {"test. IN DS 1 13 2 " DIGEST, BY_SHA1},
		DNSSEC_BOGUS},
	    {"SHA-384 for a key that is not there", {"test. IN DS 1 13 4 " DIGEST, BY_SHA256},
		DNSSEC_SECURE},
	    {"a better one that cannot be checked", {"test. IN DS 1 250 4 " DIGEST, BY_SHA256},
		DNSSEC_SECURE},
	    {"an unknown digest", {DS "3 " DIGEST, BY_SHA256}, DNSSEC_SECURE},
	    {"the right digest, another algorithm",
		{"test. IN DS 26601 8 2 "
		 "21bd2d563ea5fbaa960711ff870f7bd7b3d50e2c5d382715e89c100b9491193b"},
		DNSSEC_BOGUS},
	    {"the right digest, another tag",
		{"test. IN DS 26602 13 2 "
		 "21bd2d563ea5fbaa960711ff870f7bd7b3d50e2c5d382715e89c100b9491193b"},
		DNSSEC_BOGUS},
	};
	static const char *const answer[] = {"test DNSKEY", NULL};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct answer *a = fixture_answer("test", DNS_TYPE_DNSKEY, 0, answer, NULL);
		getdns_list *ds = getdns_list_create();
		struct zone_keys *keys;
		for (size_t k = 0; rows[i].ds[k]; k++)
			fixture_add(ds, rows[i].ds[k], NULL);
		print_message("%s\n", rows[i].label);
		assert_int_equal(
		    validate_keys(a, ds, FIXTURE_NOW, arena, &keys).status, rows[i].want);
		keys_destroy(keys);
		getdns_list_destroy(ds);
		answer_destroy(a);
		arena_destroy(arena);
	}
}

/* Where DS records and keys share a tag, no more pairs are hashed than the limit. */
static void test_costly_ds(void **state)
{
	(void)state;
	static const char *const answer[] = {"test DNSKEY", NULL};
	for (unsigned wrong = LIMIT_SIGNATURE_TRIES - 1; wrong <= LIMIT_SIGNATURE_TRIES; wrong++) {
		struct arena *arena = arena_create();
		struct answer *a = fixture_answer("test", DNS_TYPE_DNSKEY, 0, answer, NULL);
		getdns_list *ds = getdns_list_create();
		struct zone_keys *keys;
		for (unsigned i = 0; i < wrong; i++)
			fixture_add(ds, DS "2 " DIGEST, NULL);
		fixture_add(ds, BY_SHA256, NULL);
		assert_int_equal(validate_keys(a, ds, FIXTURE_NOW, arena, &keys).status,
		    wrong < LIMIT_SIGNATURE_TRIES ? DNSSEC_SECURE : DNSSEC_BOGUS);
		keys_destroy(keys);
		getdns_list_destroy(ds);
		answer_destroy(a);
		arena_destroy(arena);
	}
}

/* Of the first of a January; 0 stays 0. */
static int year_of(int64_t when)
{
	return when ? (int)(1970 + (when + 15778476) / 31556952) : 0;
}

/* What the keys hang by: the fixture's signature ends in 2035, unless one that counts ends later.
 */
static void test_lives(void **state)
{
	(void)state;
#define DNSKEY_RRSIG(algorithm, tag, from, to)                                                     \
	"test. IN RRSIG DNSKEY " algorithm " 1 3600 " to "0101000000 " from "0101000000 " tag      \
	" test. AAAA"
#define DS_RRSIG "test. IN RRSIG DS 13 1 3600 20300101000000 20250101000000 1 . AAAA"
	static const struct {
		const char *label, *dnskey[MANY], *ds[2];
		int dnskey_year, ds_year; /* of the end; 0: not known */
	} rows[] = {
	    {"one signature", {"test DNSKEY"}, {DS_RRSIG}, 2035, 2030},
	    {"no signature over the DS records", {"test DNSKEY"}, {0}, 2035, 0},
	    {"a later one of the same key",
		{DNSKEY_RRSIG("13", "26601", "2024", "2037"), "test DNSKEY"}, {0}, 2037, 0},
	    {"a later one, but not valid yet",
		{"test DNSKEY", DNSKEY_RRSIG("13", "26601", "2030", "2037")}, {0}, 2035, 0},
	    {"a later one of a key that no DS record names",
		{"test DNSKEY", DNSKEY_RRSIG("13", "26602", "2024", "2037")}, {0}, 2035, 0},
	    {"a later one of another algorithm",
		{"test DNSKEY", DNSKEY_RRSIG("8", "26601", "2024", "2037")}, {0}, 2035, 0},
	    {"a later one that cannot be checked, named by a DS record",
		{"test DNSKEY", DNSKEY_RRSIG("253", "26601", "2024", "2037")}, {0}, 2035, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct answer *a = fixture_answer("test", DNS_TYPE_DNSKEY, 0, rows[i].dnskey, NULL);
		struct answer *d = fixture_answer("test", DNS_TYPE_DS, 0, rows[i].ds, NULL);
		getdns_list *ds = fixture_ds("test");
		struct zone_keys *keys;
		fixture_add(ds, "test. IN DS 26601 253 2 " DIGEST, NULL);
		struct dns_verdict v = validate_keys(a, ds, FIXTURE_NOW, arena, &keys);
		fixture_check(rows[i].label, v, DNSSEC_SECURE, false, NULL);
		keys_note_ds(keys, d, FIXTURE_NOW);
		struct signed_zone zone = keys_signed_zone(keys);
		assert_string_equal(zone.name, "test");
		assert_int_equal(year_of(zone.dnskey.expires), rows[i].dnskey_year);
		assert_int_equal(year_of(zone.dnskey.inception), 2024);
		assert_int_equal(year_of(zone.ds.expires), rows[i].ds_year);
		assert_int_equal(year_of(zone.ds.inception), rows[i].ds_year ? 2025 : 0);
		getdns_list_destroy(ds);
		answer_destroy(a);
		answer_destroy(d);
		keys_destroy(keys);
		arena_destroy(arena);
	}
}

static void test_odd_algorithm(void **state)
{
	(void)state;
	static const struct {
		const char *label, *ds[4];
		unsigned want;
	} rows[] = {
	    {"ECDSA", {"test. IN DS 1 13 2 " DIGEST}, 0},
	    {"RSASHA1", {"test. IN DS 1 5 2 " DIGEST}, 5},
	    {"RSASHA1-NSEC3-SHA1", {"test. IN DS 1 7 1 " DIGEST}, 7},
	    {"ECC-GOST", {"test. IN DS 1 12 2 " DIGEST}, 12},
	    {"Ed448", {"test. IN DS 1 16 4 " DIGEST}, 16},
	    {"Ed448 beside ECDSA", {"test. IN DS 1 16 2 " DIGEST, "test. IN DS 2 13 2 " DIGEST}, 0},
	    {"Ed448 beside ECDSA with a digest that nobody knows",
		{"test. IN DS 1 16 2 " DIGEST, "test. IN DS 2 13 200 " DIGEST}, 16},
	    {"one that nobody knows", {"test. IN DS 1 250 2 " DIGEST}, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		getdns_list *ds = getdns_list_create();
		for (size_t k = 0; rows[i].ds[k]; k++)
			fixture_add(ds, rows[i].ds[k], NULL);
		if (keys_ds_odd_algorithm(ds) != rows[i].want)
			fail_msg("%s", rows[i].label);
		getdns_list_destroy(ds);
	}
}

/* The root's errors name what is likely wrong on this side. */
static void test_root_keys(void **state)
{
	(void)state;
	static const struct {
		const char *label, *answer[MANY], *error;
	} rows[] = {
	    {"stripped", {". IN DNSKEY 257 3 8 AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJz"},
		"the resolver strips DNSSEC"},
	    {"nothing", {0}, "the root has no DNSKEY records in the resolver's answer"},
	    {"wrong anchor",
		{". IN DNSKEY 257 3 8 AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJz",
		    ". IN RRSIG DNSKEY 8 0 3600 20350101000000 20240101000000 26601 . AAAA"},
		"the trust anchor is wrong or out of date"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct answer *a = fixture_answer("", DNS_TYPE_DNSKEY, 0, rows[i].answer, NULL);
		getdns_list *ds = getdns_list_create();
		struct zone_keys *keys;
		fixture_add(ds, ". IN DS 20326 8 2 " DIGEST, NULL);
		fixture_check(rows[i].label, validate_keys(a, ds, FIXTURE_NOW, arena, &keys),
		    DNSSEC_BOGUS, false, rows[i].error);
		getdns_list_destroy(ds);
		answer_destroy(a);
		arena_destroy(arena);
	}
}

static void test_supported(void **state)
{
	(void)state;
	static const struct {
		const char *ds;
		bool want;
	} rows[] = {
	    {"test. IN DS 1 8 2 " DIGEST, true},
	    {"test. IN DS 1 13 4 " DIGEST, true},
	    {"test. IN DS 1 15 1 " DIGEST, true},
	    {"test. IN DS 1 16 2 " DIGEST, true},
	    {"test. IN DS 1 5 1 " DIGEST, true},
	    {"test. IN DS 1 1 2 " DIGEST, false},  /* RSAMD5 */
	    {"test. IN DS 1 3 2 " DIGEST, false},  /* DSA */
	    {"test. IN DS 1 12 2 " DIGEST, false}, /* GOST */
	    {"test. IN DS 1 17 2 " DIGEST, false},
	    {"test. IN DS 1 253 2 " DIGEST, false},
	    {"test. IN DS 1 13 3 " DIGEST, false},
	    {"test. IN DS 1 13 5 " DIGEST, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *const answer[] = {rows[i].ds, "test. IN DS 1 99 2 " DIGEST, NULL};
		struct answer *a = fixture_answer("test", DNS_TYPE_DS, 0, answer, NULL);
		struct getdns_list *ds = keys_find_ds(a, "test");
		print_message("%s\n", rows[i].ds);
		assert_int_equal(keys_ds_is_supported(ds), rows[i].want);
		keys_destroy_ds(ds);
		answer_destroy(a);
	}
}

static void note(const struct zone_keys *keys, const char *text, int64_t expires)
{
	struct buffer rrset = {0};
	buffer_add_text(&rrset, text);
	keys_note_proven(keys, &rrset, expires);
	buffer_reset(&rrset);
}

static bool has(const struct zone_keys *keys, const char *text, int64_t now)
{
	struct buffer rrset = {0};
	buffer_add_text(&rrset, text);
	bool found = keys_has_proven(keys, &rrset, now);
	buffer_reset(&rrset);
	return found;
}

static void test_memory(void **state)
{
	(void)state;
	struct zone_keys *keys = fixture_keys("test");
	char text[LIMIT_DENIAL_OCTETS + 2] = "";

	assert_false(has(keys, "one", 100));
	note(keys, "one", 100);
	assert_true(has(keys, "one", 100));
	assert_false(has(keys, "one", 101));
	assert_false(has(keys, "onf", 100));
	assert_false(has(keys, "on", 100));
	for (int i = 0; i < LIMIT_DENIALS_KEPT; i++) {
		snprintf(text, sizeof text, "more %d", i);
		note(keys, text, 100);
		assert_true(has(keys, text, 100));
		assert_int_equal(has(keys, "one", 100), i < LIMIT_DENIALS_KEPT - 1);
	}
	memset(text, 'x', LIMIT_DENIAL_OCTETS + 1);
	note(keys, text, 100);
	assert_false(has(keys, text, 100));
	text[LIMIT_DENIAL_OCTETS] = '\0';
	note(keys, text, 100);
	assert_true(has(keys, text, 100));
	keys_destroy(keys);
}

/* What another record of the set does to the key that signs, as BIND 9.18 was seen to do: it stops
 * at one that it cannot read, in canonical order. */
static void test_beside(void **state)
{
	(void)state;
	static const struct {
		const char *label, *record, *want;
	} rows[] = {
	    {"alone", NULL, NULL},
	    {"one that is cut before it", "test. IN DNSKEY 256 3 13 AQID",
		"BIND cannot read the DNSKEY record with tag"},
	    {"the same, no zone key", "test. IN DNSKEY 0 3 13 AQID",
		"BIND cannot read the DNSKEY record with tag"},
	    {"the same, of another protocol", "test. IN DNSKEY 257 2 13 AQID",
		"BIND cannot read the DNSKEY record with tag"},
	    {"the same behind it", "test. IN DNSKEY 384 3 13 AQID", NULL},
	    {"no point of the curve",
		"test. IN DNSKEY 256 3 13 "
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD"
		"0+Pw==",
		"BIND cannot read the DNSKEY record with tag"},
	    {"an Edwards key that is cut", "test. IN DNSKEY 256 3 15 AQID",
		"BIND cannot read the DNSKEY record with tag"},
	    {"any 32 octets are one",
		"test. IN DNSKEY 256 3 15 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", NULL},
	    {"an RSA exponent of 33 bits",
		"test. IN DNSKEY 256 3 8 "
		"BQEAAAAB8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8f"
		"Hx8fHx8fHx8Q==",
		NULL},
	    {"of 33 bits, and zeros",
		"test. IN DNSKEY 256 3 8 "
		"BgABAAAAAfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8f"
		"Hx8fHx8fHx8fE=",
		NULL},
	    {"of 34 bits",
		"test. IN DNSKEY 256 3 8 "
		"BQIAAAAB8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8f"
		"Hx8fHx8fHx8Q==",
		"BIND cannot read the DNSKEY record with tag"},
	    {"longer than the data", "test. IN DNSKEY 256 3 8 AAECAwQFBgcICQoLDA0ODxAREhM=",
		"BIND cannot read the DNSKEY record with tag"},
	    {"no modulus",
		"test. IN DNSKEY 256 3 8 AwEAAQ==", "BIND cannot read the DNSKEY record with tag"},
	    {"a modulus that begins with a zero octet",
		"test. IN DNSKEY 256 3 8 "
		"AwEAAQDx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8f"
		"Hx8fHx8fHx",
		NULL},
	    {"an unknown algorithm", "test. IN DNSKEY 256 3 200 AQID", NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *const answer[] = {"test DNSKEY", rows[i].record, NULL};
		struct arena *arena = arena_create();
		struct answer *a = fixture_answer("test", DNS_TYPE_DNSKEY, 0, answer, NULL);
		getdns_list *good = getdns_list_create();
		struct key_faults *faults = key_faults_find(a, good);
		const char *why = key_faults_why(
		    faults, answer_signature(a, "test", DNS_TYPE_DNSKEY, NULL)->signature, arena);
		print_message("%s: %s\n", rows[i].label, why ? why : "-");
		assert_int_equal(why != NULL, rows[i].want != NULL);
		assert_true(!why || strstr(why, rows[i].want));
		key_faults_destroy(faults);
		getdns_list_destroy(good);
		answer_destroy(a);
		arena_destroy(arena);
	}
}

/* A zone file's line of the key with two octets changed so that its tag stays. */
static const char *same_tag(const struct dns_rr *key, int more, struct arena *arena)
{
	uint8_t *rdata = arena_memdup(arena, key->rdata, key->rdata_size);
	size_t at = 4;
	while (rdata[at] < 50 || rdata[at] > 200 || rdata[at + 2] < 50 || rdata[at + 2] > 200)
		at += 2;
	rdata[at] = (uint8_t)(rdata[at] + more);
	rdata[at + 2] = (uint8_t)(rdata[at + 2] - more);
	return arena_printf(arena, "test. IN DNSKEY \\# %zu %s", key->rdata_size,
	    escape_hex(arena, rdata, key->rdata_size));
}

#define BEFORE "another DNSKEY record with its tag sorts before"

/* Keys with the tag of the one that signs. They are of an algorithm of which any octets are a key.
 */
static void test_same_tag(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		int count; /* of keys that sort behind the first one; below 0, before it */
		const char *why, *refused;
		bool counts; /* the first one */
	} rows[] = {
	    {"one behind it", 1, BEFORE, NULL, true},
	    {"one before it", -1, BEFORE, NULL, false},
	    {"as many as Unbound compares with a DS record", LIMIT_DS_KEYS - 1, BEFORE, NULL, true},
	    {"one more", LIMIT_DS_KEYS, BEFORE, "than Unbound looks at", true},
	    {"as many as Unbound tries for a signature", LIMIT_SAME_TAG_KEYS - 1, BEFORE,
		"than Unbound looks at", true},
	    {"one more than these", LIMIT_SAME_TAG_KEYS, "that Unbound gives up",
		"than Unbound looks at", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *answer[LIMIT_SAME_TAG_KEYS + 2] = {
		    "test. IN DNSKEY 257 3 15 "
		    "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM="};
		struct arena *arena = arena_create();
		struct answer *a = fixture_answer("test", DNS_TYPE_DNSKEY, 0, answer, NULL);
		getdns_list *ds = getdns_list_create(), *good = getdns_list_create();
		struct dns_signature s = {.algorithm = 15};
		uint32_t tag;
		assert_true(rrset_key_tag(a->rrs[0].dict, &tag));
		s.key_tag = (uint16_t)tag;
		fixture_add(ds, arena_printf(arena, "test. IN DS %u 15 2 " DIGEST, tag), NULL);
		for (int k = 1; k <= abs(rows[i].count); k++)
			answer[k] = same_tag(&a->rrs[0], rows[i].count < 0 ? -k : k, arena);
		answer_destroy(a);
		a = fixture_answer("test", DNS_TYPE_DNSKEY, 0, answer, NULL);
		struct key_faults *faults = key_faults_find(a, good);
		const char *why = key_faults_why(faults, &s, arena),
			   *refused = keys_refused(a, ds).text;
		print_message(
		    "%s: %s; %s\n", rows[i].label, why ? why : "-", refused ? refused : "-");
		assert_int_equal(why != NULL, rows[i].why != NULL);
		assert_true(!why || strstr(why, rows[i].why));
		assert_int_equal(refused != NULL, rows[i].refused != NULL);
		assert_true(!refused || strstr(refused, rows[i].refused));
		size_t left = 0;
		getdns_list_get_length(good, &left);
		assert_int_equal(left, strstr(why, "gives up") ? 0 : 1);
		getdns_dict *first = NULL;
		getdns_bindata *raw = NULL;
		(void)getdns_list_get_dict(good, 0, &first);
		assert_int_equal(rows[i].counts,
		    first && !getdns_dict_get_bindata(first, "/rdata/rdata_raw", &raw) &&
			memcmp(raw->data, a->rrs[0].rdata, raw->size) == 0);
		key_faults_destroy(faults);
		getdns_list_destroy(good);
		getdns_list_destroy(ds);
		answer_destroy(a);
		arena_destroy(arena);
	}
}

/* A key that its DS record names, and that some cannot verify with. */
static void test_named_fault(void **state)
{
	(void)state;
	static const struct {
		const char *label, *record, *want;
	} rows[] = {
	    {"an exponent of 33 bits",
		"test. IN DNSKEY 257 3 8 "
		"BQEAAAAB8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8f"
		"Hx8fHx8fHx8Q==",
		NULL},
	    {"of 34 bits",
		"test. IN DNSKEY 257 3 8 "
		"BQIAAAAB8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8f"
		"Hx8fHx8fHx8Q==",
		"exponent has more than 33 bits"},
	    {"a modulus that begins with a zero octet",
		"test. IN DNSKEY 257 3 8 "
		"AwEAAQDx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8f"
		"Hx8fHx8fHx",
		"begins with a zero octet"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *const answer[] = {rows[i].record, NULL};
		struct arena *arena = arena_create();
		struct answer *a = fixture_answer("test", DNS_TYPE_DNSKEY, 0, answer, NULL);
		getdns_list *ds = getdns_list_create();
		uint32_t tag;
		assert_true(rrset_key_tag(a->rrs[0].dict, &tag));
		fixture_add(ds, arena_printf(arena, "test. IN DS %u 8 2 " DIGEST, tag), NULL);
		struct keys_fault fault = keys_named_fault(a, ds);
		print_message("%s: %s\n", rows[i].label, fault.text ? fault.text : "-");
		assert_int_equal(fault.text != NULL, rows[i].want != NULL);
		assert_true(!fault.text || strstr(fault.text, rows[i].want));
		assert_int_equal(fault.cause, fault.text ? CAUSE_DNSKEY_UNUSABLE : CAUSE_NONE);
		getdns_list_destroy(ds);
		answer_destroy(a);
		arena_destroy(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_digests),
	    cmocka_unit_test(test_costly_ds),
	    cmocka_unit_test(test_lives),
	    cmocka_unit_test(test_odd_algorithm),
	    cmocka_unit_test(test_root_keys),
	    cmocka_unit_test(test_supported),
	    cmocka_unit_test(test_memory),
	    cmocka_unit_test(test_beside),
	    cmocka_unit_test(test_same_tag),
	    cmocka_unit_test(test_named_fault),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
