/*
 * json.c - draws the JSON format: one object for each domain on one line, keys and order as the
 * schema has them (tests/report/mxdane.schema.json). What is absent is null, never missing.
 */
#include "certificate.h"
#include "json_internal.h"
#include "writer.h"

/* Raised when a key goes or changes its type; a new key leaves it. */
enum { SCHEMA = 2 };

static json_t *draw_hex(const struct json_drawing *d, const void *data, size_t length)
{
	return json_string(escape_hex(d->arena, data, length));
}

static json_t *draw_signature_end(const struct lookup *a, const struct lookup *b)
{
	int64_t when;
	return lookup_signature_end(a, b, &when) ? draw_time(when) : json_null();
}

/* The longer TTL of two lookups: until then some cache has what they answered. Of proposed records
 * no cache has any. */
static void add_ttls(json_t *o, const struct lookup *a, const struct lookup *b)
{
	const struct lookup *const both[] = {a, b};
	int64_t whole = -1, left = -1;
	for (size_t i = 0; i < 2; i++) {
		const struct lookup *l = both[i];
		if (!l || l->kind != ANSWER_RECORDS)
			continue;
		if (l->original_ttl > whole)
			whole = l->original_ttl;
		if (!l->proposed && l->ttl_left > left)
			left = l->ttl_left;
	}
	add_key(o, "ttl", whole < 0 ? json_null() : json_integer(whole));
	add_key(o, "ttl_left", left < 0 ? json_null() : json_integer(left));
}

static json_t *draw_dnssec(const struct lookup *l)
{
	return draw_name(l ? dnssec_status_name(l->dnssec) : NULL);
}

/* The first link of an answer that is not signed; of two lookups the first that has one. */
static json_t *draw_insecure_at(
    const struct json_drawing *d, const struct lookup *a, const struct lookup *b)
{
	const struct lookup *l = a && lookup_insecure_cause(a) != CAUSE_NONE ? a : b;
	const char *why;
	switch (l ? lookup_insecure_cause(l) : CAUSE_NONE) {
	case CAUSE_DS_MISSING: why = "no-ds"; break;
	case CAUSE_OPT_OUT: why = "opt-out"; break;
	case CAUSE_ZONE_UNSIGNED: why = "unsigned-zone"; break;
	case CAUSE_ALIAS_UNSIGNED: why = "alias"; break;
	default: return json_null();
	}
	json_t *o = json_object();
	add_key(o, "name", draw_text(d, l->broken.name));
	add_key(o, "why", json_string(why));
	return o;
}

static json_t *draw_texts(const struct json_drawing *d, const char *const *texts, size_t count)
{
	json_t *array = json_array();
	for (size_t i = 0; i < count; i++)
		add_item(array, draw_text(d, texts[i]));
	return array;
}

/* Of both lookups, either of which may be NULL. */
static json_t *draw_errors(
    const struct json_drawing *d, const struct lookup *a, const struct lookup *b)
{
	const struct lookup *both[] = {a, b};
	json_t *array = json_array();
	for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
		for (size_t k = 0; both[i] && k < both[i]->ede_count; k++) {
			json_t *o = json_object();
			add_key(o, "code", json_integer(both[i]->ede[k].code));
			add_key(o, "text", draw_text(d, both[i]->ede[k].text));
			add_item(array, o);
		}
	}
	return array;
}

/* ---- Hosts -----------------------------------------------------------------------------------
 */

static json_t *draw_addresses(const struct json_drawing *d, const struct mx_host *h)
{
	bool asked = h->a || h->aaaa;
	const char *error = h->a && h->a->error ? h->a->error : h->aaaa ? h->aaaa->error : NULL;
	json_t *o = json_object();
	add_key(o, "dnssec", draw_name(asked ? dnssec_status_name(h->address_dnssec) : NULL));
	add_key(o, "insecure_at", draw_insecure_at(d, h->a, h->aaaa));
	add_key(o, "canonical", draw_text(d, mx_host_canonical_name(h)));
	add_key(o, "signature_expires", draw_signature_end(h->a, h->aaaa));
	add_ttls(o, h->a, h->aaaa);
	add_key(o, "error", draw_text(d, error));
	add_key(o, "ede", draw_errors(d, h->a, h->aaaa));
	return o;
}

