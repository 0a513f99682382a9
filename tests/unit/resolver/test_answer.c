/* Reading responses: the question, records, signatures, aliases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "alias_chain.h"
#include "dns_fixture.h"

enum { MANY = 22 };

static uint8_t *octets_of(getdns_dict *response)
{
	getdns_bindata *wire = NULL;
	assert_int_equal(getdns_dict_get_bindata(response, "/replies_full/0", &wire), 0);
	return wire->data;
}

static void test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *label, *name;
		uint16_t type;
		size_t octet; /* of the message, changed; 0: none */
		uint8_t value;
		bool want;
	} rows[] = {
	    {"as asked", "mx.test", DNS_TYPE_A, 0, 0, true},
	    {"another name", "my.test", DNS_TYPE_A, 0, 0, false},
	    {"another type", "mx.test", DNS_TYPE_MX, 0, 0, false},
	    {"another type of a name that is not there", "mx.test", DNS_TYPE_MX, 3, 3, true},
	    {"another name that is not there", "my.test", DNS_TYPE_A, 3, 3, false},
	    {"another class", "mx.test", DNS_TYPE_A, 24, 3, false},
	    {"no question", "mx.test", DNS_TYPE_A, 5, 0, false},
	    {"two questions", "mx.test", DNS_TYPE_A, 5, 2, false},
	    {"no response", "mx.test", DNS_TYPE_A, 2, 1, false},
	    {"cut off", "mx.test", DNS_TYPE_A, 2, 0x83, false},
	    {"records missing", "mx.test", DNS_TYPE_A, 7, 3, false},
	    {"authority missing", "mx.test", DNS_TYPE_A, 9, 1, false},
	    {"additional missing", "mx.test", DNS_TYPE_A, 11, 1, false},
	    {"AD", "mx.test", DNS_TYPE_A, 3, 0x20, true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *const answer[] = {"mx.test A", NULL};
		getdns_dict *response = fixture_response("mx.test", DNS_TYPE_A, 0, answer, NULL);
		print_message("%s\n", rows[i].label);
		if (rows[i].octet)
			octets_of(response)[rows[i].octet] = rows[i].value;
		struct answer *a = answer_read(response, rows[i].name, rows[i].type);
		assert_int_equal(a != NULL, rows[i].want);
		if (a)
			assert_int_equal(a->ad, strcmp(rows[i].label, "AD") == 0);
		answer_destroy(a);
	}
	assert_int_equal(answer_rcode(NULL), -1);
}

/* getdns has fewer records than the message. */
static void test_unparsed(void **state)
{
	(void)state;
	const char *const answer[] = {"mx.test A", NULL};
	getdns_dict *response = fixture_response("mx.test", DNS_TYPE_A, 0, answer, NULL);
	getdns_list *none = getdns_list_create();
	assert_int_equal(getdns_dict_set_list(response, "/replies_tree/0/answer", none), 0);
	getdns_list_destroy(none);
	assert_null(answer_read(response, "mx.test", DNS_TYPE_A));
}

