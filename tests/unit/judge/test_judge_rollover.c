/* The way from a live state to a proposed one: which records and chains may meet on it. */
#include "rollover_world.h"

static const struct rollover_row {
	const char *label;
	struct state live, proposed;
	int code;           /* SILENT: none */
	const char *said;   /* part of the message, or NULL */
	const char *unsaid; /* what must not be in it, or NULL */
	const char *fix;    /* part of the fix, NO_FIX, or NULL */
} rows[] = {
    /* nothing rolls */
    {"no change", {"311:11", "11"}, {"311:11", "11"}, SILENT, NULL, NULL, NULL},
    {"no DANE before nor after", {"absent", "11"}, {"insecure", "22"}, SILENT, NULL, NULL, NULL},
    {"one address less", {"311:11", "11 11"}, {"311:11", "11"}, SILENT, NULL, NULL, NULL},
    {"the proposed state is wrong by itself", {"311:11", "11"}, {"311:33", "22"}, SILENT, NULL,
	NULL, NULL},
    {"one of its two key types is", {"311:11", "11"}, {"311:22", "22 =33"}, SILENT, NULL, NULL,
	NULL},
    {"its records are bogus", {"311:11", "11"}, {"bogus", "11"}, SILENT, NULL, NULL, NULL},

    /* of the proposed chain the key alone is known */
    {"the key that is presented", {"311:11", "11"}, {"311:11", "~11"}, SILENT, NULL, NULL, NULL},
    {"a key that the live records fit", {"311:11 311:22", "11"}, {"311:11 311:22", "~22"},
	FINDING_ROLLOVER_SAFE, NULL, NULL, NO_FIX},
    {"a key, and records of the authority", {"211:ca", "11"}, {"211:ca 311:22", "~22"},
	FINDING_ROLLOVER_UNKNOWN, "only the key is given", NULL, NO_FIX},
    {"a key that the live records do not fit", {"311:11", "11"}, {"311:22", "~22"},
	FINDING_ROLLOVER_UNSAFE, NULL, NULL, NULL},
    {"a key, its record first", {"311:11", "11"}, {"311:11 311:22", "~22"}, FINDING_ROLLOVER_ORDER,
	"the new records come first", NULL, "3 1 1 2222"},

    /* records alone */
    {"a record for the next key", {"311:11", "11"}, {"311:11 311:22", "11"}, FINDING_ROLLOVER_SAFE,
	"the new TLSA records match what it presents, as the live ones do", "any order", NO_FIX},
    {"the old record goes after the roll-over", {"311:11 311:22", "22"}, {"311:22", "22"},
	FINDING_ROLLOVER_SAFE, "2026-11-23T20:00:00Z", NULL, NO_FIX},
    {"and its chain is seen at one address only", {"311:11 311:22", "22 !"}, {"311:22", "22"},
	FINDING_ROLLOVER_UNKNOWN, "certificates", NULL, NO_FIX},
    {"records are added, no chain is seen", {"311:11", "!"}, {"311:11 311:22", "11"},
	FINDING_ROLLOVER_SAFE, NULL, NULL, NO_FIX},
    {"the first record", {"absent", "11"}, {"311:11", "11"}, FINDING_ROLLOVER_SAFE,
	"no TLSA record applies to it yet", "2026", NO_FIX},
    {"the first one, no chain is seen", {"absent", "!"}, {"311:11", "11"}, FINDING_ROLLOVER_UNKNOWN,
	NULL, NULL, NO_FIX},
    {"the first that count", {"insecure", "11"}, {"311:11", "11"}, FINDING_ROLLOVER_SAFE, NULL,
	NULL, NO_FIX},
    {"the first that can be used", {"unusable", "11"}, {"311:11", "11"}, FINDING_ROLLOVER_SAFE,
	NULL, NULL, NO_FIX},
    {"the last record goes", {"311:11", "11"}, {"absent", "11"}, FINDING_ROLLOVER_SAFE,
	"no longer apply", NULL, NO_FIX},
    {"of a record that no longer fits", {"311:33", "11"}, {"311:11", "11"}, FINDING_ROLLOVER_SAFE,
	"nothing is lost", NULL, NO_FIX},
    {"a record for an address that was forgotten", {"311:11", "11 44"}, {"311:11 311:44", "11 44"},
	FINDING_ROLLOVER_SAFE, NULL, NULL, NO_FIX},
    {"of bogus records", {"bogus", "11"}, {"311:22", "22"}, FINDING_ROLLOVER_SAFE,
	"nothing is lost", NULL, NO_FIX},
    {"of records that could not be looked up", {"failed", "11"}, {"311:22", "22"},
	FINDING_ROLLOVER_UNKNOWN, "live records", NULL, NO_FIX},

    /* the chain alone */
    {"a chain that the records know", {"311:11 311:22", "11"}, {"311:11 311:22", "22"},
	FINDING_ROLLOVER_SAFE, "the live TLSA records match the new chain too", "any order",
	NO_FIX},
    {"the same, and what is presented is not seen", {"311:11 311:22", "!"}, {"311:11 311:22", "22"},
	FINDING_ROLLOVER_SAFE, NULL, NULL, NO_FIX},
    {"a second key type", {"311:11 311:22", "11"}, {"311:11 311:22", "11 =22"},
	FINDING_ROLLOVER_SAFE, NULL, NULL, NO_FIX},
    {"another leaf of the authority", {"211:ca", "11"}, {"211:ca", "22"}, FINDING_ROLLOVER_SAFE,
	NULL, NULL, NO_FIX},

    /* both, in any order */
    {"the next key, and the one after it is announced", {"311:11 311:22", "11"},
	{"311:11 311:22 311:33", "22"}, FINDING_ROLLOVER_SAFE, "in any order", NULL, NO_FIX},
    {"usage 3 to usage 2 of the authority", {"311:11 211:ca", "11"}, {"211:ca", "22"},
	FINDING_ROLLOVER_SAFE, "in any order", NULL, NO_FIX},

    /* both, the records first */
    {"a record and its key at once, the old one stays", {"311:11", "11"}, {"311:11 311:22", "22"},
	FINDING_ROLLOVER_ORDER,
	"the new chain not before 2026-11-23T20:00:00Z, when the live records (TTL 3600 s) have",
	"or more", "Deploy the new certificate at every address and for each key type, not before"},
    {"the same with a long TTL", {"311:11 +", "11"}, {"311:11 311:22", "22"},
	FINDING_ROLLOVER_ORDER, "not before 2026-11-26T19:00:00Z", NULL,
	"not before 2026-11-26T19:00:00Z"},
    {"a second key type with its record", {"311:11", "11"}, {"311:11 311:22", "11 =22"},
	FINDING_ROLLOVER_ORDER, "not before 2026-11-23T20:00:00Z", NULL, NULL},
    {"a new address with a key of its own", {"311:11", "11"}, {"311:11 311:22", "11 22"},
	FINDING_ROLLOVER_ORDER, "the new records come first", NULL, NULL},
    {"the records go, and the chain changes", {"311:11", "11"}, {"absent", "22"},
	FINDING_ROLLOVER_ORDER, "the new records come first", NULL, NULL},
    {"another authority, both published", {"211:ca", "11"}, {"211:ca 211:cb", "22^cb"},
	FINDING_ROLLOVER_ORDER, "the new records come first", NULL, NULL},
    {"the old record goes, what is presented is not seen", {"311:11", "!"}, {"311:22", "22"},
	FINDING_ROLLOVER_ORDER, "could not all be seen", NULL,
	"_25._tcp.mx1.example.com. 3600 IN TLSA 3 1 1 1111"},

    {"the same, by a stronger digest that would hide what is not seen", {"311:11", "!"},
	{"312:22", "22"}, FINDING_ROLLOVER_ORDER, "could not all be seen", NULL,
	"IN TLSA 3 1 1 2222"},
    {"the old record stays, but hidden", {"311:11", "!"}, {"311:11 312:22", "22"},
	FINDING_ROLLOVER_ORDER, "could not all be seen", NULL, "IN TLSA 3 1 1 2222"},

    /* both, the chain first */
    {"the old record goes with its key", {"311:11 311:22", "11"}, {"311:22", "22"},
	FINDING_ROLLOVER_ORDER,
	"the new chain comes first; the live ones, which caches keep for a while (TTL 3600 s)",
	"2026",
	"Do so when every address presents it:\n_25._tcp.mx1.example.com. 3600 IN TLSA 3 1 1 1111"},
    {"one of two addresses is behind", {"311:11 311:22", "22 11"}, {"311:22", "22 22"},
	FINDING_ROLLOVER_ORDER, "the new chain comes first", NULL, NULL},
    {"no address is", {"311:11 311:22", "22 22"}, {"311:22", "22 22"}, FINDING_ROLLOVER_SAFE, NULL,
	NULL, NO_FIX},
    {"the RSA certificate is behind", {"311:11 311:22 311:33", "22 =11"},
	{"311:22 311:33", "22 =33"}, FINDING_ROLLOVER_ORDER, "the new chain comes first", NULL,
	NULL},
    {"the first record, of a key to come", {"absent", "11"}, {"311:22", "22"},
	FINDING_ROLLOVER_ORDER, "the new chain comes first", NULL,
	"Add when every address presents it:"},
    {"to the authority's record", {"311:11 211:ca", "11^cb"}, {"211:ca", "22"},
	FINDING_ROLLOVER_ORDER, "the new chain comes first", NULL, NULL},
    {"a stronger digest of the new key hides the old one's", {"311:11 311:22", "11"},
	{"311:11 312:22", "22"}, FINDING_ROLLOVER_ORDER, "the new chain comes first", NULL, NULL},

    /* neither */
    {"record and key at once", {"311:11", "11"}, {"311:22", "22"}, FINDING_ROLLOVER_UNSAFE,
	"not before 2026-11-23T20:00:00Z", NULL,
	"Add now:\n_25._tcp.mx1.example.com. 3600 IN TLSA 3 1 1 2222"},
    {"the same, though nothing was authenticated", {"311:33", "11"}, {"311:22", "22"},
	FINDING_ROLLOVER_SAFE, "nothing is lost", NULL, NO_FIX},
    {"the same, one address without STARTTLS", {"311:11", "11 -"}, {"311:22", "22 22"},
	FINDING_ROLLOVER_UNSAFE, NULL, NULL, NULL},
    {"half of it was authenticated", {"311:11", "11 44"}, {"311:22", "22 22"},
	FINDING_ROLLOVER_UNSAFE, NULL, NULL, NULL},
    {"authority to authority", {"211:ca", "11"}, {"211:cb", "22^cb"}, FINDING_ROLLOVER_UNSAFE, NULL,
	NULL, "IN TLSA 2 1 1 cbcb"},
    {"both key types at once", {"311:11 311:33", "11 =33"}, {"311:22 311:44", "22 =44"},
	FINDING_ROLLOVER_UNSAFE, NULL, NULL, "IN TLSA 3 1 1 4444"},
    {"SHA2-256 to SHA2-512: the bridge stays with the weaker", {"311:11", "11"}, {"312:22", "22"},
	FINDING_ROLLOVER_UNSAFE, NULL, NULL, "IN TLSA 3 1 1 2222"},
    {"SHA2-512 to SHA2-256: the bridge has both of both", {"312:11", "11"}, {"311:22", "22"},
	FINDING_ROLLOVER_UNSAFE, NULL, NULL, "IN TLSA 3 1 2 2222"},
};

