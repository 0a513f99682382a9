/* probe_queue.c owns the slots at each address and the memory of addresses that timed out. */
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
	unsigned acquired;      /* slots */
	struct probe_slot *waiting;
	bool silent, served;
	bool exclusive; /* the one slot acquired is exclusive */
	UT_hash_handle hh;
};

struct probe_queue {
	unsigned per_host;
	probe_queue_cb *cb;
	struct probe_host *hosts; /* the hash keeps the order in which they came */
	size_t silent_count;
};

struct probe_queue *probe_queue_create(unsigned per_host, probe_queue_cb *cb)
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

static void dequeue(struct probe_slot *slot)
{
	DL_DELETE(slot->host->waiting, slot);
}

static void dismiss(struct probe_queue *q, struct probe_slot *slot, enum probe_call call)
{
	dequeue(slot);
	slot->host = NULL;
	q->cb(slot, call);
}

static void grant(struct probe_queue *q, struct probe_slot *slot)
{
	dequeue(slot);
	slot->acquired = true;
	slot->host->acquired++;
	slot->host->exclusive = slot->exclusive;
	q->cb(slot, PROBE_CALL_SLOT);
}

static bool is_grantable(const struct probe_queue *q, const struct probe_slot *slot)
{
	const struct probe_host *host = slot->host;
	return slot->exclusive ? host->acquired == 0
			       : host->acquired < q->per_host && !host->exclusive;
}

/* Calls back those that get a slot now, and those that can get none any more. */
static void advance(struct probe_queue *q, struct probe_host *host)
{
	while (host->waiting) {
		struct probe_slot *next = host->waiting;
		if (host->silent && !next->exclusive)
			dismiss(q, next, PROBE_CALL_SILENT);
		else if (next->exclusive &&
			 (host->silent || (host->acquired == 0 && !host->served)))
			dismiss(q, next, PROBE_CALL_POINTLESS);
		else if (is_grantable(q, next))
			grant(q, next);
		else
			break;
	}
	if (host->acquired == 0 && !host->waiting && !host->silent)
		forget(q, host);
}

void probe_queue_enter(
    struct probe_queue *q, struct probe_slot *slot, const struct address *address)
{
	struct probe_host *host = find(q, address);
	if (!host) {
		host = memory_alloc(sizeof *host);
		host->address = key_of(address);
		HASH_ADD(hh, q->hosts, address, sizeof host->address, host);
	}
	slot->host = host;
	slot->exclusive = false;
	DL_APPEND(host->waiting, slot);
	advance(q, host);
}

/* A survey may meet any number of dead addresses: the oldest without users is forgotten. */
static void forget_oldest_silent(struct probe_queue *q)
{
	struct probe_host *host, *next;
	HASH_ITER(hh, q->hosts, host, next)
	{
		if (host->silent && host->acquired == 0 && !host->waiting) {
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

static void release(struct probe_slot *slot)
{
	slot->host->acquired--;
	slot->host->exclusive = false;
	slot->acquired = false;
}

void probe_queue_leave(struct probe_queue *q, struct probe_slot *slot, enum probe_end end)
{
	struct probe_host *host = slot->host;
	if (!host)
		return;
	if (slot->acquired)
		release(slot);
	else
		dequeue(slot);
	slot->host = NULL;
	host->served |= end == PROBE_END_SERVED;
	if (end == PROBE_END_SILENT)
		mark_silent(q, host);
	advance(q, host);
}

void probe_queue_retry(struct probe_queue *q, struct probe_slot *slot, bool served)
{
	struct probe_host *host = slot->host;
	release(slot);
	slot->exclusive = true;
	host->served |= served;
	DL_APPEND(host->waiting, slot);
	advance(q, host);
}

bool probe_queue_served(const struct probe_slot *slot)
{
	return slot->host->served;
}
