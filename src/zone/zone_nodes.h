/*
 * zone_nodes.h - names and their RRsets, as a zone file gives them: found by name, records that
 * stand twice counted and dropped. Pure.
 */
#ifndef MXDANE_ZONE_NODES_H
#define MXDANE_ZONE_NODES_H

#include "table.h"
#include "zone_file.h"

struct zone_rrset {
	struct zone_rrset *next;
	uint16_t type;
	const struct zone_record *first; /* where it stands, for messages */
	const char *source;              /* the --zone file that it came with */
	struct dns_record *records;      /* empty for a type that nobody asks for */
	size_t count;
	size_t duplicates;
	const struct location *duplicate; /* the last */
	uint32_t ttl;                     /* the largest */
};

struct zone_node {
	const char *name;          /* canonical */
	struct zone_rrset *rrsets; /* none: an empty non-terminal (RFC 4592 §2.2.2) */
	/* Of types that only the zone's software knows; their RRsets are there too, empty. */
	const struct zone_record **makers;
	size_t maker_count;
	UT_hash_handle hh;
};

/* Zero-initialized but for the arena is empty. */
struct zone_nodes {
	struct arena *arena;
	struct zone_node *table;
};

const struct zone_node *zone_nodes_find(const struct zone_nodes *nodes, const char *name);
/* NULL if the node (which may be NULL) has none. */
const struct zone_rrset *zone_node_rrset(const struct zone_node *node, uint16_t type);

/* The record by which the zone's software decides what this node (which may be NULL) has of the
 * type; NULL: none does. */
const struct zone_record *zone_node_maker(const struct zone_node *node, uint16_t type);

/* The node of this name, made if it is not there; *made tells. `name` is kept. */
struct zone_node *zone_nodes_add(struct zone_nodes *nodes, const char *name, bool *made);
/* Adds a record of `file`; NULL, or what is wrong. */
const struct zone_error *zone_nodes_add_record(
    struct zone_nodes *nodes, const struct zone_file *file, const struct zone_record *record);
/* What RRsets may not stand beside each other (RFC 1034 §3.6.2, RFC 6672 §2.4); NULL, or what is
 * wrong. */
const struct zone_error *zone_nodes_check(const struct zone_nodes *nodes);
void zone_nodes_reset(struct zone_nodes *nodes); /* frees the table; the rest is the arena's */

#endif
