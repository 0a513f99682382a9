/* report_text_tlsa.c - owns the text of a host's TLSA records and of the chains held against them.
 */
#include "report_text.h"

#include <string.h>

#include "escape.h"

enum {
	SHORT_DIGEST = 8, /* octets of a digest that are enough to tell it from the others */
	SHORT_LIST = 3,   /* entries of a list before "and N more" */
};

/* How much of a list is shown; to leave out a single entry would save nothing. */
static size_t list_length(const struct text *t, size_t count)
{
	return t->style->verbose || count <= SHORT_LIST + 1 ? count : SHORT_LIST;
}

/* Why no TLSA record was asked for (RFC 7672 §2.2.2). */
static const char *skip_reason(const struct mx_host *h)
{
	static const char *const reasons[] = {
	    [DNSSEC_SECURE] = "it has no address",
	    [DNSSEC_INSECURE] = "its addresses are not signed",
	    [DNSSEC_INDETERMINATE] = "its addresses could not be looked up",
	    [DNSSEC_BOGUS] = "its addresses are bogus",
	};
	return reasons[h->address_dnssec];
}

static void draw_state(struct text *t, const struct mx_host *h)
{
	const char *owner = h->tlsa_owner ? h->tlsa_owner : h->tlsa ? h->tlsa->asked : "";
	text_line(t, 2, 4);
	if (h->tlsa_state == TLSA_STATE_SKIPPED) {
		text_words(t, TEXT_PLAIN, "no TLSA applies: %s", skip_reason(h));
		return;
	}
	if (h->tlsa_state == TLSA_STATE_ABSENT)
		text_words(t, TEXT_WARNING, "no TLSA at");
	else
		text_words(t, TEXT_PLAIN, "TLSA at");
	text_words(t, TEXT_PLAIN, "%s,", owner);
	if (h->tlsa_state == TLSA_STATE_FAILED)
		text_words(t, TEXT_BAD, "lookup failed");
	else if (h->tlsa)
		text_add_dnssec(t, h->tlsa_state == TLSA_STATE_ABSENT ? "denial" : "", h->tlsa);
	if (h->tlsa_state == TLSA_STATE_UNUSABLE)
		text_words(t, TEXT_BAD, "but none is usable");
	if (h->tlsa_state == TLSA_STATE_INSECURE)
		text_words(t, TEXT_WARNING, "so they do not count");
	if (h->tlsa && h->tlsa->error)
		text_words(t, TEXT_PLAIN, "(%s)", h->tlsa->error);
}

/* The depth at which the endpoint's chain fits the record, or -1. */
static int depth_of_match(const struct mx_host *h, const struct endpoint *e, size_t record)
{
	for (size_t i = 0; e->tlsa_matches && i < e->probe.chain_count; i++)
		if (e->tlsa_matches[i * h->tlsa_count + record])
			return (int)i;
	return -1;
}

/* A `2 0 0` or `2 1 0` anchor may verify a chain that it is not in (RFC 7672 §3.1.2). */
static bool is_unsent_anchor(const struct endpoint *e, size_t record)
{
	return e->dane.result == DANE_RESULT_VERIFIED && e->dane.record == (int)record &&
	       e->dane.depth < 0;
}

/* An endpoint, seen from a record that its chain fits. */
struct match {
	const struct endpoint *endpoint;
	int depth; /* -1: an anchor that was not sent */
};

struct matches {
	struct match *list;
	size_t count;
	bool any_chain; /* some endpoint presented certificates at all */
};

/* Both kinds of certificate on one address may lead to the same issuer: that is told once. */
static bool repeats(const struct matches *m, const struct endpoint *e, int depth)
{
	const struct match *last = m->count ? &m->list[m->count - 1] : NULL;
	return last && depth != 0 && last->depth == depth &&
	       address_compare(&last->endpoint->address, &e->address) == 0;
}

static struct matches find_matches(struct arena *arena, const struct mx_host *h, size_t record)
{
	struct matches m = {0};
	for (size_t i = 0; i < h->endpoint_count; i++) {
		const struct endpoint *e = &h->endpoints[i];
		int depth = depth_of_match(h, e, record);
		m.any_chain |= e->probe.chain_count > 0;
		if ((depth < 0 && !is_unsent_anchor(e, record)) || repeats(&m, e, depth))
			continue;
		struct match *place = arena_append(arena, &m.list, &m.count, sizeof *m.list);
		*place = (struct match){e, depth};
	}
	return m;
}