static void test_left_out(void **state)
{
	(void)state;
	static const struct {
		const char *label, *record;
		size_t want; /* records read */
	} rows[] = {
	    {"good", "a.test. 1 IN A 192.0.2.1", 1},
	    {"another class", "a.test. 1 CH A 192.0.2.1", 0},
	    {"signature", "a.test. IN RRSIG A 13 2 1 20350101000000 20240101000000 1 test. AAAA",
		1},
	    {"more labels than the name",
		"a.test. IN RRSIG A 13 3 1 20350101000000 20240101000000 1 test. AAAA", 0},
	    {"wildcard", "*.test. IN RRSIG A 13 1 1 20350101000000 20240101000000 1 test. AAAA", 1},
	    {"the asterisk counted",
		"*.test. IN RRSIG A 13 2 1 20350101000000 20240101000000 1 test. AAAA", 0},
	    {"a type that nobody knows", "a.test. 1 IN TYPE65280 \\# 2 abcd", 1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *const answer[] = {rows[i].record, NULL};
		struct answer *a = fixture_answer("a.test", DNS_TYPE_A, 0, answer, NULL);
		print_message("%s\n", rows[i].label);
		assert_int_equal(a->count, rows[i].want);
		answer_destroy(a);
	}
}

static void test_records(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		enum dns_type type;
		const char *answer[MANY];
		size_t want;
		uint32_t ttl, left;
	} rows[] = {
	    {"signed: the signature's TTL", DNS_TYPE_A, {"mx.test A"}, 1, 3600, 3600},
	    {"signed: what a cache left of it", DNS_TYPE_A,
		{"mx.test A", "mx.test. 100 IN A 192.0.2.9"}, 2, 3600, 100},
	    {"unsigned: the longest TTL", DNS_TYPE_A,
		{"mx.test. 60 IN A 192.0.2.1", "mx.test. 90 IN A 192.0.2.2"}, 2, 90, 60},
	    {"said twice", DNS_TYPE_A, {"mx.test. 9 IN A 192.0.2.1", "mx.test. 9 IN A 192.0.2.1"},
		1, 9, 9},
	    {"another name's", DNS_TYPE_A, {"ns.test. 9 IN A 192.0.2.1"}, 0, 0, 0},
	    {"IPv6", DNS_TYPE_AAAA, {"mx.test. 9 IN AAAA 2001:db8::1"}, 1, 9, 9},
	    {"MX", DNS_TYPE_MX,
		{"mx.test. 9 IN MX 10 A.Test.", "mx.test. 9 IN MX 20 a.test.",
		    "mx.test. 9 IN MX 10 a.test."},
		2, 9, 9},
	    {"null MX", DNS_TYPE_MX, {"mx.test. 9 IN MX 0 ."}, 1, 9, 9},
	    {"TXT", DNS_TYPE_TXT,
		{"mx.test. 9 IN TXT \"v=STSv1; \" \"id=1;\"", "mx.test. 9 IN TXT \"\"",
		    "mx.test. 9 IN TXT \"v=STSv1; id=1;\""},
		2, 9, 9},
	    {"TLSA", DNS_TYPE_TLSA,
		{"mx.test. 9 IN TLSA 3 1 1 ab", "mx.test. 9 IN TLSA 3 1 1 AB",
		    "mx.test. 9 IN TLSA 3 1 2 ab"},
		2, 9, 9},
	    {"CNAME", DNS_TYPE_CNAME, {"mx.test. 9 IN CNAME a.test."}, 1, 9, 9},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct lookup l = {.asked = "mx.test", .final = "mx.test", .type = rows[i].type};
		struct answer *a =
		    fixture_answer("mx.test", (uint16_t)rows[i].type, 0, rows[i].answer, NULL);
		print_message("%s\n", rows[i].label);
		assert_true(answer_records(a, arena, &l));
		assert_int_equal(l.record_count, rows[i].want);
		assert_int_equal(l.original_ttl, rows[i].ttl);
		assert_int_equal(l.ttl_left, rows[i].left);
		answer_destroy(a); /* nothing of the fact is the answer's */
		for (size_t k = 0; k < l.record_count; k++) {
			if (l.type == DNS_TYPE_MX && l.records[k].mx.preference)
				assert_string_equal(l.records[k].mx.exchange, "a.test");
			if (l.type == DNS_TYPE_TLSA)
				assert_memory_equal(l.records[k].tlsa.data, "\xab", 1);
			if (l.type == DNS_TYPE_CNAME)
				assert_string_equal(l.records[k].cname, "a.test");
			if (l.type == DNS_TYPE_AAAA)
				assert_int_equal(l.records[k].address.family, AF_INET6);
		}
		if (l.type == DNS_TYPE_TXT)
			assert_memory_equal(l.records[0].txt.data, "v=STSv1; id=1;", 14);
		arena_destroy(arena);
	}
}

