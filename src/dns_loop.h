/*
 * dns_loop.h - getdns on the program's event loop.
 *
 * A five-function table, because getdns' own libuv extension starts two polls on one descriptor.
 */
#ifndef MXDANE_DNS_LOOP_H
#define MXDANE_DNS_LOOP_H

#include <stdbool.h>

#include "loop.h"

struct getdns_context;

/* False if getdns refuses. The context frees what this allocates when it is destroyed. */
bool dns_loop_attach(struct getdns_context *context, struct loop *loop);

#endif
