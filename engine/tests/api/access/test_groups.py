"""Groups of people: who is in them has their roles, until they leave."""

import httpx
from fastapi import FastAPI

from .conftest import SignIn, start


async def test_who_is_in_a_group_has_its_roles(sign_in: SignIn) -> None:
    root = await sign_in("root")
    made = await root.post("/groups", json={"id": "class-7b", "name": "Class 7b"})
    await root.put("/spaces/main/members/class-7b", json={"role": "reader"})

    put = await root.put("/groups/class-7b/people/guest")
    guest = await sign_in("guest")

    assert (made.status_code, put.status_code) == (201, 200)
    assert (await guest.get("/about")).json()["person"]["roles"] == {"main": "reader"}
    await start(guest)
    members = (await root.get("/spaces/main/members")).json()["items"]
    assert members[-1] == {
        "kind": "group",
        "id": "class-7b",
        "name": "Class 7b",
        "role": "reader",
        "active": True,
    }
    people = (await root.get("/groups/class-7b/people")).json()["items"]
    assert people == [{"id": "guest", "name": "guest", "active": True}]

    await root.delete("/groups/class-7b/people/guest")

    later = await sign_in("guest")
    assert (await later.get("/tasks")).status_code == 403
    gone = await root.delete("/groups/class-7b/people/guest")
    assert gone.status_code == 404


async def test_of_several_roles_the_highest_counts(sign_in: SignIn) -> None:
    root = await sign_in("root")
    for id_, role in (("a", "reader"), ("b", "owner")):
        await root.post("/groups", json={"id": id_})
        await root.put(f"/spaces/main/members/{id_}", json={"role": role})
        await root.put(f"/groups/{id_}/people/author")

    author = await sign_in("author")

    assert (await author.get("/about")).json()["person"]["roles"] == {"main": "owner"}
    assert (await author.get("/secrets")).status_code == 200


async def test_nobody_is_in_a_group_that_is_made_again(sign_in: SignIn) -> None:
    root = await sign_in("root")
    for _ in range(2):
        assert (await root.post("/groups", json={"id": "a"})).status_code == 201
        await root.put("/groups/a/people/guest")
        assert (await root.delete("/groups/a")).status_code == 204
    await root.post("/groups", json={"id": "a"})

    assert (await root.get("/groups/a/people")).json()["items"] == []


async def test_a_group_that_was_deleted_half_is_empty_when_it_is_made_again(
    app: FastAPI, sign_in: SignIn
) -> None:
    root = await sign_in("root")
    people = app.state.engine.accounts.people
    # As if the engine had been killed between forgetting the group and its people.
    await people.enter("guest", "a")

    await root.post("/groups", json={"id": "a"})

    assert (await root.get("/groups/a/people")).json()["items"] == []


async def test_a_provider_decides_who_is_in_groups_that_follow_its_own(
    app: FastAPI, sign_in: SignIn
) -> None:
    root = await sign_in("root")
    groups = app.state.engine.accounts.groups
    for id_, followed in (("staff", "/staff"), ("7b", "/7b"), ("choir", "")):
        await root.post("/groups", json={"id": id_, "provider_group": followed})
    await root.put("/groups/choir/people/guest")

    first = await groups.follow("guest", ["/staff", "/unknown", ""])
    second = await groups.follow("guest", ["/7b"])
    by_hand = await root.put("/groups/staff/people/guest")

    assert first.groups == ("choir", "staff")
    assert second.groups == ("7b", "choir")
    assert by_hand.status_code == 422
    assert "the provider decides" in by_hand.text


async def test_what_cannot_be_a_group_is_refused(sign_in: SignIn) -> None:
    root = await sign_in("root")
    await root.post("/groups", json={"id": "a"})

    async def refused(body: object) -> int:
        return (await root.post("/groups", json=body)).status_code

    assert await refused({"id": "a"}) == 409
    assert await refused({"id": "A b"}) == 422
    assert await refused({"id": "b", "name": ""}) == 422
    assert await refused({"id": "b", "provider_group": "x" * 101}) == 422
    assert await refused({"id": "b", "roles": {"main": "owner"}}) == 422
    absent: list[httpx.Response] = [
        await root.patch("/groups/b", json={"name": "B"}),
        await root.delete("/groups/b"),
        await root.get("/groups/b/people"),
        await root.put("/groups/a/people/nobody"),
        await root.put("/spaces/main/members/b", json={"role": "reader"}),
    ]
    assert {answer.status_code for answer in absent} == {404}
    changed = await root.patch("/groups/a", json={"name": "Art"})
    assert changed.json()["name"] == "Art"