static bool same_place(const struct match *a, const struct match *b)
{
	return a->depth == b->depth &&
	       (a->depth != 0 || a->endpoint->key_type == b->endpoint->key_type);
}

static const char *place_text(struct arena *arena, const struct match *m)
{
	const char *type = key_type_name(m->endpoint->key_type);
	if (m->depth < 0)
		return "the unsent anchor of";
	if (m->depth > 0)
		return arena_printf(arena, "depth %d of", m->depth);
	return type ? arena_printf(arena, "%s leaf of", type) : "leaf of";
}

/* "ecdsa leaf of 192.0.2.1, 2001:db8::1": a place is named again when it changes. */
static void draw_matches(struct text *t, const struct matches *m)
{
	size_t most = list_length(t, m->count);
	for (size_t i = 0; i < most; i++) {
		const struct match *match = &m->list[i];
		if (i == 0 || !same_place(match, &m->list[i - 1]))
			text_words(t, TEXT_PLAIN, "%s", place_text(t->arena, match));
		text_add(t, TEXT_PLAIN, "%s%s", text_endpoint_name(t->arena, match->endpoint),
		    i + 1 < most ? "," : "");
	}
	if (most < m->count)
		text_words(t, TEXT_PLAIN, "and %zu more", m->count - most);
}

/* What follows the mark hangs below itself. */
static void begin_comparison(struct text *t, enum text_mark mark)
{
	text_add_mark(t, mark);
	t->hang = t->column + 1;
}

static void draw_comparison(struct text *t, const struct mx_host *h, size_t index)
{
	const struct tlsa_record *r = &h->tlsa_records[index];
	struct matches m = find_matches(t->arena, h, index);
	if (r->defect != TLSA_DEFECT_NONE) {
		begin_comparison(t, TEXT_MARK_WARNING);
		text_words(t, TEXT_PLAIN, "unusable: %s", tlsa_defect_text(r->defect));
	} else if (!r->active) {
		begin_comparison(t, TEXT_MARK_NONE);
		text_words(t, TEXT_PLAIN, "ignored: a stronger digest is published");
	} else if (m.count > 0) {
		bool counts = h->tlsa_state == TLSA_STATE_USABLE;
		begin_comparison(t, r->matched ? TEXT_MARK_GOOD : TEXT_MARK_WARNING);
		text_words(t, TEXT_PLAIN, "%s",
		    r->matched ? "matched"
		    : counts   ? "not verified, though it fits"
			       : "fits");
		draw_matches(t, &m);
	} else {
		begin_comparison(t, TEXT_MARK_NONE);
		text_words(t, TEXT_PLAIN, "%s",
		    m.any_chain ? "matches nothing presented" : "no certificate to match");
	}
}

static void draw_record(struct text *t, const struct mx_host *h, size_t index)
{
	const struct tlsa_record *r = &h->tlsa_records[index];
	bool whole = t->style->verbose || r->length <= SHORT_DIGEST;
	char *hex = escape_hex(t->arena, r->data, whole ? r->length : SHORT_DIGEST);
	text_line(t, 4, 10);
	text_add(t, TEXT_STRONG, "%u %u %u", r->usage, r->selector, r->mtype);
	text_add(t, TEXT_PLAIN, "%s%s", hex, whole ? "" : t->style->utf8 ? "…" : "...");
	if (t->style->verbose)
		text_line(t, 10, 12);
	else
		t->gap = 2;
	draw_comparison(t, h, index);
}

void text_draw_tlsa(struct text *t, const struct mx_host *h)
{
	draw_state(t, h);
	for (size_t i = 0; i < h->tlsa_count; i++)
		draw_record(t, h, i);
}

/* ---- Chains -------------------------------------------------------------------------------------
 */

static void draw_names(struct text *t, const struct certificate *c)
{
	size_t count = c->dns_name_count;
	size_t most = list_length(t, count);
	for (size_t i = 0; i < most; i++)
		text_words(t, TEXT_PLAIN, "%s%s", c->dns_names[i], i + 1 < most ? "," : "");
	if (count > most)
		text_words(t, TEXT_PLAIN, "and %zu more", count - most);
}

static void draw_dates(struct text *t, const struct certificate *c, int64_t now)
{
	char buf[REPORT_TIME_SIZE];
	bool ended = c->not_after < now;
	if (c->not_before > now)
		text_add(t, TEXT_WARNING, "begins %.10s (%s),", report_time(c->not_before, buf),
		    text_apart(t->arena, c->not_before, now));
	text_add(t, ended ? TEXT_WARNING : TEXT_PLAIN, "%s %.10s (%s)", ended ? "ended" : "ends",
	    report_time(c->not_after, buf), text_apart(t->arena, c->not_after, now));
}

