/* Every cause of the table: a finding that has it, and one that just does not. */
#include <stdio.h>

#include "judge_world.h"
#include "name.h"

/* Digests are Python's hashlib's, of what each row is labeled with. */
static const char DER[] = "mxdane test certificate, long enough for two lines of base64 text";
static const uint8_t SPKI[] = {0x30, 9, 0x30, 2, 5, 0, 3, 3, 0, 0xab, 0xcd};

enum { NOT_RENEWED = NOW - 50 * DAY };

struct cause_row {
	const char *label;
	void (*change)(struct world *w, int value);
	int value;
	/* The one TLSA record of the first host; data: hexadecimal, or one octet for 32 times it,
	 * or with a dot in front for 64 times; NULL leaves the record as it is. */
	uint8_t usage, selector, mtype;
	const char *data;
	enum finding_code code;
	enum cause want;
	const char *said; /* part of the message, or NULL */
};

static uint8_t octet(const char *hex)
{
	const char text[3] = {hex[0], hex[1], '\0'};
	return (uint8_t)strtoul(text, NULL, 16);
}

static void set_record(struct world *w, const struct cause_row *row)
{
	struct dns_record *r = &w->host->tlsa_initial->records[0];
	size_t digits = strlen(row->data);
	bool is_long = row->data[0] == '.', repeats = is_long || digits == 2;
	r->tlsa.length = repeats ? (is_long ? 64 : 32) : digits / 2;
	uint8_t *data = arena_alloc(w->arena, r->tlsa.length + 1);
	for (size_t i = 0; i < r->tlsa.length; i++)
		data[i] = octet(repeats ? row->data + is_long : row->data + 2 * i);
	r->tlsa.usage = row->usage;
	r->tlsa.selector = row->selector;
	r->tlsa.mtype = row->mtype;
	r->tlsa.data = data;
}

/* ---- What the rows change ---- */

static void show_octets(struct world *w, int value)
{
	(void)value;
	for (size_t i = 0; i < 2; i++) {
		struct certificate *c = &w->end->probe.chain[i];
		c->der = (const uint8_t *)DER;
		c->der_length = strlen(DER);
		c->spki = SPKI;
		c->spki_length = sizeof SPKI;
	}
}

static void add_good_record(struct world *w, int value)
{
	(void)value;
	add_tlsa(w, w->host->tlsa_initial, 3, 1, 1, 0x11, 32);
}

static void add_other_host(struct world *w, int key)
{
	add_host(w, "mx2.example.com", 20);
	w->report.hosts[1].endpoints[0].probe.chain[0].spki_sha256[0] = (uint8_t)key;
}

/* Both hosts' records stand at the end of one alias. */
static void share_records(struct world *w, int key)
{
	add_other_host(w, key);
	for (size_t i = 0; i < 2; i++) {
		struct lookup *l = w->report.hosts[i].tlsa_initial;
		l->alias = l->final = "tlsa.example.com";
		l->alias_dnssec = DNSSEC_SECURE;
	}
}

/* The key of what is shown without SNI. */
static void show_without_sni(struct world *w, int key)
{
	static struct certificate leaf;
	static struct probe shown;
	leaf = w->end->probe.chain[0];
	leaf.spki_sha256[0] = (uint8_t)key;
	shown = w->end->probe;
	shown.chain = &leaf;
	shown.chain_count = 1;
	w->host->without_sni = &shown;
}

static void show_both(struct world *w, int key)
{
	show_without_sni(w, key);
	add_other_host(w, key);
}

static void fail_without_sni(struct world *w, int key)
{
	show_without_sni(w, key);
	w->host->without_sni->failure = PROBE_FAILURE_TLS;
}

/* The MX name is an alias, and is given as SNI by MTA-STS senders. */
static void show_for_mx_name(struct world *w, int key)
{
	static struct endpoint e;
	show_without_sni(w, key);
	e = *w->end;
	e.probe = *w->host->without_sni;
	w->host->without_sni = NULL;
	w->host->sts_endpoints = &e;
	w->host->sts_endpoint_count = 1;
}

static void send_leaf_alone(struct world *w, int value)
{
	(void)value;
	w->end->probe.chain_count = 1;
}

/* The chain ends below a root that the trust store has: key `key`. */
static void leave_root_out(struct world *w, int key)
{
	static struct certificate root;
	fill_certificate(&root, "CN=Root", "CN=Root", NULL, 0, (uint8_t)key);
	w->end->probe.chain[1].issuer = "CN=Root";
	w->end->probe.chain[1].self_issued = false;
	if (key)
		script.issuer = &root;
}

static void sign_tlsa(struct world *w, int inception)
{
	struct signature_life life = {inception, NOW + 10 * DAY, "example.com", 1};
	lookup_add_signature(w->arena, w->host->tlsa_initial, &life);
	w->end->probe.chain[0].not_before = NOT_RENEWED;
}

static void sign_tlsa_twice(struct world *w, int inception)
{
	sign_tlsa(w, inception);
	sign_tlsa(w, NOT_RENEWED + DAY);
}

static void limit(struct world *w, int limited)
{
	w->end->probe = (struct probe){.failure = PROBE_FAILURE_SMTP_REFUSED, .limited = limited};
	w->end->key_type = KEY_TYPE_NONE;
}

static void be_legacy(struct world *w, int legacy)
{
	w->end->probe.tls_legacy = legacy;
}

static void add_empty_record(struct world *w, int value)
{
	(void)value;
	add_tlsa(w, w->host->tlsa_initial, 3, 1, 1, 0, 0);
}

