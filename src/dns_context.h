/* dns_context.h - one getdns context set up for one upstream. For dns_transport.c. */
#ifndef MXDANE_DNS_CONTEXT_H
#define MXDANE_DNS_CONTEXT_H

#include "dns_transport.h"

struct getdns_context;
struct getdns_dict;

/* NULL if getdns refuses; *error is then a sentence. */
struct getdns_context *dns_context_create(struct loop *loop, const struct dns_upstream *upstream,
    unsigned timeout_ms, const char *ca_file, struct arena *arena, const char **error);
/* What to set in a question; NULL without memory. */
struct getdns_dict *dns_context_extensions(enum dns_mode mode);

#endif
