/*
 * dnssec_walk.c owns the table of names whose place in the tree of signed zones is known or being
 * found out, and telling those who wait for one.
 */
#include "dnssec_walk.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <utlist.h>

#include "dns_name.h"
#include "dnssec_cut.h"
#include "limit.h"

static void leave_idle(struct cut_entry *e)
{
	if (!e->idle)
		return;
	e->idle = false;
	DL_DELETE(e->walk->idle, e);
	e->walk->idle_count--;
}

/* The table's own reference being the only one, nobody waits and nothing hangs below. */
static void enter_idle(struct cut_entry *e)
{
	if (e->references > 1 || !e->in_table || !e->ready)
		return;
	e->idle = true;
	DL_APPEND(e->walk->idle, e);
	e->walk->idle_count++;
}

void dnssec_walk_hold(struct cut_entry *e)
{
	leave_idle(e);
	e->references++;
}

void dnssec_walk_unhold(struct cut_entry *e)
{
	if (--e->references > 0) {
		enter_idle(e);
		return;
	}
	dnssec_cut_drop(e);
	dns_keys_destroy(e->own_keys);
	dnssec_walk_release(e->walk, &e->parent);
	arena_destroy(e->arena);
	free((char *)(uintptr_t)e->cut.name);
	free(e);
}

static void leave_table(struct cut_entry *e)
{
	if (!e->in_table)
		return;
	leave_idle(e);
	HASH_DELETE(hh, e->walk->table, e);
	e->in_table = false;
	dnssec_walk_unhold(e);
}

static void enter_table(struct cut_entry *e)
{
	struct dnssec_walk *walk = e->walk;

	e->in_table = true;
	dnssec_walk_hold(e);
	HASH_ADD_KEYPTR(hh, walk->table, e->cut.name, strlen(e->cut.name), e);
}

static void evict(struct dnssec_walk *walk)
{
	while (walk->idle_count > LIMIT_CUTS_KEPT)
		leave_table(walk->idle);
}

/* A lookup that was lost may succeed later; a bogus zone stays one for the run. */
static bool is_stale(const struct cut_entry *e)
{
	return e->ready && e->cut.kind == CUT_BROKEN && e->cut.verdict.status != DNSSEC_BOGUS &&
	       time(NULL) - e->ready_at > LIMIT_FAILURE_KEPT;
}

static struct cut_entry *create(struct dnssec_walk *walk, const char *name)
{
	struct cut_entry *e = memory_alloc(sizeof *e);

	e->walk = walk;
	e->cut.name = memory_strdup(name);
	enter_table(e);
	dnssec_cut_begin(e);
	evict(walk);
	return e;
}

static struct cut_entry *obtain(struct dnssec_walk *walk, const char *name)
{
	struct cut_entry *e = NULL;

	HASH_FIND(hh, walk->table, name, strlen(name), e);
	if (e && is_stale(e)) {
		leave_table(e);
		e = NULL;
	}
	return e ? e : create(walk, name);
}

/* ---- For the users ---- */

void dnssec_walk_tell(struct cut_entry *e)
{
	struct dnssec_wait *w;

	while ((w = e->waits)) {
		DL_DELETE(e->waits, w);
		DL_APPEND(e->walk->due, w);
	}
	loop_timer_start(e->walk->timer, 0);
}

static void on_timer(void *user)
{
	struct dnssec_walk *walk = user;
	struct dnssec_wait *w;

	while ((w = walk->due)) {
		DL_DELETE(walk->due, w);
		w->queued = false;
		w->cb(w->user, &w->entry->cut);
	}
}

struct dnssec_walk *dnssec_walk_create(
    struct loop *loop, struct dns_transport *transport, const struct anchor *anchor)
{
	struct dnssec_walk *walk = memory_alloc(sizeof *walk);

	walk->transport = transport;
	walk->anchor = anchor;
	walk->timer = loop_timer_create(loop, on_timer, walk);
	return walk;
}

void dnssec_walk_destroy(struct dnssec_walk *walk)
{
	struct cut_entry *e, *after;

	if (!walk)
		return;
	/* Children first let go of their parents: a parent that the table gives up stays until
	 * then. */
	HASH_ITER(hh, walk->table, e, after)
	{
		leave_table(e);
	}
	loop_timer_destroy(walk->timer);
	free(walk);
}

void dnssec_walk_want(struct dnssec_walk *walk, const char *name, struct dnssec_wait *wait)
{
	struct cut_entry *e = obtain(walk, name);

	wait->entry = e;
	wait->queued = true;
	dnssec_walk_hold(e);
	if (e->ready) {
		DL_APPEND(walk->due, wait);
		loop_timer_start(walk->timer, 0);
	} else {
		DL_APPEND(e->waits, wait);
	}
}

void dnssec_walk_release(struct dnssec_walk *walk, struct dnssec_wait *wait)
{
	struct cut_entry *e = wait->entry;

	if (!e)
		return;
	if (wait->queued) {
		if (e->ready)
			DL_DELETE(walk->due, wait);
		else
			DL_DELETE(e->waits, wait);
	}
	wait->queued = false;
	wait->entry = NULL;
	dnssec_walk_unhold(e);
}

const struct dnssec_cut *dnssec_wait_cut(const struct dnssec_wait *wait)
{
	return &wait->entry->cut;
}

/*
 * The zone that the name is likely to be in: its keys are asked for at once, not when the first
 * signature shows that they are needed. Service labels belong to the host or domain below them; a
 * host is seldom an apex, a mail domain mostly is.
 */
static const char *likely_apex(const char *name, enum dns_type type)
{
	bool service = false;

	while (*name == '_') {
		name = dns_name_parent(name);
		service = true;
	}
	if (*name && (type == DNS_TYPE_TLSA || (!service && type != DNS_TYPE_MX)))
		name = dns_name_parent(name);
	return name;
}

void dnssec_walk_prefetch(struct dnssec_walk *walk, const char *name, enum dns_type type)
{
	const char *apex = likely_apex(name, type);

	struct cut_entry *e = obtain(walk, apex);

	for (; e; e = e->parent.entry)
		dnssec_cut_prefetch(e);
}

void dnssec_walk_forget(struct dnssec_walk *walk, const struct dnssec_cut *cut)
{
	struct cut_entry *e = NULL, *above;

	HASH_FIND(hh, walk->table, cut->name, strlen(cut->name), e);
	for (; e && &e->cut == cut; e = above, cut = above ? &above->cut : NULL) {
		bool last = e->cut.kind == CUT_ZONE;

		above = last ? NULL : e->parent.entry;
		leave_table(e);
	}
}
