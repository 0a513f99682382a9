/*
 * dns_pace.h - how many questions and connections a resolver gets at once, by how it answers.
 *
 * The window of questions in flight grows while answers come and shrinks when one is lost, as that
 * of TCP does (RFC 5681 §3.1): by one with each answer at first, later by the questions of one
 * connection in a round trip. It is halved once for all that was in flight. Forwarders close a
 * connection after so many answers (dnsmasq: 100) and have room for so many connections (dnsmasq:
 * 20): both are learnt.
 */
#ifndef MXDANE_DNS_PACE_H
#define MXDANE_DNS_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dns_pace {
	double window;      /* questions in flight at once */
	double slow_from;   /* slow-start threshold: below it the window grows with each answer */
	uint64_t reduced;   /* number of questions sent when the window was last reduced */
	uint32_t failures;  /* the last 32 answers, a bit for each SERVFAIL */
	size_t connections; /* that may be open at once; at most `most_connections` */
	size_t most_connections;
	size_t known;         /* connections at once that the resolver is known to accept */
	size_t once;          /* or has accepted before it refused some */
	size_t credit;        /* answers since `connections` changed */
	size_t patience;      /* answers until one connection more is tried */
	size_t since_refusal; /* answers since the last refusal */
	size_t answers;       /* after which the resolver closes a connection; 0: not known */
	size_t closed_after;  /* answers on the connection that it closed last */
	size_t kept;          /* connections ended here since `answers` was learnt or doubted */
};

void dns_pace_init(struct dns_pace *pace, size_t most_connections);
/* An answer came, whatever its rcode. `crowded`: questions wait to be sent; `full`: because the
 * window is full, not the connections. */
void dns_pace_answered(struct dns_pace *pace, bool crowded, bool full);
/* SERVFAIL came to question `number` of `sent`. One is a fault of the name; many together mean that
 * the resolver is overloaded, and reduce the window. */
void dns_pace_failed(struct dns_pace *pace, uint64_t number, uint64_t sent);
/* Question `number` of `sent` was lost: it timed out, or its connection was closed. */
void dns_pace_lost(struct dns_pace *pace, uint64_t number, uint64_t sent);
/* The resolver closed a connection with questions in flight after `answers` answers. */
void dns_pace_closed(struct dns_pace *pace, size_t answers);
/* A connection was ended here because it had been asked for all the answers that it gives. */
void dns_pace_kept(struct dns_pace *pace);
/* True now and then: the next connection is to be asked for twice as many. */
bool dns_pace_doubts(struct dns_pace *pace);
/* A connection has brought so many answers; clearly more than `pace->answers` disprove that. */
void dns_pace_brought(struct dns_pace *pace, size_t answers);
/* `open` connections at once have brought answers. */
void dns_pace_accepted(struct dns_pace *pace, size_t open);
/* A connection beside `open` others brought no answer at all: the resolver takes no more. */
void dns_pace_refused(struct dns_pace *pace, size_t open);

#endif
