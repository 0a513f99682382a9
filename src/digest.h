/* digest.h - hashes that DNS needs; GnuTLS has them. */
#ifndef MXDANE_DIGEST_H
#define MXDANE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_SHA1_SIZE = 20 };

/* False where the system's policy forbids SHA-1. */
bool digest_sha1(const uint8_t *data, size_t length, uint8_t hash[static DIGEST_SHA1_SIZE]);

#endif
