/* From address and TLSA lookups to the TLSA base domain (RFC 7672 §2.2.2, 2.2.3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "discovery.h"

/* What an address lookup of "mx.example" says; an alias leads to "target.example". */
enum family {
	UNASKED,
	SECURE,
	INSECURE,
	BOGUS,
	FAILED,
	UNJUDGED, /* records, but indeterminate */
	NODATA,   /* secure */
	NODATA_INSECURE,
	NODATA_BOGUS,
	ALIAS_SECURE,        /* all of it */
	ALIAS_LEAVES_SIGNED, /* alias secure, target not */
	ALIAS_INSECURE,
	ALIAS_BOGUS,
	ALIAS_NODATA, /* secure, no address at the target */
};

/* What a TLSA lookup says. */
enum answer {
	NONE, /* never came */
	T_USABLE,
	T_UNUSABLE,
	T_INSECURE,
	T_ABSENT,
	T_ABSENT_INSECURE,
	T_BOGUS,
	T_BOGUS_DENIAL,
	T_FAILED,
	T_UNJUDGED,
};

static struct dns_record address_record = {.address = {AF_INET, {192, 0, 2, 1}}};
static const uint8_t digest[32] = {1};
static struct dns_record usable = {.tlsa = {3, 1, 1, digest, 32}};
static struct dns_record unusable = {.tlsa = {1, 1, 1, digest, 32}};

static struct lookup *make_family(struct lookup *l, enum family f, enum dns_type type)
{
	static const struct {
		enum answer_kind kind;
		enum dnssec_status dnssec, alias;
		bool is_alias;
	} forms[] = {
	    [SECURE] = {ANSWER_RECORDS, DNSSEC_SECURE, DNSSEC_SECURE, false},
	    [INSECURE] = {ANSWER_RECORDS, DNSSEC_INSECURE, DNSSEC_INSECURE, false},
	    [BOGUS] = {ANSWER_RECORDS, DNSSEC_BOGUS, DNSSEC_BOGUS, false},
	    [FAILED] = {ANSWER_FAILED, DNSSEC_INDETERMINATE, DNSSEC_INDETERMINATE, false},
	    [UNJUDGED] = {ANSWER_RECORDS, DNSSEC_INDETERMINATE, DNSSEC_INDETERMINATE, false},
	    [NODATA] = {ANSWER_NODATA, DNSSEC_SECURE, DNSSEC_SECURE, false},
	    [NODATA_INSECURE] = {ANSWER_NODATA, DNSSEC_INSECURE, DNSSEC_INSECURE, false},
	    [NODATA_BOGUS] = {ANSWER_NODATA, DNSSEC_BOGUS, DNSSEC_BOGUS, false},
	    [ALIAS_SECURE] = {ANSWER_RECORDS, DNSSEC_SECURE, DNSSEC_SECURE, true},
	    [ALIAS_LEAVES_SIGNED] = {ANSWER_RECORDS, DNSSEC_INSECURE, DNSSEC_SECURE, true},
	    [ALIAS_INSECURE] = {ANSWER_RECORDS, DNSSEC_INSECURE, DNSSEC_INSECURE, true},
	    [ALIAS_BOGUS] = {ANSWER_RECORDS, DNSSEC_BOGUS, DNSSEC_SECURE, true},
	    [ALIAS_NODATA] = {ANSWER_NODATA, DNSSEC_SECURE, DNSSEC_SECURE, true},
	};
	if (f == UNASKED)
		return NULL;
	*l = (struct lookup){.asked = "mx.example",
	    .final = forms[f].is_alias ? "target.example" : "mx.example",
	    .type = type,
	    .kind = forms[f].kind,
	    .dnssec = forms[f].dnssec,
	    .alias_dnssec = forms[f].alias,
	    .records = &address_record,
	    .record_count = forms[f].kind == ANSWER_RECORDS};
	return l;
}

static struct lookup *make_tlsa(struct lookup *l, enum answer a, const char *owner)
{
	static const struct {
		enum answer_kind kind;
		enum dnssec_status dnssec;
	} forms[] = {
	    [T_USABLE] = {ANSWER_RECORDS, DNSSEC_SECURE},
	    [T_UNUSABLE] = {ANSWER_RECORDS, DNSSEC_SECURE},
	    [T_INSECURE] = {ANSWER_RECORDS, DNSSEC_INSECURE},
	    [T_ABSENT] = {ANSWER_NXDOMAIN, DNSSEC_SECURE},
	    [T_ABSENT_INSECURE] = {ANSWER_NODATA, DNSSEC_INSECURE},
	    [T_BOGUS] = {ANSWER_RECORDS, DNSSEC_BOGUS},
	    [T_BOGUS_DENIAL] = {ANSWER_NXDOMAIN, DNSSEC_BOGUS},
	    [T_FAILED] = {ANSWER_FAILED, DNSSEC_INDETERMINATE},
	    [T_UNJUDGED] = {ANSWER_RECORDS, DNSSEC_INDETERMINATE},
	};
	if (a == NONE)
		return NULL;
	*l = (struct lookup){.asked = owner,
	    .final = owner,
	    .type = DNS_TYPE_TLSA,
	    .kind = forms[a].kind,
	    .dnssec = forms[a].dnssec,
	    .records = a == T_UNUSABLE ? &unusable : &usable,
	    .record_count = forms[a].kind == ANSWER_RECORDS};
	return l;
}

