"""Programs built from Go modules of which something is left out: copies that change."""

import json
import os
import shutil
import subprocess  # nosec B404 # go, with words of this file
from pathlib import Path

from deploy.commands import LAB, Failed, run
from kubernetes.lab.programs import BIN, NICENESS

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


def build(folder: Path, package: str, program: str, jobs: int = 2) -> Path:
    """The program that the package makes; raises `Failed`."""
    BIN.mkdir(parents=True, exist_ok=True)
    made = BIN / program
    command = [
        *("nice", f"-n{NICENESS}", "go", "build", f"-p={jobs}", "-mod=mod"),
        *("-trimpath", "-buildvcs=false", "-ldflags=-s -w"),
        *("-o", str(made), package),
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
    return made
