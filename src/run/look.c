/* look.c owns the judgement of one look of --wait. */
#include "look.h"

#include <stdio.h>
#include <string.h>

#include "buffer.h"

/* Whether or not it is ignored. */
static bool has_finding(const struct domain_report *r, enum finding_code code)
{
	for (size_t i = 0; i < r->finding_count; i++)
		if (r->findings[i].code == code)
			return true;
	return false;
}

/* Not every name server has the records that others have. */
static bool is_spreading(const struct domain_report *r)
{
	return has_finding(r, FINDING_NS_STALE) || has_finding(r, FINDING_NS_INCONSISTENT);
}

static bool can_be_made(const struct domain_report *r)
{
	return r->change && r->change->seen && !has_finding(r, FINDING_ROLLOVER_ORDER) &&
	       !has_finding(r, FINDING_ROLLOVER_UNSAFE) &&
	       !has_finding(r, FINDING_ROLLOVER_UNKNOWN) && !is_spreading(r);
}

/* ---- The live records ---- */

static const struct domain_report *live_of(const struct domain_report *r)
{
	return r->change ? r->change->live : r;
}

static void digest_records(const struct domain_report *r, uint8_t digest[DIGEST_SHA256_SIZE])
{
	struct buffer text = {0};
	for (size_t i = 0; i < r->host_count; i++) {
		const struct lookup *l = r->hosts[i].tlsa;
		buffer_printf(&text, "%s %s %d %d\n", r->hosts[i].name, l ? l->final : "",
		    l ? (int)l->kind : -1, l ? (int)l->dnssec : -1);
		for (size_t k = 0; l && k < l->record_count; k++) {
			const struct dns_record *t = &l->records[k];
			buffer_printf(&text, "%u %u %u %zu ", t->tlsa.usage, t->tlsa.selector,
			    t->tlsa.mtype, t->tlsa.length);
			buffer_add(&text, (const char *)t->tlsa.data, t->tlsa.length);
		}
	}
	digest_sha2(DIGEST_SHA256_SIZE, buffer_text(&text), text.length, digest);
	buffer_reset(&text);
}

/* The longest TTL, and how long ago at the least every one of them was in the resolver's cache. */
static uint32_t ttl_of(const struct domain_report *r, uint32_t *age)
{
	uint32_t ttl = 0, least = UINT32_MAX;
	for (size_t i = 0; i < r->host_count; i++) {
		const struct lookup *l = r->hosts[i].tlsa;
		if (!l)
			continue;
		bool known = l->has_signature && l->original_ttl > l->ttl_left;
		uint32_t here = known ? l->original_ttl - l->ttl_left : 0;
		ttl = l->original_ttl > ttl ? l->original_ttl : ttl;
		least = here < least ? here : least;
	}
	*age = least == UINT32_MAX ? 0 : least;
	return ttl;
}

/* False where a lookup failed: what caches have is then what they had before. */
static bool is_seen(const struct domain_report *r)
{
	for (size_t i = 0; i < r->host_count; i++) {
		const struct mx_host *h = &r->hosts[i];
		if (h->tlsa_state == TLSA_STATE_FAILED || h->tlsa_state == TLSA_STATE_BOGUS ||
		    (h->tlsa_state == TLSA_STATE_SKIPPED && h->address_dnssec > DNSSEC_INSECURE))
			return false;
	}
	return r->host_count > 0;
}

/* Of records that stood there already when they were first seen, the ones before them are not
 * known: they are taken to have had the same TTL. */
static void note_records(
    struct look *look, const struct domain_report *live, bool spreading, int64_t now)
{
	uint8_t digest[DIGEST_SHA256_SIZE];
	uint32_t age, ttl = ttl_of(live, &age);
	if (!is_seen(live))
		return;
	digest_records(live, digest);
	if (!look->seen) {
		look->since = now - age;
		look->old_ttl = ttl;
	} else if (memcmp(digest, look->records, sizeof digest) != 0) {
		look->since = now;
		look->old_ttl = look->ttl;
	} else if (look->ttl > ttl) {
		ttl = look->ttl; /* without a signature only what is left of it is seen */
	}
	if (spreading) /* some server still hands out those before */
		look->since = now;
	look->seen = true;
	look->ttl = ttl;
	memcpy(look->records, digest, sizeof digest);
}

/* ---- The look ---- */

void look_judge(struct look *look, const struct params *params, const struct domain_report *report,
    int exit_status, int64_t now)
{
	bool change = params->chain_count || params->zone_count;
	note_records(look, live_of(report), is_spreading(report), now);
	look->judged = true;
	look->there = exit_status == 0 && (!change || can_be_made(report));
	/* Without a rollover nothing changes of what senders meet. */
	look->until =
	    look->there && params->chain_count && has_finding(report, FINDING_ROLLOVER_SAFE)
		? look->since + look->old_ttl
		: 0;
	(void)snprintf(look->summary, sizeof look->summary, "%s: %s", status_name(report->status),
	    report->summary); /* a long one may be cut */
}

bool look_holds(const struct look *look, int64_t now)
{
	return look->there && now >= look->until;
}
