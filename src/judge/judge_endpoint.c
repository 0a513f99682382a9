/* judge_endpoint.c owns the findings on one endpoint: the SMTP dialogue, TLS, the DANE verdict and
 * the certificates. */
#include <string.h>

#include "buffer.h"
#include "certificate.h"
#include "judge_cause.h"
#include "name.h"
#include "sts.h"

const char *judge_outside_validity(const struct judge *j, const struct endpoint *e)
{
	const bool *on_path = judge_mark_path(j, e);
	int64_t at = j->report->judged_at;
	for (size_t i = 0; i < e->probe.chain_count; i++) {
		const struct certificate *c = &e->probe.chain[i];
		if (on_path[i] && c->not_after < at)
			return arena_printf(j->arena, "%s expired %s", judge_certificate_name(j, c),
			    judge_date(j, c->not_after, at));
		if (on_path[i] && c->not_before > at)
			return arena_printf(j->arena, "%s is not valid before %s",
			    judge_certificate_name(j, c), judge_date(j, c->not_before, at));
	}
	return "the trust anchor is outside its validity";
}

/* ---- Ends soon ---- */

/* A certificate of six days always has its end close ahead: with less than a third of its own life
 * left a renewal is overdue. */
static bool ends_soon(const struct judge *j, const struct certificate *c)
{
	int64_t left = c->not_after - j->report->judged_at;
	return left >= 0 && left < (int64_t)j->params->warn_days * 86400 &&
	       left < (c->not_after - c->not_before) / 3;
}

static const struct certificate *first_to_end(const struct judge *j, const struct endpoint *e)
{
	const bool *on_path = judge_mark_path(j, e);
	const struct certificate *first = NULL;
	for (size_t i = 0; i < e->probe.chain_count; i++) {
		const struct certificate *c = &e->probe.chain[i];
		if (on_path[i] && ends_soon(j, c) && (!first || c->not_after < first->not_after))
			first = c;
	}
	return first;
}

/* Usage 3 asks for no date (RFC 7671 §5.1). No authority issues a certificate that outlives its
 * own, so for MTA-STS, whose anchors are the store's, the leaf is enough. */
static void judge_expiring(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	const struct certificate *c = NULL;
	if (e->dane.result == DANE_RESULT_VERIFIED && e->dane.usage == 2)
		c = first_to_end(j, e);
	if (!c && e->pkix.result == PKIX_RESULT_VALID && sts_applies(j->report->mta_sts) &&
	    ends_soon(j, &e->probe.chain[0]))
		c = &e->probe.chain[0];
	if (!c)
		return;
	judge_add(j, FINDING_CERT_EXPIRING, at_endpoint(host, e), NULL, "%s: %s expires %s.",
	    judge_where(j, host, e), judge_certificate_name(j, c),
	    judge_date(j, c->not_after, j->report->judged_at));
}

/* ---- Accepted all the same, or weak ---- */

static bool has_name(const struct certificate *c, const char *name)
{
	for (size_t i = 0; i < c->dns_name_count; i++)
		if (name_matches(c->dns_names[i], name))
			return true;
	return false;
}

static void judge_ignored_dates(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	const struct certificate *leaf = &e->probe.chain[0];
	int64_t at = j->report->judged_at;
	const char *what;
	if (leaf->not_after < at)
		what = arena_printf(j->arena, "expired %s", judge_date(j, leaf->not_after, at));
	else if (leaf->not_before > at)
		what = arena_printf(
		    j->arena, "is not valid before %s", judge_date(j, leaf->not_before, at));
	else
		return;
	judge_add(j, FINDING_CERT_EXPIRED_IGNORED, at_endpoint(host, e), NULL,
	    "%s: the certificate %s; DANE senders accept it by its usage 3 record, MTA-STS senders "
	    "do not.",
	    judge_where(j, host, e), what);
}

/* What MTA-STS senders say to the leaf's names (RFC 8461 §4.2), or NULL. */
static const char *name_fault(
    const struct judge *j, const struct mx_host *host, const struct certificate *leaf)
{
	const char *name = judge_escaped(j, host->name);
	if (has_name(leaf, host->name))
		return NULL;
	if (!leaf->has_dns_name && leaf->common_name && name_matches(leaf->common_name, host->name))
		return arena_printf(j->arena,
		    "the certificate has no subjectAltName; %s appears only in the CN, which "
		    "MTA-STS senders ignore",
		    name);
	return arena_printf(j->arena, "the certificate does not have the name %s", name);
}

static const char *issuer_fault(const struct endpoint *e)
{
	switch (e->pkix.reason) {
	case PKIX_REASON_SELF_SIGNED: return "the certificate is self-signed";
	case PKIX_REASON_UNTRUSTED: return "the certificate has no issuer in the trust store";
	default: return NULL;
	}
}

