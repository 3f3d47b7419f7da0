"""`marketplace login` with a browser: a real command, a real engine, and a person."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from engine.cli.commands import app
from terminal import logging_in
from typer.testing import CliRunner

from .conftest import PASSWORD, serving_accounts


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An engine with accounts, and its administrator `root`."""
    with serving_accounts(tmp_path_factory.mktemp("engine")) as url:
        yield url


@pytest.fixture
def root(engine: str) -> Iterator[httpx.Client]:
    """The browser of the administrator."""
    with httpx.Client(base_url=engine) as browser:
        body = {"name": "root", "password": PASSWORD}
        browser.post("/sessions", json=body).raise_for_status()
        yield browser


def test_a_code_that_is_confirmed_in_a_browser_signs_the_terminal_in(
    engine: str, root: httpx.Client, tmp_path: Path
) -> None:
    with logging_in(engine, tmp_path) as (process, code):
        decided = root.post("/device-logins/decide", json={"code": code, "allow": True})
        output, _ = process.communicate(timeout=60)

    kept = json.loads((tmp_path / "marketplace/tokens.json").read_text())
    who = CliRunner().invoke(
        app, ["whoami"], env={"ENGINE_URL": engine, "XDG_CONFIG_HOME": str(tmp_path)}
    )
    assert (decided.status_code, process.returncode) == (204, 0)
    assert "signed in as root" in output
    assert kept[engine].startswith("mkp_")
    assert kept[engine] not in output
    assert "read, run" in who.output.splitlines()[-1].replace("publish, ", "")
    assert "announce" in who.output


def test_a_terminal_that_is_refused_keeps_nothing(
    engine: str, root: httpx.Client, tmp_path: Path
) -> None:
    with logging_in(engine, tmp_path) as (process, code):
        root.post("/device-logins/decide", json={"code": code, "allow": False})
        _, errors = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "refused, or not confirmed in time" in errors
    assert not (tmp_path / "marketplace").exists()


def test_one_way_to_sign_in_is_chosen(engine: str, tmp_path: Path) -> None:
    answer = CliRunner().invoke(
        app,
        ["login", "--device", "--name", "root"],
        env={"ENGINE_URL": engine, "XDG_CONFIG_HOME": str(tmp_path)},
    )

    assert answer.exit_code == 1
    assert "choose one" in answer.output
