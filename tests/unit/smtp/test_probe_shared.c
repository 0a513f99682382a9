/* The prober: what is asked twice is probed once, slots at an address, canceling. */
#include "probe_world.h"

#include "limit.h"

/* ---- Once for a run ---- */

static void test_joined_and_kept(void **state)
{
	(void)state;
	struct world w;
	struct asked a[4];
	open_world(&w, "serve");
	for (int i = 0; i < 3; i++)
		ask(&w, &a[i], 1, "mx.example", TLS_OFFER_ECDSA);
	run_for(&w, 3);
	assert_int_equal(probe_server_seen().connections, 1);
	ask(&w, &a[3], 1, "mx.example", TLS_OFFER_ECDSA);
	run_for(&w, 1);
	assert_int_equal(probe_server_seen().connections, 1);
	for (int i = 0; i < 4; i++)
		assert_string_equal(a[i].facts.chain[0].subject, "CN=ecdsa.example");
	/* What differs in any part is another probe. */
	ask(&w, &a[0], 1, "mx.example", TLS_OFFER_RSA);
	ask(&w, &a[1], 1, "mx2.example", TLS_OFFER_ECDSA);
	ask(&w, &a[2], 2, "mx.example", TLS_OFFER_ECDSA);
	run_for(&w, 3);
	assert_int_equal(probe_server_seen().connections, 4);
	/* And so is each turn of --repeat. */
	ask_again(&w, &a[0], 1, "mx.example", TLS_OFFER_RSA, 1);
	ask_again(&w, &a[1], 1, "mx.example", TLS_OFFER_RSA, 1);
	run_for(&w, 2);
	assert_int_equal(probe_server_seen().connections, 5);
	close_world(&w);
}

static void ask_for(struct world *w, unsigned address, enum probe_failure want)
{
	struct asked a;
	ask(w, &a, address, "mx.example", TLS_OFFER_ANY);
	run_for(w, 1);
	assert_int_equal(a.facts.failure, want);
}

/* The last used LIMIT_PROBES_KEPT are kept, no more. */
static void test_kept_limit(void **state)
{
	(void)state;
	struct world w;
	open_world(&w, "busy");
	ask_for(&w, 1, PROBE_FAILURE_SMTP_REFUSED);
	ask_for(&w, 2, PROBE_FAILURE_SMTP_REFUSED);
	w.params.port = 1; /* tcpmux; nothing listens there */
	for (unsigned i = 2; i <= LIMIT_PROBES_KEPT; i++) {
		ask_for(&w, 1 + i, PROBE_FAILURE_CONNECT);
		if (i == 100) /* the oldest is used once more */
			ask_for(&w, 1, PROBE_FAILURE_SMTP_REFUSED);
	}
	w.params.port = w.port;
	ask_for(&w, 1, PROBE_FAILURE_SMTP_REFUSED);
	assert_int_equal(probe_server_seen().connections, 2);
	ask_for(&w, 2, PROBE_FAILURE_SMTP_REFUSED); /* the one that was forgotten */
	assert_int_equal(probe_server_seen().connections, 3);
	close_world(&w);
}

static void test_per_host(void **state)
{
	(void)state;
	struct world w;
	struct asked a[10], elsewhere;
	open_world(&w, "serve");
	w.params.per_host = 2;
	renew_prober(&w);
	for (int i = 0; i < 10; i++) {
		char sni[] = "a.example";
		sni[0] = (char)('a' + i);
		ask(&w, &a[i], 1, sni, TLS_OFFER_ANY);
	}
	run_for(&w, 10);
	assert_int_equal(probe_server_seen().connections, 10);
	assert_in_range(probe_server_seen().most_open, 1, 2);
	for (int i = 0; i < 10; i++)
		assert_int_equal(a[i].facts.failure, PROBE_FAILURE_NONE);
	/* Turns at one address hold up nobody at another. */
	ask(&w, &a[0], 1, "x.example", TLS_OFFER_ANY);
	ask(&w, &a[1], 1, "y.example", TLS_OFFER_ANY);
	ask(&w, &elsewhere, 2, "x.example", TLS_OFFER_ANY);
	run_for(&w, 3);
	close_world(&w);
}

/* ---- Servers that limit connections ---- */

/* The ways to refuse a connection too many, at an address for each. */
enum { LIMITS = 5 };

/* The RSA certificate is seen where the server takes one connection at a time; the ECDSA probe's
 * failure proves nothing where it does not. */
