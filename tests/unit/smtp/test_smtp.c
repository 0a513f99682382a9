/* SMTP: the single line of a reply, and the transcript. The dialogue itself is in tests/dialogue.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "limit.h"
#include "smtp.h"

static void test_line(void **state)
{
	(void)state;
	static const struct {
		const char *label, *input;
		int code; /* 0: no line of a reply */
		bool last;
		const char *text;
	} rows[] = {
	    {"last line", "250 ok", 250, true, "ok"},
	    {"more to come", "250-ok", 250, false, "ok"},
	    {"code alone", "250", 250, true, ""},
	    {"code and space", "250 ", 250, true, ""},
	    {"code and hyphen", "250-", 250, false, ""},
	    {"leading space of the text", "250  x", 250, true, " x"},
	    {"enhanced code", "250 2.1.0 ok", 250, true, "2.1.0 ok"},
	    {"lowest", "200 x", 200, true, "x"},
	    {"highest", "599 x", 599, true, "x"},
	    {"class 1", "199 x", 0, false, NULL},
	    {"class 6", "600 x", 0, false, NULL},
	    {"two digits", "25", 0, false, NULL},
	    {"two digits and a space", "25 ok", 0, false, NULL},
	    {"four digits", "2500", 0, false, NULL},
	    {"letter behind the code", "250x", 0, false, NULL},
	    {"tab behind the code", "250\tok", 0, false, NULL},
	    {"letter in the code", "2a0 ok", 0, false, NULL},
	    {"octet past the digits", "2:0 ok", 0, false, NULL},
	    {"leading space", " 250 ok", 0, false, NULL},
	    {"empty", "", 0, false, NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smtp_line line;
		bool ok = smtp_line_parse(rows[i].input, strlen(rows[i].input), &line);
		if (ok != (rows[i].code != 0))
			fail_msg("%s: taken %d", rows[i].label, ok);
		if (!ok)
			continue;
		if (line.code != rows[i].code || line.last != rows[i].last ||
		    line.length != strlen(rows[i].text) ||
		    memcmp(line.text, rows[i].text, line.length) != 0)
			fail_msg("%s: %d %d \"%.*s\"", rows[i].label, line.code, line.last,
			    (int)line.length, line.text);
	}
}

static void test_keyword(void **state)
{
	(void)state;
	static const struct {
		const char *label, *input;
		bool want;
	} rows[] = {
	    {"plain", "250 STARTTLS", true},
	    {"lower case", "250-starttls", true},
	    {"with a parameter", "250 STARTTLS now", true},
	    {"tab behind", "250 STARTTLS\tnow", true},
	    {"longer", "250 STARTTLSX", false},
	    {"shorter", "250 STARTTL", false},
	    {"second word", "250 X STARTTLS", false},
	    {"leading space", "250  STARTTLS", false},
	    {"with =", "250 STARTTLS=1", false},
	    {"code alone", "250", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smtp_line line;
		assert_true(smtp_line_parse(rows[i].input, strlen(rows[i].input), &line));
		if (smtp_line_is_keyword(&line, "STARTTLS") != rows[i].want)
			fail_msg("%s", rows[i].label);
	}
}

static void test_raw_text(void **state)
{
	(void)state;
	static const struct {
		const char *label, *input;
		size_t length;
		const char *want;
	} rows[] = {
	    {"empty", "", 0, ""},
	    {"plain", "ab", 2, "ab"},
	    {"NUL amid", "a\0b", 3, "a\\x00b"},
	    {"NUL at both ends", "\0a\0", 3, "\\x00a\\x00"},
	    {"NULs alone", "\0\0", 2, "\\x00\\x00"},
	    {"8-bit and escape are raw", "\xff\x1b", 2, "\xff\x1b"},
	};
	struct arena *arena = arena_create();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *text = smtp_line_raw_text(arena, rows[i].input, rows[i].length);
		if (strcmp(text, rows[i].want) != 0)
			fail_msg("%s: \"%s\"", rows[i].label, text);
	}
	arena_destroy(arena);
}

static enum smtp_step feed(struct smtp *smtp, const char *text)
{
	return smtp_input(smtp, text, strlen(text));
}

static void test_dialogue(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	struct probe facts = {0};
	struct smtp *smtp = smtp_create(arena, "client.example", true, &facts);
	assert_int_equal(feed(smtp, "220-mx\r\n220 \x1b\n"), SMTP_STEP_READ);
	assert_null(facts.dialogue);
	smtp_note_dialogue(smtp);
	assert_string_equal(facts.dialogue, "S: 220-mx\nS: 220 \x1b\nC: EHLO client.example\n");
	assert_int_equal(smtp_input(smtp, "554 a\0b\r\n", 9), SMTP_STEP_FAILED);
	smtp_destroy(smtp);
	assert_string_equal(facts.dialogue,
	    "S: 220-mx\nS: 220 \x1b\nC: EHLO client.example\nS: 554 a\\x00b\nC: QUIT\n");
	arena_destroy(arena);
}

static void test_no_dialogue(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	struct probe facts = {0};
	struct smtp *smtp = smtp_create(arena, "client.example", false, &facts);
	assert_int_equal(feed(smtp, "220 mx\r\n"), SMTP_STEP_READ);
	smtp_destroy(smtp);
	assert_null(facts.dialogue);
	arena_destroy(arena);
}

/* Reaching LIMIT_DIALOGUE is said in the transcript, and what follows is left out. */
static void test_dialogue_limit(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	struct probe facts = {0};
	struct smtp *smtp = smtp_create(arena, "client.example", true, &facts);
	char line[4000];
	memset(line, 'a', sizeof line);
	memcpy(line, "220-", 4);
	memcpy(line + sizeof line - 3, "\r\n", 3);
	for (int i = 0; i < 20; i++)
		assert_int_equal(feed(smtp, line), SMTP_STEP_READ);
	smtp_destroy(smtp);
	assert_in_range(strlen(facts.dialogue), LIMIT_DIALOGUE, LIMIT_DIALOGUE + 4096 + 100);
	assert_non_null(
	    strstr(facts.dialogue, "\n(the transcript ends here: more than 65536 octets)\n"));
	assert_null(strstr(facts.dialogue, "here: over 65536 octets)\nS:"));
	arena_destroy(arena);
}

/* A command that was not yet sent stays in the output, and the next one follows it. */
static void test_output_is_kept(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	struct probe facts = {0};
	struct smtp *smtp = smtp_create(arena, "client.example", false, &facts);
	assert_int_equal(smtp_output(smtp)->length, 0); /* never talks first */
	assert_int_equal(feed(smtp, "220 mx\r\n"), SMTP_STEP_READ);
	buffer_consume(smtp_output(smtp), 5);
	assert_string_equal(buffer_text(smtp_output(smtp)), "client.example\r\n");
	assert_int_equal(feed(smtp, "250 mx\r\n"), SMTP_STEP_FAILED);
	assert_string_equal(buffer_text(smtp_output(smtp)), "client.example\r\nQUIT\r\n");
	assert_int_equal(facts.failure, PROBE_FAILURE_STARTTLS_MISSING);
	smtp_destroy(smtp);
	arena_destroy(arena);
}

static void test_destroy_nothing(void **state)
{
	(void)state;
	smtp_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_line),
	    cmocka_unit_test(test_keyword),
	    cmocka_unit_test(test_raw_text),
	    cmocka_unit_test(test_dialogue),
	    cmocka_unit_test(test_no_dialogue),
	    cmocka_unit_test(test_dialogue_limit),
	    cmocka_unit_test(test_output_is_kept),
	    cmocka_unit_test(test_destroy_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