/* The leaf in short: subject, key, end, and the names that the subject does not tell. */
static void draw_leaf(struct text *t, const struct certificate *c, int64_t now)
{
	text_line(t, 6, 8);
	if (!c->parsed) {
		text_words(t, TEXT_WARNING, "certificate that does not parse: %s",
		    c->parse_error ? c->parse_error : "no reason known");
		return;
	}
	text_words(t, TEXT_PLAIN, "%s, %s,", *c->subject ? c->subject : "no subject", c->key);
	if (c->self_signed)
		text_words(t, TEXT_PLAIN, "self-signed,");
	draw_dates(t, c, now);
	bool told = c->dns_name_count == 1 && c->common_name &&
		    strcmp(c->common_name, c->dns_names[0]) == 0;
	if (c->dns_name_count > 0 && !told) {
		text_line(t, 6, 8);
		text_words(t, TEXT_PLAIN, "names");
		draw_names(t, c);
	}
}

static void begin_field(struct text *t, const char *name)
{
	enum { INDENT = 8, NAME_WIDTH = 6 };
	text_line(t, INDENT, INDENT + NAME_WIDTH + 2);
	text_cell(t, TEXT_DIM, NAME_WIDTH, name);
}

static void draw_fitting_records(
    struct text *t, const struct mx_host *h, const struct endpoint *e, size_t depth)
{
	bool any = false;
	for (size_t i = 0; e->tlsa_matches && i < h->tlsa_count; i++) {
		const struct tlsa_record *r = &h->tlsa_records[i];
		if (!e->tlsa_matches[depth * h->tlsa_count + i])
			continue;
		if (!any)
			begin_field(t, "fits");
		any = true;
		size_t length = r->length < SHORT_DIGEST ? r->length : SHORT_DIGEST;
		text_add(t, TEXT_PLAIN, "TLSA %u %u %u %s%s", r->usage, r->selector, r->mtype,
		    escape_hex(t->arena, r->data, length), t->style->utf8 ? "…" : "...");
	}
}

static void draw_certificate(struct text *t, const struct certificate *c, size_t depth, int64_t now)
{
	char from[REPORT_TIME_SIZE], to[REPORT_TIME_SIZE];
	text_line(t, 6, 8);
	text_add(t, TEXT_STRONG, "%zu", depth);
	text_words(t, TEXT_PLAIN, "%s", c->parsed ? c->subject : "does not parse:");
	if (!c->parsed) {
		text_words(t, TEXT_WARNING, "%s", c->parse_error ? c->parse_error : "");
	} else {
		begin_field(t, "issuer");
		text_words(
		    t, TEXT_PLAIN, "%s%s", c->issuer, c->self_signed ? " (self-signed)" : "");
		if (c->dns_name_count > 0) {
			begin_field(t, "names");
			draw_names(t, c);
		}
		begin_field(t, "valid");
		bool in_date = c->not_before <= now && now <= c->not_after;
		text_words(t, in_date ? TEXT_PLAIN : TEXT_WARNING, "%s to %s",
		    report_time(c->not_before, from), report_time(c->not_after, to));
		text_add(t, TEXT_DIM, "(%s)", text_apart(t->arena, c->not_after, now));
		begin_field(t, "key");
		text_words(t, TEXT_PLAIN, "%s, signature %s", c->key, c->signature);
		begin_field(t, "SPKI");
		text_add(t, TEXT_PLAIN, "%s",
		    escape_hex(t->arena, c->spki_sha256, sizeof c->spki_sha256));
	}
	begin_field(t, "cert");
	text_add(t, TEXT_PLAIN, "%s", escape_hex(t->arena, c->cert_sha256, sizeof c->cert_sha256));
}

void text_draw_chain(struct text *t, const struct domain_report *r, const struct mx_host *h,
    const struct endpoint *e)
{
	const struct probe *p = &e->probe;
	if (p->chain_count == 0)
		return;
	if (!t->style->verbose) {
		draw_leaf(t, &p->chain[0], r->judged_at);
		return;
	}
	for (size_t i = 0; i < p->chain_count; i++) {
		draw_certificate(t, &p->chain[i], i, r->judged_at);
		draw_fitting_records(t, h, e, i);
	}
}
