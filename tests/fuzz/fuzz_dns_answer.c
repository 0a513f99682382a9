/* A DNS message from the wire: read, followed along its aliases, turned into records and proven
 * with the keys of two zones (tests/unit/fixtures/dns), so that good seeds reach the proofs. */
#include <getdns/getdns_extra.h>
#include <stdlib.h>
#include <string.h>

#include "alias_chain.h"
#include "dname.h"
#include "fuzz.h"
#include "validate.h"
#include "wire.h"

#define NOW INT64_C(1780000000)

static getdns_dict *wrap(getdns_dict *message, const uint8_t *data, size_t size)
{
	getdns_dict *response = getdns_dict_create();
	getdns_list *tree = getdns_list_create();
	getdns_list_set_dict(tree, 0, message);
	getdns_dict_set_list(response, "replies_tree", tree);
	getdns_list *full = getdns_list_create();
	getdns_bindata wire = {.size = size, .data = (uint8_t *)(uintptr_t)data};
	getdns_list_set_bindata(full, 0, &wire);
	getdns_dict_set_list(response, "replies_full", full);
	getdns_list_destroy(full);
	getdns_list_destroy(tree);
	getdns_dict_destroy(message);
	return response;
}

static void add_record(getdns_list *list, size_t at, const char *text)
{
	getdns_dict *rr = NULL;
	if (getdns_str2rr_dict(text, &rr, ".", 0) == GETDNS_RETURN_GOOD)
		getdns_list_set_dict(list, at, rr);
	getdns_dict_destroy(rr);
}

static struct zone_keys *keys_of(
    const char *zone, const char *key, const char *signature, const char *ds)
{
	getdns_dict *message = NULL;
	getdns_list *answer = getdns_list_create(), *anchors = getdns_list_create();
	uint8_t wire[DNAME_SIZE];
	getdns_bindata name = {.size = dname_to_wire(zone, wire), .data = wire};
	uint8_t *octets = NULL;
	size_t size = 0;
	struct arena *arena = arena_create();
	struct zone_keys *keys = NULL;
	getdns_str2dict("{header:{qr:1},question:{qtype:48,qclass:1}}", &message);
	getdns_dict_set_bindata(message, "/question/qname", &name);
	add_record(answer, 0, key);
	add_record(answer, 1, signature);
	add_record(anchors, 0, ds);
	getdns_dict_set_list(message, "answer", answer);
	getdns_msg_dict2wire(message, &octets, &size);
	struct answer *a = answer_read(wrap(message, octets, size), zone, DNS_TYPE_DNSKEY);
	validate_keys(a, anchors, NOW, arena, &keys);
	answer_destroy(a);
	free(octets);
	getdns_list_destroy(answer);
	getdns_list_destroy(anchors);
	arena_destroy(arena);
	return keys;
}

static const struct zone_keys *keys_for(const char *name)
{
	static struct zone_keys *test, *hashed;
	if (!test) {
		test = keys_of("test",
		    "test. 3600 IN DNSKEY 257 3 13 "
		    "qFgQMk0CRoGCfkO58Hv0wotRsHStccHuE4jd3haH6TQmnlHG7NIrd++CM4A/"
		    "DmSFPsb2zEY7HSFUaNHX/rm63Q==",
		    "test. 3600 IN RRSIG DNSKEY 13 1 3600 20350101000000 20240101000000 26601 "
		    "test. "
		    "orHZgXIKm0Y9cAmAvT/r+SqWomcij4jm2YtH2s/"
		    "PtlmRZCAYqPmiX6mFhiLR9jtxkvbIyW01LgEOnm6mW22dJA==",
		    "test. IN DS 26601 13 2 "
		    "21bd2d563ea5fbaa960711ff870f7bd7b3d50e2c5d382715e89c100b9491193b");
		hashed = keys_of("hashed",
		    "hashed. 3600 IN DNSKEY 257 3 13 "
		    "Ei+VQq766yAQIrqVi0oQCt/8FcYpyEYEd5F/"
		    "BXWa7TiLTVfmzEEKgjGEUFI9PP8Iquj1VCo7wCmMAlPUBeDk1w==",
		    "hashed. 3600 IN RRSIG DNSKEY 13 1 3600 20350101000000 20240101000000 14310 "
		    "hashed. "
		    "RybcVxqas40//9Si3evGi1BzWL9W/Xl7xtpX+ZQ5MgxTQKXzjgmk/iQBYT/"
		    "GvSmPKB98mfb1T861tlQa0Wmeow==",
		    "hashed. IN DS 14310 13 2 "
		    "85a26a8e7a39471b62610232ec21cc2080314b01f27e83174968aa4723fbddd0");
	}
	return dname_is_below(name, "hashed") ? hashed : test;
}

static void judge(struct answer *a, struct arena *arena)
{
	struct alias_chain chain = {0};
	if (alias_chain_follow(&chain, a) != ALIAS_CHAIN_WHOLE)
		return;
	for (size_t i = 0; i < chain.count; i++) {
		const struct alias_link *l = &chain.links[i];
		const struct zone_keys *keys = keys_for(l->owner);
		validate_find_signer(a, l->owner, l->type, l->absent);
		if (l->absent)
			validate_absence(a, l->owner, l->type, keys, NOW, arena);
		else
			validate_rrset(a, l->owner, l->type, keys, NOW, arena);
	}
	struct lookup fact = {.asked = a->name, .final = chain.final, .type = a->type};
	answer_records(a, arena, &fact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	getdns_dict *message = NULL;
	getdns_bindata *qname = NULL;
	uint32_t type = 0;
	struct arena *arena = arena_create();
	const char *name = NULL;
	if (wire_is_sound(data, size) &&
	    getdns_wire2msg_dict(data, size, &message) == GETDNS_RETURN_GOOD && message) {
		if (!getdns_dict_get_bindata(message, "/question/qname", &qname))
			name = dname_from_wire(arena, qname->data, qname->size);
		(void)getdns_dict_get_int(message, "/question/qtype", &type);
		struct answer *a =
		    answer_read(wrap(message, data, size), name ? name : "", (uint16_t)type);
		if (a)
			judge(a, arena);
		answer_destroy(a);
	}
	arena_destroy(arena);
	return 0;
}
