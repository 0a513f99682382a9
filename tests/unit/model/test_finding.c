/* The catalogue: every code in its order, with its severity rule and whole texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model.h"

/* What is promised of each code. Codes are stable: a line may be added, none changed. */
static const struct {
	enum finding_code number;
	const char *code;
	enum finding_severity severity;
	const char *reference;
} promised[] = {
    {FINDING_DOMAIN_INVALID, "domain-invalid", FINDING_UNKNOWN, "RFC 5890, 1035"},
    {FINDING_ZONE_INVALID, "zone-invalid", FINDING_CRITICAL, "RFC 1035 §5"},
    {FINDING_ZONE_UNKNOWN_DATA, "zone-unknown-data", FINDING_WARNING, ""},
    {FINDING_IGNORE_STALE, "ignore-stale", FINDING_INFO, ""},
    {FINDING_DOMAIN_NOT_FOUND, "domain-not-found", FINDING_CRITICAL, "RFC 5321 §5.1"},
    {FINDING_NO_MAIL_HOST, "no-mail-host", FINDING_CRITICAL, "RFC 5321 §5.1"},
    {FINDING_NULL_MX, "null-mx", FINDING_INFO, "RFC 7505"},
    {FINDING_NULL_MX_MIXED, "null-mx-mixed", FINDING_WARNING, "RFC 7505 §3"},
    {FINDING_MX_INSECURE, "mx-insecure", FINDING_CRITICAL_IF_DANE, "RFC 7672 §2.2.1"},
    {FINDING_MX_BOGUS, "mx-bogus", FINDING_CRITICAL, "RFC 7672 §2.1.1"},
    {FINDING_MX_LOOKUP_FAILED, "mx-lookup-failed", FINDING_UNKNOWN, ""},
    {FINDING_DNSSEC_ROOT_FAILED, "dnssec-root-failed", FINDING_UNKNOWN, "RFC 4035 §4.9"},
    {FINDING_MX_TARGET_ALIAS, "mx-target-alias", FINDING_WARNING, "RFC 5321 §5.1, RFC 2181 §10.3"},
    {FINDING_MX_TARGET_INVALID, "mx-target-invalid", FINDING_WARNING, "RFC 5321 §2.3.5"},
    {FINDING_MX_TOO_MANY, "mx-too-many", FINDING_WARNING, ""},
    {FINDING_SIGNATURE_UNJUDGEABLE, "signature-unjudgeable", FINDING_UNKNOWN, ""},
    {FINDING_SIGNATURE_EXPIRING, "signature-expiring", FINDING_WARNING, "RFC 4034 §3.1.5"},
    {FINDING_SIGNATURE_BEFORE_EXPIRE, "signature-before-expire", FINDING_WARNING,
	"RFC 6781 §4.4.2"},
    {FINDING_NSEC3_ITERATIONS, "nsec3-iterations", FINDING_WARNING, "RFC 9276 §3.1"},
    {FINDING_DNSSEC_ALGORITHM_OLD, "dnssec-algorithm-old", FINDING_WARNING, "RFC 9905, 9906"},
    {FINDING_HOST_NO_ADDRESS, "host-no-address", FINDING_CRITICAL, ""},
    {FINDING_ADDRESS_INSECURE, "address-insecure", FINDING_CRITICAL_IF_DANE, "RFC 7672 §2.2.2"},
    {FINDING_ADDRESS_BOGUS, "address-bogus", FINDING_CRITICAL, "RFC 7672 §2.1.1, 2.2.2"},
    {FINDING_ADDRESS_LOOKUP_FAILED, "address-lookup-failed", FINDING_UNKNOWN, ""},
    {FINDING_ADDRESS_RESERVED, "address-reserved", FINDING_UNKNOWN_OR_INFO, "RFC 6890"},
    {FINDING_TLSA_ABSENT, "tlsa-absent", FINDING_CRITICAL_IF_DANE, "RFC 7672 §2.2.3"},
    {FINDING_TLSA_INSECURE, "tlsa-insecure", FINDING_CRITICAL_IF_DANE, "RFC 7672 §2.2.3"},
    {FINDING_TLSA_BOGUS, "tlsa-bogus", FINDING_CRITICAL, "RFC 7672 §2.1.1"},
    {FINDING_TLSA_LOOKUP_FAILED, "tlsa-lookup-failed", FINDING_CRITICAL, "RFC 7672 §2.1.1"},
    {FINDING_TLSA_UNUSABLE, "tlsa-unusable", FINDING_CRITICAL, "RFC 7672 §2.2.3, 3.1.3"},
    {FINDING_TLSA_RECORD_UNUSABLE, "tlsa-record-unusable", FINDING_WARNING, "RFC 7671 §4"},
    {FINDING_TLSA_PKIX_USAGE, "tlsa-pkix-usage", FINDING_WARNING, "RFC 7672 §3.1.3"},
    {FINDING_TLSA_WEAK_TA, "tlsa-weak-ta", FINDING_WARNING, "RFC 7671 §5.2, RFC 7672 §3.1.2"},
    {FINDING_TLSA_SUPERSEDED, "tlsa-superseded", FINDING_INFO, "RFC 7671 §9"},
    {FINDING_TLSA_NO_MATCH_YET, "tlsa-no-match-yet", FINDING_INFO, "RFC 7671 §8.1"},
    {FINDING_TLSA_DUPLICATE, "tlsa-duplicate", FINDING_WARNING, ""},
    {FINDING_TLSA_TTL_LONG, "tlsa-ttl-long", FINDING_WARNING, "RFC 7671 §8"},
    {FINDING_TLSA_MANY, "tlsa-many", FINDING_WARNING, ""},
    {FINDING_CONNECT_FAILED, "connect-failed", FINDING_UNKNOWN, ""},
    {FINDING_PROXY_FAILED, "proxy-failed", FINDING_UNKNOWN, "RFC 1928"},
    {FINDING_SMTP_REFUSED, "smtp-refused", FINDING_UNKNOWN, "RFC 5321 §3.1"},
    {FINDING_SMTP_PROTOCOL, "smtp-protocol", FINDING_UNKNOWN, "RFC 5321 §4.2"},
    {FINDING_DEADLINE_EXCEEDED, "deadline-exceeded", FINDING_UNKNOWN, ""},
    {FINDING_STARTTLS_MISSING, "starttls-missing", FINDING_CRITICAL_IF_TLS_MANDATORY,
	"RFC 7672 §2.2, RFC 3207"},
    {FINDING_STARTTLS_REFUSED, "starttls-refused", FINDING_CRITICAL_IF_TLS_MANDATORY,
	"RFC 3207 §4"},
    {FINDING_STARTTLS_INJECTION, "starttls-injection", FINDING_CRITICAL_IF_TLS_MANDATORY,
	"RFC 3207 §4.2"},
    {FINDING_TLS_FAILED, "tls-failed", FINDING_CRITICAL_IF_TLS_MANDATORY, ""},
    {FINDING_TLS_LEGACY, "tls-legacy", FINDING_WARNING, "RFC 8996"},
    {FINDING_TLS_CLOSED_EARLY, "tls-closed-early", FINDING_WARNING_IF_UNANSWERED,
	"RFC 5246 §7.2.1, RFC 8446 §6.1"},
    {FINDING_HELO_MISMATCH, "helo-mismatch", FINDING_INFO, ""},
    {FINDING_DANE_VERIFIED, "dane-verified", FINDING_INFO, "RFC 7671 §5"},
    {FINDING_DANE_MISMATCH, "dane-mismatch", FINDING_CRITICAL, "RFC 7672 §2.2"},
    {FINDING_DANE_DIGEST_AGILITY, "dane-digest-agility", FINDING_CRITICAL, "RFC 7671 §9"},
    {FINDING_DANE_NAME_MISMATCH, "dane-name-mismatch", FINDING_CRITICAL, "RFC 7672 §3.2.3"},
    {FINDING_DANE_EXPIRED, "dane-expired", FINDING_CRITICAL, "RFC 7671 §5.2"},
    {FINDING_DANE_UNTRUSTED, "dane-untrusted", FINDING_CRITICAL, "RFC 7671 §5.2"},
    {FINDING_DANE_SENDER_DIFFERS, "dane-sender-differs", FINDING_WARNING, ""},
    {FINDING_DANE_ROLLOVER_PARTIAL, "dane-rollover-partial", FINDING_CRITICAL, "RFC 7671 §8"},
    {FINDING_ENDPOINT_INCONSISTENT, "endpoint-inconsistent", FINDING_CRITICAL_IF_VERDICTS_DIFFER,
	"RFC 7671 §8"},
    {FINDING_CERT_EXPIRING, "cert-expiring", FINDING_WARNING, ""},
    {FINDING_CERT_EXPIRED_IGNORED, "cert-expired-ignored", FINDING_INFO, "RFC 7671 §5.1"},
    {FINDING_CERT_PKIX_IGNORED, "cert-pkix-ignored", FINDING_INFO, "RFC 7671 §5.1"},
    {FINDING_CERT_WEAK, "cert-weak", FINDING_WARNING, "RFC 8996, RFC 9325"},
    {FINDING_CHAIN_KEY_ONLY, "chain-key-only", FINDING_UNKNOWN_IF_DECIDING, "RFC 7671 §5.1"},
    {FINDING_NS_UNREACHABLE, "ns-unreachable", FINDING_WARNING_OR_UNKNOWN, "RFC 1034 §4.2"},
    {FINDING_NS_LAME, "ns-lame", FINDING_WARNING, "RFC 1912 §2.8"},
    {FINDING_NS_STALE, "ns-stale", FINDING_WARNING, "RFC 1035 §3.3.13"},
    {FINDING_NS_INCONSISTENT, "ns-inconsistent", FINDING_CRITICAL_IF_DECIDING, "RFC 1034 §4.3.5"},
    {FINDING_NS_TLSA_FAILS, "ns-tlsa-fails", FINDING_CRITICAL_IF_DECIDING, "RFC 7672 §2.1.1"},
    {FINDING_NS_BOGUS, "ns-bogus", FINDING_CRITICAL, "RFC 4035 §5"},
    {FINDING_NS_NO_TCP, "ns-no-tcp", FINDING_WARNING, "RFC 7766 §5"},
    {FINDING_STS_ABSENT, "sts-absent", FINDING_CRITICAL_IF_MTA_STS, "RFC 8461 §3.1"},
    {FINDING_STS_TXT_INVALID, "sts-txt-invalid", FINDING_CRITICAL_IF_MTA_STS_OR_WARNING,
	"RFC 8461 §3.1"},
    {FINDING_STS_POLICY_UNREACHABLE, "sts-policy-unreachable",
	FINDING_CRITICAL_IF_MTA_STS_OR_WARNING, "RFC 8461 §3.3"},
    {FINDING_STS_POLICY_CERT, "sts-policy-cert", FINDING_CRITICAL_IF_MTA_STS_OR_WARNING,
	"RFC 8461 §3.3"},
    {FINDING_STS_POLICY_INVALID, "sts-policy-invalid", FINDING_CRITICAL_IF_MTA_STS_OR_WARNING,
	"RFC 8461 §3.2"},
    {FINDING_STS_MX_UNLISTED, "sts-mx-unlisted", FINDING_CRITICAL_IF_ENFORCE, "RFC 8461 §4.1"},
    {FINDING_STS_MX_STALE, "sts-mx-stale", FINDING_INFO, ""},
    {FINDING_STS_MX_CERT, "sts-mx-cert", FINDING_CRITICAL_IF_ENFORCE, "RFC 8461 §4.2"},
    {FINDING_STS_TESTING, "sts-testing", FINDING_WARNING_IF_MTA_STS, "RFC 8461 §5"},
    {FINDING_STS_MODE_NONE, "sts-mode-none", FINDING_CRITICAL_IF_MTA_STS, "RFC 8461 §5"},
    {FINDING_STS_MAX_AGE_SHORT, "sts-max-age-short", FINDING_WARNING, "RFC 8461 §3.2"},
    {FINDING_STS_LOOKUP_FAILED, "sts-lookup-failed", FINDING_UNKNOWN_IF_MTA_STS_OR_WARNING, ""},
    {FINDING_TLSRPT_ABSENT, "tlsrpt-absent", FINDING_INFO, "RFC 8460 §3"},
    {FINDING_TLSRPT_INVALID, "tlsrpt-invalid", FINDING_WARNING, "RFC 8460 §3"},
    {FINDING_TLSRPT_RUA_UNUSABLE, "tlsrpt-rua-unusable", FINDING_INFO, "RFC 8460 §3"},
    {FINDING_TLSRPT_LOOKUP_FAILED, "tlsrpt-lookup-failed", FINDING_INFO, ""},
    {FINDING_ROLLOVER_SAFE, "rollover-safe", FINDING_INFO, "RFC 7671 §8.1, 8.4"},
    {FINDING_ROLLOVER_ORDER, "rollover-order", FINDING_WARNING_UNLESS_PLANNED,
	"RFC 7671 §8.1, 8.4"},
    {FINDING_ROLLOVER_UNSAFE, "rollover-unsafe", FINDING_CRITICAL, "RFC 7671 §8.1, 8.4"},
    {FINDING_ROLLOVER_UNKNOWN, "rollover-unknown", FINDING_UNKNOWN_IF_PLANNED, "RFC 7671 §8.4"},
};