static void judge_ignored_pkix(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	const char *name = name_fault(j, host, &e->probe.chain[0]);
	const char *issuer = issuer_fault(e);
	if (!name && !issuer)
		return;
	judge_add(j, FINDING_CERT_PKIX_IGNORED, at_endpoint(host, e), NULL,
	    "%s: %s%s%s; DANE senders accept it by its usage 3 record, MTA-STS senders do not.",
	    judge_where(j, host, e), name ? name : "", name && issuer ? ", and " : "",
	    issuer ? issuer : "");
}

/* Usage 3 asks for neither dates nor names nor issuers (RFC 7671 §5.1). */
static void judge_ignored(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	if (e->dane.result != DANE_RESULT_VERIFIED || e->dane.usage != 3 ||
	    !e->probe.chain[0].parsed)
		return;
	judge_ignored_dates(j, host, e);
	judge_ignored_pkix(j, host, e);
}

/* A self-signed certificate's signature proves nothing to anybody, whatever it was made with. */
static const char *weakness_of(const struct judge *j, const struct certificate *c)
{
	if ((c->parsed || c->key_only) && c->weak_key)
		return arena_printf(j->arena, "has a weak key (%s)", judge_escaped(j, c->key));
	if (c->parsed && c->weak_signature && !c->self_signed)
		return arena_printf(
		    j->arena, "has a weak signature (%s)", judge_escaped(j, c->signature));
	return NULL;
}

static void judge_weak(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	for (size_t i = 0; i < e->probe.chain_count; i++) {
		const char *weakness = weakness_of(j, &e->probe.chain[i]);
		if (!weakness)
			continue;
		judge_add(j, FINDING_CERT_WEAK, at_endpoint(host, e), NULL, "%s: %s %s.",
		    judge_where(j, host, e), judge_certificate_name(j, &e->probe.chain[i]),
		    weakness);
		return;
	}
}

static void judge_key_only(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	bool open =
	    e->dane.result == DANE_RESULT_NOT_CHECKED && host->tlsa_state == TLSA_STATE_USABLE;
	judge_add(j, FINDING_CHAIN_KEY_ONLY, at_endpoint(host, e), NULL,
	    "%s: only the key of its certificate is given, so dates, names and issuers are not "
	    "judged%s.",
	    judge_where(j, host, e),
	    open ? "; no TLSA record 3 1 x matches the key, and the others need the certificate"
		 : "");
}

void judge_certificates(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	if (!judge_has_tls(e) || !e->probe.chain_count)
		return;
	if (probe_is_key_only(&e->probe))
		judge_key_only(j, host, e);
	judge_expiring(j, host, e);
	judge_ignored(j, host, e);
	judge_weak(j, host, e);
}

/* ---- SMTP and TLS ---- */

/* What each failure of a probe is called, and what it says: place, then reason. */
static const struct failure_text {
	const char *text;
	enum finding_code code;
	bool has_reason;
} failures[] = {
    [PROBE_FAILURE_RESERVED] = {"is a special-purpose address and was not connected to",
	FINDING_ADDRESS_RESERVED, false},
    [PROBE_FAILURE_CONNECT] = {"cannot be reached", FINDING_CONNECT_FAILED, true},
    [PROBE_FAILURE_PROXY] = {"could not be checked", FINDING_PROXY_FAILED, true},
    [PROBE_FAILURE_SMTP_REFUSED] = {"refused the SMTP session", FINDING_SMTP_REFUSED, true},
    [PROBE_FAILURE_SMTP_PROTOCOL] = {"does not speak SMTP", FINDING_SMTP_PROTOCOL, true},
    [PROBE_FAILURE_DEADLINE] = {"was not fully checked before the deadline",
	FINDING_DEADLINE_EXCEEDED, false},
    [PROBE_FAILURE_STARTTLS_MISSING] = {"does not offer STARTTLS", FINDING_STARTTLS_MISSING, false},
    [PROBE_FAILURE_STARTTLS_REFUSED] = {"offers STARTTLS but refuses it", FINDING_STARTTLS_REFUSED,
	true},
    [PROBE_FAILURE_INJECTION] = {"sent bytes in the clear after its reply to STARTTLS",
	FINDING_STARTTLS_INJECTION, false},
    [PROBE_FAILURE_TLS] = {"failed the TLS handshake", FINDING_TLS_FAILED, true},
};

