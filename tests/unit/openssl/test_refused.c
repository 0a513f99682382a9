/*
 * Certificates that one library refuses and the other takes, each by its name: what OpenSSL 3.0
 * says, what 3.5 says where it differs, and that mxdane never says more than the stricter one.
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

enum where { NOWHERE, LEAF, CA, EXTRA };

static const char ECDSA_SHA256[] = "\x2a\x86\x48\xce\x3d\x04\x03\x02";
static const char ED25519[] = "\x2b\x65\x70", ED448[] = "\x2b\x65\x71";

#define ADDRESSES "1.3.6.1.5.5.7.1.7=DER:30:0f:30:0d:04:02:00:01:30:07:03:05:00:0a:00:00:00"
#define AS_NUMBERS "1.3.6.1.5.5.7.1.8=DER:30:0a:a0:08:30:06:02:04:00:01:00:00"
#define PROXY "1.3.6.1.5.5.7.1.14=DER:30:0d:30:0b:06:09:2b:06:01:05:05:07:15:01:01"
#define REASONS "2.5.29.31=DER:30:06:30:04:81:02:07:80"
#define NO_OCTETS "2.5.29.19=DER:30:02:01:00"

/*
 * The chain is a leaf and a CA above it (or the leaf alone, self-signed). An extension is signed
 * with the rest; behind occurrence `nth` of an OBJECT IDENTIFIER, or as the content of the nth
 * time, `octets` are put afterwards. The record is "USAGE SELECTOR MTYPE" of `named`.
 */
static const struct row {
	const char *label;
	const char *key;
	enum where where;
	const char *extension;
	const char *oid; /* NULL: a time */
	int nth;         /* -1: nothing is put anywhere */
	const char *octets;
	size_t length;
	enum where named;
	uint8_t usage, selector, mtype;
	bool alone; /* self-signed */
	bool openssl_30, openssl_35, verified;
} rows[] = {
#include "refused_rows.h"
};

static const struct reference_identifiers references = {{"mx.example"}, 1};

/* What the row asks for put into the certificate. */
static uint8_t *change(
    struct arena *arena, const struct row *row, const uint8_t *der, size_t *length)
{
	static struct der_parts p;
	uint8_t tag = row->oid ? 0x06 : 0x18;
	size_t size = row->oid ? strlen(row->oid) : strlen("YYYYMMDDhhmmssZ");
	int left = row->nth;
	p.der = der;
	p.count = 0;
	der_list_parts(&p, 0, *length, -1);
	for (int i = 0; i < p.count; i++) {
		const struct der_part *part = &p.list[i];
		if (der[part->start] != tag || part->end - part->content != size ||
		    (row->oid && memcmp(der + part->content, row->oid, size) != 0) || left-- > 0)
			continue;
		const uint8_t *octets = (const uint8_t *)row->octets;
		return row->oid ? der_replace(arena, &p, part->parent, part->end, part->end, octets,
				      row->length, length)
				: der_replace(arena, &p, i, part->content, part->end, octets,
				      row->length, length);
	}
	fail_msg("%s: there is no such place", row->label);
	return NULL;
}

static void make_one(struct arena *arena, struct certificate *out, const struct row *row,
    enum where which, EVP_PKEY *key)
{
	size_t length;
	bool mine = row->where == which;
	const char *subject = which == CA ? "ca" : which == LEAF ? "leaf" : "extra";
	unsigned char *made = issue_der(
	    key, row->alone ? "leaf" : "ca", subject, mine ? row->extension : NULL, &length);
	const uint8_t *der = made;
	if (mine && row->nth >= 0)
		der = change(arena, row, der, &length);
	certificate_parse(arena, out, der, length);
	OPENSSL_free(made);
}

/* False where a verdict is not the row's. */
static bool judge_row(const struct row *row)
{
	bool is_35 = OPENSSL_version_major() > 3 || OPENSSL_version_minor() >= 5, usable;
	struct arena *arena = arena_create();
	struct certificate chain[3];
	EVP_PKEY *key = make_key(row->key);
	size_t count = 0;
	make_one(arena, &chain[count++], row, LEAF, key);
	if (!row->alone)
		make_one(arena, &chain[count++], row, CA, key);
	if (row->where == EXTRA)
		make_one(arena, &chain[count++], row, EXTRA, key);
	const struct certificate *c = &chain[row->named == CA];
	struct tlsa_record made = make_record(row->usage, row->selector, row->mtype, c);
	struct tlsa_record *r = read_records(arena, &made, 1);
	bool theirs =
	    oracle_judge(r, 1, &usable, chain, count, &references, FIXTURE_AT) == X509_V_OK &&
	    usable;
	bool ours = tlsa_judge_chain(arena, r, 1, chain, count, &references, FIXTURE_AT).result ==
		    DANE_RESULT_VERIFIED;
	bool good = theirs == (is_35 ? row->openssl_35 : row->openssl_30) &&
		    ours == row->verified && (!ours || (row->openssl_30 && row->openssl_35));
	if (!good)
		print_error("%s: mxdane says %d, OpenSSL %d\n", row->label, ours, theirs);
	EVP_PKEY_free(key);
	arena_destroy(arena);
	return good;
}

static void test_refused(void **state)
{
	(void)state;
	unsigned faults = 0;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		faults += !judge_row(&rows[i]);
	assert_int_equal(faults, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_refused)};
	return cmocka_run_group_tests(tests, fixtures_open, fixtures_close);
}
