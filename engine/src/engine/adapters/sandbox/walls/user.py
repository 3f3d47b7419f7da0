"""Takes rights away from this process: its user, its capabilities, new privileges."""

import ctypes
import errno
import os
import struct

from engine.adapters.sandbox.walls.kernel import prctl

PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4

CAPABILITIES_VERSION = 0x2008_0522
CAP_KILL = 5

NOBODY = 65534
"""The user and the group that own nothing, on all Linux systems."""


def forbid_new_privileges() -> None:
    """No program that is started from now on gives more rights (setuid, sudo)."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def become_nobody() -> None:
    """Give up the user of the engine, if that is root; raises `OSError` if not."""
    if os.geteuid() != 0:
        raise OSError(errno.EPERM, "only an engine that runs as root can do that")

    # The engine has the same capabilities. Without this one it could not kill a worker
    # of another user, and code without an end would run without an end.
    if not _effective_capabilities() & 1 << CAP_KILL:
        raise OSError(errno.EPERM, "the engine has no capability KILL")

    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def drop_capabilities() -> None:
    """Give up all that root may do; raises `OSError`.

    Together with “no new privileges”, a program that is started as root has none.
    """
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)

    # Effective, permitted and inheritable ones, in two halves: none.
    nothing = struct.pack("6I", *[0] * 6)
    head = struct.pack("Ii", CAPABILITIES_VERSION, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(ctypes.c_char_p(head), ctypes.c_char_p(nothing)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _effective_capabilities() -> int:
    with open("/proc/self/status", encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith("CapEff:"):
                return int(line.split()[1], 16)
    return 0
