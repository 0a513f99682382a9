/*
 * answer.c owns reading a response from its octets, once: the question, the records with the fields
 * of their data, aliases, and what of them is the model's.
 */
#include "answer.h"

#include <getdns/getdns_extra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "buffer.h"
#include "dname.h"
#include "wire.h"

/* ---- Messages ---- */

static const getdns_bindata *message_of(const getdns_dict *response)
{
	getdns_bindata *wire = NULL;

	return !response || getdns_dict_get_bindata(response, "/replies_full/0", &wire) ? NULL
											: wire;
}

static char *read_name(const struct answer *a, const struct wire_field *field)
{
	struct wire_name name;

	wire_read_field_name(a->message, field, &name);
	return dname_from_wire(a->arena, name.octets, name.size);
}

/*
 * The answer that a name does not exist is the same for every type (RFC 2308 §5): systemd-resolved
 * repeats it with the question that brought it. Whatever else the records deny is read from them,
 * for the type that was asked.
 */
static bool is_the_question(const struct answer *a, const struct wire_record *question)
{
	const char *name = dname_from_wire(a->arena, question->owner.octets, question->owner.size);

	return name && strcmp(name, a->name) == 0 &&
	       (question->type == a->type || a->rcode == GETDNS_RCODE_NXDOMAIN) &&
	       question->class == GETDNS_RRCLASS_IN;
}

/* RFC 4034 §3.1.3: an asterisk is not counted. A signature over more is none (RFC 4035 §5.3.1). */
static size_t signed_labels(const char *owner)
{
	return dname_labels(owner) - dname_is_wildcard(owner);
}

static struct dns_signature *read_signature(
    const struct answer *a, const struct wire_field *f, const char *owner)
{
	struct dns_signature *s = arena_alloc(a->arena, sizeof *s);

	s->covers = (uint16_t)f[RRSIG_COVERS].number;
	s->algorithm = (uint8_t)f[RRSIG_ALGORITHM].number;
	s->labels = (uint8_t)f[RRSIG_LABELS].number;
	s->key_tag = (uint16_t)f[RRSIG_KEY_TAG].number;
	s->original_ttl = f[RRSIG_TTL].number;
	s->inception = f[RRSIG_INCEPTION].number;
	s->expiration = f[RRSIG_EXPIRATION].number;
	s->signer = read_name(a, &f[RRSIG_SIGNER]);
	return s->signer && s->labels <= signed_labels(owner) ? s : NULL;
}

/*
 * False: not to be used. Proofs are made over the octets of the message, which must be the name
 * that was read: a compression pointer in a name that may not have one (RFC 3597 §4) would mean
 * something else there.
 */
static bool read_rdata(const struct answer *a, struct dns_rr *rr)
{
	const struct wire_field *f = rr->fields;

	switch (rr->type) {
	case DNS_TYPE_RRSIG:
		rr->signature = read_signature(a, f, rr->owner);
		return rr->signature && !f[RRSIG_SIGNER].compressed;
	case DNS_TYPE_CNAME:
	case DNS_TYPE_NS: rr->target = read_name(a, f); return rr->target != NULL;
	case DNS_TYPE_DNAME:
	case DNS_TYPE_NSEC: rr->target = read_name(a, f); return rr->target && !f->compressed;
	default: return true;
	}
}

/* A record that does not parse is left out: what it was meant to prove then stays unproven. */
static void add_record(
    struct answer *a, const struct wire_record *record, getdns_dict *dict, bool in_answer)
{
	struct dns_rr rr = {.type = record->type,
	    .ttl = record->ttl,
	    .in_answer = in_answer,
	    .rdata = record->rdata,
	    .rdata_size = record->rdata_size,
	    .dict = dict};

	if (record->class != GETDNS_RRCLASS_IN)
		return;
	rr.owner = dname_from_wire(a->arena, record->owner.octets, record->owner.size);
	rr.fields = arena_memdup(a->arena, record->fields, record->field_count * sizeof *rr.fields);
	if (!rr.owner || !read_rdata(a, &rr))
		return;
	struct dns_rr *place = arena_append(a->arena, &a->rrs, &a->count, sizeof *place);
	*place = rr;
}

/* getdns keeps the records of a section in their order. */
static bool read_section(
    struct answer *a, struct wire_cursor *c, size_t count, const char *pointer, bool in_answer)
{
	getdns_list *section = NULL;
	getdns_dict *dict;
	struct wire_record record;

	if (count > 0 && getdns_dict_get_list(a->response, pointer, &section))
		return false;
	for (size_t i = 0; i < count; i++) {
		wire_read_record(c, &record);
		if (c->broken || getdns_list_get_dict(section, i, &dict))
			return false;
		add_record(a, &record, dict, in_answer);
	}
	return true;
}

