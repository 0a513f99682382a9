/* What classes of senders do: truth tables over endpoints, hosts and domains. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "senders.h"

#define A OUTCOME_AUTHENTICATED
#define E OUTCOME_ENCRYPTED
#define P OUTCOME_PLAINTEXT
#define D OUTCOME_DEFERRED
#define U OUTCOME_UNKNOWN

static const char *pattern[] = {"mx1.example.com", "mx2.example.com", "mx3.example.com"};
static struct sts_policy policy = {.mode = STS_MODE_ENFORCE, .mx = pattern, .mx_count = 3};
static struct mta_sts enforced = {.state = STS_STATE_ENFORCE, .policy = &policy};
static struct lookup secure_mx = {.kind = ANSWER_RECORDS};
static struct lookup found = {.kind = ANSWER_RECORDS}, none = {.kind = ANSWER_NODATA};

/* One host with up to three entries; `all` says what the three classes make of it. */
static void check(const char *label, struct domain_report *r, const enum sender_outcome want[3])
{
	r->arena = arena_create();
	senders_judge(r);
	for (int i = 0; i < SENDER_COUNT; i++)
		if (r->senders[i].outcome != want[i])
			fail_msg("%s: %s is %s, not %s", label,
			    sender_class_name((enum sender_class)i),
			    sender_outcome_name(r->senders[i].outcome),
			    sender_outcome_name(want[i]));
	arena_destroy(r->arena);
}

static struct mx_host good_host(size_t number, struct endpoint *endpoints, size_t count)
{
	return (struct mx_host){.name = pattern[number],
	    .preference = 10,
	    .tlsa_state = TLSA_STATE_USABLE,
	    .a = &found,
	    .aaaa = &none,
	    .endpoints = endpoints,
	    .endpoint_count = count};
}

/* Usable TLSA records, enforced policy: each failure of a probe. */
static void test_failures(void **state)
{
	(void)state;
	static const struct {
		enum probe_failure failure;
		enum sender_outcome want[3];
	} rows[] = {
	    {PROBE_FAILURE_NONE, {A, A, E}},
	    {PROBE_FAILURE_RESERVED, {U, U, U}},
	    {PROBE_FAILURE_CONNECT, {U, U, U}},
	    {PROBE_FAILURE_PROXY, {U, U, U}},
	    {PROBE_FAILURE_SMTP_REFUSED, {U, U, U}},
	    {PROBE_FAILURE_SMTP_PROTOCOL, {U, U, U}},
	    {PROBE_FAILURE_DEADLINE, {U, U, U}},
	    {PROBE_FAILURE_STARTTLS_MISSING, {D, D, P}},
	    {PROBE_FAILURE_STARTTLS_REFUSED, {D, D, P}},
	    {PROBE_FAILURE_INJECTION, {D, D, P}},
	    {PROBE_FAILURE_TLS, {D, D, P}},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool tls = rows[i].failure == PROBE_FAILURE_NONE;
		struct endpoint e = {.probe.failure = rows[i].failure,
		    .dane.result = tls ? DANE_RESULT_VERIFIED : DANE_RESULT_NOT_CHECKED,
		    .pkix.result = tls ? PKIX_RESULT_VALID : PKIX_RESULT_NOT_CHECKED};
		struct mx_host h = good_host(0, &e, 1);
		struct domain_report r = {
		    .mx = &secure_mx, .hosts = &h, .host_count = 1, .mta_sts = &enforced};
		char label[32];
		(void)snprintf(label, sizeof label, "failure %d", (int)rows[i].failure);
		check(label, &r, rows[i].want);
	}
}