static const struct finding *find_rollover(const struct world *w, size_t *count)
{
	const struct finding *found = NULL;
	*count = 0;
	for (size_t i = 0; i < w->report.finding_count; i++)
		if (w->report.findings[i].code >= FINDING_ROLLOVER_SAFE) {
			found = &w->report.findings[i];
			++*count;
		}
	return found;
}

static void check_rollover(const struct rollover_row *row)
{
	struct world live, proposed;
	size_t count;
	world_open(&live);
	world_open(&proposed);
	set_records(&live, row->live.records);
	set_chains(&live, row->live.chains);
	set_records(&proposed, row->proposed.records);
	set_chains(&proposed, row->proposed.chains);
	judge_states(&live, &proposed);
	const struct finding *f = find_rollover(&proposed, &count);
	if (count != (row->code != SILENT) || (f && (int)f->code != row->code))
		fail_msg("%s: %zu findings: %s: %s", row->label, count,
		    f ? finding_info(f->code)->code : "none", f ? f->message : "");
	if (f) {
		assert_string_equal(place_of(f), "host");
		check_text(row->label, "message", f->message, row->said);
		if (row->unsaid && strstr(f->message, row->unsaid))
			fail_msg("%s: %s", row->label, f->message);
		if (row->fix && strcmp(row->fix, NO_FIX) == 0)
			assert_null(f->fix);
		else
			check_text(row->label, "fix", f->fix, row->fix);
	}
	world_close(&live);
	world_close(&proposed);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_rollover(&rows[i]);
}

