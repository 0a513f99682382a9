/* report_text_tlsa.c - owns the text of a host's TLSA records and of the chains held against them.
 */
#include "report_text.h"

#include <string.h>

#include "escape.h"

size_t text_list_length(const struct text *t, size_t count)
{
	enum { SHORT_LIST = 3 };
	return t->style->verbose || count <= SHORT_LIST + 1 ? count : SHORT_LIST;
}

const char *text_record_data(const struct text *t, const struct tlsa_record *r, bool whole)
{
	enum { SHORT_DATA = 8 };
	if (whole || r->length <= SHORT_DATA)
		return escape_hex(t->arena, r->data, r->length);
	return arena_printf(t->arena, "%s%s", escape_hex(t->arena, r->data, SHORT_DATA),
	    t->style->utf8 ? "…" : "...");
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
		text_words(t, TEXT_BAD, "(none usable)");
	if (h->tlsa_state == TLSA_STATE_INSECURE)
		text_words(t, TEXT_WARNING, "(so they do not count)");
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
	size_t most = text_list_length(t, m->count);
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
	text_line(t, 4, 10);
	text_add(t, TEXT_STRONG, "%u %u %u", r->usage, r->selector, r->mtype);
	text_add(t, TEXT_PLAIN, "%s", text_record_data(t, r, t->style->verbose));
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
