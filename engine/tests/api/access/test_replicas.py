"""Accounts in real processes: tasks that call others, and several replicas."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import external
import httpx
import pytest
from documents import end, entry, pipeline, service
from engine.adapters.choice import chosen
from engine.domain.access.roles import MAIN, Role
from engine.settings import Settings

from servers.waiting import block_until

from ..serving import serving
from .conftest import PASSWORD, person

REVOKED_WITHIN_SECONDS = 5


def add_people(folder: Path, **settings: Any) -> None:
    """Give a store that no engine uses one person for each role."""

    async def add() -> None:
        adapters = chosen(Settings(data_dir=folder, **settings))
        (database, *_) = adapters.opened
        async with database:  # type: ignore[union-attr]  # both stores are so
            for role in Role:
                await adapters.people.add(person(role, roles={MAIN: role}))

    asyncio.run(add())


@contextmanager
def signed_in(url: str, name: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as browser:
        answer = browser.post("/sessions", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        yield browser


def test_a_task_that_another_one_calls_belongs_to_the_same_person(
    tmp_path: Path,
) -> None:
    add_people(tmp_path)
    inner = pipeline(entry("end", id_="entry", route="inner", body={}), end())
    outer = pipeline(
        entry("call", id_="entry", route="outer", body={}),
        service("call", "end", service="inner"),
        end(),
    )

    with ExitStack() as open_:
        server = open_.enter_context(serving(tmp_path, auth="accounts"))
        author = open_.enter_context(signed_in(server.url, "author"))
        reader = open_.enter_context(signed_in(server.url, "reader"))
        for document in (inner, outer):
            assert author.post("/services", json=document).status_code == 201
        started = reader.post("/services/outer?wait=60", json={"a": 1})
        tasks = reader.get("/tasks").json()["items"]
        strange = httpx.post(
            f"{server.url}/services/inner",
            json={},
            params={"callback_url": "http://127.0.0.1:9", "task_id": "forged.id"},
        )

    assert (started.status_code, started.json()) == (200, {"a": 1})
    assert {task["route"] for task in tasks} == {"inner", "outer"}
    assert strange.status_code == 401


@pytest.fixture
def replicas(tmp_path: Path) -> Iterator[list[str]]:
    """The addresses of two engines that share MongoDB, S3 and NATS."""
    shared = external.cluster()
    add_people(tmp_path / "people", **shared)
    with ExitStack() as open_:
        yield [
            open_.enter_context(serving(tmp_path / name, auth="accounts", **shared)).url
            for name in ("one", "two")
        ]


@pytest.mark.external
def test_who_is_known_at_one_replica_is_known_everywhere_and_gone_everywhere_soon(
    replicas: list[str],
) -> None:
    with (
        signed_in(replicas[0], "author") as author,
        signed_in(replicas[0], "reader") as reader,
        signed_in(replicas[1], "owner") as owner,
    ):
        here, there = (f"{url}/services" for url in replicas)
        known = [
            browser.get(url).status_code
            for browser in (author, reader)
            for url in (here, there)
        ]
        session = {"cookie": f"marketplace={author.cookies['marketplace']}"}

        author.delete("/sessions/current")
        owner.delete("/spaces/main/members/reader")
        ended_at = datetime.now(UTC)
        block_until(lambda: httpx.get(there, headers=session).status_code == 401)
        block_until(lambda: reader.get(here).status_code == 403)

    assert known == [200] * 4
    assert (datetime.now(UTC) - ended_at).total_seconds() < REVOKED_WITHIN_SECONDS