static void shadow_addresses(struct world *w, int value)
{
	w->host->a = answer(w, "mx1.example.com", DNS_TYPE_A, ANSWER_NODATA, DNSSEC_SECURE);
	w->host->endpoint_count = 0;
	if (value) {
		w->host->a->shadowed_by = "_25._tcp.mx1.example.com";
		w->host->a->shadowed = "*.example.com";
	}
}

static void alias_out(struct world *w, int wildcard)
{
	struct lookup *l = w->host->tlsa_initial;
	l->alias = l->final = "www.example.net";
	l->dnssec = DNSSEC_INSECURE;
	if (wildcard)
		lookup_add_expansion(w->arena, l, l->asked, "*.example.com");
}

/* MX targets without an address, of which some cannot even be asked for. */
static const char *const targets[] = {"20.25.0.81", "2001:db8::19", "20.25.0.81.example.com",
    "mx1.example.com.example.com", "example.com.example.com", "mx1.example.com", "bad..name"};

static void name_target(struct world *w, int target)
{
	const char *name = targets[target];
	w->host->name = name;
	w->host->target_valid = name_is_host(name);
	w->host->a = answer(w, name, DNS_TYPE_A, ANSWER_NXDOMAIN, DNSSEC_SECURE);
	w->host->aaaa = answer(w, name, DNS_TYPE_AAAA, ANSWER_NXDOMAIN, DNSSEC_SECURE);
	w->host->endpoint_count = 0;
}

static void name_own_host(struct world *w, int target)
{
	name_target(w, target);
	w->report.mx_kind = MX_KIND_GIVEN;
	w->report.domain = "com";
}

static void alias_host(struct world *w, int dnssec)
{
	w->host->a->final = "mail.example.net";
	w->host->a->dnssec = (enum dnssec_status)dnssec;
}

/* The rules themselves are in test_ta_path.c. */
static void break_path(struct world *w, int cause)
{
	static struct dane_verdict v;
	v = (struct dane_verdict){.result = DANE_RESULT_UNTRUSTED,
	    .depth = 1,
	    .usage = 2,
	    .cause = (enum cause)cause,
	    .blamed = &w->end->probe.chain[1]};
	script.dane = &v;
}

static void shrink_key(struct world *w, int bits)
{
	struct certificate *leaf = &w->end->probe.chain[0];
	leaf->key_type = KEY_TYPE_RSA;
	leaf->key_bits = (unsigned)bits;
}

static void fail_probe(struct world *w, int failure)
{
	w->end->probe = (struct probe){.failure = (enum probe_failure)failure};
	w->end->key_type = KEY_TYPE_NONE;
}

static void demand_certificate(struct world *w, int demanded)
{
	fail_probe(w, PROBE_FAILURE_TLS);
	w->end->probe.demands_certificate = demanded;
	w->end->probe.stage = SMTP_STAGE_HANDSHAKE;
}

/* As TLS 1.3 has it: after the handshake. */
static void demand_later(struct world *w, int demanded)
{
	w->end->probe.demands_certificate = demanded;
	w->end->probe.ehlo_unanswered = true;
	w->end->probe.stage = SMTP_STAGE_HANDSHAKE;
}

static void have_no_certificate(struct world *w, int value)
{
	(void)value;
	fail_probe(w, PROBE_FAILURE_TLS);
	w->end->probe.anonymous = true;
}

static void inspect(struct world *w, int inspected)
{
	fail_probe(w, PROBE_FAILURE_STARTTLS_MISSING);
	w->end->probe.stage = SMTP_STAGE_EHLO;
	w->end->probe.inspected = inspected;
}

/* The words of the server that came before the timeout, or NULL. */
static void time_out(struct world *w, const char *greeting, enum smtp_stage stage)
{
	fail_probe(w, PROBE_FAILURE_SMTP_PROTOCOL);
	w->params.timeout_ms = 10000;
	w->end->probe.timed_out = true;
	w->end->probe.stage = stage;
	w->end->probe.greeting = greeting;
}

static void delay_greeting(struct world *w, int value)
{
	(void)value;
	time_out(w, NULL, SMTP_STAGE_GREETING);
}

static void delay_ehlo(struct world *w, int value)
{
	(void)value;
	time_out(w, "220 mx1.example.com", SMTP_STAGE_EHLO);
}

static void leave(struct lookup *l, enum dnssec_status status, int cause)
{
	l->dnssec = l->alias_dnssec = status;
	l->broken = (struct broken_link){.cause = (enum cause)cause, .name = "example.com"};
}

static void leave_mx(struct world *w, int cause)
{
	leave(w->report.mx, DNSSEC_INSECURE, cause);
	if (cause == CAUSE_DS_MISSING)
		w->report.mx->broken.ds = "example.com. IN DS 1 13 2 abcd";
}

static void break_mx(struct world *w, int cause)
{
	leave(w->report.mx, DNSSEC_BOGUS, cause);
	w->report.mx_kind = MX_KIND_NONE;
	w->report.mx->error = "example.com has no DNSKEY that matches its DS records";
}

static void leave_addresses(struct world *w, int cause)
{
	leave(w->host->a, DNSSEC_INSECURE, cause);
}

static void leave_tlsa(struct world *w, int cause)
{
	w->host->tlsa_initial =
	    answer(w, "_25._tcp.mx1.example.com", DNS_TYPE_TLSA, ANSWER_NXDOMAIN, DNSSEC_INSECURE);
	leave(w->host->tlsa_initial, DNSSEC_INSECURE, cause);
}

