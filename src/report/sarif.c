/*
 * sarif.c - draws the sarif format (OASIS SARIF 2.1.0): one run, whose rules are the catalogue of
 * findings and whose results are the findings, each with the line of a zone file where there is
 * one.
 */
#include <string.h>

#include "annotations.h"
#include "ascii.h"
#include "json_internal.h"
#include "writer.h"

static void dump(struct buffer *out, json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT);
	if (!text)
		abort();
	buffer_add_text(out, text);
	free(text);
	json_decref(value);
}

static json_t *message(const char *text)
{
	json_t *o = json_object();
	add_key(o, "text", json_string(text));
	return o;
}

/* ---- Rules ---- */

static const char *level_of(enum status severity)
{
	switch (severity) {
	case STATUS_OK: return "note";
	case STATUS_WARNING:
	case STATUS_UNKNOWN: return "warning";
	case STATUS_CRITICAL: break;
	}
	return "error";
}

/* The severity that the catalogue's rule gives where it gives the worst. */
static enum status worst_of(enum finding_severity rule)
{
	switch (rule) {
	case FINDING_INFO: return STATUS_OK;
	case FINDING_WARNING:
	case FINDING_WARNING_IF_MTA_STS:
	case FINDING_WARNING_IF_UNANSWERED:
	case FINDING_WARNING_UNLESS_PLANNED: return STATUS_WARNING;
	case FINDING_UNKNOWN:
	case FINDING_UNKNOWN_IF_MTA_STS_OR_WARNING:
	case FINDING_UNKNOWN_OR_INFO:
	case FINDING_WARNING_OR_UNKNOWN:
	case FINDING_UNKNOWN_IF_DECIDING:
	case FINDING_UNKNOWN_IF_PLANNED: return STATUS_UNKNOWN;
	case FINDING_CRITICAL:
	case FINDING_CRITICAL_IF_DANE:
	case FINDING_CRITICAL_IF_MTA_STS:
	case FINDING_CRITICAL_IF_MTA_STS_OR_WARNING:
	case FINDING_CRITICAL_IF_TLS_MANDATORY:
	case FINDING_CRITICAL_IF_ENFORCE:
	case FINDING_CRITICAL_IF_DECIDING:
	case FINDING_CRITICAL_IF_VERDICTS_DIFFER: break;
	}
	return STATUS_CRITICAL;
}

static json_t *draw_rule(struct arena *arena, const struct finding_info *info)
{
	json_t *o = json_object(), *configuration = json_object();
	add_key(configuration, "level", json_string(level_of(worst_of(info->severity))));
	add_key(o, "id", json_string(info->code));
	add_key(o, "shortDescription", message(info->when));
	add_key(o, "fullDescription", message(info->explanation));
	add_key(o, "help",
	    message(arena_printf(arena, "%s\n\n%s%s%s", info->explanation, info->remedy,
		*info->reference ? "\n\n" : "", info->reference)));
	add_key(o, "defaultConfiguration", configuration);
	return o;
}

static json_t *draw_driver(void)
{
	struct arena *arena = arena_create();
	json_t *driver = json_object(), *rules = json_array();
	for (int i = 0; i < FINDING_COUNT; i++)
		add_item(rules, draw_rule(arena, finding_info((enum finding_code)i)));
	add_key(driver, "name", json_string("mxdane"));
	add_key(driver, "version", json_string(MXDANE_VERSION));
	add_key(driver, "rules", rules);
	arena_destroy(arena);
	return driver;
}

/* ---- Results ---- */

/* RFC 3986: a path as a relative reference, or a file URI where it begins at the root. */
static const char *uri_of(struct arena *arena, const char *path)
{
	struct buffer b = {0};
	buffer_add_text(&b, *path == '/' ? "file://" : "");
	for (; *path; path++)
		if (ascii_is_alphanumeric((uint8_t)*path) || strchr("/-._~", *path))
			buffer_add(&b, path, 1);
		else
			buffer_printf(&b, "%%%02X", (uint8_t)*path);
	const char *text = arena_strdup(arena, buffer_text(&b));
	buffer_reset(&b);
	return text;
}

