/*
 * trust_store.h - PKIX validation (RFC 5280 §6): the trust anchors of the system or of --ca-file,
 * and whether a chain leads to one of them.
 */
#ifndef MXDANE_TRUST_STORE_H
#define MXDANE_TRUST_STORE_H

#include "arena.h"
#include "model.h"

struct trust_store;

/* From a PEM file, or the system's store (`file` NULL). NULL and a sentence naming the paths tried
 * on failure. */
struct trust_store *trust_store_load(const char *file, struct arena *arena, const char **error);
/* The paths that NULL stands for, up to a NULL. */
const char *const *trust_store_usual_files(void);
void trust_store_destroy(struct trust_store *store);

/*
 * RFC 8461 §4.2: the chain is valid at `at`, leads to an anchor of the store, and a dNSName of the
 * leaf covers `name` (no CN). The chain may be out of order and hold certificates of no use.
 */
struct pkix_verdict trust_store_verify(const struct trust_store *store,
    const struct certificate *chain, size_t count, const char *name, int64_t at);

/* The first anchor from number *next on that issued and signed `subject`, *next then behind it;
 * NULL without another one. */
const struct certificate *trust_store_issuer(
    const struct trust_store *store, const struct certificate *subject, size_t *next);

#endif
