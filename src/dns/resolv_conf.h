/* resolv_conf.h - the resolvers that the system is configured with (resolv.conf(5)). */
#ifndef MXDANE_RESOLV_CONF_H
#define MXDANE_RESOLV_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "model.h"

struct resolv_conf {
	struct address address;
	const char *scope; /* zone of a link-local IPv6 address, or NULL */
};

/*
 * The `nameserver` lines, in their order, at most LIMIT_RESOLVERS; all else in the file is passed
 * over, as is a line whose address does not parse. Returns how many; 0 when there is none.
 */
size_t resolv_conf_parse(const char *text, struct arena *arena, struct resolv_conf **servers);
/* Reads the file. False if it cannot be read or names no resolver; *error is then a sentence. */
bool resolv_conf_read(const char *path, struct arena *arena, struct resolv_conf **servers,
    size_t *count, const char **error);

#endif
