"""A Docker Engine for tests: the one that runs, or one of their own."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    """A private key and its public half, made as the how-to says."""
    key, public = tmp_path / "key.pem", tmp_path / "key.pub"
    words = ("-name", "prime256v1", "-genkey", "-noout", "-out", str(key))
    run("openssl", "ecparam", *words)
    subprocess.run(
        ["openssl", "ec", "-in", key, "-pubout", "-out", public],
        check=True,
        capture_output=True,
    )
    return key, public
