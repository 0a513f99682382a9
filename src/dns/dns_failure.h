/* dns_failure.h - what a try that brought no answer is called. For dns_transport.c. */
#ifndef MXDANE_DNS_FAILURE_H
#define MXDANE_DNS_FAILURE_H

#include "dns_transport.h"

enum { DNS_FAILURE_TEXT = 160 };

/*
 * A sentence fragment in `text` that names the upstream. `rcode` is for LOOKUP_FAILURE_RCODE,
 * `waited_ms` for LOOKUP_FAILURE_TIMEOUT.
 */
void dns_failure_describe(char *text, size_t size, const struct dns_upstream *upstream,
    enum lookup_failure failure, int rcode, unsigned waited_ms);

#endif
