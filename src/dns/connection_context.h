/*
 * connection_context.h - getdns behind one connection. Only for connection.c.
 */
#ifndef MXDANE_CONNECTION_CONTEXT_H
#define MXDANE_CONNECTION_CONTEXT_H

#include "connection.h"

/* For connection->set's upstream; freed by getdns_context_destroy. NULL if getdns refuses; *error
 * is then a sentence in `arena`. */
struct getdns_context *connection_context_create(
    struct connection *connection, struct arena *arena, const char **error);
/* getdns closes a connection that it keeps open without questions (connection->idle). */
void connection_context_close_idle(struct connection *connection);

#endif
