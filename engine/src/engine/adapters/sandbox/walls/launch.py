"""Puts the walls up around this process, then becomes the interpreter.

Monty starts the program `engine.adapters.sandbox.launcher` made, which calls `launch`.
Walls cannot be put up around another process, and none of them can be taken down again.
"""

import os
import resource
import sys
from collections.abc import Callable

from engine.adapters.sandbox.walls import landlock, seccomp, user

LIMITS = "resource limits"
OWN_USER = "own user"
DROPPED_CAPABILITIES = "dropped capabilities"
NO_NEW_PRIVILEGES = "no_new_privs"
LANDLOCK = "Landlock"
SECCOMP = "seccomp"

NAMES = (OWN_USER, DROPPED_CAPABILITIES, NO_NEW_PRIVILEGES, LANDLOCK, LIMITS, SECCOMP)
"""All walls, in the order in which they are put up."""

REPORT = "report"
"""The argument with which the program says what stands, before it starts."""


class Walls:
    """Puts walls up one after another; a missing one does not stop the others."""

    def __init__(self, left_out: tuple[str, ...] = ()) -> None:
        self.missing: dict[str, str] = {}
        """Why a wall does not stand, by its name."""
        self._left_out = left_out

    def put_up(
        self,
        *,
        programs: list[int],
        bounds: dict[int, int],
        niceness: int,
    ) -> None:
        """Everything that this kernel, and the rights of the engine, allow.

        Only `programs`, which are open files, can be started then. `bounds` has the
        limits of the kernel by their number (`resource.RLIMIT_…`).
        """
        # As root: the user is changed before the right to do that is given up.
        self._try(OWN_USER, user.become_nobody)
        self._try(DROPPED_CAPABILITIES, user.drop_capabilities)
        # The kernel asks for this before it takes the filters of ordinary users.
        self._try(NO_NEW_PRIVILEGES, user.forbid_new_privileges)
        self._try(LANDLOCK, lambda: landlock.put_up(programs))
        # Only now: Landlock is told with open files which of them may be used.
        self._try(LIMITS, lambda: _limit(bounds, niceness))
        # Last: it refuses what the others need.
        self._try(SECCOMP, lambda: seccomp.put_up(os.uname().machine, os.getpid()))

    def _try(self, name: str, put_up: Callable[[], object]) -> None:
        if name in self._left_out:
            self.missing[name] = "the interpreter does not start with it here"
            return

        try:
            put_up()
        except (OSError, ValueError, AttributeError) as error:
            # AttributeError: the C library does not have the function.
            self.missing[name] = getattr(error, "strerror", None) or str(error)


def launch(
    program: str,
    *,
    loader: str,
    bounds: dict[int, int],
    niceness: int,
    required: tuple[str, ...],
    left_out: tuple[str, ...],
) -> None:
    """Start the interpreter within walls, with the arguments of this process.

    Does not return. Exits with an error if a wall that is required does not stand.
    """
    # What the engine has open is not for a worker: only the pipe to the engine is.
    _close_inherited_files()
    arguments = [program, *sys.argv[1:]]
    # Opened before this process becomes a user who may not be let into their folders.
    opened = os.open(program, os.O_RDONLY | os.O_CLOEXEC)
    programs = [opened]
    if loader:
        programs.append(os.open(loader, os.O_RDONLY | os.O_CLOEXEC))
    nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)

    walls = Walls(left_out)
    walls.put_up(programs=programs, bounds=bounds, niceness=niceness)

    lacking = [name for name in required if name in walls.missing]
    if sys.argv[1:] == [REPORT]:
        # The engine judges what is missing.
        arguments[1:] = ["--version"]
        _report(walls)
    elif lacking:
        sys.exit(f"the sandbox has no {lacking[0]}: {walls.missing[lacking[0]]}")

    # Authors would fill the engine's log: a worker writes a line for each allocation
    # that is refused.
    os.dup2(nowhere, 2)
    try:
        os.execve(program, arguments, {})  # nosec B606 # no input of others
    except PermissionError:
        # The folder may be closed to “nobody”. By the open file it starts too, but some
        # kernels then call the process by a number.
        os.execve(opened, arguments, {})  # nosec B606 # the same program


def _close_inherited_files() -> None:
    for name in os.listdir("/proc/self/fd"):
        # The list itself was read from one that is closed already.
        if int(name) > 2:
            try:
                os.close(int(name))
            except OSError:
                continue


def _report(walls: Walls) -> None:
    for name in NAMES:
        print(name, walls.missing.get(name, ""), sep="\t")
    sys.stdout.flush()


def _limit(bounds: dict[int, int], niceness: int) -> None:
    for kind, most in bounds.items():
        _, allowed = resource.getrlimit(kind)
        if allowed != resource.RLIM_INFINITY:
            # The engine may be bounded more tightly already.
            most = min(most, allowed)

        # The hard limit too: the process itself cannot raise it again.
        resource.setrlimit(kind, (most, most))
    os.nice(niceness)
