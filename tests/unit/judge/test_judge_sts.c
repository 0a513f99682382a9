/* The judge on MTA-STS and TLSRPT: every code of that part of the catalogue. */
#include "judge_world.h"

#define TESTING "version: STSv1\nmode: testing\nmx: mx1.example.com\nmax_age: 604800\n"
#define UNLISTED "version: STSv1\nmode: %s\nmx: other.example.com\nmax_age: 604800\n"

static void enforce(struct world *w, int value)
{
	(void)value;
	set_policy(w, GOOD_POLICY);
}

static void test_mode(struct world *w, int value)
{
	(void)value;
	set_policy(w, TESTING);
}

static void opt_out(struct world *w, int max_age)
{
	set_policy(w, arena_printf(w->arena, "version: STSv1\nmode: none\nmax_age: %d\n", max_age));
}

static void set_max_age(struct world *w, int max_age)
{
	set_policy(
	    w, arena_printf(w->arena,
		   "version: STSv1\nmode: enforce\nmx: mx1.example.com\nmax_age: %d\n", max_age));
}

static void list_other(struct world *w, int enforced)
{
	set_policy(w, arena_printf(w->arena, UNLISTED, enforced ? "enforce" : "testing"));
}

static void list_wildcard(struct world *w, int value)
{
	(void)value;
	set_policy(w, "version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 604800\n");
}

static void set_txt(struct world *w, const char *text)
{
	enforce(w, 0);
	w->sts.txt = text_record(w, "_mta-sts.example.com", text);
}

static void bad_id(struct world *w, int value)
{
	(void)value;
	set_txt(w, "v=STSv1; id=a-b;");
}

static void other_txt(struct world *w, int value)
{
	(void)value;
	set_txt(w, "v=spf1 -all");
}

static void fail_txt(struct world *w, int failure)
{
	w->sts.txt = answer(w, "_mta-sts.example.com", DNS_TYPE_TXT, ANSWER_FAILED, DNSSEC_SECURE);
	w->sts.txt->failure = (enum lookup_failure)failure;
}

static void set_txt_status(struct world *w, int dnssec)
{
	enforce(w, 0);
	w->sts.txt->dnssec = (enum dnssec_status)dnssec;
}

static void fail_fetch(struct world *w, int failure)
{
	enforce(w, 0);
	w->sts.fetch.failure = (enum fetch_failure)failure;
	w->sts.fetch.error = "a reason";
	w->sts.fetch.body_length = 0;
}

static void leave_fetch(struct world *w, int value)
{
	(void)value;
	enforce(w, 0);
	w->sts.fetch.tried = false;
}

/* The policy came, and the judge finds its host's certificate good or not. */
static void present_policy_host(struct world *w, int result)
{
	enforce(w, 0);
	w->sts.fetch.chain = w->end->probe.chain;
	w->sts.fetch.chain_count = w->end->probe.chain_count;
	script.policy.result = (enum pkix_result)result;
	script.policy.reason = result == PKIX_RESULT_INVALID ? PKIX_REASON_NAME_MISMATCH : 0;
}

static void break_policy(struct world *w, int value)
{
	(void)value;
	set_policy(w, "version: STSv1\nmode: \x1b[1menforce\n");
}

static void fail_pkix(struct world *w, int enforced)
{
	set_policy(w, enforced ? GOOD_POLICY : TESTING);
	script.pkix = (struct pkix_verdict){PKIX_RESULT_INVALID, PKIX_REASON_UNTRUSTED};
}

static void fail_pkix_opted_out(struct world *w, int value)
{
	fail_pkix(w, 1);
	opt_out(w, value);
}

/* The extra probe with the MX name as SNI is the one that counts. */
static void fail_pkix_of_base_only(struct world *w, int value)
{
	fail_pkix(w, 1);
	w->host->sts_endpoints = arena_array(w->arena, 1, sizeof *w->host->sts_endpoints);
	w->host->sts_endpoint_count = 1;
	w->host->sts_endpoints[0] = *w->end;
	if (value)
		w->host->sts_endpoints[0].probe = (struct probe){.failure = PROBE_FAILURE_CONNECT};
}

static void set_tls_rpt(struct world *w, const char *text)
{
	w->rpt.txt = text_record(w, "_smtp._tls.example.com", text);
}

static void drop_tls_rpt(struct world *w, int value)
{
	(void)value;
	set_tls_rpt(w, NULL);
}

static void spoil_rua(struct world *w, int value)
{
	set_tls_rpt(w, value ? "v=TLSRPTv1; rua=ftp://example.com,mailto:a@example.com"
			     : "v=TLSRPTv1; rua=https://example.com,mailto:a@example.com");
}

static void break_tls_rpt(struct world *w, int value)
{
	(void)value;
	set_tls_rpt(w, "v=TLSRPTv1; rua=ftp://example.com");
}

