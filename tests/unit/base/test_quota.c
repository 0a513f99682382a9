/* Permits of a quota: who gets one, who waits, and that a closed one grants none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "quota.h"

struct taker {
	struct quota_permit permit;
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
	quota_acquire(q, &t->permit, granted, t);
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
	quota_release(&t[3].permit); /* waits no longer */
	quota_release(&t[1].permit);
	assert_int_equal(count, 3);
	assert_int_equal(order[2], 2);
	quota_release(&t[1].permit); /* not in it any more */
	assert_int_equal(count, 3);
	quota_release(&t[0].permit);
	assert_int_equal(count, 4);
	assert_int_equal(order[3], 4);
	quota_release(&t[2].permit);
	quota_release(&t[4].permit);
	/* All are back: two again, and no third. */
	count = 0;
	for (int i = 0; i < 3; i++)
		take(q, &t[i], i, order, &count);
	assert_true(t[1].permit.acquired);
	assert_false(t[2].permit.acquired);
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
	quota_release(&t[0].permit);
	take(q, &t[2], 2, order, &count);
	assert_int_equal(count, 1);
	quota_release(&t[2].permit);
	quota_release(&t[1].permit);
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
