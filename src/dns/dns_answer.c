/* dns_answer.c owns reading a response that getdns has parsed: question, records, aliases. */
#include "dns_answer.h"

#include <getdns/getdns_extra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns_name.h"
#include "dns_wire.h"

uint32_t dns_answer_int(const getdns_dict *dict, const char *pointer)
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
	return dns_name_from_wire(arena, data->data, data->size);
}

static bool is_sound(const getdns_dict *response)
{
	getdns_bindata *wire = NULL;

	return !getdns_dict_get_bindata(response, "/replies_full/0", &wire) &&
	       dns_wire_is_sound(wire->data, wire->size);
}

/*
 * The answer that a name does not exist is the same for every type (RFC 2308 §5): systemd-resolved
 * repeats it with the question that brought it. Whatever else the records deny is read from them,
 * for the type that was asked.
 */
static bool is_the_question(const struct dns_answer *a)
{
	const char *name = get_name(a->arena, a->response, "/replies_tree/0/question/qname");

	return name && strcmp(name, a->name) == 0 &&
	       dns_answer_int(a->response, "/replies_tree/0/header/qdcount") == 1 &&
	       (dns_answer_int(a->response, "/replies_tree/0/question/qtype") == a->type ||
		   a->rcode == GETDNS_RCODE_NXDOMAIN) &&
	       dns_answer_int(a->response, "/replies_tree/0/question/qclass") ==
		   GETDNS_RRCLASS_IN &&
	       dns_answer_int(a->response, "/replies_tree/0/header/qr") == 1;
}

static struct dns_signature *read_signature(struct arena *arena, const getdns_dict *rr)
{
	struct dns_signature *s = arena_alloc(arena, sizeof *s);

	s->covers = (uint16_t)dns_answer_int(rr, "/rdata/type_covered");
	s->algorithm = (uint8_t)dns_answer_int(rr, "/rdata/algorithm");
	s->labels = (uint8_t)dns_answer_int(rr, "/rdata/labels");
	s->key_tag = (uint16_t)dns_answer_int(rr, "/rdata/key_tag");
	s->original_ttl = dns_answer_int(rr, "/rdata/original_ttl");
	s->inception = dns_answer_int(rr, "/rdata/signature_inception");
	s->expiration = dns_answer_int(rr, "/rdata/signature_expiration");
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
	return dns_name_labels(owner) - (strncmp(owner, "*.", 2) == 0 || strcmp(owner, "*") == 0);
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
static void read_record(struct dns_answer *a, getdns_dict *dict, bool in_answer)
{
	struct dns_rr rr = {.dict = dict, .in_answer = in_answer};

	rr.owner = get_name(a->arena, dict, "name");
	rr.type = (uint16_t)dns_answer_int(dict, "type");
	rr.ttl = dns_answer_int(dict, "ttl");
	if (!rr.owner || dns_answer_int(dict, "class") != GETDNS_RRCLASS_IN ||
	    !read_rdata(a->arena, &rr))
		return;
	struct dns_rr *place = arena_append(a->arena, &a->rrs, &a->count, sizeof *place);
	*place = rr;
}

/* False if the section holds fewer records than the header says: the message is damaged. */
static bool read_section(
    struct dns_answer *a, const char *pointer, const char *counter, bool in_answer)
{
	getdns_list *section = NULL;
	getdns_dict *dict;
	size_t count = 0;

	if (getdns_dict_get_list(a->response, pointer, &section) == GETDNS_RETURN_GOOD)
		for (; !getdns_list_get_dict(section, count, &dict); count++)
			read_record(a, dict, in_answer);
	return count == dns_answer_int(a->response, counter);
}

struct dns_answer *dns_answer_read(struct getdns_dict *response, const char *name, uint16_t type)
{
	struct arena *arena = arena_create();
	struct dns_answer *a = arena_alloc(arena, sizeof *a);

