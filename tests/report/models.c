/* models.c - owns the models of everyday domains: good, broken, half rolled over, without DANE,
 * without mail. models_change.c has what is proposed, models_odd.c the rest. */
#include "models.h"

#include "models_change.h"
#include "models_odd.h"
#include "models_servers.h"

/* Two kinds of certificate on one address, each held against the host's records. */
static void add_pair(struct domain_report *r, struct mx_host *h, const char *address)
{
	for (int i = 0; i < 2; i++) {
		enum key_type type = i == 0 ? KEY_TYPE_ECDSA : KEY_TYPE_RSA;
		struct endpoint *e = model_endpoint(r, h, address);
		const char *subject = arena_printf(r->arena, "CN=%s", h->name);
		struct certificate *c =
		    model_certificate(r, e, subject, type, i == 0 ? 0x9a : 0x31, 89);
		model_certificate_name(r, c, h->name);
		if (i == 0)
			model_certificate_name(r, c, "mail.example.com");
		struct certificate *ca =
		    model_certificate(r, e, "CN=Test CA,O=Example", KEY_TYPE_RSA, 0x55, 1000);
		ca->issuer = "CN=Test Root,O=Example";
		e->pkix.result = PKIX_RESULT_VALID;
		model_match(r, h, e, 0, i == 0 ? 2 : 0, DANE_RESULT_VERIFIED);
		model_finding(r, FINDING_DANE_VERIFIED, STATUS_OK, h, e,
		    arena_printf(r->arena, "The TLSA record 3 1 1 matches the leaf certificate."),
		    NULL);
	}
}

static struct domain_report *good(struct arena *arena)
{
	static const char *const names[] = {"mx1.example.com", "mx2.example.com"};
	static const char *const addresses[] = {
	    "192.0.2.1", "2001:db8::1", "192.0.2.2", "2001:db8::2"};
	struct domain_report *r = model_domain(arena, "example.com", NULL);
	r->summary = "2 of 2 MX hosts DANE-verified; MTA-STS enforce";
	r->mx = model_lookup(r, "example.com", DNS_TYPE_MX, DNSSEC_SECURE);
	for (unsigned i = 0; i < 2; i++) {
		struct mx_host *h = model_host(r, 10 * (i + 1), names[i], DNSSEC_SECURE);
		model_tlsa(r, h, TLSA_STATE_USABLE, DNSSEC_SECURE);
		model_record(r, h, 3, 1, 1, model_octets(r, 0x31, 32), 32);
		model_record(r, h, 3, 1, 1, model_octets(r, 0x77, 32), 32);
		model_record(r, h, 3, 1, 1, model_octets(r, 0x9a, 32), 32);
		add_pair(r, h, addresses[2 * i]);
		add_pair(r, h, addresses[2 * i + 1]);
		model_finding(r, FINDING_TLSA_NO_MATCH_YET, STATUS_OK, h, NULL,
		    arena_printf(arena,
			"The record 3 1 1 778899aabbccddee… of %s matches nothing presented: fine "
			"for a key that is published ahead of its use.",
			names[i]),
		    NULL);
	}
	model_mta_sts(r, STS_STATE_ENFORCE, "*.example.com");
	model_tls_rpt(r, TLS_RPT_PRESENT, "mailto:tls@example.com");
	model_sender(r, SENDER_DANE, OUTCOME_AUTHENTICATED, 2);
	model_sender(r, SENDER_MTA_STS, OUTCOME_AUTHENTICATED, 2);
	model_sender(r, SENDER_OPPORTUNISTIC, OUTCOME_ENCRYPTED, 2);
	return r;
}

/* A step of each kind. */
static void model_actions(struct domain_report *r, struct finding *f)
{
	const char *owner = "_25._tcp.mx1.broken.example";
	struct zone_line old = {.owner = owner,
	    .type = DNS_TYPE_TLSA,
	    .data = {.ttl = 3600, .tlsa = {3, 1, 2, model_octets(r, 0x40, 2), 2}}};
	struct zone_line new = {.owner = owner,
	    .type = DNS_TYPE_TLSA,
	    .data = {.ttl = 3600, .tlsa = {3, 1, 1, model_octets(r, 0x9a, 32), 32}}};
	const struct action steps[] = {
	    {ACTION_CONFIGURE, ACTION_AT_REGISTRAR, {.owner = "broken.example"}, {0}, "Sign it."},
	    {ACTION_ADD, ACTION_IN_ZONE, new, {0}, "Add to the existing records."},
	    {ACTION_DELETE, ACTION_IN_ZONE, old, {0}, "It matches nothing."},
	    {ACTION_REPLACE, ACTION_IN_ZONE, new, old, "Replace."},
	};
	const struct action way = {ACTION_DEPLOY, ACTION_AT_SERVER, {0}, {0}, "Put the key back."};
	f->actions.list = arena_memdup(r->arena, steps, sizeof steps);
	f->actions.count = sizeof steps / sizeof *steps;
	f->alternative_count = 1;
	f->alternatives = arena_array(r->arena, 1, sizeof *f->alternatives);
	f->alternatives->list = arena_memdup(r->arena, &way, sizeof way);
	f->alternatives->count = 1;
}

