/*
 * test_report.c - holds every writer to its golden file, all models as one run, and to what must be
 * true of any output: no control characters, lines within their width, color that adds nothing.
 *
 *	test_report GOLDEN-FOLDER
 *
 * With UPDATE_GOLDEN=1 the files are written instead (`meson compile -C build-tests golden`).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "escape.h"
#include "models.h"
#include "time_text.h"
#include "writer.h"

static const char *folder;

struct variant {
	const char *file;
	const struct report_writer *writer;
	bool verbose, color, ascii, quiet;
	bool each; /* a run for each model */
	bool plan; /* --plan, of the models that have steps */
	unsigned columns;
	enum status fail_on;
};

static const struct variant variants[] = {
    {"text-80.txt", &text_writer, .columns = 80},
    {"text-120.txt", &text_writer, .columns = 120},
    {"text-80-verbose.txt", &text_writer, .columns = 80, .verbose = true},
    {"text-80-color.txt", &text_writer, .columns = 80, .color = true},
    {"text-80-ascii.txt", &text_writer, .columns = 80, .ascii = true},
    {"report.json", &json_writer, .columns = 80},
    {"report-verbose.json", &json_writer, .verbose = true},
    {"nagios.txt", &nagios_writer, .columns = 80},
    {"nagios-verbose.txt", &nagios_writer, .verbose = true},
    {"nagios-quiet.txt", &nagios_writer, .quiet = true},
    {"nagios-each.txt", &nagios_writer, .verbose = true, .each = true},
    {"prometheus.txt", &prometheus_writer, .columns = 80},
    {"junit.xml", &junit_writer, .columns = 80},
    {"junit-critical.xml", &junit_writer, .fail_on = STATUS_CRITICAL},
    {"tlsa.txt", &tlsa_records_writer, .columns = 80},
    {"report.sarif", &sarif_writer, .columns = 80},
    {"report-verbose.sarif", &sarif_writer, .verbose = true},
    {"github.txt", &github_writer, .columns = 80},
    {"plan.txt", &text_writer, .columns = 80, .plan = true},
    {"nsupdate.txt", &nsupdate_writer, .columns = 80, .plan = true},
};

/* A plan names the moment of each step. */
static bool is_planned(const struct change *c)
{
	for (size_t i = 0; c && i < c->step_count; i++)
		if (!c->steps[i].at)
			return false;
	return c && c->step_count;
}

/* One run over so many models. */
static void draw_run(struct buffer *out, const struct variant *v,
    const struct domain_report *const *models, size_t count)
{
	struct zone_option zones[] = {{NULL, "new.zone"}};
	struct chain_option chains[] = {{"mx1.example.com", "new.pem"}, {NULL, "\033all.pem"}};
	struct params params = {.port = 25,
	    .repeat = 1,
	    .warn_days = 14,
	    .verbose = v->verbose,
	    .quiet = v->quiet,
	    .plan = v->plan,
	    .zones = zones,
	    .zone_count = 1,
	    .chains = chains,
	    .chain_count = 2,
	    .ignore = {[FINDING_HELO_MISMATCH] = true}};
	params.fail_on = v->fail_on ? v->fail_on : STATUS_WARNING;
	struct report_style style = {.verbose = v->verbose,
	    .color = v->color,
	    .utf8 = !v->ascii,
	    .getdns_version = "1.6.0",
	    .gnutls_version = "3.7.9"};
	style.columns = v->columns;
	style.params = &params;
	struct report_run run = {.style = &style};
	if (v->writer->begin)
		v->writer->begin(out, &run);
	for (size_t i = 0; i < count; i++)
		if (!v->plan || is_planned(models[i]->change))
			v->writer->domain(out, models[i], &run);
	if (v->writer->end)
		v->writer->end(out, &run);
}

