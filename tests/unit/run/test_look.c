/* When a look of --wait finds what was asked for, and from when on caches agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "look.h"

enum { TTL = 3600, LATER_TTL = 600, NOW = 1000000 };

/* A report with a proposed change beside a live host with one TLSA record. */
struct scene {
	struct dns_record record;
	struct lookup tlsa;
	struct mx_host host;
	struct domain_report live, report;
	struct change change;
	struct finding finding;
	struct chain_option chain;
	struct params params;
};

static void set(struct scene *s, const char *data, uint32_t ttl, enum finding_code code)
{
	s->record = (struct dns_record){.tlsa = {3, 1, 1, (const uint8_t *)data, 1}};
	s->tlsa.original_ttl = s->tlsa.ttl_left = ttl;
	s->finding.code = code;
}

static void build(struct scene *s)
{
	*s = (struct scene){0};
	s->tlsa = (struct lookup){.final = "_25._tcp.mx1.example.org",
	    .has_signature = true,
	    .records = &s->record,
	    .record_count = 1};
	s->host = (struct mx_host){
	    .name = "mx1.example.org", .tlsa = &s->tlsa, .tlsa_state = TLSA_STATE_USABLE};
	s->live = (struct domain_report){.hosts = &s->host, .host_count = 1};
	s->change = (struct change){.live = &s->live, .seen = true};
	s->report = (struct domain_report){.summary = "a summary",
	    .findings = &s->finding,
	    .finding_count = 1,
	    .change = &s->change};
	s->params = (struct params){.chains = &s->chain, .chain_count = 1};
	set(s, "a", TTL, FINDING_ROLLOVER_SAFE);
}

static void see(struct look *look, struct scene *s, int exit_status, int64_t now)
{
	look_judge(look, &s->params, &s->report, exit_status, now);
	look->number++;
}

static void test_records_that_come(void **state)
{
	(void)state;
	struct scene s;
	struct look look = {0};
	build(&s);
	set(&s, "a", TTL, FINDING_ROLLOVER_ORDER);
	see(&look, &s, 1, NOW);
	assert_false(look.there);
	assert_string_equal(look.summary, "ok: a summary");
	set(&s, "b", LATER_TTL, FINDING_ROLLOVER_SAFE);
	see(&look, &s, 0, NOW + 60);
	assert_true(look.there);
	assert_int_equal(look.until, NOW + 60 + TTL); /* of the records before */
	see(&look, &s, 0, NOW + 120);
	assert_int_equal(look.until, NOW + 60 + TTL);
	assert_false(look_holds(&look, NOW + 59 + TTL));
	assert_true(look_holds(&look, NOW + 60 + TTL));
	set(&s, "c", LATER_TTL, FINDING_ROLLOVER_SAFE);
	see(&look, &s, 0, NOW + 180);
	assert_int_equal(look.until, NOW + 180 + LATER_TTL);
}

static void test_records_that_were_there(void **state)
{
	(void)state;
	struct scene s;
	struct look look = {0}, unsigned_look = {0};
	build(&s);
	s.tlsa.ttl_left = TTL - 100; /* in the resolver's cache for that long */
	see(&look, &s, 0, NOW);
	assert_int_equal(look.until, NOW - 100 + TTL);
	s.tlsa.has_signature = false; /* the TTL is what is left of it */
	see(&unsigned_look, &s, 0, NOW);
	assert_int_equal(unsigned_look.until, NOW + TTL);
}

static void test_ttl_without_signature(void **state)
{
	(void)state;
	struct scene s;
	struct look look = {0};
	build(&s);
	s.tlsa.has_signature = false;
	set(&s, "a", TTL, FINDING_ROLLOVER_ORDER);
	see(&look, &s, 1, NOW);
	set(&s, "a", TTL - 60, FINDING_ROLLOVER_ORDER);
	see(&look, &s, 1, NOW + 60);
	set(&s, "b", TTL, FINDING_ROLLOVER_SAFE);
	see(&look, &s, 0, NOW + 120);
	assert_int_equal(look.until, NOW + 120 + TTL);
}

static void test_no_cache_matters(void **state)
{
	(void)state;
	struct scene s;
	struct look same = {0}, zone = {0};
	build(&s);
	s.report.finding_count = 0; /* nothing is rolled over */
	see(&same, &s, 0, NOW);
	assert_true(look_holds(&same, NOW));
	build(&s);
	s.params = (struct params){.zone_count = 1};
	see(&zone, &s, 0, NOW);
	assert_true(look_holds(&zone, NOW));
}

