/* resolver_upstream.c owns the choice of upstream resolvers and the rule of trust in their AD bit.
 */
#include "resolver_upstream.h"

#include <string.h>
#include <sys/socket.h>

#include "resolv_conf.h"

#define RESOLV_CONF "/etc/resolv.conf"

enum { DNS_PORT = 53 };

static size_t take_named(
    const struct params *params, struct arena *arena, struct dns_upstream **upstreams)
{
	*upstreams = arena_array(arena, params->upstream_count, sizeof **upstreams);
	for (size_t i = 0; i < params->upstream_count; i++) {
		const struct upstream *u = &params->upstreams[i];

		(*upstreams)[i] = (struct dns_upstream){.address = u->address,
		    .port = u->port,
		    .tls_name = u->tls ? u->tls_name : NULL};
	}
	return params->upstream_count;
}

static bool is_loopback(const struct address *a)
{
	static const uint8_t ipv6[16] = {[15] = 1};

	return a->family == AF_INET ? a->bytes[0] == 127 : memcmp(a->bytes, ipv6, sizeof ipv6) == 0;
}

/* RFC 4035 §4.9.3: the AD bit counts over a secure path only. */
static bool may_believe_all(
    const struct resolv_conf *servers, size_t count, struct arena *arena, const char **error)
{
	char text[ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < count; i++) {
		if (is_loopback(&servers[i].address))
			continue;
		*error = arena_printf(arena,
		    "--dnssec trust-ad cannot believe %s of " RESOLV_CONF
		    ", which is not on this machine: name a resolver with --resolver",
		    address_text(&servers[i].address, text));
		return false;
	}
	return true;
}

size_t resolver_upstreams(const struct params *params, struct arena *arena,
    struct dns_upstream **upstreams, const char **error)
{
	struct resolv_conf *servers;
	size_t count;

	if (params->upstream_count)
		return take_named(params, arena, upstreams);
	if (!resolv_conf_read(RESOLV_CONF, arena, &servers, &count, error))
		return 0;
	if (params->dnssec == DNSSEC_MODE_TRUST_AD &&
	    !may_believe_all(servers, count, arena, error))
		return 0;
	*upstreams = arena_array(arena, count, sizeof **upstreams);
	for (size_t i = 0; i < count; i++)
		(*upstreams)[i] = (struct dns_upstream){
		    .address = servers[i].address, .scope = servers[i].scope, .port = DNS_PORT};
	return count;
}
