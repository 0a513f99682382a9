/* The grammars of MTA-STS (RFC 8461 §3.1, 3.2) and TLSRPT (RFC 8460 §3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sts.h"

#define LABEL63 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123"

/* Up to three records, each with its length, for any octet may be in one. */
struct records {
	const char *text[3];
	size_t length[3];
};
#define ONE(t)                                                                                     \
	{                                                                                          \
		{t},                                                                               \
		{                                                                                  \
			sizeof(t) - 1                                                              \
		}                                                                                  \
	}
#define TWO(t, u)                                                                                  \
	{                                                                                          \
		{t, u},                                                                            \
		{                                                                                  \
			sizeof(t) - 1, sizeof(u) - 1                                               \
		}                                                                                  \
	}

/* Each record is a heap block of its very length, so that a sanitizer sees reading beyond it. */
static struct lookup make_lookup(struct dns_record *places, const struct records *r)
{
	struct lookup l = {.type = DNS_TYPE_TXT, .kind = ANSWER_NODATA, .records = places};
	for (size_t i = 0; i < 3 && r->text[i]; i++) {
		uint8_t *data = malloc(r->length[i] ? r->length[i] : 1);
		assert_non_null(data);
		memcpy(data, r->text[i], r->length[i]);
		places[i] = (struct dns_record){.txt = {data, r->length[i]}};
		l.kind = ANSWER_RECORDS;
		l.record_count++;
	}
	return l;
}

static void free_lookup(struct lookup *l)
{
	for (size_t i = 0; i < l->record_count; i++)
		free((void *)(uintptr_t)l->records[i].txt.data);
}

