/* senders.c owns the step from verdicts on endpoints to what a class of senders would do. */
#include "senders.h"

#include "sts.h"

static bool accepted(enum sender_outcome o)
{
	return o <= OUTCOME_PLAINTEXT;
}

static enum sender_outcome worse(enum sender_outcome a, enum sender_outcome b)
{
	return a > b ? a : b;
}

bool senders_mx_secure(const struct domain_report *report)
{
	return report->mx_kind == MX_KIND_GIVEN ||
	       (report->mx && report->mx->kind != ANSWER_FAILED &&
		   report->mx->dnssec == DNSSEC_SECURE);
}

static bool has_tlsa(const struct mx_host *host)
{
	return host->tlsa_state == TLSA_STATE_USABLE || host->tlsa_state == TLSA_STATE_UNUSABLE;
}

static bool policy_enforced(const struct domain_report *report)
{
	return report->mta_sts && report->mta_sts->state == STS_STATE_ENFORCE;
}

static bool policy_lists(const struct domain_report *report, size_t host)
{
	return sts_policy_lists(report->mta_sts->policy, report->hosts[host].name);
}

bool senders_demand_tls(const struct domain_report *report, size_t host)
{
	return has_tlsa(&report->hosts[host]) ||
	       (policy_enforced(report) && policy_lists(report, host));
}

/* ---- One endpoint ----
 */

static enum sender_outcome judge_opportunistic(
    const struct domain_report *report, size_t host, const struct endpoint *e)
{
	(void)report; /* every class has the same arguments; this one asks for nothing */
	(void)host;
	switch (e->probe.failure) {
	case PROBE_FAILURE_NONE: return OUTCOME_ENCRYPTED;
	case PROBE_FAILURE_STARTTLS_MISSING:
	case PROBE_FAILURE_STARTTLS_REFUSED:
	case PROBE_FAILURE_INJECTION:
	case PROBE_FAILURE_TLS: return OUTCOME_PLAINTEXT; /* RFC 7672 §2.2: cleartext retry */
	case PROBE_FAILURE_RESERVED:
	case PROBE_FAILURE_CONNECT:
	case PROBE_FAILURE_PROXY:
	case PROBE_FAILURE_SMTP_REFUSED:
	case PROBE_FAILURE_SMTP_PROTOCOL:
	case PROBE_FAILURE_DEADLINE: break;
	}
	return OUTCOME_UNKNOWN;
}

/* RFC 7672 §2.2, "four actions". */
static enum sender_outcome judge_dane(
    const struct domain_report *report, size_t host, const struct endpoint *e)
{
	enum sender_outcome o = judge_opportunistic(report, host, e);
	if (!has_tlsa(&report->hosts[host]) || o == OUTCOME_UNKNOWN)
		return o;
	if (report->hosts[host].tlsa_state == TLSA_STATE_UNUSABLE)
		return o == OUTCOME_ENCRYPTED ? o : OUTCOME_DEFERRED;
	if (e->dane.result == DANE_RESULT_NOT_CHECKED && probe_is_key_only(&e->probe))
		return OUTCOME_UNKNOWN;
	return e->dane.result == DANE_RESULT_VERIFIED ? OUTCOME_AUTHENTICATED : OUTCOME_DEFERRED;
}

/* RFC 8461 §5, "enforce". */
static enum sender_outcome judge_enforced(
    const struct domain_report *report, size_t host, const struct endpoint *e)
{
	enum sender_outcome o = judge_opportunistic(report, host, e);
	if (o == OUTCOME_PLAINTEXT)
		return OUTCOME_DEFERRED;
	if (o == OUTCOME_UNKNOWN || e->pkix.result == PKIX_RESULT_NOT_CHECKED)
		return OUTCOME_UNKNOWN;
	return e->pkix.result == PKIX_RESULT_VALID ? OUTCOME_AUTHENTICATED : OUTCOME_DEFERRED;
}

/* ---- One host ----
 */

typedef enum sender_outcome judge_endpoint_fn(
    const struct domain_report *report, size_t host, const struct endpoint *e);

/* Entries of one address: a failing certificate spoils it; what was not seen does not. */
static enum sender_outcome join_certificates(enum sender_outcome a, enum sender_outcome b)
{
	if (a == OUTCOME_UNKNOWN)
		return b;
	return b == OUTCOME_UNKNOWN ? a : worse(a, b);
}

static enum sender_outcome join_addresses(enum sender_outcome a, enum sender_outcome b)
{
	if (accepted(a) != accepted(b))
		return accepted(a) ? a : b;
	if (accepted(a))
		return worse(a, b);
	return a == OUTCOME_DEFERRED ? a : b;
}

