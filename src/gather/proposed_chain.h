/*
 * proposed_chain.h - proposed certificate chains (--chain, mxdane(1)): which host they are
 * for, and which of the hosts named were met in the run.
 */
#ifndef MXDANE_PROPOSED_CHAIN_H
#define MXDANE_PROPOSED_CHAIN_H

#include "model.h"
#include "params.h"

struct proposed_chain {
	const char *host; /* NULL: for all that have none of their own */
	const char *file;
	/* As in the file, leaf first, or its one key; never written to. */
	struct certificate *certificates;
	size_t count;
	bool met; /* some domain of the run has `host` as MX */
};

/* Zero-initialized has none. */
struct proposed_chains {
	struct proposed_chain *list;
	size_t count;
};

/* What one host shows: one chain, or one of each key type. */
enum { PROPOSED_PER_HOST = 2 };

/* Reads all files into `arena`. False with a sentence naming the file in *error on failure. */
bool proposed_chains_read(struct arena *arena, const struct params *params,
    struct proposed_chains *out, const char **error);

/* The host's chains, ECDSA before RSA; returns how many; with any,
 * nothing is to be connected to for this host. It counts
 * as met. */
size_t proposed_chains_take(struct proposed_chains *chains, const char *host,
    const struct proposed_chain *out[static PROPOSED_PER_HOST]);
/* A sentence about each host named that no domain of the run has as MX: the first at or after
 * *next, which is moved on; NULL when there is no further one. */
const char *proposed_chains_unmet(
    const struct proposed_chains *chains, struct arena *arena, size_t *next);

#endif
