/*
 * wire.h - is a DNS message sound, octet for octet?
 *
 * getdns takes the fields of a record that is shorter than its type demands from what lies behind
 * it, at the end of the message from memory that is not the message's. Such a message is no answer.
 */
#ifndef MXDANE_WIRE_H
#define MXDANE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"

/* True if the first question is for this name and type. The rest of the message may be anything. */
bool wire_asks(const uint8_t *message, size_t size, const char *name, uint16_t type);

/* True if the sections hold what the header counts, and every name, and every record of the types
 * that are looked at here, ends where it should (RFC 1035 §4.1). */
bool wire_is_sound(const uint8_t *message, size_t size);

enum { WIRE_LENGTH_SIZE = 2 }; /* octets of a message's length before it (RFC 1035 §4.2.2) */

enum peek_result {
	PEEK_WAIT,    /* it is not whole yet */
	PEEK_SOUND,   /* to be read: first its length, then all of it */
	PEEK_UNSOUND, /* taken off the socket; not to be read by anyone */
	PEEK_OVER,    /* no whole message will come: the peer ended or broke the connection */
};

/* One for each connection; zeros at first. */
struct peek_buffer {
	uint8_t octets[WIRE_LENGTH_SIZE + LIMIT_DNS_MESSAGE];
	size_t size; /* of the message, which begins behind its length */
	bool waits;  /* the socket is to tell only when the whole message is there */
};

/* Between two messages, of a stream socket that may be readable. */
enum peek_result wire_peek(struct peek_buffer *peeked, int fd);

#endif
