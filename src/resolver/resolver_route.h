/*
 * resolver_route.h - the way of one lookup over proposed and live DNS. In the proposed view an
 * alias in a --zone file may lead to a name that live DNS answers, and an alias in live DNS to one
 * that a file answers. In the live view it is live DNS to the end. Only for resolver.c.
 */
#ifndef MXDANE_RESOLVER_ROUTE_H
#define MXDANE_RESOLVER_ROUTE_H

#include "dns_lookup.h"
#include "resolver.h"

struct resolver_route;

/* What the routes of a run share. */
struct resolver_ways {
	struct resolver *resolver;
	struct dns_service *broken_off; /* its lookups end at aliases to proposed names */
	struct dns_service *whole;      /* its lookups know of no proposed name */
};

/* The callback comes once, from the loop; `fact` lives in `arena` and in the overlay. */
struct resolver_route *resolver_route_start(const struct resolver_ways *ways, enum dns_view view,
    const char *name, enum dns_type type, struct arena *arena, dns_lookup_cb *cb, void *user);
/* The callback will not come. NULL is allowed. */
void resolver_route_cancel(struct resolver_route *route);

/*
 * resolver.c: asks live DNS alone, once for both views; an alias to a proposed name is left there
 * (`final`). Otherwise as resolver_lookup.
 */
struct resolver_request *resolver_lookup_part(
    struct resolver *resolver, const char *name, enum dns_type type, resolver_cb *cb, void *user);

#endif
