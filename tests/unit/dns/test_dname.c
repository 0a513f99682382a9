/* Names between wire and text, and steps along their labels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dname.h"

#define X62 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X63 X62 "x"

static void test_wire(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		const char *wire;
		size_t size;
		const char *want; /* NULL: refused */
		int one_way;      /* the text does not give this wire back */
	} rows[] = {
	    {"root", "\0", 1, "", 0},
	    {"plain", "\3www\7example\0", 13, "www.example", 0},
	    {"lower case", "\3WwW\7eXAMPLE\0", 13, "www.example", 1},
	    {"service", "\3_25\4_tcp\2mx\0", 13, "_25._tcp.mx", 0},
	    {"wildcard", "\1*\1a\0", 5, "*.a", 0},
	    {"dot in a label", "\3a.b\1c\0", 7, "a\\046b.c", 0},
	    {"backslash", "\2\\a\0", 4, "\\092a", 0},
	    {"blank and control", "\3 \n\177\0", 5, "\\032\\010\\127", 0},
	    {"over 127", "\2\303\244\0", 4, "\\195\\164", 0},
	    {"zero", "\2a\0\0", 4, "a\\000", 0},
	    {"zone file's own", "\6\"();@$\0", 8, "\\034\\040\\041\\059\\064\\036", 0},
	    {"label of 63", "\77" X63 "\0", 65, X63, 0},
	    {"empty", "", 0, NULL, 0},
	    {"no end", "\3www", 4, NULL, 0},
	    {"label past the end", "\3ww\0", 4, NULL, 0},
	    {"label to the end", "\3www", 4, NULL, 0},
	    {"more behind the end", "\1a\0\1b\0", 6, NULL, 0},
	    {"pointer", "\300\14", 2, NULL, 0},
	    {"label of 64", "\100" X63 "x\0", 66, NULL, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		print_message("%s\n", rows[i].label);
		const char *name =
		    dname_from_wire(arena, (const uint8_t *)rows[i].wire, rows[i].size);
		if (rows[i].want) {
			uint8_t back[DNAME_SIZE];
			assert_non_null(name);
			assert_string_equal(name, rows[i].want);
			assert_int_equal(dname_to_wire(name, back), rows[i].size);
			if (!rows[i].one_way)
				assert_memory_equal(back, rows[i].wire, rows[i].size);
		} else {
			assert_null(name);
		}
		arena_destroy(arena);
	}
}

static void test_longest(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		size_t last; /* octets of the fourth label, after three of 63 */
		int want;
	} rows[] = {{"255 octets", 61, 1}, {"256 octets", 62, 0}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		uint8_t wire[300];
		size_t size = 0;
		print_message("%s\n", rows[i].label);
		for (int label = 0; label < 4; label++) {
			uint8_t length = label < 3 ? 63 : (uint8_t)rows[i].last;
			wire[size] = length;
			memset(wire + size + 1, 'x', length);
			size += length + 1U;
		}
		wire[size++] = 0;
		const char *name = dname_from_wire(arena, wire, size);
		assert_int_equal(name != NULL, rows[i].want);
		if (name) {
			uint8_t back[DNAME_SIZE];
			assert_int_equal(dname_to_wire(name, back), size);
		}
		arena_destroy(arena);
	}
}

static void test_bad_text(void **state)
{
	(void)state;
	static const char *const rows[] = {".", "a..b", ".a", "a.", "\\", "\\1", "\\12", "\\256",
	    "\\x20", X63 "x.example", X63 "." X63 "." X63 "." X62};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t wire[DNAME_SIZE];
		print_message("%s\n", rows[i]);
		assert_int_equal(dname_to_wire(rows[i], wire), 0);
	}
}

static void test_steps(void **state)
{
	(void)state;
	assert_null(dname_parent(""));
	assert_string_equal(dname_parent("a"), "");
	assert_string_equal(dname_parent("a\\046b.c"), "c");
	assert_int_equal(dname_labels(""), 0);
	assert_int_equal(dname_labels("_25._tcp.mx"), 3);
	assert_true(dname_is_wildcard("*") && dname_is_wildcard("*.a"));
	assert_false(
	    dname_is_wildcard("") || dname_is_wildcard("*a.b") || dname_is_wildcard("a.*"));

	static const struct {
		const char *name, *ancestor;
		int want;
	} rows[] = {
	    {"a.b.c", "", 1},
	    {"a.b.c", "c", 1},
	    {"a.b.c", "b.c", 1},
	    {"a.b.c", "a.b.c", 1},
	    {"", "", 1},
	    {"c", "b.c", 0},
	    {"xb.c", "b.c", 0},
	    {"a.b.d", "c", 0},
	    {"", "c", 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		print_message("%s below %s\n", rows[i].name, rows[i].ancestor);
		assert_int_equal(dname_is_below(rows[i].name, rows[i].ancestor), rows[i].want);
	}
}

/* The names of RFC 4034 §6.1, and some that are ordered by their octets. */
static void test_compare(void **state)
{
	(void)state;
	static const char *const names[] = {"", "example", "a.example", "yljkjljk.a.example",
	    "z.a.example", "zabc.a.example", "z.example", "\\001.z.example", "*.z.example",
	    "\\200.z.example", "zz.example", "example.test", "test.test"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (size_t j = 0; j < sizeof names / sizeof *names; j++) {
			int order = dname_compare(names[i], names[j]);
			print_message("%s, %s: %d\n", names[i], names[j], order);
			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_compare),
	    cmocka_unit_test(test_wire),
	    cmocka_unit_test(test_longest),
	    cmocka_unit_test(test_bad_text),
	    cmocka_unit_test(test_steps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
