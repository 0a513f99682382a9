/* The judge on SMTP, TLS, the DANE verdict and certificates: every code of that part. */
#include "judge_world.h"
#include "limit.h"

static void fail_probe(struct world *w, int failure)
{
	w->end->probe = (struct probe){.failure = (enum probe_failure)failure, .error = "refused"};
	w->end->key_type = KEY_TYPE_NONE;
}

static void drop_tlsa(struct world *w)
{
	w->host->tlsa_initial =
	    answer(w, "_25._tcp.mx1.example.com", DNS_TYPE_TLSA, ANSWER_NXDOMAIN, DNSSEC_SECURE);
}

static void fail_without_tlsa(struct world *w, int failure)
{
	drop_tlsa(w);
	fail_probe(w, failure);
}

static void fail_with_unusable(struct world *w, int failure)
{
	w->host->tlsa_initial->records[0].tlsa.usage = 1;
	fail_probe(w, failure);
}

static void fail_under_policy(struct world *w, int failure)
{
	fail_without_tlsa(w, failure);
	set_policy(w, GOOD_POLICY);
}

static void fail_under_testing(struct world *w, int failure)
{
	fail_without_tlsa(w, failure);
	set_policy(w, "version: STSv1\nmode: testing\nmx: mx1.example.com\nmax_age: 604800");
}

static void fail_unlisted(struct world *w, int failure)
{
	fail_without_tlsa(w, failure);
	set_policy(w, "version: STSv1\nmode: enforce\nmx: other.example.com\nmax_age: 604800");
}

static void fail_handshake(struct world *w, int value)
{
	(void)value;
	fail_probe(w, PROBE_FAILURE_TLS);
	w->end->probe.tls_error = "alert \x1b]0;x";
}

static void exceed_deadline(struct world *w, int value)
{
	w->report.deadline_exceeded = value;
}

static void exceed_at_endpoint(struct world *w, int value)
{
	(void)value;
	fail_probe(w, PROBE_FAILURE_DEADLINE);
	w->report.deadline_exceeded = true;
}

static void be_legacy(struct world *w, int legacy)
{
	w->end->probe.tls_legacy = legacy;
	w->end->probe.tls_version = "TLS1.1";
}

static void limit(struct world *w, int failure)
{
	fail_probe(w, failure);
	w->end->probe.limited = true;
}

static void leave_ehlo(struct world *w, int unanswered)
{
	w->end->probe.ehlo_unanswered = unanswered;
	w->end->probe.no_close_notify = unanswered;
}

static void close_without_notice(struct world *w, int value)
{
	(void)value;
	w->end->probe.no_close_notify = true;
}

static void use_tls12(struct world *w, int unsafe)
{
	w->end->probe.tls_version = "TLS1.2";
	w->end->probe.unsafe_renegotiation = unsafe;
}

static void sign_key_exchange(struct world *w, int weak)
{
	use_tls12(w, false);
	w->end->probe.tls_signature = weak ? "ECDSA-SHA1" : "ECDSA-SHA256";
}

static void use_tls13(struct world *w, int unfit)
{
	w->end->probe.tls_version = "TLS1.3";
	w->end->probe.unsafe_renegotiation = true; /* TLS 1.3 has none */
	w->end->probe.chain[0].parsed = true;
	w->end->probe.chain[0].key_type = KEY_TYPE_ECDSA;
	w->end->probe.chain[0].unfit_to_sign = unfit;
}

static void choose_finite_field(struct world *w, int finite_field)
{
	use_tls13(w, false);
	w->end->probe.finite_field = finite_field;
}

static void be_unfit(struct world *w, int key_type)
{
	use_tls13(w, true);
	use_tls12(w, false);
	w->end->probe.chain[0].key_type = (enum key_type)key_type;
	w->end->probe.chain[0].key_bits = 2048;
}

static void offer_in_small(struct world *w, int small)
{
	w->end->probe.starttls_small = small;
}

static void send_octets(struct world *w, int octets)
{
	w->end->probe.certificate_octets = (size_t)octets;
}

/* EHLO inside TLS is refused: the certificate is known all the same. */
static void refuse_inside(struct world *w, int value)
{
	(void)value;
	w->end->probe.failure = PROBE_FAILURE_SMTP_REFUSED;
	w->end->probe.stage = SMTP_STAGE_HANDSHAKE;
}

static void call_itself(struct world *w, const char *name)
{
	w->end->probe.ehlo_name = name;
}

static void call_itself_other(struct world *w, int value)
{
	(void)value;
	call_itself(w, "localhost");
}

static void call_itself_the_same(struct world *w, int value)
{
	(void)value;
	call_itself(w, "MX1.Example.COM.");
}

static void say_no_name(struct world *w, int value)
{
	(void)value;
	call_itself(w, NULL);
}

/* ---- DANE verdicts ---- */

static void present_key(struct world *w, int key)
{
	fill_endpoint(w, w->end, "mx1.example.com", w->end->address, (uint8_t)key);
}

static void script_result(struct world *w, int result)
{
	struct dane_verdict *v = arena_alloc(w->arena, sizeof *v);
	*v = (struct dane_verdict){
	    .result = (enum dane_result)result, .record = 0, .depth = 1, .usage = 2};
	script.dane = v;
	w->host->tlsa_initial->record_count = 0;
	w->host->tlsa_initial->records = NULL;
	add_tlsa(w, w->host->tlsa_initial, 2, 1, 1, 0xca, 32);
}

