/* judge_endpoint.c owns the findings on one endpoint: the SMTP dialogue, TLS and the DANE verdict.
 */
#include "buffer.h"
#include "judge_internal.h"
#include "name.h"

/* ---- SMTP and TLS ---- */

/* What each failure of a probe is called, and what it says: place, then reason. */
static const struct failure_text {
	const char *text;
	enum finding_code code;
	bool has_reason;
} failures[] = {
    [PROBE_FAILURE_RESERVED] = {"is a special-purpose address, so it was not connected to",
	FINDING_ADDRESS_RESERVED, false},
    [PROBE_FAILURE_CONNECT] = {"cannot be reached", FINDING_CONNECT_FAILED, true},
    [PROBE_FAILURE_SMTP_REFUSED] = {"refused to talk", FINDING_SMTP_REFUSED, true},
    [PROBE_FAILURE_SMTP_PROTOCOL] = {"does not talk SMTP", FINDING_SMTP_PROTOCOL, true},
    [PROBE_FAILURE_DEADLINE] = {"was not checked to the end before the deadline",
	FINDING_DEADLINE_EXCEEDED, false},
    [PROBE_FAILURE_STARTTLS_MISSING] = {"does not offer STARTTLS", FINDING_STARTTLS_MISSING, false},
    [PROBE_FAILURE_STARTTLS_REFUSED] = {"offers STARTTLS but refuses it", FINDING_STARTTLS_REFUSED,
	true},
    [PROBE_FAILURE_INJECTION] = {"sent bytes in the clear after its reply to STARTTLS",
	FINDING_STARTTLS_INJECTION, false},
    [PROBE_FAILURE_TLS] = {"failed in the TLS handshake", FINDING_TLS_FAILED, true},
};

static void judge_failure(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	const struct failure_text *f = &failures[e->probe.failure];
	const char *reason = e->probe.error;
	if (e->probe.failure == PROBE_FAILURE_TLS && e->probe.tls_error)
		reason = e->probe.tls_error;
	bool shown = f->has_reason && reason;
	judge_add(j, f->code, at_endpoint(host, e), NULL, "%s %s%s%s.", judge_where(j, host, e),
	    f->text, shown ? ": " : "", shown ? judge_shown(j, reason) : "");
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
	    judge_shown(j, ehlo));
}

static void judge_session(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	const struct probe *p = &e->probe;
	if (p->tls_legacy)
		judge_add(j, FINDING_TLS_LEGACY, at_endpoint(host, e), NULL,
		    "%s offers nothing newer than %s; Postfix built with OpenSSL 3 cannot "
		    "authenticate it, other senders can.",
		    judge_where(j, host, e),
		    p->tls_version ? judge_shown(j, p->tls_version) : "1.1");
	if (p->ehlo_unanswered)
		judge_add(j, FINDING_TLS_CLOSED_EARLY, at_endpoint(host, e), NULL,
		    "%s did not answer EHLO inside TLS, so it takes no mail.",
		    judge_where(j, host, e));
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

static void judge_mismatch(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	const char *fix = judge_record_for(j, host, e);
	const char *where = judge_where(j, host, e);
	const char *remark = remark_of(j, e);
	if (e->dane.only_weaker_digest)
		judge_add(j, FINDING_DANE_DIGEST_AGILITY, at_endpoint(host, e), fix,
		    "%s matches only a weaker digest at %s, not the stronger one that is published "
		    "beside it and alone counts.%s",
		    where, judge_shown(j, host->tlsa_owner), remark);
	else
		judge_add(j, FINDING_DANE_MISMATCH, at_endpoint(host, e), fix,
		    "%s matches no TLSA record; they are at %s.%s", where,
		    judge_shown(j, host->tlsa_owner), remark);
}

/* "a, b, c and 12 more" */
static const char *list_names(const struct judge *j, const struct certificate *leaf)
{
	enum { SHOWN = 4 };
	struct buffer b = {0};
	for (size_t i = 0; i < leaf->dns_name_count && i < SHOWN; i++)
		buffer_printf(&b, "%s%s", i ? ", " : "", judge_shown(j, leaf->dns_names[i]));
	if (leaf->dns_name_count > SHOWN)
		buffer_printf(&b, " and %zu more", leaf->dns_name_count - SHOWN);
	else if (!leaf->dns_name_count && !leaf->has_dns_name && leaf->common_name)
		buffer_add_text(&b, judge_shown(j, leaf->common_name));
	const char *text = b.length ? arena_strdup(j->arena, b.data) : "no name at all";
	buffer_reset(&b);
	return text;
}

static void judge_failed_path(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	const char *fix = e->dane.refused ? NULL : judge_record_for(j, host, e);
	const char *where = judge_where(j, host, e);
	const char *record = name_record(j, host, &e->dane);
	const char *remark = remark_of(j, e);
	if (e->dane.result == DANE_RESULT_EXPIRED)
		judge_add(j, FINDING_DANE_EXPIRED, at_endpoint(host, e), fix,
		    "%s: the chain leads to the trust anchor of %s, but %s.%s", where, record,
		    judge_outside_validity(j, e), remark);
	else if (e->dane.result == DANE_RESULT_NAME_MISMATCH)
		judge_add(j, FINDING_DANE_NAME_MISMATCH, at_endpoint(host, e), fix,
		    "%s: the chain leads to the trust anchor of %s, but the certificate is for %s, "
		    "not for %s.%s",
		    where, record, list_names(j, &e->probe.chain[0]),
		    judge_shown(j, host->tlsa_base), remark);
	else
		judge_add(j, FINDING_DANE_UNTRUSTED, at_endpoint(host, e), fix,
		    "%s is not authenticated, though %s matches a certificate that it sends%s.%s",
		    where, record,
		    e->dane.usage == 2 && !e->dane.refused
			? ": its own does not lead there by a path that senders accept"
			: "",
		    remark);
}

static void set_cause(struct judge *j, enum cause cause)
{
	j->report->findings[j->report->finding_count - 1].cause = cause;
}

static void judge_dane(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	switch (e->dane.result) {
	case DANE_RESULT_VERIFIED: judge_verified(j, host, e); break;
	case DANE_RESULT_MISMATCH: judge_mismatch(j, host, e); break;
	case DANE_RESULT_EXPIRED:
	case DANE_RESULT_NAME_MISMATCH:
	case DANE_RESULT_UNTRUSTED:
		judge_failed_path(j, host, e);
		set_cause(j, e->dane.cause);
		break;
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
