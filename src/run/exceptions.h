/*
 * exceptions.h - the exceptions of zone files that no domain of a run has to do with, for nobody
 * asks for the records on whose lines they stand.
 */
#ifndef MXDANE_EXCEPTIONS_H
#define MXDANE_EXCEPTIONS_H

#include "model.h"
#include "zone_file.h"

/* Zeroed at the start of a run. */
struct exceptions {
	struct met_exception *met;
	bool undecided; /* not all records of some domain were asked for */
};

/* Takes in one judged domain. */
void exceptions_note(struct exceptions *e, const struct domain_report *report);
/* Where in the file those stand that no domain so far has to do with, the first record of each
 * line; none where that is not known. */
const struct location **exceptions_unmet(
    const struct exceptions *e, const struct zone_file *file, struct arena *arena, size_t *count);
void exceptions_reset(struct exceptions *e);

#endif
