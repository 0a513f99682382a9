/* zone_rdata.c owns record data in the text form of each type that mail needs. */
#include "zone_rdata.h"

#include <arpa/inet.h>
#include <string.h>

#include "zone_name.h"
#include "zone_type.h"

/* Takes the words one after another; the first fault sticks. */
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
	if (!zone_rdata_from_wire(r->fault->arena, r->rdata->type, data, length, out, &why))
		return zone_fault_set(r->fault, r->rdata->line, "expected the data of type %s: %s",
		    zone_type_name(r->fault->arena, r->rdata->type), why);
	return true;
}

bool zone_rdata_read(
    const struct zone_rdata *rdata, struct dns_record *out, struct zone_fault *fault)
{
	struct reader r = {.rdata = rdata, .fault = fault};
	if (rdata->count > 0 && zone_token_is(&rdata->tokens[0], "\\#"))
		return read_generic(&r, out);
	switch (rdata->type) {
	case DNS_TYPE_A: return read_address(&r, AF_INET, out);
	case DNS_TYPE_AAAA: return read_address(&r, AF_INET6, out);
	case DNS_TYPE_MX: return read_mx(&r, out);
	case DNS_TYPE_TLSA: return read_tlsa(&r, out);
	case DNS_TYPE_TXT: return read_txt(&r, out);
	case DNS_TYPE_CNAME:
	case ZONE_TYPE_DNAME:
	case ZONE_TYPE_NS: return read_target(&r, out);
	case ZONE_TYPE_SOA: return read_soa(&r);
	default: return true;
	}
}