static void test_txt(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		struct records records;
		enum sts_state want;
		const char *id;
		const char *error; /* part of it */
	} rows[] = {
	    {"plain", ONE("v=STSv1; id=20160831085700Z;"), STS_STATE_NONE, "20160831085700Z", NULL},
	    {"no final semicolon", ONE("v=STSv1;id=1"), STS_STATE_NONE, "1", NULL},
	    {"blanks and tabs", ONE("v=STSv1; \t id=1 \t; "), STS_STATE_NONE, "1", NULL},
	    {"32 characters", ONE("v=STSv1; id=abcdefghijklmnopqrstuvwxyzABCDEF"), STS_STATE_NONE,
		"abcdefghijklmnopqrstuvwxyzABCDEF", NULL},
	    {"33 characters", ONE("v=STSv1; id=abcdefghijklmnopqrstuvwxyzABCDEFG"),
		STS_STATE_INVALID, NULL, "more than 32"},
	    {"unknown field before", ONE("v=STSv1; x-y_z.1=<a:b>; id=1;"), STS_STATE_NONE, "1",
		NULL},
	    {"unknown field after", ONE("v=STSv1; id=1; a=b"), STS_STATE_NONE, "1", NULL},
	    {"first id counts", ONE("v=STSv1; id=1; id=2;"), STS_STATE_NONE, "1", NULL},
	    {"first id counts, whatever the second", ONE("v=STSv1; id=1; id=-;"), STS_STATE_NONE,
		"1", NULL},
	    {"first id bad", ONE("v=STSv1; id=-; id=2;"), STS_STATE_INVALID, NULL, "letters"},
	    {"no id", ONE("v=STSv1;"), STS_STATE_INVALID, NULL, "no id"},
	    {"ID in capitals is another field", ONE("v=STSv1; ID=1;"), STS_STATE_INVALID, NULL,
		"no id"},
	    {"empty id", ONE("v=STSv1; id=;"), STS_STATE_INVALID, NULL, "empty"},
	    {"blank in id", ONE("v=STSv1; id=1 2;"), STS_STATE_INVALID, NULL, "letters"},
	    {"blank before =", ONE("v=STSv1; id =1;"), STS_STATE_INVALID, NULL, "name"},
	    {"blank at the very end", ONE("v=STSv1; id=1 "), STS_STATE_INVALID, NULL, "letters"},
	    {"empty field", ONE("v=STSv1;; id=1"), STS_STATE_INVALID, NULL, "empty"},
	    {"two final semicolons", ONE("v=STSv1; id=1;;"), STS_STATE_INVALID, NULL, "empty"},
	    {"no =", ONE("v=STSv1; id=1; oops"), STS_STATE_INVALID, NULL, "\"=\""},
	    {"name of 32", ONE("v=STSv1; id=1; abcdefghijklmnopqrstuvwxyz012345=x"), STS_STATE_NONE,
		"1", NULL},
	    {"name of 33", ONE("v=STSv1; id=1; abcdefghijklmnopqrstuvwxyz0123456=x"),
		STS_STATE_INVALID, NULL, "name"},
	    {"name with a leading hyphen", ONE("v=STSv1; id=1; -a=x"), STS_STATE_INVALID, NULL,
		"name"},
	    {"empty value", ONE("v=STSv1; id=1; a="), STS_STATE_INVALID, NULL, "value"},
	    {"= in a value", ONE("v=STSv1; id=1; a=b=c"), STS_STATE_INVALID, NULL, "value"},
	    {"NUL in a value", ONE("v=STSv1; id=1; a=b\0c"), STS_STATE_INVALID, NULL, "value"},
	    {"NUL in the id", ONE("v=STSv1; id=1\0;"), STS_STATE_INVALID, NULL, "letters"},
	    {"8-bit in a value", ONE("v=STSv1; id=1; a=\xc3\xa4"), STS_STATE_INVALID, NULL,
		"value"},
	    {"none", {{NULL}, {0}}, STS_STATE_ABSENT, NULL, NULL},
	    {"empty string", ONE(""), STS_STATE_ABSENT, NULL, NULL},
	    {"a wildcard's", ONE("v=spf1 -all"), STS_STATE_ABSENT, NULL, NULL},
	    {"another version", ONE("v=STSv2; id=1"), STS_STATE_INVALID, NULL, "begins"},
	    {"version in lower case", ONE("v=stsv1; id=1"), STS_STATE_INVALID, NULL, "begins"},
	    {"leading blank", ONE(" v=STSv1; id=1"), STS_STATE_INVALID, NULL, "begins"},
	    {"blank before the semicolon", ONE("v=STSv1 \t; id=1"), STS_STATE_NONE, "1", NULL},
	    {"blank, and no semicolon", ONE("v=STSv1 id=1"), STS_STATE_INVALID, NULL, "begins"},
	    {"blank, beside a stranger", TWO("v=spf1 -all", "v=STSv1 ; id=1"), STS_STATE_NONE, "1",
		NULL},
	    {"blank, beside one without", TWO("v=STSv1 ; id=1", "v=STSv1; id=2"), STS_STATE_NONE,
		"2", NULL},
	    {"blanks in two", TWO("v=STSv1 ; id=1", "v=STSv1 ; id=2"), STS_STATE_INVALID, NULL,
		"more than"},
	    {"quoted", ONE("\"v=STSv1; id=1\""), STS_STATE_INVALID, NULL, "begins"},
	    {"the version alone", ONE("v=STSv1"), STS_STATE_INVALID, NULL, "begins"},
	    {"cut short", ONE("v=ST"), STS_STATE_ABSENT, NULL, NULL},
	    {"two", TWO("v=STSv1; id=1;", "v=STSv1; id=2;"), STS_STATE_INVALID, NULL, "more than"},
	    {"one and a stranger", TWO("v=spf1 -all", "v=STSv1; id=2;"), STS_STATE_NONE, "2", NULL},
	    {"one and a near miss", TWO("v=STSv1; id=1;", "v=STSv2; id=2;"), STS_STATE_NONE, "1",
		NULL},
	    {"a near miss and one", TWO("v=STSv2; id=1;", "v=STSv1; id=2;"), STS_STATE_NONE, "2",
		NULL},
	};
	struct arena *arena = arena_create();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dns_record places[3];
		struct lookup l = make_lookup(places, &rows[i].records);
		const char *id, *error;
		enum sts_state got = sts_read_txt(arena, &l, &id, &error);
		if (got != rows[i].want || !id != !rows[i].id ||
		    (id && strcmp(id, rows[i].id) != 0) || !error != !rows[i].error ||
		    (error && !strstr(error, rows[i].error)))
			fail_msg("%s: %s, id %s, error %s", rows[i].label, sts_state_name(got),
			    id ? id : "-", error ? error : "-");
		free_lookup(&l);
	}
	arena_destroy(arena);
}

#define GOOD "version: STSv1\r\nmode: enforce\r\nmx: mx1.example.com\r\nmax_age: 604800\r\n"
#define WITH_MX(m) "version: STSv1\nmode: enforce\nmax_age: 1\nmx: " m "\n"
#define WITH_AGE(a) "version: STSv1\nmode: none\nmax_age: " a "\n"
#define WITH_LINE(l) l "\n" GOOD
#define BODY(t) t, sizeof(t) - 1

