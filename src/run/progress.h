/*
 * progress.h - a line on standard error that says how far a run over several domains has come
 * (mxdane(1), --progress). On a terminal it is redrawn in place and leaves no trace; elsewhere,
 * when asked for, it is one whole line now and then.
 */
#ifndef MXDANE_PROGRESS_H
#define MXDANE_PROGRESS_H

#include <stddef.h>

#include "loop.h"
#include "params.h"

struct progress;

/* Whether there is anybody to show a line to. */
bool progress_is_wanted(const struct params *params);
/* `total`: domains of the run, 0 where that is not known. NULL when nothing is to be shown; all
 * functions below do nothing then. */
struct progress *progress_create(struct loop *loop, const struct params *params, size_t total);
/* Erases the line. */
void progress_destroy(struct progress *p);
/* A domain was taken from the input; nothing is drawn by itself before the second one. */
void progress_taken(struct progress *p);
/* One of the domains taken has been judged. */
void progress_judged(struct progress *p, enum status status);
/* A domain of the total will not be checked: an earlier run did so (--resume). */
void progress_skipped(struct progress *p);
/* Erases the line until it is drawn again: called before anything else is written to the terminal.
 */
void progress_erase(struct progress *p);

#endif
