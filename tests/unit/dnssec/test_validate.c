/* What a zone's keys prove: records, wildcards, absence; and why not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "dns_fixture.h"
#include "limit.h"

enum { MANY = 6 };

static void test_rrset(void **state)
{
	(void)state;
	static const struct {
		const char *label, *zone, *owner;
		uint16_t type;
		const char *answer[MANY], *authority[MANY];
		int64_t now;
		enum dnssec_status want;
		const char *error;
	} rows[] = {
	    {"signed", "test", "mx.test", DNS_TYPE_A, {"mx.test A"}, {0}, 0, DNSSEC_SECURE, NULL},
	    {"apex", "test", "test", DNS_TYPE_MX, {"test MX"}, {0}, 0, DNSSEC_SECURE, NULL},
	    {"alias", "test", "alias.test", DNS_TYPE_CNAME, {"alias.test CNAME"}, {0}, 0,
		DNSSEC_SECURE, NULL},
	    {"not yet", "test", "mx.test", DNS_TYPE_A, {"mx.test A"}, {0}, FIXTURE_BEFORE,
		DNSSEC_BOGUS,
		"the signature over mx.test A is not valid before 2024-01-01T00:00:00Z: is the "
		"clock right?"},
	    {"expired", "test", "mx.test", DNS_TYPE_A, {"mx.test A"}, {0}, FIXTURE_AFTER,
		DNSSEC_BOGUS, "the signature over mx.test A expired at 2035-01-01T00:00:00Z"},
	    {"no signature", "test", "mx.test", DNS_TYPE_A, {"-mx.test A"}, {0}, 0, DNSSEC_BOGUS,
		"mx.test A has no signature although zone test is signed"},
	    {"another zone's", "test", "mx.hashed", DNS_TYPE_A, {"mx.hashed A"}, {0}, 0,
		DNSSEC_BOGUS, "mx.hashed A is signed by hashed, but belongs to zone test"},
	    {"renamed", "test", "evil.test", DNS_TYPE_A, {"mx.test A > evil.test"}, {0}, 0,
		DNSSEC_BOGUS, "does not verify"},
	    {"one record more", "test", "mx.test", DNS_TYPE_A,
		{"mx.test A", "mx.test. 3600 IN A 198.51.100.1"}, {0}, 0, DNSSEC_BOGUS,
		"does not verify"},
	    {"other data", "test", "mx.test", DNS_TYPE_A,
		{"mx.test. 3600 IN A 198.51.100.1", "mx.test NSEC"}, {0}, 0, DNSSEC_BOGUS,
		"no signature"},
	    {"in the authority section", "test", "mx.test", DNS_TYPE_A, {0}, {"mx.test A"}, 0,
		DNSSEC_BOGUS, "does not verify"},
	    {"wildcard", "test", "a.w.test", DNS_TYPE_A, {"*.w.test A > a.w.test"},
		{"*.w.test NSEC"}, 0, DNSSEC_SECURE, NULL},
	    {"wildcard, two labels", "test", "a.b.w.test", DNS_TYPE_A, {"*.w.test A > a.b.w.test"},
		{"*.w.test NSEC"}, 0, DNSSEC_SECURE, NULL},
	    {"wildcard without proof", "test", "a.w.test", DNS_TYPE_A, {"*.w.test A > a.w.test"},
		{0}, 0, DNSSEC_BOGUS, "not proven that nothing closer exists"},
	    {"wildcard with the wrong proof", "test", "a.w.test", DNS_TYPE_A,
		{"*.w.test A > a.w.test"}, {"ns.test NSEC"}, 0, DNSSEC_BOGUS, "closer"},
	    {"wildcard over nothing", "wild", "a.b.wild", DNS_TYPE_A, {"*.wild A > a.b.wild"},
		{"*.wild NSEC"}, 0, DNSSEC_SECURE, NULL},
	    {"wildcard over an empty non-terminal", "wild", "y.ent.wild", DNS_TYPE_A,
		{"*.wild A > y.ent.wild"}, {"*.wild NSEC"}, 0, DNSSEC_BOGUS, "closer"},
	    {"wildcard, hashed", "hashed", "a.w.hashed", DNS_TYPE_A, {"*.w.hashed A > a.w.hashed"},
		{"hashed NSEC3"}, 0, DNSSEC_SECURE, NULL},
	    {"wildcard, salted", "salted", "a.w.salted", DNS_TYPE_A, {"*.w.salted A > a.w.salted"},
		{"salted NSEC3"}, 0, DNSSEC_SECURE, NULL},
	    {"wildcard, hashed, without proof", "hashed", "a.w.hashed", DNS_TYPE_A,
		{"*.w.hashed A > a.w.hashed"}, {0}, 0, DNSSEC_BOGUS, "closer"},
	    {"wildcard, opt-out", "optout", "a.w.optout", DNS_TYPE_A, {"*.w.optout A > a.w.optout"},
		{"optout NSEC3"}, 0, DNSSEC_INSECURE, NULL},
	    {"wildcard, many iterations", "slow", "a.w.slow", DNS_TYPE_A, {"*.w.slow A > a.w.slow"},
		{"slow NSEC3"}, 0, DNSSEC_INSECURE, NULL},
	    /* RFC 4034 §3.1.3: an owner that begins with an asterisk is no expansion of itself */
	    {"an asterisk itself", "test", "*.w.test", DNS_TYPE_A, {"*.w.test A"}, {0}, 0,
		DNSSEC_SECURE, NULL},
	    {"an asterisk itself, hashed", "hashed", "*.w.hashed", DNS_TYPE_A, {"*.w.hashed A"},
		{0}, 0, DNSSEC_SECURE, NULL},
	    {"an asterisk itself, the same record twice", "test", "*.w.test", DNS_TYPE_A,
		{"*.w.test A", "*.w.test. 60 IN A 192.0.2.80"}, {0}, 0, DNSSEC_SECURE, NULL},
	    {"an asterisk itself, expired", "test", "*.w.test", DNS_TYPE_A, {"*.w.test A"}, {0},
		FIXTURE_AFTER, DNSSEC_BOGUS, "expired"},
	    {"an asterisk itself, not yet", "test", "*.w.test", DNS_TYPE_A, {"*.w.test A"}, {0},
		FIXTURE_BEFORE, DNSSEC_BOGUS, "not valid before"},
	    {"an asterisk itself, one record more", "test", "*.w.test", DNS_TYPE_A,
		{"*.w.test A", "*.w.test. 3600 IN A 192.0.2.81"}, {0}, 0, DNSSEC_BOGUS,
		"the signature over *.w.test A by key 26601 of zone test does not verify"},
	    {"an asterisk itself, forged", "test", "*.w.test", DNS_TYPE_A,
		{"*.w.test. 3600 IN A 192.0.2.81", "*.w.test. 3600 IN RRSIG A 13 2 3600 "
						   "20350101000000 20240101000000 26601 test. "
						   "N7ptlJDpgF6d8Ob6cwp00qPxxojc5s5l0VFeIHc8hu/"
						   "rW6f0vwfDB1U2116daHAtZZIKOH2Yz0ide1DFeudUEA=="},
		{0}, 0, DNSSEC_BOGUS, "does not verify"},
	    {"an asterisk itself, a signature of another size", "test", "*.w.test", DNS_TYPE_A,
		{"*.w.test. 3600 IN A 192.0.2.80",
		    "*.w.test. 3600 IN RRSIG A 13 2 3600 "
		    "20350101000000 20240101000000 26601 test. AAAA"},
		{0}, 0, DNSSEC_BOGUS, "does not verify"},
	    {"an asterisk itself, another signature", "test", "*.w.test", DNS_TYPE_A,
		{"mx.test A > *.w.test"}, {0}, 0, DNSSEC_BOGUS, "does not verify"},
	    {"an asterisk itself, unsigned", "test", "*.w.test", DNS_TYPE_A, {"-*.w.test A"}, {0},
		0, DNSSEC_BOGUS, "no signature"},
	    {"an asterisk itself, another zone's", "test", "*.w.hashed", DNS_TYPE_A,
		{"*.w.hashed A"}, {0}, 0, DNSSEC_BOGUS, "is signed by hashed"},
	    /* RFC 5011 §2.1 */
	    {"signed by a revoked key", "revoked", "revoked", DNS_TYPE_MX, {"revoked MX"}, {0}, 0,
		DNSSEC_BOGUS, "key 26917, which zone revoked does not have, or has revoked"},
	    {"an asterisk below a wildcard", "wild", "*.b.wild", DNS_TYPE_A,
		{"*.wild A > *.b.wild"}, {"*.wild NSEC"}, 0, DNSSEC_BOGUS,
		"begins with an asterisk itself, which Unbound does not accept"},
	    {"the wildcard's signature, expired, opt-out", "optout", "a.w.optout", DNS_TYPE_A,
		{"*.w.optout A > a.w.optout"}, {"optout NSEC3"}, FIXTURE_AFTER, DNSSEC_BOGUS,
		"expired"},
	    {"the wildcard's signature, forged, opt-out", "optout", "a.w.optout", DNS_TYPE_A,
		{"*.w.optout A > a.w.optout", "a.w.optout. 3600 IN A 198.51.100.1"},
		{"optout NSEC3"}, 0, DNSSEC_BOGUS, "closer"},
	    {"DNAME", "test", "a.d.test", DNS_TYPE_CNAME,
		{"d.test DNAME", "a.d.test. 3600 IN CNAME a.w.test."}, {0}, 0, DNSSEC_SECURE, NULL},
	    {"DNAME to elsewhere", "test", "a.d.test", DNS_TYPE_CNAME,
		{"d.test DNAME", "a.d.test. 3600 IN CNAME a.evil.test."}, {0}, 0, DNSSEC_BOGUS,
		"the DNAME at d.test does not verify, or the alias"},
	    {"DNAME expired", "test", "a.d.test", DNS_TYPE_CNAME,
		{"d.test DNAME", "a.d.test. 3600 IN CNAME a.w.test."}, {0}, FIXTURE_AFTER,
		DNSSEC_BOGUS, "the signature over d.test DNAME expired"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct zone_keys *keys = fixture_keys(rows[i].zone);
		struct answer *a = fixture_answer(
		    rows[i].owner, rows[i].type, 0, rows[i].answer, rows[i].authority);
		fixture_check(rows[i].label,
		    validate_rrset(a, rows[i].owner, rows[i].type, keys,
			rows[i].now ? rows[i].now : FIXTURE_NOW, arena),
		    rows[i].want, false, rows[i].error);
		answer_destroy(a);
		keys_destroy(keys);
		arena_destroy(arena);
	}
}

