"""Programs built from Go modules of which something is left out: copies that change."""

import json
import os
import shutil
import subprocess  # nosec B404 # go, with words of this file
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.commands import LAB, Failed, run, tell
from kubernetes.lab.programs import BIN, NICENESS, digest

SOURCES = LAB / "source"
NOT_NEEDED = ("*_test.go", "testdata", "docs", "tests", "integration")


def copy_of(module: str, name: str) -> Path:
    """The files of a module, which can be changed there; raises `Failed`."""
    # Elsewhere than in a folder with a module of its own.
    told = json.loads(run("go", "mod", "download", "-json", module, folder=Path("/")))
    target = SOURCES / name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(
        told["Dir"],
        target,
        copy_function=shutil.copyfile,
        ignore=shutil.ignore_patterns(*NOT_NEEDED),
    )
    # A module cannot be written, nor can its folders.
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    return target


def is_built(program: str, ours: Sequence[Path]) -> bool:
    """Whether the program is there, made with our files as they are now."""
    stamp = _stamp(program)
    is_there = (BIN / program).exists() and stamp.exists()
    return is_there and stamp.read_text() == digest(ours)


def build(
    program: str, ours: Sequence[Path], *, folder: Path, package: str, jobs: int = 2
) -> None:
    """Make the program from a package that our files have changed; raises `Failed`."""
    BIN.mkdir(parents=True, exist_ok=True)
    command = [
        *("nice", f"-n{NICENESS}", "go", "build", f"-p={jobs}", "-mod=mod"),
        *("-trimpath", "-buildvcs=false", "-ldflags=-s -w"),
        *("-o", str(BIN / program), package),
    ]
    done = subprocess.run(  # nosec B603 # words of this file
        command,
        cwd=folder,
        env=os.environ | {"CGO_ENABLED": "0"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Failed(command, done.stderr)
    _stamp(program).write_text(digest(ours))


def _stamp(program: str) -> Path:
    return BIN / f".{program}"


def main(build_program: Callable[[], None], program: Path) -> None:
    """What a module that builds a program does as a command."""
    try:
        build_program()
    except Failed as error:
        sys.exit(str(error))
    tell(f"it is {program}")
