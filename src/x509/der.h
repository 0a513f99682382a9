/*
 * der.h - a cursor over DER (ITU-T X.690) whose error sticks: after the first fault every read
 * gives an empty value, so a reader checks for faults once, at its end.
 *
 * For what must be seen octet by octet (SubjectPublicKeyInfo, Names, extensions); GnuTLS does the
 * rest. Lengths longer than needed are let pass, indefinite ones and high tag numbers are faults.
 */
#ifndef MXDANE_DER_H
#define MXDANE_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8_STRING = 0x0c,
	DER_NUMERIC_STRING = 0x12,
	DER_PRINTABLE_STRING = 0x13,
	DER_TELETEX_STRING = 0x14,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_VISIBLE_STRING = 0x1a,
	DER_UNIVERSAL_STRING = 0x1c,
	DER_BMP_STRING = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT = 0x80,             /* [n] primitive: DER_CONTEXT + n */
	DER_CONTEXT_CONSTRUCTED = 0xa0, /* [n] constructed */
};

struct der {
	const uint8_t *next;
	size_t left;
	bool failed;
};

/* One value: its content, and the octets from its tag on. All zero after a fault. */
struct der_value {
	uint8_t tag;
	const uint8_t *bytes;
	size_t length;
	const uint8_t *whole;
	size_t whole_length;
};

struct der der_open(const uint8_t *bytes, size_t length);
/* The next value, which must bear `tag`. */
struct der_value der_read(struct der *d, uint8_t tag);
struct der_value der_read_any(struct der *d);
/* Likewise, with content that its universal type allows (X.690 §8); constructed strings are faults.
 */
struct der_value der_read_typed(struct der *d);
/* As der_read, giving a cursor over the content; it has failed from the start where `d` has. */
struct der der_enter(struct der *d, uint8_t tag);
/* True if the next value is there and bears `tag`. */
bool der_next_is(const struct der *d, uint8_t tag);
/* True while no fault was met and octets are left. */
bool der_more(const struct der *d);
/* True if no fault was met and nothing is left. */
bool der_done(const struct der *d);

/* UTCTime or GeneralizedTime as RFC 5280 §4.1.2.5 writes them: with seconds, in Z. Seconds since
 * the epoch. */
int64_t der_read_time(struct der *d);

/* True if the value's length is written as DER asks: in as few octets as can be. */
bool der_is_minimal(const struct der_value *v);
/* True if the contents are equal; tags are not compared. */
bool der_equal(const struct der_value *a, const struct der_value *b);
/* True if the content is an INTEGER's, whatever the tag (X.690 §8.3): at least one octet, and no
 * leading one that says nothing. OpenSSL refuses such padding. */
bool der_is_integer(const struct der_value *v);
/* True if the value is the OBJECT IDENTIFIER with these content octets (a string literal). */
bool der_is_oid(const struct der_value *v, const char *octets);

#endif
