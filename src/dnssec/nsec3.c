/* nsec3.c owns hashing names and the rules of denial by NSEC3 (RFC 5155 §5, §8). */
#include "nsec3.h"

#include <getdns/getdns_extra.h>
#include <string.h>

#include "digest.h"
#include "dname.h"
#include "limit.h"

enum { SHA1_ALGORITHM = 1, OPT_OUT = 1, LONGEST_SALT = 255 };

/* RFC 5155 §5. */
struct parameters {
	const uint8_t *salt;
	size_t salt_length;
	unsigned iterations;
};

struct hashed {
	const struct dns_rr *rr;
	uint8_t owner[DIGEST_SHA1_SIZE], next[DIGEST_SHA1_SIZE];
	struct parameters parameters;
	bool opt_out;
};

struct nsec3 {
	const char *zone;
	struct arena *arena;
	struct hashed *records; /* all with the same parameters */
	size_t count;
	struct parameters parameters;
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

/* RFC 5155 §8.2: records with unknown hash algorithm or flags are as if they were not there. */
static bool read_record(const struct dns_rr *rr, const char *zone, struct hashed *h)
{
	const struct wire_field *f = rr->fields, *salt = &f[NSEC3_SALT], *next = &f[NSEC3_NEXT];
	uint32_t flags = f[NSEC3_FLAGS].number;

	if (f[NSEC3_ALGORITHM].number != SHA1_ALGORITHM || flags > OPT_OUT ||
	    strcmp(dname_parent(rr->owner), zone) != 0 || salt->size > LONGEST_SALT ||
	    next->size != sizeof h->next || !decode_label(rr->owner, h->owner))
		return false;
	memcpy(h->next, next->data, next->size);
	h->rr = rr;
	h->parameters = (struct parameters){salt->data, salt->size, f[NSEC3_ITERATIONS].number};
	h->opt_out = flags & OPT_OUT;
	return true;
}

static bool are_same(const struct parameters *a, const struct parameters *b)
{
	return a->iterations == b->iterations && a->salt_length == b->salt_length &&
	       memcmp(a->salt, b->salt, a->salt_length) == 0;
}

/*
 * Records with different parameters prove nothing (RFC 5155 §8.2); hashing a name for each of many
 * sets would be costly besides.
 */
struct nsec3 *nsec3_read(const struct denials *denials, struct arena *arena)
{
	struct nsec3 *set = arena_alloc(arena, sizeof *set);

	set->zone = denials->zone;
	set->arena = arena;
	set->records = arena_array(arena, denials->count, sizeof *set->records);
	for (size_t i = 0; i < denials->count; i++) {
		struct hashed *h = &set->records[set->count];

		if (!*denials->records[i]->owner ||
		    !read_record(denials->records[i], denials->zone, h))
			continue;
		if (set->count++ == 0)
			set->parameters = h->parameters;
		if (!are_same(&h->parameters, &set->parameters)) {
			set->count = 0;
			break;
		}
	}
	return set;
}

unsigned nsec3_iterations(const struct nsec3 *set)
{
	return set->count > 0 ? set->parameters.iterations : 0;
}

static bool has_too_many_iterations(const struct nsec3 *set)
{
	return set->parameters.iterations > LIMIT_NSEC3_ITERATIONS;
}

static bool hash_name(
    const struct parameters *p, const char *name, uint8_t hash[static DIGEST_SHA1_SIZE])
{
	uint8_t text[DNAME_SIZE + LONGEST_SALT];
	size_t length = dname_to_wire(name, text);

	for (unsigned round = 0; length > 0 && round <= p->iterations; round++) {
		memcpy(text + length, p->salt, p->salt_length);
		if (!digest_sha1(text, length + p->salt_length, hash))
			return false;
		length = DIGEST_SHA1_SIZE;
		memcpy(text, hash, length);
	}
	return length > 0;
}

static const struct hashed *find_match(const struct nsec3 *set, const char *name)
{
	uint8_t hash[DIGEST_SHA1_SIZE];

	if (set->count == 0 || !hash_name(&set->parameters, name, hash))
		return NULL;
	for (size_t i = 0; i < set->count; i++)
		if (memcmp(hash, set->records[i].owner, sizeof hash) == 0)
			return &set->records[i];
	return NULL;
}

static bool covers(const struct hashed *h, const uint8_t hash[static DIGEST_SHA1_SIZE])
{
	bool after_owner = memcmp(hash, h->owner, DIGEST_SHA1_SIZE) > 0;
	bool before_next = memcmp(hash, h->next, DIGEST_SHA1_SIZE) < 0;

	/* The last record of the zone wraps around to the first hash. */
	if (memcmp(h->owner, h->next, DIGEST_SHA1_SIZE) >= 0)
		return (after_owner || before_next) &&
		       memcmp(hash, h->owner, DIGEST_SHA1_SIZE) != 0;
	return after_owner && before_next;
}

static const struct hashed *find_cover(const struct nsec3 *set, const char *name)
{
	uint8_t hash[DIGEST_SHA1_SIZE];

	if (set->count == 0 || !hash_name(&set->parameters, name, hash))
		return NULL;
	for (size_t i = 0; i < set->count; i++)
		if (covers(&set->records[i], hash))
			return &set->records[i];
	return NULL;
}

enum denial nsec3_deny_closer(const struct nsec3 *set, const char *next_closer)
{
	const struct hashed *cover;

