/* address.c owns IP addresses as values: text, order, and the special-purpose registries. */
#include "address.h"

#include <arpa/inet.h>
#include <string.h>

static size_t address_size(const struct address *a)
{
	return a->family == AF_INET6 ? 16 : 4;
}

const char *address_text(const struct address *a, char buf[static ADDRESS_TEXT_SIZE])
{
	buf[0] = '\0';
	if (a->family == AF_INET || a->family == AF_INET6)
		inet_ntop(a->family, a->bytes, buf, ADDRESS_TEXT_SIZE);
	return buf;
}

bool address_read(const char *text, struct address *address)
{
	address->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	return inet_pton(address->family, text, address->bytes) == 1;
}

int address_compare(const struct address *a, const struct address *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1; /* none, AF_INET, AF_INET6 */
	return memcmp(a->bytes, b->bytes, address_size(a));
}

struct prefix {
	uint8_t bytes[16];
	unsigned bits;
};

/* IANA IPv4 Special-Purpose Address Registry (RFC 6890), not globally reachable, and multicast. */
static const struct prefix reserved4[] = {
    {{0}, 8},
    {{10}, 8},
    {{100, 64}, 10},
    {{127}, 8},
    {{169, 254}, 16},
    {{172, 16}, 12},
    {{192, 0, 0}, 24},
    {{192, 0, 2}, 24},
    {{192, 88, 99}, 24},
    {{192, 168}, 16},
    {{198, 18}, 15},
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},
    {{224}, 4},
    {{240}, 4},
};

/* IANA IPv6 Special-Purpose Address Registry, likewise; only 2000::/3 is global unicast space. */
static const struct prefix reserved6[] = {
    {{0x20, 0x01, 0x00, 0x00}, 23}, /* 2001::/23, Teredo among them */
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
    {{0x20, 0x02}, 16},             /* 6to4 */
    {{0x3f, 0xff}, 20},             /* documentation (RFC 9637) */
};

static bool has_prefix(const uint8_t *bytes, const struct prefix *p)
{
	unsigned whole = p->bits / 8;
	unsigned rest = p->bits % 8;
	if (memcmp(bytes, p->bytes, whole) != 0)
		return false;
	uint8_t mask = (uint8_t)(0xff << (8 - rest));
	return rest == 0 || ((bytes[whole] ^ p->bytes[whole]) & mask) == 0;
}

static bool in_any(const uint8_t *bytes, const struct prefix *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (has_prefix(bytes, &list[i]))
			return true;
	return false;
}

/* 64:ff9b::/96 (RFC 6052) is reachable, but as the IPv4 address that it carries. */
static const struct prefix nat64 = {{0x00, 0x64, 0xff, 0x9b}, 96};
static const struct prefix global6 = {{0x20}, 3};

bool address_is_reserved(const struct address *a)
{
	if (a->family == AF_INET)
		return in_any(a->bytes, reserved4, sizeof reserved4 / sizeof *reserved4);
	if (has_prefix(a->bytes, &nat64))
		return in_any(a->bytes + 12, reserved4, sizeof reserved4 / sizeof *reserved4);
	return !has_prefix(a->bytes, &global6) ||
	       in_any(a->bytes, reserved6, sizeof reserved6 / sizeof *reserved6);
}
