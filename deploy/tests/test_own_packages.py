"""A service with a list of packages of its own has these in its image, all locked."""

import re
import shutil
from pathlib import Path

import pytest

from deploy.commands import ROOT, Failed
from deploy.images import DOCKERFILES, Image, base, build, builder
from deploy.tests.containers import running

NAME = "own-packages"
PORT = 9000

# In the list of development, in none of the images; it needs no other.
PACKAGE = "iniconfig"

SERVICE = f'''"""Says which version of a package it has."""

from importlib.metadata import version

from service_sdk import Service

service = Service("{NAME}")


@service.operation(route="{NAME}")
def own_version() -> str:
    return version("{PACKAGE}")


app = service.app
'''


def locked(package: str) -> str:
    """The lines of a package with its hashes, from the list of development."""
    text = (ROOT / "requirements" / "dev.txt").read_text("utf-8")
    found = re.search(rf"^{package}==.*\n(?: +--hash=.*\n)+", text, re.MULTILINE)
    assert found
    return found[0]


@pytest.fixture
def sources(docker: None, tmp_path: Path) -> Path:
    """What the image of such a service is built from; its list is still missing."""
    for folder in ("requirements", "services/sdk", "deploy/images"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(ROOT / ".dockerignore", tmp_path)

    service = tmp_path / "services" / NAME
    service.mkdir()
    (service / "own_packages.py").write_text(SERVICE)
    return tmp_path


def built(sources: Path, requirements: str) -> str:
    """The name of the image of the service with this list; raises `Failed`."""
    (sources / "services" / NAME / "requirements.txt").write_text(requirements)
    image = Image(
        name=NAME,
        dockerfile=DOCKERFILES / "service.Dockerfile",
        arguments={"SERVICE": NAME},
    )
    build(image, program=builder(), base=base(), revision="test", sources=sources)
    return image.tags("test")[0]


def shared() -> str:
    """What the SDK needs, and what services have beside it."""
    return (ROOT / "requirements" / "services.txt").read_text("utf-8")


def test_a_service_with_a_list_of_its_own_has_these_packages(sources: Path) -> None:
    image = built(sources, shared() + locked(PACKAGE))

    with running(image, PORT) as service:
        service.wait_for("/readyz")
        said = service.execute("python", "-c", f"import {PACKAGE} as p; print(p)")

    assert "/app/venv/" in said


def test_a_package_without_a_hash_is_refused(sources: Path) -> None:
    version = locked(PACKAGE).partition(" ")[0]

    with pytest.raises(Failed, match="must have a hash"):
        built(sources, f"{shared()}{version}\n")


def test_a_list_without_what_the_sdk_needs_is_refused(sources: Path) -> None:
    with pytest.raises(Failed, match="requires `fastapi`"):
        built(sources, locked(PACKAGE))
