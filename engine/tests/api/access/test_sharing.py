"""Routes of spaces: who sees and runs them, also shared ones; nobody else learns."""

from typing import Any

import httpx
import pytest
from documents import end, entry, node, pipeline, service
from engine.domain.access.roles import MAIN, Role
from engine.domain.access.spaces import EVERYWHERE
from fastapi import FastAPI

from ..conftest import echo
from .conftest import PASSWORD, SignIn, start

Json = Any
KEY_SCHEMA = {
    "type": "object",
    "properties": {"secret-key": {"type": "string"}},
    "required": ["secret-key"],
}
SERVICE = {"type": "service", "url": "http://127.0.0.1:9", "api": {"route": "blur"}}


@pytest.fixture
async def people(app: FastAPI, sign_in: SignIn) -> dict[str, httpx.AsyncClient]:
    """Two spaces besides `main`, each with an author who is nothing anywhere else.

    `reader`, `author` and `owner` are so in `main`, and `owner` also in `art`.
    """
    accounts = app.state.engine.accounts
    for space in ("art", "lab"):
        await accounts.spaces.add(space, space)
        await accounts.people.add(f"{space}-author", PASSWORD)
        await accounts.people.add(f"{space}-reader", PASSWORD)
        for role in (Role.AUTHOR, Role.READER):
            await accounts.spaces.put_member(space, f"{space}-{role}", role)
    await accounts.spaces.put_member("art", "owner", Role.OWNER)
    await accounts.spaces.put_member("lab", "owner", Role.READER)
    names = [f"{space}-{role}" for space in ("art", "lab") for role in list(Role)[:2]]
    return {name: await sign_in(name) for name in ("root", *map(str, Role), *names)}


async def publish(browser: httpx.AsyncClient, route: str, **query: str) -> int:
    document = echo(route, body={})
    answer = await browser.post("/services", json=document, params=query)
    return answer.status_code


def same_answer(one: httpx.Response, other: httpx.Response, **names: str) -> bool:
    text = one.text
    for seen, absent in names.items():
        text = text.replace(seen, absent)
    return one.status_code == other.status_code == 404 and text == other.text


async def routes_of(browser: httpx.AsyncClient) -> set[str]:
    return {one["route"] for one in (await browser.get("/services")).json()}


async def test_a_route_belongs_to_the_space_of_its_author_and_others_do_not_see_it(
    people: dict[str, httpx.AsyncClient],
) -> None:
    author, stranger = people["art-author"], people["lab-author"]

    assert await publish(author, "sketch") == 201

    assert await routes_of(people["art-reader"]) == {"sketch"}
    assert "sketch" not in await routes_of(people["author"])
    assert await routes_of(stranger) == set()
    for method, path in (
        ("GET", "/services/{}"),
        ("POST", "/services/{}"),
        ("GET", "/services/{}/versions"),
        ("GET", "/services/{}/sharing"),
        ("DELETE", "/services/{}"),
    ):
        hidden = await stranger.request(method, path.format("sketch"), json={})
        absent = await stranger.request(method, path.format("nothing"), json={})
        assert same_answer(hidden, absent, sketch="nothing"), path
    document = (await stranger.get("/openapi.json")).text
    assert "sketch" not in document
    assert "sketch" in (await people["art-reader"].get("/openapi.json")).text


async def test_a_name_that_is_taken_by_another_space_stays_with_it(
    people: dict[str, httpx.AsyncClient],
) -> None:
    author, stranger = people["art-author"], people["lab-author"]
    await publish(author, "sketch")

    assert await publish(stranger, "sketch") == 409
    saved = await stranger.post("/services/sketch/saved", json={})
    tried = await stranger.post("/services/sketch/versions", json=echo("sketch"))
    await author.delete("/services/sketch")

    # Its versions are still there.
    assert await publish(stranger, "sketch") == 409
    assert {saved.status_code, tried.status_code} == {404}
    assert (await stranger.get("/services/sketch/versions")).status_code == 404
    assert await publish(people["art-reader"], "sketch") == 403
    assert await publish(author, "sketch") == 201