/* TLSA state, its verdict, MX status; the handshake came about or (STARTTLS missing) not. */
static void test_dane(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		enum tlsa_state tlsa;
		enum dane_result dane;
		bool tls;
		enum sender_outcome secure, insecure; /* by the MX RRset's status */
	} rows[] = {
	    {"verified", TLSA_STATE_USABLE, DANE_RESULT_VERIFIED, true, A, E},
	    {"mismatch", TLSA_STATE_USABLE, DANE_RESULT_MISMATCH, true, D, D},
	    {"expired", TLSA_STATE_USABLE, DANE_RESULT_EXPIRED, true, D, D},
	    {"name", TLSA_STATE_USABLE, DANE_RESULT_NAME_MISMATCH, true, D, D},
	    {"untrusted", TLSA_STATE_USABLE, DANE_RESULT_UNTRUSTED, true, D, D},
	    {"usable, no TLS", TLSA_STATE_USABLE, DANE_RESULT_NOT_CHECKED, false, D, D},
	    {"unusable", TLSA_STATE_UNUSABLE, DANE_RESULT_UNUSABLE, true, E, E},
	    {"unusable, no TLS", TLSA_STATE_UNUSABLE, DANE_RESULT_NOT_CHECKED, false, D, D},
	    {"bogus", TLSA_STATE_BOGUS, DANE_RESULT_NOT_CHECKED, true, D, D},
	    {"failed", TLSA_STATE_FAILED, DANE_RESULT_NOT_CHECKED, true, D, D},
	    {"absent", TLSA_STATE_ABSENT, DANE_RESULT_NONE, true, E, E},
	    {"absent, no TLS", TLSA_STATE_ABSENT, DANE_RESULT_NONE, false, P, P},
	    {"insecure", TLSA_STATE_INSECURE, DANE_RESULT_NONE, true, E, E},
	    {"insecure, no TLS", TLSA_STATE_INSECURE, DANE_RESULT_NONE, false, P, P},
	    {"skipped", TLSA_STATE_SKIPPED, DANE_RESULT_NONE, true, E, E},
	    {"skipped, no TLS", TLSA_STATE_SKIPPED, DANE_RESULT_NONE, false, P, P},
	};
	struct lookup failed = {.kind = ANSWER_FAILED, .failure = LOOKUP_FAILURE_RCODE};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (int secure = 0; secure < 2; secure++) {
			struct lookup mx = {.kind = ANSWER_RECORDS,
			    .dnssec = secure ? DNSSEC_SECURE : DNSSEC_INSECURE};
			struct endpoint e = {.dane.result = rows[i].dane,
			    .probe.failure =
				rows[i].tls ? PROBE_FAILURE_NONE : PROBE_FAILURE_STARTTLS_MISSING};
			struct mx_host h = good_host(0, &e, 1);
			h.tlsa_state = rows[i].tlsa;
			h.tlsa = &failed;
			struct domain_report r = {.mx = &mx, .hosts = &h, .host_count = 1};
			enum sender_outcome o = rows[i].tls ? E : P;
			enum sender_outcome d = secure ? rows[i].secure : rows[i].insecure;
			const enum sender_outcome want[3] = {d, o, o};
			check(rows[i].label, &r, want);
		}
	}
}

