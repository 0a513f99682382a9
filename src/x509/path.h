/*
 * path.h - a certification path and what must hold along it: RFC 5280 §6.1 and, beyond it, what
 * OpenSSL asks of TLS servers' chains. Dates and host names are judged by the callers. Pure.
 */
#ifndef MXDANE_PATH_H
#define MXDANE_PATH_H

#include "extensions.h"

enum {
	/* The deepest certificate whose signature or dates Postfix looks at (its default
	 * smtp_tls_scert_verifydepth). */
	PATH_DEPTH_MAX = 9,
	/* It lets OpenSSL build that much, to tell a long chain from a broken one. */
	PATH_LENGTH_MAX = PATH_DEPTH_MAX + 3,
};

struct path_link {
	const struct certificate *c;
	int place; /* in the chain as sent; -1: not sent */
	bool used;
};

struct path {
	struct path_link *links[PATH_LENGTH_MAX]; /* leaf first */
	size_t length;
};

/* True if `issuer` may have issued `subject`, by all but the signature and its rights. */
bool path_link_fits(const struct path_link *issuer, const struct path_link *subject);
/* True if the certificate seems self-signed, by all but the signature. */
bool path_link_ends(const struct path_link *link);

/* What a path breaks first. */
struct path_fault {
	enum cause cause;            /* NONE: a rule without a name of its own */
	const struct certificate *c; /* that breaks it; for name-constraints the one they exclude */
};

/* True if signatures, constraints and usages are as RFC 5280 §6.1 and OpenSSL ask; else *fault says
 * which is not. */
bool path_holds(const struct path *path, struct path_fault *fault);

/* True for a key that Postfix refuses when it authenticates, whatever record names it: under 80
 * bits of security as OpenSSL counts them. */
bool path_key_too_small(const struct certificate *c);

/*
 * True if the name constraints `of` a CA certificate (its name_constraints) allow every name of
 * `subject` (RFC 5280 §4.2.1.10): its directory name, subjectAltName and, for a leaf without
 * dNSName, its CN. Names of a kind that cannot be judged here are not allowed where such a kind
 * is constrained.
 */
bool path_names_permit(const struct der_value *of, const struct certificate *subject, bool is_leaf);

#endif
