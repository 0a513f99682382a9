/* Trust anchor files: what one may hold, and what is said of one that is broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "anchor.h"

#define DS ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
#define KEY_DATA                                                                                   \
	"AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emL"   \
	"vN7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHw"  \
	"VN8efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXx"  \
	"uOLYA4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU="
#define KEY ". 172800 IN DNSKEY 257 3 8 " KEY_DATA

static void test_parse(void **state)
{
	(void)state;
	static const struct {
		const char *label, *text;
		size_t want;       /* anchors; 0: refused */
		const char *error; /* part of the message */
	} rows[] = {
	    {"DS", DS, 1, NULL},
	    {"DNSKEY", KEY "\n", 1, NULL},
	    {"both, no newline at the end", DS KEY, 2, NULL},
	    {"comments and blank lines", "; anchors\n\n  \t\n" DS "; end\n", 1, NULL},
	    {"a comment behind", KEY " ; key id 20326\n", 1, NULL},
	    {"CR LF",
		". IN DS 1 8 2 "
		"E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\r\n",
		1, NULL},
	    {"state file: valid", KEY " ;{id = 20326 (ksk)} ;;state=2 [  VALID  ] ;;count=0\n", 1,
		NULL},
	    {"state file: missing", KEY " ;;state=3 [ MISSING ]\n", 1, NULL},
	    {"state file: pending beside valid", KEY " ;;state=2\n" KEY " ;;state=1 [ ADDPEND ]\n",
		1, NULL},
	    {"state file: only pending", KEY " ;;state=1 [ ADDPEND ]\n", 0, "no trust anchor"},
	    {"state file: revoked", KEY " ;;state=4 [ REVOKED ]\n", 0, "no trust anchor"},
	    {"empty", "", 0, "FILE contains no trust anchor"},
	    {"only comments", "; nothing\n\n", 0, "FILE contains no trust anchor"},
	    {"no record", "hello world\n", 0, "FILE, line 1: not a record"},
	    {"broken behind a good one", DS "\n. IN DS 1 8 2 XYZ\n", 0,
		"FILE, line 3: not a record"},
	    {"another type", ". IN NS a.example.\n", 0, "line 1: neither a DS nor a DNSKEY"},
	    {"another class",
		". CH DS 1 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n",
		0, "class IN"},
	    {"another zone",
		"example. IN DS 1 8 2 "
		"E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n",
		0, "line 1: not a record of the root"},
	    {"no zone key", ". IN DNSKEY 1 3 8 " KEY_DATA "\n", 0, "zone key"},
	    {"revoked key", ". IN DNSKEY 385 3 8 " KEY_DATA "\n", 0, "revoked"},
	    {"BIND's syntax", "trust-anchors { . initial-key 257 3 8 \"AwEA\"; };\n", 0,
		"line 1: not a record"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		const char *error = NULL;
		print_message("%s\n", rows[i].label);
		struct anchor *a = anchor_parse(rows[i].text, "FILE", arena, &error);
		if (rows[i].want) {
			assert_non_null(a);
			assert_null(error);
			assert_int_equal(anchor_count(a), rows[i].want);
			assert_string_equal(anchor_path(a), "FILE");
			assert_non_null(anchor_records(a));
		} else {
			assert_null(a);
			assert_non_null(error);
			assert_non_null(strstr(error, rows[i].error));
		}
		anchor_destroy(a);
		arena_destroy(arena);
	}
}

static void test_read(void **state)
{
	(void)state;
	static const struct {
		const char *label, *path, *error;
	} rows[] = {
	    {"no such file", "/nonexistent/root.key", "/nonexistent/root.key cannot be read"},
	    {"a folder", "/", "/ cannot be read"},
	    {"no text", "/bin/sh", "/bin/sh"},
	    {"empty", "/dev/null", "/dev/null contains no trust anchor"},
	    {"endless", "/dev/zero", "/dev/zero cannot be read"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		const char *error = NULL;
		print_message("%s\n", rows[i].label);
		assert_null(anchor_read(rows[i].path, arena, &error));
		assert_non_null(strstr(error, rows[i].error));
		arena_destroy(arena);
	}
	anchor_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
