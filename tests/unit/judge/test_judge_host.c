/* The judge on a host's addresses and TLSA records: every code of that part of the catalogue. */
#include "judge_world.h"

enum { A, AAAA, TLSA };

static void set_lookup(struct world *w, int which, struct lookup *l)
{
	struct lookup **places[] = {&w->host->a, &w->host->aaaa, &w->host->tlsa_initial};
	*places[which] = l;
}

static struct lookup *empty(
    struct world *w, int which, enum answer_kind kind, enum dnssec_status dnssec)
{
	static const enum dns_type types[] = {DNS_TYPE_A, DNS_TYPE_AAAA, DNS_TYPE_TLSA};
	const char *name = which == TLSA ? "_25._tcp.mx1.example.com" : "mx1.example.com";
	return answer(w, name, types[which], kind, dnssec);
}

static void add_records(struct world *w, int count)
{
	for (int i = 0; i < count; i++)
		add_tlsa(w, w->host->tlsa_initial, 3, 1, 1, (uint8_t)(0x40 + i), 32);
}

static void lose_addresses(struct world *w, int aaaa_kind)
{
	set_lookup(w, A, empty(w, A, ANSWER_NODATA, DNSSEC_SECURE));
	set_lookup(w, AAAA, empty(w, AAAA, (enum answer_kind)aaaa_kind, DNSSEC_SECURE));
	w->host->endpoint_count = 0;
}

static void ask_ipv4_only(struct world *w, int value)
{
	(void)value;
	lose_addresses(w, ANSWER_NODATA);
	w->host->aaaa = NULL;
}

static void ask_ipv6_only(struct world *w, int value)
{
	(void)value;
	lose_addresses(w, ANSWER_NXDOMAIN);
	w->host->a = NULL;
}

static void lose_bogus(struct world *w, int value)
{
	(void)value;
	lose_addresses(w, ANSWER_NODATA);
	w->host->aaaa->dnssec = DNSSEC_BOGUS;
}

static void set_addresses(struct world *w, int dnssec)
{
	w->host->a->dnssec = w->host->a->alias_dnssec = (enum dnssec_status)dnssec;
}

/* An alias in a signed zone that leads out of it: TLSA records at the name itself count. */
static void alias_out(struct world *w, int alias_dnssec)
{
	w->host->a->final = "mail.provider.example";
	w->host->a->dnssec = DNSSEC_INSECURE;
	w->host->a->alias_dnssec = (enum dnssec_status)alias_dnssec;
}

/* The second family is an unsigned denial, as opt-out makes it: it holds no address to divert to.
 */
static void deny_ipv6_unsigned(struct world *w, int value)
{
	(void)value;
	set_lookup(w, AAAA, empty(w, AAAA, ANSWER_NODATA, DNSSEC_INSECURE));
}

static void break_family(struct world *w, int which)
{
	struct lookup *l = empty(w, which, ANSWER_NODATA, DNSSEC_BOGUS);
	set_lookup(w, which, l);
}

static void break_both(struct world *w, int value)
{
	(void)value;
	break_family(w, A);
	break_family(w, AAAA);
	w->host->endpoint_count = 0;
}

static void fail_family(struct world *w, int failure)
{
	set_lookup(w, AAAA, empty(w, AAAA, ANSWER_FAILED, DNSSEC_SECURE));
	w->host->aaaa->failure = (enum lookup_failure)failure;
}

static void lose_proof(struct world *w, int failure)
{
	w->host->a->dnssec = DNSSEC_INDETERMINATE;
	w->host->a->failure = (enum lookup_failure)failure;
}

/* ---- Reserved addresses ---- */

static void be_reserved(struct world *w, int failure)
{
	static const struct address local = {AF_INET, {10, 0, 0, 1}};
	w->end->address = local;
	if (failure)
		w->end->probe = (struct probe){.failure = (enum probe_failure)failure};
	if (failure)
		w->end->key_type = KEY_TYPE_NONE;
}

static void be_reserved_allowed(struct world *w, int value)
{
	(void)value;
	be_reserved(w, 0);
	w->params.reserved = true;
}

static void be_reserved_proposed(struct world *w, int value)
{
	(void)value;
	be_reserved(w, 0);
	w->end->proposed = true;
}

static void be_public_allowed(struct world *w, int value)
{
	(void)value;
	w->params.reserved = true;
}

/* ---- TLSA lookups ---- */

