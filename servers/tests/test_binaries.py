"""A program is fetched once, entirely or not at all."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from servers.binaries import NotFetched, fetch, run


@dataclass(frozen=True)
class Written:
    """Fetches a program that consists of its version."""

    version: str

    def fetch(self, program: str, folder: Path) -> None:
        (folder / program).write_text(self.version)


class Interrupted:
    """Is interrupted before the program is complete."""

    def fetch(self, program: str, folder: Path) -> None:
        (folder / program).write_text("half")
        raise KeyboardInterrupt


class NeverFetched:
    """Has the version "1", and must not be asked for it."""

    def __repr__(self) -> str:
        return repr(Written("1"))

    def fetch(self, program: str, folder: Path) -> None:
        raise AssertionError(f"{program} was fetched again")


def test_a_program_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    fetch({"mongod": Written("1")}, tmp_path)

    fetch({"mongod": NeverFetched()}, tmp_path)

    assert (tmp_path / "mongod").read_text() == "1"


def test_another_version_replaces_the_first(tmp_path: Path) -> None:
    fetch({"mongod": Written("1")}, tmp_path)

    fetch({"mongod": Written("2")}, tmp_path)

    assert (tmp_path / "mongod").read_text() == "2"


def test_an_interruption_leaves_no_half_program(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        fetch({"mongod": Interrupted()}, tmp_path)

    assert not list(tmp_path.rglob("mongod"))


def test_a_program_that_a_person_put_there_stays(tmp_path: Path) -> None:
    (tmp_path / "mongod").write_text("my own")

    fetch({"mongod": NeverFetched()}, tmp_path)

    assert (tmp_path / "mongod").read_text() == "my own"


def test_a_tool_that_is_missing_is_named_with_its_remedy() -> None:
    with pytest.raises(NotFetched) as refused:
        run(["no-such-tool"], program="nats-server", remedy="install the tool")

    assert "there is no no-such-tool" in str(refused.value)
    assert "install the tool" in str(refused.value)


def test_a_tool_that_fails_is_quoted() -> None:
    with pytest.raises(NotFetched) as refused:
        run(
            ["sh", "-c", "echo the disk is full; exit 1"],
            program="nats-server",
            remedy="make room",
        )

    assert "the disk is full" in str(refused.value)


def test_while_it_takes_long_people_are_told_that_it_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(["sleep", "0.1"], program="ollama", remedy="none", notice_seconds=0.01)

    assert capsys.readouterr().err.startswith("ollama: 1 min …\n")
