/* judge_baseline.c owns the comparison with an earlier run: which findings it had, and which are
 * gone.
 */
#include "judge_internal.h"

static bool same_finding(const struct finding *a, const struct finding *b)
{
	return a->code == b->code && judge_same_place(a, b);
}

/* An exception that was taken back is not known: it has never counted. */
static bool is_known(const struct finding *now, const struct finding *then)
{
	return then && now->severity <= then->severity && (now->ignored || !then->ignored);
}

static bool is_of_policy(enum finding_code code)
{
	return code >= FINDING_STS_ABSENT && code <= FINDING_TLSRPT_LOOKUP_FAILED;
}

/* After which there is more that was not looked at. */
static bool ends_the_check(const struct finding *f)
{
	switch (f->code) {
	case FINDING_MX_BOGUS:
	case FINDING_ADDRESS_BOGUS:
	case FINDING_TLSA_BOGUS:
	case FINDING_CONNECT_FAILED:
	case FINDING_SMTP_REFUSED:
	case FINDING_SMTP_PROTOCOL:
	case FINDING_STARTTLS_MISSING:
	case FINDING_STARTTLS_REFUSED:
	case FINDING_STARTTLS_INJECTION:
	case FINDING_TLS_FAILED:
	case FINDING_STS_POLICY_UNREACHABLE:
	case FINDING_STS_LOOKUP_FAILED:
	case FINDING_TLSRPT_LOOKUP_FAILED: return true;
	default: return f->severity == STATUS_UNKNOWN;
	}
}

/* True if `now` is why nobody can tell whether `then` still holds: it is about the same place, or
 * one that has it in it. */
static bool hides(const struct finding *now, const struct finding *then)
{
	struct finding place = *then;
	if (!ends_the_check(now) || (is_of_policy(now->code) && !is_of_policy(then->code)))
		return false;
	if (now->key_type == KEY_TYPE_NONE)
		place.key_type = KEY_TYPE_NONE;
	if (!now->address.family)
		place.address = now->address;
	if (!now->host_name)
		place.host_name = NULL;
	return judge_same_place(now, &place);
}

static bool is_hidden(const struct domain_report *r, const struct finding *then)
{
	for (size_t i = 0; i < r->finding_count; i++)
		if (hides(&r->findings[i], then))
			return true;
	return false;
}

/* The list of a proposed change has copies of the report's findings. */
static void mark_appeared(const struct domain_report *r)
{
	for (size_t i = 0; r->change && i < r->change->appear_count; i++)
		for (size_t k = 0; k < r->finding_count; k++)
			if (r->change->appear[i].message == r->findings[k].message)
				r->change->appear[i].known = r->findings[k].known;
}

void judge_baseline(struct domain_report *report, const struct finding *earlier, size_t count)
{
	struct judge_list now = {report->findings, report->finding_count, NULL};
	struct judge_list then = {earlier, count, NULL};
	judge_pair_findings(report->arena, &now, &then, same_finding);
	report->compared = true;
	for (size_t i = 0; i < now.count; i++)
		report->findings[i].known = is_known(&report->findings[i], now.others[i]);
	mark_appeared(report);
	report->gone = arena_array(report->arena, count, sizeof *report->gone);
	for (size_t i = 0; i < count; i++)
		if (!then.others[i] && !is_hidden(report, &earlier[i]))
			report->gone[report->gone_count++] = earlier[i];
}
