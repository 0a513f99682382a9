/*
 * dns_fixture.h - DNS messages for tests, put together from the signed zones in fixtures/dns.
 *
 * A record is asked for as "OWNER TYPE", which brings the RRset and its signatures; "-OWNER TYPE"
 * leaves the signatures out, "OWNER TYPE > NAME" renames both, as a server does that expands a
 * wildcard, and "ZONE NSEC3" brings all NSEC3 records of the zone. Anything with more words is a
 * record in zone-file form.
 */
#ifndef MXDANE_TEST_DNS_FIXTURE_H
#define MXDANE_TEST_DNS_FIXTURE_H

#include <getdns/getdns_extra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "dname.h"
#include "validate.h"

#define FIXTURE_NOW INT64_C(1780000000)    /* 2026-05-28 */
#define FIXTURE_BEFORE INT64_C(1700000000) /* 2023 */
#define FIXTURE_AFTER INT64_C(2060000000)  /* 2035-04 */

static getdns_bindata *fixture_name(const char *name)
{
	getdns_bindata *wire = NULL;
	char dotted[1100];
	snprintf(dotted, sizeof dotted, "%s.", name);
	assert_int_equal(getdns_convert_fqdn_to_dns_name(dotted, &wire), GETDNS_RETURN_GOOD);
	return wire;
}

static void fixture_free_name(getdns_bindata *wire)
{
	free(wire->data);
	free(wire);
}

static void fixture_add(getdns_list *list, const char *line, const char *rename)
{
	getdns_dict *rr = NULL;
	size_t length;
	assert_int_equal(getdns_str2rr_dict(line, &rr, ".", 3600), GETDNS_RETURN_GOOD);
	if (rename) {
		getdns_bindata *wire = fixture_name(rename);
		getdns_dict_set_bindata(rr, "name", wire);
		fixture_free_name(wire);
	}
	getdns_list_get_length(list, &length);
	assert_int_equal(getdns_list_set_dict(list, length, rr), GETDNS_RETURN_GOOD);
	getdns_dict_destroy(rr);
}

/* The file has the name of the top label. */
static FILE *fixture_open(const char *zone, const char *kind)
{
	char path[4096];
	const char *folder = getenv("FIXTURES");
	if (strrchr(zone, '.'))
		zone = strrchr(zone, '.') + 1;
	snprintf(path, sizeof path, "%s/dns/%s.%s", folder ? folder : "fixtures", zone, kind);
	FILE *file = fopen(path, "r");
	if (!file)
		fail_msg("%s cannot be read", path);
	return file;
}

struct fixture_wish {
	char owner[300], type[16], rename[300];
	bool unsigned_;
};

static bool fixture_fits(const struct fixture_wish *w, const char *line)
{
	char owner[300], type[16], covered[16] = "";
	if (sscanf(line, "%299s %*s %*s %15s %15s", owner, type, covered) < 2)
		return false;
	owner[strlen(owner) - 1] = '\0'; /* the final dot */
	if (strcmp(type, "RRSIG") == 0) {
		if (w->unsigned_ || strcmp(covered, w->type) != 0)
			return false;
	} else if (strcmp(type, w->type) != 0) {
		return false;
	}
	return strcmp(w->type, "NSEC3") == 0 || strcmp(owner, w->owner) == 0;
}

static void fixture_add_wish(getdns_list *list, const char *wish)
{
	struct fixture_wish w = {.unsigned_ = *wish == '-'};
	int words = sscanf(wish + w.unsigned_, "%299s %15s > %299s", w.owner, w.type, w.rename);
	char line[4096];
	bool found = false;
	if (words == 2 && strchr(strchr(wish, ' ') + 1, ' ')) {
		fixture_add(list, wish, NULL);
		return;
	}
	FILE *file = fixture_open(w.owner, "zone");
	while (fgets(line, sizeof line, file)) {
		if (!fixture_fits(&w, line))
			continue;
		fixture_add(list, line, words == 3 ? w.rename : NULL);
		found = true;
	}
	fclose(file);
	if (!found)
		fail_msg("no record for: %s", wish);
}

