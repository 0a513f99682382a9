/* answer.c owns reading a response that getdns has parsed: question, records, aliases. */
#include "answer.h"

#include <getdns/getdns_extra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "buffer.h"
#include "dname.h"
#include "wire.h"

static const getdns_bindata *get_data(const getdns_dict *dict, const char *name)
{
	getdns_bindata *data = NULL;

	return getdns_dict_get_bindata(dict, name, &data) ? NULL : data;
}

static bool get_number(const getdns_dict *dict, const char *name, uint32_t most, uint32_t *value)
{
	return getdns_dict_get_int(dict, name, value) == GETDNS_RETURN_GOOD && *value <= most;
}

static bool read_address(
    const getdns_dict *dict, const char *name, int family, size_t size, struct address *address)
{
	const getdns_bindata *data = get_data(dict, name);

	if (!data || data->size != size)
		return false;
	address->family = family;
	memcpy(address->bytes, data->data, size);
	return true;
}

static bool read_mx(const getdns_dict *dict, struct arena *arena, struct dns_record *record)
{
	const getdns_bindata *exchange = get_data(dict, "/rdata/exchange");
	uint32_t preference;

	if (!exchange || !get_number(dict, "/rdata/preference", UINT16_MAX, &preference))
		return false;
	record->mx.preference = (uint16_t)preference;
	record->mx.exchange = dname_from_wire(arena, exchange->data, exchange->size);
	return record->mx.exchange != NULL;
}

static bool read_tlsa(const getdns_dict *dict, struct arena *arena, struct dns_record *record)
{
	const getdns_bindata *data = get_data(dict, "/rdata/certificate_association_data");
	uint32_t usage, selector, mtype;

	if (!get_number(dict, "/rdata/certificate_usage", UINT8_MAX, &usage) ||
	    !get_number(dict, "/rdata/selector", UINT8_MAX, &selector) ||
	    !get_number(dict, "/rdata/matching_type", UINT8_MAX, &mtype))
		return false;
	record->tlsa.usage = (uint8_t)usage;
	record->tlsa.selector = (uint8_t)selector;
	record->tlsa.mtype = (uint8_t)mtype;
	if (data && data->size) {
		record->tlsa.data = arena_memdup(arena, data->data, data->size);
		record->tlsa.length = data->size;
	}
	return true;
}

/* The character-strings are joined without anything between them (RFC 8461 §3.1). */
static bool read_txt(const getdns_dict *dict, struct arena *arena, struct dns_record *record)
{
	struct buffer text = {0};
	getdns_list *strings = NULL;
	getdns_bindata *string;

	if (getdns_dict_get_list(dict, "/rdata/txt_strings", &strings))
		return false;
	for (size_t i = 0; getdns_list_get_bindata(strings, i, &string) == GETDNS_RETURN_GOOD; i++)
		buffer_add(&text, string->data, string->size);
	record->txt.data = arena_memdup(arena, buffer_text(&text), text.length);
	record->txt.length = text.length;
	buffer_reset(&text);
	return true;
}

static bool read_data(const struct dns_rr *rr, struct arena *arena, struct dns_record *record)
{
	switch ((enum dns_type)rr->type) {
	case DNS_TYPE_A:
		return read_address(rr->dict, "/rdata/ipv4_address", AF_INET, 4, &record->address);
	case DNS_TYPE_AAAA:
		return read_address(
		    rr->dict, "/rdata/ipv6_address", AF_INET6, 16, &record->address);
	case DNS_TYPE_MX: return read_mx(rr->dict, arena, record);
	case DNS_TYPE_TLSA: return read_tlsa(rr->dict, arena, record);
	case DNS_TYPE_TXT: return read_txt(rr->dict, arena, record);
	case DNS_TYPE_CNAME: record->cname = arena_strdup(arena, rr->target); return true;
	default: return false;
	}
}

static bool same_data(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
	return a_length == b_length && (a_length == 0 || memcmp(a, b, a_length) == 0);
}

static bool same_record(enum dns_type type, const struct dns_record *a, const struct dns_record *b)
{
	switch (type) {
	case DNS_TYPE_A:
	case DNS_TYPE_AAAA: return memcmp(&a->address, &b->address, sizeof a->address) == 0;
	case DNS_TYPE_MX:
		return a->mx.preference == b->mx.preference &&
		       strcmp(a->mx.exchange, b->mx.exchange) == 0;
	case DNS_TYPE_TLSA:
		return a->tlsa.usage == b->tlsa.usage && a->tlsa.selector == b->tlsa.selector &&
		       a->tlsa.mtype == b->tlsa.mtype &&
		       same_data(a->tlsa.data, a->tlsa.length, b->tlsa.data, b->tlsa.length);
	case DNS_TYPE_TXT: return same_data(a->txt.data, a->txt.length, b->txt.data, b->txt.length);
	case DNS_TYPE_CNAME: return strcmp(a->cname, b->cname) == 0;
	default: return false;
	}
}

