/*
 * anchor.h - the DNSSEC trust anchors of the root, read from a file.
 *
 * The file holds DS or DNSKEY records in zone-file form, one a line, with comments; so do Debian's
 * dns-root-data and Unbound's RFC 5011 state file, whose pending and revoked keys are passed over.
 */
#ifndef MXDANE_ANCHOR_H
#define MXDANE_ANCHOR_H

#include <stddef.h>

#include "arena.h"

struct getdns_list;

struct anchor;

/*
 * Reads `path`, or with NULL the first of the system's usual files that exists. NULL when there is
 * none, or one that cannot be read, holds no anchor of the root, or has a broken line; *error is
 * then a sentence that names the file and the line, or the paths tried.
 */
struct anchor *anchor_read(const char *path, struct arena *arena, const char **error);
/* The paths that NULL stands for, up to a NULL. */
const char *const *anchor_usual_files(void);
/* The same from text; `path` is for messages. */
struct anchor *anchor_parse(
    const char *text, const char *path, struct arena *arena, const char **error);
void anchor_destroy(struct anchor *anchor); /* NULL is allowed */

/* The file that the anchors came from. */
const char *anchor_path(const struct anchor *anchor);
size_t anchor_count(const struct anchor *anchor);
/* DS and DNSKEY records as getdns takes them; belongs to the anchor. */
const struct getdns_list *anchor_records(const struct anchor *anchor);

#endif