static void test_policy(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		const char *body;
		size_t length;
		const char *error; /* part of it; NULL: valid */
		enum sts_mode mode;
		uint32_t max_age;
		const char *mx; /* the first, or NULL */
		size_t mx_count;
	} rows[] = {
	    {"CRLF", BODY(GOOD), NULL, STS_MODE_ENFORCE, 604800, "mx1.example.com", 1},
	    {"LF", BODY("version: STSv1\nmode: testing\nmx: a.example\nmax_age: 1\n"), NULL,
		STS_MODE_TESTING, 1, "a.example", 1},
	    {"mixed, no final newline",
		BODY("version: STSv1\r\nmode: testing\nmx: a.example\r\nmax_age: 1"), NULL,
		STS_MODE_TESTING, 1, "a.example", 1},
	    {"any order",
		BODY("mx: a.example\nmax_age: 1\nmode: enforce\nmx: b.example\nversion: "
		     "STSv1\n"),
		NULL, STS_MODE_ENFORCE, 1, "a.example", 2},
	    {"no blank after the colon", BODY("version:STSv1\nmode:none\nmax_age:1\n"), NULL,
		STS_MODE_NONE, 1, NULL, 0},
	    {"tabs and blanks", BODY("version:\t STSv1 \t\nmode: none \nmax_age: 1\t\n"), NULL,
		STS_MODE_NONE, 1, NULL, 0},
	    {"blanks at the very end", BODY(WITH_AGE("1") "mode: none  "), NULL, STS_MODE_NONE, 1,
		NULL, 0},
	    {"first mode counts", BODY("mode: none\n" GOOD), NULL, STS_MODE_NONE, 604800,
		"mx1.example.com", 1},
	    {"first max_age counts, whatever the second", BODY(GOOD "max_age: x\n"), NULL,
		STS_MODE_ENFORCE, 604800, "mx1.example.com", 1},
	    {"first version counts, whatever the second", BODY(GOOD "version: STSv2\n"), NULL,
		STS_MODE_ENFORCE, 604800, "mx1.example.com", 1},
	    {"unknown field", BODY(WITH_LINE("x-y_z.1: a b: c")), NULL, STS_MODE_ENFORCE, 604800,
		"mx1.example.com", 1},
	    {"UTF-8 in an unknown field",
		BODY(WITH_LINE("note: gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x93\xac")), NULL,
		STS_MODE_ENFORCE, 604800, "mx1.example.com", 1},
	    {"upper case mx", BODY(WITH_MX("AZ1.Example.COM")), NULL, STS_MODE_ENFORCE, 1,
		"az1.example.com", 1},
	    {"wildcard", BODY(WITH_MX("*.example.com")), NULL, STS_MODE_ENFORCE, 1, "*.example.com",
		1},
	    {"A-label", BODY(WITH_MX("xn--bcher-kva.example")), NULL, STS_MODE_ENFORCE, 1,
		"xn--bcher-kva.example", 1},
	    {"label of 63", BODY(WITH_MX(LABEL63 ".example")), NULL, STS_MODE_ENFORCE, 1,
		LABEL63 ".example", 1},
	    {"mode none with mx", BODY(WITH_AGE("1") "mx: a.example\n"), NULL, STS_MODE_NONE, 1,
		"a.example", 1},
	    {"mode none with bad mx", BODY("mx: a..b\n" WITH_AGE("1")), NULL, STS_MODE_NONE, 1,
		NULL, 0},
	    {"max_age 0", BODY(WITH_AGE("0")), NULL, STS_MODE_NONE, 0, NULL, 0},
	    {"max_age of a year", BODY(WITH_AGE("31557600")), NULL, STS_MODE_NONE, 31557600, NULL,
		0},
	    {"ten digits", BODY(WITH_AGE("0000000007")), NULL, STS_MODE_NONE, 7, NULL, 0},

	    {"empty", BODY(""), "empty", 0, 0, NULL, 0},
	    {"newline alone", BODY("\n"), "line 1: it is empty", 0, 0, NULL, 0},
	    {"empty line", BODY("version: STSv1\n\nmode: none\nmax_age: 1\n"),
		"line 2: it is empty", 0, 0, NULL, 0},
	    {"empty line at the end", BODY(GOOD "\r\n"), "line 5: it is empty", 0, 0, NULL, 0},
	    {"byte order mark", BODY("\xef\xbb\xbf" GOOD), "line 1", 0, 0, NULL, 0},
	    {"leading blank", BODY(" " GOOD), "line 1", 0, 0, NULL, 0},
	    {"blank before the colon", BODY(WITH_LINE("a : b")), "line 1", 0, 0, NULL, 0},
	    {"no colon", BODY(WITH_LINE("hello")), "no \":\"", 0, 0, NULL, 0},
	    {"HTML", BODY("<!DOCTYPE html>\n<html>"), "line 1", 0, 0, NULL, 0},
	    {"name of 33", BODY(WITH_LINE("abcdefghijklmnopqrstuvwxyz0123456: x")), "line 1", 0, 0,
		NULL, 0},
	    {"empty value", BODY(WITH_LINE("a: ")), "line 1: the value", 0, 0, NULL, 0},
	    {"NUL", BODY(WITH_LINE("a: b\0c")), "line 1: the value", 0, 0, NULL, 0},
	    {"tab inside a value", BODY(WITH_LINE("a: b\tc")), "line 1: the value", 0, 0, NULL, 0},
	    {"CR alone", BODY(WITH_LINE("a: b\rc: d")), "line 1: the value", 0, 0, NULL, 0},
	    {"final CR without LF", BODY("version: STSv1\nmode: none\nmax_age: 1\r"), "line 3", 0,
		0, NULL, 0},
	    {"stray continuation byte", BODY(WITH_LINE("a: \x80")), "UTF-8", 0, 0, NULL, 0},
	    {"overlong UTF-8", BODY(WITH_LINE("a: \xc0\xaf")), "UTF-8", 0, 0, NULL, 0},
	    {"overlong three", BODY(WITH_LINE("a: \xe0\x80\xaf")), "UTF-8", 0, 0, NULL, 0},
	    {"surrogate", BODY(WITH_LINE("a: \xed\xa0\x80")), "UTF-8", 0, 0, NULL, 0},
	    {"U+10FFFF", BODY(WITH_LINE("a: \xf4\x8f\xbf\xbf")), NULL, STS_MODE_ENFORCE, 604800,
		"mx1.example.com", 1},
	    {"lead byte F5", BODY(WITH_LINE("a: \xf5\x80\x80\x80")), "UTF-8", 0, 0, NULL, 0},
	    {"above U+10FFFF", BODY(WITH_LINE("a: \xf4\x90\x80\x80")), "UTF-8", 0, 0, NULL, 0},
	    {"UTF-8 cut short", BODY("a: \xe2\x82"), "UTF-8", 0, 0, NULL, 0},
	    {"no version", BODY("mode: none\nmax_age: 1\n"), "no version", 0, 0, NULL, 0},
	    {"Version in capitals is another field", BODY("Version: STSv1\nmode: none\nmax_age: 1"),
		"no version", 0, 0, NULL, 0},
	    {"STSv2", BODY("version: STSv2\nmode: none\nmax_age: 1"), "line 1: the version", 0, 0,
		NULL, 0},
	    {"stsv1", BODY("version: stsv1\nmode: none\nmax_age: 1"), "line 1: the version", 0, 0,
		NULL, 0},
	    {"no mode", BODY("version: STSv1\nmax_age: 1"), "no mode", 0, 0, NULL, 0},
	    {"Enforce", BODY("version: STSv1\nmode: Enforce\nmax_age: 1"), "line 2: the mode", 0, 0,
		NULL, 0},
	    {"no max_age", BODY("version: STSv1\nmode: none"), "no max_age", 0, 0, NULL, 0},
	    {"max_age over a year", BODY(WITH_AGE("31557601")), "over 31557600", 0, 0, NULL, 0},
	    {"max_age of ten nines", BODY(WITH_AGE("9999999999")), "over", 0, 0, NULL, 0},
	    {"max_age of eleven digits", BODY(WITH_AGE("00000000001")), "digits", 0, 0, NULL, 0},
	    {"max_age negative", BODY(WITH_AGE("-1")), "digits", 0, 0, NULL, 0},
	    {"max_age with a fraction", BODY(WITH_AGE("1.5")), "digits", 0, 0, NULL, 0},
	    {"no mx", BODY("version: STSv1\nmode: enforce\nmax_age: 1"), "no mx", 0, 0, NULL, 0},
	    {"no mx in testing", BODY("version: STSv1\nmode: testing\nmax_age: 1"), "no mx", 0, 0,
		NULL, 0},
	    {"empty mx", BODY(WITH_MX("")), "line 4", 0, 0, NULL, 0},
	    {"U-label",
		BODY(WITH_MX("b\xc3\xbc"
			     "cher.example")),
		"A-labels", 0, 0, NULL, 0},
	    {"wildcard inside", BODY(WITH_MX("mx.*.example.com")), "line 4", 0, 0, NULL, 0},
	    {"partial wildcard", BODY(WITH_MX("mx*.example.com")), "line 4", 0, 0, NULL, 0},
	    {"two wildcards", BODY(WITH_MX("*.*.example.com")), "line 4", 0, 0, NULL, 0},
	    {"wildcard alone", BODY(WITH_MX("*")), "line 4", 0, 0, NULL, 0},
	    {"wildcard and dot", BODY(WITH_MX("*.")), "line 4", 0, 0, NULL, 0},
	    {"two on a line", BODY(WITH_MX("a.example b.example")), "line 4", 0, 0, NULL, 0},
	    {"comma", BODY(WITH_MX("a.example,b.example")), "line 4", 0, 0, NULL, 0},
	    {"final dot", BODY(WITH_MX("a.example.")), "line 4", 0, 0, NULL, 0},
	    {"empty label", BODY(WITH_MX("a..example")), "line 4", 0, 0, NULL, 0},
	    {"leading hyphen", BODY(WITH_MX("-a.example")), "line 4", 0, 0, NULL, 0},
	    {"trailing hyphen", BODY(WITH_MX("a-.example")), "line 4", 0, 0, NULL, 0},
	    {"underscore", BODY(WITH_MX("a_b.example")), "line 4", 0, 0, NULL, 0},
	    {"label of 64", BODY(WITH_MX(LABEL63 "4.example")), "line 4", 0, 0, NULL, 0},
	    {"name over 253", BODY(WITH_MX(LABEL63 "." LABEL63 "." LABEL63 "." LABEL63 ".example")),
		"253", 0, 0, NULL, 0},
	    {"a good mx does not excuse a bad one", BODY(GOOD "mx: a..b\n"), "line 5", 0, 0, NULL,
		0},
	};
	struct arena *arena = arena_create();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *error;
		uint8_t *body = malloc(rows[i].length ? rows[i].length : 1);
		assert_non_null(body);
		memcpy(body, rows[i].body, rows[i].length);
		struct sts_policy *p = sts_read_policy(arena, body, rows[i].length, &error);
		free(body);
		if (!p != !!rows[i].error || !p != !!error)
			fail_msg("%s: %s", rows[i].label, error ? error : "valid");
		if (error && !strstr(error, rows[i].error))
			fail_msg("%s: %s", rows[i].label, error);
		if (!p)
			continue;
		assert_string_equal(p->version, "STSv1");
		if (p->mode != rows[i].mode || p->max_age != rows[i].max_age ||
		    p->mx_count != rows[i].mx_count)
			fail_msg("%s: mode %s, max_age %u, %zu mx", rows[i].label,
			    sts_mode_name(p->mode), p->max_age, p->mx_count);
		if (rows[i].mx)
			assert_string_equal(p->mx[0], rows[i].mx);
	}
	arena_destroy(arena);
}

