/*
 * sandbox_landlock.c owns the Landlock ruleset.
 *
 * A kernel is told only of what its version knows, and refuses the rest of a newer program's rules;
 * this program may be built where the C headers are older than the kernel that it will run on. So
 * what came after the first version is named here.
 */
#include "sandbox_landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Kernel's ABI: linux/landlock.h, "struct landlock_ruleset_attr" and what stands in it. */
struct ruleset {
	uint64_t files;
	uint64_t ports; /* from version 4 on */
	uint64_t scope; /* from version 6 on */
};

struct port_rule {
	/* cppcheck-suppress unusedStructMember ; the kernel reads it */
	uint64_t allowed;
	/* cppcheck-suppress unusedStructMember ; likewise */
	uint64_t port;
};

enum { RULE_OF_PORT = 2 };

enum {
	FILES_OF_VERSION_1 = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
	FILES_REFER = 1 << 13,    /* version 2: links and renames across folders */
	FILES_TRUNCATE = 1 << 14, /* version 3 */
	FILES_IOCTL = 1 << 15,    /* version 5: on devices */
	PORTS_BIND = 1 << 0,      /* version 4: TCP */
	PORTS_CONNECT = 1 << 1,
	SCOPE_ABSTRACT_SOCKETS = 1 << 0, /* version 6: of processes outside */
	SCOPE_SIGNALS = 1 << 1,
};

/* What is forbidden from each version on. */
static const struct {
	int version;
	struct ruleset forbidden;
} versions[] = {
    {1, {.files = FILES_OF_VERSION_1}},
    {2, {.files = FILES_REFER}},
    {3, {.files = FILES_TRUNCATE}},
    {4, {.ports = PORTS_BIND | PORTS_CONNECT}},
    {5, {.files = FILES_IOCTL}},
    {6, {.scope = SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS}},
};

static struct ruleset forbidden_in(int version)
{
	struct ruleset all = {0};
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		if (versions[i].version > version)
			break;
		all.files |= versions[i].forbidden.files;
		all.ports |= versions[i].forbidden.ports;
		all.scope |= versions[i].forbidden.scope;
	}
	return all;
}

int sandbox_landlock_version(void)
{
	long version =
	    syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	return version > 0 ? (int)version : 0;
}

/* What cannot be opened now cannot be read later either, so it needs no rule; nor does a pipe,
 * which the kernel takes none for. */
static void allow_path(int ruleset, const char *path)
{
	struct stat status;
	struct landlock_path_beneath_attr rule = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE};

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return;
	if (fstat(rule.parent_fd, &status) == 0 && S_ISDIR(status.st_mode))
		rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
	(void)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	(void)close(rule.parent_fd); /* nothing was written */
}

static bool allow_port(int ruleset, uint16_t port)
{
	struct port_rule rule = {.allowed = PORTS_CONNECT, .port = port};

	return syscall(SYS_landlock_add_rule, ruleset, RULE_OF_PORT, &rule, 0) == 0;
}

static bool apply(int ruleset, const struct sandbox_needs *needs, bool ports)
{
	for (size_t i = 0; i < needs->path_count; i++)
		allow_path(ruleset, needs->paths[i]);
	for (size_t i = 0; ports && i < needs->port_count; i++) {
		if (!allow_port(ruleset, needs->ports[i]))
			return false;
	}
	return syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
}

int sandbox_landlock_enter(const struct sandbox_needs *needs)
{
	int version = sandbox_landlock_version();
	struct ruleset forbidden = forbidden_in(version);
	/* An older kernel takes a longer structure as long as what it does not know is zero. */
	long ruleset =
	    version ? syscall(SYS_landlock_create_ruleset, &forbidden, sizeof forbidden, 0) : -1;
	int trouble = 0;

	if (!version)
		return ENOSYS;
	if (ruleset < 0)
		return errno;
	if (!apply((int)ruleset, needs, forbidden.ports != 0))
		trouble = errno;
	(void)close((int)ruleset); /* nothing was written */
	return trouble;
}
