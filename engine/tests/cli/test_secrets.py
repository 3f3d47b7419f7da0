"""`marketplace secrets`: values come from standard input, never from arguments."""

from collections.abc import Callable, Iterator

import pytest
from engine.cli.commands import app
from typer.testing import CliRunner, Result

from ..api.serving import serving

Use = Callable[..., Result]
VALUE = "a value of the other side"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("engine")) as server:
        yield server.url


@pytest.fixture
def use(engine: str, monkeypatch: pytest.MonkeyPatch) -> Use:
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str, input: str = "") -> Result:
        environment = {"ENGINE_URL": engine}
        return CliRunner().invoke(
            app, ["secrets", *arguments], input=input, env=environment
        )

    return run


def test_a_secret_is_set_listed_and_deleted(use: Use) -> None:
    stored = use("set", "github", input=f"{VALUE}\n")
    listed = use("list")
    deleted = use("delete", "github")

    assert "write {secrets.github}" in stored.output
    assert "github" in listed.output
    assert deleted.exit_code == 0
    assert "there are no secrets" in use("list").output
    assert VALUE not in stored.output + listed.output


def test_a_value_cannot_be_an_argument(use: Use) -> None:
    assert use("set", "github", VALUE).exit_code == 2


def test_a_value_that_is_refused_is_not_repeated(use: Use) -> None:
    result = use("set", "github", input="two words\nmore\n")

    assert result.exit_code == 1
    assert "line break" in result.output and "two words" not in result.output


def test_a_secret_that_is_not_there_cannot_be_deleted(use: Use) -> None:
    result = use("delete", "absent")

    assert result.exit_code == 1
    assert "there is no secret “absent”" in result.output
