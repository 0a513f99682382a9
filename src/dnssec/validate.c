/* validate.c owns validating an answer with one zone's keys, by getdns or where that is wrong. */
#include "validate.h"

#include <getdns/getdns_extra.h>
#include <string.h>

#include "denial.h"
#include "dname.h"
#include "nsec3.h"
#include "rrset.h"
#include "signature.h"

struct dns_verdict validate_keys(const struct answer *answer, const struct getdns_list *anchors,
    int64_t now, struct arena *arena, struct zone_keys **keys)
{
	*keys = keys_prove(answer, anchors, now);
	if (*keys)
		return (struct dns_verdict){.status = DNSSEC_SECURE};
	return why_bogus_keys(answer, anchors, now, arena);
}

/* ---- RRsets ---- */

/* The next closer name: one label longer than the closest encloser (RFC 5155 §1.3). */
static const char *next_closer(const struct answer *answer, const char *owner, uint16_t type)
{
	const struct dns_rr *rr = NULL;
	size_t fewest = dname_labels(owner);
	size_t labels = fewest;

	while ((rr = answer_signature(answer, owner, type, rr)))
		if (rr->signature->labels < fewest)
			fewest = rr->signature->labels;
	for (; labels > fewest + 1; labels--)
		owner = dname_parent(owner);
	return owner;
}

/* The denial of the next closer name, which getdns 1.6 gets wrong: it overlooks empty
 * non-terminals, which block the wildcard (RFC 4592 §2.2.2), and opt-out. */
static struct dns_verdict judge_wildcard(const struct denials *plain, const struct denials *hashed,
    const char *closer, struct arena *arena)
{
	struct nsec3 *set = nsec3_read(hashed, arena);
	enum denial result = hashed->count > 0 ? nsec3_deny_closer(set, closer)
					       : denial_of_closer_by_nsec(plain, closer);

	return (struct dns_verdict){
	    .status = result == DENIAL_NXDOMAIN   ? DNSSEC_SECURE
		      : result == DENIAL_INSECURE ? DNSSEC_INSECURE
						  : DNSSEC_BOGUS,
	    .iterations = nsec3_iterations(set),
	};
}

/* getdns needs the denials in the list with an RRset expanded from a wildcard. */
static struct dns_verdict prove_wildcard(getdns_list *records, const struct answer *answer,
    const char *owner, uint16_t type, const struct zone_keys *keys, int64_t now)
{
	const char *zone = keys_zone(keys);
	struct arena *arena = arena_create();
	struct denials plain = denial_find(answer, DNS_TYPE_NSEC, zone, arena),
		       hashed = denial_find(answer, DNS_TYPE_NSEC3, zone, arena);
	struct dns_verdict verdict = {.status = DNSSEC_BOGUS};

	denial_add(&plain, records);
	denial_add(&hashed, records);
	if (rrset_prove(records, keys_records(keys), now) == DNSSEC_SECURE)
		verdict = judge_wildcard(&plain, &hashed, next_closer(answer, owner, type), arena);
	arena_destroy(arena);
	return verdict;
}

/* True if the CNAME is the one synthesized from the DNAME (RFC 6672 §2.2). */
static bool is_made_by(
    const struct answer *answer, const char *owner, const struct dns_rr *dname, struct arena *arena)
{
	size_t kept = strlen(owner) - strlen(dname->owner) - (*dname->target ? 0 : 1);
	bool ambiguous;
	const char *alias = answer_alias(answer, owner, &ambiguous);

	return alias && !ambiguous &&
	       strcmp(alias, arena_printf(arena, "%.*s%s", (int)kept, owner, dname->target)) == 0;
}

static struct dns_verdict prove_miscounted(const struct answer *answer, const char *owner,
    uint16_t type, const struct zone_keys *keys, int64_t now)
{
	struct dns_verdict verdict = {.status = DNSSEC_BOGUS};

	if (!rrset_has_costly(answer, owner, type, keys_records(keys)))
		verdict.status = signature_verify(answer, owner, type, keys, now);
	if (verdict.status == DNSSEC_INDETERMINATE) {
		verdict.failure = LOOKUP_FAILURE_UNJUDGEABLE;
		verdict.error = "the GnuTLS policy of this machine disables the curve of the "
				"signature";
	}
	return verdict;
}

/* `dname`: the record that the CNAME at `owner` was synthesized from, or NULL. */
static struct dns_verdict prove_by_engine(const struct answer *answer, const char *owner,
    uint16_t type, const struct dns_rr *dname, const struct zone_keys *keys, int64_t now)
{
	struct dns_verdict verdict = {.status = DNSSEC_BOGUS};
	getdns_list *records = rrset_list_create();

	(void)rrset_add(records, answer, owner, type); /* the caller has found one */
	if (dname)
		(void)rrset_add(records, answer, dname->owner, DNS_TYPE_DNAME);
	if (answer_is_wildcard(answer, owner, type))
		verdict = prove_wildcard(records, answer, owner, type, keys, now);
	else if (rrset_prove(records, keys_records(keys), now) == DNSSEC_SECURE)
		verdict.status = DNSSEC_SECURE;
	getdns_list_destroy(records);
	return verdict;
}

