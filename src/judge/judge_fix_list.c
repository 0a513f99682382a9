/* judge_fix_list.c owns the list of steps of a fix: how it is put together, what it makes of a
 * lookup, and how it reads. */
#include <inttypes.h>
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

/* True if the answer is signed by a zone of which only the DS record is missing. */
static bool lacks_ds(const struct lookup *l)
{
	const struct broken_link *b = &l->broken;
	for (size_t i = 0; i < l->signature_count; i++)
		if (b->cause == CAUSE_DS_MISSING && !b->behind_alias &&
		    strcmp(l->signatures[i].signer, b->name) == 0)
			return true;
	return false;
}

static bool is_unsigned(const struct lookup *l)
{
	return l->broken.cause == CAUSE_ZONE_UNSIGNED && !l->broken.behind_alias;
}

/* Where the proof of a lookup of this name breaks, if it does so in the way that is asked for. */
static const struct broken_link *find_break(
    const struct domain_report *r, const char *name, bool (*is_broken)(const struct lookup *))
{
	for (size_t i = 0; i <= r->host_count; i++) {
		const struct mx_host *h = i ? &r->hosts[i - 1] : NULL;
		const struct lookup *asked[] = {h ? h->a : r->mx, h ? h->aaaa : NULL};
		for (size_t k = 0; k < sizeof asked / sizeof *asked; k++)
			if (asked[k] && strcmp(asked[k]->asked, name) == 0 && is_broken(asked[k]))
				return &asked[k]->broken;
	}
	return NULL;
}

static const char *sign_text(const struct judge *j, const char *name)
{
	const struct broken_link *unsigned_zone = find_break(j->report, name, is_unsigned);
	return arena_printf(j->arena,
	    "Sign the zone %s%s with DNSSEC and have its DS record published by the parent zone.",
	    unsigned_zone ? "" : "of ",
	    judge_escaped(j, unsigned_zone ? unsigned_zone->name : name));
}

void judge_fix_sign(struct judge *j, struct action_list *fix, const char *name)
{
	const struct broken_link *b = find_break(j->report, name, lacks_ds);
	const char *text;
	if (!b)
		text = sign_text(j, name);
	else if (!b->ds)
		text =
		    arena_printf(j->arena, "Have the DS record of %s published by the parent zone.",
			judge_escaped(j, b->name));
	else
		text = arena_printf(j->arena,
		    "Compare this DS record with your own key, and have it published by the parent "
		    "zone:\n%s",
		    judge_escaped(j, b->ds));
	judge_fix_step(j, fix, ACTION_CONFIGURE, ACTION_AT_REGISTRAR, name, text);
}

void judge_fix_name_ds(struct judge *j, struct finding *f)
{
	if (f->cause != CAUSE_DS_MISSING || f->actions.count)
		return;
	const struct broken_link *b =
	    find_break(j->report, f->host ? f->host->name : j->report->domain, lacks_ds);
	if (b && b->ds)
		f->message =
		    arena_printf(j->arena, "%s It is: %s.", f->message, judge_escaped(j, b->ds));
}

void judge_fix_join(struct judge *j, struct action_list *fix, const struct action_list *other)
{
	size_t count = fix->count;
	for (size_t i = 0; i < other->count; i++) {
		const struct action *a = &other->list[i];
		bool done = false;
		for (size_t k = 0; k < count && !done; k++)
			done = a->place == ACTION_AT_REGISTRAR &&
			       strcmp(a->text, fix->list[k].text) == 0;
		if (!done)
			*(struct action *)arena_append(
			    j->arena, &fix->list, &fix->count, sizeof *fix->list) = *a;
	}
}

