/* The base that everything stands on: arenas, buffers, the visible form of text, addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "address.h"
#include "arena.h"
#include "ascii.h"
#include "buffer.h"
#include "escape.h"

static void test_arena(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	int *numbers = NULL;
	size_t count = 0;
	for (int i = 0; i < 1000; i++) {
		int *place = arena_append(arena, &numbers, &count, sizeof *place);
		assert_int_equal(*place, 0);
		*place = i;
	}
	assert_int_equal(count, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(numbers[i], i);
	char *large = arena_alloc(arena, 1000000);
	memset(large, 1, 1000000);
	assert_int_equal((uintptr_t)arena_alloc(arena, 1) % 16, 0);
	assert_string_equal(arena_printf(arena, "%s-%d", "a", 5), "a-5");
	assert_string_equal(arena_strndup(arena, "abc", 2), "ab");
	assert_null(arena_strdup(arena, NULL));
	arena_destroy(arena);
	arena_destroy(NULL);
}

static void test_buffer(void **state)
{
	(void)state;
	struct buffer b = {0};
	assert_string_equal(buffer_text(&b), "");
	buffer_consume(&b, 0);
	for (int i = 0; i < 500; i++)
		buffer_printf(&b, "%d,", i);
	assert_int_equal(strlen(buffer_text(&b)), b.length);
	buffer_consume(&b, 4);
	assert_int_equal(strncmp(buffer_text(&b), "2,3,", 4), 0);
	buffer_add(&b, "a\0b", 3);
	assert_memory_equal(b.data + b.length - 3, "a\0b", 4);
	buffer_reset(&b);
	assert_null(b.data);
}

static void test_ascii(void **state)
{
	(void)state;
	char text[] = "Info-\xc4\xb0-iI@[`{";
	assert_true(ascii_equal("MX1.INFO\0I", "mx1.info\0i", 10));
	assert_false(ascii_equal("@[", "`{", 2)); /* the neighbors of the letters */
	assert_false(ascii_equal("\xc9", "\xe9", 1));
	assert_false(ascii_equal("i", "it", 2)); /* stops at the shorter one's end */
	ascii_upper_text(text);
	assert_string_equal(text, "INFO-\xc4\xb0-II@[`{");
	ascii_lower_text(text);
	assert_string_equal(text, "info-\xc4\xb0-ii@[`{");
	for (unsigned c = 0; c <= UINT8_MAX; c++) {
		bool digit = c && strchr("0123456789", (int)c);
		bool hex = digit || (c && strchr("abcdefABCDEF", (int)c));
		bool letter =
		    c && strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", (int)c);
		assert_int_equal(ascii_is_digit((uint8_t)c), digit);
		assert_int_equal(ascii_is_hex((uint8_t)c), hex);
		assert_int_equal(ascii_is_alphanumeric((uint8_t)c), digit || letter);
	}
}

static void test_escape(void **state)
{
	(void)state;
	static const struct {
		const char *label, *input;
		size_t length;
		const char *want;
	} rows[] = {
	    {"plain", "abc", 3, "abc"},
	    {"UTF-8 stays", "b\xc3\xbc", 3, "b\xc3\xbc"},
	    {"escape sequence", "\x1b[31m", 5, "\\x1b[31m"},
	    {"newline and tab", "a\n\t", 3, "a\\x0a\\x09"},
	    {"NUL", "a\0b", 3, "a\\x00b"},
	    {"DEL", "\x7f", 1, "\\x7f"},
	    {"C1 control (CSI)", "\xc2\x9b", 2, "\\xc2\\x9b"},
	    {"right-to-left override", "\xe2\x80\xae", 3, "\\xe2\\x80\\xae"},
	    {"isolate", "\xe2\x81\xa6", 3, "\\xe2\\x81\\xa6"},
	    {"Arabic letter mark", "\xd8\x9c", 2, "\\xd8\\x9c"},
	    {"soft hyphen", "\xc2\xad", 2, "\\xc2\\xad"},
	    {"line separator", "\xe2\x80\xa8", 3, "\\xe2\\x80\\xa8"},
	    {"zero width space", "\xe2\x80\x8b", 3, "\\xe2\\x80\\x8b"},
	    {"variation selector", "\xef\xb8\x8f", 3, "\\xef\\xb8\\x8f"},
	    {"variation selector 256", "\xf3\xa0\x87\xaf", 4, "\\xf3\\xa0\\x87\\xaf"},
	    {"combining accent stays", "e\xcc\x81", 3, "e\xcc\x81"},
	    {"byte order mark", "\xef\xbb\xbf", 3, "\\xef\\xbb\\xbf"},
	    {"tag", "\xf3\xa0\x81\x81", 4, "\\xf3\\xa0\\x81\\x81"},
	    {"no character", "\xef\xbf\xbf", 3, "\\xef\\xbf\\xbf"},
	    {"replacement character stays", "\xef\xbf\xbd", 3, "\xef\xbf\xbd"},
	    {"lone continuation", "\x80", 1, "\\x80"},
	    {"overlong slash", "\xc0\xaf", 2, "\\xc0\\xaf"},
	    {"overlong NUL", "\xe0\x80\x80", 3, "\\xe0\\x80\\x80"},
	    {"surrogate", "\xed\xa0\x80", 3, "\\xed\\xa0\\x80"},
	    {"above U+10FFFF", "\xf4\x90\x80\x80", 4, "\\xf4\\x90\\x80\\x80"},
	    {"cut short", "\xe2\x82", 2, "\\xe2\\x82"},
	    {"four bytes", "\xf0\x9f\x93\xa7", 4, "\xf0\x9f\x93\xa7"},
	    {"0xff", "\xff", 1, "\\xff"},
	    {"backslash stays", "a\\b", 3, "a\\b"},
	};
	struct arena *arena = arena_create();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *got = escape_bytes(arena, rows[i].input, rows[i].length);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: got %s", rows[i].label, got);
	}
	assert_int_equal(escape_width("mx\xc3\xbc"), 3);           /* whatever the locale */
	assert_int_equal(escape_width("\xe4\xbe\x8b"), 2);         /* wide */
	assert_int_equal(escape_width("e\xcc\x81"), 1);            /* combining */
	assert_int_equal(escape_width("\xf0\x9f\x93\xa7\xff"), 3); /* emoji, no UTF-8 */
	assert_null(escape_text(arena, NULL));
	assert_string_equal(escape_hex(arena, "\x00\xaf", 2), "00af");
	arena_destroy(arena);
}

