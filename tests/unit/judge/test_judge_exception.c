/* Exceptions of zone files: what they hide, what that does to each status, and which are stale. */
#include "judge_world.h"

enum { LINE_MX, LINE_ADDRESS, LINE_TLSA, LINE_SECOND, LINE_THIRD, LINES };

/* Each record of the domain in a line of its own, with these exceptions. */
static void put_in_lines(struct world *w, const struct exception *exceptions[LINES])
{
	struct location *at = arena_array(w->arena, LINES, sizeof *at);
	for (unsigned i = 0; i < LINES; i++)
		at[i] = (struct location){"z", i + 1, 1, exceptions[i]};
	struct dns_record *mx = add_record(w, w->report.mx);
	mx->mx.preference = 10;
	mx->mx.exchange = w->host->name;
	mx->at = &at[LINE_MX];
	w->host->a->records[0].at = &at[LINE_ADDRESS];
	for (size_t i = 0; i < w->host->tlsa_initial->record_count; i++)
		w->host->tlsa_initial->records[i].at = &at[LINE_TLSA + i];
}

static void as_is(struct world *w)
{
	(void)w;
}

static void mismatch(struct world *w)
{
	fill_endpoint(w, w->end, "mx1.example.com", ipv4(1), 0x99);
}

/* The key of the second record is not there. */
static void two_records(struct world *w)
{
	add_tlsa(w, w->host->tlsa_initial, 3, 1, 1, 0x22, 32);
}

static void two_unusable(struct world *w)
{
	add_tlsa(w, w->host->tlsa_initial, 1, 1, 1, 0x11, 32);
	add_tlsa(w, w->host->tlsa_initial, 1, 1, 1, 0x22, 32);
}

static void lacks_records(struct world *w)
{
	w->host->tlsa_initial->kind = ANSWER_NXDOMAIN;
	w->host->tlsa_initial->record_count = 0;
}

static void unreachable(struct world *w)
{
	w->end->probe = (struct probe){.failure = PROBE_FAILURE_CONNECT, .error = "timed out"};
	w->end->key_type = KEY_TYPE_NONE;
}

static void lost_policy(struct world *w)
{
	set_policy(w, GOOD_POLICY);
	w->sts.fetch.failure = FETCH_FAILURE_CONNECT;
}

static void ignored_too(struct world *w)
{
	mismatch(w);
	w->params.ignore[FINDING_DANE_MISMATCH] = true;
}

/* "code: reason, code: reason" of what is ignored, and what is stale: "| code". */
static const char *list(struct world *w)
{
	static const char stale[] = "has an exception for ";
	const char *text = "";
	for (size_t i = 0; i < w->report.finding_count; i++) {
		const struct finding *f = &w->report.findings[i];
		if (f->ignored)
			text =
			    arena_printf(w->arena, "%s%s: %s; ", text, finding_info(f->code)->code,
				f->ignored_reason ? f->ignored_reason : "-");
	}
	for (size_t i = 0; i < w->report.finding_count; i++) {
		const struct finding *f = &w->report.findings[i];
		if (f->code != FINDING_IGNORE_STALE || f->ignored)
			continue;
		const char *codes = strstr(f->message, stale) + strlen(stale);
		text = arena_printf(w->arena, "%s%u %.*s; ", text, f->at->line,
		    (int)(strstr(codes, " that hides") - codes), codes);
	}
	return text;
}

static struct exception wrong = {FINDING_DANE_MISMATCH, "old key", NULL};
static struct exception wrong_here = {FINDING_DANE_MISMATCH, "as there", NULL};
static struct exception absent = {FINDING_TLSA_ABSENT, "not yet", NULL};
static struct exception pkix = {FINDING_TLSA_PKIX_USAGE, "for others", NULL};
static struct exception unmatched = {FINDING_TLSA_NO_MATCH_YET, "next", NULL};
static struct exception no_policy = {FINDING_STS_ABSENT, "never", NULL};
static struct exception both = {FINDING_TLSA_ABSENT, "two", &wrong};
static struct exception quiet = {
    FINDING_TLSA_ABSENT, "at times", &(struct exception){FINDING_IGNORE_STALE, "at times", NULL}};

