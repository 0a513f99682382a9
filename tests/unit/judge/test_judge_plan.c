/* --plan: the steps from what is live to a new chain, each played with what caches hold by then. */
#include "limit.h"
#include "rollover_world.h"
#include "tlsa_verify.h"

enum { TTL = 3600 };

/* "+3600>0 delete 311:11": an hour from now, after the first step. */
static const char *describe_step(struct arena *arena, const struct change_step *s)
{
	const char *when = arena_printf(arena, "+%lld", (long long)(s->at - NOW));
	if (s->after >= 0)
		when = arena_printf(arena, "%s>%d", when, s->after);
	assert_non_null(s->reason);
	if (s->kind == ACTION_DEPLOY)
		return strcmp(s->line.owner, "mx1.example.com") == 0
			   ? arena_printf(arena, "%s deploy", when)
			   : arena_printf(arena, "%s deploy %s", when, s->line.owner);
	assert_int_equal(s->line.data.ttl, TTL);
	return arena_printf(arena, "%s %s %u%u%u:%02x", when, action_kind_name(s->kind),
	    s->line.data.tlsa.usage, s->line.data.tlsa.selector, s->line.data.tlsa.mtype,
	    s->line.data.tlsa.data[0]);
}

static const char *describe_steps(struct arena *arena, const struct change *c)
{
	const char *all = "";
	for (size_t i = 0; i < c->step_count; i++)
		all = arena_printf(
		    arena, "%s%s%s", all, i ? ", " : "", describe_step(arena, &c->steps[i]));
	return all;
}

/* ---- The plan is played ---- */

/* An RRset that some cache may hold until then. */
struct cached {
	struct dns_record *list;
	size_t count;
	int64_t until;
};

static bool fits(struct world *w, const struct cached *set, const struct endpoint *e)
{
	struct lookup l = {.type = DNS_TYPE_TLSA,
	    .kind = ANSWER_RECORDS,
	    .records = set->list,
	    .record_count = set->count};
	struct reference_identifiers names = {{"mx1.example.com"}, 1};
	size_t count, usable = 0;
	struct tlsa_record *records = tlsa_records_from_lookup(w->arena, &l, &count);
	for (size_t i = 0; i < count; i++)
		usable += records[i].defect == TLSA_DEFECT_NONE;
	return !usable || tlsa_judge_chain(w->arena, records, count, e->probe.chain,
			      e->probe.chain_count, &names, NOW)
				  .result == DANE_RESULT_VERIFIED;
}

static void check_moment(const char *label, struct world *w, const struct cached *sets,
    size_t count, int64_t now, const struct mx_host *h)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < h->endpoint_count; k++)
			if (sets[i].until > now && h->endpoints[k].probe.chain_count &&
			    !fits(w, &sets[i], &h->endpoints[k]))
				fail_msg("%s: +%lld: cached set %zu does not fit chain %zu", label,
				    (long long)(now - NOW), i, k);
}

static void change_set(struct arena *arena, struct cached *set, const struct change_step *s)
{
	struct dns_record *list = NULL;
	size_t count = 0;
	for (size_t i = 0; i < set->count; i++)
		if (!lookup_same_data(DNS_TYPE_TLSA, &set->list[i], &s->line.data))
			*(struct dns_record *)arena_append(arena, &list, &count, sizeof *list) =
			    set->list[i];
	assert_int_equal(set->count - count, s->kind == ACTION_DELETE);
	if (s->kind == ACTION_ADD)
		*(struct dns_record *)arena_append(arena, &list, &count, sizeof *list) =
		    s->line.data;
	set->list = list;
	set->count = count;
}

/*
 * Each step is done at the first moment that it is allowed; what was published till then is in some
 * cache for a whole TTL, and while the new chain is deployed some address has the old one.
 */
static void play(const char *label, struct world *live, struct world *proposed)
{
	const struct change *c = proposed->report.change;
	const struct lookup *l = live->host->tlsa_initial;
	struct cached sets[16] = {{l->records, l->record_count, INT64_MAX}};
	size_t count = 1;
	int64_t now = NOW;
	bool deployed = false;
	for (size_t i = 0; i < c->step_count; i++) {
		const struct change_step *s = &c->steps[i];
		assert_true(s->after < (int)i && s->at >= now);
		now = s->at;
		if (s->kind == ACTION_DEPLOY) {
			deployed = true;
			check_moment(label, proposed, sets, count, now, live->host);
		} else if (i == 0 || c->steps[i - 1].kind != s->kind) {
			assert_int_equal(s->before_count, sets[count - 1].count);
			sets[count] = sets[count - 1];
			sets[count - 1].until = now + TTL;
			change_set(proposed->arena, &sets[count++], s);
		} else {
			change_set(proposed->arena, &sets[count - 1], s);
		}
		if (i + 1 == c->step_count || c->steps[i + 1].kind != s->kind)
			check_moment(label, proposed, sets, count, now,
			    deployed ? proposed->host : live->host);
	}
}

