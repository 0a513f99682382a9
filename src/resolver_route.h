/*
 * resolver_route.h - the way of one lookup over proposed and live DNS together: an alias in a
 * --zone file may lead to a name that live DNS answers, and an alias in live DNS to one that a file
 * answers.
 */
#ifndef MXDANE_RESOLVER_ROUTE_H
#define MXDANE_RESOLVER_ROUTE_H

#include "dns_lookup.h"

struct resolver_route;

/*
 * The overlay of `service`, which may be NULL, is asked first. The callback comes once, from the
 * loop; `fact` lives in `arena` and in the overlay.
 */
struct resolver_route *resolver_route_start(const struct dns_service *service, const char *name,
    enum dns_type type, struct arena *arena, dns_lookup_cb *cb, void *user);
/* The callback will not come. NULL is allowed. */
void resolver_route_cancel(struct resolver_route *route);

#endif
