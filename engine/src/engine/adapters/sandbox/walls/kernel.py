"""Calls of the Linux kernel that Python has no function for."""

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def syscall(number: int, *arguments: object) -> int:
    """What the kernel answers; raises `OSError` if it refuses."""
    # Numbers are passed as long: libc would read only half of an int's register.
    passed = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    answer: int = _libc.syscall(ctypes.c_long(number), *passed)
    return _checked(answer)


def prctl(option: int, *arguments: object) -> int:
    """Change something of this process; raises `OSError` if the kernel refuses."""
    passed = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    # The kernel wants zeros where an option takes no more arguments.
    passed += [ctypes.c_ulong(0)] * (4 - len(passed))
    answer: int = _libc.prctl(option, *passed)
    return _checked(answer)


def _checked(answer: int) -> int:
    if answer >= 0:
        return answer

    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))
