"""Versions on the command line: list, print, compare, restore, delete; run again."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from documents import end, entry, node, pipeline
from engine.cli.versions import difference
from typer.testing import Result

from servers.waiting import block_until

from .conftest import started

Give = Callable[..., Result]


def document(**params: Any) -> Any:
    return pipeline(
        entry("add", id_="start", route="sums", body={"a": 1, "b": 2}),
        node(
            "add",
            "done",
            params={"c": 0, **params},
            after="node.out['sum'] = input.a + input.b + node.params.c",
        ),
        end("done", input={"sum": "add.out.sum"}),
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("engine")
    arguments = ("serve", "--port", "0", "--data", str(folder / "data"))
    none = str(folder / "none")
    with started(folder / "log", *arguments, PIPELINES_DIR=none) as engine:
        address = engine.says(r"listening at (\S+),")
        # It answers when its stores are open.
        block_until(lambda: httpx.get(f"{address}/readyz").is_success)
        yield address


@pytest.fixture
def versions(address: str) -> list[str]:
    """Two versions of a route, the older one first."""
    stored = [
        httpx.post(f"{address}/services", json=document(c=c)).json() for c in (0, 1)
    ]
    return [one["version"] for one in stored]


def test_versions_are_listed_the_current_one_marked(
    give: Give, address: str, versions: list[str]
) -> None:
    said = give("versions", "sums", "--engine", address).output

    rows = [line for line in said.splitlines() if line[:16] in versions]
    assert [row[:16] for row in rows] == versions[::-1]
    assert "current" in rows[0] and "current" not in rows[1]


def test_a_version_is_printed_and_compared(
    give: Give, address: str, versions: list[str]
) -> None:
    printed = give("versions", "sums", versions[0][:8], "--engine", address)
    compared = give("versions", "sums", versions[0], "--diff", "--engine", address)
    same = give("versions", "sums", versions[1], "--diff", "--engine", address)

    assert json.loads(printed.output) == document(c=0)
    assert compared.output.strip() == '~ add.params: {"c": 1} → {"c": 0}'
    assert "same" in same.output


def test_a_version_is_restored_and_another_one_deleted(
    give: Give, address: str, versions: list[str]
) -> None:
    old, new = versions

    restored = give("restore", "sums", old, "--engine", address)
    current = httpx.get(f"{address}/services/sums").json()["version"]
    refused = give("delete", "sums", old, "--engine", address)
    deleted = give("delete", "sums", new, "--engine", address)

    assert restored.exit_code == 0 and current == old
    assert refused.exit_code != 0 and "current" in refused.output
    assert deleted.exit_code == 0, deleted.output


def test_a_route_is_deleted(give: Give, address: str, versions: list[str]) -> None:
    deleted = give("delete", "sums", "--engine", address)

    assert deleted.exit_code == 0
    assert httpx.get(f"{address}/services/sums").status_code == 404


@pytest.mark.parametrize("word", ["zzz"])
def test_a_version_that_is_not_clear_is_refused(
    give: Give, address: str, versions: list[str], word: str
) -> None:
    refused = give("restore", "sums", word, "--engine", address)

    assert refused.exit_code != 0
    assert "versions of sums begin with" in refused.output


def test_a_task_is_run_again_with_another_field(
    give: Give, address: str, versions: list[str], tmp_path: Path
) -> None:
    first = give(
        "run", "sums", "a=1", "b=2", "-o", tmp_path / "first", "--engine", address
    )
    assert first.exit_code == 0, first.output

    same = give("rerun", "last", "-o", tmp_path / "same", "--engine", address)
    other = give("rerun", "last", "b=5", "-o", tmp_path / "b", "--engine", address)
    forced = give(
        *("rerun", "last", "--from", "add", "-o", tmp_path / "c", "--engine", address)
    )

    assert "keeps 1 of 3 steps" in same.output
    assert '"sum": 4' in same.output
    assert "keeps 0 of 3 steps" in other.output
    assert '"sum": 7' in other.output
    assert "keeps 0 of 3 steps" in forced.output


def test_nodes_that_came_and_went_are_told() -> None:
    more = pipeline(
        *document()["nodes"][:2], node("extra", "done"), *document()["nodes"][2:]
    )

    assert difference(document(), more) == ["+ extra (node)"]
    assert difference(more, document()) == ["- extra (node)"]
    assert difference(document(), {**document(), "params": {"x": 1}}) == [
        "~ params.x: nothing → 1"
    ]
