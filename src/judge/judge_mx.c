/* judge_mx.c owns the findings on the domain as such: its name and its MX records. */
#include "judge_internal.h"
#include "limit.h"
#include "senders.h"

static void judge_failed(struct judge *j, const struct lookup *mx)
{
	if (mx && judge_excused(j, at_domain, mx))
		return;
	judge_add(j, FINDING_MX_LOOKUP_FAILED, at_domain, NULL, "The MX lookup of %s failed: %s.",
	    j->report->domain, judge_shown(j, mx ? mx->error : NULL));
}

/* The MX lookup stopped the run of the domain. */
static void judge_stopped(struct judge *j)
{
	const struct domain_report *r = j->report;
	const struct lookup *mx = r->mx;
	if (mx && mx->dnssec == DNSSEC_BOGUS)
		judge_add(j, FINDING_MX_BOGUS, at_domain, NULL,
		    "The MX records of %s fail DNSSEC validation: %s.", r->domain,
		    judge_shown(j, mx->error));
	else if (mx && mx->kind == ANSWER_NXDOMAIN)
		judge_add(j, FINDING_DOMAIN_NOT_FOUND, at_domain, NULL,
		    "%s does not exist (NXDOMAIN).", r->domain);
	else
		judge_failed(j, mx);
	if (mx)
		judge_signature(j, at_domain, mx);
}

static void judge_status(struct judge *j, const struct lookup *mx)
{
	const char *domain = j->report->domain;
	if (mx->dnssec != DNSSEC_INSECURE)
		return;
	if (mx->kind == ANSWER_RECORDS)
		judge_add(j, FINDING_MX_INSECURE, at_domain, NULL,
		    "The MX records of %s are not signed: whoever can forge them diverts its mail.",
		    domain);
	else
		judge_add(j, FINDING_MX_INSECURE, at_domain, NULL,
		    "That %s has no MX records is not signed: whoever can forge some diverts its "
		    "mail.",
		    domain);
}

static void judge_rrset(struct judge *j)
{
	const struct domain_report *r = j->report;
	if (r->mx) {
		judge_status(j, r->mx);
		if (judge_lookup_failed(r->mx))
			judge_failed(j, r->mx);
		judge_signature(j, at_domain, r->mx);
	}
	if (r->mx_null_mixed)
		judge_add(j, FINDING_NULL_MX_MIXED, at_domain, NULL,
		    "%s has a null MX (\"0 .\") beside real MX hosts.", r->domain);
	if (r->mx_total > LIMIT_MX_HOSTS)
		judge_add(j, FINDING_MX_TOO_MANY, at_domain, NULL,
		    "%s has %zu MX hosts; the first %d by preference are checked.", r->domain,
		    r->mx_total, LIMIT_MX_HOSTS);
}

bool judge_mx(struct judge *j)
{
	const struct domain_report *r = j->report;
	if (r->invalid) {
		judge_add(j, FINDING_DOMAIN_INVALID, at_domain, NULL,
		    "\"%s\" is no domain name: %s.", judge_shown(j, r->asked),
		    judge_shown(j, r->invalid));
		return false;
	}
	if (r->root_error) {
		judge_add(j, FINDING_DNSSEC_ROOT_FAILED, at_domain, NULL,
		    "DNSSEC cannot be validated through this resolver: %s.",
		    judge_shown(j, r->root_error));
		return false;
	}
	if (r->mx_kind == MX_KIND_NULL) {
		judge_add(j, FINDING_NULL_MX, at_domain, NULL,
		    "%s takes no mail and says so with a null MX.", r->domain);
		return false;
	}
	if (r->mx_kind == MX_KIND_NONE) {
		judge_stopped(j);
		return false;
	}
	if (r->mx_kind == MX_KIND_IMPLICIT && r->host_count &&
	    senders_host_lacks_address(&r->hosts[0])) {
		judge_add(j, FINDING_NO_MAIL_HOST, at_domain, NULL,
		    "%s has neither MX nor address records.", r->domain);
		return false;
	}
	judge_rrset(j);
	return true;
}
