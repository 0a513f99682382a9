/* judge_findings.c owns the list of findings: their severity in the case at hand, whose status they
 * count for, and their order. */
#include <stdarg.h>
#include <stdlib.h>

#include "judge_fix.h"
#include "senders.h"
#include "sts.h"

static bool demands_tls(const struct judge *j, const struct mx_host *host)
{
	return host && senders_demand_tls(j->report, (size_t)(host - j->report->hosts));
}

static enum status if_required(bool required, enum status then, enum status otherwise)
{
	return required ? then : otherwise;
}

/* Of an endpoint of which the key alone is known. */
static bool hangs_on_certificate(const struct judge *j, const struct endpoint *e)
{
	bool policy = j->report->mta_sts && sts_applies(j->report->mta_sts);
	return (e && e->dane.result == DANE_RESULT_NOT_CHECKED) || (j->mta_sts_required && policy);
}

/* Of the endpoints of one address and key type: whether a sender is accepted depends on which one
 * it meets. */
static bool verdicts_differ(const struct judge *j, struct place place)
{
	const struct endpoint *first = place.endpoint;
	bool enforced = j->report->mta_sts && j->report->mta_sts->state == STS_STATE_ENFORCE;
	for (size_t i = 0; first && i < place.host->endpoint_count; i++) {
		const struct endpoint *e = &place.host->endpoints[i];
		if (model_is_same_kind(first, e) &&
		    (judge_dane_failed(first->dane.result) != judge_dane_failed(e->dane.result) ||
			(enforced && first->pkix.result != e->pkix.result)))
			return true;
	}
	return false;
}

static enum status judge_severity(
    const struct judge *j, enum finding_severity rule, struct place place)
{
	enum require require = j->params->require;
	bool seen = j->params->reserved || (place.endpoint && place.endpoint->proposed);
	bool enforced = j->report->mta_sts && j->report->mta_sts->state == STS_STATE_ENFORCE;
	switch (rule) {
	case FINDING_INFO: return STATUS_OK;
	case FINDING_WARNING: return STATUS_WARNING;
	case FINDING_UNKNOWN: return STATUS_UNKNOWN;
	case FINDING_CRITICAL: return STATUS_CRITICAL;
	case FINDING_CRITICAL_IF_DANE:
		return if_required(j->dane_required, STATUS_CRITICAL, STATUS_OK);
	case FINDING_CRITICAL_IF_MTA_STS:
		return if_required(j->mta_sts_required, STATUS_CRITICAL, STATUS_OK);
	case FINDING_CRITICAL_IF_MTA_STS_OR_WARNING:
		return if_required(j->mta_sts_required, STATUS_CRITICAL, STATUS_WARNING);
	case FINDING_UNKNOWN_IF_MTA_STS_OR_WARNING:
		return if_required(j->mta_sts_required, STATUS_UNKNOWN, STATUS_WARNING);
	case FINDING_WARNING_IF_MTA_STS:
		return if_required(require == REQUIRE_MTA_STS || require == REQUIRE_BOTH,
		    STATUS_WARNING, STATUS_OK);
	case FINDING_UNKNOWN_OR_INFO: return if_required(seen, STATUS_OK, STATUS_UNKNOWN);
	case FINDING_CRITICAL_IF_TLS_MANDATORY:
		return if_required(demands_tls(j, place.host), STATUS_CRITICAL, STATUS_WARNING);
	case FINDING_CRITICAL_IF_ENFORCE:
		return if_required(enforced, STATUS_CRITICAL, STATUS_WARNING);
	case FINDING_UNKNOWN_IF_DECIDING:
		return if_required(
		    hangs_on_certificate(j, place.endpoint), STATUS_UNKNOWN, STATUS_OK);
	case FINDING_CRITICAL_IF_VERDICTS_DIFFER:
		return if_required(verdicts_differ(j, place), STATUS_CRITICAL, STATUS_OK);
	case FINDING_WARNING_IF_UNANSWERED:
		return if_required(place.endpoint && place.endpoint->probe.ehlo_unanswered,
		    STATUS_WARNING, STATUS_OK);
	case FINDING_WARNING_UNLESS_PLANNED:
		return if_required(j->params->plan, STATUS_OK, STATUS_WARNING);
	case FINDING_UNKNOWN_IF_PLANNED:
		return if_required(j->params->plan, STATUS_UNKNOWN, STATUS_OK);
	case FINDING_WARNING_OR_UNKNOWN:
		return if_required(place.server != NULL, STATUS_WARNING, STATUS_UNKNOWN);
	case FINDING_CRITICAL_IF_DECIDING:
		return if_required(place.decides, STATUS_CRITICAL, STATUS_WARNING);
	}
	return STATUS_CRITICAL;
}

