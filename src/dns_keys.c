/* dns_keys.c owns the step from a zone's DS records (or the trust anchors) to its proven keys. */
#include <getdns/getdns_extra.h>
#include <stdlib.h>
#include <string.h>

#include "dns_list.h"
#include "dns_proof.h"
#include "dns_reason.h"

struct dns_keys {
	char *zone;
	getdns_list *records; /* zone keys only */
	struct signature_life dnskey, ds;
};

/* RFC 4034 §2.1.1, 2.1.2: other keys in the set verify nothing. */
static bool is_zone_key(const getdns_dict *dict)
{
	uint32_t flags = 0, protocol = 0;

	return !getdns_dict_get_int(dict, "/rdata/flags", &flags) && (flags & 0x100) &&
	       !getdns_dict_get_int(dict, "/rdata/protocol", &protocol) && protocol == 3;
}

/* Only a key that a DS record names proves the set (RFC 4035 §5.2): others may sign it as well. */
static bool is_by_named_key(const struct dns_signature *s, const getdns_list *anchors)
{
	getdns_dict *dict;

	if (!dns_reason_algorithm_is_supported(s->algorithm))
		return false;
	for (size_t i = 0; !getdns_list_get_dict(anchors, i, &dict); i++) {
		uint32_t key_tag, algorithm;

		if (!getdns_dict_get_int(dict, "/rdata/key_tag", &key_tag) &&
		    !getdns_dict_get_int(dict, "/rdata/algorithm", &algorithm) &&
		    key_tag == s->key_tag && algorithm == s->algorithm)
			return true;
	}
	return false;
}

static struct signature_life find_life(
    const struct dns_answer *answer, const getdns_list *anchors, int64_t now)
{
	struct signature_life life = {0};
	const struct dns_rr *rr = NULL;

	while ((rr = dns_answer_signature(answer, answer->name, DNS_RR_DNSKEY, rr))) {
		const struct dns_signature *s = rr->signature;

		if (s->inception <= now && now <= s->expiration && s->expiration > life.expires &&
		    is_by_named_key(s, anchors))
			life = (struct signature_life){s->inception, s->expiration};
	}
	return life;
}

static struct dns_keys *collect_keys(
    const struct dns_answer *answer, const getdns_list *anchors, int64_t now)
{
	struct dns_keys *keys = memory_alloc(sizeof *keys);

	keys->zone = memory_strdup(answer->name);
	keys->records = dns_list_create();
	keys->dnskey = find_life(answer, anchors, now);
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->in_answer && rr->type == DNS_RR_DNSKEY &&
		    strcmp(rr->owner, answer->name) == 0 && is_zone_key(rr->dict))
			dns_list_add(keys->records, rr->dict);
	}
	return keys;
}

void dns_keys_destroy(struct dns_keys *keys)
{
	if (!keys)
		return;
	getdns_list_destroy(keys->records);
	free(keys->zone);
	free(keys);
}

const char *dns_keys_zone(const struct dns_keys *keys)
{
	return keys->zone;
}

void dns_keys_note_ds(struct dns_keys *keys, const struct dns_answer *ds, int64_t now)
{
	(void)dns_answer_signature_life(
	    ds, keys->zone, DNS_RR_DS, now, &keys->ds.inception, &keys->ds.expires);
}

struct signed_zone dns_keys_signed_zone(const struct dns_keys *keys)
{
	return (struct signed_zone){keys->zone, keys->dnskey, keys->ds};
}

const struct getdns_list *dns_keys_records(const struct dns_keys *keys)
{
	return keys->records;
}

struct dns_verdict dns_proof_keys(const struct dns_answer *answer,
    const struct getdns_list *anchors, int64_t now, struct arena *arena, struct dns_keys **keys)
{
	struct dns_verdict verdict = {.status = DNSSEC_BOGUS};
	getdns_list *records = dns_list_create();

	*keys = NULL;
	if (dns_list_add_rrset(records, answer, answer->name, DNS_RR_DNSKEY) > 0)
		verdict.status = dns_list_prove(records, records, anchors, now);
	if (verdict.status == DNSSEC_SECURE)
		*keys = collect_keys(answer, anchors, now);
	else
		verdict = dns_reason_keys(answer, anchors, now, arena);
	getdns_list_destroy(records);
	return verdict;
}

struct getdns_list *dns_proof_ds(const struct dns_answer *answer, const char *owner)
{
	getdns_list *ds = dns_list_create();

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_rr *rr = &answer->rrs[i];

		if (rr->in_answer && rr->type == DNS_RR_DS && strcmp(rr->owner, owner) == 0)
			dns_list_add(ds, rr->dict);
	}
	return ds;
}

void dns_proof_ds_destroy(struct getdns_list *ds)
{
	getdns_list_destroy(ds);
}

bool dns_proof_ds_is_supported(const struct getdns_list *ds)
{
	getdns_dict *dict;

	for (size_t i = 0; !getdns_list_get_dict(ds, i, &dict); i++) {
		uint32_t algorithm = 0, digest = 0;

		(void)getdns_dict_get_int(dict, "/rdata/algorithm", &algorithm);
		(void)getdns_dict_get_int(dict, "/rdata/digest_type", &digest);
		if (dns_reason_algorithm_is_supported(algorithm) &&
		    (digest == 1 || digest == 2 || digest == 4))
			return true;
	}
	return false;
}