static void judge_failure(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	/* Silence behind a limit on connections is a refusal. */
	bool hushed = e->probe.limited && e->probe.failure == PROBE_FAILURE_SMTP_PROTOCOL;
	const struct failure_text *f =
	    &failures[hushed ? PROBE_FAILURE_SMTP_REFUSED : e->probe.failure];
	const char *reason = e->probe.error;
	if (e->probe.failure == PROBE_FAILURE_TLS && e->probe.tls_error)
		reason = e->probe.tls_error;
	bool shown = f->has_reason && reason;
	judge_blame(j,
	    judge_add(j, f->code, at_endpoint(host, e), NULL, "%s %s%s%s%s.",
		judge_where(j, host, e), f->text, shown ? ": " : "",
		shown ? judge_escaped(j, reason) : "",
		e->probe.limited ? "; it took another connection from here, so it limits them"
				 : ""),
	    judge_cause_of_failure(j, e));
}

/* The entries of an address stand together; what is true of all is said with the first. */
static bool is_first_of_address(const struct mx_host *host, const struct endpoint *e)
{
	return e == host->endpoints || address_compare(&e[-1].address, &e->address) != 0;
}

static void judge_address(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	bool looked_at = j->params->reserved || e->proposed;
	if (!looked_at || !is_first_of_address(host, e) || !e->address.family ||
	    !address_is_reserved(&e->address))
		return;
	judge_add(j, FINDING_ADDRESS_RESERVED, at_address(host, e), NULL,
	    "%s is a special-purpose address: it cannot be reached from the public Internet.",
	    judge_where(j, host, e));
}

static void judge_names(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	const char *ehlo = e->probe.ehlo_name;
	bool said = !is_first_of_address(host, e) && e[-1].probe.ehlo_name;
	if (!ehlo || said || name_equal(ehlo, host->name))
		return;
	judge_add(j, FINDING_HELO_MISMATCH, at_address(host, e), NULL,
	    "%s calls itself \"%s\" in its EHLO reply.", judge_where(j, host, e),
	    judge_escaped(j, ehlo));
}

static void judge_session(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	const struct probe *p = &e->probe;
	if (p->tls_legacy)
		judge_add(j, FINDING_TLS_LEGACY, at_endpoint(host, e), NULL,
		    "%s offers nothing newer than TLS %s; Postfix built with OpenSSL 3 cannot "
		    "authenticate it, other senders can.",
		    judge_where(j, host, e),
		    p->tls_version ? judge_escaped(j, p->tls_version + strlen("TLS")) : "1.1");
	if (p->ehlo_unanswered)
		judge_blame(j,
		    judge_add(j, FINDING_TLS_CLOSED_EARLY, at_endpoint(host, e), NULL,
			"%s did not answer EHLO inside TLS, so it takes no mail.",
			judge_where(j, host, e)),
		    judge_cause_of_failure(j, e));
	else if (p->no_close_notify)
		judge_add(j, FINDING_TLS_CLOSED_EARLY, at_endpoint(host, e), NULL,
		    "%s closed the connection without sending close_notify.",
		    judge_where(j, host, e));
}

/* ---- The DANE verdict ---- */

static const struct tlsa_record *record_of(const struct mx_host *host, const struct dane_verdict *v)
{
	return v->record >= 0 && (size_t)v->record < host->tlsa_count
		   ? &host->tlsa_records[v->record]
		   : NULL;
}

/* "TLSA 3 1 1 9a1c2b3d…", or "a TLSA record" where the verdict names none. */
static const char *name_record(
    const struct judge *j, const struct mx_host *host, const struct dane_verdict *v)
{
	const struct tlsa_record *r = record_of(host, v);
	return r ? arena_printf(j->arena, "TLSA %s", judge_record_name(j, r)) : "a TLSA record";
}

static const char *remark_of(const struct judge *j, const struct endpoint *e)
{
	return e->dane.remark ? arena_printf(j->arena, " %s", e->dane.remark) : "";
}

static void judge_verified(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	const struct dane_verdict *v = &e->dane;
	const char *what =
	    v->depth == 0  ? "the server's certificate"
	    : v->depth > 0 ? arena_printf(j->arena, "the issuing certificate at depth %d", v->depth)
			   : "a trust anchor that the server does not send";
	judge_add(j, FINDING_DANE_VERIFIED, at_endpoint(host, e), NULL,
	    "%s is authenticated by %s, which matches %s.%s", judge_where(j, host, e),
	    name_record(j, host, v), what, remark_of(j, e));
}