#define MX "mx.example"
#define TARGET "target.example"

static const struct {
	const char *label;
	enum family a, aaaa;
	enum answer initial, final;
	enum tlsa_state state;
	const char *base;  /* NULL: no TLSA RRset applies */
	const char *owner; /* behind "_25._tcp." */
	bool deferred;
	enum dnssec_status addresses;
} rows[] = {
    /* No alias. */
    {"usable", SECURE, NODATA, T_USABLE, NONE, TLSA_STATE_USABLE, MX, MX, false, DNSSEC_SECURE},
    {"unusable", SECURE, SECURE, T_UNUSABLE, NONE, TLSA_STATE_UNUSABLE, MX, MX, false,
	DNSSEC_SECURE},
    {"absent", SECURE, NODATA, T_ABSENT, NONE, TLSA_STATE_ABSENT, NULL, MX, false, DNSSEC_SECURE},
    {"absent, unsigned", SECURE, NODATA, T_ABSENT_INSECURE, NONE, TLSA_STATE_ABSENT, NULL, MX,
	false, DNSSEC_SECURE},
    {"insecure records", SECURE, NODATA, T_INSECURE, NONE, TLSA_STATE_INSECURE, NULL, MX, false,
	DNSSEC_SECURE},
    {"bogus", SECURE, NODATA, T_BOGUS, NONE, TLSA_STATE_BOGUS, NULL, MX, false, DNSSEC_SECURE},
    {"bogus denial", SECURE, NODATA, T_BOGUS_DENIAL, NONE, TLSA_STATE_BOGUS, NULL, MX, false,
	DNSSEC_SECURE},
    {"failed", SECURE, NODATA, T_FAILED, NONE, TLSA_STATE_FAILED, NULL, MX, false, DNSSEC_SECURE},
    {"unjudged", SECURE, NODATA, T_UNJUDGED, NONE, TLSA_STATE_FAILED, NULL, MX, false,
	DNSSEC_SECURE},
    {"never came", SECURE, NODATA, NONE, NONE, TLSA_STATE_FAILED, NULL, MX, false, DNSSEC_SECURE},
    {"addresses insecure", INSECURE, INSECURE, T_USABLE, NONE, TLSA_STATE_SKIPPED, NULL, MX, false,
	DNSSEC_INSECURE},
    {"addresses insecure, TLSA fails", INSECURE, NODATA_INSECURE, T_FAILED, NONE,
	TLSA_STATE_SKIPPED, NULL, MX, false, DNSSEC_INSECURE},
    {"one family insecure", SECURE, INSECURE, T_USABLE, NONE, TLSA_STATE_SKIPPED, NULL, MX, false,
	DNSSEC_INSECURE},
    {"unsigned denial of one family", SECURE, NODATA_INSECURE, T_USABLE, NONE, TLSA_STATE_USABLE,
	MX, MX, false, DNSSEC_INSECURE},
    {"no address", NODATA, NODATA, T_USABLE, NONE, TLSA_STATE_SKIPPED, NULL, MX, false,
	DNSSEC_SECURE},
    {"nothing asked", UNASKED, UNASKED, NONE, NONE, TLSA_STATE_SKIPPED, NULL, MX, false,
	DNSSEC_INDETERMINATE},
    {"IPv4 alone asked", SECURE, UNASKED, T_USABLE, NONE, TLSA_STATE_USABLE, MX, MX, false,
	DNSSEC_SECURE},
    {"IPv6 alone asked", UNASKED, SECURE, T_USABLE, NONE, TLSA_STATE_USABLE, MX, MX, false,
	DNSSEC_SECURE},
    /* Errors in the address lookups. */
    {"one family bogus", SECURE, BOGUS, T_USABLE, NONE, TLSA_STATE_USABLE, MX, MX, true,
	DNSSEC_BOGUS},
    {"one denial bogus", SECURE, NODATA_BOGUS, T_USABLE, NONE, TLSA_STATE_USABLE, MX, MX, true,
	DNSSEC_BOGUS},
    {"one family failed", FAILED, SECURE, T_USABLE, NONE, TLSA_STATE_USABLE, MX, MX, true,
	DNSSEC_INDETERMINATE},
    {"both bogus", BOGUS, BOGUS, T_USABLE, NONE, TLSA_STATE_SKIPPED, NULL, MX, true, DNSSEC_BOGUS},
    {"both failed", FAILED, FAILED, T_USABLE, NONE, TLSA_STATE_SKIPPED, NULL, MX, true,
	DNSSEC_INDETERMINATE},
    {"bogus and failed", FAILED, BOGUS, T_USABLE, NONE, TLSA_STATE_SKIPPED, NULL, MX, true,
	DNSSEC_BOGUS},
    {"unjudged", UNJUDGED, NODATA, T_USABLE, NONE, TLSA_STATE_SKIPPED, NULL, MX, true,
	DNSSEC_INDETERMINATE},
    {"bogus and insecure", BOGUS, INSECURE, T_USABLE, NONE, TLSA_STATE_SKIPPED, NULL, MX, true,
	DNSSEC_BOGUS},
    /* A secure alias: the target, then the name itself. */
    {"alias, target has", ALIAS_SECURE, NODATA, T_ABSENT, T_USABLE, TLSA_STATE_USABLE, TARGET,
	TARGET, false, DNSSEC_SECURE},
    {"alias, both have", ALIAS_SECURE, NODATA, T_USABLE, T_USABLE, TLSA_STATE_USABLE, TARGET,
	TARGET, false, DNSSEC_SECURE},
    {"alias, target unusable", ALIAS_SECURE, NODATA, T_USABLE, T_UNUSABLE, TLSA_STATE_UNUSABLE,
	TARGET, TARGET, false, DNSSEC_SECURE},
    {"alias, name has", ALIAS_SECURE, NODATA, T_USABLE, T_ABSENT, TLSA_STATE_USABLE, MX, MX, false,
	DNSSEC_SECURE},
    {"alias, target insecure, name has", ALIAS_SECURE, NODATA, T_USABLE, T_INSECURE,
	TLSA_STATE_USABLE, MX, MX, false, DNSSEC_SECURE},
    {"alias, target insecure, name absent", ALIAS_SECURE, NODATA, T_ABSENT, T_INSECURE,
	TLSA_STATE_INSECURE, NULL, TARGET, false, DNSSEC_SECURE},
    {"alias, target absent, name insecure", ALIAS_SECURE, NODATA, T_INSECURE, T_ABSENT,
	TLSA_STATE_INSECURE, NULL, MX, false, DNSSEC_SECURE},
    {"alias, both insecure", ALIAS_SECURE, NODATA, T_INSECURE, T_INSECURE, TLSA_STATE_INSECURE,
	NULL, TARGET, false, DNSSEC_SECURE},
    {"alias, neither", ALIAS_SECURE, NODATA, T_ABSENT, T_ABSENT, TLSA_STATE_ABSENT, NULL, TARGET,
	false, DNSSEC_SECURE},
    {"alias, target bogus: not the name", ALIAS_SECURE, NODATA, T_USABLE, T_BOGUS, TLSA_STATE_BOGUS,
	NULL, TARGET, false, DNSSEC_SECURE},
    {"alias, target failed: not the name", ALIAS_SECURE, NODATA, T_USABLE, T_FAILED,
	TLSA_STATE_FAILED, NULL, TARGET, false, DNSSEC_SECURE},
    {"alias, target has, name bogus", ALIAS_SECURE, NODATA, T_BOGUS, T_USABLE, TLSA_STATE_USABLE,
	TARGET, TARGET, false, DNSSEC_SECURE},
    {"alias, target absent, name bogus", ALIAS_SECURE, NODATA, T_BOGUS, T_ABSENT, TLSA_STATE_BOGUS,
	NULL, MX, false, DNSSEC_SECURE},
    {"alias, target insecure, name failed", ALIAS_SECURE, NODATA, T_FAILED, T_INSECURE,
	TLSA_STATE_FAILED, NULL, MX, false, DNSSEC_SECURE},
    {"alias without addresses", ALIAS_NODATA, ALIAS_NODATA, T_USABLE, T_USABLE, TLSA_STATE_SKIPPED,
	NULL, MX, false, DNSSEC_SECURE},
    /* A signed alias out of the signed tree: the name itself alone. */
    {"out, name has", ALIAS_LEAVES_SIGNED, NODATA, T_USABLE, NONE, TLSA_STATE_USABLE, MX, MX, false,
	DNSSEC_INSECURE},
    {"out, name absent", ALIAS_LEAVES_SIGNED, NODATA, T_ABSENT, NONE, TLSA_STATE_ABSENT, NULL, MX,
	false, DNSSEC_INSECURE},
    {"out, name bogus", ALIAS_LEAVES_SIGNED, NODATA, T_BOGUS, NONE, TLSA_STATE_BOGUS, NULL, MX,
	false, DNSSEC_INSECURE},
    {"out, and one family stays", ALIAS_SECURE, ALIAS_LEAVES_SIGNED, T_USABLE, T_USABLE,
	TLSA_STATE_USABLE, MX, MX, false, DNSSEC_INSECURE},
    {"alias insecure", ALIAS_INSECURE, NODATA, T_USABLE, NONE, TLSA_STATE_SKIPPED, NULL, MX, false,
	DNSSEC_INSECURE},
    {"alias bogus", ALIAS_BOGUS, NODATA, T_USABLE, NONE, TLSA_STATE_SKIPPED, NULL, MX, true,
	DNSSEC_BOGUS},
};

