/* why_bogus.c owns the error texts of failed validation: which signature, which key, which date. */
#include "why_bogus.h"

#include <getdns/getdns_extra.h>
#include <stdlib.h>
#include <string.h>

#include "denial.h"
#include "dname.h"
#include "limit.h"
#include "rrset.h"
#include "time_text.h"

/* getdns compares signature times as signed 32-bit numbers. */
#define FIRST_UNJUDGEABLE_TIME UINT32_C(0x80000000)

/* In ascending order of use to the reader: of several signatures' faults the highest counts. */
enum defect {
	DEFECT_NONE, /* no signature at all */
	DEFECT_SIGNER,
	DEFECT_ALGORITHM,
	DEFECT_KEY,
	DEFECT_INVALID,
	DEFECT_EARLY,
	DEFECT_EXPIRED,
	DEFECT_UNJUDGEABLE,
	DEFECT_COSTLY,
};

struct defective {
	enum defect defect;
	const struct dns_signature *signature;
};

static size_t count_tag(const getdns_list *records, uint32_t wanted)
{
	getdns_dict *record;
	uint32_t tag;
	size_t count = 0;

	for (size_t i = 0; !getdns_list_get_dict(records, i, &record); i++)
		count += rrset_key_tag(record, &tag) && tag == wanted;
	return count;
}

static enum defect find_defect(
    const struct dns_signature *s, const char *zone, const getdns_list *keys, int64_t now)
{
	if (strcmp(s->signer, zone) != 0)
		return DEFECT_SIGNER;
	if (!rrset_algorithm_is_supported(s->algorithm))
		return DEFECT_ALGORITHM;
	if (s->expiration >= FIRST_UNJUDGEABLE_TIME || s->inception >= FIRST_UNJUDGEABLE_TIME)
		return DEFECT_UNJUDGEABLE;
	if (s->expiration < now)
		return DEFECT_EXPIRED;
	if (s->inception > now)
		return DEFECT_EARLY;
	return count_tag(keys, s->key_tag) > 0 ? DEFECT_INVALID : DEFECT_KEY;
}

static struct defective find_worst(const struct answer *answer, const char *owner, uint16_t type,
    const char *zone, const getdns_list *keys, int64_t now)
{
	struct defective worst = {DEFECT_NONE, NULL};
	const struct dns_rr *rr = NULL;

	while ((rr = answer_signature(answer, owner, type, rr))) {
		enum defect defect = find_defect(rr->signature, zone, keys, now);

		if (!worst.signature || defect > worst.defect)
			worst = (struct defective){defect, rr->signature};
	}
	if (rrset_has_costly(answer, owner, type, keys))
		worst.defect = DEFECT_COSTLY;
	return worst;
}

static const char *show_name(const char *name)
{
	return *name ? name : "the root";
}

static const char *show_zone(const char *zone, struct arena *arena)
{
	return *zone ? arena_printf(arena, "zone %s", zone) : "the root zone";
}

static const char *show_time(struct arena *arena, uint32_t seconds)
{
	char text[TIME_TEXT_SIZE];
	return arena_strdup(arena, time_text(seconds, text));
}

static struct dns_verdict bogus(const char *error)
{
	return (struct dns_verdict){.status = DNSSEC_BOGUS, .error = error};
}

static struct dns_verdict bogus_because(enum cause cause, const char *error)
{
	return (struct dns_verdict){.status = DNSSEC_BOGUS, .error = error, .cause = cause};
}

static struct dns_verdict unjudgeable(const char *error)
{
	return (struct dns_verdict){
	    .status = DNSSEC_INDETERMINATE, .failure = LOOKUP_FAILURE_UNJUDGEABLE, .error = error};
}

/* `what` is "example.com MX" or the like. */
static struct dns_verdict describe(
    struct defective d, const char *what, const char *zone, struct arena *arena)
{
	const struct dns_signature *s = d.signature;