static getdns_list *fixture_section(const char *const *wishes)
{
	getdns_list *list = getdns_list_create();
	for (; wishes && *wishes; wishes++)
		fixture_add_wish(list, *wishes);
	return list;
}

/* The whole response as getdns gives it, through its wire form. */
static getdns_dict *fixture_response(const char *name, uint16_t type, unsigned rcode,
    const char *const *answer, const char *const *authority)
{
	getdns_dict *message = NULL, *parsed = NULL, *response = getdns_dict_create();
	getdns_list *answers = fixture_section(answer), *authorities = fixture_section(authority),
		    *tree = getdns_list_create(), *messages = getdns_list_create();
	getdns_bindata *wire = fixture_name(name);
	uint8_t *octets = NULL;
	size_t size = 0;
	assert_int_equal(getdns_str2dict("{header:{qr:1,rd:1,ra:1,cd:1}}", &message), 0);
	getdns_dict_set_int(message, "/header/rcode", rcode);
	getdns_dict_set_bindata(message, "/question/qname", wire);
	getdns_dict_set_int(message, "/question/qtype", type);
	getdns_dict_set_int(message, "/question/qclass", GETDNS_RRCLASS_IN);
	getdns_dict_set_list(message, "answer", answers);
	getdns_dict_set_list(message, "authority", authorities);
	assert_int_equal(getdns_msg_dict2wire(message, &octets, &size), GETDNS_RETURN_GOOD);
	assert_int_equal(getdns_wire2msg_dict(octets, size, &parsed), GETDNS_RETURN_GOOD);
	getdns_list_set_dict(tree, 0, parsed);
	getdns_dict_set_list(response, "replies_tree", tree);
	getdns_bindata full = {.size = size, .data = octets};
	getdns_list_set_bindata(messages, 0, &full);
	getdns_dict_set_list(response, "replies_full", messages);
	getdns_list_destroy(messages);
	free(octets);
	fixture_free_name(wire);
	getdns_list_destroy(tree);
	getdns_list_destroy(answers);
	getdns_list_destroy(authorities);
	getdns_dict_destroy(parsed);
	getdns_dict_destroy(message);
	return response;
}

static struct answer *fixture_answer(const char *name, uint16_t type, unsigned rcode,
    const char *const *answer, const char *const *authority)
{
	struct answer *a =
	    answer_read(fixture_response(name, type, rcode, answer, authority), name, type);
	assert_non_null(a);
	return a;
}

static getdns_list *fixture_ds(const char *zone)
{
	getdns_list *list = getdns_list_create();
	char line[4096];
	FILE *file = fixture_open(zone, "ds");
	while (fgets(line, sizeof line, file))
		fixture_add(list, line, NULL);
	fclose(file);
	return list;
}

/* The proven keys of a zone. */
__attribute__((unused)) static struct zone_keys *fixture_keys(const char *zone)
{
	char wish[300];
	snprintf(wish, sizeof wish, "%s DNSKEY", zone);
	const char *const answer[] = {wish, NULL};
	struct answer *a = fixture_answer(zone, DNS_TYPE_DNSKEY, 0, answer, NULL);
	getdns_list *ds = fixture_ds(zone);
	struct arena *arena = arena_create();
	struct zone_keys *keys;
	struct dns_verdict v = validate_keys(a, ds, FIXTURE_NOW, arena, &keys);
	assert_int_equal(v.status, DNSSEC_SECURE);
	getdns_list_destroy(ds);
	answer_destroy(a);
	arena_destroy(arena);
	return keys;
}

/* `error`: part of the one that there must be; NULL for none. */
__attribute__((unused)) static void fixture_check(const char *label, struct dns_verdict v,
    enum dnssec_status want, bool denies_name, const char *error)
{
	print_message("%s: %s\n", label, v.error ? v.error : "-");
	assert_int_equal(v.status, want);
	assert_int_equal(v.denies_name, denies_name);
	assert_int_equal(v.error != NULL, error != NULL);
	if (error && !strstr(v.error, error))
		fail_msg("%s: not \"%s\"", v.error, error);
	assert_int_equal(v.failure, want == DNSSEC_INDETERMINATE ? LOOKUP_FAILURE_UNJUDGEABLE : 0);
}

#endif
