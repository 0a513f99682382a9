/* sandbox_seccomp.h - the part of the sandbox that forbids system calls; for sandbox.c alone. */
#ifndef MXDANE_SANDBOX_SECCOMP_H
#define MXDANE_SANDBOX_SECCOMP_H

#include <stdbool.h>

/* Whether the kernel has what the filter asks for. */
bool sandbox_seccomp_is_there(void);
/* Puts the filter in force for all threads: 0, or an errno value, ENOSYS when it is not there. */
int sandbox_seccomp_enter(void);

#endif
