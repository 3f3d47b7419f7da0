"""Every call of the table × every role × own, foreign and absent objects.

Foreign ones are those of others in the space, and those of another space.
"""

from typing import Any

import httpx
import pytest
from engine.api.webapp import PAGES
from engine.domain.access.rights import Named, Right
from engine.domain.access.roles import TokenScope
from engine.domain.access.table import TABLE

from ..conftest import echo
from .conftest import ADMINISTRATOR, ON_BOTH_SETS, SignIn
from .walkers import ELSEWHERE, NOWHERE, PEOPLE, Thing, Walkers, World, expected

BY_BODY = {"POST /sessions", "POST /first-administrator", "POST /callback"}
"""They answer by what is in their body, whoever asks."""
OF_WEBAPP = {f"GET {path}" for path in PAGES} | {"GET /assets/{name}"}
"""Only there if the web app was built."""
CALLS = [call for call in TABLE if call not in BY_BODY | OF_WEBAPP]
READING = [call for call in CALLS if call.startswith("GET ")]
CHANGING = [call for call in CALLS if call not in READING]
MORE = {
    # What is within a task has more than one name.
    "GET /tasks/{task}/blobs/{name}": "GET /tasks/{task}/blobs/{blob}",
    "GET /tasks/{task}/items": "GET /tasks/{task}/items?node=entry",
}
"""How a call is made, where its row says too little."""
FINE = frozenset({200, 204})


@pytest.fixture
async def people(anybody: httpx.AsyncClient, sign_in: SignIn) -> Walkers:
    """A browser of each, and of nobody."""
    browsers = {"nobody": anybody}
    for name in PEOPLE[1:]:
        browsers[name] = await sign_in(name)
    return browsers


@pytest.fixture
async def world(people: Walkers) -> World:
    return await World.made(people)


def fits(call: str, right: Right, thing: Thing, wanted: int, answered: int) -> bool:
    """Whether an answer is of the kind that is expected.

    What may be done may still fail for what was sent, but never for who sent it. What
    is read is there.
    """
    if wanted != 200:
        return answered == wanted
    if call in READING and right.named is not Named.NOTHING and thing.which != "absent":
        return answered in FINE
    return answered not in (401, 403, 500)


async def made(
    call: str, people: Walkers, world: World
) -> tuple[list[Any], dict[tuple[str, str], str]]:
    """Make a call by everybody for everything: what was wrong, and what was told of
    what is not seen.

    That the name of a route is taken is told to those who may make one
    (docs/decisions/0033).
    """
    right = TABLE[call]
    method, _, template = MORE.get(call, call).partition(" ")
    wrong = []
    told: dict[tuple[str, str], str] = {}
    for person, browser in people.items():
        for thing in world.things(right, person):
            path = thing.path(template)
            query = thing.query or None
            answer = await browser.request(method, path, params=query, json={})
            wanted = expected(right, person, thing.which)
            # What is sent may be judged before the object is looked for.
            is_misjudged = thing.which == "absent" and answer.status_code == 422
            status = answer.status_code
            if not is_misjudged and not fits(call, right, thing, wanted, status):
                wrong.append((call, person, thing.which, wanted, status, answer.text))
            if wanted == 404 and not right.makes:
                told[person, thing.which] = thing.without_names(answer.text)
    return wrong, told


def betrayed(told: dict[tuple[str, str], str]) -> list[str]:
    """Who was told of something hidden in other words than of what is not there."""
    return [
        person
        for (person, which), text in told.items()
        if person != ADMINISTRATOR
        and which != "absent"
        and told.get((person, "absent"), text) != text
    ]


@ON_BOTH_SETS
async def test_what_is_read_is_answered_by_who_reads_it(
    people: Walkers, world: World
) -> None:
    for call in READING:
        wrong, told = await made(call, people, world)

        assert wrong == []
        assert betrayed(told) == [], (call, told)


@pytest.mark.parametrize("call", CHANGING)
async def test_a_change_is_answered_by_who_makes_it(
    call: str, people: Walkers, world: World
) -> None:
    wrong, told = await made(call, people, world)

    assert wrong == []
    assert betrayed(told) == [], told


async def test_each_kind_of_object_is_walked_along(
    people: Walkers, world: World
) -> None:
    for call, right in TABLE.items():
        which = {thing.which for thing in world.things(right, "reader")}
        if right.named is not Named.NOTHING:
            assert {"elsewhere", "absent"} <= which, call