static void test_limited(void **state)
{
	(void)state;
	struct world w;
	struct asked ecdsa[2 * LIMITS], rsa[2 * LIMITS];
	open_world(&w, "limited");
	w.params.timeout_ms = slowly(1500);
	for (unsigned n = 0; n < 2 * LIMITS; n++) {
		ask(&w, &ecdsa[n], 1 + n, "mx.example", TLS_OFFER_ECDSA);
		ask(&w, &rsa[n], 1 + n, "mx.example", TLS_OFFER_RSA);
	}
	run_for(&w, 4 * LIMITS);
	assert_int_equal(probe_server_seen().connections, 3 * 2 * LIMITS);
	for (unsigned n = 0; n < 2 * LIMITS; n++) {
		const struct probe *e = &ecdsa[n].facts, *r = &rsa[n].facts;
		print_message("%u\n", n);
		if (n < LIMITS) {
			assert_int_equal(e->failure, PROBE_FAILURE_TLS);
			assert_int_equal(r->failure, PROBE_FAILURE_NONE);
			assert_false(e->limited || r->limited);
			continue;
		}
		const struct probe *refused = r->limited ? r : e, *served = r->limited ? e : r;
		assert_true(refused->limited && refused->stage < SMTP_STAGE_HANDSHAKE);
		assert_false(served->limited || served->stage < SMTP_STAGE_HANDSHAKE);
	}
	close_world(&w);
}

/* Who is refused everything is not asked again. */
static void test_refused_all(void **state)
{
	(void)state;
	struct world w;
	struct asked a[2];
	open_world(&w, "busy");
	ask(&w, &a[0], 1, "mx.example", TLS_OFFER_ECDSA);
	ask(&w, &a[1], 1, "mx.example", TLS_OFFER_RSA);
	run_for(&w, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(a[i].facts.failure, PROBE_FAILURE_SMTP_REFUSED);
		assert_false(a[i].facts.limited);
	}
	assert_int_equal(probe_server_seen().connections, 2);
	close_world(&w);
}

/* TLS 1.0 alone, and the second connection is refused: the third shows it. */
static void test_limited_legacy(void **state)
{
	(void)state;
	struct world w;
	struct asked a;
	open_world(&w, "second-refused");
	ask(&w, &a, 1, "mx.example", TLS_OFFER_RSA);
	run_for(&w, 1);
	assert_int_equal(a.facts.failure, PROBE_FAILURE_NONE);
	assert_true(a.facts.tls_legacy);
	assert_int_equal(probe_server_seen().connections, 3);
	close_world(&w);
}

/* ---- Canceling ---- */

struct watch {
	struct world *world;
	struct asked *asked;
	struct loop_timer *timer;
	struct probe so_far;
};

/* Cancels the request as soon as the greeting is there, so that the loop runs empty. */
static void cancel_when_greeted(void *user)
{
	struct watch *watch = user;
	struct world *w = watch->world;
	struct asked other;
	struct address to = loopback(2);
	/* What a second request is told about the same probe. */
	memset(&other, 0, sizeof other);
	other.world = w;
	other.request =
	    prober_probe(w->prober, &to, "mx.example", TLS_OFFER_ANY, 0, answered, &other);
	prober_cancel(other.request, w->arena, &watch->so_far);
	if (!watch->so_far.greeting) {
		loop_timer_start(watch->timer, 5);
		return;
	}
	prober_cancel(watch->asked->request, NULL, NULL);
	loop_timer_destroy(watch->timer);
}

static void test_cancel(void **state)
{
	(void)state;
	struct world w;
	struct asked a, waiting;
	open_world(&w, "silent");
	w.params.per_host = 1;
	renew_prober(&w);
	struct watch watch = {.world = &w, .asked = &a};
	ask(&w, &a, 2, "mx.example", TLS_OFFER_ANY);
	ask(&w, &waiting, 2, "mx2.example", TLS_OFFER_ANY); /* has no slot */
	prober_cancel(waiting.request, w.arena, &waiting.facts);
	assert_int_equal(waiting.facts.stage, SMTP_STAGE_NONE);
	watch.timer = loop_timer_create(w.loop, cancel_when_greeted, &watch);
	loop_timer_start(watch.timer, 5);
	loop_run(w.loop); /* ends by itself: nothing is left to wait for */
	assert_false(a.answered);
	assert_false(waiting.answered);
	assert_int_equal(watch.so_far.stage, SMTP_STAGE_EHLO);
	assert_int_equal(watch.so_far.failure, PROBE_FAILURE_NONE);
	assert_string_equal(watch.so_far.greeting, "220 mx.example ESMTP");
	assert_string_equal(
	    watch.so_far.dialogue, "S: 220 mx.example ESMTP\nC: EHLO client.example\n");
	assert_int_equal(probe_server_seen().connections, 1);
	prober_cancel(NULL, NULL, NULL);
	close_world(&w);
}

