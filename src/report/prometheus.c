/*
 * prometheus.c - draws the prometheus format: text exposition for the textfile collector. The
 * format wants the samples of a metric in one place, so they are gathered by family until the end.
 */
#include "writer.h"

#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "expiry.h"
#include "table.h"

enum family {
	FAMILY_BUILD,
	FAMILY_DOMAIN_STATUS,
	FAMILY_STATUS,
	FAMILY_SENDER,
	FAMILY_RECORD,
	FAMILY_VERIFIED,
	FAMILY_NOT_AFTER,
	FAMILY_EXPIRY,
	FAMILY_SIGNATURE,
	FAMILY_STS_MODE,
	FAMILY_SERVER,
	FAMILY_FINDINGS,
	FAMILY_DURATION,
	FAMILY_LAST_CHECK,
	FAMILY_COUNT,
};
_Static_assert(FAMILY_COUNT == REPORT_FAMILIES, "a buffer for each family");

static const struct {
	const char *name, *help;
} families[FAMILY_COUNT] = {
    [FAMILY_BUILD] = {"mxdane_build_info",
	"1, with the versions of mxdane and of the libraries that it uses."},
    [FAMILY_DOMAIN_STATUS] = {"mxdane_domain_status",
	"1 for the status that the domain has, else 0."},
    [FAMILY_STATUS] = {"mxdane_status",
	"Deprecated, see mxdane_domain_status: 0 ok, 1 warning, 2 critical, 3 unknown."},
    [FAMILY_SENDER] = {"mxdane_sender_outcome",
	"1 for what becomes of mail from senders of this kind, else 0."},
    [FAMILY_RECORD] = {"mxdane_tlsa_record_matched",
	"Whether the TLSA record matches what a checked address of the host presents."},
    [FAMILY_VERIFIED] = {"mxdane_endpoint_verified",
	"Whether RFC 7672 and Postfix accept the certificate of this endpoint."},
    [FAMILY_NOT_AFTER] = {"mxdane_certificate_not_after_timestamp_seconds",
	"End of the validity of the endpoint's certificate."},
    [FAMILY_EXPIRY] = {"mxdane_certificate_expiry_matters",
	"Whether a verdict rests on that end: DANE records of usage 3 alone ask for no date."},
    [FAMILY_SIGNATURE] = {"mxdane_signature_expires_timestamp_seconds",
	"End of the DNSSEC signature over an RRset."},
    [FAMILY_STS_MODE] = {"mxdane_mta_sts_mode", "1 for the state that MTA-STS is in, else 0."},
    [FAMILY_SERVER] = {"mxdane_name_server_ok",
	"Whether nothing is wrong with this name server of a zone concerned (--authoritative)."},
    [FAMILY_FINDINGS] = {"mxdane_findings",
	"Findings by code, those asked to be ignored left out."},
    [FAMILY_DURATION] = {"mxdane_check_duration_seconds", "How long the check took."},
    [FAMILY_LAST_CHECK] = {"mxdane_last_check_timestamp_seconds", "When the check was made."},
};

/* Drawing one domain. */
struct drawing {
	struct report_run *run;
	const struct domain_report *report;
	struct buffer *out; /* of the family being added to */
};

/* A label, the first of a sample with "{" before it. */
static void add_label(struct drawing *d, char before, const char *name, const char *value)
{
	struct buffer visible = {0};
	escape_add(&visible, value, strlen(value));
	buffer_printf(d->out, "%c%s=\"", before, name);
	for (const char *p = buffer_text(&visible); *p; p++) {
		if (*p == '\\' || *p == '"')
			buffer_add_text(d->out, "\\");
		buffer_add(d->out, p, 1);
	}
	buffer_add_text(d->out, "\"");
	buffer_reset(&visible);
}

/* Begins a sample; the labels beside `domain` follow, then end_sample. */
static void begin_sample(struct drawing *d, enum family family)
{
	d->out = &d->run->families[family];
	buffer_add_text(d->out, families[family].name);
	add_label(d, '{', "domain", d->report->domain);
}

static void end_sample(struct drawing *d, int64_t value)
{
	buffer_printf(d->out, "} %lld\n", (long long)value);
}

static void add_endpoint_labels(
    struct drawing *d, const struct mx_host *h, const struct endpoint *e)
{
	char address[ADDRESS_TEXT_SIZE];
	const char *type = key_type_name(e->key_type);
	add_label(d, ',', "host", h->name);
	add_label(d, ',', "address", address_text(&e->address, address));
	add_label(d, ',', "key_type", type ? type : "");
}

/* Two endpoints with the same labels would be one series twice, which the format forbids: the worst
 * of them counts, the first to expire, and one whose end matters. */
