/* Lookups between proposed and live DNS, in both views. Live DNS is a table here, in place of
 * dns_lookup.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns_lookup.h"
#include "limit.h"
#include "resolver.h"

/* ---- Live DNS ---- */

static const struct live {
	const char *name, *final;
	enum answer_kind kind;
	enum dnssec_status status, alias;
	int64_t signature_end; /* 0: none */
	const char *error;
} live_answers[] = {
    {"plain.live", "plain.live", ANSWER_RECORDS, DNSSEC_SECURE, DNSSEC_SECURE, 500, NULL},
    {"unsigned.live", "unsigned.live", ANSWER_RECORDS, DNSSEC_INSECURE, DNSSEC_INSECURE, 0, NULL},
    {"gone.live", "gone.live", ANSWER_NXDOMAIN, DNSSEC_SECURE, DNSSEC_SECURE, 500, NULL},
    {"forged.live", "forged.live", ANSWER_NODATA, DNSSEC_BOGUS, DNSSEC_BOGUS, 0, "forged"},
    {"silent.live", "silent.live", ANSWER_FAILED, DNSSEC_INDETERMINATE, DNSSEC_INDETERMINATE, 0,
	"timed out"},
    {"half.live", "end.live", ANSWER_RECORDS, DNSSEC_INSECURE, DNSSEC_SECURE, 500, NULL},
    /* Aliases into the proposed zone end at it. */
    {"in.live", "host.zone", ANSWER_NODATA, DNSSEC_SECURE, DNSSEC_SECURE, 400, NULL},
    {"in-unsigned.live", "host.zone", ANSWER_NODATA, DNSSEC_INSECURE, DNSSEC_INSECURE, 0, NULL},
    {"in-half.live", "host.zone", ANSWER_NODATA, DNSSEC_INSECURE, DNSSEC_SECURE, 400, NULL},
    {"in-forged.live", "host.zone", ANSWER_NODATA, DNSSEC_BOGUS, DNSSEC_BOGUS, 0, "forged"},
    {"in-absent.live", "none.zone", ANSWER_NODATA, DNSSEC_SECURE, DNSSEC_SECURE, 400, NULL},
    {"through.live", "out.zone", ANSWER_NODATA, DNSSEC_SECURE, DNSSEC_SECURE, 400, NULL},
    {"ring.live", "ring.zone", ANSWER_NODATA, DNSSEC_SECURE, DNSSEC_SECURE, 400, NULL},
    {"host.zone", "host.zone", ANSWER_NXDOMAIN, DNSSEC_SECURE, DNSSEC_SECURE, 600, NULL},
    {"out.zone", "out.zone", ANSWER_RECORDS, DNSSEC_SECURE, DNSSEC_SECURE, 600, NULL},
    {"ring.zone", "ring.zone", ANSWER_RECORDS, DNSSEC_SECURE, DNSSEC_SECURE, 600, NULL},
};

/* The same names where nothing is proposed: aliases are followed to their end. */
static const struct live whole_answers[] = {
    {"in.live", "host.zone", ANSWER_RECORDS, DNSSEC_INSECURE, DNSSEC_SECURE, 450, NULL},
    {"in-forged.live", "host.zone", ANSWER_RECORDS, DNSSEC_BOGUS, DNSSEC_BOGUS, 0, "forged"},
    {"ring.live", "ring.zone", ANSWER_RECORDS, DNSSEC_SECURE, DNSSEC_SECURE, 450, NULL},
};

static size_t questions;

struct dns_lookup {
	struct loop_timer *timer;
	struct lookup *fact;
	dns_lookup_cb *cb;
	void *user;
};

void dns_lookup_cancel(struct dns_lookup *lookup)
{
	if (lookup)
		loop_timer_destroy(lookup->timer);
	free(lookup);
}

/* As if of all that fails the reason were asked for. */
const struct lookup *dns_lookup_known(const struct dns_lookup *lookup)
{
	bool good = lookup->fact->kind != ANSWER_FAILED && lookup->fact->dnssec != DNSSEC_BOGUS;
	return good ? NULL : lookup->fact;
}

static void answer(void *user)
{
	struct dns_lookup *l = user;
	struct lookup *fact = l->fact;
	dns_lookup_cb *cb = l->cb;
	void *cb_user = l->user;
	dns_lookup_cancel(l);
	cb(cb_user, fact);
}

