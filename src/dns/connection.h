/*
 * connection.h - connections to one upstream resolver, or name server, each a getdns context of its
 * own. Over UDP, where each question has a socket of its own, one stands for all of these.
 *
 * A resolver works on so many questions of one connection at once (Unbound: 32) and reads no more
 * meanwhile, and one that it cannot answer keeps its place there long after it was given up here.
 * So the questions of a connection are bounded and a further one is opened when all are full. A
 * connection on which nothing comes any more, or which has brought as many answers as the resolver
 * gives on one (dns_pace.h), is retired: it takes no more questions and is closed after its last
 * answer. Without a fault its context then opens the next one.
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
	struct event *idle; /* until which getdns keeps it open without questions, or NULL */
	size_t sent;        /* questions sent on it */
	size_t answers;     /* received on it */
	size_t in_flight;   /* questions */
	size_t lost;        /* questions that timed out; the resolver may still work on them */
	bool alone;         /* for one question */
	bool trial;         /* beyond the number that the resolver is known to accept */
	bool twice;         /* asked for twice the answers that the resolver is known to give */
	bool retired;       /* takes no more questions */
	bool broken;        /* and that for a fault */
	bool closed;        /* by the resolver, with questions in flight */
	struct connection *next;
};

/* An unsound message came on this connection (wire.h) and is kept from getdns. */
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
	size_t open;      /* connections not retired */
	size_t held;      /* connections in the list, retired ones included */
	size_t used;      /* of these, such as have been asked a question */
	size_t in_flight; /* questions */
	bool crowded;     /* when questions were last sent, some had to wait */
	bool full;        /* they wait because the window is full */
	bool answered;    /* one has brought an answer: its handshake is over */
};

/* True if as many questions are in flight as the window of `pace` allows. */
bool connection_set_full(const struct connection_set *set);
/* True where a question of this kind shares its connection with no other. */
bool connection_set_alone(const struct connection_set *set, enum dns_mode mode);
/* A connection with room for a question, opened if need be; NULL if all are full. *error is set,
 * and NULL returned, if none can be opened. */
struct connection *connection_set_pick(
    struct connection_set *set, enum dns_mode mode, struct arena *arena, const char **error);

/* Count a question as in flight on the connection (`alone`: it takes no other), and as no longer in
 * flight, answered or not. */
void connection_add_question(struct connection *connection, bool alone);
void connection_drop_question(struct connection *connection);
/* An answer came; `late`: near the time at which it would have been given up. */
void connection_answered(struct connection *connection, bool late);
/* A question timed out that was sent when `answers` answers had come. True if no answer at all has
 * come on the connection since. */
bool connection_timed_out(struct connection *connection, size_t answers);
/* A question failed at once: the connection could not be made, or was closed. */
void connection_failed(struct connection *connection);
/* True if it was opened as a trial of one connection more and nothing came on it. */
bool connection_was_too_many(const struct connection *connection);
/* After a fault. */
void connection_retire(struct connection *connection);

/* Frees or renews what is retired and empty. Never from inside a callback of getdns. */
void connection_set_reap(struct connection_set *set);
void connection_set_destroy(struct connection_set *set);

#endif
