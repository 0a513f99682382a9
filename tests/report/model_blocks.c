/* model_blocks.c - owns the building blocks of hand-made models. */
#include <arpa/inet.h>
#include <string.h>

#include "models.h"

enum { DAY = 24 * 3600 };

struct domain_report *model_domain(struct arena *arena, const char *name, const char *unicode)
{
	struct domain_report *r = arena_alloc(arena, sizeof *r);
	r->arena = arena;
	r->asked = r->domain = name;
	r->domain_unicode = unicode;
	r->checked_at = r->judged_at = MODEL_NOW;
	r->elapsed_ms = 412;
	r->mx_kind = MX_KIND_MX;
	r->summary = "";
	return r;
}

struct lookup *model_lookup(
    struct domain_report *r, const char *name, enum dns_type type, enum dnssec_status dnssec)
{
	struct lookup *l = arena_alloc(r->arena, sizeof *l);
	l->asked = l->final = name;
	l->type = type;
	l->kind = ANSWER_RECORDS;
	l->dnssec = l->alias_dnssec = dnssec;
	l->has_signature = dnssec == DNSSEC_SECURE;
	l->signature_expires = MODEL_NOW + 10 * DAY;
	l->original_ttl = 3600;
	l->ttl_left = type == DNS_TYPE_TLSA ? 2911 : 3600;
	return l;
}

struct lookup *model_failed_lookup(struct domain_report *r, const char *name, enum dns_type type,
    enum dnssec_status dnssec, const char *error)
{
	struct lookup *l = model_lookup(r, name, type, dnssec);
	l->kind = dnssec == DNSSEC_BOGUS ? ANSWER_RECORDS : ANSWER_FAILED;
	l->error = error;
	return l;
}

struct mx_host *model_host(
    struct domain_report *r, unsigned preference, const char *name, enum dnssec_status addresses)
{
	enum { MOST = 4 }; /* pointers to hosts stay good while more are added */
	if (!r->hosts)
		r->hosts = arena_array(r->arena, MOST, sizeof *r->hosts);
	struct mx_host *h = &r->hosts[r->host_count++];
	h->name = h->sni = name;
	h->preference = (uint16_t)preference;
	h->target_valid = true;
	h->a = model_lookup(r, name, DNS_TYPE_A, addresses);
	h->aaaa = model_lookup(r, name, DNS_TYPE_AAAA, addresses);
	h->address_dnssec = addresses;
	return h;
}

struct lookup *model_tlsa(
    struct domain_report *r, struct mx_host *h, enum tlsa_state state, enum dnssec_status dnssec)
{
	const char *owner = arena_printf(r->arena, "_25._tcp.%s", h->name);
	struct lookup *l = model_lookup(r, owner, DNS_TYPE_TLSA, dnssec);
	h->tlsa_state = state;
	h->tlsa = l;
	h->tlsa_owner = owner;
	if (state == TLSA_STATE_ABSENT)
		l->kind = ANSWER_NODATA;
	else
		h->tlsa_base = h->name;
	return l;
}

const uint8_t *model_octets(struct domain_report *r, uint8_t seed, size_t length)
{
	uint8_t *data = arena_alloc(r->arena, length);
	for (size_t i = 0; i < length; i++)
		data[i] = (uint8_t)(seed + 17 * i);
	return data;
}

struct tlsa_record *model_record(struct domain_report *r, struct mx_host *h, unsigned usage,
    unsigned selector, unsigned mtype, const uint8_t *data, size_t length)
{
	struct tlsa_record *t =
	    arena_append(r->arena, &h->tlsa_records, &h->tlsa_count, sizeof *h->tlsa_records);
	t->usage = (uint8_t)usage;
	t->selector = (uint8_t)selector;
	t->mtype = (uint8_t)mtype;
	t->data = data;
	t->length = length;
	t->active = true;
	return t;
}

static struct endpoint *add_endpoint(
    struct domain_report *r, struct mx_host *h, const char *address)
{
	enum { MOST = 8 };
	if (!h->endpoints)
		h->endpoints = arena_array(r->arena, MOST, sizeof *h->endpoints);
	struct endpoint *e = &h->endpoints[h->endpoint_count++];
	e->port = 25;
	e->turns = 1;
	e->dane = (struct dane_verdict){
	    .result = DANE_RESULT_NONE, .record = -1, .depth = -1, .usage = -1};
	e->probe.elapsed_ms = 120;
	if (address) {
		e->address.family = strchr(address, ':') ? AF_INET6 : AF_INET;
		(void)inet_pton(e->address.family, address, e->address.bytes); /* ours, and good */
	}
	return e;
}

