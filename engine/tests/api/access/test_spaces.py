"""Spaces: made by administrators, managed by their owners, deleted when empty."""

from .conftest import SignIn


async def test_an_administrator_makes_a_space_and_its_owner_manages_it(
    sign_in: SignIn,
) -> None:
    root, guest = await sign_in("root"), await sign_in("guest")
    made = await root.post("/spaces", json={"id": "art", "name": "Art"})
    await root.put("/spaces/art/members/reader", json={"role": "owner"})
    owner = await sign_in("reader")

    # By name: owners may not list everybody.
    put = await owner.put("/spaces/art/members/GUEST", json={"role": "author"})
    renamed = await owner.patch("/spaces/art", json={"name": "Fine art"})
    listed = (await owner.get("/spaces")).json()

    assert (made.status_code, put.status_code) == (201, 200)
    assert renamed.json()["name"] == "Fine art"
    assert {one["id"]: one["role"] for one in listed} == {
        "art": "owner",
        "main": "reader",
    }
    later = await sign_in("guest")
    assert [one["id"] for one in (await later.get("/spaces")).json()] == ["art"]
    assert (await guest.delete("/spaces/art")).status_code == 403
    assert (await owner.delete("/spaces/art")).status_code == 403


async def test_the_space_main_is_there_and_can_be_renamed_but_not_deleted(
    sign_in: SignIn,
) -> None:
    root, owner = await sign_in("root"), await sign_in("owner")

    for name in ("School", "The school"):
        assert (await owner.patch("/spaces/main", json={"name": name})).json()[
            "name"
        ] == name

    assert (await root.get("/spaces/main")).json()["name"] == "The school"
    assert (await root.delete("/spaces/main")).status_code == 409
    assert (await root.post("/spaces", json={"id": "main"})).status_code == 409


async def test_the_id_of_a_deleted_space_is_never_used_again(sign_in: SignIn) -> None:
    root = await sign_in("root")
    await root.post("/spaces", json={"id": "art"})
    await root.put("/spaces/art/members/guest", json={"role": "owner"})

    assert (await root.delete("/spaces/art")).status_code == 204

    assert (await root.get("/spaces/art")).status_code == 404
    assert (await root.get("/spaces/art/members")).status_code == 404
    assert (await root.delete("/spaces/art")).status_code == 404
    put = await root.put("/spaces/art/members/guest", json={"role": "owner"})
    assert put.status_code == 404
    assert (await root.post("/spaces", json={"id": "art"})).status_code == 409
    guest = await sign_in("guest")
    assert (await guest.get("/about")).json()["person"]["roles"] == {}


async def test_who_is_no_member_is_told_what_is_told_of_no_space(
    sign_in: SignIn,
) -> None:
    root, owner = await sign_in("root"), await sign_in("owner")
    await root.post("/spaces", json={"id": "art"})

    for path in ("", "/members"):
        hidden = await owner.get(f"/spaces/art{path}")
        absent = await owner.get(f"/spaces/old{path}")

        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert hidden.text.replace("art", "old") == absent.text
    for body in ({"id": "Art"}, {"id": "-"}, {"id": "x", "name": " "}, {"name": "x"}):
        assert (await root.post("/spaces", json=body)).status_code == 422
