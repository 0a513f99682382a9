/* judge_signature.c owns the findings on lookups that this run could not finish or judge, and on
 * DNSSEC signatures that end soon. */
#include <string.h>

#include "judge_internal.h"

bool judge_lookup_failed(const struct lookup *l)
{
	return l->kind == ANSWER_FAILED || l->dnssec == DNSSEC_INDETERMINATE;
}

bool judge_excused(struct judge *j, struct place place, const struct lookup *l)
{
	if (l->failure == LOOKUP_FAILURE_DEADLINE)
		judge_add(j, FINDING_DEADLINE_EXCEEDED, place, NULL,
		    "The deadline ended the %s lookup of %s.", lookup_type_name(l->type),
		    judge_shown(j, l->asked));
	return l->failure == LOOKUP_FAILURE_DEADLINE || l->failure == LOOKUP_FAILURE_UNJUDGEABLE;
}

/*
 * A zone that is signed on the fly or on schedule always has ends close ahead. Less than a quarter
 * of the signature's own life left means that a renewal is overdue. Judged by the time of the
 * check: --at moves certificates only.
 */
static bool ends_soon(const struct judge *j, struct signature_life life)
{
	int64_t left = life.expires - j->report->checked_at;
	return left < (int64_t)j->params->warn_days * 86400 &&
	       left < (life.expires - life.inception) / 4;
}

static void judge_answer(struct judge *j, struct place place, const struct lookup *l)
{
	struct signature_life life = {l->signature_inception, l->signature_expires};
	if (l->has_signature && ends_soon(j, life))
		judge_add(j, FINDING_SIGNATURE_EXPIRING, place, NULL,
		    "The DNSSEC signature on the %s answer at %s ends at %s.",
		    lookup_type_name(l->type), judge_shown(j, l->asked),
		    judge_time(j, life.expires));
}

/* True at the first call: many lookups of many hosts may rest on one zone. */
static bool is_first(struct judge *j, const struct signed_zone *zone, enum finding_code code)
{
	for (size_t i = 0; i < j->zone_count; i++)
		if (j->zones[i].code == code && strcmp(j->zones[i].name, zone->name) == 0)
			return false;
	*(struct judged_zone *)arena_append(j->arena, &j->zones, &j->zone_count, sizeof *j->zones) =
	    (struct judged_zone){zone->name, code};
	return true;
}

/*
 * With either signature everything in the zone becomes bogus. That is said once, of the domain.
 * Each is held against its own life, for the two are made by different keys on different schedules.
 */
static void judge_zone(struct judge *j, const struct signed_zone *zone)
{
	const struct {
		const char *type, *by;
		struct signature_life life;
	} signatures[] = {
	    {"DNSKEY", "", zone->dnskey},
	    {"DS", ", which the zone above makes,", zone->ds},
	};
	if (!is_first(j, zone, FINDING_SIGNATURE_EXPIRING))
		return;
	for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
		if (signatures[i].life.expires && ends_soon(j, signatures[i].life))
			judge_add(j, FINDING_SIGNATURE_EXPIRING, at_domain, NULL,
			    "The DNSSEC signature over the %s records of %s%s ends at %s.",
			    signatures[i].type, judge_shown(j, zone->name), signatures[i].by,
			    judge_time(j, signatures[i].life.expires));
}

/* RFC 9276 §3.2 lets validators choose. Unbound's limit is the one above which all call a denial
 * insecure (LIMIT_NSEC3_ITERATIONS). */
static void judge_iterations(struct judge *j, const struct signed_zone *zone)
{
	enum { STRICTEST = 50, OF_RESOLVED = 100 };
	if (zone->iterations <= STRICTEST || !is_first(j, zone, FINDING_NSEC3_ITERATIONS))
		return;
	judge_add(j, FINDING_NSEC3_ITERATIONS, at_domain,
	    arena_printf(j->arena, "Sign %s with 0 NSEC3 iterations and no salt (1 0 0 -).",
		judge_shown(j, zone->name)),
	    "Denials in the zone %s take %u NSEC3 iterations: BIND 9.20, Knot Resolver from 5.7.1 "
	    "and PowerDNS Recursor from 5.0%s take them as insecure, Unbound and others as secure.",
	    judge_shown(j, zone->name), zone->iterations,
	    zone->iterations > OF_RESOLVED ? ", and systemd-resolved from 256," : "");
}

/* What takes a zone as unsigned, and who nevertheless checks it. */
static const struct {
	unsigned number;
	const char *name, *who;
} odd_algorithms[] = {
    {5, "RSASHA1", "resolvers that heed RFC 9905, and those of Red Hat Enterprise Linux 9,"},
    {7, "RSASHA1-NSEC3-SHA1",
	"resolvers that heed RFC 9905, and those of Red Hat Enterprise Linux 9,"},
    {12, "ECC-GOST", "today's resolvers"},
    {16, "Ed448", "systemd-resolved, and Unbound built with Nettle,"},
};

static void judge_algorithm(struct judge *j, const struct signed_zone *zone)
{
	for (size_t i = 0; i < sizeof odd_algorithms / sizeof *odd_algorithms; i++)
		if (odd_algorithms[i].number == zone->odd_algorithm &&
		    is_first(j, zone, FINDING_DNSSEC_ALGORITHM_OLD))
			judge_add(j, FINDING_DNSSEC_ALGORITHM_OLD, at_domain,
			    arena_printf(j->arena,
				"Roll %s over to ECDSAP256SHA256 (13), with new DS records.",
				judge_shown(j, zone->name)),
			    "The zone %s is signed only with %s (algorithm %u): %s take it as "
			    "unsigned.",
			    judge_shown(j, zone->name), odd_algorithms[i].name, zone->odd_algorithm,
			    odd_algorithms[i].who);
}

void judge_signature(struct judge *j, struct place place, const struct lookup *l)
{
	if (l->failure == LOOKUP_FAILURE_UNJUDGEABLE)
		judge_add(j, FINDING_SIGNATURE_UNJUDGEABLE, place, NULL,
		    "The signature on the %s answer at %s cannot be judged here: %s.",
		    lookup_type_name(l->type), judge_shown(j, l->asked), judge_shown(j, l->error));
	for (size_t i = 0; !l->proposed && i < l->zone_count; i++)
		judge_algorithm(j, &l->zones[i]);
	if (l->dnssec != DNSSEC_SECURE || l->proposed)
		return;
	judge_answer(j, place, l);
	/* That a host lacks one kind of address decides nothing. */
	bool rests =
	    l->kind == ANSWER_RECORDS || (l->type != DNS_TYPE_A && l->type != DNS_TYPE_AAAA);
	for (size_t i = 0; i < l->zone_count; i++) {
		judge_zone(j, &l->zones[i]);
		if (rests)
			judge_iterations(j, &l->zones[i]);
	}
}
