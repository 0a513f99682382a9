/* BIND's $GENERATE: each row of test_records is what named-compilezone 9.18 makes of it, as
 * tests/lab/test_zone_forms.py compares for others. */
#include "limit.h"
#include "zone_rows.h"

#define O "$ORIGIN x.\n"

static void test_records(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"range", O "$GENERATE 1-3 h$ 60 IN A 192.0.2.$",
		"2|h1.x 60 A 192.0.2.1\n2|h2.x 60 A 192.0.2.2\n2|h3.x 60 A 192.0.2.3"},
	    {"step", O "$GENERATE 1-9/4 h$ A 192.0.2.$",
		"2|h1.x 3600 A 192.0.2.1\n2|h5.x 3600 A 192.0.2.5\n2|h9.x 3600 A 192.0.2.9"},
	    {"step over the end", O "$GENERATE 1-4/2147483647 h$ A 192.0.2.$",
		"2|h1.x 3600 A 192.0.2.1"},
	    {"largest numbers", O "$GENERATE 2147483646-2147483647 h$ A 192.0.2.1",
		"2|h2147483646.x 3600 A 192.0.2.1\n2|h2147483647.x 3600 A 192.0.2.1"},
	    {"case", O "$generate 7-7 h$ in a 192.0.2.$", "2|h7.x 3600 A 192.0.2.7"},
	    {"class before TTL", O "$GENERATE 7-7 h$ IN 60 A 192.0.2.$", "2|h7.x 60 A 192.0.2.7"},
	    {"the TTL carries over", O "$GENERATE 7-7 h$ 7 A 192.0.2.$\nb A 192.0.2.9",
		"2|h7.x 7 A 192.0.2.7\n3|b.x 7 A 192.0.2.9"},
	    {"the owner does not", O "a A 192.0.2.1\n$GENERATE 7-7 h$ A 192.0.2.$\n A 192.0.2.9",
		"2|a.x 3600 A 192.0.2.1\n3|h7.x 3600 A 192.0.2.7\n4|a.x 3600 A 192.0.2.9"},
	    {"the origin as owner", O "$GENERATE 7-7 @ A 192.0.2.$", "2|x 3600 A 192.0.2.7"},
	    {"absolute owner", O "$GENERATE 7-7 h$.y. A 192.0.2.$", "2|h7.y 3600 A 192.0.2.7"},
	    {"owner without $", O "$GENERATE 1-2 h A 192.0.2.$",
		"2|h.x 3600 A 192.0.2.1\n2|h.x 3600 A 192.0.2.2"},
	    {"data in quotes", O "$GENERATE 1-1 m$ MX \"$ mx$\"", "2|m1.x 3600 MX 1 'mx1.x'"},
	    {"quotes in quotes", O "$GENERATE 0-0 t TXT \"\\\"a $ $$ \\\\$ ; b\\\" c\"",
		"2|t.x 3600 TXT [a 0 $ \\0 ; bc]"},
	    {"a comment in quotes", O "$GENERATE 1-1 t TXT \"a;b\"", "2|t.x 3600 TXT [a]"},
	    {"quotes outside", O "$GENERATE 1-1 t TXT \\\"$\\\"", "2|t.x 3600 TXT [\"1\"]"},
	    {"$ as such", O "$GENERATE 0-0 u$$\\$x$ A 192.0.2.1",
		"2|u\\036\\036x0.x 3600 A 192.0.2.1"},
	    {"generic", O "$GENERATE 2-2 _25._tcp.h$ TYPE52 \"\\# 4 030101a$\"",
		"2|_25._tcp.h2.x 3600 TLSA 3 1 1 a2"},
	    {"offset", O "$GENERATE 8-8 a${-9}b${+1}c${0}${1}$ A 192.0.2.1",
		"2|a-1b9c898.x 3600 A 192.0.2.1"},
	    {"width and base", O "$GENERATE 10-10 ${0,4,x}o${1,3,o}X${10,2,X}d${-9,3} A 192.0.2.1",
		"2|000ao013x14d001.x 3600 A 192.0.2.1"},
	    {"below 0", O "$GENERATE 0-0 ${-1,3,x}y${-1,3,n}z${-1,3} A 192.0.2.1",
		"2|ffffffffyf.f.f.f.f.f.f.fz-01.x 3600 A 192.0.2.1"},
	    {"nibbles", O "$GENERATE 170-171 ${0,7,n}.r${0,3,N} A 192.0.2.1",
		"2|a.a.0.0.ra.a.x 3600 A 192.0.2.1\n2|b.a.0.0.rb.a.x 3600 A 192.0.2.1"},
	    {"width of nibbles",
		O "$GENERATE 1-1 a${0,0,n}b${0,1,n}c${0,2,n}d${0,4,n}e A 192.0.2.1",
		"2|a1b1c1.d1.0.e.x 3600 A 192.0.2.1"},
	    {"over lines", O "$GENERATE 7-7 h$ (\n A\n) 192.0.2.$ ()", "2|h7.x 3600 A 192.0.2.7"},
	};
	CHECK_ROWS(rows);
}

