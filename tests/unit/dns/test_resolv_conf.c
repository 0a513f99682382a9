/* /etc/resolv.conf: its name servers, and nothing else of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "limit.h"
#include "upstream.h"

static void test_parse(void **state)
{
	(void)state;
	static const struct {
		const char *label, *text;
		size_t count;
		const char *first, *scope; /* of the first */
	} rows[] = {
	    {"one", "nameserver 192.0.2.1\n", 1, "192.0.2.1", NULL},
	    {"no newline", "nameserver 192.0.2.1", 1, "192.0.2.1", NULL},
	    {"order", "nameserver 192.0.2.2\nnameserver 192.0.2.1\n", 2, "192.0.2.2", NULL},
	    {"IPv6", "nameserver 2001:db8::1\n", 1, "2001:db8::1", NULL},
	    {"scope", "nameserver fe80::1%eth0\n", 1, "fe80::1", "eth0"},
	    {"empty scope", "nameserver fe80::1%\n", 1, "fe80::1", NULL},
	    {"tabs, blanks, CR", "nameserver\t 192.0.2.1 \r\n", 1, "192.0.2.1", NULL},
	    {"behind it", "nameserver 192.0.2.1 # the good one\n", 1, "192.0.2.1", NULL},
	    {"among others", "# x\n; y\nsearch a b\noptions edns0\nnameserver 192.0.2.1\n", 1,
		"192.0.2.1", NULL},
	    {"comment", "#nameserver 192.0.2.1\n;nameserver 192.0.2.1\n", 0, NULL, NULL},
	    {"indented", " nameserver 192.0.2.1\n", 0, NULL, NULL},
	    {"longer word", "nameservers 192.0.2.1\n", 0, NULL, NULL},
	    {"no address", "nameserver\nnameserver \n", 0, NULL, NULL},
	    {"a name", "nameserver dns.example\nnameserver 192.0.2.1\n", 1, "192.0.2.1", NULL},
	    {"short address", "nameserver 192.0.2\n", 0, NULL, NULL},
	    {"scope with IPv4", "nameserver 192.0.2.1%eth0\n", 0, NULL, NULL},
	    {"empty", "", 0, NULL, NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct nameserver *servers;
		print_message("%s\n", rows[i].label);
		assert_int_equal(
		    upstream_parse_resolv_conf(rows[i].text, arena, &servers), rows[i].count);
		if (rows[i].count) {
			char text[ADDRESS_TEXT_SIZE];
			assert_string_equal(address_text(&servers[0].address, text), rows[i].first);
			if (rows[i].scope)
				assert_string_equal(servers[0].scope, rows[i].scope);
			else
				assert_null(servers[0].scope);
		}
		arena_destroy(arena);
	}
}

static void test_limit(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	struct nameserver *servers;
	char text[64 * 32] = "";
	for (int i = 0; i < 64; i++)
		strcat(text, "nameserver 192.0.2.1\n");
	assert_int_equal(upstream_parse_resolv_conf(text, arena, &servers), LIMIT_RESOLVERS);
	arena_destroy(arena);
}

static void test_read(void **state)
{
	(void)state;
	static const struct {
		const char *path, *error;
	} rows[] = {
	    {"/nonexistent/resolv.conf", "/nonexistent/resolv.conf cannot be read"},
	    {"/dev/null", "/dev/null names no resolver"},
	    {"/dev/zero", "/dev/zero is too long"},
	    {"/etc", "/etc cannot be read: Is a directory"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct nameserver *servers;
		const char *error = NULL;
		size_t count;
		assert_false(
		    upstream_read_resolv_conf(rows[i].path, arena, &servers, &count, &error));
		assert_non_null(strstr(error, rows[i].error));
		assert_non_null(strstr(error, "--resolver"));
		arena_destroy(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
