/* option_proxy.c owns --proxy: reading its value, and the look-up of the proxy's own address. */
#include "option_proxy.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include "buffer.h"
#include "escape.h"
#include "name.h"
#include "option_values.h"

enum { SOCKS_PORT = 1080, MOST_OCTETS = 255 /* RFC 1929 §2 */ };

#define TAKES "socks5://[USER:PASSWORD@]HOST[:PORT]"

/* Not its value: that may hold a password. */
static bool refuse(struct options_state *state, const char *why)
{
	return options_refuse(state, "--proxy takes " TAKES ": %s", why);
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *found = c ? strchr(digits, c) : NULL;
	return found ? (int)((found - digits) % 16) : -1;
}

/* Percent-encoding (RFC 3986 §2.1) undone; NULL if it is none, or not of 1 to 255 octets. */
static const char *decode(struct arena *arena, const char *text)
{
	struct buffer b = {0};
	bool good = true;
	for (; *text && good; text++) {
		if (*text != '%') {
			buffer_add(&b, text, 1);
			continue;
		}
		int high = hex_digit(text[1]), low = high < 0 ? -1 : hex_digit(text[2]);
		good = low >= 0 && (high || low);
		buffer_add(&b, &(char){(char)(high * 16 + low)}, 1);
		text += good ? 2 : 0;
	}
	const char *decoded = good && b.length && b.length <= MOST_OCTETS
				  ? arena_strdup(arena, buffer_text(&b))
				  : NULL;
	buffer_reset(&b);
	return decoded;
}

static bool read_user(struct options_state *state, struct proxy *proxy, char *text)
{
	char *colon = strchr(text, ':');
	if (!colon)
		return refuse(state, "USER comes with a PASSWORD");
	*colon++ = '\0';
	proxy->user = decode(state->arena, text);
	proxy->password = decode(state->arena, colon);
	return (proxy->user && proxy->password) ||
	       refuse(state, "USER and PASSWORD have 1 to 255 octets each, those that a URL cannot "
			     "hold as %XX");
}

/* "HOST", "192.0.2.1" or "[2001:db8::1]", behind which the port may stand; the rest of *text. */
static bool read_host(struct options_state *state, struct proxy *proxy, char **text)
{
	struct address address;
	bool bracketed = **text == '[';
	char *host = *text + bracketed;
	char *end = host + strcspn(host, bracketed ? "]" : ":");
	const char *why = NULL;
	if (bracketed && *end != ']')
		return refuse(state, "an IPv6 address stands in brackets");
	*text = end + (bracketed && *end);
	char after = *end;
	*end = '\0';
	bool literal = address_read(host, &address) && bracketed == (address.family == AF_INET6);
	proxy->host = literal ? arena_strdup(state->arena, host) : NULL;
	if (!literal && !bracketed) {
		proxy->host = name_from_user(state->arena, host, &why);
		if (proxy->host && !name_is_host(proxy->host))
			proxy->host = NULL;
	}
	*end = after;
	return proxy->host || refuse(state, why ? arena_printf(state->arena, "HOST: %s", why)
						: "HOST is a host name or an IP address");
}

static bool read_port(struct options_state *state, struct proxy *proxy, const char *text)
{
	unsigned port = SOCKS_PORT;
	if (*text == ':' &&
	    (!options_read_number(text + 1, strlen(text + 1), UINT16_MAX, &port) || port == 0))
		return refuse(state, "PORT is a number from 1 to 65535");
	proxy->port = (uint16_t)port;
	return !*text || *text == ':' || refuse(state, "nothing follows PORT");
}

bool options_take_proxy(
    struct options_state *state, const struct option_spec *spec, const char *value)
{
	static const char scheme[] = "socks5://";
	struct proxy *proxy = arena_alloc(state->arena, sizeof *proxy);
	(void)spec; /* it is the only one */
	if (strncmp(value, scheme, sizeof scheme - 1) != 0)
		return refuse(state, "no other kind of proxy is used");
	char *rest = arena_strdup(state->arena, value + sizeof scheme - 1);
	size_t length = strlen(rest);
	if (length && rest[length - 1] == '/')
		rest[length - 1] = '\0';
	char *at = strrchr(rest, '@');
	if (at) {
		*at = '\0';
		if (!read_user(state, proxy, rest))
			return false;
		rest = at + 1;
	}
	if (!read_host(state, proxy, &rest) || !read_port(state, proxy, rest))
		return false;
	bool six = strchr(proxy->host, ':');
	proxy->name = arena_printf(state->arena, "%s%s%s%s:%u", scheme, six ? "[" : "", proxy->host,
	    six ? "]" : "", proxy->port);
	state->params->proxy = proxy;
	return true;
}

static void add_address(struct proxy *proxy, struct arena *arena, const struct sockaddr *found)
{
	struct address *a =
	    arena_append(arena, &proxy->addresses, &proxy->address_count, sizeof *proxy->addresses);
	a->family = found->sa_family;
	if (a->family == AF_INET)
		memcpy(a->bytes, &((const struct sockaddr_in *)found)->sin_addr, 4);
	else
		memcpy(a->bytes, &((const struct sockaddr_in6 *)found)->sin6_addr, 16);
}

const char *option_proxy_look_up(struct proxy *proxy, struct arena *arena)
{
	const struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	int code = getaddrinfo(proxy->host, NULL, &wanted, &list);
	for (const struct addrinfo *i = code == 0 ? list : NULL; i; i = i->ai_next)
		if (i->ai_family == AF_INET || i->ai_family == AF_INET6)
			add_address(proxy, arena, i->ai_addr);
	if (code == 0)
		freeaddrinfo(list);
	if (proxy->address_count)
		return NULL;
	return arena_printf(arena, "--proxy: no address of %s is found: %s",
	    escape_text(arena, proxy->host), code ? gai_strerror(code) : "it has none");
}
