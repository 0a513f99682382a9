/* When a run says that port 25 may be blocked here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "connectivity.h"

struct row {
	const char *label;
	struct endpoint endpoints[3];
	size_t count;
	bool blocked;
};

#define SILENT_AT(last)                                                                            \
	{                                                                                          \
		.address = {.family = AF_INET, .bytes = {192, 0, 2, last}}, .probe = {             \
			.failure = PROBE_FAILURE_CONNECT,                                          \
			.timed_out = true                                                          \
		}                                                                                  \
	}
#define SILENT SILENT_AT(1)
#define SILENT_TOO SILENT_AT(2)
#define REFUSED                                                                                    \
	{                                                                                          \
		.probe = {.failure = PROBE_FAILURE_CONNECT }                                       \
	}
#define DEADLINE                                                                                   \
	{                                                                                          \
		.probe = {.failure = PROBE_FAILURE_DEADLINE, .timed_out = true }                   \
	}
#define PROXY                                                                                      \
	{                                                                                          \
		.probe = {.failure = PROBE_FAILURE_PROXY, .timed_out = true }                      \
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
	    {"two silent", {SILENT, SILENT_TOO}, 2, true},
	    {"one silent for two hosts", {SILENT, SILENT}, 2, false},
	    {"one refused", {SILENT, SILENT_TOO, REFUSED}, 3, false},
	    {"one good", {SILENT, SILENT_TOO, GOOD}, 3, false},
	    {"one connected and then silent", {SILENT, SILENT_TOO, SLOW}, 3, false},
	    {"one reserved", {SILENT, SILENT_TOO, RESERVED}, 3, true},
	    {"a proxy in between", {SILENT, SILENT_TOO, PROXY}, 3, true},
	    {"one without an attempt", {SILENT, DEADLINE, PROPOSED}, 3, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct mx_host host = {
		    .endpoints = rows[i].endpoints, .endpoint_count = rows[i].count};
		struct domain_report report = {.hosts = &host, .host_count = 1};
		struct connectivity connectivity = {0};
		connectivity_note(&connectivity, &report);
		if (connectivity_is_blocked(&connectivity) != rows[i].blocked)
			fail_msg("%s", rows[i].label);
	}
}

static void test_over_domains(void **state)
{
	(void)state;
	struct endpoint endpoints[] = {SILENT, SILENT, SILENT_TOO, GOOD};
	static const bool blocked[] = {false, false, true, false};
	struct connectivity connectivity = {0};
	for (size_t i = 0; i < sizeof blocked / sizeof *blocked; i++) {
		struct mx_host host = {.endpoints = &endpoints[i], .endpoint_count = 1};
		struct domain_report report = {.hosts = &host, .host_count = 1};
		connectivity_note(&connectivity, &report);
		assert_int_equal(connectivity_is_blocked(&connectivity), blocked[i]);
	}
	assert_int_equal(connectivity.timed_out, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_over_domains),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