static void test_decide(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct lookup a, aaaa, initial, final;
		struct mx_host h = {.name = MX,
		    .a = make_family(&a, rows[i].a, DNS_TYPE_A),
		    .aaaa = make_family(&aaaa, rows[i].aaaa, DNS_TYPE_AAAA),
		    .tlsa_initial = make_tlsa(&initial, rows[i].initial, "_25._tcp." MX),
		    .tlsa_final = make_tlsa(&final, rows[i].final, "_25._tcp." TARGET)};
		const char *label = rows[i].label;
		discovery_decide(arena, &h, 25);
		if (h.tlsa_state != rows[i].state)
			fail_msg("%s: %s", label, tlsa_state_name(h.tlsa_state));
		if (!h.tlsa_base != !rows[i].base ||
		    (h.tlsa_base && strcmp(h.tlsa_base, rows[i].base) != 0))
			fail_msg("%s: base %s", label, h.tlsa_base ? h.tlsa_base : "-");
		if (strcmp(h.tlsa_owner + strlen("_25._tcp."), rows[i].owner) != 0)
			fail_msg("%s: owner %s", label, h.tlsa_owner);
		if (strcmp(h.sni, rows[i].base ? rows[i].base : MX) != 0)
			fail_msg("%s: SNI %s", label, h.sni);
		if (h.deferred != rows[i].deferred || h.address_dnssec != rows[i].addresses)
			fail_msg("%s: deferred %d, %s", label, h.deferred,
			    dnssec_status_name(h.address_dnssec));
		bool shown = h.tlsa_state == TLSA_STATE_USABLE ||
			     h.tlsa_state == TLSA_STATE_UNUSABLE ||
			     h.tlsa_state == TLSA_STATE_INSECURE;
		if (h.tlsa_count != shown)
			fail_msg("%s: %zu records", label, h.tlsa_count);
		if (h.tlsa && strcmp(h.tlsa->asked, h.tlsa_owner) != 0)
			fail_msg("%s: decided by %s", label, h.tlsa->asked);
		if (h.tlsa_state == TLSA_STATE_SKIPPED)
			assert_null(h.tlsa);
		arena_destroy(arena);
	}
}

