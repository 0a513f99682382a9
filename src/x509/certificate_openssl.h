/*
 * certificate_openssl.h - what OpenSSL makes of a certificate where it is stricter than GnuTLS,
 * since most DANE senders are built on it. Pure.
 */
#ifndef MXDANE_CERTIFICATE_OPENSSL_H
#define MXDANE_CERTIFICATE_OPENSSL_H

#include <stdbool.h>

#include "certificate_fields.h"
#include "chain.h"

/*
 * NULL, or a sentence on why OpenSSL ends the handshake at a chain that holds it: it is not laid
 * out as a certificate, whatever its key and extensions say, or a date has no seconds. GnuTLS looks
 * at the leaf alone from TLS 1.3 on, and at no date. `readable`: certificate_fields_read read it.
 */
const char *certificate_openssl_refusal(const struct certificate_fields *f, bool readable);

/*
 * True if what OpenSSL would write of the whole certificate, or of its key, is what came: it makes
 * its digests of that. X.690 §10.1: a length in as few octets as can be.
 */
bool certificate_openssl_keeps(const struct certificate *c);
bool certificate_openssl_keeps_key(const struct certificate *c);

/* True if every extension can be read and keyUsage, if there, has digitalSignature: below TLS 1.3
 * OpenSSL ends a handshake by ECDSA or EdDSA otherwise. The certificate must be parsed. */
bool certificate_openssl_lets_sign(const struct certificate *c);

#endif
