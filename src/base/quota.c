/* quota.c owns the shares of the connections that may be open at once. */
#include "quota.h"

#include <stdlib.h>

#include "arena.h"

#include <utlist.h>

struct quota {
	size_t left;
	struct quota_share *waiting;
	bool closed;
};

struct quota *quota_create(size_t connections)
{
	struct quota *q = memory_alloc(sizeof *q);
	q->left = connections;
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

static void grant(struct quota *q, struct quota_share *share)
{
	q->left--;
	share->held = true;
	share->cb(share->user);
}

void quota_take(struct quota *q, struct quota_share *share, quota_cb *cb, void *user)
{
	*share = (struct quota_share){.quota = q, .cb = cb, .user = user};
	if (q->left > 0 && !q->closed)
		grant(q, share);
	else
		DL_APPEND(q->waiting, share);
}

void quota_give(struct quota_share *share)
{
	struct quota *q = share->quota;
	if (!q)
		return;
	if (share->held)
		q->left++;
	else
		DL_DELETE(q->waiting, share);
	*share = (struct quota_share){0};
	while (q->waiting && q->left > 0 && !q->closed) {
		struct quota_share *next = q->waiting;
		DL_DELETE(q->waiting, next);
		grant(q, next);
	}
}
