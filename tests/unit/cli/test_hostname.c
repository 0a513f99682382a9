/* The host's own full name, as /etc/hosts has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hostname.h"

/* clang-format off */
static const struct {
	const char *label, *hosts, *want;
} rows[] = {
    {"as Debian writes it", "127.0.0.1\tlocalhost\n127.0.1.1\tbox.example.com box\n", "box.example.com"},
    {"short name first", "192.0.2.1 box box.example.com\n", "box.example.com"},
    {"case", "192.0.2.1 Box.Example.COM BOX", "box.example.com"},
    {"the first line counts", "192.0.2.1 a.example box\n192.0.2.2 b.example box\n", "a.example"},
    {"no full name on its line", "127.0.1.1 box\n192.0.2.1 box.example.com\n", NULL},
    {"another host", "192.0.2.1 boxer.example.com boxer\n", NULL},
    {"commented out", "#127.0.1.1 box.example.com box\n", NULL},
    {"comment behind", "127.0.1.1 box # box.example.com\n", NULL},
    {"an underscore is no host name", "127.0.1.1 b_x.example box.example box\n", "box.example"},
    {"blank lines and odd bytes", "\n\n\xff\xfe\n \t\n127.0.1.1 box.example box", "box.example"},
    {"empty", "", NULL},
};
/* clang-format on */

static void test_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *arena = arena_create();
		const char *got = hostname_from_hosts(arena, rows[i].hosts, "box");
		if (!got != !rows[i].want || (got && strcmp(got, rows[i].want) != 0))
			fail_msg("%s: got %s, want %s", rows[i].label, got ? got : "none",
			    rows[i].want ? rows[i].want : "none");
		arena_destroy(arena);
	}
}

/* Whatever this machine is called, something that can be said in EHLO comes out. */
static void test_own(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	const char *name = hostname_own(arena);
	assert_non_null(name);
	assert_in_range(strlen(name), 1, 255);
	assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.[]"), strlen(name));
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hosts),
	    cmocka_unit_test(test_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
