/*
 * nagios.c - draws the nagios format: a line for each domain as monitoring plugins print it,
 * "|" and performance data after the text, with --verbose the findings as long output.
 */
#include "writer.h"

#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "escape.h"

/* A bar would begin the performance data, here and in the long output. */
static void add_text(struct buffer *out, const struct report_run *run, const char *text)
{
	struct buffer visible = {0};
	escape_add_visible(&visible, text, run->style->utf8);
	for (const char *p = buffer_text(&visible); *p; p++)
		if (*p == '|')
			buffer_add_text(out, "\\x7c");
		else
			buffer_add(out, p, 1);
	buffer_reset(&visible);
}

struct counts {
	size_t endpoints, verified;
	bool has_certificate;
	int64_t not_after; /* the earliest end of a leaf */
};

static struct counts count(const struct domain_report *r)
{
	struct counts n = {0};
	for (size_t i = 0; i < r->host_count; i++)
		for (size_t j = 0; j < r->hosts[i].endpoint_count; j++) {
			const struct endpoint *e = &r->hosts[i].endpoints[j];
			n.endpoints++;
			n.verified += e->dane.result == DANE_RESULT_VERIFIED;
			if (e->probe.chain_count == 0 || !e->probe.chain[0].parsed)
				continue;
			int64_t end = e->probe.chain[0].not_after;
			if (!n.has_certificate || end < n.not_after)
				n.not_after = end;
			n.has_certificate = true;
		}
	return n;
}

static void add_performance(
    struct buffer *out, const struct domain_report *r, const struct report_run *run)
{
	enum { DAY = 24 * 3600 };
	struct counts n = count(r);
	unsigned warn = run->style->params->warn_days;
	buffer_printf(out, "| time=%u.%03us;;;0; hosts=%zu;;;0 endpoints=%zu;;;0 verified=%zu;;;0",
	    r->elapsed_ms / 1000, r->elapsed_ms % 1000, r->host_count, n.endpoints, n.verified);
	/* A threshold "14:" is reached below 14, "14" would be above it; U is a value that could
	 * not be had. (Monitoring Plugins Development Guidelines) */
	if (n.has_certificate)
		buffer_printf(out, " cert_days=%lld;%u:;%u:\n",
		    (long long)(n.not_after - r->judged_at) / DAY, warn, warn / 2);
	else
		buffer_printf(out, " cert_days=U;%u:;%u:\n", warn, warn / 2);
}

static void add_finding(struct buffer *out, const struct finding *f, const struct report_run *run)
{
	const char *type = key_type_name(f->key_type);
	buffer_printf(out, "%s %s", severity_name(f->severity), finding_info(f->code)->code);
	if (f->host_name) {
		buffer_add_text(out, " ");
		add_text(out, run, f->host_name);
	}
	if (f->address.family) {
		char address[ADDRESS_TEXT_SIZE];
		buffer_printf(out, " %s", address_text(&f->address, address));
	}
	if (type)
		buffer_printf(out, " %s", type);
	buffer_add_text(out, f->ignored ? " (ignored): " : ": ");
	add_text(out, run, f->message);
	buffer_add_text(out, "\n");
}

static void draw_domain(struct buffer *out, const struct domain_report *r, struct report_run *run)
{
	char word[16];
	(void)snprintf(word, sizeof word, "%s", status_name(r->status)); /* they are shorter */
	ascii_upper_text(word);
	buffer_printf(out, "MXDANE %s - ", word);
	add_text(out, run, r->domain);
	buffer_add_text(out, ": ");
	add_text(out, run, r->summary);
	add_performance(out, r, run);
	for (size_t i = 0; run->style->verbose && i < r->finding_count; i++)
		add_finding(out, &r->findings[i], run);
	run->domains++;
}

const struct report_writer nagios_writer = {.name = "nagios", .domain = draw_domain};