static void test_alias_target(void **state)
{
	(void)state;
	static const struct {
		enum family a, aaaa;
		const char *want;
	} targets[] = {
	    {SECURE, SECURE, NULL},
	    {ALIAS_SECURE, NODATA, TARGET},
	    {ALIAS_NODATA, ALIAS_SECURE, TARGET},
	    {UNASKED, ALIAS_SECURE, TARGET},
	    {ALIAS_LEAVES_SIGNED, NODATA, NULL},
	    {ALIAS_INSECURE, NODATA, NULL},
	    {ALIAS_BOGUS, NODATA, NULL},
	    {ALIAS_SECURE, BOGUS, TARGET},
	    {ALIAS_SECURE, ALIAS_LEAVES_SIGNED, NULL},
	    {ALIAS_NODATA, ALIAS_NODATA, NULL},
	    {FAILED, FAILED, NULL},
	    {UNASKED, UNASKED, NULL},
	};
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		struct lookup a, aaaa;
		struct mx_host h = {.name = MX,
		    .a = make_family(&a, targets[i].a, DNS_TYPE_A),
		    .aaaa = make_family(&aaaa, targets[i].aaaa, DNS_TYPE_AAAA)};
		const char *got = discovery_alias_target(&h);
		if (!got != !targets[i].want || (got && strcmp(got, targets[i].want) != 0))
			fail_msg("row %zu: %s", i, got ? got : "-");
	}
}

static void test_owner(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	assert_string_equal(discovery_tlsa_owner(arena, MX, 25), "_25._tcp.mx.example");
	assert_string_equal(discovery_tlsa_owner(arena, MX, 10025), "_10025._tcp.mx.example");
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_decide),
	    cmocka_unit_test(test_alias_target),
	    cmocka_unit_test(test_owner),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
