/* report_text_policy.c - owns the text of MTA-STS and TLSRPT, and of what each class of sender
 * does. */
#include "report_text.h"

/* Where the words of an MTA-STS or TLSRPT line begin. */
enum { WORDS = 11 };

static void begin_policy(struct text *t, enum text_mark mark, const char *name)
{
	text_line(t, 0, WORDS);
	text_add_mark(t, mark);
	text_cell(t, TEXT_STRONG, WORDS - 4, name);
}

static enum text_mark sts_mark(enum sts_state state)
{
	static const enum text_mark marks[] = {
	    [STS_STATE_ABSENT] = TEXT_MARK_NONE,
	    [STS_STATE_ENFORCE] = TEXT_MARK_GOOD,
	    [STS_STATE_TESTING] = TEXT_MARK_WARNING,
	    [STS_STATE_NONE] = TEXT_MARK_NONE,
	    [STS_STATE_INVALID] = TEXT_MARK_BAD,
	    [STS_STATE_UNREACHABLE] = TEXT_MARK_BAD,
	    [STS_STATE_FAILED] = TEXT_MARK_UNKNOWN,
	};
	return marks[state];
}

static void draw_sts_state(struct text *t, const struct mta_sts *s)
{
	const char *txt_error = s->txt && s->txt->error ? s->txt->error : "no reason known";
	switch (s->state) {
	case STS_STATE_ABSENT: text_words(t, TEXT_PLAIN, "no policy"); break;
	case STS_STATE_ENFORCE:
	case STS_STATE_TESTING:
	case STS_STATE_NONE:
		text_words(t, TEXT_PLAIN, "mode %s,", sts_state_name(s->state));
		text_words(t, TEXT_PLAIN, "max_age %u", s->policy ? s->policy->max_age : 0);
		break;
	case STS_STATE_INVALID:
		text_words(t, TEXT_PLAIN, "%s invalid: %s", s->id ? "policy" : "TXT record",
		    s->policy_error  ? s->policy_error
		    : s->txt_error   ? s->txt_error
		    : s->fetch.error ? s->fetch.error
				     : "no reason known");
		break;
	case STS_STATE_UNREACHABLE:
		text_words(t, TEXT_PLAIN, "policy not fetched: %s",
		    s->fetch.error ? s->fetch.error : "no reason known");
		break;
	case STS_STATE_FAILED: text_words(t, TEXT_PLAIN, "TXT lookup failed: %s", txt_error); break;
	}
	if (s->id)
		text_words(t, TEXT_DIM, "(id %s)", s->id);
}

/* Each host that the policy does not cover, or that is not PKIX-valid. */
static void draw_sts_hosts(struct text *t, const struct domain_report *r)
{
	const struct mta_sts *s = r->mta_sts;
	bool in_force = s->state == STS_STATE_ENFORCE || s->state == STS_STATE_TESTING;
	for (size_t i = 0; in_force && s->hosts && i < r->host_count; i++) {
		const struct sts_host *h = &s->hosts[i];
		const char *reason = pkix_reason_name(h->pkix.reason);
		bool good = h->listed && h->pkix.result == PKIX_RESULT_VALID;
		if (good && !t->style->verbose)
			continue;
		text_line(t, WORDS, WORDS + 2);
		text_add_mark(t, good ? TEXT_MARK_GOOD
				 : h->listed && h->pkix.result == PKIX_RESULT_NOT_CHECKED
				     ? TEXT_MARK_UNKNOWN
				     : TEXT_MARK_BAD);
		text_words(t, TEXT_PLAIN, "%s: %s, certificate %s", r->hosts[i].name,
		    h->listed ? "listed" : "not listed", pkix_result_name(h->pkix.result));
		if (reason)
			text_words(t, TEXT_PLAIN, "(%s)", reason);
	}
}

static void draw_fetch(struct text *t, const struct mta_sts *s)
{
	text_line(t, WORDS, WORDS + 2);
	text_words(t, TEXT_DIM, "%s", s->url);
	if (s->fetch.http_status)
		text_words(t, TEXT_DIM, "HTTP %d", s->fetch.http_status);
	if (s->fetch.content_type)
		text_words(t, TEXT_DIM, "%s", s->fetch.content_type);
	if (s->txt) {
		text_line(t, WORDS, WORDS + 2);
		text_add_dnssec(t, "TXT", s->txt);
	}
}

static void draw_mta_sts(struct text *t, const struct domain_report *r)
{
	const struct mta_sts *s = r->mta_sts;
	begin_policy(t, sts_mark(s->state), "MTA-STS");
	draw_sts_state(t, s);
	if (s->policy && s->policy->mx_count > 0) {
		text_line(t, WORDS, WORDS + 2);
		text_words(t, TEXT_PLAIN, "mx");
		for (size_t i = 0; i < s->policy->mx_count; i++)
			text_words(t, TEXT_PLAIN, "%s%s", s->policy->mx[i],
			    i + 1 < s->policy->mx_count ? "," : "");
	}
	draw_sts_hosts(t, r);
	if (t->style->verbose && s->url)
		draw_fetch(t, s);
}

