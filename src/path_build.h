/* path_build.h - paths and what must hold along them; the one path that senders built on OpenSSL
 * try. For path.c and trust_store.c. */
#ifndef MXDANE_PATH_BUILD_H
#define MXDANE_PATH_BUILD_H

#include "certificate_constraints.h"
#include "path.h"

enum {
	/* The deepest certificate whose signature or dates Postfix looks at (its default
	 * smtp_tls_scert_verifydepth). */
	PATH_DEPTH_MAX = 9,
	/* It lets OpenSSL build that much, to tell a long chain from a broken one. */
	PATH_LENGTH_MAX = PATH_DEPTH_MAX + 3,
};

struct path_link {
	const struct certificate *c;
	struct certificate_constraints constraints;
	int place; /* in the chain as sent; -1: from a 2 0 0 record */
	bool used;
};

struct path {
	struct path_link *links[PATH_LENGTH_MAX]; /* leaf first */
	size_t length;
	bool anchored; /* it ends at what record `record` names: */
	bool bare_key; /* a key that signed the last link, or else the last link itself */
	size_t record;
	bool ambiguous; /* somewhere more than one certificate fitted as issuer */
	bool foreign;   /* somewhere an issuer was passed over for a key that cannot be used here */
};

/* The leaf must be parsed. Links live in the arena. */
void path_build(struct path *path, struct arena *arena, const struct tlsa_record *records,
    size_t count, const struct certificate *chain, size_t chain_count, int64_t at);

/* True if `issuer` may have issued `subject`, by all but the signature and its rights. */
bool path_link_fits(const struct path_link *issuer, const struct path_link *subject);
/* True if the certificate seems self-signed, by all but the signature. */
bool path_link_ends(const struct path_link *link);

/* True if signatures, constraints and usages are as RFC 5280 §6.1 and OpenSSL ask. */
bool path_holds(const struct path *path);

#endif
