/*
 * dns_proof.c owns handing records to getdns' proof engine, one zone's keys at a time, and the few
 * checks that the engine leaves out.
 */
#include "dns_proof.h"

#include <getdns/getdns_extra.h>
#include <stdlib.h>
#include <string.h>

#include "dns_name.h"
#include "dns_reason.h"
#include "limits.h"

struct dns_keys {
	char *zone;
	getdns_list *records; /* zone keys only */
};

/* ---- Lists for the engine ---- */

static void add(getdns_list *list, const getdns_dict *dict)
{
	size_t length = 0;

	if (getdns_list_get_length(list, &length) || getdns_list_set_dict(list, length, dict))
		memory_exhausted(); /* nothing else can go wrong with a dict that was parsed */
}

static getdns_list *new_list(void)
{
	getdns_list *list = getdns_list_create();

	if (!list)
		memory_exhausted();
	return list;
}

/* The RRset with its signatures; how many records (signatures not counted). */
static size_t add_rrset(
    getdns_list *list, const struct dns_answer *answer, const char *owner, uint16_t type)
{
	size_t count = 0;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];
		bool signature = rr->signature && rr->signature->covers == type;

		if ((rr->type != type && !signature) || strcmp(rr->owner, owner) != 0)
			continue;
		add(list, rr->dict);
		count += !signature;
	}
	return count;
}

static bool is_denial(uint16_t type)
{
	return type == DNS_RR_NSEC || type == DNS_RR_NSEC3;
}

/* True if the zone signed this NSEC or NSEC3 of the authority section. */
static bool is_denial_of(const struct dns_answer *answer, const struct dns_rr *rr, const char *zone)
{
	const struct dns_rr *signature = NULL;

	if (rr->in_answer || !is_denial(rr->type))
		return false;
	while ((signature = dns_answer_signature(answer, rr->owner, rr->type, signature)))
		if (strcmp(signature->signature->signer, zone) == 0)
			return true;
	return false;
}

/* The zone's own NSEC and NSEC3 records of the authority section; how many. */
static size_t add_denials(getdns_list *list, const struct dns_answer *answer, const char *zone)
{
	size_t count = 0;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (is_denial_of(answer, rr, zone)) {
			add(list, rr->dict);
			count++;
		} else if (rr->signature && !rr->in_answer && is_denial(rr->signature->covers) &&
			   strcmp(rr->signature->signer, zone) == 0) {
			add(list, rr->dict);
		}
	}
	return count;
}

static bool add_question(getdns_list *list, const char *name, uint16_t type)
{
	getdns_dict *question = getdns_dict_create();
	getdns_bindata *wire = NULL;
	char *dotted = memory_alloc(strlen(name) + 2);
	bool good;

	memcpy(stpcpy(dotted, name), ".", 2);
	good = question && !getdns_convert_fqdn_to_dns_name(dotted, &wire) &&
	       !getdns_dict_set_bindata(question, "qname", wire) &&
	       !getdns_dict_set_int(question, "qtype", type) &&
	       !getdns_dict_set_int(question, "qclass", GETDNS_RRCLASS_IN);
	if (good)
		add(list, question);
	if (wire)
		free(wire->data);
	free(wire);
	free(dotted);
	getdns_dict_destroy(question);
	return good;
}

static enum dnssec_status run_engine(
    const getdns_list *records, const getdns_list *support, const getdns_list *anchors, int64_t now)
{
	switch ((int)getdns_validate_dnssec2(records, support, anchors, (time_t)now, 0)) {
	case GETDNS_DNSSEC_SECURE: return DNSSEC_SECURE;
	case GETDNS_DNSSEC_INSECURE: return DNSSEC_INSECURE;
	default: return DNSSEC_BOGUS;
	}
}

/* ---- Keys ---- */

/* RFC 4034 §2.1.1, 2.1.2: other keys in the set verify nothing. */
static bool is_zone_key(const getdns_dict *dict)
{
	uint32_t flags = 0, protocol = 0;

	return !getdns_dict_get_int(dict, "/rdata/flags", &flags) && (flags & 0x100) &&
	       !getdns_dict_get_int(dict, "/rdata/protocol", &protocol) && protocol == 3;
}

static struct dns_keys *collect_keys(const struct dns_answer *answer)
{
	struct dns_keys *keys = memory_alloc(sizeof *keys);

