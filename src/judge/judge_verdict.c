/* judge_verdict.c owns the verdicts on what was presented: DANE and PKIX for each endpoint, PKIX
 * for the MX hosts and the policy host of MTA-STS. */
#include <string.h>

#include "certificate.h"
#include "judge_internal.h"
#include "limit.h"
#include "senders.h"
#include "sts.h"
#include "tlsa_verify.h"

static const char REFUSAL_SIZE[] = "The certificates that the server sends take over 102,400 "
				   "octets; senders built on OpenSSL end "
				   "the handshake there, others accept them.";
static const char REFUSAL_RENEGOTIATION[] = "The server does not know secure renegotiation (RFC "
					    "5746); senders built on OpenSSL 3 refuse the "
					    "session, older ones and others accept it.";
static const char REFUSAL_SHA1[] =
    "The server signs the key exchange with SHA-1; Postfix with OpenSSL 3 does not accept that "
    "when it authenticates, others do.";
static const char REFUSAL_VERSION[] =
    "The server offers nothing newer than TLS 1.1; Postfix built with OpenSSL 3 cannot "
    "authenticate it, other senders can.";
static const char REFUSAL_GROUP[] = "In TLS 1.3 the server accepts only finite-field groups "
				    "(RFC 7919); Postfix of Debian 12 offers "
				    "none of them, senders with OpenSSL 3.5 none above 3,072 bits.";
static const char REFUSAL_KEY_USAGE[] =
    "The certificate's extensions do not let its key sign (keyUsage without digitalSignature, or "
    "unreadable ones); below TLS 1.3 senders built on OpenSSL refuse that, others accept it.";
static const char REFUSAL_EMPTY[] =
    "Another TLSA record there has no data; Postfix and BIND reject the whole RRset because of it, "
    "others use the rest.";
static const char REFUSAL_RECORDS[] =
    "Postfix uses only 100 of the TLSA records, in whatever order they come, and may miss those "
    "that match; others use all.";

static const char REMARK_IMPLICIT[] =
    "RFC 7672 §3.2.2 also accepts the domain's own name where the domain has no MX records and is "
    "an alias; Postfix accepts only the name that the alias leads to.";

/* What TLS 1.2 makes of a chain that was not seen on the wire (RFC 5246 §7.4.2). */
static size_t count_octets(const struct probe *p)
{
	size_t octets = 3;
	for (size_t i = 0; i < p->chain_count; i++)
		octets += 3 + p->chain[i].der_length;
	return p->certificate_octets ? p->certificate_octets : octets;
}

static bool signs_by_curve(const struct certificate *c)
{
	return c->parsed && (c->key_type == KEY_TYPE_ECDSA || c->key_type == KEY_TYPE_EDDSA);
}

static bool is_old(const struct probe *p)
{
	return p->tls_version && strcmp(p->tls_version, "TLS1.3") != 0;
}

static const char *refusal_of_session(const struct probe *p, enum cause *cause)
{
	if (p->tls_legacy) {
		*cause = CAUSE_TLS_TOO_OLD;
		return REFUSAL_VERSION;
	}
	if (is_old(p) && p->unsafe_renegotiation)
		return REFUSAL_RENEGOTIATION;
	if (p->tls_signature && strstr(p->tls_signature, "SHA1"))
		return REFUSAL_SHA1;
	return p->finite_field ? REFUSAL_GROUP : NULL;
}

bool judge_sender_limits_session(const struct endpoint *e)
{
	enum cause cause;
	return refusal_of_session(&e->probe, &cause);
}

const char *judge_sender_limits(const struct endpoint *e, enum cause *cause)
{
	const struct probe *p = &e->probe;
	const char *refusal = refusal_of_session(p, cause);
	if (refusal)
		return refusal;
	if (count_octets(p) > LIMIT_CERTIFICATE_MESSAGE)
		return REFUSAL_SIZE;
	if (is_old(p) && signs_by_curve(&p->chain[0]) && p->chain[0].unfit_to_sign)
		return REFUSAL_KEY_USAGE;
	return NULL;
}

/* Usage 3 speaks of the leaf, usage 2 of what stands above it. */
static bool is_matched(const struct mx_host *host, const struct endpoint *e, size_t record)
{
	bool leaf_only = host->tlsa_records[record].usage == 3;
	size_t end = leaf_only ? 1 : e->probe.chain_count;
	for (size_t c = leaf_only ? 0 : 1; c < end; c++)
		if (e->tlsa_matches[c * host->tlsa_count + record])
			return true;
	return false;
}

