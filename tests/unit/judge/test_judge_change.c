/* What a proposed change does to the status, and which findings appear and go; the same against an
 * earlier run. */
#include "judge_world.h"

/* ---- What makes a state better or worse than the good domain ---- */

static void as_is(struct world *w)
{
	(void)w;
}

static void mismatch(struct world *w)
{
	fill_endpoint(w, w->end, "mx1.example.com", ipv4(1), 0x99);
}

static void excused_mismatch(struct world *w)
{
	static struct exception excuse = {FINDING_DANE_MISMATCH, "old key", NULL};
	static const struct location at = {"z", 3, 1, &excuse};
	mismatch(w);
	w->host->tlsa_initial->records[0].at = &at;
}

static void lacks_records(struct world *w)
{
	w->host->tlsa_initial->kind = ANSWER_NXDOMAIN;
	w->host->tlsa_initial->record_count = 0;
}

static void long_ttl(struct world *w)
{
	w->host->tlsa_initial->original_ttl = 3 * DAY;
}

static void old_keys(struct world *w)
{
	lookup_add_zone(w->arena, w->report.mx,
	    &(struct signed_zone){
		.name = "example.com", .dnskey = {NOW - 29 * DAY, NOW + DAY, "example.com", 1}});
}

static void unreachable(struct world *w)
{
	w->end->probe = (struct probe){.failure = PROBE_FAILURE_CONNECT, .error = "timed out"};
	w->end->key_type = KEY_TYPE_NONE;
}

static void lacks_tls(struct world *w)
{
	unreachable(w);
	w->end->probe.failure = PROBE_FAILURE_STARTTLS_MISSING;
}

static void old_tls(struct world *w)
{
	w->end->probe.tls_legacy = true;
}

static void lost_mx(struct world *w)
{
	w->report.mx = answer(w, "example.com", DNS_TYPE_MX, ANSWER_FAILED, DNSSEC_SECURE);
	w->report.mx_kind = MX_KIND_NONE;
	w->report.host_count = 0;
}

static void bogus_mx(struct world *w)
{
	w->report.mx->dnssec = DNSSEC_BOGUS;
	w->report.mx->error = "a reason";
	w->report.mx_kind = MX_KIND_NONE;
	w->report.host_count = 0;
}

static void lost_root(struct world *w)
{
	w->report.root_error = "the key is another";
}

static void proposed_chain(struct world *w)
{
	w->end->proposed = true;
}

static void another_chain(struct world *w)
{
	mismatch(w);
	w->end->proposed = true;
}

static void takes_no_mail(struct world *w)
{
	w->report.mx_kind = MX_KIND_NULL;
	w->report.host_count = 0;
	w->report.mta_sts = NULL;
	w->report.tls_rpt = NULL;
}

static void judge_both(struct world *live, void (*before)(struct world *), struct world *proposed,
    void (*after)(struct world *))
{
	world_open(live);
	world_open(proposed);
	before(live);
	after(proposed);
	for (size_t i = 0; i < live->report.host_count; i++)
		discovery_decide(live->arena, &live->report.hosts[i], 25);
	struct change *c = arena_alloc(proposed->arena, sizeof *c);
	c->live = &live->report;
	proposed->report.change = c;
}

