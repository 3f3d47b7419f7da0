"""The program that starts workers within walls, and what it says about them."""

import fcntl
import logging
import os
import struct
import subprocess  # nosec B404 # only what the engine itself made is started
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic_monty._binary import find_monty_binary

from engine.adapters.sandbox.limits import SandboxLimits
from engine.adapters.sandbox.walls import launch

REQUIRED = (launch.NO_NEW_PRIVILEGES, launch.LANDLOCK, launch.SECCOMP)
"""What keeps a worker that was taken over from files, network and other processes. The
other walls are worth having, but an ordinary user cannot have all of them."""

TRIALS: tuple[tuple[str, ...], ...] = (
    (),
    (launch.LANDLOCK,),
    (launch.SECCOMP,),
    (launch.LANDLOCK, launch.SECCOMP),
)
"""Walls that are left out, until the interpreter starts: a system may keep its
libraries elsewhere, or its C library may need other calls."""

SOURCES = Path(__file__).parents[3]
"""Where the program finds this package."""

PT_INTERP = 3
"""The segment of an ELF file with the path of its loader."""

TRIAL_SECONDS = 20
"""It takes 0.03 s on a machine that has nothing else to do."""


class MissingWalls(ValueError):
    """The kernel does not offer what `SANDBOX_WALLS=required` asks for."""

    def __init__(self, missing: Mapping[str, str]) -> None:
        super().__init__(missing)
        self.missing = missing

    def __str__(self) -> str:
        names = ", ".join(self.missing)
        # One reason is often that of all.
        reasons = "; ".join(dict.fromkeys(self.missing.values()))
        return (
            f"the sandbox cannot have {names}: {reasons}. Use a kernel and a container "
            "that allow it, or SANDBOX_WALLS=available to run code of authors without "
            "it"
        )


@dataclass(frozen=True, slots=True)
class Launcher:
    """Starts workers; `missing` says which walls they lack, and why."""

    missing: Mapping[str, str]
    script: int | None = None
    """The open file with the program; None if workers are started without walls."""

    @property
    def path(self) -> str | None:
        """The program to start instead of the interpreter."""
        if self.script is None:
            return None
        # In memory: no folder has to be writable, and no file is left over.
        return f"/proc/{os.getpid()}/fd/{self.script}"

    @property
    def standing(self) -> tuple[str, ...]:
        """The walls that workers have."""
        return tuple(name for name in launch.NAMES if name not in self.missing)

    @property
    def lacking(self) -> dict[str, str]:
        """Why walls are missing without which an escape reaches the machine."""
        return {n: self.missing[n] for n in REQUIRED if n in self.missing}

    @property
    def without_any(self) -> str:
        """Why there is no wall at all; "" if there is one."""
        if self.standing:
            return ""
        return next(iter(self.missing.values()))

    def log_walls(self, log: logging.Logger) -> None:
        """Say in one line which walls workers have."""
        if self.without_any:
            log.warning(
                "code of authors runs behind no wall of the kernel: %s",
                self.without_any,
            )
        elif self.lacking:
            log.warning(
                "code of authors runs without %s (“marketplace doctor” tells more)",
                "; ".join(f"{name}: {why}" for name, why in self.lacking.items()),
            )
        else:
            log.info("code of authors runs behind: %s", ", ".join(self.standing))


def no_walls(reason: str) -> Launcher:
    """Starts workers as they are."""
    return Launcher(dict.fromkeys(launch.NAMES, reason))


@cache
def launcher(limits: SandboxLimits, walls: str) -> Launcher:
    """What puts up the walls that this machine offers, tried out once.

    `walls` is `available`, `required` or `off`; raises `MissingWalls` if a required one
    is not to be had.
    """
    if walls == "off":
        return no_walls("SANDBOX_WALLS=off")

    required = REQUIRED if walls == "required" else ()
    if sys.platform == "linux":
        found = _tried(limits, required)
    else:
        found = no_walls("only Linux has it")

    if required and found.lacking:
        raise MissingWalls(found.lacking)
    return found


def _tried(limits: SandboxLimits, required: tuple[str, ...]) -> Launcher:
    """The launcher with the most walls with which the interpreter starts."""
    reason = ""
    for left_out in TRIALS:
        try:
            script = _program(limits, left_out, required)
        except OSError as error:
            return no_walls(str(error))

        answer = _trial(script)
        if isinstance(answer, Launcher):
            return answer
        reason = reason or answer
        os.close(script)

    return no_walls(reason)


def _trial(script: int) -> Launcher | str:
    """The launcher if the program becomes the interpreter, else the reason."""
    path = Launcher({}, script).path
    try:
        ended = subprocess.run(  # nosec B603 # no input of others
            [str(path), launch.REPORT],
            env={},
            capture_output=True,
            text=True,
            timeout=TRIAL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)

    *lines, _version = ended.stdout.splitlines() or [""]
    if ended.returncode != 0 or len(lines) != len(launch.NAMES):
        said = ended.stderr.strip().splitlines() or [f"exit {ended.returncode}"]
        return f"the interpreter does not start: {said[-1]}"

    answers = dict(line.split("\t", 1) for line in lines)
    return Launcher({name: why for name, why in answers.items() if why}, script)


def _program(
    limits: SandboxLimits,
    left_out: tuple[str, ...],
    required: tuple[str, ...],
) -> int:
    """A program in memory, as an open file that cannot be changed any more."""
    interpreter = find_monty_binary()
    arguments = {
        "loader": _loader_of(interpreter),
        "bounds": limits.of_worker(),
        "niceness": limits.worker_niceness,
        "required": required,
        "left_out": left_out,
    }
    # The bare Python, without the packages and settings of this environment: it starts
    # faster, and runs nothing that was installed there.
    text = (
        f"#!{Path(sys.executable).resolve()} -ISB\n"
        "import sys\n"
        f"sys.path.append({str(SOURCES)!r})\n"
        "from engine.adapters.sandbox.walls.launch import launch\n"
        f"launch({interpreter!r}, **{arguments!r})\n"
    )

    script = os.memfd_create("sandbox", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(script, text.encode())
    fcntl.fcntl(
        script,
        fcntl.F_ADD_SEALS,
        fcntl.F_SEAL_WRITE
        | fcntl.F_SEAL_GROW
        | fcntl.F_SEAL_SHRINK
        | fcntl.F_SEAL_SEAL,
    )
    return script


def _loader_of(program: str) -> str:
    """The path of the loader (ld.so) that an ELF program names; "" if it has none.

    man 5 elf: the head says where the table of segments is, one of them is the path.
    """
    with open(program, "rb") as file:
        head = file.read(64)
        if len(head) < 64 or head[:5] != b"\x7fELF\x02":
            return ""

        (table,) = struct.unpack_from("Q", head, 32)
        size, count = struct.unpack_from("HH", head, 54)
        for position in range(count):
            file.seek(table + position * size)
            kind, _, offset, _, _, length = struct.unpack("IIQQQQ", file.read(40))
            if kind == PT_INTERP:
                file.seek(offset)
                return file.read(length).rstrip(b"\0").decode()
    return ""
