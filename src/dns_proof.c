/*
 * dns_proof.c owns handing the records of an answer to getdns' proof engine, one zone's keys at a
 * time, and the few checks that the engine leaves out.
 */
#include "dns_proof.h"

#include <getdns/getdns_extra.h>
#include <stdlib.h>
#include <string.h>

#include "dns_list.h"
#include "dns_name.h"
#include "dns_reason.h"
#include "limit.h"

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
			dns_list_add(list, rr->dict);
			count++;
		} else if (rr->signature && !rr->in_answer && is_denial(rr->signature->covers) &&
			   strcmp(rr->signature->signer, zone) == 0) {
			dns_list_add(list, rr->dict);
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
		dns_list_add(list, question);
	if (wire)
		free(wire->data);
	free(wire);
	free(dotted);
	getdns_dict_destroy(question);
	return good;
}

/* ---- RRsets ---- */

static uint32_t denial_field(const struct dns_rr *rr, const char *name)
{
	uint32_t value = 0;

	(void)getdns_dict_get_int(rr->dict, name, &value); /* an NSEC has neither: 0 */
	return value;
}

static bool has_many_iterations(const struct dns_answer *answer, const char *zone)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (is_denial_of(answer, rr, zone) &&
		    denial_field(rr, "/rdata/iterations") > LIMIT_NSEC3_ITERATIONS)
			return true;
	}
	return false;
}

/* RFC 5155 §3.1.2.1: the span may hide unsigned delegations. */
static bool has_opt_out(const struct dns_answer *answer, const char *zone)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (is_denial_of(answer, rr, zone) && (denial_field(rr, "/rdata/flags") & 1))
			return true;
	}
	return false;
}

/* The name one label longer than what the wildcard's asterisk stands under (RFC 7129 §5.5). */
static const char *next_closer(const struct dns_answer *answer, const char *owner, uint16_t type)
{
	const struct dns_rr *rr = NULL;
	size_t fewest = dns_name_labels(owner);
	size_t labels = fewest;

	while ((rr = dns_answer_signature(answer, owner, type, rr)))
		if (rr->signature->labels < fewest)
			fewest = rr->signature->labels;
	for (; labels > fewest + 1; labels--)
		owner = dns_name_parent(owner);
	return owner;
}

/*
 * The engine takes an NSEC that jumps over an empty non-terminal for proof that nothing is there;
 * but a name that exists, even so, keeps the wildcard away from all below it (RFC 4592 §2.2.2).
 */
static bool shows_next_closer(
    const struct dns_answer *answer, const char *owner, uint16_t type, const char *zone)
{
	const char *closer = next_closer(answer, owner, type);

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->type == DNS_RR_NSEC && is_denial_of(answer, rr, zone) &&
		    (dns_name_is_below(rr->owner, closer) || dns_name_is_below(rr->target, closer)))
			return true;
	}
	return false;
}

static enum dnssec_status prove_wildcard(
    const struct dns_answer *answer, const char *owner, uint16_t type, const char *zone)
{
	if (shows_next_closer(answer, owner, type, zone))
		return DNSSEC_BOGUS;
	if (has_opt_out(answer, zone) || has_many_iterations(answer, zone))
		return DNSSEC_INSECURE;
	return DNSSEC_SECURE;
}

struct dns_verdict dns_proof_rrset(const struct dns_answer *answer, const char *owner,
    uint16_t type, const struct dns_keys *keys, int64_t now, struct arena *arena)
{
	const struct dns_rr *dname = type == DNS_RR_CNAME ? dns_answer_dname(answer, owner) : NULL;
	const char *zone = dns_keys_zone(keys);
	bool wildcard = dns_answer_is_wildcard(answer, owner, type);
	struct dns_verdict verdict = {.status = DNSSEC_BOGUS};
	getdns_list *records = dns_list_create();

	(void)dns_list_add_rrset(records, answer, owner, type); /* the caller has found one */
	if (dname)
		(void)dns_list_add_rrset(records, answer, dname->owner, DNS_RR_DNAME);
	if (wildcard)
		(void)add_denials(records, answer, zone);
	verdict.status = dns_list_prove(records, NULL, dns_keys_records(keys), now);
	getdns_list_destroy(records);
	/* A positive answer is signed or it is not: INSECURE is not the engine's to say here. */
	if (verdict.status == DNSSEC_INSECURE)
		verdict.status = DNSSEC_BOGUS;
	if (verdict.status == DNSSEC_SECURE && wildcard)
		verdict.status = prove_wildcard(answer, owner, type, zone);
	if (verdict.status == DNSSEC_BOGUS)
		verdict = dns_reason_rrset(answer, dname ? dname->owner : owner,
		    dname ? DNS_RR_DNAME : type, keys, now, arena);
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

static enum dnssec_status prove_absence(const struct dns_answer *answer, const char *name,
    uint16_t type, const struct dns_keys *keys, int64_t now)
{
	enum dnssec_status status = DNSSEC_BOGUS;
	getdns_list *records = dns_list_create();

	if (add_question(records, name, type) &&
	    add_denials(records, answer, dns_keys_zone(keys)) > 0)
		status = dns_list_prove(records, NULL, dns_keys_records(keys), now);
	getdns_list_destroy(records);
	return status;
}

struct dns_verdict dns_proof_absence(const struct dns_answer *answer, const char *name,
    uint16_t type, const struct dns_keys *keys, int64_t now, struct arena *arena)
{
	struct dns_verdict verdict = {.status = prove_absence(answer, name, type, keys, now)};

	/* The engine's own limit depends on the size of the keys. */
	if (verdict.status == DNSSEC_SECURE && has_many_iterations(answer, dns_keys_zone(keys)))
		verdict.status = DNSSEC_INSECURE;
	if (verdict.status == DNSSEC_BOGUS)
		verdict = dns_reason_absence(answer, name, type, keys, now, arena);
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

		if (!is_denial_of(answer, rr, dns_keys_zone(keys)))
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
