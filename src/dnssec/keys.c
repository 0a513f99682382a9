/* keys.c owns validating a zone's DNSKEY RRset by its DS records or the trust anchors. */
#include "keys.h"

#include <getdns/getdns_extra.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "digest.h"
#include "dname.h"
#include "escape.h"
#include "key_faults.h"
#include "limit.h"
#include "rrset.h"

struct proven_rrset {
	char *data;
	size_t length;
	int64_t expires;
};

/* A ring: the newest entry replaces the oldest. */
struct proven {
	struct proven_rrset sets[LIMIT_DENIALS_KEPT];
	size_t count; /* of all entries ever added */
};

struct zone_keys {
	char *zone;
	getdns_list *records;      /* zone keys only */
	struct key_faults *faults; /* of the whole set */
	struct signature_life dnskey, ds;
	char *ds_signer;
	unsigned odd_algorithm;
	struct proven *proven;
};

static bool is_key_of(const struct answer *answer, const struct dns_rr *rr)
{
	return rr->in_answer && strcmp(rr->owner, answer->name) == 0 && key_is_zone_key(rr->dict);
}

/* Only signatures by keys that a DS record or an anchor names count (RFC 4035 §5.2). */
static bool is_by_named_key(const struct dns_signature *s, const getdns_list *named)
{
	getdns_dict *key;
	uint32_t tag;

	for (size_t i = 0; !getdns_list_get_dict(named, i, &key); i++)
		if (rrset_key_tag(key, &tag) && tag == s->key_tag &&
		    answer_int(key, "/rdata/algorithm") == s->algorithm)
			return true;
	return false;
}

static struct signature_life find_life(
    const struct answer *answer, const getdns_list *named, int64_t now)
{
	struct signature_life life = {0};
	const struct dns_rr *rr = NULL;

	while ((rr = answer_signature(answer, answer->name, DNS_TYPE_DNSKEY, rr))) {
		const struct dns_signature *s = rr->signature;

		if (s->inception <= now && now <= s->expiration && s->expiration > life.expires &&
		    is_by_named_key(s, named))
			life = (struct signature_life){
			    s->inception, s->expiration, s->signer, s->key_tag};
	}
	return life;
}

static struct zone_keys *collect_keys(
    const struct answer *answer, const getdns_list *named, int64_t now)
{
	struct zone_keys *keys = memory_alloc(sizeof *keys);

	keys->zone = memory_strdup(answer->name);
	keys->records = rrset_list_create();
	keys->proven = memory_alloc(sizeof *keys->proven);
	keys->dnskey = find_life(answer, named, now);
	keys->dnskey.signer = keys->zone; /* outlives the answer */
	keys->faults = key_faults_find(answer, keys->records);
	return keys;
}

void keys_destroy(struct zone_keys *keys)
{
	if (!keys)
		return;
	for (size_t i = 0; i < LIMIT_DENIALS_KEPT; i++)
		free(keys->proven->sets[i].data);
	free(keys->proven);
	getdns_list_destroy(keys->records);
	key_faults_destroy(keys->faults);
	free(keys->zone);
	free(keys->ds_signer);
	free(keys);
}

const char *keys_zone(const struct zone_keys *keys)
{
	return keys->zone;
}

void keys_note_ds(struct zone_keys *keys, const struct answer *ds, int64_t now)
{
	getdns_list *records = keys_find_ds(ds, keys->zone);

	keys->odd_algorithm = keys_ds_odd_algorithm(records);
	getdns_list_destroy(records);
	if (!answer_signature_life(ds, keys->zone, DNS_TYPE_DS, now, &keys->ds))
		return;
	free(keys->ds_signer);
	keys->ds.signer = keys->ds_signer = memory_strdup(keys->ds.signer);
}

struct signed_zone keys_signed_zone(const struct zone_keys *keys)
{
	return (struct signed_zone){.name = keys->zone,
	    .dnskey = keys->dnskey,
	    .ds = keys->ds,
	    .odd_algorithm = keys->odd_algorithm};
}

const struct getdns_list *keys_records(const struct zone_keys *keys)
{
	return keys->records;
}

const char *keys_why_left_out(
    const struct zone_keys *keys, const struct dns_signature *s, struct arena *arena)
{
	return key_faults_why(keys->faults, s, arena);
}

bool keys_has_proven(const struct zone_keys *keys, const struct buffer *rrset, int64_t now)
{
	for (size_t i = 0; i < LIMIT_DENIALS_KEPT; i++) {
		const struct proven_rrset *set = &keys->proven->sets[i];

		if (set->length == rrset->length && now <= set->expires && set->data &&
		    memcmp(set->data, rrset->data, set->length) == 0)
			return true;
	}
	return false;
}

void keys_note_proven(const struct zone_keys *keys, const struct buffer *rrset, int64_t expires)
{
	struct proven_rrset *set;

	if (rrset->length > LIMIT_DENIAL_OCTETS)
		return;
	set = &keys->proven->sets[keys->proven->count++ % LIMIT_DENIALS_KEPT];
	free(set->data);
	set->data = memory_alloc(rrset->length);
	memcpy(set->data, rrset->data, rrset->length);
	set->length = rrset->length;
	set->expires = expires;
}

