"""A registry of images for the lab: `with registry(lab, nodes=1) as prefix`.

It is a library of the module go-containerregistry with a program of ours. Docker Engine
and nodes take what is at 127.0.0.1 without TLS.
"""

import shutil
import subprocess  # nosec B404 # the program of this file
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.commands import run, tell
from kubernetes.lab import sources
from kubernetes.lab.cluster import Cluster
from kubernetes.lab.programs import BIN
from servers.ports import free_port
from servers.waiting import block_until

MODULE = "github.com/google/go-containerregistry@v0.20.6"
PROGRAM = BIN / "registry"
SOURCE = Path(__file__).parent / "registry" / "main.go"
OURS = (Path(__file__), SOURCE)


def build() -> None:
    """Build it unless it is there; raises `Failed`."""
    if sources.is_built(PROGRAM.name, OURS):
        return

    tell("building a registry of images, once …")
    folder = sources.copy_of(MODULE, "registry")
    shutil.copyfile(SOURCE, folder / "cmd" / "registry" / "main.go")
    sources.build(PROGRAM.name, OURS, folder=folder, package="./cmd/registry")


@contextmanager
def registry(lab: Cluster, nodes: int, user: str = "") -> Iterator[str]:
    """Where images are pushed to, and what the nodes fetch them from.

    A `user` is a name and a password with a colon between them: nobody else may.
    """
    build()
    folder = lab.folder / "registry"
    folder.mkdir()
    if user:
        (folder / "user").write_text(user)
    port = free_port()

    with ExitStack() as stack:
        _start(stack, "keep", folder, port)
        block_until((folder / "registry.sock").exists, look_seconds=0.1)
        for node in range(1, nodes + 1):
            _start(stack, "reach", folder, port, before=lab.inside(node))
        address = f"127.0.0.1:{port}"
        yield address
    _forget(address)


def _forget(address: str) -> None:
    """Take away the names that images had for this registry."""
    words = ("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")
    names = run("docker", *words).splitlines()
    pushed = [name for name in names if name.startswith(f"{address}/")]
    if pushed:
        run("docker", "image", "rm", *pushed)


def _start(
    stack: ExitStack, what: str, folder: Path, port: int, before: Sequence[str] = ()
) -> None:
    """Start the program, which ends with the stack."""
    process = subprocess.Popen(  # nosec B603 # words of this file
        [*before, str(PROGRAM), what, str(folder), str(port)],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
