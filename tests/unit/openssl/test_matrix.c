/*
 * Every verdict against OpenSSL's own DANE verifier: usage × selector × matching type × chain
 * shape, then random RRsets and chains. What mxdane calls verified OpenSSL must accept; what it
 * refuses OpenSSL must refuse, except where a row of `differences` says why not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certificate_fixtures.h"
#include "der_mutation.h"
#include "openssl_dane.h"
#include "openssl_keys.h"

enum { CHAIN_MAX = 24, RECORDS_MAX = 6 };

/* The chain as sent; `more` are certificates that are not sent and yet named by records. */
static const struct shape {
	const char *label;
	const char *chain;
	const char *more;
} shapes[] = {
#include "matrix_shapes.h"
};

/* Where OpenSSL accepts, or finds a record usable, and mxdane does not, by the promise of
 * `verified`. */
static struct difference {
	const char *shape;
	const char *target; /* the certificate that the record names */
	const char *reason;
	unsigned seen;
} differences[] = {
#include "matrix_differences.h"
};

static struct {
	unsigned cells, accepted, refused, differing;
} counts;

static const struct reference_identifiers references = {{"mx.example.net", "example.net"}, 2};

static bool is_listed(const char *shape, const char *target)
{
	for (size_t i = 0; i < sizeof differences / sizeof *differences; i++) {
		struct difference *d = &differences[i];
		if (strcmp(d->shape, shape) || (*d->target != '*' && strcmp(d->target, target)))
			continue;
		d->seen++;
		return true;
	}
	return false;
}

/* One cell; false where the verdicts differ and no row says so. */
static bool judge_cell(const struct shape *shape, const struct certificate *chain,
    size_t chain_count, const char *target, const struct tlsa_record *made)
{
	bool usable;
	struct arena *arena = arena_create();
	struct tlsa_record *r = read_records(arena, made, 1);
	int error = oracle_judge(r, 1, &usable, chain, chain_count, &references, FIXTURE_AT);
	struct dane_verdict v =
	    tlsa_judge_chain(arena, r, 1, chain, chain_count, &references, FIXTURE_AT);
	bool verified = v.result == DANE_RESULT_VERIFIED, accepted = usable && error == X509_V_OK;
	bool good = verified == accepted && usable == (r->defect == TLSA_DEFECT_NONE);

	counts.cells++;
	counts.accepted += good && verified;
	counts.refused += good && !verified;
	if (!good && !verified && is_listed(shape->label, target)) {
		counts.differing++;
		good = true;
	}
	if (!good)
		print_error("%s, %u %u %u of %s: mxdane says %s%s, OpenSSL %s%s\n", shape->label,
		    made->usage, made->selector, made->mtype, target, dane_result_name(v.result),
		    r->defect ? " (unusable)" : "", X509_verify_cert_error_string(error),
		    usable ? "" : " (unusable)");
	arena_destroy(arena);
	return good;
}

static unsigned judge_targets(const struct shape *shape, const char *targets)
{
	struct certificate chain[CHAIN_MAX];
	size_t chain_count = fixture_chain(shape->chain, chain, CHAIN_MAX);
	unsigned faults = 0;
	char target[48];
	int used;
	for (; sscanf(targets, "%47s%n", target, &used) == 1; targets += used)
		for (uint8_t usage = 2; usage <= 3; usage++)
			for (uint8_t selector = 0; selector <= 1; selector++)
				for (uint8_t mtype = 0; mtype <= 2; mtype++) {
					struct tlsa_record r =
					    make_record(usage, selector, mtype, fixture(target));
					faults +=
					    !judge_cell(shape, chain, chain_count, target, &r);
				}
	return faults;
}

/* Says what was let pass and why; a row that lets nothing pass is a fault. */
static unsigned report_differences(void)
{
	unsigned faults = 0;
	for (size_t i = 0; i < sizeof differences / sizeof *differences; i++) {
		const struct difference *d = &differences[i];
		print_message("  OpenSSL alone accepts: %s, %s: %u cells: %s\n", d->shape,
		    *d->target == '*' ? "any" : d->target, d->seen, d->reason);
		faults += d->seen == 0;
	}
	return faults;
}