	zone = show_zone(zone, arena);
	switch (d.defect) {
	case DEFECT_NONE:
		return bogus(
		    arena_printf(arena, "%s has no signature although %s is signed", what, zone));
	case DEFECT_SIGNER:
		return bogus(arena_printf(arena, "%s is signed by %s, but belongs to %s", what,
		    show_name(s->signer), zone));
	case DEFECT_ALGORITHM:
		return bogus(arena_printf(arena,
		    "%s is signed with algorithm %u only, which %s does not rest on", what,
		    s->algorithm, zone));
	case DEFECT_KEY:
		return bogus(arena_printf(arena,
		    "%s is signed with key %u, which %s does not have, or has revoked", what,
		    s->key_tag, zone));
	case DEFECT_INVALID:
		return bogus(
		    arena_printf(arena, "the signature over %s by key %u of %s does not verify",
			what, s->key_tag, zone));
	case DEFECT_EARLY:
		/* A slow local clock is likelier than a zone signed for the future. */
		return bogus(arena_printf(arena,
		    "the signature over %s is not valid before %s: is the clock right?", what,
		    show_time(arena, s->inception)));
	case DEFECT_EXPIRED:
		return bogus(arena_printf(arena, "the signature over %s expired at %s", what,
		    show_time(arena, s->expiration)));
	case DEFECT_COSTLY:
		return bogus_because(
		    CAUSE_TOO_MANY_SIGNATURES, arena_printf(arena,
						   "more than %d signatures over %s with keys of "
						   "%s that share a tag would have "
						   "to be "
						   "tried",
						   LIMIT_SIGNATURE_TRIES, what, zone));
	case DEFECT_UNJUDGEABLE: break;
	}
	return unjudgeable(arena_printf(arena,
	    "the signature over %s expires at %s, and times after 2038-01-19 cannot be judged here",
	    what, show_time(arena, s->expiration)));
}

static const char *show_rrset(struct arena *arena, const char *owner, uint16_t type)
{
	char buf[16];

	return arena_printf(arena, "%s %s", show_name(owner), answer_type_name(type, buf));
}

/* NULL: not too many. */
static const char *find_too_many(
    const struct answer *answer, const char *zone, const getdns_list *keys, struct arena *arena)
{
	struct denials plain = denial_find(answer, DNS_TYPE_NSEC, zone, arena),
		       hashed = denial_find(answer, DNS_TYPE_NSEC3, zone, arena);
	getdns_list *all = rrset_list_create();
	bool costly;

	denial_add(&plain, all);
	denial_add(&hashed, all);
	costly = rrset_is_costly(all, keys);
	getdns_list_destroy(all);
	return costly ? arena_printf(arena,
			    "too many signatures over the NSEC or NSEC3 records of %s would have "
			    "to be tried (%d for one RRset, %d for all, are the limit)",
			    show_zone(zone, arena), LIMIT_SIGNATURE_TRIES, LIMIT_DENIAL_TRIES)
		      : NULL;
}

/* `worst` of an RRset, or what is left out of the zone's keys if it comes of that. */
static struct dns_verdict describe_by_keys(
    struct defective worst, const char *what, const struct zone_keys *keys, struct arena *arena)
{
	const char *why = worst.defect == DEFECT_KEY || worst.defect == DEFECT_INVALID
			      ? keys_why_left_out(keys, worst.signature, arena)
			      : NULL;

	if (!why)
		return describe(worst, what, keys_zone(keys), arena);
	return bogus_because(CAUSE_DNSKEY_UNUSABLE,
	    arena_printf(arena, "%s is signed with key %u of %s, but %s", what,
		worst.signature->key_tag, show_zone(keys_zone(keys), arena), why));
}

struct dns_verdict why_bogus_rrset(const struct answer *answer, const char *owner, uint16_t type,
    const struct zone_keys *keys, int64_t now, struct arena *arena)
{
	const char *zone = keys_zone(keys), *what = show_rrset(arena, owner, type);
	struct defective worst = find_worst(answer, owner, type, zone, keys_records(keys), now);
	bool is_invalid =
		 worst.defect == DEFECT_INVALID && !keys_why_left_out(keys, worst.signature, arena),
	     expanded = is_invalid && answer_is_wildcard(answer, owner, type);

	if (expanded && dname_is_wildcard(owner))
		return bogus_because(CAUSE_ASTERISK_NAME,
		    arena_printf(arena,
			"%s comes from a wildcard, but begins with an asterisk itself, which "
			"Unbound does not accept",
			what));
	const char *too_many = find_too_many(answer, zone, keys_records(keys), arena);

	if (expanded && too_many)
		return bogus_because(CAUSE_TOO_MANY_SIGNATURES, too_many);
	if (expanded)
		return bogus(arena_printf(arena,
		    "%s comes from a wildcard, and it is not proven that nothing closer exists",
		    what));
	if (is_invalid && type == DNS_TYPE_DNAME)
		return bogus(arena_printf(arena,
		    "the DNAME at %s does not verify, or the alias is not the one that it makes",
		    show_name(owner)));
	return describe_by_keys(worst, what, keys, arena);
}

