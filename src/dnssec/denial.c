/* denial.c owns selecting and validating an answer's NSEC and NSEC3 records, and NSEC's rules. */
#include "denial.h"

#include <getdns/getdns_extra.h>
#include <string.h>

#include "answer.h"
#include "buffer.h"
#include "dname.h"
#include "limit.h"
#include "rrset.h"

static bool is_of_rrset(const struct dns_rr *rr, const struct dns_rr *denial)
{
	uint16_t type = rr->signature ? rr->signature->covers : rr->type;

	return !rr->in_answer && type == denial->type && strcmp(rr->owner, denial->owner) == 0;
}

/* ---- Finding ---- */

/* True for a record signed by the zone and not expanded from a wildcard. */
static bool is_denial_of(
    const struct answer *answer, const struct dns_rr *rr, uint16_t type, const char *zone)
{
	const struct dns_rr *signature = NULL;

	if (rr->in_answer || rr->type != type || !dname_is_below(rr->owner, zone) ||
	    answer_is_wildcard(answer, rr->owner, type))
		return false;
	while ((signature = answer_signature(answer, rr->owner, type, signature)))
		if (strcmp(signature->signature->signer, zone) == 0)
			return true;
	return false;
}

struct denials denial_find(
    const struct answer *answer, uint16_t type, const char *zone, struct arena *arena)
{
	struct denials found = {.answer = answer,
	    .zone = zone,
	    .type = type,
	    .records = arena_array(arena, answer->count, sizeof(*found.records))};

	for (size_t i = 0; i < answer->count; i++)
		if (is_denial_of(answer, &answer->rrs[i], type, zone))
			found.records[found.count++] = &answer->rrs[i];
	return found;
}

/* ---- Proving ---- */

static bool is_first_of_rrset(const struct denials *d, size_t place)
{
	for (size_t i = 0; i < place; i++)
		if (strcmp(d->records[i]->owner, d->records[place]->owner) == 0)
			return false;
	return true;
}

static bool is_signature_by_other(const struct dns_rr *rr, const char *zone)
{
	return rr->signature && strcmp(rr->signature->signer, zone) != 0;
}

/* The RRset and its signatures as a cache key. Names in it are uncompressed (answer.c). */
static void write_rrset(struct buffer *text, const struct denials *d, const struct dns_rr *first)
{
	buffer_printf(text, "%s %u", first->owner, first->type);
	for (size_t i = 0; i < d->answer->count; i++) {
		const struct dns_rr *rr = &d->answer->rrs[i];

		if (!is_of_rrset(rr, first) || is_signature_by_other(rr, d->zone))
			continue;
		buffer_printf(text, " %u %zu ", rr->type, rr->rdata_size);
		buffer_add(text, rr->rdata, rr->rdata_size);
	}
}

static void add_rrset(getdns_list *list, const struct denials *d, const struct dns_rr *first)
{
	for (size_t i = 0; i < d->answer->count; i++) {
		const struct dns_rr *rr = &d->answer->rrs[i];

		if (is_of_rrset(rr, first) && !is_signature_by_other(rr, d->zone))
			rrset_list_add(list, rr->dict);
	}
}

void denial_add(const struct denials *d, getdns_list *list)
{
	for (size_t i = 0; i < d->count; i++)
		if (is_first_of_rrset(d, i))
			add_rrset(list, d, d->records[i]);
}

/* getdns does not tell which signature verified: the earliest end of those in force. */
static int64_t find_end(const struct denials *d, const struct dns_rr *first, int64_t now)
{
	const struct dns_rr *rr = NULL;
	int64_t end = INT64_MAX;

	while ((rr = answer_signature(d->answer, first->owner, first->type, rr))) {
		int64_t expires = rr->signature->expiration;

		if (expires >= now && expires < end && !is_signature_by_other(rr, d->zone))
			end = expires;
	}
	return end;
}

/* Without a question getdns verifies the signatures alone and judges no denial. */
static bool prove_rrset(
    const struct denials *d, const struct dns_rr *first, const struct zone_keys *keys, int64_t now)
{
	struct buffer text = {0};
	bool proven;

	write_rrset(&text, d, first);
	proven = keys_has_proven(keys, &text, now);
	if (!proven) {
		getdns_list *records = rrset_list_create();

		add_rrset(records, d, first);
		proven = rrset_prove(records, keys_records(keys), now) == DNSSEC_SECURE;
		getdns_list_destroy(records);
		if (proven)
			keys_note_proven(keys, &text, find_end(d, first, now));
	}
	buffer_reset(&text);
	return proven;
}

/* Each RRset has its own bound, so few of them cannot be. */
static bool is_costly(const struct denials *d, const struct zone_keys *keys)
{
	if (d->count <= LIMIT_DENIAL_TRIES / LIMIT_SIGNATURE_TRIES)
		return false;
	getdns_list *all = rrset_list_create();
	denial_add(d, all);
	bool costly = rrset_is_costly(all, keys_records(keys));
	getdns_list_destroy(all);
	return costly;
}

