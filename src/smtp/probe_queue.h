/*
 * probe_queue.h - slots: at most --per-host connections to one address at a time, the rest wait in
 * order. An address that timed out is remembered, so that later probes of it fail at once.
 * A probe that the server refused while it served others may wait for an exclusive slot.
 */
#ifndef MXDANE_PROBE_QUEUE_H
#define MXDANE_PROBE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"

struct probe_queue;
struct probe_host;

/* A place in the queue; embedded in the caller's object, zero-initialized. */
struct probe_slot {
	struct probe_host *host;
	struct probe_slot *prev, *next;
	bool acquired;  /* a connection may be open */
	bool exclusive; /* and no other one to the address */
};

enum probe_call {
	PROBE_CALL_SLOT,      /* a slot was acquired; none is in the other cases */
	PROBE_CALL_SILENT,    /* the address has timed out for another */
	PROBE_CALL_POINTLESS, /* of an exclusive slot: nobody else was served either */
};

typedef void probe_queue_cb(struct probe_slot *slot, enum probe_call call);

enum probe_end {
	PROBE_END_OTHER,
	PROBE_END_SERVED, /* the server came as far as the handshake */
	PROBE_END_SILENT, /* the connection timed out, so those that wait need not try */
};

struct probe_queue *probe_queue_create(unsigned per_host, probe_queue_cb *cb);
/* Slots acquired or waited for become void, without a callback. NULL is allowed. */
void probe_queue_destroy(struct probe_queue *queue);

/* Waits for a slot; the callback may come before this returns. `slot` is zeroed, or was left. */
void probe_queue_enter(
    struct probe_queue *queue, struct probe_slot *slot, const struct address *address);
/* Releases the slot, or stops waiting for it, and grants the next one. Does nothing for a slot that
 * is not in the queue. */
void probe_queue_leave(struct probe_queue *queue, struct probe_slot *slot, enum probe_end end);
/* Releases an acquired slot and waits for an exclusive one, behind those that wait already;
 * `served` as in PROBE_END_SERVED. */
void probe_queue_retry(struct probe_queue *queue, struct probe_slot *slot, bool served);
/* Of an acquired slot: whether another one at the address was served. */
bool probe_queue_served(const struct probe_slot *slot);

#endif
