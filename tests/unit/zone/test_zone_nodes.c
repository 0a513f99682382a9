/* What zone files may not hold between them: names, types and counts that do not go together. */
#include "limit.h"
#include "zone_overlay.h"
#include "zone_rows.h"

static const char *add(struct zone_overlay *overlay, struct arena *arena, const char *name,
    const char *text, size_t length)
{
	const struct zone_error *error = NULL;
	struct zone_file *file = zone_file_parse(arena, name, text, length, &error);
	if (file)
		error = zone_overlay_add(overlay, file);
	return error ? error->message : NULL;
}

static void test_errors(void **state)
{
	(void)state;
	static const struct {
		const char *label, *first, *second, *want;
	} rows[] = {
	    {"out of the zone", "z. SOA . . 1 2 3 4 5\n\nother. A 192.0.2.1\n", NULL,
		"file1:3: expected a name at or below z, whose SOA this file has, not other"},
	    {"not below, though it ends alike", "z. SOA . . 1 2 3 4 5\nyz. A 192.0.2.1\n", NULL,
		"file1:2: expected a name at or below z, whose SOA this file has, not yz"},
	    {"two zones", "z. SOA . . 1 2 3 4 5\na.z. SOA . . 1 2 3 4 5\n", NULL,
		"file1:2: expected one zone in a file, but z and a.z have an SOA"},
	    {"one zone twice", "z. SOA . . 1 2 3 4 5\n", "\nz. SOA . . 2 2 3 4 5\n",
		"file2:2: expected each zone in one --zone file, but file1 has the SOA of z too"},
	    {"one RRset twice", "a. A 192.0.2.1\n", "a. AAAA ::1\na. A 192.0.2.2\n",
		"file2:2: expected each RRset in one --zone file, but a A stands in file1 too"},
	    {"wildcard over live DNS", "*.a. A 192.0.2.1\n", NULL,
		"file1:1: expected a whole zone with its SOA around the wildcard *.a: laid over "
		"live "
		"DNS, write the names themselves"},
	    {"CNAME beside data", "a. A 192.0.2.1\na. CNAME b.\n", NULL,
		"file1:2: expected a CNAME alone at a, but line 1 of file1 has its A"},
	    {"CNAME beside data of another file", "a. A 192.0.2.1\n", "a. CNAME b.\n",
		"file2:1: expected a CNAME alone at a, but line 1 of file1 has its A"},
	    {"CNAME beside the SOA", "z. SOA . . 1 2 3 4 5\nz. CNAME b.\n", NULL,
		"file1:2: expected a CNAME alone at z, but line 1 of file1 has its SOA"},
	    {"CNAME beside a type that is passed over", "a. SRV 0 0 0 .\na. CNAME b.\n", NULL,
		"file1:2: expected a CNAME alone at a, but line 1 of file1 has its SRV"},
	    {"CNAME beside its proofs", "a. CNAME b.\na. RRSIG CNAME x\na. NSEC b.\na. KEY x\n",
		NULL, NULL},
	    {"two CNAMEs", "a. CNAME b.\na. CNAME c.\n", NULL,
		"file1:1: expected one CNAME at a, not 2"},
	    {"one CNAME twice", "a. CNAME b.\na. CNAME B.\n", NULL, NULL},
	    {"two DNAMEs", "a. DNAME b.\na. DNAME c.\n", NULL,
		"file1:1: expected one DNAME at a, not 2"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		struct zone_overlay *overlay = zone_overlay_create_empty();
		const char *got =
		    add(overlay, arena, "file1", rows[i].first, strlen(rows[i].first));
		if (!got && rows[i].second)
			got = add(overlay, arena, "file2", rows[i].second, strlen(rows[i].second));
		if (!got != !rows[i].want || (got && strcmp(got, rows[i].want) != 0))
			fail_msg("%s:\n got: %s\nwant: %s", rows[i].label, got ? got : "(good)",
			    rows[i].want ? rows[i].want : "(good)");
		zone_overlay_destroy(overlay);
		arena_destroy(arena);
	}
}

static void test_rrset_limit(void **state)
{
	(void)state;
	struct buffer b = {0};
	struct arena *arena = arena_create();
	struct zone_overlay *overlay = zone_overlay_create_empty();
	for (int i = 0; i < LIMIT_ZONE_RRSET + 1; i++)
		buffer_printf(&b, "a. A 192.0.%d.%d\n", i / 256, i % 256);
	const char *error = add(overlay, arena, "z", b.data, b.length);
	assert_string_equal(error, "z:4096: expected at most 4095 records of one name and type: no "
				   "answer holds more");
	zone_overlay_destroy(overlay);
	arena_destroy(arena);
	buffer_reset(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_rrset_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