static void test_effect(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		void (*before)(struct world *), (*after)(struct world *);
		enum change_effect effect;
		bool seen;
		const char *error;
	} rows[] = {
	    {"nothing", as_is, as_is, CHANGE_NEUTRAL, true, NULL},
	    {"wrong before, right after", mismatch, as_is, CHANGE_FIXES, true, NULL},
	    {"wrong before, nearly right after", mismatch, long_ttl, CHANGE_FIXES, true, NULL},
	    {"right before, wrong after", as_is, mismatch, CHANGE_BREAKS, true, NULL},
	    {"nearly right before, wrong after", long_ttl, mismatch, CHANGE_BREAKS, true, NULL},
	    {"wrong, and excused by the file", mismatch, excused_mismatch, CHANGE_NEUTRAL, true,
		NULL},
	    {"wrong from then on, and excused", as_is, excused_mismatch, CHANGE_NEUTRAL, true,
		NULL},
	    {"wrong in another way", mismatch, lacks_records, CHANGE_NEUTRAL, true, NULL},
	    {"a warning less", long_ttl, as_is, CHANGE_IMPROVES, true, NULL},
	    {"a warning of one zone in both", old_keys, old_keys, CHANGE_NEUTRAL, true, NULL},
	    {"a warning of a zone less", old_keys, as_is, CHANGE_IMPROVES, true, NULL},
	    {"a warning more", as_is, long_ttl, CHANGE_WORSENS, true, NULL},
	    {"bogus is seen", bogus_mx, as_is, CHANGE_FIXES, true, NULL},
	    {"no more mail", mismatch, takes_no_mail, CHANGE_FIXES, true, NULL},
	    {"a server that cannot be reached", unreachable, as_is, CHANGE_UNKNOWN, true,
		"cannot be reached: timed out"},
	    {"nor afterwards", unreachable, unreachable, CHANGE_UNKNOWN, true, "timed out"},
	    {"only afterwards", as_is, unreachable, CHANGE_UNKNOWN, true, "timed out"},
	    {"nobody to compare a broken state with", unreachable, mismatch, CHANGE_UNKNOWN, true,
		"timed out"},
	    {"MX lookup failed", lost_mx, as_is, CHANGE_UNKNOWN, false, "MX lookup failed"},
	    {"no root", lost_root, as_is, CHANGE_UNKNOWN, false, "the key is another"},
	    /* What --chain leaves out cannot be mended by it. */
	    {"STARTTLS missing, a chain proposed", lacks_tls, proposed_chain, CHANGE_UNKNOWN, true,
		"A proposed chain says nothing of this: mx1.example.com [81.2.69.1] does not "
		"offer"},
	    {"STARTTLS missing, then there", lacks_tls, as_is, CHANGE_FIXES, true, NULL},
	    {"an old TLS, a chain proposed", old_tls, proposed_chain, CHANGE_UNKNOWN, true,
		"says nothing of this"},
	    {"an old TLS, then a new one", old_tls, as_is, CHANGE_FIXES, true, NULL},
	    {"an old TLS, a chain proposed that does not fit", old_tls, another_chain,
		CHANGE_UNKNOWN, true, "says nothing of this"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct world live, proposed;
		judge_both(&live, rows[i].before, &proposed, rows[i].after);
		world_judge(&proposed);
		const struct change *c = proposed.report.change;
		if (c->effect != rows[i].effect || c->seen != rows[i].seen)
			fail_msg("%s: %s, %s", rows[i].label, change_effect_name(c->effect),
			    c->seen ? "seen" : "not seen");
		if (!c->error != !rows[i].error)
			fail_msg("%s: %s", rows[i].label, c->error ? c->error : "no error");
		check_text(rows[i].label, "error", c->error, rows[i].error);
		if (!c->seen)
			assert_int_equal(c->appear_count + c->go_count, 0);
		world_close(&live);
		world_close(&proposed);
	}
}

/* ---- Findings ---- */

/* "code, code" */
static const char *list_codes(struct arena *arena, const struct finding *list, size_t count)
{
	const char *text = "";
	for (size_t i = 0; i < count; i++)
		text = arena_printf(arena, "%s%s%s%s", text, i ? ", " : "",
		    finding_info(list[i].code)->code, list[i].ignored ? " (ignored)" : "");
	return text;
}

static void other_address(struct world *w)
{
	mismatch(w);
	w->end->address = w->host->a->records[0].address = ipv4(9);
}

static void mandatory_tls(struct world *w)
{
	lacks_tls(w);
}

static void optional_tls(struct world *w)
{
	lacks_tls(w);
	lacks_records(w);
}

static void next_keys(struct world *w)
{
	add_tlsa(w, w->host->tlsa_initial, 3, 1, 1, 0x22, 32);
	add_tlsa(w, w->host->tlsa_initial, 3, 1, 1, 0x33, 32);
}

