"""A cluster in which nothing of this project is yet: no image, no namespace."""

import shutil
from pathlib import Path

import pytest

from deploy.commands import run
from kubernetes.lab.cluster import IMAGES
from kubernetes.lab.programs import pause_image


@pytest.fixture(scope="session")
def archives(docker: None) -> Path:
    """What a cluster has before anything is deployed to it."""
    shutil.rmtree(IMAGES, ignore_errors=True)
    IMAGES.mkdir(parents=True)
    pause_image()
    run("docker", "save", "--output", str(IMAGES / "all.tar"), "local/pause:1")
    return IMAGES
