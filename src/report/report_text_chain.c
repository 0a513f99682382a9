/* report_text_chain.c owns the text of the certificates that a host presents. */
#include "report_text.h"

#include <string.h>

#include "escape.h"

static void draw_names(struct text *t, const struct certificate *c)
{
	size_t count = c->dns_name_count;
	size_t most = text_list_length(t, count);
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
		text_add(t, TEXT_PLAIN, "TLSA %u %u %u %s", r->usage, r->selector, r->mtype,
		    text_record_data(t, r, false));
	}
}

static void draw_validity(struct text *t, const struct certificate *c, int64_t now)
{
	char from[REPORT_TIME_SIZE], to[REPORT_TIME_SIZE];
	bool in_date = c->not_before <= now && now <= c->not_after;
	begin_field(t, "valid");
	text_words(t, in_date ? TEXT_PLAIN : TEXT_WARNING, "%s to %s",
	    report_time(c->not_before, from), report_time(c->not_after, to));
	text_add(t, TEXT_DIM, "(%s)", text_apart(t->arena, c->not_after, now));
}

/* What a certificate that parses tells of itself. */
static void draw_fields(struct text *t, const struct certificate *c, int64_t now)
{
	begin_field(t, "issuer");
	text_words(t, TEXT_PLAIN, "%s%s", c->issuer, c->self_signed ? " (self-signed)" : "");
	if (c->dns_name_count > 0) {
		begin_field(t, "names");
		draw_names(t, c);
	}
	draw_validity(t, c, now);
	begin_field(t, "key");
	text_words(t, TEXT_PLAIN, "%s, signature %s", c->key, c->signature);
	begin_field(t, "SPKI");
	text_add(t, TEXT_PLAIN, "%s", escape_hex(t->arena, c->spki_sha256, sizeof c->spki_sha256));
}

static void draw_certificate(struct text *t, const struct certificate *c, size_t depth, int64_t now)
{
	text_line(t, 6, 8);
	text_add(t, TEXT_STRONG, "%zu", depth);
	if (c->parsed) {
		text_words(t, TEXT_PLAIN, "%s", *c->subject ? c->subject : "no subject");
		draw_fields(t, c, now);
	} else {
		text_words(t, TEXT_WARNING, "does not parse: %s",
		    c->parse_error ? c->parse_error : "no reason known");
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
