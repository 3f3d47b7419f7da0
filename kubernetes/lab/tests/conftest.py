"""A cluster with the images of this project, for all tests of this folder."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from deploy.cluster import apply, manifests
from deploy.commands import LAB, ROOT, run
from deploy.docker_engine import answers, docker_engine
from deploy.images import base, build, builder, chosen_images, revision, services
from kubernetes.lab.cluster import FIRST_ADDRESS, IMAGES, Cluster, cluster
from kubernetes.lab.programs import pause_image
from kubernetes.lab.tests.waiting import wait_for_all

VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {{name: trial}}
spec:
  accessModes: [ReadWriteOnce]
  capacity: {{storage: 10Gi}}
  hostPath: {{path: {path}}}
"""


@pytest.fixture(scope="session")
def docker() -> Iterator[None]:
    """A Docker Engine answers."""
    if answers():
        yield
        return
    with docker_engine() as host:
        os.environ |= {"DOCKER_HOST": host, "DOCKER_BUILDKIT": "0"}
        os.environ["BUILD_NETWORK"] = "host"
        run("python3", "-m", "deploy.base_image")
        yield


@pytest.fixture(scope="session")
def image_names() -> Sequence[str]:
    """Those that the cluster needs."""
    return ["engine", *services()]


@pytest.fixture(scope="session")
def other_images() -> Sequence[str]:
    """Those beside the project's own that the Docker Engine has."""
    return []


@pytest.fixture(scope="session")
def archives(
    docker: None, image_names: Sequence[str], other_images: Sequence[str]
) -> Path:
    """A folder with all images as one archive: the layers they share are there once."""
    shutil.rmtree(IMAGES, ignore_errors=True)
    IMAGES.mkdir(parents=True)
    program, chosen, commit = builder(), base(), revision()

    pause_image()
    tags = ["local/pause:1", *other_images]
    for image in chosen_images(image_names):
        build(image, program=program, base=chosen, revision=commit)
        tags.append(image.tags(commit)[0])
    run("docker", "save", "--output", str(IMAGES / "all.tar"), *tags)
    return IMAGES


@pytest.fixture(scope="session")
def lab(archives: Path) -> Iterator[Cluster]:
    """One node that is ready."""
    with cluster(state=LAB / "cluster", images=archives) as lab:
        os.environ["KUBECTL"] = " ".join(lab.kubectl_command)
        yield lab


@pytest.fixture(scope="session")
def stores(lab: Cluster) -> Iterator[dict[str, str]]:
    """MongoDB, S3 and NATS beside the cluster, as its operator has them somewhere."""
    clean = {name: value for name, value in os.environ.items() if "DOCKER" not in name}
    address = {"SERVERS_HOST": FIRST_ADDRESS, "PYTHONPATH": str(ROOT)}
    python = str(ROOT / ".venv" / "bin" / "python")
    with subprocess.Popen(
        [*lab.inside(1), python, "-m", "servers"],
        env=clean | address,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(3)]
        settings = [line.removeprefix("export ").strip() for line in lines]
        yield {
            name: value.strip("'")
            for name, _, value in (setting.partition("=") for setting in settings)
        }
        process.terminate()


@pytest.fixture(scope="module")
def volume(lab: Cluster) -> None:
    """The engine of the overlay dev finds a volume."""
    volume = lab.folder / "volume"
    volume.mkdir(exist_ok=True)
    # The group of the pod is not given to folders of the node, as it is to disks.
    volume.chmod(0o777)
    lab.kubectl("apply", "--filename", "-", text=VOLUME.format(path=volume))


@pytest.fixture(scope="module")
def dev(lab: Cluster, volume: None) -> Iterator[str]:
    """The namespace of the overlay dev; everything in it is ready."""
    apply(manifests(ROOT / "kubernetes" / "overlays" / "dev", revision()))
    wait_for_all("project-dev", lab)
    yield "project-dev"
    # Its pods must have gone before those of the next overlay find room.
    lab.kubectl("delete", "namespace", "project-dev", "--timeout=180s")
