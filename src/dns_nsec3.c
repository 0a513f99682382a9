/* dns_nsec3.c owns hashing names and reading from NSEC3 records which exist (RFC 5155 §5, §8). */
#include "dns_nsec3.h"

#include <getdns/getdns_extra.h>
#include <string.h>

#include "digest.h"
#include "dns_bitmap.h"
#include "dns_name.h"
#include "limit.h"

enum { SHA1_ALGORITHM = 1, OPT_OUT = 1, LONGEST_SALT = 255 };

struct hashed {
	const struct dns_rr *rr;
	uint8_t owner[DIGEST_SHA1_SIZE], next[DIGEST_SHA1_SIZE];
	const uint8_t *salt;
	size_t salt_length;
	unsigned iterations;
	bool opt_out;
};

struct dns_nsec3 {
	const char *zone;
	struct arena *arena;
	struct hashed *records;
	size_t count;
	bool too_many_iterations;
};

/* RFC 4648 §7: base32hex, here without padding, 32 characters for 20 octets. */
static bool decode_label(const char *label, uint8_t hash[static DIGEST_SHA1_SIZE])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	unsigned bits = 0, held = 0;
	size_t out = 0;

	for (; *label && *label != '.'; label++) {
		const char *digit = strchr(digits, *label);

		if (!digit || out == DIGEST_SHA1_SIZE)
			return false;
		bits = (bits << 5 | (unsigned)(digit - digits)) & 0xfff;
		held += 5;
		if (held >= 8) {
			held -= 8;
			hash[out++] = (uint8_t)(bits >> held);
		}
	}
	return out == DIGEST_SHA1_SIZE && held == 0;
}

static uint32_t get_int(const struct dns_rr *rr, const char *name)
{
	uint32_t value = UINT32_MAX;

	(void)getdns_dict_get_int(rr->dict, name, &value); /* absent: no value that is allowed */
	return value;
}

/* RFC 5155 §8.2: records with unknown hash algorithm or flags are as if they were not there. */
static bool read_record(const struct dns_rr *rr, const char *zone, struct hashed *h)
{
	getdns_bindata *salt = NULL, *next = NULL;
	uint32_t flags = get_int(rr, "/rdata/flags"), iterations = get_int(rr, "/rdata/iterations");

	if (get_int(rr, "/rdata/hash_algorithm") != SHA1_ALGORITHM || flags > OPT_OUT ||
	    iterations > UINT16_MAX || strcmp(dns_name_parent(rr->owner), zone) != 0 ||
	    getdns_dict_get_bindata(rr->dict, "/rdata/salt", &salt) || salt->size > LONGEST_SALT ||
	    getdns_dict_get_bindata(rr->dict, "/rdata/next_hashed_owner_name", &next) ||
	    next->size != sizeof h->next || !decode_label(rr->owner, h->owner))
		return false;
	memcpy(h->next, next->data, next->size);
	h->rr = rr;
	h->salt = salt->data;
	h->salt_length = salt->size;
	h->iterations = iterations;
	h->opt_out = flags & OPT_OUT;
	return true;
}

struct dns_nsec3 *dns_nsec3_read(
    const struct dns_rr *const *records, size_t count, const char *zone, struct arena *arena)
{
	struct dns_nsec3 *set = arena_alloc(arena, sizeof *set);

	set->zone = zone;
	set->arena = arena;
	set->records = arena_array(arena, count, sizeof *set->records);
	for (size_t i = 0; i < count; i++) {
		struct hashed *h = &set->records[set->count];

		if (!*records[i]->owner || !read_record(records[i], zone, h))
			continue;
		set->count++;
		set->too_many_iterations |= h->iterations > LIMIT_NSEC3_ITERATIONS;
	}
	return set;
}

static bool hash_name(
    const struct hashed *h, const char *name, uint8_t hash[static DIGEST_SHA1_SIZE])
{
	uint8_t text[DNS_NAME_SIZE + LONGEST_SALT];
	size_t length = dns_name_to_wire(name, text);

	for (unsigned round = 0; length > 0 && round <= h->iterations; round++) {
		memcpy(text + length, h->salt, h->salt_length);
		if (!digest_sha1(text, length + h->salt_length, hash))
			return false;
		length = DIGEST_SHA1_SIZE;
		memcpy(text, hash, length);
	}
	return length > 0;
}