/* False: broken, or no answer to the question. */
static bool read_message(struct answer *a, const getdns_bindata *wire)
{
	struct wire_cursor c = {.message = wire->data, .end = wire->size};
	struct wire_header header;
	struct wire_record record;

	a->message = wire->data;
	wire_read_header(&c, &header);
	wire_read_question(&c, &record);
	a->rcode = header.rcode;
	a->aa = header.aa;
	a->ad = header.ad;
	/* What is cut off is no answer: over TCP nothing may be, and over UDP it is to be asked for
	 * again (RFC 2181 §9). */
	if (c.broken || header.questions != 1 || !header.is_response || header.is_truncated ||
	    !is_the_question(a, &record) ||
	    !read_section(a, &c, header.records[WIRE_ANSWER], "/replies_tree/0/answer", true) ||
	    !read_section(
		a, &c, header.records[WIRE_AUTHORITY], "/replies_tree/0/authority", false))
		return false;
	for (size_t i = 0; i < header.records[WIRE_ADDITIONAL] && !c.broken; i++)
		wire_read_record(&c, &record);
	return !c.broken;
}

struct answer *answer_read(struct getdns_dict *response, const char *name, uint16_t type)
{
	const getdns_bindata *wire = message_of(response);
	struct arena *arena = arena_create();
	struct answer *a = arena_alloc(arena, sizeof *a);

	a->arena = arena;
	a->response = response;
	a->name = arena_strdup(arena, name);
	a->type = type;
	if (wire && read_message(a, wire))
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

static struct wire_cursor cursor_of(const getdns_dict *response)
{
	const getdns_bindata *wire = message_of(response);

