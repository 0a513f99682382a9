/*
 * tlsa_records.c - draws the tlsa format: the TLSA RRset of each host as it should stand, as
 * zone-file lines (RFC 1035 §5.1), and in comments what should go.
 */
#include "escape.h"
#include "writer.h"

void zone_comment_add(
    struct buffer *out, const struct report_run *run, struct arena *arena, const char *text)
{
	buffer_printf(out, "; %s\n", escape_visible(arena, text, run->style->utf8));
}

static void add_line(struct buffer *out, const struct report_run *run, struct arena *arena,
    const struct zone_line *line)
{
	buffer_printf(
	    out, "%s\n", escape_visible(arena, action_line_text(arena, line), run->style->utf8));
}

/* What the fix has besides TLSA records to put in, and what goes or is to be done elsewhere. */
static void add_rest(struct buffer *out, const struct report_run *run, struct arena *arena,
    const struct action_list *fix)
{
	for (size_t i = 0; i < fix->count; i++) {
		const struct action *a = &fix->list[i];
		const struct zone_line *gone = a->kind == ACTION_DELETE    ? &a->line
					       : a->kind == ACTION_REPLACE ? &a->old
									   : NULL;
		if (a->place != ACTION_IN_ZONE || a->kind == ACTION_DELETE ||
		    a->line.type != DNS_TYPE_TLSA)
			zone_comment_add(out, run, arena, a->text);
		if (gone)
			zone_comment_add(out, run, arena,
			    arena_printf(arena, "delete: %s", action_line_text(arena, gone)));
		else if (a->place == ACTION_IN_ZONE && a->line.type != DNS_TYPE_TLSA)
			add_line(out, run, arena, &a->line);
	}
}

static void add_host(
    struct buffer *out, const struct report_run *run, struct arena *arena, const struct mx_host *h)
{
	for (size_t i = 0; i < h->wanted.count; i++) {
		zone_comment_add(out, run, arena, h->wanted.list[i].text);
		add_line(out, run, arena, &h->wanted.list[i].line);
	}
	add_rest(out, run, arena, &h->fix);
	if (!h->wanted.count)
		zone_comment_add(out, run, arena,
		    arena_printf(arena, "%s: no certificate to make a record from", h->name));
}

static void draw_domain(struct buffer *out, const struct domain_report *r, struct report_run *run)
{
	struct arena *arena = arena_create();
	zone_comment_add(out, run, arena, arena_printf(arena, "%s: %s", r->domain, r->summary));
	for (size_t i = 0; i < r->host_count; i++)
		add_host(out, run, arena, &r->hosts[i]);
	run->domains++;
	arena_destroy(arena);
}

const struct report_writer tlsa_records_writer = {.name = "tlsa", .domain = draw_domain};
