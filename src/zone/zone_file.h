/*
 * zone_file.h - a master file (RFC 1035 §5, RFC 2308 §4) as a list of records: directives, owners,
 * TTLs and classes are worked out, files included. Records of types that nobody asks for are in the
 * list without their data, for their names exist.
 *
 * One file is read with blocking I/O, before the run begins.
 */
#ifndef MXDANE_ZONE_FILE_H
#define MXDANE_ZONE_FILE_H

#include "model.h"
#include "zone_rdata.h"

struct zone_record {
	const char *owner; /* canonical (name.h) */
	uint16_t type;
	struct dns_record data; /* the target of an NS or DNAME is data.cname */
	struct zone_made made;
	struct location at; /* of the owner or, where it is inherited, of the type */
};

/* What is wrong with a file. */
struct zone_error {
	const char *message; /* "FILE:LINE: …" */
	struct location at;
};

struct zone_file {
	const char *name;
	const char *origin;          /* as it was given, or NULL */
	const uint32_t *default_ttl; /* by the last $TTL, or NULL */
	struct zone_record *records; /* in the order of the file */
	size_t count;
};

/* `origin` is canonical, or NULL. NULL and a message "FILE:LINE: what was expected" (without a line
 * where there is none) in *error on failure. All is in `arena`. */
struct zone_file *zone_file_read(
    struct arena *arena, const char *file, const char *origin, const struct zone_error **error);
/* The same from text; `file` is its name in messages, and where relative $INCLUDE paths begin. */
struct zone_file *zone_file_parse(struct arena *arena, const char *file, const char *text,
    size_t length, const struct zone_error **error);

/* About a record that was read. */
const struct zone_error *zone_error_at(struct arena *arena, const struct location *at,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
