/*
 * ta_path.h - usage 2 (DANE-TA): the path from a leaf to the certificate or key that a TLSA record
 * names (RFC 5280 §6.1, RFC 7671 §5.2, RFC 7672 §3.1.2), built as OpenSSL-based senders build it.
 * Pure.
 */
#ifndef MXDANE_TA_PATH_H
#define MXDANE_TA_PATH_H

#include "arena.h"
#include "model.h"
#include "path.h"
#include "tlsa.h"

enum ta_path_result {
	TA_PATH_OK,
	TA_PATH_EXPIRED, /* it leads there, but a certificate on it (the anchor too) is outside its
			 dates */
	TA_PATH_NAME,    /* it leads there, but no reference identifier is in the leaf */
	TA_PATH_UNTRUSTED, /* the anchor is there, but no good path leads from the leaf to it */
	TA_PATH_NO_MATCH,  /* nothing presented matches a record */
};

struct ta_path_verdict {
	enum ta_path_result result;
	int record;         /* index of the record that names the anchor, or -1 */
	int depth;          /* place of the anchor in the chain as sent; -1 when it was not sent */
	const char *remark; /* a static sentence where deployed senders differ, or NULL */
	struct path_fault fault; /* of UNTRUSTED: the rule, and the certificate that breaks it */
};

/*
 * Judges the chain (leaf first, at least one certificate) by all active usage-2 records together:
 * one path is built, and the first certificate on it that any record names ends it.
 */
struct ta_path_verdict ta_path_judge(struct arena *arena, const struct tlsa_record *records,
    size_t count, const struct certificate *chain, size_t chain_count,
    const struct reference_identifiers *names, int64_t at);

#endif
