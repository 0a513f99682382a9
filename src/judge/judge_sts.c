/* judge_sts.c owns the findings on MTA-STS and TLSRPT. */
#include <string.h>
#include <time.h>

#include "buffer.h"
#include "judge_cause.h"
#include "judge_fix.h"
#include "name.h"
#include "record.h"
#include "sts.h"

enum { SHORTEST_MAX_AGE = 86400 }; /* seconds */

/* ---- What to publish ---- */

/*
 * Puts one record in, and takes out what is there of its kind. Where a wildcard answers with an
 * alias, the record belongs at the name itself. Nothing where that would not do.
 */
static void replace_txt(struct judge *j, struct action_list *out, const char *owner,
    const struct lookup *found, const char *prefix, const char *value)
{
	struct action_list fix = {0};
	struct sts_text fields;
	bool own = found && found->kind == ANSWER_RECORDS && !found->expansion_count;
	if (found && !lookup_find_expansion(found, found->asked))
		owner = found->final;
	struct zone_line line = {.owner = owner, .type = DNS_TYPE_TXT};
	line.data.ttl = lookup_ttl_for(found, owner);
	line.data.txt.data = (const uint8_t *)value;
	line.data.txt.length = strlen(value);
	judge_fix_add(j, &fix, &line, "Add to the zone.");
	for (size_t i = 0; own && i < found->record_count; i++) {
		line.data.txt.data = found->records[i].txt.data;
		line.data.txt.length = found->records[i].txt.length;
		if (line.data.txt.length >= strlen(prefix) &&
		    memcmp(line.data.txt.data, prefix, strlen(prefix)) == 0)
			judge_fix_delete(j, &fix, &line, "Only one such record may exist.");
	}
	if (found &&
	    record_find(judge_fix_lookup(j, found, &fix), prefix, &fields) != STS_FOUND_ONE)
		return;
	for (size_t i = 0; i < fix.count; i++)
		*(struct action *)arena_append(
		    j->arena, &out->list, &out->count, sizeof *out->list) = fix.list[i];
}

/* An id that no earlier policy had: the time of the check. */
static void add_txt(struct judge *j, struct action_list *fix)
{
	struct tm tm;
	time_t t = (time_t)j->report->checked_at;
	char id[32] = "1";
	if (gmtime_r(&t, &tm))
		(void)strftime(id, sizeof id, "%Y%m%d%H%M%SZ", &tm); /* "1" fits as well */
	replace_txt(j, fix, arena_printf(j->arena, "_mta-sts.%s", j->report->domain),
	    j->report->mta_sts->txt, "v=STSv1", arena_printf(j->arena, "v=STSv1; id=%s", id));
}

static const char *policy_url(const struct judge *j)
{
	return arena_printf(
	    j->arena, "https://mta-sts.%s/.well-known/mta-sts.txt", j->report->domain);
}

static void policy_step(struct judge *j, struct action_list *fix, const char *text)
{
	judge_fix_step(j, fix, ACTION_CONFIGURE, ACTION_IN_POLICY, j->report->domain, text);
}

static void add_policy(struct judge *j, struct action_list *fix)
{
	const struct domain_report *r = j->report;
	struct buffer b = {0};
	buffer_printf(&b,
	    "Serve at %s with status 200:\nversion: STSv1\nmode: testing\nmax_age: 604800",
	    policy_url(j));
	for (size_t i = 0; i < r->host_count; i++)
		if (name_is_strict_host(r->hosts[i].name))
			buffer_printf(&b, "\nmx: %s", r->hosts[i].name);
	policy_step(j, fix, arena_strdup(j->arena, b.data));
	buffer_reset(&b);
}

/* Senders fetch a policy anew when the id in the TXT record has changed (RFC 8461 §3.3). */
static struct action_list policy_line(struct judge *j, const char *verb, const char *line)
{
	struct action_list fix = {0};
	policy_step(j, &fix,
	    arena_printf(j->arena,
		"In %s, %s:\n%s\nThen change the id in the TXT record at _mta-sts.%s.",
		policy_url(j), verb, line, j->report->domain));
	return fix;
}

static struct action_list report_record(struct judge *j)
{
	struct action_list fix = {0};
	const char *domain = j->report->domain;
	replace_txt(j, &fix, arena_printf(j->arena, "_smtp._tls.%s", domain),
	    j->report->tls_rpt->txt, "v=TLSRPTv1",
	    arena_printf(j->arena, "v=TLSRPTv1; rua=mailto:tls-reports@%s", domain));
	return fix;
}

/* ---- No policy ---- */

static void judge_absent(struct judge *j)
{
	struct action_list fix = {0};
	add_policy(j, &fix);
	add_txt(j, &fix);
	judge_add(
	    j, FINDING_STS_ABSENT, at_domain, &fix, "%s has no MTA-STS record.", j->report->domain);
}

static void judge_lookup(struct judge *j, const struct lookup *txt)
{
	if (txt && judge_excused(j, at_domain, txt))
		return;
	judge_blame_lookup(j,
	    judge_add(j, FINDING_STS_LOOKUP_FAILED, at_domain, NULL,
		"The lookup of the MTA-STS record of %s %s: %s.", j->report->domain,
		txt && txt->dnssec == DNSSEC_BOGUS ? "fails DNSSEC validation" : "failed",
		judge_lookup_error(j, txt)),
	    txt);
}

