/* upstream.h - the resolvers to ask: those of --resolver, or of /etc/resolv.conf. */
#ifndef MXDANE_UPSTREAM_H
#define MXDANE_UPSTREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "model.h"
#include "params.h"
#include "transport.h"

enum { DNS_PORT = 53 };

/*
 * Sets *upstreams, in `arena`, and returns their number; 0 with a sentence in *error when there is
 * none, or when --dnssec trust-ad would rest on one whose AD bit may not be trusted (mxdane(1)).
 */
size_t upstream_choose(const struct params *params, struct arena *arena,
    struct dns_upstream **upstreams, const char **error);

/* True if this machine knows a way to the address; nothing is sent. */
bool upstream_has_route(const struct dns_upstream *upstream);

struct nameserver {
	struct address address;
	const char *scope; /* zone of a link-local IPv6 address, or NULL */
};

/*
 * The `nameserver` lines, in their order, at most LIMIT_RESOLVERS; all else in the file is passed
 * over, as is a line whose address does not parse. Returns how many; 0 when there is none.
 */
size_t upstream_parse_resolv_conf(
    const char *text, struct arena *arena, struct nameserver **servers);
/* Reads the file. False if it cannot be read or names no resolver; *error is then a sentence. */
bool upstream_read_resolv_conf(const char *path, struct arena *arena, struct nameserver **servers,
    size_t *count, const char **error);

#endif
