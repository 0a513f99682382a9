/*
 * expiry.c - tells whether the end of an endpoint's certificate matters.
 */
#include "expiry.h"

/* By --ignore or, once it is there, by an exception in a zone file. */
static bool is_ignored(const struct domain_report *r, const struct endpoint *e,
    const struct params *params, enum finding_code code)
{
	for (size_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];
		if (f->code == code && f->ignored && model_is_about(f, e))
			return true;
	}
	return params->ignore[code];
}

/* Where cert-expiring is said, and where an expired certificate is critical. With usage 3 alone the
 * date means nothing (RFC 7671 §5.1). */
struct expiry expiry_of_endpoint(
    const struct domain_report *r, const struct endpoint *e, const struct params *params)
{
	if (e->probe.chain_count == 0 || !e->probe.chain[0].parsed)
		return (struct expiry){.known = false};
	const struct certificate *leaf = &e->probe.chain[0];
	bool by_anchor = e->dane.usage == 2 && (e->dane.result == DANE_RESULT_VERIFIED ||
						   e->dane.result == DANE_RESULT_EXPIRED);
	bool by_pkix = e->pkix.result == PKIX_RESULT_VALID || e->pkix.reason == PKIX_REASON_EXPIRED;
	enum sts_state state = r->mta_sts ? r->mta_sts->state : STS_STATE_ABSENT;
	bool enforced = by_pkix && state == STS_STATE_ENFORCE;
	return (struct expiry){.known = true,
	    .warns = (by_anchor || enforced || (by_pkix && state == STS_STATE_TESTING)) &&
		     !is_ignored(r, e, params, FINDING_CERT_EXPIRING),
	    .fails = (by_anchor && !is_ignored(r, e, params, FINDING_DANE_EXPIRED)) ||
		     (enforced && !is_ignored(r, e, params, FINDING_STS_MX_CERT)),
	    .left = leaf->not_after - r->judged_at,
	    .life = leaf->not_after - leaf->not_before};
}

bool expiry_matters(const struct expiry *e)
{
	return e->warns || e->fails;
}
