/* Shares of a quota: who gets one, who waits, and that closing it lets nobody in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "quota.h"

struct taker {
	struct quota_share share;
	int number, *order;
	size_t *count;
};

static void granted(void *user)
{
	struct taker *t = user;
	t->order[(*t->count)++] = t->number;
}

static void take(struct quota *q, struct taker *t, int number, int *order, size_t *count)
{
	*t = (struct taker){.number = number, .order = order, .count = count};
	quota_take(q, &t->share, granted, t);
}

static void test_order(void **state)
{
	(void)state;
	struct quota *q = quota_create(2);
	struct taker t[5];
	int order[5];
	size_t count = 0;
	for (int i = 0; i < 5; i++)
		take(q, &t[i], i, order, &count);
	assert_int_equal(count, 2);
	quota_give(&t[3].share); /* waits no longer */
	quota_give(&t[1].share);
	assert_int_equal(count, 3);
	assert_int_equal(order[2], 2);
	quota_give(&t[1].share); /* not in it any more */
	assert_int_equal(count, 3);
	quota_give(&t[0].share);
	assert_int_equal(count, 4);
	assert_int_equal(order[3], 4);
	quota_give(&t[2].share);
	quota_give(&t[4].share);
	/* All are back: two again, and no third. */
	count = 0;
	for (int i = 0; i < 3; i++)
		take(q, &t[i], i, order, &count);
	assert_true(t[1].share.held);
	assert_false(t[2].share.held);
	quota_destroy(q);
	quota_destroy(NULL);
}

static void test_close(void **state)
{
	(void)state;
	struct quota *q = quota_create(1);
	struct taker t[3];
	int order[3];
	size_t count = 0;
	take(q, &t[0], 0, order, &count);
	take(q, &t[1], 1, order, &count);
	quota_close(q);
	quota_give(&t[0].share);
	take(q, &t[2], 2, order, &count);
	assert_int_equal(count, 1);
	quota_give(&t[2].share);
	quota_give(&t[1].share);
	quota_close(NULL);
	quota_destroy(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