/* What the fix of rollover-unsafe says must hold: it is judged as a proposal of its own. */
static void test_bridge_is_safe(void **state)
{
	(void)state;
	static const struct {
		struct state live, proposed;
		const char *bridge;
	} cases[] = {
	    {{"311:11", "11"}, {"311:22", "22"}, "311:11 311:22"},
	    {{"311:11", "11"}, {"312:22", "22"}, "311:11 311:22"},
	    {{"312:11", "11"}, {"311:22", "22"}, "312:11 311:22 312:22"},
	    {{"211:ca", "11"}, {"211:cb", "22^cb"}, "211:ca 211:cb"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rollover_row unsafe = {"unsafe", cases[i].live, cases[i].proposed,
		    FINDING_ROLLOVER_UNSAFE, NULL, NULL, "IN TLSA"};
		struct state first = {cases[i].bridge, cases[i].live.chains};
		struct state second = {cases[i].bridge, cases[i].proposed.chains};
		check_rollover(&unsafe);
		check_rollover(&(struct rollover_row){"publish the bridge", cases[i].live, first,
		    FINDING_ROLLOVER_SAFE, NULL, NULL, NO_FIX});
		check_rollover(&(struct rollover_row){
		    "change the chain", first, second, FINDING_ROLLOVER_SAFE, NULL, NULL, NO_FIX});
		check_rollover(&(struct rollover_row){"drop the old records", second,
		    cases[i].proposed, FINDING_ROLLOVER_SAFE, NULL, NULL, NO_FIX});
	}
}

/* "+3600>0 add 311:22": an hour from now, after the first step; "?" where no time is known. */
static const char *describe_step(struct arena *arena, const struct change_step *s)
{
	const char *what = action_kind_name(s->kind);
	const char *when = s->at ? arena_printf(arena, "+%lld", (long long)(s->at - NOW)) : "?";
	if (s->after >= 0)
		when = arena_printf(arena, "%s>%d", when, s->after);
	assert_non_null(s->reason);
	if (s->kind == ACTION_DEPLOY) {
		assert_string_equal(s->line.owner, "mx1.example.com");
		return arena_printf(arena, "%s %s", when, what);
	}
	assert_string_equal(s->line.owner, "_25._tcp.mx1.example.com");
	assert_int_equal(s->line.data.ttl, 3600);
	return arena_printf(arena, "%s %s %u%u%u:%02x", when, what, s->line.data.tlsa.usage,
	    s->line.data.tlsa.selector, s->line.data.tlsa.mtype, s->line.data.tlsa.data[0]);
}

static void test_steps(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		struct state live, proposed;
		const char *want;
	} cases[] = {
	    {"a record more", {"311:11", "11"}, {"311:11 311:22", "11"}, "+0 add 311:22"},
	    {"in any order", {"311:11 211:ca", "11"}, {"211:ca", "22"},
		"+0 delete 311:11, +0 deploy"},
	    {"the records first", {"311:11", "11"}, {"311:11 311:22", "22"},
		"+0 add 311:22, +3600>0 deploy"},
	    {"the chain first", {"311:11 311:22", "11"}, {"311:22", "22"},
		"+0 deploy, ?>0 delete 311:11"},
	    {"the records between", {"311:11", "11"}, {"311:22", "22"},
		"+0 add 311:22, +3600>0 deploy, ?>1 delete 311:11"},
	    {"nothing fits today", {"311:33", "11"}, {"311:11", "11"},
		"+0 add 311:11, +0 delete 311:33"},
	    {"records that do not count today", {"insecure", "11"}, {"311:11", "11"}, ""},
	    {"not seen", {"failed", "11"}, {"311:22", "22"}, ""},
	    {"no change", {"311:11", "11"}, {"311:11", "11"}, ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world live, proposed;
		const char *found = "";
		world_open(&live);
		world_open(&proposed);
		set_records(&live, cases[i].live.records);
		set_chains(&live, cases[i].live.chains);
		set_records(&proposed, cases[i].proposed.records);
		set_chains(&proposed, cases[i].proposed.chains);
		judge_states(&live, &proposed);
		const struct change *c = proposed.report.change;
		for (size_t k = 0; k < c->step_count; k++)
			found = arena_printf(proposed.arena, "%s%s%s", found, k ? ", " : "",
			    describe_step(proposed.arena, &c->steps[k]));
		print_message("%s\n", cases[i].label);
		assert_string_equal(found, cases[i].want);
		world_close(&live);
		world_close(&proposed);
	}
}

/* A resolver that gives no signature may have had the records for a while. */
static void test_ttl_without_signature(void **state)
{
	(void)state;
	struct world live, proposed;
	size_t count;
	world_open(&live);
	world_open(&proposed);
	set_records(&proposed, "311:11 311:22");
	set_chains(&proposed, "22");
	judge_states(&live, &proposed);
	check_text(
	    "order", "message", find_rollover(&proposed, &count)->message, "TTL 3600 s or more");
	world_close(&live);
	world_close(&proposed);
}

static void test_hosts(void **state)
{
	(void)state;
	struct world live, proposed;
	size_t count;
	world_open(&live);
	world_open(&proposed);
	/* A new MX host; the old one stays as it is. */
	add_host(&proposed, "mx2.example.com", 20);
	judge_states(&live, &proposed);
	assert_null(find_rollover(&proposed, &count));
	world_close(&live);
	world_close(&proposed);
}

/* Only the names of the live state count with the live records. */
static void test_live_names(void **state)
{
	(void)state;
	struct world live, proposed;
	world_open(&live);
	world_open(&proposed);
	live.report.mx->dnssec = DNSSEC_INSECURE;
	set_records(&live, "211:ca");
	set_records(&proposed, "absent");
	set_chains(&proposed, "22");
	discovery_decide(live.arena, live.host, 25);
	script.watched = live.host->tlsa_records;
	judge_found_states(&live, &proposed);
	assert_int_equal(script.names.count, 1); /* as given with these */
	assert_string_equal(script.names.names[0], "mx1.example.com");
	world_close(&live);
	world_close(&proposed);
}

static void test_unseen(void **state)
{
	(void)state;
	static const struct {
		const char *label, *records;
		bool said;
	} cases[] = {{"records", "311:11", true}, {"no records", "absent", false}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world live, proposed;
		size_t count;
		world_open(&live);
		world_open(&proposed);
		live.report.mx =
		    answer(&live, "example.com", DNS_TYPE_MX, ANSWER_FAILED, DNSSEC_SECURE);
		live.report.mx->error = "timed out";
		live.report.mx_kind = MX_KIND_NONE;
		live.report.host_count = 0;
		set_records(&proposed, cases[i].records);
		judge_states(&live, &proposed);
		const struct finding *f = find_rollover(&proposed, &count);
		if (!!f != cases[i].said)
			fail_msg("%s: %zu findings", cases[i].label, count);
		if (f) {
			assert_int_equal(f->code, FINDING_ROLLOVER_UNKNOWN);
			assert_string_equal(place_of(f), "");
			check_text("unseen", "message", f->message, "MX lookup failed: timed out");
		}
		world_close(&live);
		world_close(&proposed);
	}
}

/* The summary does not call well done what is not. */
static void test_summary(void **state)
{
	(void)state;
	static const struct {
		struct state proposed;
		bool ignored;
		const char *beginning;
		enum status status;
	} cases[] = {
	    {{"311:22", "22"}, false, "The change of mx1.example.com is safe in no order",
		STATUS_CRITICAL},
	    {{"311:22", "22"}, true, "1 of 1 MX host DANE-verified", STATUS_OK},
	    {{"311:11 311:22", "22"}, false,
		"The change of mx1.example.com is safe in one order only", STATUS_WARNING},
	    {{"311:11 311:22", "11"}, false, "1 of 1 MX host DANE-verified", STATUS_OK},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world live, proposed;
		world_open(&live);
		world_open(&proposed);
		proposed.params.ignore[FINDING_ROLLOVER_UNSAFE] = cases[i].ignored;
		set_records(&proposed, cases[i].proposed.records);
		set_chains(&proposed, cases[i].proposed.chains);
		judge_states(&live, &proposed);
		const char *summary = proposed.report.summary;
		if (strncmp(summary, cases[i].beginning, strlen(cases[i].beginning)) != 0)
			fail_msg("%s", summary);
		assert_int_equal(proposed.report.status, cases[i].status);
		world_close(&live);
		world_close(&proposed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_bridge_is_safe),
	    cmocka_unit_test(test_steps),
	    cmocka_unit_test(test_ttl_without_signature),
	    cmocka_unit_test(test_hosts),
	    cmocka_unit_test(test_live_names),
	    cmocka_unit_test(test_unseen),
	    cmocka_unit_test(test_summary),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