struct dns_verdict why_bogus_absence(const struct answer *answer, const char *name, uint16_t type,
    const struct zone_keys *keys, int64_t now, struct arena *arena)
{
	const char *what = show_rrset(arena, name, type);
	const char *zone = keys_zone(keys);
	struct defective worst = {DEFECT_NONE, NULL};
	const char *owner = NULL;
	uint16_t denial = 0;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->in_answer || (rr->type != DNS_TYPE_NSEC && rr->type != DNS_TYPE_NSEC3))
			continue;
		struct defective d =
		    find_worst(answer, rr->owner, rr->type, zone, keys_records(keys), now);
		if (!owner || d.defect > worst.defect) {
			worst = d;
			owner = rr->owner;
			denial = rr->type;
		}
	}
	if (!owner)
		return bogus(
		    arena_printf(arena, "nothing proves that there is no %s, although %s is signed",
			what, show_zone(zone, arena)));
	const char *too_many = find_too_many(answer, zone, keys_records(keys), arena);
	if (too_many && worst.defect != DEFECT_COSTLY)
		return bogus_because(CAUSE_TOO_MANY_SIGNATURES, too_many);
	/* The signatures may be valid while the records do not deny the name. */
	if (worst.defect == DEFECT_INVALID && !keys_why_left_out(keys, worst.signature, arena))
		return bogus(arena_printf(arena,
		    "the NSEC or NSEC3 records of %s do not prove that there is no %s",
		    show_zone(zone, arena), what));
	return describe_by_keys(worst, show_rrset(arena, owner, denial), keys, arena);
}

static size_t count_keys(const struct answer *answer, const getdns_list *anchors, bool *fits)
{
	size_t count = 0;
	uint32_t tag;

	*fits = false;
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (!rr->in_answer || rr->type != DNS_TYPE_DNSKEY)
			continue;
		count++;
		if (rrset_key_tag(rr->dict, &tag) && count_tag(anchors, tag) > 0)
			*fits = true;
	}
	return count;
}

static struct dns_verdict bogus_keys(const char *zone, const char *text, struct arena *arena)
{
	return bogus(arena_printf(arena, "%s %s", *zone ? zone : "the root", text));
}

static struct dns_verdict bogus_by_fault(
    const char *zone, struct keys_fault fault, struct arena *arena)
{
	struct dns_verdict v = bogus_keys(zone, fault.text, arena);

	v.cause = *zone ? fault.cause : CAUSE_NONE;
	return v;
}

/* The zone has none of the keys that its DS records name. */
static struct dns_verdict bogus_by_ds(const char *zone, const char *text, struct arena *arena)
{
	return bogus_by_fault(zone, (struct keys_fault){CAUSE_DS_STALE, text}, arena);
}

/* For the root the likely cause is local and named (finding dnssec-root-failed). */
struct dns_verdict why_bogus_keys(const struct answer *answer, const struct getdns_list *anchors,
    int64_t now, struct arena *arena)
{
	const char *zone = answer->name;
	struct keys_fault fault = keys_refused(answer, anchors);
	struct defective worst;
	bool fits;

	if (fault.text)
		return bogus_by_fault(zone, fault, arena);
	if (count_keys(answer, anchors, &fits) == 0)
		return bogus_by_ds(zone,
		    *zone ? "has DS records, but no DNSKEY records"
			  : "has no DNSKEY records in the resolver's answer",
		    arena);
	if (!answer_signature(answer, zone, DNS_TYPE_DNSKEY, NULL))
		return bogus_keys(zone,
		    *zone ? "has DNSKEY records without a signature"
			  : "has DNSKEY records without a signature: the "
			    "resolver strips DNSSEC from its answers",
		    arena);
	if (!fits)
		return bogus_by_ds(zone,
		    *zone ? "has no DNSKEY that matches its DS records"
			  : "has no DNSKEY that matches the trust anchor: the "
			    "trust anchor is wrong or out of date",
		    arena);
	/* Only signatures by keys that the anchors name count. */
	worst = find_worst(answer, zone, DNS_TYPE_DNSKEY, zone, anchors, now);
	if (worst.defect >= DEFECT_EARLY) {
		struct dns_verdict v =
		    describe(worst, show_rrset(arena, zone, DNS_TYPE_DNSKEY), zone, arena);

		if (!*zone && worst.defect == DEFECT_EXPIRED)
			v.error = arena_printf(arena, "%s: is the clock right?", v.error);
		return v;
	}
	fault = keys_named_fault(answer, anchors);
	if (fault.text) {
		fault.text = arena_printf(arena,
		    "has a DS record for a key with which its keys cannot be proven: %s",
		    fault.text);
		return bogus_by_fault(zone, fault, arena);
	}
	return bogus_keys(zone,
	    *zone ? "has DNSKEY records that its DS records do not match, or "
		    "that are signed by another key, or by a revoked one"
		  : "has DNSKEY records that the trust anchor does not match, "
		    "or that are signed by another key",
	    arena);
}
