/* The judge as a whole: status, order, --ignore, --require any, the summary, and hostile text. */
#include "judge_world.h"

static void nothing(struct world *w)
{
	(void)w;
}

static void enforce(struct world *w)
{
	set_policy(w, GOOD_POLICY);
}

static void lose_tlsa(struct world *w, size_t host)
{
	struct mx_host *h = &w->report.hosts[host];
	h->tlsa_initial = answer(w, discovery_tlsa_owner(w->arena, h->name, 25), DNS_TYPE_TLSA,
	    ANSWER_NXDOMAIN, DNSSEC_SECURE);
}

static void no_tlsa(struct world *w)
{
	lose_tlsa(w, 0);
}

static void no_tlsa_enforce(struct world *w)
{
	lose_tlsa(w, 0);
	enforce(w);
}

static void second_without_tlsa(struct world *w)
{
	add_host(w, "mx2.example.com", 20);
	lose_tlsa(w, 1);
}

static void second_without_tlsa_enforce(struct world *w)
{
	second_without_tlsa(w);
	set_policy(w, "version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 604800\n");
}

static void second_unreachable(struct world *w)
{
	struct mx_host *h = add_host(w, "mx2.example.com", 20);
	h->endpoints[0].probe = (struct probe){.failure = PROBE_FAILURE_CONNECT, .error = "no"};
	h->endpoints[0].key_type = KEY_TYPE_NONE;
}

static void second_mismatch(struct world *w)
{
	struct mx_host *h = add_host(w, "mx2.example.com", 20);
	fill_endpoint(w, h->endpoints, h->name, ipv4(2), 0x55);
}

static void unlisted(struct world *w)
{
	set_policy(w, "version: STSv1\nmode: enforce\nmx: other.example.com\nmax_age: 604800\n");
}

static void testing_mode(struct world *w)
{
	set_policy(w, "version: STSv1\nmode: testing\nmx: mx1.example.com\nmax_age: 604800\n");
}

static void unsigned_mx(struct world *w)
{
	w->report.mx->dnssec = DNSSEC_INSECURE;
}

static void unsigned_mx_enforce(struct world *w)
{
	unsigned_mx(w);
	enforce(w);
}

static void no_tls(struct world *w)
{
	lose_tlsa(w, 0);
	w->end->probe = (struct probe){.failure = PROBE_FAILURE_STARTTLS_MISSING};
	w->end->key_type = KEY_TYPE_NONE;
}

static void no_tls_with_tlsa(struct world *w)
{
	w->end->probe = (struct probe){.failure = PROBE_FAILURE_STARTTLS_MISSING};
	w->end->key_type = KEY_TYPE_NONE;
}

static void unreachable(struct world *w)
{
	w->end->probe = (struct probe){.failure = PROBE_FAILURE_CONNECT, .error = "no"};
	w->end->key_type = KEY_TYPE_NONE;
}

static void deadline(struct world *w)
{
	w->report.deadline_exceeded = true;
}

static void bogus_tlsa(struct world *w)
{
	w->host->tlsa_initial->dnssec = DNSSEC_BOGUS;
}

static void bogus_family(struct world *w)
{
	w->host->aaaa->dnssec = DNSSEC_BOGUS;
}

static void unsigned_addresses(struct world *w)
{
	w->host->a->dnssec = w->host->a->alias_dnssec = DNSSEC_INSECURE;
}

static void second_without_address(struct world *w)
{
	struct mx_host *h = add_host(w, "mx2.example.com", 20);
	h->a = answer(w, h->name, DNS_TYPE_A, ANSWER_NODATA, DNSSEC_INSECURE);
	h->endpoint_count = 0;
}

static void second_not_found(struct world *w)
{
	struct mx_host *h = add_host(w, "mx2.example.com", 20);
	h->a = answer(w, h->name, DNS_TYPE_A, ANSWER_NXDOMAIN, DNSSEC_SECURE);
	h->endpoint_count = 0;
}

static void none_found(struct world *w)
{
	w->host->a = answer(w, w->host->name, DNS_TYPE_A, ANSWER_NXDOMAIN, DNSSEC_SECURE);
	w->host->endpoint_count = 0;
}

/* IPv6 presents another key. */
static void half_changed(struct world *w)
{
	add_endpoint(w, w->host, ipv6(1), 0x55);
}

