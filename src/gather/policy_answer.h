/*
 * policy_answer.h - what comes back when a policy is asked for, put together as a fact: body,
 * status, media type, chain (RFC 8461 §3.3). Pure.
 */
#ifndef MXDANE_POLICY_ANSWER_H
#define MXDANE_POLICY_ANSWER_H

#include "buffer.h"
#include "model.h"

/* Zeroed by the owner but for the arena, which the texts of `fetch` are in. */
struct policy_answer {
	struct arena *arena;
	struct policy_fetch fetch;
	struct buffer body;
	struct buffer pem; /* the chain */
};

/* Frees the body: `fetch` is of no use after it. */
void policy_answer_reset(struct policy_answer *a);
/* Records why there is no policy; the first reason stays. */
void policy_answer_fail(struct policy_answer *a, enum fetch_failure failure, const char *why);

/* More of the body; false when it has become too large, and the transfer is to end. */
bool policy_answer_add_body(struct policy_answer *a, const void *data, size_t length);
/* The next certificate of the chain, leaf first, as PEM. */
void policy_answer_add_certificate(struct policy_answer *a, const char *pem);
/* All is in: an HTTP status or 0, the media type or NULL, and NULL or why the transfer broke. */
void policy_answer_end(
    struct policy_answer *a, long status, const char *content_type, const char *error);

#endif