static void alias_tlsa(struct world *w, int cause)
{
	alias_out(w, false);
	w->host->tlsa_initial->broken =
	    (struct broken_link){(enum cause)cause, "example.net", NULL, true};
}

static void fail_lookup(struct world *w, struct lookup *l, int code)
{
	static struct extended_error error;
	(void)w;
	error = (struct extended_error){(uint16_t)code, "at \033[31m"};
	l->error = "192.0.2.53 answered SERVFAIL";
	l->ede = &error;
	l->ede_count = code >= 0;
}

static void fail_mx(struct world *w, int code)
{
	w->report.mx = answer(w, "example.com", DNS_TYPE_MX, ANSWER_FAILED, DNSSEC_INDETERMINATE);
	w->report.mx_kind = MX_KIND_NONE;
	fail_lookup(w, w->report.mx, code);
}

static void fail_tlsa(struct world *w, int code)
{
	w->host->tlsa_initial = answer(
	    w, "_25._tcp.mx1.example.com", DNS_TYPE_TLSA, ANSWER_FAILED, DNSSEC_INDETERMINATE);
	fail_lookup(w, w->host->tlsa_initial, code);
}

static void fail_address(struct world *w, int code)
{
	w->host->a = answer(w, "mx1.example.com", DNS_TYPE_A, ANSWER_FAILED, DNSSEC_INDETERMINATE);
	fail_lookup(w, w->host->a, code);
}

static void fail_txt(struct world *w, int code)
{
	w->sts.txt = w->rpt.txt =
	    answer(w, "_mta-sts.example.com", DNS_TYPE_TXT, ANSWER_FAILED, DNSSEC_INDETERMINATE);
	w->report.mta_sts = &w->sts;
	w->report.tls_rpt = &w->rpt;
	w->sts.state = STS_STATE_FAILED;
	w->rpt.state = TLS_RPT_FAILED;
	fail_lookup(w, w->sts.txt, code);
}

static void loop_mx(struct world *w, int cause)
{
	fail_mx(w, -1);
	w->report.mx->broken =
	    (struct broken_link){.cause = (enum cause)cause, .name = "again.example.com"};
}

static void deny_holder(struct world *w, int status)
{
	w->host->tlsa_initial = answer(w, "_25._tcp.mx1.example.com", DNS_TYPE_TLSA,
	    status == DNSSEC_BOGUS ? ANSWER_NXDOMAIN : ANSWER_FAILED, (enum dnssec_status)status);
	w->host->tlsa_initial->broken =
	    (struct broken_link){.cause = CAUSE_ENT_NXDOMAIN, .name = "_tcp.mx1.example.com"};
	w->host->tlsa_initial->doubt = RESOLVER_DOUBT_PROVEN;
}

static void doubt_mx(struct world *w, int doubt)
{
	break_mx(w, CAUSE_DS_STALE);
	w->report.mx->doubt = (enum resolver_doubt)doubt;
	w->report.mx->resolver = ipv4(53);
}

static void doubt_failure(struct world *w, int doubt)
{
	fail_mx(w, -1);
	w->report.mx->doubt = (enum resolver_doubt)doubt;
	w->report.mx->resolver = ipv4(53);
}

