/* text_policy.c - draws MTA-STS, TLSRPT and what each class of sender does. */
#include "text_policy.h"

#include "text_words.h"

/* Where the words of an MTA-STS or TLSRPT line begin. */
enum { WORDS = 11 };

static void begin_policy(struct layout *t, enum mark mark, const char *name)
{
	layout_line(t, 0, WORDS);
	layout_mark(t, mark);
	layout_cell(t, TONE_STRONG, WORDS - 4, name);
}

static enum mark sts_mark(enum sts_state state)
{
	static const enum mark marks[] = {
	    [STS_STATE_ABSENT] = MARK_NONE,
	    [STS_STATE_ENFORCE] = MARK_GOOD,
	    [STS_STATE_TESTING] = MARK_WARNING,
	    [STS_STATE_NONE] = MARK_NONE,
	    [STS_STATE_INVALID] = MARK_BAD,
	    [STS_STATE_UNREACHABLE] = MARK_BAD,
	    [STS_STATE_FAILED] = MARK_UNKNOWN,
	};
	return marks[state];
}

static void draw_sts_state(struct layout *t, const struct mta_sts *s)
{
	const char *txt_error = s->txt && s->txt->error ? s->txt->error : "no reason known";
	switch (s->state) {
	case STS_STATE_ABSENT: layout_words(t, TONE_PLAIN, "no policy"); break;
	case STS_STATE_ENFORCE:
	case STS_STATE_TESTING:
	case STS_STATE_NONE:
		layout_words(t, TONE_PLAIN, "mode %s,", sts_state_name(s->state));
		layout_words(t, TONE_PLAIN, "max_age %u", s->policy ? s->policy->max_age : 0);
		break;
	case STS_STATE_INVALID:
		layout_words(t, TONE_PLAIN, "%s invalid: %s", s->id ? "policy" : "TXT record",
		    s->policy_error  ? s->policy_error
		    : s->txt_error   ? s->txt_error
		    : s->fetch.error ? s->fetch.error
				     : "no reason known");
		break;
	case STS_STATE_UNREACHABLE:
		layout_words(t, TONE_PLAIN, "policy not fetched: %s",
		    s->fetch.error ? s->fetch.error : "no reason known");
		break;
	case STS_STATE_FAILED:
		layout_words(t, TONE_PLAIN, "TXT lookup failed: %s", txt_error);
		break;
	}
	if (s->id)
		layout_words(t, TONE_DIM, "(id %s)", s->id);
}

/* Each host that the policy does not cover, or that is not PKIX-valid. */
static void draw_sts_hosts(struct layout *t, const struct domain_report *r)
{
	const struct mta_sts *s = r->mta_sts;
	bool in_force = s->state == STS_STATE_ENFORCE || s->state == STS_STATE_TESTING;
	for (size_t i = 0; in_force && s->hosts && i < r->host_count; i++) {
		const struct sts_host *h = &s->hosts[i];
		const char *reason = pkix_reason_name(h->pkix.reason);
		bool good = h->listed && h->pkix.result == PKIX_RESULT_VALID;
		if (good && !t->verbose)
			continue;
		layout_line(t, WORDS, WORDS + 2);
		layout_mark(t, good ? MARK_GOOD
			       : h->listed && h->pkix.result == PKIX_RESULT_NOT_CHECKED
				   ? MARK_UNKNOWN
				   : MARK_BAD);
		layout_words(t, TONE_PLAIN, "%s: %s, certificate %s", r->hosts[i].name,
		    h->listed ? "listed" : "not listed", pkix_result_name(h->pkix.result));
		if (reason)
			layout_words(t, TONE_PLAIN, "(%s)", reason);
	}
}

static void draw_fetch(struct layout *t, const struct mta_sts *s)
{
	layout_line(t, WORDS, WORDS + 2);
	layout_words(t, TONE_DIM, "%s", s->url);
	if (s->fetch.http_status)
		layout_words(t, TONE_DIM, "HTTP %d", s->fetch.http_status);
	if (s->fetch.content_type)
		layout_words(t, TONE_DIM, "%s", s->fetch.content_type);
	if (s->txt) {
		layout_line(t, WORDS, WORDS + 2);
		text_words_dnssec(t, "TXT", s->txt);
	}
}

static void draw_mta_sts(struct layout *t, const struct domain_report *r)
{
	const struct mta_sts *s = r->mta_sts;
	begin_policy(t, s->fetch.failure == FETCH_FAILURE_PROXY ? MARK_UNKNOWN : sts_mark(s->state),
	    "MTA-STS");
	draw_sts_state(t, s);
	if (s->policy && s->policy->mx_count > 0) {
		layout_line(t, WORDS, WORDS + 2);
		layout_words(t, TONE_PLAIN, "mx");
		for (size_t i = 0; i < s->policy->mx_count; i++)
			layout_words(t, TONE_PLAIN, "%s%s", s->policy->mx[i],
			    i + 1 < s->policy->mx_count ? "," : "");
	}
	draw_sts_hosts(t, r);
	if (t->verbose && s->url)
		draw_fetch(t, s);
}