/* "Exim does this; mox does that", or NULL. */
static const char *list_refusals(const struct judge *j, const struct dane_verdict *v)
{
	static const char *const names[] = {
	    [OTHER_SENDER_EXIM] = "Exim", [OTHER_SENDER_MOX] = "mox (Go)"};
	const char *list = NULL;
	for (int i = 0; i < OTHER_SENDER_COUNT; i++)
		if (v->refused_by[i])
			list = arena_printf(j->arena, "%s%s%s %s", list ? list : "",
			    list ? "; " : "", names[i], v->refused_by[i]);
	return list;
}

static void judge_sender_differs(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	const char *refusals = list_refusals(j, &e->dane);
	if (refusals)
		judge_add(j, FINDING_DANE_SENDER_DIFFERS, at_endpoint(host, e), NULL,
		    "%s is authenticated by Postfix, but not by every sender: %s.",
		    judge_where(j, host, e), refusals);
}

static void judge_mismatch(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	const char *where = judge_where(j, host, e);
	const char *remark = remark_of(j, e);
	if (e->dane.only_weaker_digest) {
		judge_add(j, FINDING_DANE_DIGEST_AGILITY, at_endpoint(host, e), NULL,
		    "%s matches only a weaker digest at %s; senders use the stronger one published "
		    "there, which does not match.%s",
		    where, judge_escaped(j, host->tlsa_owner), remark);
		return;
	}
	struct blame blame = judge_cause_of_mismatch(j, host, e);
	judge_blame(j,
	    judge_add(j, FINDING_DANE_MISMATCH, at_endpoint(host, e), NULL,
		"%s matches no TLSA record at %s.%s", where, judge_escaped(j, host->tlsa_owner),
		remark),
	    blame);
	if (!j->trial)
		judge_cause_mark_records(j, host, e, blame.cause);
}

/* "a, b, c and 12 more" */
static const char *list_names(const struct judge *j, const struct certificate *leaf)
{
	enum { SHOWN = 4 };
	struct buffer b = {0};
	for (size_t i = 0; i < leaf->dns_name_count && i < SHOWN; i++)
		buffer_printf(&b, "%s%s", i ? ", " : "", judge_escaped(j, leaf->dns_names[i]));
	if (leaf->dns_name_count > SHOWN)
		buffer_printf(&b, " and %zu more", leaf->dns_name_count - SHOWN);
	else if (!leaf->dns_name_count && !leaf->has_dns_name && leaf->common_name)
		buffer_add_text(&b, judge_escaped(j, leaf->common_name));
	const char *text = b.length ? arena_strdup(j->arena, b.data) : "no name at all";
	buffer_reset(&b);
	return text;
}

static void judge_failed_path(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	const char *where = judge_where(j, host, e);
	const char *record = name_record(j, host, &e->dane);
	const char *remark = remark_of(j, e);
	if (e->dane.result == DANE_RESULT_EXPIRED)
		judge_add(j, FINDING_DANE_EXPIRED, at_endpoint(host, e), NULL,
		    "%s: %s; the chain does lead to the trust anchor of %s.%s", where,
		    judge_outside_validity(j, e), record, remark);
	else if (e->dane.result == DANE_RESULT_NAME_MISMATCH)
		judge_add(j, FINDING_DANE_NAME_MISMATCH, at_endpoint(host, e), NULL,
		    "%s: the certificate is for %s, not for %s; the chain does lead to the trust "
		    "anchor of %s.%s",
		    where, list_names(j, &e->probe.chain[0]), judge_escaped(j, host->tlsa_base),
		    record, remark);
	else
		judge_blame(j,
		    judge_add(j, FINDING_DANE_UNTRUSTED, at_endpoint(host, e), NULL,
			"%s matches %s, but %s.%s", where, record,
			e->dane.usage == 2 && !e->dane.refused
			    ? "its own certificate has no path to that trust anchor that all "
			      "senders accept"
			    : "is not authenticated by all senders",
			remark),
		    judge_cause_of_path(j, &e->dane));
}

static void judge_dane(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	switch (e->dane.result) {
	case DANE_RESULT_VERIFIED:
		judge_verified(j, host, e);
		judge_sender_differs(j, host, e);
		break;
	case DANE_RESULT_MISMATCH: judge_mismatch(j, host, e); break;
	case DANE_RESULT_EXPIRED:
	case DANE_RESULT_NAME_MISMATCH:
	case DANE_RESULT_UNTRUSTED: judge_failed_path(j, host, e); break;
	case DANE_RESULT_NONE:
	case DANE_RESULT_UNUSABLE:
	case DANE_RESULT_NOT_CHECKED: break;
	}
}

void judge_endpoint(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	judge_address(j, host, e);
	if (!e->proposed && e->probe.failure != PROBE_FAILURE_NONE)
		judge_failure(j, host, e);
	judge_session(j, host, e);
	judge_names(j, host, e);
	judge_dane(j, host, e);
}
