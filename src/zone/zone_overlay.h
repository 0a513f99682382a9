/*
 * zone_overlay.h - proposed DNS data (--zone, mxdane(1)): what is answered from files, as
 * secure, before live DNS is asked.
 *
 * A file with an SOA is a whole zone: every name at or below its apex is answered from it, absence
 * included, as its server would answer (RFC 1034 §4.3.2, RFC 4592, RFC 6672). Names at and below a
 * delegation in it are not: the child's servers answer them, whom the file does not change, so live
 * DNS is asked (or the child's own --zone file). A file without an SOA lays its RRsets over live
 * DNS and over the whole zones of other files.
 */
#ifndef MXDANE_ZONE_OVERLAY_H
#define MXDANE_ZONE_OVERLAY_H

#include "model.h"
#include "params.h"
#include "zone_file.h"

struct zone_overlay;

/* A file that cannot be read as a zone, or not beside those before it. */
struct zone_refusal {
	const char *file;
	const struct zone_error *error;
};

struct zone_refusals {
	struct zone_refusal *list;
	size_t count;
};

/* Reads all files; those that cannot be are left out, and stand in *refused. Memory is the
 * overlay's, but for the list, which is the arena's. */
struct zone_overlay *zone_overlay_create(const struct zone_option *options, size_t count,
    struct arena *arena, struct zone_refusals *refused);
void zone_overlay_destroy(struct zone_overlay *overlay); /* NULL is allowed */

/* Adds one file's records; NULL, or what is wrong. `file` must outlive the overlay. What create is
 * made of, for files that are not on disk. */
struct zone_overlay *zone_overlay_create_empty(void);
const struct zone_error *zone_overlay_add(
    struct zone_overlay *overlay, const struct zone_file *file);

enum overlay_result {
	OVERLAY_NOT_COVERED, /* nothing is proposed for it: ask live DNS */
	OVERLAY_ANSWERED,    /* *out is the whole answer */
	OVERLAY_ALIAS, /* the name is an alias of out->final, for which live DNS is to be asked */
};

/*
 * Looks (name, type) up; aliases are followed while they lead to proposed data. `name` is
 * canonical. *out is filled but for OVERLAY_NOT_COVERED; its text is in `arena`, its records belong
 * to the overlay. With OVERLAY_ALIAS it is right but for kind and records: secure, as the alias is.
 * NULL as overlay covers nothing.
 */
enum overlay_result zone_overlay_lookup(const struct zone_overlay *overlay, struct arena *arena,
    const char *name, enum dns_type type, struct lookup *out);
/* The record by which the zone's software decides the answer, so that zone_overlay_lookup says
 * OVERLAY_NOT_COVERED, or OVERLAY_ALIAS with this name as out->final; NULL: none does, and none
 * where overlay is NULL. */
const struct unknown_data *zone_overlay_unknown(
    const struct zone_overlay *overlay, struct arena *arena, const char *name, enum dns_type type);
/* A live answer as it is beside the single RRsets: they may take a wildcard away from it. NULL as
 * overlay changes nothing. */
void zone_overlay_end_wildcards(const struct zone_overlay *overlay, struct lookup *l);
/*
 * NULL, or a message naming file and line, if a single RRset cannot stand where the live answer
 * shows other data: beside a CNAME (RFC 2181 §10.1), below a DNAME (RFC 6672 §2.4), or a CNAME
 * beside records. NULL is allowed for both.
 */
const char *zone_overlay_conflict(
    const struct zone_overlay *overlay, struct arena *arena, const struct lookup *live);
/*
 * The mail domains: every owner of an MX RRset that the files speak for, in their order, once each;
 * with `implicit` also an apex that has addresses and no MX (RFC 5321 §5.1). Names as in the files.
 */
const char **zone_overlay_mail_domains(
    const struct zone_overlay *overlay, struct arena *arena, bool implicit, size_t *count);
/* All that it is made of. */
const struct zone_file **zone_overlay_files(const struct zone_overlay *overlay, size_t *count);
/* True if it would not say OVERLAY_NOT_COVERED. */
bool zone_overlay_covers(const struct zone_overlay *overlay, const char *name, enum dns_type type);

#endif