/* An RRset is a set (RFC 2181 §5): what a message repeats is one record. */
static bool is_repeated(const struct lookup *lookup, const struct dns_record *record)
{
	for (size_t i = 0; i < lookup->record_count; i++)
		if (same_record(lookup->type, &lookup->records[i], record))
			return true;
	return false;
}

bool answer_records(const struct answer *answer, struct arena *arena, struct lookup *lookup)
{
	const struct dns_rr *signature =
	    answer_signature(answer, lookup->final, lookup->type, NULL);
	uint32_t longest = 0;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];
		struct dns_record record = {.ttl = rr->ttl};

		if (!rr->in_answer || rr->type != lookup->type ||
		    strcmp(rr->owner, lookup->final) != 0)
			continue;
		if (!read_data(rr, arena, &record))
			return false;
		if (is_repeated(lookup, &record))
			continue;
		if (rr->ttl > longest)
			longest = rr->ttl;
		struct dns_record *place =
		    arena_append(arena, &lookup->records, &lookup->record_count, sizeof *place);
		*place = record;
	}
	lookup->original_ttl = signature ? signature->signature->original_ttl : longest;
	return true;
}

bool answer_lists_type(const struct dns_rr *rr, uint16_t type)
{
	getdns_bindata *map = NULL;
	size_t at = 0;

	if (getdns_dict_get_bindata(rr->dict, "/rdata/type_bit_maps", &map))
		return false;
	/* Window number, length, bits. */
	while (map->size - at >= 2) {
		size_t window = map->data[at], length = map->data[at + 1];
		size_t octet = (type & 0xff) / 8;

		if (length > map->size - at - 2)
			return false;
		if (window == type >> 8 && octet < length)
			return map->data[at + 2 + octet] & (0x80 >> (type % 8));
		at += 2 + length;
	}
	return false;
}

uint32_t answer_int(const getdns_dict *dict, const char *pointer)
{
	uint32_t value = 0;

	(void)getdns_dict_get_int(dict, pointer, &value); /* absent is 0 */
	return value;
}

static char *get_name(struct arena *arena, const getdns_dict *dict, const char *name)
{
	getdns_bindata *data = NULL;

	if (getdns_dict_get_bindata(dict, name, &data) || !data)
		return NULL;
	return dname_from_wire(arena, data->data, data->size);
}

static bool is_sound(const getdns_dict *response)
{
	getdns_bindata *wire = NULL;

	return !getdns_dict_get_bindata(response, "/replies_full/0", &wire) &&
	       wire_is_sound(wire->data, wire->size);
}

/*
 * The answer that a name does not exist is the same for every type (RFC 2308 §5): systemd-resolved
 * repeats it with the question that brought it. Whatever else the records deny is read from them,
 * for the type that was asked.
 */
static bool is_the_question(const struct answer *a)
{
	const char *name = get_name(a->arena, a->response, "/replies_tree/0/question/qname");

	return name && strcmp(name, a->name) == 0 &&
	       answer_int(a->response, "/replies_tree/0/header/qdcount") == 1 &&
	       (answer_int(a->response, "/replies_tree/0/question/qtype") == a->type ||
		   a->rcode == GETDNS_RCODE_NXDOMAIN) &&
	       answer_int(a->response, "/replies_tree/0/question/qclass") == GETDNS_RRCLASS_IN &&
	       answer_int(a->response, "/replies_tree/0/header/qr") == 1;
}

static struct dns_signature *read_signature(struct arena *arena, const getdns_dict *rr)
{
	struct dns_signature *s = arena_alloc(arena, sizeof *s);

	s->covers = (uint16_t)answer_int(rr, "/rdata/type_covered");
	s->algorithm = (uint8_t)answer_int(rr, "/rdata/algorithm");
	s->labels = (uint8_t)answer_int(rr, "/rdata/labels");
	s->key_tag = (uint16_t)answer_int(rr, "/rdata/key_tag");
	s->original_ttl = answer_int(rr, "/rdata/original_ttl");
	s->inception = answer_int(rr, "/rdata/signature_inception");
	s->expiration = answer_int(rr, "/rdata/signature_expiration");
	s->signer = get_name(arena, rr, "/rdata/signers_name");
	return s->signer ? s : NULL;
}

