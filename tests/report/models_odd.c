/* models_odd.c - owns the models of domains that give no clear answer, or a strange one. */
#include "models_odd.h"

#include "models.h"

static void all_senders(struct domain_report *r, enum sender_outcome outcome)
{
	for (int i = 0; i < SENDER_COUNT; i++)
		model_sender(r, (enum sender_class)i, outcome, 0);
}

struct domain_report *model_not_found(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, "nowhere.example", NULL);
	r->status = STATUS_CRITICAL;
	r->summary = "no such domain";
	r->mx_kind = MX_KIND_NONE;
	r->mx = model_lookup(r, "nowhere.example", DNS_TYPE_MX, DNSSEC_SECURE);
	r->mx->kind = ANSWER_NXDOMAIN;
	model_finding(r, FINDING_DOMAIN_NOT_FOUND, STATUS_CRITICAL, NULL, NULL,
	    "nowhere.example does not exist.", NULL);
	all_senders(r, OUTCOME_REFUSED);
	return r;
}

struct domain_report *model_bogus(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, "bogus.example", NULL);
	r->status = STATUS_CRITICAL;
	r->summary = "MX records fail DNSSEC validation";
	r->mx_kind = MX_KIND_NONE;
	r->mx = model_failed_lookup(r, "bogus.example", DNS_TYPE_MX, DNSSEC_BOGUS,
	    "the signature over bogus.example MX by key 12345 ended on 2026-11-01T00:00:00Z");
	lookup_add_error(arena, r->mx, &(struct extended_error){7, "signature expired"});
	lookup_add_error(arena, r->mx, &(struct extended_error){6, ""});
	model_finding(r, FINDING_MX_BOGUS, STATUS_CRITICAL, NULL, NULL,
	    "The MX records of bogus.example fail DNSSEC validation: the signature over "
	    "bogus.example MX by key 12345 ended on 2026-11-01T00:00:00Z.",
	    "Sign the zone again, and find out why its signatures were not renewed.");
	all_senders(r, OUTCOME_DEFERRED);
	return r;
}

struct domain_report *model_unknown(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, "unknown.example", NULL);
	r->status = STATUS_UNKNOWN;
	r->summary = "could not be checked: no address and no server answered";
	r->deadline_exceeded = true;
	r->elapsed_ms = 60000;
	r->mx = model_lookup(r, "unknown.example", DNS_TYPE_MX, DNSSEC_SECURE);
	struct mx_host *a = model_host(r, 10, "mx1.unknown.example", DNSSEC_INDETERMINATE);
	a->status = STATUS_UNKNOWN;
	a->tlsa_state = TLSA_STATE_SKIPPED;
	a->a = model_failed_lookup(r, a->name, DNS_TYPE_A, DNSSEC_INDETERMINATE, "SERVFAIL");
	a->aaaa = model_failed_lookup(
	    r, a->name, DNS_TYPE_AAAA, DNSSEC_INDETERMINATE, "no answer within 10 s");
	struct mx_host *b = model_host(r, 20, "mx2.unknown.example", DNSSEC_SECURE);
	b->status = STATUS_UNKNOWN;
	struct lookup *l = model_tlsa(r, b, TLSA_STATE_FAILED, DNSSEC_INDETERMINATE);
	l->kind = ANSWER_FAILED;
	l->error = "SERVFAIL";
	static const struct {
		const char *address;
		enum smtp_stage stage;
		enum probe_failure failure;
		const char *error;
	} failed[] = {
	    {"192.0.2.40", SMTP_STAGE_NONE, PROBE_FAILURE_RESERVED,
		"192.0.2.40 is a special-purpose address (documentation)"},
	    {"192.0.2.41", SMTP_STAGE_CONNECT, PROBE_FAILURE_CONNECT, "timed out after 10 s"},
	    {"192.0.2.42", SMTP_STAGE_GREETING, PROBE_FAILURE_SMTP_REFUSED, "554 no service here"},
	    {"192.0.2.43", SMTP_STAGE_HANDSHAKE, PROBE_FAILURE_TLS, NULL},
	    {"2001:db8::44", SMTP_STAGE_EHLO, PROBE_FAILURE_DEADLINE, "the deadline of 60 s"},
	};
	for (size_t i = 0; i < sizeof failed / sizeof *failed; i++) {
		struct endpoint *e = model_failed_endpoint(
		    r, b, failed[i].address, failed[i].stage, failed[i].failure, failed[i].error);
		e->status = STATUS_UNKNOWN;
		e->dane.result = DANE_RESULT_NOT_CHECKED;
		if (failed[i].failure == PROBE_FAILURE_TLS)
			e->probe.tls_error = "alert 40 (handshake failure)";
	}
	model_finding(r, FINDING_DEADLINE_EXCEEDED, STATUS_UNKNOWN, NULL, NULL,
	    "The check was ended by --deadline after 60 s; what was known by then is reported.",
	    NULL);
	model_finding(r, FINDING_ADDRESS_LOOKUP_FAILED, STATUS_UNKNOWN, a, NULL,
	    "The addresses of mx1.unknown.example could not be looked up: SERVFAIL.", NULL);
	model_mta_sts(r, STS_STATE_FAILED, NULL);
	model_tls_rpt(r, TLS_RPT_FAILED, NULL);
	r->tls_rpt->error = "no answer within 10 s";
	all_senders(r, OUTCOME_UNKNOWN);
	r->senders[SENDER_DANE].by_host[1] = OUTCOME_DEFERRED;
	return r;
}