/* ---- From the anchors to the keys ---- */

enum { SHA1_DIGEST = 1 };

/* What links a DS record to its key, read once for each record. */
struct named {
	getdns_dict *dict;
	uint32_t tag, algorithm;
	uint32_t digest; /* a DS record's digest type */
};

/* False for an unknown digest type. */
static bool read_any_ds(getdns_dict *dict, struct named *ds)
{
	*ds = (struct named){dict, answer_int(dict, "/rdata/key_tag"),
	    answer_int(dict, "/rdata/algorithm"), answer_int(dict, "/rdata/digest_type")};
	return answer_int(dict, "/type") == DNS_TYPE_DS &&
	       (ds->digest == SHA1_DIGEST || ds->digest == 2 || ds->digest == 4);
}

static bool read_ds(getdns_dict *dict, struct named *ds)
{
	return read_any_ds(dict, ds) && rrset_algorithm_is_supported(ds->algorithm);
}

static bool read_key(getdns_dict *dict, struct named *key)
{
	*key = (struct named){.dict = dict, .algorithm = answer_int(dict, "/rdata/algorithm")};
	return rrset_key_tag(dict, &key->tag);
}

static bool names(const struct named *ds, const struct named *key)
{
	return ds->tag == key->tag && ds->algorithm == key->algorithm;
}

/* RFC 4034 §5.1.4; the digest's size, or 0. */
static size_t make_digest(
    uint32_t type, const char *owner, const getdns_dict *key, uint8_t digest[static DIGEST_DS_MAX])
{
	struct buffer text = {0};
	uint8_t name[DNAME_SIZE];
	getdns_bindata *rdata = NULL;
	size_t size = dname_to_wire(owner, name);

	if (getdns_dict_get_bindata(key, "/rdata/rdata_raw", &rdata))
		return 0;
	buffer_add(&text, name, size);
	buffer_add(&text, rdata->data, rdata->size);
	size = digest_ds(type, (const uint8_t *)text.data, text.length, digest);
	buffer_reset(&text);
	return size;
}

static bool has_digest(const struct named *ds, const char *owner, const struct named *key)
{
	uint8_t digest[DIGEST_DS_MAX];
	getdns_bindata *wanted = NULL;
	size_t size = make_digest(ds->digest, owner, key->dict, digest);

	return size > 0 && !getdns_dict_get_bindata(ds->dict, "/rdata/digest", &wanted) &&
	       size == wanted->size && memcmp(digest, wanted->data, size) == 0;
}

const char *keys_ds_text(const struct answer *answer, struct arena *arena)
{
	enum { SEP = 0x1, SHA256 = 2 };
	uint8_t digest[DIGEST_DS_MAX];
	struct named key;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];
		size_t size;

		if (!is_key_of(answer, rr) || !read_key(rr->dict, &key) ||
		    !(answer_int(rr->dict, "/rdata/flags") & SEP) ||
		    !(size = make_digest(SHA256, answer->name, rr->dict, digest)))
			continue;
		return arena_printf(arena, "%s. IN DS %u %u %d %s", answer->name, key.tag,
		    key.algorithm, SHA256, escape_hex(arena, digest, size));
	}
	return NULL;
}

struct anchoring {
	struct named *ds, *keys;
	size_t ds_count, key_count;
};

static struct anchoring read_anchoring(
    const struct answer *answer, const getdns_list *anchors, struct arena *arena)
{
	struct anchoring a = {0};
	getdns_dict *anchor;
	size_t count = 0;

	(void)getdns_list_get_length(anchors, &count); /* cannot fail for a list */
	a.ds = arena_array(arena, count, sizeof *a.ds);
	a.keys = arena_array(arena, answer->count, sizeof *a.keys);
	for (size_t i = 0; !getdns_list_get_dict(anchors, i, &anchor); i++)
		a.ds_count += read_ds(anchor, &a.ds[a.ds_count]);
	for (size_t i = 0; i < answer->count; i++)
		if (is_key_of(answer, &answer->rrs[i]))
			a.key_count += read_key(answer->rrs[i].dict, &a.keys[a.key_count]);
	return a;
}

/* RFC 4035 §5.2: one record that fits is enough, but SHA-1 counts only where nothing better is
 * there, be that for a key that is not (RFC 4509 §3). */
static bool counts(const struct anchoring *a, const struct named *ds)
{
	for (size_t i = 0; ds->digest == SHA1_DIGEST && i < a->ds_count; i++)
		if (a->ds[i].digest != SHA1_DIGEST)
			return false;
	return true;
}