static json_t *draw_record(const struct json_drawing *d, const struct tlsa_record *r)
{
	json_t *o = json_object();
	add_key(o, "usage", json_integer(r->usage));
	add_key(o, "selector", json_integer(r->selector));
	add_key(o, "mtype", json_integer(r->mtype));
	add_key(o, "data", draw_hex(d, r->data, r->length));
	add_key(o, "usable", json_boolean(r->defect == TLSA_DEFECT_NONE));
	add_key(o, "active", json_boolean(r->active));
	add_key(o, "reason", draw_name(tlsa_defect_text(r->defect)));
	add_key(o, "matched", json_boolean(r->matched));
	add_key(o, "cause", draw_name(cause_info(r->cause)->slug));
	return o;
}

static json_t *draw_tlsa(const struct json_drawing *d, const struct mx_host *h)
{
	json_t *records = json_array();
	for (size_t i = 0; i < h->tlsa_count; i++)
		add_item(records, draw_record(d, &h->tlsa_records[i]));

	json_t *o = json_object();
	add_key(o, "state", json_string(tlsa_state_name(h->tlsa_state)));
	add_key(o, "owner", draw_text(d, h->tlsa_owner));
	add_key(o, "base", draw_text(d, h->tlsa_base));
	add_key(o, "dnssec", draw_dnssec(h->tlsa));
	add_key(o, "insecure_at", draw_insecure_at(d, h->tlsa, NULL));
	add_key(o, "signature_expires", draw_signature_end(h->tlsa, NULL));
	add_ttls(o, h->tlsa, NULL);
	add_key(o, "proposed", json_boolean(h->tlsa && h->tlsa->proposed));
	add_key(o, "error", draw_text(d, h->tlsa ? h->tlsa->error : NULL));
	add_key(o, "ede", draw_errors(d, h->tlsa, NULL));
	add_key(o, "records", records);
	return o;
}

static json_t *draw_dane(const struct dane_verdict *v)
{
	json_t *o = json_object();
	add_key(o, "result", json_string(dane_result_name(v->result)));
	add_key(o, "record", draw_index(v->record));
	add_key(o, "depth", draw_index(v->depth));
	add_key(o, "usage", draw_index(v->usage));
	json_t *refused_by = json_array();
	for (int i = 0; i < OTHER_SENDER_COUNT; i++)
		if (v->refused_by[i])
			add_item(refused_by, json_string(other_sender_name((enum other_sender)i)));
	add_key(o, "refused_by", refused_by);
	return o;
}

static json_t *draw_pkix(const struct pkix_verdict *v)
{
	json_t *o = json_object();
	add_key(o, "result", json_string(pkix_result_name(v->result)));
	add_key(o, "reason", draw_name(pkix_reason_name(v->reason)));
	return o;
}

static json_t *draw_smtp(const struct json_drawing *d, const struct probe *p)
{
	json_t *o = json_object();
	add_key(o, "stage", json_string(smtp_stage_name(p->stage)));
	add_key(o, "greeting", draw_text(d, p->greeting));
	add_key(o, "ehlo", draw_text(d, p->ehlo_name));
	add_key(o, "starttls", json_boolean(p->starttls));
	add_key(o, "requiretls", json_boolean(p->requiretls));
	add_key(o, "error", draw_text(d, p->error));
	return o;
}

/* Null where no handshake was begun, with --chain too. */
static json_t *draw_tls(const struct json_drawing *d, const struct probe *p)
{
	if (p->stage < SMTP_STAGE_HANDSHAKE)
		return json_null();
	json_t *o = json_object();
	add_key(o, "version", draw_text(d, p->tls_version));
	add_key(o, "cipher", draw_text(d, p->cipher));
	add_key(o, "group", draw_text(d, p->group));
	add_key(o, "signature", draw_text(d, p->tls_signature));
	add_key(o, "sni", draw_text(d, p->sni));
	add_key(o, "error", draw_text(d, p->tls_error));
	return o;
}

static json_t *draw_tlsa_matches(const bool *row, size_t count)
{
	json_t *matches = json_array();
	for (size_t i = 0; row && i < count; i++)
		if (row[i])
			add_item(matches, json_integer((json_int_t)i));
	return matches;
}

/* A certificate that does not parse has nothing but its depth, digest and octets; of one that is
 * known by its key alone, the key and its digest. */
