"""People are made by administrators; who is what in a space its owners decide."""

import httpx
import pytest
from engine.domain.access.table import SEE_TASK
from fastapi import FastAPI

from servers.waiting import until

from .conftest import PASSWORD, SignIn, start

NEW = {"name": "ada", "password": PASSWORD}


async def test_an_administrator_makes_an_account_with_a_role(sign_in: SignIn) -> None:
    root = await sign_in("root")

    made = await root.post("/people", json={**NEW, "role": "author"})

    assert made.status_code == 201
    ada = made.json()
    assert (ada["roles"], ada["administrator"]) == ({"main": "author"}, False)
    assert "argon2" not in made.text
    assert ada | {"leaving": False} in (await root.get("/people")).json()["items"]
    for named in (ada["id"], "ADA"):
        assert (await root.get(f"/people/{named}")).json() == ada
    assert (await root.get("/people/nobody")).status_code == 404
    await sign_in("ada")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({**NEW, "name": "READER"}, 409),
        ({**NEW, "name": "a b"}, 422),
        ({**NEW, "password": "password1234"}, 422),
        ({**NEW, "role": "administrator"}, 422),
        ({**NEW, "administrator": "yes"}, 422),
        ({**NEW, "id": "root"}, 422),
        ({"name": "ada"}, 422),
        ([NEW], 422),
    ],
)
async def test_an_account_that_cannot_be_made_is_refused(
    sign_in: SignIn, body: object, status: int
) -> None:
    root = await sign_in("root")

    answer = await root.post("/people", json=body)

    assert answer.status_code == status
    assert PASSWORD not in answer.text


async def test_who_is_not_active_any_more_is_out_at_once(sign_in: SignIn) -> None:
    root = await sign_in("root")
    reader = await sign_in("reader")

    answer = await root.patch("/people/reader", json={"active": False})

    assert answer.json()["active"] is False
    assert (await reader.get("/tasks")).status_code == 401
    body = {"name": "reader", "password": PASSWORD}
    assert (await reader.post("/sessions", json=body)).status_code == 401


async def test_the_last_administrator_stays_one(sign_in: SignIn) -> None:
    root = await sign_in("root")
    for body in ({"administrator": False}, {"active": False}):
        answer = await root.patch("/people/root", json=body)
        assert answer.status_code == 409

    await root.patch("/people/owner", json={"administrator": True})

    answer = await root.patch("/people/root", json={"administrator": False})
    assert answer.status_code == 200


async def test_an_administrator_sets_a_new_password(sign_in: SignIn) -> None:
    root = await sign_in("root")
    reader = await sign_in("reader")
    new = "seven grey umbrellas fly"

    await root.patch("/people/reader", json={"password": new})

    assert (await reader.get("/tasks")).status_code == 401
    await sign_in("reader", new)


async def test_a_change_that_is_refused_changes_nothing(sign_in: SignIn) -> None:
    root = await sign_in("root")
    new = "seven grey umbrellas fly"

    weak = {"administrator": True, "password": "password1234"}
    assert (await root.patch("/people/reader", json=weak)).status_code == 422
    last = {"administrator": False, "password": new}
    assert (await root.patch("/people/root", json=last)).status_code == 409

    people = {one["id"]: one for one in (await root.get("/people")).json()["items"]}
    assert people["reader"]["administrator"] is False
    await sign_in("root")


async def test_an_owner_decides_who_is_what_in_the_space(
    app: FastAPI, sign_in: SignIn
) -> None:
    owner = await sign_in("owner")

    put = await owner.put("/spaces/main/members/guest", json={"role": "reader"})
    members = (await owner.get("/spaces/main/members")).json()["items"]

    assert put.json()["role"] == "reader"
    assert {one["name"]: one["role"] for one in members}["guest"] == "reader"
    guest = await sign_in("guest")
    task = await start(guest)
    assert (await guest.get(f"/tasks/{task}/status")).status_code == 200

    await owner.delete("/spaces/main/members/guest")

    # What a credential stands for is remembered for two seconds: a second browser has
    # to be asked for, and the task is not seen any more.
    later = await sign_in("guest")
    assert (await later.get(f"/tasks/{task}/status")).status_code == 404
    gone = await owner.delete("/spaces/main/members/guest")
    assert gone.status_code == 404