/* Every model; to be freed with buffer_reset. */
static struct buffer draw(const struct variant *v)
{
	struct buffer out = {0};
	struct arena *arena = arena_create();
	const struct domain_report *const *models = models_all(arena);
	size_t count = 0;
	while (models[count])
		count++;
	for (size_t i = 0; v->each && i < count; i++)
		draw_run(&out, v, &models[i], 1);
	if (!v->each)
		draw_run(&out, v, models, count);
	arena_destroy(arena);
	return out;
}

static char *path_of(const struct variant *v)
{
	char *path = NULL;
	assert_true(asprintf(&path, "%s/%s", folder, v->file) > 0);
	return path;
}

static struct buffer read_file(const char *path)
{
	struct buffer b = {0};
	char piece[4096];
	size_t n;
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("%s cannot be opened", path);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buffer_add(&b, piece, n);
	fclose(f);
	return b;
}

/* Fails with the first line that differs. */
static void compare(const char *path, const char *want, const char *got)
{
	for (unsigned number = 1; *want || *got; number++) {
		size_t w = strcspn(want, "\n"), g = strcspn(got, "\n");
		if (w != g || memcmp(want, got, w) != 0 || want[w] != got[g])
			fail_msg("%s, line %u:\nwant %.*s\ngot  %.*s", path, number, (int)w, want,
			    (int)g, got);
		want += w + (want[w] == '\n');
		got += g + (got[g] == '\n');
	}
}

static void matches_its_golden_file(void **state)
{
	const struct variant *v = *state;
	struct buffer got = draw(v);
	char *path = path_of(v);
	if (getenv("UPDATE_GOLDEN")) {
		FILE *f = fopen(path, "wb");
		assert_non_null(f);
		assert_int_equal(fwrite(got.data, 1, got.length, f), got.length);
		assert_int_equal(fclose(f), 0);
	} else {
		struct buffer want = read_file(path);
		compare(path, buffer_text(&want), buffer_text(&got));
		assert_int_equal(want.length, got.length);
		buffer_reset(&want);
	}
	free(path);
	buffer_reset(&got);
}

/* What is left without the codes that layout.c writes. */
static struct buffer strip_color(const struct buffer *b)
{
	struct buffer plain = {0};
	for (const char *p = buffer_text(b); *p; p++)
		if (*p == '\033' && p[1] == '[')
			p += strcspn(p, "m");
		else
			buffer_add(&plain, p, 1);
	return plain;
}

/* Nothing that a zone or a server sent may move the cursor: the models try. */
static void holds_no_control_character(void **state)
{
	struct buffer out = draw(*state);
	struct buffer plain = strip_color(&out);
	struct buffer escaped = {0};
	for (const char *line = buffer_text(&plain); *line;) {
		size_t length = strcspn(line, "\n");
		escape_add(&escaped, line, length);
		buffer_add_text(&escaped, "\n");
		line += length + (line[length] == '\n');
	}
	compare("escaped once more", buffer_text(&escaped), buffer_text(&plain));
	assert_int_equal(plain.length, strlen(buffer_text(&plain)));
	buffer_reset(&escaped);
	buffer_reset(&plain);
	buffer_reset(&out);
}

static void color_adds_nothing(void **state)
{
	(void)state;
	for (int verbose = 0; verbose < 2; verbose++) {
		struct variant v = {"", &text_writer, .columns = 80, .verbose = verbose};
		struct buffer plain = draw(&v);
		assert_null(strchr(buffer_text(&plain), '\033'));
		v.color = true;
		struct buffer color = draw(&v);
		assert_non_null(strchr(buffer_text(&color), '\033'));
		struct buffer stripped = strip_color(&color);
		compare("color", buffer_text(&plain), buffer_text(&stripped));
		buffer_reset(&stripped);
		buffer_reset(&color);
		buffer_reset(&plain);
	}
}