static void one_next_key(struct world *w)
{
	add_tlsa(w, w->host->tlsa_initial, 3, 1, 1, 0x33, 32);
}

static void ignored_mismatch(struct world *w)
{
	mismatch(w);
	w->params.ignore[FINDING_DANE_MISMATCH] = true;
}

static void test_findings(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		void (*before)(struct world *), (*after)(struct world *);
		const char *appear, *go;
	} rows[] = {
	    {"nothing", as_is, as_is, "", ""},
	    {"the same fault", mismatch, mismatch, "", ""},
	    {"broken", as_is, mismatch, "dane-mismatch", "dane-verified"},
	    {"mended", mismatch, as_is, "rollover-safe, dane-verified", "dane-mismatch"},
	    {"the same fault elsewhere", mismatch, other_address, "dane-mismatch", "dane-mismatch"},
	    {"the same fault, weightier", optional_tls, mandatory_tls, "starttls-missing",
		"tlsa-absent, starttls-missing"},
	    {"one of two alike goes", next_keys, one_next_key, "rollover-safe",
		"tlsa-no-match-yet"},
	    {"an ignored one", as_is, ignored_mismatch, "dane-mismatch (ignored)", "dane-verified"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct world live, proposed;
		judge_both(&live, rows[i].before, &proposed, rows[i].after);
		world_judge(&proposed);
		const struct change *c = proposed.report.change;
		const char *appear = list_codes(proposed.arena, c->appear, c->appear_count);
		const char *go = list_codes(proposed.arena, c->go, c->go_count);
		if (strcmp(appear, rows[i].appear) != 0 || strcmp(go, rows[i].go) != 0)
			fail_msg("%s: + %s - %s", rows[i].label, appear, go);
		world_close(&live);
		world_close(&proposed);
	}
}

/* The record that went is the one said to have gone. */
static void test_pairs_by_message(void **state)
{
	(void)state;
	struct world live, proposed;
	judge_both(&live, next_keys, &proposed, one_next_key);
	world_judge(&proposed);
	assert_int_equal(proposed.report.change->go_count, 1);
	check_text("pair", "message", proposed.report.change->go[0].message, "22222222");
	world_close(&live);
	world_close(&proposed);
}

/* ---- Held against an earlier run ---- */

static void one_unmatched(struct world *w)
{
	next_keys(w);
	mismatch(w);
}

/* The codes of the report's findings that are known, remarks left out. */
static const char *list_known(struct world *w)
{
	const struct domain_report *r = &w->report;
	struct finding *known = arena_array(w->arena, r->finding_count, sizeof *known);
	size_t count = 0;
	for (size_t i = 0; i < r->finding_count; i++)
		if (r->findings[i].known && r->findings[i].severity != STATUS_OK)
			known[count++] = r->findings[i];
	return list_codes(w->arena, known, count);
}

