/*
 * junit.c - draws the junit format: a test suite for each domain, with a case for its MX, the
 * TLSA records of each host, each endpoint, MTA-STS and the name servers. Always UTF-8, as its
 * first line says.
 */
#include "writer.h"

#include <string.h>

#include "escape.h"
#include "time_text.h"

/* What a test case is about. */
struct subject {
	enum { SUBJECT_MX, SUBJECT_HOST, SUBJECT_ENDPOINT, SUBJECT_POLICY, SUBJECT_SERVERS } kind;
	const struct mx_host *host;
	const struct endpoint *endpoint;
};

static void add_xml(struct buffer *out, const char *text, size_t length)
{
	struct buffer visible = {0};
	escape_add(&visible, text, length);
	for (const char *p = buffer_text(&visible); *p; p++)
		switch (*p) {
		case '&': buffer_add_text(out, "&amp;"); break;
		case '<': buffer_add_text(out, "&lt;"); break;
		case '>': buffer_add_text(out, "&gt;"); break;
		case '"': buffer_add_text(out, "&quot;"); break;
		case '\'': buffer_add_text(out, "&apos;"); break;
		default: buffer_add(out, p, 1);
		}
	buffer_reset(&visible);
}

static void add_line(struct buffer *out, const char *text, size_t length)
{
	add_xml(out, text, length);
	buffer_add_text(out, "\n");
}

static void add_attribute(struct buffer *out, const char *name, const char *value)
{
	buffer_printf(out, " %s=\"", name);
	add_xml(out, value, strlen(value));
	buffer_add_text(out, "\"");
}

/* An argument that is no domain name may be empty; a suite needs a name. */
static const char *suite_name(const struct domain_report *r)
{
	return *r->domain ? r->domain : "(empty)";
}

static void add_seconds(struct buffer *out, unsigned ms)
{
	buffer_printf(out, " time=\"%u.%03u\"", ms / 1000, ms % 1000);
}

static bool is_about_endpoint(const struct finding *f, const struct endpoint *e)
{
	return f->address.family && model_is_about(f, e);
}

static bool is_about_any_endpoint(const struct finding *f)
{
	for (size_t i = 0; f->host && i < f->host->endpoint_count; i++)
		if (is_about_endpoint(f, &f->host->endpoints[i]))
			return true;
	return false;
}

static bool is_about_policy(const struct finding *f)
{
	const char *code = finding_info(f->code)->code;
	return strncmp(code, "sts-", 4) == 0 || strncmp(code, "tlsrpt-", 7) == 0;
}

static bool is_about_servers(const struct finding *f)
{
	return strncmp(finding_info(f->code)->code, "ns-", 3) == 0;
}

/* Each finding belongs to one kind of case, so that none is lost. */
static bool is_about(const struct finding *f, const struct subject *s)
{
	if (f->ignored || f->known)
		return false;
	if (is_about_policy(f))
		return s->kind == SUBJECT_POLICY;
	if (is_about_servers(f))
		return s->kind == SUBJECT_SERVERS;
	if (!f->host)
		return s->kind == SUBJECT_MX;
	if (f->host != s->host)
		return false;
	if (is_about_any_endpoint(f))
		return s->kind == SUBJECT_ENDPOINT && is_about_endpoint(f, s->endpoint);
	return s->kind == SUBJECT_HOST;
}

/* The worst finding of a case; they come worst first. */
static const struct finding *find_worst(const struct domain_report *r, const struct subject *s)
{
	for (size_t i = 0; i < r->finding_count; i++)
		if (is_about(&r->findings[i], s))
			return &r->findings[i];
	return NULL;
}

/* NULL for a case that passes. */
static const char *verdict_element(const struct report_run *run, const struct finding *worst)
{
	if (!worst || worst->severity == STATUS_OK)
		return NULL;
	if (worst->severity == STATUS_UNKNOWN)
		return "error";
	return worst->severity >= run->style->params->fail_on ? "failure" : NULL;
}

static void add_findings(struct buffer *out, const struct domain_report *r, const struct subject *s)
{
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		if (!is_about(f, s))
			continue;
		buffer_printf(
		    out, "%s %s: ", severity_name(f->severity), finding_info(f->code)->code);
		add_line(out, f->message, strlen(f->message));
		for (const char *line = model_fix(f); line && *line;) {
			size_t length = strcspn(line, "\n");
			add_line(out, line, length);
			line += length + (line[length] == '\n');
		}
	}
}

struct tally {
	size_t tests, failures, errors;
};

/* Where its address has others with the same kind of key: which one it is. */
static void add_digest(struct buffer *name, const struct subject *s)
{
	enum { SHOWN = 4 };
	const struct endpoint *e = s->endpoint;
	size_t alike = 0;
	for (size_t i = 0; i < s->host->endpoint_count; i++)
		alike += model_is_same_kind(&s->host->endpoints[i], e);
	if (alike < 2 || !e->probe.chain_count)
		return;
	buffer_add_text(name, " ");
	escape_add_hex(name, e->probe.chain[0].cert_sha256, SHOWN);
}

static void add_subject(struct buffer *name, const struct subject *s)
{
	char address[ADDRESS_TEXT_SIZE];
	switch (s->kind) {
	case SUBJECT_MX: buffer_add_text(name, "MX"); break;
	case SUBJECT_POLICY: buffer_add_text(name, "MTA-STS"); break;
	case SUBJECT_SERVERS: buffer_add_text(name, "name servers"); break;
	case SUBJECT_HOST: buffer_printf(name, "%s TLSA", s->host->name); break;
	case SUBJECT_ENDPOINT:
		buffer_printf(
		    name, "%s %s", s->host->name, address_text(&s->endpoint->address, address));
		if (s->endpoint->key_type != KEY_TYPE_NONE)
			buffer_printf(name, " %s", key_type_name(s->endpoint->key_type));
		add_digest(name, s);
		break;
	}
}