struct endpoint *model_endpoint(struct domain_report *r, struct mx_host *h, const char *address)
{
	struct endpoint *e = add_endpoint(r, h, address);
	struct probe *p = &e->probe;
	p->stage = SMTP_STAGE_DONE;
	p->greeting = arena_printf(r->arena, "220 %s ESMTP", h->name);
	p->ehlo_name = p->sni = h->name;
	p->starttls = true;
	p->tls_version = "TLS1.3";
	p->cipher = "AES-256-GCM";
	p->group = "X25519";
	p->tls_signature = "ECDSA-SECP256R1-SHA256";
	p->dialogue = arena_printf(r->arena,
	    "S: 220 %s ESMTP\nC: EHLO client.example\nS: 250-%s\nS: 250 STARTTLS\nC: STARTTLS\n"
	    "S: 220 2.0.0 Ready to start TLS\n",
	    h->name, h->name);
	return e;
}

struct endpoint *model_failed_endpoint(struct domain_report *r, struct mx_host *h,
    const char *address, enum smtp_stage stage, enum probe_failure failure, const char *error)
{
	struct endpoint *e = add_endpoint(r, h, address);
	e->probe.stage = stage;
	e->probe.failure = failure;
	e->probe.error = error;
	return e;
}

struct certificate *model_certificate(struct domain_report *r, struct endpoint *e,
    const char *subject, enum key_type type, uint8_t seed, int days)
{
	enum { MOST = 4 };
	struct probe *p = &e->probe;
	if (!p->chain) {
		p->chain = arena_array(r->arena, MOST, sizeof *p->chain);
		e->key_type = type;
	}
	struct certificate *c = &p->chain[p->chain_count++];
	c->parsed = true;
	c->der = model_octets(r, seed, 70);
	c->der_length = 70;
	c->subject = subject;
	c->common_name = strncmp(subject, "CN=", 3) == 0 ? subject + 3 : NULL;
	c->issuer = "CN=Test CA,O=Example";
	c->not_before = MODEL_NOW - 30 * DAY;
	c->not_after = MODEL_NOW + (int64_t)days * DAY;
	c->key_type = type;
	c->key = type == KEY_TYPE_RSA ? "RSA 2048" : "ECDSA P-256";
	c->signature = "RSA-SHA256";
	memcpy(c->cert_sha256, model_octets(r, (uint8_t)(seed + 1), 32), 32);
	memcpy(c->spki_sha256, model_octets(r, seed, 32), 32);
	return c;
}

void model_certificate_name(struct domain_report *r, struct certificate *c, const char *name)
{
	const char **place =
	    arena_append(r->arena, &c->dns_names, &c->dns_name_count, sizeof *c->dns_names);
	*place = name;
	c->has_dns_name = true;
}

void model_match(struct domain_report *r, struct mx_host *h, struct endpoint *e, int depth,
    int record, enum dane_result result)
{
	size_t columns = h->tlsa_count;
	if (!e->tlsa_matches)
		e->tlsa_matches = arena_array(r->arena, e->probe.chain_count * columns, 1);
	if (depth >= 0)
		e->tlsa_matches[(size_t)depth * columns + (size_t)record] = true;
	e->dane.result = result;
	if (result == DANE_RESULT_VERIFIED)
		h->tlsa_records[record].matched = true;
	e->dane.record = record;
	e->dane.depth = depth;
	e->dane.usage = h->tlsa_records[record].usage;
}

void model_mta_sts(struct domain_report *r, enum sts_state state, const char *pattern)
{
	struct mta_sts *s = r->mta_sts = arena_alloc(r->arena, sizeof *s);
	const char *owner = arena_printf(r->arena, "_mta-sts.%s", r->domain);
	s->state = state;
	s->txt = model_lookup(r, owner, DNS_TYPE_TXT, DNSSEC_SECURE);
	if (state == STS_STATE_ABSENT) {
		s->txt->kind = ANSWER_NXDOMAIN;
		return;
	}
	if (state == STS_STATE_FAILED) {
		s->txt = model_failed_lookup(
		    r, owner, DNS_TYPE_TXT, DNSSEC_INDETERMINATE, "no answer within 10 s");
		return;
	}
	s->id = "20260101T000000";
	s->url = arena_printf(r->arena, "https://mta-sts.%s/.well-known/mta-sts.txt", r->domain);
	s->fetch = (struct policy_fetch){.tried = true, .http_status = 200};
	s->fetch.content_type = "text/plain";
	s->fetch.tls = PKIX_RESULT_VALID;
	if (!pattern)
		return;
	struct sts_policy *p = s->policy = arena_alloc(r->arena, sizeof *p);
	p->version = "STSv1";
	p->mode = state == STS_STATE_ENFORCE ? STS_MODE_ENFORCE
		  : state == STS_STATE_NONE  ? STS_MODE_NONE
					     : STS_MODE_TESTING;
	p->max_age = 604800;
	const char **place = arena_append(r->arena, &p->mx, &p->mx_count, sizeof *p->mx);
	*place = pattern;
	s->hosts = arena_array(r->arena, r->host_count, sizeof *s->hosts);
	for (size_t i = 0; i < r->host_count; i++) {
		s->hosts[i].listed = true;
		s->hosts[i].pkix.result = PKIX_RESULT_VALID;
	}
}

