/*
 * dns_lane.h - connections to one upstream resolver, each a getdns context of its own.
 *
 * A resolver works on so many questions of one connection at once (Unbound: 32) and reads no more
 * meanwhile, and one that it cannot answer keeps its place there long after it was given up here.
 * So the questions of a connection are bounded, a further one is opened when all are full, and one
 * on which nothing comes any more, or which has given what the resolver gives (dns_pace.h), takes
 * no more and ends with its last answer.
 *
 * After a question whose AD bit counts a connection takes no more: dnsmasq 2.90 sets that bit on
 * all answers after the first secure one of a connection. It does not speak TLS; there, where each
 * handshake is dear, such questions share connections.
 */
#ifndef MXDANE_DNS_LANE_H
#define MXDANE_DNS_LANE_H

#include "dns_pace.h"
#include "dns_transport.h"

struct getdns_context;

struct dns_lane {
	struct dns_lanes *lanes;
	struct getdns_context *context;
	size_t taken;   /* questions sent on it */
	size_t answers; /* that came */
	size_t flying;  /* questions on their way */
	size_t lost;    /* questions given up here, and perhaps not there */
	bool trial;     /* one more than the resolver is known to take */
	bool retired;
	bool closed; /* by the resolver, with questions on it */
	struct dns_lane *next;
};

/* A message that getdns will not see came on this connection (dns_gate.h). */
typedef void dns_lane_refuse_cb(
    void *user, struct dns_lane *lane, const uint8_t *message, size_t size);

struct dns_lanes {
	struct loop *loop;
	const struct dns_upstream *upstream;
	unsigned timeout_ms; /* for one try */
	const char *ca_file;
	dns_lane_refuse_cb *refuse;
	void *user;
	struct dns_lane *list;
	struct dns_pace pace;
	size_t open;   /* those not retired */
	size_t held;   /* those in the list */
	size_t known;  /* connections at once that the resolver takes */
	size_t flying; /* questions on their way */
	bool crowded;  /* questions waited for a place when they were last sent out */
	bool full;     /* for one in the window */
	bool answered; /* one has brought an answer: its handshake is over */
};

/* Opens the first one, to see that it can be; nothing is sent. At most `most_connections` are open
 * at once. False with a sentence in *error. */
bool dns_lanes_init(
    struct dns_lanes *lanes, size_t most_connections, struct arena *arena, const char **error);
/* As many are on their way as the resolver is known to take. */
bool dns_lanes_full(const struct dns_lanes *lanes);
/* A connection with room, opened if need be; NULL if all are full. *error is set, and NULL
 * returned, if none can be opened. */
struct dns_lane *dns_lanes_pick(struct dns_lanes *lanes, struct arena *arena, const char **error);

/* A question goes out on it, and is over there, whatever came of it. */
void dns_lane_take(struct dns_lane *lane);
void dns_lane_leave(struct dns_lane *lane);
/* An answer came. */
void dns_lane_answered(struct dns_lane *lane);
/* No answer came in time to a question that was sent after so many answers. True if none at all
 * has come on it since. */
bool dns_lane_timed_out(struct dns_lane *lane, size_t answers);
/* It failed a question at once: it could not be made, or was closed. */
void dns_lane_failed(struct dns_lane *lane);
/* Nothing came on it, and it was opened to see whether the resolver takes as many. */
bool dns_lane_was_too_many(const struct dns_lane *lane);
void dns_lane_retire(struct dns_lane *lane);

/* Frees what is retired and empty. Never from inside a callback of getdns. */
void dns_lanes_reap(struct dns_lanes *lanes);
void dns_lanes_destroy(struct dns_lanes *lanes);

#endif