const char *judge_sender_limits_records(
    const struct mx_host *host, const struct endpoint *e, enum cause *cause)
{
	size_t others = 0;
	for (size_t i = 0; i < host->tlsa_count; i++) {
		others += !is_matched(host, e, i);
		if (host->tlsa_records[i].defect == TLSA_DEFECT_EMPTY) {
			*cause = CAUSE_EMPTY_RECORD;
			return REFUSAL_EMPTY;
		}
	}
	return others >= LIMIT_SENDER_RECORDS ? REFUSAL_RECORDS : NULL;
}

bool judge_has_tls(const struct endpoint *e)
{
	/* The session may have failed after the handshake, the certificate is known all the same.
	 */
	return e->proposed || e->probe.failure == PROBE_FAILURE_NONE || e->probe.tls_version;
}

bool judge_dane_failed(enum dane_result result)
{
	return result == DANE_RESULT_MISMATCH || result == DANE_RESULT_EXPIRED ||
	       result == DANE_RESULT_NAME_MISMATCH || result == DANE_RESULT_UNTRUSTED;
}

/* RFC 7672 §3.2.2. */
struct reference_identifiers judge_reference_names(
    const struct domain_report *r, const struct mx_host *host)
{
	struct reference_identifiers names = {{host->tlsa_base}, 1};
	/* "TLSA records for non-MX hostnames" would add the domain where it expands to the base;
	 * Postfix does not. */
	if (r->mx_kind == MX_KIND_IMPLICIT || !senders_mx_secure(r))
		return names;
	names.names[names.count++] = r->domain;
	if (r->mx)
		names.names[names.count++] = r->mx->final;
	return names;
}

static void match_records(struct judge *j, const struct mx_host *host, struct endpoint *e)
{
	size_t n = host->tlsa_count;
	e->tlsa_matches = arena_array(j->arena, e->probe.chain_count * n, sizeof *e->tlsa_matches);
	for (size_t c = 0; c < e->probe.chain_count; c++)
		for (size_t i = 0; i < n; i++)
			e->tlsa_matches[c * n + i] =
			    host->tlsa_records[i].defect == TLSA_DEFECT_NONE &&
			    tlsa_record_matches(&host->tlsa_records[i], &e->probe.chain[c]);
}

/* Usage 3 speaks of the leaf, usage 2 of what stands above it; the anchor of the verdict may be
 * neither (2 0 0 not sent, 2 1 0 of the leaf's own key). */
static void mark_matched(struct mx_host *host, const struct endpoint *e)
{
	size_t n = host->tlsa_count;
	for (size_t c = 0; c < e->probe.chain_count; c++)
		for (size_t i = 0; i < n; i++)
			if (e->tlsa_matches[c * n + i] &&
			    (c == 0) == (host->tlsa_records[i].usage == 3))
				host->tlsa_records[i].matched = true;
	if (e->dane.record >= 0 && (size_t)e->dane.record < n)
		host->tlsa_records[e->dane.record].matched = true;
}

static struct dane_verdict judge_dane(
    struct judge *j, const struct mx_host *host, const struct endpoint *e)
{
	struct dane_verdict v = {
	    .result = DANE_RESULT_NONE, .record = -1, .depth = -1, .usage = -1};
	switch (host->tlsa_state) {
	case TLSA_STATE_SKIPPED:
	case TLSA_STATE_ABSENT:
	case TLSA_STATE_INSECURE: return v;
	case TLSA_STATE_BOGUS:
	case TLSA_STATE_FAILED: v.result = DANE_RESULT_NOT_CHECKED; return v;
	case TLSA_STATE_UNUSABLE:
		v.result = judge_has_tls(e) ? DANE_RESULT_UNUSABLE : DANE_RESULT_NOT_CHECKED;
		return v;
	case TLSA_STATE_USABLE: break;
	}
	if (!judge_has_tls(e)) {
		v.result = DANE_RESULT_NOT_CHECKED;
		return v;
	}
	if (!e->probe.chain_count) {
		v.result = DANE_RESULT_MISMATCH;
		return v;
	}
	struct reference_identifiers names = judge_reference_names(j->report, host);
	v = tlsa_judge_chain(j->arena, host->tlsa_records, host->tlsa_count, e->probe.chain,
	    e->probe.chain_count, &names, j->report->judged_at);
	if (v.result == DANE_RESULT_NAME_MISMATCH && j->report->mx_kind == MX_KIND_IMPLICIT &&
	    certificate_covers(&e->probe.chain[0], j->report->domain, true))
		v.remark = REMARK_IMPLICIT;
	const char *refusal = NULL;
	if (v.result == DANE_RESULT_VERIFIED && !(refusal = judge_sender_limits(e, &v.cause)))
		refusal = judge_sender_limits_records(host, e, &v.cause);
	if (refusal) {
		v.result = DANE_RESULT_UNTRUSTED;
		v.refused = true;
		v.remark = refusal;
	}
	return v;
}