	a->arena = arena;
	a->response = response;
	a->name = arena_strdup(arena, name);
	a->type = type;
	a->rcode = dns_answer_int(response, "/replies_tree/0/header/rcode");
	a->ad = dns_answer_int(response, "/replies_tree/0/header/ad") == 1;
	/* Over TCP nothing may be cut off. */
	if (is_sound(response) && is_the_question(a) &&
	    dns_answer_int(response, "/replies_tree/0/header/tc") == 0 &&
	    read_section(a, "/replies_tree/0/answer", "/replies_tree/0/header/ancount", true) &&
	    read_section(a, "/replies_tree/0/authority", "/replies_tree/0/header/nscount", false))
		return a;
	dns_answer_destroy(a);
	return NULL;
}

void dns_answer_destroy(struct dns_answer *answer)
{
	if (!answer)
		return;
	getdns_dict_destroy(answer->response);
	arena_destroy(answer->arena);
}

int dns_answer_rcode(const struct getdns_dict *response)
{
	uint32_t rcode;

	if (!response || getdns_dict_get_int(response, "/replies_tree/0/header/rcode", &rcode))
		return -1;
	return (int)rcode;
}

const char *dns_rcode_name(int rcode)
{
	static const char *const names[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",
	    "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"};

	if (rcode < 0 || rcode >= (int)(sizeof names / sizeof *names))
		return NULL;
	return names[rcode];
}

const char *dns_type_name(uint16_t type, char buf[static 16])
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

const struct dns_rr *dns_answer_find(
    const struct dns_answer *answer, const char *owner, uint16_t type)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->in_answer && rr->type == type && strcmp(rr->owner, owner) == 0)
			return rr;
	}
	return NULL;
}

const struct dns_rr *dns_answer_signature(
    const struct dns_answer *answer, const char *owner, uint16_t type, const struct dns_rr *after)
{
	size_t begin = after ? (size_t)(after - answer->rrs) + 1 : 0;

	for (size_t i = begin; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->signature && rr->signature->covers == type && strcmp(rr->owner, owner) == 0)
			return rr;
	}
	return NULL;
}

bool dns_answer_is_wildcard(const struct dns_answer *answer, const char *owner, uint16_t type)
{
	const struct dns_rr *rr = NULL;

	while ((rr = dns_answer_signature(answer, owner, type, rr)))
		if (rr->signature->labels < signed_labels(owner))
			return true;
	return false;
}

bool dns_answer_has_denial(const struct dns_answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (!rr->in_answer && rr->type == DNS_TYPE_SOA &&
		    dns_name_is_below(name, rr->owner))
			return true;
	}
	return false;
}

bool dns_answer_signature_life(const struct dns_answer *answer, const char *owner, uint16_t type,
    int64_t now, struct signature_life *life)
{
	const struct dns_rr *rr = NULL, *best = NULL;
	bool best_is_valid = false;

	while ((rr = dns_answer_signature(answer, owner, type, rr))) {
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

const char *dns_answer_alias(const struct dns_answer *answer, const char *owner, bool *ambiguous)
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

const struct dns_rr *dns_answer_dname(const struct dns_answer *answer, const char *owner)
{
	if (dns_answer_signature(answer, owner, DNS_TYPE_CNAME, NULL))
		return NULL;
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->in_answer && rr->type == DNS_TYPE_DNAME &&
		    dns_name_is_below(owner, rr->owner) && strcmp(owner, rr->owner) != 0)
			return rr;
	}
	return NULL;
}

bool dns_answer_is_lone_alias(const struct dns_answer *answer, const char *owner)
{
	return dns_answer_find(answer, owner, DNS_TYPE_CNAME) &&
	       !dns_answer_signature(answer, owner, DNS_TYPE_CNAME, NULL) &&
	       !dns_answer_dname(answer, owner);
}

void dns_answer_add_dname(
    struct dns_answer *answer, const struct dns_answer *from, const char *owner)
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
