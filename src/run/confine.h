/* confine.h - enters the sandbox, as narrow as the options allow, before anything is received. */
#ifndef MXDANE_CONFINE_H
#define MXDANE_CONFINE_H

#include "arena.h"
#include "params.h"

/* To be called when the files that the options name are read or open, before anything is sent.
 * NULL, or a sentence on what of the sandbox this kernel lacks. */
const char *confine_run(const struct params *params, struct arena *arena);

#endif
