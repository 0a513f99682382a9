/*
 * location.h - a place in a file that somebody edits, and what that person excuses there.
 */
#ifndef MXDANE_LOCATION_H
#define MXDANE_LOCATION_H

#include "finding.h"

/* Part of a comment on the line of a record (mxdane(1), --zone): findings with this code whose
 * location is that record do not count. */
struct exception {
	enum finding_code code;
	const char *reason; /* as it stands there, raw; never empty */
	struct exception *next;
};

struct location {
	const char *file; /* as it was given or, of an included one, opened */
	unsigned line;    /* from 1; 0: the file as a whole */
	unsigned column;  /* from 1, in octets: what stands before a record on its line is ASCII */
	/* Of the record that stands here, shared by all that one $GENERATE makes; NULL: none. */
	const struct exception *exceptions;
};

#endif
