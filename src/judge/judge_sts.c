/* judge_sts.c owns the findings on MTA-STS and TLSRPT. */
#include <time.h>

#include "buffer.h"
#include "judge_internal.h"
#include "name.h"
#include "sts.h"

enum { SHORTEST_MAX_AGE = 86400 }; /* seconds */

/* ---- What to publish ---- */

/* An id that no earlier policy had: the time of the check. */
static const char *txt_line(const struct judge *j)
{
	struct tm tm;
	time_t t = (time_t)j->report->checked_at;
	char id[32] = "1";
	if (gmtime_r(&t, &tm))
		(void)strftime(id, sizeof id, "%Y%m%d%H%M%SZ", &tm); /* "1" fits as well */
	return arena_printf(
	    j->arena, "_mta-sts.%s. IN TXT \"v=STSv1; id=%s\"", j->report->domain, id);
}

static const char *policy_url(const struct judge *j)
{
	return arena_printf(
	    j->arena, "https://mta-sts.%s/.well-known/mta-sts.txt", j->report->domain);
}

static const char *policy_lines(const struct judge *j)
{
	const struct domain_report *r = j->report;
	struct buffer b = {0};
	buffer_printf(&b, "%s\nversion: STSv1\nmode: testing\nmax_age: 604800", policy_url(j));
	for (size_t i = 0; i < r->host_count; i++)
		if (name_is_strict_host(r->hosts[i].name))
			buffer_printf(&b, "\nmx: %s", r->hosts[i].name);
	const char *text = arena_strdup(j->arena, b.data);
	buffer_reset(&b);
	return text;
}

static const char *report_line(const struct judge *j)
{
	return arena_printf(j->arena,
	    "_smtp._tls.%s. IN TXT \"v=TLSRPTv1; rua=mailto:tls-reports@%s\"", j->report->domain,
	    j->report->domain);
}

/* ---- No policy ---- */

static void judge_absent(struct judge *j)
{
	judge_add(j, FINDING_STS_ABSENT, at_domain,
	    arena_printf(j->arena, "%s\n%s", txt_line(j), policy_lines(j)),
	    "%s has no MTA-STS record.", j->report->domain);
}

static void judge_lookup(struct judge *j, const struct lookup *txt)
{
	if (txt && judge_excused(j, at_domain, txt))
		return;
	judge_add(j, FINDING_STS_LOOKUP_FAILED, at_domain, NULL,
	    "The lookup of the MTA-STS record of %s %s: %s.", j->report->domain,
	    txt && txt->dnssec == DNSSEC_BOGUS ? "fails DNSSEC validation" : "failed",
	    judge_shown(j, txt ? txt->error : NULL));
}

static void judge_unreachable(struct judge *j, const struct policy_fetch *f)
{
	const char *domain = j->report->domain;
	if (!f->tried || f->failure == FETCH_FAILURE_DEADLINE)
		judge_add(j, FINDING_DEADLINE_EXCEEDED, at_domain, NULL,
		    "The deadline ended the fetch of the MTA-STS policy of %s.", domain);
	else if (f->failure == FETCH_FAILURE_CERTIFICATE)
		judge_add(j, FINDING_STS_POLICY_CERT, at_domain, NULL,
		    "The MTA-STS policy of %s does not count: %s.", domain,
		    judge_shown(j, f->error));
	else
		judge_add(j, FINDING_STS_POLICY_UNREACHABLE, at_domain, policy_url(j),
		    "The MTA-STS policy of %s cannot be fetched: %s.", domain,
		    judge_shown(j, f->error));
}

static void judge_invalid(struct judge *j, const struct mta_sts *sts)
{
	if (sts->txt_error)
		judge_add(j, FINDING_STS_TXT_INVALID, at_domain, txt_line(j),
		    "The MTA-STS record of %s is not valid: %s.", j->report->domain,
		    judge_shown(j, sts->txt_error));
	else
		judge_add(j, FINDING_STS_POLICY_INVALID, at_domain, policy_lines(j),
		    "The MTA-STS policy of %s is not valid: %s.", j->report->domain,
		    judge_shown(j, sts->policy_error));
}

/* ---- A policy ---- */

static void judge_certificate(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	if (e->pkix.result != PKIX_RESULT_INVALID)
		return;
	const char *reason = pkix_reason_name(e->pkix.reason);
	judge_add(j, FINDING_STS_MX_CERT, at_endpoint(host, e), NULL,
	    "%s presents a certificate that MTA-STS senders do not accept for %s: %s.",
	    judge_where(j, host, e), judge_shown(j, host->name), reason ? reason : "invalid");
}

