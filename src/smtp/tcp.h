/*
 * tcp.h - a connection to a server as a socket that never waits.
 */
#ifndef MXDANE_TCP_H
#define MXDANE_TCP_H

#include "address.h"

/* Begins to connect; when the socket can be written to, tcp_error tells how it went. -1 and an
 * errno in *error if it failed at once. */
int tcp_open(const struct address *address, uint16_t port, int *error);
/* The errno of a connection that came about or not; 0 is success. */
int tcp_error(int fd);
/*
 * To be called before each wait for the peer: a server with Nagle's algorithm on sends its next
 * record only when its last one, a session ticket say, is acknowledged: 40 ms later, if that waits
 * for something to go along with. Linux forgets the setting with each exchange.
 */
void tcp_acknowledge(int fd);
/* A sentence fragment, such as "connection refused". */
const char *tcp_error_text(int code);
/* The same of tcp_open, which asks this machine alone: what it lacks, and what to do. */
const char *tcp_open_error_text(int code, const struct address *address);

#endif
