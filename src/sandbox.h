/*
 * sandbox.h - what this process may leave behind on the machine that it runs on.
 */
#ifndef MXDANE_SANDBOX_H
#define MXDANE_SANDBOX_H

/* No core dumps from here on, neither as a file nor to a program that collects them: a crash over
 * hostile bytes leaves nothing to be read. Builds with a sanitizer keep what their reports need. */
void sandbox_forbid_core_dumps(void);

#endif
