/*
 * dns_proof.c owns handing the RRsets of an answer to getdns' proof engine, one zone's keys at a
 * time, and the choice between the two kinds of denial.
 */
#include "dns_proof.h"

#include <getdns/getdns_extra.h>
#include <string.h>

#include "dns_list.h"
#include "dns_name.h"
#include "dns_nsec.h"
#include "dns_nsec3.h"
#include "dns_reason.h"

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

/* What the engine has proven of a wildcard's answer, with what it does not look at: a name that
 * exists, be it an empty non-terminal, keeps the wildcard away from all below it (RFC 4592 §2.2.2).
 */
static struct dns_verdict judge_wildcard(const struct dns_denials *plain,
    const struct dns_denials *hashed, const char *closer, struct arena *arena)
{
	struct dns_nsec3 *set = dns_nsec3_read(hashed, arena);
	enum dns_denial result = hashed->count > 0 ? dns_nsec3_deny_closer(set, closer)
						   : dns_nsec_deny_closer(plain, closer);

	return (struct dns_verdict){
	    .status = result == DNS_DENIAL_NXDOMAIN   ? DNSSEC_SECURE
		      : result == DNS_DENIAL_INSECURE ? DNSSEC_INSECURE
						      : DNSSEC_BOGUS,
	    .iterations = dns_nsec3_iterations(set),
	};
}

/* The engine wants the denials along with what a wildcard made. */
static struct dns_verdict prove_wildcard(getdns_list *records, const struct dns_answer *answer,
    const char *owner, uint16_t type, const struct dns_keys *keys, int64_t now)
{
	const char *zone = dns_keys_zone(keys);
	struct arena *arena = arena_create();
	struct dns_denials plain = dns_denials_find(answer, DNS_TYPE_NSEC, zone, arena),
			   hashed = dns_denials_find(answer, DNS_TYPE_NSEC3, zone, arena);
	struct dns_verdict verdict = {.status = DNSSEC_BOGUS};

	dns_denials_add(&plain, records);
	dns_denials_add(&hashed, records);
	if (dns_list_prove(records, dns_keys_records(keys), now) == DNSSEC_SECURE)
		verdict = judge_wildcard(&plain, &hashed, next_closer(answer, owner, type), arena);
	arena_destroy(arena);
	return verdict;
}

struct dns_verdict dns_proof_rrset(const struct dns_answer *answer, const char *owner,
    uint16_t type, const struct dns_keys *keys, int64_t now, struct arena *arena)
{
	const struct dns_rr *dname =
	    type == DNS_TYPE_CNAME ? dns_answer_dname(answer, owner) : NULL;
	struct dns_verdict verdict = {.status = DNSSEC_BOGUS};
	getdns_list *records = dns_list_create();

	(void)dns_list_add_rrset(records, answer, owner, type); /* the caller has found one */
	if (dname)
		(void)dns_list_add_rrset(records, answer, dname->owner, DNS_TYPE_DNAME);
	if (dns_answer_is_wildcard(answer, owner, type))
		verdict = prove_wildcard(records, answer, owner, type, keys, now);
	else if (dns_list_prove(records, dns_keys_records(keys), now) == DNSSEC_SECURE)
		verdict.status = DNSSEC_SECURE;
	getdns_list_destroy(records);
	/* A positive answer is signed or it is not: INSECURE is not the engine's to say here. */
	if (verdict.status == DNSSEC_BOGUS)
		verdict = dns_reason_rrset(answer, dname ? dname->owner : owner,
		    dname ? DNS_TYPE_DNAME : type, keys, now, arena);
	return verdict;
}

/* ---- Absence ---- */

static struct dns_verdict verdict_of(enum dns_denial denial)
{
	switch (denial) {
	case DNS_DENIAL_NXDOMAIN:
		return (struct dns_verdict){.status = DNSSEC_SECURE, .denies_name = true};
	case DNS_DENIAL_NODATA: return (struct dns_verdict){.status = DNSSEC_SECURE};
	case DNS_DENIAL_INSECURE: return (struct dns_verdict){.status = DNSSEC_INSECURE};
	case DNS_DENIAL_NOTHING: break;
	}
	return (struct dns_verdict){.status = DNSSEC_BOGUS};
}

static struct dns_verdict prove_absence(const struct dns_answer *answer, const char *name,
    uint16_t type, const struct dns_keys *keys, int64_t now, struct arena *arena)
{
	const char *zone = dns_keys_zone(keys);
	struct dns_denials plain = dns_denials_find(answer, DNS_TYPE_NSEC, zone, arena), hashed;
	enum dns_denial denial = DNS_DENIAL_NOTHING;
	struct dns_nsec3 *set;
	struct dns_verdict verdict;

	if (dns_denials_prove(&plain, keys, now))
		denial = dns_nsec_deny(&plain, name, type, arena);
	if (denial != DNS_DENIAL_NOTHING)
		return verdict_of(denial);
	hashed = dns_denials_find(answer, DNS_TYPE_NSEC3, zone, arena);
	set = dns_nsec3_read(&hashed, arena);
	if (dns_denials_prove(&hashed, keys, now))
		denial = dns_nsec3_deny(set, name, type);
	verdict = verdict_of(denial);
	verdict.iterations = dns_nsec3_iterations(set);
	return verdict;
}

/* The zone's SOA record in a negative answer is proven along with the denial, as Unbound does for
 * all but DS: senders behind it get no answer otherwise. */
static bool has_bad_soa(
    const struct dns_answer *answer, const struct dns_keys *keys, int64_t now, struct arena *arena)
{
	const char *zone = dns_keys_zone(keys);
	struct dns_denials soa = dns_denials_find(answer, DNS_TYPE_SOA, zone, arena);

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (!rr->in_answer && rr->type == DNS_TYPE_SOA && strcmp(rr->owner, zone) == 0)
			return !dns_denials_prove(&soa, keys, now);
	}
	return false;
}

struct dns_verdict dns_proof_absence(const struct dns_answer *answer, const char *name,
    uint16_t type, const struct dns_keys *keys, int64_t now, struct arena *arena)
{
	struct arena *work = arena_create();
	bool bad_soa = type != DNS_TYPE_DS && has_bad_soa(answer, keys, now, work);
	struct dns_verdict verdict = prove_absence(answer, name, type, keys, now, work);

	arena_destroy(work);
	if (verdict.status != DNSSEC_BOGUS && bad_soa)
		return dns_reason_rrset(
		    answer, dns_keys_zone(keys), DNS_TYPE_SOA, keys, now, arena);
	if (verdict.status == DNSSEC_BOGUS)
		verdict = dns_reason_absence(answer, name, type, keys, now, arena);
	return verdict;
}

static bool is_denial(uint16_t type)
{
	return type == DNS_TYPE_NSEC || type == DNS_TYPE_NSEC3;
}

const char *dns_proof_signer(
    const struct dns_answer *answer, const char *owner, uint16_t type, bool absent)
{
	const struct dns_rr *dname =
	    !absent && type == DNS_TYPE_CNAME ? dns_answer_dname(answer, owner) : NULL;
	const char *signed_name = dname ? dname->owner : owner;
	const char *deepest = NULL;

	if (dname)
		type = DNS_TYPE_DNAME;
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