static void judge_mx_host(struct judge *j, size_t index)
{
	struct mx_host *host = &j->report->hosts[index];
	if (!j->report->mta_sts->hosts[index].listed)
		judge_add(j, FINDING_STS_MX_UNLISTED, at_host(host),
		    arena_printf(j->arena, "mx: %s", judge_shown(j, host->name)),
		    "The MTA-STS policy of %s does not list the MX host %s.", j->report->domain,
		    judge_shown(j, host->name));
	/* Such a sender puts the MX name into SNI (RFC 8461 §7.1). */
	bool own = host->sts_endpoint_count > 0;
	size_t count = own ? host->sts_endpoint_count : host->endpoint_count;
	for (size_t i = 0; i < count; i++)
		judge_certificate(j, host, own ? &host->sts_endpoints[i] : &host->endpoints[i]);
}

static void judge_patterns(struct judge *j, const struct sts_policy *policy)
{
	const struct domain_report *r = j->report;
	for (size_t i = 0; i < policy->mx_count; i++) {
		bool used = false;
		for (size_t k = 0; k < r->host_count && !used; k++)
			used = name_matches(policy->mx[i], r->hosts[k].name);
		if (!used)
			judge_add(j, FINDING_STS_MX_STALE, at_domain, NULL,
			    "The MTA-STS policy of %s lists %s, which fits no MX host.", r->domain,
			    policy->mx[i]);
	}
}

static void judge_policy(struct judge *j, const struct mta_sts *sts)
{
	const char *domain = j->report->domain;
	for (size_t i = 0; i < j->report->host_count; i++)
		judge_mx_host(j, i);
	judge_patterns(j, sts->policy);
	if (sts->state == STS_STATE_TESTING)
		judge_add(j, FINDING_STS_TESTING, at_domain, "mode: enforce",
		    "The MTA-STS policy of %s is in mode testing, which protects nothing.", domain);
	if (sts->policy->max_age < SHORTEST_MAX_AGE)
		judge_add(j, FINDING_STS_MAX_AGE_SHORT, at_domain, "max_age: 604800",
		    "The MTA-STS policy of %s may be kept for %u seconds only, less than a day.",
		    domain, sts->policy->max_age);
}

void judge_mta_sts(struct judge *j)
{
	const struct mta_sts *sts = j->report->mta_sts;
	if (!sts)
		return;
	switch (sts->state) {
	case STS_STATE_ABSENT: judge_absent(j); break;
	case STS_STATE_FAILED: judge_lookup(j, sts->txt); break;
	case STS_STATE_INVALID: judge_invalid(j, sts); break;
	case STS_STATE_UNREACHABLE: judge_unreachable(j, &sts->fetch); break;
	case STS_STATE_ENFORCE:
	case STS_STATE_TESTING: judge_policy(j, sts); break;
	case STS_STATE_NONE:
		judge_add(j, FINDING_STS_MODE_NONE, at_domain, NULL,
		    "The MTA-STS policy of %s is in mode none: the domain has opted out.",
		    j->report->domain);
		break;
	}
}

void judge_tls_rpt(struct judge *j)
{
	const struct tls_rpt *t = j->report->tls_rpt;
	const char *domain = j->report->domain;
	if (!t)
		return;
	switch (t->state) {
	case TLS_RPT_PRESENT:
		if (t->unusable)
			judge_add(j, FINDING_TLSRPT_RUA_UNUSABLE, at_domain, NULL,
			    "Not every URI in the TLSRPT record of %s gets reports: %s.", domain,
			    t->unusable);
		break;
	case TLS_RPT_ABSENT:
		judge_add(j, FINDING_TLSRPT_ABSENT, at_domain, report_line(j),
		    "%s asks for no TLS reports.", domain);
		break;
	case TLS_RPT_INVALID:
		judge_add(j, FINDING_TLSRPT_INVALID, at_domain, report_line(j),
		    "The TLSRPT record of %s is not valid: %s.", domain, judge_shown(j, t->error));
		break;
	case TLS_RPT_FAILED:
		if (!t->txt || !judge_excused(j, at_domain, t->txt))
			judge_add(j, FINDING_TLSRPT_LOOKUP_FAILED, at_domain, NULL,
			    "The lookup of the TLSRPT record of %s failed: %s.", domain,
			    judge_shown(j, t->error));
		break;
	}
}
