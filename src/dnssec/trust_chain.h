/*
 * trust_chain.h - the status of a name in the tree of signed zones (RFC 4035 §5).
 *
 * From the root down, the DS RRset of every label is fetched and validated with the keys of the
 * zone above: a delegation with DS is a signed zone, one proven to have none makes all below it
 * insecure, and a name that is no delegation belongs to the zone above. The DS and DNSKEY queries
 * of all labels are sent at once; the answers are validated in order.
 */
#ifndef MXDANE_TRUST_CHAIN_H
#define MXDANE_TRUST_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "anchor.h"
#include "loop.h"
#include "transport.h"
#include "validate.h"
#include "waiters.h"

enum zone_status_kind {
	ZONE_STATUS_APEX,     /* the apex of a signed zone, with proven keys */
	ZONE_STATUS_INSIDE,   /* no zone cut: part of the signed zone above, whose keys these are */
	ZONE_STATUS_INSECURE, /* proven: at or below an unsigned delegation or in an opt-out span */
	ZONE_STATUS_BROKEN,   /* bogus, or not to be had: see the verdict */
};

/* The status of one name; read-only for callers. */
struct zone_status {
	const char *name;
	enum zone_status_kind kind;
	const struct zone_keys *keys; /* ZONE_STATUS_APEX and ZONE_STATUS_INSIDE */
	/* ZONE_STATUS_INSECURE for a zone whose algorithms are not known here: its name, and
	 * odd_algorithm if that says why. */
	struct signed_zone unchecked;
	/* ZONE_STATUS_INSECURE, or ZONE_STATUS_BROKEN by keys that do not hold: where, here or
	 * above. */
	struct broken_link broken;
	/* ZONE_STATUS_BROKEN: status, failure and error; status INDETERMINATE also for a lost
	 * lookup */
	struct dns_verdict verdict;
};

struct trust_chain;

/* `transport` and `anchor` must outlive the chain. */
struct trust_chain *trust_chain_create(
    struct loop *loop, struct transport *transport, const struct anchor *anchor);
/* Without callbacks. NULL is allowed. */
void trust_chain_destroy(struct trust_chain *chain);

/* Who waits for a status; embedded in the caller's object, zeroed. */
struct trust_chain_wait {
	struct waiter waiter;
	loop_cb *cb;
	void *user;
};

/*
 * Calls wait->cb, from the loop and never from within this function, once the status is known.
 * The status stays valid until waiters_leave, which ends the wait before or after the callback.
 */
void trust_chain_await(struct trust_chain *chain, const char *name, struct trust_chain_wait *wait);
/* The status that was waited for; valid until waiters_leave. */
const struct zone_status *trust_chain_status(const struct trust_chain_wait *wait);

/* Fetches ahead what (name, type) is likely to need: DS and DNSKEY of its zone and all above. */
void trust_chain_prefetch(struct trust_chain *chain, const char *name, enum dns_type type);
/* Forgets the status and that of the zone the name is in, so that both are fetched anew: for the
 * second try before an answer is called bogus. */
void trust_chain_forget(struct trust_chain *chain, const struct zone_status *status);

#endif
