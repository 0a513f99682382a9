/* dns_context.h - one getdns context set up for one connection. For dns_lane.c. */
#ifndef MXDANE_DNS_CONTEXT_H
#define MXDANE_DNS_CONTEXT_H

#include "dns_lane.h"

struct getdns_context;
struct getdns_dict;

/* As lane->lanes says. NULL if getdns refuses; *error is then a sentence. */
struct getdns_context *dns_context_create(
    struct dns_lane *lane, struct arena *arena, const char **error);
/* What to set in a question; NULL without memory. */
struct getdns_dict *dns_context_extensions(enum dns_mode mode);

#endif