struct dns_verdict validate_rrset(const struct answer *answer, const char *owner, uint16_t type,
    const struct zone_keys *keys, int64_t now, struct arena *arena)
{
	const struct dns_rr *dname = type == DNS_TYPE_CNAME ? answer_dname(answer, owner) : NULL;
	const char *signed_name = dname ? dname->owner : owner;
	uint16_t signed_type = dname ? DNS_TYPE_DNAME : type;
	struct dns_verdict verdict = {.status = DNSSEC_BOGUS};

	/* Expanded from a wildcard, a name that begins with an asterisk is bogus to Unbound,
	 * which verifies the signature over another name then. */
	if (!dname_is_wildcard(signed_name))
		verdict = prove_by_engine(answer, owner, type, dname, keys, now);
	else if (!answer_is_wildcard(answer, signed_name, signed_type) &&
		 (!dname || is_made_by(answer, owner, dname, arena)))
		verdict = prove_miscounted(answer, signed_name, signed_type, keys, now);
	/* INSECURE comes from judge_wildcard alone: a positive answer is signed. */
	if (verdict.status == DNSSEC_BOGUS)
		verdict = why_bogus_rrset(answer, signed_name, signed_type, keys, now, arena);
	return verdict;
}

/* ---- Absence ---- */

static struct dns_verdict verdict_of(enum denial denial)
{
	switch (denial) {
	case DENIAL_NXDOMAIN:
		return (struct dns_verdict){.status = DNSSEC_SECURE, .denies_name = true};
	case DENIAL_NODATA: return (struct dns_verdict){.status = DNSSEC_SECURE};
	case DENIAL_INSECURE: return (struct dns_verdict){.status = DNSSEC_INSECURE};
	case DENIAL_NOTHING: break;
	}
	return (struct dns_verdict){.status = DNSSEC_BOGUS};
}

static struct dns_verdict prove_absence(const struct answer *answer, const char *name,
    uint16_t type, const struct zone_keys *keys, int64_t now, struct arena *arena)
{
	const char *zone = keys_zone(keys);
	struct denials plain = denial_find(answer, DNS_TYPE_NSEC, zone, arena), hashed;
	enum denial denial = DENIAL_NOTHING;
	struct nsec3 *set;
	struct dns_verdict verdict;

	if (denial_prove(&plain, keys, now))
		denial = denial_by_nsec(&plain, name, type, arena);
	if (denial != DENIAL_NOTHING) {
		verdict = verdict_of(denial);
		verdict.cause = denial == DENIAL_INSECURE ? CAUSE_ZONE_UNSIGNED : CAUSE_NONE;
		return verdict;
	}
	hashed = denial_find(answer, DNS_TYPE_NSEC3, zone, arena);
	set = nsec3_read(&hashed, arena);
	if (denial_prove(&hashed, keys, now))
		denial = nsec3_deny(set, name, type);
	verdict = verdict_of(denial);
	verdict.iterations = nsec3_iterations(set);
	if (denial == DENIAL_INSECURE)
		verdict.cause = nsec3_opts_out(set, name)    ? CAUSE_OPT_OUT
				: nsec3_delegates(set, name) ? CAUSE_ZONE_UNSIGNED
							     : CAUSE_NONE;
	return verdict;
}

/* Unbound validates the SOA record of a negative answer, except for DS: if it is bogus, senders
 * behind Unbound get SERVFAIL. */
static bool has_bad_soa(
    const struct answer *answer, const struct zone_keys *keys, int64_t now, struct arena *arena)
{
	const char *zone = keys_zone(keys);
	struct denials soa = denial_find(answer, DNS_TYPE_SOA, zone, arena);

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (!rr->in_answer && rr->type == DNS_TYPE_SOA && strcmp(rr->owner, zone) == 0)
			return !denial_prove(&soa, keys, now);
	}
	return false;
}

struct dns_verdict validate_absence(const struct answer *answer, const char *name, uint16_t type,
    const struct zone_keys *keys, int64_t now, struct arena *arena)
{
	struct arena *work = arena_create();
	bool bad_soa = type != DNS_TYPE_DS && has_bad_soa(answer, keys, now, work);
	struct dns_verdict verdict = prove_absence(answer, name, type, keys, now, work);

	arena_destroy(work);
	if (verdict.status != DNSSEC_BOGUS && bad_soa)
		return why_bogus_rrset(answer, keys_zone(keys), DNS_TYPE_SOA, keys, now, arena);
	if (verdict.status == DNSSEC_BOGUS)
		verdict = why_bogus_absence(answer, name, type, keys, now, arena);
	return verdict;
}

static bool is_denial(uint16_t type)
{
	return type == DNS_TYPE_NSEC || type == DNS_TYPE_NSEC3;
}

const char *validate_find_signer(
    const struct answer *answer, const char *owner, uint16_t type, bool absent)
{
	const struct dns_rr *dname =
	    !absent && type == DNS_TYPE_CNAME ? answer_dname(answer, owner) : NULL;
	const char *signed_name = dname ? dname->owner : owner;
	const char *deepest = NULL;

	if (dname)
		type = DNS_TYPE_DNAME;
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (!rr->signature || !dname_is_below(owner, rr->signature->signer))
			continue;
		if (absent ? rr->in_answer || !is_denial(rr->signature->covers)
			   : rr->signature->covers != type || strcmp(rr->owner, signed_name) != 0)
			continue;
		if (!deepest || strlen(rr->signature->signer) > strlen(deepest))
			deepest = rr->signature->signer;
	}
	return deepest;
}

bool validate_denies_existing(const struct answer *answer, const char *name)
{
	const char *zone = validate_find_signer(answer, name, 0, true);
	bool shown = false;

	/* An alias exists itself; what is denied then is the name that it leads to (RFC 6604 §2.1).
	 */
	if (zone && answer->rcode == GETDNS_RCODE_NXDOMAIN &&
	    !answer_find(answer, name, DNS_TYPE_CNAME)) {
		struct arena *work = arena_create();
		struct denials plain = denial_find(answer, DNS_TYPE_NSEC, zone, work);
		struct denials hashed = denial_find(answer, DNS_TYPE_NSEC3, zone, work);

		shown = denial_shows_by_nsec(&plain, name) ||
			nsec3_shows(nsec3_read(&hashed, work), name);
		arena_destroy(work);
	}
	return shown;
}
