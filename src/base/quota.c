/* quota.c owns the permits of what may be under way at once. */
#include "quota.h"

#include <stdlib.h>

#include "arena.h"

#include <utlist.h>

struct quota {
	size_t left;
	struct quota_permit *waiting;
	bool closed;
};

struct quota *quota_create(size_t permits)
{
	struct quota *q = memory_alloc(sizeof *q);
	q->left = permits;
	return q;
}

void quota_destroy(struct quota *q)
{
	free(q);
}

void quota_close(struct quota *q)
{
	if (q)
		q->closed = true;
}

static void grant(struct quota *q, struct quota_permit *permit)
{
	q->left--;
	permit->acquired = true;
	permit->cb(permit->user);
}

void quota_acquire(struct quota *q, struct quota_permit *permit, quota_cb *cb, void *user)
{
	*permit = (struct quota_permit){.quota = q, .cb = cb, .user = user};
	if (q->left > 0 && !q->closed)
		grant(q, permit);
	else
		DL_APPEND(q->waiting, permit);
}

void quota_release(struct quota_permit *permit)
{
	struct quota *q = permit->quota;
	if (!q)
		return;
	if (permit->acquired)
		q->left++;
	else
		DL_DELETE(q->waiting, permit);
	*permit = (struct quota_permit){0};
	while (q->waiting && q->left > 0 && !q->closed) {
		struct quota_permit *next = q->waiting;
		DL_DELETE(q->waiting, next);
		grant(q, next);
	}
}