/* Errors of lookups: whose they are decides between deferred and unknown. */
static void test_lookups(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		struct lookup a, aaaa, tlsa;
		enum tlsa_state tlsa_state;
		bool deferred;
		enum sender_outcome want;
	} rows[] = {
	    {"AAAA bogus", {.kind = ANSWER_RECORDS}, {.dnssec = DNSSEC_BOGUS}, {0},
		TLSA_STATE_USABLE, true, D},
	    {"AAAA failed", {.kind = ANSWER_RECORDS},
		{.kind = ANSWER_FAILED,
		    .dnssec = DNSSEC_INDETERMINATE,
		    .failure = LOOKUP_FAILURE_TIMEOUT},
		{0}, TLSA_STATE_USABLE, true, D},
	    {"AAAA at the deadline", {.kind = ANSWER_RECORDS},
		{.kind = ANSWER_FAILED,
		    .dnssec = DNSSEC_INDETERMINATE,
		    .failure = LOOKUP_FAILURE_DEADLINE},
		{0}, TLSA_STATE_USABLE, true, U},
	    {"both failed",
		{.kind = ANSWER_FAILED,
		    .dnssec = DNSSEC_INDETERMINATE,
		    .failure = LOOKUP_FAILURE_TIMEOUT},
		{.kind = ANSWER_FAILED,
		    .dnssec = DNSSEC_INDETERMINATE,
		    .failure = LOOKUP_FAILURE_TIMEOUT},
		{0}, TLSA_STATE_SKIPPED, true, U},
	    {"TLSA unjudgeable", {.kind = ANSWER_RECORDS}, {.kind = ANSWER_NODATA},
		{.dnssec = DNSSEC_INDETERMINATE, .failure = LOOKUP_FAILURE_UNJUDGEABLE},
		TLSA_STATE_FAILED, false, U},
	    {"TLSA SERVFAIL", {.kind = ANSWER_RECORDS}, {.kind = ANSWER_NODATA},
		{.kind = ANSWER_FAILED, .failure = LOOKUP_FAILURE_RCODE}, TLSA_STATE_FAILED, false,
		D},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lookup a = rows[i].a, aaaa = rows[i].aaaa, tlsa = rows[i].tlsa;
		struct endpoint e = {.dane.result = DANE_RESULT_VERIFIED};
		struct mx_host h = good_host(0, &e, a.kind == ANSWER_RECORDS);
		h.a = &a;
		h.aaaa = &aaaa;
		h.tlsa = &tlsa;
		h.tlsa_state = rows[i].tlsa_state;
		h.deferred = rows[i].deferred;
		struct domain_report r = {.mx = &secure_mx, .hosts = &h, .host_count = 1};
		enum sender_outcome other = h.endpoint_count ? E : U;
		const enum sender_outcome want[3] = {rows[i].want, other, other};
		check(rows[i].label, &r, want);
	}
}

/* Several entries of one host: at one address each must do, of several addresses one. */
static void test_entries(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		struct {
			uint8_t address;
			enum dane_result dane;
			enum probe_failure failure;
		} entries[3];
		size_t count;
		enum sender_outcome dane, opportunistic;
	} rows[] = {
	    {"both key types", {{1, DANE_RESULT_VERIFIED, 0}, {1, DANE_RESULT_VERIFIED, 0}}, 2, A,
		E},
	    {"second key type fails", {{1, DANE_RESULT_VERIFIED, 0}, {1, DANE_RESULT_MISMATCH, 0}},
		2, D, E},
	    {"second key type not seen",
		{{1, DANE_RESULT_VERIFIED, 0}, {1, DANE_RESULT_NOT_CHECKED, PROBE_FAILURE_CONNECT}},
		2, A, E},
	    {"first key type not seen",
		{{1, DANE_RESULT_NOT_CHECKED, PROBE_FAILURE_CONNECT}, {1, DANE_RESULT_MISMATCH, 0}},
		2, D, E},
	    {"second address fails", {{1, DANE_RESULT_VERIFIED, 0}, {2, DANE_RESULT_MISMATCH, 0}},
		2, A, E},
	    {"first address fails", {{1, DANE_RESULT_MISMATCH, 0}, {2, DANE_RESULT_VERIFIED, 0}}, 2,
		A, E},
	    {"both addresses fail", {{1, DANE_RESULT_MISMATCH, 0}, {2, DANE_RESULT_EXPIRED, 0}}, 2,
		D, E},
	    {"one fails, one is not seen",
		{{1, DANE_RESULT_NOT_CHECKED, PROBE_FAILURE_CONNECT}, {2, DANE_RESULT_MISMATCH, 0}},
		2, D, E},
	    {"one of two without STARTTLS",
		{{1, DANE_RESULT_VERIFIED, 0},
		    {2, DANE_RESULT_NOT_CHECKED, PROBE_FAILURE_STARTTLS_MISSING}},
		2, A, P},
	    {"third address good",
		{{1, DANE_RESULT_NOT_CHECKED, PROBE_FAILURE_CONNECT}, {2, DANE_RESULT_MISMATCH, 0},
		    {3, DANE_RESULT_VERIFIED, 0}},
		3, A, E},
	    {"nobody", {{0}}, 0, U, U},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct endpoint e[3] = {0};
		for (size_t k = 0; k < rows[i].count; k++) {
			e[k].address = (struct address){AF_INET, {rows[i].entries[k].address}};
			e[k].dane.result = rows[i].entries[k].dane;
			e[k].probe.failure = rows[i].entries[k].failure;
		}
		struct mx_host h = good_host(0, e, rows[i].count);
		struct domain_report r = {.mx = &secure_mx, .hosts = &h, .host_count = 1};
		enum sender_outcome o = rows[i].opportunistic;
		const enum sender_outcome want[3] = {rows[i].dane, o, o};
		check(rows[i].label, &r, want);
	}
}

