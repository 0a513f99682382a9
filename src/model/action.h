/*
 * action.h - what is to be done to fix a finding: one step, where, and with which record.
 */
#ifndef MXDANE_ACTION_H
#define MXDANE_ACTION_H

#include "lookup.h"

enum action_kind {
	ACTION_ADD,
	ACTION_DELETE,
	ACTION_REPLACE,
	ACTION_DEPLOY,
	ACTION_CONFIGURE,
};

enum action_place {
	ACTION_IN_ZONE,
	ACTION_AT_SERVER,
	ACTION_IN_POLICY,
	ACTION_AT_REGISTRAR,
	ACTION_AT_RESOLVER,
};

/* A record with its owner; the member of `data` follows from the type, its TTL is the record's. */
struct zone_line {
	const char *owner; /* canonical, such as lookup.final */
	enum dns_type type;
	struct dns_record data;
};

struct action {
	enum action_kind kind;
	enum action_place place;
	/* In the zone: added, deleted or put in place of `old`. Elsewhere the owner alone, or NULL:
	 * of which name the zone, server or policy is. */
	struct zone_line line;
	struct zone_line old; /* ACTION_REPLACE */
	const char *text;     /* a sentence: what to do, or why */
};

/* A sequence: all of it together is the fix. */
struct action_list {
	struct action *list;
	size_t count;
};

const char *action_kind_name(enum action_kind k);   /* add, delete, replace, deploy, configure */
const char *action_place_name(enum action_place p); /* zone, server, policy, registrar, resolver */
/* "IN TYPE RDATA", safe to print. */
const char *action_data_text(struct arena *arena, const struct zone_line *line);
/* "OWNER. TTL IN TYPE RDATA" (RFC 1035 §5.1), safe to print. */
const char *action_line_text(struct arena *arena, const struct zone_line *line);

#endif
