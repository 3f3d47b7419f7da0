"""The overlay production: replicas on stores outside, replaced while they work."""

import json
import secrets
import subprocess
from collections.abc import Iterator

import pytest

from deploy.cluster import apply, manifests
from deploy.commands import ROOT
from deploy.images import revision
from kubernetes.lab.cluster import Cluster
from kubernetes.lab.tests.test_dev import PICTURE, PYTHON, engine
from kubernetes.lab.tests.waiting import wait_for_all

NAMESPACE = "project"
LOAD = str(ROOT / "kubernetes" / "lab" / "tests" / "load.py")
FEWEST_TASKS = 10


@pytest.fixture(scope="module")
def production(lab: Cluster, stores: dict[str, str]) -> Iterator[str]:
    """The namespace; everything in it is ready, and gone afterwards."""
    overlays = ROOT / "kubernetes"
    namespace = (overlays / "overlays/production/namespace.yaml").read_text()
    lab.kubectl("apply", "--filename", "-", text=namespace)

    literals = [f"--from-literal={name}={value}" for name, value in stores.items()]
    for name in ("SECRET", "SERVICE_TOKEN"):
        literals.append(f"--from-literal={name}={secrets.token_hex(32)}")
    secret = ("create", "secret", "generic", "engine", *literals)
    lab.kubectl("--namespace", NAMESPACE, *secret)

    apply(manifests(overlays / "lab/overlays/production", revision()))
    wait_for_all(NAMESPACE, lab)
    yield NAMESPACE
    lab.kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def test_there_are_three_replicas(lab: Cluster, production: str) -> None:
    words = ("wait", "deployment/engine", "--for=jsonpath={.status.readyReplicas}=3")

    lab.kubectl("--namespace", production, *words, "--timeout=300s")


def test_nothing_is_lost_while_engine_and_services_are_replaced(
    lab: Cluster, production: str
) -> None:
    command = [*lab.inside(1), PYTHON, LOAD, engine(production), PICTURE]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as load:
        for name in ("engine", "service-face-detection", "service-image-processing"):
            at = ("--namespace", production, "rollout")
            lab.kubectl(*at, "restart", f"deployment/{name}")
            lab.kubectl(*at, "status", f"deployment/{name}", "--timeout=600s")
        said, _ = load.communicate()

    result = json.loads(said)
    assert result["faults"] == []
    assert result["started"] >= FEWEST_TASKS
    assert result["ends"] == {"finished": result["started"]}
