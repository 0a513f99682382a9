/* report_text_findings.c - owns the text of the findings: problems in full, remarks in short. */
#include "report_text.h"

#include <string.h>

#include "report_text_alike.h"

void text_add_place(struct text *t, const struct finding *f)
{
	const char *type = key_type_name(f->key_type);
	if (f->host_name)
		text_add(t, TEXT_PLAIN, "%s", f->host_name);
	if (f->address.family) {
		char buf[ADDRESS_TEXT_SIZE];
		text_add(t, TEXT_PLAIN, "%s", address_text(&f->address, buf));
	}
	if (type)
		text_add(t, TEXT_PLAIN, "%s", type);
}

/* Sentences end with a full stop, or with a colon before what is to be pasted. That must not be
 * broken, and a zone-file line not begin with a space, which would take its owner name away (RFC
 * 1035 §5.1). */
static bool is_sentence(const char *line, size_t length)
{
	return length && strchr(".:", line[length - 1]) && !memmem(line, length, " IN ", 4);
}

static void draw_fix(struct text *t, const char *fix)
{
	text_line(t, 4, 6);
	text_add(t, TEXT_STRONG, "Fix:");
	for (bool first = true; *fix; first = false) {
		size_t length = strcspn(fix, "\n");
		const char *line = arena_strndup(t->arena, fix, length);
		if (!is_sentence(line, length)) {
			text_verbatim(t, TEXT_STRONG, line);
		} else {
			if (!first)
				text_line(t, 4, 6);
			text_words(t, TEXT_PLAIN, "%s", line);
		}
		fix += length + (fix[length] == '\n');
	}
}

static void draw_others(struct text *t, const struct text_group *group)
{
	for (size_t i = 0; i < group->other_count; i++) {
		char address[ADDRESS_TEXT_SIZE];
		bool last = i + 1 == group->other_count;
		text_words(t, TEXT_PLAIN, "%s", i ? last ? "and" : "" : "Likewise");
		text_add(t, TEXT_PLAIN, "[%s]%s", address_text(&group->others[i]->address, address),
		    last                         ? "."
		    : i + 2 < group->other_count ? ","
						 : "");
	}
}

static void draw_problem(struct text *t, const struct finding *f, const struct text_group *group)
{
	const struct finding_info *info = finding_info(f->code);
	enum text_mark mark = text_mark_for(f->severity);
	text_line(t, 0, 4);
	text_add_mark(t, mark);
	text_add(t, text_tone_for(mark), "%s", severity_name(f->severity));
	t->gap = 2;
	text_add(t, TEXT_STRONG, "%s", info->code);
	t->gap = 2;
	text_add_place(t, f);
	text_line(t, 4, 4);
	text_words(t, TEXT_PLAIN, "%s", f->message);
	if (*info->reference)
		text_add(t, TEXT_DIM, "(%s)", info->reference);
	draw_others(t, group);
	if (f->fix)
		draw_fix(t, f->fix);
}

static void draw_remark(struct text *t, const struct finding *f, const struct text_group *group)
{
	text_line(t, 0, 4);
	text_add_mark(t, TEXT_MARK_NONE);
	text_add(t, TEXT_STRONG, "%s", finding_info(f->code)->code);
	t->gap = 2;
	text_words(t, TEXT_PLAIN, "%s", f->message);
	draw_others(t, group);
	if (t->style->verbose && f->fix)
		draw_fix(t, f->fix);
	if (group->more) {
		text_line(t, 4, 4);
		text_words(t, TEXT_DIM, "(and %zu more like it: -v shows all)", group->more);
	}
}

/* Each verified endpoint's own line says so: without --verbose its finding would say it again. */
static bool is_repetition(
    const struct text *t, const struct finding *f, const struct text_group *group)
{
	return (f->code == FINDING_DANE_VERIFIED && !t->style->verbose) || group->said;
}

static void draw_ignored(struct text *t, const struct domain_report *r)
{
	bool any = false;
	for (size_t i = 0; i < r->finding_count; i++) {
		if (!r->findings[i].ignored)
			continue;
		if (!any) {
			text_line(t, 0, 4);
			text_add_mark(t, TEXT_MARK_NONE);
			text_words(t, TEXT_DIM, "ignored on request:");
		}
		any = true;
		text_add(t, TEXT_DIM, "%s", finding_info(r->findings[i].code)->code);
	}
}

void text_draw_findings(struct text *t, const struct domain_report *r)
{
	bool any = false, after_problem = false;
	struct text_group *groups = t->style->verbose
					? arena_array(t->arena, r->finding_count, sizeof *groups)
					: text_group_findings(t->arena, r);
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		if (f->ignored || is_repetition(t, f, &groups[i]))
			continue;
		if (!any || after_problem)
			text_blank(t);
		any = true;
		after_problem = f->severity != STATUS_OK;
		if (f->severity != STATUS_OK)
			draw_problem(t, f, &groups[i]);
		else
			draw_remark(t, f, &groups[i]);
	}
	draw_ignored(t, r);
}