static void test_baseline(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		void (*before)(struct world *), (*after)(struct world *);
		const char *known, *gone;
		enum status counted;
	} rows[] = {
	    {"nothing", as_is, as_is, "", "", STATUS_OK},
	    {"the same fault", mismatch, mismatch, "dane-mismatch", "", STATUS_OK},
	    {"a new fault", as_is, mismatch, "", "dane-verified", STATUS_CRITICAL},
	    {"a fault less", mismatch, as_is, "", "dane-mismatch", STATUS_OK},
	    {"the same fault elsewhere", mismatch, other_address, "", "dane-mismatch",
		STATUS_CRITICAL},
	    {"worse", optional_tls, mandatory_tls, "", "tlsa-absent", STATUS_CRITICAL},
	    {"less bad", mandatory_tls, optional_tls, "starttls-missing", "", STATUS_CRITICAL},
	    {"ignored in both", ignored_mismatch, ignored_mismatch, "dane-mismatch (ignored)", "",
		STATUS_OK},
	    {"ignored from now on", mismatch, ignored_mismatch, "dane-mismatch (ignored)", "",
		STATUS_OK},
	    {"ignored no more", ignored_mismatch, mismatch, "", "", STATUS_CRITICAL},
	    {"one of two alike goes", next_keys, one_next_key, "", "tlsa-no-match-yet", STATUS_OK},
	    {"known beside something else", mismatch, one_unmatched, "dane-mismatch", "",
		STATUS_OK},
	    /* what could not be looked at is not gone */
	    {"unreachable now", mismatch, unreachable, "", "", STATUS_UNKNOWN},
	    {"without TLS now", mismatch, lacks_tls, "", "", STATUS_CRITICAL},
	    {"the MX lookup failed", mismatch, lost_mx, "", "", STATUS_UNKNOWN},
	    {"bogus now", mismatch, bogus_mx, "", "", STATUS_CRITICAL},
	    {"no root", mismatch, lost_root, "", "", STATUS_UNKNOWN},
	    {"reached again", unreachable, as_is, "", "connect-failed", STATUS_OK},
	    {"a zone's warning, the server away", old_keys, unreachable, "", "signature-expiring",
		STATUS_UNKNOWN},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct world earlier, now;
		world_open(&earlier);
		world_open(&now);
		rows[i].before(&earlier);
		rows[i].after(&now);
		world_judge(&earlier);
		world_judge(&now);
		judge_baseline(&now.report, earlier.report.findings, earlier.report.finding_count);
		const char *known = list_known(&now);
		const char *gone = list_codes(now.arena, now.report.gone, now.report.gone_count);
		enum status counted = model_counted_status(&now.report);
		if (strcmp(known, rows[i].known) != 0 || strcmp(gone, rows[i].gone) != 0 ||
		    counted != rows[i].counted)
			fail_msg("%s: known %s, gone %s, %s", rows[i].label, known, gone,
			    status_name(counted));
		assert_true(now.report.compared);
		world_close(&earlier);
		world_close(&now);
	}
}

/* What a change brings is known where the report's own finding is. */
static void test_baseline_of_a_change(void **state)
{
	(void)state;
	struct world live, proposed;
	judge_both(&live, as_is, &proposed, mismatch);
	world_judge(&proposed);
	struct finding earlier = proposed.report.findings[0];
	assert_int_equal(earlier.code, FINDING_DANE_MISMATCH);
	judge_baseline(&proposed.report, &earlier, 1);
	assert_int_equal(proposed.report.change->appear_count, 1);
	assert_true(proposed.report.change->appear[0].known);
	world_close(&live);
	world_close(&proposed);
}

/* Whatever the live state is, verdicts and findings of the proposed one are as without it. */
static void test_live_state_does_not_count(void **state)
{
	(void)state;
	static void (*const befores[])(struct world *) = {
	    as_is, mismatch, lacks_tls, unreachable, lost_mx, lost_root, bogus_mx};
	static void (*const afters[])(struct world *) = {
	    as_is, mismatch, long_ttl, unreachable, takes_no_mail, proposed_chain};
	for (size_t i = 0; i < sizeof befores / sizeof *befores; i++) {
		for (size_t k = 0; k < sizeof afters / sizeof *afters; k++) {
			struct world live, proposed, alone;
			world_open(&alone);
			afters[k](&alone);
			world_judge(&alone);
			judge_both(&live, befores[i], &proposed, afters[k]);
			world_judge(&proposed);
			const struct domain_report *r = &proposed.report;
			size_t own = 0;
			for (size_t n = 0; n < r->finding_count; n++)
				own += r->findings[n].code < FINDING_ROLLOVER_SAFE;
			assert_int_equal(own, alone.report.finding_count);
			assert_int_equal(r->status, alone.report.status);
			assert_string_equal(r->summary, alone.report.summary);
			world_close(&live);
			world_close(&proposed);
			world_close(&alone);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_effect),
	    cmocka_unit_test(test_findings),
	    cmocka_unit_test(test_pairs_by_message),
	    cmocka_unit_test(test_live_state_does_not_count),
	    cmocka_unit_test(test_baseline),
	    cmocka_unit_test(test_baseline_of_a_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
