/* judge_domain.c owns the findings on the domain as such: its name and its MX records, and on the
 * DNSSEC of any lookup: its signatures and its zones. */
#include <inttypes.h>
#include <string.h>

#include "judge_cause.h"
#include "judge_fix.h"
#include "limit.h"
#include "senders.h"

bool judge_lookup_failed(const struct lookup *l)
{
	return l->kind == ANSWER_FAILED || l->dnssec == DNSSEC_INDETERMINATE;
}

bool judge_excused(struct judge *j, struct place place, const struct lookup *l)
{
	if (l->failure == LOOKUP_FAILURE_DEADLINE)
		judge_add(j, FINDING_DEADLINE_EXCEEDED, place, NULL,
		    "The deadline ended the %s lookup of %s: %s.", lookup_type_name(l->type),
		    judge_escaped(j, l->asked), judge_escaped(j, l->error));
	return l->failure == LOOKUP_FAILURE_DEADLINE || l->failure == LOOKUP_FAILURE_UNJUDGEABLE;
}

/* ---- Signatures that end soon ---- */

/* One that a verdict rests on, and what is said of it where it ends soon. */
struct sighting {
	struct signature_life life;
	struct place place;
	const char *over; /* "example.com MX" */
	bool told;
};

static bool is_by_same_key(const struct signature_life *a, const struct signature_life *b)
{
	return a->key_tag == b->key_tag && a->signer && b->signer &&
	       strcmp(a->signer, b->signer) == 0;
}

/* The signer has worked since this one had a quarter of its life left, and let it be: so it renews
 * later than others do (Knot DNS and OpenDNSSEC with a tenth left). */
static bool is_renewed_late(const struct judge *j, const struct signature_life *life)
{
	int64_t last_quarter = life->expires - (life->expires - life->inception) / 4;
	for (size_t i = 0; i < j->sighting_count; i++)
		if (is_by_same_key(&j->sightings[i].life, life) &&
		    j->sightings[i].life.inception > last_quarter)
			return true;
	return false;
}

/*
 * A zone that is signed on the fly or on schedule always has ends close ahead. Less than a quarter
 * of the signature's own life left means that a renewal is overdue, or less than a tenth where the
 * zone is known to renew so late. Judged by the time of the check: --at moves certificates only.
 */
static bool ends_soon(const struct judge *j, const struct signature_life *life)
{
	int64_t left = life->expires - j->report->checked_at;
	return left < (int64_t)j->params->warn_days * 86400 &&
	       left < (life->expires - life->inception) / (is_renewed_late(j, life) ? 10 : 4);
}

static void note(
    struct judge *j, struct place place, const struct signature_life *life, const char *over)
{
	struct sighting *s = arena_append(j->arena, &j->sightings, &j->sighting_count, sizeof *s);
	*s = (struct sighting){.life = *life, .place = place, .over = over};
}

/* True at the first call: many lookups of many hosts may rest on one zone. */
static bool is_first(struct judge *j, const char *zone, enum finding_code code)
{
	for (size_t i = 0; i < j->zone_count; i++)
		if (j->zones[i].code == code && strcmp(j->zones[i].name, zone) == 0)
			return false;
	*(struct judged_zone *)arena_append(j->arena, &j->zones, &j->zone_count, sizeof *j->zones) =
	    (struct judged_zone){zone, code};
	return true;
}

/*
 * With either signature everything in the zone becomes bogus. That is said once, of the domain.
 * Each is held against its own life, for the two are made by different keys on different schedules.
 */
static void note_zone(struct judge *j, const struct signed_zone *zone)
{
	if (!is_first(j, zone->name, FINDING_SIGNATURE_EXPIRING))
		return;
	if (zone->dnskey.expires)
		note(j, at_domain, &zone->dnskey,
		    arena_printf(j->arena, "%s DNSKEY", judge_escaped(j, zone->name)));
	if (zone->ds.expires)
		note(j, at_domain, &zone->ds,
		    arena_printf(
			j->arena, "%s DS (made by the parent zone)", judge_escaped(j, zone->name)));
}

/* RFC 9276 §3.2 lets validators choose. Unbound's limit is the one above which all call a denial
 * insecure (LIMIT_NSEC3_ITERATIONS). */