struct domain_report *model_root_failed(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, "root.example", NULL);
	r->status = STATUS_UNKNOWN;
	r->summary = "nothing was judged: the root key does not validate";
	r->mx_kind = MX_KIND_NONE;
	r->root_error = "the resolver 127.0.0.1 strips DNSSEC records";
	model_finding(r, FINDING_DNSSEC_ROOT_FAILED, STATUS_UNKNOWN, NULL, NULL,
	    "The root DNSKEY does not validate: the resolver 127.0.0.1 strips DNSSEC records.",
	    "Use a resolver that passes DNSSEC on: --resolver ADDRESS.");
	all_senders(r, OUTCOME_UNKNOWN);
	return r;
}

struct domain_report *model_invalid(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, "bad\033[31m..name\xff", NULL);
	r->status = STATUS_UNKNOWN;
	r->summary = "not a domain name: empty label";
	r->mx_kind = MX_KIND_NONE;
	r->invalid = "empty label";
	model_finding(r, FINDING_DOMAIN_INVALID, STATUS_UNKNOWN, NULL, NULL,
	    "bad\\x1b[31m..name\\xff is not a domain name: empty label.", NULL);
	all_senders(r, OUTCOME_UNKNOWN);
	return r;
}

struct domain_report *model_international(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, "xn--bcher-kva.example", "bücher.example");
	r->status = STATUS_WARNING;
	r->summary = "1 of 1 MX hosts DANE-verified; no MTA-STS";
	r->mx_kind = MX_KIND_IMPLICIT;
	r->mx = model_lookup(r, r->domain, DNS_TYPE_MX, DNSSEC_SECURE);
	r->mx->kind = ANSWER_NODATA;
	struct mx_host *h = model_host(r, 0, r->domain, DNSSEC_SECURE);
	h->status = STATUS_WARNING;
	h->name_unicode = r->domain_unicode;
	h->aaaa->dnssec = DNSSEC_BOGUS;
	h->aaaa->error = "no signature where the zone says that there is one";
	h->address_dnssec = DNSSEC_BOGUS;
	h->deferred = true;
	model_tlsa(r, h, TLSA_STATE_USABLE, DNSSEC_SECURE);
	h->tlsa_owner = "_2525._tcp.xn--bcher-kva.example";
	model_record(r, h, 2, 1, 0, model_octets(r, 0x70, 91), 91);
	model_record(r, h, 3, 0, 9, model_octets(r, 0x70, 4), 4)->defect = TLSA_DEFECT_MTYPE;
	struct endpoint *e = model_endpoint(r, h, "192.0.2.50");
	e->port = 2525;
	e->status = STATUS_WARNING;
	struct certificate *c =
	    model_certificate(r, e, "CN=bücher.example,O=北京 Ltd", KEY_TYPE_EDDSA, 0x70, 0);
	c->key = "EdDSA (Ed25519) 256";
	model_certificate_name(r, c, "xn--bcher-kva.example");
	e->probe.tls_version = "TLS1.0";
	e->probe.tls_legacy = true;
	model_match(r, h, e, -1, 0, DANE_RESULT_VERIFIED);
	struct endpoint *other = model_endpoint(r, h, "2001:db8::50");
	other->port = 2525;
	model_certificate(r, other, "", KEY_TYPE_OTHER, 0x71, 400)->parsed = false;
	other->probe.chain[0].parse_error = "the version is no INTEGER";
	other->dane.result = DANE_RESULT_UNUSABLE;
	other->pkix = (struct pkix_verdict){PKIX_RESULT_INVALID, PKIX_REASON_BROKEN};
	model_finding(r, FINDING_TLS_LEGACY, STATUS_WARNING, h, e,
	    "192.0.2.50 offers nothing newer than TLS 1.0.", NULL);
	model_mta_sts(r, STS_STATE_ABSENT, NULL);
	model_tls_rpt(r, TLS_RPT_ABSENT, NULL);
	for (int i = 0; i < SENDER_COUNT; i++)
		model_sender(r, (enum sender_class)i, OUTCOME_AUTHENTICATED, 1);
	return r;
}

