/* lookup.c copies what a DNS question came to, and names its type and DNSSEC status. */
#include "lookup.h"

#include <string.h>

const char *dnssec_status_name(enum dnssec_status s)
{
	static const char *const names[] = {
	    [DNSSEC_SECURE] = "secure",
	    [DNSSEC_INSECURE] = "insecure",
	    [DNSSEC_INDETERMINATE] = "indeterminate",
	    [DNSSEC_BOGUS] = "bogus",
	};
	return names[s];
}

const char *lookup_type_name(enum dns_type type)
{
	switch (type) {
	case DNS_TYPE_A: return "A";
	case DNS_TYPE_CNAME: return "CNAME";
	case DNS_TYPE_MX: return "MX";
	case DNS_TYPE_TXT: return "TXT";
	case DNS_TYPE_AAAA: return "AAAA";
	case DNS_TYPE_TLSA: return "TLSA";
	}
	return "DNS";
}

static void copy_record(struct arena *arena, struct dns_record *r, enum dns_type type)
{
	switch (type) {
	case DNS_TYPE_MX: r->mx.exchange = arena_strdup(arena, r->mx.exchange); break;
	case DNS_TYPE_CNAME: r->cname = arena_strdup(arena, r->cname); break;
	case DNS_TYPE_TLSA: r->tlsa.data = arena_memdup(arena, r->tlsa.data, r->tlsa.length); break;
	case DNS_TYPE_TXT: r->txt.data = arena_memdup(arena, r->txt.data, r->txt.length); break;
	case DNS_TYPE_A:
	case DNS_TYPE_AAAA: break;
	}
}

void lookup_add_zone(struct arena *arena, struct lookup *l, const struct signed_zone *zone)
{
	for (size_t i = 0; i < l->zone_count; i++)
		if (strcmp(l->zones[i].name, zone->name) == 0)
			return;
	struct signed_zone *copy = arena_append(arena, &l->zones, &l->zone_count, sizeof *copy);
	*copy = *zone;
	copy->name = arena_strdup(arena, zone->name);
}

struct lookup *lookup_copy(struct arena *arena, const struct lookup *l)
{
	struct lookup *copy = arena_memdup(arena, l, sizeof *l);
	copy->asked = arena_strdup(arena, l->asked);
	copy->final = arena_strdup(arena, l->final);
	copy->error = arena_strdup(arena, l->error);
	copy->records = arena_array(arena, l->record_count, sizeof *l->records);
	for (size_t i = 0; i < l->record_count; i++) {
		copy->records[i] = l->records[i];
		copy_record(arena, &copy->records[i], l->type);
	}
	copy->zones = NULL;
	copy->zone_count = 0;
	for (size_t i = 0; i < l->zone_count; i++)
		lookup_add_zone(arena, copy, &l->zones[i]);
	return copy;
}

bool lookup_signature_end(const struct lookup *a, const struct lookup *b, int64_t *when)
{
	bool has_a = a && a->has_signature, has_b = b && b->has_signature;
	if (has_a && has_b)
		*when = a->signature_expires < b->signature_expires ? a->signature_expires
								    : b->signature_expires;
	else if (has_a || has_b)
		*when = has_a ? a->signature_expires : b->signature_expires;
	return has_a || has_b;
}
