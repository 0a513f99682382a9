/* What is under way or known: who is told, what is kept, and when an entry is destroyed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "waiters.h"

enum { KEPT = 2 };

struct world {
	struct loop *loop;
	struct waiters table;
	struct waiters_lru lru;
	char told[16], destroyed[16]; /* names, in order */
	size_t told_count, destroyed_count;
	struct want *leaves; /* in the callback of any other */
	bool forgets;        /* the callback takes the entry out of the table */
};

struct item {
	struct waiters_entry shared;
	struct world *world;
	char name;
};

struct want {
	struct waiter waiter;
	bool stays;
};

static void notify(struct waiter *waiter)
{
	struct want *want = (struct want *)waiter;
	struct item *item = (struct item *)waiter->entry;
	struct world *w = item->world;
	assert_true(item->shared.ready);
	if (w->leaves)
		waiters_leave(&w->leaves->waiter);
	if (w->forgets)
		waiters_forget(waiter->entry);
	if (!want->stays)
		waiters_leave(waiter);
	w->told[w->told_count++] = item->name; /* it is there for as long as the call */
}

static void destroy(struct waiters_entry *entry)
{
	struct item *item = (struct item *)entry;
	item->world->destroyed[item->world->destroyed_count++] = item->name;
	free(item);
}

static void begin(struct world *w)
{
	*w = (struct world){.loop = loop_create(), .lru.most = KEPT};
	w->table = (struct waiters){.notify = notify, .destroy = destroy};
	waiters_open(&w->table, w->loop);
}

static void end(struct world *w)
{
	waiters_close(&w->table);
	loop_destroy(w->loop);
}

static struct item *add(struct world *w, char name)
{
	struct item *item = memory_alloc(sizeof *item);
	item->world = w;
	item->name = name;
	waiters_add(&w->table, &item->shared, &item->name, 1);
	return item;
}

static struct item *find(const struct world *w, char name)
{
	return (struct item *)waiters_find(&w->table, &name, 1);
}

static void make_ready(struct world *w, struct item *item)
{
	waiters_make_ready(&item->shared, &w->lru);
}

/* All who joined are told, once, in order, and never from within a call. */
static void test_telling(void **state)
{
	(void)state;
	struct world w;
	struct want a1 = {0}, a2 = {0}, b = {0}, late = {0};
	begin(&w);
	waiters_join(&add(&w, 'a')->shared, &a1.waiter);
	waiters_join(&add(&w, 'b')->shared, &b.waiter);
	waiters_join(&find(&w, 'a')->shared, &a2.waiter);
	make_ready(&w, find(&w, 'b'));
	make_ready(&w, find(&w, 'a'));
	assert_int_equal(w.told_count, 0);
	loop_run(w.loop);
	assert_string_equal(w.told, "baa");
	waiters_join(&find(&w, 'a')->shared, &late.waiter);
	assert_int_equal(w.told_count, 3);
	loop_run(w.loop);
	assert_string_equal(w.told, "baaa");
	assert_int_equal(w.destroyed_count, 0);
	end(&w);
	assert_int_equal(w.destroyed_count, 2);
}

/* Before the entry is ready, after it, and in another one's callback. */
static void test_leaving(void **state)
{
	(void)state;
	struct world w;
	struct want before = {0}, due = {0}, stays = {0}, third = {0};
	begin(&w);
	struct item *a = add(&w, 'a');
	waiters_join(&a->shared, &before.waiter);
	waiters_join(&a->shared, &due.waiter);
	waiters_join(&a->shared, &stays.waiter);
	waiters_join(&a->shared, &third.waiter);
	assert_ptr_equal(waiters_first(&w.table), &before.waiter);
	waiters_leave(&before.waiter);
	make_ready(&w, a);
	assert_ptr_equal(waiters_first(&w.table), &due.waiter);
	waiters_leave(&due.waiter);
	waiters_leave(&due.waiter); /* does nothing */
	w.leaves = &third;
	loop_run(w.loop);
	assert_string_equal(w.told, "a");
	assert_null(waiters_first(&w.table));
	end(&w);
}

/* The ones used longest ago go first, and none that is in use. */
static void test_keeping(void **state)
{
	(void)state;
	struct world w;
	struct want want = {.stays = true};
	begin(&w);
	waiters_join(&add(&w, 'a')->shared, &want.waiter);
	make_ready(&w, find(&w, 'a'));
	for (const char *name = "bcd"; *name; name++)
		make_ready(&w, add(&w, *name));
	assert_string_equal(w.destroyed, "b");
	loop_run(w.loop);
	waiters_hold(&find(&w, 'c')->shared);
	waiters_release(&find(&w, 'c')->shared); /* used after d */
	waiters_leave(&want.waiter);
	assert_string_equal(w.destroyed, "bd");
	assert_non_null(find(&w, 'a'));
	end(&w);
	assert_int_equal(w.destroyed_count, 4);
}

/* What is forgotten makes room at once, and stays for its users; in the midst of being told too. */
static void test_forgetting(void **state)
{
	(void)state;
	struct world w;
	struct want first = {0}, second = {0}, anew = {0};
	begin(&w);
	struct item *old = add(&w, 'a');
	waiters_join(&old->shared, &first.waiter);
	waiters_join(&old->shared, &second.waiter);
	waiters_forget(&old->shared);
	waiters_forget(&old->shared); /* does nothing */
	assert_null(find(&w, 'a'));
	waiters_join(&add(&w, 'a')->shared, &anew.waiter);
	make_ready(&w, old);
	loop_run(w.loop);
	assert_string_equal(w.told, "aa");
	assert_string_equal(w.destroyed, "a");
	w.forgets = true;
	make_ready(&w, find(&w, 'a'));
	loop_run(w.loop);
	assert_string_equal(w.told, "aaa");
	assert_string_equal(w.destroyed, "aa");
	waiters_forget(&add(&w, 'b')->shared); /* under way, and nobody wants it */
	assert_string_equal(w.destroyed, "aab");
	end(&w);
}

/* Of age is what was not made just now. */
static void test_age(void **state)
{
	(void)state;
	struct world w;
	begin(&w);
	struct item *a = add(&w, 'a');
	assert_false(waiters_is_old(&a->shared));
	make_ready(&w, a);
	assert_false(waiters_is_old(&a->shared));
	a->shared.ready_at -= 3600;
	assert_true(waiters_is_old(&a->shared));
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_telling),
	    cmocka_unit_test(test_leaving),
	    cmocka_unit_test(test_keeping),
	    cmocka_unit_test(test_forgetting),
	    cmocka_unit_test(test_age),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