/* ---- Rows ---- */

static void open_worlds(
    struct world *live, struct world *proposed, const char *records, const char *old)
{
	world_open(live);
	world_open(proposed);
	set_records(live, records);
	set_records(proposed, records);
	set_chains(live, old);
	set_chains(proposed, old);
}

static void propose(struct world *proposed, struct mx_host *h)
{
	for (size_t i = 0; i < h->endpoint_count; i++)
		h->endpoints[i].proposed = true;
	proposed->params.plan = true;
}

static const struct finding *find_rollover(const struct world *w)
{
	for (size_t i = 0; i < w->report.finding_count; i++)
		if (w->report.findings[i].code >= FINDING_ROLLOVER_SAFE)
			return &w->report.findings[i];
	return NULL;
}

#define BROKEN true

static const struct plan_row {
	const char *label, *records, *old, *new, *want;
	int code; /* SILENT: none */
	enum status status;
	bool broken; /* senders accept nothing today, so it cannot be played */
} rows[] = {
    {"3 1 1", "311:11", "11", "22", "+0 add 311:22, +3600>0 deploy, +3600>1 delete 311:11",
	FINDING_ROLLOVER_ORDER, STATUS_OK, false},
    {"3 0 1", "301:12", "11", "22", "+0 add 301:23, +3600>0 deploy, +3600>1 delete 301:12",
	FINDING_ROLLOVER_ORDER, STATUS_OK, false},
    {"3 1 2", "312:11", "11", "22", "+0 add 312:22, +3600>0 deploy, +3600>1 delete 312:11",
	FINDING_ROLLOVER_ORDER, STATUS_OK, false},
    {"two digests", "311:11 312:11", "11", "22",
	"+0 add 311:22, +0 add 312:22, +3600>1 deploy, +3600>2 delete 311:11, "
	"+3600>2 delete 312:11",
	FINDING_ROLLOVER_ORDER, STATUS_OK, false},
    {"the key alone", "311:11", "11", "~22", "+0 add 311:22, +3600>0 deploy, +3600>1 delete 311:11",
	FINDING_ROLLOVER_ORDER, STATUS_OK, false},
    {"of 3 0 1 the key alone", "301:12", "11", "~22",
	"+0 add 311:22, +3600>0 deploy, +3600>1 delete 301:12", FINDING_ROLLOVER_ORDER, STATUS_OK,
	false},
    {"the same key", "311:11", "11", "11", "", SILENT, STATUS_OK, false},
    {"both kinds of key", "311:11 311:33", "11 =33", "22 =44",
	"+0 add 311:22, +0 add 311:44, +3600>1 deploy, +3600>2 delete 311:11, "
	"+3600>2 delete 311:33",
	FINDING_ROLLOVER_ORDER, STATUS_OK, false},
    {"one of two kinds of key, the other goes on", "311:11 311:33", "11 =33", "22",
	"+0 add 311:22, +3600>0 deploy, +3600>1 delete 311:11", FINDING_ROLLOVER_ORDER, STATUS_OK,
	false},
    {"several addresses", "311:11", "11 11", "22 22",
	"+0 add 311:22, +3600>0 deploy, +3600>1 delete 311:11", FINDING_ROLLOVER_ORDER, STATUS_OK,
	false},

    /* 2 1 1 */
    {"the same authority", "211:ca", "11", "22", "+0 deploy", FINDING_ROLLOVER_SAFE, STATUS_OK,
	false},
    {"another authority", "211:ca", "11", "22^cb",
	"+0 add 211:cb, +3600>0 deploy, +3600>1 delete 211:ca", FINDING_ROLLOVER_ORDER, STATUS_OK,
	false},
    {"another authority, which is published already", "211:ca 211:cb", "11", "22^cb",
	"+3600 deploy, +3600>0 delete 211:ca", FINDING_ROLLOVER_ORDER, STATUS_OK, false},
    {"the authority and the key", "211:ca 311:11", "11", "22",
	"+0 add 311:22, +0>0 deploy, +0>1 delete 311:11", FINDING_ROLLOVER_SAFE, STATUS_OK, false},
    {"the key alone, and the authority's record, which stays", "211:ca", "11", "~22",
	"+0 add 311:22, +3600>0 deploy", FINDING_ROLLOVER_ORDER, STATUS_OK, false},

    /* on the way already */
    {"the next key is published", "311:11 311:22", "11", "22",
	"+3600 deploy, +3600>0 delete 311:11", FINDING_ROLLOVER_ORDER, STATUS_OK, false},
    {"and deployed at one address", "311:11 311:22", "22 11", "22 22",
	"+0 deploy, +0>0 delete 311:11", FINDING_ROLLOVER_SAFE, STATUS_OK, false},
    {"and deployed", "311:11 311:22", "22", "22", "+0 delete 311:11", FINDING_ROLLOVER_SAFE,
	STATUS_OK, false},
    {"and one address is not seen", "311:11 311:22", "22 !", "22 22",
	"+0 deploy, +0>0 delete 311:11", FINDING_ROLLOVER_SAFE, STATUS_OK, false},

    /* what is live is not as it should be */
    {"no address is seen", "311:11", "!", "22",
	"+0 add 311:22, +3600>0 deploy, +3600>1 delete 311:11", FINDING_ROLLOVER_ORDER, STATUS_OK,
	false},
    {"no record", "absent", "11", "22", "+0 deploy, +0>0 add 311:22", FINDING_ROLLOVER_SAFE,
	STATUS_OK, false},
    {"none that can be used", "unusable", "11", "22",
	"+0 deploy, +0>0 add 311:22, +0>1 delete 111:11", FINDING_ROLLOVER_SAFE, STATUS_OK, false},
    {"none that matches", "311:33", "11", "22", "+0 add 311:22, +0>0 deploy, +0>1 delete 311:33",
	FINDING_ROLLOVER_SAFE, STATUS_OK, BROKEN},
    {"an old record of SHA2-512 hides what is there", "311:11 312:33", "11", "22",
	"+0 add 311:22, +0 add 312:11, +0 add 312:22, +0>2 deploy, +0>3 delete 311:11, "
	"+0>3 delete 312:33, +0>3 delete 312:11, +0>3 delete 312:22",
	FINDING_ROLLOVER_SAFE, STATUS_OK, BROKEN},
    {"bogus", "bogus", "11", "22", "", SILENT, STATUS_CRITICAL, BROKEN},
    {"the lookup failed", "failed", "11", "22", "", SILENT, STATUS_CRITICAL, BROKEN},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct plan_row *row = &rows[i];
		struct world live, proposed;
		print_message("%s\n", row->label);
		open_worlds(&live, &proposed, row->records, row->old);
		set_chains(&proposed, row->new);
		propose(&proposed, proposed.host);
		judge_states(&live, &proposed);
		const struct finding *f = find_rollover(&proposed);
		assert_string_equal(
		    describe_steps(proposed.arena, proposed.report.change), row->want);
		assert_int_equal(f ? (int)f->code : SILENT, row->code);
		assert_int_equal(proposed.report.status, row->status);
		if (!row->broken)
			play(row->label, &live, &proposed);
		world_close(&live);
		world_close(&proposed);
	}
}

