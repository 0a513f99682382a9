/*
 * sts_fetch.h - fetches MTA-STS policies over HTTPS (libcurl, GnuTLS build) on the program's loop
 * (RFC 8461 §3.3).
 *
 * SNI and certificate are those of the policy host, redirects are not followed, at most 64 KiB are
 * read, no cache is used, and no proxy but that of --proxy. Addresses come from our resolver. The
 * host's certificate is a fact to record: a body is worth nothing until the judge has found it
 * valid.
 */
#ifndef MXDANE_STS_FETCH_H
#define MXDANE_STS_FETCH_H

#include "buffer.h"
#include "loop.h"
#include "model.h"
#include "params.h"
#include "quota.h"
#include "resolver.h"

struct sts_fetcher;
struct sts_fetch;

/* A fetch counts as one connection of the quota. */
struct sts_fetcher *sts_fetch_create(
    struct loop *loop, const struct params *params, struct resolver *resolver, struct quota *quota);
void sts_fetch_destroy(struct sts_fetcher *fetcher); /* after all requests ended or were canceled */

/* Asks for the addresses of mta-sts.DOMAIN in the view, in case its policy is to be fetched. */
void sts_fetch_prepare(struct sts_fetcher *fetcher, enum dns_view view, const char *domain);

/* `fetch` and its texts are valid during the call only. */
typedef void sts_fetch_cb(void *user, const struct policy_fetch *fetch);
/* Fetches https://mta-sts.DOMAIN/.well-known/mta-sts.txt from the addresses that the view has; the
 * callback comes once, from the loop. */
struct sts_fetch *sts_fetch_start(struct sts_fetcher *fetcher, enum dns_view view,
    const char *domain, sts_fetch_cb *cb, void *user);
/* It waits for its turn at the resolver, or for a connection that may be opened. */
bool sts_fetch_is_waiting(const struct sts_fetch *request);
void sts_fetch_cancel(struct sts_fetch *request); /* NULL is allowed */
/* "7.88.1" */
const char *sts_fetch_library_version(void);

/*
 * What comes back when a policy is asked for, put together as a fact; this part does no I/O.
 * Zeroed by the owner but for the arena, which the texts of `fetch` are in.
 */
struct sts_fetch_answer {
	struct arena *arena;
	struct policy_fetch fetch;
	struct buffer body;
	struct buffer pem; /* the chain */
};

/* Frees the body: `fetch` is of no use after it. */
void sts_fetch_answer_reset(struct sts_fetch_answer *a);
/* More of the body; false when it has become too large, and the transfer is to end. */
bool sts_fetch_answer_add_body(struct sts_fetch_answer *a, const void *data, size_t length);
/* The next certificate of the chain, leaf first, as PEM. */
void sts_fetch_answer_add_certificate(struct sts_fetch_answer *a, const char *pem);
/* All is in: an HTTP status or 0, the media type or NULL, and NULL or why the transfer broke. */
void sts_fetch_answer_end(
    struct sts_fetch_answer *a, long status, const char *content_type, const char *error);

#endif