static void test_matrix(void **state)
{
	(void)state;
	unsigned faults = 0;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		faults += judge_targets(&shapes[i], shapes[i].chain);
		faults += judge_targets(&shapes[i], shapes[i].more);
	}
	faults += report_differences();
	print_message("matrix: %zu chain shapes, %u cells: %u accepted and %u refused by both, "
		      "%u listed differences, %u faults\n",
	    sizeof shapes / sizeof *shapes, counts.cells, counts.accepted, counts.refused,
	    counts.differing, faults);
	assert_int_equal(faults, 0);
}

/* ---- Random RRsets and chains ------------------------------------------------------------------
 */

/* What random chains are made of: all that agree in the matrix but for the anchor's dates. */
static const char *const pool[] = {"leaf", "leaf", "leaf", "leaf-direct", "leaf-expired",
    "leaf-no-aki", "leaf-new", "leaf-damaged", "leaf-aki-wrong", "leaf-eku-client", "leaf-san-two",
    "leaf-cn", "other-leaf", "self", "self-ca", "self-aki-mismatch", "self-other-key", "inter",
    "inter", "inter-expired", "inter-future", "inter-fake", "inter-fake-ski", "inter-x",
    "inter-new", "inter-new-no-aki", "inter-damaged", "inter-ca-false", "inter-length0",
    "inter-nc-out", "inter-nc-in", "inter-ecsha1", "inter-critical", "root", "root", "root-expired",
    "root-x", "root-fake", "root-length0", "root-v1", "root-no-bc", "other-root", "other-inter"};

enum { POOL_SIZE = sizeof pool / sizeof *pool };

static uint64_t random_state;
static unsigned seed;

static unsigned random_below(unsigned n)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)((random_state >> 33) % n);
}

/* Mostly a digest of something in the pool; at times malformed, unknown, or of another usage. */
static struct tlsa_record random_record(const struct certificate *chain, size_t chain_count)
{
	static const uint8_t usages[] = {2, 2, 2, 2, 3, 3, 0, 1, 4, 255};
	static const uint8_t selectors[] = {0, 0, 0, 1, 1, 1, 1, 2};
	static const uint8_t mtypes[] = {0, 0, 1, 1, 1, 1, 2, 2, 2, 3};
	const struct certificate *c = random_below(4) ? &chain[random_below((unsigned)chain_count)]
						      : fixture(pool[random_below(POOL_SIZE)]);
	struct tlsa_record r = make_record(
	    usages[random_below(10)], random_below(2) ? 1 : 0, (uint8_t)random_below(3), c);
	switch (random_below(12)) {
	case 0: r.selector = selectors[random_below(8)]; break;
	case 1: r.mtype = mtypes[random_below(10)]; break;
	case 2: r.length = random_below((unsigned)r.length); break;
	case 3: r.length = 0; break;
	case 4: r.data = fixture("leaf-expired")->cert_sha512; break;
	default: break;
	}
	return r;
}

static const char *describe(struct arena *arena, const char *const *labels, size_t count,
    const struct tlsa_record *records, size_t record_count)
{
	const char *text = "";
	for (size_t i = 0; i < count; i++)
		text = arena_printf(arena, "%s%s ", text, labels[i]);
	for (size_t i = 0; i < record_count; i++)
		text = arena_printf(arena, "%s| %u %u %u %02x.. (%zu)%s ", text, records[i].usage,
		    records[i].selector, records[i].mtype,
		    records[i].length ? records[i].data[0] : 0, records[i].length,
		    records[i].defect ? " unusable" : "");
	return text;
}

/* The one difference that may come up: only an anchor that is not self-signed is out of its dates.
 */
static bool is_anchor_dates(const struct dane_verdict *v)
{
	return v->result == DANE_RESULT_EXPIRED && v->remark;
}

static bool judge_random(unsigned *verified, unsigned *differing)
{
	struct arena *arena = arena_create();
	struct certificate chain[7];
	const char *labels[7];
	struct tlsa_record made[RECORDS_MAX] = {0};
	bool usable[RECORDS_MAX], any = false, good = true;
	size_t chain_count = 1 + random_below(7), count = 1 + random_below(RECORDS_MAX);

	for (size_t i = 0; i < chain_count; i++) { /* a leaf first, most of the time */
		labels[i] = pool[random_below(i == 0 && random_below(8) ? 17 : POOL_SIZE)];
		chain[i] = *fixture(labels[i]);
	}
	for (size_t i = 0; i < count; i++)
		made[i] = random_record(chain, chain_count);
	struct tlsa_record *r = read_records(arena, made, count);
	int error = oracle_judge(r, count, usable, chain, chain_count, &references, FIXTURE_AT);
	for (size_t i = 0; i < count; i++) {
		good &= usable[i] == (r[i].defect == TLSA_DEFECT_NONE);
		any |= usable[i];
	}
	struct dane_verdict v =
	    tlsa_judge_chain(arena, r, count, chain, chain_count, &references, FIXTURE_AT);
	if (any && (v.result == DANE_RESULT_VERIFIED) != (error == X509_V_OK)) {
		*differing += error == X509_V_OK && is_anchor_dates(&v);
		good &= error == X509_V_OK && is_anchor_dates(&v);
	}
	*verified += any && v.result == DANE_RESULT_VERIFIED;
	if (!good)
		print_error("%s: mxdane says %s, OpenSSL %s\n",
		    describe(arena, labels, chain_count, r, count), dane_result_name(v.result),
		    X509_verify_cert_error_string(error));
	arena_destroy(arena);
	return good;
}

