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
	bool silent, served;
	bool alone; /* the one turn that is held is alone */
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

static void withdraw(struct probe_turn *turn)
{
	DL_DELETE(turn->host->waiting, turn);
}

static void dismiss(struct probe_queue *q, struct probe_turn *turn, enum probe_call call)
{
	withdraw(turn);
	turn->host = NULL;
	q->cb(turn, call);
}

static void grant(struct probe_queue *q, struct probe_turn *turn)
{
	withdraw(turn);
	turn->held = true;
	turn->host->held++;
	turn->host->alone = turn->alone;
	q->cb(turn, PROBE_CALL_TURN);
}

static bool may_come(const struct probe_queue *q, const struct probe_turn *turn)
{
	const struct probe_host *host = turn->host;
	return turn->alone ? host->held == 0 : host->held < q->per_host && !host->alone;
}

/* Calls those whose turn it is, or will never be. */
static void advance(struct probe_queue *q, struct probe_host *host)
{
	while (host->waiting) {
		struct probe_turn *next = host->waiting;
		if (host->silent && !next->alone)
			dismiss(q, next, PROBE_CALL_SILENT);
		else if (next->alone && (host->silent || (host->held == 0 && !host->served)))
			dismiss(q, next, PROBE_CALL_POINTLESS);
		else if (may_come(q, next))
			grant(q, next);
		else
			break;
	}
	if (host->held == 0 && !host->waiting && !host->silent)
		forget(q, host);
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
	turn->host = host;
	turn->alone = false;
	DL_APPEND(host->waiting, turn);
	advance(q, host);
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

static void give_back(struct probe_turn *turn)
{
	turn->host->held--;
	turn->host->alone = false;
	turn->held = false;
}

void probe_queue_leave(struct probe_queue *q, struct probe_turn *turn, enum probe_end end)
{
	struct probe_host *host = turn->host;
	if (!host)
		return;
	if (turn->held)
		give_back(turn);
	else
		withdraw(turn);
	turn->host = NULL;
	host->served |= end == PROBE_END_SERVED;
	if (end == PROBE_END_SILENT)
		mark_silent(q, host);
	advance(q, host);
}

void probe_queue_retry(struct probe_queue *q, struct probe_turn *turn, bool served)
{
	struct probe_host *host = turn->host;
	give_back(turn);
	turn->alone = true;
	host->served |= served;
	DL_APPEND(host->waiting, turn);
	advance(q, host);
}

bool probe_queue_served(const struct probe_turn *turn)
{
	return turn->host->served;
}
