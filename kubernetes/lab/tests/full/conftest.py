"""Two nodes, and the overlay production on both."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from deploy.commands import LAB
from deploy.images import services
from kubernetes.lab.cluster import Cluster, cluster
from kubernetes.lab.tests.production import Production
from kubernetes.lab.tests.production import production as in_cluster


@pytest.fixture(scope="session")
def image_names() -> Sequence[str]:
    return ["engine", *services(), "training"]


@pytest.fixture(scope="session")
def lab(archives: Path) -> Iterator[Cluster]:
    """Two nodes that are ready, and what autoscalers ask."""
    with cluster(nodes=2, state=LAB / "cluster", images=archives, measures=True) as lab:
        os.environ["KUBECTL"] = " ".join(lab.kubectl_command)
        yield lab


@pytest.fixture(scope="session")
def production(lab: Cluster, stores: dict[str, str]) -> Iterator[Production]:
    """Everything in it is ready; two of each service that blurs faces."""
    with in_cluster(lab, stores, "full") as production:
        for name in ("face-detection", "image-processing"):
            ready = "--for=jsonpath={.status.readyReplicas}=2"
            wait = ("wait", f"deployment/service-{name}", ready)
            production.kubectl(*wait, "--timeout=300s")
        yield production
