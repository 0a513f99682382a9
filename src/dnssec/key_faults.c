/* key_faults.c owns what BIND, Unbound and others refuse of a zone's keys. */
#include "key_faults.h"

#include <getdns/getdns_extra.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "rrset.h"
#include "signature.h"

/*
 * Why no signature by a key counts. BIND tries the first key, in canonical order, that has the tag
 * and the algorithm of a signature, and stops at one that it cannot read (measured with BIND 9.18).
 */
enum key_fault {
	KEY_FAULT_NONE,
	KEY_FAULT_ZERO,
	KEY_FAULT_UNREADABLE,
	KEY_FAULT_BEHIND,
	KEY_FAULT_SAME_TAG,
	KEY_FAULT_MANY,
};

static const char *const texts[] = {
    [KEY_FAULT_ZERO] = "the RSA modulus of that key begins with a zero octet, which RFC 3110 §2 "
		       "forbids and dnsmasq does not accept",
    [KEY_FAULT_UNREADABLE] = "BIND cannot read that key: its data are malformed, or its RSA "
			     "exponent has more than 33 bits",
    [KEY_FAULT_SAME_TAG] = "another DNSKEY record with its tag sorts before that key, and BIND "
			   "tries no second one",
    [KEY_FAULT_MANY] = "so many DNSKEY records have the tag of that key that Unbound gives up",
};

struct tagged_key {
	uint32_t tag, algorithm;
	bool signs; /* it is a zone key */
	enum key_fault fault;
};

struct key_faults {
	struct tagged_key *keys; /* in canonical order */
	size_t count;
	uint32_t unreadable; /* tag of the first record that BIND cannot read, if there is one */
};

bool key_is_zone_key(const getdns_dict *record)
{
	enum { ZONE_KEY = 0x100, REVOKED = 0x80 };

	return answer_int(record, "/type") == DNS_TYPE_DNSKEY &&
	       (answer_int(record, "/rdata/flags") & (ZONE_KEY | REVOKED)) == ZONE_KEY &&
	       answer_int(record, "/rdata/protocol") == 3;
}

/* As in a signed RRset (RFC 4034 §6.3). */
static int compare_records(const void *a, const void *b)
{
	const struct dns_rr *first = *(const struct dns_rr *const *)a,
			    *second = *(const struct dns_rr *const *)b;
	size_t shorter =
	    first->rdata_size < second->rdata_size ? first->rdata_size : second->rdata_size;
	int order = memcmp(first->rdata, second->rdata, shorter);

	return order ? order
		     : (first->rdata_size > second->rdata_size) -
			   (first->rdata_size < second->rdata_size);
}

static const struct dns_rr **sort_records(
    const struct answer *answer, struct arena *arena, size_t *count)
{
	const struct dns_rr **sorted = arena_array(arena, answer->count, sizeof *sorted);

	*count = 0;
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->in_answer && rr->type == DNS_TYPE_DNSKEY &&
		    strcmp(rr->owner, answer->name) == 0)
			sorted[(*count)++] = rr;
	}
	if (*count > 0)
		qsort(sorted, *count, sizeof *sorted, compare_records);
	return sorted;
}

static bool has_tag(const struct tagged_key *a, const struct tagged_key *b)
{
	return a->signs && b->signs && a->tag == b->tag && a->algorithm == b->algorithm;
}

/* How many keys before `key` have its tag. */
static size_t count_before(const struct key_faults *faults, const struct tagged_key *key)
{
	size_t count = 0;

	for (const struct tagged_key *other = faults->keys; other < key; other++)
		count += has_tag(other, key);
	return count;
}

static enum key_fault fault_of(enum key_form form)
{
	return form == KEY_FORM_ZERO         ? KEY_FAULT_ZERO
	       : form == KEY_FORM_UNREADABLE ? KEY_FAULT_UNREADABLE
					     : KEY_FAULT_NONE;
}

static struct tagged_key read_tagged(getdns_dict *dict)
{
	struct tagged_key key = {.algorithm = answer_int(dict, "/rdata/algorithm")};

	key.signs = rrset_key_tag(dict, &key.tag) && key_is_zone_key(dict);
	return key;
}

/* Every record can be in BIND's way, but only zone keys sign. */
static void find_faults(struct key_faults *faults, const struct dns_rr **sorted)
{
	bool is_behind = false;

	for (size_t i = 0; i < faults->count; i++) {
		struct tagged_key *key = &faults->keys[i];
		size_t before = count_before(faults, key);

		key->fault =
		    is_behind ? KEY_FAULT_BEHIND : fault_of(signature_key_form(sorted[i]->dict));
		if (key->fault == KEY_FAULT_UNREADABLE) {
			faults->unreadable = key->tag;
			is_behind = true;
		}
		if (key->fault == KEY_FAULT_NONE && before > 0)
			key->fault = KEY_FAULT_SAME_TAG;
		for (size_t k = 0; before == LIMIT_SAME_TAG_KEYS && k <= i; k++)
			if (has_tag(&faults->keys[k], key))
				faults->keys[k].fault = KEY_FAULT_MANY;
	}
}

struct key_faults *key_faults_find(const struct answer *answer, struct getdns_list *good)
{
	struct arena *arena = arena_create();
	struct key_faults *faults = memory_alloc(sizeof *faults);
	size_t count;
	const struct dns_rr **sorted = sort_records(answer, arena, &count);

	faults->keys = memory_alloc(count * sizeof *faults->keys);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || compare_records(&sorted[i - 1], &sorted[i]) != 0) {
			sorted[faults->count] = sorted[i];
			faults->keys[faults->count++] = read_tagged(sorted[i]->dict);
		}
	find_faults(faults, sorted);
	for (size_t i = 0; i < faults->count; i++)
		if (faults->keys[i].signs && faults->keys[i].fault == KEY_FAULT_NONE)
			rrset_list_add(good, sorted[i]->dict);
	arena_destroy(arena);
	return faults;
}

void key_faults_destroy(struct key_faults *faults)
{
	if (!faults)
		return;
	free(faults->keys);
	free(faults);
}

const char *key_faults_why(
    const struct key_faults *faults, const struct dns_signature *s, struct arena *arena)
{
	for (size_t i = 0; i < faults->count; i++) {
		const struct tagged_key *key = &faults->keys[i];

		if (!key->signs || key->fault == KEY_FAULT_NONE || key->tag != s->key_tag ||
		    key->algorithm != s->algorithm)
			continue;
		if (key->fault != KEY_FAULT_BEHIND)
			return texts[key->fault];
		return arena_printf(arena,
		    "BIND cannot read the DNSKEY record with tag %u, which sorts before that key, "
		    "and looks no further",
		    faults->unreadable);
	}
	return NULL;
}

const char *key_fault_of_data(const struct getdns_dict *key)
{
	return texts[fault_of(signature_key_form(key))];
}
