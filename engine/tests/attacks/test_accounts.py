"""Accounts: strangers who guess, people who ask too much, and very many of all."""

from pathlib import Path
from typing import Any

from attacks.goals import only_full, sized
from attacks.people import flood, person, stranger, told
from attacks.victim import ADMINISTRATOR, PASSWORD, Victim, on_all_stores, victim
from chaos.cluster import Kind

MANY = sized(300, 40)
"""Spaces, and groups; more than a thousand of each are refused."""


@only_full
async def test_strangers_who_guess_passwords(tmp_path: Path) -> None:
    async with victim(tmp_path, AUTH="accounts") as engine, stranger(engine) as client:
        async with engine.under_attack(18, "wrong passwords") as outcome:
            statuses = await flood(
                lambda number: client.post(
                    "/sessions", json={"name": f"n{number}", "password": PASSWORD}
                )
            )
            outcome.append(told(statuses))

    assert set(statuses) <= {401, 429, 503}
    assert 429 in statuses


async def test_somebody_who_signs_in_again_and_again(tmp_path: Path) -> None:
    """Their password is right, so nothing makes them wait."""
    body = {"name": ADMINISTRATOR, "password": PASSWORD}

    async with victim(tmp_path, AUTH="accounts") as engine, stranger(engine) as client:
        async with engine.under_attack(18, "right passwords") as outcome:
            statuses = await flood(lambda _: client.post("/sessions", json=body))
            outcome.append(told(statuses))

    assert 201 in statuses
    assert set(statuses) <= {201, 429, 503}


async def test_somebody_who_changes_the_password_all_the_time(tmp_path: Path) -> None:
    """To judge it took two seconds, with the interpreter locked."""
    signs = {"current": PASSWORD, "password": "4@8({[<369&|1!0$5+7%2" * 9}

    async with victim(tmp_path, AUTH="accounts") as engine, stranger(engine) as client:
        body = {"name": ADMINISTRATOR, "password": PASSWORD}
        session = await client.post("/sessions", json=body)
        assert session.status_code == 201

        async with engine.under_attack(18, "passwords hard to judge") as outcome:
            # Too long as well: it is refused before it is judged.
            statuses = await flood(
                lambda number: client.put(
                    "/account/password",
                    json=signs | {"password": signs["password"][number % 2 :]},
                )
            )
            outcome.append(told(statuses))

    assert set(statuses) <= {204, 400, 401, 422, 429, 503}


@only_full
@on_all_stores
async def test_tokens_that_nobody_made(tmp_path: Path, kind: Kind) -> None:
    async with (
        victim(tmp_path, kind, AUTH="accounts") as engine,
        stranger(engine) as client,
    ):
        async with engine.under_attack(18, "forged tokens") as outcome:
            statuses = await flood(
                lambda number: client.get(
                    "/tasks", headers={"authorization": f"Bearer mkp_{number:043}"}
                )
            )
            outcome.append(told(statuses))

    assert set(statuses) == {401}


@on_all_stores
async def test_somebody_in_very_many_groups_and_spaces(
    tmp_path: Path, kind: Kind
) -> None:
    async with victim(tmp_path, kind, AUTH="accounts") as engine:
        id = await person(engine, "ada")
        for at in range(MANY):
            name = "x" * 100
            await made(engine, "/spaces", {"id": f"s{at}", "name": name})
            await made(engine, "/groups", {"id": f"g{at}", "name": name})
            await put(engine, f"/groups/g{at}/people/{id}")
            await put(engine, f"/spaces/s{at}/members/g{at}", {"role": "author"})

        async with stranger(engine) as client:
            body = {"name": "ada", "password": PASSWORD}
            signed_in = await client.post("/sessions", json=body)
            assert signed_in.status_code == 201
            paths = ("/spaces", "/tasks", "/services", "/stats", "/sessions")

            attack = f"{MANY} groups of one person"
            async with engine.under_attack(18, attack) as outcome:
                statuses = await flood(
                    lambda number: client.get(paths[number % len(paths)]), at_once=4
                )
                for path in ("/groups", "/people", f"/spaces/s{MANY - 1}/members"):
                    statuses.append((await engine.client.get(path)).status_code)
                outcome.append(told(statuses))

    assert set(statuses) == {200}


async def made(engine: Victim, path: str, body: Any) -> None:
    answer = await engine.client.post(path, json=body)
    assert answer.is_success, answer.text


async def put(engine: Victim, path: str, body: Any = None) -> None:
    answer = await engine.client.put(path, json=body)
    assert answer.is_success, answer.text