	return wire ? (struct wire_cursor){.message = wire->data, .end = wire->size}
		    : (struct wire_cursor){.broken = true};
}

int answer_rcode(const getdns_dict *response)
{
	struct wire_cursor c = cursor_of(response);
	struct wire_header header;

	wire_read_header(&c, &header);
	return c.broken ? -1 : (int)header.rcode;
}

bool answer_is_truncated(const getdns_dict *response)
{
	struct wire_cursor c = cursor_of(response);
	struct wire_header header;

	wire_read_header(&c, &header);
	return !c.broken && header.is_truncated;
}

static uint16_t number_at(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

/* The text ends with the option, or at a NUL octet before it. */
static void add_error(struct arena *arena, struct extended_error **errors, size_t *count,
    const uint8_t *data, size_t size)
{
	size_t shown = size - 2 < LIMIT_EXTENDED_ERROR_TEXT ? size - 2 : LIMIT_EXTENDED_ERROR_TEXT;
	struct extended_error *e = arena_append(arena, errors, count, sizeof *e);

	e->code = number_at(data);
	e->text = arena_printf(
	    arena, "%.*s%s", (int)shown, (const char *)data + 2, shown < size - 2 ? "..." : "");
}

/* Option code, length, data (RFC 6891 §6.1.2). */
static size_t read_options(
    const struct wire_record *opt, struct arena *arena, struct extended_error **errors)
{
	enum { OPTION_HEAD = 4, EXTENDED_ERROR = 15 };
	const uint8_t *at = opt->rdata;
	size_t left = opt->rdata_size, count = 0;

	while (left >= OPTION_HEAD && count < LIMIT_EXTENDED_ERRORS) {
		size_t size = number_at(at + 2);

		if (number_at(at) == EXTENDED_ERROR && size >= 2)
			add_error(arena, errors, &count, at + OPTION_HEAD, size);
		at += OPTION_HEAD + size;
		left -= OPTION_HEAD + size;
	}
	return count;
}

size_t answer_extended_errors(
    const getdns_dict *response, struct arena *arena, struct extended_error **errors)
{
	struct wire_cursor c = cursor_of(response);
	struct wire_header header;
	struct wire_record record;

	*errors = NULL;
	wire_read_header(&c, &header);
	for (size_t i = 0; i < header.questions && !c.broken; i++)
		wire_read_question(&c, &record);
	for (enum wire_section s = 0; s < WIRE_SECTION_COUNT; s++) {
		for (size_t i = 0; i < header.records[s] && !c.broken; i++) {
			wire_read_record(&c, &record);
			if (!c.broken && record.type == DNS_TYPE_OPT)
				return read_options(&record, arena, errors);
		}
	}
	return 0;
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

uint32_t answer_int(const getdns_dict *dict, const char *pointer)
{
	uint32_t value = 0;

	(void)getdns_dict_get_int(dict, pointer, &value); /* absent is 0 */
	return value;
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

void answer_soa(const struct answer *answer, struct signed_zone *zone)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->in_answer || rr->type != DNS_TYPE_SOA || strcmp(rr->owner, zone->name) != 0)
			continue;
		zone->soa_refresh = rr->fields[SOA_REFRESH].number;
		zone->soa_expire = rr->fields[SOA_EXPIRE].number;
		return;
	}
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

bool answer_lists_type(const struct dns_rr *rr, uint16_t type)
{
	const struct wire_field *map =
	    &rr->fields[rr->type == DNS_TYPE_NSEC ? NSEC_TYPES : NSEC3_TYPES];
	size_t at = 0;

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

/* ---- Records of the model ---- */

static bool copy_address(const struct wire_field *f, int family, struct dns_record *record)
{
	record->address.family = family;
	memcpy(record->address.bytes, f->data, f->size);
	return true;
}

static bool copy_mx(const struct answer *a, const struct wire_field *f, struct arena *arena,
    struct dns_record *record)
{
	struct wire_name name;

	wire_read_field_name(a->message, &f[MX_EXCHANGE], &name);
	record->mx.preference = (uint16_t)f[MX_PREFERENCE].number;
	record->mx.exchange = dname_from_wire(arena, name.octets, name.size);
	return record->mx.exchange != NULL;
}

static bool copy_tlsa(const struct wire_field *f, struct arena *arena, struct dns_record *record)
{
	record->tlsa.usage = (uint8_t)f[TLSA_USAGE].number;
	record->tlsa.selector = (uint8_t)f[TLSA_SELECTOR].number;
	record->tlsa.mtype = (uint8_t)f[TLSA_MATCHING_TYPE].number;
	record->tlsa.length = f[TLSA_DATA].size;
	if (record->tlsa.length)
		record->tlsa.data = arena_memdup(arena, f[TLSA_DATA].data, f[TLSA_DATA].size);
	return true;
}

/* The character-strings are joined without anything between them (RFC 8461 §3.1). */
static bool copy_txt(const struct wire_field *f, struct arena *arena, struct dns_record *record)
{
	struct buffer text = {0};

	for (size_t at = 0; at < f->size; at += 1U + f->data[at])
		buffer_add(&text, f->data + at + 1, f->data[at]);
	record->txt.data = arena_memdup(arena, buffer_text(&text), text.length);
	record->txt.length = text.length;
	buffer_reset(&text);
	return true;
}

static void copy_soa(const struct wire_field *f, struct dns_record *record)
{
	record->soa.serial = f[SOA_SERIAL].number;
	record->soa.refresh = f[SOA_REFRESH].number;
	record->soa.expire = f[SOA_EXPIRE].number;
}

static bool copy_rdata(
    const struct answer *a, const struct dns_rr *rr, struct arena *arena, struct dns_record *record)
{
	switch ((enum dns_type)rr->type) {
	case DNS_TYPE_A: return copy_address(rr->fields, AF_INET, record);
	case DNS_TYPE_AAAA: return copy_address(rr->fields, AF_INET6, record);
	case DNS_TYPE_MX: return copy_mx(a, rr->fields, arena, record);
	case DNS_TYPE_TLSA: return copy_tlsa(rr->fields, arena, record);
	case DNS_TYPE_TXT: return copy_txt(rr->fields, arena, record);
	case DNS_TYPE_CNAME:
	case DNS_TYPE_NS: record->cname = arena_strdup(arena, rr->target); return true;
	case DNS_TYPE_SOA: copy_soa(rr->fields, record); return true;
	default: return false;
	}
}

/* An RRset is a set (RFC 2181 §5): what a message repeats is one record. */
static bool is_repeated(const struct lookup *lookup, const struct dns_record *record)
{
	for (size_t i = 0; i < lookup->record_count; i++)
		if (lookup_same_data(lookup->type, &lookup->records[i], record))
			return true;
	return false;
}

bool answer_records(const struct answer *answer, struct arena *arena, struct lookup *lookup)
{
	const struct dns_rr *signature =
	    answer_signature(answer, lookup->final, lookup->type, NULL);
	uint32_t longest = 0, left = UINT32_MAX;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];
		struct dns_record record = {.ttl = rr->ttl};

		if (!rr->in_answer || rr->type != lookup->type ||
		    strcmp(rr->owner, lookup->final) != 0)
			continue;
		if (!copy_rdata(answer, rr, arena, &record))
			return false;
		if (is_repeated(lookup, &record))
			continue;
		if (rr->ttl > longest)
			longest = rr->ttl;
		if (rr->ttl < left)
			left = rr->ttl;
		struct dns_record *place =
		    arena_append(arena, &lookup->records, &lookup->record_count, sizeof *place);
		*place = record;
	}
	lookup->original_ttl = signature ? signature->signature->original_ttl : longest;
	/* A validator caches for no longer than that (RFC 4035 §5.3.3). */
	lookup->ttl_left = left < lookup->original_ttl ? left : lookup->original_ttl;
	return true;
}
