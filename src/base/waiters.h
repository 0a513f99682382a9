/*
 * waiters.h - what is under way or known, by key, and who waits for it.
 *
 * All who want the same share one entry, and are told from the loop, one after another. What is
 * known stays for those who want it later; of entries that nobody uses the ones used longest ago go
 * first.
 */
#ifndef MXDANE_WAITERS_H
#define MXDANE_WAITERS_H

#include <stdbool.h>

#include "loop.h"
#include "table.h"

struct waiters;

/* First in the owner's entry; zeroed. */
struct waiters_entry {
	struct waiters *table;
	UT_hash_handle hh;
	struct waiter *waiting; /* until it is ready */
	size_t users;           /* waiters, told or not, and holds */
	bool ready, forgotten;
	int64_t ready_at;        /* seconds since the epoch */
	struct waiters_lru *lru; /* of its kind; once it is ready */
	bool idle;               /* in that list: nobody uses it */
	struct waiters_entry *prev, *next;
};

/* First in the user's wait; zeroed. */
struct waiter {
	struct waiters_entry *entry; /* NULL: waits for nothing, and was told nothing */
	bool queued;                 /* not told yet */
	struct waiter *prev, *next;
};

/* Entries that nobody uses, the one used longest ago first. */
struct waiters_lru {
	struct waiters_entry *first;
	size_t count, most;
};

struct waiters {
	struct waiters_entry *entries;
	struct waiter *due;
	struct loop_timer *timer;
	void (*notify)(struct waiter *waiter);        /* may leave and free it */
	void (*destroy)(struct waiters_entry *entry); /* frees it */
};

/* `notify` and `destroy` are set. */
void waiters_open(struct waiters *table, struct loop *loop);
/* Forgets all entries; those in use are destroyed when their last user leaves. */
void waiters_close(struct waiters *table);

/* NULL: there is none. */
struct waiters_entry *waiters_find(const struct waiters *table, const void *key, size_t length);
/* `key` lives as long as the entry. */
void waiters_add(
    struct waiters *table, struct waiters_entry *entry, const void *key, size_t length);
/* It is known now: all who wait are told soon. Without users it goes into `lru`, and
 * what is too much there is destroyed. */
void waiters_make_ready(struct waiters_entry *entry, struct waiters_lru *lru);
/* Takes it out of the table, for a new one in its place. */
void waiters_forget(struct waiters_entry *entry);
/* Whether what failed is to be tried again (LIMIT_FAILURE_KEPT). */
bool waiters_is_old(const struct waiters_entry *entry);

void waiters_hold(struct waiters_entry *entry);
void waiters_release(struct waiters_entry *entry);

/* The waiter is told from the loop; the entry is its to read until it leaves. */
void waiters_join(struct waiters_entry *entry, struct waiter *waiter);
/* Does nothing for one that never joined. */
void waiters_leave(struct waiter *waiter);
/* Somebody who was not told yet, or NULL. */
struct waiter *waiters_first(const struct waiters *table);

#endif
