/* baseline.c owns the reading of an earlier run's JSON output: which findings each domain had. */
#include "baseline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "limit.h"
#include "output.h"
#include "table.h"

struct earlier_domain {
	const char *name;
	const struct finding *findings;
	size_t count;
	UT_hash_handle hh;
};

struct baseline {
	struct arena *arena;
	struct earlier_domain *domains;
};

/* A file on its way; the first error stays. */
struct reading {
	struct baseline *baseline;
	FILE *file;
	const char *path;
	struct arena *arena; /* of the error */
	size_t line;         /* of the next octet, from 1 */
	size_t begin;        /* line at which the report begins */
	size_t left;         /* octets that it may still have */
	const char *error;
};

static void refuse(struct reading *r, size_t line, const char *what)
{
	if (!r->error)
		r->error = arena_printf(r->arena, "--baseline: %s:%zu: %s", r->path, line, what);
}

/* ---- One report ---- */

static void refuse_value(struct reading *r, const char *key, const char *expected)
{
	refuse(r, r->begin,
	    arena_printf(
		r->arena, "no report of mxdane's JSON output: \"%s\" is not %s", key, expected));
}

static const char *read_text(struct reading *r, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	if (!text)
		refuse_value(r, key, "a text");
	return text;
}

/* NULL for null too. */
static const char *read_text_or_null(struct reading *r, const json_t *object, const char *key)
{
	return json_is_null(json_object_get(object, key)) ? NULL : read_text(r, object, key);
}

static enum status read_severity(struct reading *r, const json_t *object)
{
	const char *text = read_text(r, object, "severity");
	for (int s = STATUS_OK; text && s <= STATUS_CRITICAL; s++)
		if (strcmp(text, severity_name((enum status)s)) == 0)
			return (enum status)s;
	refuse_value(r, "severity", "info, warning, unknown or critical");
	return STATUS_OK;
}

static enum key_type read_key_type(struct reading *r, const json_t *object)
{
	const char *text = read_text_or_null(r, object, "key_type");
	if (!text)
		return KEY_TYPE_NONE;
	for (int k = KEY_TYPE_NONE + 1; k <= KEY_TYPE_OTHER; k++)
		if (strcmp(text, key_type_name((enum key_type)k)) == 0)
			return (enum key_type)k;
	refuse_value(r, "key_type", "a kind of key");
	return KEY_TYPE_NONE;
}

/* NULL for null, and in reports of versions that have none. */
static const struct name_server *read_server(struct reading *r, const json_t *object)
{
	struct arena *arena = r->baseline->arena;
	if (!object || json_is_null(object))
		return NULL;
	struct name_server *s = arena_alloc(arena, sizeof *s);
	const char *zone = read_text(r, object, "zone"), *name = read_text(r, object, "name");
	const char *address = read_text_or_null(r, object, "address");
	s->zone = arena_strdup(arena, zone ? zone : "");
	s->name = arena_strdup(arena, name ? name : "");
	if (address && !address_read(address, &s->address))
		refuse_value(r, "address", "an IP address");
	return s;
}

/* False for a code of another version. */
static bool read_finding(struct reading *r, const json_t *object, struct finding *f)
{
	struct arena *arena = r->baseline->arena;
	const char *code = read_text(r, object, "code");
	const char *address = read_text_or_null(r, object, "address");
	const json_t *ignored = json_object_get(object, "ignored");
	*f = (struct finding){.known = true, .ignored = json_is_true(ignored)};
	f->ignored_reason =
	    arena_strdup(arena, json_string_value(json_object_get(object, "ignored_reason")));
	f->severity = read_severity(r, object);
	f->host_name = arena_strdup(arena, read_text_or_null(r, object, "host"));
	f->key_type = read_key_type(r, object);
	f->message = arena_strdup(arena, read_text(r, object, "message"));
	f->server = read_server(r, json_object_get(object, "server"));
	if (!json_is_boolean(ignored))
		refuse_value(r, "ignored", "true or false");
	if (address && !address_read(address, &f->address))
		refuse_value(r, "address", "an IP address");
	return code && finding_find(code, strlen(code), &f->code);
}

static struct earlier_domain *find_domain(const struct baseline *b, const char *name)
{
	struct earlier_domain *d = NULL;
	HASH_FIND(hh, b->domains, name, strlen(name), d);
	return d;
}

static struct earlier_domain *add_domain(struct baseline *b, const char *name)
{
	struct earlier_domain *d = find_domain(b, name);
	if (d)
		return d;
	d = arena_alloc(b->arena, sizeof *d);
	d->name = arena_strdup(b->arena, name);
	HASH_ADD_KEYPTR(hh, b->domains, d->name, strlen(d->name), d);
	return d;
}

