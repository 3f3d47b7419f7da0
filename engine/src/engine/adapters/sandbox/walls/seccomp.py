"""Refuses all calls of the kernel but the few that a worker needs: seccomp.

The filter is a program of the classic BPF machine, which the kernel runs before each
system call (man 2 seccomp). It is a list of rules, each ending with “allow”, and at
the end “there is no such call” (ENOSYS): then libraries take an older way instead of
giving up, for example threads by `clone`, whose flags can be seen here, instead of by
`clone3`.
"""

import ctypes
import errno
import struct

from engine.adapters.sandbox.walls.kernel import prctl

PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2

ALLOW = 0x7FFF_0000
KILL = 0x8000_0000
REFUSE = 0x0005_0000 | errno.ENOSYS

# Where the kernel puts what the program looks at (struct seccomp_data).
NUMBER_OFFSET = 0
ARCHITECTURE_OFFSET = 4
ARGUMENTS_OFFSET = 16

# Instructions: load a word, jump if it is equal, mask it, return.
LOAD, JUMP_EQUAL, AND, RETURN = 0x20, 0x15, 0x54, 0x06

ARCHITECTURES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}

# The numbers of a call on x86-64 and on ARM64, which has no old calls (None). Those of
# x86-64 with short pointers (x32) have a bit more, and are equal to none of these.
Numbers = tuple[int | None, int | None]

MEMORY_AND_TIME: dict[str, Numbers] = {
    # The most frequent first: the program is run from its beginning.
    "mprotect": (10, 226),
    "read": (0, 63),
    "write": (1, 64),
    "futex": (202, 98),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "madvise": (28, 233),
    "mremap": (25, 216),
    "brk": (12, 214),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "getrandom": (318, 278),
    "sched_yield": (24, 124),
    "restart_syscall": (219, 128),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
"""What the interpreter needs while it runs code."""

START: dict[str, Numbers] = {
    "close": (3, 57),
    "fstat": (5, 80),
    "newfstatat": (262, 79),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "poll": (7, None),
    "ppoll": (271, 73),
    "arch_prctl": (158, None),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "sched_getaffinity": (204, 123),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "set_tid_address": (218, 96),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "uname": (63, 160),
    "dup2": (33, None),
    "dup3": (292, 24),
    # The launcher starts the interpreter with it. Landlock says which files may be
    # started, and a worker cannot open one when it has begun to work.
    "execve": (59, 221),
    "execveat": (322, 281),
}
"""What the interpreter, its loader and the C library need until they are ready."""

CLONE: Numbers = (56, 220)
OPEN: Numbers = (2, None)
OPENAT: Numbers = (257, 56)
FCNTL: Numbers = (72, 25)
PRLIMIT64: Numbers = (302, 261)
PRCTL: Numbers = (157, 167)
TGKILL: Numbers = (234, 131)

CLONE_THREAD = 0x0001_0000
CLONE_NEW_NAMESPACES = 0x7E02_0080
PR_SET_NAME = 15

HARMLESS_OPEN_FLAGS = 0x0008_0000 | 0x0002_0000 | 0x0000_8000 | 0x0000_0100
"""O_CLOEXEC, O_NOFOLLOW and O_LARGEFILE (which have each other's number on the other
architecture), O_NOCTTY. Without any other flag, a file is opened to be read."""

HARMLESS_FCNTL = (1, 2, 3)
"""F_GETFD, F_SETFD and F_GETFL. F_SETOWN and F_SETSIG would send signals."""

WORD = 0xFFFF_FFFF


def put_up(machine: str, pid: int) -> None:
    """Filter the calls of this process, for ever; raises `OSError`.

    `pid` is its own id. Needs “no new privileges” to be set before.
    """
    program = filter_for(machine, pid)
    instructions = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(instructions))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(head))


def filter_for(machine: str, pid: int) -> bytes:
    """The program for this architecture; raises `OSError` for one it does not know."""
    # A program of 32 bits makes the calls of another table, also on these machines.
    if machine not in ARCHITECTURES or struct.calcsize("P") != 8:
        raise OSError(errno.ENOSYS, f"there is no filter for {machine}")

    column = list(ARCHITECTURES).index(machine)
    rules = [_always(numbers[column]) for numbers in MEMORY_AND_TIME.values()]
    rules += [_always(numbers[column]) for numbers in START.values()]

    # Threads of the same process, without namespaces of their own; no new processes.
    watched = CLONE_THREAD | CLONE_NEW_NAMESPACES
    rules.append(_if_argument(CLONE[column], 0, mask=watched, value=CLONE_THREAD))
    # Files may be opened to be read, and Landlock says which.
    unknown_flags = WORD & ~HARMLESS_OPEN_FLAGS
    rules.append(_if_argument(OPENAT[column], 2, mask=unknown_flags, value=0))
    rules.append(_if_argument(OPEN[column], 1, mask=unknown_flags, value=0))
    # Only its own limits, never those of the engine, which may have the same user.
    rules.append(_if_argument(PRLIMIT64[column], 0, value=0))
    # Signals to itself: the C library aborts with one.
    rules.append(_if_argument(TGKILL[column], 0, value=pid))
    rules.append(_if_argument(PRCTL[column], 0, value=PR_SET_NAME))
    for command in HARMLESS_FCNTL:
        rules.append(_if_argument(FCNTL[column], 1, value=command))

    return b"".join([_head(ARCHITECTURES[machine]), *rules, _return(REFUSE)])


def _head(architecture: int) -> bytes:
    # Calls of another architecture have other numbers: the same number would mean
    # another call.
    return (
        _instruction(LOAD, ARCHITECTURE_OFFSET)
        + _instruction(JUMP_EQUAL, architecture, then=1)
        + _return(KILL)
        + _instruction(LOAD, NUMBER_OFFSET)
    )


def _always(number: int | None) -> bytes:
    """Allow a call, whatever its arguments are."""
    if number is None:
        return b""
    return _instruction(JUMP_EQUAL, number, otherwise=1) + _return(ALLOW)


def _if_argument(
    number: int | None,
    position: int,
    *,
    mask: int = WORD,
    value: int,
) -> bytes:
    """Allow a call if an argument, of which mask leaves some bits, has this value.

    Only the lower half is looked at: all arguments used here are ints in the kernel.
    """
    if number is None:
        return b""

    body = (
        # The lower half comes first on both architectures.
        _instruction(LOAD, ARGUMENTS_OFFSET + 8 * position)
        + _instruction(AND, mask)
        + _instruction(JUMP_EQUAL, value, otherwise=1)
        + _return(ALLOW)
        # The next rule looks at the number again.
        + _instruction(LOAD, NUMBER_OFFSET)
    )
    return _instruction(JUMP_EQUAL, number, otherwise=len(body) // 8) + body


def _return(action: int) -> bytes:
    return _instruction(RETURN, action)


def _instruction(
    code: int, operand: int, *, then: int = 0, otherwise: int = 0
) -> bytes:
    """One instruction; `then` and `otherwise` say how many to leap over."""
    return struct.pack("HBBI", code, then, otherwise, operand)
