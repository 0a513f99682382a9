/*
 * dns_pace.h - how much a resolver is given at once, learnt from how it answers.
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
	double slow_from;   /* up to here the window grows by each answer */
	uint64_t reduced;   /* questions sent when the window was reduced last */
	uint32_t failures;  /* the last 32 answers, a bit for each SERVFAIL */
	size_t connections; /* open at once */
	size_t most_connections;
	size_t credit;       /* answers since that number changed */
	size_t patience;     /* how many it takes until one more is tried */
	size_t answers;      /* of one connection before the resolver closes it; 0: not known */
	size_t closed_after; /* those of the one that was closed last */
	size_t kept;         /* connections ended here at `answers`, since it was learnt */
};

void dns_pace_init(struct dns_pace *pace, size_t most_connections);
/* An answer, whatever its rcode. `crowded`: questions wait for a place; `full`: for one in the
 * window, not on a connection. */
void dns_pace_answered(struct dns_pace *pace, bool crowded, bool full);
/* SERVFAIL to a question with this number, of so many sent: one is the name's, many together are
 * the resolver's. */
void dns_pace_failed(struct dns_pace *pace, uint64_t number, uint64_t sent);
/* A question with this number, of so many sent, was lost with its connection, or in it. */
void dns_pace_lost(struct dns_pace *pace, uint64_t number, uint64_t sent);
/* The resolver closed a connection with questions on it after so many answers. */
void dns_pace_closed(struct dns_pace *pace, size_t answers);
/* A connection was ended here, for it has given what it gives. */
void dns_pace_kept(struct dns_pace *pace);
/* A further connection beside these gave no answer at all. */
void dns_pace_refused(struct dns_pace *pace, size_t open);

#endif