static void ascii_is_ascii(void **state)
{
	(void)state;
	static const struct report_writer *const writers[] = {
	    &text_writer, &nagios_writer, &tlsa_records_writer};
	for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
		struct variant v = {"", writers[i], .columns = 80, .verbose = true, .ascii = true};
		struct buffer out = draw(&v);
		for (size_t j = 0; j < out.length; j++)
			if ((unsigned char)out.data[j] > 0x7e)
				fail_msg("%s: byte %zu is %02x", writers[i]->name, j,
				    (unsigned char)out.data[j]);
		buffer_reset(&out);
	}
}

/* Only a record that is made to be copied may be longer than the terminal is wide. */
static void check_width(const char *text, unsigned columns)
{
	struct arena *arena = arena_create();
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");
		const char *one = arena_strndup(arena, line, length);
		if (*one != '_' && escape_width(one) > columns)
			fail_msg("%zu columns, not %u: %s", escape_width(one), columns, one);
		if (length > 0 && one[length - 1] == ' ')
			fail_msg("space at the end of: %s", one);
		line += length + (line[length] == '\n');
	}
	arena_destroy(arena);
}

static void lines_fit_the_terminal(void **state)
{
	(void)state;
	for (unsigned columns = 40; columns <= 160; columns++)
		for (int bits = 0; bits < 4; bits++) {
			struct variant v = {"", &text_writer, .columns = columns};
			v.verbose = bits & 1;
			v.ascii = bits & 2;
			struct buffer out = draw(&v);
			check_width(buffer_text(&out), columns);
			buffer_reset(&out);
		}
}

static void times_are_rfc_3339(void **state)
{
	static const struct {
		const char *label;
		int64_t when;
		const char *want;
	} rows[] = {
	    {"the epoch", 0, "1970-01-01T00:00:00Z"},
	    {"a second before it", -1, "1969-12-31T23:59:59Z"},
	    {"a leap day", 951782400, "2000-02-29T00:00:00Z"},
	    {"the last of RFC 3339", 253402300799, "9999-12-31T23:59:59Z"},
	    {"after it", 253402300800, "9999-12-31T23:59:59Z"},
	    {"the end of numbers", INT64_MAX, "9999-12-31T23:59:59Z"},
	    {"the beginning of numbers", INT64_MIN, "1000-01-01T00:00:00Z"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char buf[TIME_TEXT_SIZE];
		const char *got = time_text(rows[i].when, buf);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].label, got);
	}
}

static void every_output_has_its_writer(void **state)
{
	static const char *const names[] = {
	    [OUTPUT_TEXT] = "text",
	    [OUTPUT_JSON] = "json",
	    [OUTPUT_NAGIOS] = "nagios",
	    [OUTPUT_PROMETHEUS] = "prometheus",
	    [OUTPUT_JUNIT] = "junit",
	    [OUTPUT_TLSA] = "tlsa",
	    [OUTPUT_SARIF] = "sarif",
	    [OUTPUT_GITHUB] = "github",
	};
	(void)state;
	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
		assert_string_equal(report_writer_for((enum output)i)->name, names[i]);
}

int main(int argc, char **argv)
{
	enum { VARIANTS = sizeof variants / sizeof *variants };
	struct CMUnitTest tests[2 * VARIANTS + 5];
	size_t n = 0;
	if (argc != 2) {
		fprintf(stderr, "usage: %s GOLDEN-FOLDER\n", argv[0]);
		return 1;
	}
	folder = argv[1];
	for (size_t i = 0; i < VARIANTS; i++) {
		void *v = (void *)(uintptr_t)&variants[i];
		tests[n++] =
		    (struct CMUnitTest){variants[i].file, matches_its_golden_file, NULL, NULL, v};
		tests[n++] = (struct CMUnitTest){
		    variants[i].file, holds_no_control_character, NULL, NULL, v};
	}
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(color_adds_nothing);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(ascii_is_ascii);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(lines_fit_the_terminal);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(times_are_rfc_3339);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_output_has_its_writer);
	return _cmocka_run_group_tests("report", tests, n, NULL, NULL);
}