/*
 * The wire form that proofs are made over must be the name that was read: a compression pointer in
 * a name that may not have one (RFC 3597 §4) would mean something else there.
 */
static bool is_plain_in_rdata(const getdns_dict *rr, size_t offset, const char *name)
{
	getdns_bindata *raw = NULL, *field = NULL;

	return !getdns_dict_get_bindata(rr, "/rdata/rdata_raw", &raw) &&
	       !getdns_dict_get_bindata(rr, name, &field) && raw->size >= offset &&
	       raw->size - offset >= field->size &&
	       memcmp(raw->data + offset, field->data, field->size) == 0;
}

/* RFC 4034 §3.1.3: an asterisk is not counted. A signature over more is none (RFC 4035 §5.3.1). */
static size_t signed_labels(const char *owner)
{
	return dname_labels(owner) - (strncmp(owner, "*.", 2) == 0 || strcmp(owner, "*") == 0);
}

static bool read_rdata(struct arena *arena, struct dns_rr *rr)
{
	switch (rr->type) {
	case DNS_TYPE_RRSIG:
		rr->signature = read_signature(arena, rr->dict);
		return rr->signature && rr->signature->labels <= signed_labels(rr->owner) &&
		       is_plain_in_rdata(rr->dict, 18, "/rdata/signers_name");
	case DNS_TYPE_CNAME: rr->target = get_name(arena, rr->dict, "/rdata/cname"); break;
	case DNS_TYPE_DNAME:
		rr->target = get_name(arena, rr->dict, "/rdata/target");
		return rr->target && is_plain_in_rdata(rr->dict, 0, "/rdata/target");
	case DNS_TYPE_NSEC:
		rr->target = get_name(arena, rr->dict, "/rdata/next_domain_name");
		return rr->target && is_plain_in_rdata(rr->dict, 0, "/rdata/next_domain_name");
	default: return true;
	}
	return rr->target != NULL;
}

/* A record that does not parse is left out: what it was meant to prove then stays unproven. */
static void read_record(struct answer *a, getdns_dict *dict, bool in_answer)
{
	struct dns_rr rr = {.dict = dict, .in_answer = in_answer};

	rr.owner = get_name(a->arena, dict, "name");
	rr.type = (uint16_t)answer_int(dict, "type");
	rr.ttl = answer_int(dict, "ttl");
	if (!rr.owner || answer_int(dict, "class") != GETDNS_RRCLASS_IN ||
	    !read_rdata(a->arena, &rr))
		return;
	struct dns_rr *place = arena_append(a->arena, &a->rrs, &a->count, sizeof *place);
	*place = rr;
}

/* False if the section holds fewer records than the header says: the message is damaged. */
static bool read_section(struct answer *a, const char *pointer, const char *counter, bool in_answer)
{
	getdns_list *section = NULL;
	getdns_dict *dict;
	size_t count = 0;

	if (getdns_dict_get_list(a->response, pointer, &section) == GETDNS_RETURN_GOOD)
		for (; !getdns_list_get_dict(section, count, &dict); count++)
			read_record(a, dict, in_answer);
	return count == answer_int(a->response, counter);
}

struct answer *answer_read(struct getdns_dict *response, const char *name, uint16_t type)
{
	struct arena *arena = arena_create();
	struct answer *a = arena_alloc(arena, sizeof *a);

	a->arena = arena;
	a->response = response;
	a->name = arena_strdup(arena, name);
	a->type = type;
	a->rcode = answer_int(response, "/replies_tree/0/header/rcode");
	a->ad = answer_int(response, "/replies_tree/0/header/ad") == 1;
	/* Over TCP nothing may be cut off. */
	if (is_sound(response) && is_the_question(a) &&
	    answer_int(response, "/replies_tree/0/header/tc") == 0 &&
	    read_section(a, "/replies_tree/0/answer", "/replies_tree/0/header/ancount", true) &&
	    read_section(a, "/replies_tree/0/authority", "/replies_tree/0/header/nscount", false))
		return a;
	answer_destroy(a);
	return NULL;
}

void answer_destroy(struct answer *answer)
{
	if (!answer)
		return;
	getdns_dict_destroy(answer->response);
	arena_destroy(answer->arena);
}

int answer_rcode(const struct getdns_dict *response)
{
	uint32_t rcode;

	if (!response || getdns_dict_get_int(response, "/replies_tree/0/header/rcode", &rcode))
		return -1;
	return (int)rcode;
}

const char *answer_rcode_name(int rcode)
{
	static const char *const names[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",
	    "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"};

	if (rcode < 0 || rcode >= (int)(sizeof names / sizeof *names))
		return NULL;
	return names[rcode];
}

