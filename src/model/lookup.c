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
	static const char *const names[] = {
	    [DNS_TYPE_A] = "A",
	    [DNS_TYPE_NS] = "NS",
	    [DNS_TYPE_CNAME] = "CNAME",
	    [DNS_TYPE_SOA] = "SOA",
	    [DNS_TYPE_MX] = "MX",
	    [DNS_TYPE_TXT] = "TXT",
	    [DNS_TYPE_AAAA] = "AAAA",
	    [DNS_TYPE_DNAME] = "DNAME",
	    [DNS_TYPE_OPT] = "OPT",
	    [DNS_TYPE_DS] = "DS",
	    [DNS_TYPE_RRSIG] = "RRSIG",
	    [DNS_TYPE_NSEC] = "NSEC",
	    [DNS_TYPE_DNSKEY] = "DNSKEY",
	    [DNS_TYPE_NSEC3] = "NSEC3",
	    [DNS_TYPE_TLSA] = "TLSA",
	};
	return names[type];
}

const char *lookup_error_name(uint16_t code)
{
	static const char *const names[] = {"Other", "Unsupported DNSKEY Algorithm",
	    "Unsupported DS Digest Type", "Stale Answer", "Forged Answer", "DNSSEC Indeterminate",
	    "DNSSEC Bogus", "Signature Expired", "Signature Not Yet Valid", "DNSKEY Missing",
	    "RRSIGs Missing", "No Zone Key Bit Set", "NSEC Missing", "Cached Error", "Not Ready",
	    "Blocked", "Censored", "Filtered", "Prohibited", "Stale NXDOMAIN Answer",
	    "Not Authoritative", "Not Supported", "No Reachable Authority", "Network Error",
	    "Invalid Data", "Signature Expired before Valid", "Too Early",
	    "Unsupported NSEC3 Iterations Value", "Unable to conform to policy", "Synthesized",
	    "Invalid Query Type"};

	return code < sizeof names / sizeof *names ? names[code] : NULL;
}

static void copy_record(struct arena *arena, struct dns_record *r, enum dns_type type)
{
	switch (type) {
	case DNS_TYPE_MX: r->mx.exchange = arena_strdup(arena, r->mx.exchange); break;
	case DNS_TYPE_CNAME:
	case DNS_TYPE_NS: r->cname = arena_strdup(arena, r->cname); break;
	case DNS_TYPE_TLSA: r->tlsa.data = arena_memdup(arena, r->tlsa.data, r->tlsa.length); break;
	case DNS_TYPE_TXT: r->txt.data = arena_memdup(arena, r->txt.data, r->txt.length); break;
	default: break; /* addresses hold no pointers; no lookup keeps other types */
	}
}

bool lookup_is_signed_live(const struct signature_life *life)
{
	enum {
		SHORTEST_STORED = 4 * 86400
	}; /* seconds; the shortest life that a signer of whole
	    * zones has by default is Infoblox' */
	return life->expires - life->inception < SHORTEST_STORED;
}

void lookup_add_zone(struct arena *arena, struct lookup *l, const struct signed_zone *zone)
{
	for (size_t i = 0; i < l->zone_count; i++)
		if (strcmp(l->zones[i].name, zone->name) == 0) {
			if (zone->iterations > l->zones[i].iterations)
				l->zones[i].iterations = zone->iterations;
			if (zone->soa_expire) {
				l->zones[i].soa_refresh = zone->soa_refresh;
				l->zones[i].soa_expire = zone->soa_expire;
			}
			return;
		}
	struct signed_zone *copy = arena_append(arena, &l->zones, &l->zone_count, sizeof *copy);
	*copy = *zone;
	copy->name = arena_strdup(arena, zone->name);
	copy->dnskey.signer = arena_strdup(arena, zone->dnskey.signer);
	copy->ds.signer = arena_strdup(arena, zone->ds.signer);
}

void lookup_add_signature(
    struct arena *arena, struct lookup *l, const struct signature_life *signature)
{
	struct signature_life *copy =
	    arena_append(arena, &l->signatures, &l->signature_count, sizeof *copy);
	*copy = *signature;
	copy->signer = arena_strdup(arena, signature->signer);
	if (l->has_signature && l->signature_expires <= signature->expires)
		return;
	l->has_signature = true;
	l->signature_expires = signature->expires;
}

void lookup_add_expansion(
    struct arena *arena, struct lookup *l, const char *name, const char *wildcard)
{
	struct expansion *e = arena_append(arena, &l->expansions, &l->expansion_count, sizeof *e);
	e->name = arena_strdup(arena, name);
	e->wildcard = arena_strdup(arena, wildcard);
}

void lookup_add_error(struct arena *arena, struct lookup *l, const struct extended_error *error)
{
	struct extended_error *copy = arena_append(arena, &l->ede, &l->ede_count, sizeof *copy);
	copy->code = error->code;
	copy->text = arena_strdup(arena, error->text);
}

const struct expansion *lookup_find_expansion(const struct lookup *l, const char *name)
{
	for (size_t i = 0; i < l->expansion_count; i++)
		if (strcmp(l->expansions[i].name, name) == 0)
			return &l->expansions[i];
	return NULL;
}

bool lookup_name_is_below(const char *name, const char *ancestor)
{
	size_t length = strlen(name), end = strlen(ancestor);
	return length >= end && strcmp(name + length - end, ancestor) == 0 &&
	       (length == end || end == 0 || name[length - end - 1] == '.');
}

bool lookup_expansion_ends(const struct expansion *e, const char *owner)
{
	const char *encloser = e->wildcard + (e->wildcard[1] ? 2 : 1); /* "*.example.org", "*" */
	for (const char *name = e->name; strcmp(name, encloser) != 0;) {
		if (lookup_name_is_below(owner, name))
			return true;
		name += strcspn(name, ".");
		name += *name == '.';
	}
	return false;
}

