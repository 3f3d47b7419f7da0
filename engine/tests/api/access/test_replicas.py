"""Accounts in real processes: tasks that call others, and several replicas."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
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
SCOPES = ["read", "run"]
STARTED = pipeline(entry("end", id_="entry", route="started", body={}), end())


def add_people(folder: Path, **settings: Any) -> None:
    """Give a store that no engine uses one person for each role."""

    async def add() -> None:
        adapters = chosen(Settings(data_dir=folder, **settings))
        (database, *_) = adapters.opened
        async with database:  # type: ignore[union-attr]  # both stores are so
            for role in Role:
                await adapters.people.add(person(role, roles={MAIN: role}))
            await adapters.people.add(person("root", is_administrator=True))

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


@contextmanager
def two_replicas(folder: Path, **settings: Any) -> Iterator[list[str]]:
    """The addresses of two engines that share MongoDB, S3 and NATS."""
    shared = external.cluster()
    add_people(folder / "people", **shared)
    settings = {"auth": "accounts", **shared, **settings}
    with ExitStack() as open_:
        yield [
            open_.enter_context(serving(folder / name, **settings)).url
            for name in ("one", "two")
        ]


@pytest.fixture
def replicas(tmp_path: Path) -> Iterator[list[str]]:
    with two_replicas(tmp_path) as urls:
        yield urls


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


Revoke = Callable[[httpx.Client, str], httpx.Response]
"""How an administrator ends what the token of somebody opens, by their id."""
WAYS: dict[str, Revoke] = {
    "locked": lambda root, id: root.patch(f"/people/{id}", json={"active": False}),
    "erased": lambda root, id: root.delete(f"/people/{id}"),
    "no-member": lambda root, id: root.delete(f"/spaces/main/members/{id}"),
    "left-group": lambda root, id: root.delete(f"/groups/choir/people/{id}"),
}


@pytest.mark.external
def test_what_opens_both_replicas_is_closed_at_both_soon(replicas: list[str]) -> None:
    here, there = replicas
    with (
        signed_in(here, "root") as root,
        signed_in(there, "root") as root_there,
    ):
        root.post("/groups", json={"id": "choir"})
        root.put("/spaces/main/members/choir", json={"role": "reader"})
        shown = {way: _somebody(root, way) for way in WAYS}
        own = root.post("/tokens", json={"label": "own", "scopes": SCOPES}).json()
        shown["revoked"] = ("", _bearer(own["token"]))
        # Who may start a route is remembered apart from what else is asked.
        root.post("/services", json=STARTED)
        block_until(lambda: root_there.get("/services/started").is_success)
        opened = {
            (way, url): _statuses(url, headers)
            for way, (_, headers) in shown.items()
            for url in replicas
        }

        answers = [
            end(root_there, shown[way][0]).status_code for way, end in WAYS.items()
        ]
        answers.append(root_there.delete(f"/tokens/{own['id']}").status_code)
        ended_at = monotonic()
        last_open = max(
            _last_open(url, headers)
            for _, headers in shown.values()
            for url in replicas
        )

    assert set(opened.values()) == {(200, 202)}
    assert answers == [200, 202, 204, 204, 204]
    assert last_open - ended_at < REVOKED_WITHIN_SECONDS


def _last_open(url: str, headers: dict[str, str]) -> float:
    """Wait until nothing is opened any more; when the last was sent that was."""
    found = 0.0

    def is_closed() -> bool:
        nonlocal found
        sent_at = monotonic()
        if _is_closed(url, headers):
            return True
        found = sent_at
        return False

    block_until(is_closed)
    return found


def _statuses(url: str, headers: dict[str, str]) -> tuple[int, int]:
    """What is answered to who reads, and to who starts a task."""
    read = httpx.get(f"{url}/services", headers=headers)
    started = httpx.post(f"{url}/services/started", json={}, headers=headers)
    return read.status_code, started.status_code


def _is_closed(url: str, headers: dict[str, str]) -> bool:
    return min(_statuses(url, headers)) >= 400


def _somebody(root: httpx.Client, name: str) -> tuple[str, dict[str, str]]:
    """The id of a new person, and what shows a token of theirs."""
    body = {"name": name, "password": PASSWORD}
    id_: str = root.post("/people", json=body).json()["id"]
    if name == "left-group":
        root.put(f"/groups/choir/people/{id_}")
    else:
        root.put(f"/spaces/main/members/{id_}", json={"role": "reader"})
    with signed_in(str(root.base_url), name) as browser:
        made = browser.post("/tokens", json={"label": "t", "scopes": SCOPES})
        assert made.status_code == 201, made.text
    return id_, _bearer(made.json()["token"])


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}