static void test_mta_sts(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		enum sts_state sts;
		const char *host;
		enum pkix_result pkix;
		bool tls;
		enum sender_outcome want;
	} rows[] = {
	    {"valid", STS_STATE_ENFORCE, "mx1.example.com", PKIX_RESULT_VALID, true, A},
	    {"invalid", STS_STATE_ENFORCE, "mx1.example.com", PKIX_RESULT_INVALID, true, D},
	    {"not judged", STS_STATE_ENFORCE, "mx1.example.com", PKIX_RESULT_NOT_CHECKED, true, U},
	    {"no TLS", STS_STATE_ENFORCE, "mx1.example.com", PKIX_RESULT_NOT_CHECKED, false, D},
	    {"unlisted", STS_STATE_ENFORCE, "mx9.example.com", PKIX_RESULT_VALID, true, D},
	    {"testing", STS_STATE_TESTING, "mx9.example.com", PKIX_RESULT_INVALID, true, E},
	    {"testing, no TLS", STS_STATE_TESTING, "mx1.example.com", PKIX_RESULT_NOT_CHECKED,
		false, P},
	    {"none", STS_STATE_NONE, "mx1.example.com", PKIX_RESULT_INVALID, true, E},
	    {"absent", STS_STATE_ABSENT, "mx1.example.com", PKIX_RESULT_INVALID, true, E},
	    {"invalid policy", STS_STATE_INVALID, "mx1.example.com", PKIX_RESULT_INVALID, true, E},
	    {"unreachable", STS_STATE_UNREACHABLE, "mx1.example.com", PKIX_RESULT_INVALID, true, E},
	    {"failed", STS_STATE_FAILED, "mx1.example.com", PKIX_RESULT_INVALID, true, E},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct mta_sts sts = {.state = rows[i].sts, .policy = &policy};
		struct endpoint e = {.pkix.result = rows[i].pkix,
		    .probe.failure =
			rows[i].tls ? PROBE_FAILURE_NONE : PROBE_FAILURE_STARTTLS_MISSING};
		struct mx_host h = good_host(0, &e, 1);
		h.name = rows[i].host;
		h.tlsa_state = TLSA_STATE_ABSENT;
		struct domain_report r = {
		    .mx = &secure_mx, .hosts = &h, .host_count = 1, .mta_sts = &sts};
		enum sender_outcome o = rows[i].tls ? E : P;
		const enum sender_outcome want[3] = {o, rows[i].want, o};
		check(rows[i].label, &r, want);
	}
}

/* RFC 8461 §7.1: what counts is what is shown when the MX name is in SNI. */
static void test_mta_sts_sni(void **state)
{
	(void)state;
	struct endpoint e = {.pkix.result = PKIX_RESULT_VALID, .dane.result = DANE_RESULT_VERIFIED};
	struct endpoint own = {.pkix.result = PKIX_RESULT_INVALID};
	struct mx_host h = good_host(0, &e, 1);
	h.sts_endpoints = &own;
	h.sts_endpoint_count = 1;
	struct domain_report r = {
	    .mx = &secure_mx, .hosts = &h, .host_count = 1, .mta_sts = &enforced};
	const enum sender_outcome want[3] = {A, D, E};
	check("own SNI", &r, want);
}