static void test_table(void **state)
{
	(void)state;
	assert_int_equal(sizeof promised / sizeof *promised, FINDING_COUNT);
	for (int i = 0; i < FINDING_COUNT; i++) {
		const struct finding_info *info = finding_info((enum finding_code)i);
		assert_int_equal(promised[i].number, i);
		assert_string_equal(info->code, promised[i].code);
		if (info->severity != promised[i].severity)
			fail_msg("%s: %s", info->code, finding_severity_text(info->severity));
		assert_string_equal(info->reference, promised[i].reference);
	}
}

/* A sentence or more: begins with a capital (or a quoted word), ends with a full stop. */
static void check_sentences(const char *code, const char *text, size_t least)
{
	size_t n = text ? strlen(text) : 0;
	if (n < least || text[n - 1] != '.' || (text[0] >= 'a' && text[0] <= 'z') ||
	    strstr(text, "  ") || strchr(text, '\n'))
		fail_msg("%s: \"%s\"", code, text ? text : "(none)");
}

static void test_texts(void **state)
{
	(void)state;
	for (int i = 0; i < FINDING_COUNT; i++) {
		const struct finding_info *a = finding_info((enum finding_code)i);
		check_sentences(a->code, a->explanation, 60);
		check_sentences(a->code, a->remedy, 20);
		size_t n = strlen(a->when);
		if (n < 15 || n > 110 || a->when[n - 1] == '.' || strchr(a->when, '\n'))
			fail_msg("%s: \"%s\"", a->code, a->when);
		for (int k = 0; k < i; k++) {
			const struct finding_info *b = finding_info((enum finding_code)k);
			if (strcmp(a->code, b->code) == 0 || strcmp(a->when, b->when) == 0 ||
			    strcmp(a->explanation, b->explanation) == 0)
				fail_msg("%s and %s share a text", a->code, b->code);
		}
	}
}

