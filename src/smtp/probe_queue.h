/*
 * probe_queue.h - whose turn it is: at most --per-host connections to one address at a time, the
 * rest wait in order. An address that timed out is remembered, so that nobody waits for it again.
 * What was refused while others were served may wait for a turn alone.
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
	bool held;  /* a connection may be open */
	bool alone; /* no other may be */
};

enum probe_call {
	PROBE_CALL_TURN,      /* the turn has come; in all other cases nothing is held */
	PROBE_CALL_SILENT,    /* the address has timed out for another */
	PROBE_CALL_POINTLESS, /* of a turn alone: nobody else was served either */
};

typedef void probe_turn_cb(struct probe_turn *turn, enum probe_call call);

enum probe_end {
	PROBE_END_OTHER,
	PROBE_END_SERVED, /* the server came as far as the handshake */
	PROBE_END_SILENT, /* the connection timed out, so those that wait need not try */
};

struct probe_queue *probe_queue_create(unsigned per_host, probe_turn_cb *cb);
/* Turns that are still in it are forgotten. NULL is allowed. */
void probe_queue_destroy(struct probe_queue *queue);

/* Waits for a turn; it may come before this returns. A zeroed turn, or one that was left. */
void probe_queue_enter(
    struct probe_queue *queue, struct probe_turn *turn, const struct address *address);
/* Gives the turn back, or stops waiting for it, and lets the next one in. Does nothing for a turn
 * that is not in the queue. */
void probe_queue_leave(struct probe_queue *queue, struct probe_turn *turn, enum probe_end end);
/* Gives a held turn back and waits for one alone, behind those that wait already; `served` as in
 * PROBE_END_SERVED. */
void probe_queue_retry(struct probe_queue *queue, struct probe_turn *turn, bool served);
/* Of a held turn: whether another one at the address was served. */
bool probe_queue_served(const struct probe_turn *turn);

#endif
