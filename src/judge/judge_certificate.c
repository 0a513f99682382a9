/* judge_certificate.c owns the findings on the certificates that an endpoint presents. */
#include <string.h>

#include "certificate.h"
#include "judge_internal.h"
#include "name.h"
#include "sts.h"

/* The place of the first certificate that may have issued `of`; `count` if there is none. */
static size_t find_issuer(
    const struct certificate *chain, size_t count, const struct certificate *of, const bool *taken)
{
	size_t i = 0;
	while (i < count && (taken[i] || !chain[i].parsed || !certificate_may_issue(&chain[i], of)))
		i++;
	return i;
}

/*
 * Marks the certificates on which a usage 2 verdict rests, from the leaf to the anchor at `depth`
 * (the last that is there, if the anchor was not sent). The path was judged before: here its links
 * need only be found again, in the order in which senders find them.
 */
static bool *mark_path(const struct judge *j, const struct endpoint *e)
{
	const struct certificate *chain = e->probe.chain;
	size_t count = e->probe.chain_count, at = 0;
	bool *taken = arena_array(j->arena, count, sizeof *taken);
	if (!count || !chain[0].parsed)
		return taken;
	while (at < count) {
		taken[at] = true;
		if ((e->dane.depth >= 0 && at == (size_t)e->dane.depth) || chain[at].self_issued)
			break;
		at = find_issuer(chain, count, &chain[at], taken);
	}
	return taken;
}

static const char *name_certificate(const struct judge *j, const struct certificate *c)
{
	return arena_printf(j->arena, "the certificate of %s",
	    c->subject && *c->subject ? judge_shown(j, c->subject) : "an empty subject");
}

const char *judge_outside_validity(const struct judge *j, const struct endpoint *e)
{
	const bool *on_path = mark_path(j, e);
	int64_t at = j->report->judged_at;
	for (size_t i = 0; i < e->probe.chain_count; i++) {
		const struct certificate *c = &e->probe.chain[i];
		if (on_path[i] && c->not_after < at)
			return arena_printf(j->arena, "%s expired at %s", name_certificate(j, c),
			    judge_time(j, c->not_after));
		if (on_path[i] && c->not_before > at)
			return arena_printf(j->arena, "%s is not valid before %s",
			    name_certificate(j, c), judge_time(j, c->not_before));
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
	const bool *on_path = mark_path(j, e);
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
	    judge_where(j, host, e), name_certificate(j, c),
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
		what = arena_printf(j->arena, "expired at %s", judge_time(j, leaf->not_after));
	else if (leaf->not_before > at)
		what = arena_printf(
		    j->arena, "is not valid before %s", judge_time(j, leaf->not_before));
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
	const char *name = judge_shown(j, host->name);
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
	if (c->parsed && c->weak_key)
		return arena_printf(j->arena, "has a weak key (%s)", judge_shown(j, c->key));
	if (c->parsed && c->weak_signature && !c->self_signed)
		return arena_printf(
		    j->arena, "has a weak signature (%s)", judge_shown(j, c->signature));
	return NULL;
}

static void judge_weak(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	for (size_t i = 0; i < e->probe.chain_count; i++) {
		const char *weakness = weakness_of(j, &e->probe.chain[i]);
		if (!weakness)
			continue;
		judge_add(j, FINDING_CERT_WEAK, at_endpoint(host, e), NULL, "%s: %s %s.",
		    judge_where(j, host, e), name_certificate(j, &e->probe.chain[i]), weakness);
		return;
	}
}

void judge_certificates(struct judge *j, struct mx_host *host, struct endpoint *e)
{
	if (!judge_has_tls(e) || !e->probe.chain_count)
		return;
	judge_expiring(j, host, e);
	judge_ignored(j, host, e);
	judge_weak(j, host, e);
}
