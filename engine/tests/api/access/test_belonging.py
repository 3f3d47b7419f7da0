"""What else belongs to spaces: secrets, schedules, what is told of routes and tasks."""

import httpx
import pytest
from documents import end, entry, node, pipeline, service
from engine.domain.access.roles import MAIN

from .conftest import start
from .spaces import SERVICE, publish, same_answer

KEY_SCHEMA = {
    "type": "object",
    "properties": {"secret-key": {"type": "string"}},
    "required": ["secret-key"],
}


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


async def test_the_schedules_of_a_route_are_told_to_owners_and_counted_for_authors(
    people: dict[str, httpx.AsyncClient],
) -> None:
    await publish(people["owner"], "sketch", space="art")
    wish = {"route": "sketch", "cron": "0 3 * * *"}
    made = await people["owner"].post("/schedules?space=art", json=wish)
    assert made.status_code == 201, made.text

    async def told(who: str) -> tuple[list[str], int]:
        answer = await people[who].get("/steps", params={"calls": "sketch"})
        found = answer.json()
        return [one["cron"] for one in found["schedules"]], found["hidden_schedules"]

    assert await told("owner") == (["0 3 * * *"], 0)
    assert await told("root") == (["0 3 * * *"], 0)
    # Who may rename the route learns that it would be missed.
    assert await told("art-author") == ([], 1)
    assert await told("art-reader") == ([], 0)
    assert await told("lab-author") == ([], 0)


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
