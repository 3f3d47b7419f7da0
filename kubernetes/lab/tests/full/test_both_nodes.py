"""Two nodes: one is emptied, one is lost, and pods follow the load."""

import json
from pathlib import Path

import pytest
from PIL import Image

from kubernetes.lab.cluster import Cluster
from kubernetes.lab.tests.connections import (
    REACHES_ENGINE,
    WATCHES_SERVICES,
    address,
    outsider,
    reaches,
)
from kubernetes.lab.tests.full.spread import NEEDED, pods_by_node
from kubernetes.lab.tests.production import NAMESPACE, PICTURE, Production
from kubernetes.lab.tests.waiting import wait_for_all
from servers.waiting import block_until

FEWEST_TASKS = 10
SCALING_SECONDS = 300.0

IMAGES = "service-image-processing"


def test_replicas_are_on_both_nodes(production: Production) -> None:
    for app in NEEDED:
        assert set(pods_by_node(production, app)) == {"node1", "node2"}, app


def test_connections_are_allowed_and_denied_across_nodes(
    lab: Cluster, production: Production
) -> None:
    words = ("get", "pods", "--selector=app=face-detection", "--output=json")
    faces = json.loads(production.kubectl(*words))["items"]
    addresses = [pod["status"]["podIP"] for pod in faces]
    engines = production.kubectl(
        "get", "pods", "--selector=app=engine", "--output=name"
    ).split()

    for engine in engines:
        for face in addresses:
            assert reaches(lab, NAMESPACE, engine, face, 9000)
    for face in addresses:
        images = f"deployment/{IMAGES}"
        assert not reaches(lab, NAMESPACE, images, face, 9000)


def test_an_outsider_reaches_what_its_namespace_may(
    lab: Cluster, production: Production
) -> None:
    host = f"engine.{NAMESPACE}.svc.cluster.local"
    faces = address(lab, NAMESPACE, "face-detection")

    with outsider(lab, NAMESPACE) as pod:
        assert not pod.reaches(host, 8000)

        pod.has(REACHES_ENGINE)
        block_until(lambda: pod.reaches(host, 8000), look_seconds=1.0)
        assert not pod.reaches(faces, 9000)

        pod.has(WATCHES_SERVICES)
        block_until(lambda: pod.reaches(faces, 9000), look_seconds=1.0)
        assert not pod.reaches(host, 8000)


def test_nothing_is_lost_while_a_node_is_emptied(
    lab: Cluster, production: Production
) -> None:
    with production.under_load() as result:
        drain = ("drain", "node2", "--delete-emptydir-data", "--force")
        lab.kubectl(*drain, "--timeout=300s")
        left = {app: pods_by_node(production, app)["node2"] for app in NEEDED}
        lab.kubectl("uncordon", "node2")
        wait_for_all(NAMESPACE, lab)

    assert left == dict.fromkeys(NEEDED, 0)
    assert result["faults"] == []
    assert result["started"] >= FEWEST_TASKS
    assert result["ends"] == {"finished": result["started"]}


@pytest.fixture
def large_picture(lab: Cluster) -> Path:
    """One that keeps a service busy."""
    path = lab.folder / "large.jpg"
    with Image.open(PICTURE) as picture:
        picture.resize((5000, 5000)).save(path)
    return path


def test_pods_follow_the_load_up_and_down(
    production: Production, large_picture: Path
) -> None:
    block_until(
        lambda: production.replicas(IMAGES) == 2,
        seconds=SCALING_SECONDS,
        look_seconds=1.0,
    )

    with production.under_work("image-greyscale", large_picture) as result:
        block_until(
            lambda: production.replicas(IMAGES) > 2,
            seconds=SCALING_SECONDS,
            look_seconds=1.0,
        )
    block_until(
        lambda: production.replicas(IMAGES) == 2,
        seconds=SCALING_SECONDS,
        look_seconds=1.0,
    )

    assert result["faults"] == []
    assert result["ends"] == {"finished": result["started"]}
