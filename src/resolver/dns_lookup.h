/*
 * dns_lookup.h - one (name, type) from question to fact: aliases followed, every link judged.
 *
 * The status is the worst of the links' and the end's. A bogus result has been fetched twice.
 */
#ifndef MXDANE_DNS_LOOKUP_H
#define MXDANE_DNS_LOOKUP_H

#include "ad_check.h"
#include "model.h"
#include "transport.h"
#include "trust_chain.h"
#include "zone_overlay.h"

/* What all lookups of a run share. */
struct dns_service {
	struct loop *loop;
	struct transport *transport;
	struct trust_chain *trust_chain; /* NULL: the resolver's AD bit is the verdict (trust-ad) */
	struct ad_check *ad_check;       /* trust-ad: whether that bit means anything; else NULL */
	/* Proposed data, or NULL: an alias is not followed to a name that it covers. The fact then
	 * ends with that name as `final` and no records. */
	const struct zone_overlay *overlay;
};

struct dns_lookup;

/* `fact` lives in the arena that dns_lookup_start was given. */
typedef void dns_lookup_cb(void *user, struct lookup *fact);

/* The callback comes once, from the loop; the handle dies after it. */
struct dns_lookup *dns_lookup_start(const struct dns_service *service, const char *name,
    enum dns_type type, struct arena *arena, dns_lookup_cb *cb, void *user);
/* What the callback will bring, where only the reason of a failure is still asked for; else NULL.
 */
const struct lookup *dns_lookup_known(const struct dns_lookup *lookup);
/* The callback will not come. NULL is allowed. */
void dns_lookup_cancel(struct dns_lookup *lookup);

#endif