static void add_twins(struct drawing *d, const struct mx_host *h, const struct endpoint *e)
{
	bool checked = false, verified = true, matters = false;
	const struct certificate *first = NULL;
	for (size_t i = 0; i < h->endpoint_count; i++) {
		const struct endpoint *twin = &h->endpoints[i];
		const struct certificate *leaf =
		    twin->probe.chain_count ? &twin->probe.chain[0] : NULL;
		if (!model_is_same_kind(twin, e))
			continue;
		struct expiry expiry = expiry_of_endpoint(d->report, twin, d->run->style->params);
		matters |= expiry_matters(&expiry);
		if (twin->dane.result != DANE_RESULT_NOT_CHECKED) {
			checked = true;
			verified &= twin->dane.result == DANE_RESULT_VERIFIED;
		}
		if (leaf && leaf->parsed && (!first || leaf->not_after < first->not_after))
			first = leaf;
	}
	if (checked) {
		begin_sample(d, FAMILY_VERIFIED);
		add_endpoint_labels(d, h, e);
		end_sample(d, verified);
	}
	if (first) {
		begin_sample(d, FAMILY_NOT_AFTER);
		add_endpoint_labels(d, h, e);
		end_sample(d, first->not_after);
		begin_sample(d, FAMILY_EXPIRY);
		add_endpoint_labels(d, h, e);
		end_sample(d, matters);
	}
}

static bool has_twin_before(const struct mx_host *h, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (model_is_same_kind(&h->endpoints[i], &h->endpoints[index]))
			return true;
	return false;
}

static void add_signature(struct drawing *d, const struct lookup *l, const char *type)
{
	if (!l || !l->has_signature)
		return;
	struct buffer rrset = {0};
	buffer_printf(&rrset, "%s %s", l->asked, type);
	begin_sample(d, FAMILY_SIGNATURE);
	add_label(d, ',', "rrset", buffer_text(&rrset));
	end_sample(d, l->signature_expires);
	buffer_reset(&rrset);
}

/* What the labels show of a record: its parameters and the first octets of its data. */
enum { SHOWN_OCTETS = 8 };

static size_t shown_length(const struct tlsa_record *r)
{
	return r->length < SHOWN_OCTETS ? r->length : SHOWN_OCTETS;
}

static bool looks_the_same(const struct tlsa_record *a, const struct tlsa_record *b)
{
	return a->usage == b->usage && a->selector == b->selector && a->mtype == b->mtype &&
	       shown_length(a) == shown_length(b) &&
	       (shown_length(a) == 0 || memcmp(a->data, b->data, shown_length(a)) == 0);
}

static void add_number_label(struct drawing *d, const char *name, unsigned value)
{
	buffer_printf(d->out, ",%s=\"%u\"", name, value);
}

static void add_record(struct drawing *d, const struct mx_host *h, size_t index)
{
	const struct tlsa_record *r = &h->tlsa_records[index];
	bool matched = false;
	for (size_t i = 0; i < h->tlsa_count; i++)
		if (looks_the_same(&h->tlsa_records[i], r)) {
			if (i < index) /* the same labels would be one series twice */
				return;
			matched |= h->tlsa_records[i].matched;
		}
	begin_sample(d, FAMILY_RECORD);
	add_label(d, ',', "host", h->name);
	add_number_label(d, "usage", r->usage);
	add_number_label(d, "selector", r->selector);
	add_number_label(d, "mtype", r->mtype);
	buffer_add_text(d->out, ",data=\"");
	escape_add_hex(d->out, r->data, shown_length(r));
	buffer_add_text(d->out, "\"");
	end_sample(d, matched);
}

static bool shows_a_chain(const struct mx_host *h)
{
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (h->endpoints[i].probe.chain_count > 0)
			return true;
	return false;
}

static void add_host(struct drawing *d, const struct mx_host *h)
{
	add_signature(d, h->a, "A");
	add_signature(d, h->aaaa, "AAAA");
	add_signature(d, h->tlsa, "TLSA");
	for (size_t i = 0; i < h->endpoint_count; i++)
		if (!has_twin_before(h, i))
			add_twins(d, h, &h->endpoints[i]);
	for (size_t i = 0; shows_a_chain(h) && i < h->tlsa_count; i++)
		add_record(d, h, i);
}

static void add_senders(struct drawing *d)
{
	for (int c = 0; c < SENDER_COUNT; c++)
		for (int o = 0; o <= OUTCOME_UNKNOWN; o++) {
			begin_sample(d, FAMILY_SENDER);
			add_label(d, ',', "sender", sender_class_name((enum sender_class)c));
			add_label(d, ',', "outcome", sender_outcome_name((enum sender_outcome)o));
			end_sample(d, d->report->senders[c].outcome == (enum sender_outcome)o);
		}
}

static void add_sts(struct drawing *d, const struct mta_sts *s)
{
	static const enum sts_state states[] = {STS_STATE_ENFORCE, STS_STATE_TESTING,
	    STS_STATE_NONE, STS_STATE_ABSENT, STS_STATE_INVALID, STS_STATE_UNREACHABLE,
	    STS_STATE_FAILED};
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		begin_sample(d, FAMILY_STS_MODE);
		add_label(d, ',', "mode", sts_state_name(states[i]));
		end_sample(d, s->state == states[i]);
	}
	add_signature(d, s->txt, "TXT");
}

