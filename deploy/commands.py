"""Runs commands of other programs, and says what failed in their own words."""

import os
import shutil
import subprocess  # nosec B404 # docker, debootstrap, git, with words of this project
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
"""Of the repository."""

LAB = ROOT / ".lab"
"""What is made once and kept, and is not part of the repository: programs, layers."""

SHOWN_LINES = 30
"""Of what a command said that failed; the reason stands at its end."""


class Failed(Exception):
    """A command ended with an error; says which, and what it said last."""

    def __init__(self, command: Sequence[str], said: str) -> None:
        super().__init__(command, said)
        self.command = command
        self.said = said

    def __str__(self) -> str:
        end = "\n".join(self.said.strip().splitlines()[-SHOWN_LINES:])
        return f"{' '.join(self.command)} failed:\n{end}"


class MissingProgram(Exception):
    """A program is not installed here."""

    def __init__(self, program: str, packages: str) -> None:
        super().__init__(program, packages)
        self.program = program
        self.packages = packages

    def __str__(self) -> str:
        return (
            f"there is no {self.program} here; install it, as root: "
            f"apt-get install --no-install-recommends {self.packages}"
        )


def check_programs(programs: Sequence[str], packages: str) -> None:
    """Raises `MissingProgram` for the first one that is not here.

    `packages` of Debian have them all.
    """
    # Daemons are where only root looks.
    path = os.pathsep.join((*os.get_exec_path(), "/usr/sbin"))
    for program in programs:
        if not shutil.which(program, path=path):
            raise MissingProgram(program, packages)


def run(
    *command: str, folder: Path = ROOT, seconds: float | None = None, text: str = ""
) -> str:
    """What the command wrote to standard output; raises `Failed`.

    `text` is given to it as its input.
    """
    done = subprocess.run(  # nosec B603 # no shell, and no input of others
        command,
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    if done.returncode:
        raise Failed(command, done.stdout + done.stderr)
    return done.stdout


def tell(line: str) -> None:
    """Tell people what goes on: standard output is for what programs read."""
    print(line, file=sys.stderr, flush=True)
