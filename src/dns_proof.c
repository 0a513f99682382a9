/*
 * dns_proof.c owns handing the records of an answer to getdns' proof engine, one zone's keys at a
 * time, and the few checks that the engine leaves out.
 */
#include "dns_proof.h"

#include <getdns/getdns_extra.h>
#include <string.h>

#include "dns_list.h"
#include "dns_name.h"
#include "dns_nsec3.h"
#include "dns_reason.h"

/* True if the zone signed this NSEC or NSEC3 (`type`) of the authority section. */
static bool is_denial_of(
    const struct dns_answer *answer, const struct dns_rr *rr, uint16_t type, const char *zone)
{
	const struct dns_rr *signature = NULL;

	if (rr->in_answer || rr->type != type)
		return false;
	while ((signature = dns_answer_signature(answer, rr->owner, type, signature)))
		if (strcmp(signature->signature->signer, zone) == 0)
			return true;
	return false;
}

/* The zone's own NSEC or NSEC3 records of the authority section with their signatures; how many
 * (signatures not counted). */
static size_t add_denials(
    getdns_list *list, const struct dns_answer *answer, uint16_t type, const char *zone)
{
	size_t count = 0;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (is_denial_of(answer, rr, type, zone)) {
			dns_list_add(list, rr->dict);
			count++;
		} else if (rr->signature && !rr->in_answer && rr->signature->covers == type &&
			   strcmp(rr->signature->signer, zone) == 0) {
			dns_list_add(list, rr->dict);
		}
	}
	return count;
}

static bool add_question(getdns_list *list, const char *name, uint16_t type)
{
	getdns_dict *question = getdns_dict_create();
	uint8_t wire[DNS_NAME_SIZE];
	getdns_bindata qname = {.size = dns_name_to_wire(name, wire), .data = wire};
	bool good = question && qname.size > 0 &&
		    !getdns_dict_set_bindata(question, "qname", &qname) &&
		    !getdns_dict_set_int(question, "qtype", type) &&
		    !getdns_dict_set_int(question, "qclass", GETDNS_RRCLASS_IN);

	if (good)
		dns_list_add(list, question);
	getdns_dict_destroy(question);
	return good;
}

/* The zone's NSEC3 records, to be read once the engine has proven their signatures. */
static struct dns_nsec3 *collect_nsec3(
    const struct dns_answer *answer, const char *zone, struct arena *arena)
{
	const struct dns_rr **records = arena_array(arena, answer->count, sizeof(*records));
	size_t count = 0;

	for (size_t i = 0; i < answer->count; i++)
		if (is_denial_of(answer, &answer->rrs[i], DNS_RR_NSEC3, zone))
			records[count++] = &answer->rrs[i];
	return dns_nsec3_read(records, count, zone, arena);
}

/* ---- RRsets ---- */

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
static bool nsec_shows(const struct dns_answer *answer, const char *closer, const char *zone)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (is_denial_of(answer, rr, DNS_RR_NSEC, zone) &&
		    (dns_name_is_below(rr->owner, closer) || dns_name_is_below(rr->target, closer)))
			return true;
	}
	return false;
}

/* What the engine has proven of a wildcard's answer, with what it does not look at. */
static enum dnssec_status judge_wildcard(const struct dns_answer *answer, const char *owner,
    uint16_t type, bool hashed, const char *zone)
{
	const char *closer = next_closer(answer, owner, type);
	struct arena *arena;
	enum dns_nsec3_result result;

	if (!hashed)
		return nsec_shows(answer, closer, zone) ? DNSSEC_BOGUS : DNSSEC_SECURE;
	arena = arena_create();
	result = dns_nsec3_deny_closer(collect_nsec3(answer, zone, arena), closer);
	arena_destroy(arena);
	return result == DNS_NSEC3_NXDOMAIN   ? DNSSEC_SECURE
	       : result == DNS_NSEC3_INSECURE ? DNSSEC_INSECURE
					      : DNSSEC_BOGUS;
}

