/* dns_denial.c owns finding the denying records of an answer, and having them proven only once. */
#include "dns_denial.h"

#include <getdns/getdns_extra.h>
#include <string.h>

#include "buffer.h"
#include "dns_answer.h"
#include "dns_list.h"
#include "dns_name.h"

static bool is_of_rrset(const struct dns_rr *rr, const struct dns_rr *denial)
{
	uint16_t type = rr->signature ? rr->signature->covers : rr->type;

	return !rr->in_answer && type == denial->type && strcmp(rr->owner, denial->owner) == 0;
}

/* ---- Finding ---- */

/* True if the zone signed the record, and for its own name. */
static bool is_denial_of(
    const struct dns_answer *answer, const struct dns_rr *rr, uint16_t type, const char *zone)
{
	const struct dns_rr *signature = NULL;

	if (rr->in_answer || rr->type != type || !dns_name_is_below(rr->owner, zone) ||
	    dns_answer_is_wildcard(answer, rr->owner, type))
		return false;
	while ((signature = dns_answer_signature(answer, rr->owner, type, signature)))
		if (strcmp(signature->signature->signer, zone) == 0)
			return true;
	return false;
}

struct dns_denials dns_denials_find(
    const struct dns_answer *answer, uint16_t type, const char *zone, struct arena *arena)
{
	struct dns_denials found = {.answer = answer,
	    .zone = zone,
	    .type = type,
	    .records = arena_array(arena, answer->count, sizeof(*found.records))};

	for (size_t i = 0; i < answer->count; i++)
		if (is_denial_of(answer, &answer->rrs[i], type, zone))
			found.records[found.count++] = &answer->rrs[i];
	return found;
}

/* ---- Proving ---- */

static bool is_first_of_rrset(const struct dns_denials *d, size_t place)
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

/* All that the proof of the RRset rests on. The names in it are plain (see dns_answer.c). */
static void write_rrset(
    struct buffer *text, const struct dns_denials *d, const struct dns_rr *first)
{
	getdns_bindata *raw = NULL;

	buffer_printf(text, "%s %u", first->owner, first->type);
	for (size_t i = 0; i < d->answer->count; i++) {
		const struct dns_rr *rr = &d->answer->rrs[i];

		if (!is_of_rrset(rr, first) || is_signature_by_other(rr, d->zone) ||
		    getdns_dict_get_bindata(rr->dict, "/rdata/rdata_raw", &raw))
			continue;
		buffer_printf(text, " %u %zu ", rr->type, raw->size);
		buffer_add(text, raw->data, raw->size);
	}
}

static void add_rrset(getdns_list *list, const struct dns_denials *d, const struct dns_rr *first)
{
	for (size_t i = 0; i < d->answer->count; i++) {
		const struct dns_rr *rr = &d->answer->rrs[i];

		if (is_of_rrset(rr, first) && !is_signature_by_other(rr, d->zone))
			dns_list_add(list, rr->dict);
	}
}

void dns_denials_add(const struct dns_denials *d, getdns_list *list)
{
	for (size_t i = 0; i < d->count; i++)
		if (is_first_of_rrset(d, i))
			add_rrset(list, d, d->records[i]);
}

/* Which signature the engine took is not known, so the one of those in force that ends first. */
static int64_t find_end(const struct dns_denials *d, const struct dns_rr *first, int64_t now)
{
	const struct dns_rr *rr = NULL;
	int64_t end = INT64_MAX;

	while ((rr = dns_answer_signature(d->answer, first->owner, first->type, rr))) {
		int64_t expires = rr->signature->expiration;

		if (expires >= now && expires < end && !is_signature_by_other(rr, d->zone))
			end = expires;
	}
	return end;
}

/* The engine is given no question: it proves the signatures, and nothing of what they mean. */
static bool prove_rrset(const struct dns_denials *d, const struct dns_rr *first,
    const struct dns_keys *keys, int64_t now)
{
	struct buffer text = {0};
	bool proven;

	write_rrset(&text, d, first);
	proven = dns_keys_has_proven(keys, &text, now);
	if (!proven) {
		getdns_list *records = dns_list_create();

		add_rrset(records, d, first);
		proven = dns_list_prove(records, dns_keys_records(keys), now) == DNSSEC_SECURE;
		getdns_list_destroy(records);
		if (proven)
			dns_keys_note_proven(keys, &text, find_end(d, first, now));
	}
	buffer_reset(&text);
	return proven;
}

bool dns_denials_prove(const struct dns_denials *d, const struct dns_keys *keys, int64_t now)
{
	for (size_t i = 0; i < d->count; i++)
		if (is_first_of_rrset(d, i) && !prove_rrset(d, d->records[i], keys, now))
			return false;
	return d->count > 0;
}

/* ---- Meaning ---- */

static bool is_delegation(const struct dns_rr *rr)
{
	return dns_bitmap_has(rr, DNS_TYPE_NS) && !dns_bitmap_has(rr, DNS_TYPE_SOA);
}

static bool lacks(const struct dns_rr *rr, uint16_t type)
{
	return !dns_bitmap_has(rr, type) && !dns_bitmap_has(rr, DNS_TYPE_CNAME);
}

enum dns_denial dns_denial_at_name(const struct dns_rr *rr, const char *name, uint16_t type)
{
	if (!lacks(rr, type))
		return DNS_DENIAL_NOTHING;
	/* DS is the parent's to deny, all else the child's (RFC 4035 §5.4). */
	if (type == DNS_TYPE_DS)
		return is_delegation(rr)                           ? DNS_DENIAL_INSECURE
		       : dns_bitmap_has(rr, DNS_TYPE_SOA) && *name ? DNS_DENIAL_NOTHING
								   : DNS_DENIAL_NODATA;
	return is_delegation(rr) ? DNS_DENIAL_NOTHING : DNS_DENIAL_NODATA;
}

enum dns_denial dns_denial_at_wildcard(const struct dns_rr *rr, uint16_t type)
{
	return lacks(rr, type) && !is_delegation(rr) ? DNS_DENIAL_NODATA : DNS_DENIAL_NOTHING;
}

bool dns_denial_is_cut(const struct dns_rr *rr)
{
	return is_delegation(rr) || dns_bitmap_has(rr, DNS_TYPE_DNAME);
}