static void test_life(void **state)
{
	(void)state;
#define RRSIG(from, to)                                                                            \
	"mx.test. IN RRSIG A 13 2 1 " to "0101000000 " from "0101000000 1 test. AAAA"
	static const struct {
		const char *label, *answer[MANY];
		int year; /* in which the one that counts begins; 0: none */
	} rows[] = {
	    {"none", {"mx.test. IN A 192.0.2.1"}, 0},
	    {"the later end", {RRSIG("2024", "2028"), RRSIG("2025", "2029")}, 2025},
	    {"a valid one", {RRSIG("2024", "2028"), RRSIG("2030", "2031")}, 2024},
	    {"a valid one, behind", {RRSIG("2019", "2020"), RRSIG("2024", "2028")}, 2024},
	    {"none valid", {RRSIG("2019", "2020"), RRSIG("2020", "2021")}, 2020},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct signature_life life = {0};
		struct answer *a = fixture_answer("mx.test", DNS_TYPE_A, 0, rows[i].answer, NULL);
		print_message("%s\n", rows[i].label);
		assert_int_equal(
		    answer_signature_life(a, "mx.test", DNS_TYPE_A, FIXTURE_NOW, &life),
		    rows[i].year != 0);
		if (rows[i].year)
			assert_int_equal(
			    1970 + (life.inception + 15778476) / 31556952, rows[i].year);
		answer_destroy(a);
	}
}

static void test_chain(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		uint16_t type;
		const char *answer[MANY], *authority[2];
		enum alias_chain_state want;
		const char *final;
		size_t links;
		bool absent;
		const char *error;
	} rows[] = {
	    {"none", DNS_TYPE_A, {"a.test. IN A 192.0.2.1"}, {0}, ALIAS_CHAIN_WHOLE, "a.test", 1,
		false, NULL},
	    {"nothing", DNS_TYPE_A, {0}, {0}, ALIAS_CHAIN_WHOLE, "a.test", 1, true, NULL},
	    {"one", DNS_TYPE_A, {"a.test. IN CNAME B.test.", "b.test. IN A 192.0.2.1"}, {0},
		ALIAS_CHAIN_WHOLE, "b.test", 2, false, NULL},
	    {"two, out of order", DNS_TYPE_A,
		{"c.test. IN A 192.0.2.1", "b.test. IN CNAME c.test.", "a.test. IN CNAME b.test."},
		{0}, ALIAS_CHAIN_WHOLE, "c.test", 3, false, NULL},
	    {"to nothing, denied", DNS_TYPE_A, {"a.test. IN CNAME b.test."}, {"test SOA"},
		ALIAS_CHAIN_WHOLE, "b.test", 2, true, NULL},
	    {"chopped", DNS_TYPE_A, {"a.test. IN CNAME b.test."}, {0}, ALIAS_CHAIN_CHOPPED,
		"b.test", 1, false, NULL},
	    {"chopped, another zone denied", DNS_TYPE_A, {"a.test. IN CNAME b.hashed."},
		{"test SOA"}, ALIAS_CHAIN_CHOPPED, "b.hashed", 1, false, NULL},
	    {"asked for the alias", DNS_TYPE_CNAME, {"a.test. IN CNAME b.test."}, {0},
		ALIAS_CHAIN_WHOLE, "a.test", 1, false, NULL},
	    {"the same target twice", DNS_TYPE_A,
		{"a.test. IN CNAME b.test.", "a.test. IN CNAME b.test.", "b.test. IN A 192.0.2.1"},
		{0}, ALIAS_CHAIN_WHOLE, "b.test", 2, false, NULL},
	    {"two targets", DNS_TYPE_A, {"a.test. IN CNAME b.test.", "a.test. IN CNAME c.test."},
		{0}, ALIAS_CHAIN_MALFORMED, NULL, 0, false, "two targets"},
	    {"itself", DNS_TYPE_A, {"a.test. IN CNAME a.test."}, {0}, ALIAS_CHAIN_MALFORMED, NULL,
		0, false, "loop"},
	    {"loop", DNS_TYPE_A,
		{"a.test. IN CNAME b.test.", "b.test. IN CNAME c.test.",
		    "c.test. IN CNAME b.test."},
		{0}, ALIAS_CHAIN_MALFORMED, NULL, 0, false, "loop"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct alias_chain chain = {0};
		struct answer *a =
		    fixture_answer("a.test", rows[i].type, 0, rows[i].answer, rows[i].authority);
		print_message("%s\n", rows[i].label);
		assert_int_equal(alias_chain_follow(&chain, a), rows[i].want);
		if (rows[i].error) {
			assert_non_null(strstr(chain.error, rows[i].error));
		} else {
			assert_string_equal(chain.final, rows[i].final);
			assert_int_equal(chain.count, rows[i].links);
			assert_int_equal(chain.links[chain.count - 1].absent, rows[i].absent);
		}
		answer_destroy(a);
	}
}

