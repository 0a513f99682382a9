/* Master files: what is read out of them, and what each error says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "limit.h"
#include "zone_rows.h"

#define LABEL63 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123"
#define LABEL61 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1"
#define LABEL62 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff12"

static void test_entries(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"plain", "a.example. 60 IN A 192.0.2.1\n", "1|a.example 60 A 192.0.2.1"},
	    {"no final line end", "a.example. 60 IN A 192.0.2.1", "1|a.example 60 A 192.0.2.1"},
	    {"CRLF", "a.example. 60 IN A 192.0.2.1\r\n\tA 192.0.2.2\r\n",
		"1|a.example 60 A 192.0.2.1\n2|a.example 60 A 192.0.2.2"},
	    {"class before TTL", "a.example. IN 60 A 192.0.2.1", "1|a.example 60 A 192.0.2.1"},
	    {"no class", "a.example. 60 A 192.0.2.1", "1|a.example 60 A 192.0.2.1"},
	    {"class by number", "a.example. CLASS1 A 192.0.2.1", "1|a.example 3600 A 192.0.2.1"},
	    {"neither TTL nor class", "a.example. A 192.0.2.1", "1|a.example 3600 A 192.0.2.1"},
	    {"case", "A.Example. in aaaa 2001:DB8::1", "1|a.example 3600 AAAA 2001:db8::1"},
	    {"TTL carries over", "a.example. 60 A 192.0.2.1\n A 192.0.2.2\n",
		"1|a.example 60 A 192.0.2.1\n2|a.example 60 A 192.0.2.2"},
	    {"$TTL beats the last stated one",
		"$TTL 1h30m\na.example. 60 A 192.0.2.1\n A 192.0.2.2\n",
		"2|a.example 60 A 192.0.2.1\n3|a.example 5400 A 192.0.2.2"},
	    {"TTL with units", "a. 1w2D3h4m5s A 192.0.2.1", "1|a 788645 A 192.0.2.1"},
	    {"TTL of 31 bits", "a. 2147483647 A 192.0.2.1", "1|a 2147483647 A 192.0.2.1"},
	    {"TTL 0", "a. 0 A 192.0.2.1", "1|a 0 A 192.0.2.1"},
	    {"comments and blank lines", "; one\n\n  ; two\na. A 192.0.2.1 ; three\n   \n",
		"4|a 3600 A 192.0.2.1"},
	    {"$ORIGIN", "$ORIGIN example.\na A 192.0.2.1\n@ A 192.0.2.2\nb. A 192.0.2.3\n",
		"2|a.example 3600 A 192.0.2.1\n3|example 3600 A 192.0.2.2\n4|b 3600 A 192.0.2.3"},
	    {"relative $ORIGIN", "$ORIGIN example.\n$ORIGIN sub\na A 192.0.2.1\n",
		"3|a.sub.example 3600 A 192.0.2.1"},
	    {"$ORIGIN of the root", "$ORIGIN .\nexample A 192.0.2.1\n@ NS a\n",
		"2|example 3600 A 192.0.2.1\n3| 3600 NS a"},
	    {"parentheses", "a. MX (\n ; comment\n 10\n\n mx. ) ; end\n A 192.0.2.1",
		"1|a 3600 MX 10 'mx'\n6|a 3600 A 192.0.2.1"},
	    {"words after parentheses", "a. (\n60\n) IN A 192.0.2.1", "1|a 60 A 192.0.2.1"},
	    {"parentheses in a pair", "a. ( MX ( 10 ) mx. )", "1|a 3600 MX 10 'mx'"},
	    {"parentheses close to words", "a. MX(10 mx.)", "1|a 3600 MX 10 'mx'"},
	    {"escapes in names", "a\\.b.\\065\\@\\032.example. A 192.0.2.1",
		"1|a\\046b.a\\064\\032.example 3600 A 192.0.2.1"},
	    {"escaped semicolon and parenthesis", "a\\;\\(.example. A 192.0.2.1",
		"1|a\\059\\040.example 3600 A 192.0.2.1"},
	    {"an escaped @ is a label", "$ORIGIN example.\n\\@ A 192.0.2.1",
		"2|\\064.example 3600 A 192.0.2.1"},
	    {"octets outside ASCII by number", "\\195\\169. A 192.0.2.1",
		"1|\\195\\169 3600 A 192.0.2.1"},
	    {"underscores and wildcards", "*._tcp.example. A 192.0.2.1",
		"1|*._tcp.example 3600 A 192.0.2.1"},
	    {"label of 63", LABEL63 ". A 192.0.2.1", "1|" LABEL63 " 3600 A 192.0.2.1"},
	    {"name of 255 octets", LABEL63 "." LABEL63 "." LABEL63 "." LABEL61 ". A 192.0.2.1",
		"1|" LABEL63 "." LABEL63 "." LABEL63 "." LABEL61 " 3600 A 192.0.2.1"},
	    {"the owner may look like a type", "$ORIGIN x.\nTLSA A 192.0.2.1",
		"2|tlsa.x 3600 A 192.0.2.1"},
	};
	CHECK_ROWS(rows);
}

static void test_syntax_errors(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"empty", "", "z: expected a record, not an empty file"},
	    {"only comments", "; nothing\n", "z: expected a record, not an empty file"},
	    {"no origin", "\n@ A 192.0.2.1",
		"z:2: expected the owner of a record, but in '@' it is relative and there is no "
		"origin: put a line such as '$ORIGIN example.com.' before it"},
	    {"no origin for a target", "a. MX 10 mx",
		"z:1: expected the name of a mail host, but in 'mx' it is relative and there is no "
		"origin: put a line such as '$ORIGIN example.com.' before it"},
	    {"no owner before", "  A 192.0.2.1",
		"z:1: expected an owner at the start of the line: no record before has one"},
	    {"unknown type", "a. A 192.0.2.1\na. TSLA 3 1 1 ab",
		"z:2: expected a record type (such as TLSA or TYPE52), not 'TSLA'"},
	    {"misspelt ALIAS", "a. ALAIS b.",
		"z:1: expected a record type (such as TLSA or TYPE52), not 'ALAIS'"},
	    {"CNAME or another word for ALIAS", "a. ANAME b.",
		"z:1: expected a record type (such as TLSA or TYPE52), not 'ANAME'"},
	    {"ALIAS of nothing", "a. ALIAS",
		"z:1: expected a domain name, not the end of the record"},
	    {"LUA of nothing", "a. LUA",
		"z:1: expected a record type after LUA, not the end of the record"},
	    {"LUA without a program", "a. LUA A",
		"z:1: expected a program in quotes, not the end of the record"},
	    {"LUA of a misspelt type", "a. LUA TSLA \"f()\"",
		"z:1: expected a record type (such as A or TLSA) after LUA, not 'TSLA'"},
	    {"type over 16 bits", "a. TYPE65536 \\# 0",
		"z:1: expected a record type (such as TLSA or TYPE52), not 'TYPE65536'"},
	    {"no type of a record", "a. TYPE0 \\# 0",
		"z:1: expected a record type (such as TLSA or TYPE52), not 'TYPE0'"},
	    {"OPT by number", "a. TYPE41 \\# 0",
		"z:1: expected a record type (such as TLSA or TYPE52), not 'TYPE41'"},
	    {"first type of questions", "a. TYPE128 \\# 0",
		"z:1: expected a record type (such as TLSA or TYPE52), not 'TYPE128'"},
	    {"ANY by number", "a. TYPE255 \\# 0",
		"z:1: expected a record type (such as TLSA or TYPE52), not 'TYPE255'"},
	    {"type in quotes", "a. \"A\" 192.0.2.1",
		"z:1: expected a record type (such as TLSA or TYPE52), not 'A'"},
	    {"no type", "a. IN 60\n", "z:1: expected a record type, not the end of the record"},
	    {"TTL twice", "a. 60 60 A 192.0.2.1",
		"z:1: expected a record type (such as TLSA or TYPE52), not '60'"},
	    {"other class", "a. CH TXT x", "z:1: expected class IN, not 'CH'"},
	    {"other class by number", "a. CLASS3 TXT x", "z:1: expected class IN, not 'CLASS3'"},
	    {"TTL of 32 bits", "a. 2147483648 A 192.0.2.1",
		"z:1: expected a TTL in seconds up to 2147483647 or as 1w2d3h4m5s, not "
		"'2147483648'"},
	    {"TTL with a half unit", "a. 1h30 A 192.0.2.1",
		"z:1: expected a TTL in seconds up to 2147483647 or as 1w2d3h4m5s, not '1h30'"},
	    {"TTL with an unknown unit", "a. 1y A 192.0.2.1",
		"z:1: expected a TTL in seconds up to 2147483647 or as 1w2d3h4m5s, not '1y'"},
	    {"unknown directive", "$DATE 1",
		"z:1: expected $ORIGIN, $TTL, $INCLUDE or $GENERATE, not '$DATE'"},
	    {"$ORIGIN alone", "$ORIGIN\n", "z:1: expected one domain name after $ORIGIN"},
	    {"$ORIGIN of two", "$ORIGIN a. b.", "z:1: expected one domain name after $ORIGIN"},
	    {"$ORIGIN relative to nothing", "$ORIGIN a",
		"z:1: expected a domain name after $ORIGIN, but in 'a' it is relative and there is "
		"no origin: put a line such as '$ORIGIN example.com.' before it"},
	    {"$TTL of nothing", "$TTL\n",
		"z:1: expected one TTL after $TTL, in seconds up to 2147483647 or as 1w2d3h4m5s"},
	    {"$TTL no number", "$TTL -1",
		"z:1: expected one TTL after $TTL, in seconds up to 2147483647 or as 1w2d3h4m5s"},
	    {"$INCLUDE of nothing", "$INCLUDE\n",
		"z:1: expected a file and at most an origin after $INCLUDE"},
	    {"open parenthesis", "a. A (\n\n192.0.2.1\n",
		"z:4: expected a ) for the ( of line 1 before the end of the file"},
	    {"stray parenthesis", "a. A 192.0.2.1 )\n", "z:1: there is a ) without a ( before it"},
	    {"open quote", "a. TXT \"abc\n\"",
		"z:1: expected a closing \" before the end of the line"},
	    {"open quote inside a word", "a. CAA 0 x=\"abc\n",
		"z:1: expected a closing \" before the end of the line"},
	    {"\\ at the end of a line", "a. TXT abc\\\nb. A 192.0.2.1",
		"z:1: expected a character after \\, not the end of the line"},
	    {"empty label", "a..b. A 192.0.2.1",
		"z:1: expected the owner of a record, but in 'a..b.' it has an empty label"},
	    {"leading dot", ".a. A 192.0.2.1",
		"z:1: expected the owner of a record, but in '.a.' it has an empty label"},
	    {"label of 64", LABEL63 "4. A 192.0.2.1",
		"z:1: expected the owner of a record, but in "
		"'aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd...' a label is longer than 63 octets"},
	    {"name of 256 octets", LABEL63 "." LABEL63 "." LABEL63 "." LABEL62 ". A 192.0.2.1",
		"z:1: expected the owner of a record, but in "
		"'aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd...' the name is longer than 255 octets"},
	    {"too long with its origin",
		"$ORIGIN " LABEL63 "." LABEL63 "." LABEL63 ".\n" LABEL62 " A 192.0.2.1",
		"z:2: expected the owner of a record, but in "
		"'aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd...' the name is longer than 255 octets"},
	    {"escape over 255", "\\256. A 192.0.2.1",
		"z:1: expected the owner of a record, but in '\\256.' an escape goes over \\255"},
	    {"escape of two digits", "\\12. A 192.0.2.1",
		"z:1: expected the owner of a record, but in '\\12.' a \\ and a digit need two "
		"more digits"},
	    {"U-label",
		"b\xc3\xbc"
		"cher. A 192.0.2.1",
		"z:1: expected the owner of a record, but in 'b\xc3\xbc"
		"cher.' it has characters "
		"outside ASCII: write it as an A-label (xn--...)"},
	    {"owner in quotes", "\"a.\" A 192.0.2.1",
		"z:1: expected the owner of a record, but in 'a.' it stands in quotes"},
	    {"escape sequence in a message", "a. \x1b[31m 1",
		"z:1: expected a record type (such as TLSA or TYPE52), not '\\x1b[31m'"},
	};
	CHECK_ROWS(rows);
	check("byte order mark",
	    "\xef\xbb\xbf"
	    "a. A 192.0.2.1\n",
	    18, "z:1: the file begins with a byte order mark, which name servers do not read");
	check("half of one",
	    "\xef\xbb"
	    "a. A 192.0.2.1\n",
	    17,
	    "z:1: expected the owner of a record, but in '\\xef\\xbba.' it has characters outside "
	    "ASCII: write it as an A-label (xn--...)");
	check("NUL", "a. A 192.0.2.1\n\0", 16, "z:2: there is a NUL octet: this is no text");
	check("NUL in a word", "a. A 192.0\0.2.1\n", 16,
	    "z:1: there is a NUL octet: this is no text");
	check("NUL in quotes", "a. TXT \"a\0\"\n", 12,
	    "z:1: expected a closing \" before the end of the line");
}

/* ---- $INCLUDE, on disk ---- */