/* Each algorithm's keys and signatures, and names in both cases of letters (RFC 4034 §6.2). */
static void test_asterisk_algorithms(void **state)
{
	(void)state;
	static const char *const zones[] = {
	    "rsasha1", "rsasha256", "rsasha512", "ecdsa384", "ed25519", "ed448"};
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		for (int forged = 0; forged <= 1; forged++) {
			char owner[32], wish[40], more[64];
			snprintf(owner, sizeof owner, "*.%s", zones[i]);
			snprintf(wish, sizeof wish, "%s MX", owner);
			snprintf(more, sizeof more, "%s. 60 IN MX 10 %s.Example.", owner,
			    forged ? "evil" : "MX");
			const char *const answer[] = {wish, more, NULL};
			struct arena *arena = arena_create();
			struct zone_keys *keys = fixture_keys(zones[i]);
			struct answer *a = fixture_answer(owner, DNS_TYPE_MX, 0, answer, NULL);
			fixture_check(owner,
			    validate_rrset(a, owner, DNS_TYPE_MX, keys, FIXTURE_NOW, arena),
			    forged ? DNSSEC_BOGUS : DNSSEC_SECURE, false,
			    forged ? "does not verify" : NULL);
			answer_destroy(a);
			keys_destroy(keys);
			arena_destroy(arena);
		}
	}
}

