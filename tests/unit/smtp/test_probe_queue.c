/* Turns at an address: who gets one, who waits, and which addresses are given up. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "limit.h"
#include "probe_queue.h"

/* What waits, with what it was told. */
struct waiter {
	struct probe_turn turn; /* first, as the callback gets it */
	int turns, silences;
};

static void told(struct probe_turn *turn, bool silent)
{
	struct waiter *w = (struct waiter *)turn;
	w->turns += !silent;
	w->silences += silent;
}

static struct address numbered(uint32_t n)
{
	struct address a = {.family = AF_INET};
	n = htonl(n);
	memcpy(a.bytes, &n, sizeof n);
	return a;
}

static void enter(struct probe_queue *q, struct waiter *w, uint32_t address)
{
	struct address a = numbered(address);
	memset(w, 0, sizeof *w);
	probe_queue_enter(q, &w->turn, &a);
}

static void test_order(void **state)
{
	(void)state;
	struct probe_queue *q = probe_queue_create(2, told);
	struct waiter w[6];
	for (int i = 0; i < 5; i++) {
		enter(q, &w[i], 1);
		assert_int_equal(w[i].turns, i < 2);
	}
	enter(q, &w[5], 2); /* another address */
	assert_int_equal(w[5].turns, 1);
	probe_queue_leave(q, &w[3].turn, false); /* gives up waiting */
	assert_int_equal(w[2].turns, 0);
	probe_queue_leave(q, &w[0].turn, false);
	assert_int_equal(w[2].turns, 1);
	assert_int_equal(w[3].turns, 0);
	assert_int_equal(w[4].turns, 0);
	probe_queue_leave(q, &w[1].turn, false);
	assert_int_equal(w[4].turns, 1);
	probe_queue_leave(q, &w[1].turn, false); /* not in the queue any more */
	enter(q, &w[0], 1);
	assert_int_equal(w[0].turns, 0); /* 2 and 4 have the turns */
	probe_queue_destroy(q);
	probe_queue_destroy(NULL);
}

static void test_silent(void **state)
{
	(void)state;
	struct probe_queue *q = probe_queue_create(2, told);
	struct waiter w[5], later, other;
	for (int i = 0; i < 5; i++)
		enter(q, &w[i], 1);
	probe_queue_leave(q, &w[0].turn, true);
	for (int i = 2; i < 5; i++) { /* those that waited are told, and hold nothing */
		assert_int_equal(w[i].turns, 0);
		assert_int_equal(w[i].silences, 1);
	}
	assert_int_equal(w[1].silences, 0); /* under way: finds out by itself */
	enter(q, &later, 1);
	assert_int_equal(later.turns, 0);
	assert_int_equal(later.silences, 1);
	probe_queue_leave(q, &w[1].turn, true);
	enter(q, &other, 2);
	assert_int_equal(other.turns, 1);
	probe_queue_destroy(q);
}

/* An IPv4 address and an IPv6 address that begins with the same octets are two. */
static void test_families(void **state)
{
	(void)state;
	struct probe_queue *q = probe_queue_create(1, told);
	struct waiter w[3] = {0};
	struct address v4 = numbered(0x20010db8), v6 = v4, v4_again = v4;
	v6.family = AF_INET6;
	v4_again.bytes[10] = 1; /* octets that do not count */
	probe_queue_enter(q, &w[0].turn, &v4);
	probe_queue_enter(q, &w[1].turn, &v6);
	probe_queue_enter(q, &w[2].turn, &v4_again);
	assert_int_equal(w[0].turns, 1);
	assert_int_equal(w[1].turns, 1);
	assert_int_equal(w[2].turns, 0);
	probe_queue_destroy(q);
}

/* LIMIT_SILENT_ADDRESSES are remembered; one more, and the oldest is tried again. */
static void test_silent_limit(void **state)
{
	(void)state;
	struct probe_queue *q = probe_queue_create(1, told);
	struct waiter w, busy;
	enter(q, &busy, 0); /* an address in use is not forgotten, however old */
	for (uint32_t i = 1; i <= LIMIT_SILENT_ADDRESSES; i++) {
		enter(q, &w, i);
		probe_queue_leave(q, &w.turn, true);
	}
	enter(q, &w, 1);
	assert_int_equal(w.silences, 1);
	enter(q, &w, LIMIT_SILENT_ADDRESSES + 1);
	probe_queue_leave(q, &w.turn, true);
	enter(q, &w, 2);
	assert_int_equal(w.silences, 1);
	enter(q, &w, LIMIT_SILENT_ADDRESSES + 1);
	assert_int_equal(w.silences, 1);
	enter(q, &w, 1);
	assert_int_equal(w.turns, 1);
	probe_queue_leave(q, &w.turn, false);
	enter(q, &w, 0);
	assert_int_equal(w.turns, 0);
	probe_queue_leave(q, &w.turn, false);
	/* The oldest of all times out when there is no room: it is remembered. */
	enter(q, &w, LIMIT_SILENT_ADDRESSES + 2);
	probe_queue_leave(q, &w.turn, true);
	probe_queue_leave(q, &busy.turn, true);
	enter(q, &w, 0);
	assert_int_equal(w.silences, 1);
	probe_queue_destroy(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_silent),
	    cmocka_unit_test(test_families),
	    cmocka_unit_test(test_silent_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