static json_t *draw_certificate(
    const struct json_drawing *d, const struct certificate *c, size_t depth, json_t *matches)
{
	bool parsed = c->parsed, key = parsed || c->key_only;
	json_t *o = json_object();
	add_key(o, "depth", json_integer((json_int_t)depth));
	add_key(o, "subject", draw_text(d, parsed ? c->subject : NULL));
	add_key(o, "issuer", draw_text(d, parsed ? c->issuer : NULL));
	add_key(o, "names", draw_texts(d, c->dns_names, parsed ? c->dns_name_count : 0));
	add_key(o, "not_before", parsed ? draw_time(c->not_before) : json_null());
	add_key(o, "not_after", parsed ? draw_time(c->not_after) : json_null());
	add_key(o, "key", draw_text(d, key ? c->key : NULL));
	add_key(o, "signature", draw_text(d, parsed ? c->signature : NULL));
	add_key(o, "self_signed", json_boolean(parsed && c->self_signed));
	add_key(o, "cert_sha256",
	    c->key_only ? json_null() : draw_hex(d, c->cert_sha256, sizeof c->cert_sha256));
	add_key(o, "spki_sha256",
	    key ? draw_hex(d, c->spki_sha256, sizeof c->spki_sha256) : json_null());
	add_key(o, "tlsa_matches", matches);
	bool whole = d->verbose && !c->key_only;
	add_key(o, "pem", draw_name(whole ? certificate_to_pem(d->arena, c) : NULL));
	return o;
}

static json_t *draw_chain(
    const struct json_drawing *d, const struct endpoint *e, const struct mx_host *h)
{
	json_t *chain = json_array();
	for (size_t i = 0; i < e->probe.chain_count; i++) {
		const bool *row = e->tlsa_matches ? &e->tlsa_matches[i * h->tlsa_count] : NULL;
		add_item(chain, draw_certificate(d, &e->probe.chain[i], i,
				    draw_tlsa_matches(row, h->tlsa_count)));
	}
	return chain;
}

static json_t *draw_endpoint(
    const struct json_drawing *d, const struct endpoint *e, const struct mx_host *h)
{
	json_t *o = json_object();
	add_key(o, "address", draw_address(&e->address));
	add_key(o, "port", json_integer(e->port));
	add_key(o, "key_type", draw_name(key_type_name(e->key_type)));
	add_key(o, "connections", e->proposed ? json_null() : json_integer(e->turns));
	add_key(o, "status", json_string(status_name(e->status)));
	add_key(o, "dane", draw_dane(&e->dane));
	add_key(o, "pkix", draw_pkix(&e->pkix));
	add_key(o, "smtp", draw_smtp(d, &e->probe));
	add_key(o, "tls", draw_tls(d, &e->probe));
	add_key(o, "chain", draw_chain(d, e, h));
	add_key(o, "elapsed_ms", json_integer(e->probe.elapsed_ms));
	return o;
}

static json_t *draw_host(const struct json_drawing *d, const struct mx_host *h)
{
	json_t *endpoints = json_array();
	for (size_t i = 0; i < h->endpoint_count; i++)
		add_item(endpoints, draw_endpoint(d, &h->endpoints[i], h));

	json_t *o = json_object();
	add_key(o, "name", draw_text(d, h->name));
	add_key(o, "name_unicode", draw_text(d, h->name_unicode));
	add_key(o, "preference", json_integer(h->preference));
	add_key(o, "status", json_string(status_name(h->status)));
	add_key(o, "addresses", draw_addresses(d, h));
	add_key(o, "tlsa", draw_tlsa(d, h));
	add_key(o, "endpoints", endpoints);
	return o;
}

static json_t *draw_hosts(const struct json_drawing *d)
{
	json_t *hosts = json_array();
	for (size_t i = 0; i < d->report->host_count; i++)
		add_item(hosts, draw_host(d, &d->report->hosts[i]));
	return hosts;
}

/* ---- The domain ------------------------------------------------------------------------------
 */

/* mxdane(1), --mx: the MX RRset then counts as secure. Without a root key nothing was validated. */
static json_t *draw_mx_dnssec(const struct domain_report *r)
{
	if (r->mx_kind == MX_KIND_GIVEN)
		return json_string(dnssec_status_name(DNSSEC_SECURE));
	return r->root_error ? json_null() : draw_dnssec(r->mx);
}