static void test_long_chain(void **state)
{
	(void)state;
	static const struct {
		int aliases;
		enum alias_chain_state want;
	} rows[] = {{16, ALIAS_CHAIN_WHOLE}, {17, ALIAS_CHAIN_MALFORMED}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *answer[MANY] = {0};
		char text[MANY][64];
		int n = 0;
		for (; n < rows[i].aliases; n++) {
			snprintf(text[n], sizeof *text, "a%d.test. IN CNAME a%d.test.", n, n + 1);
			answer[n] = text[n];
		}
		snprintf(text[n], sizeof *text, "a%d.test. IN A 192.0.2.1", n);
		answer[n] = text[n];
		struct alias_chain chain = {0};
		struct answer *a = fixture_answer("a0.test", DNS_TYPE_A, 0, answer, NULL);
		assert_int_equal(alias_chain_follow(&chain, a), rows[i].want);
		answer_destroy(a);
	}
}

/* The rest of a chopped chain comes in an answer of its own. */
static void test_two_answers(void **state)
{
	(void)state;
	const char *const one[] = {"a.test. IN CNAME b.test.", NULL};
	const char *const two[] = {"b.test. IN CNAME c.test.", "c.test. IN A 192.0.2.1", NULL};
	const char *const back[] = {"b.test. IN CNAME a.test.", NULL};
	struct answer *first = fixture_answer("a.test", DNS_TYPE_A, 0, one, NULL),
		      *second = fixture_answer("b.test", DNS_TYPE_A, 0, two, NULL),
		      *third = fixture_answer("b.test", DNS_TYPE_A, 0, back, NULL);
	struct alias_chain chain = {0};

	assert_int_equal(alias_chain_follow(&chain, first), ALIAS_CHAIN_CHOPPED);
	assert_int_equal(alias_chain_follow(&chain, second), ALIAS_CHAIN_WHOLE);
	assert_int_equal(chain.count, 3);
	assert_ptr_equal(chain.links[0].answer, first);
	assert_ptr_equal(chain.links[2].answer, second);

	chain = (struct alias_chain){0};
	assert_int_equal(alias_chain_follow(&chain, first), ALIAS_CHAIN_CHOPPED);
	assert_int_equal(alias_chain_follow(&chain, third), ALIAS_CHAIN_MALFORMED);
	answer_destroy(first);
	answer_destroy(second);
	answer_destroy(third);
}

/* A response of which only these octets, an OPT record's data, come after the question. */
static getdns_dict *response_with_options(const char *options, size_t size)
{
	static const uint8_t head[] = {0, 1, 0x81, 0x82, 0, 1, 0, 0, 0, 0, 0, 1, 1, 'x', 0, 0, 1, 0,
	    1, 0, 0, 41, 4, 208, 0, 0, 0, 0, 1, 0};
	uint8_t octets[sizeof head + 512];
	getdns_dict *response = getdns_dict_create();
	getdns_list *messages = getdns_list_create();
	getdns_bindata full = {.size = sizeof head + size, .data = octets};
	memcpy(octets, head, sizeof head);
	octets[sizeof head - 2] = (uint8_t)(size >> 8);
	octets[sizeof head - 1] = (uint8_t)size;
	memcpy(octets + sizeof head, options, size);
	getdns_list_set_bindata(messages, 0, &full);
	getdns_dict_set_list(response, "replies_full", messages);
	getdns_list_destroy(messages);
	return response;
}

