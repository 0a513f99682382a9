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

static bool is_judged(const struct judge *j, const struct signed_zone *zone)
{
	for (size_t i = 0; i < j->zone_count; i++)
		if (strcmp(j->zones[i], zone->name) == 0)
			return true;
	return false;
}

/*
 * With either signature everything in the zone becomes bogus. That is said once, of the domain:
 * many lookups of many hosts may rest on it. Each is held against its own life, for the two are
 * made by different keys on different schedules.
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
	if (is_judged(j, zone))
		return;
	*(const char **)arena_append(j->arena, &j->zones, &j->zone_count, sizeof *j->zones) =
	    zone->name;
	for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
		if (signatures[i].life.expires && ends_soon(j, signatures[i].life))
			judge_add(j, FINDING_SIGNATURE_EXPIRING, at_domain, NULL,
			    "The DNSSEC signature over the %s records of %s%s ends at %s.",
			    signatures[i].type, judge_shown(j, zone->name), signatures[i].by,
			    judge_time(j, signatures[i].life.expires));
}

void judge_signature(struct judge *j, struct place place, const struct lookup *l)
{
	if (l->failure == LOOKUP_FAILURE_UNJUDGEABLE)
		judge_add(j, FINDING_SIGNATURE_UNJUDGEABLE, place, NULL,
		    "The signature on the %s answer at %s cannot be judged here: %s.",
		    lookup_type_name(l->type), judge_shown(j, l->asked), judge_shown(j, l->error));
	if (l->dnssec != DNSSEC_SECURE || l->proposed)
		return;
	judge_answer(j, place, l);
	for (size_t i = 0; i < l->zone_count; i++)
		judge_zone(j, &l->zones[i]);
}
