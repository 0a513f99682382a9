/* digest.c owns hashing for NSEC3, which knows SHA-1 alone (RFC 5155 §11), for DS and for what
 * TLSA records are compared with. */
#include "digest.h"

#include <gnutls/crypto.h>

#include "arena.h"

bool digest_sha1(const uint8_t *data, size_t length, uint8_t hash[static DIGEST_SHA1_SIZE])
{
	return gnutls_hash_fast(GNUTLS_DIG_SHA1, data, length, hash) >= 0;
}

size_t digest_ds(
    uint32_t type, const uint8_t *data, size_t length, uint8_t digest[static DIGEST_DS_MAX])
{
	static const gnutls_digest_algorithm_t algorithms[] = {
	    [1] = GNUTLS_DIG_SHA1, [2] = GNUTLS_DIG_SHA256, [4] = GNUTLS_DIG_SHA384};
	gnutls_digest_algorithm_t algorithm = GNUTLS_DIG_UNKNOWN;

	if (type < sizeof algorithms / sizeof *algorithms)
		algorithm = algorithms[type];
	if (algorithm == GNUTLS_DIG_UNKNOWN ||
	    gnutls_hash_fast(algorithm, data, length, digest) < 0)
		return 0;
	return gnutls_hash_get_len(algorithm);
}

void digest_sha2(size_t size, const void *data, size_t length, uint8_t *digest)
{
	/* It fails for want of memory alone; a digest left zero could match a record. */
	if (gnutls_hash_fast(size == DIGEST_SHA512_SIZE ? GNUTLS_DIG_SHA512 : GNUTLS_DIG_SHA256,
		data, length, digest) < 0)
		memory_exhausted();
}