async def test_who_is_an_author_of_several_spaces_names_one(
    people: dict[str, httpx.AsyncClient],
) -> None:
    owner = people["owner"]

    assert await publish(owner, "of-main") == 201
    assert await publish(owner, "of-art", space="art") == 201
    assert await publish(owner, "of-lab", space="lab") == 403
    assert await publish(owner, "of-none", space="none") == 404
    assert await publish(people["root"], "of-none", space="none") == 404

    homes = [
        (await owner.get(f"/services/{route}/sharing")).json()["space"]
        for route in ("of-main", "of-art")
    ]
    assert homes == [MAIN, "art"]
    assert await publish(owner, "of-art", space="main") == 409
    assert await publish(owner, "of-art") == 201


async def test_what_is_saved_for_a_new_route_is_seen_by_its_space_alone(
    people: dict[str, httpx.AsyncClient],
) -> None:
    author, stranger = people["art-author"], people["lab-author"]
    made = await author.post("/services/draft/saved", json={"nodes": []})

    assert made.status_code == 201
    assert len((await author.get("/services/draft/saved")).json()) == 1
    assert (await stranger.get("/services/draft/saved")).status_code == 404
    assert (await people["art-reader"].get("/services/draft/saved")).status_code == 403
    taken = await stranger.post("/services", json=echo("draft", body={}))
    assert taken.status_code == 409


async def test_a_route_that_is_shared_to_be_run_is_run_in_the_space_of_who_runs_it(
    people: dict[str, httpx.AsyncClient],
) -> None:
    owner, guest = people["owner"], people["lab-reader"]
    await publish(owner, "sketch", space="art")

    shared = await owner.put("/services/sketch/sharing/lab", json={"may": "run"})

    assert shared.json()["shared"] == {"lab": "run"}
    assert await routes_of(guest) == {"sketch"}
    read = (await guest.get("/services/sketch")).json()
    assert (read["pipeline"], read["instances"]) == (None, [])
    assert (await guest.get("/services/sketch/versions")).status_code == 403
    task = await start(guest, "sketch")
    assert (await guest.get(f"/tasks/{task}/status")).status_code == 200
    lab, art = people["lab-author"], people["art-author"]
    assert (await lab.get(f"/tasks/{task}/status")).status_code == 200
    # Not those from whom it was lent.
    assert (await art.get(f"/tasks/{task}/status")).status_code == 404
    assert (await art.get("/tasks")).json()["items"] == []
    assert [one["id"] for one in (await lab.get("/tasks")).json()["items"]] == [task]


async def test_a_route_that_is_shared_to_be_read_is_read_and_not_changed(
    people: dict[str, httpx.AsyncClient],
) -> None:
    owner, guest = people["owner"], people["lab-author"]
    await publish(owner, "sketch", space="art")
    await owner.put("/services/sketch/sharing/lab", json={"may": "read"})

    read = (await guest.get("/services/sketch")).json()
    versions = (await guest.get("/services/sketch/versions")).json()["items"]
    kept = await guest.get(f"/services/sketch/versions/{versions[0]['version']}")

    assert read["pipeline"] == kept.json()
    assert (await guest.delete("/services/sketch")).status_code == 403
    assert await publish(guest, "sketch") == 403
    assert (await guest.get("/services/sketch/saved")).status_code == 403
    assert (await guest.get("/services/sketch/sharing")).status_code == 403


async def test_only_owners_share_and_only_with_spaces_that_they_see(
    people: dict[str, httpx.AsyncClient],
) -> None:
    owner, author = people["owner"], people["art-author"]
    await publish(author, "sketch")

    async def share(browser: httpx.AsyncClient, space: str, may: str = "run") -> int:
        url = f"/services/sketch/sharing/{space}"
        return (await browser.put(url, json={"may": may})).status_code

    assert await share(author, "lab") == 403
    assert await share(people["lab-author"], "lab") == 404
    assert await share(owner, "none") == 404
    assert await share(owner, "art") == 404
    assert await share(owner, "lab", "edit") == 422
    assert await share(owner, "lab") == 200
    assert (await owner.delete("/services/sketch/sharing/lab")).status_code == 204
    assert (await owner.delete("/services/sketch/sharing/lab")).status_code == 404
    assert await routes_of(people["lab-reader"]) == set()