static struct address parse(const char *text)
{
	struct address a = {.family = strchr(text, ':') ? AF_INET6 : AF_INET};
	assert_int_equal(inet_pton(a.family, text, a.bytes), 1);
	return a;
}

static void test_reserved(void **state)
{
	(void)state;
	static const struct {
		const char *address;
		bool want;
	} rows[] = {
	    {"0.1.2.3", true},
	    {"1.1.1.1", false},
	    {"9.255.255.255", false},
	    {"10.0.0.1", true},
	    {"11.0.0.1", false},
	    {"100.63.255.255", false},
	    {"100.64.0.1", true},
	    {"100.127.255.255", true},
	    {"100.128.0.0", false},
	    {"127.0.0.1", true},
	    {"169.254.1.1", true},
	    {"172.15.0.1", false},
	    {"172.16.0.1", true},
	    {"172.31.255.255", true},
	    {"172.32.0.1", false},
	    {"192.0.0.1", true},
	    {"192.0.1.1", false},
	    {"192.0.2.1", true},
	    {"192.168.3.4", true},
	    {"192.169.0.1", false},
	    {"198.17.255.255", false},
	    {"198.18.0.1", true},
	    {"198.19.255.255", true},
	    {"198.20.0.1", false},
	    {"198.51.100.1", true},
	    {"203.0.113.9", true},
	    {"203.0.114.1", false},
	    {"223.255.255.255", false},
	    {"224.0.0.1", true},
	    {"240.0.0.1", true},
	    {"255.255.255.255", true},
	    {"::", true},
	    {"::1", true},
	    {"::ffff:1.1.1.1", true},
	    {"64:ff9b::1.1.1.1", false},
	    {"64:ff9b::10.0.0.1", true},
	    {"100::1", true},
	    {"2001::1", true},
	    {"2001:1ff::1", true},
	    {"2001:200::1", false},
	    {"2001:db8::1", true},
	    {"2001:db9::1", false},
	    {"2002:a00::1", true},
	    {"2606:4700::1111", false},
	    {"2a00::1", false},
	    {"3fff::1", true},
	    {"3fff:1000::1", false},
	    {"fc00::1", true},
	    {"fe80::1", true},
	    {"ff02::1", true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct address a = parse(rows[i].address);
		if (address_is_reserved(&a) != rows[i].want)
			fail_msg("%s", rows[i].address);
	}
}

static void test_address_order(void **state)
{
	(void)state;
	struct address a = parse("9.0.0.1"), b = parse("10.0.0.1"), c = parse("2a00::1"),
		       none = {0};
	char text[ADDRESS_TEXT_SIZE];
	assert_true(address_compare(&a, &b) < 0);
	assert_true(address_compare(&b, &c) < 0);
	assert_true(address_compare(&c, &a) > 0);
	assert_int_equal(address_compare(&c, &c), 0);
	assert_string_equal(address_text(&c, text), "2a00::1");
	assert_string_equal(address_text(&none, text), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_arena),
	    cmocka_unit_test(test_buffer),
	    cmocka_unit_test(test_ascii),
	    cmocka_unit_test(test_escape),
	    cmocka_unit_test(test_reserved),
	    cmocka_unit_test(test_address_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