struct domain_report *model_proposed(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, "whatif.example", NULL);
	r->summary = "1 of 1 MX hosts DANE-verified; MTA-STS mode none";
	r->mx_kind = MX_KIND_GIVEN;
	r->judged_at = MODEL_NOW + 30 * 24 * 3600;
	struct mx_host *h = model_host(r, 0, "mx.whatif.example", DNSSEC_SECURE);
	h->a->proposed = true;
	h->aaaa = NULL;
	model_tlsa(r, h, TLSA_STATE_USABLE, DNSSEC_SECURE)->proposed = true;
	model_record(r, h, 3, 1, 1, model_octets(r, 0x9a, 32), 32);
	for (int i = 0; i < 6; i++) {
		static const char *const addresses[] = {
		    NULL, "192.0.2.60", "192.0.2.61", "192.0.2.62", "192.0.2.63", "192.0.2.64"};
		struct endpoint *e = model_endpoint(r, h, addresses[i]);
		e->probe = (struct probe){.stage = SMTP_STAGE_NONE};
		e->proposed = true;
		struct certificate *c = model_certificate(
		    r, e, "CN=mx.whatif.example,O=Example", KEY_TYPE_ECDSA, 0x9a, 10);
		model_certificate_name(r, c, "mx.whatif.example");
		model_match(r, h, e, 0, 0, DANE_RESULT_VERIFIED);
		e->pkix = (struct pkix_verdict){PKIX_RESULT_INVALID, PKIX_REASON_EXPIRED};
	}
	model_finding(r, FINDING_CERT_EXPIRED_IGNORED, STATUS_OK, h, &h->endpoints[0],
	    "The certificate expired 2026-12-03 (20 days ago); DANE senders accept it by its usage "
	    "3 "
	    "record, MTA-STS senders do not.",
	    NULL);
	model_mta_sts(r, STS_STATE_NONE, "mx.whatif.example");
	r->mta_sts->policy->mx_count = 0;
	for (int i = 0; i < SENDER_COUNT; i++)
		model_sender(r, (enum sender_class)i, OUTCOME_AUTHENTICATED, 1);
	return r;
}

struct domain_report *model_failed_mx(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, "failed.example", NULL);
	r->status = STATUS_UNKNOWN;
	r->summary = "MX lookup failed: REFUSED | SERVFAIL";
	r->mx_kind = MX_KIND_NONE;
	r->mx = model_failed_lookup(r, r->domain, DNS_TYPE_MX, DNSSEC_INDETERMINATE, "REFUSED");
	model_finding(r, FINDING_MX_LOOKUP_FAILED, STATUS_UNKNOWN, NULL, NULL,
	    "The MX records of failed.example cannot be looked up: REFUSED | SERVFAIL.", NULL);
	all_senders(r, OUTCOME_UNKNOWN);
	return r;
}

/* An endpoint whose RSA certificate fits record 0 of its host. */
static struct endpoint *add_fitting(
    struct domain_report *r, struct mx_host *h, const char *address, enum dane_result result)
{
	struct endpoint *e = model_endpoint(r, h, address);
	model_certificate(r, e, "CN=unnamed", KEY_TYPE_RSA, 0x31, 30);
	model_match(r, h, e, 0, 0, result);
	return e;
}