static struct pkix_verdict judge_pkix(
    const struct judge *j, const struct mx_host *host, const struct endpoint *e)
{
	if (!j->store || !judge_has_tls(e) || !e->probe.chain_count || probe_is_key_only(&e->probe))
		return e->pkix; /* not checked, or judged before a trial */
	return trust_store_verify(
	    j->store, e->probe.chain, e->probe.chain_count, host->name, j->report->judged_at);
}

static void judge_host_endpoints(struct judge *j, struct mx_host *host)
{
	for (size_t i = 0; i < host->endpoint_count; i++) {
		struct endpoint *e = &host->endpoints[i];
		match_records(j, host, e);
		e->dane = judge_dane(j, host, e);
		judge_other_senders(j->report, host, e);
		e->pkix = judge_pkix(j, host, e);
		mark_matched(host, e);
	}
	for (size_t i = 0; i < host->sts_endpoint_count; i++)
		host->sts_endpoints[i].pkix = judge_pkix(j, host, &host->sts_endpoints[i]);
}

/* The policy counts only from a host that proves its name (RFC 8461 §3.3). */
static void judge_policy_host(struct judge *j, struct policy_fetch *f)
{
	if (!j->store || !f->chain_count)
		return;
	const char *name = arena_printf(j->arena, "mta-sts.%s", j->report->domain);
	struct pkix_verdict v =
	    trust_store_verify(j->store, f->chain, f->chain_count, name, j->report->judged_at);
	f->tls = v.result;
	if (v.result != PKIX_RESULT_INVALID)
		return;
	/* Whatever came after the handshake, a sender would not have gone so far. */
	f->failure = FETCH_FAILURE_CERTIFICATE;
	f->error = arena_printf(j->arena, "certificate not valid for %s: %s", name,
	    pkix_reason_name(v.reason) ? pkix_reason_name(v.reason) : "invalid");
}

static struct pkix_verdict join_pkix(const struct endpoint *list, size_t count)
{
	struct pkix_verdict all = {PKIX_RESULT_NOT_CHECKED, PKIX_REASON_NONE};
	for (size_t i = 0; i < count; i++)
		if (list[i].pkix.result > all.result)
			all = list[i].pkix;
	return all;
}

static void judge_sts_hosts(struct judge *j, struct mta_sts *sts)
{
	const struct domain_report *r = j->report;
	sts->hosts = arena_array(j->arena, r->host_count, sizeof *sts->hosts);
	for (size_t i = 0; i < r->host_count; i++) {
		const struct mx_host *h = &r->hosts[i];
		sts->hosts[i].listed = sts->policy && sts_policy_lists(sts->policy, h->name);
		sts->hosts[i].pkix = h->sts_endpoint_count
					 ? join_pkix(h->sts_endpoints, h->sts_endpoint_count)
					 : join_pkix(h->endpoints, h->endpoint_count);
	}
}

void judge_verdicts(struct judge *j)
{
	struct domain_report *r = j->report;
	for (size_t i = 0; i < r->host_count; i++)
		judge_host_endpoints(j, &r->hosts[i]);
	if (r->mta_sts) {
		judge_policy_host(j, &r->mta_sts->fetch);
		sts_conclude(j->arena, r->mta_sts);
		judge_sts_hosts(j, r->mta_sts);
	}
	if (r->tls_rpt)
		sts_read_tls_rpt(j->arena, r->tls_rpt);
	senders_judge(r);
}