static void judge_unreachable(struct judge *j, const struct policy_fetch *f)
{
	const char *domain = j->report->domain;
	struct action_list fix = {0};
	add_policy(j, &fix);
	if (!f->tried || f->failure == FETCH_FAILURE_DEADLINE)
		judge_add(j, FINDING_DEADLINE_EXCEEDED, at_domain, NULL,
		    "The deadline ended the fetch of the MTA-STS policy of %s: mta-sts.%s was "
		    "not fetched in time.",
		    domain, domain);
	else if (f->failure == FETCH_FAILURE_PROXY)
		judge_add(j, FINDING_PROXY_FAILED, at_domain, NULL,
		    "The MTA-STS policy of %s could not be asked for: %s.", domain,
		    judge_escaped(j, f->error));
	else if (f->failure == FETCH_FAILURE_CERTIFICATE)
		judge_add(j, FINDING_STS_POLICY_CERT, at_domain, NULL,
		    "The MTA-STS policy of %s cannot be used: %s.", domain,
		    judge_escaped(j, f->error));
	else
		judge_add(j, FINDING_STS_POLICY_UNREACHABLE, at_domain, &fix,
		    "The MTA-STS policy of %s cannot be fetched: %s.", domain,
		    judge_escaped(j, f->error));
}

static void judge_invalid(struct judge *j, const struct mta_sts *sts)
{
	struct action_list fix = {0};
	if (sts->txt_error) {
		add_txt(j, &fix);
		judge_add(j, FINDING_STS_TXT_INVALID, at_domain, &fix,
		    "The MTA-STS record of %s is not valid: %s.", j->report->domain,
		    judge_escaped(j, sts->txt_error));
	} else {
		add_policy(j, &fix);
		judge_add(j, FINDING_STS_POLICY_INVALID, at_domain, &fix,
		    "The MTA-STS policy of %s is not valid: %s.", j->report->domain,
		    judge_escaped(j, sts->policy_error));
	}
}

/* ---- A policy ---- */

static void judge_certificate(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	if (e->pkix.result != PKIX_RESULT_INVALID)
		return;
	const char *reason = pkix_reason_name(e->pkix.reason);
	judge_add(j, FINDING_STS_MX_CERT, at_endpoint(host, e), NULL,
	    "%s presents a certificate that MTA-STS senders do not accept for %s: %s.",
	    judge_where(j, host, e), judge_escaped(j, host->name), reason ? reason : "invalid");
}

static void judge_mx_host(struct judge *j, size_t index)
{
	struct mx_host *host = &j->report->hosts[index];
	struct action_list fix =
	    policy_line(j, "add", arena_printf(j->arena, "mx: %s", judge_escaped(j, host->name)));
	if (!j->report->mta_sts->hosts[index].listed)
		judge_add(j, FINDING_STS_MX_UNLISTED, at_host(host), &fix,
		    "The MTA-STS policy of %s does not list the MX host %s.", j->report->domain,
		    judge_escaped(j, host->name));
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
			    "The MTA-STS policy of %s lists %s, which matches no MX host.",
			    r->domain, policy->mx[i]);
	}
}

static void judge_policy(struct judge *j, const struct mta_sts *sts)
{
	const char *domain = j->report->domain;
	for (size_t i = 0; i < j->report->host_count; i++)
		judge_mx_host(j, i);
	judge_patterns(j, sts->policy);
	struct action_list enforce = policy_line(j, "set", "mode: enforce"),
			   longer = policy_line(j, "set", "max_age: 604800");
	if (sts->state == STS_STATE_TESTING)
		judge_add(j, FINDING_STS_TESTING, at_domain, &enforce,
		    "The MTA-STS policy of %s is in mode testing, which protects nothing.", domain);
	if (sts->policy->max_age < SHORTEST_MAX_AGE)
		judge_add(j, FINDING_STS_MAX_AGE_SHORT, at_domain, &longer,
		    "Senders may cache the MTA-STS policy of %s for only %u seconds, less than a "
		    "day.",
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
	struct action_list record = report_record(j);
	switch (t->state) {
	case TLS_RPT_PRESENT:
		if (t->unusable)
			judge_add(j, FINDING_TLSRPT_RUA_UNUSABLE, at_domain, NULL,
			    "Not every URI in the TLSRPT record of %s gets reports: %s.", domain,
			    t->unusable);
		break;
	case TLS_RPT_ABSENT:
		judge_add(j, FINDING_TLSRPT_ABSENT, at_domain, &record, "%s has no TLSRPT record.",
		    domain);
		break;
	case TLS_RPT_INVALID:
		judge_add(j, FINDING_TLSRPT_INVALID, at_domain, &record,
		    "The TLSRPT record of %s is not valid: %s.", domain,
		    judge_escaped(j, t->error));
		break;
	case TLS_RPT_FAILED:
		if (!t->txt || !judge_excused(j, at_domain, t->txt))
			judge_blame_lookup(j,
			    judge_add(j, FINDING_TLSRPT_LOOKUP_FAILED, at_domain, NULL,
				"The lookup of the TLSRPT record of %s failed: %s.", domain,
				judge_lookup_error(j, t->txt)),
			    t->txt);
		break;
	}
}