async def test_a_service_serves_all_spaces_and_belongs_to_none(
    people: dict[str, httpx.AsyncClient], app: FastAPI
) -> None:
    root, lab = people["root"], people["lab-author"]
    assert (await root.post("/services", json=SERVICE)).status_code == 200

    for name in ("lab-reader", "art-reader", "reader"):
        assert "blur" in await routes_of(people[name])
    assert (await lab.delete("/services/blur")).status_code == 403
    assert "only administrators" in (await lab.delete("/services/blur")).text
    assert await publish(lab, "blur") == 409
    home = await app.state.engine.homes.of("blur")
    assert home.space == EVERYWHERE
    task = (await people["lab-reader"].post("/services/blur", json={})).json()["jobId"]
    assert (await lab.get(f"/tasks/{task}/status")).status_code == 200
    assert (await people["author"].get(f"/tasks/{task}/status")).status_code == 404

    await publish(lab, "mine")
    taken = {**SERVICE, "api": {"route": "mine"}}
    assert (await root.post("/services", json=taken)).status_code == 409
    await lab.delete("/services/mine")
    assert (await root.post("/services", json=taken)).status_code == 409


async def test_who_is_in_several_spaces_says_in_which_a_service_is_run(
    people: dict[str, httpx.AsyncClient],
) -> None:
    await people["root"].post("/services", json=SERVICE)
    owner = people["owner"]

    async def run(**query: str) -> httpx.Response:
        return await owner.post("/services/blur", json={}, params=query)

    usual, art = await run(), await run(space="art")

    assert (await run(space="none")).status_code == 404
    for space, answer in ((MAIN, usual), ("art", art)):
        listed = (await owner.get("/tasks", params={"space": space})).json()["items"]
        assert [one["id"] for one in listed] == [answer.json()["jobId"]]
    assert (await owner.get("/tasks", params={"space": "none"})).status_code == 404


async def test_secrets_and_schedules_belong_to_a_space(
    people: dict[str, httpx.AsyncClient],
) -> None:
    owner, main = people["owner"], people["author"]
    value = {"value": "a value of the other side"}
    wish = {"route": "sketch", "cron": "0 3 * * *"}
    await publish(owner, "sketch", space="art")

    for space in ("art", MAIN):
        url = f"/secrets/github?space={space}"
        assert (await owner.put(url, json=value)).status_code == 200
    assert (await owner.delete("/secrets/github")).status_code == 204
    assert (await owner.delete("/secrets/art%2Fgithub")).status_code == 404
    made = await owner.post("/schedules?space=art", json=wish)
    elsewhere = await owner.post("/schedules", json=wish)

    names = [one["name"] for one in (await owner.get("/secrets?space=art")).json()]
    assert names == ["github"]
    assert (await owner.get("/secrets")).json() == []
    assert made.json()["space"] == "art"
    assert elsewhere.status_code == 422
    listed = (await owner.get("/schedules?space=art")).json()
    assert [one["id"] for one in listed] == [made.json()["id"]]
    assert (await owner.get("/schedules")).json() == []
    for name, status in (("art-author", 403), ("lab-author", 404), ("author", 404)):
        answer = await people[name].get("/secrets?space=art")
        assert answer.status_code == status, name
    hidden = await main.get(f"/schedules/{made.json()['id']}")
    absent = await main.get("/schedules/none")
    assert same_answer(hidden, absent, **{made.json()["id"]: "none"})
    assert (await owner.get("/secrets?space=lab")).status_code == 403
    assert (await people["root"].get("/secrets?space=none")).status_code == 404


async def test_a_pipeline_uses_the_secrets_of_its_own_space(
    people: dict[str, httpx.AsyncClient],
) -> None:
    owner = people["owner"]
    await owner.put("/secrets/key?space=main", json={"value": "a value of main"})
    call = node(
        "call",
        "end",
        kind="http",
        url="http://127.0.0.1:9/",
        headers={"x": {"template": "{secrets.key}"}},
    )
    document = pipeline(entry("call", id_="entry", route="leak", body={}), call, end())
    art = people["art-author"]
    assert (await art.post("/services", json=document)).status_code == 201

    answer = await art.post("/services/leak?wait=60", json={})

    assert "no secret “key”" in answer.json()["detail"]


