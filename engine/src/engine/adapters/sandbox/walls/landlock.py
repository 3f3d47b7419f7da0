"""Closes files, TCP ports and signals to a worker: Landlock (Linux 5.13 and later).

https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
import struct

from engine.adapters.sandbox.walls.kernel import syscall

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""Numbers of the calls, the same on all architectures."""

GET_VERSION = 1
RULE_PATH_BENEATH = 1

EXECUTE = 1 << 0
READ_FILE = 1 << 2

# How many rights on files, on TCP, and scopes each version has. What is not listed here
# cannot be refused by that version.
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
NEWEST_FILE_RIGHTS = 16
TCP_RIGHTS_VERSION, TCP_RIGHTS = 4, 2
SCOPES_VERSION, SCOPES = 6, 2

LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
"""What the loader reads. It is the same on every machine of a distribution."""


def version() -> int:
    """Which version of Landlock the kernel has; raises `OSError` if none."""
    return syscall(CREATE_RULESET, None, 0, GET_VERSION)


def put_up(programs: list[int], libraries: tuple[str, ...] = LIBRARIES) -> int:
    """Close everything to this process, for ever; returns the version.

    It may only start the programs, which are open files, and read the libraries. Needs
    “no new privileges” to be set before. Raises `OSError`.
    """
    found = version()
    attributes = _attributes(found)
    ruleset = syscall(CREATE_RULESET, ctypes.c_char_p(attributes), len(attributes), 0)

    try:
        for program in programs:
            # The kernel reads a program when it starts it.
            _allow(ruleset, program, EXECUTE | READ_FILE)
        for path in libraries:
            try:
                library = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except FileNotFoundError:
                # Not every system has all of them.
                continue
            _allow(ruleset, library, READ_FILE)
            os.close(library)
        syscall(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return found


def _attributes(found: int) -> bytes:
    """What is refused unless a rule allows it: all that this version knows."""
    files = (1 << FILE_RIGHTS.get(found, NEWEST_FILE_RIGHTS)) - 1
    tcp = (1 << TCP_RIGHTS) - 1
    scopes = (1 << SCOPES) - 1

    # An older kernel refuses the longer form.
    if found < TCP_RIGHTS_VERSION:
        return struct.pack("Q", files)
    if found < SCOPES_VERSION:
        return struct.pack("QQ", files, tcp)
    return struct.pack("QQQ", files, tcp, scopes)


def _allow(ruleset: int, file: int, rights: int) -> None:
    """Grant rights on an open file, or on all files in an open folder."""
    rule = struct.pack("=Qi", rights, file)
    syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.c_char_p(rule), 0)
