"""Every call of the table, made by everybody: own, foreign and absent objects."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from engine.api.app import create_app
from engine.api.webapp import PAGES
from engine.domain.access.rights import Named, Need, Right
from engine.domain.access.roles import Role
from engine.domain.access.table import TABLE, NoRow
from fastapi import FastAPI
from starlette.routing import Route

from ..building import client_of
from .conftest import ADMINISTRATOR, SignIn, start

ABSENT = "11111111-1111-4111-8111-111111111111"
PEOPLE = ("nobody", "guest", *map(str, Role), ADMINISTRATOR)
RANK = {str(role): rank for rank, role in enumerate(Role, 1)}
BY_BODY = {"POST /sessions", "POST /first-administrator", "POST /callback"}
"""They answer by what is in their body, whoever asks."""
OF_WEBAPP = {f"GET {path}" for path in PAGES} | {"GET /assets/{name}"}
"""Only there if the web app was built."""
CALLS = [call for call in TABLE if call not in BY_BODY | OF_WEBAPP]
ABOUT_ROUTES = {
    "route": "any",
    "name": "x",
    "version": "x",
    "id": "x",
    "person": "x",
}


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


def allowed(call: str, person: str, *, own: bool) -> int:
    """200 for what may be done; 401, 403 or 404 as the refusal is told."""
    right = TABLE[call]
    if right.need is Need.PUBLIC:
        return 200
    if person == "nobody":
        return 401
    if person == ADMINISTRATOR or right.need is Need.SIGNED_IN:
        return 200
    if right.need is Need.ADMINISTRATOR:
        return 403

    return by_role(right, RANK.get(person, 0), own=own)


def by_role(right: Right, rank: int, *, own: bool) -> int:
    """The same for somebody with a role in the space, or with none."""
    enough = rank >= RANK[str(right.need)]
    if right.named is Named.NOTHING:
        return 200 if enough else 403
    # Of a schedule there is none: owners are told so, and others the same.
    if rank == 0 or right.named is Named.SCHEDULE:
        return 404
    if right.named is Named.TASK and not own and rank < RANK["author"]:
        return 404
    return 200 if enough or (own and right.own) else 403


def fits(expected: int, status: int) -> bool:
    """Whether an answer is of the kind that is expected.

    What may be done may still fail for what was sent, but never for who sent it.
    """
    if expected == 200:
        return status not in (401, 403, 500)
    return status == expected


@pytest.mark.parametrize("call", CALLS)
async def test_a_call_is_answered_by_who_makes_it(
    call: str, people: dict[str, httpx.AsyncClient], tasks: dict[str, str]
) -> None:
    method, template = call.split(" ")
    is_of_task = TABLE[call].named is Named.TASK
    wrong = []

    for name, browser in people.items():
        # One's own first: erasing it leaves that of another to be tried.
        objects = {"own": tasks.get(name), "foreign": tasks["owner"], "absent": ABSENT}
        if name in ("owner", ADMINISTRATOR):
            objects["foreign"] = tasks["author"]
        if not is_of_task:
            objects = {"none": ABSENT}

        for which, task in objects.items():
            if task is None:
                continue
            path = template.replace("{name:path}", "x").format_map(
                {**ABOUT_ROUTES, "task": task, "space": "main", "node": "x"}
            )
            answer = await browser.request(method, path, json={})
            expected = allowed(call, name, own=which == "own")
            if which == "absent" and expected in (200, 403) and name != "nobody":
                expected = 404
            # What is sent may be judged before the object is looked for.
            is_misjudged = which == "absent" and answer.status_code == 422
            if not is_misjudged and not fits(expected, answer.status_code):
                wrong.append((name, which, expected, answer.status_code, answer.text))

    assert wrong == []


async def test_what_may_not_be_seen_is_told_as_what_is_not_there(
    people: dict[str, httpx.AsyncClient], tasks: dict[str, str]
) -> None:
    reader = people["reader"]
    foreign = tasks["owner"]

    for call, right in TABLE.items():
        if right.named is not Named.TASK:
            continue
        method, template = call.split(" ")
        answers = []
        for task in (foreign, ABSENT):
            path = template.replace("{name:path}", "x").format(
                task=task, node="x", name="x"
            )
            answer = await reader.request(method, path, json={})
            answers.append((answer.status_code, answer.text.replace(task, "TASK")))

        assert answers[0] == answers[1], call
        assert answers[0][0] == 404


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
    plain = [route for route in app.router.routes if isinstance(route, Route)]

    for route in plain:
        kind = type(route.app).__name__
        assert kind in ("Guarded", "Endpoint"), route.path
    for included in app.router.routes:
        context: Any = getattr(included, "include_context", None)
        if context is not None:
            names = [one.dependency.__name__ for one in context.dependencies]
            assert "_permitted" in names