static void deny_tlsa(struct world *w, int dnssec)
{
	set_lookup(w, TLSA, empty(w, TLSA, ANSWER_NXDOMAIN, (enum dnssec_status)dnssec));
}

/* The owner name is an alias whose target has no records: the record belongs there. */
static void deny_tlsa_at_alias(struct world *w, int value)
{
	(void)value;
	deny_tlsa(w, DNSSEC_SECURE);
	w->host->tlsa_initial->final = "tlsa.example.net";
}

static void fail_tlsa(struct world *w, int failure)
{
	set_lookup(w, TLSA, empty(w, TLSA, ANSWER_FAILED, DNSSEC_SECURE));
	w->host->tlsa_initial->failure = (enum lookup_failure)failure;
}

static void fail_tlsa_unsigned(struct world *w, int value)
{
	(void)value;
	fail_tlsa(w, LOOKUP_FAILURE_RCODE);
	set_addresses(w, DNSSEC_INSECURE);
}

static void set_tlsa(struct world *w, int dnssec)
{
	w->host->tlsa_initial->dnssec = (enum dnssec_status)dnssec;
}

/* ---- TLSA records: beside 3 1 1 of the present key ---- */

static void add(
    struct world *w, uint8_t usage, uint8_t selector, uint8_t mtype, uint8_t fill, size_t length)
{
	add_tlsa(w, w->host->tlsa_initial, usage, selector, mtype, fill, length);
}

static void only(struct world *w, uint8_t usage, uint8_t selector, uint8_t mtype, size_t length)
{
	w->host->tlsa_initial->record_count = 0;
	w->host->tlsa_initial->records = NULL;
	add(w, usage, selector, mtype, 0x11, length);
}

static void only_pkix(struct world *w, int usage)
{
	only(w, (uint8_t)usage, 1, 1, 32);
}

static void only_short_digest(struct world *w, int value)
{
	(void)value;
	only(w, 3, 1, 1, 31);
}

static void add_pkix(struct world *w, int usage)
{
	add(w, (uint8_t)usage, 1, 1, 0x11, 32);
}

static void add_digest_of(struct world *w, int length)
{
	add(w, 3, 0, 1, 0x12, (size_t)length);
}

static void add_empty(struct world *w, int value)
{
	(void)value;
	add(w, 3, 1, 1, 0, 0);
}

static void add_unknown_usage(struct world *w, int value)
{
	(void)value;
	add(w, 255, 1, 1, 0x11, 32);
}

static void add_short_unsigned(struct world *w, int value)
{
	(void)value;
	add_digest_of(w, 5);
	set_tlsa(w, DNSSEC_INSECURE);
}

/* A usable record of a whole trust anchor; that it parses is not this test's matter. */
static void add_anchor(struct world *w, int selector)
{
	w->no_discovery = true;
	discovery_decide(w->arena, w->host, 25);
	struct tlsa_record *records = arena_array(w->arena, 2, sizeof *records);
	records[0] = (struct tlsa_record){.usage = 2,
	    .selector = (uint8_t)selector,
	    .data = (const uint8_t *)"\x30",
	    .length = 1,
	    .active = true};
	records[1] = w->host->tlsa_records[0];
	w->host->tlsa_records = records;
	w->host->tlsa_count = 2;
}

static void add_anchor_digest(struct world *w, int value)
{
	(void)value;
	add(w, 2, 0, 1, 0xcb, 32);
}

static void add_stronger(struct world *w, int selector)
{
	add(w, 3, (uint8_t)selector, 2, selector ? 0x11 : 0x12, 64);
}

static void add_next_key(struct world *w, int fill)
{
	add(w, 3, 1, 1, (uint8_t)fill, 32);
}

static void add_stale_stronger(struct world *w, int value)
{
	(void)value;
	add(w, 3, 0, 2, 0x77, 64);
}

static void add_next_key_to_mismatch(struct world *w, int value)
{
	add_next_key(w, value);
	fill_endpoint(w, w->end, "mx1.example.com", w->end->address, 0x55);
}

static void write_twice(struct world *w, int times)
{
	w->host->tlsa_initial->duplicates = (size_t)times;
}

static void set_ttl(struct world *w, int ttl)
{
	w->host->tlsa_initial->original_ttl = (uint32_t)ttl;
}

#define KEY_HEX "1111111111111111111111111111111111111111111111111111111111111111"
#define FIX "_25._tcp.mx1.example.com. 3600 IN TLSA 3 1 1 " KEY_HEX