/* The keys that may sign the set: those that DS records name, and anchors that are keys. */
static getdns_list *find_named(const struct answer *answer, const getdns_list *anchors)
{
	getdns_list *named = rrset_list_create();
	struct arena *arena = arena_create();
	struct anchoring a = read_anchoring(answer, anchors, arena);
	unsigned tries = 0;
	getdns_dict *anchor;

	for (size_t i = 0; !getdns_list_get_dict(anchors, i, &anchor); i++)
		if (key_is_zone_key(anchor))
			rrset_list_add(named, anchor);
	for (size_t k = 0; k < a.key_count; k++) {
		size_t i = 0;

		if (key_fault_of_data(a.keys[k].dict))
			continue;
		while (i < a.ds_count && !(counts(&a, &a.ds[i]) && names(&a.ds[i], &a.keys[k]) &&
					     tries++ < LIMIT_SIGNATURE_TRIES &&
					     has_digest(&a.ds[i], answer->name, &a.keys[k])))
			i++;
		if (i < a.ds_count)
			rrset_list_add(named, a.keys[k].dict);
	}
	arena_destroy(arena);
	return named;
}

static bool has_empty_key(const struct answer *answer)
{
	getdns_bindata *key = NULL;

	for (size_t i = 0; i < answer->count; i++)
		if (answer->rrs[i].type == DNS_TYPE_DNSKEY &&
		    !getdns_dict_get_bindata(answer->rrs[i].dict, "/rdata/public_key", &key) &&
		    key->size == 0)
			return true;
	return false;
}

static bool has_too_many_keys(const struct anchoring *a, const struct named *ds)
{
	size_t count = 0;

	for (size_t k = 0; k < a->key_count; k++)
		count += names(ds, &a->keys[k]);
	return count > LIMIT_DS_KEYS;
}

struct keys_fault keys_refused(const struct answer *answer, const struct getdns_list *anchors)
{
	struct keys_fault fault = {0};
	struct arena *arena = arena_create();
	struct anchoring a = read_anchoring(answer, anchors, arena);

	if (dname_is_wildcard(answer->name))
		fault = (struct keys_fault){CAUSE_ASTERISK_NAME,
		    "begins with an asterisk, and BIND accepts no signature by such a zone"};
	else if (has_empty_key(answer))
		fault = (struct keys_fault){CAUSE_DNSKEY_UNUSABLE,
		    "has a DNSKEY record without a key, for which BIND rejects all its DNSKEY "
		    "records"};
	for (size_t i = 0; !fault.text && i < a.ds_count; i++)
		if (has_too_many_keys(&a, &a.ds[i]))
			fault = (struct keys_fault){CAUSE_TOO_MANY_SIGNATURES,
			    "has more DNSKEY records with the tag of one DS record than Unbound "
			    "looks at"};
	arena_destroy(arena);
	return fault;
}

struct keys_fault keys_named_fault(const struct answer *answer, const struct getdns_list *anchors)
{
	struct keys_fault fault = {0};
	struct arena *arena = arena_create();
	struct anchoring a = read_anchoring(answer, anchors, arena);

	for (size_t k = 0; !fault.text && k < a.key_count; k++)
		for (size_t i = 0; !fault.text && i < a.ds_count; i++)
			if (names(&a.ds[i], &a.keys[k]))
				fault.text = key_fault_of_data(a.keys[k].dict);
	if (fault.text)
		fault.cause = CAUSE_DNSKEY_UNUSABLE;
	arena_destroy(arena);
	return fault;
}

struct zone_keys *keys_prove(
    const struct answer *answer, const struct getdns_list *anchors, int64_t now)
{
	struct zone_keys *keys = NULL;
	getdns_list *records = rrset_list_create(), *named = find_named(answer, anchors);

	if (!keys_refused(answer, anchors).text &&
	    rrset_add(records, answer, answer->name, DNS_TYPE_DNSKEY) > 0 &&
	    rrset_prove(records, named, now) == DNSSEC_SECURE)
		keys = collect_keys(answer, named, now);
	getdns_list_destroy(named);
	getdns_list_destroy(records);
	return keys;
}

struct getdns_list *keys_find_ds(const struct answer *answer, const char *owner)
{
	getdns_list *ds = rrset_list_create();

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->in_answer && rr->type == DNS_TYPE_DS && strcmp(rr->owner, owner) == 0)
			rrset_list_add(ds, rr->dict);
	}
	return ds;
}

void keys_destroy_ds(struct getdns_list *ds)
{
	getdns_list_destroy(ds);
}

bool keys_ds_is_supported(const struct getdns_list *ds)
{
	getdns_dict *dict;
	struct named named;

	for (size_t i = 0; !getdns_list_get_dict(ds, i, &dict); i++)
		if (read_ds(dict, &named))
			return true;
	return false;
}

unsigned keys_ds_odd_algorithm(const struct getdns_list *ds)
{
	getdns_dict *dict;
	struct named named;
	unsigned odd = 0;

	for (size_t i = 0; !getdns_list_get_dict(ds, i, &dict); i++) {
		if (!read_any_ds(dict, &named))
			continue;
		if (named.algorithm != 5 && named.algorithm != 7 && named.algorithm != 12 &&
		    named.algorithm != 16)
			return 0;
		odd = named.algorithm;
	}
	return odd;
}