	keys->zone = memory_strdup(answer->name);
	keys->records = new_list();
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->in_answer && rr->type == DNS_RR_DNSKEY &&
		    strcmp(rr->owner, answer->name) == 0 && is_zone_key(rr->dict))
			add(keys->records, rr->dict);
	}
	return keys;
}

void dns_keys_destroy(struct dns_keys *keys)
{
	if (!keys)
		return;
	getdns_list_destroy(keys->records);
	free(keys->zone);
	free(keys);
}

const char *dns_keys_zone(const struct dns_keys *keys)
{
	return keys->zone;
}

struct dns_verdict dns_proof_keys(const struct dns_answer *answer,
    const struct getdns_list *anchors, int64_t now, struct arena *arena, struct dns_keys **keys)
{
	struct dns_verdict verdict = {.status = DNSSEC_BOGUS};
	getdns_list *records = new_list();

	*keys = NULL;
	if (add_rrset(records, answer, answer->name, DNS_RR_DNSKEY) > 0)
		verdict.status = run_engine(records, records, anchors, now);
	if (verdict.status == DNSSEC_SECURE)
		*keys = collect_keys(answer);
	else
		verdict = dns_reason_keys(answer, anchors, now, arena);
	getdns_list_destroy(records);
	return verdict;
}

/* ---- RRsets ---- */

struct dns_verdict dns_proof_rrset(const struct dns_answer *answer, const char *owner,
    uint16_t type, const struct dns_keys *keys, int64_t now, struct arena *arena)
{
	const struct dns_rr *dname = type == DNS_RR_CNAME ? dns_answer_dname(answer, owner) : NULL;
	struct dns_verdict verdict = {.status = DNSSEC_BOGUS};
	getdns_list *records = new_list();

	(void)add_rrset(records, answer, owner, type); /* the caller has found one */
	if (dname)
		(void)add_rrset(records, answer, dname->owner, DNS_RR_DNAME);
	if (dns_answer_is_wildcard(answer, owner, type))
		(void)add_denials(records, answer, keys->zone);
	verdict.status = run_engine(records, NULL, keys->records, now);
	/* A positive answer is signed or it is not: INSECURE is not the engine's to say here. */
	if (verdict.status != DNSSEC_SECURE)
		verdict = dns_reason_rrset(answer, dname ? dname->owner : owner,
		    dname ? DNS_RR_DNAME : type, keys->zone, keys->records, now, arena);
	getdns_list_destroy(records);
	return verdict;
}

/* ---- Absence ---- */

static bool bitmap_has(const getdns_dict *dict, uint16_t type)
{
	getdns_bindata *map = NULL;
	size_t at = 0;

	if (getdns_dict_get_bindata(dict, "/rdata/type_bit_maps", &map))
		return false;
	/* RFC 4034 §4.1.2: window number, length, bits. */
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

bool dns_proof_is_delegating(const struct dns_answer *answer)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->in_answer || rr->type != DNS_RR_NSEC3)
			continue;
		if (bitmap_has(rr->dict, DNS_RR_DNAME) ||
		    (bitmap_has(rr->dict, GETDNS_RRTYPE_NS) && !bitmap_has(rr->dict, DNS_RR_SOA)))
			return true;
	}
	return false;
}

static bool has_many_iterations(const struct dns_answer *answer, const char *zone)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];
		uint32_t iterations = 0;

		if (rr->type == DNS_RR_NSEC3 && is_denial_of(answer, rr, zone) &&
		    !getdns_dict_get_int(rr->dict, "/rdata/iterations", &iterations) &&
		    iterations > LIMIT_NSEC3_ITERATIONS)
			return true;
	}
	return false;
}

static enum dnssec_status prove_absence(const struct dns_answer *answer, const char *name,
    uint16_t type, const struct dns_keys *keys, int64_t now)
{
	enum dnssec_status status = DNSSEC_BOGUS;
	getdns_list *records = new_list();

	if (add_question(records, name, type) && add_denials(records, answer, keys->zone) > 0)
		status = run_engine(records, NULL, keys->records, now);
	getdns_list_destroy(records);
	return status;
}

