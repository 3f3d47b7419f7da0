"""A service with a `requirements.txt` has an environment of its own."""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from engine.cli.environments import python_of
from typer.testing import Result

from .conftest import started

# The version of the tests is another one.
PACKAGE = "iniconfig==2.0.0"

SERVICE = """
from importlib.metadata import version

from service_sdk import Service

service = Service("own")


@service.operation(route="own-version")
def own_version() -> str:
    return version("iniconfig")


app = service.app
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A service that needs a package of another version than this environment."""
    folder = tmp_path / "services" / "own"
    folder.mkdir(parents=True)
    (folder / "own.py").write_text(SERVICE)
    return folder


def arguments(folder: Path) -> list[str]:
    here = folder.parents[1]
    data = ["--data", str(here / "data"), "--services", str(folder.parent)]
    return ["up", "--port", "0", *data]


def test_its_packages_are_those_of_its_file_and_are_installed_once(
    folder: Path,
    tmp_path: Path,
    give: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (folder / "requirements.txt").write_text(f"{PACKAGE}\n")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    said: list[str] = []

    with started(tmp_path / "log", *arguments(folder)) as command:
        command.says("own +│ makes an environment from")
        url = command.says(r"is ready at (\S+)")
        given = give("run", "own-version", "--engine", url)
        assert command.ends(signal.SIGTERM) == 0, command.said
    again = asyncio.run(python_of(folder, said.append))

    assert "2.0.0" in given.output, given.output
    assert again.is_relative_to(tmp_path / "cache")
    assert said == []


def test_a_file_that_cannot_be_installed_is_named_and_the_rest_runs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requirements = folder / "requirements.txt"
    requirements.write_text("# words\nthis is no package !\n")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    with started(tmp_path / "log", *arguments(folder)) as command:
        url = command.says(r"listening at (http\S+?),")
        command.says(r"own +│ uv cannot make an environment from \S*requirements.txt")
        command.says(r"own +│ +this is no package !")
        command.says(r"own +│ cannot start; starts again in 1 s")
        ready = httpx.get(f"{url}/readyz", trust_env=False)
        assert command.ends(signal.SIGTERM) == 0, command.said

    assert ready.is_success
    assert "Traceback" not in command.said


def test_a_service_without_the_file_shares_the_packages(folder: Path) -> None:
    said: list[str] = []

    python = asyncio.run(python_of(folder, said.append))

    assert python == Path(sys.executable)
    assert said == []
