/*
 * prober.h - connects to one address and records what is there: SMTP greeting, EHLO, STARTTLS,
 * handshake, chain (RFC 3207, RFC 7672 §3). Each (address, port, SNI, key type) is probed once for
 * a run, equal requests are joined, and never more than --per-host connections go to one address at
 * a time, nor more than the quota allows to all.
 */
#ifndef MXDANE_PROBER_H
#define MXDANE_PROBER_H

#include "loop.h"
#include "model.h"
#include "params.h"
#include "quota.h"
#include "tls.h"

struct prober;
struct probe_request;

struct prober *prober_create(struct loop *loop, const struct params *params, struct quota *quota);
/* Ends all probes without calling anybody back. Never from inside a callback. NULL is allowed. */
void prober_destroy(struct prober *prober);

/* `facts` belongs to the prober and is valid during the call only: probe_copy what is to stay. */
typedef void prober_cb(void *user, const struct probe *facts);
/* A deep copy in `arena`. */
void probe_copy(struct arena *arena, struct probe *to, const struct probe *from);

/* `sni` may be NULL; `turn`, below LIMIT_REPEAT, tells the connections of --repeat apart. The
 * callback comes once, from the loop; the request dies with it. An address that timed out is not
 * tried again: all later probes of it fail likewise. A server below TLS 1.2 is tried once more with
 * TLS 1.0 and 1.1. */
struct probe_request *prober_probe(struct prober *prober, const struct address *address,
    const char *sni, enum tls_offer offer, unsigned turn, prober_cb *cb, void *user);
/* True if it waits for a slot or for the quota, so that nothing was sent to the server yet. */
bool prober_is_waiting(const struct probe_request *request);
/* The callback will not come; *facts_so_far, if wanted, gets what is known (stage, greeting …), in
 * `arena`. A probe that nobody else waits for is ended. NULL is allowed. */
void prober_cancel(struct probe_request *request, struct arena *arena, struct probe *facts_so_far);

#endif
