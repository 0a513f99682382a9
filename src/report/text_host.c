/*
 * text_host.c - draws a host: its MX line, its TLSA records with what they match, its endpoints and
 * the certificates that they present.
 */
#include "text_host.h"

#include <string.h>

#include "escape.h"
#include "text_words.h"
#include "time_text.h"

static const char *endpoint_name(struct arena *arena, const struct endpoint *e)
{
	char buf[ADDRESS_TEXT_SIZE];
	const char *address = address_text(&e->address, buf);
	if (!*address)
		return "no address";
	if (e->port == 25)
		return arena_strdup(arena, address);
	return arena_printf(
	    arena, e->address.family == AF_INET6 ? "[%s]:%u" : "%s:%u", address, e->port);
}

/* ---- TLSA records ----------------------------------------------------------------------------
 */

static size_t list_length(const struct layout *t, size_t count)
{
	enum { SHORT_LIST = 3 };
	return t->verbose || count <= SHORT_LIST + 1 ? count : SHORT_LIST;
}

static const char *record_data(const struct layout *t, const struct tlsa_record *r, bool whole)
{
	enum { SHORT_DATA = 8 };
	if (whole || r->length <= SHORT_DATA)
		return escape_hex(t->arena, r->data, r->length);
	return arena_printf(
	    t->arena, "%s%s", escape_hex(t->arena, r->data, SHORT_DATA), t->utf8 ? "…" : "...");
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
		layout_words(t, TONE_WARNING, "(so they do not count)");
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
static void draw_matches(struct layout *t, const struct matches *m)
{
	size_t most = list_length(t, m->count);
	for (size_t i = 0; i < most; i++) {
		const struct match *match = &m->list[i];
		if (i == 0 || !same_place(match, &m->list[i - 1]))
			layout_words(t, TONE_PLAIN, "%s", place_text(t->arena, match));
		layout_add(t, TONE_PLAIN, "%s%s", endpoint_name(t->arena, match->endpoint),
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
		begin_comparison(t, r->matched ? MARK_GOOD : MARK_WARNING);
		layout_words(t, TONE_PLAIN, "%s",
		    r->matched ? "matched"
		    : counts   ? "not verified, though it fits"
			       : "fits");
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
	layout_add(t, TONE_PLAIN, "%s", record_data(t, r, t->verbose));
	if (t->verbose)
		layout_line(t, 10, 12);
	else
		t->gap = 2;
	draw_comparison(t, h, index);
}

static void draw_tlsa(struct layout *t, const struct mx_host *h)
{
	draw_state(t, h);
	for (size_t i = 0; i < h->tlsa_count; i++)
		draw_record(t, h, i);
}

/* ---- Certificates ----------------------------------------------------------------------------
 */

static void draw_names(struct layout *t, const struct certificate *c)
{
	size_t count = c->dns_name_count;
	size_t most = list_length(t, count);
	for (size_t i = 0; i < most; i++)
		layout_words(t, TONE_PLAIN, "%s%s", c->dns_names[i], i + 1 < most ? "," : "");
	if (count > most)
		layout_words(t, TONE_PLAIN, "and %zu more", count - most);
}

static void draw_dates(struct layout *t, const struct certificate *c, int64_t now)
{
	char buf[TIME_TEXT_SIZE];
	bool ended = c->not_after < now;
	if (c->not_before > now)
		layout_add(t, TONE_WARNING, "begins %.10s (%s),", time_text(c->not_before, buf),
		    text_words_apart(t->arena, c->not_before, now));
	layout_add(t, ended ? TONE_WARNING : TONE_PLAIN, "%s %.10s (%s)", ended ? "ended" : "ends",
	    time_text(c->not_after, buf), text_words_apart(t->arena, c->not_after, now));
}

/* The leaf in short: subject, key, end, and the names that the subject does not tell. */
static void draw_leaf(struct layout *t, const struct certificate *c, int64_t now)
{
	layout_line(t, 6, 8);
	if (!c->parsed) {
		layout_words(t, TONE_WARNING, "certificate that does not parse: %s",
		    c->parse_error ? c->parse_error : "no reason known");
		return;
	}
	layout_words(t, TONE_PLAIN, "%s, %s,", *c->subject ? c->subject : "no subject", c->key);
	if (c->self_signed)
		layout_words(t, TONE_PLAIN, "self-signed,");
	draw_dates(t, c, now);
	bool told = c->dns_name_count == 1 && c->common_name &&
		    strcmp(c->common_name, c->dns_names[0]) == 0;
	if (c->dns_name_count > 0 && !told) {
		layout_line(t, 6, 8);
		layout_words(t, TONE_PLAIN, "names");
		draw_names(t, c);
	}
}

static void begin_field(struct layout *t, const char *name)
{
	enum { INDENT = 8, NAME_WIDTH = 6 };
	layout_line(t, INDENT, INDENT + NAME_WIDTH + 2);
	layout_cell(t, TONE_DIM, NAME_WIDTH, name);
}

static void draw_fitting_records(
    struct layout *t, const struct mx_host *h, const struct endpoint *e, size_t depth)
{
	bool any = false;
	for (size_t i = 0; e->tlsa_matches && i < h->tlsa_count; i++) {
		const struct tlsa_record *r = &h->tlsa_records[i];
		if (!e->tlsa_matches[depth * h->tlsa_count + i])
			continue;
		if (!any)
			begin_field(t, "fits");
		any = true;
		layout_add(t, TONE_PLAIN, "TLSA %u %u %u %s", r->usage, r->selector, r->mtype,
		    record_data(t, r, false));
	}
}

static void draw_validity(struct layout *t, const struct certificate *c, int64_t now)
{
	char from[TIME_TEXT_SIZE], to[TIME_TEXT_SIZE];
	bool in_date = c->not_before <= now && now <= c->not_after;
	begin_field(t, "valid");
	layout_words(t, in_date ? TONE_PLAIN : TONE_WARNING, "%s to %s",
	    time_text(c->not_before, from), time_text(c->not_after, to));
	layout_add(t, TONE_DIM, "(%s)", text_words_apart(t->arena, c->not_after, now));
}

/* What a certificate that parses tells of itself. */
static void draw_fields(struct layout *t, const struct certificate *c, int64_t now)
{
	begin_field(t, "issuer");
	layout_words(t, TONE_PLAIN, "%s%s", c->issuer, c->self_signed ? " (self-signed)" : "");
	if (c->dns_name_count > 0) {
		begin_field(t, "names");
		draw_names(t, c);
	}
	draw_validity(t, c, now);
	begin_field(t, "key");
	layout_words(t, TONE_PLAIN, "%s, signature %s", c->key, c->signature);
	begin_field(t, "SPKI");
	layout_add(
	    t, TONE_PLAIN, "%s", escape_hex(t->arena, c->spki_sha256, sizeof c->spki_sha256));
}

static void draw_certificate(
    struct layout *t, const struct certificate *c, size_t depth, int64_t now)
{
	layout_line(t, 6, 8);
	layout_add(t, TONE_STRONG, "%zu", depth);
	if (c->parsed) {
		layout_words(t, TONE_PLAIN, "%s", *c->subject ? c->subject : "no subject");
		draw_fields(t, c, now);
	} else {
		layout_words(t, TONE_WARNING, "does not parse: %s",
		    c->parse_error ? c->parse_error : "no reason known");
	}
	begin_field(t, "cert");
	layout_add(
	    t, TONE_PLAIN, "%s", escape_hex(t->arena, c->cert_sha256, sizeof c->cert_sha256));
}

static void draw_chain(struct layout *t, const struct domain_report *r, const struct mx_host *h,
    const struct endpoint *e)
{
	const struct probe *p = &e->probe;
	if (p->chain_count == 0)
		return;
	if (!t->verbose) {
		draw_leaf(t, &p->chain[0], r->judged_at);
		return;
	}
	for (size_t i = 0; i < p->chain_count; i++) {
		draw_certificate(t, &p->chain[i], i, r->judged_at);
		draw_fitting_records(t, h, e, i);
	}
}

/* ---- Endpoints -------------------------------------------------------------------------------
 */

/* What the A and AAAA lookups gave; one word where they agree. */
static void draw_addresses(struct layout *t, const struct mx_host *h)
{
	const struct lookup *const families[] = {h->a, h->aaaa};
	static const char *const names[] = {"A", "AAAA"};
	bool differ = h->a && h->aaaa && h->a->dnssec != h->aaaa->dnssec;
	if (!h->a && !h->aaaa)
		layout_words(t, TONE_WARNING, "addresses not asked for");
	else if (!differ && !t->verbose)
		text_words_dnssec(t, "addresses", h->a ? h->a : h->aaaa);
	else
		for (size_t i = 0; i < 2; i++)
			if (families[i]) {
				text_words_dnssec(t, names[i], families[i]);
				t->gap = 2;
			}
	for (size_t i = 0; i < 2; i++)
		if (families[i] && families[i]->error) {
			layout_line(t, 2, 4);
			layout_words(t, text_words_dnssec_tone(families[i]->dnssec), "%s: %s",
			    names[i], families[i]->error);
		}
}

static void draw_mx_line(struct layout *t, const struct domain_report *r, const struct mx_host *h)
{
	layout_line(t, 0, 2);
	layout_mark(t, text_words_mark(h->status));
	if (r->mx_kind == MX_KIND_MX)
		layout_add(t, TONE_STRONG, "MX %u", h->preference);
	else
		layout_add(t, TONE_STRONG, "%s MX", mx_kind_name(r->mx_kind));
	t->gap = 2;
	layout_add(t, TONE_STRONG, "%s", h->name);
	if (h->name_unicode && t->utf8)
		layout_add(t, TONE_PLAIN, "(%s)", h->name_unicode);
	t->gap = 2;
	if (r->mx)
		text_words_dnssec(t, "MX", r->mx);
	t->gap = 2;
	draw_addresses(t, h);

	const char *canonical = mx_host_canonical_name(h);
	if (canonical && strcmp(canonical, h->name) != 0) {
		layout_line(t, 2, 4);
		layout_words(t, TONE_PLAIN, "alias of %s", canonical);
	}
}

/* Widths of the columns of a host's endpoints. */
struct columns {
	size_t address, key_type, dane, pkix;
};

static const char *key_type_text(const struct endpoint *e)
{
	const char *name = key_type_name(e->key_type);
	return name ? name : "";
}

static const char *dane_text(const struct endpoint *e)
{
	static const char *const texts[] = {
	    [DANE_RESULT_NONE] = "DANE none",
	    [DANE_RESULT_VERIFIED] = "DANE verified",
	    [DANE_RESULT_MISMATCH] = "DANE mismatch",
	    [DANE_RESULT_EXPIRED] = "DANE expired",
	    [DANE_RESULT_NAME_MISMATCH] = "DANE name-mismatch",
	    [DANE_RESULT_UNTRUSTED] = "DANE untrusted",
	    [DANE_RESULT_UNUSABLE] = "DANE unusable",
	    [DANE_RESULT_NOT_CHECKED] = "DANE not checked",
	};
	return texts[e->dane.result];
}

static enum tone dane_tone(const struct endpoint *e)
{
	switch (e->dane.result) {
	case DANE_RESULT_VERIFIED: return TONE_GOOD;
	case DANE_RESULT_NONE: return TONE_PLAIN;
	case DANE_RESULT_NOT_CHECKED: return TONE_UNKNOWN;
	default: return TONE_BAD;
	}
}

static const char *pkix_text(struct arena *arena, const struct pkix_verdict *v)
{
	const char *reason = pkix_reason_name(v->reason);
	if (v->result == PKIX_RESULT_VALID)
		return "PKIX valid";
	if (v->result == PKIX_RESULT_NOT_CHECKED)
		return "PKIX not checked";
	return arena_printf(arena, "PKIX %s", reason ? reason : "invalid");
}

static void widen(size_t *column, const char *text)
{
	size_t width = escape_width(text);
	if (width > *column)
		*column = width;
}

enum {
	/* What "TLS1.3 X25519 AES-256-GCM" takes, with the indent and the space between columns. */
	TLS_WIDTH = 4 + 4 * 2 + 25,
	ADDRESS_WIDTH = 20, /* enough for IPv4 and for a short IPv6 address */
};

static struct columns measure(struct layout *t, const struct mx_host *h)
{
	struct columns c = {0};
	for (size_t i = 0; i < h->endpoint_count; i++) {
		const struct endpoint *e = &h->endpoints[i];
		widen(&c.address, endpoint_name(t->arena, e));
		widen(&c.key_type, key_type_text(e));
		if (e->probe.chain_count > 0) {
			widen(&c.dane, dane_text(e));
			widen(&c.pkix, pkix_text(t->arena, &e->pkix));
		}
	}
	/* A long IPv6 address must not push all the other lines apart. */
	size_t others = c.key_type + c.dane + c.pkix + TLS_WIDTH;
	size_t room = t->columns > others ? t->columns - others : 0;
	size_t widest = room > ADDRESS_WIDTH ? room : ADDRESS_WIDTH;
	if (c.address > widest)
		c.address = widest;
	return c;
}

static void draw_tls(struct layout *t, const struct endpoint *e)
{
	const struct probe *p = &e->probe;
	if (e->proposed)
		layout_add(t, TONE_STRONG, "(proposed)");
	else if (p->tls_version)
		layout_add(t, p->tls_legacy ? TONE_WARNING : TONE_PLAIN, "%s %s %s", p->tls_version,
		    p->group ? p->group : "", p->cipher ? p->cipher : "");
}

/* Where and why the dialogue ended. */
static void draw_failure(struct layout *t, const struct endpoint *e)
{
	const struct probe *p = &e->probe;
	const char *why = p->error ? p->error : p->tls_error;
	enum tone tone = layout_tone_for(text_words_mark(e->status));
	if (p->stage == SMTP_STAGE_NONE)
		layout_words(t, tone, "not connected:");
	else
		layout_words(t, tone, "failed at %s:", smtp_stage_name(p->stage));
	layout_words(t, TONE_PLAIN, "%s", why ? why : "no reason known");
}

/* What only --verbose shows of a session. */
static void draw_session(struct layout *t, const struct probe *p)
{
	layout_line(t, 6, 8);
	if (p->sni)
		layout_words(t, TONE_DIM, "SNI %s,", p->sni);
	if (p->tls_signature)
		layout_words(t, TONE_DIM, "signature %s,", p->tls_signature);
	if (p->requiretls)
		layout_words(t, TONE_DIM, "REQUIRETLS,");
	layout_words(t, TONE_DIM, "%u ms", p->elapsed_ms);
	for (const char *line = p->dialogue; line && *line;) {
		size_t length = strcspn(line, "\n");
		layout_line(t, 6, 9);
		layout_words(t, TONE_DIM, "%.*s", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

static void draw_endpoint(struct layout *t, const struct endpoint *e, const struct columns *c)
{
	layout_line(t, 2, 4);
	layout_mark(t, text_words_mark(e->status));
	layout_cell(t, TONE_PLAIN, c->address, endpoint_name(t->arena, e));
	if (e->probe.chain_count > 0) {
		enum tone pkix = e->pkix.result == PKIX_RESULT_VALID ? TONE_GOOD : TONE_PLAIN;
		layout_cell(t, TONE_PLAIN, c->key_type, key_type_text(e));
		layout_cell(t, dane_tone(e), c->dane, dane_text(e));
		layout_cell(t, pkix, c->pkix, pkix_text(t->arena, &e->pkix));
		draw_tls(t, e);
	}
	if (e->probe.failure != PROBE_FAILURE_NONE)
		draw_failure(t, e);
	if (t->verbose && e->probe.stage != SMTP_STAGE_NONE)
		draw_session(t, &e->probe);
}

/* Endpoints that presented the same chain stand together, the chain once below them; else they
 * keep their order. */
static void draw_endpoints(struct layout *t, const struct domain_report *r, const struct mx_host *h)
{
	struct columns c = measure(t, h);
	bool *drawn = arena_array(t->arena, h->endpoint_count, sizeof *drawn);
	for (size_t i = 0; i < h->endpoint_count; i++) {
		const struct endpoint *first = &h->endpoints[i];
		if (drawn[i])
			continue;
		draw_endpoint(t, first, &c);
		for (size_t j = i + 1; first->probe.chain_count && j < h->endpoint_count; j++) {
			if (!probe_chain_equal(&first->probe, &h->endpoints[j].probe))
				continue;
			draw_endpoint(t, &h->endpoints[j], &c);
			drawn[j] = true;
		}
		draw_chain(t, r, h, first);
	}
}

void text_host_draw(struct layout *t, const struct domain_report *r, const struct mx_host *h)
{
	draw_mx_line(t, r, h);
	draw_tlsa(t, h);
	draw_endpoints(t, r, h);
}
