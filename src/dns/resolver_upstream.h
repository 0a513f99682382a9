/* resolver_upstream.h - which resolvers to ask, and which of them may be believed. */
#ifndef MXDANE_RESOLVER_UPSTREAM_H
#define MXDANE_RESOLVER_UPSTREAM_H

#include "dns_transport.h"
#include "params.h"

/*
 * The resolvers of --resolver, or those of /etc/resolv.conf; how many, and 0 with a sentence in
 * *error when there is none or --dnssec trust-ad would have to believe one that it may not.
 */
size_t resolver_upstreams(const struct params *params, struct arena *arena,
    struct dns_upstream **upstreams, const char **error);

#endif
