/*
 * reason.h - why a lookup has failed or is bogus, as resolvers tell when they are asked once more.
 *
 * The status stands before: all of this only explains it, and takes LIMIT_REASON_MS at most.
 */
#ifndef MXDANE_REASON_H
#define MXDANE_REASON_H

#include "loop.h"
#include "model.h"
#include "transport.h"

struct reason;

typedef void reason_cb(void *user);

/*
 * Fills in ede, doubt, resolver and broken of `fact` with memory from the arena. The callback comes
 * once, from the loop, and the handle dies with it; NULL, without a callback: nothing is asked.
 * `shares_connections`: so do the run's other questions (none of DNS_MODE_AD).
 */
struct reason *reason_seek(struct loop *loop, struct transport *transport, bool shares_connections,
    struct lookup *fact, struct arena *arena, reason_cb *cb, void *user);
/* The callback will not come. NULL is allowed. */
void reason_cancel(struct reason *reason);
/* Adds what came with a reply. */
void reason_add_errors(struct lookup *fact, struct arena *arena, const struct dns_reply *reply);

#endif
