"""The overlay dev: everything runs, locked, and only those talk who should."""

import pytest

from deploy.commands import Failed
from deploy.images import services
from kubernetes.lab.cluster import Cluster
from kubernetes.lab.tests.connections import (
    REACHES_ENGINE,
    WATCHES_SERVICES,
    address,
    outsider,
    reaches,
)
from kubernetes.lab.tests.pictures import check_blurred
from kubernetes.lab.tests.production import MARKETPLACE, PICTURE
from servers.waiting import block_until


def engine(namespace: str) -> str:
    return f"http://engine.{namespace}.svc.cluster.local:8000"


def test_all_deployments_are_ready(lab: Cluster, dev: str) -> None:
    words = ("get", "deployments", "--output=jsonpath={.items[*].metadata.name}")

    names = set(lab.kubectl("--namespace", dev, *words).split())

    assert names == {"engine", *(f"service-{name}" for name in services())}


def test_faces_are_blurred_through_the_service_address(lab: Cluster, dev: str) -> None:
    out = lab.folder / "blurred"
    call = ("run", "face-blur", f"image=@{PICTURE}", "--output", str(out))
    at = ("env", f"ENGINE_URL={engine(dev)}")

    lab.execute(1, *at, MARKETPLACE, *call)

    (picture,) = out.iterdir()
    check_blurred(picture)


@pytest.mark.parametrize("name", ["engine", *(f"service-{one}" for one in services())])
def test_no_pod_has_a_token_of_the_cluster(lab: Cluster, dev: str, name: str) -> None:
    look = "import os; print(os.path.exists('/var/run/secrets/kubernetes.io'))"
    words = ("exec", f"deployment/{name}", "--", "python", "-c", look)

    said = lab.kubectl("--namespace", dev, *words)

    assert said.strip() == "False"


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


def test_only_those_talk_who_should(lab: Cluster, dev: str) -> None:
    faces = address(lab, dev, "face-detection")
    images = "deployment/service-image-processing"

    assert reaches(lab, dev, "deployment/engine", faces, 9000)
    assert reaches(lab, dev, images, "engine", 8000)

    # The rules of a new pod come a moment after it.
    block_until(lambda: not reaches(lab, dev, images, faces, 9000), look_seconds=1.0)


def test_who_may_reach_the_engine_reaches_no_service(lab: Cluster, dev: str) -> None:
    host = f"engine.{dev}.svc.cluster.local"
    faces = address(lab, dev, "face-detection")

    with outsider(lab, dev) as pod:
        pod.has(REACHES_ENGINE)
        block_until(lambda: pod.reaches(host, 8000), look_seconds=1.0)
        assert not pod.reaches(faces, 9000)

        pod.has(WATCHES_SERVICES)
        block_until(lambda: pod.reaches(faces, 9000), look_seconds=1.0)
