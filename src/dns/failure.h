/* failure.h - why a question brought no answer, in words. Only for transport.c. */
#ifndef MXDANE_FAILURE_H
#define MXDANE_FAILURE_H

#include "transport.h"

enum { FAILURE_TEXT = 160 };

/*
 * A sentence fragment in `text` that names the upstream. `rcode` is for LOOKUP_FAILURE_RCODE,
 * `waited_ms` for LOOKUP_FAILURE_TIMEOUT.
 */
void failure_describe(char *text, size_t size, const struct dns_upstream *upstream,
    enum lookup_failure failure, int rcode, unsigned waited_ms);

#endif