struct dns_lookup *dns_lookup_start(const struct dns_service *service, const char *name,
    enum dns_type type, struct arena *arena, dns_lookup_cb *cb, void *user)
{
	const struct live *table = service->overlay ? live_answers : whole_answers;
	size_t count = service->overlay ? sizeof live_answers / sizeof *live_answers
					: sizeof whole_answers / sizeof *whole_answers;
	const struct live *found = NULL;
	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].name, name) == 0)
			found = &table[i];
	if (!found)
		fail_msg("nobody should ask live DNS for %s", name);
	struct dns_lookup *l = calloc(1, sizeof *l);
	assert_non_null(l);
	questions++;
	l->cb = cb;
	l->user = user;
	l->fact = arena_alloc(arena, sizeof *l->fact);
	*l->fact = (struct lookup){.asked = arena_strdup(arena, name),
	    .final = arena_strdup(arena, found->final),
	    .type = type,
	    .kind = found->kind,
	    .dnssec = found->status,
	    .alias_dnssec = found->alias,
	    .failure = found->kind == ANSWER_FAILED ? LOOKUP_FAILURE_TIMEOUT : LOOKUP_FAILURE_NONE,
	    .error = found->error};
	if (found->signature_end)
		lookup_add_signature(arena, l->fact,
		    &(struct signature_life){.signer = "live", .expires = found->signature_end});
	if (found->kind == ANSWER_RECORDS) {
		l->fact->records = arena_array(arena, 1, sizeof *l->fact->records);
		l->fact->record_count = 1;
	}
	l->timer = loop_timer_create(service->loop, answer, l);
	loop_timer_start(l->timer, 0);
	return l;
}

/* ---- The tests ---- */

static const char zone[] =
    "$ORIGIN zone.\n@ SOA @ @ 1 2 3 4 5\nhost A 192.0.2.1\n"
    "out CNAME plain.live.\nout2 CNAME out\nout-unsigned CNAME unsigned.live.\n"
    "out-gone CNAME gone.live.\nout-forged CNAME forged.live.\n"
    "out-silent CNAME silent.live.\nout-half CNAME half.live.\n"
    "back CNAME in.live.\nback-unsigned CNAME in-unsigned.live.\n"
    "ring CNAME ring.live.\n";

struct world {
	struct loop *loop;
	struct arena *arena;
	struct zone_overlay *overlay;
	struct params params;
	struct upstream upstream;
	struct resolver *resolver;
};

static void open_world(struct world *w)
{
	const char *error = NULL;
	const struct zone_error *zone_error = NULL;
	w->loop = loop_create();
	w->arena = arena_create();
	w->overlay = zone_overlay_create_empty();
	struct zone_file *file = zone_file_parse(w->arena, "z", zone, sizeof zone - 1, &zone_error);
	assert_null(zone_error);
	assert_null(zone_overlay_add(w->overlay, file));
	w->upstream = (struct upstream){.address = {AF_INET, {127, 0, 0, 1}}, .port = 9};
	w->params = (struct params){.upstreams = &w->upstream,
	    .upstream_count = 1,
	    .timeout_ms = 1000,
	    .dnssec = DNSSEC_MODE_TRUST_AD};
	w->resolver = resolver_create(w->loop, &w->params, w->overlay, w->arena, &error);
	assert_non_null(w->resolver);
	questions = 0;
}

static void close_world(struct world *w)
{
	resolver_destroy(w->resolver);
	zone_overlay_destroy(w->overlay);
	loop_destroy(w->loop);
	arena_destroy(w->arena);
}

struct kept {
	struct arena *arena;
	struct lookup *fact;
};

static void keep(void *user, const struct lookup *fact)
{
	struct kept *k = user;
	assert_null(k->fact);
	k->fact = lookup_copy(k->arena, fact);
}

static const char *show(struct arena *arena, const struct lookup *l)
{
	static const char *const kinds[] = {
	    [ANSWER_RECORDS] = "records",
	    [ANSWER_NODATA] = "nodata",
	    [ANSWER_NXDOMAIN] = "nxdomain",
	    [ANSWER_FAILED] = "failed",
	};
	if ((l->kind == ANSWER_RECORDS) != (l->record_count == 1))
		return "a wrong count of records";
	return arena_printf(arena, "%s %s, %s/%s%s%s%s until %d", l->final, kinds[l->kind],
	    dnssec_status_name(l->dnssec), dnssec_status_name(l->alias_dnssec),
	    l->proposed ? ", proposed" : "", l->error ? ": " : "", l->error ? l->error : "",
	    (int)l->signature_expires);
}

struct route {
	const char *label, *name, *want;
	size_t questions;
};

