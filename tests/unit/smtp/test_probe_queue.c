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
	struct probe_slot slot; /* first, as the callback gets it */
	int slots, silences, pointless;
};

static void told(struct probe_slot *slot, enum probe_call call)
{
	struct waiter *w = (struct waiter *)slot;
	w->slots += call == PROBE_CALL_SLOT;
	w->silences += call == PROBE_CALL_SILENT;
	w->pointless += call == PROBE_CALL_POINTLESS;
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
	probe_queue_enter(q, &w->slot, &a);
}

static void test_order(void **state)
{
	(void)state;
	struct probe_queue *q = probe_queue_create(2, told);
	struct waiter w[6];
	for (int i = 0; i < 5; i++) {
		enter(q, &w[i], 1);
		assert_int_equal(w[i].slots, i < 2);
	}
	enter(q, &w[5], 2); /* another address */
	assert_int_equal(w[5].slots, 1);
	probe_queue_leave(q, &w[3].slot, PROBE_END_OTHER); /* gives up waiting */
	assert_int_equal(w[2].slots, 0);
	probe_queue_leave(q, &w[0].slot, PROBE_END_OTHER);
	assert_int_equal(w[2].slots, 1);
	assert_int_equal(w[3].slots, 0);
	assert_int_equal(w[4].slots, 0);
	probe_queue_leave(q, &w[1].slot, PROBE_END_OTHER);
	assert_int_equal(w[4].slots, 1);
	probe_queue_leave(q, &w[1].slot, PROBE_END_OTHER); /* not in the queue any more */
	enter(q, &w[0], 1);
	assert_int_equal(w[0].slots, 0); /* 2 and 4 have the slots */
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
	probe_queue_leave(q, &w[0].slot, PROBE_END_SILENT);
	for (int i = 2; i < 5; i++) { /* those that waited are told, and hold nothing */
		assert_int_equal(w[i].slots, 0);
		assert_int_equal(w[i].silences, 1);
	}
	assert_int_equal(w[1].silences, 0); /* under way: finds out by itself */
	enter(q, &later, 1);
	assert_int_equal(later.slots, 0);
	assert_int_equal(later.silences, 1);
	probe_queue_leave(q, &w[1].slot, PROBE_END_SILENT);
	enter(q, &other, 2);
	assert_int_equal(other.slots, 1);
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
	probe_queue_enter(q, &w[0].slot, &v4);
	probe_queue_enter(q, &w[1].slot, &v6);
	probe_queue_enter(q, &w[2].slot, &v4_again);
	assert_int_equal(w[0].slots, 1);
	assert_int_equal(w[1].slots, 1);
	assert_int_equal(w[2].slots, 0);
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
		probe_queue_leave(q, &w.slot, PROBE_END_SILENT);
	}
	enter(q, &w, 1);
	assert_int_equal(w.silences, 1);
	enter(q, &w, LIMIT_SILENT_ADDRESSES + 1);
	probe_queue_leave(q, &w.slot, PROBE_END_SILENT);
	enter(q, &w, 2);
	assert_int_equal(w.silences, 1);
	enter(q, &w, LIMIT_SILENT_ADDRESSES + 1);
	assert_int_equal(w.silences, 1);
	enter(q, &w, 1);
	assert_int_equal(w.slots, 1);
	probe_queue_leave(q, &w.slot, PROBE_END_OTHER);
	enter(q, &w, 0);
	assert_int_equal(w.slots, 0);
	probe_queue_leave(q, &w.slot, PROBE_END_OTHER);
	/* The oldest of all times out when there is no room: it is remembered. */
	enter(q, &w, LIMIT_SILENT_ADDRESSES + 2);
	probe_queue_leave(q, &w.slot, PROBE_END_SILENT);
	probe_queue_leave(q, &busy.slot, PROBE_END_SILENT);
	enter(q, &w, 0);
	assert_int_equal(w.silences, 1);
	probe_queue_destroy(q);
}

/* Refused while others are served: waits until it has the address for itself. */
static void test_alone(void **state)
{
	(void)state;
	struct probe_queue *q = probe_queue_create(2, told);
	struct waiter w[4];
	for (int i = 0; i < 3; i++)
		enter(q, &w[i], 1);
	probe_queue_retry(q, &w[0].slot, false);
	assert_int_equal(w[0].slots, 1);
	assert_int_equal(w[2].slots, 1); /* was there before */
	enter(q, &w[3], 1);
	assert_false(probe_queue_served(&w[1].slot));
	probe_queue_leave(q, &w[1].slot, PROBE_END_SERVED);
	assert_true(probe_queue_served(&w[2].slot));
	assert_int_equal(w[0].slots, 1);
	assert_int_equal(w[3].slots, 0);
	probe_queue_leave(q, &w[2].slot, PROBE_END_OTHER);
	assert_int_equal(w[0].slots, 2);
	assert_int_equal(w[3].slots, 0); /* there is room, but not beside it */
	probe_queue_leave(q, &w[0].slot, PROBE_END_OTHER);
	assert_int_equal(w[3].slots, 1);
	probe_queue_destroy(q);
}

/* Nobody was served, or the address is silent: it would be refused again. */
static void test_pointless(void **state)
{
	(void)state;
	static const enum probe_end ends[] = {PROBE_END_OTHER, PROBE_END_SILENT};
	for (int i = 0; i < 2; i++) {
		struct probe_queue *q = probe_queue_create(2, told);
		struct waiter w[2];
		enter(q, &w[0], 1);
		enter(q, &w[1], 1);
		probe_queue_retry(q, &w[0].slot, false);
		assert_int_equal(w[0].pointless, 0);
		probe_queue_leave(q, &w[1].slot, ends[i]);
		assert_int_equal(w[0].pointless, 1);
		assert_int_equal(w[0].slots, 1);
		probe_queue_leave(q, &w[0].slot, PROBE_END_OTHER); /* not in the queue any more */
		probe_queue_destroy(q);
	}
}

/* Served itself, by its first connection: the second gets its slot, and may give it up. */
static void test_alone_at_once(void **state)
{
	(void)state;
	struct probe_queue *q = probe_queue_create(2, told);
	struct waiter w[2];
	enter(q, &w[0], 1);
	probe_queue_retry(q, &w[0].slot, true);
	assert_int_equal(w[0].slots, 2);
	enter(q, &w[1], 1);
	assert_int_equal(w[1].slots, 0);
	probe_queue_retry(q, &w[0].slot, false);
	assert_int_equal(w[1].slots, 1);
	probe_queue_leave(q, &w[0].slot, PROBE_END_OTHER);
	probe_queue_leave(q, &w[1].slot, PROBE_END_OTHER);
	probe_queue_destroy(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_silent),
	    cmocka_unit_test(test_alone),
	    cmocka_unit_test(test_pointless),
	    cmocka_unit_test(test_alone_at_once),
	    cmocka_unit_test(test_families),
	    cmocka_unit_test(test_silent_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