static void judge_iterations(struct judge *j, const struct signed_zone *zone)
{
	enum { STRICTEST = 50, OF_RESOLVED = 100 };
	if (zone->iterations <= STRICTEST || !is_first(j, zone->name, FINDING_NSEC3_ITERATIONS))
		return;
	struct action_list fix = {0};
	judge_fix_step(j, &fix, ACTION_CONFIGURE, ACTION_AT_SERVER, zone->name,
	    arena_printf(j->arena, "Sign %s with 0 NSEC3 iterations and no salt (1 0 0 -).",
		judge_escaped(j, zone->name)));
	judge_add(j, FINDING_NSEC3_ITERATIONS, at_domain, &fix,
	    "Denials in the zone %s use %u NSEC3 iterations: BIND 9.20, Knot Resolver from 5.7.1 "
	    "and PowerDNS Recursor from 5.0%s treat them as insecure, Unbound and others as "
	    "secure.",
	    judge_escaped(j, zone->name), zone->iterations,
	    zone->iterations > OF_RESOLVED ? ", and systemd-resolved from 256," : "");
}

/* What takes a zone as unsigned, and who nevertheless checks it. */
static const struct {
	unsigned number;
	const char *name, *who;
} odd_algorithms[] = {
    {5, "RSASHA1", "resolvers that follow RFC 9905, and those of Red Hat Enterprise Linux 9,"},
    {7, "RSASHA1-NSEC3-SHA1",
	"resolvers that follow RFC 9905, and those of Red Hat Enterprise Linux 9,"},
    {12, "ECC-GOST", "today's resolvers"},
    {16, "Ed448", "systemd-resolved, and the libunbound of Debian 12,"},
};

static void judge_algorithm(struct judge *j, const struct signed_zone *zone)
{
	for (size_t i = 0; i < sizeof odd_algorithms / sizeof *odd_algorithms; i++) {
		struct action_list fix = {0};
		if (odd_algorithms[i].number != zone->odd_algorithm ||
		    !is_first(j, zone->name, FINDING_DNSSEC_ALGORITHM_OLD))
			continue;
		judge_fix_step(j, &fix, ACTION_CONFIGURE, ACTION_AT_SERVER, zone->name,
		    arena_printf(j->arena,
			"Roll %s over to ECDSAP256SHA256 (13), with new DS records.",
			judge_escaped(j, zone->name)));
		judge_add(j, FINDING_DNSSEC_ALGORITHM_OLD, at_domain, &fix,
		    "The zone %s is signed only with %s (algorithm %u): %s treat it as unsigned.",
		    judge_escaped(j, zone->name), odd_algorithms[i].name, zone->odd_algorithm,
		    odd_algorithms[i].who);
	}
}

void judge_signature(struct judge *j, struct place place, const struct lookup *l)
{
	if (l->failure == LOOKUP_FAILURE_UNJUDGEABLE)
		judge_add(j, FINDING_SIGNATURE_UNJUDGEABLE, place, NULL,
		    "The signature on the %s answer at %s cannot be judged here: %s.",
		    lookup_type_name(l->type), judge_escaped(j, l->asked),
		    judge_escaped(j, l->error));
	for (size_t i = 0; !l->proposed && i < l->zone_count; i++)
		judge_algorithm(j, &l->zones[i]);
	if (l->dnssec != DNSSEC_SECURE || l->proposed)
		return;
	/* That a host lacks one kind of address decides nothing. */
	bool rests =
	    l->kind == ANSWER_RECORDS || (l->type != DNS_TYPE_A && l->type != DNS_TYPE_AAAA);
	for (size_t i = 0; i < l->signature_count; i++)
		note(j, place, &l->signatures[i],
		    arena_printf(
			j->arena, "%s %s", judge_escaped(j, l->asked), lookup_type_name(l->type)));
	for (size_t i = 0; i < l->zone_count; i++) {
		note_zone(j, &l->zones[i]);
		if (rests)
			judge_iterations(j, &l->zones[i]);
	}
}

static bool same_signer(const struct sighting *a, const struct sighting *b)
{
	return model_same_text(a->life.signer, b->life.signer);
}

/* One finding for all of a zone's signatures: that of the one that ends first. */
static void tell_zone(struct judge *j, struct sighting *of)
{
	const struct sighting *first = of;
	struct place place = of->place;
	bool others = false;
	for (size_t i = 0; i < j->sighting_count; i++) {
		struct sighting *s = &j->sightings[i];
		if (s == of || !same_signer(s, of) || !ends_soon(j, &s->life))
			continue;
		s->told = true;
		others |= strcmp(s->over, of->over) != 0; /* an answer may rest on several */
		if (s->place.host != place.host)
			place = at_domain;
		if (s->life.expires < first->life.expires)
			first = s;
	}
	const char *date = judge_date(j, first->life.expires, j->report->checked_at);
	const char *signer = first->life.signer;
	if (others && signer)
		judge_add(j, FINDING_SIGNATURE_EXPIRING, place, NULL,
		    "DNSSEC signatures of %s expire %s; the first to expire is that over %s.",
		    *signer ? judge_escaped(j, signer) : "the root zone", date, first->over);
	else
		judge_add(j, FINDING_SIGNATURE_EXPIRING, place, NULL,
		    "The DNSSEC signature over %s expires %s.", first->over, date);
}