static const struct row rows[] = {
    {"no address", lose_addresses, ANSWER_NODATA, NO, FINDING_HOST_NO_ADDRESS, C, "host", "neither",
	NULL},
    {"no such host", lose_addresses, ANSWER_NXDOMAIN, DANE, FINDING_HOST_NO_ADDRESS, C, "host",
	NULL, NULL},
    {"no IPv4, -4", ask_ipv4_only, 0, DANE, FINDING_HOST_NO_ADDRESS, C, "host", "IPv6 was not",
	NULL},
    {"no IPv6, -6", ask_ipv6_only, 0, DANE, FINDING_HOST_NO_ADDRESS, C, "host", "IPv4 was not",
	NULL},
    {"AAAA failed", lose_addresses, ANSWER_FAILED, DANE, FINDING_HOST_NO_ADDRESS, SILENT, NULL,
	NULL, NULL},
    {"AAAA bogus", lose_bogus, 0, DANE, FINDING_HOST_NO_ADDRESS, SILENT, NULL, NULL, NULL},
    {"A alone", NULL, 0, DANE, FINDING_HOST_NO_ADDRESS, SILENT, NULL, NULL, NULL},
    {"unsigned", set_addresses, DNSSEC_INSECURE, DANE, FINDING_ADDRESS_INSECURE, C, "host", NULL,
	"Sign the zone"},
    {"unsigned, mta-sts", set_addresses, DNSSEC_INSECURE, STS, FINDING_ADDRESS_INSECURE, I, "host",
	NULL, NULL},
    {"alias, all unsigned", alias_out, DNSSEC_INSECURE, DANE, FINDING_ADDRESS_INSECURE, C, "host",
	NULL, NULL},
    {"signed alias, unsigned target", alias_out, DNSSEC_SECURE, DANE, FINDING_ADDRESS_INSECURE,
	SILENT, NULL, NULL, NULL},
    {"unsigned denial of AAAA", deny_ipv6_unsigned, 0, DANE, FINDING_ADDRESS_INSECURE, SILENT, NULL,
	NULL, NULL},
    {"unsigned: no word on TLSA", set_addresses, DNSSEC_INSECURE, DANE, FINDING_TLSA_ABSENT, SILENT,
	NULL, NULL, NULL},
    {"AAAA bogus", break_family, AAAA, NO, FINDING_ADDRESS_BOGUS, C, "host",
	"Postfix delivers over IPv4", NULL},
    {"both bogus", break_both, 0, DANE, FINDING_ADDRESS_BOGUS, C, "host", "The A records", NULL},
    {"insecure, not bogus", set_addresses, DNSSEC_INSECURE, DANE, FINDING_ADDRESS_BOGUS, SILENT,
	NULL, NULL, NULL},
    {"failed, not bogus", fail_family, LOOKUP_FAILURE_RCODE, DANE, FINDING_ADDRESS_BOGUS, SILENT,
	NULL, NULL, NULL},
    {"AAAA failed", fail_family, LOOKUP_FAILURE_TIMEOUT, DANE, FINDING_ADDRESS_LOOKUP_FAILED, U,
	"host", "AAAA", NULL},
    {"proof failed", lose_proof, LOOKUP_FAILURE_TIMEOUT, DANE, FINDING_ADDRESS_LOOKUP_FAILED, U,
	"host", NULL, NULL},
    {"AAAA at the deadline", fail_family, LOOKUP_FAILURE_DEADLINE, DANE,
	FINDING_ADDRESS_LOOKUP_FAILED, SILENT, NULL, NULL, NULL},
    {"AAAA at the deadline", fail_family, LOOKUP_FAILURE_DEADLINE, DANE, FINDING_DEADLINE_EXCEEDED,
	U, "host", "AAAA", NULL},
    {"AAAA bogus, not failed", break_family, AAAA, DANE, FINDING_ADDRESS_LOOKUP_FAILED, SILENT,
	NULL, NULL, NULL},
    {"reserved", be_reserved, PROBE_FAILURE_RESERVED, DANE, FINDING_ADDRESS_RESERVED, U, "address",
	"not connected to", NULL},
    {"reserved, --reserved", be_reserved_allowed, 0, DANE, FINDING_ADDRESS_RESERVED, I, "address",
	NULL, NULL},
    {"reserved, --chain", be_reserved_proposed, 0, DANE, FINDING_ADDRESS_RESERVED, I, "address",
	NULL, NULL},
    {"public, --reserved", be_public_allowed, 0, DANE, FINDING_ADDRESS_RESERVED, SILENT, NULL, NULL,
	NULL},
    {"securely absent", deny_tlsa, DNSSEC_SECURE, DANE, FINDING_TLSA_ABSENT, C, "host",
	"_25._tcp.mx1.example.com.", FIX},
    {"absent at an alias", deny_tlsa_at_alias, 0, DANE, FINDING_TLSA_ABSENT, C, "host", NULL,
	"tlsa.example.net. 3600 IN TLSA 3 1 1 " KEY_HEX},
    {"unsigned denial", deny_tlsa, DNSSEC_INSECURE, DANE, FINDING_TLSA_ABSENT, C, "host",
	"not signed", NULL},
    {"absent, any", deny_tlsa, DNSSEC_SECURE, ANY, FINDING_TLSA_ABSENT, C, "host", NULL, NULL},
    {"absent, none", deny_tlsa, DNSSEC_SECURE, NO, FINDING_TLSA_ABSENT, I, "host", NULL, NULL},
    {"bogus denial", deny_tlsa, DNSSEC_BOGUS, DANE, FINDING_TLSA_ABSENT, SILENT, NULL, NULL, NULL},
    {"failed", fail_tlsa, LOOKUP_FAILURE_RCODE, DANE, FINDING_TLSA_ABSENT, SILENT, NULL, NULL,
	NULL},
    {"unsigned records", set_tlsa, DNSSEC_INSECURE, DANE, FINDING_TLSA_INSECURE, C, "host", NULL,
	NULL},
    {"unsigned records, none", set_tlsa, DNSSEC_INSECURE, NO, FINDING_TLSA_INSECURE, I, "host",
	NULL, NULL},
    {"unsigned denial is no record", deny_tlsa, DNSSEC_INSECURE, DANE, FINDING_TLSA_INSECURE,
	SILENT, NULL, NULL, NULL},
    {"bogus records", set_tlsa, DNSSEC_BOGUS, NO, FINDING_TLSA_BOGUS, C, "host", NULL, NULL},
    {"bogus denial", deny_tlsa, DNSSEC_BOGUS, NO, FINDING_TLSA_BOGUS, C, "host", NULL, NULL},
    {"unsigned, not bogus", set_tlsa, DNSSEC_INSECURE, DANE, FINDING_TLSA_BOGUS, SILENT, NULL, NULL,
	NULL},
    {"SERVFAIL", fail_tlsa, LOOKUP_FAILURE_RCODE, NO, FINDING_TLSA_LOOKUP_FAILED, C, "host",
	"a reason", NULL},
    {"indeterminate", set_tlsa, DNSSEC_INDETERMINATE, DANE, FINDING_TLSA_LOOKUP_FAILED, C, "host",
	NULL, NULL},
    {"SERVFAIL in an unsigned zone", fail_tlsa_unsigned, 0, DANE, FINDING_TLSA_LOOKUP_FAILED,
	SILENT, NULL, NULL, NULL},
    {"deadline", fail_tlsa, LOOKUP_FAILURE_DEADLINE, DANE, FINDING_TLSA_LOOKUP_FAILED, SILENT, NULL,
	NULL, NULL},
    {"deadline", fail_tlsa, LOOKUP_FAILURE_DEADLINE, DANE, FINDING_DEADLINE_EXCEEDED, U, "host",
	"TLSA", NULL},
    {"usage 1 alone", only_pkix, 1, NO, FINDING_TLSA_UNUSABLE, C, "host", NULL, FIX},
    {"short digest alone", only_short_digest, 0, NO, FINDING_TLSA_UNUSABLE, C, "host", NULL, NULL},
    {"usage 1 beside usage 3", add_pkix, 1, DANE, FINDING_TLSA_UNUSABLE, SILENT, NULL, NULL, NULL},
    {"digest of 33", add_digest_of, 33, DANE, FINDING_TLSA_RECORD_UNUSABLE, W, "host", "length",
	NULL},
    {"empty", add_empty, 0, DANE, FINDING_TLSA_RECORD_UNUSABLE, W, "host",
	"then reject the whole RRset", NULL},
    {"empty beside a good one", add_empty, 0, DANE, FINDING_DANE_UNTRUSTED, C, "key",
	"Another TLSA record there has no data; Postfix",
	"Delete. It cannot be used: no certificate association data:\n"
	"_25._tcp.mx1.example.com. 3600 IN TLSA \\# 3 03"},
    {"unknown usage", add_unknown_usage, 0, DANE, FINDING_TLSA_RECORD_UNUSABLE, W, "host",
	"255 1 1 11111111…", NULL},
    {"digest of 32", add_digest_of, 32, DANE, FINDING_TLSA_RECORD_UNUSABLE, SILENT, NULL, NULL,
	NULL},
    {"usage 1 has a code of its own", add_pkix, 1, DANE, FINDING_TLSA_RECORD_UNUSABLE, SILENT, NULL,
	NULL, NULL},
    {"unsigned records do not count", add_short_unsigned, 0, DANE, FINDING_TLSA_RECORD_UNUSABLE,
	SILENT, NULL, NULL, NULL},
    {"usage 0", add_pkix, 0, DANE, FINDING_TLSA_PKIX_USAGE, W, "host", "usage 0", NULL},
    {"usage 1", add_pkix, 1, DANE, FINDING_TLSA_PKIX_USAGE, W, "host", "usage 1", NULL},
    {"usage 3", NULL, 0, DANE, FINDING_TLSA_PKIX_USAGE, SILENT, NULL, NULL, NULL},
    {"2 0 0", add_anchor, 0, DANE, FINDING_TLSA_WEAK_TA, W, "host", "whole certificate", NULL},
    {"2 1 0", add_anchor, 1, DANE, FINDING_TLSA_WEAK_TA, W, "host", "whole key", NULL},
    {"2 0 1", add_anchor_digest, 0, DANE, FINDING_TLSA_WEAK_TA, SILENT, NULL, NULL, NULL},
    {"SHA-512 beside SHA-256", add_stronger, 1, DANE, FINDING_TLSA_SUPERSEDED, I, "host", "3 1 1",
	NULL},
    {"SHA-512 of another selector", add_stronger, 0, DANE, FINDING_TLSA_SUPERSEDED, SILENT, NULL,
	NULL, NULL},
    {"next key", add_next_key, 0x22, DANE, FINDING_TLSA_NO_MATCH_YET, I, "host", "the next key",
	NULL},
    {"another kind without a match", add_stale_stronger, 0, DANE, FINDING_TLSA_NO_MATCH_YET, I,
	"host", "nor does any other", NULL},
    {"the CA's digest", add_anchor_digest, 0, DANE, FINDING_TLSA_NO_MATCH_YET, SILENT, NULL, NULL,
	NULL},
    {"the same key by SHA-512", add_stronger, 0, DANE, FINDING_TLSA_NO_MATCH_YET, SILENT, NULL,
	NULL, NULL},
    {"nothing matches at all", add_next_key_to_mismatch, 0x22, DANE, FINDING_TLSA_NO_MATCH_YET,
	SILENT, NULL, NULL, NULL},
    {"written twice", write_twice, 1, DANE, FINDING_TLSA_DUPLICATE, W, "host", "1 TLSA record at",
	NULL},
    {"written once", write_twice, 0, DANE, FINDING_TLSA_DUPLICATE, SILENT, NULL, NULL, NULL},
    {"13 records", add_records, 12, DANE, FINDING_TLSA_MANY, W, "host",
	"There are 13 TLSA records at _25._tcp.mx1.example.com", NULL},
    {"12 records", add_records, 11, DANE, FINDING_TLSA_MANY, SILENT, NULL, NULL, NULL},
    {"over two days", set_ttl, 2 * DAY + 1, DANE, FINDING_TLSA_TTL_LONG, W, "host", "172801", NULL},
    {"two days", set_ttl, 2 * DAY, DANE, FINDING_TLSA_TTL_LONG, SILENT, NULL, NULL, NULL},
};

