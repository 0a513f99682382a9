/* The judge on what Exim and mox do not authenticate although Postfix does. */
#include "judge_world.h"

/* Verified by a record of usage 2 for the certificate at this depth; -1: it was not sent. */
static void anchor_at(struct world *w, int depth)
{
	struct dane_verdict *v = arena_alloc(w->arena, sizeof *v);
	*v = (struct dane_verdict){
	    .result = DANE_RESULT_VERIFIED, .record = 0, .depth = depth, .usage = 2};
	script.dane = v;
	w->host->tlsa_initial->record_count = 0;
	w->host->tlsa_initial->records = NULL;
	add_tlsa(w, w->host->tlsa_initial, 2, 1, 1, 0xca, 32);
}

static void anchor_unsent_certificate(struct world *w, int value)
{
	(void)value;
	anchor_at(w, -1);
	w->host->tlsa_initial->records[0].tlsa.selector = 0;
}

static void name_for_domain(struct world *w, int usage)
{
	if (usage == 2)
		anchor_at(w, 1);
	w->end->probe.chain[0].dns_names[0] = "example.com";
}

/* The CN beside what GnuTLS takes for another name is test_certificate.c's. */
static void name_in_cn(struct world *w, int usage)
{
	struct certificate *leaf = &w->end->probe.chain[0];
	if (usage == 2)
		anchor_at(w, 1);
	leaf->dns_name_count = 0;
	leaf->has_dns_name = false;
	leaf->common_name = "mx1.example.com";
}

static void bar_signing(struct world *w, int bars)
{
	w->end->probe.tls_signature = "ECDSA-SHA256";
	w->end->probe.chain[0].usage_bars_signing = bars;
}

static void bar_signing_old(struct world *w, int bars)
{
	bar_signing(w, bars);
	w->end->probe.tls_version = "TLS1.2";
	w->end->probe.chain[0].key_type = KEY_TYPE_RSA;
	w->end->probe.chain[0].key_bits = 2048;
}

static void exchange_by_rsa(struct world *w, int bars_enciphering)
{
	bar_signing_old(w, true);
	w->end->probe.tls_signature = NULL;
	w->end->probe.chain[0].usage_bars_enciphering = bars_enciphering;
}

static void propose_unfit(struct world *w, int value)
{
	(void)value;
	bar_signing(w, true);
	w->end->proposed = true;
	w->end->probe.tls_version = w->end->probe.tls_signature = NULL;
}

static void offer_in_small(struct world *w, int small)
{
	w->end->probe.starttls_small = small;
}

/* Address records lead on to mx.example.net; the records stand at the first name or there. */
static void lead_on(struct world *w, int at_target)
{
	w->host->a->final = "mx.example.net";
	w->host->aaaa->final = "mx.example.net";
	w->host->tlsa_final = answer(w, "_25._tcp.mx.example.net", DNS_TYPE_TLSA,
	    at_target ? ANSWER_RECORDS : ANSWER_NXDOMAIN, DNSSEC_SECURE);
	if (at_target)
		add_tlsa(w, w->host->tlsa_final, 3, 1, 1, 0x11, 32);
}

static void send_unreadable(struct world *w, int unreadable)
{
	w->end->probe.chain[1].parsed = !unreadable;
}

static void use_curve(struct world *w, int ed448)
{
	w->end->probe.chain[0].key_type = KEY_TYPE_EDDSA;
	w->end->probe.chain[0].key = ed448 ? "EdDSA (Ed448) 456" : "EdDSA (Ed25519) 256";
}

static void sign_by_ed448(struct world *w, int usage)
{
	if (usage == 2)
		anchor_at(w, 1);
	w->end->probe.chain[0].signature = "EdDSA-Ed448";
}

static void mismatch(struct world *w, int value)
{
	offer_in_small(w, value);
	memset(w->end->probe.chain[0].spki_sha256, 0x55, 32);
}

static void unsign_mx(struct world *w, int value)
{
	offer_in_small(w, value);
	w->report.mx->dnssec = DNSSEC_INSECURE;
}

