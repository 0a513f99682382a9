/*
 * certificate_openssl.h - what OpenSSL makes of a certificate where it is stricter than GnuTLS,
 * since most DANE senders are built on it. Pure.
 */
#ifndef MXDANE_CERTIFICATE_OPENSSL_H
#define MXDANE_CERTIFICATE_OPENSSL_H

#include <stdbool.h>

#include "chain.h"

/* True if it is laid out as a certificate, whatever its key and extensions say. OpenSSL ends the
 * handshake at any other in the chain, GnuTLS from TLS 1.3 on looks at the leaf alone. */
bool certificate_openssl_reads(const struct certificate *c);

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
