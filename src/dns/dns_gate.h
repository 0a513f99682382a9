/*
 * dns_gate.h - what getdns may read from a connection: whole messages that are sound (dns_wire.h).
 *
 * getdns takes an answer apart before it hands it out, and believes it meanwhile: a name may lead
 * it out of the message, and pointers in a circle keep it busy for minutes, whatever the deadline.
 * So each message is looked at while it still lies in the socket.
 */
#ifndef MXDANE_DNS_GATE_H
#define MXDANE_DNS_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"

enum { DNS_GATE_LENGTH = 2 }; /* octets of a message's length before it (RFC 1035 §4.2.2) */

enum dns_gate_view {
	DNS_GATE_WAIT,    /* it is not whole yet */
	DNS_GATE_SOUND,   /* to be read: first its length, then all of it */
	DNS_GATE_UNSOUND, /* taken off the socket; not to be read by anyone */
	DNS_GATE_OVER,    /* no whole message will come: the peer ended or broke the connection */
};

/* One for each connection; zeros at first. */
struct dns_gate {
	uint8_t octets[DNS_GATE_LENGTH + LIMIT_DNS_MESSAGE];
	size_t size; /* of the message, which begins behind its length */
	bool waits;  /* the socket is to tell only when the whole message is there */
};

/* Between two messages, of a stream socket that may be readable. */
enum dns_gate_view dns_gate_look(struct dns_gate *gate, int fd);

#endif
