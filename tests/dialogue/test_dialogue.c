/*
 * SMTP dialogues as transcripts, run whole, byte by byte and in odd pieces.
 *
 * A transcript has lines of these kinds, in the order of the session:
 *   # comment
 *   S: text      the server sends a line, CRLF is added
 *   S*N: text    the same N times
 *   S~: text     the server sends just that, no line's end
 *   C: text      what the client must have said by then; nothing may be left out
 *   TLS          the handshake is due, and is done
 *   EOF, RESET, TIMEOUT   how the connection ends
 *   = text       one line of the facts that must result; what is not named is false or not there
 * In S lines \r \n \\ and \xNN stand for bytes, \{N*c} for N times c.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "escape.h"
#include "smtp.h"

enum { SPLITS = 5, MAX_LINE = 8192 };

static const size_t splits[SPLITS] = {SIZE_MAX, 1, 3, 7, 61};

struct run {
	const char *file;
	size_t split;
	struct smtp *smtp;
	enum smtp_step step;
	struct buffer pending; /* what the server has sent since the client was last waited for */
};

static int hex_digit(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/* Appends the bytes that an S line stands for. */
static void add_bytes(struct buffer *b, const char *text)
{
	while (*text) {
		char c = *text++;
		size_t count = 1;
		char what, brace;
		if (c == '\\') {
			c = *text++;
			if (c == 'r' || c == 'n') {
				c = c == 'r' ? '\r' : '\n';
			} else if (c == 'x') {
				c = (char)(hex_digit(text[0]) * 16 + hex_digit(text[1]));
				text += 2;
			} else if (c == '{') {
				assert_int_equal(
				    sscanf(text, "%zu*%c%c", &count, &what, &brace), 3);
				assert_int_equal(brace, '}');
				text = strchr(text, '*') + 3;
				c = what;
			}
		}
		while (count-- > 0)
			buffer_add(b, &c, 1);
	}
}

/* Delivers what the server has sent, in pieces. By then all that was said must have been expected.
 */
static void deliver(struct run *r)
{
	size_t at = 0;
	if (r->pending.length > 0 && smtp_output(r->smtp)->length > 0)
		fail_msg("%s: said besides: %s", r->file, smtp_output(r->smtp)->data);
	while (at < r->pending.length &&
	       (r->step == SMTP_STEP_READ || r->step == SMTP_STEP_HANDSHAKE)) {
		size_t left = r->pending.length - at;
		size_t length = left < r->split ? left : r->split;
		r->step = smtp_input(r->smtp, r->pending.data + at, length);
		at += length;
	}
	buffer_reset(&r->pending);
}

static void expect_said(struct run *r, const char *text)
{
	struct buffer *out = smtp_output(r->smtp);
	deliver(r);
	size_t length = strlen(text);
	if (strncmp(buffer_text(out), text, length) != 0 ||
	    strncmp(out->data + length, "\r\n", 2) != 0)
		fail_msg("%s: said \"%s\", not \"%s\"", r->file, buffer_text(out), text);
	buffer_consume(out, length + 2);
}

static void add_fact(struct buffer *b, const char *name, const char *value)
{
	if (!value)
		return;
	buffer_printf(b, "%s: ", name);
	escape_add(b, value, strlen(value));
	buffer_add_text(b, "\n");
}

static void add_flag(struct buffer *b, const char *name, bool value)
{
	if (value)
		buffer_printf(b, "%s\n", name);
}

static void add_facts(struct buffer *b, enum smtp_step step, const struct probe *p)
{
	static const char *const steps[] = {[SMTP_STEP_READ] = "read",
	    [SMTP_STEP_HANDSHAKE] = "handshake",
	    [SMTP_STEP_DONE] = "done",
	    [SMTP_STEP_FAILED] = "failed"};
	static const char *const failures[] = {[PROBE_FAILURE_NONE] = NULL,
	    [PROBE_FAILURE_RESERVED] = "reserved",
	    [PROBE_FAILURE_CONNECT] = "connect",
	    [PROBE_FAILURE_PROXY] = "proxy",
	    [PROBE_FAILURE_SMTP_REFUSED] = "smtp-refused",
	    [PROBE_FAILURE_SMTP_PROTOCOL] = "smtp-protocol",
	    [PROBE_FAILURE_DEADLINE] = "deadline",
	    [PROBE_FAILURE_STARTTLS_MISSING] = "starttls-missing",
	    [PROBE_FAILURE_STARTTLS_REFUSED] = "starttls-refused",
	    [PROBE_FAILURE_INJECTION] = "injection",
	    [PROBE_FAILURE_TLS] = "tls"};
	add_fact(b, "step", steps[step]);
	add_fact(b, "stage", smtp_stage_name(p->stage));
	add_fact(b, "failure", failures[p->failure]);
	add_flag(b, "timed_out", p->timed_out);
	add_fact(b, "error", p->error);
	add_fact(b, "greeting", p->greeting);
	add_fact(b, "ehlo", p->ehlo_name);
	add_flag(b, "inspected", p->inspected);
	add_flag(b, "starttls", p->starttls);
	add_flag(b, "starttls_small", p->starttls_small);
	add_flag(b, "requiretls", p->requiretls);
	add_flag(b, "ehlo_unanswered", p->ehlo_unanswered);
}

static void end_connection(struct run *r, bool timed_out, const char *why)
{
	deliver(r);
	assert_int_equal(r->step, SMTP_STEP_READ);
	r->step = smtp_ended(r->smtp, timed_out, why);
}

/* One line of a transcript; expected facts go to `want`. */
static void run_line(struct run *r, const char *line, struct buffer *want)
{
	unsigned count = 1;
	int offset = 0;
	if (line[0] == '\0' || line[0] == '#')
		return;
	if (strncmp(line, "S: ", 3) == 0 || sscanf(line, "S*%u: %n", &count, &offset) == 1) {
		for (unsigned i = 0; i < count; i++) {
			add_bytes(&r->pending, line + (offset ? offset : 3));
			buffer_add_text(&r->pending, "\r\n");
		}
	} else if (strncmp(line, "S~: ", 4) == 0) {
		add_bytes(&r->pending, line + 4);
	} else if (strncmp(line, "C: ", 3) == 0) {
		expect_said(r, line + 3);
	} else if (strcmp(line, "TLS") == 0) {
		deliver(r);
		assert_int_equal(r->step, SMTP_STEP_HANDSHAKE);
		r->step = smtp_secured(r->smtp);
	} else if (strcmp(line, "EOF") == 0) {
		end_connection(r, false, NULL);
	} else if (strcmp(line, "RESET") == 0) {
		end_connection(r, false, "connection reset");
	} else if (strcmp(line, "TIMEOUT") == 0) {
		end_connection(r, true, NULL);
	} else if (strncmp(line, "= ", 2) == 0) {
		buffer_printf(want, "%s\n", line + 2);
	} else {
		fail_msg("%s: what is \"%s\"?", r->file, line);
	}
}

static void run_file(FILE *f, const char *file, size_t split)
{
	char line[MAX_LINE];
	struct buffer want = {0}, got = {0};
	struct probe facts = {0};
	struct arena *arena = arena_create();
	struct run r = {.file = file, .split = split, .step = SMTP_STEP_READ};
	r.smtp = smtp_create(arena, "client.example", false, &facts);
	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		run_line(&r, line, &want);
	}
	deliver(&r);
	add_facts(&got, r.step, &facts);
	if (strcmp(buffer_text(&got), buffer_text(&want)) != 0)
		fail_msg("%s, in pieces of %zu: the facts are\n%s", file, split, got.data);
	if (smtp_output(r.smtp)->length > 0)
		fail_msg("%s: left to say: %s", file, smtp_output(r.smtp)->data);
	buffer_reset(&want);
	buffer_reset(&got);
	smtp_destroy(r.smtp);
	arena_destroy(arena);
}

static void test_transcript(void **state)
{
	const char *file = *state;
	FILE *f = fopen(file, "r");
	assert_non_null(f);
	for (size_t i = 0; i < SPLITS; i++) {
		rewind(f);
		run_file(f, file, splits[i]);
	}
	(void)fclose(f);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_transcript(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');
	return dot && strcmp(dot, ".txt") == 0;
}

int main(int argc, char **argv)
{
	struct dirent **entries;
	const char *folder = argc > 1 ? argv[1] : "tests/dialogue";
	int count = scandir(folder, &entries, is_transcript, by_name);
	if (count <= 0 || chdir(folder) != 0) {
		fprintf(stderr, "no transcripts in %s\n", folder);
		return 1;
	}
	struct CMUnitTest *tests = calloc((size_t)count, sizeof *tests);
	for (int i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){.name = entries[i]->d_name,
		    .test_func = test_transcript,
		    .initial_state = entries[i]->d_name};
	int failed = _cmocka_run_group_tests("dialogue", tests, (size_t)count, NULL, NULL);
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	free(tests);
	return failed != 0;
}
