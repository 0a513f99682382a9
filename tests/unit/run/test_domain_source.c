/* The list of domains: comments, odd lines, a pipe that has nothing yet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "domain_source.h"
#include "limit.h"

struct reading {
	struct loop *loop;
	struct domain_source *source;
	struct params params;
	struct arena *arena;
	char path[64];
};

static void nothing(void *user)
{
	(void)user;
}

static void open_text(struct reading *r, const char *text, size_t length)
{
	const char *error = NULL;
	memset(r, 0, sizeof *r);
	strcpy(r->path, "/tmp/mxdane-test-XXXXXX");
	int fd = mkstemp(r->path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, length), (ssize_t)length);
	close(fd);
	r->params.file = r->path;
	r->loop = loop_create();
	r->arena = arena_create();
	r->source = domain_source_open(r->loop, &r->params, nothing, NULL, r->arena, &error);
	assert_non_null(r->source);
}

static void close_reading(struct reading *r)
{
	domain_source_close(r->source);
	loop_destroy(r->loop);
	arena_destroy(r->arena);
	if (*r->path)
		unlink(r->path);
}

static void expect(struct reading *r, enum source_result result, const char *want)
{
	const char *text = NULL;
	assert_int_equal(domain_source_next(r->source, &text), result);
	if (result == SOURCE_DOMAIN)
		assert_string_equal(text, want);
	else if (result == SOURCE_ERROR && !strstr(text, want))
		fail_msg("\"%s\" lacks \"%s\"", text, want);
}

static void test_lines(void **state)
{
	(void)state;
	static const char text[] =
	    "# heading\n\n  a.example  \r\nb.example # remark\n\t\nc.example";
	struct reading r;
	open_text(&r, text, sizeof text - 1);
	expect(&r, SOURCE_DOMAIN, "a.example");
	expect(&r, SOURCE_DOMAIN, "b.example");
	expect(&r, SOURCE_DOMAIN, "c.example");
	expect(&r, SOURCE_END, NULL);
	expect(&r, SOURCE_END, NULL);
	close_reading(&r);
}

static void test_odd_lines(void **state)
{
	(void)state;
	char *text = memory_alloc(100000);
	size_t n = 0;
	memcpy(text + n, "a.example\n", 10);
	n += 10;
	memset(text + n, 'x', 50000); /* longer than what is read at once */
	n += 50000;
	text[n++] = '\n';
	memcpy(text + n, "b\0c\nd.example\n", 14);
	n += 14;
	memset(text + n, 'y', LIMIT_LIST_LINE + 1); /* no final newline */
	n += LIMIT_LIST_LINE + 1;
	struct reading r;
	open_text(&r, text, n);
	expect(&r, SOURCE_DOMAIN, "a.example");
	expect(&r, SOURCE_ERROR, ":2: the line is longer");
	expect(&r, SOURCE_ERROR, ":3: the line holds a NUL");
	expect(&r, SOURCE_DOMAIN, "d.example");
	expect(&r, SOURCE_ERROR, ":5: the line is longer");
	expect(&r, SOURCE_END, NULL);
	close_reading(&r);
	free(text);
}

static void test_arguments_first(void **state)
{
	(void)state;
	const char *arguments[] = {"x.example", "y.example"};
	struct reading r;
	open_text(&r, "z.example\n", 10);
	domain_source_list(r.source, arguments, 2);
	assert_int_equal(domain_source_count(r.source, 2), 2);
	assert_int_equal(domain_source_count(r.source, 4), 3);
	expect(&r, SOURCE_DOMAIN, "x.example");
	expect(&r, SOURCE_DOMAIN, "y.example");
	expect(&r, SOURCE_DOMAIN, "z.example");
	expect(&r, SOURCE_END, NULL);
	close_reading(&r);
}

static void test_missing_file(void **state)
{
	(void)state;
	struct params params = {.file = "/nonexistent/list"};
	struct arena *arena = arena_create();
	struct loop *loop = loop_create();
	const char *error = NULL;
	assert_null(domain_source_open(loop, &params, nothing, NULL, arena, &error));
	assert_non_null(strstr(error, "/nonexistent/list"));
	loop_destroy(loop);
	arena_destroy(arena);
}

static void test_slow_pipe(void **state)
{
	(void)state;
	int ends[2];
	int saved = dup(STDIN_FILENO);
	assert_int_equal(pipe(ends), 0);
	assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
	struct reading r = {
	    .params = {.file = "-"}, .loop = loop_create(), .arena = arena_create()};
	const char *error = NULL;
	r.source = domain_source_open(r.loop, &r.params, nothing, NULL, r.arena, &error);
	assert_non_null(r.source);
	expect(&r, SOURCE_WAIT, NULL);
	assert_int_equal(write(ends[1], "a.exam", 6), 6);
	expect(&r, SOURCE_WAIT, NULL); /* half a line is none */
	assert_int_equal(write(ends[1], "ple\n", 4), 4);
	expect(&r, SOURCE_DOMAIN, "a.example");
	expect(&r, SOURCE_WAIT, NULL);
	close(ends[1]);
	expect(&r, SOURCE_END, NULL);
	close_reading(&r);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_odd_lines),
	    cmocka_unit_test(test_arguments_first),
	    cmocka_unit_test(test_missing_file),
	    cmocka_unit_test(test_slow_pipe),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