struct dns_verdict dns_proof_absence(const struct dns_answer *answer, const char *name,
    uint16_t type, const struct dns_keys *keys, int64_t now, struct arena *arena)
{
	struct dns_verdict verdict = {.status = prove_absence(answer, name, type, keys, now)};

	/* The engine's own limit depends on the size of the keys. */
	if (verdict.status == DNSSEC_SECURE && has_many_iterations(answer, keys->zone))
		verdict.status = DNSSEC_INSECURE;
	if (verdict.status == DNSSEC_BOGUS)
		verdict =
		    dns_reason_absence(answer, name, type, keys->zone, keys->records, now, arena);
	return verdict;
}

/*
 * NSEC shows it plainly: a record at the name, or below it (an empty non-terminal). One at a
 * wildcard may stand for the name or, where something else is closer to it, merely beside it: the
 * rcode decides.
 */
static bool nsec_shows_name(const struct dns_rr *rr, const char *name, unsigned rcode)
{
	if (strcmp(rr->owner, name) == 0 || dns_name_is_below(rr->target, name))
		return true;
	return rcode == GETDNS_RCODE_NOERROR && strncmp(rr->owner, "*.", 2) == 0 &&
	       dns_name_is_below(name, rr->owner + 2);
}

static bool has_empty_bitmap(const struct dns_rr *rr)
{
	getdns_bindata *map = NULL;

	return getdns_dict_get_bindata(rr->dict, "/rdata/type_bit_maps", &map) || map->size == 0;
}

bool dns_proof_denies_name(
    const struct dns_answer *answer, const char *name, const struct dns_keys *keys, int64_t now)
{
	bool nsec3 = false, empty = false;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (!is_denial_of(answer, rr, keys->zone))
			continue;
		if (rr->type == DNS_RR_NSEC && nsec_shows_name(rr, name, answer->rcode))
			return false;
		nsec3 |= rr->type == DNS_RR_NSEC3;
		empty |= rr->type == DNS_RR_NSEC3 && has_empty_bitmap(rr);
	}
	/*
	 * The hash that would match is not computed here. Instead: a name with data has RRSIG in
	 * its bitmap, so a proof that also denies RRSIG denies the name. An empty non-terminal has
	 * an empty bitmap: where there is one, the rcode decides.
	 */
	if (nsec3 && prove_absence(answer, name, DNS_RR_RRSIG, keys, now) != DNSSEC_SECURE)
		return false;
	return !empty || answer->rcode == GETDNS_RCODE_NXDOMAIN;
}

const char *dns_proof_signer(
    const struct dns_answer *answer, const char *owner, uint16_t type, bool absent)
{
	const struct dns_rr *dname =
	    !absent && type == DNS_RR_CNAME ? dns_answer_dname(answer, owner) : NULL;
	const char *signed_name = dname ? dname->owner : owner;
	const char *deepest = NULL;

	if (dname)
		type = DNS_RR_DNAME;
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (!rr->signature || !dns_name_is_below(owner, rr->signature->signer))
			continue;
		if (absent ? rr->in_answer || !is_denial(rr->signature->covers)
			   : rr->signature->covers != type || strcmp(rr->owner, signed_name) != 0)
			continue;
		if (!deepest || strlen(rr->signature->signer) > strlen(deepest))
			deepest = rr->signature->signer;
	}
	return deepest;
}

/* ---- DS ---- */

struct getdns_list *dns_proof_ds(const struct dns_answer *answer, const char *owner)
{
	getdns_list *ds = new_list();

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->in_answer && rr->type == DNS_RR_DS && strcmp(rr->owner, owner) == 0)
			add(ds, rr->dict);
	}
	return ds;
}

void dns_proof_ds_destroy(struct getdns_list *ds)
{
	getdns_list_destroy(ds);
}

bool dns_proof_ds_is_supported(const struct getdns_list *ds)
{
	getdns_dict *dict;

	for (size_t i = 0; !getdns_list_get_dict(ds, i, &dict); i++) {
		uint32_t algorithm = 0, digest = 0;

		(void)getdns_dict_get_int(dict, "/rdata/algorithm", &algorithm);
		(void)getdns_dict_get_int(dict, "/rdata/digest_type", &digest);
		if (dns_reason_algorithm_is_supported(algorithm) &&
		    (digest == 1 || digest == 2 || digest == 4))
			return true;
	}
	return false;
}