static void check_routes(enum dns_view view, const struct route *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct world w;
		open_world(&w);
		struct kept k = {.arena = w.arena};
		assert_non_null(
		    resolver_lookup(w.resolver, view, rows[i].name, DNS_TYPE_A, keep, &k));
		assert_null(k.fact); /* never from within the call */
		loop_run(w.loop);
		assert_non_null(k.fact);
		assert_string_equal(k.fact->asked, rows[i].name);
		const char *got = show(w.arena, k.fact);
		if (strcmp(got, rows[i].want) != 0 || questions != rows[i].questions)
			fail_msg("%s:\n got: %s after %zu questions\nwant: %s after %zu",
			    rows[i].label, got, questions, rows[i].want, rows[i].questions);
		close_world(&w);
	}
}

static void test_routes(void **state)
{
	(void)state;
	static const struct route rows[] = {
	    {"live", "plain.live", "plain.live records, secure/secure until 500", 1},
	    {"live alias", "half.live", "end.live records, insecure/secure until 500", 1},
	    {"live failure", "silent.live",
		"silent.live failed, indeterminate/indeterminate: timed out until 0", 1},
	    {"proposed", "host.zone", "host.zone records, secure/secure, proposed until 0", 0},
	    {"proposed absence", "none.zone", "none.zone nxdomain, secure/secure, proposed until 0",
		0},
	    {"proposed alias to live", "out.zone",
		"plain.live records, secure/secure, proposed until 500", 1},
	    {"two proposed aliases to live", "out2.zone",
		"plain.live records, secure/secure, proposed until 500", 1},
	    {"secure alias to unsigned", "out-unsigned.zone",
		"unsigned.live records, insecure/secure, proposed until 0", 1},
	    {"alias to a live absence", "out-gone.zone",
		"gone.live nxdomain, secure/secure, proposed until 500", 1},
	    {"alias to forged data", "out-forged.zone",
		"forged.live nodata, bogus/secure, proposed: forged until 0", 1},
	    {"alias to a failure", "out-silent.zone",
		"silent.live failed, indeterminate/indeterminate, proposed: timed out until 0", 1},
	    {"alias to a live alias", "out-half.zone",
		"end.live records, insecure/secure, proposed until 500", 1},
	    {"live alias to proposed", "in.live",
		"host.zone records, secure/secure, proposed until 400", 1},
	    {"unsigned alias to proposed", "in-unsigned.live",
		"host.zone records, insecure/insecure, proposed until 0", 1},
	    {"secure alias, unsigned second one, proposed", "in-half.live",
		"host.zone records, insecure/secure, proposed until 400", 1},
	    {"forged alias is not followed", "in-forged.live",
		"host.zone nodata, bogus/bogus: forged until 0", 1},
	    {"live alias to a proposed absence", "in-absent.live",
		"none.zone nxdomain, secure/secure, proposed until 400", 1},
	    {"live, proposed, live", "through.live",
		"plain.live records, secure/secure, proposed until 400", 2},
	    {"proposed, live, proposed", "back.zone",
		"host.zone records, secure/secure, proposed until 400", 1},
	    {"proposed, unsigned, proposed", "back-unsigned.zone",
		"host.zone records, insecure/secure, proposed until 0", 1},
	    {"a ring", "ring.zone",
		"ring.zone failed, indeterminate/indeterminate, proposed: the aliases form a loop "
		"between proposed and live DNS until 400",
		1},
	};
	check_routes(DNS_VIEW_PROPOSED, rows, sizeof rows / sizeof *rows);
}

static void test_live_view(void **state)
{
	(void)state;
	static const struct route rows[] = {
	    {"live", "plain.live", "plain.live records, secure/secure until 500", 1},
	    {"failure", "silent.live",
		"silent.live failed, indeterminate/indeterminate: timed out until 0", 1},
	    {"a proposed name", "host.zone", "host.zone nxdomain, secure/secure until 600", 1},
	    {"a proposed alias", "out.zone", "out.zone records, secure/secure until 600", 1},
	    {"an alias to a proposed name", "in.live",
		"host.zone records, insecure/secure until 450", 2},
	    {"a forged one", "in-forged.live", "host.zone records, bogus/bogus: forged until 0", 2},
	};
	check_routes(DNS_VIEW_LIVE, rows, sizeof rows / sizeof *rows);
}

