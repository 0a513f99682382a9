/* The dialogue with a SOCKS proxy: what is said, and what each answer means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "escape.h"
#include "socks.h"

static const struct proxy open_proxy = {.name = "socks5://proxy.example:1080"};
static const struct proxy locked_proxy = {
    .name = "socks5://proxy.example:1080", .user = "me", .password = "secret"};
static const struct address four = {.family = AF_INET, .bytes = {192, 0, 2, 1}};
static const struct address six = {.family = AF_INET6, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}};

/* All that was said so far, as hexadecimal, taken away. */
static void check_said(const char *label, struct socks *s, const char *want)
{
	struct arena *arena = arena_create();
	struct buffer *out = socks_output(s);
	const char *said = escape_hex(arena, out->data, out->length);
	if (strcmp(said, want) != 0)
		fail_msg("%s: said %s, not %s", label, said, want);
	buffer_reset(out);
	arena_destroy(arena);
}

/* As much as is wanted at a time, or a single octet. */
static enum socks_step feed(struct socks *s, const char *data, size_t length, bool single)
{
	enum socks_step step = SOCKS_STEP_READ;
	size_t taken = 0;
	while (taken < length && step == SOCKS_STEP_READ) {
		size_t part = single ? 1 : socks_wanted(s);
		if (part > length - taken)
			part = length - taken;
		step = socks_input(s, data + taken, part);
		taken += part;
	}
	assert_int_equal(taken, length);
	return step;
}

#define BYTES(text) text, sizeof text - 1
#define TUNNEL "\5\0\0\1\177\0\0\1\4\70"

static void test_answers(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		bool locked, v6;
		const char *answer;
		size_t length;
		enum socks_step step;
		const char *error;
		bool timed_out;
	} rows[] = {
	    {"connected", false, false, BYTES("\5\0" TUNNEL), SOCKS_STEP_DONE, NULL, false},
	    {"connected from IPv6", false, true,
		BYTES("\5\0\5\0\0\4\1\2\3\4\5\6\7\1\1\2\3\4\5\6\7\1\4\70"), SOCKS_STEP_DONE, NULL,
		false},
	    {"connected from a name", false, false, BYTES("\5\0\5\0\0\3\3abc\4\70"),
		SOCKS_STEP_DONE, NULL, false},
	    {"connected from an empty name", false, false, BYTES("\5\0\5\0\0\3\0\4\70"),
		SOCKS_STEP_DONE, NULL, false},
	    {"password not wanted", true, false, BYTES("\5\0" TUNNEL), SOCKS_STEP_DONE, NULL,
		false},
	    {"password taken", true, false, BYTES("\5\2\1\0" TUNNEL), SOCKS_STEP_DONE, NULL, false},
	    {"password refused", true, false, BYTES("\5\2\1\1"), SOCKS_STEP_REFUSED,
		"refuses the user name or the password", false},
	    {"password wanted", false, false, BYTES("\5\377"), SOCKS_STEP_REFUSED,
		"wants a user name and a password", false},
	    {"password wanted unasked", false, false, BYTES("\5\2"), SOCKS_STEP_REFUSED,
		"wants a user name and a password", false},
	    {"something else wanted", true, false, BYTES("\5\1"), SOCKS_STEP_REFUSED,
		"takes neither a user name with a password nor none", false},
	    {"SOCKS 4", false, false, BYTES("\0\133"), SOCKS_STEP_REFUSED, "does not speak SOCKS 5",
		false},
	    {"HTTP", false, false, BYTES("HT"), SOCKS_STEP_REFUSED, "does not speak SOCKS 5",
		false},
	    {"garbage for a reply", false, false, BYTES("\5\0\4\0"), SOCKS_STEP_REFUSED,
		"does not speak SOCKS 5", false},
	    {"an unknown type of address", false, false, BYTES("\5\0\5\0\0\2\1"),
		SOCKS_STEP_REFUSED, "does not speak SOCKS 5", false},
	    {"general failure", false, false, BYTES("\5\0\5\1"), SOCKS_STEP_REFUSED,
		"failed to connect and does not say why", false},
	    {"not allowed", false, false, BYTES("\5\0\5\2"), SOCKS_STEP_REFUSED,
		"does not allow the connection", false},
	    {"network unreachable", false, false, BYTES("\5\0\5\3"), SOCKS_STEP_FAILED,
		"network unreachable", false},
	    {"host unreachable", false, false, BYTES("\5\0\5\4"), SOCKS_STEP_FAILED,
		"host unreachable", false},
	    {"connection refused", false, false, BYTES("\5\0\5\5"), SOCKS_STEP_FAILED,
		"connection refused", false},
	    {"TTL expired", false, false, BYTES("\5\0\5\6"), SOCKS_STEP_FAILED,
		"connection timed out", true},
	    {"no CONNECT", false, false, BYTES("\5\0\5\7"), SOCKS_STEP_REFUSED,
		"does not know the command CONNECT", false},
	    {"no IPv6", false, true, BYTES("\5\0\5\10"), SOCKS_STEP_REFUSED,
		"does not connect to IPv6 addresses", false},
	    {"no IPv4", false, false, BYTES("\5\0\5\10"), SOCKS_STEP_REFUSED,
		"does not connect to IPv4 addresses", false},
	    {"an unknown reply", false, false, BYTES("\5\0\5\11"), SOCKS_STEP_REFUSED,
		"failed to connect and does not say why", false},
	    {"not yet", false, false, BYTES("\5\0\5\0\0\1\177\0\0\1\4"), SOCKS_STEP_READ, NULL,
		false},
	};
	for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
		size_t n = i / 2;
		struct socks *s = socks_create(
		    rows[n].locked ? &locked_proxy : &open_proxy, rows[n].v6 ? &six : &four, 25);
		enum socks_step step = feed(s, rows[n].answer, rows[n].length, i % 2);
		const char *error = socks_error(s), *want = rows[n].error;
		if (step != rows[n].step || socks_timed_out(s) != rows[n].timed_out ||
		    (want ? !error || strcmp(error, want) != 0 : error != NULL))
			fail_msg("%s: step %d, %s", rows[n].label, (int)step, error ? error : "-");
		if (step == SOCKS_STEP_READ)
			assert_int_equal(socks_wanted(s), 1);
		socks_destroy(s);
	}
}

/* The request holds the address itself. */
static void test_what_is_said(void **state)
{
	(void)state;
	struct socks *s = socks_create(&open_proxy, &four, 25);
	check_said("methods", s, "050100");
	assert_false(socks_is_connecting(s));
	assert_int_equal(feed(s, "\5\0", 2, false), SOCKS_STEP_READ);
	check_said("request", s, "05010001c00002010019");
	assert_true(socks_is_connecting(s));
	socks_destroy(s);

	s = socks_create(&locked_proxy, &six, 2525);
	check_said("methods", s, "05020002");
	assert_int_equal(feed(s, "\5\2", 2, false), SOCKS_STEP_READ);
	check_said("password", s, "01026d6506736563726574");
	assert_false(socks_is_connecting(s));
	assert_int_equal(feed(s, "\1\0", 2, false), SOCKS_STEP_READ);
	check_said("request", s, "0501000420010db800000000000000000000000109dd");
	socks_destroy(s);
	socks_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_what_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