static void test_remedy_of_cause(void **state)
{
	struct finding f = {.code = FINDING_MX_BOGUS, .severity = STATUS_CRITICAL};
	(void)state;
	assert_string_equal(model_fix(&f), finding_info(FINDING_MX_BOGUS)->remedy);
	f.cause = CAUSE_DS_STALE;
	assert_string_equal(model_fix(&f), cause_info(CAUSE_DS_STALE)->remedy);
	f.fix = "its own";
	assert_string_equal(model_fix(&f), "its own");
	for (int i = CAUSE_NONE + 1; i < CAUSE_COUNT; i++) {
		const struct cause_info *info = cause_info((enum cause)i);
		if (info->remedy)
			check_sentences(info->slug, info->remedy, 20);
	}
}

static void test_find(void **state)
{
	(void)state;
	enum finding_code code;
	for (int i = 0; i < FINDING_COUNT; i++) {
		const char *name = finding_info((enum finding_code)i)->code;
		assert_true(finding_find(name, strlen(name), &code));
		assert_int_equal(code, i);
		/* As a part of a list: only `length` octets count. */
		assert_false(finding_find(name, strlen(name) - 1, &code));
	}
	static const char *const wrong[] = {"", "dane", "dane-mismatch ", "tlsa_absent"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(finding_find(wrong[i], strlen(wrong[i]), &code));
	assert_true(finding_find("DANE-Mismatch", 13, &code));
	assert_int_equal(code, FINDING_DANE_MISMATCH);
	assert_true(finding_find("dane-mismatch,tlsa-absent", 13, &code));
	assert_int_equal(code, FINDING_DANE_MISMATCH);
}

static void test_severity_texts(void **state)
{
	(void)state;
	for (int s = FINDING_INFO; s <= FINDING_UNKNOWN_IF_PLANNED; s++) {
		const char *text = finding_severity_text((enum finding_severity)s);
		assert_true(strlen(text) >= 4);
		for (int k = FINDING_INFO; k < s; k++)
			assert_string_not_equal(
			    text, finding_severity_text((enum finding_severity)k));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_remedy_of_cause),
	    cmocka_unit_test(test_find),
	    cmocka_unit_test(test_severity_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
