/*
 * dns_wire.h - is a DNS message sound, octet for octet?
 *
 * getdns takes the fields of a record that is shorter than its type demands from what lies behind
 * it, at the end of the message from memory that is not the message's. Such a message is no answer.
 */
#ifndef MXDANE_DNS_WIRE_H
#define MXDANE_DNS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True if the first question is for this name and type. The rest of the message may be anything. */
bool dns_wire_asks(const uint8_t *message, size_t size, const char *name, uint16_t type);

/* True if the sections hold what the header counts, and every name, and every record of the types
 * that are looked at here, ends where it should (RFC 1035 §4.1). */
bool dns_wire_is_sound(const uint8_t *message, size_t size);

#endif