static void fail_tls_rpt(struct world *w, int failure)
{
	w->rpt.txt =
	    answer(w, "_smtp._tls.example.com", DNS_TYPE_TXT, ANSWER_FAILED, DNSSEC_SECURE);
	w->rpt.txt->failure = (enum lookup_failure)failure;
}

static void drop_tlsa(struct world *w, int value)
{
	(void)value;
	w->host->tlsa_initial =
	    answer(w, "_25._tcp.mx1.example.com", DNS_TYPE_TLSA, ANSWER_NXDOMAIN, DNSSEC_SECURE);
}

static void drop_tlsa_and_fail_txt(struct world *w, int failure)
{
	drop_tlsa(w, 0);
	fail_txt(w, failure);
}

/* Whether the other protection is there is not known, so its lack is not said to be one. */
static void drop_tlsa_and_stop_fetch(struct world *w, int failure)
{
	drop_tlsa(w, 0);
	fail_fetch(w, failure);
}

static void drop_tlsa_and_break_id(struct world *w, int value)
{
	drop_tlsa(w, 0);
	bad_id(w, value);
}

#define TXT "_mta-sts.example.com. 3600 IN TXT \"v=STSv1; id=20261123"

static const struct row rows[] = {
    {"absent, mta-sts", NULL, 0, STS, FINDING_STS_ABSENT, C, "", NULL, TXT},
    {"absent, both", NULL, 0, BOTH, FINDING_STS_ABSENT, C, "", NULL,
	"https://mta-sts.example.com/.well-known/mta-sts.txt with status 200:\nversion: STSv1\n"},
    {"absent, dane", NULL, 0, DANE, FINDING_STS_ABSENT, I, "", NULL, "mx: mx1.example.com"},
    {"absent, any with DANE", NULL, 0, ANY, FINDING_STS_ABSENT, I, "", NULL, NULL},
    {"absent, any without DANE", drop_tlsa, 0, ANY, FINDING_STS_ABSENT, C, "", NULL, NULL},
    {"a wildcard's record", other_txt, 0, STS, FINDING_STS_ABSENT, C, "", NULL, NULL},
    {"there", enforce, 0, STS, FINDING_STS_ABSENT, SILENT, NULL, NULL, NULL},
    {"bad id, mta-sts", bad_id, 0, STS, FINDING_STS_TXT_INVALID, C, "", "letters and digits", TXT},
    {"bad id, dane", bad_id, 0, DANE, FINDING_STS_TXT_INVALID, W, "", NULL, NULL},
    {"bad id, any without DANE", drop_tlsa_and_break_id, 0, ANY, FINDING_STS_TXT_INVALID, C, "",
	NULL, NULL},
    {"good id", enforce, 0, STS, FINDING_STS_TXT_INVALID, SILENT, NULL, NULL, NULL},
    {"404, mta-sts", fail_fetch, FETCH_FAILURE_STATUS, STS, FINDING_STS_POLICY_UNREACHABLE, C, "",
	"a reason", "https://mta-sts.example.com/.well-known/mta-sts.txt"},
    {"no address, none", fail_fetch, FETCH_FAILURE_ADDRESS, NO, FINDING_STS_POLICY_UNREACHABLE, W,
	"", NULL, NULL},
    {"no connection", fail_fetch, FETCH_FAILURE_CONNECT, DANE, FINDING_STS_POLICY_UNREACHABLE, W,
	"", NULL, NULL},
    {"proxy", fail_fetch, FETCH_FAILURE_PROXY, STS, FINDING_STS_POLICY_UNREACHABLE, SILENT, NULL,
	NULL, NULL},
    {"proxy", fail_fetch, FETCH_FAILURE_PROXY, STS, FINDING_PROXY_FAILED, U, "",
	"could not be asked for: a reason", NULL},
    {"proxy, any", drop_tlsa_and_stop_fetch, FETCH_FAILURE_PROXY, ANY, FINDING_TLSA_ABSENT, I,
	"host", NULL, NULL},
    {"deadline", fail_fetch, FETCH_FAILURE_DEADLINE, STS, FINDING_STS_POLICY_UNREACHABLE, SILENT,
	NULL, NULL, NULL},
    {"deadline", fail_fetch, FETCH_FAILURE_DEADLINE, STS, FINDING_DEADLINE_EXCEEDED, U, "",
	"fetch of the MTA-STS policy", NULL},
    {"deadline, any", drop_tlsa_and_stop_fetch, FETCH_FAILURE_DEADLINE, ANY, FINDING_TLSA_ABSENT, I,
	"host", NULL, NULL},
    {"404, any", drop_tlsa_and_stop_fetch, FETCH_FAILURE_STATUS, ANY, FINDING_TLSA_ABSENT, C,
	"host", NULL, NULL},
    {"never tried", leave_fetch, 0, STS, FINDING_DEADLINE_EXCEEDED, U, "", NULL, NULL},
    {"fetched", enforce, 0, STS, FINDING_STS_POLICY_UNREACHABLE, SILENT, NULL, NULL, NULL},
    {"policy host misnamed", present_policy_host, PKIX_RESULT_INVALID, STS, FINDING_STS_POLICY_CERT,
	C, "", "mta-sts.example.com: name-mismatch", NULL},
    {"misnamed, not unreachable", present_policy_host, PKIX_RESULT_INVALID, STS,
	FINDING_STS_POLICY_UNREACHABLE, SILENT, NULL, NULL, NULL},
    {"certificate refused in the fetch", fail_fetch, FETCH_FAILURE_CERTIFICATE, DANE,
	FINDING_STS_POLICY_CERT, W, "", NULL, NULL},
    {"policy host good", present_policy_host, PKIX_RESULT_VALID, STS, FINDING_STS_POLICY_CERT,
	SILENT, NULL, NULL, NULL},
    {"grammar", break_policy, 0, STS, FINDING_STS_POLICY_INVALID, C, "", "line 2",
	"version: STSv1\nmode: testing"},
    {"media type", fail_fetch, FETCH_FAILURE_MEDIA_TYPE, DANE, FINDING_STS_POLICY_INVALID, W, "",
	"a reason", NULL},
    {"too large", fail_fetch, FETCH_FAILURE_TOO_LARGE, STS, FINDING_STS_POLICY_INVALID, C, "", NULL,
	NULL},
    {"good grammar", enforce, 0, STS, FINDING_STS_POLICY_INVALID, SILENT, NULL, NULL, NULL},
    {"unlisted, enforce", list_other, 1, NO, FINDING_STS_MX_UNLISTED, C, "host", NULL,
	"mx: mx1.example.com"},
    {"unlisted, testing", list_other, 0, STS, FINDING_STS_MX_UNLISTED, W, "host", NULL, NULL},
    {"listed by wildcard", list_wildcard, 0, STS, FINDING_STS_MX_UNLISTED, SILENT, NULL, NULL,
	NULL},
    {"mode none lists nobody", opt_out, 0, STS, FINDING_STS_MX_UNLISTED, SILENT, NULL, NULL, NULL},
    {"stale", list_other, 1, DANE, FINDING_STS_MX_STALE, I, "", "other.example.com", NULL},
    {"not stale", list_wildcard, 0, DANE, FINDING_STS_MX_STALE, SILENT, NULL, NULL, NULL},
    {"untrusted, enforce", fail_pkix, 1, NO, FINDING_STS_MX_CERT, C, "key", "untrusted", NULL},
    {"untrusted, testing", fail_pkix, 0, STS, FINDING_STS_MX_CERT, W, "key", NULL, NULL},
    {"untrusted, mode none", fail_pkix_opted_out, 0, STS, FINDING_STS_MX_CERT, SILENT, NULL, NULL,
	NULL},
    {"untrusted with the MX name as SNI", fail_pkix_of_base_only, 0, STS, FINDING_STS_MX_CERT, C,
	"key", NULL, NULL},
    {"not seen with the MX name as SNI", fail_pkix_of_base_only, 1, STS, FINDING_STS_MX_CERT,
	SILENT, NULL, NULL, NULL},
    {"trusted", enforce, 0, STS, FINDING_STS_MX_CERT, SILENT, NULL, NULL, NULL},
    {"testing, mta-sts", test_mode, 0, STS, FINDING_STS_TESTING, W, "", NULL, "mode: enforce"},
    {"testing, both", test_mode, 0, BOTH, FINDING_STS_TESTING, W, "", NULL, NULL},
    {"testing, any", test_mode, 0, ANY, FINDING_STS_TESTING, I, "", NULL, NULL},
    {"testing, dane", test_mode, 0, DANE, FINDING_STS_TESTING, I, "", NULL, NULL},
    {"enforce", enforce, 0, STS, FINDING_STS_TESTING, SILENT, NULL, NULL, NULL},
    {"mode none, mta-sts", opt_out, 86400, STS, FINDING_STS_MODE_NONE, C, "", NULL, NULL},
    {"mode none, dane", opt_out, 86400, DANE, FINDING_STS_MODE_NONE, I, "", NULL, NULL},
    {"mode testing", test_mode, 0, STS, FINDING_STS_MODE_NONE, SILENT, NULL, NULL, NULL},
    {"max_age 86399", set_max_age, 86399, STS, FINDING_STS_MAX_AGE_SHORT, W, "", "86399",
	"max_age: 604800"},
    {"max_age 0", set_max_age, 0, DANE, FINDING_STS_MAX_AGE_SHORT, W, "", NULL, NULL},
    {"max_age 86400", set_max_age, 86400, STS, FINDING_STS_MAX_AGE_SHORT, SILENT, NULL, NULL, NULL},
    {"short in mode none", opt_out, 1, STS, FINDING_STS_MAX_AGE_SHORT, SILENT, NULL, NULL, NULL},
    {"SERVFAIL, mta-sts", fail_txt, LOOKUP_FAILURE_RCODE, STS, FINDING_STS_LOOKUP_FAILED, U, "",
	NULL, NULL},
    {"SERVFAIL, dane", fail_txt, LOOKUP_FAILURE_RCODE, DANE, FINDING_STS_LOOKUP_FAILED, W, "", NULL,
	NULL},
    {"SERVFAIL, any with DANE", fail_txt, LOOKUP_FAILURE_RCODE, ANY, FINDING_STS_LOOKUP_FAILED, W,
	"", NULL, NULL},
    {"SERVFAIL, any without DANE", drop_tlsa_and_fail_txt, LOOKUP_FAILURE_RCODE, ANY,
	FINDING_STS_LOOKUP_FAILED, U, "", NULL, NULL},
    {"bogus", set_txt_status, DNSSEC_BOGUS, STS, FINDING_STS_LOOKUP_FAILED, U, "",
	"fails DNSSEC validation", NULL},
    {"insecure is good enough", set_txt_status, DNSSEC_INSECURE, STS, FINDING_STS_LOOKUP_FAILED,
	SILENT, NULL, NULL, NULL},
    {"deadline", fail_txt, LOOKUP_FAILURE_DEADLINE, STS, FINDING_STS_LOOKUP_FAILED, SILENT, NULL,
	NULL, NULL},
    {"no TLSRPT", drop_tls_rpt, 0, BOTH, FINDING_TLSRPT_ABSENT, I, "", NULL,
	"_smtp._tls.example.com. 3600 IN TXT \"v=TLSRPTv1; rua=mailto:"},
    {"TLSRPT", NULL, 0, DANE, FINDING_TLSRPT_ABSENT, SILENT, NULL, NULL, NULL},
    {"TLSRPT invalid", break_tls_rpt, 0, NO, FINDING_TLSRPT_INVALID, W, "", "neither mailto",
	"v=TLSRPTv1"},
    {"TLSRPT valid", NULL, 0, DANE, FINDING_TLSRPT_INVALID, SILENT, NULL, NULL, NULL},
    {"TLSRPT of which one is not used", spoil_rua, 1, STS, FINDING_TLSRPT_RUA_UNUSABLE, I, "",
	"neither mailto", NULL},
    {"TLSRPT of which all are used", spoil_rua, 0, STS, FINDING_TLSRPT_RUA_UNUSABLE, SILENT, NULL,
	NULL, NULL},
    {"TLSRPT failed", fail_tls_rpt, LOOKUP_FAILURE_RCODE, BOTH, FINDING_TLSRPT_LOOKUP_FAILED, I, "",
	"a reason", NULL},
    {"TLSRPT at the deadline", fail_tls_rpt, LOOKUP_FAILURE_DEADLINE, DANE,
	FINDING_TLSRPT_LOOKUP_FAILED, SILENT, NULL, NULL, NULL},
};