static json_t *draw_mx(const struct json_drawing *d)
{
	const struct domain_report *r = d->report;
	const struct lookup *mx = r->mx;
	const char *error = r->root_error ? r->root_error : mx ? mx->error : NULL;
	json_t *o = json_object();
	add_key(o, "kind", json_string(mx_kind_name(r->mx_kind)));
	add_key(o, "dnssec", draw_mx_dnssec(r));
	add_key(o, "insecure_at", draw_insecure_at(d, mx, NULL));
	add_key(o, "signature_expires", draw_signature_end(mx, NULL));
	add_ttls(o, mx, NULL);
	add_key(o, "proposed", json_boolean(mx && mx->proposed));
	add_key(o, "error", draw_text(d, error));
	add_key(o, "ede", draw_errors(d, mx, NULL));
	return o;
}

static json_t *draw_policy(const struct json_drawing *d, const struct sts_policy *p)
{
	if (!p)
		return json_null();
	json_t *o = json_object();
	add_key(o, "version", draw_text(d, p->version));
	add_key(o, "mode", json_string(sts_mode_name(p->mode)));
	add_key(o, "max_age", json_integer(p->max_age));
	add_key(o, "mx", draw_texts(d, p->mx, p->mx_count));
	return o;
}

static json_t *draw_fetch(const struct json_drawing *d, const struct policy_fetch *f)
{
	if (!f->tried)
		return json_null();
	bool judged = f->tls != PKIX_RESULT_NOT_CHECKED;
	json_t *o = json_object();
	add_key(o, "http_status", f->http_status ? json_integer(f->http_status) : json_null());
	add_key(o, "content_type", draw_text(d, f->content_type));
	add_key(o, "tls", draw_name(judged ? pkix_result_name(f->tls) : NULL));
	add_key(o, "error", draw_text(d, f->error));
	return o;
}

static json_t *draw_sts_hosts(const struct json_drawing *d, const struct mta_sts *s)
{
	json_t *hosts = json_array();
	for (size_t i = 0; s->policy && s->hosts && i < d->report->host_count; i++) {
		json_t *o = json_object();
		add_key(o, "name", draw_text(d, d->report->hosts[i].name));
		add_key(o, "listed", json_boolean(s->hosts[i].listed));
		add_key(o, "pkix", json_string(pkix_result_name(s->hosts[i].pkix.result)));
		add_item(hosts, o);
	}
	return hosts;
}

static json_t *draw_mta_sts(const struct json_drawing *d)
{
	const struct mta_sts *s = d->report->mta_sts;
	if (!s)
		return json_null();
	json_t *o = json_object();
	add_key(o, "state", json_string(sts_state_name(s->state)));
	add_key(o, "dnssec", draw_dnssec(s->txt));
	add_key(o, "id", draw_text(d, s->id));
	add_key(o, "policy", draw_policy(d, s->policy));
	add_key(o, "url", draw_text(d, s->url));
	add_key(o, "fetch", draw_fetch(d, &s->fetch));
	add_key(o, "hosts", draw_sts_hosts(d, s));
	return o;
}

static json_t *draw_tls_rpt(const struct json_drawing *d)
{
	const struct tls_rpt *t = d->report->tls_rpt;
	if (!t)
		return json_null();
	json_t *o = json_object();
	add_key(o, "state", json_string(tls_rpt_state_name(t->state)));
	add_key(o, "rua", draw_texts(d, t->rua, t->rua_count));
	add_key(o, "error", draw_text(d, t->error));
	return o;
}

static json_t *draw_senders(const struct json_drawing *d)
{
	json_t *senders = json_object();
	for (int i = 0; i < SENDER_COUNT; i++) {
		const struct sender_verdict *v = &d->report->senders[i];
		json_t *o = json_object();
		add_key(o, "outcome", json_string(sender_outcome_name(v->outcome)));
		add_key(o, "hosts_ok", json_integer((json_int_t)v->hosts_ok));
		add_key(o, "hosts", json_integer((json_int_t)v->hosts));
		add_key(senders, sender_class_name((enum sender_class)i), o);
	}
	return senders;
}

static json_t *draw_ignored(const struct params *params)
{
	json_t *codes = json_array();
	for (int i = 0; i < FINDING_COUNT; i++)
		if (params->ignore[i])
			add_item(codes, json_string(finding_info((enum finding_code)i)->code));
	return codes;
}

static void add_file(json_t *array, const struct json_drawing *d, const char *key, const char *name,
    const char *file)
{
	json_t *o = json_object();
	add_key(o, key, draw_text(d, name));
	add_key(o, "file", draw_text(d, file));
	add_item(array, o);
}