/* One host whose only key was changed without its record, one host with every other fault. */
static struct domain_report *broken(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, "broken.example", NULL);
	r->status = STATUS_CRITICAL;
	r->summary = "0 of 2 MX hosts DANE-verified; MTA-STS policy invalid";
	r->mx = model_lookup(r, "broken.example", DNS_TYPE_MX, DNSSEC_SECURE);

	struct mx_host *a = model_host(r, 10, "mx1.broken.example", DNSSEC_SECURE);
	a->status = STATUS_CRITICAL;
	model_tlsa(r, a, TLSA_STATE_USABLE, DNSSEC_SECURE);
	model_record(r, a, 1, 1, 1, model_octets(r, 0x10, 32), 32)->defect = TLSA_DEFECT_PKIX_USAGE;
	a->tlsa_records[0].active = false;
	model_record(r, a, 3, 1, 1, model_octets(r, 0x77, 32), 32)->active = false;
	model_record(r, a, 3, 1, 2, model_octets(r, 0x78, 64), 64);
	struct endpoint *e = model_endpoint(r, a, "192.0.2.10");
	e->status = STATUS_CRITICAL;
	struct certificate *c =
	    model_certificate(r, e, "CN=mx1.broken.example", KEY_TYPE_ECDSA, 0x9a, -3);
	c->self_signed = true;
	model_certificate_name(r, c, "mx1.broken.example");
	e->dane.result = DANE_RESULT_MISMATCH;
	e->pkix = (struct pkix_verdict){PKIX_RESULT_INVALID, PKIX_REASON_SELF_SIGNED};
	struct endpoint *refused =
	    model_failed_endpoint(r, a, "2001:db8:1234:5678:9abc:def0:1234:5678",
		SMTP_STAGE_CONNECT, PROBE_FAILURE_CONNECT, "connection refused");
	refused->status = STATUS_UNKNOWN;
	refused->dane.result = DANE_RESULT_NOT_CHECKED;

	struct mx_host *b = model_host(r, 20, "mx2.broken.example", DNSSEC_SECURE);
	b->status = STATUS_CRITICAL;
	model_tlsa(r, b, TLSA_STATE_ABSENT, DNSSEC_SECURE);
	struct endpoint *plain = model_failed_endpoint(r, b, "192.0.2.11", SMTP_STAGE_EHLO,
	    PROBE_FAILURE_STARTTLS_MISSING, "the server does not offer STARTTLS");
	plain->status = STATUS_WARNING;
	plain->probe.greeting = "220 mx2.broken.example";
	plain->probe.ehlo_name = "mx2.broken.example";

	struct finding *mismatch = model_finding(r, FINDING_DANE_MISMATCH, STATUS_CRITICAL, a, e,
	    "No TLSA record of mx1.broken.example matches the certificate that 192.0.2.10 "
	    "presents: "
	    "DANE senders do not deliver to it.",
	    "Add to the existing records:\n_25._tcp.mx1.broken.example. 3600 IN TLSA 3 1 1 "
	    "9aabbccddeef00112233445566778899aabbccddeeff00112233445566778899\nDelete. It matches "
	    "nothing and makes senders ignore the 3 1 1:\n_25._tcp.mx1.broken.example. 3600 IN "
	    "TLSA 3 1 2 4041\nOr put back the key that TLSA 3 1 2 4041 matches: works at once.");
	mismatch->cause = CAUSE_RENEWED;
	model_actions(r, mismatch);
	a->fix = mismatch->actions;
	model_finding(r, FINDING_TLSA_ABSENT, STATUS_CRITICAL, b, NULL,
	    "mx2.broken.example has no TLSA record (securely denied).",
	    "Publish a record for each key that the host presents, for instance what mxdane "
	    "--output tlsa prints, and keep it in step with the certificate.");
	model_finding(r, FINDING_CONNECT_FAILED, STATUS_UNKNOWN, a, refused,
	    "2001:db8:1234:5678:9abc:def0:1234:5678 port 25 refused the connection.", NULL);
	model_finding(r, FINDING_TLSA_PKIX_USAGE, STATUS_WARNING, a, NULL,
	    "The record 1 1 1 102132435465… has usage 1, which has no meaning in SMTP.",
	    "; take this record out\n_25._tcp.mx1.broken.example. IN TLSA 1 1 1 102132435465");
	model_finding(r, FINDING_STARTTLS_MISSING, STATUS_WARNING, b, plain,
	    "192.0.2.11 does not offer STARTTLS: mail to it goes in the clear.", NULL);
	model_finding(r, FINDING_STS_POLICY_INVALID, STATUS_WARNING, NULL, NULL,
	    "The MTA-STS policy cannot be used: line 2 has the unknown mode \"strict\".", NULL);
	model_finding(r, FINDING_TLSRPT_ABSENT, STATUS_OK, NULL, NULL,
	    "broken.example has no TLSRPT record.",
	    "_smtp._tls.broken.example. IN TXT \"v=TLSRPTv1; "
	    "rua=mailto:postmaster@broken.example\"");

	model_mta_sts(r, STS_STATE_INVALID, NULL);
	r->mta_sts->policy_error = "line 2: unknown mode \"strict\"";
	model_tls_rpt(r, TLS_RPT_ABSENT, NULL);
	model_sender(r, SENDER_DANE, OUTCOME_PLAINTEXT, 1);
	r->senders[SENDER_DANE].by_host[0] = OUTCOME_DEFERRED;
	model_sender(r, SENDER_MTA_STS, OUTCOME_ENCRYPTED, 2);
	r->senders[SENDER_MTA_STS].by_host[1] = OUTCOME_PLAINTEXT;
	model_sender(r, SENDER_OPPORTUNISTIC, OUTCOME_ENCRYPTED, 2);
	r->senders[SENDER_OPPORTUNISTIC].by_host[1] = OUTCOME_PLAINTEXT;
	return r;
}

