"""A Docker Engine for tests: the one that runs, or one of their own."""

import os
from collections.abc import Iterator

import pytest

from deploy.base_image import BASE_NAME, make_base
from deploy.commands import run
from deploy.docker_engine import answers, docker_engine
from deploy.tests.containers import Images


@pytest.fixture(scope="session")
def docker() -> Iterator[None]:
    """A Docker Engine answers."""
    if answers():
        yield
        return

    with docker_engine() as host:
        os.environ["DOCKER_HOST"] = host
        os.environ["DOCKER_BUILDKIT"] = "0"
        os.environ["BUILD_NETWORK"] = "host"
        if not run("docker", "image", "ls", "--quiet", BASE_NAME):
            make_base()
        yield


@pytest.fixture(scope="session")
def images(docker: None) -> Images:
    return Images()
