"""An earlier version as it was shipped: its source, and the packages that it was locked
to, in a place of their own.

A version that runs with the packages of today proves nothing of what people have. Each
is made once, in `.versions/`.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from upgrades.record import ROOT, environment_of, take_out

LOCKS = ("requirements/uv.txt", "requirements/engine.txt")
"""What builds it, and what the image of its engine has."""

KEPT = ROOT / ".versions"
FINISHED = ".made"
UV = Path(sys.executable).with_name("uv")


@dataclass(frozen=True)
class Version:
    """Where an earlier version is."""

    source: Path
    python: Path

    @property
    def path(self) -> str:
        """The PYTHONPATH with which its Python finds its tests too."""
        return environment_of(self.source)["PYTHONPATH"]


def version_of(commit: str) -> Version:
    """The version of a commit, which is made now if it is not there yet."""
    words = ("git", "-C", str(ROOT), "rev-parse", f"{commit}^{{commit}}")
    told = subprocess.run(words, check=True, capture_output=True, text=True)
    folder = KEPT / told.stdout.strip()
    version = Version(folder / "source", folder / "bin" / "python")
    if not (folder / FINISHED).exists():
        _make(version, folder, commit)
    return version


def _make(version: Version, folder: Path, commit: str) -> None:
    KEPT.mkdir(exist_ok=True)
    _uv("venv", "-q", "--clear", "-p", sys.executable, folder)
    take_out(commit, version.source, folders=())

    into = ("pip", "install", "-q", "-p", version.python)
    for lock in LOCKS:
        _uv(
            *into,
            "--compile-bytecode",
            "--require-hashes",
            "-r",
            version.source / lock,
        )
    _uv(*into, "--no-deps", "--no-build-isolation", "-e", version.source)
    # Else each start would compile all of it anew, where Python may keep nothing.
    compiled = (version.python, "-m", "compileall", "-q", version.source)
    subprocess.run(compiled, check=False)
    (folder / FINISHED).touch()


def _uv(*words: str | Path) -> None:
    subprocess.run([UV, *words], check=True)
