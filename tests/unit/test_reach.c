/* When a run says that port 25 may be blocked here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reach.h"

struct row {
	const char *label;
	struct endpoint endpoints[3];
	size_t count;
	bool blocked;
};

#define SILENT                                                                                     \
	{                                                                                          \
		.probe = {.failure = PROBE_FAILURE_CONNECT, .timed_out = true }                    \
	}
#define REFUSED                                                                                    \
	{                                                                                          \
		.probe = {.failure = PROBE_FAILURE_CONNECT }                                       \
	}
#define DEADLINE                                                                                   \
	{                                                                                          \
		.probe = {.failure = PROBE_FAILURE_DEADLINE, .timed_out = true }                   \
	}
#define RESERVED                                                                                   \
	{                                                                                          \
		.probe = {.failure = PROBE_FAILURE_RESERVED }                                      \
	}
#define SLOW                                                                                       \
	{                                                                                          \
		.probe = {.failure = PROBE_FAILURE_SMTP_PROTOCOL, .timed_out = true }              \
	}
#define GOOD                                                                                       \
	{                                                                                          \
		.probe = {.stage = SMTP_STAGE_DONE }                                               \
	}
#define PROPOSED                                                                                   \
	{                                                                                          \
		.proposed = true                                                                   \
	}

static void test_rows(void **state)
{
	(void)state;
	static struct row rows[] = {
	    {.label = "nothing tried"},
	    {"one silent", {SILENT}, 1, false},
	    {"two silent", {SILENT, SILENT}, 2, true},
	    {"one refused", {SILENT, SILENT, REFUSED}, 3, false},
	    {"one good", {SILENT, SILENT, GOOD}, 3, false},
	    {"one connected and then silent", {SILENT, SILENT, SLOW}, 3, false},
	    {"one reserved", {SILENT, SILENT, RESERVED}, 3, true},
	    {"one without an attempt", {SILENT, DEADLINE, PROPOSED}, 3, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct mx_host host = {
		    .endpoints = rows[i].endpoints, .endpoint_count = rows[i].count};
		struct domain_report report = {.hosts = &host, .host_count = 1};
		struct reach reach = {0};
		reach_note(&reach, &report);
		if (reach_looks_blocked(&reach) != rows[i].blocked)
			fail_msg("%s", rows[i].label);
	}
}

static void test_over_domains(void **state)
{
	(void)state;
	struct endpoint silent = SILENT, good = GOOD;
	struct mx_host first = {.endpoints = &silent, .endpoint_count = 1},
		       second = {.endpoints = &good, .endpoint_count = 1};
	struct domain_report one = {.hosts = &first, .host_count = 1},
			     other = {.hosts = &second, .host_count = 1};
	struct reach reach = {0};
	reach_note(&reach, &one);
	assert_false(reach_looks_blocked(&reach));
	reach_note(&reach, &one);
	assert_true(reach_looks_blocked(&reach));
	reach_note(&reach, &other);
	assert_false(reach_looks_blocked(&reach));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_over_domains),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