static void draw_tls_rpt(struct text *t, const struct tls_rpt *rpt)
{
	static const enum text_mark marks[] = {
	    [TLS_RPT_ABSENT] = TEXT_MARK_NONE,
	    [TLS_RPT_PRESENT] = TEXT_MARK_GOOD,
	    [TLS_RPT_INVALID] = TEXT_MARK_WARNING,
	    [TLS_RPT_FAILED] = TEXT_MARK_UNKNOWN,
	};
	const char *why = rpt->error ? rpt->error : "no reason known";
	begin_policy(t, marks[rpt->state], "TLSRPT");
	switch (rpt->state) {
	case TLS_RPT_ABSENT: text_words(t, TEXT_PLAIN, "no record"); break;
	case TLS_RPT_INVALID: text_words(t, TEXT_PLAIN, "invalid: %s", why); break;
	case TLS_RPT_FAILED: text_words(t, TEXT_PLAIN, "lookup failed: %s", why); break;
	case TLS_RPT_PRESENT:
		for (size_t i = 0; i < rpt->rua_count; i++)
			text_words(
			    t, TEXT_PLAIN, "%s%s", rpt->rua[i], i + 1 < rpt->rua_count ? "," : "");
		break;
	}
}

void text_draw_policies(struct text *t, const struct domain_report *r)
{
	if (r->mta_sts || r->tls_rpt)
		text_blank(t);
	if (r->mta_sts)
		draw_mta_sts(t, r);
	if (r->tls_rpt)
		draw_tls_rpt(t, r->tls_rpt);
}

/* ---- Senders ------------------------------------------------------------------------------------
 */

/* An opportunistic sender asks for no more than encryption. */
static enum text_mark outcome_mark(enum sender_class class, enum sender_outcome outcome)
{
	switch (outcome) {
	case OUTCOME_AUTHENTICATED: return TEXT_MARK_GOOD;
	case OUTCOME_ENCRYPTED:
		return class == SENDER_OPPORTUNISTIC ? TEXT_MARK_GOOD : TEXT_MARK_NONE;
	case OUTCOME_PLAINTEXT: return TEXT_MARK_WARNING;
	case OUTCOME_DEFERRED: return TEXT_MARK_BAD;
	case OUTCOME_REFUSED: return TEXT_MARK_NONE;
	case OUTCOME_UNKNOWN: return TEXT_MARK_UNKNOWN;
	}
	return TEXT_MARK_UNKNOWN;
}

static bool hosts_differ(const struct sender_verdict *v)
{
	for (size_t i = 1; v->by_host && i < v->hosts; i++)
		if (v->by_host[i] != v->by_host[0])
			return true;
	return false;
}

static void draw_sender(
    struct text *t, const struct domain_report *r, enum sender_class class, const char *name)
{
	enum { NAME_WIDTH = 17 };
	const struct sender_verdict *v = &r->senders[class];
	enum text_mark mark = outcome_mark(class, v->outcome);
	text_line(t, 0, NAME_WIDTH + 4);
	text_add_mark(t, mark);
	text_cell(t, TEXT_PLAIN, r->host_count ? NAME_WIDTH : 0, name);
	text_add(t, text_tone_for(mark), "%s", sender_outcome_name(v->outcome));
	if (v->hosts > 0)
		text_words(t, TEXT_PLAIN, "(%zu of %zu host%s)", v->hosts_ok, v->hosts,
		    v->hosts == 1 ? "" : "s");
	for (size_t i = 0; hosts_differ(v) && i < v->hosts && i < r->host_count; i++) {
		text_line(t, NAME_WIDTH + 4, NAME_WIDTH + 6);
		text_add_mark(t, outcome_mark(class, v->by_host[i]));
		text_words(t, TEXT_PLAIN, "MX %u %s: %s", r->hosts[i].preference, r->hosts[i].name,
		    sender_outcome_name(v->by_host[i]));
	}
}

void text_draw_senders(struct text *t, const struct domain_report *r)
{
	static const char *const names[] = {
	    [SENDER_DANE] = "DANE sender:",
	    [SENDER_MTA_STS] = "MTA-STS sender:",
	    [SENDER_OPPORTUNISTIC] = "any other sender:",
	};
	const struct sender_verdict *v = r->senders;
	text_blank(t);
	if (r->host_count == 0 && v[0].outcome == v[1].outcome && v[1].outcome == v[2].outcome)
		draw_sender(t, r, SENDER_OPPORTUNISTIC, "every sender:");
	for (int i = 0; r->host_count > 0 && i < SENDER_COUNT; i++)
		draw_sender(t, r, (enum sender_class)i, names[i]);
}