const char *answer_type_name(uint16_t type, char buf[static 16])
{
	static const struct {
		uint16_t type;
		const char *name;
	} names[] = {{DNS_TYPE_A, "A"}, {DNS_TYPE_CNAME, "CNAME"}, {DNS_TYPE_SOA, "SOA"},
	    {DNS_TYPE_MX, "MX"}, {DNS_TYPE_TXT, "TXT"}, {DNS_TYPE_AAAA, "AAAA"},
	    {DNS_TYPE_TLSA, "TLSA"}, {DNS_TYPE_DNAME, "DNAME"}, {DNS_TYPE_DS, "DS"},
	    {DNS_TYPE_DNSKEY, "DNSKEY"}, {DNS_TYPE_NSEC, "NSEC"}, {DNS_TYPE_NSEC3, "NSEC3"}};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].type == type)
			return names[i].name;
	(void)snprintf(buf, 16, "TYPE%u", type); /* fits */
	return buf;
}

const struct dns_rr *answer_find(const struct answer *answer, const char *owner, uint16_t type)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->in_answer && rr->type == type && strcmp(rr->owner, owner) == 0)
			return rr;
	}
	return NULL;
}

const struct dns_rr *answer_signature(
    const struct answer *answer, const char *owner, uint16_t type, const struct dns_rr *after)
{
	size_t begin = after ? (size_t)(after - answer->rrs) + 1 : 0;

	for (size_t i = begin; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->signature && rr->signature->covers == type && strcmp(rr->owner, owner) == 0)
			return rr;
	}
	return NULL;
}

bool answer_is_wildcard(const struct answer *answer, const char *owner, uint16_t type)
{
	const struct dns_rr *rr = NULL;

	while ((rr = answer_signature(answer, owner, type, rr)))
		if (rr->signature->labels < signed_labels(owner))
			return true;
	return false;
}

bool answer_has_denial(const struct answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (!rr->in_answer && rr->type == DNS_TYPE_SOA && dname_is_below(name, rr->owner))
			return true;
	}
	return false;
}

bool answer_signature_life(const struct answer *answer, const char *owner, uint16_t type,
    int64_t now, struct signature_life *life)
{
	const struct dns_rr *rr = NULL, *best = NULL;
	bool best_is_valid = false;

	while ((rr = answer_signature(answer, owner, type, rr))) {
		const struct dns_signature *s = rr->signature;
		bool valid = s->inception <= now && now <= s->expiration;

		if (best && (valid != best_is_valid ? best_is_valid
						    : s->expiration <= best->signature->expiration))
			continue;
		best = rr;
		best_is_valid = valid;
	}
	if (!best)
		return false;
	*life = (struct signature_life){best->signature->inception, best->signature->expiration,
	    best->signature->signer, best->signature->key_tag};
	return true;
}

const char *answer_alias(const struct answer *answer, const char *owner, bool *ambiguous)
{
	const char *target = NULL;

	*ambiguous = false;
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (!rr->in_answer || rr->type != DNS_TYPE_CNAME || strcmp(rr->owner, owner) != 0)
			continue;
		if (target && strcmp(target, rr->target) != 0)
			*ambiguous = true;
		target = rr->target;
	}
	return target;
}

const struct dns_rr *answer_dname(const struct answer *answer, const char *owner)
{
	if (answer_signature(answer, owner, DNS_TYPE_CNAME, NULL))
		return NULL;
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->in_answer && rr->type == DNS_TYPE_DNAME &&
		    dname_is_below(owner, rr->owner) && strcmp(owner, rr->owner) != 0)
			return rr;
	}
	return NULL;
}

bool answer_is_lone_alias(const struct answer *answer, const char *owner)
{
	return answer_find(answer, owner, DNS_TYPE_CNAME) &&
	       !answer_signature(answer, owner, DNS_TYPE_CNAME, NULL) &&
	       !answer_dname(answer, owner);
}

void answer_add_dname(struct answer *answer, const struct answer *from, const char *owner)
{
	struct dns_rr *rrs =
	    arena_array(answer->arena, answer->count + from->count, sizeof *answer->rrs);

	memcpy(rrs, answer->rrs, answer->count * sizeof *rrs);
	for (size_t i = 0; i < from->count; i++) {
		const struct dns_rr *rr = &from->rrs[i];
		uint16_t type = rr->signature ? rr->signature->covers : rr->type;

		if (rr->in_answer && type == DNS_TYPE_DNAME && strcmp(rr->owner, owner) == 0)
			rrs[answer->count++] = *rr;
	}
	answer->rrs = rrs;
}