static const struct row_of_lines {
	const char *label;
	void (*change)(struct world *w);
	const struct exception *lines[LINES];
	const char *want;
	int domain, host, endpoint; /* enum status */
} rows[] = {
    {"none", mismatch, {NULL}, "", C, C, C},
    {"at its record", mismatch, {[LINE_TLSA] = &wrong}, "dane-mismatch: old key; ", I, I, I},
    {"at another record", mismatch, {[LINE_ADDRESS] = &wrong}, "2 dane-mismatch; ", C, C, C},
    {"of another code", mismatch, {[LINE_TLSA] = &pkix}, "3 tlsa-pkix-usage; ", C, C, C},
    {"of a record that is absent", lacks_records, {[LINE_MX] = &absent}, "tlsa-absent: not yet; ",
	I, I, I},
    {"of the domain", as_is, {[LINE_MX] = &no_policy}, "sts-absent: never; ", I, I, I},
    {"one of two codes", lacks_records, {[LINE_MX] = &both}, "tlsa-absent: two; 1 dane-mismatch; ",
	I, I, I},
    {"neither of two codes", as_is, {[LINE_TLSA] = &both}, "3 tlsa-absent, dane-mismatch; ", I, I,
	I},
    {"one record of two at a name", two_unusable, {[LINE_SECOND] = &pkix},
	"tlsa-pkix-usage: for others; ", W, W, I},
    {"a record that matches nothing", two_records, {[LINE_SECOND] = &unmatched},
	"tlsa-no-match-yet: next; ", I, I, I},
    {"two lines", mismatch, {[LINE_TLSA] = &wrong, [LINE_ADDRESS] = &wrong_here},
	"dane-mismatch: old key; 2 dane-mismatch; ", I, I, I},
    {"one line of several records", two_records,
	{[LINE_TLSA] = &unmatched, [LINE_SECOND] = &unmatched}, "tlsa-no-match-yet: next; ", I, I,
	I},
    {"with --ignore", ignored_too, {[LINE_TLSA] = &wrong}, "dane-mismatch: old key; ", I, I, I},
    {"by --ignore alone", ignored_too, {NULL}, "dane-mismatch: -; ", I, I, I},
    {"allowed to be stale", as_is, {[LINE_TLSA] = &quiet}, "ignore-stale: at times; ", I, I, I},
    {"allowed to be stale, but is not", lacks_records, {[LINE_MX] = &quiet},
	"tlsa-absent: at times; ", I, I, I},
    /* What was not looked at may be what it is for. */
    {"the server away", unreachable, {[LINE_TLSA] = &wrong}, "", U, U, U},
    {"the policy away", lost_policy, {[LINE_TLSA] = &wrong}, "3 dane-mismatch; ", W, I, I},
    {"for a policy that is away", lost_policy, {[LINE_MX] = &no_policy}, "", W, I, I},
};

static void test_exceptions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct row_of_lines row = rows[i];
		struct world w;
		world_open(&w);
		row.change(&w);
		put_in_lines(&w, row.lines);
		world_judge(&w);
		const char *got = list(&w);
		if (strcmp(got, row.want) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", row.label, got, row.want);
		if ((int)w.report.status != row.domain || (int)w.host->status != row.host ||
		    (int)w.end->status != row.endpoint)
			fail_msg("%s: %s, %s, %s", row.label, status_name(w.report.status),
			    status_name(w.host->status), status_name(w.end->status));
		world_close(&w);
	}
}

/* Two lines that hide nothing are told apart by their records. */
static void test_about(void **state)
{
	(void)state;
	const struct exception *lines[LINES] = {[LINE_TLSA] = &absent, [LINE_ADDRESS] = &wrong};
	struct world w;
	world_open(&w);
	put_in_lines(&w, lines);
	world_judge(&w);
	size_t count = 0;
	enum dns_type types[2] = {0};
	for (size_t i = 0; i < w.report.finding_count; i++)
		if (w.report.findings[i].code == FINDING_IGNORE_STALE && count < 2)
			types[count++] = w.report.findings[i].about.type;
	assert_int_equal(count, 2);
	assert_int_equal(types[0], DNS_TYPE_A);
	assert_int_equal(types[1], DNS_TYPE_TLSA);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_exceptions),
	    cmocka_unit_test(test_about),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