/* Sows by the environment's seed, or by one that makes every ordinary run the same: hunting with
 * others is done apart. Gives the rounds to play. */
static unsigned random_start(unsigned rounds)
{
	const char *given = getenv("MXDANE_TEST_SEED"),
		   *rounds_given = getenv("MXDANE_TEST_ROUNDS");
	seed = given ? (unsigned)strtoul(given, NULL, 10) : 20261123;
	random_state = seed;
	return rounds_given ? (unsigned)strtoul(rounds_given, NULL, 10) : rounds;
}

static void test_random(void **state)
{
	(void)state;
	unsigned faults = 0, verified = 0, differing = 0, rounds = random_start(3000);
	for (unsigned i = 0; i < rounds; i++)
		faults += !judge_random(&verified, &differing);
	print_message("random: %u combinations (MXDANE_TEST_SEED=%u): %u verified by both, %u "
		      "differences by an anchor's dates, %u faults\n",
	    rounds, seed, verified, differing, faults);
	assert_int_equal(faults, 0);
}

/* ---- Damaged certificates ---------------------------------------------------------------------
 */

/* A copy with one to three octets changed, mostly where the extensions are. */
static struct certificate damage(struct arena *arena, const struct certificate *c)
{
	struct certificate out;
	uint8_t *der = arena_memdup(arena, c->der, c->der_length);
	unsigned length = (unsigned)c->der_length, half = length / 2;
	for (unsigned n = 1 + random_below(3); n > 0; n--) {
		unsigned at =
		    random_below(3) ? half + random_below(length - half) : random_below(length);
		der[at] = random_below(2) ? (uint8_t)(der[at] ^ 1U << random_below(8))
					  : (uint8_t)random_below(256);
	}
	certificate_parse(arena, &out, der, c->der_length);
	return out;
}

/* The anchor's own signature is never checked, and usage 3 checks none: so damage reaches far. */
static bool judge_damaged(unsigned *verified, unsigned *stricter)
{
	static const char *const anchors[] = {"root", "root-nc-in", "root-nc-inter", "root-length1",
	    "root-v1", "root-no-bc", "root-eku-client", "root-critical"};
	struct arena *arena = arena_create();
	struct certificate chain[3];
	bool is_leaf = random_below(3) == 0, usable;
	fixture_chain("leaf inter root", chain, 3);
	size_t at = is_leaf ? 0 : 2;
	const char *label = is_leaf ? "leaf-san-email" : anchors[random_below(8)];
	chain[at] = damage(arena, fixture(label));
	struct tlsa_record made = {
	    .usage = is_leaf ? 3 : 2, .mtype = 1, .data = chain[at].cert_sha256, .length = 32};
	struct tlsa_record *r = read_records(arena, &made, 1);
	int error = oracle_judge(r, 1, &usable, chain, 3, &references, FIXTURE_AT);
	struct dane_verdict v = tlsa_judge_chain(arena, r, 1, chain, 3, &references, FIXTURE_AT);
	bool ours = v.result == DANE_RESULT_VERIFIED, theirs = error == X509_V_OK;
	*verified += ours && theirs;
	*stricter += theirs && !ours;
	if (ours && !theirs)
		print_error("damaged %s: mxdane says verified, OpenSSL %s\n%s\n", label,
		    X509_verify_cert_error_string(error), certificate_to_pem(arena, &chain[at]));
	arena_destroy(arena);
	return !ours || theirs;
}

