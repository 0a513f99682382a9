/*
 * name.h - domain names: IDNA by libidn2 (UTS #46 non-transitional, IDNA2008), labels, wildcards.
 *
 * The canonical form everywhere in the program is lower-case A-labels without the final dot. This
 * file is the only one that knows libidn2.
 */
#ifndef MXDANE_NAME_H
#define MXDANE_NAME_H

#include <stdbool.h>

#include "arena.h"

/*
 * The canonical form of what a user wrote: A- or U-labels, any case, one final dot tolerated.
 * NULL if it is no domain name (empty label, label over 63 or name over 253 octets, IP literal,
 * IDNA error, white space, control characters); *error then says why, as a sentence fragment.
 * An underscore and a single-label name are allowed.
 */
char *name_from_user(struct arena *arena, const char *text, const char **error);

/* The domain in a mail address or a URL; any other text as it is. The result is not checked:
 * name_from_user does that. */
const char *name_meant(struct arena *arena, const char *text);

/* The U-label form of a canonical name, or NULL when it has no A-label or does not decode. */
char *name_to_unicode(struct arena *arena, const char *name);

/* True for a host name that can be looked up: letters, digits, hyphens and underscores, lengths
 * kept, not an IPv4 literal. */
bool name_is_host(const char *name);
/* True for an RFC 952/1123 host name: as name_is_host, without underscores. */
bool name_is_strict_host(const char *name);

/* True for the text of an IPv4 or IPv6 address. */
bool name_is_address(const char *name);

/* ASCII case is ignored; one final dot on either side is ignored. */
bool name_equal(const char *a, const char *b);

/*
 * True if the presented identifier (a dNSName, a CN or an MTA-STS pattern, A-label form) covers the
 * reference identifier: equal, or "*." as the whole left-most label for exactly one label
 * (RFC 6125 §6.4, RFC 7672 §3.2.3, RFC 8461 §4.1). A partial wildcard covers nothing.
 */
bool name_matches(const char *presented, const char *reference);

/* libidn2's version. */
const char *name_library_version(void);

#endif
