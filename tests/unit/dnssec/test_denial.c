/* What NSEC records deny, beside what getdns' proof engine reads from the same records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dns_fixture.h"
#include "nsec3.h"
#include "rrset.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const owners[] = {"test", "alias.test", "d.test", "x.ent.test", "mx.test",
    "_25._tcp.mx.test", "ns.test", "out.test", "signed.test", "unsigned.test", "*.w.test"};

static const char *const names[] = {"test", "a.test", "alias.test", "a.alias.test", "d.test",
    "a.d.test", "ent.test", "a.ent.test", "x.ent.test", "mx.test", "_tcp.mx.test",
    "_25._tcp.mx.test", "_26._tcp.mx.test", "_25._tcp.a.mx.test", "nx.test", "ns.test",
    "signed.test", "mx.signed.test", "unsigned.test", "mx.unsigned.test", "w.test", "*.w.test",
    "a.w.test", "a.b.w.test", "z.test", "zz.z.test"};

static const uint16_t types[] = {DNS_TYPE_A, DNS_TYPE_DS, DNS_TYPE_TLSA};

static enum dnssec_status ask_engine(
    const struct answer *answer, const char *name, uint16_t type, const struct zone_keys *keys)
{
	getdns_list *records = getdns_list_create();
	getdns_dict *question = getdns_dict_create();
	getdns_bindata *wire = fixture_name(name);
	enum dnssec_status status = DNSSEC_BOGUS;
	size_t length;

	getdns_dict_set_bindata(question, "qname", wire);
	getdns_dict_set_int(question, "qtype", type);
	getdns_dict_set_int(question, "qclass", GETDNS_RRCLASS_IN);
	rrset_list_add(records, question);
	for (size_t i = 0; i < answer->count; i++)
		rrset_list_add(records, answer->rrs[i].dict);
	getdns_list_get_length(records, &length);
	assert_int_equal(length, answer->count + 1);
	status = rrset_prove(records, keys_records(keys), FIXTURE_NOW);
	fixture_free_name(wire);
	getdns_dict_destroy(question);
	getdns_list_destroy(records);
	return status;
}

static struct answer *answer_with(
    const char *name, uint16_t type, const char *first, const char *second)
{
	char wishes[2][300];
	const char *authority[] = {wishes[0], second ? wishes[1] : NULL, NULL};

	snprintf(wishes[0], sizeof wishes[0], "%s NSEC", first);
	snprintf(wishes[1], sizeof wishes[1], "%s NSEC", second ? second : "");
	return fixture_answer(name, type, 0, NULL, authority);
}

/* Every question by every record alone and by every two of them. */
static void test_beside_the_engine(void **state)
{
	(void)state;
	struct zone_keys *keys = fixture_keys("test");
	size_t counts[DNSSEC_BOGUS + 1] = {0}, differing = 0;

	for (size_t i = 0; i < COUNT(owners) * COUNT(owners); i++) {
		const char *first = owners[i / COUNT(owners)], *second = owners[i % COUNT(owners)];
		if (i / COUNT(owners) > i % COUNT(owners))
			continue;
		for (size_t n = 0; n < COUNT(names) * COUNT(types); n++) {
			const char *name = names[n / COUNT(types)];
			uint16_t type = types[n % COUNT(types)];
			struct arena *arena = arena_create();
			struct answer *a =
			    answer_with(name, type, first, first == second ? NULL : second);
			struct dns_verdict own =
			    validate_absence(a, name, type, keys, FIXTURE_NOW, arena);
			enum dnssec_status engine = ask_engine(a, name, type, keys);
			counts[own.status]++;
			if (own.status != engine) {
				print_message("%s %u by %s and %s: %d, the engine says %d\n", name,
				    type, first, second, own.status, engine);
				differing++;
			}
			answer_destroy(a);
			arena_destroy(arena);
		}
	}
	print_message("%zu secure, %zu insecure, %zu bogus\n", counts[DNSSEC_SECURE],
	    counts[DNSSEC_INSECURE], counts[DNSSEC_BOGUS]);
	assert_int_equal(differing, 0);
	assert_true(counts[DNSSEC_SECURE] > 100 && counts[DNSSEC_INSECURE] > 0 &&
		    counts[DNSSEC_BOGUS] > 100);
	keys_destroy(keys);
}

