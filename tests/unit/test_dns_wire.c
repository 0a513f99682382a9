/* Messages, octet for octet: what is sound and what getdns must not be believed about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns_wire.h"

#define HEADER(qd, an, ns, ar) "\0\1\x81\x80\0" qd "\0" an "\0" ns "\0" ar
/* a.test A IN, at offset 12 */
#define QUESTION "\1a\4test\0\0\1\0\1"
/* Owner is a pointer to the question's name; class IN, TTL 9. */
#define RR(type, length, rdata) "\xc0\x0c\0" type "\0\1\0\0\0\x9\0" length rdata

static void test_sound(void **state)
{
	(void)state;
#define ROW(text) text, sizeof(text) - 1
	static const struct {
		const char *label, *message;
		size_t size;
		bool want;
	} rows[] = {
	    {"question alone", ROW(HEADER("\1", "\0", "\0", "\0") QUESTION), true},
	    {"nothing", ROW(""), false},
	    {"half a header", ROW("\0\1\x81\x80\0\1"), false},
	    {"no question", ROW(HEADER("\1", "\0", "\0", "\0")), false},
	    {"A", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\1", "\4", "abcd")), true},
	    {"A too long", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\1", "\5", "abcde")),
		false},
	    {"A too short", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\1", "\3", "abc")),
		false},
	    {"past the end", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\1", "\4", "abc")),
		false},
	    {"one record less", ROW(HEADER("\1", "\2", "\0", "\0") QUESTION RR("\1", "\4", "abcd")),
		false},
	    {"in each section",
		ROW(HEADER("\1", "\1", "\1", "\1") QUESTION RR("\1", "\4", "abcd")
			RR("\1", "\4", "abcd") RR("\1", "\4", "abcd")),
		true},
	    {"additional missing",
		ROW(HEADER("\1", "\1", "\0", "\1") QUESTION RR("\1", "\4", "abcd")), false},
	    {"any length of an unknown type",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xff", "\3", "abc")), true},
	    {"MX", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xf", "\5", "\0\1\1b\0")), true},
	    {"MX, pointer",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xf", "\4", "\0\1\xc0\xc")), true},
	    {"MX, label and pointer",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xf", "\6", "\0\1\1b\xc0\xe")),
		true},
	    {"MX, something behind",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xf", "\6", "\0\1\1b\0x")), false},
	    {"MX, name to the end",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xf", "\4", "\0\1\1b")), false},
	    {"pointer to itself",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xf", "\4", "\0\1\xc0\x28")),
		false},
	    {"pointer forward",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xf", "\4", "\0\1\xc0\x29")),
		false},
	    {"pointer cut off",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xf", "\3", "\0\1\xc0")), false},
	    {"pointer past the end",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xf", "\4", "\0\1\xff\xff")),
		false},
	    {"label of 64",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xf", "\4", "\0\1\x40\0")), false},
	    {"TXT", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x10", "\4", "\1a\1b")), true},
	    {"TXT, empty string",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x10", "\1", "\0")), true},
	    {"TXT, none", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x10", "\0", "")), false},
	    {"TXT, too long", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x10", "\3", "\3ab")),
		false},
	    {"TLSA", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x34", "\4", "\3\1\1x")),
		true},
	    {"TLSA without data",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x34", "\3", "\3\1\1")), true},
	    {"TLSA of two octets",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x34", "\2", "\3\1")), false},
	    {"RRSIG",
		ROW(HEADER("\1", "\1", "\0", "\0")
			QUESTION RR("\x2e", "\x14", "123456789012345678\0x")),
		true},
	    {"RRSIG of five octets",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x2e", "\5", "12345")), false},
	    {"NSEC3",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x32", "\x8", "\1\0\0\0\1s\1h")),
		true},
	    {"NSEC3, salt too long",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x32", "\x8", "\1\0\0\0\7s\1h")),
		false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t *exact = malloc(rows[i].size + 1);
		print_message("%s\n", rows[i].label);
		memcpy(exact, rows[i].message, rows[i].size);
		assert_int_equal(dns_wire_is_sound(exact, rows[i].size), rows[i].want);
		/* Whatever is cut off: never sound. */
		for (size_t size = 0; rows[i].want && size < rows[i].size; size++)
			assert_false(dns_wire_is_sound(exact, size));
		free(exact);
	}
}

/* Names of 255 octets, by pointers to parts of each other, and one octet more. */
static void test_long_name(void **state)
{
	(void)state;
	static const struct {
		size_t more; /* octets of the label before the pointer */
		bool want;
	} rows[] = {{61, true}, {62, false}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t m[512] = {0, 1, 0x81, 0x80, 0, 1, 0, 1};
		size_t at = 12;
		for (int label = 0; label < 3; label++) {
			m[at++] = 63;
			memset(m + at, 'x', 63);
			at += 63;
		}
		at += 1; /* the root */
		memcpy(m + at, "\0\1\0\1", 4);
		at += 4;
		m[at++] = (uint8_t)rows[i].more;
		memset(m + at, 'y', rows[i].more);
		at += rows[i].more;
		memcpy(m + at, "\xc0\x0c\0\1\0\1\0\0\0\1\0\4abcd", 16);
		at += 16;
		assert_int_equal(dns_wire_is_sound(m, at), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sound),
	    cmocka_unit_test(test_long_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
