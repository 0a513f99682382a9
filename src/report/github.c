/*
 * github.c - draws the github format: workflow commands that GitHub shows beside the line. One
 * without a line of a file is shown with the whole run.
 */
#include <string.h>

#include "annotations.h"
#include "escape.h"
#include "writer.h"

static const char *command_of(const struct finding *f)
{
	switch (f->severity) {
	case STATUS_OK: return "notice";
	case STATUS_WARNING:
	case STATUS_UNKNOWN: return "warning";
	case STATUS_CRITICAL: break;
	}
	return "error";
}

/* What would end a value, or the command, is written by percent signs. */
static void add_value(struct buffer *out, const char *text, const char *special)
{
	for (; *text; text++)
		if (strchr(special, *text))
			buffer_printf(out, "%%%02X", (unsigned char)*text);
		else
			buffer_add(out, text, 1);
}

static void add_annotation(
    struct buffer *out, struct arena *arena, const struct domain_report *r, const struct finding *f)
{
	const char *fix = model_fix(f);
	buffer_printf(out, "::%s ", command_of(f));
	if (f->at) {
		buffer_add_text(out, "file=");
		add_value(out, escape_text(arena, annotation_path(f)), "%\r\n:,");
		if (f->at->line)
			buffer_printf(out, ",line=%u,col=%u", f->at->line, f->at->column);
		buffer_add_text(out, ",");
	}
	buffer_add_text(out, "title=");
	add_value(out, escape_text(arena, r->domain), "%\r\n:,");
	buffer_printf(out, " %s::", finding_info(f->code)->code);
	add_value(out, escape_text(arena, f->message), "%\r\n");
	if (fix)
		add_value(out, arena_printf(arena, "\nFix: %s", escape_lines(arena, fix)), "%\r\n");
	buffer_add_text(out, "\n");
}

static void draw_domain(struct buffer *out, const struct domain_report *r, struct report_run *run)
{
	struct arena *arena = arena_create();
	size_t count;
	const struct annotation *list = annotation_list(arena, r, run, &count);
	for (size_t i = 0; i < count; i++)
		if (!list[i].finding->ignored)
			add_annotation(out, arena, r, list[i].finding);
	run->domains++;
	arena_destroy(arena);
}

const struct report_writer github_writer = {.name = "github", .domain = draw_domain};