static void script_weaker(struct world *w, int value)
{
	(void)value;
	struct dane_verdict *v = arena_alloc(w->arena, sizeof *v);
	*v = (struct dane_verdict){.result = DANE_RESULT_MISMATCH,
	    .record = -1,
	    .depth = -1,
	    .usage = -1,
	    .only_weaker_digest = true};
	script.dane = v;
}

static void script_remark(struct world *w, int value)
{
	(void)value;
	script_result(w, DANE_RESULT_UNTRUSTED);
	struct dane_verdict *v = arena_memdup(w->arena, script.dane, sizeof *v);
	v->remark = "Somebody else accepts it.";
	script.dane = v;
}

static void name_for_domain(struct world *w, int kind)
{
	script_result(w, DANE_RESULT_NAME_MISMATCH);
	w->report.mx_kind = (enum mx_kind)kind;
	w->end->probe.chain[0].dns_names[0] = "example.com";
}

static void expire_ca(struct world *w, int value)
{
	(void)value;
	script_result(w, DANE_RESULT_EXPIRED);
	w->end->probe.chain[1].not_after = NOW - 1;
}

static void begin_ca_later(struct world *w, int value)
{
	(void)value;
	script_result(w, DANE_RESULT_EXPIRED);
	w->end->probe.chain[1].not_before = NOW + 1;
}

/* All that was sent is valid: it is the anchor in the DNS that is not. */
static void expire_unsent_anchor(struct world *w, int value)
{
	(void)value;
	script_result(w, DANE_RESULT_EXPIRED);
	struct dane_verdict *v = arena_memdup(w->arena, script.dane, sizeof *v);
	v->depth = -1;
	script.dane = v;
	w->end->probe.chain[1].self_issued = false;
	w->end->probe.chain[1].issuer = "CN=root";
}

static void verify_unsent_anchor(struct world *w, int value)
{
	expire_unsent_anchor(w, value);
	struct dane_verdict *v = arena_memdup(w->arena, script.dane, sizeof *v);
	v->result = DANE_RESULT_VERIFIED;
	script.dane = v;
}

static void name_many(struct world *w, int count)
{
	script_result(w, DANE_RESULT_NAME_MISMATCH);
	struct certificate *leaf = &w->end->probe.chain[0];
	leaf->dns_name_count = (size_t)count;
	leaf->has_dns_name = count > 0;
	leaf->dns_names = arena_array(w->arena, (size_t)count, sizeof *leaf->dns_names);
	for (int i = 0; i < count; i++)
		leaf->dns_names[i] = arena_printf(w->arena, "n%d.example", i);
	leaf->common_name = "cn.example";
}

static void name_none(struct world *w, int value)
{
	name_many(w, value);
	w->end->probe.chain[0].common_name = NULL;
}

/* The leaf of the second key is for other names. */
static void name_mismatch(struct world *w, int value)
{
	(void)value;
	script_result(w, DANE_RESULT_NAME_MISMATCH);
	w->end->probe.chain[0].dns_names[0] = "www.example.com";
}

static void lose_chain(struct world *w, int value)
{
	(void)value;
	w->end->probe.chain_count = 0;
}

static void break_leaf(struct world *w, int value)
{
	present_key(w, value);
	w->end->probe.chain[0].parsed = false;
	w->end->probe.chain[0].spki = NULL;
}

static void second_key(struct world *w, int key)
{
	struct endpoint *e = add_endpoint(w, w->host, ipv4(1), (uint8_t)key);
	e->key_type = KEY_TYPE_RSA;
}

static void second_address(struct world *w, int key)
{
	add_endpoint(w, w->host, ipv6(1), (uint8_t)key);
}

static void second_address_silent(struct world *w, int value)
{
	second_address(w, 0x11);
	w->host->endpoints[1].probe = (struct probe){.failure = (enum probe_failure)value};
}

static void second_address_alike(struct world *w, int key)
{
	second_address(w, key);
	present_key(w, key);
}

/* Machines behind one address: two turns of six meet another one. */
static void second_machine(struct world *w, int key)
{
	add_endpoint(w, w->host, ipv4(1), (uint8_t)key)->turns = 2;
	w->host->endpoints[1].probe.chain[0].not_before = NOW - 101 * DAY;
	w->end->turns = 4;
}

/* The same leaf, but one machine does not send what is above it. */
static void second_machine_short(struct world *w, int key)
{
	second_machine(w, key);
	w->host->endpoints[1].probe.chain_count = 1;
}

/* Two turns show two others. */
static void third_machine(struct world *w, int key)
{
	second_machine(w, key);
	add_endpoint(w, w->host, ipv4(1), 0x77)->turns = 1;
	w->end->turns = 3;
}

static void third_machine_fails(struct world *w, int key)
{
	second_machine(w, key);
	present_key(w, 0x66);
	w->end->turns = 4;
}

static void second_machine_unsigned(struct world *w, int key)
{
	second_machine(w, key);
	w->host->tlsa_initial->dnssec = DNSSEC_INSECURE;
}

static void second_machine_by_key(struct world *w, int key)
{
	second_machine(w, key);
	w->host->endpoints[1].key_type = KEY_TYPE_RSA;
}

static void propose(struct world *w, int key)
{
	present_key(w, key);
	w->end->proposed = true;
	w->end->probe.stage = SMTP_STAGE_NONE;
}

static void propose_nowhere(struct world *w, int key)
{
	propose(w, key);
	w->end->address = (struct address){0};
}

/* ---- Certificates ---- */

static void end_leaf(struct world *w, int seconds)
{
	w->end->probe.chain[0].not_after = NOW + seconds;
}

