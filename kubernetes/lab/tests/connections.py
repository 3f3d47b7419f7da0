"""Who can open a connection to whom."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.commands import Failed
from kubernetes.lab.cluster import Cluster

REACHES_ENGINE = "marketplace.reaches=engine"
WATCHES_SERVICES = "marketplace.watches=services"
"""Labels of a namespace, as docs/how-to/deploy.md has them."""

OUTSIDE = "default"
"""A namespace that is none of this project."""

CONNECT = (
    "import socket, sys; "
    "socket.create_connection((sys.argv[1], int(sys.argv[2])), 3).close()"
)


def reaches(lab: Cluster, namespace: str, pod: str, host: str, port: int) -> bool:
    """Whether a pod, or one of a Deployment, can open a connection."""
    words = ("exec", pod, "--", "python", "-c", CONNECT, host, str(port))
    try:
        lab.kubectl("--namespace", namespace, *words)
    except Failed as fault:
        # A rule may drop what it does not allow, or refuse it.
        assert re.search("TimeoutError|ConnectionRefusedError", str(fault)), fault
        return False
    return True


def address(lab: Cluster, namespace: str, app: str) -> str:
    """Of one pod of the app."""
    words = ("get", "pods", "--selector", f"app={app}", "--output=json")
    pods = json.loads(lab.kubectl("--namespace", namespace, *words))["items"]
    return str(pods[0]["status"]["podIP"])


class Outsider:
    """A pod in a namespace that is none of this project."""

    def __init__(self, lab: Cluster) -> None:
        self._lab = lab

    def reaches(self, host: str, port: int) -> bool:
        """Whether it can open a connection."""
        return reaches(self._lab, OUTSIDE, "pod/outsider", host, port)

    def has(self, *labels: str) -> None:
        """Give its namespace these labels, and take the other one away."""
        known = (REACHES_ENGINE, WATCHES_SERVICES)
        taken = [f"{one.partition('=')[0]}-" for one in known if one not in labels]
        self._lab.kubectl("label", "namespace", OUTSIDE, *labels, *taken)


@contextmanager
def outsider(lab: Cluster, namespace: str) -> Iterator[Outsider]:
    """One with the image of the engine that runs in a namespace."""
    image = lab.kubectl(
        *("--namespace", namespace, "get", "deployment/engine"),
        "--output=jsonpath={.spec.template.spec.containers[0].image}",
    )
    run = ("run", "outsider", f"--image={image}", "--command", "--", "sleep", "900")
    here = ("--namespace", OUTSIDE)
    lab.kubectl(*here, *run)
    one = Outsider(lab)
    try:
        lab.kubectl(
            *here, "wait", "pod/outsider", "--for=condition=Ready", "--timeout=60s"
        )
        yield one
    finally:
        one.has()
        lab.kubectl(*here, "delete", "pod", "outsider", "--grace-period=0", "--force")
