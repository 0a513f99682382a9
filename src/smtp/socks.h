/*
 * socks.h - the client's side of SOCKS 5, until the proxy has connected (RFC 1928, RFC 1929), as a
 * function of state and octets: no socket, no clock.
 *
 * The owner sends what `socks_output` holds, and reads `socks_wanted` octets at the most: what
 * follows the proxy's last reply is the server's already.
 */
#ifndef MXDANE_SOCKS_H
#define MXDANE_SOCKS_H

#include "buffer.h"
#include "params.h"

enum socks_step {
	SOCKS_STEP_READ,    /* more is needed (send pending output first) */
	SOCKS_STEP_DONE,    /* connected */
	SOCKS_STEP_REFUSED, /* by the proxy itself */
	SOCKS_STEP_FAILED,  /* the proxy could not connect to the target */
};

struct socks;

/* Begins with the proxy's user and password, or without. `proxy` must outlive it. */
struct socks *socks_create(const struct proxy *proxy, const struct address *target, uint16_t port);
void socks_destroy(struct socks *socks); /* NULL is allowed */

struct buffer *socks_output(struct socks *socks);
size_t socks_wanted(const struct socks *socks); /* at least 1 until the end */
enum socks_step socks_input(struct socks *socks, const void *data, size_t length);
/* The proxy was asked to connect: what comes late now may be the target's fault. */
bool socks_is_connecting(const struct socks *socks);
/* After the last two steps: a constant predicate of the proxy, such as "refuses the user name or
 * the password", or what keeps it from the target, such as "connection refused". */
const char *socks_error(const struct socks *socks);
/* Of SOCKS_STEP_FAILED: the proxy waited for the target in vain. */
bool socks_timed_out(const struct socks *socks);

#endif