static void test_rows(void **state)
{
	(void)state;
	check_rows(
	    rows, sizeof rows / sizeof *rows, FINDING_HOST_NO_ADDRESS, FINDING_CONNECT_FAILED);
}

/* A record is marked as matched by what it speaks of: usage 3 by the leaf, usage 2 by the rest. */
static void test_matched(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		uint8_t usage, selector, fill;
		bool want;
	} records[] = {
	    {"3 1 1 of the leaf", 3, 1, 0x11, true},
	    {"3 1 1 of the CA", 3, 1, 0xca, false},
	    {"2 1 1 of the CA", 2, 1, 0xca, true},
	    {"2 1 1 of the leaf", 2, 1, 0x11, false},
	    {"2 0 1 of the CA", 2, 0, 0xcb, true},
	    {"3 0 1 of nobody", 3, 0, 0x99, false},
	    {"1 1 1 of the leaf is unusable", 1, 1, 0x11, false},
	};
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		struct world w;
		world_open(&w);
		only(&w, records[i].usage, records[i].selector, 1, 32);
		uint8_t data[32];
		memset(data, records[i].fill, sizeof data);
		w.host->tlsa_initial->records[0].tlsa.data = data;
		struct dane_verdict none = {
		    .result = DANE_RESULT_MISMATCH, .record = -1, .depth = -1, .usage = -1};
		script.dane = &none;
		world_judge(&w);
		if (w.host->tlsa_records[0].matched != records[i].want)
			fail_msg("%s: matched is %d", records[i].label, !records[i].want);
		/* The matrix is about the data alone. */
		bool in_chain = w.end->tlsa_matches[0] || w.end->tlsa_matches[1];
		assert_int_equal(in_chain, records[i].usage != 1 && records[i].fill != 0x99);
		world_close(&w);
	}
}

