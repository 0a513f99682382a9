/* judge_signature.c owns the findings on lookups that this run could not finish or judge, and on
 * DNSSEC signatures that end soon. */
#include "judge_internal.h"

bool judge_lookup_failed(const struct lookup *l)
{
	return l->kind == ANSWER_FAILED || l->dnssec == DNSSEC_INDETERMINATE;
}

bool judge_excused(struct judge *j, struct place place, const struct lookup *l)
{
	if (l->failure == LOOKUP_FAILURE_DEADLINE)
		judge_add(j, FINDING_DEADLINE_EXCEEDED, place, NULL,
		    "The deadline ended the %s lookup of %s.", judge_record_type(l->type),
		    judge_shown(j, l->asked));
	return l->failure == LOOKUP_FAILURE_DEADLINE || l->failure == LOOKUP_FAILURE_UNJUDGEABLE;
}

/*
 * A zone that is signed on the fly or on schedule always has ends close ahead. Less than a quarter
 * of the signature's own life left means that a renewal is overdue. Judged by the time of the
 * check: --at moves certificates only.
 */
static bool ends_soon(const struct judge *j, const struct lookup *l)
{
	if (!l->has_signature || l->proposed || l->dnssec != DNSSEC_SECURE)
		return false;
	int64_t life = l->signature_expires - l->signature_inception;
	int64_t left = l->signature_expires - j->report->checked_at;
	return left < (int64_t)j->params->warn_days * 86400 && left < life / 4;
}

void judge_signature(struct judge *j, struct place place, const struct lookup *l)
{
	if (l->failure == LOOKUP_FAILURE_UNJUDGEABLE)
		judge_add(j, FINDING_SIGNATURE_UNJUDGEABLE, place, NULL,
		    "The signature on the %s answer at %s cannot be judged here: %s.",
		    judge_record_type(l->type), judge_shown(j, l->asked), judge_shown(j, l->error));
	else if (ends_soon(j, l))
		judge_add(j, FINDING_SIGNATURE_EXPIRING, place, NULL,
		    "The DNSSEC signature on the %s answer at %s ends at %s.",
		    judge_record_type(l->type), judge_shown(j, l->asked),
		    judge_time(j, l->signature_expires));
}
