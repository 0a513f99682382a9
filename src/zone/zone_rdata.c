/* zone_rdata.c owns record data in the text form of each type that mail needs. */
#include "zone_rdata.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include "ascii.h"
#include "dname.h"
#include "zone_text.h"

enum {
	/* PowerDNS's own, in the range for private use (RFC 6895 §3.1). */
	TYPE_ALIAS = 65401,
	TYPE_LUA = 65402,
	FIRST_PRIVATE = 65280,
	LAST_PRIVATE = 65532, /* the two above are BIND's notes, on keys and on signing */
};

/*
 * IANA, "Resource Record (RR) TYPEs", without those of questions and messages (OPT, TSIG, AXFR …).
 * A word that is not here is an error, not a record to skip: TSLA for TLSA must not pass. Nor may
 * others' words for ALIAS that are one letter from a type that counts, such as ANAME.
 */
static const struct {
	uint16_t type;
	const char *name;
} types[] = {
    {1, "A"},
    {2, "NS"},
    {5, "CNAME"},
    {6, "SOA"},
    {7, "MB"},
    {8, "MG"},
    {9, "MR"},
    {11, "WKS"},
    {12, "PTR"},
    {13, "HINFO"},
    {14, "MINFO"},
    {15, "MX"},
    {16, "TXT"},
    {17, "RP"},
    {18, "AFSDB"},
    {19, "X25"},
    {20, "ISDN"},
    {21, "RT"},
    {22, "NSAP"},
    {23, "NSAP-PTR"},
    {24, "SIG"},
    {25, "KEY"},
    {26, "PX"},
    {27, "GPOS"},
    {28, "AAAA"},
    {29, "LOC"},
    {30, "NXT"},
    {31, "EID"},
    {32, "NIMLOC"},
    {33, "SRV"},
    {34, "ATMA"},
    {35, "NAPTR"},
    {36, "KX"},
    {37, "CERT"},
    {38, "A6"},
    {39, "DNAME"},
    {40, "SINK"},
    {42, "APL"},
    {43, "DS"},
    {44, "SSHFP"},
    {45, "IPSECKEY"},
    {46, "RRSIG"},
    {47, "NSEC"},
    {48, "DNSKEY"},
    {49, "DHCID"},
    {50, "NSEC3"},
    {51, "NSEC3PARAM"},
    {52, "TLSA"},
    {53, "SMIMEA"},
    {55, "HIP"},
    {56, "NINFO"},
    {57, "RKEY"},
    {58, "TALINK"},
    {59, "CDS"},
    {60, "CDNSKEY"},
    {61, "OPENPGPKEY"},
    {62, "CSYNC"},
    {63, "ZONEMD"},
    {64, "SVCB"},
    {65, "HTTPS"},
    {66, "DSYNC"},
    {99, "SPF"},
    {104, "NID"},
    {105, "L32"},
    {106, "L64"},
    {107, "LP"},
    {108, "EUI48"},
    {109, "EUI64"},
    {256, "URI"},
    {257, "CAA"},
    {258, "AVC"},
    {259, "DOA"},
    {260, "AMTRELAY"},
    {261, "RESINFO"},
    {262, "WALLET"},
    {32768, "TA"},
    {32769, "DLV"},
    {TYPE_ALIAS, "ALIAS"},
    {TYPE_LUA, "LUA"},
};

enum { TYPE_COUNT = sizeof types / sizeof *types };

/* Nothing in a zone is of them: RFC 6895 §3.1, and OPT. */
static bool is_of_messages(uint32_t type)
{
	return type == 0 || type == 41 || (type >= 128 && type <= 255);
}

bool zone_type_read(const struct zone_token *token, uint16_t *type)
{
	static const char prefix[] = "TYPE";
	const size_t n = sizeof prefix - 1;
	uint32_t number;
	for (size_t i = 0; i < TYPE_COUNT; i++) {
		if (zone_token_is(token, types[i].name)) {
			*type = types[i].type;
			return true;
		}
	}
	if (token->quoted || token->length <= n || !ascii_equal(token->text, prefix, n))
		return false;
	struct zone_token digits = {.text = token->text + n, .length = token->length - n};
	if (!zone_token_number(&digits, UINT16_MAX, &number) || is_of_messages(number))
		return false;
	*type = (uint16_t)number;
	return true;
}

/* NULL: it has none. */
static const char *mnemonic(uint16_t type)
{
	for (size_t i = 0; i < TYPE_COUNT; i++)
		if (types[i].type == type)
			return types[i].name;
	return NULL;
}

const char *zone_type_name(struct arena *arena, uint16_t type)
{
	const char *name = mnemonic(type);
	return name ? name : arena_printf(arena, "TYPE%u", type);
}

/* ---- From wire octets ---- */

static bool wire_fault(const char **why, const char *text)
{
	*why = text;
	return false;
}

