"""`python services/corpus.py`: fetches files that nobody here made, for tests to read.

The source packages of some libraries carry odd pictures and documents: broken ones,
rare formats, files from the reports of their users. They are fetched by name into a
folder that is never committed, and are unpacked, not built.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess  # nosec B404 # unearth, with words of this file
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

FOLDER = Path(__file__).parent.parent / ".corpus"

UNFINISHED = ".part-"
"""Begins the names of folders whose package is not complete yet."""

MAX_REASON_CHARACTERS = 500


@dataclass(frozen=True)
class Package:
    """A source package, as its registry has it."""

    name: str
    version: str
    sha256: str

    @property
    def folder_name(self) -> str:
        """A name of its own for each content: another version replaces this one."""
        return f"{self.name}-{self.version}-{self.sha256[:12]}"


PACKAGES = (
    Package(
        "pillow",
        "13.0.0",
        "cdcd1ba258178f7356d74170c9a81ba4eab6a5d55748bc402a5a2a6fe6be3510",
    ),
    Package(
        "pypdf",
        "7.1.1",
        "2eff4e2fc5fb22a6d6711e6f1166cdc9ab5765d90cd0d77dfea3f4aa91a27b1d",
    ),
    Package(
        "python-docx",
        "1.2.0",
        "7bc9d7b7d8a69c9c02ca09216118c86552704edc23bac179283f2e38f86220ce",
    ),
    Package(
        "scikit-image",
        "0.26.0",
        "f5f970ab04efad85c24714321fcc91613fcb64ef2a892a13167df2f3e59199fa",
    ),
    Package(
        "imageio",
        "2.38.1",
        "6769f1f01c4dd46448307863a787c9a22fa4dbe11c0c88f525c6e410fdfd7983",
    ),
)


class NotFetched(Exception):
    """A package cannot be fetched here."""


def corpus_files(*suffixes: str, folder: Path = FOLDER) -> list[Path]:
    """All files whose names end so, as in `.pdf`, in a fixed order.

    Raises `NotFetched` if a package is missing: a test must not succeed with no file.
    """
    folders = [folder / package.folder_name for package in PACKAGES]
    missing = [one.name for one in folders if not one.is_dir()]
    if missing:
        names = ", ".join(missing)
        raise NotFetched(f"not in {folder}: {names}; run “make corpus”")

    return sorted(
        path
        for one in folders
        for path in one.rglob("*")
        if path.suffix.lower() in suffixes and path.is_file()
    )


def fetch(packages: tuple[Package, ...] = PACKAGES, folder: Path = FOLDER) -> None:
    """Fetch the packages that are not there; raises `NotFetched`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        # Two commands may fetch at the same time.
        fcntl.flock(lock, fcntl.LOCK_EX)

        # Unfinished ones of a process that was killed, and other versions.
        wanted = {package.folder_name for package in packages}
        for old in folder.glob("*/"):
            if old.name not in wanted:
                shutil.rmtree(old)

        for package in packages:
            if not (folder / package.folder_name).is_dir():
                with TemporaryDirectory(dir=folder, prefix=UNFINISHED) as download:
                    unpack(package, _download(package, Path(download)), folder)


def _download(package: Package, folder: Path) -> Path:
    """The archive of the sources; pip would build them to see what they need."""
    print(f"fetching the files of {package.name} …", file=sys.stderr, flush=True)

    command = [sys.executable, "-m", "unearth", f"{package.name}=={package.version}"]
    command += ["--no-binary", "--download", str(folder)]

    # Where pip is told to use another registry, files come from there too.
    index_url = os.environ.get("PIP_INDEX_URL")
    if index_url:
        command += ["--index-url", index_url]

    ended = subprocess.run(  # nosec B603 # no input of others
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    archives = list(folder.glob("*.tar.gz"))
    if ended.returncode or not archives:
        reason = (ended.stderr or ended.stdout).strip()[-MAX_REASON_CHARACTERS:]
        raise NotFetched(f"cannot fetch {package.name} {package.version}: {reason}")
    return archives[0]


def unpack(package: Package, archive: Path, folder: Path) -> None:
    """Unpack it entirely or not at all; raises `NotFetched` if it is another archive.

    Nothing is written outside the folder, whatever the names in the archive are.
    """
    _check(package, archive)
    with TemporaryDirectory(dir=folder, prefix=UNFINISHED) as unfinished:
        unpacked = Path(unfinished) / package.name
        with tarfile.open(archive) as packed:
            packed.extractall(unpacked, filter="data")
        unpacked.rename(folder / package.folder_name)


def _check(package: Package, archive: Path) -> None:
    with archive.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()

    if found != package.sha256:
        raise NotFetched(
            f"{package.name} {package.version} is not the package that was expected: "
            f"its SHA-256 is {found}"
        )


if __name__ == "__main__":
    try:
        fetch()
    except NotFetched as error:
        sys.exit(str(error))