/* Not of those that were not asked, or that nothing is known of. */
static void add_servers(struct drawing *d, const struct authority_zone *z)
{
	for (size_t i = 0; i < z->server_count; i++) {
		const struct name_server *s = &z->servers[i];
		char address[ADDRESS_TEXT_SIZE];
		if (s->status == STATUS_UNKNOWN)
			continue;
		begin_sample(d, FAMILY_SERVER);
		add_label(d, ',', "zone", s->zone);
		add_label(d, ',', "server", s->name);
		add_label(d, ',', "address", address_text(&s->address, address));
		end_sample(d, s->status == STATUS_OK);
	}
}

/* One code may have two severities in one report, hence the two tables' sizes. */
static void add_findings(struct drawing *d)
{
	static const enum status severities[] = {
	    STATUS_CRITICAL, STATUS_UNKNOWN, STATUS_WARNING, STATUS_OK};
	enum { SEVERITIES = sizeof severities / sizeof *severities };
	unsigned counts[FINDING_COUNT][SEVERITIES] = {{0}};
	for (size_t i = 0; i < d->report->finding_count; i++) {
		const struct finding *f = &d->report->findings[i];
		counts[f->code][f->severity] += !f->ignored;
	}
	for (int code = 0; code < FINDING_COUNT; code++)
		for (size_t i = 0; i < SEVERITIES; i++) {
			if (!counts[code][severities[i]])
				continue;
			begin_sample(d, FAMILY_FINDINGS);
			add_label(d, ',', "code", finding_info((enum finding_code)code)->code);
			add_label(d, ',', "severity", severity_name(severities[i]));
			end_sample(d, counts[code][severities[i]]);
		}
}

/* A domain given twice is reported twice elsewhere; here it would be every series twice. */
struct report_name {
	UT_hash_handle hh;
	char name[];
};

static bool is_drawn_already(struct report_run *run, const char *domain)
{
	size_t length = strlen(domain);
	struct report_name *n;
	HASH_FIND(hh, run->names, domain, length, n);
	if (n)
		return true;
	n = memory_alloc(sizeof *n + length + 1);
	memcpy(n->name, domain, length + 1);
	HASH_ADD_KEYPTR(hh, run->names, n->name, length, n);
	return false;
}

static void forget_names(struct report_run *run)
{
	struct report_name *n, *next;
	HASH_ITER(hh, run->names, n, next)
	{
		HASH_DEL(run->names, n);
		free(n);
	}
}

static void add_status(struct drawing *d)
{
	static const enum status states[] = {
	    STATUS_OK, STATUS_WARNING, STATUS_UNKNOWN, STATUS_CRITICAL};
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		begin_sample(d, FAMILY_DOMAIN_STATUS);
		add_label(d, ',', "status", status_name(states[i]));
		end_sample(d, d->report->status == states[i]);
	}
	begin_sample(d, FAMILY_STATUS);
	end_sample(d, status_exit_code(d->report->status));
}

static void draw_begin(struct buffer *out, struct report_run *run)
{
	(void)out; /* all is written at the end */
	struct drawing d = {.run = run, .out = &run->families[FAMILY_BUILD]};
	buffer_add_text(d.out, families[FAMILY_BUILD].name);
	add_label(&d, '{', "version", MXDANE_VERSION);
	add_label(&d, ',', "getdns", run->style->getdns_version);
	add_label(&d, ',', "gnutls", run->style->gnutls_version);
	end_sample(&d, 1);
}

static void draw_domain(struct buffer *out, const struct domain_report *r, struct report_run *run)
{
	(void)out; /* all is written at the end */
	struct drawing d = {.run = run, .report = r};
	run->domains++;
	if (is_drawn_already(run, r->domain))
		return;
	add_status(&d);
	if (!r->unmet_count)
		add_senders(&d);
	add_signature(&d, r->mx, "MX");
	for (size_t i = 0; i < r->host_count; i++)
		add_host(&d, &r->hosts[i]);
	if (r->mta_sts)
		add_sts(&d, r->mta_sts);
	if (r->tls_rpt)
		add_signature(&d, r->tls_rpt->txt, "TXT");
	for (size_t i = 0; r->authority && i < r->authority->zone_count; i++)
		add_servers(&d, &r->authority->zones[i]);
	add_findings(&d);
	begin_sample(&d, FAMILY_DURATION);
	buffer_printf(d.out, "} %u.%03u\n", r->elapsed_ms / 1000, r->elapsed_ms % 1000);
	begin_sample(&d, FAMILY_LAST_CHECK);
	end_sample(&d, r->checked_at);
}

static void draw_end(struct buffer *out, struct report_run *run)
{
	for (int i = 0; i < FAMILY_COUNT; i++) {
		struct buffer *samples = &run->families[i];
		if (samples->length == 0)
			continue;
		buffer_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", families[i].name,
		    families[i].help, families[i].name);
		buffer_add(out, samples->data, samples->length);
		buffer_reset(samples);
	}
	forget_names(run);
}

const struct report_writer prometheus_writer = {
    .name = "prometheus", .begin = draw_begin, .domain = draw_domain, .end = draw_end};
