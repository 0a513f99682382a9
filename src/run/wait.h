/* wait.h - --wait: looks again until the state asked for is there, or the time is over. */
#ifndef MXDANE_WAIT_H
#define MXDANE_WAIT_H

#include "params.h"

/*
 * Each look is a run of its own (check.h) in a process of its own, so that nothing that an earlier
 * one was told is taken for today's. Returns the exit status of the last look, which alone prints
 * its report: 0 as soon as the state is there. In the processes of the looks it returns as well,
 * with theirs.
 */
int wait_run(const struct params *params, size_t connections);

#endif