/* Hosts with preference and opportunistic outcome (E, P, U), DANE outcome as given. */
static void test_domain(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		struct {
			uint16_t preference;
			enum sender_outcome dane;
		} hosts[3];
		size_t count;
		enum sender_outcome want;
		size_t ok;
	} rows[] = {
	    {"one", {{10, A}}, 1, A, 1},
	    {"first counts", {{10, A}, {20, P}}, 2, A, 2},
	    {"first counts, for the worse", {{10, P}, {20, A}}, 2, P, 2},
	    {"first deferred", {{10, D}, {20, A}}, 2, A, 1},
	    {"first not seen", {{10, U}, {20, E}}, 2, E, 1},
	    {"equals: the worst", {{10, A}, {10, E}, {20, P}}, 3, E, 3},
	    {"equals: the worst of those accepted", {{10, D}, {10, A}, {20, P}}, 3, A, 2},
	    {"all deferred", {{10, D}, {20, D}}, 2, D, 0},
	    {"deferred and not seen", {{10, U}, {20, D}}, 2, D, 0},
	    {"not seen", {{10, U}, {20, U}}, 2, U, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct endpoint e[3] = {0};
		struct mx_host h[3];
		for (size_t k = 0; k < rows[i].count; k++) {
			enum sender_outcome o = rows[i].hosts[k].dane;
			h[k] = good_host(k, &e[k], 1);
			h[k].preference = rows[i].hosts[k].preference;
			h[k].tlsa_state = o == A || o == D ? TLSA_STATE_USABLE : TLSA_STATE_ABSENT;
			e[k].dane.result = o == A ? DANE_RESULT_VERIFIED : DANE_RESULT_MISMATCH;
			e[k].probe.failure = o == P   ? PROBE_FAILURE_STARTTLS_MISSING
					     : o == U ? PROBE_FAILURE_CONNECT
						      : PROBE_FAILURE_NONE;
		}
		struct domain_report r = {.arena = arena_create(),
		    .mx = &secure_mx,
		    .hosts = h,
		    .host_count = rows[i].count};
		senders_judge(&r);
		const struct sender_verdict *v = &r.senders[SENDER_DANE];
		if (v->outcome != rows[i].want || v->hosts_ok != rows[i].ok ||
		    v->hosts != rows[i].count)
			fail_msg("%s: %s, %zu of %zu", rows[i].label,
			    sender_outcome_name(v->outcome), v->hosts_ok, v->hosts);
		arena_destroy(r.arena);
	}
}

static void test_mx_secure(void **state)
{
	(void)state;
	static const struct {
		enum mx_kind kind;
		enum answer_kind answer;
		enum dnssec_status dnssec;
		bool want;
	} rows[] = {
	    {MX_KIND_MX, ANSWER_RECORDS, DNSSEC_SECURE, true},
	    {MX_KIND_MX, ANSWER_RECORDS, DNSSEC_INSECURE, false},
	    {MX_KIND_MX, ANSWER_RECORDS, DNSSEC_INDETERMINATE, false},
	    {MX_KIND_NONE, ANSWER_RECORDS, DNSSEC_BOGUS, false},
	    {MX_KIND_IMPLICIT, ANSWER_NODATA, DNSSEC_SECURE, true},
	    {MX_KIND_NONE, ANSWER_FAILED, DNSSEC_SECURE, false},
	    {MX_KIND_GIVEN, ANSWER_FAILED, DNSSEC_BOGUS, true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lookup mx = {.kind = rows[i].answer, .dnssec = rows[i].dnssec};
		struct domain_report r = {.mx_kind = rows[i].kind, .mx = &mx};
		assert_int_equal(senders_mx_secure(&r), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_failures),
	    cmocka_unit_test(test_dane),
	    cmocka_unit_test(test_lookups),
	    cmocka_unit_test(test_entries),
	    cmocka_unit_test(test_mta_sts),
	    cmocka_unit_test(test_mta_sts_sni),
	    cmocka_unit_test(test_domain),
	    cmocka_unit_test(test_mx_secure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
