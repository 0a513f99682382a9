/*
 * check.h - the whole run: domains in flight, judged and printed in order, to the exit status.
 */
#ifndef MXDANE_CHECK_H
#define MXDANE_CHECK_H

#include "look.h"
#include "params.h"

/*
 * Runs what `params` asks for, with so many connections to servers at once at the most; returns the
 * exit status (mxdane(1): 0 ok, 1 warning, 2 critical, 3 unknown). `look`: one look of --wait, of
 * one domain, whose report is printed only if no other look follows; NULL without --wait.
 */
int check_run(const struct params *params, size_t connections, struct look *look);

#endif