static void end_leaf_usage_2(struct world *w, int seconds)
{
	script_result(w, DANE_RESULT_VERIFIED);
	end_leaf(w, seconds);
}

/* Issued for six days, of which so many seconds are left. */
static void shorten_leaf(struct world *w, int seconds)
{
	end_leaf_usage_2(w, seconds);
	w->end->probe.chain[0].not_before = NOW - 4 * DAY;
}

static void end_ca_usage_2(struct world *w, int seconds)
{
	script_result(w, DANE_RESULT_VERIFIED);
	w->end->probe.chain[1].not_after = NOW + seconds;
}

/* The path ends at the leaf's issuer; who else is in the chain does not matter. */
static void end_stranger_usage_2(struct world *w, int seconds)
{
	script_result(w, DANE_RESULT_VERIFIED);
	struct certificate *three = arena_array(w->arena, 3, sizeof *three);
	memcpy(three, w->end->probe.chain, 2 * sizeof *three);
	fill_certificate(&three[2], "CN=other", "CN=other", NULL, 0, 0x77);
	three[2].not_after = NOW + seconds;
	w->end->probe.chain = three;
	w->end->probe.chain_count = 3;
}

/* The anchor is the issuer at depth 1; the root above it does not count. */
static void end_root_usage_2(struct world *w, int seconds)
{
	end_stranger_usage_2(w, seconds);
	w->end->probe.chain[1].issuer = "CN=other";
	w->end->probe.chain[1].self_issued = false;
}

static void misname_leaf_usage_2(struct world *w, int value)
{
	(void)value;
	script_result(w, DANE_RESULT_VERIFIED);
	w->end->probe.chain[0].dns_names[0] = "example.com";
}

static void end_leaf_under_policy(struct world *w, int seconds)
{
	set_policy(w, GOOD_POLICY);
	end_leaf(w, seconds);
}

static void end_invalid_under_policy(struct world *w, int seconds)
{
	end_leaf_under_policy(w, seconds);
	script.pkix.result = PKIX_RESULT_INVALID;
}

static void begin_later(struct world *w, int seconds)
{
	w->end->probe.chain[0].not_before = NOW + seconds;
}

static void rename_leaf(struct world *w, const char *name)
{
	w->end->probe.chain[0].dns_names[0] = name;
}

static void misname_leaf(struct world *w, int value)
{
	(void)value;
	rename_leaf(w, "www.example.com");
}

static void name_in_cn(struct world *w, int others)
{
	struct certificate *leaf = &w->end->probe.chain[0];
	misname_leaf(w, 0);
	leaf->dns_name_count = (size_t)others;
	leaf->has_dns_name = others > 0;
	leaf->common_name = "mx1.example.com";
}

static void doubt_issuer(struct world *w, int reason)
{
	(void)w;
	script.pkix = (struct pkix_verdict){PKIX_RESULT_INVALID, (enum pkix_reason)reason};
}

static void misname_untrusted(struct world *w, int reason)
{
	misname_leaf(w, 0);
	doubt_issuer(w, reason);
}

static void wildcard_leaf(struct world *w, int value)
{
	(void)value;
	rename_leaf(w, "*.example.com");
}

static void expired_mismatch(struct world *w, int value)
{
	(void)value;
	present_key(w, 0x55);
	end_leaf(w, -1);
}

static void look_ahead(struct world *w, int days)
{
	w->report.judged_at = NOW + (int64_t)days * DAY;
}

static void weaken_key(struct world *w, int at)
{
	w->end->probe.chain[at].weak_key = true;
	w->end->probe.chain[at].key = "RSA 1024";
}

static void propose_key(struct world *w, int digit)
{
	propose(w, digit);
	struct certificate *leaf = &w->end->probe.chain[0];
	*leaf = (struct certificate){.key_only = true,
	    .key = leaf->key,
	    .key_type = leaf->key_type,
	    .spki = leaf->spki,
	    .spki_length = leaf->spki_length};
	memset(leaf->spki_sha256, digit, sizeof leaf->spki_sha256);
	w->end->probe.chain_count = 1;
}

static void propose_key_open(struct world *w, int digit)
{
	propose_key(w, digit);
	script_result(w, DANE_RESULT_NOT_CHECKED);
}

static void propose_key_under_policy(struct world *w, int digit)
{
	propose_key(w, digit);
	set_policy(w, GOOD_POLICY);
}

static void propose_weak_key(struct world *w, int digit)
{
	propose_key(w, digit);
	w->end->probe.chain[0].weak_key = true;
}

static void weaken_nameless(struct world *w, int at)
{
	weaken_key(w, at);
	w->end->probe.chain[at].subject = "";
}

static void weaken_signature(struct world *w, int at)
{
	w->end->probe.chain[at].weak_signature = true;
	w->end->probe.chain[at].self_signed = at == 1;
}

#define OWNER "_25._tcp.mx1.example.com. 3600 IN TLSA "
#define HEX_55 "5555555555555555555555555555555555555555555555555555555555555555"
#define HEX_56 "5656565656565656565656565656565656565656565656565656565656565656"

