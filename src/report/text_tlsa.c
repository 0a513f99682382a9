/* text_tlsa.c - draws the TLSA records of a host with what they match. */
#include "text_tlsa.h"

#include "text_words.h"

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

static void draw_state(struct layout *t, const struct mx_host *h)
{
	const char *owner = h->tlsa_owner ? h->tlsa_owner : h->tlsa ? h->tlsa->asked : "";
	layout_line(t, 2, 4);
	if (h->tlsa_state == TLSA_STATE_SKIPPED) {
		layout_words(t, TONE_PLAIN, "no TLSA applies: %s", skip_reason(h));
		return;
	}
	if (h->tlsa_state == TLSA_STATE_ABSENT)
		layout_words(t, TONE_WARNING, "no TLSA at");
	else
		layout_words(t, TONE_PLAIN, "TLSA at");
	layout_words(t, TONE_PLAIN, "%s,", owner);
	if (h->tlsa_state == TLSA_STATE_FAILED)
		layout_words(t, TONE_BAD, "lookup failed");
	else if (h->tlsa)
		text_words_dnssec(t, h->tlsa_state == TLSA_STATE_ABSENT ? "denial" : "", h->tlsa);
	if (h->tlsa_state == TLSA_STATE_UNUSABLE)
		layout_words(t, TONE_BAD, "(none usable)");
	if (h->tlsa_state == TLSA_STATE_INSECURE)
		layout_words(t, TONE_WARNING, "(so senders ignore them)");
	if (h->tlsa && h->tlsa->error)
		layout_words(t, TONE_PLAIN, "(%s)", h->tlsa->error);
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
	bool any_chain;    /* some endpoint presented certificates at all */
	bool any_verified; /* some endpoint of the list is authenticated */
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
		m.any_verified |= e->dane.result == DANE_RESULT_VERIFIED;
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
		return "the trust anchor, not sent by";
	if (m->depth > 0)
		return arena_printf(arena, "certificate (depth %d) of", m->depth);
	return type ? arena_printf(arena, "%s leaf of", type) : "leaf of";
}

/* "ecdsa leaf of 192.0.2.1, 2001:db8::1": a place is named again when it changes. */
static void draw_matches(struct layout *t, const struct matches *m)
{
	size_t most = text_words_list_length(t, m->count);
	for (size_t i = 0; i < most; i++) {
		const struct match *match = &m->list[i];
		if (i == 0 || !same_place(match, &m->list[i - 1]))
			layout_words(t, TONE_PLAIN, "%s", place_text(t->arena, match));
		layout_add(t, TONE_PLAIN, "%s%s", text_words_endpoint(t->arena, match->endpoint),
		    i + 1 < most ? "," : "");
	}
	if (most < m->count)
		layout_words(t, TONE_PLAIN, "and %zu more", m->count - most);
}

/* What follows the mark hangs below itself. */
static void begin_comparison(struct layout *t, enum mark mark)
{
	layout_mark(t, mark);
	t->hang = t->column + 1;
}

static void draw_comparison(struct layout *t, const struct mx_host *h, size_t index)
{
	const struct tlsa_record *r = &h->tlsa_records[index];
	struct matches m = find_matches(t->arena, h, index);
	if (r->defect != TLSA_DEFECT_NONE) {
		begin_comparison(t, MARK_WARNING);
		layout_words(t, TONE_PLAIN, "unusable: %s", tlsa_defect_text(r->defect));
	} else if (!r->active) {
		begin_comparison(t, MARK_NONE);
		layout_words(t, TONE_PLAIN, "ignored: a stronger digest is published");
	} else if (m.count > 0) {
		bool counts = h->tlsa_state == TLSA_STATE_USABLE;
		begin_comparison(t, !r->matched      ? MARK_WARNING
				    : m.any_verified ? MARK_GOOD
						     : MARK_NONE);
		layout_words(t, TONE_PLAIN, "%s",
		    r->matched ? "matched"
		    : counts   ? "not verified, though it matches"
			       : "matches");
		draw_matches(t, &m);
	} else {
		begin_comparison(t, MARK_NONE);
		layout_words(t, TONE_PLAIN, "%s",
		    m.any_chain ? "matches nothing presented" : "no certificate to match");
	}
}

static void draw_record(struct layout *t, const struct mx_host *h, size_t index)
{
	const struct tlsa_record *r = &h->tlsa_records[index];
	layout_line(t, 4, 10);
	layout_add(t, TONE_STRONG, "%u %u %u", r->usage, r->selector, r->mtype);
	layout_add(t, TONE_PLAIN, "%s", text_words_record_data(t, r, t->verbose));
	if (t->verbose)
		layout_line(t, 10, 12);
	else
		t->gap = 2;
	draw_comparison(t, h, index);
}

void text_tlsa_draw(struct layout *t, const struct mx_host *h)
{
	draw_state(t, h);
	for (size_t i = 0; i < h->tlsa_count; i++)
		draw_record(t, h, i);
}

/* ---- Parameters of TLSA records (RFC 7218)
 * -------------------------------------------------------
 */

/* "DANE-EE(3)", or "4" for a value without an acronym. */
static const char *acronym(
    struct arena *arena, const char *const *names, size_t count, unsigned value)
{
	const char *name = value < count ? names[value] : NULL;
	if (!name && value == 255)
		name = names[count];
	return name ? arena_printf(arena, "%s(%u)", name, value) : arena_printf(arena, "%u", value);
}

static const char *spell_parameters(struct arena *arena, const struct tlsa_record *r)
{
	/* Each list ends with the name of 255. */
	static const char *const usages[] = {
	    "PKIX-TA", "PKIX-EE", "DANE-TA", "DANE-EE", "PrivCert"};
	static const char *const selectors[] = {"Cert", "SPKI", "PrivSel"};
	static const char *const mtypes[] = {"Full", "SHA2-256", "SHA2-512", "PrivMatch"};
	return arena_printf(arena, "%s %s %s", acronym(arena, usages, 4, r->usage),
	    acronym(arena, selectors, 2, r->selector), acronym(arena, mtypes, 3, r->mtype));
}

static bool same_parameters(const struct tlsa_record *a, const struct tlsa_record *b)
{
	return a->usage == b->usage && a->selector == b->selector && a->mtype == b->mtype;
}

static bool is_spelled(
    const struct tlsa_record *const *list, size_t count, const struct tlsa_record *r)
{
	for (size_t i = 0; i < count; i++)
		if (same_parameters(list[i], r))
			return true;
	return false;
}

void text_tlsa_draw_legend(struct layout *t, const struct domain_report *r)
{
	const struct tlsa_record **spelled = NULL;
	size_t count = 0;
	for (size_t i = 0; i < r->host_count; i++)
		for (size_t k = 0; k < r->hosts[i].tlsa_count; k++) {
			const struct tlsa_record *record = &r->hosts[i].tlsa_records[k];
			if (is_spelled(spelled, count, record))
				continue;
			if (count == 0)
				layout_blank(t);
			*(const struct tlsa_record **)arena_append(
			    t->arena, &spelled, &count, sizeof *spelled) = record;
			layout_line(t, 2, 4);
			layout_add(t, TONE_DIM, "TLSA %u %u %u:", record->usage, record->selector,
			    record->mtype);
			layout_add(t, TONE_DIM, "%s", spell_parameters(t->arena, record));
		}
}
