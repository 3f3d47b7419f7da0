"""The objects of KEDA, Prometheus and Volcano, for an API server that knows them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # has no types

from deploy.cluster import apply, manifests
from deploy.commands import ROOT, Failed
from deploy.custom_resources import files
from deploy.images import revision
from kubernetes.lab.cluster import Cluster
from kubernetes.lab.tests.production import NAMESPACE, OVERLAYS, Production
from servers.waiting import block_until

GPU = "nvidia.com/gpu"
TRAINING_SECONDS = 600.0
VOLCANO = ROOT / "kubernetes" / "lab" / "definitions" / "volcano.yaml"

KINDS = "scaledobjects,servicemonitors,podmonitors"

Documents = list[dict[str, Any]]


@pytest.fixture(scope="module")
def defined(lab: Cluster) -> None:
    """The definitions of KEDA and the operator of Prometheus, and ours of Volcano."""
    for file in (VOLCANO, *files()):
        lab.kubectl("apply", "--server-side", "--filename", str(file))
    lab.kubectl("wait", "--for=condition=Established", "crd", "--all")


def documents(overlay: Path) -> Documents:
    text = manifests(overlay, revision())
    return [one for one in yaml.safe_load_all(text) if one]


def of_kinds(found: Documents, *kinds: str) -> Documents:
    return [one for one in found if one["kind"] in kinds]


def test_the_objects_of_keda_are_accepted(
    production: Production, defined: None
) -> None:
    overlay = documents(ROOT / "kubernetes" / "overlays" / "keda")
    custom = of_kinds(overlay, "ScaledObject", "ServiceMonitor", "PodMonitor")
    # Production was applied before: docs/how-to/deploy.md says this too.
    production.kubectl("delete", "hpa", "--selector=app!=engine")
    try:
        apply(yaml.safe_dump_all(overlay))

        names = production.kubectl("get", KINDS, "-o=name")
        left = production.kubectl("get", "hpa", "-o=name").split()
    finally:
        production.kubectl("delete", KINDS, "--all")
        production.apply()

    assert len(names.split()) == len(custom) > 2
    assert [name.rpartition("/")[2] for name in left] == ["engine"]


def test_the_queue_and_the_training_are_accepted_as_they_are(
    production: Production, defined: None
) -> None:
    apply(manifests(ROOT / "kubernetes" / "overlays" / "gpu", revision()))

    kinds = "queues.scheduling.volcano.sh,jobs.batch.volcano.sh"
    names = production.kubectl("get", kinds, "-o=name").split()
    assert {name.rpartition("/")[2] for name in names} == {
        "marketplace-training",
        "training",
    }


@pytest.mark.parametrize(
    "kind", ["ScaledObject", "ServiceMonitor", "PodMonitor", "Queue", "Job"]
)
def test_a_field_that_is_misspelt_is_refused(defined: None, kind: str) -> None:
    overlays = ROOT / "kubernetes" / "overlays"
    found = documents(overlays / "keda") + documents(overlays / "gpu")
    one = of_kinds(found, kind)[0]
    one["spec"]["colour"] = "red"

    with pytest.raises(Failed, match="colour"):
        apply(yaml.safe_dump(one))


def plain(job: Mapping[str, Any]) -> dict[str, Any]:
    """A Job of Kubernetes with the pod that a Job of Volcano would have.

    Volcano itself does not run here: which pod comes when is what it would decide.
    """
    (task,) = job["spec"]["tasks"]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "training", "namespace": NAMESPACE},
        "spec": {"backoffLimit": 0, "template": task["template"]},
    }


def give_gpu(lab: Cluster, node: str) -> None:
    """Let a node say that it has one, as the plugin of its maker does."""
    path = GPU.replace("/", "~1")
    changes = [
        {"op": "add", "path": f"/status/{what}/{path}", "value": "1"}
        for what in ("capacity", "allocatable")
    ]
    words = ("patch", "node", node, "--subresource=status", "--type=json")
    lab.kubectl(*words, f"--patch={json.dumps(changes)}")


def test_a_training_waits_for_a_gpu_and_runs_where_there_is_one(
    lab: Cluster, production: Production, defined: None
) -> None:
    overlay = documents(OVERLAYS / "gpu")
    apply(yaml.safe_dump_all(overlay))
    (job,) = of_kinds(overlay, "Job")
    apply(yaml.safe_dump(plain(job)))
    try:
        pod = ("get", "pods", "--selector=job-name=training", "--output")
        reason = "jsonpath={.items[*].status.conditions[*].message}"
        block_until(
            lambda: f"Insufficient {GPU}" in production.kubectl(*pod, reason),
            look_seconds=0.5,
        )

        give_gpu(lab, "node2")
        ended = "jsonpath={.status.succeeded}{.status.failed}"
        training = ("get", "jobs.v1.batch", "training", "--output", ended)
        block_until(
            lambda: production.kubectl(*training) != "",
            seconds=TRAINING_SECONDS,
            look_seconds=1.0,
        )
        said = production.kubectl("logs", "jobs.v1.batch/training")
        node = production.kubectl(*pod, "jsonpath={.items[*].spec.nodeName}")
    finally:
        production.kubectl("delete", "jobs.v1.batch", "training")

    assert "promoted: accuracy" in said
    assert node == "node2"
