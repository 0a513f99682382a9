/*
 * dname.h - domain names in wire form and as text (RFC 1035 §3.1).
 *
 * Text is the program's canonical form (name.h): lower case, no final dot, "" for the root. Octets
 * that a zone file or a report could misread are \DDD, so every dot in the text separates labels.
 */
#ifndef MXDANE_DNAME_H
#define MXDANE_DNAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* NULL if it is no uncompressed name that ends with its last octet (RFC 1035 §3.1). */
char *dname_from_wire(struct arena *arena, const uint8_t *data, size_t size);
enum { DNAME_SIZE = 255 };
/* The wire form; its length, or 0 if it is no name. */
size_t dname_to_wire(const char *name, uint8_t wire[static DNAME_SIZE]);
/* The name without its first label, pointing into `name`; NULL for the root. */
const char *dname_parent(const char *name);
/* True if `name` is `ancestor` or below it. */
bool dname_is_below(const char *name, const char *ancestor);
/* True if the first label is an asterisk: a wildcard, where it owns records (RFC 4592 §2.1.1). */
bool dname_is_wildcard(const char *name);
/* Without the root: 0 for it. */
size_t dname_labels(const char *name);
/* Below, at or above 0 as `a` comes before, with or after `b` in a signed zone (RFC 4034 §6.1). */
int dname_compare(const char *a, const char *b);

#endif