static const char *program; /* this one; valgrind has another behind /proc/self/exe */

/* In a process of its own: GnuTLS reads the policy when it is loaded. */
static void test_as_disabled(void **state)
{
	(void)state;
	static const char *const answer[] = {"*.ed25519 MX", NULL};
	struct arena *arena = arena_create();
	struct zone_keys *keys = fixture_keys("ed25519");
	struct answer *a = fixture_answer("*.ed25519", DNS_TYPE_MX, 0, answer, NULL);
	fixture_check("disabled curve",
	    validate_rrset(a, "*.ed25519", DNS_TYPE_MX, keys, FIXTURE_NOW, arena),
	    DNSSEC_INDETERMINATE, false, "policy of this machine disables the curve");
	answer_destroy(a);
	keys_destroy(keys);
	arena_destroy(arena);
}

static void test_disabled_curve(void **state)
{
	(void)state;
	static const char policy[] = "[overrides]\ndisabled-curve = ed25519\n";
	char path[] = "/tmp/mxdane-policy-XXXXXX";
	int file = mkstemp(path), status = -1;
	assert_true(file >= 0);
	assert_int_equal(write(file, policy, sizeof policy - 1), sizeof policy - 1);
	close(file);
	pid_t child = fork();
	if (child == 0) {
		setenv("GNUTLS_SYSTEM_PRIORITY_FILE", path, 1);
		execl(program, program, "disabled", (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	unlink(path);
	assert_int_equal(status, 0);
}

static void test_absence(void **state)
{
	(void)state;
	static const struct {
		const char *label, *zone, *name;
		uint16_t type;
		unsigned rcode;
		const char *authority[MANY];
		int64_t now;
		enum dnssec_status want;
		bool denies_name;
		const char *error;
	} rows[] = {
	    /* NSEC (RFC 4035 §5.4) */
	    {"no such type", "test", "mx.test", DNS_TYPE_MX, 0, {"mx.test NSEC"}, 0, DNSSEC_SECURE,
		false, NULL},
	    {"no such type, NXDOMAIN said", "test", "mx.test", DNS_TYPE_MX, 3, {"mx.test NSEC"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"no such name", "test", "nx.test", DNS_TYPE_A, 3, {"ns.test NSEC", "test NSEC"}, 0,
		DNSSEC_SECURE, true, NULL},
	    {"no such name, NOERROR said", "test", "nx.test", DNS_TYPE_A, 0,
		{"ns.test NSEC", "test NSEC"}, 0, DNSSEC_SECURE, true, NULL},
	    {"empty non-terminal", "test", "ent.test", DNS_TYPE_A, 0, {"d.test NSEC"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"wildcard without the type", "test", "a.w.test", DNS_TYPE_MX, 0, {"*.w.test NSEC"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"the type exists", "test", "mx.test", DNS_TYPE_A, 0, {"mx.test NSEC"}, 0, DNSSEC_BOGUS,
		false, "do not prove that there is no mx.test A"},
	    {"an asterisk itself without the type", "test", "*.w.test", DNS_TYPE_MX, 0,
		{"*.w.test NSEC"}, 0, DNSSEC_SECURE, false, NULL},
	    {"an asterisk itself with the type", "test", "*.w.test", DNS_TYPE_A, 0,
		{"*.w.test NSEC"}, 0, DNSSEC_BOGUS, false, "do not prove"},
	    {"an alias exists", "test", "alias.test", DNS_TYPE_A, 0, {"alias.test NSEC"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"the wildcard has the type", "test", "a.w.test", DNS_TYPE_A, 0, {"*.w.test NSEC"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"the name exists", "test", "mx.test", DNS_TYPE_MX, 3, {"ns.test NSEC", "test NSEC"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"without the wildcard's", "test", "nx.test", DNS_TYPE_A, 3, {"ns.test NSEC"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"without the name's", "test", "nx.test", DNS_TYPE_A, 3, {"test NSEC"}, 0, DNSSEC_BOGUS,
		false, "do not prove"},
	    {"below a signed delegation", "test", "mx.signed.test", DNS_TYPE_A, 3,
		{"signed.test NSEC", "test NSEC"}, 0, DNSSEC_BOGUS, false, "do not prove"},
	    {"at a signed delegation", "test", "signed.test", DNS_TYPE_A, 0, {"signed.test NSEC"},
		0, DNSSEC_BOGUS, false, "do not prove"},
	    {"below a DNAME", "test", "a.d.test", DNS_TYPE_A, 3, {"d.test NSEC", "test NSEC"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"unsigned", "test", "mx.test", DNS_TYPE_MX, 0, {"-mx.test NSEC"}, 0, DNSSEC_BOGUS,
		false, "mx.test NSEC has no signature"},
	    {"expired", "test", "mx.test", DNS_TYPE_MX, 0, {"mx.test NSEC"}, FIXTURE_AFTER,
		DNSSEC_BOGUS, false, "the signature over mx.test NSEC expired"},
	    {"nothing at all", "test", "mx.test", DNS_TYPE_MX, 0, {0}, 0, DNSSEC_BOGUS, false,
		"nothing proves that there is no mx.test MX, although zone test is signed"},
	    {"another zone's", "hashed", "mx.test", DNS_TYPE_MX, 0, {"mx.test NSEC"}, 0,
		DNSSEC_BOGUS, false, "belongs to zone hashed"},
	    {"DS of no delegation", "test", "mx.test", DNS_TYPE_DS, 0, {"mx.test NSEC"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"DS of an unsigned delegation", "test", "unsigned.test", DNS_TYPE_DS, 0,
		{"unsigned.test NSEC"}, 0, DNSSEC_INSECURE, false, NULL},
	    {"DS of a signed delegation", "test", "signed.test", DNS_TYPE_DS, 0,
		{"signed.test NSEC"}, 0, DNSSEC_BOGUS, false, "do not prove"},
	    {"DS by the zone itself", "test", "test", DNS_TYPE_DS, 0, {"test NSEC"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"between the last and the first", "test", "z.test", DNS_TYPE_A, 3,
		{"*.w.test NSEC", "test NSEC"}, 0, DNSSEC_SECURE, true, NULL},
	    {"by what a wildcard made", "test", "a.w.test", DNS_TYPE_MX, 0,
		{"*.w.test NSEC > a.w.test"}, 0, DNSSEC_BOGUS, false, "do not prove"},
	    {"by what a wildcard made and its own", "test", "b.w.test", DNS_TYPE_MX, 3,
		{"*.w.test NSEC > a.w.test", "unsigned.test NSEC"}, 0, DNSSEC_BOGUS, false,
		"do not prove"},
	    /* NSEC3 (RFC 5155 §8) */
	    {"hashed: no such type", "hashed", "mx.hashed", DNS_TYPE_MX, 0, {"hashed NSEC3"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"hashed: no such name", "hashed", "nx.hashed", DNS_TYPE_A, 3, {"hashed NSEC3"}, 0,
		DNSSEC_SECURE, true, NULL},
	    {"hashed: no such name, NOERROR said", "hashed", "nx.hashed", DNS_TYPE_A, 0,
		{"hashed NSEC3"}, 0, DNSSEC_SECURE, true, NULL},
	    {"hashed: empty non-terminal, NXDOMAIN said", "hashed", "ent.hashed", DNS_TYPE_A, 3,
		{"hashed NSEC3"}, 0, DNSSEC_SECURE, false, NULL},
	    {"hashed: wildcard without the type", "hashed", "a.w.hashed", DNS_TYPE_MX, 0,
		{"hashed NSEC3"}, 0, DNSSEC_SECURE, false, NULL},
	    {"hashed: the wildcard has the type", "hashed", "a.w.hashed", DNS_TYPE_A, 0,
		{"hashed NSEC3"}, 0, DNSSEC_BOGUS, false, "do not prove"},
	    {"hashed: the type exists", "hashed", "mx.hashed", DNS_TYPE_A, 0, {"hashed NSEC3"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"hashed: below a signed delegation", "hashed", "_25._tcp.mx.signed.hashed",
		DNS_TYPE_TLSA, 3, {"hashed NSEC3"}, 0, DNSSEC_BOGUS, false, "do not prove"},
	    {"hashed: at a signed delegation", "hashed", "signed.hashed", DNS_TYPE_A, 0,
		{"hashed NSEC3"}, 0, DNSSEC_BOGUS, false, "do not prove"},
	    {"hashed: below a DNAME", "hashed", "a.d.hashed", DNS_TYPE_A, 3, {"hashed NSEC3"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"hashed: DS of an unsigned delegation", "hashed", "unsigned.hashed", DNS_TYPE_DS, 0,
		{"hashed NSEC3"}, 0, DNSSEC_INSECURE, false, NULL},
	    {"hashed: DS of a signed delegation", "hashed", "signed.hashed", DNS_TYPE_DS, 0,
		{"hashed NSEC3"}, 0, DNSSEC_BOGUS, false, "do not prove"},
	    {"hashed: DS of no delegation", "hashed", "mx.hashed", DNS_TYPE_DS, 0, {"hashed NSEC3"},
		0, DNSSEC_SECURE, false, NULL},
	    {"hashed: unsigned", "hashed", "nx.hashed", DNS_TYPE_A, 3, {"-hashed NSEC3"}, 0,
		DNSSEC_BOGUS, false, "no signature"},
	    {"hashed: expired", "hashed", "nx.hashed", DNS_TYPE_A, 3, {"hashed NSEC3"},
		FIXTURE_AFTER, DNSSEC_BOGUS, false, "expired"},
	    {"hashed: another zone's", "test", "nx.test", DNS_TYPE_A, 3, {"hashed NSEC3"}, 0,
		DNSSEC_BOGUS, false, "belongs to zone test"},
	    {"salted: no such name", "salted", "nx.salted", DNS_TYPE_A, 3, {"salted NSEC3"}, 0,
		DNSSEC_SECURE, true, NULL},
	    {"salted: no such type", "salted", "mx.salted", DNS_TYPE_MX, 0, {"salted NSEC3"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"opt-out: no such name", "optout", "nx.optout", DNS_TYPE_A, 3, {"optout NSEC3"}, 0,
		DNSSEC_INSECURE, false, NULL},
	    {"opt-out: no such type", "optout", "mx.optout", DNS_TYPE_MX, 0, {"optout NSEC3"}, 0,
		DNSSEC_SECURE, false, NULL},
	    {"opt-out: DS of no name", "optout", "nx.optout", DNS_TYPE_DS, 3, {"optout NSEC3"}, 0,
		DNSSEC_INSECURE, false, NULL},
	    {"opt-out: the type exists", "optout", "mx.optout", DNS_TYPE_A, 0, {"optout NSEC3"}, 0,
		DNSSEC_BOGUS, false, "do not prove"},
	    {"a signed SOA beside it", "test", "mx.test", DNS_TYPE_MX, 0,
		{"mx.test NSEC", "test SOA"}, 0, DNSSEC_SECURE, false, NULL},
	    {"an unsigned SOA beside it", "test", "mx.test", DNS_TYPE_MX, 0,
		{"mx.test NSEC", "-test SOA"}, 0, DNSSEC_BOGUS, false,
		"test SOA has no signature although zone test is signed"},
	    {"a forged SOA beside it", "test", "mx.test", DNS_TYPE_MX, 0,
		{"mx.test NSEC", "test SOA", "test. 3600 IN SOA ns.test. evil.test. 1 1 1 1 1"}, 0,
		DNSSEC_BOGUS, false, "the signature over test SOA"},
	    {"an unsigned SOA beside the absence of DS", "test", "mx.test", DNS_TYPE_DS, 0,
		{"mx.test NSEC", "-test SOA"}, 0, DNSSEC_SECURE, false, NULL},
	    {"another zone's unsigned SOA beside it", "test", "mx.test", DNS_TYPE_MX, 0,
		{"mx.test NSEC", "-hashed SOA"}, 0, DNSSEC_SECURE, false, NULL},
	    {"151 iterations", "slow", "mx.slow", DNS_TYPE_MX, 0, {"slow NSEC3"}, 0,
		DNSSEC_INSECURE, false, NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct zone_keys *keys = fixture_keys(rows[i].zone);
		struct answer *a = fixture_answer(
		    rows[i].name, rows[i].type, rows[i].rcode, NULL, rows[i].authority);
		fixture_check(rows[i].label,
		    validate_absence(a, rows[i].name, rows[i].type, keys,
			rows[i].now ? rows[i].now : FIXTURE_NOW, arena),
		    rows[i].want, rows[i].denies_name, rows[i].error);
		answer_destroy(a);
		keys_destroy(keys);
		arena_destroy(arena);
	}
}

static void test_iterations(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *name, *authority[2];
		unsigned want;
	} rows[] = {
	    {"test", "nx.test", {"test NSEC"}, 0},
	    {"hashed", "nx.hashed", {"hashed NSEC3"}, 0},
	    {"salted", "nx.salted", {"salted NSEC3"}, 5},
	    {"slow", "nx.slow", {"slow NSEC3"}, 151},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct zone_keys *keys = fixture_keys(rows[i].zone);
		struct answer *a =
		    fixture_answer(rows[i].name, DNS_TYPE_A, 3, NULL, rows[i].authority);
		struct dns_verdict v =
		    validate_absence(a, rows[i].name, DNS_TYPE_A, keys, FIXTURE_NOW, arena);
		assert_int_equal(v.iterations, rows[i].want);
		answer_destroy(a);
		keys_destroy(keys);
		arena_destroy(arena);
	}
}

/* Signatures that nobody made, by the tag of the key that made the one beside them. */
static struct dns_verdict prove_among(unsigned forged, const struct zone_keys *keys)
{
	char lines[LIMIT_SIGNATURE_TRIES + 1][300];
	const char *answer[LIMIT_SIGNATURE_TRIES + 3] = {"mx.test A"};
	struct answer *a = fixture_answer("mx.test", DNS_TYPE_A, 0, answer, NULL);
	const struct dns_signature *s = answer_signature(a, "mx.test", DNS_TYPE_A, NULL)->signature;
	struct arena *arena = arena_create();

	for (unsigned i = 0; i < forged; i++) {
		snprintf(lines[i], sizeof lines[i],
		    "mx.test. 3600 IN RRSIG A %u 2 3600 20340101000000 20240101000000 %u test. "
		    "%08uAAAA",
		    s->algorithm, s->key_tag, i);
		answer[i + 1] = lines[i];
	}
	answer_destroy(a);
	a = fixture_answer("mx.test", DNS_TYPE_A, 0, answer, NULL);
	struct dns_verdict v = validate_rrset(a, "mx.test", DNS_TYPE_A, keys, FIXTURE_NOW, arena);
	if (v.error)
		assert_non_null(strstr(v.error, "with keys of zone test that share a tag"));
	v.error = NULL;
	answer_destroy(a);
	arena_destroy(arena);
	return v;
}

static void test_costly(void **state)
{
	(void)state;
	struct zone_keys *keys = fixture_keys("test");

	assert_int_equal(prove_among(LIMIT_SIGNATURE_TRIES - 1, keys).status, DNSSEC_SECURE);
	assert_int_equal(prove_among(LIMIT_SIGNATURE_TRIES, keys).status, DNSSEC_BOGUS);
	keys_destroy(keys);
}

/* A denial beside others, each with as many signatures as one may have; those of an answer have a
 * bound together. */
static void test_costly_denials(void **state)
{
	(void)state;
	enum {
		COUNT = LIMIT_DENIAL_TRIES / LIMIT_SIGNATURE_TRIES,
		FORGED = LIMIT_SIGNATURE_TRIES - 1
	};
	static const char *const owners[COUNT + 1] = {"mx.test", "alias.test", "d.test",
	    "x.ent.test", "ns.test", "out.test", "signed.test", "unsigned.test",
	    "_25._tcp.mx.test"};
	static char lines[COUNT * FORGED][300], wishes[COUNT + 1][300];
	const char *authority[COUNT * FORGED + COUNT + 2] = {NULL};
	struct zone_keys *keys = fixture_keys("test");
	struct arena *arena = arena_create();
	size_t count = 0;

	for (size_t i = 0; i < COUNT + 1; i++) {
		snprintf(wishes[i], sizeof wishes[i], "%s NSEC", owners[i]);
		authority[count++] = wishes[i];
		for (size_t k = 0; i < COUNT && k < FORGED; k++) {
			char *line = lines[i * FORGED + k];
			snprintf(line, sizeof *lines,
			    "%s. 300 IN RRSIG NSEC 13 %u 300 20350101000000 20240101000000 26601 "
			    "test. %08uAAAA",
			    owners[i], i == 3 ? 3U : 2U, (unsigned)k);
			authority[count++] = line;
		}
	}
	for (int over = 0; over < 2; over++) {
		const char *last = authority[count - 1];
		authority[count - 1] = over ? last : NULL;
		struct answer *a = fixture_answer("mx.test", DNS_TYPE_MX, 0, NULL, authority);
		struct dns_verdict v =
		    validate_absence(a, "mx.test", DNS_TYPE_MX, keys, FIXTURE_NOW, arena);
		fixture_check("costly", v, over ? DNSSEC_BOGUS : DNSSEC_SECURE, false,
		    over ? "too many signatures over the NSEC or NSEC3 records of zone test"
			 : NULL);
		answer_destroy(a);
		authority[count - 1] = last;
	}
	arena_destroy(arena);
	keys_destroy(keys);
}

/* What was proven once is not known with a bit changed, nor after its signature has ended. */
static void test_remembered_denial(void **state)
{
	(void)state;
	static const char *const good[] = {"mx.test NSEC", NULL};
	struct zone_keys *keys = fixture_keys("test");
	struct arena *arena = arena_create();
	struct answer *a = fixture_answer("mx.test", DNS_TYPE_MX, 0, NULL, good);
	struct getdns_bindata *raw = NULL;

	for (int i = 0; i < 2; i++)
		assert_int_equal(
		    validate_absence(a, "mx.test", DNS_TYPE_MX, keys, FIXTURE_NOW, arena).status,
		    DNSSEC_SECURE);
	assert_int_equal(
	    validate_absence(a, "mx.test", DNS_TYPE_MX, keys, FIXTURE_AFTER, arena).status,
	    DNSSEC_BOGUS);
	for (size_t i = 0; i < a->count; i++) {
		assert_int_equal(
		    getdns_dict_get_bindata(a->rrs[i].dict, "/rdata/rdata_raw", &raw), 0);
		/* getdns' copy, and the message's own octets. */
		uint8_t *last = &raw->data[raw->size - 1],
			*same = (uint8_t *)(uintptr_t)a->rrs[i].rdata + raw->size - 1;
		*last = *same ^= 1;
		assert_int_equal(
		    validate_absence(a, "mx.test", DNS_TYPE_MX, keys, FIXTURE_NOW, arena).status,
		    DNSSEC_BOGUS);
		*last = *same ^= 1;
	}
	answer_destroy(a);
	arena_destroy(arena);
	keys_destroy(keys);
}

static void test_signer(void **state)
{
	(void)state;
	static const struct {
		const char *label, *owner;
		uint16_t type;
		bool absent;
		const char *answer[MANY], *authority[MANY], *want;
	} rows[] = {
	    {"signed", "mx.test", DNS_TYPE_A, false, {"mx.test A"}, {0}, "test"},
	    {"unsigned", "mx.test", DNS_TYPE_A, false, {"-mx.test A"}, {0}, NULL},
	    {"not above the name", "mx.test", DNS_TYPE_A, false, {"mx.hashed A > mx.test"}, {0},
		NULL},
	    {"DNAME", "a.d.test", DNS_TYPE_CNAME, false,
		{"d.test DNAME", "a.d.test. 3600 IN CNAME a.w.test."}, {0}, "test"},
	    {"absent", "nx.test", DNS_TYPE_A, true, {0}, {"ns.test NSEC"}, "test"},
	    {"absent, hashed", "nx.hashed", DNS_TYPE_A, true, {0}, {"hashed NSEC3"}, "hashed"},
	    {"absent, SOA alone", "nx.test", DNS_TYPE_A, true, {0}, {"test SOA"}, NULL},
	    {"absent, another zone", "nx.hashed", DNS_TYPE_A, true, {0}, {"ns.test NSEC"}, NULL},
	    {"the deepest", "a.mx.test", DNS_TYPE_A, false,
		{"mx.test A > a.mx.test", "a.mx.test. IN RRSIG A 13 3 3600 20350101000000 "
					  "20240101000000 1 mx.test. AAAA"},
		{0}, "mx.test"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct answer *a = fixture_answer(
		    rows[i].owner, rows[i].type, 0, rows[i].answer, rows[i].authority);
		const char *got =
		    validate_find_signer(a, rows[i].owner, rows[i].type, rows[i].absent);
		print_message("%s\n", rows[i].label);
		if (rows[i].want)
			assert_string_equal(got, rows[i].want);
		else
			assert_null(got);
		answer_destroy(a);
	}
}

int main(int argc, char **argv)
{
	program = argv[0];
	const struct CMUnitTest disabled[] = {cmocka_unit_test(test_as_disabled)};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rrset),
	    cmocka_unit_test(test_asterisk_algorithms),
	    cmocka_unit_test(test_disabled_curve),
	    cmocka_unit_test(test_absence),
	    cmocka_unit_test(test_signer),
	    cmocka_unit_test(test_iterations),
	    cmocka_unit_test(test_costly),
	    cmocka_unit_test(test_costly_denials),
	    cmocka_unit_test(test_remembered_denial),
	};
	return argc > 1 ? cmocka_run_group_tests(disabled, NULL, NULL)
			: cmocka_run_group_tests(tests, NULL, NULL);
}
