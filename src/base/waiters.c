/* waiters.c owns the table of requests and results, its cache, and calling waiters back. */
#include "waiters.h"

#include <time.h>
#include <utlist.h>

#include "limit.h"

static void deliver(void *user)
{
	struct waiters *table = user;
	struct waiter *w;
	while ((w = table->due)) {
		struct waiters_entry *e = w->entry;
		DL_DELETE(table->due, w);
		w->queued = false;
		waiters_hold(e);
		table->notify(w);
		waiters_release(e);
	}
}

void waiters_open(struct waiters *table, struct loop *loop)
{
	table->timer = loop_timer_create(loop, deliver, table);
}

void waiters_close(struct waiters *table)
{
	while (table->entries)
		waiters_forget(table->entries);
	loop_timer_destroy(table->timer);
}

struct waiters_entry *waiters_find(const struct waiters *table, const void *key, size_t length)
{
	struct waiters_entry *e = NULL;
	HASH_FIND(hh, table->entries, key, length, e);
	return e;
}

void waiters_add(struct waiters *table, struct waiters_entry *e, const void *key, size_t length)
{
	e->table = table;
	HASH_ADD_KEYPTR(hh, table->entries, key, length, e);
}

static void leave_idle(struct waiters_entry *e)
{
	if (!e->idle)
		return;
	e->idle = false;
	DL_DELETE(e->lru->first, e);
	e->lru->count--;
}

static void enter_idle(struct waiters_entry *e)
{
	struct waiters_lru *lru = e->lru;
	e->idle = true;
	DL_APPEND(lru->first, e);
	if (++lru->count > lru->most)
		waiters_forget(lru->first);
}

/* An entry without users is destroyed, or kept in its list. */
static void settle(struct waiters_entry *e)
{
	if (e->users > 0 || e->idle)
		return;
	if (e->forgotten)
		e->table->destroy(e);
	else if (e->ready)
		enter_idle(e);
}

void waiters_forget(struct waiters_entry *e)
{
	if (e->forgotten)
		return;
	leave_idle(e);
	HASH_DEL(e->table->entries, e);
	e->forgotten = true;
	settle(e);
}

void waiters_make_ready(struct waiters_entry *e, struct waiters_lru *lru)
{
	e->ready = true;
	e->ready_at = time(NULL);
	e->lru = lru;
	DL_CONCAT(e->table->due, e->waiting);
	e->waiting = NULL;
	loop_timer_start(e->table->timer, 0);
	settle(e);
}

bool waiters_is_old(const struct waiters_entry *e)
{
	return e->ready && time(NULL) - e->ready_at > LIMIT_FAILURE_KEPT;
}

void waiters_hold(struct waiters_entry *e)
{
	leave_idle(e);
	e->users++;
}

void waiters_release(struct waiters_entry *e)
{
	e->users--;
	settle(e);
}

void waiters_join(struct waiters_entry *e, struct waiter *w)
{
	struct waiter **list = e->ready ? &e->table->due : &e->waiting;
	waiters_hold(e);
	w->entry = e;
	w->queued = true;
	DL_APPEND(*list, w);
	if (e->ready)
		loop_timer_start(e->table->timer, 0);
}

void waiters_leave(struct waiter *w)
{
	struct waiters_entry *e = w->entry;
	if (!e)
		return;
	struct waiter **list = e->ready ? &e->table->due : &e->waiting;
	if (w->queued)
		DL_DELETE(*list, w);
	*w = (struct waiter){0};
	waiters_release(e);
}

struct waiter *waiters_first(const struct waiters *table)
{
	struct waiter *w = table->due;
	for (const struct waiters_entry *e = table->entries; e && !w; e = e->hh.next)
		w = e->waiting;
	return w;
}