/* The one of the zone's that ends first; NULL where one shows that it is signed on the fly, as no
 * secondary could do. */
static const struct sighting *find_first_of_stored(const struct judge *j, const struct sighting *of)
{
	const struct sighting *first = of;
	for (size_t i = 0; i < j->sighting_count; i++) {
		const struct sighting *s = &j->sightings[i];
		if (!same_signer(s, of))
			continue;
		if (lookup_is_signed_live(&s->life))
			return NULL;
		if (s->life.expires < first->life.expires)
			first = s;
	}
	return first;
}

/* Secondaries that lose their primary serve a zone until its SOA expires (RFC 1035 §3.3.13), with
 * the signatures that they have. */
static void judge_before_expire(struct judge *j, const struct sighting *of)
{
	const char *zone = of->life.signer;
	uint32_t expire = zone ? model_soa_expire(j->report, zone) : 0;
	if (!expire || !is_first(j, zone, FINDING_SIGNATURE_BEFORE_EXPIRE))
		return;
	const struct sighting *first = find_first_of_stored(j, of);
	int64_t now = j->report->checked_at;
	if (!first || first->life.expires - now >= (int64_t)expire)
		return;
	const char *name = judge_escaped(j, zone);
	struct action_list fix = {0};
	judge_fix_step(j, &fix, ACTION_CONFIGURE, ACTION_AT_SERVER, zone,
	    arena_printf(j->arena,
		"Re-sign %s earlier, or for longer, so that its signatures never have less than "
		"%" PRIu32 " s left; or lower the expire field of its SOA record.",
		name, expire));
	judge_add(j, FINDING_SIGNATURE_BEFORE_EXPIRE, at_domain, &fix,
	    "The signature of %s expires %s, sooner than the SOA expire of %s (%" PRIu32
	    " s): a secondary cut off from its primary would serve it expired.",
	    first->over, judge_date(j, first->life.expires, now), name, expire);
}

void judge_signatures_noted(struct judge *j)
{
	for (size_t i = 0; i < j->sighting_count; i++)
		if (!j->sightings[i].told && ends_soon(j, &j->sightings[i].life))
			tell_zone(j, &j->sightings[i]);
	for (size_t i = 0; i < j->sighting_count; i++)
		judge_before_expire(j, &j->sightings[i]);
}

/* ---- What only the zone's software knows ---- */

/* A record is told of once at each place: most decide both A and AAAA. */
static bool is_told(const struct judge *j, const struct lookup *l, const struct mx_host *host)
{
	const struct domain_report *r = j->report;
	for (size_t i = 0; i < r->finding_count; i++)
		if (r->findings[i].code == FINDING_ZONE_UNKNOWN_DATA &&
		    r->findings[i].host == host && r->findings[i].at == l->unknown->at)
			return true;
	return false;
}

static void tell_unknown(struct judge *j, const struct lookup *l, struct mx_host *host)
{
	const struct unknown_data *u = l ? l->unknown : NULL;
	bool address = l && (l->type == DNS_TYPE_A || l->type == DNS_TYPE_AAAA);
	if (!u || is_told(j, l, host))
		return;
	judge_add(j, FINDING_ZONE_UNKNOWN_DATA, (struct place){.host = host, .at = u->at}, NULL,
	    "The %s%s of %s are decided by the record of type %s at %s in the zone file, which "
	    "only "
	    "its software knows: the live answer is used.",
	    address ? "addresses" : lookup_type_name(l->type), address ? "" : " records",
	    judge_escaped(j, l->asked), u->type, judge_escaped(j, u->owner));
}

void judge_unknown_data(struct judge *j)
{
	struct domain_report *r = j->report;
	tell_unknown(j, r->mx, NULL);
	for (size_t i = 0; i < r->host_count; i++) {
		struct mx_host *h = &r->hosts[i];
		const struct lookup *lookups[] = {h->a, h->aaaa, h->tlsa_initial, h->tlsa_final};
		for (size_t k = 0; k < sizeof lookups / sizeof *lookups; k++)
			tell_unknown(j, lookups[k], h);
	}
	tell_unknown(j, r->mta_sts ? r->mta_sts->txt : NULL, NULL);
	tell_unknown(j, r->tls_rpt ? r->tls_rpt->txt : NULL, NULL);
}