/* What the two views of a name have in common is asked once, whoever comes first. */
static void test_views_share(void **state)
{
	(void)state;
	static const struct {
		const char *label, *name, *proposed, *live;
		size_t questions;
	} rows[] = {
	    {"live", "plain.live", "plain.live records, secure/secure until 500",
		"plain.live records, secure/secure until 500", 1},
	    {"proposed", "host.zone", "host.zone records, secure/secure, proposed until 0",
		"host.zone nxdomain, secure/secure until 600", 1},
	    {"proposed alias to live", "out.zone",
		"plain.live records, secure/secure, proposed until 500",
		"out.zone records, secure/secure until 600", 2},
	    {"live alias to proposed: the one name that is asked for twice", "in.live",
		"host.zone records, secure/secure, proposed until 400",
		"host.zone records, insecure/secure until 450", 2},
	};
	for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
		enum dns_view first = i % 2 ? DNS_VIEW_LIVE : DNS_VIEW_PROPOSED;
		const char *name = rows[i / 2].name;
		struct world w;
		open_world(&w);
		struct kept views[2] = {{.arena = w.arena}, {.arena = w.arena}};
		(void)resolver_lookup(w.resolver, first, name, DNS_TYPE_A, keep, &views[first]);
		(void)resolver_lookup(w.resolver, !first, name, DNS_TYPE_A, keep, &views[!first]);
		loop_run(w.loop);
		const char *proposed = show(w.arena, views[DNS_VIEW_PROPOSED].fact);
		const char *live = show(w.arena, views[DNS_VIEW_LIVE].fact);
		if (strcmp(proposed, rows[i / 2].proposed) != 0 ||
		    strcmp(live, rows[i / 2].live) != 0 || questions != rows[i / 2].questions)
			fail_msg("%s: %s and %s after %zu questions", rows[i / 2].label, proposed,
			    live, questions);
		close_world(&w);
	}
}

static void test_cancel(void **state)
{
	(void)state;
	static const char *const names[] = {"host.zone", "plain.live", "out.zone", "in.live"};
	for (size_t i = 0; i < 2 * sizeof names / sizeof *names; i++) {
		enum dns_view view = i % 2 ? DNS_VIEW_LIVE : DNS_VIEW_PROPOSED;
		struct world w;
		open_world(&w);
		struct kept k = {.arena = w.arena};
		resolver_cancel(
		    resolver_lookup(w.resolver, view, names[i / 2], DNS_TYPE_A, keep, &k));
		loop_run(w.loop);
		assert_null(k.fact);
		close_world(&w);
		/* Given up with all of it under way. */
		open_world(&w);
		(void)resolver_lookup(w.resolver, view, names[i / 2], DNS_TYPE_A, keep, &k);
		close_world(&w);
	}
	resolver_cancel(NULL);
}

/* What is known before the reason is, in either view. */
static void test_known(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool known[2]; /* by view */
	} rows[] = {
	    {"plain.live", {false, false}},
	    {"host.zone", {false, false}},
	    {"forged.live", {true, true}},
	    {"silent.live", {true, true}},
	    {"in-forged.live", {true, true}},
	};
	for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
		enum dns_view view = i % 2;
		struct world w;
		open_world(&w);
		struct kept k = {.arena = w.arena};
		const struct resolver_request *r =
		    resolver_lookup(w.resolver, view, rows[i / 2].name, DNS_TYPE_A, keep, &k);
		const struct lookup *known = resolver_known(r);
		const char *before = known ? show(w.arena, known) : NULL;
		loop_run(w.loop);
		if ((before != NULL) != rows[i / 2].known[view])
			fail_msg("%s: %s", rows[i / 2].name, before);
		if (before && view == DNS_VIEW_PROPOSED)
			assert_string_equal(before, show(w.arena, k.fact));
		close_world(&w);
	}
}

static void test_without_overlay(void **state)
{
	(void)state;
	struct world w;
	const char *error = NULL;
	open_world(&w);
	struct kept proposed = {.arena = w.arena}, live = {.arena = w.arena};
	resolver_destroy(w.resolver);
	w.resolver = resolver_create(w.loop, &w.params, NULL, w.arena, &error);
	(void)resolver_lookup(
	    w.resolver, DNS_VIEW_PROPOSED, "in.live", DNS_TYPE_A, keep, &proposed);
	(void)resolver_lookup(w.resolver, DNS_VIEW_LIVE, "in.live", DNS_TYPE_A, keep, &live);
	loop_run(w.loop);
	assert_string_equal(
	    show(w.arena, proposed.fact), "host.zone records, insecure/secure until 450");
	assert_string_equal(show(w.arena, live.fact), show(w.arena, proposed.fact));
	assert_int_equal(questions, 1);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_routes),
	    cmocka_unit_test(test_live_view),
	    cmocka_unit_test(test_views_share),
	    cmocka_unit_test(test_cancel),
	    cmocka_unit_test(test_known),
	    cmocka_unit_test(test_without_overlay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
