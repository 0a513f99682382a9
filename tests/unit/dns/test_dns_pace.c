/* How much a resolver is given: what makes it more and less, and what is learnt of connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dns_pace.h"
#include "limit.h"

enum { FIRST = LIMIT_FIRST_CONNECTIONS * LIMIT_CONNECTION_QUESTIONS, MOST = 40 };

static struct dns_pace begin(void)
{
	struct dns_pace p;

	dns_pace_init(&p, MOST);
	assert_int_equal((int)p.window, FIRST);
	assert_int_equal(p.connections, MOST);
	return p;
}

/* A round trip: as many answers as the window was large, all of it used. */
static void answer_all(struct dns_pace *p)
{
	for (size_t flying = (size_t)p->window, i = 0; i < flying; i++)
		dns_pace_answered(p, true, true);
}

static void test_window(void **state)
{
	struct dns_pace p = begin();

	(void)state;
	for (int i = 0; i < 100; i++)
		dns_pace_answered(&p, true, false);
	assert_int_equal((int)p.window, FIRST); /* a larger one would not be used */
	answer_all(&p);
	assert_int_equal((int)p.window, 2 * FIRST);
	/* Four of one flight are lost: one reduction, and a further one for what was sent since. */
	for (uint64_t number = 501; number < 505; number++)
		dns_pace_lost(&p, number, 600);
	assert_int_equal((int)p.window, FIRST);
	dns_pace_lost(&p, 600, 700);
	assert_int_equal((int)p.window, FIRST);
	dns_pace_lost(&p, 601, 700);
	assert_int_equal((int)p.window, FIRST / 2);
	/* From there on it grows by a connection's worth in a round trip. */
	answer_all(&p);
	assert_in_range((int)p.window, FIRST / 2 + LIMIT_CONNECTION_QUESTIONS - 5,
	    FIRST / 2 + LIMIT_CONNECTION_QUESTIONS);
	for (int i = 0; i < 100; i++)
		answer_all(&p);
	assert_int_equal((int)p.window, LIMIT_QUESTIONS_IN_FLIGHT);
	for (uint64_t sent = 1000; sent < 1020; sent++)
		dns_pace_lost(&p, sent, sent);
	assert_int_equal((int)p.window, 10);
}

/* Of ten answers so many are SERVFAIL. */
static int window_after_failures(int failures)
{
	struct dns_pace p = begin();

	for (uint64_t number = 1; number <= 1000; number++) {
		dns_pace_answered(&p, false, false);
		if ((int)(number % 10) < failures)
			dns_pace_failed(&p, number, 1000);
	}
	return (int)p.window;
}

static void test_failures(void **state)
{
	(void)state;
	assert_int_equal(window_after_failures(1), FIRST);
	assert_int_equal(window_after_failures(6), FIRST);
	assert_int_equal(window_after_failures(9), FIRST / 2);
}

static void test_answers_of_a_connection(void **state)
{
	struct dns_pace p = begin();

	(void)state;
	dns_pace_closed(&p, 57);
	assert_int_equal(p.answers, 0); /* once may be anything */
	dns_pace_closed(&p, 100);
	assert_int_equal(p.answers, 0);
	dns_pace_closed(&p, 98);
	assert_int_equal(p.answers, 98);
	for (int i = 0; i < 63; i++)
		dns_pace_kept(&p);
	assert_false(dns_pace_doubts(&p));
	dns_pace_kept(&p);
	assert_true(dns_pace_doubts(&p)); /* one is asked for more */
	assert_false(dns_pace_doubts(&p));
	dns_pace_closed(&p, 97);
	assert_int_equal(p.answers, 97); /* in vain */
	dns_pace_brought(&p, 109);
	assert_int_equal(p.answers, 97); /* the same, up to an eighth */
	dns_pace_brought(&p, 110);
	assert_int_equal(p.answers, 0); /* and is learnt anew */
	assert_false(dns_pace_doubts(&p));
	dns_pace_closed(&p, 1);
	dns_pace_closed(&p, 1);
	assert_int_equal(p.answers, 1);
}

static size_t answers_until(struct dns_pace *p, size_t connections)
{
	size_t count = 0;

	while (p->connections < connections) {
		dns_pace_answered(p, true, false);
		count++;
	}
	return count;
}

static void test_connections(void **state)
{
	struct dns_pace p = begin();

	(void)state;
	dns_pace_refused(&p, 0); /* nothing can be said while there is no other */
	assert_int_equal(p.connections, MOST);
	dns_pace_refused(&p, 20);
	dns_pace_refused(&p, 19);
	assert_int_equal(p.connections, 19);
	assert_int_equal(answers_until(&p, 20), 256);
	dns_pace_answered(&p, false, false);
	assert_int_equal(answers_until(&p, 21), 256);
	for (int i = 0; i < 10; i++)
		dns_pace_answered(&p, true, false);
	dns_pace_refused(&p, 20);
	assert_int_equal(answers_until(&p, 21), 512);
	assert_int_equal(answers_until(&p, MOST), (MOST - 21) * 512);
	for (int i = 0; i < 1000; i++)
		dns_pace_answered(&p, true, false);
	assert_int_equal(p.connections, MOST);
}

/* A pause, in which one connection after the other brings nothing. */
static void pause_all(struct dns_pace *p)
{
	for (int i = 0; i < 100; i++)
		dns_pace_answered(p, false, false);
	for (size_t open = p->connections - 1; open > 0; open--)
		dns_pace_refused(p, open);
	assert_int_equal(p->connections, 1);
}

static void test_recovery(void **state)
{
	struct dns_pace p = begin();

	(void)state;
	dns_pace_accepted(&p, 34);
	pause_all(&p);
	assert_int_equal(p.known, 1);
	assert_int_equal(answers_until(&p, 34), 6 * 256); /* 2, 4, 8, 16, 32 */
}

/* One that takes no more than ten now is tried with less from time to time. */
static void test_limit_after_more(void **state)
{
	struct dns_pace p = begin();
	size_t tried = 0;

	(void)state;
	dns_pace_accepted(&p, 34);
	for (size_t answers = 0; answers < 100000; answers++) {
		dns_pace_answered(&p, true, false);
		if (p.connections == 10)
			continue;
		tried += p.connections - 10;
		for (int i = 0; i < 100; i++) /* while they hang */
			dns_pace_answered(&p, false, false);
		dns_pace_refused(&p, 10);
	}
	assert_in_range(tried, 30, 80);
	assert_int_equal(p.known, 10);
}

static void test_recovery_after_many_pauses(void **state)
{
	struct dns_pace p = begin();
	size_t answers = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		dns_pace_accepted(&p, 34);
		answers_until(&p, 20);
		pause_all(&p);
	}
	while (p.connections < MOST) {
		answers += answers_until(&p, p.connections + 1);
		dns_pace_accepted(&p, p.connections);
	}
	assert_in_range(answers, 0, 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_window),
	    cmocka_unit_test(test_failures),
	    cmocka_unit_test(test_answers_of_a_connection),
	    cmocka_unit_test(test_connections),
	    cmocka_unit_test(test_recovery),
	    cmocka_unit_test(test_limit_after_more),
	    cmocka_unit_test(test_recovery_after_many_pauses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