/* With --require any the protection that is there excuses the lack of the other. */
static void test_require(void **state)
{
	(void)state;
	enum { O = STATUS_OK };
	static const struct {
		const char *label;
		void (*change)(struct world *w);
		int want[REQUIRE_NONE + 1]; /* dane, mta-sts, any, both, none */
	} rows[] = {
	    {"DANE", nothing, {O, C, O, C, O}},
	    {"DANE and MTA-STS", enforce, {O, O, O, O, O}},
	    {"MTA-STS alone", no_tlsa_enforce, {C, O, O, C, O}},
	    {"neither", no_tlsa, {C, C, C, C, O}},
	    {"DANE and testing", testing_mode, {O, W, O, W, O}},
	    {"one host of two without DANE", second_without_tlsa, {C, C, C, C, O}},
	    {"the same under an enforced policy", second_without_tlsa_enforce, {C, O, O, C, O}},
	    {"one host of two not seen", second_unreachable, {U, C, U, C, U}},
	    {"one host of two failing DANE", second_mismatch, {C, C, C, C, C}},
	    {"unsigned addresses", unsigned_addresses, {C, C, C, C, O}},
	    {"one host of two without address", second_without_address, {C, C, C, C, C}},
	    {"unsigned MX", unsigned_mx, {C, C, C, C, O}},
	    {"unsigned MX, MTA-STS", unsigned_mx_enforce, {C, O, O, C, O}},
	    {"MTA-STS broken beside DANE", unlisted, {C, C, C, C, C}},
	    {"plain text", no_tls, {C, C, C, C, W}},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (int q = REQUIRE_DANE; q <= REQUIRE_NONE; q++) {
			struct world w;
			world_open(&w);
			w.params.require = (enum require)q;
			rows[i].change(&w);
			world_judge(&w);
			if ((int)w.report.status != rows[i].want[q])
				fail_msg("%s, require %d: %s (first: %s)", rows[i].label, q,
				    status_name(w.report.status), w.report.findings[0].message);
			world_close(&w);
		}
	}
}

/* A host that takes no mail at all does not take the domain's protection away. */
static void test_any_without_address(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	second_without_address(&w);
	w.params.require = REQUIRE_ANY;
	world_judge(&w);
	assert_int_equal(find(&w, FINDING_STS_ABSENT)->severity, STATUS_OK);
	assert_int_equal(find(&w, FINDING_HOST_NO_ADDRESS)->severity, STATUS_CRITICAL);
	world_close(&w);
}

