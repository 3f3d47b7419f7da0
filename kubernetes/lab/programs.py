"""Builds the programs of the lab from Go modules: `make cluster-programs`.

It takes eleven minutes of one processor, once; the programs stay in `.lab/bin`.
"""

import hashlib
import os
import subprocess  # nosec B404 # go, with words of this file
import sys
from collections.abc import Iterable
from pathlib import Path

from deploy.commands import LAB, Failed, run, tell

MODULES = Path(__file__).parent / "modules"
BIN = LAB / "bin"
BUILT = BIN / ".built"

VERSION = "1.34.4"
MINOR = "34"

NICENESS = 15
"""It is a long work that nobody shall notice."""


def is_built() -> bool:
    """Whether the programs are there, made from the modules as they are now."""
    return BUILT.exists() and BUILT.read_text() == digest(_sources())


def digest(files: Iterable[Path]) -> str:
    """Of what stands in them: in a new copy of the repository all files are new."""
    found = hashlib.sha256()
    for path in sorted(files):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _sources() -> list[Path]:
    return [*MODULES.glob("go.*"), *MODULES.glob("*/main.go")]


def build(jobs: int = 2) -> None:
    """Build them unless they are there; raises `Failed`."""
    if is_built():
        return

    tell("building Kubernetes, once: about eleven minutes of a processor …")
    BIN.mkdir(parents=True, exist_ok=True)
    go = ["go", "build", f"-p={jobs}", f"-ldflags={_flags()}", "-o", f"{BIN}/", "./..."]
    command = ["nice", f"-n{NICENESS}", *go]
    environment = {
        "GOFLAGS": "-mod=mod -buildvcs=false -trimpath",
        "CGO_ENABLED": "0",
    }
    done = subprocess.run(  # nosec B603 # words of this file
        command,
        cwd=MODULES,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Failed(command, done.stderr)
    BUILT.write_text(digest(_sources()))


def _flags() -> str:
    """Without them the programs would not know their version, and refuse each other."""
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    values = {"gitVersion": f"v{VERSION}", "gitMajor": "1", "gitMinor": MINOR}
    stamps = [
        f"-X {package}.{name}={value}"
        for package in packages
        for name, value in values.items()
    ]
    return " ".join(["-s", "-w", *stamps])


def pause_image() -> None:
    """Give the Docker Engine the image whose process holds the network of a pod."""
    source = Path(__file__).parent / "pause"
    run("gcc", "-static", "-Os", "-s", "-o", "pause", "pause.c", folder=source)
    try:
        run("docker", "build", "--tag", "local/pause:1", str(source))
    finally:
        (source / "pause").unlink()


def main() -> None:
    """Build them, and say where they are."""
    try:
        build()
    except FileNotFoundError:
        sys.exit("there is no go here: install Go 1.24 or newer")
    except Failed as error:
        sys.exit(str(error))
    tell(f"the programs are in {BIN}")


if __name__ == "__main__":
    main()
