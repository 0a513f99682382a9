/* report_json_host.c owns the JSON of a host: its addresses, TLSA records, endpoints and chains. */
#include "report_json.h"

#include <jansson.h>

#include "certificate.h"

static json_t *draw_addresses(const struct json_drawing *d, const struct mx_host *h)
{
	bool asked = h->a || h->aaaa;
	const char *error = h->a && h->a->error ? h->a->error : h->aaaa ? h->aaaa->error : NULL;
	json_t *o = json_object();
	json_add_key(
	    o, "dnssec", json_draw_name(asked ? dnssec_status_name(h->address_dnssec) : NULL));
	json_add_key(o, "canonical", json_draw_text(d, report_canonical_name(h)));
	json_add_key(o, "signature_expires", json_draw_signature_end(h->a, h->aaaa));
	json_add_key(o, "error", json_draw_text(d, error));
	return o;
}

static json_t *draw_record(const struct json_drawing *d, const struct tlsa_record *r)
{
	json_t *o = json_object();
	json_add_key(o, "usage", json_integer(r->usage));
	json_add_key(o, "selector", json_integer(r->selector));
	json_add_key(o, "mtype", json_integer(r->mtype));
	json_add_key(o, "data", json_draw_hex(d, r->data, r->length));
	json_add_key(o, "usable", json_boolean(r->defect == TLSA_DEFECT_NONE));
	json_add_key(o, "active", json_boolean(r->active));
	json_add_key(o, "reason", json_draw_name(tlsa_defect_text(r->defect)));
	json_add_key(o, "matched", json_boolean(r->matched));
	return o;
}

static json_t *draw_tlsa(const struct json_drawing *d, const struct mx_host *h)
{
	json_t *records = json_array();
	for (size_t i = 0; i < h->tlsa_count; i++)
		json_add_item(records, draw_record(d, &h->tlsa_records[i]));

	json_t *o = json_object();
	json_add_key(o, "state", json_string(tlsa_state_name(h->tlsa_state)));
	json_add_key(o, "owner", json_draw_text(d, h->tlsa_owner));
	json_add_key(o, "base", json_draw_text(d, h->tlsa_base));
	json_add_key(o, "dnssec", json_draw_dnssec(h->tlsa));
	json_add_key(o, "signature_expires", json_draw_signature_end(h->tlsa, NULL));
	json_add_key(o, "proposed", json_boolean(h->tlsa && h->tlsa->proposed));
	json_add_key(o, "error", json_draw_text(d, h->tlsa ? h->tlsa->error : NULL));
	json_add_key(o, "records", records);
	return o;
}

static json_t *draw_dane(const struct dane_verdict *v)
{
	json_t *o = json_object();
	json_add_key(o, "result", json_string(dane_result_name(v->result)));
	json_add_key(o, "record", json_draw_index(v->record));
	json_add_key(o, "depth", json_draw_index(v->depth));
	json_add_key(o, "usage", json_draw_index(v->usage));
	return o;
}

static json_t *draw_pkix(const struct pkix_verdict *v)
{
	json_t *o = json_object();
	json_add_key(o, "result", json_string(pkix_result_name(v->result)));
	json_add_key(o, "reason", json_draw_name(pkix_reason_name(v->reason)));
	return o;
}

static json_t *draw_smtp(const struct json_drawing *d, const struct probe *p)
{
	json_t *o = json_object();
	json_add_key(o, "stage", json_string(smtp_stage_name(p->stage)));
	json_add_key(o, "greeting", json_draw_text(d, p->greeting));
	json_add_key(o, "ehlo", json_draw_text(d, p->ehlo_name));
	json_add_key(o, "starttls", json_boolean(p->starttls));
	json_add_key(o, "requiretls", json_boolean(p->requiretls));
	json_add_key(o, "error", json_draw_text(d, p->error));
	return o;
}

/* Null where no handshake was begun, with --chain too. */
static json_t *draw_tls(const struct json_drawing *d, const struct probe *p)
{
	if (p->stage < SMTP_STAGE_HANDSHAKE)
		return json_null();
	json_t *o = json_object();
	json_add_key(o, "version", json_draw_text(d, p->tls_version));
	json_add_key(o, "cipher", json_draw_text(d, p->cipher));
	json_add_key(o, "group", json_draw_text(d, p->group));
	json_add_key(o, "signature", json_draw_text(d, p->tls_signature));
	json_add_key(o, "sni", json_draw_text(d, p->sni));
	json_add_key(o, "error", json_draw_text(d, p->tls_error));
	return o;
}

