/* sandbox.c owns the limits that the process sets itself. */
#include "sandbox.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#ifdef __has_feature
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif

/* The leak checker attaches to its own process, which one that cannot be dumped refuses. */
#if defined(__SANITIZE_ADDRESS__) || HAS_FEATURE(address_sanitizer)
enum { MAY_BE_TRACED = 1 };
#else
enum { MAY_BE_TRACED = 0 };
#endif

void sandbox_forbid_core_dumps(void)
{
	/* Lowering one's own limit, and this option with 0, cannot fail. */
	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0});
	if (!MAY_BE_TRACED)
		(void)prctl(PR_SET_DUMPABLE, 0);
}