static const struct hashed *find_match(const struct dns_nsec3 *set, const char *name)
{
	uint8_t hash[DIGEST_SHA1_SIZE];

	for (size_t i = 0; i < set->count; i++)
		if (hash_name(&set->records[i], name, hash) &&
		    memcmp(hash, set->records[i].owner, sizeof hash) == 0)
			return &set->records[i];
	return NULL;
}

static bool covers(const struct hashed *h, const char *name)
{
	uint8_t hash[DIGEST_SHA1_SIZE];
	bool after_owner, before_next;

	if (!hash_name(h, name, hash))
		return false;
	after_owner = memcmp(hash, h->owner, sizeof hash) > 0;
	before_next = memcmp(hash, h->next, sizeof hash) < 0;
	/* The last record of the zone spans the end and the beginning. */
	if (memcmp(h->owner, h->next, sizeof hash) >= 0)
		return (after_owner || before_next) && memcmp(hash, h->owner, sizeof hash) != 0;
	return after_owner && before_next;
}

static const struct hashed *find_cover(const struct dns_nsec3 *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (covers(&set->records[i], name))
			return &set->records[i];
	return NULL;
}

static bool is_delegation(const struct hashed *h)
{
	return dns_bitmap_has(h->rr, DNS_RR_NS) && !dns_bitmap_has(h->rr, DNS_RR_SOA);
}

static bool lacks(const struct hashed *h, uint16_t type)
{
	return !dns_bitmap_has(h->rr, type) && !dns_bitmap_has(h->rr, DNS_RR_CNAME);
}

/* RFC 5155 §8.5, 8.6: the record at the name itself. */
static enum dns_nsec3_result deny_type(const struct hashed *match, const char *name, uint16_t type)
{
	if (!lacks(match, type))
		return DNS_NSEC3_NOTHING;
	/* DS is the parent's to deny, all else the child's (RFC 4035 §5.4). */
	if (type == DNS_RR_DS)
		return is_delegation(match)                             ? DNS_NSEC3_INSECURE
		       : dns_bitmap_has(match->rr, DNS_RR_SOA) && *name ? DNS_NSEC3_NOTHING
									: DNS_NSEC3_NODATA;
	return is_delegation(match) ? DNS_NSEC3_NOTHING : DNS_NSEC3_NODATA;
}

enum dns_nsec3_result dns_nsec3_deny_closer(const struct dns_nsec3 *set, const char *next_closer)
{
	const struct hashed *cover = find_cover(set, next_closer);

	if (set->too_many_iterations)
		return DNS_NSEC3_INSECURE;
	if (!cover)
		return DNS_NSEC3_NOTHING;
	return cover->opt_out ? DNS_NSEC3_INSECURE : DNS_NSEC3_NXDOMAIN;
}

/* RFC 5155 §8.3: the longest existing ancestor; *next_closer is the name one label longer. */
static const char *find_closest_encloser(
    const struct dns_nsec3 *set, const char *name, const char **next_closer)
{
	*next_closer = name;
	for (const char *above = dns_name_parent(name);
	     above && dns_name_is_below(above, set->zone); above = dns_name_parent(above)) {
		const struct hashed *match = find_match(set, above);

		if (match)
			return is_delegation(match) || dns_bitmap_has(match->rr, DNS_RR_DNAME)
				   ? NULL
				   : above;
		*next_closer = above;
	}
	return NULL;
}

enum dns_nsec3_result dns_nsec3_deny(const struct dns_nsec3 *set, const char *name, uint16_t type)
{
	const struct hashed *match;
	const char *closest, *next_closer;
	enum dns_nsec3_result closer;

	if (set->count == 0)
		return DNS_NSEC3_NOTHING;
	if (set->too_many_iterations)
		return DNS_NSEC3_INSECURE;
	match = find_match(set, name);
	if (match)
		return deny_type(match, name, type);
	closest = find_closest_encloser(set, name, &next_closer);
	if (!closest)
		return DNS_NSEC3_NOTHING;
	closer = dns_nsec3_deny_closer(set, next_closer);
	if (closer != DNS_NSEC3_NXDOMAIN)
		return closer;
	/* RFC 5155 §8.4, 8.7: and the wildcard that could stand for it. */
	const char *wildcard = *closest ? arena_printf(set->arena, "*.%s", closest) : "*";
	match = find_match(set, wildcard);
	if (match)
		return lacks(match, type) && !is_delegation(match) ? DNS_NSEC3_NODATA
								   : DNS_NSEC3_NOTHING;
	return find_cover(set, wildcard) ? DNS_NSEC3_NXDOMAIN : DNS_NSEC3_NOTHING;
}