static const struct row rows[] = {
    {"refused", fail_probe, PROBE_FAILURE_CONNECT, NO, FINDING_CONNECT_FAILED, U, "address",
	"mx1.example.com [81.2.69.1] cannot be reached: refused.", NULL},
    {"reached", NULL, 0, DANE, FINDING_CONNECT_FAILED, SILENT, NULL, NULL, NULL},
    {"a proxy in between", fail_probe, PROBE_FAILURE_PROXY, NO, FINDING_PROXY_FAILED, U, "address",
	"mx1.example.com [81.2.69.1] could not be checked: refused.", NULL},
    {"the server, not a proxy", fail_probe, PROBE_FAILURE_CONNECT, DANE, FINDING_PROXY_FAILED,
	SILENT, NULL, NULL, NULL},
    {"a proxy, not the server", fail_probe, PROBE_FAILURE_PROXY, DANE, FINDING_CONNECT_FAILED,
	SILENT, NULL, NULL, NULL},
    {"greeting 554", fail_probe, PROBE_FAILURE_SMTP_REFUSED, DANE, FINDING_SMTP_REFUSED, U,
	"address", NULL, NULL},
    {"not refused", fail_probe, PROBE_FAILURE_CONNECT, DANE, FINDING_SMTP_REFUSED, SILENT, NULL,
	NULL, NULL},
    {"garbage", fail_probe, PROBE_FAILURE_SMTP_PROTOCOL, DANE, FINDING_SMTP_PROTOCOL, U, "address",
	NULL, NULL},
    {"no garbage", fail_probe, PROBE_FAILURE_SMTP_REFUSED, DANE, FINDING_SMTP_PROTOCOL, SILENT,
	NULL, NULL, NULL},
    {"deadline, nowhere in particular", exceed_deadline, 1, DANE, FINDING_DEADLINE_EXCEEDED, U, "",
	NULL, NULL},
    {"deadline at an endpoint", exceed_at_endpoint, 0, DANE, FINDING_DEADLINE_EXCEEDED, U,
	"address", NULL, NULL},
    {"no deadline", exceed_deadline, 0, DANE, FINDING_DEADLINE_EXCEEDED, SILENT, NULL, NULL, NULL},
    {"no STARTTLS, TLSA", fail_probe, PROBE_FAILURE_STARTTLS_MISSING, NO, FINDING_STARTTLS_MISSING,
	C, "address", NULL, NULL},
    {"no STARTTLS, TLSA unusable", fail_with_unusable, PROBE_FAILURE_STARTTLS_MISSING, NO,
	FINDING_STARTTLS_MISSING, C, "address", NULL, NULL},
    {"no STARTTLS, no TLSA", fail_without_tlsa, PROBE_FAILURE_STARTTLS_MISSING, DANE,
	FINDING_STARTTLS_MISSING, W, "address", NULL, NULL},
    {"no STARTTLS, enforced", fail_under_policy, PROBE_FAILURE_STARTTLS_MISSING, DANE,
	FINDING_STARTTLS_MISSING, C, "address", NULL, NULL},
    {"no STARTTLS, testing", fail_under_testing, PROBE_FAILURE_STARTTLS_MISSING, DANE,
	FINDING_STARTTLS_MISSING, W, "address", NULL, NULL},
    {"no STARTTLS, enforced elsewhere", fail_unlisted, PROBE_FAILURE_STARTTLS_MISSING, DANE,
	FINDING_STARTTLS_MISSING, W, "address", NULL, NULL},
    {"STARTTLS", NULL, 0, DANE, FINDING_STARTTLS_MISSING, SILENT, NULL, NULL, NULL},
    {"454", fail_probe, PROBE_FAILURE_STARTTLS_REFUSED, DANE, FINDING_STARTTLS_REFUSED, C,
	"address", NULL, NULL},
    {"454, no TLSA", fail_without_tlsa, PROBE_FAILURE_STARTTLS_REFUSED, DANE,
	FINDING_STARTTLS_REFUSED, W, "address", NULL, NULL},
    {"not offered, not refused", fail_probe, PROBE_FAILURE_STARTTLS_MISSING, DANE,
	FINDING_STARTTLS_REFUSED, SILENT, NULL, NULL, NULL},
    {"injection", fail_probe, PROBE_FAILURE_INJECTION, DANE, FINDING_STARTTLS_INJECTION, C,
	"address", NULL, NULL},
    {"injection, no TLSA", fail_without_tlsa, PROBE_FAILURE_INJECTION, DANE,
	FINDING_STARTTLS_INJECTION, W, "address", NULL, NULL},
    {"no injection", NULL, 0, DANE, FINDING_STARTTLS_INJECTION, SILENT, NULL, NULL, NULL},
    {"handshake", fail_handshake, 0, DANE, FINDING_TLS_FAILED, C, "address", "alert \\x1b]0;x",
	NULL},
    {"handshake, no TLSA", fail_without_tlsa, PROBE_FAILURE_TLS, DANE, FINDING_TLS_FAILED, W,
	"address", NULL, NULL},
    {"handshake done", NULL, 0, DANE, FINDING_TLS_FAILED, SILENT, NULL, NULL, NULL},
    {"TLS 1.1", be_legacy, 1, DANE, FINDING_TLS_LEGACY, W, "key", "TLS 1.1; Postfix", NULL},
    {"TLS 1.1 is refused", be_legacy, 1, DANE, FINDING_DANE_UNTRUSTED, C, "key",
	"by all senders. The server offers nothing newer than TLS 1.1; Postfix", NO_FIX},
    {"TLS 1.2", be_legacy, 0, DANE, FINDING_TLS_LEGACY, SILENT, NULL, NULL, NULL},
    {"limited", limit, PROBE_FAILURE_SMTP_REFUSED, DANE, FINDING_SMTP_REFUSED, U, "address",
	"took another connection from here", NULL},
    {"limited by silence", limit, PROBE_FAILURE_SMTP_PROTOCOL, DANE, FINDING_SMTP_REFUSED, U,
	"address", "so it limits them.", NULL},
    {"limited by a firewall", limit, PROBE_FAILURE_CONNECT, DANE, FINDING_CONNECT_FAILED, U,
	"address", "so it limits them.", NULL},
    {"dropped", leave_ehlo, 1, DANE, FINDING_TLS_CLOSED_EARLY, W, "key", "did not answer EHLO",
	NULL},
    {"closed without close_notify", close_without_notice, 1, DANE, FINDING_TLS_CLOSED_EARLY, I,
	"key", "without sending close_notify", NULL},
    {"not dropped", leave_ehlo, 0, DANE, FINDING_TLS_CLOSED_EARLY, SILENT, NULL, NULL, NULL},
    {"renegotiation", use_tls12, 1, DANE, FINDING_DANE_UNTRUSTED, C, "key",
	"by all senders. The server does not know secure renegotiation (RFC 5746)", NO_FIX},
    {"finite-field group", choose_finite_field, 1, DANE, FINDING_DANE_UNTRUSTED, C, "key",
	"by all senders. In TLS 1.3 the server accepts only finite-field groups", NO_FIX},
    {"curve", choose_finite_field, 0, DANE, FINDING_DANE_VERIFIED, I, "key", NULL, NULL},
    {"safe renegotiation", use_tls12, 0, DANE, FINDING_DANE_VERIFIED, I, "key", NULL, NULL},
    {"key exchange with SHA-1", sign_key_exchange, 1, DANE, FINDING_DANE_UNTRUSTED, C, "key",
	"with SHA-1; Postfix", NO_FIX},
    {"key exchange with SHA-256", sign_key_exchange, 0, DANE, FINDING_DANE_VERIFIED, I, "key", NULL,
	NULL},
    {"TLS 1.3, unfit to sign", use_tls13, 1, DANE, FINDING_DANE_VERIFIED, I, "key", NULL, NULL},
    {"ECDSA, unfit to sign", be_unfit, KEY_TYPE_ECDSA, DANE, FINDING_DANE_UNTRUSTED, C, "key",
	"digitalSignature", NULL},
    {"EdDSA, unfit to sign", be_unfit, KEY_TYPE_EDDSA, DANE, FINDING_DANE_UNTRUSTED, C, "key",
	"digitalSignature", NULL},
    {"RSA, unfit to sign", be_unfit, KEY_TYPE_RSA, DANE, FINDING_DANE_VERIFIED, I, "key", NULL,
	NULL},
    {"most octets", send_octets, LIMIT_CERTIFICATE_MESSAGE, DANE, FINDING_DANE_VERIFIED, I, "key",
	NULL, NULL},
    {"too many octets", send_octets, LIMIT_CERTIFICATE_MESSAGE + 1, DANE, FINDING_DANE_UNTRUSTED, C,
	"key", "102,400 octets", NO_FIX},
    {"other name", call_itself_other, 0, DANE, FINDING_HELO_MISMATCH, I, "address", "localhost",
	NULL},
    {"same name, other case", call_itself_the_same, 0, DANE, FINDING_HELO_MISMATCH, SILENT, NULL,
	NULL, NULL},
    {"no name", say_no_name, 0, DANE, FINDING_HELO_MISMATCH, SILENT, NULL, NULL, NULL},
    {"verified", NULL, 0, DANE, FINDING_DANE_VERIFIED, I, "key", "TLSA 3 1 1 11111111…", NULL},
    {"refused inside TLS", refuse_inside, 0, DANE, FINDING_SMTP_REFUSED, U, "key", NULL, NULL},
    {"verified, refused inside TLS", refuse_inside, 0, DANE, FINDING_DANE_VERIFIED, I, "key", NULL,
	NULL},
    {"verified by usage 2", script_result, DANE_RESULT_VERIFIED, DANE, FINDING_DANE_VERIFIED, I,
	"key", "depth 1", NULL},
    {"verified by an unsent anchor", verify_unsent_anchor, 0, DANE, FINDING_DANE_VERIFIED, I, "key",
	"does not send", NULL},
    {"proposed without address", propose_nowhere, 0x11, DANE, FINDING_DANE_VERIFIED, I, "key",
	"mx1.example.com is authenticated", NULL},
    {"two keys of one address", second_key, 0x11, DANE, FINDING_DANE_VERIFIED, I, "key",
	"mx1.example.com [81.2.69.1, ecdsa] is", NULL},
    {"proposed and verified", propose, 0x11, DANE, FINDING_DANE_VERIFIED, I, "key", NULL, NULL},
    {"key alone, which matches", propose_key, 0x11, DANE, FINDING_DANE_VERIFIED, I, "key", NULL,
	NULL},
    {"key alone, which matches", propose_key, 0x11, DANE, FINDING_CHAIN_KEY_ONLY, I, "key",
	"not judged.", NULL},
    {"key alone, no date", propose_key, 0x11, DANE, FINDING_CERT_EXPIRED_IGNORED, SILENT, NULL,
	NULL, NULL},
    {"key alone, no name", propose_key, 0x11, DANE, FINDING_CERT_PKIX_IGNORED, SILENT, NULL, NULL,
	NULL},
    {"key alone, another", propose_key, 0x55, NO, FINDING_DANE_MISMATCH, C, "key", NULL,
	OWNER "3 1 1 " HEX_55},
    {"key alone, records of certificates", propose_key_open, 0x55, NO, FINDING_CHAIN_KEY_ONLY, U,
	"key", "the others need the certificate", NULL},
    {"key alone, MTA-STS required", propose_key_under_policy, 0x11, STS, FINDING_CHAIN_KEY_ONLY, U,
	"key", NULL, NULL},
    {"key alone, MTA-STS not required", propose_key_under_policy, 0x11, DANE,
	FINDING_CHAIN_KEY_ONLY, I, "key", NULL, NULL},
    {"a whole chain", propose, 0x11, DANE, FINDING_CHAIN_KEY_ONLY, SILENT, NULL, NULL, NULL},
    {"not seen", fail_probe, PROBE_FAILURE_CONNECT, DANE, FINDING_DANE_VERIFIED, SILENT, NULL, NULL,
	NULL},
    {"another key", present_key, 0x55, NO, FINDING_DANE_MISMATCH, C, "key", NULL,
	OWNER "3 1 1 " HEX_55},
    {"proposed and mismatched", propose, 0x55, NO, FINDING_DANE_MISMATCH, C, "key", NULL,
	OWNER "3 1 1 " HEX_55},
    {"a leaf that does not parse", break_leaf, 0x55, DANE, FINDING_DANE_MISMATCH, C, "key", NULL,
	OWNER "3 0 1 " HEX_56},
    {"no certificate", lose_chain, 0, DANE, FINDING_DANE_MISMATCH, C, NULL, NULL, NULL},
    {"the same key", present_key, 0x11, DANE, FINDING_DANE_MISMATCH, SILENT, NULL, NULL, NULL},
    {"only the weaker digest", script_weaker, 0, DANE, FINDING_DANE_MISMATCH, SILENT, NULL, NULL,
	NULL},
    {"only the weaker digest", script_weaker, 0, NO, FINDING_DANE_DIGEST_AGILITY, C, "key", NULL,
	NULL},
    {"no digest", present_key, 0x55, DANE, FINDING_DANE_DIGEST_AGILITY, SILENT, NULL, NULL, NULL},
    {"wrong name", name_mismatch, 0, NO, FINDING_DANE_NAME_MISMATCH, C, "key", "www.example.com",
	OWNER "3 1 1 "},
    {"five names", name_many, 5, NO, FINDING_DANE_NAME_MISMATCH, C, "key",
	"n0.example, n1.example, n2.example, n3.example and 1 more,", NULL},
    {"four names", name_many, 4, NO, FINDING_DANE_NAME_MISMATCH, C, "key", "n3.example, not for",
	NULL},
    {"CN alone", name_many, 0, NO, FINDING_DANE_NAME_MISMATCH, C, "key", "for cn.example,", NULL},
    {"no name", name_none, 0, NO, FINDING_DANE_NAME_MISMATCH, C, "key", "no name at all", NULL},
    {"right name", script_result, DANE_RESULT_VERIFIED, DANE, FINDING_DANE_NAME_MISMATCH, SILENT,
	NULL, NULL, NULL},
    {"CA expired", expire_ca, 0, NO, FINDING_DANE_EXPIRED, C, "key", "CN=CA expired 2026-11-23",
	NULL},
    {"CA not yet valid", begin_ca_later, 0, NO, FINDING_DANE_EXPIRED, C, "key",
	"CN=CA is not valid before 2026-11-23", NULL},
    {"unsent anchor expired", expire_unsent_anchor, 0, NO, FINDING_DANE_EXPIRED, C, "key",
	"the trust anchor is outside", NULL},
    {"CA not expired", script_result, DANE_RESULT_VERIFIED, DANE, FINDING_DANE_EXPIRED, SILENT,
	NULL, NULL, NULL},
    {"untrusted", script_result, DANE_RESULT_UNTRUSTED, NO, FINDING_DANE_UNTRUSTED, C, "key",
	"has no path to that trust anchor", NULL},
    {"untrusted, with a remark", script_remark, 0, NO, FINDING_DANE_UNTRUSTED, C, "key",
	"has no path to that trust anchor that all senders accept. Somebody else accepts it.",
	OWNER "3 1 1 "},
    {"expired, not untrusted", script_result, DANE_RESULT_EXPIRED, DANE, FINDING_DANE_UNTRUSTED,
	SILENT, NULL, NULL, NULL},
    {"RSA key forgotten", second_key, 0x55, NO, FINDING_DANE_ROLLOVER_PARTIAL, C, "host",
	"The TLSA records of mx1.example.com authenticate some of its certificates, but not those "
	"of 81.2.69.1 rsa (issued ",
	OWNER "3 1 1 " HEX_55},
    {"IPv6 forgotten", second_address, 0x55, DANE, FINDING_DANE_ROLLOVER_PARTIAL, C, "host", NULL,
	NULL},
    {"both good", second_address, 0x11, DANE, FINDING_DANE_ROLLOVER_PARTIAL, SILENT, NULL, NULL,
	NULL},
    {"both bad", second_address_alike, 0x55, DANE, FINDING_DANE_ROLLOVER_PARTIAL, SILENT, NULL,
	NULL, NULL},
    {"IPv6 not seen", second_address_silent, PROBE_FAILURE_CONNECT, DANE,
	FINDING_DANE_ROLLOVER_PARTIAL, SILENT, NULL, NULL, NULL},
    {"one machine of three forgotten", second_machine, 0x55, DANE, FINDING_ENDPOINT_INCONSISTENT, C,
	"key",
	"4 of 6 connections to mx1.example.com [81.2.69.1, ecdsa] show the certificate of "
	"2026-08-15 (12121212…), 2 of 6 that of 2026-08-14 (56565656…).",
	NULL},
    {"one machine forgotten: which", second_machine, 0x55, DANE, FINDING_DANE_MISMATCH, C, "key",
	"mx1.example.com [81.2.69.1, ecdsa of 2026-08-14 (56565656…)] matches no TLSA record",
	OWNER "3 1 1 " HEX_55},
    {"one machine forgotten: the others", second_machine, 0x55, DANE, FINDING_DANE_VERIFIED, I,
	"key", "mx1.example.com [81.2.69.1, ecdsa of 2026-08-15 (12121212…)] is authenticated",
	NULL},
    {"one machine forgotten", second_machine, 0x55, DANE, FINDING_DANE_ROLLOVER_PARTIAL, C, "host",
	"81.2.69.1 ecdsa (issued 2026-08-14)", NULL},
    {"three machines", third_machine, 0x55, DANE, FINDING_ENDPOINT_INCONSISTENT, C, "key",
	"3 of 6 connections to mx1.example.com [81.2.69.1, ecdsa] show the certificate of "
	"2026-08-15 (12121212…), 2 of 6 that of 2026-08-14 (56565656…), 1 of 6 that of 2026-08-15 "
	"(78787878…).",
	NULL},
    {"both machines fail", third_machine_fails, 0x55, DANE, FINDING_ENDPOINT_INCONSISTENT, I, "key",
	NULL, NULL},
    {"unsigned records", second_machine_unsigned, 0x55, DANE, FINDING_ENDPOINT_INCONSISTENT, I,
	"key", NULL, NULL},
    {"one leaf, two chains", second_machine_short, 0x11, DANE, FINDING_ENDPOINT_INCONSISTENT,
	SILENT, NULL, NULL, NULL},
    {"two kinds of key", second_machine_by_key, 0x55, DANE, FINDING_ENDPOINT_INCONSISTENT, SILENT,
	NULL, NULL, NULL},
    {"two addresses", second_address, 0x55, DANE, FINDING_ENDPOINT_INCONSISTENT, SILENT, NULL, NULL,
	NULL},
    {"usage 2, leaf ends", end_leaf_usage_2, 14 * DAY - 1, DANE, FINDING_CERT_EXPIRING, W, "key",
	"CN=leaf", NULL},
    {"usage 2, leaf ends later", end_leaf_usage_2, 14 * DAY, DANE, FINDING_CERT_EXPIRING, SILENT,
	NULL, NULL, NULL},
    {"usage 2, a leaf of six days", shorten_leaf, 2 * DAY, DANE, FINDING_CERT_EXPIRING, SILENT,
	NULL, NULL, NULL},
    {"usage 2, a leaf of six days late", shorten_leaf, 2 * DAY - 10, DANE, FINDING_CERT_EXPIRING, W,
	"key", "CN=leaf", NULL},
    {"usage 2, anchor ends", end_ca_usage_2, DAY, DANE, FINDING_CERT_EXPIRING, W, "key", "CN=CA",
	NULL},
    {"usage 2, stranger ends", end_stranger_usage_2, DAY, DANE, FINDING_CERT_EXPIRING, SILENT, NULL,
	NULL, NULL},
    {"usage 2, root above the anchor ends", end_root_usage_2, DAY, DANE, FINDING_CERT_EXPIRING,
	SILENT, NULL, NULL, NULL},
    {"usage 3 rests on no date", end_leaf, DAY, DANE, FINDING_CERT_EXPIRING, SILENT, NULL, NULL,
	NULL},
    {"MTA-STS rests on it", end_leaf_under_policy, DAY, DANE, FINDING_CERT_EXPIRING, W, "key", NULL,
	NULL},
    {"MTA-STS, not valid anyhow", end_invalid_under_policy, DAY, DANE, FINDING_CERT_EXPIRING,
	SILENT, NULL, NULL, NULL},
    {"usage 3, expired", end_leaf, -1, DANE, FINDING_CERT_EXPIRED_IGNORED, I, "key", "expired 2026",
	NULL},
    {"usage 3, expired by --at", look_ahead, 101, DANE, FINDING_CERT_EXPIRED_IGNORED, I, "key",
	NULL, NULL},
    {"usage 3, not yet valid", begin_later, 1, DANE, FINDING_CERT_EXPIRED_IGNORED, I, "key",
	"not valid before", NULL},
    {"usage 3, misnamed", misname_leaf, 0, DANE, FINDING_CERT_PKIX_IGNORED, I, "key",
	"does not have the name mx1.example.com", NULL},
    {"a name is no date", misname_leaf, 0, DANE, FINDING_CERT_EXPIRED_IGNORED, SILENT, NULL, NULL,
	NULL},
    {"a date is no name", end_leaf, -1, DANE, FINDING_CERT_PKIX_IGNORED, SILENT, NULL, NULL, NULL},
    {"usage 3, named in the CN alone", name_in_cn, 0, DANE, FINDING_CERT_PKIX_IGNORED, I, "key",
	"no subjectAltName; mx1.example.com appears only in the CN", NULL},
    {"usage 3, a CN beside another name", name_in_cn, 1, DANE, FINDING_CERT_PKIX_IGNORED, I, "key",
	"does not have the name", NULL},
    {"usage 3, self-signed", doubt_issuer, PKIX_REASON_SELF_SIGNED, DANE, FINDING_CERT_PKIX_IGNORED,
	I, "key", "the certificate is self-signed", NULL},
    {"usage 3, misnamed and untrusted", misname_untrusted, PKIX_REASON_UNTRUSTED, DANE,
	FINDING_CERT_PKIX_IGNORED, I, "key", "mx1.example.com, and the certificate has no issuer",
	NULL},
    {"usage 3, of another fault", doubt_issuer, PKIX_REASON_WEAK, DANE, FINDING_CERT_PKIX_IGNORED,
	SILENT, NULL, NULL, NULL},
    {"usage 2, named for the domain", misname_leaf_usage_2, 0, DANE, FINDING_CERT_PKIX_IGNORED,
	SILENT, NULL, NULL, NULL},
    {"usage 3, wildcard", wildcard_leaf, 0, DANE, FINDING_CERT_PKIX_IGNORED, SILENT, NULL, NULL,
	NULL},
    {"usage 3, last second", end_leaf, 0, DANE, FINDING_CERT_EXPIRED_IGNORED, SILENT, NULL, NULL,
	NULL},
    {"expired, but no match", expired_mismatch, 0, DANE, FINDING_CERT_EXPIRED_IGNORED, SILENT, NULL,
	NULL, NULL},
    {"StartTls", offer_in_small, 1, DANE, FINDING_DANE_SENDER_DIFFERS, W, "key", "Exim", NO_FIX},
    {"STARTTLS", offer_in_small, 0, DANE, FINDING_DANE_SENDER_DIFFERS, SILENT, NULL, NULL, NULL},
    {"no MX records, named for the domain", name_for_domain, MX_KIND_IMPLICIT, DANE,
	FINDING_DANE_NAME_MISMATCH, C, "key", "Postfix accepts only the name", NULL},
    {"weak leaf", weaken_key, 0, DANE, FINDING_CERT_WEAK, W, "key", "RSA 1024", NULL},
    {"weak CA", weaken_key, 1, DANE, FINDING_CERT_WEAK, W, "key", "CN=CA", NULL},
    {"weak, without a subject", weaken_nameless, 0, DANE, FINDING_CERT_WEAK, W, "key",
	"an empty subject", NULL},
    {"weak signature", weaken_signature, 0, DANE, FINDING_CERT_WEAK, W, "key", "ECDSA-SHA256",
	NULL},
    {"weak signature on itself", weaken_signature, 1, DANE, FINDING_CERT_WEAK, SILENT, NULL, NULL,
	NULL},
    {"weak key alone", propose_weak_key, 0x11, DANE, FINDING_CERT_WEAK, W, "key",
	"the certificate has a weak key", NULL},
    {"not weak", NULL, 0, DANE, FINDING_CERT_WEAK, SILENT, NULL, NULL, NULL},
};