static char folder[] = "/tmp/mxdane-zone-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return -1;
	return mkdir("sub", 0700);
}

static int remove_folder(void **state)
{
	static const char *const names[] = {
	    "main", "sub/main", "sub/a", "sub/b", "loop", "pipe", "deep", "twice"};
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		(void)unlink(names[i]); /* not all are there */
	return rmdir("sub") < 0 || chdir("/") < 0 || rmdir(folder) < 0 ? -1 : 0;
}

static void check_file(const char *label, const char *name, const char *want)
{
	struct arena *arena = arena_create();
	const struct zone_error *error = NULL;
	struct zone_file *file = zone_file_read(arena, name, NULL, &error);
	const char *got = file ? show(arena, file) : error->message;
	if (!got || strcmp(got, want) != 0)
		fail_msg("%s:\n got: %s\nwant: %s", label, got ? got : "(null)", want);
	arena_destroy(arena);
}

static void test_include(void **state)
{
	(void)state;
	write_file("main", "$ORIGIN x.\na A 192.0.2.1\n$INCLUDE sub/a in\n A 192.0.2.4\n"
			   "b A 192.0.2.5\n$INCLUDE sub/b\n");
	write_file("sub/a", " A 192.0.2.2\nc A 192.0.2.3\n$ORIGIN other.\n$INCLUDE b\n");
	write_file("sub/b", "d A 192.0.2.9");
	check_file("origin, owner and folder", "main",
	    "2|a.x 3600 A 192.0.2.1\n1|a.x 3600 A 192.0.2.2\n2|c.in.x 3600 A 192.0.2.3\n"
	    "1|d.other 3600 A 192.0.2.9\n4|a.x 3600 A 192.0.2.4\n5|b.x 3600 A 192.0.2.5\n"
	    "1|d.x 3600 A 192.0.2.9");
	write_file("main", "$ORIGIN x.\n$INCLUDE \"sub/\\097\"\n");
	write_file("sub/a", "a A 192.0.2.1\n\na A x\n");
	check_file("an error inside names the file as it was opened", "main",
	    "sub/a:3: expected an IPv4 address, not 'x'");
	write_file("main", "\n$INCLUDE sub/none\n");
	check_file("missing", "main",
	    "main:2: expected a file that can be included, not 'sub/none': No such file or "
	    "directory");
	write_file("sub/main", "$ORIGIN x.\n$INCLUDE sub/a\n$INCLUDE b\n");
	write_file("sub/a", "a A 192.0.2.1\n");
	check_file("from the working directory", "sub/main",
	    "1|a.x 3600 A 192.0.2.1\n1|d.x 3600 A 192.0.2.9");
	write_file("main", "$INCLUDE sub\n");
	check_file("a folder", "main",
	    "main:1: expected a file that can be included, not 'sub': it is no regular file");
	write_file("main", "$INCLUDE /dev/null\n");
	check_file("a device", "main",
	    "main:1: expected a file that can be included, not '/dev/null': it is no regular file");
	assert_int_equal(mkfifo("pipe", 0600), 0);
	write_file("main", "$INCLUDE pipe\n");
	check_file("a pipe is not waited for", "main",
	    "main:1: expected a file that can be included, not 'pipe': it is no regular file");
	write_file("main", "$INCLUDE a\\000b\n");
	check_file("NUL in the path", "main",
	    "main:1: expected a file after $INCLUDE: a file name cannot hold \\000");
	check_file("the file itself missing", "none", "none: No such file or directory");
	check_file("the file itself a folder", "sub", "sub: it is no regular file");
}