async def test_a_check_tells_nothing_of_routes_that_are_not_seen(
    people: dict[str, httpx.AsyncClient],
) -> None:
    await publish(people["art-author"], "sketch")
    calling = pipeline(
        entry("call", id_="entry", route="new", body={}),
        service("call", "end", service="sketch"),
        end(),
    )
    guessing = pipeline(
        entry("call", id_="entry", route="new", body={}),
        service("call", "end", service="sketc"),
        end(),
    )

    for document in (calling, guessing):
        told = await people["lab-author"].post("/services/validate", json=document)
        assert "sketch" not in told.text.replace("“sketch”", "")
        assert told.json() != []


async def test_statistics_are_of_routes_that_one_sees(
    people: dict[str, httpx.AsyncClient],
) -> None:
    author = people["art-author"]
    await publish(author, "sketch")
    await start(author, "sketch")
    await start(people["author"])

    of_art = (await author.get("/stats")).json()
    of_lab = (await people["lab-author"].get("/stats")).json()

    assert (of_art["services"], of_art["jobs"]["total"]) == ({"sketch": 1}, 1)
    assert (of_lab["services"], of_lab["jobs"]["total"]) == ({}, 0)
    assert (await people["root"].get("/stats")).json()["jobs"]["total"] == 2


async def test_what_administrators_do_in_spaces_of_others_is_noted(
    people: dict[str, httpx.AsyncClient],
) -> None:
    root, author = people["root"], people["art-author"]
    await publish(author, "sketch")
    task = await start(author, "sketch")
    for _ in range(3):
        assert (await root.get(f"/tasks/{task}/status")).status_code == 200
    await root.get("/services/sketch")
    await root.get("/tasks/11111111-1111-4111-8111-111111111111/status")

    entries = (await root.get("/audit?limit=1000")).json()["items"]

    noted = [(one["action"], one["object"]) for one in entries if one["name"] == "root"]
    assert noted[1:] == [
        ("GET /tasks/{task}/status", task),
        ("GET /services/{route}", "sketch"),
    ]


@pytest.mark.parametrize("what", ["route", "task", "secret", "schedule"])
async def test_a_space_to_which_something_belongs_is_not_deleted(
    people: dict[str, httpx.AsyncClient], what: str
) -> None:
    owner, root = people["owner"], people["root"]
    if what == "secret":
        await owner.put("/secrets/key?space=art", json={"value": "x" * 20})
    elif what == "schedule":
        wish = {"route": "blur", "cron": "0 3 * * *"}
        await root.post("/services", json=SERVICE)
        assert (await owner.post("/schedules?space=art", json=wish)).status_code == 201
    else:
        await publish(owner, "sketch", space="art")
    if what == "task":
        await start(owner, "sketch")
        await owner.delete("/services/sketch")

    refused = await root.delete("/spaces/art")

    assert refused.status_code == 409
    assert what in refused.json()["detail"]
    assert (await root.delete("/spaces/lab")).status_code == 204


async def test_what_a_pipeline_seems_to_give_tells_nothing_of_what_it_may_not_call(
    people: dict[str, httpx.AsyncClient],
) -> None:
    hidden = pipeline(
        entry("end", id_="entry", route="sketch", body={}, outputSchema=KEY_SCHEMA),
        end(),
    )
    calling = pipeline(
        entry("call", id_="entry", route="mine", body={}),
        service("call", "end", service="sketch"),
        end(),
    )
    art, lab = people["art-author"], people["lab-author"]
    assert (await art.post("/services", json=hidden)).status_code == 201
    assert (await lab.post("/services", json=calling)).status_code == 201

    assert "secret-key" in (await art.get("/services/sketch")).text
    assert "secret-key" not in (await lab.get("/services/mine")).text


async def test_what_is_no_name_of_a_route_belongs_to_nobody(
    people: dict[str, httpx.AsyncClient], app: FastAPI
) -> None:
    before = await app.state.engine.homes.all()

    for name in ("a b", "x" * 90 + "!"):
        answer = await people["art-author"].post(f"/services/{name}/saved", json={})
        assert answer.status_code == 422

    assert await app.state.engine.homes.all() == before


async def test_administrators_run_a_service_in_spaces_that_there_are(
    people: dict[str, httpx.AsyncClient],
) -> None:
    root = people["root"]
    await root.post("/services", json=SERVICE)

    async def run(space: str) -> int:
        query = {"space": space}
        return (await root.post("/services/blur", json={}, params=query)).status_code

    assert [await run(space) for space in (MAIN, EVERYWHERE, "none")] == [202, 404, 404]