#define OPTIONS(text) text, sizeof(text) - 1

static void test_extended_errors(void **state)
{
	(void)state;
	static const struct {
		const char *label, *options;
		size_t size, want; /* how many */
		uint16_t code;     /* of the last */
		const char *text;
	} rows[] = {
	    {"none", OPTIONS(""), 0, 0, NULL},
	    {"a code", OPTIONS("\0\17\0\2\0\26"), 1, 22, ""},
	    {"a text", OPTIONS("\0\17\0\7\0\6bogus"), 1, 6, "bogus"},
	    {"a text with a NUL at its end", OPTIONS("\0\17\0\4\0\6b\0"), 1, 6, "b"},
	    {"behind another option", OPTIONS("\0\12\0\1x\0\17\0\2\1\0"), 1, 256, ""},
	    {"two", OPTIONS("\0\17\0\2\0\6\0\17\0\3\0\7x"), 2, 7, "x"},
	    {"too short for a code", OPTIONS("\0\17\0\1x"), 0, 0, NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct extended_error *errors;
		getdns_dict *response = response_with_options(rows[i].options, rows[i].size);
		print_message("%s\n", rows[i].label);
		size_t count = answer_extended_errors(response, arena, &errors);
		assert_int_equal(count, rows[i].want);
		if (count) {
			assert_int_equal(errors[count - 1].code, rows[i].code);
			assert_string_equal(errors[count - 1].text, rows[i].text);
		}
		getdns_dict_destroy(response);
		arena_destroy(arena);
	}
}

/* A text that is too long is cut, and shows it; of many errors the first count. */
static void test_extended_errors_bounded(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	struct extended_error *errors;
	char options[6 + LIMIT_EXTENDED_ERROR_TEXT + 1] = {0, 15, 1, 2, 0, 6};
	memset(options + 6, 'x', sizeof options - 6);
	getdns_dict *response = response_with_options(options, sizeof options);
	assert_int_equal(answer_extended_errors(response, arena, &errors), 1);
	assert_int_equal(strlen(errors[0].text), LIMIT_EXTENDED_ERROR_TEXT + 3);
	assert_string_equal(errors[0].text + LIMIT_EXTENDED_ERROR_TEXT, "...");
	getdns_dict_destroy(response);
	char many[6 * (LIMIT_EXTENDED_ERRORS + 1)];
	for (size_t i = 0; i < sizeof many; i += 6)
		memcpy(many + i, "\0\17\0\2\0\6", 6);
	response = response_with_options(many, sizeof many);
	assert_int_equal(answer_extended_errors(response, arena, &errors), LIMIT_EXTENDED_ERRORS);
	getdns_dict_destroy(response);
	assert_int_equal(answer_extended_errors(NULL, arena, &errors), 0);
	arena_destroy(arena);
}

static void test_words(void **state)
{
	(void)state;
	char buf[16];
	assert_string_equal(lookup_rcode_name(2), "SERVFAIL");
	assert_string_equal(lookup_rcode_name(5), "REFUSED");
	assert_null(lookup_rcode_name(11));
	assert_null(lookup_rcode_name(-1));
	assert_string_equal(lookup_error_name(22), "No Reachable Authority");
	assert_string_equal(lookup_error_name(30), "Invalid Query Type");
	assert_null(lookup_error_name(31));
	assert_string_equal(answer_type_name(52, buf), "TLSA");
	assert_string_equal(answer_type_name(65535, buf), "TYPE65535");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_unparsed),
	    cmocka_unit_test(test_left_out),
	    cmocka_unit_test(test_records),
	    cmocka_unit_test(test_life),
	    cmocka_unit_test(test_chain),
	    cmocka_unit_test(test_long_chain),
	    cmocka_unit_test(test_two_answers),
	    cmocka_unit_test(test_extended_errors),
	    cmocka_unit_test(test_extended_errors_bounded),
	    cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
