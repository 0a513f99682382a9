/* dns_list.c owns building getdns' lists and the one call of its proof engine. */
#include "dns_list.h"

#include <getdns/getdns_extra.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"

void dns_list_add(struct getdns_list *list, const struct getdns_dict *dict)
{
	size_t length = 0;

	if (getdns_list_get_length(list, &length) || getdns_list_set_dict(list, length, dict))
		memory_exhausted(); /* nothing else can go wrong with a dict that was parsed */
}

struct getdns_list *dns_list_create(void)
{
	getdns_list *list = getdns_list_create();

	if (!list)
		memory_exhausted();
	return list;
}

size_t dns_list_add_rrset(
    struct getdns_list *list, const struct dns_answer *answer, const char *owner, uint16_t type)
{
	size_t count = 0;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];
		bool signature = rr->signature && rr->signature->covers == type;

		if (!(signature || (rr->type == type && rr->in_answer)) ||
		    strcmp(rr->owner, owner) != 0)
			continue;
		dns_list_add(list, rr->dict);
		count += !signature;
	}
	return count;
}

bool dns_list_key_tag(const struct getdns_dict *key, uint32_t *tag)
{
	getdns_bindata *rdata = NULL;
	uint32_t sum = 0;

	if (getdns_dict_get_bindata(key, "/rdata/rdata_raw", &rdata))
		return false;
	for (size_t i = 0; i < rdata->size; i++)
		sum += i & 1 ? rdata->data[i] : (uint32_t)rdata->data[i] << 8;
	*tag = (sum + (sum >> 16)) & UINT16_MAX;
	return true;
}

/* One zone can have a resolver try each of many keys with one tag on each of many signatures. */
static bool is_costly(const struct getdns_list *records, const struct getdns_list *keys)
{
	size_t count = 0, tries = 0;
	uint32_t *tags, tag;
	getdns_dict *dict;

	(void)getdns_list_get_length(keys, &count); /* a list has one */
	tags = memory_alloc((count + 1) * sizeof *tags);
	for (size_t i = 0; !getdns_list_get_dict(keys, i, &dict); i++)
		if (!dns_list_key_tag(dict, &tags[i]))
			tags[i] = UINT32_MAX;
	for (size_t i = 0; !getdns_list_get_dict(records, i, &dict); i++)
		if (!getdns_dict_get_int(dict, "/rdata/type_covered", &tag) &&
		    !getdns_dict_get_int(dict, "/rdata/key_tag", &tag))
			for (size_t k = 0; k < count; k++)
				tries += tags[k] == tag;
	free(tags);
	return tries > LIMIT_SIGNATURE_TRIES;
}

enum dnssec_status dns_list_prove(
    const struct getdns_list *records, const struct getdns_list *keys, int64_t now)
{
	if (is_costly(records, keys))
		return DNSSEC_BOGUS;
	switch ((int)getdns_validate_dnssec2(records, NULL, keys, (time_t)now, 0)) {
	case GETDNS_DNSSEC_SECURE: return DNSSEC_SECURE;
	case GETDNS_DNSSEC_INSECURE: return DNSSEC_INSECURE;
	default: return DNSSEC_BOGUS;
	}
}