struct domain_report *model_mixture(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, "mixture.example", NULL);
	r->status = STATUS_CRITICAL;
	r->summary = "0 of 4 MX hosts DANE-verified; MTA-STS unreachable";
	r->mx = model_lookup(r, r->domain, DNS_TYPE_MX, DNSSEC_SECURE);
	struct mx_host *h = model_host(r, 1, "unusable.mixture.example", DNSSEC_SECURE);
	h->status = STATUS_CRITICAL;
	model_tlsa(r, h, TLSA_STATE_UNUSABLE, DNSSEC_SECURE);
	model_record(r, h, 3, 1, 1, model_octets(r, 0x31, 20), 20)->defect =
	    TLSA_DEFECT_DIGEST_LENGTH;
	struct endpoint *e = add_fitting(r, h, "192.0.2.70", DANE_RESULT_UNUSABLE);
	e->probe.chain[0].not_before = MODEL_NOW + 3600;
	e->pkix = (struct pkix_verdict){PKIX_RESULT_INVALID, PKIX_REASON_NOT_YET_VALID};

	h = model_host(r, 2, "unsigned.mixture.example", DNSSEC_SECURE);
	model_tlsa(r, h, TLSA_STATE_INSECURE, DNSSEC_INSECURE)->broken =
	    (struct broken_link){.cause = CAUSE_OPT_OUT, .name = "mixture.example"};
	model_record(r, h, 3, 1, 1, model_octets(r, 0x31, 32), 32)->cause = CAUSE_EMPTY_DIGEST;
	add_fitting(r, h, "192.0.2.71", DANE_RESULT_NONE);

	h = model_host(r, 3, "bogus.mixture.example", DNSSEC_SECURE);
	h->status = STATUS_CRITICAL;
	model_tlsa(r, h, TLSA_STATE_BOGUS, DNSSEC_BOGUS)->error = "no DNSKEY matches the DS";
	model_record(r, h, 2, 1, 1, model_octets(r, 0x31, 32), 32);
	add_fitting(r, h, "192.0.2.72", DANE_RESULT_NOT_CHECKED);
	add_fitting(r, h, "192.0.2.72", DANE_RESULT_NOT_CHECKED)->key_type = KEY_TYPE_ECDSA;

	h = model_host(r, 4, "192.0.2.9", DNSSEC_SECURE);
	h->status = STATUS_CRITICAL;
	h->a = h->aaaa = NULL;
	h->target_valid = false;
	model_finding(r, FINDING_HOST_NO_ADDRESS, STATUS_CRITICAL, h, NULL,
	    "192.0.2.9 has no address.", NULL);
	model_mta_sts(r, STS_STATE_UNREACHABLE, NULL);
	r->mta_sts->fetch = (struct policy_fetch){.tried = true, .error = "connection refused"};
	r->mta_sts->fetch.failure = FETCH_FAILURE_CONNECT;
	model_tls_rpt(r, TLS_RPT_ABSENT, NULL);
	all_senders(r, OUTCOME_DEFERRED);
	return r;
}

struct domain_report *model_repetitive(struct arena *arena)
{
	static const char *const addresses[] = {"192.0.2.81", "192.0.2.82", "2001:db8::81"};
	struct domain_report *r = model_domain(arena, "repetitive.example", NULL);
	r->status = STATUS_CRITICAL;
	r->summary = "0 of 1 MX host DANE-verified, 1 failing DANE";
	r->mx = model_lookup(r, r->domain, DNS_TYPE_MX, DNSSEC_SECURE);
	struct mx_host *h = model_host(r, 10, "mx.repetitive.example", DNSSEC_SECURE);
	h->status = STATUS_CRITICAL;
	model_tlsa(r, h, TLSA_STATE_USABLE, DNSSEC_SECURE);
	model_record(r, h, 3, 1, 1, model_octets(r, 0x31, 32), 32);
	for (size_t i = 0; i < 3; i++)
		add_fitting(r, h, addresses[i], DANE_RESULT_MISMATCH);
	for (size_t i = 0; i < 3; i++)
		model_finding(r, FINDING_DANE_MISMATCH, STATUS_CRITICAL, h, &h->endpoints[i],
		    arena_printf(
			arena, "mx.repetitive.example [%s] matches no record.", addresses[i]),
		    "_25._tcp.mx.repetitive.example. IN TLSA 3 1 1 9a9b9c");
	for (size_t i = 0; i < 2; i++) /* for two reasons */
		model_finding(r, FINDING_SMTP_REFUSED, STATUS_UNKNOWN, h, &h->endpoints[i],
		    arena_printf(arena, "mx.repetitive.example [%s] refused the SMTP session: %s.",
			addresses[i], i ? "busy" : "go away"),
		    NULL);
	for (unsigned i = 0; i < 5; i++)
		model_finding(r, FINDING_TLSA_NO_MATCH_YET, STATUS_OK, h, NULL,
		    arena_printf(arena, "The TLSA record 3 1 1 0%u… matches nothing.", i), NULL);
	all_senders(r, OUTCOME_DEFERRED);
	return r;
}

