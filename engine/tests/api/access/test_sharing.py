"""Routes of spaces: who sees and runs them, also shared ones; nobody else learns."""

from typing import cast

import httpx
import pytest
from engine.api.access import door
from engine.domain.access.roles import MAIN
from engine.domain.access.spaces import EVERYWHERE
from engine.usecases.access import credentials
from fastapi import FastAPI

from ..conftest import echo
from .conftest import ON_BOTH_SETS, start
from .spaces import SERVICE, calling, publish, same_answer

pytestmark = ON_BOTH_SETS


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
    assert (read["may_edit"], read["space"]) == (False, None)
    own = (await owner.get("/services/sketch")).json()
    assert (own["may_edit"], own["space"]) == (True, "art")
    assert (await guest.delete("/services/sketch")).status_code == 403
    assert await publish(guest, "sketch") == 403
    assert (await guest.get("/services/sketch/saved")).status_code == 403
    assert (await guest.get("/services/sketch/sharing")).status_code == 403


async def test_a_list_says_to_whom_of_ones_own_spaces_a_route_belongs(
    people: dict[str, httpx.AsyncClient],
) -> None:
    owner = people["owner"]
    await publish(owner, "sketch", space="art")
    await owner.put("/services/sketch/sharing/lab", json={"may": "run"})

    assert await space_of("sketch", people["art-reader"]) == "art"
    assert await space_of("sketch", people["root"]) == "art"
    # Who lends it is not theirs to know.
    assert await space_of("sketch", people["lab-reader"]) is None


async def space_of(route: str, browser: httpx.AsyncClient) -> str | None:
    """The space of a route, as a list tells it."""
    listed = (await browser.get("/services")).json()
    [space] = [one["space"] for one in listed if one["route"] == route]
    return cast(str | None, space)


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


async def test_who_calls_a_route_is_told_as_far_as_one_may_read_it(
    people: dict[str, httpx.AsyncClient],
) -> None:
    owner, guest = people["owner"], people["lab-author"]
    await publish(owner, "sketch", space="art")
    await owner.put("/services/sketch/sharing/lab", json={"may": "run"})
    await guest.post("/services", json=calling("of-lab", "sketch"))
    await owner.post(
        "/services", json=calling("of-art", "sketch"), params={"space": "art"}
    )

    async def told(browser: httpx.AsyncClient, **query: str) -> tuple[list[str], int]:
        answer = (await browser.get("/steps", params=query)).json()
        routes = [one["route"] for one in answer["pipelines"]]
        assert answer["total"] == len(routes)
        return routes, answer["hidden"]

    # Its authors learn that it would be missed elsewhere, and not by whom.
    assert await told(people["art-author"], calls="sketch") == (["of-art"], 1)
    assert await told(people["art-reader"], calls="sketch") == (["of-art"], 0)
    assert await told(guest, calls="sketch") == (["of-lab"], 0)
    assert await told(people["reader"], calls="sketch") == ([], 0)
    assert await told(guest, text="sketch") == (["of-lab"], 0)
    everywhere = ["of-art", "of-lab"]
    assert await told(people["root"], calls="sketch") == (everywhere, 0)


async def test_who_may_only_read_a_caller_is_told_so(
    people: dict[str, httpx.AsyncClient],
) -> None:
    await people["art-author"].post("/services", json=calling("of-art", "sketch"))

    answers = [
        (await people[who].get("/steps", params={"calls": "sketch"})).json()
        for who in ("art-author", "art-reader")
    ]

    assert [one["pipelines"][0]["may_edit"] for one in answers] == [True, False]


async def test_a_repeated_request_finds_no_task_that_one_may_not_see_any_more(
    people: dict[str, httpx.AsyncClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "REMEMBERED_FOR", credentials.timedelta())
    monkeypatch.setattr(door, "ADMITTED_SECONDS", 0.0)
    owner, guest, root = people["owner"], people["lab-reader"], people["root"]
    await publish(owner, "sketch", space="art")
    await owner.put("/services/sketch/sharing/lab", json={"may": "run"})
    (found,) = (await root.get("/people?begins=lab-reader")).json()["items"]
    member = f"/spaces/art/members/{found['id']}"
    await root.put(member, json={"role": "reader"})
    once = {"idempotency-key": "once"}
    path = "/services/sketch?wait=60&space=art"
    secret = {"of": "the space"}
    first = await guest.post(path, json=secret, headers=once)
    again = await guest.post(path, json={}, headers=once)

    assert (await root.delete(member)).status_code == 204
    after = [
        await guest.post(path, json={}, headers=once)
        for path in ("/services/sketch", "/services/sketch?wait=60")
    ]

    # In the other space they may still run the route.
    assert (first.json(), again.json()) == (secret, secret)
    assert [answer.status_code for answer in after] == [404, 404]
    assert "of" not in [*after[0].json(), *after[1].json()]
    assert (await guest.post("/services/sketch", json={})).status_code == 202
