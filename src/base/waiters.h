/*
 * waiters.h - a table of requests under way and of cached results, by key, with those who wait.
 *
 * Requests for the same key share one entry; their waiters are called back from the loop, in the
 * order in which they joined. A result stays cached for later requests; of the entries without
 * users the least recently used is evicted first.
 */
#ifndef MXDANE_WAITERS_H
#define MXDANE_WAITERS_H

#include <stdbool.h>

#include "loop.h"
#include "table.h"

struct waiters;

/* The first member of the owner's entry; zero-initialized. */
struct waiters_entry {
	struct waiters *table;
	UT_hash_handle hh;
	struct waiter *waiting;  /* until it is ready */
	size_t users;            /* waiters, called back or not, and holds */
	bool ready;              /* the result is known */
	bool forgotten;          /* no longer in the table */
	int64_t ready_at;        /* seconds since the epoch */
	struct waiters_lru *lru; /* where it is kept without users; set once it is ready */
	bool idle;               /* in that list */
	struct waiters_entry *prev, *next;
};

/* The first member of the caller's wait; zero-initialized. */
struct waiter {
	struct waiters_entry *entry; /* NULL: has not joined, or has left */
	bool queued;                 /* not called back yet */
	struct waiter *prev, *next;
};

/* Ready entries without users, the least recently used first; `most` is the owner's to set. */
struct waiters_lru {
	struct waiters_entry *first;
	size_t count, most;
};

struct waiters {
	struct waiters_entry *entries;
	struct waiter *due; /* of ready entries, to be called back from the timer */
	struct loop_timer *timer;
	void (*notify)(struct waiter *waiter);        /* called once; may leave and free it */
	void (*destroy)(struct waiters_entry *entry); /* frees it */
};

/* `notify` and `destroy` are set already. */
void waiters_open(struct waiters *table, struct loop *loop);
/* Forgets all entries; those in use are destroyed when their last user leaves. */
void waiters_close(struct waiters *table);

/* NULL if there is none. */
struct waiters_entry *waiters_find(const struct waiters *table, const void *key, size_t length);
/* `key` is not copied: it must live as long as the entry. */
void waiters_add(
    struct waiters *table, struct waiters_entry *entry, const void *key, size_t length);
/* The result is known: the waiters are called back from the loop. Without users the entry is kept
 * in `lru`, where the least recently used ones beyond `most` are destroyed. */
void waiters_make_ready(struct waiters_entry *entry, struct waiters_lru *lru);
/* Removes it from the table, so that the next request begins anew; it is destroyed when its last
 * user leaves. */
void waiters_forget(struct waiters_entry *entry);
/* True if it became ready more than LIMIT_FAILURE_KEPT seconds ago: a failure is tried again. */
bool waiters_is_old(const struct waiters_entry *entry);

/* A hold keeps the entry from being evicted or destroyed until it is released. */
void waiters_hold(struct waiters_entry *entry);
void waiters_release(struct waiters_entry *entry);

/* `notify` is called from the loop; the waiter may read the entry until it leaves. */
void waiters_join(struct waiters_entry *entry, struct waiter *waiter);
/* Ends the wait before or after the callback. Does nothing for one that never joined. */
void waiters_leave(struct waiter *waiter);
/* One that was not called back yet, or NULL: for teardown. */
struct waiter *waiters_first(const struct waiters *table);

#endif
