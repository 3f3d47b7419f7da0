"""Who follows a task and is removed from its space: the stream ends within a minute.

In real processes and in real time: a reader looks at one replica, and is removed at
another one.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import external
import pytest
from documents import end, entry, pipeline, service

from ..serving import serving
from .test_replicas import add_people, signed_in

CLOSED_WITHIN_SECONDS = 60


def settings_of(kind: str) -> dict[str, Any]:
    return external.cluster() if kind == "replicas" else {}


@pytest.fixture(
    params=[
        pytest.param("embedded"),
        pytest.param("replicas", marks=pytest.mark.external),
    ]
)
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """Where the reader looks, and where the owner acts."""
    shared = settings_of(request.param)
    names = ["one", "two"] if shared else ["one"]
    add_people(tmp_path / "one", **shared)
    with ExitStack() as open_:
        running = [
            open_.enter_context(serving(tmp_path / name, auth="accounts", **shared))
            for name in names
        ]
        yield [running[0].url, running[-1].url]


def test_a_stream_of_somebody_who_was_removed_is_closed_within_a_minute(
    urls: list[str],
) -> None:
    here, there = urls
    # Nobody announces the service, so the task waits as long as the test.
    waits = pipeline(
        entry("call", id_="entry", route="waits", body={}),
        service("call", "end", service="nobody-offers-this"),
        end(),
    )
    with signed_in(here, "reader") as reader, signed_in(there, "owner") as owner:
        assert owner.post("/services", json=waits).status_code == 201
        task = reader.post("/services/waits", json={}).json()["jobId"]

        with reader.stream("GET", f"/tasks/{task}/events", timeout=90) as stream:
            lines = stream.iter_lines()
            first = next(lines)
            owner.delete("/spaces/main/members/reader").raise_for_status()
            removed_at = time.monotonic()
            rest = list(lines)
            closed_after = time.monotonic() - removed_at
        again = reader.get(f"/tasks/{task}/events")
        status = owner.get(f"/tasks/{task}/status").json()["status"]

    assert first.startswith(":")
    assert closed_after < CLOSED_WITHIN_SECONDS
    assert status == "running"
    assert not any("event: end" in line for line in rest)
    assert again.status_code == 404
