/*
 * zone_generate.h - BIND's $GENERATE: one line that stands for a record for each number of a range.
 * Pure.
 */
#ifndef MXDANE_ZONE_GENERATE_H
#define MXDANE_ZONE_GENERATE_H

#include "buffer.h"
#include "zone_text.h"

struct zone_generate {
	const struct zone_entry *entry;
	uint32_t count;       /* of the records that it stands for */
	uint32_t start, step; /* their numbers */
};

/* `entry` must outlive *g. False with a fault noted. */
bool zone_generate_begin(
    struct zone_generate *g, const struct zone_entry *entry, struct zone_fault *fault);
/* Where its owner stands. */
const struct zone_token *zone_generate_owner(const struct zone_generate *g);
/* Adds the line of the record with this index below `count` to `text`, without a line end. False
 * with a fault noted. */
bool zone_generate_line(
    const struct zone_generate *g, uint32_t index, struct buffer *text, struct zone_fault *fault);

#endif
