/* Names: what is one, the canonical form, and what an identifier covers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "name.h"

#define LABEL63 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123"

static void test_from_user(void **state)
{
	(void)state;
	static const struct {
		const char *label, *input, *want; /* want NULL: refused */
	} rows[] = {
	    {"plain", "example.com", "example.com"},
	    {"case", "ExAmPlE.CoM", "example.com"},
	    {"letters that Turkish pairs otherwise", "INFO.EXAMPLE", "info.example"},
	    {"final dot", "example.com.", "example.com"},
	    {"two final dots", "example.com..", NULL},
	    {"empty", "", NULL},
	    {"root", ".", NULL},
	    {"empty label", "a..b", NULL},
	    {"leading dot", ".example", NULL},
	    {"single label", "localhost", "localhost"},
	    {"underscore", "_dmarc.example", "_dmarc.example"},
	    {"label of 63", LABEL63 ".example", LABEL63 ".example"},
	    {"label of 64", LABEL63 "4.example", NULL},
	    {"name of 253",
		LABEL63 "." LABEL63 "." LABEL63
			".aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1",
		LABEL63 "." LABEL63 "." LABEL63
			".aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1"},
	    {"name of 254",
		LABEL63 "." LABEL63 "." LABEL63
			".aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff12",
		NULL},
	    {"IPv4", "192.0.2.1", NULL},
	    {"IPv6", "2001:db8::1", NULL},
	    {"address literal", "[192.0.2.1]", NULL},
	    {"full-width IPv4", "１９２.0.2.1", NULL},
	    {"space", "exa mple.com", NULL},
	    {"control", "exa\tmple.com", NULL},
	    {"at sign", "user@example.com", NULL},
	    {"leading hyphen", "-a.example", NULL},
	    {"trailing hyphen", "a-.example", NULL},
	    {"U-label", "bücher.example", "xn--bcher-kva.example"},
	    {"U-label upper case", "BÜCHER.example", "xn--bcher-kva.example"},
	    {"decomposed U-label",
		"bu\xcc\x88"
		"cher.example",
		"xn--bcher-kva.example"},
	    {"sharp s stays (non-transitional)", "straße.example", "xn--strae-oqa.example"},
	    {"ideographic full stop", "bücher。example", "xn--bcher-kva.example"},
	    {"A-label", "XN--BCHER-KVA.example", "xn--bcher-kva.example"},
	    {"broken A-label", "xn--bcher-kva8445foa8888888.example", NULL},
	    {"disallowed character", "☃☃\xe2\x80\xae.example", NULL},
	    {"invalid UTF-8", "b\xff.example", NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		const char *error = NULL;
		char *got = name_from_user(arena, rows[i].input, &error);
		if ((got == NULL) != (rows[i].want == NULL) ||
		    (got && strcmp(got, rows[i].want) != 0))
			fail_msg("%s: got %s (%s)", rows[i].label, got ? got : "refusal",
			    error ? error : "");
		assert_true((got == NULL) == (error != NULL));
		arena_destroy(arena);
	}
}

static void test_meant(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
	    {"example.com", "example.com"},
	    {"user@example.com", "example.com"},
	    {"\"a@b\"@example.com", "example.com"},
	    {"@example.com", "@example.com"},
	    {"https://example.com", "example.com"},
	    {"https://example.com/path@x?a://b", "example.com"},
	    {"https://me:secret@example.com:8443/", "example.com"},
	    {"https://example.com#top", "example.com"},
	    {"https://[2001:db8::1]:443/", "[2001:db8::1]:443"},
	    {"example.com:25", "example.com:25"},
	    {"", ""},
	};
	struct arena *arena = arena_create();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(name_meant(arena, rows[i][0]), rows[i][1]);
	arena_destroy(arena);
}

/* A refusal says what the text is. */
static void test_refusal(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
	    {"https://example.com/", "it is a URL, not a domain name"},
	    {"a@example.com", "it is a mail address, not a domain name"},
	    {"example.com:25", "it has a port, which is not part of a domain name (see --port)"},
	    {"example.com:", "it has a colon, which is not allowed in a domain name"},
	    {"2001:db8::1", "it is an IP address, not a domain name"},
	    {"[192.0.2.1]", "it is an IP address, not a domain name"},
	    {"192.0.2.1", "it is an IP address, not a domain name"},
	};
	struct arena *arena = arena_create();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *error = NULL;
		assert_null(name_from_user(arena, rows[i][0], &error));
		assert_string_equal(error, rows[i][1]);
	}
	arena_destroy(arena);
}

static void test_to_unicode(void **state)
{
	(void)state;
	struct arena *arena = arena_create();
	assert_string_equal(name_to_unicode(arena, "xn--bcher-kva.example"), "bücher.example");
	assert_null(name_to_unicode(arena, "example.com"));
	assert_null(name_to_unicode(arena, "xn--\x01.example"));
	arena_destroy(arena);
}

static void test_matches(void **state)
{
	(void)state;
	static const struct {
		const char *presented, *reference;
		bool want;
	} rows[] = {
	    {"mx.example.com", "mx.example.com", true},
	    {"MX.Example.COM", "mx.example.com", true},
	    {"mx.example.com.", "mx.example.com", true},
	    {"mx.example.com", "mx2.example.com", false},
	    {"*.example.com", "mx.example.com", true},
	    {"*.example.com", "a.mx.example.com", false},
	    {"*.example.com", "example.com", false},
	    {"*.example.com", ".example.com", false},
	    {"smtp*.example.com", "smtp1.example.com", false},
	    {"*smtp.example.com", "xsmtp.example.com", false},
	    {"mx.*.com", "mx.example.com", false},
	    {"*.*.com", "mx.example.com", false},
	    {"*", "com", false},
	    {"*.", "com.", false},
	    {"", "", false},
	    {"xn--*.example", "xn--bcher-kva.example", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (name_matches(rows[i].presented, rows[i].reference) != rows[i].want)
			fail_msg("%s against %s", rows[i].presented, rows[i].reference);
}

static void test_host(void **state)
{
	(void)state;
	assert_true(name_is_host("mx.example"));
	assert_true(name_is_host("_mx.example"));
	assert_false(name_is_strict_host("_mx.example"));
	assert_true(name_is_strict_host("mx.example"));
	assert_false(name_is_host("192.0.2.1"));
	assert_false(name_is_host("mx\\032a.example"));
	assert_false(name_is_host(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_from_user),
	    cmocka_unit_test(test_meant),
	    cmocka_unit_test(test_refusal),
	    cmocka_unit_test(test_to_unicode),
	    cmocka_unit_test(test_matches),
	    cmocka_unit_test(test_host),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
