"""A cluster in namespaces of its own: `with cluster(...) as lab`, or `make cluster`.

It needs root, and some packages of Debian. Nothing of it is left when it has ended.
"""

import hashlib
import os
import shutil
import signal
import subprocess  # nosec B404 # the programs of the lab, with words of this file
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy.commands import LAB, Failed, MissingProgram, check_programs, run, tell
from kubernetes.lab.programs import BIN, build
from servers.waiting import block_until

HERE = Path(__file__).parent
STATE = LAB / "cluster"
IMAGES = LAB / "images"

FIRST_ADDRESS = "198.51.100.1"
"""Of the first node. Pods and services of the cluster are reached from within nodes."""

START_SECONDS = 900.0
"""A node imports its images before it is ready: gigabytes, on a busy machine."""

NAMESPACES = ("--net", "--mount", "--pid", "--uts", "--ipc")
NEEDED = ("containerd", "runc", "iptables", "ipset", "conntrack", "ip", "openssl")
PACKAGES = (
    "containerd runc containernetworking-plugins iptables ipset conntrack "
    "iproute2 openssl"
)

CONTROLLERS = "/sys/fs/cgroup/*"

GROUP_CHARACTERS = 8


class Cluster:
    """One that runs."""

    def __init__(self, state: Path, images: Path, *, measures: bool) -> None:
        self._state = state
        self._measures = measures
        self._environment = os.environ | {
            "LAB_STATE": str(state),
            "LAB_BIN": str(BIN),
            "LAB_IMAGES": str(images),
            "LAB_MEASURES": str(int(measures)),
            "LAB_GROUP": self.group,
        }
        self._nodes: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def group(self) -> str:
        """The name of its groups of processes.

        Another lab on this machine has others: a kubelet ends pods that it does not
        know, and a lab that ends would wait for the pods of the other one.
        """
        place = str(self._state.resolve()).encode()
        return f"marketplace-lab-{hashlib.sha256(place).hexdigest()[:GROUP_CHARACTERS]}"

    @property
    def folder(self) -> Path:
        """Where all that belongs to it is; it goes with it."""
        return self._state

    @property
    def kubeconfig(self) -> Path:
        """Of one who may do everything; its address is reached within nodes only."""
        return self._state / "keys" / "admin.conf"

    @property
    def kubectl_command(self) -> list[str]:
        """What stands before the words of kubectl."""
        program = [str(BIN / "kubernetes"), "kubectl"]
        return [*self.inside(1), *program, f"--kubeconfig={self.kubeconfig}"]

    def kubectl(self, *words: str, text: str = "") -> str:
        """What kubectl answers; raises `Failed`."""
        return run(*self.kubectl_command, *words, text=text)

    def inside(self, node: int) -> list[str]:
        """What lets a command run in a node: it sees pods, services and their names."""
        pid = self._first_process(node)
        return ["nsenter", "-t", str(pid), "-n", "-m", "-p", "-u", "--wd=/", "--"]

    def execute(self, node: int, *command: str) -> str:
        """What a command in a node wrote; raises `Failed`."""
        return run(*self.inside(node), *command)

    def start(self, nodes: int) -> None:
        """Returns when all nodes are ready."""
        for number in range(1, nodes + 1):
            self._start_node(number, nodes)
        for number in range(1, nodes + 1):
            self._wait_for_node(number)
        if self._measures:
            self.kubectl("apply", "--filename", str(HERE / "measures.yaml"))

    def kill_node(self, node: int) -> None:
        """End all processes of a node at once, as if its power were cut."""
        process = self._nodes.pop(node)
        with suppress(OSError):
            os.kill(self._first_of(process), signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End all nodes, and remove what they have left."""
        for node in list(self._nodes):
            self.kill_node(node)
        _remove_cgroups(f"{CONTROLLERS}/{self.group}")
        shutil.rmtree(self._state, ignore_errors=True)

    def _start_node(self, number: int, nodes: int) -> None:
        folder = self._state / f"node{number}"
        folder.mkdir(parents=True)
        environment = self._environment | {"LAB_CONTAINERD": str(folder / "containerd")}
        with (folder / "log.txt").open("wb") as log:
            self._nodes[number] = subprocess.Popen(  # nosec B603 # words of this file
                [
                    *("setpriv", "--pdeathsig", "KILL", "unshare", *NAMESPACES),
                    *("--fork", "--kill-child", "--mount-proc"),
                    *("bash", str(HERE / "node.sh"), str(number), str(nodes)),
                ],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        block_until(lambda: self._first_of(self._nodes[number]) > 0)
        if number > 1:
            self._plug_in(number)

    def _plug_in(self, number: int) -> None:
        """Connect a node with the bridge of the first one."""
        # The first node makes it when it gets to it: on a busy machine that is later.
        block_until(self._has_bridge, look_seconds=0.1)
        first, other = (str(self._first_process(node)) for node in (1, number))
        cable = ("link", "add", f"n{number}", "netns", first, "type", "veth")
        run("ip", *cable, "peer", "name", "eth0", "netns", other)
        self.execute(1, "ip", "link", "set", f"n{number}", "master", "eth0", "up")

    def _has_bridge(self) -> bool:
        try:
            self.execute(1, "ip", "link", "show", "eth0")
        except Failed:
            return False
        return True

    def _wait_for_node(self, number: int) -> None:
        folder = self._state / f"node{number}"
        log = folder / "log.txt"
        process = self._nodes[number]
        block_until(
            lambda: (folder / "up").exists() or process.poll() is not None,
            seconds=START_SECONDS,
            explain=lambda: f"node {number} to be ready; see {folder}",
        )
        if process.poll() is not None:
            raise Failed(("node.sh", str(number)), log.read_text(errors="replace"))

    def _first_process(self, node: int) -> int:
        return self._first_of(self._nodes[node])

    @staticmethod
    def _first_of(process: subprocess.Popen[bytes]) -> int:
        """The first process of the namespaces that `unshare` has made; 0: none yet."""
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        found = children.read_text().split() if children.exists() else []
        return int(found[0]) if found else 0


@contextmanager
def cluster(
    *,
    nodes: int = 1,
    state: Path = STATE,
    images: Path = IMAGES,
    measures: bool = False,
) -> Iterator[Cluster]:
    """A cluster whose nodes are ready; raises `Failed`, `MissingProgram`.

    With `measures` it knows what pods use: autoscalers act.
    """
    check_programs(NEEDED, PACKAGES)
    build()

    # Left by one that was killed.
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)
    run("bash", str(HERE / "keys.sh"), str(state / "keys"), str(nodes))

    lab = Cluster(state, images, measures=measures)
    try:
        lab.start(nodes)
        yield lab
    finally:
        lab.stop()


def _remove_cgroups(groups: str) -> None:
    """A group can be removed when its processes have gone, from the innermost one."""
    remove = f"find {groups} -depth -type d -exec rmdir {{}} + 2>/dev/null; "
    gone = f"! ls -d {groups} >/dev/null 2>&1"

    def removed() -> bool:
        return not subprocess.run(  # nosec B603 B607 # words of this file
            ["sh", "-c", remove + gone]
        ).returncode

    block_until(removed, look_seconds=0.2)


def main(words: Sequence[str]) -> None:
    """One until Ctrl-C; standard output says how to call it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        with cluster(nodes=int(words[0]) if words else 1) as lab:
            print(f"export KUBECTL='{' '.join(lab.kubectl_command)}'", flush=True)
            tell("Ctrl-C ends it, with everything in it")
            signal.pause()
    except KeyboardInterrupt:
        tell("ended")
    except (Failed, MissingProgram) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
