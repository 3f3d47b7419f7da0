"""What the table of rights promises beyond single calls (test_walk.py)."""

from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from engine.api.app import create_app
from engine.api.webapp import PAGES
from engine.domain.access.table import TABLE, NoRow
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

from ..building import client_of
from .conftest import SignIn, start
from .walkers import ABSENT, PEOPLE


@pytest.fixture
async def people(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> dict[str, httpx.AsyncClient]:
    """A browser of each, and of nobody."""
    browsers = {"nobody": anybody}
    for name in PEOPLE[1:]:
        browsers[name] = await sign_in(name)
    return browsers


@pytest.fixture
async def tasks(people: dict[str, httpx.AsyncClient]) -> dict[str, str]:
    """A task of each who may start one."""
    return {
        name: await start(browser)
        for name, browser in people.items()
        if name not in ("nobody", "guest")
    }


async def test_a_reader_lists_own_tasks_and_an_author_all(
    people: dict[str, httpx.AsyncClient], tasks: dict[str, str]
) -> None:
    def ids(answer: httpx.Response) -> set[str]:
        return {line["id"] for line in answer.json()["items"]}

    assert ids(await people["reader"].get("/tasks")) == {tasks["reader"]}
    assert ids(await people["author"].get("/tasks")) == set(tasks.values())
    assert (await people["guest"].get("/tasks")).status_code == 403


async def test_a_reader_continues_only_own_tasks(
    people: dict[str, httpx.AsyncClient], tasks: dict[str, str]
) -> None:
    reader = people["reader"]
    answers = [
        await reader.post(f"/services/any?continues={task}", json={})
        for task in (tasks["reader"], tasks["owner"], ABSENT)
    ]

    statuses = [answer.status_code for answer in answers]
    assert statuses[0] in (202, 409)
    assert statuses[1:] == [404, 404]
    assert answers[1].text.replace(tasks["owner"], ABSENT) == answers[2].text


async def test_the_same_key_of_two_people_starts_two_tasks(
    people: dict[str, httpx.AsyncClient],
) -> None:
    key = {"idempotency-key": "monday"}
    started = [
        (await people[name].post("/services/any", json={}, headers=key)).json()["jobId"]
        for name in ("reader", "author", "reader")
    ]

    assert started[0] == started[2] != started[1]


async def test_pages_are_for_those_who_are_signed_in_and_their_files_for_all(
    app: FastAPI, sign_in: SignIn, tmp_path: Path
) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/main.js").write_text("0")
    (tmp_path / "index.html").write_text("the app")
    engine = app.state.engine
    built = create_app(engine, web=tmp_path, accounts=engine.accounts)
    secret = (await sign_in("guest")).cookies["marketplace"]
    accept = {"accept": "text/html"}

    for template in ("/", *PAGES):
        path = template.format(route="a", task="b", space="c", id="d")
        async with client_of(built) as browser:
            sent = await browser.get(path, headers=accept)
            browser.cookies.set("marketplace", secret)
            page = await browser.get(path, headers=accept)
            asset = await browser.get("/assets/main.js")

        assert sent.headers["location"].startswith("/sign-in?next=/")
        assert page.text == "the app"
        assert asset.text == "0"


async def test_an_endpoint_without_a_row_does_not_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for call in ("GET /tasks", "GET /docs/assets", "POST /sessions"):
        with monkeypatch.context() as patch:
            patch.setattr(
                "engine.domain.access.table.TABLE",
                {name: right for name, right in TABLE.items() if name != call},
            )
            with pytest.raises(NoRow, match=call):
                create_app(None)


async def test_every_endpoint_of_an_engine_with_accounts_asks_the_door(
    app: FastAPI,
) -> None:
    for route in app.router.routes:
        assert isinstance(route, Route | Mount)
        if isinstance(route, APIRoute):
            first = cast(Any, route.dependencies[0].dependency)
            assert first.__name__ == "_permitted", route.path
        else:
            kind = type(route.app).__name__
            assert kind in ("Guarded", "Endpoint"), route.path


def test_applications_share_their_routes() -> None:
    """Making them takes a tenth of a second, at the first request of each."""
    one, other = (
        [route for route in create_app(None).router.routes if type(route) is APIRoute]
        for _ in range(2)
    )

    assert len(one) > 80
    assert all(mine is theirs for mine, theirs in zip(one, other, strict=True))