/* The new certificate is published and on one address; the other still shows one that expires. */
static struct domain_report *rollover(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, "rollover.example", NULL);
	r->status = STATUS_CRITICAL;
	r->summary = "0 of 1 MX hosts DANE-verified; MTA-STS testing";
	r->mx = model_lookup(r, "rollover.example", DNS_TYPE_MX, DNSSEC_SECURE);
	struct mx_host *h = model_host(r, 10, "mail.rollover.example", DNSSEC_SECURE);
	h->status = STATUS_CRITICAL;
	model_tlsa(r, h, TLSA_STATE_USABLE, DNSSEC_SECURE);
	model_record(r, h, 2, 0, 1, model_octets(r, 0x56, 32), 32);
	model_record(r, h, 2, 0, 1, model_octets(r, 0x67, 32), 32);
	struct endpoint *renewed = model_endpoint(r, h, "192.0.2.20");
	struct endpoint *old = model_endpoint(r, h, "192.0.2.21");
	struct certificate *c =
	    model_certificate(r, renewed, "CN=mail.rollover.example", KEY_TYPE_ECDSA, 0x9a, 80);
	model_certificate_name(r, c, "mail.rollover.example");
	model_certificate(r, renewed, "CN=New CA", KEY_TYPE_RSA, 0x55, 900);
	c = model_certificate(r, old, "CN=mail.rollover.example", KEY_TYPE_ECDSA, 0x20, 1);
	model_certificate_name(r, c, "mail.rollover.example");
	model_certificate(r, old, "CN=Old CA", KEY_TYPE_RSA, 0x66, 200);
	model_match(r, h, renewed, 1, 0, DANE_RESULT_VERIFIED);
	renewed->dane.refused_by[OTHER_SENDER_EXIM] = "compares the MX host's name alone";
	renewed->pkix.result = PKIX_RESULT_VALID;
	renewed->status = STATUS_WARNING;
	model_match(r, h, old, 1, 1, DANE_RESULT_EXPIRED);
	h->tlsa_records[1].matched = true; /* but it authenticates nothing: no tick */
	old->pkix = (struct pkix_verdict){PKIX_RESULT_INVALID, PKIX_REASON_UNTRUSTED};
	old->status = STATUS_CRITICAL;
	model_finding(r, FINDING_DANE_ROLLOVER_PARTIAL, STATUS_CRITICAL, h, NULL,
	    "The TLSA records of mail.rollover.example authenticate some of its certificates, but "
	    "not "
	    "those of 192.0.2.21.",
	    NULL);
	model_finding(r, FINDING_DANE_SENDER_DIFFERS, STATUS_WARNING, h, renewed,
	    "192.0.2.20 is authenticated by Postfix, but not by every sender: Exim compares the MX "
	    "host's name alone.",
	    NULL);
	model_finding(r, FINDING_CERT_EXPIRING, STATUS_WARNING, h, old,
	    "The certificate of 192.0.2.21 expires 2026-11-24 (in 24 hours).", NULL);
	model_mta_sts(r, STS_STATE_TESTING, "mx.rollover.example");
	r->mta_sts->hosts[0].listed = false;
	r->mta_sts->hosts[0].pkix.result = PKIX_RESULT_INVALID;
	r->mta_sts->hosts[0].pkix.reason = PKIX_REASON_UNTRUSTED;
	model_tls_rpt(r, TLS_RPT_INVALID, NULL);
	r->tls_rpt->error = "no rua";
	model_sender(r, SENDER_DANE, OUTCOME_DEFERRED, 0);
	model_sender(r, SENDER_MTA_STS, OUTCOME_ENCRYPTED, 1);
	model_sender(r, SENDER_OPPORTUNISTIC, OUTCOME_ENCRYPTED, 1);
	return r;
}

