/* Lookups between proposed and live DNS. Live DNS is a table here, in place of dns_lookup.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "limit.h"
#include "resolver_route.h"

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
};

static size_t questions;

struct dns_lookup {
	struct loop_timer *timer;
	struct lookup fact;
	dns_lookup_cb *cb;
	void *user;
};

void dns_lookup_cancel(struct dns_lookup *lookup)
{
	if (lookup)
		loop_timer_destroy(lookup->timer);
	free(lookup);
}

static void answer(void *user)
{
	struct dns_lookup *l = user;
	struct lookup fact = l->fact;
	dns_lookup_cb *cb = l->cb;
	void *cb_user = l->user;
	dns_lookup_cancel(l);
	cb(cb_user, &fact);
}

struct dns_lookup *dns_lookup_start(const struct dns_service *service, const char *name,
    enum dns_type type, struct arena *arena, dns_lookup_cb *cb, void *user)
{
	const struct live *found = NULL;
	for (size_t i = 0; i < sizeof live_answers / sizeof *live_answers; i++)
		if (strcmp(live_answers[i].name, name) == 0)
			found = &live_answers[i];
	if (!found)
		fail_msg("nobody should ask live DNS for %s", name);
	struct dns_lookup *l = calloc(1, sizeof *l);
	assert_non_null(l);
	questions++;
	l->cb = cb;
	l->user = user;
	l->fact = (struct lookup){.asked = arena_strdup(arena, name),
	    .final = arena_strdup(arena, found->final),
	    .type = type,
	    .kind = found->kind,
	    .dnssec = found->status,
	    .alias_dnssec = found->alias,
	    .failure = found->kind == ANSWER_FAILED ? LOOKUP_FAILURE_TIMEOUT : LOOKUP_FAILURE_NONE,
	    .error = found->error,
	    .has_signature = found->signature_end != 0,
	    .signature_expires = found->signature_end};
	if (found->kind == ANSWER_RECORDS) {
		l->fact.records = arena_array(arena, 1, sizeof *l->fact.records);
		l->fact.record_count = 1;
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
	struct dns_service service;
};

static void open_world(struct world *w)
{
	const char *error = NULL;
	w->loop = loop_create();
	w->arena = arena_create();
	w->overlay = zone_overlay_create_empty();
	struct zone_file *file = zone_file_parse(w->arena, "z", zone, sizeof zone - 1, &error);
	assert_null(error);
	assert_null(zone_overlay_add(w->overlay, file));
	w->service = (struct dns_service){.loop = w->loop, .overlay = w->overlay};
	questions = 0;
}

static void close_world(struct world *w)
{
	zone_overlay_destroy(w->overlay);
	loop_destroy(w->loop);
	arena_destroy(w->arena);
}

static void keep(void *user, struct lookup *fact)
{
	*(struct lookup **)user = fact;
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

static void test_routes(void **state)
{
	(void)state;
	static const struct {
		const char *label, *name, *want;
		size_t questions;
	} rows[] = {
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
		LIMIT_ALIAS_LINKS},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct world w;
		struct lookup *fact = NULL;
		open_world(&w);
		assert_non_null(resolver_route_start(
		    &w.service, rows[i].name, DNS_TYPE_A, w.arena, keep, &fact));
		assert_null(fact); /* never from within the call */
		loop_run(w.loop);
		assert_non_null(fact);
		assert_string_equal(fact->asked, rows[i].name);
		const char *got = show(w.arena, fact);
		if (strcmp(got, rows[i].want) != 0 || questions != rows[i].questions)
			fail_msg("%s:\n got: %s after %zu questions\nwant: %s after %zu",
			    rows[i].label, got, questions, rows[i].want, rows[i].questions);
		close_world(&w);
	}
}

static void test_cancel(void **state)
{
	(void)state;
	static const char *const names[] = {"host.zone", "plain.live", "out.zone", "in.live"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct world w;
		struct lookup *fact = NULL;
		open_world(&w);
		resolver_route_cancel(
		    resolver_route_start(&w.service, names[i], DNS_TYPE_A, w.arena, keep, &fact));
		loop_run(w.loop);
		assert_null(fact);
		close_world(&w);
	}
	resolver_route_cancel(NULL);
}

static void test_without_overlay(void **state)
{
	(void)state;
	struct world w;
	struct lookup *fact = NULL;
	open_world(&w);
	w.service.overlay = NULL;
	(void)resolver_route_start(&w.service, "plain.live", DNS_TYPE_A, w.arena, keep, &fact);
	loop_run(w.loop);
	assert_non_null(fact);
	assert_string_equal(show(w.arena, fact), "plain.live records, secure/secure until 500");
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_routes),
	    cmocka_unit_test(test_cancel),
	    cmocka_unit_test(test_without_overlay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
