/*
 * sandbox.h - what this process may still do, and leave behind, on the machine that it runs on.
 *
 * A run reads its options and the files that they name, enters the sandbox, and only then hears
 * the first byte from the network. From there on a bug in a parser is worth little: there is
 * nothing to be executed, written or spied out. Two features of Linux make it, either of which may
 * be missing from a kernel:
 *
 * - seccomp leaves the system calls of a network client: memory without code in it, clocks, its
 *   descriptors, opening for reading, TCP sockets and connecting them. All else is answered ENOSYS,
 *   as by a kernel that lacks it. Not by death, for libraries try calls that they can do without,
 *   newer ones more of them, and have a way around a kernel's age; a refusal holds as well. Death
 *   is for calls that nothing here makes unless it was taken over: executing a program and reaching
 *   into another process. There, no second try.
 * - Landlock leaves few files to be read and no other to be opened at all, and, as far as the
 *   kernel's version goes, few TCP ports to connect to and no signal to another process.
 */
#ifndef MXDANE_SANDBOX_H
#define MXDANE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* What a run still needs once it is under way. */
struct sandbox_needs {
	/* To read: files, and folders with all below. What is not there is passed over. */
	const char **paths;
	size_t path_count;
	uint16_t *ports; /* of TCP, to connect to */
	size_t port_count;
	bool datagrams; /* UDP sockets, to any port */
};

/* No core dumps from here on, neither as a file nor to a program that collects them: a crash over
 * hostile bytes leaves nothing to be read. Builds with a sanitizer keep what their reports need. */
void sandbox_forbid_core_dumps(void);

/*
 * No rings of io_uring from here on, for what they are told to do no filter of system calls sees.
 * Called before the event loop is made: a libuv that meets no ring does without, one that has made
 * its own ends the process when the sandbox takes it away. Where the kernel refuses the filter,
 * sandbox_enter says so, and no ring is taken away.
 */
void sandbox_forbid_rings(void);

/*
 * Enters the sandbox, for good, before the process has a second thread. NULL when all of it is in
 * force, else a sentence on what is not and why: the rest is in force all the same. A build whose
 * instruments need more than a network client (see meson.build) stays outside and says nothing.
 */
const char *sandbox_enter(const struct sandbox_needs *needs, struct arena *arena);

/* For --version: what sandbox_enter would put in force on this kernel. */
const char *sandbox_describe(struct arena *arena);

#endif
