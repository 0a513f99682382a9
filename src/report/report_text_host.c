/* report_text_host.c - owns the text of a host: its MX line, then its endpoints. */
#include "report_text.h"

#include <string.h>

#include "escape.h"

/* With --verbose, until when a status holds. */
static const char *signature_note(const struct text *t, const struct lookup *l)
{
	char end[REPORT_TIME_SIZE];
	if (!t->style->verbose || !l->has_signature || l->proposed)
		return "";
	return arena_printf(t->arena, " (signed until %s)", report_time(l->signature_expires, end));
}

void text_add_dnssec(struct text *t, const char *what, const struct lookup *l)
{
	text_add(t, text_dnssec_tone(l->dnssec), "%s%s%s%s", what, *what ? " " : "",
	    dnssec_status_name(l->dnssec), signature_note(t, l));
	if (l->proposed)
		text_add(t, TEXT_STRONG, "(proposed)");
}

/* What the A and AAAA lookups gave; one word where they agree. */
static void draw_addresses(struct text *t, const struct mx_host *h)
{
	const struct lookup *const families[] = {h->a, h->aaaa};
	static const char *const names[] = {"A", "AAAA"};
	bool differ = h->a && h->aaaa && h->a->dnssec != h->aaaa->dnssec;
	if (!h->a && !h->aaaa)
		text_words(t, TEXT_WARNING, "addresses not asked for");
	else if (!differ && !t->style->verbose)
		text_add_dnssec(t, "addresses", h->a ? h->a : h->aaaa);
	else
		for (size_t i = 0; i < 2; i++)
			if (families[i]) {
				text_add_dnssec(t, names[i], families[i]);
				t->gap = 2;
			}
	for (size_t i = 0; i < 2; i++)
		if (families[i] && families[i]->error) {
			text_line(t, 2, 4);
			text_words(t, text_dnssec_tone(families[i]->dnssec), "%s: %s", names[i],
			    families[i]->error);
		}
}

