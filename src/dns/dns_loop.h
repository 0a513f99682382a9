/*
 * dns_loop.h - getdns on the program's event loop.
 *
 * A five-function table, because getdns' own libuv extension starts two polls on one descriptor.
 */
#ifndef MXDANE_DNS_LOOP_H
#define MXDANE_DNS_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

struct getdns_context;

/* A message came that is not sound; getdns will never see it. Not called from inside getdns. */
typedef void dns_refuse_cb(void *user, const uint8_t *message, size_t size);

/*
 * False if getdns refuses. The context frees what this allocates when it is destroyed. Messages are
 * looked at before getdns reads them if `refuse` is not NULL; with TLS they cannot be. A connection
 * is reset when it is closed, if *last is true while it is used; that outlives the context.
 */
bool dns_loop_attach(struct getdns_context *context, struct loop *loop, dns_refuse_cb *refuse,
    void *user, const bool *last);

#endif