static void take_report(struct reading *r, const json_t *report)
{
	json_int_t schema = json_integer_value(json_object_get(report, "schema"));
	const json_t *list = json_object_get(report, "findings");
	size_t count = json_array_size(list), kept = 0;
	if (schema != 1 && schema != 2)
		refuse_value(r, "schema", "1 or 2");
	const char *name = read_text(r, report, "domain");
	if (!json_is_array(list))
		refuse_value(r, "findings", "an array");
	if (r->error)
		return;
	struct finding *findings = arena_array(r->baseline->arena, count, sizeof *findings);
	for (size_t i = 0; i < count && !r->error; i++)
		kept += read_finding(r, json_array_get(list, i), &findings[kept]);
	struct earlier_domain *d = add_domain(r->baseline, name);
	d->findings = findings;
	d->count = kept;
}

/* ---- The file ---- */

static int next_octet(struct reading *r)
{
	int c = getc(r->file);
	r->line += c == '\n';
	return c;
}

/* One octet at a time, so that nothing behind the report is taken. */
static size_t give_octet(void *to, size_t size, void *reading)
{
	struct reading *r = reading;
	if (size == 0 || r->left == 0)
		return r->left == 0 ? (size_t)-1 : 0;
	r->left--;
	int c = next_octet(r);
	if (c == EOF)
		return 0;
	*(char *)to = (char)c;
	return 1;
}

static void read_report(struct reading *r)
{
	json_error_t why;
	r->begin = r->line;
	r->left = LIMIT_BASELINE_REPORT;
	json_t *report = json_load_callback(
	    give_octet, r, JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &why);
	if (report)
		take_report(r, report);
	else if (r->left == 0)
		refuse(r, r->begin,
		    arena_printf(
			r->arena, "a report of more than %d octets", LIMIT_BASELINE_REPORT));
	else
		refuse(r, r->begin + (size_t)(why.line > 0 ? why.line - 1 : 0),
		    arena_printf(r->arena, "no JSON: %s", why.text));
	json_decref(report);
}

/* The next octet that is no white space; it is left in the file. */
static int peek(struct reading *r)
{
	int c;
	do
		c = next_octet(r);
	while (c == ' ' || c == '\t' || c == '\n' || c == '\r');
	if (c != EOF)
		(void)ungetc(c, r->file); /* one octet is always taken */
	return c;
}

/* Skips `c` if it comes next. */
static bool skip(struct reading *r, int c)
{
	return peek(r) == c && getc(r->file) == c;
}

static void read_reports(struct reading *r)
{
	bool array = skip(r, '['), more = !array || peek(r) != ']';
	while (!r->error && more && (array || peek(r) != EOF)) {
		if (peek(r) != '{')
			refuse(r, r->line, "expected a report of mxdane's JSON output");
		else
			read_report(r);
		more = !array || skip(r, ',');
	}
	if (!r->error && array && !skip(r, ']'))
		refuse(r, r->line, "expected the end of the array, or a comma");
	else if (!r->error && peek(r) != EOF)
		refuse(r, r->line, "expected the end of the file");
}

struct baseline *baseline_read(const char *file, struct arena *arena, const char **error)
{
	struct reading r = {.file = fopen(file, "re"), .path = file, .arena = arena, .line = 1};
	if (!r.file) {
		*error =
		    arena_printf(arena, "--baseline: cannot open %s: %s", file, strerror(errno));
		return NULL;
	}
	if (output_overwrites(fileno(r.file)))
		r.error = arena_printf(arena,
		    "--baseline: %s is where the report goes: write it to another file", file);
	json_set_alloc_funcs(memory_alloc, free);
	r.baseline = memory_alloc(sizeof *r.baseline);
	r.baseline->arena = arena_create();
	if (!r.error)
		read_reports(&r);
	if (ferror(r.file))
		r.error =
		    arena_printf(arena, "--baseline: cannot read %s: %s", file, strerror(errno));
	(void)fclose(r.file); /* it was only read */
	*error = r.error;
	if (!r.error)
		return r.baseline;
	baseline_destroy(r.baseline);
	return NULL;
}

void baseline_destroy(struct baseline *baseline)
{
	if (!baseline)
		return;
	HASH_CLEAR(hh, baseline->domains);
	arena_destroy(baseline->arena);
	free(baseline);
}

const struct finding *baseline_findings(
    const struct baseline *baseline, const char *domain, size_t *count)
{
	const struct earlier_domain *d = find_domain(baseline, domain);
	*count = d ? d->count : 0;
	return d ? d->findings : NULL;
}
