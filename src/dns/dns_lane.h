/*
 * dns_lane.h - connections to one upstream resolver, each a getdns context of its own.
 *
 * A resolver works on so many questions of one connection at once (Unbound: 32) and reads no more
 * meanwhile, and one that it cannot answer keeps its place there long after it was given up here.
 * So the questions of a connection are bounded, a further one is opened when all are full, and one
 * that has failed a question takes no more and ends with its last answer.
 *
 * A question whose AD bit counts has a connection of its own: dnsmasq 2.90 sets that bit on all
 * answers after the first secure one of a connection. It does not speak TLS; there, where each
 * handshake is dear, questions share connections.
 */
#ifndef MXDANE_DNS_LANE_H
#define MXDANE_DNS_LANE_H

#include "dns_transport.h"

struct getdns_context;

struct dns_lane {
	struct dns_lanes *lanes;
	struct getdns_context *context;
	size_t flying; /* questions on their way */
	bool retired;
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
	size_t open;   /* those not retired */
	bool answered; /* one has brought an answer: its handshake is over */
};

/* Opens the first one, to see that it can be; nothing is sent. False with a sentence in *error. */
bool dns_lanes_init(struct dns_lanes *lanes, struct arena *arena, const char **error);
/* A connection with room for a question, opened if need be; NULL if all are full. *error is set,
 * and NULL returned, if none can be opened. */
struct dns_lane *dns_lanes_pick(
    struct dns_lanes *lanes, enum dns_mode mode, struct arena *arena, const char **error);
void dns_lane_retire(struct dns_lanes *lanes, struct dns_lane *lane);
/* Frees what is retired and empty. Never from inside a callback of getdns. */
void dns_lanes_reap(struct dns_lanes *lanes);
void dns_lanes_destroy(struct dns_lanes *lanes);

#endif
