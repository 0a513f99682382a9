/*
 * zone_name.h - domain names as master files write them, made canonical: the text form of
 * dns_name.h, lengths checked. Pure.
 */
#ifndef MXDANE_ZONE_NAME_H
#define MXDANE_ZONE_NAME_H

#include <stddef.h>

#include "arena.h"

/*
 * From master-file text: "@" is the origin, a name without a final dot is relative to it. `origin`
 * is canonical, or NULL if there is none. NULL and a sentence fragment in *why on failure.
 */
char *zone_name_read(
    struct arena *arena, const char *text, size_t length, const char *origin, const char **why);
/* `name` with its end `from` (it is below that) put in place by `to` (RFC 6672 §2.2); NULL if that
 * is too long for a name. */
char *zone_name_redirect(struct arena *arena, const char *name, const char *from, const char *to);

#endif
