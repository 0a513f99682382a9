/* dns_record.c owns turning the records of an answer into those of the model. */
#include <getdns/getdns_extra.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "buffer.h"
#include "dns_answer.h"
#include "dns_name.h"

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
	record->mx.exchange = dns_name_from_wire(arena, exchange->data, exchange->size);
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

static bool read_rdata(const struct dns_rr *rr, struct arena *arena, struct dns_record *record)
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

bool dns_answer_records(const struct dns_answer *answer, struct arena *arena, struct lookup *lookup)
{
	const struct dns_rr *signature =
	    dns_answer_signature(answer, lookup->final, lookup->type, NULL);
	uint32_t longest = 0;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];
		struct dns_record record = {.ttl = rr->ttl};

		if (!rr->in_answer || rr->type != lookup->type ||
		    strcmp(rr->owner, lookup->final) != 0)
			continue;
		if (!read_rdata(rr, arena, &record))
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
