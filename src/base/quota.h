/*
 * quota.h - how many connections to servers may be open at once: what this machine's limit of open
 * files leaves. The rest wait in order, so that running out of files is never taken for a fact
 * about a server.
 */
#ifndef MXDANE_QUOTA_H
#define MXDANE_QUOTA_H

#include <stdbool.h>
#include <stddef.h>

struct quota;

typedef void quota_cb(void *user);

/* One connection's part; zeroed before it is used first. */
struct quota_share {
	struct quota *quota; /* NULL: not in it */
	quota_cb *cb;
	void *user;
	struct quota_share *prev, *next; /* while it waits */
	bool held;
};

/* `connections` is at least 1. */
struct quota *quota_create(size_t connections);
/* Shares that are still in it are forgotten. NULL is allowed. */
void quota_destroy(struct quota *quota);
/* Nobody gets a share any more: the run is being ended. NULL is allowed. */
void quota_close(struct quota *quota);

/* The callback comes once, when the connection may be opened; it may come before this returns. */
void quota_take(struct quota *quota, struct quota_share *share, quota_cb *cb, void *user);
/* Gives the share back, or stops waiting for it, and lets the next one in. Does nothing for one
 * that is not in a quota. */
void quota_give(struct quota_share *share);

#endif