struct dns_verdict dns_proof_rrset(const struct dns_answer *answer, const char *owner,
    uint16_t type, const struct dns_keys *keys, int64_t now, struct arena *arena)
{
	const struct dns_rr *dname = type == DNS_RR_CNAME ? dns_answer_dname(answer, owner) : NULL;
	const char *zone = dns_keys_zone(keys);
	bool wildcard = dns_answer_is_wildcard(answer, owner, type);
	size_t hashed = 0; /* NSEC3 records */
	struct dns_verdict verdict = {.status = DNSSEC_BOGUS};
	getdns_list *records = dns_list_create();

	(void)dns_list_add_rrset(records, answer, owner, type); /* the caller has found one */
	if (dname)
		(void)dns_list_add_rrset(records, answer, dname->owner, DNS_RR_DNAME);
	if (wildcard) {
		(void)add_denials(
		    records, answer, DNS_RR_NSEC, zone); /* the engine will miss none */
		hashed = add_denials(records, answer, DNS_RR_NSEC3, zone);
	}
	verdict.status = dns_list_prove(records, NULL, dns_keys_records(keys), now);
	getdns_list_destroy(records);
	/* A positive answer is signed or it is not: INSECURE is not the engine's to say here. */
	if (verdict.status == DNSSEC_INSECURE)
		verdict.status = DNSSEC_BOGUS;
	if (verdict.status == DNSSEC_SECURE && wildcard)
		verdict.status = judge_wildcard(answer, owner, type, hashed > 0, zone);
	if (verdict.status == DNSSEC_BOGUS)
		verdict = dns_reason_rrset(answer, dname ? dname->owner : owner,
		    dname ? DNS_RR_DNAME : type, keys, now, arena);
	return verdict;
}

/* ---- Absence ---- */

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

static bool nsec_denies_name(const struct dns_answer *answer, const char *name, const char *zone)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (is_denial_of(answer, rr, DNS_RR_NSEC, zone) &&
		    nsec_shows_name(rr, name, answer->rcode))
			return false;
	}
	return true;
}

static struct dns_verdict prove_by_nsec(const struct dns_answer *answer, const char *name,
    uint16_t type, const struct dns_keys *keys, int64_t now)
{
	struct dns_verdict verdict = {.status = DNSSEC_BOGUS};
	getdns_list *records = dns_list_create();

	if (add_question(records, name, type) &&
	    add_denials(records, answer, DNS_RR_NSEC, dns_keys_zone(keys)) > 0)
		verdict.status = dns_list_prove(records, NULL, dns_keys_records(keys), now);
	if (verdict.status == DNSSEC_SECURE)
		verdict.denies_name = nsec_denies_name(answer, name, dns_keys_zone(keys));
	getdns_list_destroy(records);
	return verdict;
}

static struct dns_verdict prove_by_nsec3(const struct dns_answer *answer, const char *name,
    uint16_t type, const struct dns_keys *keys, int64_t now)
{
	struct dns_verdict verdict = {.status = DNSSEC_BOGUS};
	getdns_list *records = dns_list_create();
	struct arena *arena = arena_create();

	/* The engine proves the signatures, dns_nsec3.h what they mean. */
	if (add_denials(records, answer, DNS_RR_NSEC3, dns_keys_zone(keys)) > 0 &&
	    dns_list_prove(records, NULL, dns_keys_records(keys), now) == DNSSEC_SECURE) {
		switch (
		    dns_nsec3_deny(collect_nsec3(answer, dns_keys_zone(keys), arena), name, type)) {
		case DNS_NSEC3_NXDOMAIN: verdict.denies_name = true; /* fall through */
		case DNS_NSEC3_NODATA: verdict.status = DNSSEC_SECURE; break;
		case DNS_NSEC3_INSECURE: verdict.status = DNSSEC_INSECURE; break;
		case DNS_NSEC3_NOTHING: break;
		}
	}
	arena_destroy(arena);
	getdns_list_destroy(records);
	return verdict;
}

struct dns_verdict dns_proof_absence(const struct dns_answer *answer, const char *name,
    uint16_t type, const struct dns_keys *keys, int64_t now, struct arena *arena)
{
	struct dns_verdict verdict = prove_by_nsec(answer, name, type, keys, now);

	if (verdict.status == DNSSEC_BOGUS)
		verdict = prove_by_nsec3(answer, name, type, keys, now);
	if (verdict.status == DNSSEC_BOGUS)
		verdict = dns_reason_absence(answer, name, type, keys, now, arena);
	return verdict;
}

static bool is_denial(uint16_t type)
{
	return type == DNS_RR_NSEC || type == DNS_RR_NSEC3;
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
