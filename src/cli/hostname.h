/*
 * hostname.h - the name that this host gives itself in EHLO when --ehlo names none.
 */
#ifndef MXDANE_HOSTNAME_H
#define MXDANE_HOSTNAME_H

#include "arena.h"

/*
 * The kernel's host name if it has a dot, else the name with a dot that /etc/hosts has on a line
 * with it, else the host name as it is; "[127.0.0.1]" (RFC 5321 §4.1.4 asks for an address literal)
 * if that is none. No resolver is asked: nothing but the needed lookups may leave the machine.
 */
const char *hostname_own(struct arena *arena);
/* The fully qualified name of `host` by the text of a hosts(5) file, or NULL. */
const char *hostname_from_hosts(struct arena *arena, const char *text, const char *host);

#endif