bool denial_prove(const struct denials *d, const struct zone_keys *keys, int64_t now)
{
	if (is_costly(d, keys))
		return false;
	for (size_t i = 0; i < d->count; i++)
		if (is_first_of_rrset(d, i) && !prove_rrset(d, d->records[i], keys, now))
			return false;
	return d->count > 0;
}

/* ---- Meaning ---- */

static bool is_delegation(const struct dns_rr *rr)
{
	return answer_lists_type(rr, DNS_TYPE_NS) && !answer_lists_type(rr, DNS_TYPE_SOA);
}

static bool lacks(const struct dns_rr *rr, uint16_t type)
{
	return !answer_lists_type(rr, type) && !answer_lists_type(rr, DNS_TYPE_CNAME);
}

enum denial denial_at_name(const struct dns_rr *rr, const char *name, uint16_t type)
{
	if (!lacks(rr, type))
		return DENIAL_NOTHING;
	/* At a zone cut the parent denies DS, the child all other types (RFC 4035 §5.4). */
	if (type == DNS_TYPE_DS)
		return is_delegation(rr)                              ? DENIAL_INSECURE
		       : answer_lists_type(rr, DNS_TYPE_SOA) && *name ? DENIAL_NOTHING
								      : DENIAL_NODATA;
	return is_delegation(rr) ? DENIAL_NOTHING : DENIAL_NODATA;
}

enum denial denial_at_wildcard(const struct dns_rr *rr, uint16_t type)
{
	return lacks(rr, type) && !is_delegation(rr) ? DENIAL_NODATA : DENIAL_NOTHING;
}

bool denial_is_cut(const struct dns_rr *rr)
{
	return is_delegation(rr) || answer_lists_type(rr, DNS_TYPE_DNAME);
}

/*
 * ---- NSEC (RFC 4035 §5.4, RFC 4592, RFC 6840 §4.1) ----
 *
 * Not left to getdns 1.6, which verifies each record anew for every step of a denial, and which
 * takes an NSEC that spans an empty non-terminal for proof of NXDOMAIN.
 */

static const struct dns_rr *find_match(const struct denials *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->records[i]->owner, name) == 0)
			return set->records[i];
	return NULL;
}

/* The next name of the last NSEC of a zone is the apex (RFC 4034 §4.1.1). */
static bool covers(const struct dns_rr *rr, const char *name, const char *zone)
{
	if (!dname_is_below(name, zone) || !dname_is_below(rr->target, zone) ||
	    dname_compare(rr->owner, name) >= 0)
		return false;
	if (dname_is_below(name, rr->owner) && denial_is_cut(rr))
		return false;
	return strcmp(rr->target, zone) == 0 || dname_compare(name, rr->target) < 0;
}

static const struct dns_rr *find_cover(const struct denials *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (covers(set->records[i], name, set->zone))
			return set->records[i];
	return NULL;
}

/* The closest encloser is an ancestor of the owner or of the next name of the covering NSEC. */
static const char *find_closest_encloser(const struct dns_rr *cover, const char *name)
{
	do
		name = dname_parent(name);
	while (!dname_is_below(cover->owner, name) && !dname_is_below(cover->target, name));
	return name;
}

/* True for an empty non-terminal: the next name is below it (RFC 4592 §2.2.2). */
static bool jumps_over(const struct dns_rr *cover, const char *name)
{
	return dname_is_below(cover->target, name);
}

bool denial_shows_by_nsec(const struct denials *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (dname_is_below(set->records[i]->owner, name) ||
		    jumps_over(set->records[i], name))
			return true;
	return false;
}

enum denial denial_of_closer_by_nsec(const struct denials *set, const char *next_closer)
{
	const struct dns_rr *cover = find_cover(set, next_closer);

	return cover && !jumps_over(cover, next_closer) ? DENIAL_NXDOMAIN : DENIAL_NOTHING;
}

enum denial denial_by_nsec(
    const struct denials *set, const char *name, uint16_t type, struct arena *arena)
{
	const struct dns_rr *match = find_match(set, name), *cover;
	const char *closest, *wildcard;

	if (match)
		return denial_at_name(match, name, type);
	cover = find_cover(set, name);
	if (!cover)
		return DENIAL_NOTHING;
	if (jumps_over(cover, name))
		return DENIAL_NODATA;
	/* The source of synthesis must be denied too (RFC 4035 §5.4). */
	closest = find_closest_encloser(cover, name);
	wildcard = *closest ? arena_printf(arena, "*.%s", closest) : "*";
	match = find_match(set, wildcard);
	if (match)
		return denial_at_wildcard(match, type);
	cover = find_cover(set, wildcard);
	if (!cover)
		return DENIAL_NOTHING;
	return jumps_over(cover, wildcard) ? DENIAL_NODATA : DENIAL_NXDOMAIN;
}