void lookup_end_expansion(struct lookup *l, const struct expansion *e, const char *by)
{
	bool at_start = strcmp(e->name, l->asked) == 0;
	if (strcmp(l->final, e->name) != 0)
		l->default_ttl = at_start ? l->asked_default_ttl : NULL;
	l->final = e->name;
	l->shadowed = e->wildcard;
	l->shadowed_by = by;
	l->kind = lookup_name_is_below(by, e->name) ? ANSWER_NODATA : ANSWER_NXDOMAIN;
	l->records = NULL;
	l->record_count = 0;
	l->original_ttl = l->ttl_left = 0;
	l->expansion_count = (size_t)(e - l->expansions);
	if (at_start) {
		l->alias = NULL;
		l->dnssec = l->alias_dnssec;
	}
}

bool lookup_is_alias(const struct lookup *l)
{
	return strcmp(l->asked, l->final) != 0;
}

uint32_t lookup_ttl_for(const struct lookup *l, const char *owner)
{
	enum { HOUR = 3600 }; /* so long a rollover takes then (RFC 7671 §8) */
	if (l && l->record_count)
		return l->original_ttl;
	bool at_end = l && strcmp(owner, l->final) == 0;
	const uint32_t *ttl = at_end ? l->default_ttl : l ? l->asked_default_ttl : NULL;
	return ttl ? *ttl : HOUR;
}

enum cause lookup_insecure_cause(const struct lookup *l)
{
	const struct broken_link *b = &l->broken;
	if (l->dnssec != DNSSEC_INSECURE || b->cause == CAUSE_NONE)
		return CAUSE_NONE;
	if (b->behind_alias)
		return CAUSE_ALIAS_UNSIGNED;
	/* RFC 5155 §6: a name that has records and lies in an opt-out span is below an unsigned
	 * delegation. */
	if (b->cause == CAUSE_OPT_OUT && l->kind == ANSWER_RECORDS)
		return CAUSE_ZONE_UNSIGNED;
	return b->cause;
}

static const struct unknown_data *copy_unknown(struct arena *arena, const struct unknown_data *u)
{
	struct unknown_data *copy = arena_memdup(arena, u, sizeof *u);
	copy->name = arena_strdup(arena, u->name);
	copy->owner = arena_strdup(arena, u->owner);
	copy->type = arena_strdup(arena, u->type);
	return copy;
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
	copy->alias = arena_strdup(arena, l->alias);
	copy->broken.name = arena_strdup(arena, l->broken.name);
	copy->broken.ds = arena_strdup(arena, l->broken.ds);
	if (l->unknown)
		copy->unknown = copy_unknown(arena, l->unknown);
	copy->ede = NULL;
	copy->ede_count = 0;
	for (size_t i = 0; i < l->ede_count; i++)
		lookup_add_error(arena, copy, &l->ede[i]);
	copy->shadowed_by = arena_strdup(arena, l->shadowed_by);
	copy->shadowed = arena_strdup(arena, l->shadowed);
	copy->expansions = NULL;
	copy->expansion_count = 0;
	for (size_t i = 0; i < l->expansion_count; i++)
		lookup_add_expansion(arena, copy, l->expansions[i].name, l->expansions[i].wildcard);
	copy->signatures = NULL;
	copy->signature_count = 0;
	for (size_t i = 0; i < l->signature_count; i++)
		lookup_add_signature(arena, copy, &l->signatures[i]);
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

static bool same_octets(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
	return a_length == b_length && (a_length == 0 || memcmp(a, b, a_length) == 0);
}

bool lookup_same_data(enum dns_type type, const struct dns_record *a, const struct dns_record *b)
{
	switch (type) {
	case DNS_TYPE_A:
	case DNS_TYPE_AAAA: return address_compare(&a->address, &b->address) == 0;
	case DNS_TYPE_MX:
		return a->mx.preference == b->mx.preference &&
		       strcmp(a->mx.exchange, b->mx.exchange) == 0;
	case DNS_TYPE_TLSA:
		return a->tlsa.usage == b->tlsa.usage && a->tlsa.selector == b->tlsa.selector &&
		       a->tlsa.mtype == b->tlsa.mtype &&
		       same_octets(a->tlsa.data, a->tlsa.length, b->tlsa.data, b->tlsa.length);
	case DNS_TYPE_TXT:
		return same_octets(a->txt.data, a->txt.length, b->txt.data, b->txt.length);
	case DNS_TYPE_CNAME:
	case DNS_TYPE_DNAME:
	case DNS_TYPE_NS: return strcmp(a->cname, b->cname) == 0;
	case DNS_TYPE_SOA:
		return a->soa.serial == b->soa.serial && a->soa.refresh == b->soa.refresh &&
		       a->soa.expire == b->soa.expire;
	default: return false;
	}
}

static bool holds(const struct lookup *l, const struct dns_record *r)
{
	for (size_t i = 0; i < l->record_count; i++)
		if (lookup_same_data(l->type, &l->records[i], r))
			return true;
	return false;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Both are sets, so those of one size are the same if one holds the other. */
bool lookup_same_answer(const struct lookup *a, const struct lookup *b)
{
	bool same = a->record_count == b->record_count && same_text(a->alias, b->alias);
	for (size_t i = 0; i < a->record_count && same; i++)
		same = holds(b, &a->records[i]);
	return same;
}

const char *lookup_rcode_name(int rcode)
{
	static const char *const names[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",
	    "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"};

	if (rcode < 0 || rcode >= (int)(sizeof names / sizeof *names))
		return NULL;
	return names[rcode];
}
