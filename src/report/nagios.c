/*
 * nagios.c - draws the nagios format: one line as monitoring plugins print it, "|" and performance
 * data after the text. Of several domains it is a total, and a line for each follows, worst first;
 * with --verbose so do the findings.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "ascii.h"
#include "escape.h"
#include "expiry.h"
#include "writer.h"

/* Seconds in a day, and hundredths of one. */
enum { DAY = 24 * 3600, HUNDREDTH = DAY / 100 };

/* All domains of a run. */
struct report_totals {
	struct buffer worst;    /* "DOMAIN: summary" of the first among the worst */
	struct buffer findings; /* of the only domain */
	struct buffer lines[STATUS_CRITICAL + 1]; /* a line for each domain, by its status */
	size_t domains[STATUS_CRITICAL + 1];
	size_t count, hosts, endpoints, verified;
	unsigned elapsed_ms;
	enum status status;
	/* Of those whose end matters the first to expire, else of all. */
	struct expiry expiry;
};

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

static void add_status(struct buffer *out, enum status status)
{
	char word[16];
	(void)snprintf(word, sizeof word, "%s", status_name(status)); /* they are shorter */
	ascii_upper_text(word);
	buffer_add_text(out, word);
}

/* ---- Performance data ---------------------------------------------------------------------------
 */

static bool is_more_urgent(const struct expiry *a, const struct expiry *than)
{
	bool matters = expiry_matters(a), other = expiry_matters(than);
	return !than->known || (matters != other ? matters : a->left < than->left);
}

static void count_endpoint(struct report_totals *t, const struct domain_report *r,
    const struct endpoint *e, const struct params *params)
{
	t->endpoints++;
	t->verified += e->dane.result == DANE_RESULT_VERIFIED;
	struct expiry expiry = expiry_of_endpoint(r, e, params);
	if (expiry.known && is_more_urgent(&expiry, &t->expiry))
		t->expiry = expiry;
}

static void count(
    struct report_totals *t, const struct domain_report *r, const struct params *params)
{
	t->count++;
	t->domains[model_counted_status(r)]++;
	t->elapsed_ms += r->elapsed_ms;
	t->hosts += r->host_count;
	for (size_t i = 0; i < r->host_count; i++)
		for (size_t j = 0; j < r->hosts[i].endpoint_count; j++)
			count_endpoint(t, r, &r->hosts[i].endpoints[j], params);
}

/* Days, rounded down to hundredths. */
static void add_days(struct buffer *out, int64_t seconds)
{
	int64_t hundredths = seconds / HUNDREDTH - (seconds % HUNDREDTH < 0);
	long long size = hundredths < 0 ? -hundredths : hundredths;
	buffer_printf(out, "%s%lld", hundredths < 0 ? "-" : "", size / 100);
	if (size % 100)
		buffer_printf(out, ".%02lld", size % 100);
}

/* A threshold "14:" is reached below 14, "14" would be above it; U is a value that could not be
 * had. (Monitoring Plugins Development Guidelines) They are those of the findings. */
static void add_expiry(struct buffer *out, const struct expiry *e, const struct params *params)
{
	int64_t warn = (int64_t)params->warn_days * DAY;
	buffer_add_text(out, " cert_days=");
	if (!e->known) {
		buffer_add_text(out, "U;;");
		return;
	}
	add_days(out, e->left);
	buffer_add_text(out, ";");
	if (e->warns) {
		add_days(out, e->life / 3 < warn ? e->life / 3 : warn);
		buffer_add_text(out, ":");
	}
	buffer_add_text(out, e->fails ? ";0:" : ";");
}

static void add_performance(
    struct buffer *out, const struct report_totals *t, const struct params *params)
{
	buffer_printf(out, "| time=%u.%03us;;;0;", t->elapsed_ms / 1000, t->elapsed_ms % 1000);
	if (t->count != 1) {
		buffer_printf(out, " domains=%zu;;;0", t->count);
		for (int s = STATUS_CRITICAL; s >= STATUS_OK; s--)
			buffer_printf(
			    out, " %s=%zu;;;0", status_name((enum status)s), t->domains[s]);
	}
	buffer_printf(out, " hosts=%zu;;;0 endpoints=%zu;;;0 verified=%zu;;;0", t->hosts,
	    t->endpoints, t->verified);
	add_expiry(out, &t->expiry, params);
	buffer_add_text(out, "\n");
}

