/* digest.c owns hashing for NSEC3, which knows SHA-1 alone (RFC 5155 §11). */
#include "digest.h"

#include <gnutls/crypto.h>

bool digest_sha1(const uint8_t *data, size_t length, uint8_t hash[static DIGEST_SHA1_SIZE])
{
	return gnutls_hash_fast(GNUTLS_DIG_SHA1, data, length, hash) >= 0;
}