void model_tls_rpt(struct domain_report *r, enum tls_rpt_state state, const char *rua)
{
	struct tls_rpt *t = r->tls_rpt = arena_alloc(r->arena, sizeof *t);
	t->state = state;
	if (!rua)
		return;
	const char **place = arena_append(r->arena, &t->rua, &t->rua_count, sizeof *t->rua);
	*place = rua;
}

void model_sender(
    struct domain_report *r, enum sender_class class, enum sender_outcome outcome, size_t hosts_ok)
{
	struct sender_verdict *v = &r->senders[class];
	v->outcome = outcome;
	v->hosts_ok = hosts_ok;
	v->hosts = r->host_count;
	v->by_host = arena_array(r->arena, r->host_count, sizeof *v->by_host);
	for (size_t i = 0; i < r->host_count; i++)
		v->by_host[i] = outcome;
}

static void want_record(struct domain_report *r, struct mx_host *h, const struct endpoint *e)
{
	char address[ADDRESS_TEXT_SIZE];
	const struct certificate *leaf = &e->probe.chain[0];
	const uint8_t *data = leaf->parsed ? leaf->spki_sha256 : leaf->cert_sha256;
	const char *type = key_type_name(e->key_type);
	const char *text =
	    arena_printf(r->arena, "%s %s", address_text(&e->address, address), type ? type : "");
	struct action *a = h->wanted.list, *end = a + h->wanted.count;
	while (a < end && memcmp(a->line.data.tlsa.data, data, 32) != 0)
		a++;
	if (a < end) {
		a->text = arena_printf(r->arena, "%s, %s", a->text, text);
		return;
	}
	a = arena_append(r->arena, &h->wanted.list, &h->wanted.count, sizeof *a);
	a->text = text;
	a->line.owner =
	    h->tlsa_owner ? h->tlsa_owner : arena_printf(r->arena, "_25._tcp.%s", h->name);
	a->line.type = DNS_TYPE_TLSA;
	a->line.data = (struct dns_record){
	    .ttl = 3600, .tlsa = {3, leaf->parsed, 1, data, sizeof leaf->spki_sha256}};
}

void model_want_records(struct domain_report *r)
{
	for (size_t i = 0; i < r->host_count; i++)
		for (size_t k = 0; k < r->hosts[i].endpoint_count; k++)
			if (r->hosts[i].endpoints[k].probe.chain_count)
				want_record(r, &r->hosts[i], &r->hosts[i].endpoints[k]);
}

struct finding *model_finding(struct domain_report *r, enum finding_code code, enum status severity,
    const struct mx_host *host, const struct endpoint *endpoint, const char *message,
    const char *fix)
{
	struct finding *f =
	    arena_append(r->arena, &r->findings, &r->finding_count, sizeof *r->findings);
	f->code = code;
	f->severity = severity;
	f->host = host;
	f->host_name = host ? host->name : NULL;
	if (endpoint) {
		f->address = endpoint->address;
		f->key_type = endpoint->key_type;
	}
	f->message = message;
	f->fix = fix;
	return f;
}

struct change *model_change(struct domain_report *r, enum change_effect effect, const char *error,
    const struct domain_report *before)
{
	r->change = arena_alloc(r->arena, sizeof *r->change);
	r->change->live = arena_alloc(r->arena, sizeof *r->change->live);
	if (before)
		*r->change->live = *before;
	r->change->seen = before;
	r->change->effect = effect;
	r->change->error = error;
	return r->change;
}

void model_all_changed(struct domain_report *r)
{
	r->change->appear = r->findings;
	r->change->appear_count = r->finding_count;
	r->change->go = r->change->live->findings;
	r->change->go_count = r->change->live->finding_count;
}
