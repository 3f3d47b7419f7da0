"""Who can open a connection to whom."""

import json
import re

from deploy.commands import Failed
from kubernetes.lab.cluster import Cluster

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
