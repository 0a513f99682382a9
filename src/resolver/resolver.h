/*
 * resolver.h - DNS questions and their DNSSEC status, for the whole run.
 *
 * getdns is the transport (a stub over TCP or authenticated TLS) and verifies signatures; what is
 * to be proven is decided here: DS of every label from the root down (trust_chain.h). Answers are
 * cached by (name, type) for the run and equal questions in flight are joined, so no question is
 * sent twice. With proposed data there are two views of the DNS, which share what they have of live
 * DNS. Only an alias in live DNS that leads to a proposed name is asked for twice: the proposed
 * view leaves it there, the live one follows it.
 *
 * A failed lookup is never an empty answer, and an insecure one never a bogus one.
 */
#ifndef MXDANE_RESOLVER_H
#define MXDANE_RESOLVER_H

#include <stdint.h>

#include "loop.h"
#include "model.h"
#include "params.h"

struct resolver;
struct authoritative;
struct zone_overlay;

enum dns_view {
	DNS_VIEW_PROPOSED, /* what is proposed first, the rest from live DNS */
	DNS_VIEW_LIVE,     /* as if nothing were proposed */
};

/*
 * NULL on a usage error or a missing or broken file (trust anchor, resolv.conf); *error is then one
 * sentence that names the file and, where there is one, the line, or the paths tried. Sends
 * nothing. `overlay` may be NULL; it is asked first and must outlive the resolver. With one, a
 * machine without resolvers or root key of its own will do: each live lookup then fails and says
 * so.
 */
struct resolver *resolver_create(struct loop *loop, const struct params *params,
    const struct zone_overlay *overlay, struct arena *arena, const char **error);
/* Ends all lookups without calling anybody back. Never from inside a callback. NULL is allowed. */
void resolver_destroy(struct resolver *resolver);

/* `answer` belongs to the resolver and is valid during the call only: lookup_copy what is to stay.
 */
typedef void resolver_cb(void *user, const struct lookup *answer);

struct resolver_request;
/*
 * Asks a view for (name, type): aliases are followed, the status is that of the whole chain. `name`
 * is canonical (name.h), underscores allowed. The callback comes exactly once, always from the
 * loop, never before this function has returned. The returned handle dies with the
 * callback. A root DNSKEY that does not validate gives ANSWER_FAILED with
 * LOOKUP_FAILURE_ROOT for every lookup.
 */
struct resolver_request *resolver_lookup(struct resolver *resolver, enum dns_view view,
    const char *name, enum dns_type type, resolver_cb *cb, void *user);
/* The answer, where only the reason of its failure is still asked for; else NULL. It is the
 * resolver's, as in the callback. */
const struct lookup *resolver_known(const struct resolver_request *request);
/* The callback will not come; others that wait for the same answer are not touched. NULL is
 * allowed. */
void resolver_cancel(struct resolver_request *request);

/* Prefetches what will likely be looked up soon: the answer is cached, nobody is called back. */
void resolver_prepare(
    struct resolver *resolver, enum dns_view view, const char *name, enum dns_type type);

/* True if lookups wait in the queue: the resolver takes no more questions now. */
bool resolver_is_crowded(const struct resolver *resolver);
/* True if a further lookup would be sent at once, or needs no resolver. */
bool resolver_has_room(const struct resolver *resolver);
/* `cb` is called from the loop whenever resolver_has_room becomes true. */
void resolver_on_room(struct resolver *resolver, void (*cb)(void *user), void *user);
/* What asks name servers themselves; NULL without --authoritative. */
struct authoritative *resolver_authoritative(const struct resolver *resolver);
/* The address of the preferred resolver, or NULL if there is none. */
const struct address *resolver_address(const struct resolver *resolver);

/* getdns' version. */
const char *resolver_library_version(void);

#endif
