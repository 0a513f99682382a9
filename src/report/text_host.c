/*
 * text_host.c - draws a host: its MX line, its TLSA records, its endpoints and the certificates
 * that they present.
 */
#include "text_host.h"

#include <string.h>

#include "escape.h"
#include "text_tlsa.h"
#include "text_words.h"
#include "time_text.h"

/* ---- Certificates ----------------------------------------------------------------------------
 */

static void draw_names(struct layout *t, const struct certificate *c)
{
	size_t count = c->dns_name_count;
	size_t most = text_words_list_length(t, count);
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
		layout_add(t, TONE_WARNING, "valid from %.10s (%s),", time_text(c->not_before, buf),
		    time_apart(t->arena, c->not_before, now));
	layout_add(t, ended ? TONE_WARNING : TONE_PLAIN, "%s %.10s (%s)",
	    ended ? "expired" : "expires", time_text(c->not_after, buf),
	    time_apart(t->arena, c->not_after, now));
}

/* The leaf in short: subject, key, end, and the names that the subject does not tell. */
static void draw_leaf(struct layout *t, const struct certificate *c, int64_t now)
{
	layout_line(t, 6, 8);
	if (c->key_only) {
		layout_words(t, TONE_PLAIN, "%s, the key alone", c->key);
		return;
	}
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

static void draw_matching_records(
    struct layout *t, const struct mx_host *h, const struct endpoint *e, size_t depth)
{
	bool any = false;
	for (size_t i = 0; e->tlsa_matches && i < h->tlsa_count; i++) {
		const struct tlsa_record *r = &h->tlsa_records[i];
		if (!e->tlsa_matches[depth * h->tlsa_count + i])
			continue;
		if (!any)
			begin_field(t, "matches");
		any = true;
		layout_add(t, TONE_PLAIN, "TLSA %u %u %u %s", r->usage, r->selector, r->mtype,
		    text_words_record_data(t, r, false));
	}
}

static void draw_validity(struct layout *t, const struct certificate *c, int64_t now)
{
	char from[TIME_TEXT_SIZE], to[TIME_TEXT_SIZE];
	bool in_date = c->not_before <= now && now <= c->not_after;
	begin_field(t, "valid");
	layout_words(t, in_date ? TONE_PLAIN : TONE_WARNING, "%s to %s",
	    time_text(c->not_before, from), time_text(c->not_after, to));
	layout_add(t, TONE_DIM, "(%s)", time_apart(t->arena, c->not_after, now));
}

static void draw_digest(struct layout *t, const char *name, const uint8_t digest[static 32])
{
	begin_field(t, name);
	layout_add(t, TONE_PLAIN, "%s", escape_hex(t->arena, digest, 32));
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
	draw_digest(t, "SPKI", c->spki_sha256);
}

static void draw_certificate(
    struct layout *t, const struct certificate *c, size_t depth, int64_t now)
{
	layout_line(t, 6, 8);
	layout_add(t, TONE_STRONG, "%zu", depth);
	if (c->key_only) {
		layout_words(t, TONE_PLAIN, "%s, the key alone", c->key);
		draw_digest(t, "SPKI", c->spki_sha256);
		return;
	}
	if (c->parsed) {
		layout_words(t, TONE_PLAIN, "%s", *c->subject ? c->subject : "no subject");
		draw_fields(t, c, now);
	} else {
		layout_words(t, TONE_WARNING, "does not parse: %s",
		    c->parse_error ? c->parse_error : "no reason known");
	}
	draw_digest(t, "cert", c->cert_sha256);
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
		draw_matching_records(t, h, e, i);
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
	    [DANE_RESULT_NONE] = "no DANE",
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

static const char *join_addresses(
    struct arena *arena, const struct endpoint *const *group, size_t count)
{
	const char *all = text_words_endpoint(arena, group[0]);
	for (size_t i = 1; i < count; i++)
		all = arena_printf(arena, "%s, %s", all, text_words_endpoint(arena, group[i]));
	return all;
}

static void measure(struct layout *t, struct columns *c, const struct endpoint *e)
{
	widen(&c->key_type, key_type_text(e));
	if (e->probe.chain_count > 0) {
		widen(&c->dane, dane_text(e));
		widen(&c->pkix, pkix_text(t->arena, &e->pkix));
	}
}

/* A long list of addresses, or a long one, must not push all the other lines apart. */
static void limit_addresses(const struct layout *t, struct columns *c)
{
	size_t others = c->key_type + c->dane + c->pkix + TLS_WIDTH;
	size_t room = t->columns > others ? t->columns - others : 0;
	size_t widest = room > ADDRESS_WIDTH ? room : ADDRESS_WIDTH;
	if (c->address > widest)
		c->address = widest;
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

/* A tick is for what was checked and holds. */
static enum mark endpoint_mark(const struct endpoint *e)
{
	bool holds = e->dane.result == DANE_RESULT_VERIFIED ||
		     (e->dane.result == DANE_RESULT_NONE && e->pkix.result == PKIX_RESULT_VALID);
	if (e->status == STATUS_OK && (!holds || e->probe.failure != PROBE_FAILURE_NONE))
		return MARK_NONE;
	return text_words_mark(e->status);
}

static enum mark host_mark(const struct mx_host *h)
{
	bool holds = h->endpoint_count > 0 && h->address_dnssec < DNSSEC_INDETERMINATE;
	for (size_t i = 0; i < h->endpoint_count; i++)
		holds &= endpoint_mark(&h->endpoints[i]) == MARK_GOOD;
	return h->status == STATUS_OK && !holds ? MARK_NONE : text_words_mark(h->status);
}

static void draw_endpoints_alike(
    struct layout *t, const struct endpoint *const *group, size_t count, const struct columns *c)
{
	const struct endpoint *e = group[0];
	layout_line(t, 2, 4);
	layout_mark(t, endpoint_mark(e));
	layout_cell(t, TONE_PLAIN, c->address, join_addresses(t->arena, group, count));
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

/* True if a line on either would say the same of the other. */
static bool is_alike(const struct endpoint *a, const struct endpoint *b)
{
	const struct probe *p = &a->probe, *q = &b->probe;
	return a->status == b->status && a->key_type == b->key_type &&
	       a->dane.result == b->dane.result && a->pkix.result == b->pkix.result &&
	       a->pkix.reason == b->pkix.reason && a->proposed == b->proposed &&
	       p->failure == q->failure && p->stage == q->stage &&
	       model_same_text(p->error, q->error) && model_same_text(p->tls_error, q->tls_error) &&
	       model_same_text(p->tls_version, q->tls_version) &&
	       model_same_text(p->group, q->group) && model_same_text(p->cipher, q->cipher) &&
	       probe_chain_equal(p, q);
}

/* Endpoints of a host that are told of in one line. */
struct line {
	const struct endpoint **list;
	size_t count;
	bool drawn;
};

static struct line *gather_lines(
    struct arena *arena, bool each, const struct mx_host *h, size_t *count)
{
	struct line *lines = NULL;
	*count = 0;
	for (size_t i = 0; i < h->endpoint_count; i++) {
		const struct endpoint *e = &h->endpoints[i];
		size_t at = 0;
		while (at < *count && (each || !is_alike(lines[at].list[0], e)))
			at++;
		if (at == *count)
			*(struct line *)arena_append(arena, &lines, count, sizeof *lines) =
			    (struct line){0};
		struct line *l = &lines[at];
		*(const struct endpoint **)arena_append(
		    arena, &l->list, &l->count, sizeof *l->list) = e;
	}
	return lines;
}

/* Lines on endpoints that presented the same chain stand together, the chain once below them; else
 * they keep their order. */
static void draw_endpoints(struct layout *t, const struct domain_report *r, const struct mx_host *h)
{
	struct columns c = {0};
	size_t count;
	struct line *lines = gather_lines(t->arena, t->verbose, h, &count);
	for (size_t i = 0; i < count; i++) {
		measure(t, &c, lines[i].list[0]);
		widen(&c.address, join_addresses(t->arena, lines[i].list, lines[i].count));
	}
	limit_addresses(t, &c);
	for (size_t i = 0; i < count; i++) {
		const struct endpoint *first = lines[i].list[0];
		for (size_t j = i; !lines[i].drawn && j < count; j++) {
			struct line *l = &lines[j];
			if (j > i && (!first->probe.chain_count || l->drawn ||
					 !probe_chain_equal(&first->probe, &l->list[0]->probe)))
				continue;
			draw_endpoints_alike(t, l->list, l->count, &c);
			l->drawn = j > i;
		}
		if (!lines[i].drawn)
			draw_chain(t, r, h, first);
	}
}

static void draw_mx_line(struct layout *t, const struct domain_report *r, const struct mx_host *h)
{
	layout_line(t, 0, 2);
	layout_mark(t, host_mark(h));
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

void text_host_draw(struct layout *t, const struct domain_report *r, const struct mx_host *h)
{
	draw_mx_line(t, r, h);
	text_tlsa_draw(t, h);
	draw_endpoints(t, r, h);
}
