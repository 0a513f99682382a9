/*
 * signature.h - what keys are to those who verify with them; and signatures over RRsets whose
 * owner's own first label is an asterisk. RFC 4034 §3.1.3 leaves it out of an RRSIG's label count;
 * getdns 1.6 counts it, takes the RRset for a wildcard expansion, and demands a denial of the name
 * itself, which no zone can give.
 */
#ifndef MXDANE_SIGNATURE_H
#define MXDANE_SIGNATURE_H

#include <stdint.h>

#include "keys.h"

enum key_form {
	KEY_FORM_GOOD, /* or not to be told: of an algorithm that is not known here, say */
	/* The RSA modulus begins with a zero octet, which RFC 3110 §2 forbids: what verifies with
	 * Nettle (dnsmasq, Debian's libunbound) accepts no signature by it. */
	KEY_FORM_ZERO,
	/* BIND cannot read it: octets are missing or too many, no point of the curve, an RSA
	 * exponent of more than 33 bits. It looks at no key that sorts behind it. */
	KEY_FORM_UNREADABLE,
};

/* Of the data of a DNSKEY record. */
enum key_form signature_key_form(const struct getdns_dict *key);

/*
 * Has one of the zone's `keys` signed the RRset in the answer section?
 * INDETERMINATE where the system's GnuTLS policy disables the curve of the only signature. Nothing
 * is bounded here: see rrset_is_costly.
 */
enum dnssec_status signature_verify(const struct answer *answer, const char *owner, uint16_t type,
    const struct zone_keys *keys, int64_t now);

#endif