static bool wire_address(
    const uint8_t *data, size_t length, int family, struct dns_record *out, const char **why)
{
	size_t size = family == AF_INET ? 4 : 16;
	if (length != size)
		return wire_fault(why, family == AF_INET ? "an IPv4 address has 4 octets"
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
static const char *wire_take_name(
    struct arena *arena, const uint8_t *data, size_t length, size_t *used, const char **why)
{
	*used = name_size(data, length);
	const char *name = dname_from_wire(arena, data, *used);
	if (!name)
		*why = "its domain name is broken, too long or compressed";
	return name;
}

/* A name and nothing behind it. */
static bool wire_whole_name(
    struct arena *arena, const uint8_t *data, size_t length, const char **name, const char **why)
{
	size_t used;
	*name = wire_take_name(arena, data, length, &used, why);
	if (*name && used != length)
		return wire_fault(why, "there are octets behind its name");
	return *name != NULL;
}

static bool wire_txt(struct arena *arena, const uint8_t *data, size_t length,
    struct dns_record *out, const char **why)
{
	uint8_t *joined = arena_alloc(arena, length);
	size_t total = 0;
	if (length == 0)
		return wire_fault(why, "there is no character-string");
	for (size_t i = 0; i < length; i += 1 + (size_t)data[i]) {
		if (data[i] > length - i - 1)
			return wire_fault(why, "a character-string runs over its end");
		memcpy(joined + total, data + i + 1, data[i]);
		total += data[i];
	}
	out->txt.data = joined;
	out->txt.length = total;
	return true;
}

static bool wire_soa(struct arena *arena, const uint8_t *data, size_t length, const char **why)
{
	enum { NUMBERS = 20 }; /* five of 32 bits */
	size_t first, second;
	if (!wire_take_name(arena, data, length, &first, why) ||
	    !wire_take_name(arena, data + first, length - first, &second, why))
		return false;
	if (length - first - second != NUMBERS)
		return wire_fault(why, "an SOA has five numbers of 4 octets behind its names");
	return true;
}

static bool wire_tlsa(const uint8_t *data, size_t length, struct dns_record *out, const char **why)
{
	if (length < 3)
		return wire_fault(why, "a TLSA record has at least 3 octets");
	out->tlsa.usage = data[0];
	out->tlsa.selector = data[1];
	out->tlsa.mtype = data[2];
	out->tlsa.data = data + 3;
	out->tlsa.length = length - 3;
	return true;
}

static bool wire_mx(struct arena *arena, const uint8_t *data, size_t length, struct dns_record *out,
    const char **why)
{
	if (length < 2)
		return wire_fault(why, "an MX record begins with a preference of 2 octets");
	out->mx.preference = (uint16_t)(data[0] << 8 | data[1]);
	return wire_whole_name(arena, data + 2, length - 2, &out->mx.exchange, why);
}

/* The same from wire octets; *why gets a sentence fragment. */
static bool from_wire(struct arena *arena, uint16_t type, const uint8_t *data, size_t length,
    struct dns_record *out, const char **why)
{
	switch (type) {
	case DNS_TYPE_A: return wire_address(data, length, AF_INET, out, why);
	case DNS_TYPE_AAAA: return wire_address(data, length, AF_INET6, out, why);
	case DNS_TYPE_MX: return wire_mx(arena, data, length, out, why);
	case DNS_TYPE_TLSA: return wire_tlsa(data, length, out, why);
	case DNS_TYPE_TXT: return wire_txt(arena, data, length, out, why);
	case DNS_TYPE_CNAME:
	case DNS_TYPE_DNAME:
	case DNS_TYPE_NS: return wire_whole_name(arena, data, length, &out->cname, why);
	case DNS_TYPE_SOA: return wire_soa(arena, data, length, why);
	default: return true;
	}
}

/* ---- From the tokens of a zone file ---- */

/* Takes the RDATA tokens one after another; the first fault sticks. */
struct reader {
	const struct zone_rdata *rdata;
	size_t next;
	struct zone_fault *fault;
};

/* The next word, or NULL with a fault that says what was expected. */
static const struct zone_token *take(struct reader *r, const char *what)
{
	if (r->fault->text)
		return NULL;
	if (r->next < r->rdata->count)
		return &r->rdata->tokens[r->next++];
	zone_fault_set(r->fault, r->rdata->line, "expected %s, not the end of the record", what);
	return NULL;
}

static void refuse(struct reader *r, const struct zone_token *token, const char *what)
{
	zone_fault_set(r->fault, token->line, "expected %s, not '%s'", what,
	    zone_token_visible(r->fault->arena, token));
}

static bool finish(struct reader *r)
{
	if (!r->fault->text && r->next < r->rdata->count)
		refuse(r, &r->rdata->tokens[r->next], "the end of the record");
	return !r->fault->text;
}

static uint32_t take_number(struct reader *r, uint32_t maximum, const char *what)
{
	uint32_t number = 0;
	const struct zone_token *token = take(r, what);
	if (token && !zone_token_number(token, maximum, &number))
		refuse(r, token, what);
	return number;
}

static void take_ttl(struct reader *r, const char *what)
{
	uint32_t ttl;
	const struct zone_token *token = take(r, what);
	if (token && !zone_token_ttl(token, &ttl))
		refuse(r, token, what);
}

static const char *take_name(struct reader *r, const char *what)
{
	const char *why = "it stands in quotes";
	const char *name = NULL;
	const struct zone_token *token = take(r, what);
	if (!token)
		return "";
	if (!token->quoted)
		name = zone_name_read(
		    r->fault->arena, token->text, token->length, r->rdata->origin, &why);
	if (!name)
		zone_fault_set(r->fault, token->line, "expected %s, but in '%s' %s", what,
		    zone_token_visible(r->fault->arena, token), why);
	return name ? name : "";
}

static bool read_address(struct reader *r, int family, struct dns_record *out)
{
	const char *what = family == AF_INET ? "an IPv4 address" : "an IPv6 address";
	const struct zone_token *token = take(r, what);
	char text[ADDRESS_TEXT_SIZE] = "";
	if (!token)
		return false;
	if (!token->quoted && token->length < sizeof text)
		memcpy(text, token->text, token->length);
	out->address.family = family;
	if (inet_pton(family, text, out->address.bytes) != 1)
		refuse(r, token, what);
	return finish(r);
}

/* ---- TLSA ---- */

/* RFC 7218 §2: software that reads TLSA records takes the acronyms too. */
struct acronym {
	const char *name;
	uint8_t value;
};

static const struct acronym usages[] = {
    {"PKIX-TA", 0}, {"PKIX-EE", 1}, {"DANE-TA", 2}, {"DANE-EE", 3}, {"PrivCert", 255}, {NULL, 0}};
static const struct acronym selectors[] = {{"Cert", 0}, {"SPKI", 1}, {"PrivSel", 255}, {NULL, 0}};
static const struct acronym mtypes[] = {
    {"Full", 0}, {"SHA2-256", 1}, {"SHA2-512", 2}, {"PrivMatch", 255}, {NULL, 0}};

static uint8_t take_field(struct reader *r, const struct acronym *acronyms, const char *what)
{
	uint32_t number = 0;
	const struct zone_token *token = take(r, what);
	if (!token)
		return 0;
	for (const struct acronym *a = acronyms; a->name; a++)
		if (zone_token_is(token, a->name))
			return a->value;
	if (!zone_token_number(token, UINT8_MAX, &number))
		refuse(r, token, what);
	return (uint8_t)number;
}

static bool read_tlsa(struct reader *r, struct dns_record *out)
{
	uint8_t *data;
	out->tlsa.usage = take_field(r, usages, "a certificate usage from 0 to 255");
	out->tlsa.selector = take_field(r, selectors, "a selector from 0 to 255");
	out->tlsa.mtype = take_field(r, mtypes, "a matching type from 0 to 255");
	/* Without data there is no word to write; RFC 3597's form can say it. */
	if (!take(r, "the certificate association data in hex") ||
	    !zone_token_hex(&r->rdata->tokens[r->next - 1], r->rdata->count - r->next + 1, r->fault,
		&data, &out->tlsa.length))
		return false;
	out->tlsa.data = data;
	return true;
}

/* ---- TXT ---- */

/* One character-string (RFC 1035 §3.3: at most 255 octets) behind the others. */
static bool add_string(
    struct reader *r, const struct zone_token *token, uint8_t *data, size_t *length)
{
	size_t start = *length;
	for (size_t i = 0; i < token->length;) {
		uint8_t octet;
		bool escaped;
		const char *why =
		    zone_token_octet(token->text, token->length, &i, &octet, &escaped);
		if (!why && octet == '"' && !escaped)
			why = "a \" stands in it: write \\\" or put it all in quotes";
		if (!why && *length - start == UINT8_MAX)
			why = "it is longer than 255 octets: split it into several strings";
		if (why)
			return zone_fault_set(r->fault, token->line,
			    "expected a character-string, but in '%s' %s",
			    zone_token_visible(r->fault->arena, token), why);
		data[(*length)++] = octet;
	}
	return true;
}

static bool read_txt(struct reader *r, struct dns_record *out)
{
	size_t room = 0;
	for (size_t i = 0; i < r->rdata->count; i++)
		room += r->rdata->tokens[i].length;
	uint8_t *data = arena_alloc(r->fault->arena, room);
	if (!take(r, "a character-string"))
		return false;
	for (size_t i = 0; i < r->rdata->count; i++)
		if (!add_string(r, &r->rdata->tokens[i], data, &out->txt.length))
			return false;
	if (out->txt.length + r->rdata->count > UINT16_MAX)
		return zone_fault_set(
		    r->fault, r->rdata->line, "expected at most 65535 octets of character-strings");
	out->txt.data = data;
	return true;
}

/* ---- SOA, the generic form, and all ---- */

static bool read_soa(struct reader *r)
{
	(void)take_name(r, "the name of the primary server");
	(void)take_name(r, "the mailbox of who is responsible");
	(void)take_number(r, UINT32_MAX, "a serial number from 0 to 4294967295");
	take_ttl(r, "the refresh time");
	take_ttl(r, "the retry time");
	take_ttl(r, "the expire time");
	take_ttl(r, "the negative caching time");
	return finish(r);
}

static bool read_mx(struct reader *r, struct dns_record *out)
{
	out->mx.preference = (uint16_t)take_number(r, UINT16_MAX, "a preference from 0 to 65535");
	out->mx.exchange = take_name(r, "the name of a mail host");
	return finish(r);
}

static bool read_target(struct reader *r, struct dns_record *out)
{
	out->cname = take_name(r, "a domain name");
	return finish(r);
}

/* PowerDNS: the type of what the program makes, and the program. */
static bool read_lua(struct reader *r)
{
	uint16_t type;
	const struct zone_token *token = take(r, "a record type after LUA");
	if (token && !zone_type_read(token, &type))
		refuse(r, token, "a record type (such as A or TLSA) after LUA");
	(void)take(r, "a program in quotes");
	return !r->fault->text;
}

/* RFC 3597 §5: \# LENGTH HEX… */
static bool read_generic(struct reader *r, struct dns_record *out)
{
	uint8_t *data;
	size_t length;
	const char *why;
	(void)take(r, "\\#"); /* it is there */
	uint32_t announced = take_number(r, UINT16_MAX, "a length from 0 to 65535");
	if (r->fault->text || !zone_token_hex(r->rdata->tokens + r->next, r->rdata->count - r->next,
				  r->fault, &data, &length))
		return false;
	if (length != announced)
		return zone_fault_set(r->fault, r->rdata->line,
		    "expected %u octets of hex after \\# %u, not %zu", announced, announced,
		    length);
	if (!from_wire(r->fault->arena, r->rdata->type, data, length, out, &why))
		return zone_fault_set(r->fault, r->rdata->line, "expected the data of type %s: %s",
		    zone_type_name(r->fault->arena, r->rdata->type), why);
	return true;
}

/* A type that has only a number has no other form (RFC 3597 §5). */
static bool refuse_own_form(struct reader *r)
{
	static const char what[] = "\\# after a type by number";
	const struct zone_token *token = take(r, what);
	if (token)
		refuse(r, token, what);
	return false;
}

static bool is_generic(const struct zone_rdata *rdata)
{
	return rdata->count > 0 && zone_token_is(&rdata->tokens[0], "\\#");
}

struct zone_made zone_rdata_made(const struct zone_rdata *rdata)
{
	struct zone_made made = {.kind = ZONE_MADE_NOTHING};
	if (rdata->type == TYPE_ALIAS)
		made.kind = ZONE_MADE_ADDRESSES;
	else if (rdata->type == TYPE_LUA && !is_generic(rdata) &&
		 zone_type_read(&rdata->tokens[0], &made.type) && made.type != DNS_TYPE_CNAME)
		made.kind = ZONE_MADE_TYPE;
	else if (rdata->type == TYPE_LUA) /* a CNAME answers for all types */
		made.kind = ZONE_MADE_ANY;
	else if (rdata->type >= FIRST_PRIVATE && rdata->type <= LAST_PRIVATE)
		made.kind = ZONE_MADE_ABSENT;
	return made;
}

bool zone_rdata_read(
    const struct zone_rdata *rdata, struct dns_record *out, struct zone_fault *fault)
{
	struct reader r = {.rdata = rdata, .fault = fault};
	if (is_generic(rdata))
		return read_generic(&r, out);
	switch (rdata->type) {
	case DNS_TYPE_A: return read_address(&r, AF_INET, out);
	case DNS_TYPE_AAAA: return read_address(&r, AF_INET6, out);
	case DNS_TYPE_MX: return read_mx(&r, out);
	case DNS_TYPE_TLSA: return read_tlsa(&r, out);
	case DNS_TYPE_TXT: return read_txt(&r, out);
	case DNS_TYPE_CNAME:
	case DNS_TYPE_DNAME:
	case DNS_TYPE_NS:
	case TYPE_ALIAS: return read_target(&r, out);
	case TYPE_LUA: return read_lua(&r);
	case DNS_TYPE_SOA: return read_soa(&r);
	default: return mnemonic(rdata->type) || refuse_own_form(&r);
	}
}
