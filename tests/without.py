#!/usr/bin/python3
"""Run a program as on a kernel that lacks what the sandbox is made of.

usage: tests/without.py CALL[,CALL...] PROGRAM [ARGUMENT...]

The calls (seccomp, landlock_create_ruleset, ...) answer ENOSYS, as they do there: a seccomp filter
around the program sees to it.
"""

import ctypes
import errno
import os
import sys

ALLOW, ERRNO = 0x7FFF0000, 0x00050000


def forbid(calls):
    """From here on these answer ENOSYS."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(ALLOW)))
    for call in calls:
        number = library.seccomp_syscall_resolve_name(call.encode())
        assert number >= 0, f"{call} is no system call"
        assert library.seccomp_rule_add(context, ctypes.c_uint32(ERRNO | errno.ENOSYS), number, 0) == 0
    assert library.seccomp_load(context) == 0


if __name__ == "__main__":
    forbid(sys.argv[1].split(","))
    os.execv(sys.argv[2], sys.argv[2:])