static void draw_mx_line(struct text *t, const struct domain_report *r, const struct mx_host *h)
{
	text_line(t, 0, 2);
	text_add_mark(t, text_mark_for(h->status));
	if (r->mx_kind == MX_KIND_MX)
		text_add(t, TEXT_STRONG, "MX %u", h->preference);
	else
		text_add(t, TEXT_STRONG, "%s MX", mx_kind_name(r->mx_kind));
	t->gap = 2;
	text_add(t, TEXT_STRONG, "%s", h->name);
	if (h->name_unicode && t->style->utf8)
		text_add(t, TEXT_PLAIN, "(%s)", h->name_unicode);
	t->gap = 2;
	if (r->mx)
		text_add_dnssec(t, "MX", r->mx);
	t->gap = 2;
	draw_addresses(t, h);

	const char *canonical = report_canonical_name(h);
	if (canonical && strcmp(canonical, h->name) != 0) {
		text_line(t, 2, 4);
		text_words(t, TEXT_PLAIN, "alias of %s", canonical);
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

static enum text_tone dane_tone(const struct endpoint *e)
{
	switch (e->dane.result) {
	case DANE_RESULT_VERIFIED: return TEXT_GOOD;
	case DANE_RESULT_NONE: return TEXT_PLAIN;
	case DANE_RESULT_NOT_CHECKED: return TEXT_UNKNOWN;
	default: return TEXT_BAD;
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

static struct columns measure(struct text *t, const struct mx_host *h)
{
	struct columns c = {0};
	for (size_t i = 0; i < h->endpoint_count; i++) {
		const struct endpoint *e = &h->endpoints[i];
		widen(&c.address, text_endpoint_name(t->arena, e));
		widen(&c.key_type, key_type_text(e));
		if (e->probe.chain_count > 0) {
			widen(&c.dane, dane_text(e));
			widen(&c.pkix, pkix_text(t->arena, &e->pkix));
		}
	}
	/* A long IPv6 address must not push all the other lines apart. */
	size_t others = c.key_type + c.dane + c.pkix + TLS_WIDTH;
	size_t room = t->style->columns > others ? t->style->columns - others : 0;
	size_t widest = room > ADDRESS_WIDTH ? room : ADDRESS_WIDTH;
	if (c.address > widest)
		c.address = widest;
	return c;
}

static void draw_tls(struct text *t, const struct endpoint *e)
{
	const struct probe *p = &e->probe;
	if (e->proposed)
		text_add(t, TEXT_STRONG, "(proposed)");
	else if (p->tls_version)
		text_add(t, p->tls_legacy ? TEXT_WARNING : TEXT_PLAIN, "%s %s %s", p->tls_version,
		    p->group ? p->group : "", p->cipher ? p->cipher : "");
}

/* Where and why the dialogue ended. */
static void draw_failure(struct text *t, const struct endpoint *e)
{
	const struct probe *p = &e->probe;
	const char *why = p->error ? p->error : p->tls_error;
	enum text_tone tone = text_tone_for(text_mark_for(e->status));
	if (p->stage == SMTP_STAGE_NONE)
		text_words(t, tone, "not connected:");
	else
		text_words(t, tone, "failed at %s:", smtp_stage_name(p->stage));
	text_words(t, TEXT_PLAIN, "%s", why ? why : "no reason known");
}

/* What only --verbose shows of a session. */
static void draw_session(struct text *t, const struct probe *p)
{
	text_line(t, 6, 8);
	if (p->sni)
		text_words(t, TEXT_DIM, "SNI %s,", p->sni);
	if (p->tls_signature)
		text_words(t, TEXT_DIM, "signature %s,", p->tls_signature);
	if (p->requiretls)
		text_words(t, TEXT_DIM, "REQUIRETLS,");
	text_words(t, TEXT_DIM, "%u ms", p->elapsed_ms);
	for (const char *line = p->dialogue; line && *line;) {
		size_t length = strcspn(line, "\n");
		text_line(t, 6, 9);
		text_words(t, TEXT_DIM, "%.*s", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

static void draw_endpoint(struct text *t, const struct endpoint *e, const struct columns *c)
{
	text_line(t, 2, 4);
	text_add_mark(t, text_mark_for(e->status));
	text_cell(t, TEXT_PLAIN, c->address, text_endpoint_name(t->arena, e));
	if (e->probe.chain_count > 0) {
		enum text_tone pkix = e->pkix.result == PKIX_RESULT_VALID ? TEXT_GOOD : TEXT_PLAIN;
		text_cell(t, TEXT_PLAIN, c->key_type, key_type_text(e));
		text_cell(t, dane_tone(e), c->dane, dane_text(e));
		text_cell(t, pkix, c->pkix, pkix_text(t->arena, &e->pkix));
		draw_tls(t, e);
	}
	if (e->probe.failure != PROBE_FAILURE_NONE)
		draw_failure(t, e);
	if (t->style->verbose && e->probe.stage != SMTP_STAGE_NONE)
		draw_session(t, &e->probe);
}

/* Endpoints that presented the same chain stand together, the chain once below them; else they
 * keep their order. */
static void draw_endpoints(struct text *t, const struct domain_report *r, const struct mx_host *h)
{
	struct columns c = measure(t, h);
	bool *drawn = arena_array(t->arena, h->endpoint_count, sizeof *drawn);
	for (size_t i = 0; i < h->endpoint_count; i++) {
		const struct endpoint *first = &h->endpoints[i];
		if (drawn[i])
			continue;
		draw_endpoint(t, first, &c);
		for (size_t j = i + 1; first->probe.chain_count && j < h->endpoint_count; j++) {
			if (!report_chain_equal(&first->probe, &h->endpoints[j].probe))
				continue;
			draw_endpoint(t, &h->endpoints[j], &c);
			drawn[j] = true;
		}
		text_draw_chain(t, r, h, first);
	}
}

void text_draw_host(struct text *t, const struct domain_report *r, const struct mx_host *h)
{
	draw_mx_line(t, r, h);
	text_draw_tlsa(t, h);
	draw_endpoints(t, r, h);
}