/* ---- Several hosts ---- */

static void add_second_host(struct world *w, const char *alias)
{
	add_host(w, "mx2.example.com", 20);
	w->report.hosts[1].tlsa_initial->has_signature = true;
	w->report.hosts[1].tlsa_initial->signature_expires = NOW + 30 * DAY;
	for (size_t i = 0; alias && i < 2; i++) {
		struct lookup *l = w->report.hosts[i].tlsa_initial;
		l->final = l->alias = alias;
		l->alias_dnssec = DNSSEC_SECURE;
		l->alias_ttl = TTL;
	}
}

static void test_hosts(void **state)
{
	(void)state;
	static const struct {
		const char *label,
		    *alias;  /* where both hosts' records are; NULL: each has its own */
		bool second; /* it gets a new chain too */
		const char *want;
	} cases[] = {
	    {"each has records of its own", NULL, true,
		"+0 add 311:22, +0 add 311:22, +3600>0 deploy, +3600>1 deploy mx2.example.com, "
		"+3600>2 delete 311:11, +3600>3 delete 311:11"},
	    {"one of them", NULL, false, "+0 add 311:22, +3600>0 deploy, +3600>1 delete 311:11"},
	    {"they share their records", "_dane.example.com", true,
		"+0 add 311:22, +3600>0 deploy, +3600>0 deploy mx2.example.com, "
		"+3600>2 delete 311:11"},
	    {"one of those that share them", "_dane.example.com", false,
		"+0 add 311:22, +3600>0 deploy"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world live, proposed;
		print_message("%s\n", cases[i].label);
		open_worlds(&live, &proposed, "311:11", "11");
		add_second_host(&live, cases[i].alias);
		add_second_host(&proposed, cases[i].alias);
		for (size_t k = 0; k < 1 + (size_t)cases[i].second; k++) {
			struct mx_host *h = &proposed.report.hosts[k];
			h->endpoint_count = 0;
			(void)add_endpoint(&proposed, h, ipv4((uint8_t)(k + 1)), 0x22);
			propose(&proposed, h);
		}
		judge_states(&live, &proposed);
		const struct change *c = proposed.report.change;
		assert_string_equal(describe_steps(proposed.arena, c), cases[i].want);
		assert_int_equal(proposed.report.status, STATUS_OK);
		for (size_t k = 0; k < c->step_count; k++)
			if (cases[i].alias && c->steps[k].kind != ACTION_DEPLOY)
				assert_string_equal(c->steps[k].line.owner, cases[i].alias);
		world_close(&live);
		world_close(&proposed);
	}
}

/* ---- What it is made from ---- */

/* The records of --zone are what the plan ends with. */
static void test_zone(void **state)
{
	(void)state;
	struct world live, proposed;
	open_worlds(&live, &proposed, "311:11", "11");
	set_records(&proposed, "312:22");
	proposed.host->tlsa_initial->proposed = true;
	set_chains(&proposed, "22");
	propose(&proposed, proposed.host);
	judge_states(&live, &proposed);
	assert_string_equal(describe_steps(proposed.arena, proposed.report.change),
	    "+0 add 312:22, +0 add 312:11, +3600>1 deploy, +3600>2 delete 311:11, "
	    "+3600>2 delete 312:11");
	play("zone", &live, &proposed);
	world_close(&live);
	world_close(&proposed);
}

/* What a wildcard answers with is put beside the new record, since that takes the wildcard away. */
static void test_wildcard(void **state)
{
	(void)state;
	struct world live, proposed;
	open_worlds(&live, &proposed, "311:11", "11");
	struct world *const both[] = {&live, &proposed};
	for (size_t i = 0; i < 2; i++) {
		struct lookup *l = both[i]->host->tlsa_initial;
		lookup_add_expansion(both[i]->arena, l, l->asked, "*.mx1.example.com");
	}
	set_chains(&proposed, "22");
	propose(&proposed, proposed.host);
	judge_states(&live, &proposed);
	const struct change *c = proposed.report.change;
	assert_string_equal(describe_steps(proposed.arena, c),
	    "+0 add 311:11, +0 add 311:22, +3600>1 deploy, +3600>2 delete 311:11");
	assert_int_equal(c->steps[0].before_count, 0);
	world_close(&live);
	world_close(&proposed);
}

/* A secondary has the new records within the SOA's refresh time; the zone is the signer's. */
static void test_refresh(void **state)
{
	(void)state;
	enum { REFRESH = 7200 };
	struct world live, proposed;
	open_worlds(&live, &proposed, "311:11", "11");
	struct lookup *l = live.host->tlsa_initial;
	lookup_add_signature(
	    live.arena, l, &(struct signature_life){NOW - DAY, NOW + 30 * DAY, "example.com", 1});
	lookup_add_zone(live.arena, l,
	    &(struct signed_zone){
		.name = "example.com", .soa_refresh = REFRESH, .soa_expire = DAY});
	set_chains(&proposed, "22");
	propose(&proposed, proposed.host);
	judge_states(&live, &proposed);
	const struct change *c = proposed.report.change;
	assert_string_equal(describe_steps(proposed.arena, c),
	    "+0 add 311:22, +10800>0 deploy, +10800>1 delete 311:11");
	assert_string_equal(c->steps[0].zone, "example.com");
	assert_non_null(strstr(c->steps[1].reason, "(SOA refresh 7200 s and TTL 3600 s)"));
	world_close(&live);
	world_close(&proposed);
}

/* Without a signature the TTL is what a resolver has left of it. */
static void test_unknown_ttl(void **state)
{
	(void)state;
	static const struct {
		const char *records, *want;
		int code;
		enum status status;
	} cases[] = {
	    {"311:11", "", FINDING_ROLLOVER_UNKNOWN, STATUS_UNKNOWN},
	    {"211:ca", "+0 deploy", FINDING_ROLLOVER_SAFE, STATUS_OK}, /* no wait, no TTL */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world live, proposed;
		open_worlds(&live, &proposed, cases[i].records, "11");
		live.host->tlsa_initial->has_signature = false;
		set_chains(&proposed, "22");
		propose(&proposed, proposed.host);
		judge_states(&live, &proposed);
		assert_string_equal(
		    describe_steps(proposed.arena, proposed.report.change), cases[i].want);
		assert_int_equal(find_rollover(&proposed)->code, cases[i].code);
		assert_int_equal(proposed.report.status, cases[i].status);
		world_close(&live);
		world_close(&proposed);
	}
}

/* A first record below a wildcard would take the host's address away. */
static void test_wildcard_address(void **state)
{
	(void)state;
	struct world live, proposed;
	open_worlds(&live, &proposed, "absent", "11");
	set_chains(&proposed, "22");
	propose(&proposed, proposed.host);
	lookup_add_expansion(live.arena, live.host->a, "mx1.example.com", "*.example.com");
	lookup_add_expansion(proposed.arena, proposed.host->a, "mx1.example.com", "*.example.com");
	judge_states(&live, &proposed);
	assert_string_equal(describe_steps(proposed.arena, proposed.report.change), "+0 deploy");
	for (size_t i = 0; i < proposed.report.finding_count; i++)
		assert_int_not_equal(proposed.report.findings[i].code, FINDING_HOST_NO_ADDRESS);
	world_close(&live);
	world_close(&proposed);
}

/* All records together are more than Postfix takes: the state between is judged as any other. */
static void test_harm_on_the_way(void **state)
{
	(void)state;
	struct world live, proposed;
	open_worlds(&live, &proposed, "311:11", "11");
	struct world *both[2];
	both[0] = &live;
	both[1] = &proposed;
	for (size_t i = 0; i < 2; i++)
		for (unsigned n = 1; n < LIMIT_SENDER_RECORDS; n++)
			add_tlsa(
			    both[i], both[i]->host->tlsa_initial, 3, 1, 1, (uint8_t)(0x80 + n), 32);
	set_chains(&proposed, "22");
	propose(&proposed, proposed.host);
	judge_states(&live, &proposed);
	assert_int_equal(live.host->endpoints[0].dane.result, DANE_RESULT_VERIFIED);
	assert_int_equal(proposed.report.change->step_count, 0);
	const struct finding *f = find_rollover(&proposed);
	assert_int_equal(f->code, FINDING_ROLLOVER_UNSAFE);
	assert_non_null(strstr(f->message, "a state on the way"));
	world_close(&live);
	world_close(&proposed);
}

/* An RRset at two names at once is no bridge. */
static void test_no_way(void **state)
{
	(void)state;
	struct world live, proposed;
	open_worlds(&live, &proposed, "311:11", "11");
	/* The record of --zone is at another name. */
	struct lookup *l = proposed.host->tlsa_initial;
	l->final = l->alias = "_dane.example.com";
	l->alias_dnssec = DNSSEC_SECURE;
	l->proposed = true;
	set_records(&proposed, "311:22");
	set_chains(&proposed, "22");
	propose(&proposed, proposed.host);
	judge_states(&live, &proposed);
	const struct finding *f = find_rollover(&proposed);
	assert_int_equal(proposed.report.change->step_count, 0);
	assert_int_equal(f->code, FINDING_ROLLOVER_UNSAFE);
	assert_int_equal(proposed.report.status, STATUS_CRITICAL);
	assert_non_null(strstr(f->message, "its TLSA records move to another name"));
	world_close(&live);
	world_close(&proposed);
}

/* One step for people is several of the list. */
static void test_numbers(void **state)
{
	(void)state;
	struct world live, proposed;
	static const size_t want[] = {1, 1, 2, 3, 3};
	open_worlds(&live, &proposed, "311:11 311:33", "11 =33");
	set_chains(&proposed, "22 =44");
	propose(&proposed, proposed.host);
	judge_states(&live, &proposed);
	assert_int_equal(proposed.report.change->step_count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(change_step_number(proposed.report.change, i), want[i]);
	world_close(&live);
	world_close(&proposed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_hosts),
	    cmocka_unit_test(test_zone),
	    cmocka_unit_test(test_wildcard),
	    cmocka_unit_test(test_refresh),
	    cmocka_unit_test(test_unknown_ttl),
	    cmocka_unit_test(test_wildcard_address),
	    cmocka_unit_test(test_harm_on_the_way),
	    cmocka_unit_test(test_no_way),
	    cmocka_unit_test(test_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