/* The entries of an address stand together. */
static enum sender_outcome judge_endpoints(const struct domain_report *report, size_t host,
    const struct endpoint *list, size_t count, judge_endpoint_fn *judge)
{
	enum sender_outcome all = OUTCOME_UNKNOWN;
	/* Nobody can connect to it, whatever chain --chain proposes for it. */
	if (senders_host_lacks_address(&report->hosts[host]))
		return OUTCOME_UNKNOWN;
	for (size_t i = 0; i < count;) {
		enum sender_outcome one = judge(report, host, &list[i]);
		size_t k = i + 1;
		for (; k < count && address_compare(&list[k].address, &list[i].address) == 0; k++)
			one = join_certificates(one, judge(report, host, &list[k]));
		all = i ? join_addresses(all, one) : one;
		i = k;
	}
	return all;
}

static enum sender_outcome opportunistic_host(const struct domain_report *report, size_t host)
{
	const struct mx_host *h = &report->hosts[host];
	return judge_endpoints(report, host, h->endpoints, h->endpoint_count, judge_opportunistic);
}

/* A lookup that this run did not finish or cannot judge: others may see clearly. */
static bool is_own_failure(const struct lookup *l)
{
	return !l || l->failure == LOOKUP_FAILURE_DEADLINE ||
	       l->failure == LOOKUP_FAILURE_UNJUDGEABLE;
}

/* RFC 7672 §2.2.2: any error in the address lookups makes a DANE sender give the host up for now.
 */
static enum sender_outcome outcome_of_failed_addresses(const struct mx_host *h)
{
	const struct lookup *families[] = {h->a, h->aaaa};
	bool found = false, own = false;
	for (size_t i = 0; i < 2; i++) {
		const struct lookup *l = families[i];
		if (!l)
			continue;
		if (l->dnssec == DNSSEC_BOGUS)
			return OUTCOME_DEFERRED;
		own |= is_own_failure(l);
		found |= l->kind == ANSWER_RECORDS && l->dnssec <= DNSSEC_INSECURE;
	}
	return found && !own ? OUTCOME_DEFERRED : OUTCOME_UNKNOWN;
}

/* Before the cap that an insecure MX RRset puts on it. */
static enum sender_outcome dane_host(const struct domain_report *report, size_t host)
{
	const struct mx_host *h = &report->hosts[host];
	if (h->deferred)
		return outcome_of_failed_addresses(h);
	if (h->tlsa_state == TLSA_STATE_BOGUS)
		return OUTCOME_DEFERRED;
	if (h->tlsa_state == TLSA_STATE_FAILED)
		return is_own_failure(h->tlsa) ? OUTCOME_UNKNOWN : OUTCOME_DEFERRED;
	return judge_endpoints(report, host, h->endpoints, h->endpoint_count, judge_dane);
}

/* RFC 7672 §2.2.1: over an unproven MX RRset success is no delivery to the domain proven. */
static enum sender_outcome dane_host_capped(const struct domain_report *report, size_t host)
{
	enum sender_outcome o = dane_host(report, host);
	return senders_mx_secure(report) ? o : accepted(o) ? worse(o, OUTCOME_ENCRYPTED) : o;
}

static enum sender_outcome mta_sts_host(const struct domain_report *report, size_t host)
{
	const struct mx_host *h = &report->hosts[host];
	if (!policy_enforced(report))
		return opportunistic_host(report, host);
	if (!policy_lists(report, host))
		return OUTCOME_DEFERRED;
	/* RFC 8461 §7.1: such a sender puts the MX name into SNI. */
	if (h->sts_endpoint_count)
		return judge_endpoints(
		    report, host, h->sts_endpoints, h->sts_endpoint_count, judge_enforced);
	return judge_endpoints(report, host, h->endpoints, h->endpoint_count, judge_enforced);
}

/* ---- The domain ----
 */

typedef enum sender_outcome judge_host_fn(const struct domain_report *report, size_t host);

/* The worst of the accepted hosts from `first` on that are as preferred as it is. */
static enum sender_outcome join_equals(
    const struct domain_report *report, const struct sender_verdict *v, size_t first)
{
	enum sender_outcome all = v->by_host[first];
	for (size_t i = first + 1; i < report->host_count; i++)
		if (report->hosts[i].preference == report->hosts[first].preference &&
		    accepted(v->by_host[i]))
			all = worse(all, v->by_host[i]);
	return all;
}

static enum sender_outcome choose_outcome(
    const struct domain_report *report, const struct sender_verdict *v)
{
	enum sender_outcome none = OUTCOME_UNKNOWN;
	for (size_t i = 0; i < report->host_count; i++) {
		enum sender_outcome o = v->by_host[i];
		if (accepted(o))
			return join_equals(report, v, i);
		if (o == OUTCOME_DEFERRED)
			none = o;
	}
	return none;
}

