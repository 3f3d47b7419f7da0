"""Client and SDK are packages of their own: built, installed elsewhere, used."""

import os
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from real_engine import RealEngine

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")

USE_CLIENT = """
import sys
from marketplace_client import Client

with Client(sys.argv[1]) as client:
    print(client.run("person", name="Ada", age=36)["name"])
"""

SERVE = """
from service_sdk import Service
from service_sdk.__main__ import load

service = Service("hello")


@service.operation(route="hello")
def hello(name: str) -> dict[str, str]:
    return {"greeting": f"Hello {name}"}


print(*service.app.operations)
"""

WHERE_FROM = "import {0}; print({0}.__file__)"


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel of each folder, as `make wheels` builds it."""
    out = tmp_path_factory.mktemp("wheels")
    built = {}
    for folder in ("client", "services/sdk"):
        target = out / folder.replace("/", "-")
        build = [UV, "build", "-q", "--offline", "--wheel", "--no-build-isolation"]
        command = [*build, "-p", sys.executable, "-o", target, folder]
        subprocess.run(command, cwd=ROOT, check=True)
        (built[folder],) = target.glob("*.whl")
    return built


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """The interpreter of a new environment.

    It finds the libraries that are installed here, so that nothing is fetched, but not
    the packages of this repository: those are here by a file that only counts for the
    environment in which it lies.
    """
    venv.create(tmp_path / "env", with_pip=False)
    (packages,) = (tmp_path / "env").glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text("\n".join(site.getsitepackages()))
    return tmp_path / "env/bin/python"


def install(python: Path, wheel: Path) -> None:
    command = [UV, "pip", "install", "-q", "--offline", "--no-deps", "-p", python]
    subprocess.run([*command, wheel], check=True)


def says(python: Path, code: str, *arguments: str) -> str:
    # Not in this folder: its packages would be found without being installed.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [python, "-c", code, *arguments]
    done = subprocess.run(
        command, cwd=python.parent, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_installed_client_runs_a_route(
    engine: RealEngine, wheels: dict[str, Path], python: Path
) -> None:
    install(python, wheels["client"])

    assert says(python, USE_CLIENT, engine.url) == "Ada"
    where = says(python, WHERE_FROM.format("marketplace_client"))
    assert where.startswith(str(python.parents[1]))
    assert (Path(where).parent / "py.typed").exists()


def test_the_installed_sdk_makes_a_service(
    wheels: dict[str, Path], python: Path
) -> None:
    install(python, wheels["services/sdk"])

    assert says(python, SERVE) == "hello"
    where = says(python, WHERE_FROM.format("service_sdk"))
    assert where.startswith(str(python.parents[1]))


def test_the_client_needs_nothing_of_the_engine(
    wheels: dict[str, Path], python: Path
) -> None:
    install(python, wheels["client"])

    with pytest.raises(AssertionError, match="No module named 'engine'"):
        says(python, "import marketplace_client, engine")