static void test_what_is_not_there(void **state)
{
	(void)state;
	static const enum finding_code against[] = {
	    FINDING_ROLLOVER_ORDER, FINDING_ROLLOVER_UNSAFE, FINDING_ROLLOVER_UNKNOWN};
	struct scene s;
	struct look look = {0};
	build(&s);
	for (size_t i = 0; i < sizeof against / sizeof *against; i++) {
		set(&s, "a", 0, against[i]);
		s.finding.ignored = true;
		see(&look, &s, 0, NOW);
		assert_false(look.there);
	}
	set(&s, "a", 0, FINDING_ROLLOVER_SAFE);
	see(&look, &s, 2, NOW);
	assert_false(look.there);
	s.change.seen = false;
	see(&look, &s, 0, NOW);
	assert_false(look.there);
}

/* What could not be looked up is not what was there before. */
static void test_failed_looks(void **state)
{
	(void)state;
	static const struct {
		enum tlsa_state state;
		enum dnssec_status addresses;
		size_t hosts;
	} failures[] = {{TLSA_STATE_FAILED, DNSSEC_SECURE, 1}, {TLSA_STATE_BOGUS, DNSSEC_SECURE, 1},
	    {TLSA_STATE_SKIPPED, DNSSEC_INDETERMINATE, 1}, {TLSA_STATE_USABLE, DNSSEC_SECURE, 0}};
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		struct scene s;
		struct look first = {0}, later = {0};
		build(&s);
		set(&s, "a", TTL, FINDING_ROLLOVER_ORDER);
		see(&later, &s, 1, NOW);
		set(&s, "-", 0, FINDING_ROLLOVER_UNKNOWN);
		s.host.tlsa_state = failures[i].state;
		s.host.address_dnssec = failures[i].addresses;
		s.live.host_count = failures[i].hosts;
		see(&first, &s, 3, NOW + 60);
		see(&later, &s, 3, NOW + 60);
		s.host.tlsa_state = TLSA_STATE_USABLE;
		s.host.address_dnssec = DNSSEC_SECURE;
		s.live.host_count = 1;
		set(&s, "b", LATER_TTL, FINDING_ROLLOVER_SAFE);
		see(&first, &s, 0, NOW + 120);
		see(&later, &s, 0, NOW + 120);
		assert_int_equal(first.until, NOW + 120 + LATER_TTL);
		assert_int_equal(later.until, NOW + 120 + TTL);
	}
}

static void test_servers_that_differ(void **state)
{
	(void)state;
	static const enum finding_code spreading[] = {FINDING_NS_STALE, FINDING_NS_INCONSISTENT};
	for (size_t i = 0; i < sizeof spreading / sizeof *spreading; i++) {
		struct scene s;
		struct look look = {0};
		build(&s);
		set(&s, "a", TTL, FINDING_ROLLOVER_ORDER);
		see(&look, &s, 1, NOW);
		set(&s, "b", TTL, spreading[i]);
		see(&look, &s, 0, NOW + 60); /* --fail-on critical */
		assert_false(look.there);
		see(&look, &s, 0, NOW + 120);
		set(&s, "b", TTL, FINDING_ROLLOVER_SAFE);
		see(&look, &s, 0, NOW + 180);
		assert_true(look.there);
		assert_int_equal(look.until, NOW + 120 + TTL); /* the last look at the old ones */
	}
}

static void test_without_a_change(void **state)
{
	(void)state;
	struct scene s;
	struct look look = {0};
	build(&s);
	s.params = (struct params){0};
	s.report.change = NULL;
	see(&look, &s, 1, NOW);
	assert_false(look.there);
	see(&look, &s, 0, NOW);
	assert_true(look_holds(&look, NOW));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_records_that_come),
	    cmocka_unit_test(test_records_that_were_there),
	    cmocka_unit_test(test_ttl_without_signature),
	    cmocka_unit_test(test_no_cache_matters),
	    cmocka_unit_test(test_what_is_not_there),
	    cmocka_unit_test(test_failed_looks),
	    cmocka_unit_test(test_servers_that_differ),
	    cmocka_unit_test(test_without_a_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
