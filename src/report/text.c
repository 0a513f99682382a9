/*
 * text.c - draws the text format: the verdict and why, the findings with their fixes, worst first,
 * what senders do, then what was seen: a block for each host, MTA-STS and TLSRPT.
 */
#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "text_host.h"
#include "text_policy.h"
#include "text_servers.h"
#include "text_tlsa.h"
#include "text_words.h"
#include "time_text.h"
#include "writer.h"

/* ---- Findings that say the same ---------------------------------------------------------------
 *
 * A host with many addresses, or with many records, has as many findings that differ in nothing
 * else; --verbose says each.
 */

/* How one finding is shown. */
struct group {
	bool said;                     /* not by itself: an earlier one stands for it */
	bool counted;                  /* a remark that an earlier one of its code counts */
	const struct finding **others; /* the same for other addresses of the host */
	size_t other_count;
	size_t more;        /* remarks with this code on this host that are left out behind it */
	bool fix_is_said;   /* an earlier one carries the same */
	bool says_mismatch; /* dane-mismatch of the same host as well */
};

/* Remarks with one code on one host that are shown. */
enum { REMARKS_SHOWN = 3 };

/* Where the finding's address stands in its message; NULL if it does not. */
static const char *find_address(const struct finding *f, size_t *length)
{
	char address[ADDRESS_TEXT_SIZE];
	if (!f->address.family)
		return NULL;
	*length = strlen(address_text(&f->address, address));
	return strstr(f->message, address);
}

static bool is_same_but_for_address(const struct finding *a, const struct finding *b)
{
	size_t length_a, length_b;
	const char *in_a = find_address(a, &length_a), *in_b = find_address(b, &length_b);
	return in_a && in_b && in_a - a->message == in_b - b->message &&
	       memcmp(a->message, b->message, (size_t)(in_a - a->message)) == 0 &&
	       strcmp(in_a + length_a, in_b + length_b) == 0;
}

/* One after the other in the list's order, worst first and then by host: no other lies between. */
static bool is_same_place(const struct finding *a, const struct finding *b)
{
	return a->severity == b->severity && a->host == b->host;
}

static bool is_same_kind(const struct finding *a, const struct finding *b)
{
	return a->code == b->code && a->ignored == b->ignored && a->known == b->known;
}

/* The same sentence and fix for another address of the same host. */
static bool is_alike(const struct finding *a, const struct finding *b)
{
	return is_same_kind(a, b) && a->key_type == b->key_type &&
	       model_same_text(a->fix, b->fix) && is_same_but_for_address(a, b);
}

static void take_in(
    struct arena *arena, const struct domain_report *r, struct group *groups, size_t first)
{
	for (size_t i = first + 1; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		if (!is_same_place(&r->findings[first], f))
			break;
		if (groups[i].said || !is_alike(&r->findings[first], f))
			continue;
		groups[i].said = true;
		const struct finding **place = arena_append(
		    arena, &groups[first].others, &groups[first].other_count, sizeof *place);
		*place = f;
	}
}

/* Of the remarks from `first` on with its code, those that are too many. */
static void cut_remarks(const struct domain_report *r, struct group *groups, size_t first)
{
	size_t shown = 1, last = first, cut = 0;
	for (size_t i = first + 1; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		if (!is_same_place(&r->findings[first], f))
			break;
		if (groups[i].said || !is_same_kind(&r->findings[first], f))
			continue;
		if (shown < REMARKS_SHOWN) {
			shown++;
			last = i;
		} else {
			groups[i].said = true;
			cut++;
		}
		groups[i].counted = true;
	}
	groups[last].more = cut;
}

/* dane-rollover-partial names the addresses whose certificates no record matches. */
static void leave_to_partial(const struct domain_report *r, struct group *groups)
{
	for (size_t i = 0; i < r->finding_count; i++)
		for (size_t j = 0; j < r->finding_count; j++) {
			const struct finding *f = &r->findings[i], *partial = &r->findings[j];
			if (f->code != FINDING_DANE_MISMATCH || f->ignored ||
			    partial->code != FINDING_DANE_ROLLOVER_PARTIAL || partial->ignored ||
			    f->host != partial->host)
				continue;
			groups[i].said = true;
			groups[j].says_mismatch = true;
		}
}