static void test_include_loops(void **state)
{
	(void)state;
	write_file("loop", "$INCLUDE ./loop\n");
	check_file("itself", "loop",
	    "loop:1: expected a file that can be included, not './loop': it includes itself");
	write_file("sub/a", "\n$INCLUDE ../loop\n");
	write_file("loop", "$INCLUDE sub/a\n");
	check_file("by way of another", "loop",
	    "sub/a:2: expected a file that can be included, not 'sub/../loop': it includes itself");
	write_file("sub/b", "a. A 192.0.2.1\n");
	write_file("twice", "$INCLUDE sub/b\n$INCLUDE sub/b\n");
	check_file("twice is no loop", "twice", "1|a 3600 A 192.0.2.1\n1|a 3600 A 192.0.2.1");
}

static void test_include_limits(void **state)
{
	(void)state;
	struct buffer b = {0};
	char name[24], previous[24] = "";
	for (int i = 0; i <= LIMIT_ZONE_DEPTH + 1; i++) {
		char text[64];
		snprintf(name, sizeof name, "sub/d%d", i);
		if (i == 0)
			snprintf(text, sizeof text, "a. A 192.0.2.1\n");
		else
			snprintf(text, sizeof text, "$INCLUDE %s\n", previous);
		snprintf(previous, sizeof previous, "d%d", i);
		write_file(name, text);
	}
	check_file("8 deep", "sub/d8", "1|a 3600 A 192.0.2.1");
	check_file("9 deep", "sub/d9", "sub/d1:1: files include each other more than 8 deep");
	for (int i = 0; i <= LIMIT_ZONE_DEPTH + 1; i++) {
		snprintf(name, sizeof name, "sub/d%d", i);
		assert_int_equal(unlink(name), 0);
	}
	write_file("sub/b", "; nothing\n");
	buffer_add_text(&b, "a. A 192.0.2.1\n");
	for (int i = 0; i < LIMIT_ZONE_FILES - 1; i++)
		buffer_add_text(&b, "$INCLUDE sub/b\n");
	write_file("deep", buffer_text(&b));
	check_file("1000 files", "deep", "1|a 3600 A 192.0.2.1");
	buffer_add_text(&b, "$INCLUDE sub/b\n");
	write_file("deep", buffer_text(&b));
	check_file("1001 files", "deep",
	    "deep:1001: expected a file that can be included, not 'sub/b': over 1000 files are "
	    "included");
	buffer_reset(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_entries),
	    cmocka_unit_test(test_syntax_errors),
	    cmocka_unit_test(test_include),
	    cmocka_unit_test(test_include_loops),
	    cmocka_unit_test(test_include_limits),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
