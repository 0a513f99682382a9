/*
 * nsupdate.c - draws the nsupdate format: the DNS steps of a plan as a script for nsupdate(1), a
 * transaction (RFC 2136) for each step and zone. What is not allowed yet is commented out, so that
 * a script that is run as a whole does no harm.
 */
#include "escape.h"
#include "time_text.h"
#include "writer.h"

struct script {
	struct buffer *out;
	const struct report_run *run;
	struct arena *arena;
	const struct domain_report *report;
	const struct change *change;
	bool *written; /* one for each step */
};

static void add_comment(struct script *s, const char *text)
{
	zone_comment_add(s->out, s->run, s->arena, text);
}

/* Now, and after nothing that is not of this script. */
static bool is_allowed(const struct script *s, size_t step)
{
	const struct change_step *c = &s->change->steps[step];
	return c->kind != ACTION_DEPLOY && c->at <= s->report->checked_at &&
	       (c->after < 0 || is_allowed(s, (size_t)c->after));
}

static void add_line(struct script *s, size_t step, const char *text)
{
	const char *visible = escape_visible(s->arena, text, s->run->style->utf8);
	if (!is_allowed(s, step))
		buffer_printf(s->out, ";%zu ", change_step_number(s->change, step));
	buffer_printf(s->out, "%s\n", visible);
}

/* ---- A transaction ---- */

static bool is_same_transaction(const struct script *s, size_t a, size_t b)
{
	const struct change_step *x = &s->change->steps[a], *y = &s->change->steps[b];
	return y->kind == x->kind && is_allowed(s, a) == is_allowed(s, b) &&
	       change_step_number(s->change, a) == change_step_number(s->change, b) &&
	       (x->zone ? model_same_text(x->zone, y->zone)
			: model_same_text(x->line.owner, y->line.owner));
}

static bool is_first_of_owner(const struct script *s, size_t first, size_t step)
{
	for (size_t i = first; i < step; i++)
		if (is_same_transaction(s, first, i) &&
		    model_same_text(
			s->change->steps[i].line.owner, s->change->steps[step].line.owner))
			return false;
	return true;
}

/* That the RRset is still what the plan was made from (RFC 2136 §2.4.2, 2.4.3). */
static void add_prerequisites(struct script *s, size_t step)
{
	const struct change_step *c = &s->change->steps[step];
	struct zone_line line = c->line;
	const char *owner = escape_text(s->arena, line.owner);
	for (size_t i = 0; i < c->before_count; i++) {
		line.data = c->before[i];
		add_line(s, step,
		    arena_printf(s->arena, "prereq yxrrset %s. %s", owner,
			action_data_text(s->arena, &line)));
	}
	if (!c->before_count)
		add_line(s, step,
		    arena_printf(
			s->arena, "prereq nxrrset %s. IN %s", owner, lookup_type_name(line.type)));
}

static void add_transaction(struct script *s, size_t first)
{
	const struct change *c = s->change;
	const char *zone = c->steps[first].zone;
	if (zone)
		add_line(s, first, arena_printf(s->arena, "zone %s.", escape_text(s->arena, zone)));
	for (size_t i = first; i < c->step_count; i++)
		if (is_same_transaction(s, first, i) && is_first_of_owner(s, first, i))
			add_prerequisites(s, i);
	for (size_t i = first; i < c->step_count; i++) {
		if (!is_same_transaction(s, first, i))
			continue;
		add_line(s, i,
		    arena_printf(s->arena, "update %s %s", action_kind_name(c->steps[i].kind),
			action_line_text(s->arena, &c->steps[i].line)));
		s->written[i] = true;
	}
	add_line(s, first, "send");
}

/* ---- The script ---- */

static void add_head(struct script *s, size_t step)
{
	const struct change_step *c = &s->change->steps[step];
	char at[TIME_TEXT_SIZE];
	const char *after = c->after < 0 ? ""
					 : arena_printf(s->arena, ", after step %zu",
					       change_step_number(s->change, (size_t)c->after));
	add_comment(
	    s, arena_printf(s->arena, "Step %zu%s, from %s: %s",
		   change_step_number(s->change, step), after, time_text(c->at, at), c->reason));
}

static void add_steps(struct script *s)
{
	size_t number = 0;
	for (size_t i = 0; i < s->change->step_count; i++) {
		const struct change_step *c = &s->change->steps[i];
		if (change_step_number(s->change, i) != number)
			add_head(s, i);
		number = change_step_number(s->change, i);
		if (c->kind == ACTION_DEPLOY)
			add_comment(s, arena_printf(s->arena, "  %s", c->line.owner));
		else if (!s->written[i])
			add_transaction(s, i);
	}
}

/* Why there is nothing to be done, or something that the plan does not mend. */
static void add_problems(struct script *s)
{
	for (size_t i = 0; i < s->report->finding_count; i++) {
		const struct finding *f = &s->report->findings[i];
		if (!f->ignored && f->severity >= STATUS_UNKNOWN)
			add_comment(
			    s, arena_printf(s->arena, "%s %s: %s", severity_name(f->severity),
				   finding_info(f->code)->code, f->message));
	}
}

static void draw_domain(struct buffer *out, const struct domain_report *r, struct report_run *run)
{
	struct script s = {.out = out, .run = run, .report = r, .change = r->change};
	char at[TIME_TEXT_SIZE];
	s.arena = arena_create();
	add_comment(&s, arena_printf(s.arena, "%s, as of %s: %s", r->domain,
			    time_text(r->checked_at, at), r->summary));
	add_problems(&s);
	if (!r->change || !r->change->step_count) {
		add_comment(&s, "No step is to be done.");
	} else {
		s.written = arena_array(s.arena, r->change->step_count, sizeof *s.written);
		add_comment(&s,
		    "Steps that are not allowed yet are commented out; step 3, once it is, "
		    "by: sed -n 's/^;3 //p'");
		add_steps(&s);
	}
	run->domains++;
	arena_destroy(s.arena);
}

const struct report_writer nsupdate_writer = {.name = "nsupdate", .domain = draw_domain};