static json_t *draw_zone_options(const struct json_drawing *d)
{
	json_t *zones = json_array();
	for (size_t i = 0; i < d->params->zone_count; i++)
		add_file(zones, d, "origin", d->params->zones[i].origin, d->params->zones[i].file);
	return zones;
}

static json_t *draw_chain_options(const struct json_drawing *d)
{
	json_t *chains = json_array();
	for (size_t i = 0; i < d->params->chain_count; i++)
		add_file(chains, d, "host", d->params->chains[i].host, d->params->chains[i].file);
	return chains;
}

/* Those that bear on the verdict; the moment that --at gives is judged_at. */
static json_t *draw_options(const struct json_drawing *d)
{
	static const char *const families[] = {
	    [FAMILY_BOTH] = "both", [FAMILY_IPV4] = "ipv4", [FAMILY_IPV6] = "ipv6"};
	const struct params *p = d->params;
	json_t *o = json_object();
	add_key(o, "dnssec", json_string(params_choice_name(params_dnssec_modes, p->dnssec)));
	add_key(o, "trust_anchor", draw_text(d, p->trust_anchor));
	add_key(o, "ca_file", draw_text(d, p->ca_file));
	add_key(o, "mx", draw_texts(d, p->mx_hosts, p->mx_host_count));
	add_key(o, "port", json_integer(p->port));
	add_key(o, "family", json_string(families[p->family]));
	add_key(o, "reserved", json_boolean(p->reserved));
	add_key(o, "authoritative", json_boolean(p->authoritative));
	add_key(o, "key_types", json_string(params_choice_name(params_key_types, p->key_types)));
	add_key(o, "repeat", json_integer(p->repeat));
	add_key(o, "warn_days", json_integer(p->warn_days));
	add_key(o, "ignore", draw_ignored(p));
	add_key(o, "zone", draw_zone_options(d));
	add_key(o, "chain", draw_chain_options(d));
	add_key(o, "plan", json_boolean(p->plan));
	return o;
}

static json_t *draw_report(const struct json_drawing *d)
{
	const struct domain_report *r = d->report;
	json_t *o = json_object();
	add_key(o, "schema", json_integer(SCHEMA));
	add_key(o, "tool", json_string("mxdane " MXDANE_VERSION));
	add_key(o, "domain", draw_text(d, r->domain));
	add_key(o, "domain_unicode", draw_text(d, r->domain_unicode));
	add_key(o, "checked_at", draw_time(r->checked_at));
	add_key(o, "judged_at", draw_time(r->judged_at));
	add_key(o, "elapsed_ms", json_integer(r->elapsed_ms));
	add_key(
	    o, "require", json_string(params_choice_name(params_requirements, d->params->require)));
	add_key(o, "options", draw_options(d));
	add_key(o, "status", json_string(status_name(r->status)));
	add_key(o, "summary", draw_text(d, r->summary));
	add_key(o, "change", json_findings_draw_change(d));
	add_key(o, "mx", draw_mx(d));
	add_key(o, "hosts", draw_hosts(d));
	add_key(o, "servers", json_servers_draw(d));
	add_key(o, "mta_sts", draw_mta_sts(d));
	add_key(o, "tls_rpt", draw_tls_rpt(d));
	add_key(o, "senders", draw_senders(d));
	add_key(o, "findings", json_findings_draw(d, r->findings, r->finding_count));
	add_key(o, "gone", json_findings_draw(d, r->gone, r->gone_count));
	return o;
}

static void draw_begin(struct buffer *out, struct report_run *run)
{
	(void)out;
	(void)run;
	json_set_up();
}

static int add_piece(const char *piece, size_t size, void *out)
{
	buffer_add(out, piece, size);
	return 0;
}

static void draw_domain(
    struct buffer *out, const struct domain_report *report, struct report_run *run)
{
	struct json_drawing d = {.arena = arena_create(),
	    .report = report,
	    .params = run->style->params,
	    .verbose = run->style->verbose};
	json_t *o = draw_report(&d);
	if (json_dump_callback(o, add_piece, out, JSON_COMPACT) != 0)
		abort();
	buffer_add_text(out, "\n");
	json_decref(o);
	arena_destroy(d.arena);
	run->domains++;
}

const struct report_writer json_writer = {
    .name = "json", .begin = draw_begin, .domain = draw_domain};
