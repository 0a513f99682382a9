/* sandbox_seccomp.h - the part of the sandbox that forbids system calls; for sandbox.c alone. */
#ifndef MXDANE_SANDBOX_SECCOMP_H
#define MXDANE_SANDBOX_SECCOMP_H

#include <stdbool.h>

/* Whether the kernel has what the filter asks for. */
bool sandbox_seccomp_is_there(void);
/* Each puts a filter in force for all threads, the first one against rings of io_uring alone: 0, or
 * an errno value, ENOSYS when the kernel has no filters. */
int sandbox_seccomp_forbid_rings(void);
int sandbox_seccomp_enter(bool datagrams); /* UDP sockets are left */

#endif
