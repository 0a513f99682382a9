/*
 * policy.h - fetches MTA-STS policies over HTTPS (libcurl, GnuTLS build) on the program's loop (RFC
 * 8461 §3.3).
 *
 * SNI and certificate are those of the policy host, redirects are not followed, at most 64 KiB are
 * read, no proxy and no cache is used. Addresses come from our resolver. The host's certificate is
 * a fact to record: a body is worth nothing until the judge has found it valid.
 */
#ifndef MXDANE_POLICY_H
#define MXDANE_POLICY_H

#include "loop.h"
#include "model.h"
#include "params.h"
#include "quota.h"
#include "resolver.h"

struct policy_fetcher;
struct policy_request;

/* A fetch counts as one connection of the quota. */
struct policy_fetcher *policy_create(
    struct loop *loop, const struct params *params, struct resolver *resolver, struct quota *quota);
void policy_destroy(
    struct policy_fetcher *fetcher); /* after all requests ended or were cancelled */

/* Asks for the addresses of mta-sts.DOMAIN in the view, in case its policy is to be fetched. */
void policy_prepare(struct policy_fetcher *fetcher, enum dns_view view, const char *domain);

/* `fetch` and its texts are valid during the call only. */
typedef void policy_cb(void *user, const struct policy_fetch *fetch);
/* Fetches https://mta-sts.DOMAIN/.well-known/mta-sts.txt from the addresses that the view has; the
 * callback comes once, from the loop. */
struct policy_request *policy_fetch(struct policy_fetcher *fetcher, enum dns_view view,
    const char *domain, policy_cb *cb, void *user);
/* It waits for its turn at the resolver, or for a connection that may be opened. */
bool policy_is_waiting(const struct policy_request *request);
void policy_cancel(struct policy_request *request); /* NULL is allowed */
/* "7.88.1" */
const char *policy_library_version(void);

#endif
