/*
 * quota.h - permits, granted in order, for what may be under way at once: connections to servers,
 * as many as this machine's limit of open files leaves, so that running out of files is never taken
 * for a fact about a server; or one domain's lookups or probes, so that others are not held up.
 */
#ifndef MXDANE_QUOTA_H
#define MXDANE_QUOTA_H

#include <stdbool.h>
#include <stddef.h>

struct quota;

typedef void quota_cb(void *user);

/* One permit; embedded in the caller's object, zero-initialized. */
struct quota_permit {
	struct quota *quota; /* NULL: neither acquired nor waiting */
	quota_cb *cb;
	void *user;
	struct quota_permit *prev, *next; /* while it waits */
	bool acquired;
};

/* `permits` is at least 1. */
struct quota *quota_create(size_t permits);
/* Permits acquired or waited for become void, without a callback. NULL is allowed. */
void quota_destroy(struct quota *quota);
/* Grants no permits any more: for the teardown of a run. NULL is allowed. */
void quota_close(struct quota *quota);

/* The callback comes once, when the permit is acquired; it may come before this returns. */
void quota_acquire(struct quota *quota, struct quota_permit *permit, quota_cb *cb, void *user);
/* Gives the permit back, or stops waiting for it, and grants the next one. Does nothing for one
 * neither acquired nor waiting. */
void quota_release(struct quota_permit *permit);

#endif