static json_t *draw_tlsa_matches(const bool *row, size_t count)
{
	json_t *matches = json_array();
	for (size_t i = 0; row && i < count; i++)
		if (row[i])
			json_add_item(matches, json_integer((json_int_t)i));
	return matches;
}

/* A certificate that does not parse has nothing but its depth, digest and octets. */
static json_t *draw_certificate(
    const struct json_drawing *d, const struct certificate *c, size_t depth, json_t *matches)
{
	bool parsed = c->parsed;
	json_t *o = json_object();
	json_add_key(o, "depth", json_integer((json_int_t)depth));
	json_add_key(o, "subject", json_draw_text(d, parsed ? c->subject : NULL));
	json_add_key(o, "issuer", json_draw_text(d, parsed ? c->issuer : NULL));
	json_add_key(o, "names", json_draw_texts(d, c->dns_names, parsed ? c->dns_name_count : 0));
	json_add_key(o, "not_before", parsed ? json_draw_time(c->not_before) : json_null());
	json_add_key(o, "not_after", parsed ? json_draw_time(c->not_after) : json_null());
	json_add_key(o, "key", json_draw_text(d, parsed ? c->key : NULL));
	json_add_key(o, "signature", json_draw_text(d, parsed ? c->signature : NULL));
	json_add_key(o, "self_signed", json_boolean(parsed && c->self_signed));
	json_add_key(o, "cert_sha256", json_draw_hex(d, c->cert_sha256, sizeof c->cert_sha256));
	json_add_key(o, "spki_sha256",
	    parsed ? json_draw_hex(d, c->spki_sha256, sizeof c->spki_sha256) : json_null());
	json_add_key(o, "tlsa_matches", matches);
	json_add_key(o, "pem", json_draw_name(d->verbose ? certificate_to_pem(d->arena, c) : NULL));
	return o;
}

static json_t *draw_chain(
    const struct json_drawing *d, const struct endpoint *e, const struct mx_host *h)
{
	json_t *chain = json_array();
	for (size_t i = 0; i < e->probe.chain_count; i++) {
		const bool *row = e->tlsa_matches ? &e->tlsa_matches[i * h->tlsa_count] : NULL;
		json_add_item(chain, draw_certificate(d, &e->probe.chain[i], i,
					 draw_tlsa_matches(row, h->tlsa_count)));
	}
	return chain;
}

static json_t *draw_endpoint(
    const struct json_drawing *d, const struct endpoint *e, const struct mx_host *h)
{
	json_t *o = json_object();
	json_add_key(o, "address", json_draw_address(&e->address));
	json_add_key(o, "port", json_integer(e->port));
	json_add_key(o, "key_type", json_draw_name(key_type_name(e->key_type)));
	json_add_key(o, "status", json_string(status_name(e->status)));
	json_add_key(o, "dane", draw_dane(&e->dane));
	json_add_key(o, "pkix", draw_pkix(&e->pkix));
	json_add_key(o, "smtp", draw_smtp(d, &e->probe));
	json_add_key(o, "tls", draw_tls(d, &e->probe));
	json_add_key(o, "chain", draw_chain(d, e, h));
	json_add_key(o, "elapsed_ms", json_integer(e->probe.elapsed_ms));
	return o;
}

static json_t *draw_host(const struct json_drawing *d, const struct mx_host *h)
{
	json_t *endpoints = json_array();
	for (size_t i = 0; i < h->endpoint_count; i++)
		json_add_item(endpoints, draw_endpoint(d, &h->endpoints[i], h));

	json_t *o = json_object();
	json_add_key(o, "name", json_draw_text(d, h->name));
	json_add_key(o, "name_unicode", json_draw_text(d, h->name_unicode));
	json_add_key(o, "preference", json_integer(h->preference));
	json_add_key(o, "status", json_string(status_name(h->status)));
	json_add_key(o, "addresses", draw_addresses(d, h));
	json_add_key(o, "tlsa", draw_tlsa(d, h));
	json_add_key(o, "endpoints", endpoints);
	return o;
}

json_t *json_draw_hosts(const struct json_drawing *d)
{
	json_t *hosts = json_array();
	for (size_t i = 0; i < d->report->host_count; i++)
		json_add_item(hosts, draw_host(d, &d->report->hosts[i]));
	return hosts;
}
