/* digest.h - hashes that DNS and TLSA records need, by GnuTLS. Lengths are in octets. */
#ifndef MXDANE_DIGEST_H
#define MXDANE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DIGEST_SHA1_SIZE = 20,
	DIGEST_SHA256_SIZE = 32,
	DIGEST_SHA512_SIZE = 64,
	DIGEST_DS_MAX = 48, /* of a DS record: SHA-384 */
};

/* False where the system's policy forbids SHA-1. */
bool digest_sha1(const uint8_t *data, size_t length, uint8_t hash[static DIGEST_SHA1_SIZE]);
/*
 * The digest of a key as in a DS record of this digest type (RFC 4509, RFC 6605); its size in
 * octets, 0 for a type that is not known or forbidden by the system's policy.
 */
size_t digest_ds(
    uint32_t type, const uint8_t *data, size_t length, uint8_t digest[static DIGEST_DS_MAX]);
/* SHA-256 or SHA-512, by the digest's size. */
void digest_sha2(size_t size, const void *data, size_t length, uint8_t *digest);

#endif
