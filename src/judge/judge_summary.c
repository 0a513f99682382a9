/* judge_summary.c owns the one line that a person reads first. */
#include "buffer.h"
#include "judge_internal.h"
#include "senders.h"

/* How the hosts stand with DANE; each host is counted once. */
struct tally {
	size_t verified, failing, without, unseen, deferred;
};

static bool any_result(const struct mx_host *host, bool (*is)(enum dane_result))
{
	for (size_t i = 0; i < host->endpoint_count; i++)
		if (is(host->endpoints[i].dane.result))
			return true;
	return false;
}

static bool is_verified(enum dane_result result)
{
	return result == DANE_RESULT_VERIFIED;
}

static void count_host(
    struct tally *t, const struct mx_host *host, enum sender_outcome dane_outcome)
{
	switch (host->tlsa_state) {
	case TLSA_STATE_BOGUS:
	case TLSA_STATE_FAILED: t->deferred++; return;
	case TLSA_STATE_SKIPPED:
		if (host->address_dnssec != DNSSEC_INSECURE &&
		    (!host->endpoint_count || senders_host_lacks_address(host)))
			t->unseen++;
		else
			t->without++;
		return;
	case TLSA_STATE_UNUSABLE:
	case TLSA_STATE_ABSENT:
	case TLSA_STATE_INSECURE: t->without++; return;
	case TLSA_STATE_USABLE: break;
	}
	if (host->deferred)
		t->deferred++;
	else if (any_result(host, judge_dane_failed) || dane_outcome == OUTCOME_DEFERRED)
		t->failing++;
	else if (any_result(host, is_verified))
		t->verified++;
	else
		t->unseen++;
}

static void add_count(struct buffer *b, size_t count, const char *what)
{
	if (count)
		buffer_printf(b, ", %zu %s", count, what);
}

static void add_dane(const struct judge *j, struct buffer *b)
{
	const struct domain_report *r = j->report;
	const char *hosts = r->host_count == 1 ? "MX host" : "MX hosts";
	struct tally t = {0};
	for (size_t i = 0; i < r->host_count; i++)
		count_host(&t, &r->hosts[i], r->senders[SENDER_DANE].by_host[i]);
	if (t.without == r->host_count) {
		buffer_printf(b, "no DANE on %zu %s", r->host_count, hosts);
	} else {
		buffer_printf(b, "%zu of %zu %s DANE-verified", t.verified, r->host_count, hosts);
		add_count(b, t.failing, "failing DANE");
		add_count(b, t.deferred, "deferred by DANE senders");
		add_count(b, t.without, "without DANE");
		add_count(b, t.unseen, "not seen");
	}
	if (r->mx && r->mx_kind != MX_KIND_GIVEN && r->mx->dnssec == DNSSEC_INSECURE)
		buffer_add_text(b, ", MX not signed");
}

static void add_mta_sts(const struct judge *j, struct buffer *b)
{
	const struct domain_report *r = j->report;
	size_t bad = 0;
	if (!r->mta_sts)
		return;
	switch (r->mta_sts->state) {
	case STS_STATE_ABSENT: buffer_add_text(b, "; no MTA-STS"); return;
	case STS_STATE_FAILED: buffer_add_text(b, "; MTA-STS lookup failed"); return;
	case STS_STATE_INVALID:
	case STS_STATE_UNREACHABLE:
	case STS_STATE_NONE:
	case STS_STATE_TESTING:
		buffer_printf(b, "; MTA-STS %s", sts_state_name(r->mta_sts->state));
		return;
	case STS_STATE_ENFORCE: break;
	}
	for (size_t i = 0; i < r->host_count; i++)
		bad += r->senders[SENDER_MTA_STS].by_host[i] == OUTCOME_DEFERRED;
	buffer_add_text(b, "; MTA-STS enforce");
	add_count(b, bad, bad == 1 ? "host failing it" : "hosts failing it");
}

static bool has_finding(const struct domain_report *r, enum finding_code code)
{
	for (size_t i = 0; i < r->finding_count; i++)
		if (r->findings[i].code == code && !r->findings[i].ignored)
			return true;
	return false;
}

static void add_hosts(const struct judge *j, struct buffer *b)
{
	const struct domain_report *r = j->report;
	add_dane(j, b);
	add_mta_sts(j, b);
	if (r->senders[SENDER_OPPORTUNISTIC].outcome == OUTCOME_PLAINTEXT)
		buffer_add_text(b, "; mail in plain text");
	else if (r->senders[SENDER_OPPORTUNISTIC].outcome == OUTCOME_UNKNOWN)
		buffer_add_text(b, "; no server could be checked");
	if (r->deadline_exceeded)
		buffer_add_text(b, "; deadline exceeded");
	if (has_finding(r, FINDING_ROLLOVER_UNSAFE))
		buffer_add_text(b, "; the roll-over is not safe");
	else if (has_finding(r, FINDING_ROLLOVER_ORDER))
		buffer_add_text(b, "; the roll-over needs an order");
}

static void add_stopped(const struct judge *j, struct buffer *b)
{
	const struct domain_report *r = j->report;
	if (r->invalid)
		buffer_printf(b, "no domain name: %s", judge_shown(j, r->invalid));
	else if (r->root_error)
		buffer_printf(
		    b, "DNSSEC cannot be validated here: %s", judge_shown(j, r->root_error));
	else if (r->mx_kind == MX_KIND_NULL)
		buffer_add_text(b, "takes no mail (null MX)");
	else if (r->mx && r->mx->dnssec == DNSSEC_BOGUS)
		buffer_add_text(b, "MX records fail DNSSEC validation; DANE senders defer");
	else if (r->mx && r->mx->kind == ANSWER_NXDOMAIN)
		buffer_add_text(b, "the domain does not exist");
	else if (r->mx_kind == MX_KIND_IMPLICIT)
		buffer_add_text(b, "no mail host: neither MX nor address records");
	else
		buffer_printf(
		    b, "MX lookup failed: %s", judge_shown(j, r->mx ? r->mx->error : NULL));
}

const char *judge_summary(const struct judge *j, bool stopped)
{
	struct buffer b = {0};
	if (stopped)
		add_stopped(j, &b);
	else
		add_hosts(j, &b);
	const char *text = arena_strdup(j->arena, buffer_text(&b));
	buffer_reset(&b);
	return text;
}