static json_t *draw_location(struct arena *arena, const struct finding *f)
{
	json_t *artifact = json_object(), *region = json_object(), *physical = json_object();
	add_key(artifact, "uri", json_string(uri_of(arena, annotation_path(f))));
	add_key(region, "startLine", json_integer(f->at->line ? f->at->line : 1));
	add_key(region, "startColumn", json_integer(f->at->column ? f->at->column : 1));
	add_key(physical, "artifactLocation", artifact);
	add_key(physical, "region", region);
	json_t *location = json_object();
	add_key(location, "physicalLocation", physical);
	return location;
}

static json_t *draw_properties(
    struct arena *arena, const struct domain_report *r, const struct finding *f)
{
	json_t *o = json_object();
	add_key(o, "domain", json_string(escape_text(arena, r->domain)));
	if (f->host_name)
		add_key(o, "host", json_string(escape_text(arena, f->host_name)));
	if (f->server)
		add_key(o, "server",
		    json_servers_draw_name(&(struct json_drawing){.arena = arena}, f->server));
	add_key(o, "severity", json_string(severity_name(f->severity)));
	return o;
}

/* An empty array says that it counts (SARIF 2.1.0 §3.27.23). */
static json_t *draw_suppressions(struct arena *arena, const struct finding *f)
{
	json_t *array = json_array();
	if (!f->ignored)
		return array;
	json_t *o = json_object();
	add_key(o, "kind", json_string(f->ignored_reason ? "inSource" : "external"));
	add_key(o, "status", json_string("accepted"));
	add_key(o, "justification",
	    json_string(f->ignored_reason ? escape_text(arena, f->ignored_reason)
					  : "ignored by the option --ignore"));
	add_item(array, o);
	return array;
}

static json_t *draw_result(
    struct arena *arena, const struct domain_report *r, const struct annotation *a)
{
	const struct finding *f = a->finding;
	const char *fix = escape_lines(arena, model_fix(f)), *text = escape_text(arena, f->message);
	json_t *o = json_object(), *locations = json_array(), *fingerprints = json_object();
	add_key(o, "ruleId", json_string(finding_info(f->code)->code));
	add_key(o, "ruleIndex", json_integer(f->code));
	add_key(o, "level", json_string(level_of(f->severity)));
	add_key(o, "message",
	    message(arena_printf(arena, "%s: %s%s%s", escape_text(arena, r->domain), text,
		fix ? "\nFix: " : "", fix ? fix : "")));
	if (f->at)
		add_item(locations, draw_location(arena, f));
	add_key(o, "locations", locations);
	add_key(fingerprints, "mxdane/v1", json_string(a->fingerprint));
	add_key(o, "partialFingerprints", fingerprints);
	add_key(o, "suppressions", draw_suppressions(arena, f));
	add_key(o, "properties", draw_properties(arena, r, f));
	return o;
}

static void draw_begin(struct buffer *out, struct report_run *run)
{
	(void)run;
	json_set_up();
	buffer_add_text(out,
	    "{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
	    "sarif-schema-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":");
	dump(out, draw_driver());
	buffer_add_text(out, "},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n");
}

/* run->domains counts the results: each but the first follows a comma. A run that is broken off
 * ends with a whole line. */
static void draw_domain(struct buffer *out, const struct domain_report *r, struct report_run *run)
{
	struct arena *arena = arena_create();
	size_t count;
	const struct annotation *list = annotation_list(arena, r, run, &count);
	for (size_t i = 0; i < count; i++) {
		buffer_add_text(out, run->domains++ ? "," : "");
		dump(out, draw_result(arena, r, &list[i]));
		buffer_add_text(out, "\n");
	}
	arena_destroy(arena);
}

static void draw_end(struct buffer *out, struct report_run *run)
{
	(void)run;
	buffer_add_text(out, "]}]}\n");
}

const struct report_writer sarif_writer = {
    .name = "sarif", .begin = draw_begin, .domain = draw_domain, .end = draw_end};
