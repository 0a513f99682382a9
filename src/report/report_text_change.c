/* report_text_change.c - owns the text of what a proposed change does: its effect, and the findings
 * that appear and go. */
#include "report_text.h"

static enum text_tone effect_tone(enum change_effect e)
{
	static const enum text_tone tones[] = {
	    [CHANGE_NEUTRAL] = TEXT_STRONG,
	    [CHANGE_MENDS] = TEXT_GOOD,
	    [CHANGE_BREAKS] = TEXT_BAD,
	    [CHANGE_IMPROVES] = TEXT_GOOD,
	    [CHANGE_WORSENS] = TEXT_WARNING,
	    [CHANGE_UNKNOWN] = TEXT_UNKNOWN,
	};
	return tones[e];
}

static void draw_effect(struct text *t, const struct domain_report *r)
{
	const struct change *c = r->change;
	const char *before = c->seen ? status_name(c->live->status) : "not seen";
	text_line(t, 2, 4);
	text_add(t, TEXT_STRONG, "Change:");
	text_add(t, effect_tone(c->effect), "%s", change_effect_name(c->effect));
	text_words(t, TEXT_PLAIN, "(%s → %s)", before, status_name(r->status));
	if (!c->error)
		return;
	text_line(t, 4, 4);
	text_words(t, TEXT_PLAIN, "%s", c->error);
}

/* Remarks come and go with every record; the report of the proposed state has its own below. */
static bool is_shown(const struct text *t, const struct finding *f)
{
	return !f->ignored && (f->severity != STATUS_OK || t->style->verbose);
}

static void draw_list(struct text *t, const char *sign, const struct finding *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct finding *f = &list[i];
		if (!is_shown(t, f))
			continue;
		text_line(t, 4, 6);
		text_add(t, TEXT_STRONG, "%s", sign);
		text_add(
		    t, text_tone_for(text_mark_for(f->severity)), "%s", severity_name(f->severity));
		text_add(t, TEXT_STRONG, "%s", finding_info(f->code)->code);
		text_add_place(t, f);
	}
}

void text_draw_change(struct text *t, const struct domain_report *r)
{
	if (!r->change)
		return;
	draw_effect(t, r);
	draw_list(t, "+", r->change->appear, r->change->appear_count);
	draw_list(t, "-", r->change->go, r->change->go_count);
}