static void test_damaged(void **state)
{
	(void)state;
	unsigned faults = 0, verified = 0, stricter = 0, rounds = random_start(6000);
	for (unsigned i = 0; i < rounds; i++)
		faults += !judge_damaged(&verified, &stricter);
	print_message("damaged: %u certificates (MXDANE_TEST_SEED=%u): %u verified by both, %u by "
		      "OpenSSL alone, %u faults\n",
	    rounds, seed, verified, stricter, faults);
	assert_int_equal(faults, 0);
}

/* ---- Changed parts -----------------------------------------------------------------------------
 */

/*
 * The leaf under usage 3, of each kind of key; the anchor, whose own signature nobody checks; what
 * is merely sent along, under usage 3; and what stands before the issuer that it was made from.
 */
static bool judge_mutated(unsigned *verified, unsigned *stricter)
{
	static const char *const leaves[] = {
	    "leaf-san-email", "leaf", "self-rsa1024", "self-ed25519", "self-ed448", "leaf-pss-key"};
	static const char *const anchors[] = {"root", "root-nc-in", "root-length1", "root-no-bc"};
	struct arena *arena = arena_create();
	struct certificate chain[4];
	unsigned where = random_below(5);
	bool usable;
	size_t count =
	    fixture_chain(where == 4 ? "leaf inter inter root" : "leaf inter root", chain, 4);
	size_t at = where < 2 ? 0 : where == 2 ? 2 : 1; /* 4: before the intermediate itself */
	const char *label = where < 2    ? leaves[random_below(6)]
			    : where == 2 ? anchors[random_below(4)]
					 : "inter";
	const struct certificate *from = fixture(label);
	const uint8_t *der = from->der;
	size_t length = from->der_length;
	for (unsigned n = 1 + random_below(2); n > 0; n--)
		der = der_mutate(arena, der, length, random_below, &length);
	struct certificate mutated = {0};
	certificate_parse(arena, &mutated, der, length);
	chain[at] = mutated;
	const struct certificate *named = where == 2   ? &chain[2]
					  : where == 4 ? &chain[3]
						       : &chain[0];
	struct tlsa_record made = {.usage = where == 2 || where == 4 ? 2 : 3,
	    .mtype = 1,
	    .data = named->cert_sha256,
	    .length = 32};
	struct tlsa_record *r = read_records(arena, &made, 1);
	int error = oracle_judge(r, 1, &usable, chain, count, &references, FIXTURE_AT);
	struct dane_verdict v =
	    tlsa_judge_chain(arena, r, 1, chain, count, &references, FIXTURE_AT);
	bool ours = v.result == DANE_RESULT_VERIFIED, theirs = error == X509_V_OK;
	*verified += ours && theirs;
	*stricter += theirs && !ours;
	if (ours && !theirs)
		print_error("changed %s at %zu: mxdane says verified, OpenSSL %s\n%s\n", label, at,
		    X509_verify_cert_error_string(error), certificate_to_pem(arena, &chain[at]));
	arena_destroy(arena);
	return !ours || theirs;
}

static void test_mutated(void **state)
{
	(void)state;
	unsigned faults = 0, verified = 0, stricter = 0, rounds = random_start(30000);
	for (unsigned i = 0; i < rounds; i++)
		faults += !judge_mutated(&verified, &stricter);
	print_message("changed: %u certificates (MXDANE_TEST_SEED=%u): %u verified by both, %u by "
		      "OpenSSL alone, %u faults\n",
	    rounds, seed, verified, stricter, faults);
	assert_int_equal(faults, 0);
}

/* ---- Names of hosts ----------------------------------------------------------------------------
 */

static const char *const hosts[] = {"mx.example.net", "a.example.net", "example.net", "net",
    "mx.example.org", "a.b.example.net", "a.mx.example.net", "amx.example.net", "mxx.example.net",
    "_mx.example.net", "a_b.example.net", "-.example.net", "xn--bcher-kva.example",
    "a.xn--bcher-kva.example", "xn--a.example.net", "a.under_score.example.net", "a.-example.net",
    "mx.net", "192.0.2.1", "elsewhere", "mx"};

/* {fixture, host, reason}: OpenSSL says yes. */
static const struct {
	const char *label;
	const char *host;
	const char *reason;
} name_differences[] = {
#include "matrix_names.h"
};

/* The reason, or NULL for what is not listed. */
static const char *find_name_difference(const char *label, const char *host)
{
	for (size_t i = 0; i < sizeof name_differences / sizeof *name_differences; i++)
		if (strcmp(name_differences[i].label, label) == 0 &&
		    strcmp(name_differences[i].host, host) == 0)
			return name_differences[i].reason;
	return NULL;
}