/* ---- The MX records ---- */

static void judge_failed(struct judge *j, const struct lookup *mx)
{
	if (mx && judge_excused(j, at_domain, mx))
		return;
	judge_blame_lookup(j,
	    judge_add(j, FINDING_MX_LOOKUP_FAILED, at_domain, NULL,
		"The MX lookup of %s failed: %s.", j->report->domain, judge_lookup_error(j, mx)),
	    mx);
}

/* The MX lookup stopped the run of the domain. */
static void judge_stopped(struct judge *j)
{
	const struct domain_report *r = j->report;
	const struct lookup *mx = r->mx;
	if (mx && mx->dnssec == DNSSEC_BOGUS)
		judge_blame_lookup(j,
		    judge_add(j, FINDING_MX_BOGUS, at_domain, NULL,
			"The MX records of %s fail DNSSEC validation: %s.", r->domain,
			judge_lookup_error(j, mx)),
		    mx);
	else if (mx && mx->kind == ANSWER_NXDOMAIN)
		judge_add(j, FINDING_DOMAIN_NOT_FOUND, at_domain, NULL,
		    "%s does not exist (NXDOMAIN).", r->domain);
	else
		judge_failed(j, mx);
	if (mx)
		judge_signature(j, at_domain, mx);
}

static void judge_status(struct judge *j, const struct lookup *mx)
{
	const char *domain = j->report->domain;
	if (mx->dnssec != DNSSEC_INSECURE)
		return;
	if (mx->kind == ANSWER_RECORDS)
		judge_blame_lookup(j,
		    judge_add(j, FINDING_MX_INSECURE, at_domain, NULL,
			"The MX records of %s are not signed; an attacker who forges them can "
			"redirect its mail.",
			domain),
		    mx);
	else
		judge_blame_lookup(j,
		    judge_add(j, FINDING_MX_INSECURE, at_domain, NULL,
			"The answer that %s has no MX records is not signed; an attacker who "
			"forges some can redirect its mail.",
			domain),
		    mx);
}

static void judge_rrset(struct judge *j)
{
	const struct domain_report *r = j->report;
	if (r->mx) {
		judge_status(j, r->mx);
		if (judge_lookup_failed(r->mx))
			judge_failed(j, r->mx);
		judge_signature(j, at_domain, r->mx);
	}
	if (r->mx_null_mixed)
		judge_add(j, FINDING_NULL_MX_MIXED, at_domain, NULL,
		    "%s has a null MX (\"0 .\") beside real MX hosts.", r->domain);
	if (r->mx_total > LIMIT_MX_HOSTS)
		judge_add(j, FINDING_MX_TOO_MANY, at_domain, NULL,
		    "%s has %zu MX hosts; the first %d by preference are checked.", r->domain,
		    r->mx_total, LIMIT_MX_HOSTS);
}

bool judge_mx(struct judge *j)
{
	const struct domain_report *r = j->report;
	if (r->zone_invalid) {
		judge_add(j, FINDING_ZONE_INVALID, (struct place){.at = r->zone_invalid}, NULL,
		    "The zone file cannot be read: %s.", judge_escaped(j, r->invalid));
		return false;
	}
	if (r->unmet_count) {
		judge_unmet_exceptions(j);
		return false;
	}
	if (r->invalid) {
		judge_add(j, FINDING_DOMAIN_INVALID, at_domain, NULL,
		    "\"%s\" is not a domain name: %s.", judge_escaped(j, r->asked),
		    judge_escaped(j, r->invalid));
		return false;
	}
	if (r->root_error) {
		judge_add(j, FINDING_DNSSEC_ROOT_FAILED, at_domain, NULL,
		    "DNSSEC cannot be validated through this resolver: %s.",
		    judge_escaped(j, r->root_error));
		return false;
	}
	if (r->mx_kind == MX_KIND_NULL) {
		judge_add(j, FINDING_NULL_MX, at_domain, NULL,
		    "%s accepts no mail, as its null MX says.", r->domain);
		return false;
	}
	if (r->mx_kind == MX_KIND_NONE) {
		judge_stopped(j);
		return false;
	}
	if (r->mx_kind == MX_KIND_IMPLICIT && r->host_count &&
	    senders_host_lacks_address(&r->hosts[0])) {
		judge_add(j, FINDING_NO_MAIL_HOST, at_domain, NULL,
		    "%s has neither MX nor address records.", r->domain);
		return false;
	}
	judge_rrset(j);
	return true;
}