/* An unsigned zone with an enforced policy; the user asked not to hear of the missing DNSSEC. */
static struct domain_report *sts_only(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, "sts.example", NULL);
	r->summary = "not protected by DANE; MTA-STS enforce";
	r->mx = model_lookup(r, "sts.example", DNS_TYPE_MX, DNSSEC_INSECURE);
	r->mx->broken = (struct broken_link){.cause = CAUSE_DS_MISSING, .name = "sts.example"};
	struct mx_host *h = model_host(r, 5, "mx.sts.example", DNSSEC_INSECURE);
	h->aaaa->broken = (struct broken_link){
	    .cause = CAUSE_ZONE_UNSIGNED, .name = "provider.example", .behind_alias = true};
	h->a->final = h->aaaa->final = "pool.provider.example";
	struct endpoint *e = model_endpoint(r, h, "192.0.2.30");
	struct certificate *c =
	    model_certificate(r, e, "CN=pool.provider.example", KEY_TYPE_RSA, 0x31, 45);
	static const char *const names[] = {"pool.provider.example", "mx.sts.example",
	    "mx.a.example", "mx.b.example", "mx.c.example"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		model_certificate_name(r, c, names[i]);
	e->pkix.result = PKIX_RESULT_VALID;
	e->probe.requiretls = true;
	model_finding(r, FINDING_MX_INSECURE, STATUS_CRITICAL, NULL, NULL,
	    "The MX records of sts.example are not signed.", NULL)
	    ->ignored = true;
	static const struct location at = {"zones/sts.example", 7, 1, NULL};
	struct finding *f = model_finding(r, FINDING_ADDRESS_INSECURE, STATUS_CRITICAL, h, NULL,
	    "The addresses of mx.sts.example are not signed.", NULL);
	f->ignored = true;
	f->ignored_reason = "the provider signs in spring";
	f->at = &at;
	model_mta_sts(r, STS_STATE_ENFORCE, "mx.sts.example");
	r->mta_sts->txt->dnssec = DNSSEC_INSECURE;
	r->mta_sts->txt->has_signature = false;
	model_tls_rpt(r, TLS_RPT_PRESENT, "https://reports.sts.example/v1");
	model_sender(r, SENDER_DANE, OUTCOME_ENCRYPTED, 1);
	model_sender(r, SENDER_MTA_STS, OUTCOME_AUTHENTICATED, 1);
	model_sender(r, SENDER_OPPORTUNISTIC, OUTCOME_ENCRYPTED, 1);
	return r;
}

static struct domain_report *null_mx(struct arena *arena)
{
	struct domain_report *r = model_domain(arena, "nomail.example", NULL);
	r->summary = "accepts no mail (null MX)";
	r->mx_kind = MX_KIND_NULL;
	r->mx = model_lookup(r, "nomail.example", DNS_TYPE_MX, DNSSEC_SECURE);
	model_finding(r, FINDING_NULL_MX, STATUS_OK, NULL, NULL,
	    "nomail.example accepts no mail, as its null MX says.", NULL);
	for (int i = 0; i < SENDER_COUNT; i++)
		model_sender(r, (enum sender_class)i, OUTCOME_REFUSED, 0);
	return r;
}

const struct domain_report *const *models_all(struct arena *arena)
{
	static struct domain_report *(*const makers[])(struct arena *) = {
	    good,
	    broken,
	    rollover,
	    sts_only,
	    null_mx,
	    model_not_found,
	    model_bogus,
	    model_unknown,
	    model_root_failed,
	    model_invalid,
	    model_international,
	    model_proposed,
	    model_failed_mx,
	    model_mixture,
	    model_repetitive,
	    null_mx, /* given twice, reported twice */
	    model_mended,
	    model_unsafe,
	    model_planned,
	    model_unseen,
	    model_with_news,
	    model_without_news,
	    model_servers,
	    model_hostile,
	};
	enum { COUNT = sizeof makers / sizeof *makers };
	const struct domain_report **models = arena_array(arena, COUNT + 1, sizeof *models);
	for (size_t i = 0; i < COUNT; i++) {
		struct domain_report *r = makers[i](arena);
		model_want_records(r);
		models[i] = r;
	}
	return models;
}
