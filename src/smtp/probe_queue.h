/*
 * probe_queue.h - whose turn it is: at most --per-host connections to one address at a time, the
 * rest wait in order. An address that timed out is remembered, so that nobody waits for it again.
 */
#ifndef MXDANE_PROBE_QUEUE_H
#define MXDANE_PROBE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"

struct probe_queue;
struct probe_host;

/* A place in the queue; part of what waits. */
struct probe_turn {
	struct probe_host *host;
	struct probe_turn *prev, *next;
	bool held; /* a connection may be open */
};

/* The turn has come, or (`silent`) the address has timed out for another: then nothing is held. */
typedef void probe_turn_cb(struct probe_turn *turn, bool silent);

struct probe_queue *probe_queue_create(unsigned per_host, probe_turn_cb *cb);
/* Turns that are still in it are forgotten. NULL is allowed. */
void probe_queue_destroy(struct probe_queue *queue);

/* Waits for a turn; it may come before this returns. A zeroed turn, or one that was left. */
void probe_queue_enter(
    struct probe_queue *queue, struct probe_turn *turn, const struct address *address);
/*
 * Gives the turn back, or stops waiting for it, and lets the next one in. `silent`: the connection
 * timed out, so those that wait need not try. Does nothing for a turn that is not in the queue.
 */
void probe_queue_leave(struct probe_queue *queue, struct probe_turn *turn, bool silent);

#endif
