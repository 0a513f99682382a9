/* dns_list.c owns building getdns' lists and the one call of its proof engine. */
#include "dns_list.h"

#include <getdns/getdns_extra.h>
#include <string.h>

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

enum dnssec_status dns_list_prove(const struct getdns_list *records,
    const struct getdns_list *support, const struct getdns_list *anchors, int64_t now)
{
	switch ((int)getdns_validate_dnssec2(records, support, anchors, (time_t)now, 0)) {
	case GETDNS_DNSSEC_SECURE: return DNSSEC_SECURE;
	case GETDNS_DNSSEC_INSECURE: return DNSSEC_INSECURE;
	default: return DNSSEC_BOGUS;
	}
}
