/* probe_queue.c owns the turns at each address and the memory of addresses that timed out. */
#include "probe_queue.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "limit.h"
#include "table.h"

#define uthash_malloc(size) memory_alloc(size)
#include <utlist.h>

struct probe_host {
	struct address address; /* the key: unused octets are zero */
	unsigned held;
	struct probe_turn *waiting;
	bool silent;
	UT_hash_handle hh;
};

struct probe_queue {
	unsigned per_host;
	probe_turn_cb *cb;
	struct probe_host *hosts; /* the hash keeps the order in which they came */
	size_t silent_count;
};

struct probe_queue *probe_queue_create(unsigned per_host, probe_turn_cb *cb)
{
	struct probe_queue *q = memory_alloc(sizeof *q);
	q->per_host = per_host;
	q->cb = cb;
	return q;
}

static void forget(struct probe_queue *q, struct probe_host *host)
{
	HASH_DEL(q->hosts, host);
	q->silent_count -= host->silent;
	free(host);
}

void probe_queue_destroy(struct probe_queue *q)
{
	if (!q)
		return;
	struct probe_host *host, *next;
	HASH_ITER(hh, q->hosts, host, next)
	forget(q, host);
	free(q);
}

static struct address key_of(const struct address *a)
{
	struct address key;
	memset(&key, 0, sizeof key); /* padding and unused octets count in the hash */
	key.family = a->family;
	memcpy(key.bytes, a->bytes, a->family == AF_INET ? 4 : 16);
	return key;
}

static struct probe_host *find(const struct probe_queue *q, const struct address *address)
{
	struct address key = key_of(address);
	struct probe_host *host;
	HASH_FIND(hh, q->hosts, &key, sizeof key, host);
	return host;
}

static void grant(struct probe_queue *q, struct probe_turn *turn)
{
	turn->held = true;
	turn->host->held++;
	q->cb(turn, false);
}

static void withdraw(struct probe_turn *turn)
{
	DL_DELETE(turn->host->waiting, turn);
}

void probe_queue_enter(
    struct probe_queue *q, struct probe_turn *turn, const struct address *address)
{
	struct probe_host *host = find(q, address);
	if (!host) {
		host = memory_alloc(sizeof *host);
		host->address = key_of(address);
		HASH_ADD(hh, q->hosts, address, sizeof host->address, host);
	}
	if (host->silent) {
		q->cb(turn, true);
		return;
	}
	turn->host = host;
	if (host->held < q->per_host)
		grant(q, turn);
	else
		DL_APPEND(host->waiting, turn);
}

/* A survey meets any number of dead addresses: the oldest that nobody uses is forgotten. */
static void forget_oldest_silent(struct probe_queue *q)
{
	struct probe_host *host, *next;
	HASH_ITER(hh, q->hosts, host, next)
	{
		if (host->silent && host->held == 0 && !host->waiting) {
			forget(q, host);
			return;
		}
	}
}

static void mark_silent(struct probe_queue *q, struct probe_host *host)
{
	if (host->silent)
		return;
	/* Before it is marked, so that it cannot be the one that is forgotten. */
	if (q->silent_count == LIMIT_SILENT_ADDRESSES)
		forget_oldest_silent(q);
	host->silent = true;
	q->silent_count++;
}

void probe_queue_leave(struct probe_queue *q, struct probe_turn *turn, bool silent)
{
	struct probe_host *host = turn->host;
	if (!host)
		return;
	if (turn->held)
		host->held--;
	else
		withdraw(turn);
	turn->host = NULL;
	turn->held = false;
	if (silent)
		mark_silent(q, host);
	while (host->waiting && (host->silent || host->held < q->per_host)) {
		struct probe_turn *next = host->waiting;
		withdraw(next);
		if (host->silent) {
			next->host = NULL;
			q->cb(next, true);
		} else {
			grant(q, next);
		}
	}
	if (host->held == 0 && !host->waiting && !host->silent)
		forget(q, host);
}
