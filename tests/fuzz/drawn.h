/*
 * drawn.h - what a report must be whatever was reported on: harmless on a terminal, and readable by
 * what reads its format. A report that is not ends the program.
 */
#ifndef MXDANE_FUZZ_DRAWN_H
#define MXDANE_FUZZ_DRAWN_H

#include <ctype.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "report.h"

static inline void must(bool holds)
{
	if (!holds)
		abort();
}

/* Escaping what was escaped changes nothing: no control character, valid UTF-8. */
static inline void check_harmless(const char *text, size_t length)
{
	struct buffer again = {0};
	must(strlen(text) == length);
	for (const char *line = text; *line; line += *line == '\n') {
		size_t n = strcspn(line, "\n");
		again.length = 0;
		escape_add(&again, line, n);
		must(again.length == n && (n == 0 || memcmp(again.data, line, n) == 0));
		line += n;
	}
	buffer_reset(&again);
}

/* Nothing harmful in what a reader gets out of JSON either. */
static inline void check_value(const json_t *value)
{
	const char *key;
	json_t *child;
	size_t i;
	if (json_is_string(value))
		check_harmless(json_string_value(value), json_string_length(value));
	json_array_foreach(value, i, child)
	{
		check_value(child);
	}
	json_object_foreach((json_t *)(uintptr_t)value, key, child)
	{
		check_value(child);
	}
}

static inline void check_object(const char *text, size_t length)
{
	json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &(json_error_t){0});
	must(json_is_object(root));
	check_value(root);
	json_decref(root);
}

static inline void check_json_lines(const char *text)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		check_object(text, strcspn(text, "\n"));
}

/* Tags in pairs, values in quotes, and no other '<' and '&' than those of tags and references. */
static inline const char *check_tag(const char *p, int *depth)
{
	bool ends = p[1] == '/', declares = p[1] == '?';
	for (p++; *p != '>'; p++) {
		must(*p && *p != '<');
		if (*p == '"') {
			p += 1 + strcspn(p + 1, "\"<");
			must(*p == '"');
		}
	}
	*depth += ends ? -1 : declares || p[-1] == '/' ? 0 : 1;
	must(*depth >= 0);
	return p;
}

static inline void check_xml(const char *text)
{
	static const char *const references[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&apos;", "&#"};
	int depth = 0;
	for (const char *p = text; (p = strchr(p, '&')); p++) {
		bool known = false;
		for (size_t i = 0; i < sizeof references / sizeof *references; i++)
			known |= strncmp(p, references[i], strlen(references[i])) == 0;
		must(known);
	}
	for (const char *p = text; (p = strchr(p, '<'));)
		p = check_tag(p, &depth);
	must(depth == 0);
}

/* NAME{LABEL="VALUE",...} NUMBER, or a comment. */
static inline const char *check_labels(const char *p)
{
	while (*p != '}') {
		while (islower((unsigned char)*p) || *p == '_')
			p++;
		must(*p == '=' && p[1] == '"');
		for (p += 2; *p != '"'; p += *p == '\\' ? 2 : 1)
			must(*p && *p != '\n' && (*p != '\\' || strchr("\\\"n", p[1])));
		p++;
		must(*p == ',' || *p == '}');
		p += *p == ',';
	}
	return p + 1;
}

static inline void check_prometheus(const char *text)
{
	for (; *text; text += strcspn(text, "\n") + 1) {
		if (*text == '#')
			continue;
		const char *p = text + strspn(text, "abcdefghijklmnopqrstuvwxyz_");
		must(p > text);
		if (*p == '{')
			p = check_labels(p + 1);
		must(*p == ' ');
		char *end;
		(void)strtod(p + 1, &end);
		must(end > p + 1 && *end == '\n');
	}
}

/* One line, with one '|' before the performance data. */
static inline void check_nagios(const char *text)
{
	const char *bar = strchr(text, '|');
	must(strncmp(text, "MXDANE ", 7) == 0 && bar && !strchr(bar + 1, '|'));
	must(strchr(text, '\n')[1] == '\0');
}

static inline struct buffer draw_report(
    const struct domain_report *r, enum output output, bool verbose)
{
	struct params params = {.port = 25, .warn_days = 14, .output = output, .verbose = verbose};
	struct report_style style = {.verbose = verbose,
	    .utf8 = true,
	    .columns = 80,
	    .params = &params,
	    .getdns_version = "1.6.0",
	    .gnutls_version = "3.7.9"};
	struct report_run run = {.style = &style};
	struct buffer out = {0};
	const struct report_writer *writer = report_writer_for(output);
	if (writer->begin)
		writer->begin(&out, &run);
	writer->domain(&out, r, &run);
	if (writer->end)
		writer->end(&out, &run);
	return out;
}

static inline void check_report(const struct buffer *out, enum output output, bool verbose)
{
	const char *text = buffer_text(out);
	check_harmless(text, out->length);
	must(out->length == 0 || text[out->length - 1] == '\n');
	switch (output) {
	case OUTPUT_JSON: check_json_lines(text); break;
	case OUTPUT_JUNIT: check_xml(text); break;
	case OUTPUT_PROMETHEUS: check_prometheus(text); break;
	case OUTPUT_NAGIOS:
		if (!verbose)
			check_nagios(text);
		break;
	case OUTPUT_SARIF: check_object(text, out->length); break;
	case OUTPUT_TEXT:
	case OUTPUT_GITHUB:
	case OUTPUT_TLSA:
	case OUTPUT_NSUPDATE: break;
	}
}

#endif
