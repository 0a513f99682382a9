/* dns_lane.c owns how many connections to a resolver there are and which of them take questions. */
#include "dns_lane.h"

#include <getdns/getdns_extra.h>
#include <stdlib.h>
#include <utlist.h>

#include "dns_context.h"
#include "limit.h"

enum {
	/* Of the places on a connection, those that questions without an answer may keep. */
	MOST_LOST = LIMIT_CONNECTION_QUESTIONS / 3,
};

static struct dns_lane *open_lane(struct dns_lanes *lanes, struct arena *arena, const char **error)
{
	struct dns_lane *lane = memory_alloc(sizeof *lane);

	lane->lanes = lanes;
	lane->context = dns_context_create(lane, arena, error);
	if (!lane->context) {
		free(lane);
		return NULL;
	}
	lane->trial = lanes->held >= lanes->known;
	LL_APPEND(lanes->list, lane);
	lanes->open++;
	lanes->held++;
	return lane;
}

bool dns_lanes_init(
    struct dns_lanes *lanes, size_t most_connections, struct arena *arena, const char **error)
{
	dns_pace_init(&lanes->pace, most_connections);
	lanes->known = LIMIT_FIRST_CONNECTIONS;
	return open_lane(lanes, arena, error) != NULL;
}

/* ---- Which takes a question ---- */

bool dns_lanes_full(const struct dns_lanes *lanes)
{
	return (double)lanes->flying + 1 > lanes->pace.window;
}

/* Places that are taken. Of a connection that may be one too many, one place is risked. */
static size_t load(const struct dns_lane *lane)
{
	if (lane->trial && lane->answers == 0 && lane->flying > 0)
		return LIMIT_CONNECTION_QUESTIONS;
	return lane->flying + lane->lost;
}

static struct dns_lane *find_emptiest(const struct dns_lanes *lanes)
{
	struct dns_lane *lane, *emptiest = NULL;

	LL_FOREACH(lanes->list, lane)
	{
		if (!lane->retired && (!emptiest || load(lane) < load(emptiest)))
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

static size_t count_trials(const struct dns_lanes *lanes)
{
	const struct dns_lane *lane;
	size_t count = 0;

	LL_FOREACH(lanes->list, lane)
	{
		count += lane->trial && lane->answers == 0;
	}
	return count;
}

/* Retired ones count, for the resolver has them still; beyond those that it is known to take, it
 * is tried with as many more. */
static bool may_open(const struct dns_lanes *lanes)
{
	if (lanes->open == 0)
		return lanes->held < 2 * lanes->pace.most_connections;
	if (lanes->open >= lanes->pace.connections || lanes->held >= lanes->pace.most_connections)
		return false;
	return lanes->held < lanes->known ||
	       (lanes->answered && count_trials(lanes) < lanes->known);
}

struct dns_lane *dns_lanes_pick(struct dns_lanes *lanes, struct arena *arena, const char **error)
{
	struct dns_lane *lane = find_emptiest(lanes);

	*error = NULL;
	if ((!lane || load(lane) >= crowd(lanes)) && may_open(lanes))
		return open_lane(lanes, arena, error);
	return lane && load(lane) < LIMIT_CONNECTION_QUESTIONS ? lane : NULL;
}

/* ---- What becomes of its questions ---- */

void dns_lane_retire(struct dns_lane *lane)
{
	if (lane->retired)
		return;
	lane->retired = true;
	lane->lanes->open--;
}

void dns_lane_take(struct dns_lane *lane)
{
	struct dns_pace *pace = &lane->lanes->pace;

	lane->flying++;
	lane->lanes->flying++;
	if (++lane->taken != pace->answers)
		return;
	dns_lane_retire(lane);
	dns_pace_kept(pace);
}

void dns_lane_leave(struct dns_lane *lane)
{
	lane->flying--;
	lane->lanes->flying--;
}

static void note_known(struct dns_lanes *lanes)
{
	const struct dns_lane *lane;
	size_t working = 0;

	LL_FOREACH(lanes->list, lane)
	{
		working += lane->answers > 0;
	}
	if (working > lanes->known)
		lanes->known = working;
}

void dns_lane_answered(struct dns_lane *lane)
{
	struct dns_lanes *lanes = lane->lanes;

	dns_pace_answered(&lanes->pace, lanes->crowded, lanes->full);
	lanes->answered = true;
	if (lane->answers++ == 0 && lane->trial)
		note_known(lanes);
}

bool dns_lane_was_too_many(const struct dns_lane *lane)
{
	return lane->trial && lane->answers == 0 && lane->lanes->answered;
}

bool dns_lane_timed_out(struct dns_lane *lane, size_t answers)
{
	bool stalled = lane->answers == answers;

	if (stalled || ++lane->lost >= MOST_LOST)
		dns_lane_retire(lane);
	if (dns_lane_was_too_many(lane))
		dns_pace_refused(&lane->lanes->pace, lane->lanes->open);
	return stalled;
}

void dns_lane_failed(struct dns_lane *lane)
{
	struct dns_pace *pace = &lane->lanes->pace;

	dns_lane_retire(lane);
	if (lane->closed)
		return;
	lane->closed = true;
	if (lane->answers == 0)
		dns_pace_refused(pace, lane->lanes->open);
	else
		dns_pace_closed(pace, lane->answers);
}

/* ---- The end ---- */

static void free_lane(struct dns_lanes *lanes, struct dns_lane *lane)
{
	LL_DELETE(lanes->list, lane);
	lanes->held--;
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