/* Terminal codes, a bidirectional override, bad UTF-8, mark-up, quotes, line ends, and no end. */
#define ATTACK "\033]0;x\007\033[2J<b>&\"'\\n\r\nFAKE: OK\xe2\x80\xae\xff\xc2\x9b,{}="
#define LONG                                                                                       \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaa"                                                                                     \
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" \
	"bbbb"

struct domain_report *model_attacked(struct arena *arena, const char *attack)
{
	struct domain_report *r = model_domain(arena, "hostile.example", NULL);
	r->status = STATUS_CRITICAL;
	r->summary = arena_printf(arena, "0 of 1 MX hosts DANE-verified; %s", attack);
	r->mx = model_lookup(r, r->domain, DNS_TYPE_MX, DNSSEC_SECURE);
	r->mx->error = attack;
	lookup_add_error(arena, r->mx, &(struct extended_error){0, attack});
	struct mx_host *h = model_host(r, 10, "mx\\027.hostile.example", DNSSEC_SECURE);
	h->status = STATUS_CRITICAL;
	h->name_unicode = attack;
	h->a->error = attack;
	model_tlsa(r, h, TLSA_STATE_USABLE, DNSSEC_SECURE)->error = attack;
	model_record(r, h, 3, 0, 1, NULL, 0)->defect = TLSA_DEFECT_EMPTY;
	struct endpoint *e = model_endpoint(r, h, "192.0.2.66");
	e->status = STATUS_CRITICAL;
	struct probe *p = &e->probe;
	p->greeting = p->ehlo_name = p->error = p->tls_error = attack;
	p->failure = PROBE_FAILURE_TLS;
	p->stage = SMTP_STAGE_HANDSHAKE;
	p->cipher = p->group = p->tls_signature = p->sni = attack;
	p->dialogue = arena_printf(arena, "S: 220 %s\nC: EHLO a\nS: 250 %s\n", attack, LONG);
	struct certificate *c = model_certificate(
	    r, e, arena_printf(arena, "CN=%s,O=%s", attack, LONG), KEY_TYPE_RSA, 1, 1);
	c->issuer = attack;
	model_certificate_name(r, c, attack);
	model_certificate_name(r, c, LONG);
	e->dane.result = DANE_RESULT_MISMATCH;
	model_finding(r, FINDING_DANE_MISMATCH, STATUS_CRITICAL, h, e,
	    arena_printf(arena, "The server says %s and %s", attack, LONG),
	    arena_printf(arena, "; %s\n_25._tcp.x. IN TLSA %s", attack, attack));
	model_finding(r, FINDING_HELO_MISMATCH, STATUS_OK, h, e,
	    arena_printf(arena, "EHLO name %s", attack), NULL);
	struct finding *f =
	    model_finding(r, FINDING_TLSA_MANY, STATUS_WARNING, h, NULL, "There are many.", NULL);
	f->ignored = true;
	f->ignored_reason = attack;
	f->at = arena_memdup(arena, &(struct location){attack, 7, 1, NULL}, sizeof *f->at);
	model_mta_sts(r, STS_STATE_ENFORCE, attack);
	r->mta_sts->fetch.content_type = attack;
	r->mta_sts->fetch.error = attack;
	r->mta_sts->hosts[0].listed = false;
	model_tls_rpt(r, TLS_RPT_PRESENT, attack);
	r->tls_rpt->error = attack;
	model_change(r, CHANGE_BREAKS, attack, model_domain(arena, r->domain, NULL));
	r->change->live->summary = attack;
	model_all_changed(r);
	all_senders(r, OUTCOME_DEFERRED);
	return r;
}

struct domain_report *model_hostile(struct arena *arena)
{
	return model_attacked(arena, ATTACK);
}
