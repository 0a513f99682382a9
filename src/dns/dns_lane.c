/* dns_lane.c owns how many connections to a resolver there are and which of them take questions. */
#include "dns_lane.h"

#include <getdns/getdns_extra.h>
#include <stdlib.h>
#include <utlist.h>

#include "dns_context.h"
#include "limit.h"

static struct dns_lane *open_lane(struct dns_lanes *lanes, struct arena *arena, const char **error)
{
	struct dns_lane *lane = memory_alloc(sizeof *lane);

	lane->lanes = lanes;
	lane->context = dns_context_create(lane, arena, error);
	if (!lane->context) {
		free(lane);
		return NULL;
	}
	LL_APPEND(lanes->list, lane);
	lanes->open++;
	return lane;
}

bool dns_lanes_init(struct dns_lanes *lanes, struct arena *arena, const char **error)
{
	return open_lane(lanes, arena, error) != NULL;
}

static struct dns_lane *find_emptiest(const struct dns_lanes *lanes)
{
	struct dns_lane *lane, *emptiest = NULL;

	LL_FOREACH(lanes->list, lane)
	{
		if (!lane->retired && (!emptiest || lane->flying < emptiest->flying))
			emptiest = lane;
	}
	return emptiest;
}

/*
 * How many questions on its emptiest connection are reason to open another. Resolvers hold answers
 * back while an earlier one on the same connection is not acknowledged (Nagle): one more round
 * trip, however many they are. A handshake takes as long, so it pays only for the first questions,
 * which wait for one anyway; with TLS it takes longer.
 */
static size_t crowd(const struct dns_lanes *lanes)
{
	return lanes->answered || lanes->upstream->tls_name ? LIMIT_CONNECTION_QUESTIONS : 1;
}

/* For one question: it is retired at once, and so not among those that are open. */
static struct dns_lane *open_single(
    struct dns_lanes *lanes, struct arena *arena, const char **error)
{
	struct dns_lane *lane;
	size_t count;

	LL_COUNT(lanes->list, lane, count);
	if (count > LIMIT_CONNECTIONS)
		return NULL;
	lane = open_lane(lanes, arena, error);
	if (lane)
		dns_lane_retire(lanes, lane);
	return lane;
}

struct dns_lane *dns_lanes_pick(
    struct dns_lanes *lanes, enum dns_mode mode, struct arena *arena, const char **error)
{
	struct dns_lane *lane = find_emptiest(lanes);

	*error = NULL;
	if (mode == DNS_MODE_AD && !lanes->upstream->tls_name)
		return open_single(lanes, arena, error);
	if ((!lane || lane->flying >= crowd(lanes)) && lanes->open < LIMIT_CONNECTIONS)
		return open_lane(lanes, arena, error);
	return lane && lane->flying < LIMIT_CONNECTION_QUESTIONS ? lane : NULL;
}

void dns_lane_retire(struct dns_lanes *lanes, struct dns_lane *lane)
{
	if (lane->retired)
		return;
	lane->retired = true;
	lanes->open--;
}

static void free_lane(struct dns_lanes *lanes, struct dns_lane *lane)
{
	LL_DELETE(lanes->list, lane);
	getdns_context_destroy(lane->context);
	free(lane);
}

void dns_lanes_reap(struct dns_lanes *lanes)
{
	struct dns_lane *lane, *after;

	LL_FOREACH_SAFE(lanes->list, lane, after)
	{
		if (lane->retired && lane->flying == 0)
			free_lane(lanes, lane);
	}
}

void dns_lanes_destroy(struct dns_lanes *lanes)
{
	struct dns_lane *lane, *after;

	LL_FOREACH_SAFE(lanes->list, lane, after)
	{
		free_lane(lanes, lane);
	}
}
