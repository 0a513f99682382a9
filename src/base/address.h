/*
 * address.h - an IP address: its text, its order, and the special-purpose ranges (RFC 6890).
 */
#ifndef MXDANE_ADDRESS_H
#define MXDANE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct address {
	int family;        /* AF_INET or AF_INET6; 0: no address known */
	uint8_t bytes[16]; /* network order; 4 or 16 of them count */
};

/* Numeric text of an address in a static-size buffer; "" for family 0. */
#define ADDRESS_TEXT_SIZE 46
const char *address_text(const struct address *a, char buf[static ADDRESS_TEXT_SIZE]);
/* Reads numeric text; false if it is no address. */
bool address_read(const char *text, struct address *address);
/* Below, at or above 0; IPv4 before IPv6. */
int address_compare(const struct address *a, const struct address *b);
/* True for the IANA special-purpose registries (RFC 6890): private, loopback, documentation … */
bool address_is_reserved(const struct address *a);

#endif
