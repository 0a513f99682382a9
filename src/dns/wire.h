/*
 * wire.h - DNS messages octet for octet (RFC 1035 §4.1): sound or not, their records, and the
 * fields of those.
 *
 * getdns takes the fields of a record that is shorter than its type demands from what lies behind
 * it, at the end of the message from memory that is not the message's. It also takes an answer
 * apart before it hands it out, and believes it meanwhile: a name may lead it out of the message,
 * and pointers in a circle keep it busy for minutes, whatever the deadline. So each message is
 * looked at while it still lies in the socket, and only one that is sound is getdns' to read.
 */
#ifndef MXDANE_WIRE_H
#define MXDANE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dname.h"
#include "limit.h"

/* ---- Reading ---- */

/* A place in a message. What is read from a broken one is 0, and it stays broken. */
struct wire_cursor {
	const uint8_t *message;
	size_t at, end;
	bool broken;
};

/* Uncompressed. */
struct wire_name {
	uint8_t octets[DNAME_SIZE];
	size_t size;
};

enum wire_section { WIRE_ANSWER, WIRE_AUTHORITY, WIRE_ADDITIONAL, WIRE_SECTION_COUNT };

struct wire_header {
	bool is_response, aa, is_truncated, ad;
	unsigned rcode;
	size_t questions;
	size_t records[WIRE_SECTION_COUNT];
};

/* A field of a record's data. */
struct wire_field {
	uint32_t number;     /* an integer */
	const uint8_t *data; /* else its octets in the message, without the length of a string */
	size_t size;
	bool compressed; /* a name with a pointer in it */
};

enum { WIRE_FIELDS = 9 }; /* the most, of an RRSIG */

struct wire_record {
	struct wire_name owner;
	uint16_t type, class;
	uint32_t ttl;
	const uint8_t *rdata; /* in the message, names as they stand there */
	size_t rdata_size;
	struct wire_field fields[WIRE_FIELDS]; /* none of a type that is not looked at */
	size_t field_count;
};

/* One after another, from the front of a message. A record is broken also where its data is not as
 * its type demands. */
void wire_read_header(struct wire_cursor *c, struct wire_header *header);
void wire_read_question(struct wire_cursor *c, struct wire_record *question);
void wire_read_record(struct wire_cursor *c, struct wire_record *record);
/* The name in a field of a record that was read and is not broken. */
void wire_read_field_name(
    const uint8_t *message, const struct wire_field *field, struct wire_name *name);

/* True if the sections hold what the header counts, none of it broken. */
bool wire_is_sound(const uint8_t *message, size_t size);
/* True if the first question is for this name and type. The rest of the message may be anything. */
bool wire_asks(const uint8_t *message, size_t size, const char *name, uint16_t type);

/* ---- In a socket ---- */

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
/* The same of a datagram socket, whose messages come without their length. */
enum peek_result wire_peek_datagram(struct peek_buffer *peeked, int fd);

#endif
