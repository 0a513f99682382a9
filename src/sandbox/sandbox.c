/* sandbox.c owns the limits that the process sets itself. */
#include "sandbox.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "sandbox_landlock.h"
#include "sandbox_seccomp.h"

#ifdef __has_feature
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif

/* The leak checker attaches to its own process, which one that cannot be dumped refuses; and what
 * instruments the code reads /proc, writes its results to files and runs a symbolizer. */
#if defined(MXDANE_INSTRUMENTED) || defined(__SANITIZE_ADDRESS__) || HAS_FEATURE(address_sanitizer)
enum { IS_INSTRUMENTED = 1 };
#else
enum { IS_INSTRUMENTED = 0 };
#endif

void sandbox_forbid_core_dumps(void)
{
	/* Lowering one's own limit, and this option with 0, cannot fail. */
	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0});
	if (!IS_INSTRUMENTED)
		(void)prctl(PR_SET_DUMPABLE, 0);
}

void sandbox_forbid_rings(void)
{
	if (!IS_INSTRUMENTED)
		(void)sandbox_seccomp_forbid_rings(); /* sandbox_enter meets the same refusal */
}

/* The list so far and what one part of the sandbox adds to it: its errno, 0 for none. */
static const char *add_trouble(
    struct arena *arena, const char *before, const char *part, int trouble)
{
	const char *begin = before ? arena_printf(arena, "%s, ", before) : "";
	if (trouble == 0)
		return before;
	if (trouble == ENOSYS)
		return arena_printf(arena, "%sno %s in this kernel", begin, part);
	return arena_printf(arena, "%s%s fails: %s", begin, part, strerror(trouble));
}

const char *sandbox_enter(const struct sandbox_needs *needs, struct arena *arena)
{
	const char *missing = NULL;
	if (IS_INSTRUMENTED)
		return NULL;
	/* Both ask for it: no program executed from here on, if there were any, gains rights. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		missing = add_trouble(arena, missing, "no_new_privs", errno);
	/* In this order, for the filter leaves no call to make the other. */
	missing = add_trouble(arena, missing, "Landlock", sandbox_landlock_enter(needs));
	missing = add_trouble(arena, missing, "seccomp", sandbox_seccomp_enter(needs->datagrams));
	if (!missing)
		return NULL;
	return arena_printf(arena, "the sandbox is incomplete, the check continues: %s", missing);
}

const char *sandbox_describe(struct arena *arena)
{
	int landlock = sandbox_landlock_version();
	const char *seccomp = sandbox_seccomp_is_there() ? "seccomp" : "no seccomp in this kernel";
	if (IS_INSTRUMENTED)
		return "none, because this build is instrumented";
	return landlock ? arena_printf(arena, "%s, Landlock %d", seccomp, landlock)
			: arena_printf(arena, "%s, no Landlock in this kernel", seccomp);
}