static void test_media_type(void **state)
{
	(void)state;
	static const struct {
		const char *type;
		bool want;
	} rows[] = {
	    {"text/plain", true},
	    {"TEXT/Plain", true},
	    {"text/plain; charset=utf-8", true},
	    {"text/plain ;charset=us-ascii; x=y", true},
	    {"text/plain;", true},
	    {"text/plain2", false},
	    {"text/html", false},
	    {"text/plai", false},
	    {"application/octet-stream", false},
	    {" text/plain", false},
	    {"", false},
	    {NULL, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (sts_media_type_is_plain(rows[i].type) != rows[i].want)
			fail_msg("%s", rows[i].type ? rows[i].type : "(none)");
}

static void test_lists(void **state)
{
	(void)state;
	static const char *patterns[] = {"mx1.example.com", "*.example.net"};
	static const struct sts_policy policy = {.mx = patterns, .mx_count = 2};
	static const struct {
		const char *host;
		bool want;
	} rows[] = {
	    {"mx1.example.com", true},
	    {"MX1.example.com", true},
	    {"mx2.example.com", false},
	    {"mail.example.net", true},
	    {"example.net", false},
	    {"foo.bar.example.net", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (sts_policy_lists(&policy, rows[i].host) != rows[i].want)
			fail_msg("%s", rows[i].host);
}

static void test_conclude(void **state)
{
	(void)state;
	static const struct records good_txt = ONE("v=STSv1; id=1"), bad_txt = ONE("v=STSv1; id=-");
	static const struct records no_txt = {{NULL}, {0}};
	static const struct {
		const char *label;
		const struct records *txt; /* NULL: the lookup never came */
		bool failed;
		enum dnssec_status dnssec;
		bool tried;
		enum fetch_failure failure;
		const char *body;
		enum sts_state want;
		bool applies;
	} rows[] = {
	    {"never came", NULL, false, 0, false, 0, NULL, STS_STATE_FAILED, false},
	    {"failed", &no_txt, true, 0, false, 0, NULL, STS_STATE_FAILED, false},
	    {"bogus", &good_txt, false, DNSSEC_BOGUS, true, 0, GOOD, STS_STATE_FAILED, false},
	    {"bogus denial", &no_txt, false, DNSSEC_BOGUS, false, 0, NULL, STS_STATE_FAILED, false},
	    {"absent", &no_txt, false, 0, false, 0, NULL, STS_STATE_ABSENT, false},
	    {"absent, insecure", &no_txt, false, DNSSEC_INSECURE, false, 0, NULL, STS_STATE_ABSENT,
		false},
	    {"bad id", &bad_txt, false, 0, true, 0, GOOD, STS_STATE_INVALID, false},
	    {"not fetched yet", &good_txt, false, 0, false, 0, NULL, STS_STATE_UNREACHABLE, false},
	    {"enforce", &good_txt, false, DNSSEC_INSECURE, true, 0, GOOD, STS_STATE_ENFORCE, true},
	    {"testing", &good_txt, false, 0, true, 0, "mode: testing\n" GOOD, STS_STATE_TESTING,
		true},
	    {"none", &good_txt, false, 0, true, 0, "mode: none\n" GOOD, STS_STATE_NONE, false},
	    {"grammar", &good_txt, false, 0, true, 0, "no", STS_STATE_INVALID, false},
	    {"empty body", &good_txt, false, 0, true, 0, NULL, STS_STATE_INVALID, false},
	    {"address", &good_txt, false, 0, true, FETCH_FAILURE_ADDRESS, NULL,
		STS_STATE_UNREACHABLE, false},
	    {"connect", &good_txt, false, 0, true, FETCH_FAILURE_CONNECT, NULL,
		STS_STATE_UNREACHABLE, false},
	    {"proxy", &good_txt, false, 0, true, FETCH_FAILURE_PROXY, NULL, STS_STATE_UNREACHABLE,
		false},
	    {"certificate", &good_txt, false, 0, true, FETCH_FAILURE_CERTIFICATE, GOOD,
		STS_STATE_UNREACHABLE, false},
	    {"status", &good_txt, false, 0, true, FETCH_FAILURE_STATUS, GOOD, STS_STATE_UNREACHABLE,
		false},
	    {"deadline", &good_txt, false, 0, true, FETCH_FAILURE_DEADLINE, NULL,
		STS_STATE_UNREACHABLE, false},
	    {"media type", &good_txt, false, 0, true, FETCH_FAILURE_MEDIA_TYPE, GOOD,
		STS_STATE_INVALID, false},
	    {"too large", &good_txt, false, 0, true, FETCH_FAILURE_TOO_LARGE, GOOD,
		STS_STATE_INVALID, false},
	};
	struct arena *arena = arena_create();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		// cppcheck-suppress variableScope ; l keeps a pointer to it
		struct dns_record places[3];
		struct lookup l = {0};
		struct mta_sts sts = {0};
		if (rows[i].txt) {
			l = make_lookup(places, rows[i].txt);
			l.dnssec = rows[i].dnssec;
			if (rows[i].failed)
				l.kind = ANSWER_FAILED;
			sts.txt = &l;
		}
		sts.fetch.tried = rows[i].tried;
		sts.fetch.failure = rows[i].failure;
		sts.fetch.error = "a reason";
		sts.fetch.content_type = "text/plain; charset=utf-8";
		sts.fetch.body = (const uint8_t *)rows[i].body;
		sts.fetch.body_length = rows[i].body ? strlen(rows[i].body) : 0;
		for (int twice = 0; twice < 2; twice++) {
			sts_conclude(arena, &sts);
			if (sts.state != rows[i].want || sts_applies(&sts) != rows[i].applies)
				fail_msg("%s: %s", rows[i].label, sts_state_name(sts.state));
			bool has_policy = sts.state == STS_STATE_ENFORCE ||
					  sts.state == STS_STATE_TESTING ||
					  sts.state == STS_STATE_NONE;
			if (!sts.policy == has_policy)
				fail_msg("%s: policy", rows[i].label);
		}
		free_lookup(&l);
	}
	arena_destroy(arena);
	assert_false(sts_applies(NULL));
}

static void test_media_fault(void **state)
{
	(void)state;
	static const struct records txt = ONE("v=STSv1; id=1");
	static const struct {
		const char *type, *error;
	} rows[] = {{"text/html", "its media type is text/html, not text/plain"},
	    {NULL, "it has no media type, so not text/plain"}};
	struct arena *arena = arena_create();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dns_record places[3];
		struct lookup l = make_lookup(places, &txt);
		struct mta_sts sts = {.txt = &l,
		    .fetch = {.tried = true,
			.content_type = rows[i].type,
			.body = (const uint8_t *)GOOD,
			.body_length = strlen(GOOD)}};
		sts_conclude(arena, &sts);
		assert_int_equal(sts.state, STS_STATE_INVALID);
		assert_string_equal(sts.policy_error, rows[i].error);
		assert_null(sts.policy);
		free_lookup(&l);
	}
	arena_destroy(arena);
}

static void test_tls_rpt(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		struct records records;
		enum tls_rpt_state want;
		const char *rua[2];
		const char *error; /* part of it, or of what is wrong with a URI beside good ones */
	} rows[] = {
	    {"mailto", ONE("v=TLSRPTv1; rua=mailto:a@example.com"), TLS_RPT_PRESENT,
		{"mailto:a@example.com"}, NULL},
	    {"https", ONE("v=TLSRPTv1;rua=https://r.example.com/v1?x=1#f;"), TLS_RPT_PRESENT,
		{"https://r.example.com/v1?x=1#f"}, NULL},
	    {"two", ONE("v=TLSRPTv1; rua=mailto:a@example.com , https://r.example.com"),
		TLS_RPT_PRESENT, {"mailto:a@example.com", "https://r.example.com"}, NULL},
	    {"scheme in capitals", ONE("v=TLSRPTv1; rua=MAILTO:a@example.com"), TLS_RPT_PRESENT,
		{"MAILTO:a@example.com"}, NULL},
	    {"percent-encoded", ONE("v=TLSRPTv1; rua=mailto:a%2Cb%21@example.com?x"),
		TLS_RPT_PRESENT, {"mailto:a%2Cb%21@example.com?x"}, NULL},
	    {"unknown field", ONE("v=TLSRPTv1; x=y; rua=mailto:a@example.com"), TLS_RPT_PRESENT,
		{"mailto:a@example.com"}, NULL},
	    {"first rua", ONE("v=TLSRPTv1; rua=mailto:a@b; rua=mailto:c@d"), TLS_RPT_PRESENT,
		{"mailto:a@b"}, NULL},
	    {"no reporter's first rua", ONE("v=TLSRPTv1; rua=ftp://a; rua=mailto:c@d"),
		TLS_RPT_INVALID, {NULL}, "neither"},
	    {"blank before the semicolon", ONE("v=TLSRPTv1 ;rua=mailto:a@b"), TLS_RPT_PRESENT,
		{"mailto:a@b"}, NULL},
	    {"none", {{NULL}, {0}}, TLS_RPT_ABSENT, {NULL}, NULL},
	    {"a wildcard's", ONE("v=spf1 -all"), TLS_RPT_ABSENT, {NULL}, NULL},
	    {"another version", ONE("v=TLSRPTv2; rua=mailto:a@b"), TLS_RPT_INVALID, {NULL},
		"begins"},
	    {"lower case", ONE("v=tlsrptv1; rua=mailto:a@b"), TLS_RPT_INVALID, {NULL}, "begins"},
	    {"several", TWO("v=TLSRPTv1; rua=mailto:a@b", "v=TLSRPTv1; rua=mailto:c@d"),
		TLS_RPT_INVALID, {NULL}, "more than"},
	    {"one and a stranger", TWO("v=TLSRPTv1; rua=mailto:a@b", "x"), TLS_RPT_PRESENT,
		{"mailto:a@b"}, NULL},
	    {"no rua", ONE("v=TLSRPTv1;"), TLS_RPT_INVALID, {NULL}, "no rua"},
	    {"empty rua", ONE("v=TLSRPTv1; rua="), TLS_RPT_INVALID, {NULL}, "empty"},
	    {"empty second", ONE("v=TLSRPTv1; rua=mailto:a@b,"), TLS_RPT_PRESENT, {"mailto:a@b"},
		"empty"},
	    {"http beside", ONE("v=TLSRPTv1; rua=http://a.example, mailto:a@b"), TLS_RPT_PRESENT,
		{"mailto:a@b"}, "neither"},
	    {"not encoded beside", ONE("v=TLSRPTv1; rua=mailto:a@b,mailto:c@d!10m,mailto:e@f"),
		TLS_RPT_PRESENT, {"mailto:a@b", "mailto:e@f"}, "percent-encoded"},
	    {"two of no use", ONE("v=TLSRPTv1; rua=http://a.example,mailto:"), TLS_RPT_INVALID,
		{NULL}, "neither"},
	    {"http", ONE("v=TLSRPTv1; rua=http://a.example"), TLS_RPT_INVALID, {NULL}, "neither"},
	    {"no scheme", ONE("v=TLSRPTv1; rua=a@example.com"), TLS_RPT_INVALID, {NULL}, "neither"},
	    {"no mail address", ONE("v=TLSRPTv1; rua=mailto:example.com"), TLS_RPT_INVALID, {NULL},
		"mail address"},
	    {"no local part", ONE("v=TLSRPTv1; rua=mailto:@example.com"), TLS_RPT_INVALID, {NULL},
		"mail address"},
	    {"no domain", ONE("v=TLSRPTv1; rua=mailto:a@"), TLS_RPT_INVALID, {NULL},
		"mail address"},
	    {"no domain before the query", ONE("v=TLSRPTv1; rua=mailto:a@?b"), TLS_RPT_INVALID,
		{NULL}, "mail address"},
	    {"no host", ONE("v=TLSRPTv1; rua=https:///x"), TLS_RPT_INVALID, {NULL}, "host"},
	    {"exclamation mark", ONE("v=TLSRPTv1; rua=mailto:a@b!10m"), TLS_RPT_INVALID, {NULL},
		"percent-encoded"},
	    {"hex digits", ONE("v=TLSRPTv1; rua=mailto:%09%af%AF@b"), TLS_RPT_PRESENT,
		{"mailto:%09%af%AF@b"}, NULL},
	    {"no hex digit", ONE("v=TLSRPTv1; rua=mailto:%0g@b"), TLS_RPT_INVALID, {NULL},
		"percent-encoded"},
	    {"scheme alone", ONE("v=TLSRPTv1; rua=mailto:"), TLS_RPT_INVALID, {NULL},
		"mail address"},
	    {"bad percent", ONE("v=TLSRPTv1; rua=mailto:a@b%2"), TLS_RPT_INVALID, {NULL},
		"percent-encoded"},
	    {"blank inside", ONE("v=TLSRPTv1; rua=mailto:a b@c"), TLS_RPT_INVALID, {NULL},
		"percent-encoded"},
	    {"NUL inside", ONE("v=TLSRPTv1; rua=mailto:a@b\0c"), TLS_RPT_INVALID, {NULL},
		"percent-encoded"},
	    {"escape inside", ONE("v=TLSRPTv1; rua=mailto:a@b\x1b[1m"), TLS_RPT_INVALID, {NULL},
		"percent-encoded"},
	    {"empty field", ONE("v=TLSRPTv1;;rua=mailto:a@b"), TLS_RPT_INVALID, {NULL}, "empty"},
	};
	struct arena *arena = arena_create();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dns_record places[3];
		struct lookup l = make_lookup(places, &rows[i].records);
		struct tls_rpt t = {.txt = &l};
		sts_read_tls_rpt(arena, &t);
		size_t want = (rows[i].rua[0] != NULL) + (size_t)(rows[i].rua[1] != NULL);
		const char *error = t.state == TLS_RPT_PRESENT ? t.unusable : t.error;
		if (t.state != rows[i].want || t.rua_count != want || !error != !rows[i].error ||
		    (error && !strstr(error, rows[i].error)) ||
		    (t.state == TLS_RPT_PRESENT ? t.error : t.unusable))
			fail_msg("%s: %s, %zu rua, %s", rows[i].label, tls_rpt_state_name(t.state),
			    t.rua_count, error ? error : "-");
		for (size_t k = 0; k < t.rua_count; k++)
			assert_string_equal(t.rua[k], rows[i].rua[k]);
		free_lookup(&l);
	}
	struct lookup failed = {.kind = ANSWER_FAILED, .error = "a reason"};
	struct lookup bogus = {.kind = ANSWER_NODATA, .dnssec = DNSSEC_BOGUS};
	struct tls_rpt t[] = {{.txt = &failed}, {.txt = &bogus}, {.txt = NULL}};
	for (size_t i = 0; i < 3; i++) {
		sts_read_tls_rpt(arena, &t[i]);
		assert_int_equal(t[i].state, TLS_RPT_FAILED);
	}
	assert_string_equal(t[0].error, "a reason");
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_txt),
	    cmocka_unit_test(test_policy),
	    cmocka_unit_test(test_media_type),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_conclude),
	    cmocka_unit_test(test_media_fault),
	    cmocka_unit_test(test_tls_rpt),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