/* An anchor that only the DNS holds is matched though nothing in the chain is it. */
static void test_matched_unsent(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	only(&w, 2, 0, 1, 32);
	w.host->tlsa_initial->records[0].tlsa.data =
	    (const uint8_t *)"0123456789abcdef0123456789abcdef";
	struct dane_verdict unsent = {
	    .result = DANE_RESULT_VERIFIED, .record = 0, .depth = -1, .usage = 2};
	script.dane = &unsent;
	world_judge(&w);
	assert_true(w.host->tlsa_records[0].matched);
	world_close(&w);
}

/* What a broken handshake showed is no chain to publish a record for. */
static void test_no_fix(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	deny_tlsa(&w, DNSSEC_SECURE);
	w.end->probe.failure = PROBE_FAILURE_TLS;
	w.end->probe.tls_version = NULL;
	world_judge(&w);
	assert_null(find(&w, FINDING_TLSA_ABSENT)->fix);
	world_close(&w);
}

/* How long what a fix changes stays with those who have looked it up. */
static void test_caches(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		void (*change)(struct world *w, int value);
		int value;
		enum finding_code code;
		uint32_t ttl, left;
		bool is_signed, proposed;
		const char *want; /* NULL: nothing is said of caches */
	} fixes[] = {
	    {"replaced", only_pkix, 1, FINDING_TLSA_UNUSABLE, 3600, 2911, true, false,
		"\nCaches may hold the old record for another 3600 s, this resolver's for 2911 s."},
	    {"replaced, just looked up", only_pkix, 1, FINDING_TLSA_UNUSABLE, 3600, 3600, true,
		false, "\nCaches may hold the old record for another 3600 s."},
	    {"no signature has the published TTL", only_pkix, 1, FINDING_TLSA_UNUSABLE, 2911, 2911,
		false, false, "\nCaches may hold the old record for another 2911 s or more."},
	    {"one of two goes", add_empty, 0, FINDING_TLSA_RECORD_UNUSABLE, 300, 0, true, false,
		"\nCaches may hold the old records for another 300 s, this resolver's for 0 s."},
	    {"never cached", only_pkix, 1, FINDING_TLSA_UNUSABLE, 0, 0, true, false, NULL},
	    {"proposed", only_pkix, 1, FINDING_TLSA_UNUSABLE, 3600, 0, false, true, NULL},
	    {"nothing was there", deny_tlsa, DNSSEC_SECURE, FINDING_TLSA_ABSENT, 3600, 2911, true,
		false, NULL},
	};
	for (size_t i = 0; i < sizeof fixes / sizeof *fixes; i++) {
		struct world w;
		world_open(&w);
		print_message("%s\n", fixes[i].label);
		fixes[i].change(&w, fixes[i].value);
		struct lookup *l = w.host->tlsa_initial;
		l->original_ttl = fixes[i].ttl;
		l->ttl_left = fixes[i].left;
		l->has_signature = fixes[i].is_signed;
		l->signature_expires = NOW + 30 * DAY;
		l->proposed = fixes[i].proposed;
		world_judge(&w);
		const char *fix = find(&w, fixes[i].code)->fix;
		check_text(fixes[i].label, "fix", fix, fixes[i].want);
		assert_non_null(fix);
		assert_int_equal(strstr(fix, "Caches") != NULL, fixes[i].want != NULL);
		world_close(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_matched),
	    cmocka_unit_test(test_matched_unsent),
	    cmocka_unit_test(test_no_fix),
	    cmocka_unit_test(test_caches),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