static void find_same_fixes(const struct domain_report *r, struct group *groups)
{
	for (size_t i = 0; i < r->finding_count; i++)
		for (size_t j = 0; model_fix(&r->findings[i]) && j < i && !groups[i].fix_is_said;
		     j++)
			groups[i].fix_is_said =
			    !groups[j].said && !r->findings[j].ignored &&
			    r->findings[j].severity != STATUS_OK &&
			    model_same_text(model_fix(&r->findings[i]), model_fix(&r->findings[j]));
}

static struct group *group_findings(struct arena *arena, const struct domain_report *r)
{
	struct group *groups = arena_array(arena, r->finding_count, sizeof *groups);
	leave_to_partial(r, groups);
	for (size_t i = 0; i < r->finding_count; i++)
		if (!groups[i].said)
			take_in(arena, r, groups, i);
	for (size_t i = 0; i < r->finding_count; i++)
		if (r->findings[i].severity == STATUS_OK && !groups[i].said && !groups[i].counted)
			cut_remarks(r, groups, i);
	find_same_fixes(r, groups);
	return groups;
}

/* ---- Findings --------------------------------------------------------------------------------
 */

static void add_place(struct layout *t, const struct finding *f)
{
	const char *type = key_type_name(f->key_type);
	if (f->host_name)
		layout_add(t, TONE_PLAIN, "%s", f->host_name);
	if (f->address.family) {
		char buf[ADDRESS_TEXT_SIZE];
		layout_add(t, TONE_PLAIN, "%s", address_text(&f->address, buf));
	}
	if (type)
		layout_add(t, TONE_PLAIN, "%s", type);
	if (f->server) {
		char buf[ADDRESS_TEXT_SIZE];
		layout_add(t, TONE_PLAIN, "%s", f->server->name);
		layout_add(t, TONE_PLAIN, "%s", address_text(&f->server->address, buf));
	}
}

/* Sentences end with a full stop, or with a colon before what is to be pasted. That must not be
 * broken, and a zone-file line not begin with a space, which would take its owner name away (RFC
 * 1035 §5.1). */
static bool is_sentence(const char *line, size_t length)
{
	return length && strchr(".:", line[length - 1]) && !memmem(line, length, " IN ", 4);
}

static void draw_fix(struct layout *t, const char *fix)
{
	layout_line(t, 4, 6);
	layout_add(t, TONE_STRONG, "Fix:");
	for (bool first = true; *fix; first = false) {
		size_t length = strcspn(fix, "\n");
		const char *line = arena_strndup(t->arena, fix, length);
		if (!is_sentence(line, length)) {
			layout_verbatim(t, TONE_STRONG, line);
		} else {
			if (!first)
				layout_line(t, 4, 6);
			layout_words(t, TONE_PLAIN, "%s", line);
		}
		fix += length + (fix[length] == '\n');
	}
}

static void draw_others(struct layout *t, const struct group *group)
{
	for (size_t i = 0; i < group->other_count; i++) {
		char address[ADDRESS_TEXT_SIZE];
		bool last = i + 1 == group->other_count;
		layout_words(t, TONE_PLAIN, "%s", i ? last ? "and" : "" : "Likewise");
		layout_add(t, TONE_PLAIN, "[%s]%s",
		    address_text(&group->others[i]->address, address),
		    last                         ? "."
		    : i + 2 < group->other_count ? ","
						 : "");
	}
}

static void draw_problem(struct layout *t, const struct finding *f, const struct group *group)
{
	const struct finding_info *info = finding_info(f->code);
	enum mark mark = text_words_mark(f->severity);
	layout_line(t, 0, 4);
	layout_mark(t, mark);
	layout_add(t, layout_tone_for(mark), "%s", severity_name(f->severity));
	t->gap = 2;
	layout_add(t, TONE_STRONG, "%s%s", info->code, group->says_mismatch ? "," : "");
	if (group->says_mismatch)
		layout_add(t, TONE_STRONG, "%s", finding_info(FINDING_DANE_MISMATCH)->code);
	t->gap = 2;
	add_place(t, f);
	if (f->known)
		layout_add(t, TONE_DIM, "(known)");
	layout_line(t, 4, 4);
	layout_words(t, TONE_PLAIN, "%s", f->message);
	if (*info->reference)
		layout_add(t, TONE_DIM, "(%s)", info->reference);
	if (f->at)
		layout_add(t, TONE_DIM, "%s:%u", f->at->file, f->at->line ? f->at->line : 1);
	draw_others(t, group);
	if (model_fix(f) && group->fix_is_said) {
		layout_line(t, 4, 6);
		layout_add(t, TONE_STRONG, "Fix:");
		layout_words(t, TONE_PLAIN, "as above");
	} else if (model_fix(f)) {
		draw_fix(t, model_fix(f));
	}
}

