/* What a zone's keys prove: records, wildcards, absence, keys; and why not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dns_fixture.h"

enum { MANY = 6 };

static void check(const char *label, struct dns_verdict v, enum dnssec_status want,
    bool denies_name, const char *error)
{
	print_message("%s: %s\n", label, v.error ? v.error : "-");
	assert_int_equal(v.status, want);
	assert_int_equal(v.denies_name, denies_name);
	assert_int_equal(v.error != NULL, error != NULL);
	if (error && !strstr(v.error, error))
		fail_msg("%s: not \"%s\"", v.error, error);
	assert_int_equal(v.failure, want == DNSSEC_INDETERMINATE ? LOOKUP_FAILURE_UNJUDGEABLE : 0);
}

static void test_rrset(void **state)
{
	(void)state;
	static const struct {
		const char *label, *zone, *owner;
		uint16_t type;
		const char *answer[MANY], *authority[MANY];
		int64_t now;
		enum dnssec_status want;
		const char *error;
	} rows[] = {
	    {"signed", "test", "mx.test", DNS_TYPE_A, {"mx.test A"}, {0}, 0, DNSSEC_SECURE, NULL},
	    {"apex", "test", "test", DNS_TYPE_MX, {"test MX"}, {0}, 0, DNSSEC_SECURE, NULL},
	    {"alias", "test", "alias.test", DNS_RR_CNAME, {"alias.test CNAME"}, {0}, 0,
		DNSSEC_SECURE, NULL},
	    {"not yet", "test", "mx.test", DNS_TYPE_A, {"mx.test A"}, {0}, FIXTURE_BEFORE,
		DNSSEC_BOGUS,
		"the signature over mx.test A is not valid before 2024-01-01T00:00:00Z: is the "
		"clock right?"},
	    {"expired", "test", "mx.test", DNS_TYPE_A, {"mx.test A"}, {0}, FIXTURE_AFTER,
		DNSSEC_BOGUS, "the signature over mx.test A expired at 2035-01-01T00:00:00Z"},
	    {"no signature", "test", "mx.test", DNS_TYPE_A, {"-mx.test A"}, {0}, 0, DNSSEC_BOGUS,
		"mx.test A has no signature although zone test is signed"},
	    {"another zone's", "test", "mx.hashed", DNS_TYPE_A, {"mx.hashed A"}, {0}, 0,
		DNSSEC_BOGUS, "mx.hashed A is signed by hashed, but belongs to zone test"},
	    {"renamed", "test", "evil.test", DNS_TYPE_A, {"mx.test A > evil.test"}, {0}, 0,
		DNSSEC_BOGUS, "does not verify"},
	    {"one record more", "test", "mx.test", DNS_TYPE_A,
		{"mx.test A", "mx.test. 3600 IN A 198.51.100.1"}, {0}, 0, DNSSEC_BOGUS,
		"does not verify"},
	    {"other data", "test", "mx.test", DNS_TYPE_A,
		{"mx.test. 3600 IN A 198.51.100.1", "mx.test NSEC"}, {0}, 0, DNSSEC_BOGUS,
		"no signature"},
	    {"in the authority section", "test", "mx.test", DNS_TYPE_A, {0}, {"mx.test A"}, 0,
		DNSSEC_BOGUS, "does not verify"},
	    {"wildcard", "test", "a.w.test", DNS_TYPE_A, {"*.w.test A > a.w.test"},
		{"*.w.test NSEC"}, 0, DNSSEC_SECURE, NULL},
	    {"wildcard, two labels", "test", "a.b.w.test", DNS_TYPE_A, {"*.w.test A > a.b.w.test"},
		{"*.w.test NSEC"}, 0, DNSSEC_SECURE, NULL},
	    {"wildcard without proof", "test", "a.w.test", DNS_TYPE_A, {"*.w.test A > a.w.test"},
		{0}, 0, DNSSEC_BOGUS, "not proven that nothing closer exists"},
	    {"wildcard with the wrong proof", "test", "a.w.test", DNS_TYPE_A,
		{"*.w.test A > a.w.test"}, {"ns.test NSEC"}, 0, DNSSEC_BOGUS, "closer"},
	    {"wildcard over nothing", "wild", "a.b.wild", DNS_TYPE_A, {"*.wild A > a.b.wild"},
		{"*.wild NSEC"}, 0, DNSSEC_SECURE, NULL},
	    {"wildcard over an empty non-terminal", "wild", "y.ent.wild", DNS_TYPE_A,
		{"*.wild A > y.ent.wild"}, {"*.wild NSEC"}, 0, DNSSEC_BOGUS, "closer"},
	    {"wildcard, hashed", "hashed", "a.w.hashed", DNS_TYPE_A, {"*.w.hashed A > a.w.hashed"},
		{"hashed NSEC3"}, 0, DNSSEC_SECURE, NULL},
	    {"wildcard, salted", "salted", "a.w.salted", DNS_TYPE_A, {"*.w.salted A > a.w.salted"},
		{"salted NSEC3"}, 0, DNSSEC_SECURE, NULL},
	    {"wildcard, hashed, without proof", "hashed", "a.w.hashed", DNS_TYPE_A,
		{"*.w.hashed A > a.w.hashed"}, {0}, 0, DNSSEC_BOGUS, "closer"},
	    {"wildcard, opt-out", "optout", "a.w.optout", DNS_TYPE_A, {"*.w.optout A > a.w.optout"},
		{"optout NSEC3"}, 0, DNSSEC_INSECURE, NULL},
	    {"wildcard, many iterations", "slow", "a.w.slow", DNS_TYPE_A, {"*.w.slow A > a.w.slow"},
		{"slow NSEC3"}, 0, DNSSEC_INSECURE, NULL},
	    {"DNAME", "test", "a.d.test", DNS_RR_CNAME,
		{"d.test DNAME", "a.d.test. 3600 IN CNAME a.w.test."}, {0}, 0, DNSSEC_SECURE, NULL},
	    {"DNAME to elsewhere", "test", "a.d.test", DNS_RR_CNAME,
		{"d.test DNAME", "a.d.test. 3600 IN CNAME a.evil.test."}, {0}, 0, DNSSEC_BOGUS,
		"the DNAME at d.test does not verify, or the alias"},
	    {"DNAME expired", "test", "a.d.test", DNS_RR_CNAME,
		{"d.test DNAME", "a.d.test. 3600 IN CNAME a.w.test."}, {0}, FIXTURE_AFTER,
		DNSSEC_BOGUS, "the signature over d.test DNAME expired"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct dns_keys *keys = fixture_keys(rows[i].zone);
		struct dns_answer *a = fixture_answer(
		    rows[i].owner, rows[i].type, 0, rows[i].answer, rows[i].authority);
		check(rows[i].label,
		    dns_proof_rrset(a, rows[i].owner, rows[i].type, keys,
			rows[i].now ? rows[i].now : FIXTURE_NOW, arena),
		    rows[i].want, false, rows[i].error);
		dns_answer_destroy(a);
		dns_keys_destroy(keys);
		arena_destroy(arena);
	}
}

static void test_absence(void **state)
{
	(void)state;
	static const struct {
		const char *label, *zone, *name;
		uint16_t type;
		unsigned rcode;
		const char *authority[MANY];
		int64_t now;
		enum dnssec_status want;
		bool denies_name;
		const char *error;
	} rows[] = {
	    /* NSEC (RFC 4035 §5.4) */
	    {"no such type", "test", "mx.test", DNS_TYPE_MX, 0, {"mx.test NSEC"}, 0, DNSSEC_SECURE,
		false, NULL},
	    {"no such type, NXDOMAIN said", "test", "mx.test", DNS_TYPE_MX, 3, {"mx.test NSEC"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"no such name", "test", "nx.test", DNS_TYPE_A, 3, {"ns.test NSEC", "test NSEC"}, 0,
		DNSSEC_SECURE, true, NULL},
	    {"no such name, NOERROR said", "test", "nx.test", DNS_TYPE_A, 0,
		{"ns.test NSEC", "test NSEC"}, 0, DNSSEC_SECURE, true, NULL},
	    {"empty non-terminal", "test", "ent.test", DNS_TYPE_A, 0, {"d.test NSEC"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"wildcard without the type", "test", "a.w.test", DNS_TYPE_MX, 0, {"*.w.test NSEC"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"the type exists", "test", "mx.test", DNS_TYPE_A, 0, {"mx.test NSEC"}, 0, DNSSEC_BOGUS,
		false, "do not prove that there is no mx.test A"},
	    {"an alias exists", "test", "alias.test", DNS_TYPE_A, 0, {"alias.test NSEC"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"the wildcard has the type", "test", "a.w.test", DNS_TYPE_A, 0, {"*.w.test NSEC"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"the name exists", "test", "mx.test", DNS_TYPE_MX, 3, {"ns.test NSEC", "test NSEC"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"without the wildcard's", "test", "nx.test", DNS_TYPE_A, 3, {"ns.test NSEC"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"without the name's", "test", "nx.test", DNS_TYPE_A, 3, {"test NSEC"}, 0, DNSSEC_BOGUS,
		false, "do not prove"},
	    {"below a signed delegation", "test", "mx.signed.test", DNS_TYPE_A, 3,
		{"signed.test NSEC", "test NSEC"}, 0, DNSSEC_BOGUS, false, "do not prove"},
	    {"at a signed delegation", "test", "signed.test", DNS_TYPE_A, 0, {"signed.test NSEC"},
		0, DNSSEC_BOGUS, false, "do not prove"},
	    {"below a DNAME", "test", "a.d.test", DNS_TYPE_A, 3, {"d.test NSEC", "test NSEC"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"unsigned", "test", "mx.test", DNS_TYPE_MX, 0, {"-mx.test NSEC"}, 0, DNSSEC_BOGUS,
		false, "mx.test NSEC has no signature"},
	    {"expired", "test", "mx.test", DNS_TYPE_MX, 0, {"mx.test NSEC"}, FIXTURE_AFTER,
		DNSSEC_BOGUS, false, "the signature over mx.test NSEC expired"},
	    {"nothing at all", "test", "mx.test", DNS_TYPE_MX, 0, {0}, 0, DNSSEC_BOGUS, false,
		"nothing proves that there is no mx.test MX, although zone test is signed"},
	    {"another zone's", "hashed", "mx.test", DNS_TYPE_MX, 0, {"mx.test NSEC"}, 0,
		DNSSEC_BOGUS, false, "belongs to zone hashed"},
	    {"DS of no delegation", "test", "mx.test", DNS_RR_DS, 0, {"mx.test NSEC"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"DS of an unsigned delegation", "test", "unsigned.test", DNS_RR_DS, 0,
		{"unsigned.test NSEC"}, 0, DNSSEC_INSECURE, false, NULL},
	    {"DS of a signed delegation", "test", "signed.test", DNS_RR_DS, 0, {"signed.test NSEC"},
		0, DNSSEC_BOGUS, false, "do not prove"},
	    /* NSEC3 (RFC 5155 §8) */
	    {"hashed: no such type", "hashed", "mx.hashed", DNS_TYPE_MX, 0, {"hashed NSEC3"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"hashed: no such name", "hashed", "nx.hashed", DNS_TYPE_A, 3, {"hashed NSEC3"}, 0,
		DNSSEC_SECURE, true, NULL},
	    {"hashed: no such name, NOERROR said", "hashed", "nx.hashed", DNS_TYPE_A, 0,
		{"hashed NSEC3"}, 0, DNSSEC_SECURE, true, NULL},
	    {"hashed: empty non-terminal, NXDOMAIN said", "hashed", "ent.hashed", DNS_TYPE_A, 3,
		{"hashed NSEC3"}, 0, DNSSEC_SECURE, false, NULL},
	    {"hashed: wildcard without the type", "hashed", "a.w.hashed", DNS_TYPE_MX, 0,
		{"hashed NSEC3"}, 0, DNSSEC_SECURE, false, NULL},
	    {"hashed: the wildcard has the type", "hashed", "a.w.hashed", DNS_TYPE_A, 0,
		{"hashed NSEC3"}, 0, DNSSEC_BOGUS, false, "do not prove"},
	    {"hashed: the type exists", "hashed", "mx.hashed", DNS_TYPE_A, 0, {"hashed NSEC3"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"hashed: below a signed delegation", "hashed", "_25._tcp.mx.signed.hashed",
		DNS_TYPE_TLSA, 3, {"hashed NSEC3"}, 0, DNSSEC_BOGUS, false, "do not prove"},
	    {"hashed: at a signed delegation", "hashed", "signed.hashed", DNS_TYPE_A, 0,
		{"hashed NSEC3"}, 0, DNSSEC_BOGUS, false, "do not prove"},
	    {"hashed: below a DNAME", "hashed", "a.d.hashed", DNS_TYPE_A, 3, {"hashed NSEC3"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"hashed: DS of an unsigned delegation", "hashed", "unsigned.hashed", DNS_RR_DS, 0,
		{"hashed NSEC3"}, 0, DNSSEC_INSECURE, false, NULL},
	    {"hashed: DS of a signed delegation", "hashed", "signed.hashed", DNS_RR_DS, 0,
		{"hashed NSEC3"}, 0, DNSSEC_BOGUS, false, "do not prove"},
	    {"hashed: DS of no delegation", "hashed", "mx.hashed", DNS_RR_DS, 0, {"hashed NSEC3"},
		0, DNSSEC_SECURE, false, NULL},
	    {"hashed: unsigned", "hashed", "nx.hashed", DNS_TYPE_A, 3, {"-hashed NSEC3"}, 0,
		DNSSEC_BOGUS, false, "no signature"},
	    {"hashed: expired", "hashed", "nx.hashed", DNS_TYPE_A, 3, {"hashed NSEC3"},
		FIXTURE_AFTER, DNSSEC_BOGUS, false, "expired"},
	    {"hashed: another zone's", "test", "nx.test", DNS_TYPE_A, 3, {"hashed NSEC3"}, 0,
		DNSSEC_BOGUS, false, "belongs to zone test"},
	    {"salted: no such name", "salted", "nx.salted", DNS_TYPE_A, 3, {"salted NSEC3"}, 0,
		DNSSEC_SECURE, true, NULL},
	    {"salted: no such type", "salted", "mx.salted", DNS_TYPE_MX, 0, {"salted NSEC3"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"opt-out: no such name", "optout", "nx.optout", DNS_TYPE_A, 3, {"optout NSEC3"}, 0,
		DNSSEC_INSECURE, false, NULL},
	    {"opt-out: no such type", "optout", "mx.optout", DNS_TYPE_MX, 0, {"optout NSEC3"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"opt-out: DS of no name", "optout", "nx.optout", DNS_RR_DS, 3, {"optout NSEC3"}, 0,
		DNSSEC_INSECURE, false, NULL},
	    {"opt-out: the type exists", "optout", "mx.optout", DNS_TYPE_A, 0, {"optout NSEC3"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"151 iterations", "slow", "mx.slow", DNS_TYPE_MX, 0, {"slow NSEC3"}, 0,
		DNSSEC_INSECURE, false, NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct dns_keys *keys = fixture_keys(rows[i].zone);
		struct dns_answer *a = fixture_answer(
		    rows[i].name, rows[i].type, rows[i].rcode, NULL, rows[i].authority);
		check(rows[i].label,
		    dns_proof_absence(a, rows[i].name, rows[i].type, keys,
			rows[i].now ? rows[i].now : FIXTURE_NOW, arena),
		    rows[i].want, rows[i].denies_name, rows[i].error);
		dns_answer_destroy(a);
		dns_keys_destroy(keys);
		arena_destroy(arena);
	}
}

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
	} rows[] = {
	    {"good", "test", {"test DNSKEY"}, NULL, 0, DNSSEC_SECURE, NULL},
	    {"none", "test", {"test SOA"}, NULL, 0, DNSSEC_BOGUS,
		"test has DS records, but no DNSKEY records"},
	    {"unsigned", "test", {"-test DNSKEY"}, NULL, 0, DNSSEC_BOGUS, "without a signature"},
	    {"another key's DS", "test", {"test DNSKEY"}, "test. IN DS 1 13 2 " DIGEST, 0,
		DNSSEC_BOGUS, "no DNSKEY that fits its DS records"},
	    {"another digest", "test", {"test DNSKEY"}, "test. IN DS 26601 13 2 " DIGEST, 0,
		DNSSEC_BOGUS, "do not fit"},
	    {"expired", "test", {"test DNSKEY"}, NULL, FIXTURE_AFTER, DNSSEC_BOGUS,
		"the signature over test DNSKEY expired at 2035-01-01"},
	    {"one key more than was signed", "test",
		{"test DNSKEY", "test. IN DNSKEY 257 3 13 "
				"Ei+VQq766yAQIrqVi0oQCt/8FcYpyEYEd5F/"
				"BXWa7TiLTVfmEi+VQq766yAQIrqVi0oQCt/8FcYpyEYEd5F/BXWa7TiLTVfmEi8="},
		NULL, 0, DNSSEC_BOGUS, "do not fit, or that are signed by another key"},
	    {"past 2038", "late", {"late DNSKEY"}, NULL, 0, DNSSEC_INDETERMINATE,
		"the signature over late DNSKEY ends at 2042-01-01"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct dns_answer *a =
		    fixture_answer(rows[i].zone, DNS_RR_DNSKEY, 0, rows[i].answer, NULL);
		getdns_list *ds = rows[i].ds ? getdns_list_create() : fixture_ds(rows[i].zone);
		struct dns_keys *keys;
		if (rows[i].ds)
			fixture_add(ds, rows[i].ds, NULL);
		struct dns_verdict v =
		    dns_proof_keys(a, ds, rows[i].now ? rows[i].now : FIXTURE_NOW, arena, &keys);
		check(rows[i].label, v, rows[i].want, false, rows[i].error);
		assert_int_equal(keys != NULL, rows[i].want == DNSSEC_SECURE);
		if (keys)
			assert_string_equal(dns_keys_zone(keys), rows[i].zone);
		getdns_list_destroy(ds);
		dns_answer_destroy(a);
		dns_keys_destroy(keys);
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
		struct dns_answer *a =
		    fixture_answer("test", DNS_RR_DNSKEY, 0, rows[i].dnskey, NULL);
		struct dns_answer *d = fixture_answer("test", DNS_RR_DS, 0, rows[i].ds, NULL);
		getdns_list *ds = fixture_ds("test");
		struct dns_keys *keys;
		fixture_add(ds, "test. IN DS 26601 253 2 " DIGEST, NULL);
		struct dns_verdict v = dns_proof_keys(a, ds, FIXTURE_NOW, arena, &keys);
		check(rows[i].label, v, DNSSEC_SECURE, false, NULL);
		dns_keys_note_ds(keys, d, FIXTURE_NOW);
		struct signed_zone zone = dns_keys_signed_zone(keys);
		assert_string_equal(zone.name, "test");
		assert_int_equal(year_of(zone.dnskey.expires), rows[i].dnskey_year);
		assert_int_equal(year_of(zone.dnskey.inception), 2024);
		assert_int_equal(year_of(zone.ds.expires), rows[i].ds_year);
		assert_int_equal(year_of(zone.ds.inception), rows[i].ds_year ? 2025 : 0);
		getdns_list_destroy(ds);
		dns_answer_destroy(a);
		dns_answer_destroy(d);
		dns_keys_destroy(keys);
		arena_destroy(arena);
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
		struct dns_answer *a = fixture_answer("", DNS_RR_DNSKEY, 0, rows[i].answer, NULL);
		getdns_list *ds = getdns_list_create();
		struct dns_keys *keys;
		fixture_add(ds, ". IN DS 20326 8 2 " DIGEST, NULL);
		check(rows[i].label, dns_proof_keys(a, ds, FIXTURE_NOW, arena, &keys), DNSSEC_BOGUS,
		    false, rows[i].error);
		getdns_list_destroy(ds);
		dns_answer_destroy(a);
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
		struct dns_answer *a = fixture_answer("test", DNS_RR_DS, 0, answer, NULL);
		struct getdns_list *ds = dns_proof_ds(a, "test");
		print_message("%s\n", rows[i].ds);
		assert_int_equal(dns_proof_ds_is_supported(ds), rows[i].want);
		dns_proof_ds_destroy(ds);
		dns_answer_destroy(a);
	}
}

static void test_signer(void **state)
{
	(void)state;
	static const struct {
		const char *label, *owner;
		uint16_t type;
		bool absent;
		const char *answer[MANY], *authority[MANY], *want;
	} rows[] = {
	    {"signed", "mx.test", DNS_TYPE_A, false, {"mx.test A"}, {0}, "test"},
	    {"unsigned", "mx.test", DNS_TYPE_A, false, {"-mx.test A"}, {0}, NULL},
	    {"not above the name", "mx.test", DNS_TYPE_A, false, {"mx.hashed A > mx.test"}, {0},
		NULL},
	    {"DNAME", "a.d.test", DNS_RR_CNAME, false,
		{"d.test DNAME", "a.d.test. 3600 IN CNAME a.w.test."}, {0}, "test"},
	    {"absent", "nx.test", DNS_TYPE_A, true, {0}, {"ns.test NSEC"}, "test"},
	    {"absent, hashed", "nx.hashed", DNS_TYPE_A, true, {0}, {"hashed NSEC3"}, "hashed"},
	    {"absent, SOA alone", "nx.test", DNS_TYPE_A, true, {0}, {"test SOA"}, NULL},
	    {"absent, another zone", "nx.hashed", DNS_TYPE_A, true, {0}, {"ns.test NSEC"}, NULL},
	    {"the deepest", "a.mx.test", DNS_TYPE_A, false,
		{"mx.test A > a.mx.test", "a.mx.test. IN RRSIG A 13 3 3600 20350101000000 "
					  "20240101000000 1 mx.test. AAAA"},
		{0}, "mx.test"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dns_answer *a = fixture_answer(
		    rows[i].owner, rows[i].type, 0, rows[i].answer, rows[i].authority);
		const char *got = dns_proof_signer(a, rows[i].owner, rows[i].type, rows[i].absent);
		print_message("%s\n", rows[i].label);
		if (rows[i].want)
			assert_string_equal(got, rows[i].want);
		else
			assert_null(got);
		dns_answer_destroy(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rrset),
	    cmocka_unit_test(test_absence),
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_lives),
	    cmocka_unit_test(test_root_keys),
	    cmocka_unit_test(test_supported),
	    cmocka_unit_test(test_signer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
