/* rrset.c owns the record lists for getdns' validator, and the one call of it. */
#include "rrset.h"

#include <getdns/getdns_extra.h>
#include <string.h>

#include "ascii.h"
#include "limit.h"

void rrset_list_add(struct getdns_list *list, const struct getdns_dict *dict)
{
	size_t length = 0;

	if (getdns_list_get_length(list, &length) || getdns_list_set_dict(list, length, dict))
		memory_exhausted(); /* the only failure for a parsed dict */
}

struct getdns_list *rrset_list_create(void)
{
	getdns_list *list = getdns_list_create();

	if (!list)
		memory_exhausted();
	return list;
}

size_t rrset_add(
    struct getdns_list *list, const struct answer *answer, const char *owner, uint16_t type)
{
	size_t count = 0;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];
		bool signature = rr->signature && rr->signature->covers == type;

		if (!(signature || (rr->type == type && rr->in_answer)) ||
		    strcmp(rr->owner, owner) != 0)
			continue;
		rrset_list_add(list, rr->dict);
		count += !signature;
	}
	return count;
}

bool rrset_key_tag(const struct getdns_dict *record, uint32_t *tag)
{
	getdns_bindata *rdata = NULL;
	uint32_t sum = 0;

	if (!getdns_dict_get_int(record, "/rdata/key_tag", tag))
		return true;
	if (getdns_dict_get_bindata(record, "/rdata/rdata_raw", &rdata))
		return false;
	for (size_t i = 0; i < rdata->size; i++)
		sum += i & 1 ? rdata->data[i] : (uint32_t)rdata->data[i] << 8;
	*tag = (sum + (sum >> 16)) & UINT16_MAX;
	return true;
}

bool rrset_algorithm_is_supported(uint32_t algorithm)
{
	return algorithm == 5 || algorithm == 7 || algorithm == 8 || algorithm == 10 ||
	       (algorithm >= 13 && algorithm <= 16);
}

/* The signatures over one RRset. */
struct signed_rrset {
	const getdns_bindata *owner;
	uint32_t type;
	size_t tries; /* pairs of a signature and a key with its tag */
};

static bool has_owner(const struct signed_rrset *rrset, const getdns_bindata *owner)
{
	return rrset->owner->size == owner->size &&
	       ascii_equal(rrset->owner->data, owner->data, owner->size);
}

/* NULL if the record is no signature. */
static struct signed_rrset *find_rrset(
    struct signed_rrset *rrsets, size_t *count, const getdns_dict *record)
{
	getdns_bindata *owner;
	uint32_t type;

	if (getdns_dict_get_int(record, "/rdata/type_covered", &type) ||
	    getdns_dict_get_bindata(record, "/name", &owner))
		return NULL;
	for (size_t i = 0; i < *count; i++)
		if (rrsets[i].type == type && has_owner(&rrsets[i], owner))
			return &rrsets[i];
	rrsets[*count] = (struct signed_rrset){owner, type, 0};
	return &rrsets[(*count)++];
}

static uint32_t *read_tags(const getdns_list *keys, size_t count, struct arena *arena)
{
	uint32_t *tags = arena_array(arena, count, sizeof *tags);
	getdns_dict *key;

	for (size_t i = 0; !getdns_list_get_dict(keys, i, &key); i++)
		if (!rrset_key_tag(key, &tags[i]))
			tags[i] = UINT32_MAX;
	return tags;
}

bool rrset_is_costly(const struct getdns_list *records, const struct getdns_list *keys)
{
	struct arena *arena = arena_create();
	size_t record_count = 0, key_count = 0, count = 0, total = 0;
	struct signed_rrset *rrsets, *rrset;
	uint32_t *tags, tag;
	getdns_dict *record;
	bool costly = false;

	(void)getdns_list_get_length(records, &record_count); /* cannot fail for a list */
	(void)getdns_list_get_length(keys, &key_count);
	rrsets = arena_array(arena, record_count, sizeof *rrsets);
	tags = read_tags(keys, key_count, arena);
	for (size_t i = 0; !costly && !getdns_list_get_dict(records, i, &record); i++) {
		rrset = find_rrset(rrsets, &count, record);
		if (!rrset || getdns_dict_get_int(record, "/rdata/key_tag", &tag))
			continue;
		for (size_t k = 0; k < key_count; k++)
			if (tags[k] == tag) {
				rrset->tries++;
				total++;
			}
		costly = rrset->tries > LIMIT_SIGNATURE_TRIES || total > LIMIT_DENIAL_TRIES;
	}
	arena_destroy(arena);
	return costly;
}

bool rrset_has_costly(
    const struct answer *answer, const char *owner, uint16_t type, const struct getdns_list *keys)
{
	getdns_list *records = rrset_list_create();
	bool costly;

	(void)rrset_add(records, answer, owner, type); /* no signature costs nothing */
	costly = rrset_is_costly(records, keys);
	getdns_list_destroy(records);
	return costly;
}

enum dnssec_status rrset_prove(
    const struct getdns_list *records, const struct getdns_list *keys, int64_t now)
{
	if (rrset_is_costly(records, keys))
		return DNSSEC_BOGUS;
	switch ((int)getdns_validate_dnssec2(records, NULL, keys, (time_t)now, 0)) {
	case GETDNS_DNSSEC_SECURE: return DNSSEC_SECURE;
	case GETDNS_DNSSEC_INSECURE: return DNSSEC_INSECURE;
	default: return DNSSEC_BOGUS;
	}
}
