/*
 * path.h - usage 2 (DANE-TA): the path from a leaf to the certificate or key that a TLSA record
 * names (RFC 5280 §6.1, RFC 7671 §5.2, RFC 7672 §3.1.2), built as OpenSSL-based senders build it.
 * Pure.
 */
#ifndef MXDANE_PATH_H
#define MXDANE_PATH_H

#include "model.h"
#include "tlsa.h"

enum path_result {
	PATH_OK,
	PATH_EXPIRED,   /* it leads there, but a certificate on it (the anchor too) is outside its
			   dates */
	PATH_NAME,      /* it leads there, but no reference identifier is in the leaf */
	PATH_UNTRUSTED, /* the anchor is there but the leaf's path does not lead to it */
	PATH_NO_MATCH,  /* nothing presented matches the record */
};

struct path_verdict {
	enum path_result result;
	int depth;          /* place of the anchor in the chain as sent; -1 when it was not sent */
	const char *remark; /* a static sentence where deployed senders differ, or NULL */
};

/* Judges one usable usage-2 record against the chain. */
struct path_verdict path_judge(struct arena *arena, const struct tlsa_record *record,
    const struct certificate *chain, size_t count, const struct reference_identifiers *names,
    int64_t at);

#endif
