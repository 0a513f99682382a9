/* The words of the model, and copies of its lookups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model.h"

static void test_lookup_copy(void **state)
{
	(void)state;
	struct arena *from = arena_create(), *to = arena_create();
	struct dns_record records[] = {{.mx = {10, arena_strdup(from, "mx.example")}}};
	struct lookup l = {.asked = arena_strdup(from, "a.example"),
	    .final = arena_strdup(from, "b.example"),
	    .type = DNS_TYPE_MX,
	    .records = records,
	    .record_count = 1};
	for (int i = 0; i < 2; i++) /* the second time it is there */
		lookup_add_zone(from, &l,
		    &(struct signed_zone){.name = arena_strdup(from, "example"),
			.dnskey = {1, 2 + i, arena_strdup(from, "example"), 5},
			.ds = {3, 4, arena_strdup(from, ""), 6},
			.iterations = 10 * (unsigned)i});
	for (int i = 0; i < 2; i++) /* the one that ends first counts */
		lookup_add_signature(from, &l,
		    &(struct signature_life){1 + i, 9 - i, arena_strdup(from, "example"), 7});
	struct lookup *copy = lookup_copy(to, &l);
	arena_destroy(from); /* a shallow copy would now read freed memory */
	assert_string_equal(copy->asked, "a.example");
	assert_string_equal(copy->final, "b.example");
	assert_string_equal(copy->records[0].mx.exchange, "mx.example");
	assert_int_equal(copy->zone_count, 1);
	assert_string_equal(copy->zones[0].name, "example");
	assert_int_equal(copy->zones[0].dnskey.expires, 2);
	assert_int_equal(copy->zones[0].ds.expires, 4);
	assert_string_equal(copy->zones[0].dnskey.signer, "example");
	assert_string_equal(copy->zones[0].ds.signer, "");
	assert_int_equal(copy->signature_count, 2);
	assert_string_equal(copy->signatures[1].signer, "example");
	assert_int_equal(copy->signature_expires, 8);
	arena_destroy(to);
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(status_exit_code(STATUS_OK), 0);
	assert_int_equal(status_exit_code(STATUS_WARNING), 1);
	assert_int_equal(status_exit_code(STATUS_CRITICAL), 2);
	assert_int_equal(status_exit_code(STATUS_UNKNOWN), 3);
	assert_string_equal(severity_name(STATUS_OK), "info");
	assert_string_equal(severity_name(STATUS_CRITICAL), "critical");
	for (int i = 0; i <= TLSA_DEFECT_KEY; i++)
		assert_true(
		    (tlsa_defect_text((enum tlsa_defect)i) == NULL) == (i == TLSA_DEFECT_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lookup_copy),
	    cmocka_unit_test(test_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