static void raise(enum status *status, enum status to)
{
	if (to > *status)
		*status = to;
}

/* Of an endpoint that the report has an entry of, unlike the extra ones for MTA-STS. */
static const uint8_t *leaf_digest(struct place place)
{
	const struct endpoint *e = place.endpoint;
	if (place.breadth != PLACE_CERTIFICATE || !e->probe.chain_count ||
	    e->probe.chain[0].key_only)
		return NULL;
	for (size_t i = 0; i < place.host->endpoint_count; i++)
		if (e == &place.host->endpoints[i])
			return e->probe.chain[0].cert_sha256;
	return NULL;
}

static void count(struct judge *j, struct place place, const struct finding *f)
{
	raise(&j->report->status, f->severity);
	if (place.server)
		raise(&place.server->status, f->severity);
	if (!place.host)
		return;
	raise(&place.host->status, f->severity);
	if (!place.endpoint)
		return;
	/* The endpoint may be one of the extra ones for MTA-STS, which have no entry of their own.
	 */
	for (size_t i = 0; i < place.host->endpoint_count; i++)
		if (model_is_about(f, &place.host->endpoints[i]))
			raise(&place.host->endpoints[i].status, f->severity);
}

struct finding *judge_add(struct judge *j, enum finding_code code, struct place place,
    const struct action_list *fix, const char *format, ...)
{
	struct domain_report *r = j->report;
	struct finding *f = arena_append(j->arena, &r->findings, &r->finding_count, sizeof *f);
	va_list ap;
	va_start(ap, format);
	f->message = arena_vprintf(j->arena, format, ap);
	va_end(ap);
	f->code = code;
	f->severity = judge_severity(j, finding_info(code)->severity, place);
	if (fix)
		f->actions = *fix;
	f->fix = judge_fix_text(j, f);
	f->host = place.host;
	f->host_name = place.host ? place.host->name : NULL;
	f->record = place.record;
	f->server = place.server;
	if (place.endpoint) {
		f->address = place.endpoint->address;
		f->key_type =
		    place.breadth == PLACE_ADDRESS ? KEY_TYPE_NONE : place.endpoint->key_type;
		f->cert_sha256 = leaf_digest(place);
	}
	judge_locate(r, f, place.at);
	f->ignored = j->params->ignore[code];
	judge_excuse(f);
	if (!f->ignored)
		count(j, place, f);
	return f;
}

/* qsort is not stable, so each finding takes its place in the list along. */
struct ranked {
	struct finding finding;
	size_t host; /* 0 is the domain */
	size_t added;
};

static int compare_sizes(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int order = (int)y->finding.severity - (int)x->finding.severity;
	if (!order)
		order = compare_sizes(x->host, y->host);
	if (!order)
		order = (x->finding.address.family != 0) - (y->finding.address.family != 0);
	if (!order)
		order = address_compare(&x->finding.address, &y->finding.address);
	if (!order)
		order = (int)x->finding.key_type - (int)y->finding.key_type;
	if (!order)
		order = (int)x->finding.code - (int)y->finding.code;
	return order ? order : compare_sizes(x->added, y->added);
}

void judge_sort_findings(struct judge *j)
{
	struct domain_report *r = j->report;
	struct ranked *list = arena_array(j->arena, r->finding_count, sizeof *list);
	for (size_t i = 0; i < r->finding_count; i++) {
		list[i].finding = r->findings[i];
		list[i].host =
		    r->findings[i].host ? (size_t)(r->findings[i].host - r->hosts) + 1 : 0;
		list[i].added = i;
	}
	if (r->finding_count)
		qsort(list, r->finding_count, sizeof *list, compare_ranked);
	for (size_t i = 0; i < r->finding_count; i++)
		r->findings[i] = list[i].finding;
}
