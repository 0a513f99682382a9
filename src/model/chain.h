/*
 * chain.h - the facts of a certificate, as one of a chain.
 */
#ifndef MXDANE_CHAIN_H
#define MXDANE_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_type { KEY_TYPE_NONE, KEY_TYPE_ECDSA, KEY_TYPE_EDDSA, KEY_TYPE_RSA, KEY_TYPE_OTHER };

struct extensions;

/* One certificate as the server sent it (or as a TLSA record or --chain holds it). */
struct certificate {
	const uint8_t *der;
	size_t der_length;
	const struct extensions *extensions; /* x509's own reading of the DER */
	/*
	 * False: only der, its digests and parse_error are set, spki and its digests where it could
	 * be found, and the key's facts where others may be able to read the certificate: a record
	 * of usage 3 may name it all the same. Where nobody can, key_type is NONE.
	 */
	bool parsed;
	const char *parse_error;
	/* --chain gives the key alone, and no certificate: only spki, its digests and the key's
	 * facts are set. */
	bool key_only;
	const char *subject; /* RFC 4514 text, raw */
	const char *issuer;
	const char *
	    *dns_names; /* subjectAltName dNSName entries, raw; one with a NUL is left out */
	size_t dns_name_count;
	bool has_dns_name; /* a dNSName entry is there, usable or not: the CN then never counts */
	const char *common_name; /* the last (most specific) CN, or NULL */
	int64_t not_before;      /* seconds since the epoch */
	int64_t not_after;
	const char *key;       /* such as "ECDSA P-256" */
	const char *signature; /* such as "RSA-SHA256" */
	enum key_type key_type;
	unsigned key_bits;
	bool weak_key;       /* under 2048-bit RSA/DSA or 224-bit EC (RFC 9325 §4.2, 4.3) */
	bool weak_signature; /* made with MD5 or SHA-1 */
	bool self_issued;    /* subject and issuer are the same Name */
	bool self_signed;    /* self-issued, and its own key made the signature */
	const uint8_t *spki; /* the SubjectPublicKeyInfo octets as they stand in the DER */
	size_t spki_length;
	/* Lengths of the certificate, or of its key, are not written as DER asks: OpenSSL makes its
	 * digests of what it would write itself, so they fit no record. */
	bool inexact, inexact_spki;
	/* keyUsage without digitalSignature, or an extension that cannot be read: below TLS 1.3
	 * OpenSSL ends a handshake in which such a key signs by ECDSA or EdDSA. */
	bool unfit_to_sign;
	/* Its keyUsage as GnuTLS reads it has no digitalSignature, or no keyEncipherment. */
	bool usage_bars_signing, usage_bars_enciphering;
	const char
	    *refusal; /* why OpenSSL ends the handshake at it: a sentence, constant; or NULL */
	uint8_t cert_sha256[32];
	uint8_t cert_sha512[64];
	uint8_t spki_sha256[32];
	uint8_t spki_sha512[64];
};

/* True if both are the same octets; the same keys where of one only that is known. */
bool certificate_equal(const struct certificate *a, const struct certificate *b);

#endif
