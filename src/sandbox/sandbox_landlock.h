/* sandbox_landlock.h - the part of the sandbox that forbids files and ports; for sandbox.c alone.
 */
#ifndef MXDANE_SANDBOX_LANDLOCK_H
#define MXDANE_SANDBOX_LANDLOCK_H

#include "sandbox.h"

/* The version of the kernel's interface (ABI); 0: it has none, or it is not enabled. */
int sandbox_landlock_version(void);
/* Leaves this thread what it needs: 0, or an errno value, ENOSYS when there is no Landlock. */
int sandbox_landlock_enter(const struct sandbox_needs *needs);

#endif
