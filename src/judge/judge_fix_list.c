/* judge_fix_list.c owns how a fix is put together from steps, and how it reads. */
#include <string.h>

#include "buffer.h"
#include "judge_fix.h"

static struct action *add(struct judge *j, struct action_list *fix, enum action_kind kind,
    enum action_place place, const char *text)
{
	struct action *a = arena_append(j->arena, &fix->list, &fix->count, sizeof *fix->list);
	a->kind = kind;
	a->place = place;
	a->text = text;
	return a;
}

void judge_fix_step(struct judge *j, struct action_list *fix, enum action_kind kind,
    enum action_place place, const char *owner, const char *text)
{
	add(j, fix, kind, place, text)->line.owner = owner;
}

void judge_fix_sign(struct judge *j, struct action_list *fix, const char *name)
{
	judge_fix_step(j, fix, ACTION_CONFIGURE, ACTION_AT_REGISTRAR, name,
	    arena_printf(j->arena,
		"Sign the zone of %s with DNSSEC and have its DS record published by the parent "
		"zone.",
		judge_shown(j, name)));
}

static bool is_listed(const struct action_list *fix, const struct zone_line *line)
{
	for (size_t i = 0; i < fix->count; i++) {
		const struct action *a = &fix->list[i];
		if (a->place == ACTION_IN_ZONE && a->line.type == line->type &&
		    strcmp(a->line.owner, line->owner) == 0 &&
		    judge_same_data(line->type, &a->line.data, &line->data))
			return true;
	}
	return false;
}

void judge_fix_add(
    struct judge *j, struct action_list *fix, const struct zone_line *line, const char *text)
{
	if (is_listed(fix, line))
		return;
	add(j, fix, ACTION_ADD, ACTION_IN_ZONE, text)->line = *line;
}

void judge_fix_delete(
    struct judge *j, struct action_list *fix, const struct zone_line *line, const char *text)
{
	add(j, fix, ACTION_DELETE, ACTION_IN_ZONE, text)->line = *line;
}

/* ---- Text ---- */

static bool same_heading(const struct action *a, const struct action *b)
{
	return a->place == ACTION_IN_ZONE && a->kind == b->kind && a->place == b->place &&
	       strcmp(a->text, b->text) == 0;
}

/* "Delete (it matches nothing):" takes the full stop of the sentence away. */
static void add_heading(struct buffer *b, const struct action *a)
{
	size_t length = strlen(a->text);
	bool zone = a->place == ACTION_IN_ZONE;
	if (zone && length && a->text[length - 1] == '.')
		length--;
	if (zone && a->kind == ACTION_DELETE)
		buffer_add_text(b, "Delete. ");
	buffer_add(b, a->text, length);
	buffer_add_text(b, zone ? ":" : "");
}

static void add_line(struct buffer *b, struct arena *arena, const struct zone_line *line)
{
	buffer_printf(b, "\n%s", action_line_text(arena, line));
}

static void add_list(struct buffer *b, struct arena *arena, const struct action_list *fix)
{
	for (size_t i = 0; i < fix->count; i++) {
		const struct action *a = &fix->list[i];
		if (!i || !same_heading(&fix->list[i - 1], a)) {
			buffer_add_text(b, b->length ? "\n" : "");
			add_heading(b, a);
		}
		if (a->kind == ACTION_REPLACE) {
			add_line(b, arena, &a->old);
			buffer_add_text(b, "\nby:");
		}
		if (a->place == ACTION_IN_ZONE)
			add_line(b, arena, &a->line);
	}
}

const char *judge_fix_text(struct judge *j, const struct finding *f)
{
	struct buffer b = {0};
	add_list(&b, j->arena, &f->actions);
	for (size_t i = 0; i < f->alternative_count; i++)
		add_list(&b, j->arena, &f->alternatives[i]);
	const char *text = b.length ? arena_strdup(j->arena, buffer_text(&b)) : NULL;
	buffer_reset(&b);
	return text;
}