static void draw_remark(struct layout *t, const struct finding *f, const struct group *group)
{
	layout_line(t, 2, 4);
	layout_add(t, TONE_DIM, "%s", severity_name(f->severity));
	t->gap = 2;
	layout_add(t, TONE_STRONG, "%s", finding_info(f->code)->code);
	t->gap = 2;
	layout_words(t, TONE_PLAIN, "%s", f->message);
	draw_others(t, group);
	if (t->verbose && model_fix(f))
		draw_fix(t, model_fix(f));
	if (group->more) {
		layout_line(t, 4, 4);
		layout_words(t, TONE_DIM, "(and %zu more like it: -v shows all)", group->more);
	}
}

/* Each verified endpoint's own line says so: without --verbose its finding would say it again. */
static bool is_repetition(
    const struct layout *t, const struct finding *f, const struct group *group)
{
	return (f->code == FINDING_DANE_VERIFIED && !t->verbose) || group->said;
}

/* By exceptions in zone files: a line for each record and code. */
static void draw_excused(struct layout *t, const struct domain_report *r)
{
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		bool said = !f->ignored_reason;
		for (size_t k = 0; k < i && !said; k++)
			said = r->findings[k].ignored_reason && r->findings[k].code == f->code &&
			       r->findings[k].at->exceptions == f->at->exceptions;
		if (said)
			continue;
		layout_line(t, 2, 4);
		layout_words(t, TONE_DIM, "ignored in");
		layout_add(t, TONE_DIM, "%s:%u:", f->at->file, f->at->line);
		layout_add(t, TONE_DIM, "%s:", finding_info(f->code)->code);
		layout_words(t, TONE_DIM, "%s", f->ignored_reason);
	}
}

static void draw_ignored(struct layout *t, const struct domain_report *r)
{
	bool any = false;
	for (size_t i = 0; i < r->finding_count; i++) {
		if (!r->findings[i].ignored || r->findings[i].ignored_reason)
			continue;
		if (!any) {
			layout_line(t, 2, 4);
			layout_words(t, TONE_DIM, "ignored on request:");
		}
		any = true;
		layout_add(t, TONE_DIM, "%s", finding_info(r->findings[i].code)->code);
	}
}

static void draw_findings(struct layout *t, const struct domain_report *r)
{
	bool any = false, after_problem = false;
	struct group *groups = t->verbose ? arena_array(t->arena, r->finding_count, sizeof *groups)
					  : group_findings(t->arena, r);
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		if (f->ignored || is_repetition(t, f, &groups[i]))
			continue;
		if (!any || after_problem)
			layout_blank(t);
		any = true;
		after_problem = f->severity != STATUS_OK;
		if (f->severity != STATUS_OK)
			draw_problem(t, f, &groups[i]);
		else
			draw_remark(t, f, &groups[i]);
	}
	draw_ignored(t, r);
	draw_excused(t, r);
}

/* The way to read on, about the worst. */
static void draw_more(struct layout *t, const struct domain_report *r)
{
	const struct finding *worst = model_worst_finding(r);
	if (!worst)
		return;
	layout_blank(t);
	layout_line(t, 0, 2);
	layout_words(t, TONE_DIM, "More: mxdane --explain %s", finding_info(worst->code)->code);
}

/* ---- Change ----------------------------------------------------------------------------------
 */

