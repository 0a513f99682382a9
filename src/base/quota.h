/*
 * quota.h - how many may be under way at once: connections to servers, as many as this machine's
 * limit of open files leaves, so that running out of files is never taken for a fact about a
 * server; or the lookups or probes of one domain, so that it takes little from others. The rest
 * wait in order.
 */
#ifndef MXDANE_QUOTA_H
#define MXDANE_QUOTA_H

#include <stdbool.h>
#include <stddef.h>

struct quota;

typedef void quota_cb(void *user);

/* For one of them; zeroed before it is used first. */
struct quota_permit {
	struct quota *quota; /* NULL: not in it */
	quota_cb *cb;
	void *user;
	struct quota_permit *prev, *next; /* while it waits */
	bool acquired;
};

/* `permits` is at least 1. */
struct quota *quota_create(size_t permits);
/* Permits that are still in it are forgotten. NULL is allowed. */
void quota_destroy(struct quota *quota);
/* Grants no permits any more: for the teardown of a run. NULL is allowed. */
void quota_close(struct quota *quota);

/* The callback comes once, when it may begin; it may come before this returns. */
void quota_acquire(struct quota *quota, struct quota_permit *permit, quota_cb *cb, void *user);
/* Gives the permit back, or stops waiting for it, and grants the next one. Does nothing for one
 * that is not in a quota. */
void quota_release(struct quota_permit *permit);

#endif
