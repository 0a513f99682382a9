/* The Certificate message of both TLS generations, whole and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "buffer.h"
#include "limit.h"
#include "tls.h"

#define MALFORMED "the Certificate message is malformed"

static void test_messages(void **state)
{
	(void)state;
	static const struct {
		const char *label, *body;
		size_t length;
		bool tls13;
		size_t count;
		const char *error;
	} rows[] = {
	    {"TLS 1.2, no certificate", "\0\0\0", 3, false, 0, NULL},
	    {"TLS 1.2, one", "\0\0\4\0\0\1a", 7, false, 1, NULL},
	    {"TLS 1.2, two", "\0\0\11\0\0\1a\0\0\2bc", 12, false, 2, NULL},
	    {"TLS 1.2, one without octets", "\0\0\3\0\0\0", 6, false, 1, NULL},
	    {"TLS 1.3, no certificate", "\0\0\0\0", 4, true, 0, NULL},
	    {"TLS 1.3, one", "\0\0\0\6\0\0\1a\0\0", 10, true, 1, NULL},
	    {"TLS 1.3, one with extensions", "\0\0\0\7\0\0\1a\0\1x", 11, true, 1, NULL},
	    {"TLS 1.3, with a context", "\2xy\0\0\6\0\0\1a\0\0", 12, true, 1, NULL},
	    {"empty", "", 0, false, 0, MALFORMED},
	    {"length cut off", "\0\0", 2, false, 0, MALFORMED},
	    {"list longer than the message", "\0\0\5\0\0\1a", 7, false, 0, MALFORMED},
	    {"certificate longer than the list", "\0\0\4\0\0\2a", 7, false, 0, MALFORMED},
	    {"second certificate cut off", "\0\0\5\0\0\1a\0", 8, false, 1, MALFORMED},
	    {"extensions cut off", "\0\0\0\5\0\0\1a\0", 9, true, 0, MALFORMED},
	    {"context cut off", "\5\0\0", 3, true, 0, MALFORMED},
	    {"largest length", "\xff\xff\xff\xff\xff\xff", 6, false, 0, MALFORMED},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct probe facts = {0};
		const char *error = tls_chain_record(
		    arena, (const uint8_t *)rows[i].body, rows[i].length, rows[i].tls13, &facts);
		bool same = error && rows[i].error ? strcmp(error, rows[i].error) == 0
						   : error == rows[i].error;
		if (!same || facts.chain_count != rows[i].count)
			fail_msg("%s: %zu, %s", rows[i].label, facts.chain_count, error);
		arena_destroy(arena);
	}
}

static void test_order(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	struct probe facts = {0};
	assert_null(
	    tls_chain_record(arena, (const uint8_t *)"\0\0\11\0\0\1a\0\0\2bc", 12, false, &facts));
	assert_int_equal(facts.chain[0].der_length, 1);
	assert_memory_equal(facts.chain[0].der, "a", 1);
	assert_memory_equal(facts.chain[1].der, "bc", 2);
	assert_false(facts.chain[1].parsed);
	arena_destroy(arena);
}

/* LIMIT_CHAIN certificates are kept; one more, and the handshake is given up. */
static void test_limit(void **state)
{
	(void)state;
	for (size_t count = LIMIT_CHAIN; count <= LIMIT_CHAIN + 1; count++) {
		struct arena *arena = arena_create();
		struct probe facts = {0};
		size_t length = 4 * count;
		struct buffer body = {0};
		const char header[] = {0, (char)(length >> 8), (char)length};
		buffer_add(&body, header, sizeof header);
		for (size_t i = 0; i < count; i++)
			buffer_add(&body, "\0\0\1a", 4);
		const char *error =
		    tls_chain_record(arena, (const uint8_t *)body.data, body.length, false, &facts);
		assert_int_equal(facts.chain_count, LIMIT_CHAIN);
		if (count == LIMIT_CHAIN)
			assert_null(error);
		else
			assert_string_equal(error, "the server sent more than 1000 certificates");
		buffer_reset(&body);
		arena_destroy(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_messages),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