static const struct {
	enum cause cause;
	const char *owner;
	enum dns_type type;
	const char *text;
} slips[] = {
    {CAUSE_TLSA_AT_DOMAIN, "_25._tcp.example.com", DNS_TYPE_TLSA, NULL},
    {CAUSE_AS_TXT, "_25._tcp.mx1.example.com", DNS_TYPE_TXT,
	"3 1 1 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {CAUSE_AS_TXT, "_25._tcp.mx1.example.com", DNS_TYPE_TXT, "3 1 1 of a kind, but no TLSA record"},
    {CAUSE_WRONG_PORT, "_465._tcp.mx1.example.com", DNS_TYPE_TLSA, NULL},
    {CAUSE_WRONG_PROTOCOL, "_25._udp.mx1.example.com", DNS_TYPE_TLSA, NULL},
    {CAUSE_SWAPPED_LABELS, "_tcp._25.mx1.example.com", DNS_TYPE_TLSA, NULL},
    {CAUSE_NO_UNDERSCORE, "25._tcp.mx1.example.com", DNS_TYPE_TLSA, NULL},
    {CAUSE_AT_HOST, "mx1.example.com", DNS_TYPE_TLSA, NULL},
};

/* A record at the wrong place, as the gatherer finds it. */
static void misplace(struct world *w, int slip)
{
	struct lookup *l =
	    answer(w, slips[slip].owner, slips[slip].type, ANSWER_RECORDS, DNSSEC_SECURE);
	struct dns_record *r = add_record(w, l);
	w->host->tlsa_initial =
	    answer(w, "_25._tcp.mx1.example.com", DNS_TYPE_TLSA, ANSWER_NODATA, DNSSEC_SECURE);
	if (slips[slip].text) {
		r->txt.data = (const uint8_t *)slips[slip].text;
		r->txt.length = strlen(slips[slip].text);
	}
	w->host->elsewhere[1] = (struct misplaced){slips[slip].cause, l};
}

static void misplace_by_wildcard(struct world *w, int slip)
{
	misplace(w, slip);
	lookup_add_expansion(
	    w->arena, w->host->elsewhere[1].found, slips[slip].owner, "*.example.com");
}

#define MISMATCH FINDING_DANE_MISMATCH
#define UNUSABLE FINDING_TLSA_UNUSABLE
#define NONE CAUSE_NONE

static const struct cause_row rows[] = {
    {"a digest of nothing known", NULL, 0, 3, 1, 1, "77", MISMATCH, NONE, NULL},
    {"SHA2-256 of nothing", NULL, 0, 3, 1, 1,
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", MISMATCH,
	CAUSE_EMPTY_DIGEST, "TLSA 3 1 1 e3b0c442… is the digest of no data"},
    {"SHA2-512 of nothing", NULL, 0, 2, 0, 2,
	"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
	"47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
	MISMATCH, CAUSE_EMPTY_DIGEST, NULL},
    {"key under selector 0", NULL, 0, 3, 0, 1, "11", MISMATCH, CAUSE_OTHER_SELECTOR,
	"holds what selector 1 (public key) asks for, not selector 0 (certificate)"},
    {"certificate under selector 1", NULL, 0, 3, 1, 2, ".12", MISMATCH, CAUSE_OTHER_SELECTOR,
	"selector 0 (certificate)"},
    {"issuer under selector 0", NULL, 0, 2, 0, 1, "ca", MISMATCH, CAUSE_OTHER_SELECTOR, NULL},
    {"a record to come under the other selector", add_good_record, 0, 3, 0, 1, "11",
	FINDING_TLSA_NO_MATCH_YET, CAUSE_OTHER_SELECTOR, "selector 1 (public key)"},
    {"a record to come", add_good_record, 0, 3, 0, 1, "77", FINDING_TLSA_NO_MATCH_YET, NONE, NULL},
    {"SHA2-512 as SHA2-256", NULL, 0, 3, 1, 1, ".11", UNUSABLE, CAUSE_OTHER_MTYPE,
	"matching type 2 (SHA2-512)"},
    {"SHA2-256 as SHA2-512", NULL, 0, 3, 0, 2, "12", UNUSABLE, CAUSE_OTHER_MTYPE,
	"matching type 1 (SHA2-256)"},
    {"SHA2-256 as full data, beside another", add_good_record, 0, 3, 1, 0, "11",
	FINDING_TLSA_RECORD_UNUSABLE, CAUSE_OTHER_MTYPE, NULL},
    {"a wrong length, of nothing known", NULL, 0, 3, 1, 1, ".77", UNUSABLE, NONE, NULL},
    {"leaf under 2", NULL, 0, 2, 1, 1, "11", MISMATCH, CAUSE_USAGE_2_FOR_3,
	"own certificate as a trust anchor"},
    {"issuer under 3", NULL, 0, 3, 0, 1, "cb", MISMATCH, CAUSE_USAGE_3_FOR_2,
	"matches the certificate of an issuer: that takes usage 2 in place of 3"},
    {"PEM text of the certificate", show_octets, 0, 3, 0, 1,
	"546f2dfa22e3a517cd888750c5a7a81b65c92b5a7ed6b1be5cd120fabaa73989", MISMATCH,
	CAUSE_PEM_DIGEST, "is the digest of the PEM text of the certificate"},
    {"the same without its last newline", show_octets, 0, 3, 0, 1,
	"8be95a4ecf1f637ad9da5ebe6a48f378ad6abe29a9eae533047bbee2518c19b0", MISMATCH,
	CAUSE_PEM_DIGEST, NULL},
    {"the same with the line ends of Windows", show_octets, 0, 3, 0, 1,
	"4d0aa5cf15623bd832545f9d7dabd785875eb92ed1a77042ab4d663a7be4b35d", MISMATCH,
	CAUSE_PEM_DIGEST, NULL},
    {"PEM text of the key", show_octets, 0, 3, 1, 1,
	"05891565dd8aa08e94dba74dd7cb359d6ac9c9bf24a4aed405d62967681e5465", MISMATCH,
	CAUSE_PEM_DIGEST, "the PEM text of the public key"},
    {"PEM text of the chain", show_octets, 0, 3, 1, 1,
	"ba00b140df91c750eb97ea7a4dd6306471651df6ffae75c60034a8dbd54e78c6", MISMATCH,
	CAUSE_PEM_DIGEST, "the whole chain"},
    {"PEM text, but of another", NULL, 0, 3, 1, 1,
	"546f2dfa22e3a517cd888750c5a7a81b65c92b5a7ed6b1be5cd120fabaa73989", MISMATCH, NONE, NULL},
    {"base64 text in lines of 64", show_octets, 0, 3, 0, 1,
	"8c92dea87ac6a69e72242dc4d85098bda874cb7752fc7d8874b5ee9e66ab674e", MISMATCH,
	CAUSE_BASE64_DIGEST, "is the digest of the base64 text of the certificate"},
    {"base64 text in lines of 76", show_octets, 0, 3, 0, 1,
	"adfcd0c9d229b5206f3c44ad63f561591a478266e3ecfb862da7351df9369fc6", MISMATCH,
	CAUSE_BASE64_DIGEST, NULL},
    {"base64 text in one line without newline", show_octets, 0, 3, 0, 1,
	"547f0767fc9f1937e7cee7bae348541bc3f240f38f0c7004fc4db529e6faca00", MISMATCH,
	CAUSE_BASE64_DIGEST, NULL},
    {"base64 text of the key, SHA2-512", show_octets, 0, 3, 1, 2,
	"5e855cd3ef2a1e07cdfa132dc7c351e43238d3ac7a0d1aa2008817590e626222"
	"139b1ebffbd455143465c929c731e9cc0c6cbde6be415ac68c441317e515d4e9",
	MISMATCH, CAUSE_BASE64_DIGEST, "the base64 text of the public key"},
    {"hexadecimal text", show_octets, 0, 3, 0, 1,
	"9246743a1b2f030c5982955c568fcfc8608bbf1e1cfe56c73532294aa2b715a0", MISMATCH,
	CAUSE_OTHER_ENCODING, "the hexadecimal text of the certificate"},
    {"the bare key", show_octets, 0, 3, 1, 1,
	"123d4c7ef2d1600a1b3a0f6addc60a10f05a3495c9409f2ecbf4cc095d000a6b", MISMATCH,
	CAUSE_OTHER_ENCODING, "the bare public key"},
    {"hexadecimal digits as octets (31 is \"1\")", NULL, 0, 3, 1, 1, ".31", UNUSABLE,
	CAUSE_OTHER_ENCODING, "hexadecimal digits in place of its octets"},
    {"another host's", add_other_host, 0x22, 3, 1, 1,
	"2211111111111111111111111111111111111111111111111111111111111111", MISMATCH,
	CAUSE_OTHER_HOST, "matches what mx2.example.com presents"},
    {"another host has another", add_other_host, 0x33, 3, 1, 1,
	"2211111111111111111111111111111111111111111111111111111111111111", MISMATCH, NONE, NULL},
    {"another host shares the records", share_records, 0x22, 3, 1, 1,
	"2211111111111111111111111111111111111111111111111111111111111111", MISMATCH, NONE, NULL},
    {"shown without SNI", show_without_sni, 0x22, 3, 1, 1,
	"2211111111111111111111111111111111111111111111111111111111111111", MISMATCH,
	CAUSE_SHOWN_WITHOUT_SNI, "presents without SNI; senders give the name mx1.example.com."},
    {"something else without SNI", show_without_sni, 0x33, 3, 1, 1,
	"2211111111111111111111111111111111111111111111111111111111111111", MISMATCH, NONE, NULL},
    {"no handshake without SNI", fail_without_sni, 0x22, 3, 1, 1,
	"2211111111111111111111111111111111111111111111111111111111111111", MISMATCH, NONE, NULL},
    {"shown without SNI, and by another host", show_both, 0x22, 3, 1, 1,
	"2211111111111111111111111111111111111111111111111111111111111111", MISMATCH,
	CAUSE_SHOWN_WITHOUT_SNI, NULL},
    {"shown for the MX name", show_for_mx_name, 0x22, 3, 1, 1,
	"2211111111111111111111111111111111111111111111111111111111111111", MISMATCH,
	CAUSE_SHOWN_WITHOUT_SNI, "presents for mx1.example.com; DANE senders"},
    {"a leaf alone", send_leaf_alone, 0, 2, 1, 1, "77", MISMATCH, CAUSE_ANCHOR_NOT_SENT,
	"must also send that of the issuer, CN=CA"},
    {"a root of the trust store", leave_root_out, 0x77, 2, 1, 1, "77", MISMATCH,
	CAUSE_ANCHOR_NOT_SENT, "does not send the certificate of CN=Root, which TLSA 2 1 1"},
    {"another root", leave_root_out, 0x78, 2, 1, 1, "77", MISMATCH, CAUSE_ISSUER_CHANGED,
	"is of another issuer: the certificate is now issued by CN=CA"},
    {"a root that nobody knows", leave_root_out, 0, 2, 1, 1, "77", MISMATCH, NONE, NULL},
    {"a chain up to its root", NULL, 0, 2, 0, 1, "77", MISMATCH, CAUSE_ISSUER_CHANGED, "CN=CA"},
    {"signed before the certificate", sign_tlsa, NOT_RENEWED - 1, 3, 1, 1, "77", MISMATCH,
	CAUSE_RENEWED, "renewed on 2026-10-04"},
    {"signed with the certificate", sign_tlsa, NOT_RENEWED, 3, 1, 1, "77", MISMATCH, NONE, NULL},
    {"signed before and after", sign_tlsa_twice, NOT_RENEWED - 1, 3, 1, 1, "77", MISMATCH, NONE,
	NULL},
    {"a mistake comes before a renewal", sign_tlsa, NOT_RENEWED - 1, 3, 0, 1, "11", MISMATCH,
	CAUSE_OTHER_SELECTOR, NULL},
    {"an empty record alone", NULL, 0, 3, 1, 1, "", UNUSABLE, CAUSE_EMPTY_RECORD, NULL},
    {"an empty record beside a good one", add_empty_record, 0, 3, 1, 1, NULL,
	FINDING_DANE_UNTRUSTED, CAUSE_EMPTY_RECORD, NULL},
    {"no newer TLS", be_legacy, true, 3, 1, 1, NULL, FINDING_DANE_UNTRUSTED, CAUSE_TLS_TOO_OLD,
	NULL},
    {"no CA", break_path, CAUSE_NOT_A_CA, 2, 0, 1, "cb", FINDING_DANE_UNTRUSTED, CAUSE_NOT_A_CA,
	"On that path the certificate of CN=CA is not a CA certificate."},
    {"a path too long", break_path, CAUSE_PATH_LENGTH, 2, 0, 1, "cb", FINDING_DANE_UNTRUSTED,
	CAUSE_PATH_LENGTH, "CN=CA allows fewer"},
    {"keyUsage", break_path, CAUSE_KEY_USAGE, 2, 0, 1, "cb", FINDING_DANE_UNTRUSTED,
	CAUSE_KEY_USAGE, "CN=CA has a keyUsage"},
    {"extendedKeyUsage", break_path, CAUSE_EXT_KEY_USAGE, 2, 0, 1, "cb", FINDING_DANE_UNTRUSTED,
	CAUSE_EXT_KEY_USAGE, "CN=CA has an extendedKeyUsage without serverAuth"},
    {"name constraints", break_path, CAUSE_NAME_CONSTRAINTS, 2, 0, 1, "cb", FINDING_DANE_UNTRUSTED,
	CAUSE_NAME_CONSTRAINTS, "name constraints"},
    {"a bad signature", break_path, CAUSE_BAD_SIGNATURE, 2, 0, 1, "cb", FINDING_DANE_UNTRUSTED,
	CAUSE_BAD_SIGNATURE, "CN=CA has a signature that is not its issuer's"},
    {"not linked", break_path, CAUSE_NOT_LINKED, 2, 0, 1, "cb", FINDING_DANE_UNTRUSTED,
	CAUSE_NOT_LINKED, "The path ends at the certificate of CN=CA"},
    {"a gap", break_path, CAUSE_CHAIN_GAP, 2, 0, 1, "cb", FINDING_DANE_UNTRUSTED, CAUSE_CHAIN_GAP,
	"does not send the certificate of CN=CA, which issued the certificate of CN=CA"},
    {"a small key on the path", break_path, CAUSE_KEY_TOO_SMALL, 2, 0, 1, "cb",
	FINDING_DANE_UNTRUSTED, CAUSE_KEY_TOO_SMALL, "CN=CA has too small a key"},
    {"an unknown critical extension", break_path, CAUSE_NONE, 2, 0, 1, "cb", FINDING_DANE_UNTRUSTED,
	CAUSE_NONE, "CN=CA has an extension that"},
    {"a small key of the leaf", shrink_key, 512, 3, 1, 1, NULL, FINDING_DANE_UNTRUSTED,
	CAUSE_KEY_TOO_SMALL, "The server's key is so small"},
    {"a client certificate demanded", demand_certificate, true, 3, 1, 1, NULL, FINDING_TLS_FAILED,
	CAUSE_CLIENT_CERTIFICATE, "asks for a client certificate"},
    {"a handshake that fails for another reason", demand_certificate, false, 3, 1, 1, NULL,
	FINDING_TLS_FAILED, NONE, NULL},
    {"the same after the handshake", demand_later, true, 3, 1, 1, NULL, FINDING_TLS_CLOSED_EARLY,
	CAUSE_CLIENT_CERTIFICATE, "asks for a client certificate"},
    {"a session that ends for another reason", demand_later, false, 3, 1, 1, NULL,
	FINDING_TLS_CLOSED_EARLY, NONE, NULL},
    {"no certificate at all", have_no_certificate, 0, 3, 1, 1, NULL, FINDING_TLS_FAILED,
	CAUSE_ANONYMOUS_ONLY, "cipher suites without a certificate"},
    {"SMTP rewritten", inspect, true, 3, 1, 1, NULL, FINDING_STARTTLS_MISSING,
	CAUSE_SMTP_INSPECTION, "firewall"},
    {"no STARTTLS", inspect, false, 3, 1, 1, NULL, FINDING_STARTTLS_MISSING, NONE, NULL},
    {"no greeting", delay_greeting, 0, 3, 1, 1, NULL, FINDING_SMTP_PROTOCOL, CAUSE_GREETING_DELAY,
	"within 10 s: postscreen or a tarpit"},
    {"no reply to EHLO", delay_ehlo, 0, 3, 1, 1, NULL, FINDING_SMTP_PROTOCOL, NONE, NULL},
    {"limited", limit, true, 3, 1, 1, NULL, FINDING_SMTP_REFUSED, CAUSE_CONNECTION_LIMIT, NULL},
    {"not limited", limit, false, 3, 1, 1, NULL, FINDING_SMTP_REFUSED, NONE, NULL},
    {"shadowed", shadow_addresses, true, 3, 1, 1, NULL, FINDING_HOST_NO_ADDRESS,
	CAUSE_WILDCARD_SHADOWED, NULL},
    {"not shadowed", shadow_addresses, false, 3, 1, 1, NULL, FINDING_HOST_NO_ADDRESS, NONE, NULL},
    {"a wildcard CNAME", alias_out, true, 3, 1, 1, NULL, FINDING_TLSA_INSECURE,
	CAUSE_WILDCARD_CNAME, NULL},
    {"no wildcard CNAME", alias_out, false, 3, 1, 1, NULL, FINDING_TLSA_INSECURE, NONE, NULL},
    {"only the DS is missing", leave_mx, CAUSE_DS_MISSING, 0, 0, 0, NULL, FINDING_MX_INSECURE,
	CAUSE_DS_MISSING,
	"example.com is signed; only its DS record is missing in the parent zone."},
    {"DS for no key", break_mx, CAUSE_DS_STALE, 0, 0, 0, NULL, FINDING_MX_BOGUS, CAUSE_DS_STALE,
	"has no DNSKEY that matches its DS records"},
    {"a key that BIND cannot read", break_mx, CAUSE_DNSKEY_UNUSABLE, 0, 0, 0, NULL,
	FINDING_MX_BOGUS, CAUSE_DNSKEY_UNUSABLE, NULL},
    {"an apex that begins with an asterisk", break_mx, CAUSE_ASTERISK_NAME, 0, 0, 0, NULL,
	FINDING_MX_BOGUS, CAUSE_ASTERISK_NAME, NULL},
    {"more signatures than are tried", break_mx, CAUSE_TOO_MANY_SIGNATURES, 0, 0, 0, NULL,
	FINDING_MX_BOGUS, CAUSE_TOO_MANY_SIGNATURES, NULL},
    {"bogus otherwise", break_mx, CAUSE_NONE, 0, 0, 0, NULL, FINDING_MX_BOGUS, NONE, NULL},
    {"unsigned", leave_addresses, CAUSE_ZONE_UNSIGNED, 0, 0, 0, NULL, FINDING_ADDRESS_INSECURE,
	CAUSE_ZONE_UNSIGNED, "The zone example.com is not signed."},
    {"unsigned, in the span of a parent that opts out", leave_addresses, CAUSE_OPT_OUT, 0, 0, 0,
	NULL, FINDING_ADDRESS_INSECURE, CAUSE_ZONE_UNSIGNED, NULL},
    {"unsigned for a reason unknown", leave_addresses, CAUSE_NONE, 0, 0, 0, NULL,
	FINDING_ADDRESS_INSECURE, NONE, NULL},
    {"in an opt-out span", leave_tlsa, CAUSE_OPT_OUT, 0, 0, 0, NULL, FINDING_TLSA_ABSENT,
	CAUSE_OPT_OUT, "is in an opt-out span"},
    {"an alias into an unsigned zone", alias_tlsa, CAUSE_ZONE_UNSIGNED, 3, 1, 1, NULL,
	FINDING_TLSA_INSECURE, CAUSE_ALIAS_UNSIGNED,
	"is an alias of www.example.net, and example.net is not signed."},
    {"TLSA at the domain", misplace, 0, 0, 0, 0, NULL, FINDING_TLSA_ABSENT, CAUSE_TLSA_AT_DOMAIN,
	"One is published at _25._tcp.example.com."},
    {"TLSA as TXT", misplace, 1, 0, 0, 0, NULL, FINDING_TLSA_ABSENT, CAUSE_AS_TXT,
	"One is published as a TXT record at _25._tcp.mx1.example.com."},
    {"another TXT", misplace, 2, 0, 0, 0, NULL, FINDING_TLSA_ABSENT, NONE, NULL},
    {"TLSA at _465._tcp.mx1.example.com", misplace, 3, 0, 0, 0, NULL, FINDING_TLSA_ABSENT,
	CAUSE_WRONG_PORT, "at _465._tcp.mx1.example.com."},
    {"TLSA at _25._udp.mx1.example.com", misplace, 4, 0, 0, 0, NULL, FINDING_TLSA_ABSENT,
	CAUSE_WRONG_PROTOCOL, "at _25._udp.mx1.example.com."},
    {"TLSA at _tcp._25.mx1.example.com", misplace, 5, 0, 0, 0, NULL, FINDING_TLSA_ABSENT,
	CAUSE_SWAPPED_LABELS, "at _tcp._25.mx1.example.com."},
    {"TLSA at 25._tcp.mx1.example.com", misplace, 6, 0, 0, 0, NULL, FINDING_TLSA_ABSENT,
	CAUSE_NO_UNDERSCORE, "at 25._tcp.mx1.example.com."},
    {"TLSA at mx1.example.com", misplace, 7, 0, 0, 0, NULL, FINDING_TLSA_ABSENT, CAUSE_AT_HOST,
	"at mx1.example.com."},
    {"TLSA by a wildcard", misplace_by_wildcard, 0, 0, 0, 0, NULL, FINDING_TLSA_ABSENT, NONE, NULL},
    {"no name server that answers", fail_mx, 22, 0, 0, 0, NULL, FINDING_MX_LOOKUP_FAILED,
	CAUSE_LAME,
	"answered SERVFAIL (extended DNS error 22, No Reachable Authority: \"at \\x1b[31m\"). The "
	"resolver reaches no name server"},
    {"no name server that answers for TLSA", fail_tlsa, 23, 0, 0, 0, NULL,
	FINDING_TLSA_LOOKUP_FAILED, CAUSE_LAME, NULL},
    {"no name server that answers for A", fail_address, 22, 0, 0, 0, NULL,
	FINDING_ADDRESS_LOOKUP_FAILED, CAUSE_LAME, NULL},
    {"no name server that answers for TXT", fail_txt, 22, 0, 0, 0, NULL, FINDING_STS_LOOKUP_FAILED,
	CAUSE_LAME, NULL},
    {"the same for TLSRPT", fail_txt, 22, 0, 0, 0, NULL, FINDING_TLSRPT_LOOKUP_FAILED, CAUSE_LAME,
	NULL},
    {"another reason", fail_mx, 24, 0, 0, 0, NULL, FINDING_MX_LOOKUP_FAILED, NONE,
	"(extended DNS error 24, Invalid Data: "},
    {"a reason without a name", fail_mx, 4096, 0, 0, 0, NULL, FINDING_MX_LOOKUP_FAILED, NONE,
	"(extended DNS error 4096: "},
    {"no reason", fail_mx, -1, 0, 0, 0, NULL, FINDING_MX_LOOKUP_FAILED, NONE, "SERVFAIL."},
    {"an alias loop", loop_mx, CAUSE_ALIAS_LOOP, 0, 0, 0, NULL, FINDING_MX_LOOKUP_FAILED,
	CAUSE_ALIAS_LOOP, "again.example.com is an alias that leads back to itself."},
    {"NXDOMAIN above", deny_holder, DNSSEC_BOGUS, 0, 0, 0, NULL, FINDING_TLSA_BOGUS,
	CAUSE_ENT_NXDOMAIN, "The answer at _tcp.mx1.example.com is NXDOMAIN, yet"},
    {"the same of a lookup that failed", deny_holder, DNSSEC_INDETERMINATE, 0, 0, 0, NULL,
	FINDING_TLSA_LOOKUP_FAILED, CAUSE_ENT_NXDOMAIN, NULL},
    {"another resolver answers", doubt_mx, RESOLVER_DOUBT_PROVEN, 0, 0, 0, NULL, FINDING_MX_BOGUS,
	CAUSE_RESOLVER_FAILS, "Another resolver, 81.2.69.53, finds the answer secure"},
    {"the same of a lookup that failed", doubt_failure, RESOLVER_DOUBT_PROVEN, 0, 0, 0, NULL,
	FINDING_MX_LOOKUP_FAILED, CAUSE_RESOLVER_FAILS, NULL},
    {"one resolver alone, and keys that do not hold", doubt_mx, RESOLVER_DOUBT_ALONE, 0, 0, 0, NULL,
	FINDING_MX_BOGUS, CAUSE_DS_STALE, NULL},
    {"one resolver alone", doubt_failure, RESOLVER_DOUBT_ALONE, 0, 0, 0, NULL,
	FINDING_MX_LOOKUP_FAILED, NONE, "Only 81.2.69.53 was asked: try another"},
    {"MX is an IPv4 address", name_target, 0, 0, 0, 0, NULL, FINDING_HOST_NO_ADDRESS,
	CAUSE_MX_IS_ADDRESS, "20.25.0.81 is an IP address; an MX record must name a host."},
    {"MX is an IPv6 address", name_target, 1, 0, 0, 0, NULL, FINDING_MX_TARGET_INVALID,
	CAUSE_MX_IS_ADDRESS, NULL},
    {"MX is an address with the origin", name_target, 2, 0, 0, 0, NULL, FINDING_HOST_NO_ADDRESS,
	CAUSE_MX_IS_ADDRESS, "20.25.0.81 is an IP address"},
    {"a missing dot", name_target, 3, 0, 0, 0, NULL, FINDING_HOST_NO_ADDRESS, CAUSE_MISSING_DOT,
	"ends in example.com twice"},
    {"a missing dot after the domain", name_target, 4, 0, 0, 0, NULL, FINDING_HOST_NO_ADDRESS,
	CAUSE_MISSING_DOT, NULL},
    {"no address, no slip", name_target, 5, 0, 0, 0, NULL, FINDING_HOST_NO_ADDRESS, NONE, NULL},
    {"an alias, secure to its end", alias_host, DNSSEC_SECURE, 3, 1, 1, NULL,
	FINDING_MX_TARGET_ALIAS, NONE,
	"Publish its TLSA records at _25._tcp.mail.example.net and, if only by a CNAME to there, "
	"at "
	"_25._tcp.mx1.example.com: Exim"},
    {"an alias, secure itself alone", alias_host, DNSSEC_INSECURE, 3, 1, 1, NULL,
	FINDING_MX_TARGET_ALIAS, NONE, "an alias of mail.example.net."},
    {"no name at all", name_target, 6, 0, 0, 0, NULL, FINDING_MX_TARGET_INVALID, NONE, NULL},
    {"a top-level domain is no zone to type twice", name_own_host, 3, 0, 0, 0, NULL,
	FINDING_HOST_NO_ADDRESS, NONE, NULL},
};

enum { ROW_COUNT = sizeof rows / sizeof *rows };

/* The cause of a mismatch is that of one of the records. */
static void check_records(const char *label, const struct finding *f)
{
	bool any = f->cause == NONE;
	for (size_t i = 0; i < f->host->tlsa_count; i++)
		any |= f->host->tlsa_records[i].cause == f->cause;
	if (!any)
		fail_msg("%s: no record has the cause %s", label, cause_info(f->cause)->slug);
}

/* "Put the previous key back" only where there was one: a record that never matched has none. */
static void check_ways(const char *label, const struct finding *f)
{
	bool was_right = f->cause == CAUSE_NONE || f->cause == CAUSE_RENEWED;
	if (f->code == FINDING_DANE_MISMATCH && f->actions.count && was_right)
		check_text(label, "fix", f->fix, "matches: works at once.");
	else if (f->cause == CAUSE_ISSUER_CHANGED)
		check_text(label, "fix", f->fix, "deploy a certificate of the issuer that");
	else if (f->cause == CAUSE_CHAIN_GAP || f->cause == CAUSE_ANCHOR_NOT_SENT)
		check_text(label, "fix", f->fix, "let the server send its whole chain");
	else if (f->alternative_count)
		fail_msg("%s: %s", label, f->fix);
}

static void check_cause(const struct cause_row *row)
{
	struct world w;
	world_open(&w);
	if (row->data)
		set_record(&w, row);
	if (row->change)
		row->change(&w, row->value);
	world_judge(&w);
	const struct finding *f = find(&w, row->code);
	if (!f)
		fail_msg("%s: no %s", row->label, finding_info(row->code)->code);
	const char *slug = cause_info(f->cause)->slug;
	if (f->cause != row->want)
		fail_msg("%s: the cause is %s: %s", row->label, slug ? slug : "none", f->message);
	if (f->code == FINDING_DANE_MISMATCH)
		check_records(row->label, f);
	check_text(row->label, "message", f->message, row->said);
	check_ways(row->label, f);
	world_close(&w);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROW_COUNT; i++)
		check_cause(&rows[i]);
}

static void test_table_is_whole(void **state)
{
	(void)state;
	for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
		size_t given = 0;
		for (size_t i = 0; i < ROW_COUNT; i++)
			given += (int)rows[i].want == cause;
		if (given == 0)
			fail_msg("%s has no row", cause_info((enum cause)cause)->slug);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_table_is_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
