/*
 * fd_limit.h - the file descriptors that a run needs: the three standard ones, and room for
 * connections.
 */
#ifndef MXDANE_FD_LIMIT_H
#define MXDANE_FD_LIMIT_H

#include <stdbool.h>
#include <stddef.h>

/* Called first of all. A standard descriptor that was closed is taken up by /dev/null, so that no
 * connection gets its number; using it as what it was meant for fails as it should. */
void fd_limit_hold_standard(void);

/* Raises the limit of open files as far as is allowed. *left is how many may still be opened; false
 * where a check cannot be made with so few. */
bool fd_limit_raise(size_t *left);

/* How many connections to servers may be open at once, with so many files left that a check can be
 * made. */
size_t fd_limit_connections(size_t left);

#endif