#define RANGE                                                                                      \
	"z:2: expected a range START-STOP or START-STOP/STEP after $GENERATE, with numbers from "  \
	"0 to 2147483647, not "
#define FORMAT                                                                                     \
	"z:2: expected ${OFFSET}, ${OFFSET,WIDTH} or ${OFFSET,WIDTH,BASE} with a width up to 127 " \
	"and base d, o, x, X, n or N, in "

static void test_errors(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"nothing", O "$GENERATE",
		"z:2: expected a range, an owner, a type and its data after "
		"$GENERATE"},
	    {"no data", O "$GENERATE 1-2 h$ A",
		"z:2: expected a range, an owner, a type and its "
		"data after $GENERATE"},
	    {"no stop", O "$GENERATE 1 h$ A 192.0.2.1", RANGE "'1'"},
	    {"backwards", O "$GENERATE 2-1 h$ A 192.0.2.1", RANGE "'2-1'"},
	    {"step 0", O "$GENERATE 1-2/0 h$ A 192.0.2.1", RANGE "'1-2/0'"},
	    {"step below 0", O "$GENERATE 1-2/-1 h$ A 192.0.2.1", RANGE "'1-2/-1'"},
	    {"no step", O "$GENERATE 1-2/ h$ A 192.0.2.1", RANGE "'1-2/'"},
	    {"more behind", O "$GENERATE 1-2/1/1 h$ A 192.0.2.1", RANGE "'1-2/1/1'"},
	    {"letters behind", O "$GENERATE 1-2x h$ A 192.0.2.1", RANGE "'1-2x'"},
	    {"below 0", O "$GENERATE -1-2 h$ A 192.0.2.1", RANGE "'-1-2'"},
	    {"over 31 bits", O "$GENERATE 1-2147483648 h$ A 192.0.2.1", RANGE "'1-2147483648'"},
	    {"range in quotes", O "$GENERATE \"1-2\" h$ A 192.0.2.1", RANGE "'1-2'"},
	    {"owner in quotes", O "$GENERATE 1-2 \"h$\" A 192.0.2.1",
		"z:2: expected an owner after $GENERATE without quotes"},
	    {"open brace", O "$GENERATE 1-2 h${1 A 192.0.2.1", FORMAT "'h${1'"},
	    {"empty braces", O "$GENERATE 1-2 h${} A 192.0.2.1", FORMAT "'h${}'"},
	    {"no offset", O "$GENERATE 1-2 h${,2} A 192.0.2.1", FORMAT "'h${,2}'"},
	    {"no width", O "$GENERATE 1-2 h${1,,x} A 192.0.2.1", FORMAT "'h${1,,x}'"},
	    {"nothing behind a comma", O "$GENERATE 1-2 h${1,2,} A 192.0.2.1", FORMAT "'h${1,2,}'"},
	    {"unknown base", O "$GENERATE 1-2 h${1,2,q} A 192.0.2.1", FORMAT "'h${1,2,q}'"},
	    {"two bases", O "$GENERATE 1-2 h${1,2,dx} A 192.0.2.1", FORMAT "'h${1,2,dx}'"},
	    {"width of 128", O "$GENERATE 1-2 h${1,128} A 192.0.2.1", FORMAT "'h${1,128}'"},
	    {"sum over 31 bits", O "$GENERATE 2147483647-2147483647 h${1} A 192.0.2.1",
		"z:2: expected a number up to 2147483647 from $GENERATE in 'h${1}'"},
	    {"two words of data", O "$GENERATE 1-2 h$ MX 10 mx",
		"z:2: expected the data of $GENERATE as one word, in quotes where it has blanks"},
	    {"data in parentheses", O "$GENERATE 1-2 h$ A ( 192.0.2.$ )",
		"z:2: expected the data of $GENERATE outside parentheses, as BIND has it"},
	    {"all in parentheses", O "$GENERATE 1-2 h$ (\n A\n \"192.0.2.$\" )",
		"z:4: expected the data of $GENERATE outside parentheses, as BIND has it"},
	    {"misspelt type", O "$GENERATE 1-2 h$ TSLA 3",
		"z:2: expected a record type (such as TLSA or TYPE52), not 'TSLA'"},
	    {"other class", O "$GENERATE 1-2 h$ CH A 192.0.2.1",
		"z:2: expected class IN, not 'CH'"},
	    {"one that cannot be", O "$GENERATE 255-256 h$ A 192.0.2.$",
		"z:2: expected an IPv4 address, not '192.0.2.256'"},
	    {"blank before it", O "a A 192.0.2.1\n $GENERATE 1-2 h$ A 192.0.2.1",
		"z:3: expected a record type (such as TLSA or TYPE52), not '$GENERATE'"},
	};
	CHECK_ROWS(rows);
}

