/* notice.h - what is said on standard error, once and beside the reports, about the place that a
 * check is made from. None of it changes a verdict. */
#ifndef MXDANE_NOTICE_H
#define MXDANE_NOTICE_H

#include "params.h"
#include "reach.h"

/* What of the sandbox is missing, a sentence; NULL: nothing is. Not with --quiet: it is of every
 * run on the same kernel, and --version tells it too. */
void notice_unconfined(const struct params *params, const char *missing);
/* When nothing could be reached. */
void notice_blocked(const struct params *params, const struct reach *reach);

#endif
