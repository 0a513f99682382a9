/* upstream.c owns the choice of upstream resolvers, and which of them --dnssec trust-ad may
 * believe.
 */
#include "upstream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buffer.h"
#include "file.h"
#include "limit.h"

static const char white[] = " \t\r";

static bool parse_server(struct arena *arena, char *text, struct nameserver *server)
{
	char *percent = strchr(text, '%');

	if (inet_pton(AF_INET, text, server->address.bytes) == 1) {
		server->address.family = AF_INET;
		return true;
	}
	if (percent)
		*percent++ = '\0';
	if (inet_pton(AF_INET6, text, server->address.bytes) != 1)
		return false;
	server->address.family = AF_INET6;
	server->scope = percent && *percent ? arena_strdup(arena, percent) : NULL;
	return true;
}

static bool parse_line(struct arena *arena, char *line, struct nameserver *server)
{
	static const char keyword[] = "nameserver";
	size_t length = strlen(keyword);

	/* A comment begins in the first column, and so does a keyword. */
	if (strncmp(line, keyword, length) != 0 || !line[length] || !strchr(white, line[length]))
		return false;
	line += length + strspn(line + length, white);
	line[strcspn(line, white)] = '\0';
	return parse_server(arena, line, server);
}

size_t upstream_parse_resolv_conf(
    const char *text, struct arena *arena, struct nameserver **servers)
{
	size_t count = 0;

	*servers = NULL;
	for (char *line = arena_strdup(arena, text), *next; line; line = next) {
		struct nameserver server = {0};

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (count < LIMIT_RESOLVERS && parse_line(arena, line, &server)) {
			struct nameserver *place =
			    arena_append(arena, servers, &count, sizeof *place);
			*place = server;
		}
	}
	return count;
}

bool upstream_read_resolv_conf(const char *path, struct arena *arena, struct nameserver **servers,
    size_t *count, const char **error)
{
	struct buffer text = {0};

	*count = 0;
	if (!file_read(path, LIMIT_RESOLV_CONF, &text))
		*error = arena_printf(arena, "%s %s%s; name a resolver with --resolver", path,
		    errno == EFBIG ? "is too long" : "cannot be read: ",
		    errno == EFBIG ? "" : strerror(errno));
	else if (!(*count = upstream_parse_resolv_conf(buffer_text(&text), arena, servers)))
		*error =
		    arena_printf(arena, "%s names no resolver; name one with --resolver", path);
	buffer_reset(&text);
	return *count > 0;
}

#define RESOLV_CONF "/etc/resolv.conf"

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
    const struct nameserver *servers, size_t count, struct arena *arena, const char **error)
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

size_t upstream_choose(const struct params *params, struct arena *arena,
    struct dns_upstream **upstreams, const char **error)
{
	struct nameserver *servers;
	size_t count;

	if (params->upstream_count)
		return take_named(params, arena, upstreams);
	if (!upstream_read_resolv_conf(RESOLV_CONF, arena, &servers, &count, error))
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

bool upstream_has_route(const struct dns_upstream *u)
{
	struct sockaddr_in6 to6 = {.sin6_family = AF_INET6, .sin6_port = htons(u->port)};
	struct sockaddr_in to4 = {.sin_family = AF_INET, .sin_port = htons(u->port)};
	bool v4 = u->address.family == AF_INET;
	const void *to = v4 ? (const void *)&to4 : &to6;
	int fd = socket(u->address.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool found;

	memcpy(&to4.sin_addr, u->address.bytes, sizeof to4.sin_addr);
	memcpy(&to6.sin6_addr, u->address.bytes, sizeof to6.sin6_addr);
	/* Connecting a datagram socket chooses the route and the address to send from. */
	found = fd >= 0 && connect(fd, to, v4 ? sizeof to4 : sizeof to6) == 0;
	if (fd >= 0)
		(void)close(fd); /* nothing was sent */
	return found;
}