static enum tone effect_tone(enum change_effect e)
{
	static const enum tone tones[] = {
	    [CHANGE_NEUTRAL] = TONE_STRONG,
	    [CHANGE_FIXES] = TONE_GOOD,
	    [CHANGE_BREAKS] = TONE_BAD,
	    [CHANGE_IMPROVES] = TONE_GOOD,
	    [CHANGE_WORSENS] = TONE_WARNING,
	    [CHANGE_UNKNOWN] = TONE_UNKNOWN,
	};
	return tones[e];
}

static void draw_effect(struct layout *t, const struct domain_report *r)
{
	const struct change *c = r->change;
	const char *before = c->seen ? status_name(c->live->status) : "not checked";
	layout_line(t, 2, 4);
	layout_add(t, TONE_STRONG, "Change:");
	layout_add(t, effect_tone(c->effect), "%s", change_effect_name(c->effect));
	layout_words(t, TONE_PLAIN, "(%s → %s)", before, status_name(r->status));
	if (!c->error)
		return;
	layout_line(t, 4, 4);
	layout_words(t, TONE_PLAIN, "%s", c->error);
}

/* Remarks come and go with every record; the report of the proposed state has its own below. */
static bool is_shown(const struct layout *t, const struct finding *f)
{
	return !f->ignored && (f->severity != STATUS_OK || t->verbose);
}

static void draw_list(struct layout *t, const char *sign, const struct finding *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct finding *f = &list[i];
		if (!is_shown(t, f))
			continue;
		layout_line(t, 4, 6);
		layout_add(t, TONE_STRONG, "%s", sign);
		layout_add(t, layout_tone_for(text_words_mark(f->severity)), "%s",
		    severity_name(f->severity));
		layout_add(t, TONE_STRONG, "%s", finding_info(f->code)->code);
		add_place(t, f);
	}
}

static void draw_change(struct layout *t, const struct domain_report *r)
{
	if (!r->change)
		return;
	draw_effect(t, r);
	draw_list(t, "+", r->change->appear, r->change->appear_count);
	draw_list(t, "-", r->change->go, r->change->go_count);
}

/* ---- Plan ------------------------------------------------------------------------------------
 */

static void draw_step_head(struct layout *t, const struct domain_report *r, size_t step)
{
	const struct change *c = r->change;
	const struct change_step *s = &c->steps[step];
	char at[TIME_TEXT_SIZE];
	layout_line(t, 4, 7);
	layout_add(t, TONE_STRONG, "%zu.", change_step_number(c, step));
	if (s->after >= 0)
		layout_add(t, TONE_STRONG, "after %zu,", change_step_number(c, (size_t)s->after));
	layout_add(t, TONE_STRONG, "from %s:", time_text(s->at, at));
	layout_words(t, TONE_PLAIN, "%s", s->reason);
}

static void draw_plan(struct layout *t, const struct domain_report *r)
{
	const struct change *c = r->change;
	if (!c)
		return;
	layout_line(t, 2, 4);
	layout_add(t, TONE_STRONG, "Plan:");
	if (c->step_count)
		layout_words(t, TONE_PLAIN, "each state on the way was judged");
	else
		layout_words(t, TONE_PLAIN,
		    r->status < STATUS_UNKNOWN ? "nothing is to be done" : "none, as said below");
	for (size_t i = 0; i < c->step_count; i++) {
		const struct change_step *s = &c->steps[i];
		if (i == 0 || change_step_number(c, i) != change_step_number(c, i - 1))
			draw_step_head(t, r, i);
		if (s->kind != ACTION_DEPLOY) {
			layout_verbatim(t, TONE_STRONG, action_line_text(t->arena, &s->line));
			continue;
		}
		layout_line(t, 7, 7);
		layout_add(t, TONE_STRONG, "%s", s->line.owner);
	}
}

/* ---- Baseline --------------------------------------------------------------------------------
 */

static size_t count_problems(const struct finding *list, size_t count, bool known)
{
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		n += !list[i].ignored && list[i].severity != STATUS_OK && list[i].known == known;
	return n;
}

