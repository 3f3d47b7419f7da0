"""Calls by which much is looked at together: comparing tasks, and what uses a route."""

import asyncio
from typing import Any

import httpx
import pytest
from documents import end, entry, pipeline, service
from engine.usecases.access import credentials

from ..conftest import echo
from .conftest import SignIn, start
from .walkers import ABSENT

Json = Any


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or each test would wait for the two seconds for which who asks is remembered."""
    monkeypatch.setattr(credentials, "REMEMBERED_FOR", credentials.timedelta())


def compared(task: str) -> tuple[str, ...]:
    """What the page that compares asks for each of both tasks."""
    about = f"/tasks/{task}"
    return (f"{about}/status", f"{about}/runs", f"{about}/runs/entry")


async def answers(
    browser: httpx.AsyncClient, task: str
) -> list[tuple[int, dict[str, Json]]]:
    """The answers, without the id of the task."""
    asked = [await browser.get(path) for path in compared(task)]
    return [(one.status_code, _said(one, task)) for one in asked]


def _said(answer: httpx.Response, task: str) -> Json:
    return answer.text.replace(task, "…")


async def test_who_compares_tasks_sees_of_others_what_is_not_there(
    sign_in: SignIn,
) -> None:
    reader, author = await sign_in("reader"), await sign_in("author")
    own, foreign = await start(reader), await start(author)

    seen = await answers(reader, own)
    hidden = await answers(reader, foreign)
    absent = await answers(reader, ABSENT)

    assert [status for status, _ in seen] == [200] * 3
    assert [status for status, _ in hidden] == [404] * 3
    assert hidden == absent


async def test_who_was_removed_compares_not_even_their_own_tasks(
    sign_in: SignIn,
) -> None:
    reader, owner = await sign_in("reader"), await sign_in("owner")
    own = await start(reader)
    before = await answers(reader, own)

    removed = await owner.delete("/spaces/main/members/reader")
    after = await answers(reader, own)

    assert removed.status_code == 204
    assert [status for status, _ in before] == [200] * 3
    assert [status for status, _ in after] == [404] * 3


async def test_a_name_that_is_as_long_as_an_address_may_be_is_of_no_task(
    sign_in: SignIn,
) -> None:
    reader = await sign_in("reader")

    for task in ("x" * 4_000, "%2e%2e%2f" * 400, f"{ABSENT}%00", "é" * 500):
        found = await answers(reader, task)

        assert {status for status, _ in found} <= {400, 404, 414, 422}, task[:20]


def calling(route: str, called: str) -> Json:
    return pipeline(
        entry("call", id_="entry", route=route, body={}),
        service("call", "end", service=called),
        end(),
    )


async def used(browser: httpx.AsyncClient) -> str:
    """All that is told of routes, of what calls them, and of how much they ran."""
    paths = ("/services", "/steps", "/stats", "/services/of-main")
    return " ".join([(await browser.get(path)).text for path in paths])


async def test_what_is_used_is_told_as_far_as_one_sees_it(sign_in: SignIn) -> None:
    root, reader, guest = [await sign_in(one) for one in ("root", "reader", "guest")]
    await root.post("/spaces", json={"id": "galaxy-9"})
    await root.post("/services", json=echo("of-main", body={}))
    hidden = calling("galaxy-route", "of-main")
    where = {"space": "galaxy-9"}
    made = await root.post("/services", json=hidden, params=where)
    assert made.status_code == 201, made.text
    started = await root.post("/services/galaxy-route", json={}, params=where)
    assert started.status_code == 202, started.text

    of_root, of_reader, of_guest = await asyncio.gather(
        used(root), used(reader), used(guest)
    )

    assert "galaxy-route" in of_root
    assert "galaxy" not in of_reader
    assert "of-main" in of_reader
    assert "galaxy" not in of_guest
    assert '"route":"of-main"' in of_reader
    assert '"route":"of-main"' not in of_guest


async def test_who_was_removed_is_told_of_no_use_any_more(sign_in: SignIn) -> None:
    reader, owner = await sign_in("reader"), await sign_in("owner")
    await (await sign_in("author")).post("/services", json=echo("of-main", body={}))
    before = await used(reader)

    await owner.delete("/spaces/main/members/reader")
    after = [await reader.get(path) for path in ("/services", "/steps", "/stats")]

    assert "of-main" in before
    assert {one.status_code for one in after} == {403}