static void test_rows(void **state)
{
	(void)state;
	check_rows(rows, sizeof rows / sizeof *rows, FINDING_STS_ABSENT, FINDING_ROLLOVER_SAFE);
}

static void test_hosts(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	add_host(&w, "mx2.example.org", 20);
	script.pkix = (struct pkix_verdict){PKIX_RESULT_INVALID, PKIX_REASON_EXPIRED};
	list_wildcard(&w, 0);
	world_judge(&w);
	assert_int_equal(w.sts.state, STS_STATE_ENFORCE);
	assert_true(w.sts.hosts[0].listed);
	assert_false(w.sts.hosts[1].listed);
	assert_int_equal(w.sts.hosts[0].pkix.result, PKIX_RESULT_INVALID);
	assert_int_equal(w.sts.hosts[0].pkix.reason, PKIX_REASON_EXPIRED);
	world_close(&w);
}

/* A policy from a host that does not prove its name is none: nothing is enforced by it. */
static void test_unproven_policy(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	present_policy_host(&w, PKIX_RESULT_INVALID);
	world_judge(&w);
	assert_int_equal(w.sts.state, STS_STATE_UNREACHABLE);
	assert_int_equal(w.sts.fetch.tls, PKIX_RESULT_INVALID);
	assert_null(w.sts.policy);
	assert_int_equal(w.report.senders[SENDER_MTA_STS].outcome, OUTCOME_ENCRYPTED);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_hosts),
	    cmocka_unit_test(test_unproven_policy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