/* A slot that is released goes to the next in the queue. */
static void test_cancel_gives_turn(void **state)
{
	(void)state;
	struct world w;
	struct asked a[3];
	open_world(&w, "serve");
	w.params.per_host = 1;
	renew_prober(&w);
	ask(&w, &a[0], 1, "a.example", TLS_OFFER_ANY);
	ask(&w, &a[1], 1, "b.example", TLS_OFFER_ANY);
	ask(&w, &a[2], 1, "c.example", TLS_OFFER_ANY);
	prober_cancel(a[0].request, NULL, NULL);
	prober_cancel(a[1].request, NULL, NULL);
	run_for(&w, 1);
	assert_true(a[2].answered);
	assert_string_equal(a[2].facts.sni, "c.example");
	close_world(&w);
}

/* One of two that wait for the same probe is canceled: the other has its answer. */
static void test_cancel_joined(void **state)
{
	(void)state;
	struct world w;
	struct asked a[2], kept;
	open_world(&w, "serve");
	ask(&w, &a[0], 1, "mx.example", TLS_OFFER_ANY);
	ask(&w, &a[1], 1, "mx.example", TLS_OFFER_ANY);
	prober_cancel(a[0].request, NULL, NULL);
	run_for(&w, 1);
	assert_false(a[0].answered);
	assert_true(a[1].answered);
	/* Canceled between being known and being told. */
	ask(&w, &kept, 1, "mx.example", TLS_OFFER_ANY);
	prober_cancel(kept.request, w.arena, &kept.facts);
	assert_int_equal(kept.facts.chain_count, 1);
	loop_run(w.loop);
	assert_false(kept.answered);
	close_world(&w);
}

/* ---- Calls from inside a callback ---- */

struct chain_of_calls {
	struct world *world;
	struct asked second, third;
	struct probe_request *to_cancel;
	int calls;
};

static void never(void *user, const struct probe *facts)
{
	(void)user;
	(void)facts;
	fail_msg("a canceled request was answered");
}

static void ask_more(void *user, const struct probe *facts)
{
	struct chain_of_calls *c = user;
	c->calls++;
	assert_int_equal(facts->failure, PROBE_FAILURE_NONE);
	prober_cancel(c->to_cancel, NULL, NULL);
	ask(c->world, &c->second, 1, "mx.example", TLS_OFFER_ANY); /* just answered */
	ask(c->world, &c->third, 1, "mx3.example", TLS_OFFER_ANY); /* new */
}

static void test_calls_inside(void **state)
{
	(void)state;
	struct world w;
	struct chain_of_calls c = {.world = &w};
	struct address to = loopback(1);
	open_world(&w, "serve");
	assert_non_null(prober_probe(w.prober, &to, "mx.example", TLS_OFFER_ANY, 0, ask_more, &c));
	c.to_cancel = prober_probe(w.prober, &to, "mx.example", TLS_OFFER_ANY, 0, never, NULL);
	run_for(&w, 2);
	assert_int_equal(c.calls, 1);
	assert_true(c.second.answered);
	assert_true(c.third.answered);
	assert_int_equal(probe_server_seen().connections, 2);
	close_world(&w);
}

/* Ended with probes in every state: waiting, under way, ready to be told, kept. */
static void test_destroy(void **state)
{
	(void)state;
	struct world w;
	struct asked a[8];
	loop_destroy(loop_create()); /* libuv keeps some descriptors of its own from then on */
	size_t before = open_descriptors();
	open_world(&w, "serve");
	ask(&w, &a[0], 1, "mx.example", TLS_OFFER_ANY);
	run_for(&w, 1);
	ask(&w, &a[1], 1, "mx.example", TLS_OFFER_ANY);
	for (int i = 2; i < 8; i++) {
		char sni[] = "a.example";
		sni[0] = (char)('a' + i);
		ask(&w, &a[i], 1, sni, TLS_OFFER_ANY);
	}
	close_world(&w);
	for (int i = 1; i < 8; i++)
		assert_false(a[i].answered);
	assert_int_equal(open_descriptors(), before);
	prober_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_joined_and_kept),
	    cmocka_unit_test(test_kept_limit),
	    cmocka_unit_test(test_per_host),
	    cmocka_unit_test(test_limited),
	    cmocka_unit_test(test_refused_all),
	    cmocka_unit_test(test_limited_legacy),
	    cmocka_unit_test(test_cancel),
	    cmocka_unit_test(test_cancel_gives_turn),
	    cmocka_unit_test(test_cancel_joined),
	    cmocka_unit_test(test_calls_inside),
	    cmocka_unit_test(test_destroy),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