async def pages(
    client: httpx.AsyncClient, path: str, **query: object
) -> list[list[str]]:
    """The names on each page of a list."""
    found = []
    cursor = ""
    while cursor is not None:
        asked = {**query, "cursor": cursor}
        answer = (await client.get(path, params=asked)).json()
        found.append([one["name"] for one in answer["items"]])
        cursor = answer["next"]
    return found


async def test_people_are_listed_in_pages_and_found_by_how_their_names_begin(
    sign_in: SignIn,
) -> None:
    root = await sign_in("root")

    assert await pages(root, "/people", limit=2) == [
        ["author", "guest"],
        ["owner", "reader"],
        ["root"],
    ]
    assert await pages(root, "/people", begins="R", limit=1) == [["reader"], ["root"]]
    assert (await root.get("/people?limit=501")).status_code == 422


async def test_members_and_people_of_a_group_are_listed_in_pages(
    sign_in: SignIn,
) -> None:
    root = await sign_in("root")
    for id_ in ("a", "b"):
        await root.post("/groups", json={"id": id_})
        await root.put(f"/spaces/main/members/{id_}", json={"role": "reader"})
    for name in ("author", "guest", "owner"):
        await root.put(f"/groups/a/people/{name}")
    members = "/spaces/main/members"

    whole = ["author", "owner", "reader", "a", "b"]
    for limit in (1, 2, 3, 4, 5, 6):
        listed = await pages(root, members, limit=limit)
        assert [name for page in listed for name in page] == whole
        assert len(listed) == -(-len(whole) // limit)
    assert await pages(root, "/groups/a/people", limit=2) == [
        ["author", "guest"],
        ["owner"],
    ]


@pytest.mark.parametrize("name", ["guest", "reader", "author"])
async def test_nobody_gives_themselves_another_role(sign_in: SignIn, name: str) -> None:
    person = await sign_in(name)

    answers: list[httpx.Response] = [
        await person.put(f"/spaces/main/members/{name}", json={"role": "owner"}),
        await person.patch(f"/people/{name}", json={"administrator": True}),
        await person.post("/people", json={**NEW, "administrator": True}),
        await person.put("/spaces/other/members/x", json={"role": "owner"}),
    ]

    assert {answer.status_code for answer in answers} <= {403, 404}
    about = (await person.get("/about")).json()["person"]
    assert about["administrator"] is False
    assert "owner" not in about["roles"].values()


async def test_a_role_that_there_is_not_is_refused(sign_in: SignIn) -> None:
    owner = await sign_in("owner")

    answer = await owner.put("/spaces/main/members/guest", json={"role": "king"})

    assert answer.status_code == 422
    absent = await owner.put("/spaces/main/members/nobody", json={"role": "reader"})
    assert absent.status_code == 404


async def test_who_follows_a_task_is_asked_for_again_after_a_while(
    app: FastAPI, sign_in: SignIn
) -> None:
    reader, owner = await sign_in("reader"), await sign_in("owner")
    task = await start(reader)
    door = app.state.door
    session = f"marketplace={reader.cookies['marketplace']}"
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "headers": [(b"cookie", session.encode())],
        "path_params": {"task": task},
        "client": ("127.0.0.1", 1),
    }
    before = await door.still_admits(scope, SEE_TASK)

    await owner.delete("/spaces/main/members/reader")

    async def is_out() -> bool:
        return not await door.still_admits(scope, SEE_TASK)

    assert before is True
    # What a session stands for is remembered for two seconds.
    await until(is_out)
