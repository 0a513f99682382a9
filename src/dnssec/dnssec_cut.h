/*
 * dnssec_cut.h - one name of the walk while it is being found out. Between dnssec_walk.c, which
 * keeps the names, and dnssec_cut.c, which judges one.
 *
 * An entry keeps its parent alive, and with it the keys that it shares. The table holds one
 * reference to each entry, each child and each wait one more.
 */
#ifndef MXDANE_DNSSEC_CUT_H
#define MXDANE_DNSSEC_CUT_H

#include <stdbool.h>

#include "dnssec_walk.h"
#include "table.h"

/* One question of an entry: not asked, under way, or done (answered or lost). */
struct fetched {
	struct dns_question *question;
	struct dns_answer *answer;
	bool done;
	enum lookup_failure failure;
	const char *error;
};

struct cut_entry {
	struct dnssec_cut cut;
	struct dnssec_walk *walk;
	UT_hash_handle hh;
	bool in_table;
	bool idle; /* known, and nobody waits nor hangs below: in the walk's list */
	struct cut_entry *prev, *next;
	unsigned references;
	struct dnssec_wait parent; /* unused for the root */
	bool parent_known;
	bool ready;
	bool retried;
	int64_t ready_at; /* seconds since the epoch */
	struct fetched ds, dnskey;
	struct getdns_list *proven_ds;
	struct dns_keys *own_keys;
	struct arena *arena; /* of error texts; NULL until there is one */
	struct dnssec_wait *waits;
};

struct dnssec_walk {
	struct dns_transport *transport;
	const struct anchor *anchor;
	struct cut_entry *table;
	struct cut_entry *idle; /* the one used longest ago first */
	size_t idle_count;
	struct dnssec_wait *due; /* waits whose entry is ready, to be told from the timer */
	struct loop_timer *timer;
};

/* Starts, or starts again, finding out. */
void dnssec_cut_begin(struct cut_entry *e);
/* Asks for the DNSKEY before it is known that they are needed. */
void dnssec_cut_prefetch(struct cut_entry *e);
/* Gives back what is only needed while it is found out. */
void dnssec_cut_drop(struct cut_entry *e);

void dnssec_walk_hold(struct cut_entry *e);
void dnssec_walk_unhold(struct cut_entry *e); /* frees it with the last reference */
/* Tells all who wait. */
void dnssec_walk_tell(struct cut_entry *e);

#endif
