/* judge_summary.c owns the one line that a person reads first. */
#include <string.h>

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

static struct tally count_hosts(const struct domain_report *r)
{
	struct tally t = {0};
	for (size_t i = 0; i < r->host_count; i++)
		count_host(&t, &r->hosts[i], r->senders[SENDER_DANE].by_host[i]);
	return t;
}

static void add_dane(const struct judge *j, struct buffer *b)
{
	const struct domain_report *r = j->report;
	const char *hosts = r->host_count == 1 ? "MX host" : "MX hosts";
	struct tally t = count_hosts(r);
	if (t.without == r->host_count) {
		buffer_printf(b, "no DANE on %zu %s", r->host_count, hosts);
	} else {
		buffer_printf(b, "%zu of %zu %s DANE-verified", t.verified, r->host_count, hosts);
		add_count(b, t.failing, "failing DANE");
		add_count(b, t.deferred, "deferred by DANE senders");
		add_count(b, t.without, "without DANE");
		add_count(b, t.unseen, "not checked");
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

/* What a message says first: up to its semicolon, or to the end of its first sentence. */
static void add_beginning(struct buffer *b, const char *message)
{
	size_t length = 0;
	while (message[length] && strncmp(&message[length], "; ", 2) != 0 &&
	       strncmp(&message[length], ". ", 2) != 0)
		length++;
	if (!message[length] && length > 0 && message[length - 1] == '.')
		length--;
	buffer_add(b, message, length);
}

/* True if every address of every host is verified, and senders are led there by signed records. */
static bool dane_holds(const struct domain_report *r)
{
	bool holds = senders_mx_secure(r);
	for (size_t i = 0; i < r->host_count; i++) {
		const struct mx_host *h = &r->hosts[i];
		holds &= !h->deferred && h->endpoint_count > 0;
		for (size_t k = 0; k < h->endpoint_count; k++)
			holds &= is_verified(h->endpoints[k].dane.result);
	}
	return holds;
}

/* True if both families were asked for and no host has an address. */
static bool lacks_every_address(const struct domain_report *r)
{
	bool lacks = true;
	for (size_t i = 0; i < r->host_count; i++) {
		const struct mx_host *h = &r->hosts[i];
		lacks &= h->a && h->aaaa && senders_host_lacks_address(h);
	}
	return lacks;
}

static void add_dane_outcome(struct buffer *b, const struct domain_report *r)
{
	struct tally t = count_hosts(r);
	enum sender_outcome outcome = r->senders[SENDER_DANE].outcome;
	if (dane_holds(r))
		buffer_add_text(b, "; DANE ok");
	else if (lacks_every_address(r))
		buffer_add_text(b, "; no sender can deliver");
	else if (t.without == r->host_count)
		buffer_add_text(b, "; no DANE");
	else if (outcome == OUTCOME_DEFERRED)
		buffer_add_text(b, "; DANE senders defer");
	else if (outcome == OUTCOME_UNKNOWN && !t.verified)
		buffer_add_text(b, "; DANE not checked");
	else if (outcome == OUTCOME_AUTHENTICATED && !t.verified)
		buffer_add_text(b, "; DANE senders still deliver");
	else
		buffer_printf(b, "; %zu of %zu MX host%s DANE-verified", t.verified, r->host_count,
		    r->host_count == 1 ? "" : "s");
}

/* What comes of it, in a word or two for each kind of sender. */
static void add_outcome(struct buffer *b, const struct domain_report *r, enum finding_code worst)
{
	if (worst == FINDING_ROLLOVER_ORDER || worst == FINDING_ROLLOVER_UNSAFE ||
	    worst == FINDING_ROLLOVER_UNKNOWN)
		return; /* it is about the way there */
	add_dane_outcome(b, r);
	if (r->mta_sts && r->mta_sts->state == STS_STATE_ENFORCE)
		buffer_add_text(b, r->senders[SENDER_MTA_STS].outcome == OUTCOME_DEFERRED
				       ? "; MTA-STS senders defer"
				       : "; MTA-STS enforce");
	if (r->senders[SENDER_OPPORTUNISTIC].outcome == OUTCOME_PLAINTEXT)
		buffer_add_text(b, "; mail in plain text");
}

static void add_hosts(const struct judge *j, struct buffer *b)
{
	const struct domain_report *r = j->report;
	const struct finding *worst = model_worst_finding(r);
	if (worst && worst->severity != STATUS_OK) {
		add_beginning(b, worst->message);
		add_outcome(b, r, worst->code);
	} else {
		add_dane(j, b);
		add_mta_sts(j, b);
	}
}

static void add_stopped(const struct judge *j, struct buffer *b)
{
	const struct domain_report *r = j->report;
	if (r->zone_invalid)
		buffer_printf(b, "the zone file cannot be read: %s", judge_escaped(j, r->invalid));
	else if (r->unmet_count)
		buffer_add_text(b, "exceptions that hide nothing");
	else if (r->invalid)
		buffer_printf(b, "not a domain name: %s", judge_escaped(j, r->invalid));
	else if (r->root_error)
		buffer_printf(
		    b, "DNSSEC cannot be validated here: %s", judge_escaped(j, r->root_error));
	else if (r->mx_kind == MX_KIND_NULL)
		buffer_add_text(b, "accepts no mail (null MX)");
	else if (r->mx && r->mx->dnssec == DNSSEC_BOGUS)
		buffer_printf(b, "MX records fail DNSSEC validation: %s; DANE senders defer",
		    judge_escaped(j, r->mx->error));
	else if (r->mx && r->mx->kind == ANSWER_NXDOMAIN)
		buffer_add_text(b, "the domain does not exist");
	else if (r->mx_kind == MX_KIND_IMPLICIT)
		buffer_add_text(b, "no mail host: neither MX nor address records");
	else
		buffer_printf(
		    b, "MX lookup failed: %s", judge_escaped(j, r->mx ? r->mx->error : NULL));
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