/* What a wildcard made stands for no name of its own. */
static void test_made_from_a_wildcard(void **state)
{
	(void)state;
	static const char *const authority[] = {"*.w.test NSEC > a.w.test", "mx.test NSEC", NULL};
	struct arena *arena = arena_create();
	struct answer *a = fixture_answer("a.w.test", DNS_TYPE_MX, 0, NULL, authority);
	struct denials found = denial_find(a, DNS_TYPE_NSEC, "test", arena);

	assert_int_equal(found.count, 1);
	assert_string_equal(found.records[0]->owner, "mx.test");
	answer_destroy(a);
	arena_destroy(arena);
}

/* Not proven records: what they would mean. HASH is that of mx.test, without salt and iterations.
 */
#define HASH "np5sj372u5395lbukpm6a7viugonn66v.test."
#define ELSE "00000000000000000000000000000000.test."
#define RRSIG(owner) owner " IN RRSIG NSEC3 13 2 3600 20340101000000 20240101000000 1 test. AAAA"
#define MATCH HASH " IN NSEC3 1 0 0 - vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv A"
#define OTHER(parameters) ELSE " IN NSEC3 " parameters " 00000000000000000000000000000001 A"
static void test_parameters(void **state)
{
	(void)state;
	static const struct {
		const char *label, *authority[4];
		enum denial want;
	} rows[] = {
	    {"one record", {MATCH, RRSIG(HASH)}, DENIAL_NODATA},
	    {"two with the same", {MATCH, RRSIG(HASH), OTHER("1 0 0 -"), RRSIG(ELSE)},
		DENIAL_NODATA},
	    {"two with other salts", {MATCH, RRSIG(HASH), OTHER("1 0 0 aa"), RRSIG(ELSE)},
		DENIAL_NOTHING},
	    {"two with other iterations", {MATCH, RRSIG(HASH), OTHER("1 0 1 -"), RRSIG(ELSE)},
		DENIAL_NOTHING},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *arena = arena_create();
		const char *authority[5] = {0};
		memcpy(authority, rows[i].authority, sizeof rows[i].authority);
		struct answer *a = fixture_answer("mx.test", DNS_TYPE_MX, 0, NULL, authority);
		struct denials found = denial_find(a, DNS_TYPE_NSEC3, "test", arena);
		print_message("%s\n", rows[i].label);
		assert_int_equal(
		    nsec3_deny(nsec3_read(&found, arena), "mx.test", DNS_TYPE_MX), rows[i].want);
		answer_destroy(a);
		arena_destroy(arena);
	}
}

/* NXDOMAIN (3) that is not true: the records beside it show the name. */
static void test_denied_all_the_same(void **state)
{
	(void)state;
	static const struct {
		const char *label, *name, *authority[3];
		unsigned rcode;
		bool want;
	} rows[] = {
	    {"the next name is below", "_tcp.mx.test", {"mx.test NSEC"}, 3, true},
	    {"the same, not denied", "_tcp.mx.test", {"mx.test NSEC"}, 0, false},
	    {"the next name", "_25._tcp.mx.test", {"mx.test NSEC"}, 3, true},
	    {"the next name is beside", "a.mx.test", {"mx.test NSEC"}, 3, false},
	    {"the owner", "mx.test", {"mx.test NSEC"}, 3, true},
	    {"the owner is below", "ent.test", {"x.ent.test NSEC"}, 3, true},
	    {"without a signature", "_tcp.mx.test", {"-mx.test NSEC"}, 3, false},
	    {"no denial", "_tcp.mx.test", {NULL}, 3, false},
	    {"hashed", "mx.test", {MATCH, RRSIG(HASH)}, 3, true},
	    {"hashed, another name", "_tcp.mx.test", {MATCH, RRSIG(HASH)}, 3, false},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct answer *a = fixture_answer(
		    rows[i].name, DNS_TYPE_TLSA, rows[i].rcode, NULL, rows[i].authority);
		print_message("%s\n", rows[i].label);
		assert_int_equal(validate_denies_existing(a, rows[i].name), rows[i].want);
		answer_destroy(a);
	}
}

/* RFC 6604 §2.1: what does not exist is what the alias leads to. */
static void test_denied_behind_an_alias(void **state)
{
	(void)state;
	static const char *const alias[] = {"mx.test. IN CNAME nowhere.test.", NULL};
	static const char *const authority[] = {"mx.test NSEC", NULL};
	struct answer *a = fixture_answer("mx.test", DNS_TYPE_TLSA, 3, alias, authority);
	assert_false(validate_denies_existing(a, "mx.test"));
	answer_destroy(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_beside_the_engine),
	    cmocka_unit_test(test_made_from_a_wildcard),
	    cmocka_unit_test(test_parameters),
	    cmocka_unit_test(test_denied_all_the_same),
	    cmocka_unit_test(test_denied_behind_an_alias),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