static bool is_listed(const struct action_list *fix, const struct zone_line *line)
{
	for (size_t i = 0; i < fix->count; i++) {
		const struct action *a = &fix->list[i];
		if (a->place == ACTION_IN_ZONE && a->line.type == line->type &&
		    strcmp(a->line.owner, line->owner) == 0 &&
		    lookup_same_data(line->type, &a->line.data, &line->data))
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

/* ---- A lookup after the fix ---- */

static bool is_at(const struct zone_line *line, const char *owner, enum dns_type type)
{
	return line->owner && line->type == type && strcmp(line->owner, owner) == 0;
}

static bool is_in_zone(const struct action *a)
{
	return a->place == ACTION_IN_ZONE;
}

/* The line that the action takes out of the zone; without an owner where it takes none. */
static const struct zone_line *taken_out(const struct action *a)
{
	return a->kind == ACTION_DELETE ? &a->line : &a->old;
}

static bool puts_in(const struct action *a)
{
	return is_in_zone(a) && (a->kind == ACTION_ADD || a->kind == ACTION_REPLACE);
}

static bool puts_cname(const struct action_list *fix, const char *owner)
{
	for (size_t i = 0; i < fix->count; i++)
		if (puts_in(&fix->list[i]) && is_at(&fix->list[i].line, owner, DNS_TYPE_CNAME))
			return true;
	return false;
}

/* RFC 4592 §2.2.2. An alias that the fix keeps leads on as before. */
static void end_expansions(struct lookup *l, const struct action_list *fix)
{
	for (size_t i = 0; i < l->expansion_count; i++)
		for (size_t k = 0; k < fix->count; k++) {
			const struct action *a = &fix->list[k];
			if (!puts_in(a) || puts_cname(fix, l->expansions[i].name) ||
			    !lookup_expansion_ends(&l->expansions[i], a->line.owner))
				continue;
			lookup_end_expansion(l, &l->expansions[i], a->line.owner);
			return;
		}
}

static void drop_alias(struct lookup *l, const struct action_list *fix)
{
	for (size_t i = 0; i < fix->count; i++) {
		const struct action *a = &fix->list[i];
		if (!l->alias || !is_in_zone(a) || !is_at(taken_out(a), l->asked, DNS_TYPE_CNAME))
			continue;
		l->final = l->asked;
		l->default_ttl = l->asked_default_ttl;
		l->alias = NULL;
		l->kind = ANSWER_NODATA;
		l->dnssec = l->alias_dnssec;
		l->records = NULL;
		l->record_count = 0;
	}
}

static bool is_taken_out(
    const struct action_list *fix, const struct lookup *l, const struct dns_record *r)
{
	for (size_t i = 0; i < fix->count; i++) {
		const struct zone_line *line = taken_out(&fix->list[i]);
		if (is_in_zone(&fix->list[i]) && is_at(line, l->final, l->type) &&
		    lookup_same_data(l->type, &line->data, r))
			return true;
	}
	return false;
}

static void change_records(struct arena *arena, struct lookup *l, const struct action_list *fix)
{
	struct dns_record *records = NULL;
	size_t count = 0;
	for (size_t i = 0; i < l->record_count; i++)
		if (!is_taken_out(fix, l, &l->records[i]))
			*(struct dns_record *)arena_append(
			    arena, &records, &count, sizeof *records) = l->records[i];
	for (size_t i = 0; i < fix->count; i++)
		if (puts_in(&fix->list[i]) && is_at(&fix->list[i].line, l->final, l->type))
			*(struct dns_record *)arena_append(
			    arena, &records, &count, sizeof *records) = fix->list[i].line.data;
	/* In a signed zone, of which the denial only was not proven (opt-out, RFC 5155 §6). */
	if (count && l->kind != ANSWER_RECORDS && l->has_signature && l->dnssec == DNSSEC_INSECURE)
		l->dnssec = l->alias_dnssec = DNSSEC_SECURE;
	if (count && l->kind != ANSWER_RECORDS)
		l->original_ttl = records[0].ttl;
	if (count)
		l->kind = ANSWER_RECORDS;
	else if (l->kind == ANSWER_RECORDS)
		l->kind = ANSWER_NODATA;
	l->records = records;
	l->record_count = count;
}

/* The zone is signed then, and its parent has the DS records. What an alias that was unsigned leads
 * to was not looked at by itself. */
static void sign(struct lookup *l, const struct action_list *fix)
{
	for (size_t i = 0; i < fix->count; i++) {
		const struct action *a = &fix->list[i];
		if (a->place != ACTION_AT_REGISTRAR)
			continue;
		bool begins = lookup_name_is_below(l->asked, a->line.owner);
		if (lookup_name_is_below(l->final, a->line.owner))
			l->dnssec = begins || l->alias_dnssec == DNSSEC_SECURE ? DNSSEC_SECURE
									       : DNSSEC_INSECURE;
		else if (begins && l->alias_dnssec == DNSSEC_INSECURE)
			l->dnssec = DNSSEC_INDETERMINATE;
		if (begins)
			l->alias_dnssec = DNSSEC_SECURE;
	}
}

struct lookup *judge_fix_lookup(
    struct judge *j, const struct lookup *l, const struct action_list *fix)
{
	if (!l)
		return NULL;
	struct lookup *then = arena_memdup(j->arena, l, sizeof *l);
	if (l->kind == ANSWER_FAILED || l->dnssec > DNSSEC_INSECURE)
		return then;
	sign(then, fix);
	end_expansions(then, fix);
	drop_alias(then, fix);
	change_records(j->arena, then, fix);
	return then;
}

/* ---- Text ---- */

static bool same_heading(const struct action *a, const struct action *b)
{
	return a->place == ACTION_IN_ZONE && a->kind == b->kind && a->place == b->place &&
	       strcmp(a->text, b->text) == 0;
}

/* "Delete. It matches nothing:" takes the full stop of the sentence away. */
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

/* ---- What caches have ---- */

/* Records that are live and that a step changes. */
struct cached {
	size_t records;
	uint32_t ttl, left; /* as lookup.original_ttl and lookup.ttl_left */
	bool exact;         /* that TTL is the published one, not what a resolver left of it */
};

static void look_at(struct cached *c, const struct lookup *l, const struct zone_line *line)
{
	if (!l || l->proposed)
		return;
	bool stands = l->kind == ANSWER_RECORDS && is_at(line, l->final, l->type);
	bool alias = l->alias && is_at(line, l->asked, DNS_TYPE_CNAME);
	if (stands && l->original_ttl > c->ttl)
		*c = (struct cached){
		    l->record_count, l->original_ttl, l->ttl_left, l->has_signature};
	else if (alias && l->alias_ttl > c->ttl)
		*c = (struct cached){1, l->alias_ttl, l->alias_ttl_left, l->has_signature};
}

/* RFC 7671 §8.1: until then a sender may see what stands there now. A rollover's steps have their
 * own moments. */
static void add_caches(struct buffer *b, const struct judge *j, const struct action_list *fix)
{
	struct cached c = {0};
	for (size_t i = 0; i < fix->count; i++) {
		if (fix->list[i].kind == ACTION_DEPLOY)
			return;
		if (is_in_zone(&fix->list[i]))
			for (size_t n = 0; n < model_lookup_count(j->report); n++)
				look_at(&c, model_nth_lookup(j->report, n), &fix->list[i].line);
	}
	if (!c.ttl)
		return;
	buffer_printf(b, "\nCaches may hold the old record%s for another %" PRIu32 " s%s",
	    c.records == 1 ? "" : "s", c.ttl, c.exact ? "" : " or more");
	if (c.left < c.ttl)
		buffer_printf(b, ", this resolver's for %" PRIu32 " s", c.left);
	buffer_add_text(b, ".");
}

const char *judge_fix_text(struct judge *j, const struct finding *f)
{
	struct buffer b = {0};
	add_list(&b, j->arena, &f->actions);
	add_caches(&b, j, &f->actions);
	for (size_t i = 0; i < f->alternative_count; i++)
		add_list(&b, j->arena, &f->alternatives[i]);
	const char *text = b.length ? arena_strdup(j->arena, buffer_text(&b)) : NULL;
	buffer_reset(&b);
	return text;
}
