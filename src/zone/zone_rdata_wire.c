/* zone_rdata_wire.c owns record data given as octets, the generic form of master files (RFC 3597
 * §5). */
#include <string.h>

#include "dns_name.h"
#include "zone_rdata.h"
#include "zone_type.h"

static bool refuse(const char **why, const char *text)
{
	*why = text;
	return false;
}

static bool read_address(
    const uint8_t *data, size_t length, int family, struct dns_record *out, const char **why)
{
	size_t size = family == AF_INET ? 4 : 16;
	if (length != size)
		return refuse(why, family == AF_INET ? "an IPv4 address has 4 octets"
						     : "an IPv6 address has 16 octets");
	out->address.family = family;
	memcpy(out->address.bytes, data, size);
	return true;
}

/* How many octets the name at the front takes, its root included; 0 if it has no end. */
static size_t name_size(const uint8_t *data, size_t length)
{
	for (size_t i = 0; i < length; i += 1 + (size_t)data[i])
		if (data[i] == 0)
			return i + 1;
	return 0;
}

/* A name at the front; *used says how many octets it took. */
static const char *take_name(
    struct arena *arena, const uint8_t *data, size_t length, size_t *used, const char **why)
{
	*used = name_size(data, length);
	const char *name = dns_name_from_wire(arena, data, *used);
	if (!name)
		*why = "its domain name is broken, too long or compressed";
	return name;
}

/* A name and nothing behind it. */
static bool read_name(
    struct arena *arena, const uint8_t *data, size_t length, const char **name, const char **why)
{
	size_t used;
	*name = take_name(arena, data, length, &used, why);
	if (*name && used != length)
		return refuse(why, "there are octets behind its name");
	return *name != NULL;
}

static bool read_txt(struct arena *arena, const uint8_t *data, size_t length,
    struct dns_record *out, const char **why)
{
	uint8_t *joined = arena_alloc(arena, length);
	size_t total = 0;
	if (length == 0)
		return refuse(why, "there is no character-string");
	for (size_t i = 0; i < length; i += 1 + (size_t)data[i]) {
		if (data[i] > length - i - 1)
			return refuse(why, "a character-string runs over its end");
		memcpy(joined + total, data + i + 1, data[i]);
		total += data[i];
	}
	out->txt.data = joined;
	out->txt.length = total;
	return true;
}

static bool read_soa(struct arena *arena, const uint8_t *data, size_t length, const char **why)
{
	enum { NUMBERS = 20 }; /* five of 32 bits */
	size_t first, second;
	if (!take_name(arena, data, length, &first, why) ||
	    !take_name(arena, data + first, length - first, &second, why))
		return false;
	if (length - first - second != NUMBERS)
		return refuse(why, "an SOA has five numbers of 4 octets behind its names");
	return true;
}

static bool read_tlsa(const uint8_t *data, size_t length, struct dns_record *out, const char **why)
{
	if (length < 3)
		return refuse(why, "a TLSA record has at least 3 octets");
	out->tlsa.usage = data[0];
	out->tlsa.selector = data[1];
	out->tlsa.mtype = data[2];
	out->tlsa.data = data + 3;
	out->tlsa.length = length - 3;
	return true;
}

static bool read_mx(struct arena *arena, const uint8_t *data, size_t length, struct dns_record *out,
    const char **why)
{
	if (length < 2)
		return refuse(why, "an MX record begins with a preference of 2 octets");
	out->mx.preference = (uint16_t)(data[0] << 8 | data[1]);
	return read_name(arena, data + 2, length - 2, &out->mx.exchange, why);
}

bool zone_rdata_from_wire(struct arena *arena, uint16_t type, const uint8_t *data, size_t length,
    struct dns_record *out, const char **why)
{
	switch (type) {
	case DNS_TYPE_A: return read_address(data, length, AF_INET, out, why);
	case DNS_TYPE_AAAA: return read_address(data, length, AF_INET6, out, why);
	case DNS_TYPE_MX: return read_mx(arena, data, length, out, why);
	case DNS_TYPE_TLSA: return read_tlsa(data, length, out, why);
	case DNS_TYPE_TXT: return read_txt(arena, data, length, out, why);
	case DNS_TYPE_CNAME:
	case ZONE_TYPE_DNAME:
	case ZONE_TYPE_NS: return read_name(arena, data, length, &out->cname, why);
	case ZONE_TYPE_SOA: return read_soa(arena, data, length, why);
	default: return true;
	}
}