static void test_rows(void **state)
{
	(void)state;
	check_rows(
	    rows, sizeof rows / sizeof *rows, FINDING_CONNECT_FAILED, FINDING_NS_UNREACHABLE);
}

static void set_tlsa_state(struct world *w, int state)
{
	w->no_discovery = true;
	discovery_decide(w->arena, w->host, 25);
	w->host->tlsa_state = (enum tlsa_state)state;
}

static void set_tlsa_state_without_tls(struct world *w, int state)
{
	set_tlsa_state(w, state);
	fail_probe(w, PROBE_FAILURE_STARTTLS_MISSING);
}

/* dane.result where no chain is looked at. */
static void test_results(void **state)
{
	(void)state;
	static const struct {
		enum tlsa_state tlsa;
		enum dane_result with_tls, without_tls;
	} results[] = {
	    {TLSA_STATE_SKIPPED, DANE_RESULT_NONE, DANE_RESULT_NONE},
	    {TLSA_STATE_ABSENT, DANE_RESULT_NONE, DANE_RESULT_NONE},
	    {TLSA_STATE_INSECURE, DANE_RESULT_NONE, DANE_RESULT_NONE},
	    {TLSA_STATE_BOGUS, DANE_RESULT_NOT_CHECKED, DANE_RESULT_NOT_CHECKED},
	    {TLSA_STATE_FAILED, DANE_RESULT_NOT_CHECKED, DANE_RESULT_NOT_CHECKED},
	    {TLSA_STATE_UNUSABLE, DANE_RESULT_UNUSABLE, DANE_RESULT_NOT_CHECKED},
	    {TLSA_STATE_USABLE, DANE_RESULT_VERIFIED, DANE_RESULT_NOT_CHECKED},
	};
	for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
		for (int tls = 0; tls < 2; tls++) {
			struct world w;
			world_open(&w);
			(tls ? set_tlsa_state : set_tlsa_state_without_tls)(
			    &w, (int)results[i].tlsa);
			world_judge(&w);
			enum dane_result want = tls ? results[i].with_tls : results[i].without_tls;
			if (w.end->dane.result != want)
				fail_msg("%s, %s: %s", tlsa_state_name(results[i].tlsa),
				    tls ? "TLS" : "no TLS", dane_result_name(w.end->dane.result));
			world_close(&w);
		}
	}
}

static void test_limit_is_the_cause(void **state)
{
	(void)state;
	for (int limited = 0; limited < 2; limited++) {
		struct world w;
		size_t found = 0;
		world_open(&w);
		fail_probe(&w, PROBE_FAILURE_SMTP_REFUSED);
		w.end->probe.limited = limited;
		world_judge(&w);
		for (size_t i = 0; i < w.report.finding_count; i++) {
			const struct finding *f = &w.report.findings[i];
			enum cause want = limited ? CAUSE_CONNECTION_LIMIT : CAUSE_NONE;
			found += f->code == FINDING_SMTP_REFUSED && f->cause == want;
		}
		assert_int_equal(found, 1);
		world_close(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_results),
	    cmocka_unit_test(test_limit_is_the_cause),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