static void draw_baseline(struct layout *t, const struct domain_report *r)
{
	size_t fresh = count_problems(r->findings, r->finding_count, false);
	if (!r->compared)
		return;
	layout_line(t, 2, 4);
	layout_add(t, TONE_STRONG, "Baseline:");
	if (fresh)
		layout_words(t, TONE_PLAIN, "%zu new or worse,", fresh);
	else
		layout_words(t, TONE_PLAIN, "nothing new,");
	layout_words(t, TONE_PLAIN, "%zu known, %zu gone",
	    count_problems(r->findings, r->finding_count, true),
	    count_problems(r->gone, r->gone_count, true));
	draw_list(t, "gone", r->gone, r->gone_count);
}

/* ---- The report ------------------------------------------------------------------------------
 */

static void draw_head(struct layout *t, const struct domain_report *r)
{
	char word[16];
	(void)snprintf(word, sizeof word, "%s", status_name(r->status)); /* they are shorter */
	ascii_upper_text(word);

	enum mark mark = text_words_mark(r->status);
	layout_line(t, 0, 2);
	layout_mark(t, mark);
	layout_add(t, layout_tone_for(mark), "%s", word);
	t->gap = 2;
	layout_add(t, TONE_STRONG, "%s", r->domain);
	if (r->domain_unicode && t->utf8)
		layout_add(t, TONE_PLAIN, "(%s)", r->domain_unicode);
	layout_line(t, 2, 2);
	layout_words(t, TONE_PLAIN, "%s", r->summary ? r->summary : "");
	if (r->judged_at != r->checked_at) {
		char at[TIME_TEXT_SIZE];
		layout_line(t, 2, 2);
		layout_words(
		    t, TONE_WARNING, "certificates judged as of %s", time_text(r->judged_at, at));
	}
	draw_change(t, r);
	draw_baseline(t, r);
}

/* Why there is no host to show. */
static void draw_no_hosts(struct layout *t, const struct domain_report *r)
{
	const struct lookup *mx = r->mx;
	if (r->invalid || !mx || r->root_error)
		return;
	layout_blank(t);
	layout_line(t, 0, 6);
	layout_mark(t, mx->kind == ANSWER_FAILED ? MARK_UNKNOWN : MARK_NONE);
	layout_add(t, TONE_STRONG, "MX");
	t->gap = 2;
	if (mx->kind == ANSWER_FAILED)
		layout_words(t, TONE_PLAIN, "lookup failed,");
	else if (r->mx_kind == MX_KIND_NULL)
		layout_words(t, TONE_PLAIN, "null MX (RFC 7505),");
	else if (mx->kind == ANSWER_NXDOMAIN)
		layout_words(t, TONE_PLAIN, "no such domain,");
	else if (mx->dnssec != DNSSEC_BOGUS)
		layout_words(t, TONE_PLAIN, "no host,");
	text_words_dnssec(t, "", mx);
	if (mx->error)
		layout_words(t, TONE_PLAIN, "(%s)", mx->error);
}

static void draw_foot(struct layout *t, const struct domain_report *r)
{
	char at[TIME_TEXT_SIZE];
	layout_blank(t);
	layout_line(t, 0, 2);
	layout_words(t, TONE_DIM, "checked %s in %u ms by mxdane %s", time_text(r->checked_at, at),
	    r->elapsed_ms, MXDANE_VERSION);
}

static void draw_domain(struct buffer *out, const struct domain_report *r, struct report_run *run)
{
	struct layout t = {.out = out,
	    .arena = arena_create(),
	    .columns = run->style->columns,
	    .utf8 = run->style->utf8,
	    .color = run->style->color,
	    .verbose = run->style->verbose};
	if (run->domains++ > 0)
		layout_rule(&t);
	draw_head(&t, r);
	if (run->style->params->plan)
		draw_plan(&t, r);
	draw_findings(&t, r);
	if (!r->unmet_count)
		text_policy_draw_senders(&t, r);
	for (size_t i = 0; i < r->host_count; i++) {
		layout_blank(&t);
		text_host_draw(&t, r, &r->hosts[i]);
	}
	text_tlsa_draw_legend(&t, r);
	if (r->host_count == 0)
		draw_no_hosts(&t, r);
	text_policy_draw(&t, r);
	text_servers_draw(&t, r);
	if (t.verbose)
		draw_foot(&t, r);
	draw_more(&t, r);
	layout_end(&t);
	arena_destroy(t.arena);
}

const struct report_writer text_writer = {.name = "text", .domain = draw_domain};