static void test_limit(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"one over", "$GENERATE 1-262145 h$. A 192.0.2.1",
		"z:1: expected at most 262144 records from all $GENERATE of a file"},
	    {"all numbers", "$GENERATE 0-2147483647 h$. A 192.0.2.1",
		"z:1: expected at most 262144 records from all $GENERATE of a file"},
	    {"one over in two", "$GENERATE 1-1 h$. A 192.0.2.1\n$GENERATE 1-262144 h$. A 192.0.2.1",
		"z:2: expected at most 262144 records from all $GENERATE of a file"},
	};
	static const char all[] = "$GENERATE 1-1 h. A 192.0.2.1\n$GENERATE 1-262143 h. A 192.0.2.1";
	CHECK_ROWS(rows);
	struct arena *arena = arena_create();
	const struct zone_error *error = NULL;
	struct zone_file *file = zone_file_parse(arena, "z", all, strlen(all), &error);
	assert_non_null(file);
	assert_int_equal(file->count, LIMIT_ZONE_GENERATED);
	arena_destroy(arena);
}

/* What is generated counts as text that is read. */
static void test_octets(void **state)
{
	(void)state;
	static const char head[] = "$GENERATE 1-3 h. A \"192.0.2.1";
	const size_t size = LIMIT_ZONE_BYTES / 2;
	char *text = malloc(size);
	assert_non_null(text);
	memset(text, ' ', size);
	memcpy(text, head, strlen(head));
	text[size - 1] = '"';
	struct arena *arena = arena_create();
	const struct zone_error *error = NULL;
	assert_null(zone_file_parse(arena, "z", text, size, &error));
	assert_string_equal(
	    error->message, "z:1: over 64 MiB with all that it includes and generates");
	arena_destroy(arena);
	free(text);
}

static void test_places(void **state)
{
	(void)state;
	static const char text[] = "a. A 192.0.2.1\n$GENERATE 1-2 h$. A 192.0.2.$\n";
	struct arena *arena = arena_create();
	const struct zone_error *error = NULL;
	struct zone_file *file = zone_file_parse(arena, "z", text, strlen(text), &error);
	assert_non_null(file);
	assert_int_equal(file->count, 3);
	for (size_t i = 1; i < file->count; i++) {
		assert_int_equal(file->records[i].at.line, 2);
		assert_int_equal(file->records[i].at.column, 15);
	}
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_records),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_octets),
	    cmocka_unit_test(test_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
