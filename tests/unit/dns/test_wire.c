/* Messages, octet for octet: what is sound and what getdns must not be believed about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "limit.h"
#include "wire.h"

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
	    {"pointer to a pointer",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xe", "\4", "\xc0\xc\xc0\x1f")),
		true},
	    {"RP", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x11", "\3", "\1a\0\0")), false},
	    {"RP, names whole",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x11", "\4", "\1a\0\0")), true},
	    {"SRV, pointer into nothing",
		ROW(HEADER("\1", "\1", "\0", "\0")
			QUESTION RR("\x21", "\x8", "\0\0\0\0\0\0\xff\xff")),
		false},
	    {"HIP", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x37", "\1", "a")), false},
	    {"HIP without data", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x37", "\0", "")),
		true},
	    {"OPT", ROW(HEADER("\1", "\0", "\0", "\1") QUESTION RR("\x29", "\0", "")), true},
	    {"OPT, two options",
		ROW(HEADER("\1", "\0", "\0", "\1")
			QUESTION RR("\x29", "\xa", "\0\xa\0\2ab\0\xc\0\0")),
		true},
	    {"OPT, half a length",
		ROW(HEADER("\1", "\0", "\0", "\1") QUESTION RR("\x29", "\3", "\0\xa\0")), false},
	    {"OPT, option too long",
		ROW(HEADER("\1", "\0", "\0", "\1") QUESTION RR("\x29", "\5", "\0\xa\0\2a")), false},
	    {"NSEC3, salt too long",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x32", "\x8", "\1\0\0\0\7s\1h")),
		false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t *exact = malloc(rows[i].size + 1);
		print_message("%s\n", rows[i].label);
		memcpy(exact, rows[i].message, rows[i].size);
		assert_int_equal(wire_is_sound(exact, rows[i].size), rows[i].want);
		/* Whatever is cut off: never sound. */
		for (size_t size = 0; rows[i].want && size < rows[i].size; size++)
			assert_false(wire_is_sound(exact, size));
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
		assert_int_equal(wire_is_sound(m, at), rows[i].want);
	}
}

/* LIMIT_NAME_POINTERS that lead to each other, and one more. */
static void test_pointers(void **state)
{
	(void)state;
	for (size_t more = 0; more < 2; more++) {
		uint8_t m[1024] = {0, 1, 0x81, 0x80, 0, 1, 0, 1};
		size_t at = 12, last = 12, count = LIMIT_NAME_POINTERS - 1 + more;
		memcpy(m + at, "\1a\0\0\1\0\1", 7);
		at += 7;
		memcpy(m + at, "\0\xff\0\0\1\0\0\0\1", 9); /* TYPE65280 */
		at += 9;
		m[at++] = (uint8_t)(2 * count >> 8);
		m[at++] = (uint8_t)(2 * count);
		for (size_t i = 0; i < count; i++, last = at, at += 2) {
			m[at] = (uint8_t)(0xc0 | last >> 8);
			m[at + 1] = (uint8_t)last;
		}
		m[7] = 2;
		m[at] = (uint8_t)(0xc0 | last >> 8);
		m[at + 1] = (uint8_t)last;
		memcpy(m + at + 2, "\0\1\0\1\0\0\0\1\0\4abcd", 14);
		assert_int_equal(wire_is_sound(m, at + 16), !more);
	}
}

static void test_asks(void **state)
{
	(void)state;
	static const struct {
		const char *label, *message;
		size_t size;
		bool want;
	} rows[] = {
	    {"this", ROW(HEADER("\1", "\0", "\0", "\0") QUESTION), true},
	    {"in capitals", ROW(HEADER("\1", "\0", "\0", "\0") "\1A\4TeST\0\0\1\0\1"), true},
	    {"and garbage", ROW(HEADER("\1", "\xff", "\0", "\0") QUESTION "\xff\xff"), true},
	    {"another type", ROW(HEADER("\1", "\0", "\0", "\0") "\1a\4test\0\0\2\0\1"), false},
	    {"another name", ROW(HEADER("\1", "\0", "\0", "\0") "\1b\4test\0\0\1\0\1"), false},
	    {"a shorter name", ROW(HEADER("\1", "\0", "\0", "\0") "\1a\0\0\1\0\1"), false},
	    {"cut off", ROW(HEADER("\1", "\0", "\0", "\0") "\1a\4test\0\0"), false},
	    {"no header", ROW("\0\1"), false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		print_message("%s\n", rows[i].label);
		assert_int_equal(
		    wire_asks((const uint8_t *)rows[i].message, rows[i].size, "a.test", 1),
		    rows[i].want);
	}
}

/* What a record's fields are, by the table of forms. */
static void test_fields(void **state)
{
	(void)state;
	static const struct {
		const char *label, *message;
		size_t size, count, field; /* fields there are, and the one looked at */
		uint32_t number;
		size_t length; /* of it in the message, without that of a string */
		bool compressed;
	} rows[] = {
	    {"A", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\1", "\4", "abcd")), 1, 0, 0, 4,
		false},
	    {"MX, preference",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xf", "\4", "\1\2\xc0\xc")), 2, 0,
		0x102, 2, false},
	    {"MX, exchange",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xf", "\4", "\1\2\xc0\xc")), 2, 1,
		0, 2, true},
	    {"MX, exchange in full",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xf", "\5", "\1\2\1b\0")), 2, 1, 0,
		3, false},
	    {"RRSIG, expiration",
		ROW(HEADER("\1", "\1", "\0", "\0")
			QUESTION RR("\x2e", "\x14", "ab123456\xfe\2\3\4efghij\0x")),
		9, 4, 0xfe020304, 4, false},
	    {"RRSIG, signature",
		ROW(HEADER("\1", "\1", "\0", "\0")
			QUESTION RR("\x2e", "\x14", "ab123456\xfe\2\3\4efghij\0x")),
		9, 8, 0, 1, false},
	    {"NSEC3, salt",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x32", "\x9", "\1\0\0\5\2st\1h")),
		6, 3, 0, 2, false},
	    {"NSEC3, next",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x32", "\x9", "\1\0\0\5\2st\1h")),
		6, 4, 0, 1, false},
	    {"TLSA without data",
		ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\x34", "\3", "\3\1\2")), 4, 3, 0, 0,
		false},
	    {"unknown", ROW(HEADER("\1", "\1", "\0", "\0") QUESTION RR("\xff", "\3", "abc")), 0, 0,
		0, 0, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const uint8_t *message = (const uint8_t *)rows[i].message;
		struct wire_cursor c = {.message = message, .end = rows[i].size};
		struct wire_header header;
		struct wire_record record;
		print_message("%s\n", rows[i].label);
		wire_read_header(&c, &header);
		wire_read_question(&c, &record);
		assert_int_equal(record.owner.size, 8);
		wire_read_record(&c, &record);
		assert_false(c.broken);
		assert_int_equal(c.at, rows[i].size);
		assert_memory_equal(record.owner.octets, "\1a\4test", 8);
		assert_int_equal(record.ttl, 9);
		assert_int_equal(record.field_count, rows[i].count);
		const struct wire_field *f = &record.fields[rows[i].field];
		assert_int_equal(f->number, rows[i].number);
		assert_int_equal(f->size, rows[i].length);
		assert_int_equal(f->compressed, rows[i].compressed);
		if (!f->compressed)
			continue;
		struct wire_name name;
		wire_read_field_name(message, f, &name);
		assert_int_equal(name.size, 8);
		assert_memory_equal(name.octets, "\1a\4test", 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pointers),
	    cmocka_unit_test(test_asks),
	    cmocka_unit_test(test_sound),
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_long_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
