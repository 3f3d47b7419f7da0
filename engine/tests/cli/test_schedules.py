"""`marketplace schedules`."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from documents import end, entry, pipeline
from engine.cli.commands import app
from typer.testing import CliRunner, Result

from ..api.serving import serving

Use = Callable[..., Result]
REPORT = entry("end", id_="e", route="report", body={"name": "x", "n": 1})
PICTURE = entry("end", id_="e", route="picture", body="image")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("engine")) as server:
        for first in (REPORT, PICTURE):
            document = pipeline(first, end())
            httpx.post(f"{server.url}/services", json=document).raise_for_status()
        yield server.url


@pytest.fixture
def use(engine: str, monkeypatch: pytest.MonkeyPatch) -> Use:
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> Result:
        environment = {"ENGINE_URL": engine}
        return CliRunner().invoke(app, ["schedules", *arguments], env=environment)

    return run


def test_a_schedule_is_added_listed_paused_resumed_and_deleted(use: Use) -> None:
    assert "there are no schedules" in use("list").output

    words = ("report", "30 7 * * MON-FRI", "name=Ada", "n:=2")
    added = use("add", *words, "--timezone", "Europe/Berlin")
    assert added.exit_code == 0, added.output
    id_ = added.output.split()[1].rstrip(":")
    assert "30 7 * * MON-FRI" in use("list").output

    assert f"{id_} is paused" in use("pause", id_[:8]).output
    assert "paused" in use("list").output

    assert "the next task at" in use("resume", id_[:8]).output
    assert "paused" not in use("list").output

    assert f"{id_} is deleted" in use("delete", id_).output
    assert "there are no schedules" in use("list").output


def test_a_route_that_takes_a_file_says_what_to_do(use: Use) -> None:
    result = use("add", "picture", "* * * * *")

    assert result.exit_code == 1
    assert "a schedule sends JSON alone" in result.output


def test_what_the_engine_finds_wrong_is_shown(use: Use) -> None:
    result = use("add", "report", "61 * * * *", "name=Ada", "n:=2")

    assert result.exit_code == 1
    assert "cron: cannot be used: bad minute" in result.output


def test_an_unknown_schedule_is_said_to_be_one(use: Use) -> None:
    result = use("pause", "ffffffff")

    assert "no schedules have an id that begins with “ffffffff”" in result.output
