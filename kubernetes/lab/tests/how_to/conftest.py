"""A cluster as a stranger has one: two nodes, an ingress controller, and a registry."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.commands import LAB, run
from kubernetes.lab import ingress
from kubernetes.lab.cluster import IMAGES, Cluster, cluster
from kubernetes.lab.programs import pause_image
from kubernetes.lab.registry import registry

NODES = 2
TRAEFIK = Path(ingress.__file__).parent / "ingress" / "traefik.yaml"


@pytest.fixture(scope="session")
def archives(docker: None) -> Path:
    """What a cluster has before anything is deployed to it."""
    shutil.rmtree(IMAGES, ignore_errors=True)
    IMAGES.mkdir(parents=True)
    pause_image()
    ingress.build()
    ingress.ingress_image()
    file = str(IMAGES / "all.tar")
    run("docker", "save", "--output", file, "local/pause:1", ingress.IMAGE)
    return IMAGES


@pytest.fixture(scope="session")
def lab(archives: Path) -> Iterator[Cluster]:
    """Two nodes that are ready; the ingress controller runs."""
    with cluster(nodes=NODES, state=LAB / "cluster", images=archives) as lab:
        os.environ["KUBECTL"] = " ".join(lab.kubectl_command)
        lab.kubectl("apply", "--server-side", "--filename", str(TRAEFIK))
        status = ("rollout", "status", "deployment/traefik", "--timeout=300s")
        lab.kubectl("--namespace=ingress-nginx", *status)
        yield lab


@pytest.fixture(scope="session")
def registry_address(lab: Cluster) -> Iterator[str]:
    """A registry that the cluster reaches."""
    with registry(lab, nodes=NODES) as address:
        yield address