	if (has_too_many_iterations(set))
		return DENIAL_INSECURE;
	cover = find_cover(set, next_closer);
	if (!cover)
		return DENIAL_NOTHING;
	return cover->opt_out ? DENIAL_INSECURE : DENIAL_NXDOMAIN;
}

/* RFC 5155 §8.3: the longest existing ancestor; *next_closer is the name one label longer. */
static const char *find_closest_encloser(
    const struct nsec3 *set, const char *name, const char **next_closer)
{
	*next_closer = name;
	for (const char *above = dname_parent(name); above && dname_is_below(above, set->zone);
	     above = dname_parent(above)) {
		const struct hashed *match = find_match(set, above);

		if (match)
			return denial_is_cut(match->rr) ? NULL : above;
		*next_closer = above;
	}
	return NULL;
}

bool nsec3_opts_out(const struct nsec3 *set, const char *name)
{
	const char *next_closer;
	const struct hashed *cover;

	if (set->count == 0 || has_too_many_iterations(set) || find_match(set, name) ||
	    !find_closest_encloser(set, name, &next_closer))
		return false;
	cover = find_cover(set, next_closer);
	return cover && cover->opt_out;
}

bool nsec3_shows(const struct nsec3 *set, const char *name)
{
	return !has_too_many_iterations(set) && find_match(set, name);
}

bool nsec3_delegates(const struct nsec3 *set, const char *name)
{
	const struct hashed *match = has_too_many_iterations(set) ? NULL : find_match(set, name);

	return match && denial_at_name(match->rr, name, DNS_TYPE_DS) == DENIAL_INSECURE;
}

enum denial nsec3_deny(const struct nsec3 *set, const char *name, uint16_t type)
{
	const struct hashed *match;
	const char *closest, *next_closer;
	enum denial closer;

	if (set->count == 0)
		return DENIAL_NOTHING;
	if (has_too_many_iterations(set))
		return DENIAL_INSECURE;
	match = find_match(set, name);
	if (match)
		return denial_at_name(match->rr, name, type);
	closest = find_closest_encloser(set, name, &next_closer);
	if (!closest)
		return DENIAL_NOTHING;
	closer = nsec3_deny_closer(set, next_closer);
	if (closer != DENIAL_NXDOMAIN)
		return closer;
	/* RFC 5155 §8.4, 8.7: the source of synthesis must be denied or matched too. */
	const char *wildcard = *closest ? arena_printf(set->arena, "*.%s", closest) : "*";
	match = find_match(set, wildcard);
	if (match)
		return denial_at_wildcard(match->rr, type);
	return find_cover(set, wildcard) ? DENIAL_NXDOMAIN : DENIAL_NOTHING;
}