/* ---- Lines --------------------------------------------------------------------------------------
 */

static void add_finding(
    struct buffer *out, const struct finding *f, bool gone, const struct report_run *run)
{
	const char *note = gone ? " (gone)" : f->known ? " (known)" : "";
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
	if (f->server) {
		char address[ADDRESS_TEXT_SIZE];
		const char *text = address_text(&f->server->address, address);
		buffer_add_text(out, " ");
		add_text(out, run, f->server->name);
		buffer_printf(out, "%s%s", *text ? " " : "", text);
	}
	if (f->ignored && !gone) {
		buffer_add_text(out, f->ignored_reason ? " (ignored: " : " (ignored");
		add_text(out, run, f->ignored_reason ? f->ignored_reason : "");
		note = ")";
	}
	buffer_printf(out, "%s: ", note);
	add_text(out, run, f->message);
	buffer_add_text(out, "\n");
}

static void add_findings(
    struct buffer *out, const struct domain_report *r, const struct report_run *run)
{
	for (size_t i = 0; i < r->finding_count; i++)
		add_finding(out, &r->findings[i], false, run);
	for (size_t i = 0; i < r->gone_count; i++)
		add_finding(out, &r->gone[i], true, run);
}

static void add_domain(
    struct buffer *out, const struct domain_report *r, const struct report_run *run)
{
	add_text(out, run, r->domain);
	buffer_add_text(out, ": ");
	add_text(out, run, r->summary);
	if (model_counted_status(r) != r->status)
		buffer_printf(out, " (%s, but known)", status_name(r->status));
}

static void draw_domain(struct buffer *out, const struct domain_report *r, struct report_run *run)
{
	const struct params *params = run->style->params;
	enum status status = model_counted_status(r);
	if (!run->totals)
		run->totals = memory_alloc(sizeof *run->totals);
	struct report_totals *t = run->totals;
	run->domains++;
	if (t->count == 0 || status > t->status) {
		t->status = status;
		buffer_reset(&t->worst);
		add_domain(&t->worst, r, run);
	}
	count(t, r, params);
	if (params->quiet && status == STATUS_OK)
		return;
	struct buffer *line = &t->lines[status];
	add_status(line, status);
	buffer_add_text(line, " - ");
	add_domain(line, r, run);
	buffer_add_text(line, "\n");
	if (run->style->verbose) {
		add_findings(line, r, run);
		if (t->count == 1)
			add_findings(&t->findings, r, run);
	}
	(void)out; /* what comes first is known last */
}

/* "3 domains: 1 critical, 2 ok; worst of them first.example: why" */
static void add_total(struct buffer *out, const struct report_totals *t)
{
	const char *before = ": ";
	buffer_printf(out, "%zu domains", t->count);
	for (int s = STATUS_CRITICAL; s >= STATUS_OK; s--)
		if (t->domains[s]) {
			buffer_printf(
			    out, "%s%zu %s", before, t->domains[s], status_name((enum status)s));
			before = ", ";
		}
	if (t->status != STATUS_OK)
		buffer_printf(out, "; %s", buffer_text(&t->worst));
}

static void draw_end(struct buffer *out, struct report_run *run)
{
	struct report_totals none = {0}, *t = run->totals ? run->totals : &none;
	buffer_add_text(out, "MXDANE ");
	add_status(out, t->status);
	buffer_add_text(out, " - ");
	if (t->count == 1)
		buffer_add_text(out, buffer_text(&t->worst));
	else
		add_total(out, t);
	add_performance(out, t, run->style->params);
	if (t->count == 1)
		buffer_add(out, t->findings.data, t->findings.length);
	for (int s = STATUS_CRITICAL; s >= STATUS_OK; s--) {
		if (t->count > 1)
			buffer_add(out, t->lines[s].data, t->lines[s].length);
		buffer_reset(&t->lines[s]);
	}
	buffer_reset(&t->worst);
	buffer_reset(&t->findings);
	free(run->totals);
	run->totals = NULL;
}

const struct report_writer nagios_writer = {
    .name = "nagios", .counts_all = true, .domain = draw_domain, .end = draw_end};
