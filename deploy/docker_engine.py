"""A Docker Engine in namespaces of its own, where none runs: `make docker-engine`.

It needs root, and Debian's docker.io, tini and util-linux. It changes nothing on this
machine: no rules of the firewall, no units; its layers stay in `.lab/docker`. With the
process that started it, it ends with all its containers.
"""

import os
import shlex
import signal
import subprocess  # nosec B404 # dockerd, with words of this file
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy.commands import LAB, Failed, MissingProgram, check_programs, run, tell
from servers.waiting import block_until

FOLDER = LAB / "docker"

STOP_SECONDS = 20.0
"""Until it has ended its containers; then it is killed."""

NEEDED = ("dockerd", "docker", "tini", "unshare", "setpriv")
PACKAGES = "docker.io tini util-linux"

# A network of addresses for documentation would be right, but Docker wants a private
# one. This one is at the end of those that Docker itself would take last.
BRIDGE = "172.31.255.1/24"

# What dockerd leaves behind: its bridge, and its groups of processes, which are empty.
BRIDGE_LINK = Path("/sys/class/net/docker0")
REMOVE_GROUPS = "find /sys/fs/cgroup/*/docker -depth -type d -exec rmdir {} +"

# The rules of the firewall of this machine are not ours to change. Without them
# containers reach each other and this machine, and nothing beyond; builds take the
# network of the machine.
NO_FIREWALL = (
    "--iptables=false",
    "--ip6tables=false",
    "--ip-forward=false",
    "--ip-masq=false",
)


def answers(host: str = "") -> bool:
    """Whether a Docker Engine answers: the usual one, or that at the address."""
    address = ("--host", host) if host else ()
    try:
        run("docker", *address, "version", "--format", "{{.Server.Version}}")
    except (Failed, FileNotFoundError):
        return False
    return True


@contextmanager
def docker_engine(folder: Path = FOLDER) -> Iterator[str]:
    """Its address, as DOCKER_HOST wants it; raises `MissingProgram`."""
    check_programs(NEEDED, PACKAGES)
    folder.mkdir(parents=True, exist_ok=True)
    host = f"unix://{folder}/docker.sock"
    log = folder / "dockerd.log"
    had_bridge = BRIDGE_LINK.exists()

    with log.open("wb") as output:
        process = subprocess.Popen(  # nosec B603 # words of this file
            _command(folder, host),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        block_until(
            lambda: process.poll() is not None or answers(host),
            explain=lambda: f"the Docker Engine to answer; see {log}",
        )
        if process.poll() is not None:
            raise Failed(("dockerd",), log.read_text(errors="replace"))
        yield host
    finally:
        _stop(process)
        if not had_bridge:
            _remove_traces()


def _command(folder: Path, host: str) -> list[str]:
    dockerd = [
        "dockerd",
        *NO_FIREWALL,
        f"--bip={BRIDGE}",
        f"--data-root={folder}/data",
        # On the tmpfs below: sockets have short names there.
        "--exec-root=/run/docker",
        "--pidfile=/run/docker.pid",
        f"--host={host}",
    ]
    # /run is its own: another Docker Engine of this machine is not disturbed.
    inside = f"mount -t tmpfs tmpfs /run && exec tini -s -- {shlex.join(dockerd)}"
    return [
        *("setpriv", "--pdeathsig", "KILL"),
        *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
        *("sh", "-c", inside),
    ]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Let it end its containers; kill it if that takes too long."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    with suppress(OSError):
        for child in children.read_text().split():
            # The first process of the namespace: unshare itself ignores the signal.
            os.kill(int(child), signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _remove_traces() -> None:
    """Leave the machine as it was; what is not there needs no removing."""
    with suppress(Failed):
        run("ip", "link", "delete", BRIDGE_LINK.name)
    with suppress(Failed):
        run("sh", "-c", REMOVE_GROUPS)


def main() -> None:
    """One until Ctrl-C; standard output is what a shell can take."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    if answers():
        sys.exit("a Docker Engine runs already; use it as it is")

    try:
        with docker_engine() as host:
            print(f"export DOCKER_HOST={shlex.quote(host)}")
            # It has the classic builder only, and containers reach no other machine.
            print("export DOCKER_BUILDKIT=0 BUILD_NETWORK=host", flush=True)
            tell("Ctrl-C stops it, with all containers")
            signal.pause()
    except KeyboardInterrupt:
        tell("stopped")
    except (Failed, MissingProgram) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
