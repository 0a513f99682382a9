/* probe_world.h - a loop, a prober and a mail server, for tests. */
#ifndef MXDANE_PROBE_WORLD_H
#define MXDANE_PROBE_WORLD_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe_server.h"
#include "prober.h"
#include "tls.h"

enum {
	TIMEOUT_MS = 20 * 1000, /* not to be reached on a slow machine */
	QUOTA = 100,            /* nor this one, but where a test is about it */
};

/* Milliseconds, as many times longer as MXDANE_TEST_SLOWNESS says, under valgrind for one. */
static inline unsigned slowly(unsigned ms)
{
	const char *times = getenv("MXDANE_TEST_SLOWNESS");
	return times ? ms * (unsigned)strtoul(times, NULL, 10) : ms;
}

struct world {
	uint16_t port; /* the server's */
	struct params params;
	struct loop *loop;
	struct quota *quota;
	struct prober *prober;
	struct arena *arena;
	size_t expected; /* answers after which the loop is stopped */
	size_t answers;
};

/* One request and its answer. */
struct asked {
	struct world *world;
	struct probe_request *request;
	struct probe facts;
	bool answered;
};

static inline size_t open_descriptors(void)
{
	size_t count = 0;
	DIR *folder = opendir("/proc/self/fd");
	while (readdir(folder))
		count++;
	(void)closedir(folder);
	return count;
}

/* With a server that does what `act` of tests/servers/probe_acts.py says. */
static inline void open_world(struct world *w, const char *act)
{
	memset(w, 0, sizeof *w);
	w->port = probe_server_serve(act);
	w->params.port = w->port;
	w->params.reserved = true;
	w->params.ehlo = "client.example";
	w->params.timeout_ms = slowly(TIMEOUT_MS);
	w->params.per_host = 4;
	w->params.verbose = true;
	w->loop = loop_create();
	w->arena = arena_create();
	w->quota = quota_create(QUOTA);
	w->prober = prober_create(w->loop, &w->params, w->quota);
}

/* Takes up what a test has changed in the parameters. */
static inline void renew_prober(struct world *w)
{
	prober_destroy(w->prober);
	w->prober = prober_create(w->loop, &w->params, w->quota);
}

static inline void close_world(struct world *w)
{
	prober_destroy(w->prober);
	quota_destroy(w->quota);
	loop_destroy(w->loop); /* asserts that no handle is left */
	arena_destroy(w->arena);
}

static inline struct address loopback(unsigned last_octets)
{
	struct address a = {.family = AF_INET};
	a.bytes[0] = 127;
	a.bytes[2] = (uint8_t)(last_octets >> 8);
	a.bytes[3] = (uint8_t)last_octets;
	return a;
}

static inline void answered(void *user, const struct probe *facts)
{
	struct asked *a = user;
	struct world *w = a->world;
	assert_false(a->answered); /* only once */
	a->answered = true;
	a->request = NULL;
	probe_copy(w->arena, &a->facts, facts);
	if (++w->answers == w->expected)
		loop_stop(w->loop);
}

/* In this turn of --repeat. */
static inline void ask_again(struct world *w, struct asked *a, unsigned address, const char *sni,
    enum tls_offer offer, unsigned turn)
{
	struct address to = loopback(address);
	memset(a, 0, sizeof *a);
	a->world = w;
	a->request = prober_probe(w->prober, &to, sni, offer, turn, answered, a);
	assert_false(a->answered); /* never before it returned */
}

static inline void ask(
    struct world *w, struct asked *a, unsigned address, const char *sni, enum tls_offer offer)
{
	ask_again(w, a, address, sni, offer, 0);
}

/* Runs the loop until so many answers have come since the last time. */
static inline void run_for(struct world *w, size_t answers)
{
	w->answers = 0;
	w->expected = answers;
	loop_run(w->loop);
	assert_int_equal(w->answers, answers);
}

static inline int set_up(void **state)
{
	const char *error = NULL;
	(void)state;
	return tls_global_init(&error) && probe_server_start() ? 0 : -1;
}

static inline int tear_down(void **state)
{
	(void)state;
	probe_server_stop();
	tls_global_deinit();
	return 0;
}

#endif