static void draw_tls_rpt(struct layout *t, const struct tls_rpt *rpt)
{
	static const enum mark marks[] = {
	    [TLS_RPT_ABSENT] = MARK_NONE,
	    [TLS_RPT_PRESENT] = MARK_GOOD,
	    [TLS_RPT_INVALID] = MARK_WARNING,
	    [TLS_RPT_FAILED] = MARK_UNKNOWN,
	};
	const char *why = rpt->error ? rpt->error : "no reason known";
	begin_policy(t, marks[rpt->state], "TLSRPT");
	switch (rpt->state) {
	case TLS_RPT_ABSENT: layout_words(t, TONE_PLAIN, "no record"); break;
	case TLS_RPT_INVALID: layout_words(t, TONE_PLAIN, "invalid: %s", why); break;
	case TLS_RPT_FAILED: layout_words(t, TONE_PLAIN, "lookup failed: %s", why); break;
	case TLS_RPT_PRESENT:
		for (size_t i = 0; i < rpt->rua_count; i++)
			layout_words(
			    t, TONE_PLAIN, "%s%s", rpt->rua[i], i + 1 < rpt->rua_count ? "," : "");
		break;
	}
}

void text_policy_draw(struct layout *t, const struct domain_report *r)
{
	if (r->mta_sts || r->tls_rpt)
		layout_blank(t);
	if (r->mta_sts)
		draw_mta_sts(t, r);
	if (r->tls_rpt)
		draw_tls_rpt(t, r->tls_rpt);
}

/* ---- Senders ------------------------------------------------------------------------------------
 */

/* An opportunistic sender asks for no more than encryption. */
static enum mark outcome_mark(enum sender_class class, enum sender_outcome outcome)
{
	switch (outcome) {
	case OUTCOME_AUTHENTICATED: return MARK_GOOD;
	case OUTCOME_ENCRYPTED: return class == SENDER_OPPORTUNISTIC ? MARK_GOOD : MARK_NONE;
	case OUTCOME_PLAINTEXT: return MARK_WARNING;
	case OUTCOME_DEFERRED: return MARK_BAD;
	case OUTCOME_REFUSED: return MARK_NONE;
	case OUTCOME_UNKNOWN: return MARK_UNKNOWN;
	}
	return MARK_UNKNOWN;
}

/* For a reader: a null MX does not refuse, it has the mail bounce (5.1.10). */
static const char *outcome_text(enum sender_outcome outcome)
{
	return outcome == OUTCOME_REFUSED ? "bounced" : sender_outcome_name(outcome);
}

static bool hosts_differ(const struct sender_verdict *v)
{
	for (size_t i = 1; v->by_host && i < v->hosts; i++)
		if (v->by_host[i] != v->by_host[0])
			return true;
	return false;
}

static void draw_sender(struct layout *t, const struct domain_report *r, enum sender_class class,
    const char *name, size_t name_width)
{
	const struct sender_verdict *v = &r->senders[class];
	enum mark mark = outcome_mark(class, v->outcome);
	layout_line(t, 0, name_width + 4);
	layout_mark(t, mark);
	layout_cell(t, TONE_PLAIN, name_width, name);
	layout_add(t, layout_tone_for(mark), "%s", outcome_text(v->outcome));
	if (v->hosts > 0)
		layout_words(t, TONE_PLAIN, "(%zu of %zu host%s)", v->hosts_ok, v->hosts,
		    v->hosts == 1 ? "" : "s");
	for (size_t i = 0; hosts_differ(v) && i < v->hosts && i < r->host_count; i++) {
		layout_line(t, name_width + 4, name_width + 6);
		layout_mark(t, outcome_mark(class, v->by_host[i]));
		layout_words(t, TONE_PLAIN, "MX %u %s: %s", r->hosts[i].preference,
		    r->hosts[i].name, sender_outcome_name(v->by_host[i]));
	}
}

void text_policy_draw_senders(struct layout *t, const struct domain_report *r)
{
	enum { NAME_WIDTH = 25 };
	static const char *const names[] = {
	    [SENDER_DANE] = "DANE sender:",
	    [SENDER_MTA_STS] = "MTA-STS sender:",
	    [SENDER_OPPORTUNISTIC] = "opportunistic TLS sender:",
	};
	const struct sender_verdict *v = r->senders;
	layout_blank(t);
	bool alike =
	    r->host_count == 0 && v[0].outcome == v[1].outcome && v[1].outcome == v[2].outcome;
	if (alike)
		draw_sender(t, r, SENDER_OPPORTUNISTIC, "every sender:", 0);
	for (int i = 0; !alike && i < SENDER_COUNT; i++)
		draw_sender(t, r, (enum sender_class)i, names[i], NAME_WIDTH);
}
