/*
 * dnssec_walk.h - where in the tree of signed zones a name is (RFC 4035 §5).
 *
 * From the root down, the DS of every label is asked and judged with the keys of the zone above:
 * a delegation with DS leads to a zone of its own, one that is proven to have none makes everything
 * below insecure, and a name that is no delegation belongs to the zone above. DS and DNSKEY of the
 * labels are asked all at once and judged in order.
 */
#ifndef MXDANE_DNSSEC_WALK_H
#define MXDANE_DNSSEC_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "anchor.h"
#include "dns_proof.h"
#include "dns_transport.h"
#include "loop.h"

enum cut_kind {
	CUT_ZONE,     /* the apex of a signed zone, with proven keys */
	CUT_INSIDE,   /* no zone cut: part of the signed zone above, whose keys these are */
	CUT_INSECURE, /* proven: at or below an unsigned delegation or in an opt-out span */
	CUT_BROKEN,   /* could not be judged, or is bogus: see the verdict */
};

/* What is known of one name; read-only for users of the walk. */
struct dnssec_cut {
	const char *name;
	enum cut_kind kind;
	const struct dns_keys *keys; /* CUT_ZONE and CUT_INSIDE */
	/* CUT_INSECURE for a zone whose algorithms are not known here: its name, and odd_algorithm
	 * if that says why. */
	struct signed_zone unchecked;
	/* CUT_BROKEN: status, failure and error; status INDETERMINATE also for a lost lookup */
	struct dns_verdict verdict;
};

struct dnssec_walk;

/* `transport` and `anchor` must outlive the walk. */
struct dnssec_walk *dnssec_walk_create(
    struct loop *loop, struct dns_transport *transport, const struct anchor *anchor);
/* Nobody is called back. NULL is allowed. */
void dnssec_walk_destroy(struct dnssec_walk *walk);

/* One wish to know a cut; embedded in the user's own object, zero-initialised. */
struct dnssec_wait {
	void (*cb)(void *user, const struct dnssec_cut *cut);
	void *user;
	struct cut_entry *entry;
	bool queued;
	struct dnssec_wait *prev, *next;
};

/*
 * Calls wait->cb, from the loop and never from within this function, once the cut is known. It
 * stays valid until dnssec_walk_release.
 */
void dnssec_walk_want(struct dnssec_walk *walk, const char *name, struct dnssec_wait *wait);
/* Ends the wait, answered or not. Does nothing for one that never began. */
void dnssec_walk_release(struct dnssec_walk *walk, struct dnssec_wait *wait);

/* What the wait is for, while it lasts. */
const struct dnssec_cut *dnssec_wait_cut(const struct dnssec_wait *wait);

/* Asks now what (name, type) is likely to need: DS and DNSKEY of its zone and of all above it. */
void dnssec_walk_prefetch(struct dnssec_walk *walk, const char *name, enum dns_type type);
/* Forgets the cut and the zone that it is in, so that both are fetched anew: for the second try
 * before an answer is called bogus. */
void dnssec_walk_forget(struct dnssec_walk *walk, const struct dnssec_cut *cut);

#endif