static void judge_class(
    struct domain_report *report, struct sender_verdict *v, judge_host_fn *judge)
{
	v->hosts = report->host_count;
	v->hosts_ok = 0;
	v->by_host = arena_array(report->arena, report->host_count, sizeof *v->by_host);
	for (size_t i = 0; i < report->host_count; i++) {
		v->by_host[i] = judge(report, i);
		v->hosts_ok += accepted(v->by_host[i]);
	}
	v->outcome = choose_outcome(report, v);
}

bool senders_host_lacks_address(const struct mx_host *h)
{
	const struct lookup *families[] = {h->a, h->aaaa};
	for (size_t i = 0; i < 2; i++)
		if (families[i] &&
		    (families[i]->kind == ANSWER_RECORDS || families[i]->kind == ANSWER_FAILED ||
			families[i]->dnssec > DNSSEC_INSECURE))
			return false;
	return h->a || h->aaaa;
}

/* No such domain, no mail host, or a null MX: mail is returned at once. */
static bool is_refused(const struct domain_report *report)
{
	const struct lookup *mx = report->mx;
	if (report->mx_kind == MX_KIND_IMPLICIT && report->host_count)
		return senders_host_lacks_address(&report->hosts[0]);
	return report->mx_kind == MX_KIND_NULL ||
	       (report->mx_kind == MX_KIND_NONE && mx && mx->kind == ANSWER_NXDOMAIN &&
		   mx->dnssec != DNSSEC_BOGUS);
}

/* Where the MX lookup decides alone: no host to look at, or none that is one. */
static bool decided_by_mx(const struct domain_report *report, enum sender_outcome out[SENDER_COUNT])
{
	bool refused = is_refused(report);
	if (!refused && report->mx_kind != MX_KIND_NONE && report->host_count)
		return false;
	for (int i = 0; i < SENDER_COUNT; i++)
		out[i] = refused ? OUTCOME_REFUSED : OUTCOME_UNKNOWN;
	/* The others may not validate; what hosts they would find was not looked at. */
	if (report->mx_kind == MX_KIND_NONE && report->mx && report->mx->dnssec == DNSSEC_BOGUS)
		out[SENDER_DANE] = OUTCOME_DEFERRED;
	return true;
}

void senders_judge(struct domain_report *report)
{
	static judge_host_fn *const judges[SENDER_COUNT] = {
	    [SENDER_DANE] = dane_host_capped,
	    [SENDER_MTA_STS] = mta_sts_host,
	    [SENDER_OPPORTUNISTIC] = opportunistic_host,
	};
	enum sender_outcome fixed[SENDER_COUNT];
	bool decided = decided_by_mx(report, fixed);
	for (int i = 0; i < SENDER_COUNT; i++) {
		struct sender_verdict *v = &report->senders[i];
		judge_class(report, v, judges[i]);
		if (decided) {
			v->outcome = fixed[i];
			v->hosts_ok = 0;
		}
	}
}

/* ---- What is lacking ----
 */

static bool host_lacks_dane(const struct domain_report *report, size_t host)
{
	const struct mx_host *h = &report->hosts[host];
	switch (h->tlsa_state) {
	case TLSA_STATE_UNUSABLE:
	case TLSA_STATE_ABSENT:
	case TLSA_STATE_INSECURE: return true; /* whether or not it can be reached */
	case TLSA_STATE_SKIPPED:
		if (h->address_dnssec == DNSSEC_INSECURE && !senders_host_lacks_address(h))
			return true;
		break;
	case TLSA_STATE_USABLE:
	case TLSA_STATE_BOGUS:
	case TLSA_STATE_FAILED: break;
	}
	enum sender_outcome o = dane_host(report, host);
	return o != OUTCOME_AUTHENTICATED && o != OUTCOME_UNKNOWN;
}

bool senders_lack_dane(const struct domain_report *report)
{
	if (report->mx_kind != MX_KIND_GIVEN && report->mx &&
	    (report->mx->dnssec == DNSSEC_INSECURE || report->mx->dnssec == DNSSEC_BOGUS))
		return true;
	for (size_t i = 0; i < report->host_count; i++)
		if (host_lacks_dane(report, i))
			return true;
	return false;
}

bool senders_lack_mta_sts(const struct domain_report *report)
{
	const struct mta_sts *sts = report->mta_sts;
	if (!sts)
		return true;
	if (sts->state == STS_STATE_FAILED)
		return sts->txt && sts->txt->dnssec == DNSSEC_BOGUS;
	if (sts->state == STS_STATE_UNREACHABLE)
		return sts->fetch.tried && sts->fetch.failure != FETCH_FAILURE_DEADLINE &&
		       sts->fetch.failure != FETCH_FAILURE_PROXY;
	if (sts->state != STS_STATE_ENFORCE)
		return true;
	for (size_t i = 0; i < report->host_count; i++)
		if (report->senders[SENDER_MTA_STS].by_host[i] == OUTCOME_DEFERRED)
			return true;
	return false;
}
