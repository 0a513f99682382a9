/* dns_nsec.c owns reading from NSEC records which names and types exist. */
#include "dns_nsec.h"

#include <string.h>

#include "dns_name.h"

static const struct dns_rr *find_match(const struct dns_denials *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->records[i]->owner, name) == 0)
			return set->records[i];
	return NULL;
}

/* The last record of a zone names its apex as the next name. */
static bool covers(const struct dns_rr *rr, const char *name, const char *zone)
{
	if (!dns_name_is_below(name, zone) || !dns_name_is_below(rr->target, zone) ||
	    dns_name_compare(rr->owner, name) >= 0)
		return false;
	if (dns_name_is_below(name, rr->owner) && dns_denial_is_cut(rr))
		return false;
	return strcmp(rr->target, zone) == 0 || dns_name_compare(name, rr->target) < 0;
}

static const struct dns_rr *find_cover(const struct dns_denials *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (covers(set->records[i], name, set->zone))
			return set->records[i];
	return NULL;
}

/* The longest ancestor that exists: one of a name to either side is. */
static const char *find_closest_encloser(const struct dns_rr *cover, const char *name)
{
	do
		name = dns_name_parent(name);
	while (!dns_name_is_below(cover->owner, name) && !dns_name_is_below(cover->target, name));
	return name;
}

/* An empty non-terminal exists: the next name is below it (RFC 4592 §2.2.2). */
static bool jumps_over(const struct dns_rr *cover, const char *name)
{
	return dns_name_is_below(cover->target, name);
}

enum dns_denial dns_nsec_deny_closer(const struct dns_denials *set, const char *next_closer)
{
	const struct dns_rr *cover = find_cover(set, next_closer);

	return cover && !jumps_over(cover, next_closer) ? DNS_DENIAL_NXDOMAIN : DNS_DENIAL_NOTHING;
}

enum dns_denial dns_nsec_deny(
    const struct dns_denials *set, const char *name, uint16_t type, struct arena *arena)
{
	const struct dns_rr *match = find_match(set, name), *cover;
	const char *closest, *wildcard;

	if (match)
		return dns_denial_at_name(match, name, type);
	cover = find_cover(set, name);
	if (!cover)
		return DNS_DENIAL_NOTHING;
	if (jumps_over(cover, name))
		return DNS_DENIAL_NODATA;
	/* And the wildcard that could stand for it. */
	closest = find_closest_encloser(cover, name);
	wildcard = *closest ? arena_printf(arena, "*.%s", closest) : "*";
	match = find_match(set, wildcard);
	if (match)
		return dns_denial_at_wildcard(match, type);
	cover = find_cover(set, wildcard);
	if (!cover)
		return DNS_DENIAL_NOTHING;
	return jumps_over(cover, wildcard) ? DNS_DENIAL_NODATA : DNS_DENIAL_NXDOMAIN;
}