static void test_summary(void **state)
{
	(void)state;
	static const struct {
		void (*change)(struct world *w);
		const char *want;
	} rows[] = {
	    {nothing, "1 of 1 MX host DANE-verified; no MTA-STS"},
	    {enforce, "1 of 1 MX host DANE-verified; MTA-STS enforce"},
	    {testing_mode, "1 of 1 MX host DANE-verified; MTA-STS testing"},
	    {no_tlsa, "There is no TLSA record at _25._tcp.mx1.example.com; no DANE"},
	    {second_without_tlsa,
		"There is no TLSA record at _25._tcp.mx2.example.com; 1 of 2 MX hosts "
		"DANE-verified"},
	    {second_unreachable,
		"mx2.example.com [81.2.69.2] cannot be reached: no; 1 of 2 MX hosts "
		"DANE-verified"},
	    {second_mismatch, "mx2.example.com [81.2.69.2] matches no TLSA record at "
			      "_25._tcp.mx2.example.com; 1 of 2 MX hosts DANE-verified"},
	    {unsigned_addresses,
		"The address records of mx1.example.com are not signed, so senders ignore its TLSA "
		"records; no DANE"},
	    {second_not_found,
		"mx2.example.com has no address, neither IPv4 nor IPv6; 1 of 2 MX hosts "
		"DANE-verified"},
	    {bogus_tlsa, "The TLSA answer at _25._tcp.mx1.example.com fails DNSSEC validation: no "
			 "reason given; DANE senders defer"},
	    {bogus_family, "The AAAA records of mx1.example.com fail DNSSEC validation: no reason "
			   "given; DANE senders defer"},
	    {unsigned_mx, "The MX records of example.com are not signed; 1 of 1 MX host "
			  "DANE-verified"},
	    {unlisted,
		"The MTA-STS policy of example.com does not list the MX host mx1.example.com; "
		"DANE ok; MTA-STS senders defer"},
	    {no_tls_with_tlsa, "mx1.example.com [81.2.69.1] does not offer STARTTLS; DANE senders "
			       "defer; mail in plain text"},
	    {no_tls, "There is no TLSA record at _25._tcp.mx1.example.com; no DANE; mail in plain "
		     "text"},
	    {unreachable, "mx1.example.com [81.2.69.1] cannot be reached: no; DANE not checked"},
	    {none_found,
		"mx1.example.com has no address, neither IPv4 nor IPv6; no sender can deliver"},
	    {half_changed, "The TLSA records of mx1.example.com authenticate some of its "
			   "certificates, but not "
			   "those of 2606:2800::1 ecdsa (issued 2026-08-15); DANE senders "
			   "still deliver"},
	    {deadline, "The deadline ended the check of example.com before all was known; DANE ok"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct world w;
		world_open(&w);
		rows[i].change(&w);
		world_judge(&w);
		assert_string_equal(w.report.summary, rows[i].want);
		world_close(&w);
	}
}

/* Worst first; then the domain, hosts and endpoints in the report's order, then the catalogue. */
static void test_order(void **state)
{
	(void)state;
	static const struct {
		enum finding_code code;
		const char *host;
		int family;
		enum key_type key;
	} want[] = {
	    {FINDING_DANE_ROLLOVER_PARTIAL, "mx1.example.com", 0, KEY_TYPE_NONE},
	    {FINDING_DANE_MISMATCH, "mx1.example.com", AF_INET, KEY_TYPE_RSA},
	    {FINDING_TLSA_ABSENT, "mx2.example.com", 0, KEY_TYPE_NONE},
	    {FINDING_TLSA_TTL_LONG, "mx1.example.com", 0, KEY_TYPE_NONE},
	    {FINDING_TLS_CLOSED_EARLY, "mx1.example.com", AF_INET6, KEY_TYPE_ECDSA},
	    {FINDING_STS_ABSENT, NULL, 0, KEY_TYPE_NONE},
	    {FINDING_TLSA_NO_MATCH_YET, "mx1.example.com", 0, KEY_TYPE_NONE},
	    {FINDING_HELO_MISMATCH, "mx1.example.com", AF_INET, KEY_TYPE_NONE},
	    {FINDING_DANE_VERIFIED, "mx1.example.com", AF_INET, KEY_TYPE_ECDSA},
	    {FINDING_DANE_VERIFIED, "mx1.example.com", AF_INET6, KEY_TYPE_ECDSA},
	};
	struct world w;
	world_open(&w);
	add_host(&w, "mx2.example.com", 20);
	lose_tlsa(&w, 1);
	struct endpoint *rsa = add_endpoint(&w, w.host, ipv4(1), 0x55);
	rsa->key_type = KEY_TYPE_RSA;
	add_endpoint(&w, w.host, ipv6(1), 0x11)->probe.ehlo_unanswered = true;
	w.host->endpoints[0].probe.ehlo_name = w.host->endpoints[1].probe.ehlo_name = "smtp";
	w.host->tlsa_initial->original_ttl = 3 * DAY;
	add_tlsa(&w, w.host->tlsa_initial, 3, 1, 1, 0x22, 32);
	world_judge(&w);
	assert_int_equal(w.report.finding_count, sizeof want / sizeof *want);
	for (size_t i = 0; i < w.report.finding_count; i++) {
		const struct finding *f = &w.report.findings[i];
		assert_int_equal(f->code, want[i].code);
		assert_int_equal(f->address.family, want[i].family);
		assert_int_equal(f->key_type, want[i].key);
		if (want[i].host)
			assert_string_equal(f->host_name, want[i].host);
		else
			assert_null(f->host_name);
	}
	/* The worst at or below each place; what has no key type counts for all of its address. */
	assert_int_equal(w.report.status, STATUS_CRITICAL);
	assert_int_equal(w.report.hosts[0].status, STATUS_CRITICAL);
	assert_int_equal(w.report.hosts[1].status, STATUS_CRITICAL);
	assert_int_equal(w.report.hosts[1].endpoints[0].status, STATUS_OK);
	assert_int_equal(w.host->endpoints[0].status, STATUS_OK);
	assert_int_equal(w.host->endpoints[1].status, STATUS_CRITICAL);
	assert_int_equal(w.host->endpoints[2].status, STATUS_WARNING);
	world_close(&w);
}

static void test_ignored(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	fill_endpoint(&w, w.end, "mx1.example.com", ipv4(1), 0x55);
	w.params.ignore[FINDING_DANE_MISMATCH] = true;
	w.end->probe.ehlo_unanswered = true;
	world_judge(&w);
	const struct finding *f = find(&w, FINDING_DANE_MISMATCH);
	assert_non_null(f);
	assert_true(f->ignored);
	assert_int_equal(f->severity, STATUS_CRITICAL);
	assert_int_equal(w.report.status, STATUS_WARNING);
	assert_int_equal(w.end->status, STATUS_WARNING);
	world_close(&w);
}

/* A finding about the whole address counts for each certificate seen there. */
static void test_shared_by_keys(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	struct endpoint *silent = add_endpoint(&w, w.host, ipv4(1), 0x11);
	silent->probe = (struct probe){.failure = PROBE_FAILURE_CONNECT, .error = "timed out"};
	silent->key_type = KEY_TYPE_NONE;
	world_judge(&w);
	assert_int_equal(w.host->endpoints[0].status, STATUS_UNKNOWN);
	assert_int_equal(w.host->endpoints[1].status, STATUS_UNKNOWN);
	world_close(&w);
}

/* Judging the same facts again gives the same bytes. */
static void test_twice(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	second_mismatch(&w);
	world_judge(&w);
	size_t count = w.report.finding_count;
	const char *first = w.report.findings[0].message;
	world_judge(&w);
	assert_int_equal(w.report.finding_count, count);
	assert_string_equal(w.report.findings[0].message, first);
	world_close(&w);
}

static void test_strangers(void **state)
{
	(void)state;
	static const char evil[] = "\x1b]0;pwned\x07\xe2\x80\xae\n\xff";
	struct world w;
	world_open(&w);
	w.report.asked = evil;
	w.host->tlsa_initial->dnssec = DNSSEC_BOGUS;
	w.host->tlsa_initial->error = evil;
	w.host->aaaa = answer(&w, evil, DNS_TYPE_AAAA, ANSWER_FAILED, DNSSEC_SECURE);
	w.host->aaaa->error = evil;
	w.end->probe.ehlo_name = w.end->probe.tls_version = evil;
	w.end->probe.tls_legacy = true;
	w.end->probe.chain[0].subject = w.end->probe.chain[0].key = evil;
	w.end->probe.chain[0].weak_key = true;
	w.end->probe.chain[0].dns_names[0] = evil;
	w.sts.txt = text_record(&w, "_mta-sts.example.com", "v=STSv1; id=1");
	w.sts.fetch.tried = true;
	w.sts.fetch.content_type = evil;
	world_judge(&w);
	for (size_t i = 0; i < w.report.finding_count; i++)
		for (const char *p = w.report.findings[i].message; *p; p++)
			if ((unsigned char)*p < ' ' || *p == 0x7f || (unsigned char)*p == 0xff)
				fail_msg("%s", w.report.findings[i].message);
	assert_non_null(find(&w, FINDING_HELO_MISMATCH));
	assert_non_null(find(&w, FINDING_CERT_WEAK));
	world_close(&w);
}

static void test_needs_trust_store(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	assert_true(judge_needs_trust_store(&w.report));
	w.end->probe.failure = PROBE_FAILURE_TLS;
	w.end->probe.tls_version = NULL;
	assert_false(judge_needs_trust_store(&w.report));
	w.end->proposed = true;
	assert_true(judge_needs_trust_store(&w.report));
	w.end->probe.chain_count = 0;
	assert_false(judge_needs_trust_store(&w.report));
	w.sts.fetch.chain_count = 1;
	assert_true(judge_needs_trust_store(&w.report));
	w.report.mta_sts = NULL;
	assert_false(judge_needs_trust_store(&w.report));
	struct endpoint own = {.probe.chain_count = 1};
	w.host->sts_endpoints = &own;
	w.host->sts_endpoint_count = 1;
	assert_true(judge_needs_trust_store(&w.report));
	own.probe.failure = PROBE_FAILURE_CONNECT;
	assert_false(judge_needs_trust_store(&w.report));
	world_close(&w);
}

/* Without a store nothing is said of PKIX, and a policy cannot be lived up to or failed. */
static void test_no_store(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	enforce(&w);
	discovery_decide(w.arena, w.host, 25);
	judge_domain(&w.report, &w.params, NULL);
	assert_int_equal(w.end->pkix.result, PKIX_RESULT_NOT_CHECKED);
	assert_int_equal(w.report.senders[SENDER_MTA_STS].outcome, OUTCOME_UNKNOWN);
	assert_null(find(&w, FINDING_STS_MX_CERT));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_require),
	    cmocka_unit_test(test_any_without_address),
	    cmocka_unit_test(test_summary),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_ignored),
	    cmocka_unit_test(test_shared_by_keys),
	    cmocka_unit_test(test_twice),
	    cmocka_unit_test(test_strangers),
	    cmocka_unit_test(test_needs_trust_store),
	    cmocka_unit_test(test_no_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
