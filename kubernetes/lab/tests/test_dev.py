"""The overlay dev: everything runs, locked, and only those talk who should."""

import json
import re
from collections.abc import Iterator

import pytest

from deploy.cluster import apply, manifests
from deploy.commands import LAB, ROOT, Failed
from deploy.images import revision, services
from kubernetes.lab.cluster import Cluster
from kubernetes.lab.tests.waiting import wait_for_all
from servers.waiting import block_until

PYTHON = str(ROOT / ".venv" / "bin" / "python")
MARKETPLACE = str(ROOT / ".venv" / "bin" / "marketplace")
PICTURE = str(ROOT / "docs" / "pictures" / "astronaut.jpg")


VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {{name: trial}}
spec:
  accessModes: [ReadWriteOnce]
  capacity: {{storage: 10Gi}}
  hostPath: {{path: {path}}}
"""


@pytest.fixture(scope="module")
def dev(lab: Cluster) -> Iterator[str]:
    """The namespace of the overlay dev; everything in it is ready."""
    volume = LAB / "cluster" / "volume"
    volume.mkdir(exist_ok=True)
    # The group of the pod is not given to folders of the node, as it is to disks.
    volume.chmod(0o777)
    lab.kubectl("apply", "--filename", "-", text=VOLUME.format(path=volume))

    apply(manifests(ROOT / "kubernetes" / "overlays" / "dev", revision()))
    wait_for_all("project-dev", lab)
    yield "project-dev"
    # Its pods must have gone before those of the next overlay find room.
    lab.kubectl("delete", "namespace", "project-dev", "--timeout=180s")


def engine(namespace: str) -> str:
    return f"http://engine.{namespace}.svc.cluster.local:8000"


def test_all_deployments_are_ready(lab: Cluster, dev: str) -> None:
    words = ("get", "deployments", "--output=jsonpath={.items[*].metadata.name}")

    names = set(lab.kubectl("--namespace", dev, *words).split())

    assert names == {"engine", *(f"service-{name}" for name in services())}


def test_faces_are_blurred_through_the_service_address(lab: Cluster, dev: str) -> None:
    call = ("run", "face-blur", f"image=@{PICTURE}", "--output", "/tmp/blurred")
    at = ("env", f"ENGINE_URL={engine(dev)}")

    said = lab.execute(1, *at, MARKETPLACE, *call)

    assert "blurred" in said


def test_pods_that_want_more_rights_are_refused(lab: Cluster, dev: str) -> None:
    words = ("run", "root", "--image=local/pause:1", "--privileged")

    with pytest.raises(Failed, match="violates PodSecurity"):
        lab.kubectl("--namespace", dev, *words)


def test_unknown_fields_are_refused(lab: Cluster, dev: str) -> None:
    text = (
        "apiVersion: v1\nkind: ConfigMap\n"
        f"metadata: {{name: x, namespace: {dev}}}\nvalues: {{}}\n"
    )
    words = ("apply", "--server-side", "--validate=strict", "--filename", "-")

    with pytest.raises(Failed, match="unknown field|field not declared"):
        lab.kubectl(*words, text=text)


CONNECT = (
    "import socket, sys; "
    "socket.create_connection((sys.argv[1], int(sys.argv[2])), 3).close()"
)


def reaches(lab: Cluster, namespace: str, app: str, host: str, port: int) -> bool:
    """Whether a pod of the app can open a connection."""
    pod = f"deployment/{app}"
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


def test_only_those_talk_who_should(lab: Cluster, dev: str) -> None:
    faces = address(lab, dev, "face-detection")
    images = "service-image-processing"

    assert reaches(lab, dev, "engine", faces, 9000)
    assert reaches(lab, dev, images, "engine", 8000)

    # The rules of a new pod come a moment after it.
    block_until(lambda: not reaches(lab, dev, images, faces, 9000), look_seconds=1.0)
