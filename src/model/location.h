/*
 * location.h - a place in a file that somebody edits.
 */
#ifndef MXDANE_LOCATION_H
#define MXDANE_LOCATION_H

struct location {
	const char *file; /* as it was given or, of an included one, opened */
	unsigned line;    /* from 1; 0: the file as a whole */
	unsigned column;  /* from 1, in octets: what stands before a record on its line is ASCII */
};

#endif
