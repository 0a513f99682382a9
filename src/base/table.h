/*
 * table.h - hash tables by uthash, with the program's memory and a hash function that compilers
 * read without a warning (uthash's own falls through its switch labels).
 */
#ifndef MXDANE_TABLE_H
#define MXDANE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* FNV-1a. */
static inline unsigned table_hash(const void *key, size_t length)
{
	const uint8_t *p = key;
	uint32_t hash = 2166136261U;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ p[i]) * 16777619U;
	return hash;
}

#define HASH_FUNCTION(key, length, hash) ((hash) = table_hash((key), (length)))
#define uthash_malloc(size) memory_alloc(size)

#include <uthash.h>

#endif