static void test_names(void **state)
{
	(void)state;
	unsigned cells = 0, covered = 0, differing = 0, faults = 0;
	for (size_t i = 0; i < fixtures.count; i++) {
		const struct certificate *c = &fixtures.list[i];
		X509 *x = c->parsed ? oracle_parse(c) : NULL;
		for (size_t h = 0; x && h < sizeof hosts / sizeof *hosts; h++) {
			bool ours = certificate_covers(c, hosts[h], true);
			bool theirs = X509_check_host(x, hosts[h], 0,
					  X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
			const char *reason = find_name_difference(fixtures.labels[i], hosts[h]);
			cells++;
			covered += ours && theirs;
			if (reason ? theirs && !ours : ours == theirs) {
				if (reason)
					print_message("  OpenSSL alone accepts: %s for %s: %s\n",
					    hosts[h], fixtures.labels[i], reason);
				differing += reason != NULL;
				continue;
			}
			print_error("%s for %s: mxdane says %d, OpenSSL %d%s%s\n", hosts[h],
			    fixtures.labels[i], ours, theirs, reason ? ", listed: " : "",
			    reason ? reason : "");
			faults++;
		}
		X509_free(x);
	}
	print_message("names: %u cells: %u covered by both, %u listed differences, %u faults\n",
	    cells, covered, differing, faults);
	assert_int_equal(faults, 0);
}

/* ---- URIs under a constraint -------------------------------------------------------------------
 */

/* Whether the host of a URI in subjectAltName is judged to be mx.example.net, the one permitted. */
static const struct {
	const char *uri;
	bool want;
} uris[] = {
    {"https://mx.example.net", true},
    {"https://mx.example.net/a?b#c", true},
    {"https://mx.example.net:443", true},
    {"https://mx.example.net:65535/a:b", true},
    {"x://MX.example.NET/", true},
    {"https://mx.example.org/", false},
    {"https://a.mx.example.net/", false},
    {"https://mx.example.net:65536/", false},
    {"https://mx.example.net:/", false},
    {"https://mx.example.net:https/", false},
    {"https://mx.example.net:443a/", false},
    {"https://mx.example.net/a:b", false},
    {"https://mx.example.net?a", false},
    {"https://mx.example.net#a", false},
    {"https://a@mx.example.net/", false},
    {"https://[mx.example.net/", false},
    {"://mx.example.net/", false},
    {"a:b://mx.example.net/", false},
    {"mx.example.net", false},
    {"https:mx.example.net", false},
    {"https://", false},
};

static struct certificate issue(
    struct arena *arena, EVP_PKEY *key, const char *issuer, const char *name, const char *extension)
{
	struct certificate out;
	size_t length;
	unsigned char *der = issue_der(key, issuer, name, extension, &length);
	certificate_parse(arena, &out, der, length);
	OPENSSL_free(der);
	return out;
}

static void test_uris(void **state)
{
	(void)state;
	EVP_PKEY *key = make_key("EC P-256");
	static const struct reference_identifiers names = {{"mx.example"}, 1};
	for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
		bool usable;
		struct arena *arena = arena_create();
		struct certificate chain[2] = {
		    issue(arena, key, "ca", "leaf",
			arena_printf(arena, "subjectAltName=DNS:mx.example,URI:%s", uris[i].uri)),
		    issue(arena, key, "ca", "ca", "nameConstraints=permitted;URI:mx.example.net")};
		struct tlsa_record made = make_record(2, 0, 1, &chain[1]);
		struct tlsa_record *r = read_records(arena, &made, 1);
		int error = oracle_judge(r, 1, &usable, chain, 2, &names, FIXTURE_AT);
		struct dane_verdict v = tlsa_judge_chain(arena, r, 1, chain, 2, &names, FIXTURE_AT);
		bool verified = v.result == DANE_RESULT_VERIFIED;
		if (verified != uris[i].want || (verified && error != X509_V_OK))
			fail_msg("%s: mxdane says %s, OpenSSL %s", uris[i].uri,
			    dane_result_name(v.result), X509_verify_cert_error_string(error));
		arena_destroy(arena);
	}
	EVP_PKEY_free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_matrix),
	    cmocka_unit_test(test_random),
	    cmocka_unit_test(test_damaged),
	    cmocka_unit_test(test_mutated),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_uris),
	};
	return cmocka_run_group_tests(tests, fixtures_open, fixtures_close);
}