async def test_events_of_a_task_are_a_stream_for_those_who_see_it(
    people: Walkers, world: World
) -> None:
    of_reader = world.tasks["reader"]["task"]
    of_owner = world.tasks["owner"]["task"]
    reader = people["reader"]

    async with reader.stream("GET", f"/tasks/{of_reader}/events") as own:
        text = "".join([line async for line in own.aiter_text()])
    foreign = await reader.get(f"/tasks/{of_owner}/events")

    assert own.headers["content-type"].startswith("text/event-stream")
    assert "event: task" in text
    assert foreign.status_code == 404


async def test_a_token_is_refused_every_call_for_which_it_was_not_made(
    anybody: httpx.AsyncClient, people: Walkers
) -> None:
    """Of an administrator, who may do everything: only the scope is left to refuse."""
    root = people[ADMINISTRATOR]
    wrong = []
    for scope in TokenScope:
        more = {"announces": ["x"]} if scope is TokenScope.ANNOUNCE else {}
        wish = {"label": str(scope), "scopes": [str(scope)], **more}
        made = await root.post("/tokens", json=wish)
        assert made.status_code == 201, made.text
        shown = {"authorization": f"Bearer {made.json()['token']}"}
        for call in CALLS:
            method, _, template = call.partition(" ")
            path = Thing("absent", {}, {}).path(template)
            answer = await anybody.request(method, path, json={}, headers=shown)
            is_refused = answer.status_code == 403 and "scope-missing" in answer.text
            right = TABLE[call]
            is_wanted = right.scope is not None and right.scope is not scope
            if is_refused != is_wanted:
                wrong.append((scope, call, answer.status_code, answer.text[:200]))

    assert wrong == []


LISTS = [
    call
    for call in READING
    if TABLE[call].named is Named.NOTHING and TABLE[call].scope is not None
]
WISH = {"route": "of-main-json", "cron": "0 0 1 1 *", "input": {}, "value": "x" * 20}
WAYS = ("space={}", "space=main&space={}", "sp%61ce={}")


@pytest.mark.parametrize("person", ["guest", "reader", "author", "owner"])
async def test_a_list_that_is_asked_for_a_foreign_space_tells_nothing_of_it(
    people: Walkers, world: World, person: str
) -> None:
    browser = people[person]
    hidden = (world.tasks[ELSEWHERE]["task"], world.routes[ELSEWHERE]["route"])
    told = []
    for call in LISTS:
        path = call.partition(" ")[2]
        for way in WAYS:
            foreign, absent = [
                await browser.get(f"{path}?{way.format(space)}")
                for space in (ELSEWHERE, NOWHERE)
            ]
            is_told = any(word in foreign.text for word in hidden)
            is_same = foreign.status_code == absent.status_code
            if foreign.is_error:
                is_same &= foreign.text.replace(ELSEWHERE, NOWHERE) == absent.text
            if is_told or not is_same:
                told.append((call, way, foreign.text, absent.text))

    assert told == []


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_is_started_or_published_in_a_foreign_space(
    people: Walkers, world: World, way: str
) -> None:
    answers = []
    for person, method, path in (
        ("reader", "POST", "/services/of-main"),
        ("owner", "POST", "/services/of-main"),
        ("author", "POST", "/services"),
        ("author", "POST", "/services/newly/saved"),
        ("author", "POST", "/services/newly/versions"),
        ("owner", "POST", "/schedules"),
        ("owner", "PUT", "/secrets/newly"),
    ):
        for space in (ELSEWHERE, NOWHERE):
            url = f"{path}?{way.format(space)}"
            body = echo("newly", body={}) if path.startswith("/services") else WISH
            answer = await people[person].request(method, url, json=body)
            text = answer.text.replace(ELSEWHERE, NOWHERE)
            answers.append((path, person, answer.status_code, text))

    assert {status for _, _, status, _ in answers} == {404}
    assert answers[::2] == answers[1::2]
    root = people[ADMINISTRATOR]
    tasks = (await root.get(f"/tasks?space={ELSEWHERE}")).json()["items"]
    assert [one["id"] for one in tasks] == [world.tasks[ELSEWHERE]["task"]]