static void add_case(struct buffer *out, const struct report_run *run,
    const struct domain_report *r, const struct subject *s, struct tally *tally)
{
	const struct finding *worst = find_worst(r, s);
	const char *element = verdict_element(run, worst);
	struct buffer name = {0};
	add_subject(&name, s);
	buffer_add_text(out, "<testcase");
	add_attribute(out, "classname", suite_name(r));
	add_attribute(out, "name", buffer_text(&name));
	add_seconds(out, s->endpoint ? s->endpoint->probe.elapsed_ms : 0);
	buffer_reset(&name);
	tally->tests++;
	if (!element) {
		buffer_add_text(out, "/>\n");
		return;
	}
	if (worst->severity == STATUS_UNKNOWN)
		tally->errors++;
	else
		tally->failures++;
	buffer_printf(out, "><%s", element);
	add_attribute(out, "type", finding_info(worst->code)->code);
	add_attribute(out, "message", worst->message);
	buffer_add_text(out, ">");
	add_findings(out, r, s);
	buffer_printf(out, "</%s></testcase>\n", element);
}

static struct tally add_cases(
    struct buffer *out, const struct report_run *run, const struct domain_report *r)
{
	struct tally tally = {0};
	add_case(out, run, r, &(struct subject){.kind = SUBJECT_MX}, &tally);
	for (size_t i = 0; i < r->host_count; i++) {
		const struct mx_host *h = &r->hosts[i];
		struct subject s = {.kind = SUBJECT_HOST, .host = h};
		add_case(out, run, r, &s, &tally);
		s.kind = SUBJECT_ENDPOINT;
		for (size_t j = 0; j < h->endpoint_count; j++) {
			s.endpoint = &h->endpoints[j];
			add_case(out, run, r, &s, &tally);
		}
	}
	if (r->mta_sts)
		add_case(out, run, r, &(struct subject){.kind = SUBJECT_POLICY}, &tally);
	if (r->authority)
		add_case(out, run, r, &(struct subject){.kind = SUBJECT_SERVERS}, &tally);
	return tally;
}

static void add_entry(struct buffer *out, const char *sign, const struct finding *f)
{
	buffer_printf(
	    out, "%s %s %s", sign, severity_name(f->severity), finding_info(f->code)->code);
	if (f->ignored_reason) {
		buffer_add_text(out, " (");
		add_xml(out, f->ignored_reason, strlen(f->ignored_reason));
		buffer_add_text(out, ")");
	}
	buffer_add_text(out, ": ");
	add_line(out, f->message, strlen(f->message));
}

static void add_changed(
    struct buffer *out, const char *sign, const struct finding *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!list[i].ignored)
			add_entry(out, sign, &list[i]);
}

/* What a proposed change does, as text: it is no test that could fail. */
static void add_change(struct buffer *out, const struct domain_report *r)
{
	const struct change *c = r->change;
	if (!c)
		return;
	buffer_printf(out, "Change: %s (%s → %s)\n", change_effect_name(c->effect),
	    c->seen ? status_name(c->live->status) : "not checked", status_name(r->status));
	if (c->error)
		add_line(out, c->error, strlen(c->error));
	add_changed(out, "+", c->appear, c->appear_count);
	add_changed(out, "-", c->go, c->go_count);
}

/* What is to be ignored, or what the baseline knows, is no failure. */
static void add_uncounted(struct buffer *out, const struct domain_report *r)
{
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		if (f->ignored || f->known)
			add_entry(out, f->ignored ? "ignored" : "known", f);
	}
	add_changed(out, "gone", r->gone, r->gone_count);
}

static void draw_begin(struct buffer *out, struct report_run *run)
{
	(void)run;
	buffer_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
}

/* Attributes and children as the XSD of Ant's junitreport wants them, the strictest one in use. */
static void draw_domain(struct buffer *out, const struct domain_report *r, struct report_run *run)
{
	char at[TIME_TEXT_SIZE];
	struct buffer cases = {0};
	struct tally tally = add_cases(&cases, run, r);
	buffer_printf(
	    out, "<testsuite id=\"%zu\" package=\"mxdane\" hostname=\"localhost\"", run->domains++);
	add_attribute(out, "name", suite_name(r));
	/* That XSD's times have no zone; this is UTC. */
	buffer_printf(out, " timestamp=\"%.19s\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"",
	    time_text(r->checked_at, at), tally.tests, tally.failures, tally.errors);
	add_seconds(out, r->elapsed_ms);
	buffer_add_text(out, ">\n<properties/>\n");
	buffer_add(out, cases.data, cases.length);
	buffer_add_text(out, "<system-out>");
	add_line(out, r->summary, strlen(r->summary));
	add_change(out, r);
	add_uncounted(out, r);
	buffer_add_text(out, "</system-out>\n<system-err/>\n</testsuite>\n");
	buffer_reset(&cases);
}

static void draw_end(struct buffer *out, struct report_run *run)
{
	(void)run;
	buffer_add_text(out, "</testsuites>\n");
}

const struct report_writer junit_writer = {
    .name = "junit", .begin = draw_begin, .domain = draw_domain, .end = draw_end};
