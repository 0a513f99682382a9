/*
 * connection.h - connections to one upstream resolver, each a getdns context of its own.
 *
 * A resolver works on so many questions of one connection at once (Unbound: 32) and reads no more
 * meanwhile, and one that it cannot answer keeps its place there long after it was given up here.
 * So the questions of a connection are bounded and a further one is opened when all are full. A
 * connection on which nothing comes any more, or which has brought as many answers as the resolver
 * gives on one (dns_pace.h), is retired: it takes no more questions and ends with its last answer.
 *
 * A question whose AD bit counts has a connection of its own: dnsmasq 2.90 sets that bit on all
 * answers after the first secure one of a connection. It does not speak TLS; there, where each
 * handshake is dear, questions share connections.
 */
#ifndef MXDANE_CONNECTION_H
#define MXDANE_CONNECTION_H

#include "dns_pace.h"
#include "transport.h"

struct getdns_context;

struct connection {
	struct connection_set *set;
	struct getdns_context *context;
	size_t sent;      /* questions, on it */
	size_t answers;   /* that came on it */
	size_t in_flight; /* questions */
	size_t lost;      /* questions given up here, and perhaps not there */
	bool trial;       /* beyond the number that the resolver is known to accept */
	bool retired;     /* takes no more questions */
	bool closed;      /* by the resolver, with questions on it */
	struct connection *next;
};

/* A message that getdns will not see came on this connection (wire.h). */
typedef void connection_refuse_cb(
    void *user, struct connection *connection, const uint8_t *message, size_t size);

struct connection_set {
	struct loop *loop;
	const struct dns_upstream *upstream;
	unsigned timeout_ms; /* for one try */
	const char *ca_file;
	connection_refuse_cb *refuse;
	void *user;
	struct connection *list;
	struct dns_pace pace;
	size_t open;      /* those not retired */
	size_t held;      /* those in the list */
	size_t known;     /* connections at once that the resolver is known to accept */
	size_t in_flight; /* questions */
	bool crowded;     /* questions were left waiting when some were sent last */
	bool full;        /* because the window was full */
	bool answered;    /* one has brought an answer: its handshake is over */
};

/* Opens the first one, to see that it can be; nothing is sent. At most `most_connections` are open
 * at once. False with a sentence in *error. */
bool connection_set_init(
    struct connection_set *set, size_t most_connections, struct arena *arena, const char **error);
/* As many questions are in flight as the window of the resolver's pace allows. */
bool connection_set_full(const struct connection_set *set);
/* True where a question of this kind shares its connection with no other. */
bool connection_set_alone(const struct connection_set *set, enum dns_mode mode);
/* A connection with room for a question, opened if need be; NULL if all are full. *error is set,
 * and NULL returned, if none can be opened. */
struct connection *connection_set_pick(
    struct connection_set *set, enum dns_mode mode, struct arena *arena, const char **error);

/* A question is sent on it, and is over there, whatever came of it. */
void connection_add_question(struct connection *connection, bool alone);
void connection_drop_question(struct connection *connection);
/* An answer came. */
void connection_answered(struct connection *connection);
/* No answer came in time to a question that was sent after so many answers. True if none at all
 * has come on it since. */
bool connection_timed_out(struct connection *connection, size_t answers);
/* A question failed at once: the connection could not be made, or was closed. */
void connection_failed(struct connection *connection);
/* Nothing came on it, and it was opened to see whether the resolver accepts as many. */
bool connection_was_too_many(const struct connection *connection);
void connection_retire(struct connection *connection);

/* Frees what is retired and empty. Never from inside a callback of getdns. */
void connection_set_reap(struct connection_set *set);
void connection_set_destroy(struct connection_set *set);

#endif