#define DIFFERS DANE, FINDING_DANE_SENDER_DIFFERS
#define SAID W, "key"
#define UNSAID SILENT, NULL, NULL, NULL

static const struct row rows[] = {
    {"nothing odd", NULL, 0, DIFFERS, UNSAID},
    {"an anchor that is sent", anchor_at, 1, DIFFERS, UNSAID},
    {"an anchor that is the leaf", anchor_at, 0, DIFFERS, SAID, "Exim needs the trust anchor",
	NO_FIX},
    {"an unsent certificate as anchor", anchor_unsent_certificate, 0, DIFFERS, SAID,
	"Exim needs the trust anchor", NO_FIX},
    {"an unsent key as anchor", anchor_at, -1, DIFFERS, SAID, "mox (Go) cannot use a trust anchor",
	NO_FIX},
    {"usage 2 for the domain", name_for_domain, 2, DIFFERS, SAID, "Exim compares", NO_FIX},
    {"usage 3 for the domain", name_for_domain, 3, DIFFERS, UNSAID},
    {"usage 2, a CN alone", name_in_cn, 2, DIFFERS, SAID,
	"every sender: mox (Go) uses only dNSNames", NO_FIX},
    {"usage 3, a CN alone", name_in_cn, 3, DIFFERS, UNSAID},
    {"no digitalSignature", bar_signing, 1, DIFFERS, SAID, "lacks digitalSignature", NO_FIX},
    {"digitalSignature", bar_signing, 0, DIFFERS, UNSAID},
    {"no digitalSignature in TLS 1.2", bar_signing_old, 1, DIFFERS, SAID, "lacks digitalSignature",
	NO_FIX},
    {"RSA key exchange asks for none", exchange_by_rsa, 0, DIFFERS, UNSAID},
    {"RSA key exchange without keyEncipherment", exchange_by_rsa, 1, DIFFERS, SAID,
	"lacks keyEncipherment", NO_FIX},
    {"proposed, no digitalSignature", propose_unfit, 0, DIFFERS, SAID, "lacks digitalSignature",
	NO_FIX},
    {"StartTls", offer_in_small, 1, DIFFERS, SAID, "Exim recognizes STARTTLS only in capitals",
	NO_FIX},
    {"STARTTLS", offer_in_small, 0, DIFFERS, UNSAID},
    {"an alias, TLSA records at its first name", lead_on, 0, DIFFERS, SAID,
	"Exim looks for TLSA records only", NO_FIX},
    {"an alias, TLSA records at its target", lead_on, 1, DIFFERS, UNSAID},
    {"an unreadable certificate beside it", send_unreadable, 1, DIFFERS, SAID,
	"mox (Go) ends the handshake", NO_FIX},
    {"all readable", send_unreadable, 0, DIFFERS, UNSAID},
    {"Ed448", use_curve, 1, DIFFERS, SAID, "mox (Go) does not know Ed448", NO_FIX},
    {"Ed25519", use_curve, 0, DIFFERS, UNSAID},
    {"usage 2, signed by Ed448", sign_by_ed448, 2, DIFFERS, SAID, "Ed448", NO_FIX},
    {"usage 3, signed by Ed448", sign_by_ed448, 3, DIFFERS, UNSAID},
    {"refused by all", mismatch, 1, DIFFERS, UNSAID},
    {"an MX RRset that is not proven", unsign_mx, 1, DIFFERS, UNSAID},
};

static void test_rows(void **state)
{
	(void)state;
	check_rows(rows, sizeof rows / sizeof *rows, FINDING_DANE_SENDER_DIFFERS,
	    FINDING_DANE_SENDER_DIFFERS + 1);
}

/* An unsent key is refused by both, each with its own reason. */
static void test_both(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	anchor_at(&w, -1);
	world_judge(&w);
	assert_non_null(strstr(w.end->dane.refused_by[OTHER_SENDER_EXIM], "trust anchor"));
	assert_non_null(strstr(w.end->dane.refused_by[OTHER_SENDER_MOX], "2 1 0"));
	assert_int_equal(w.end->dane.result, DANE_RESULT_VERIFIED);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_both),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
