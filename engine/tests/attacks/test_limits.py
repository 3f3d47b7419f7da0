"""What is refused costs little: starts over a limit, spaces of others, secrets."""

import asyncio
from pathlib import Path

import httpx
from attacks.goals import only_full, sized
from attacks.people import flood, person, signed_in, stranger, told
from attacks.victim import Victim, on_all_stores, victim
from chaos.cluster import Kind
from documents import end, starting_with

MAX_BYTES = 4 << 20
OVER = "x" * (5 << 20)

SECRETS = sized(1_000, 50)
SECRET = "s" * 2_000
SENDERS = 4

HOLDING = starting_with(end(input={"text": "start.out.text"}), route="holding")


@only_full
@on_all_stores
async def test_starts_that_are_over_a_limit(tmp_path: Path, kind: Kind) -> None:
    """Each is refused with 429, and tried again at once."""
    settings = {"AUTH": "accounts", "MAX_PERSON_BYTES": str(MAX_BYTES)}
    async with (
        victim(tmp_path, kind, **settings) as engine,
        stranger(engine) as client,
    ):
        await person(engine, "ada")
        await engine.publish(HOLDING)
        await signed_in(client, "ada")
        kept = await client.post("/services/holding", json={"text": OVER})
        assert kept.status_code == 202, kept.text
        await engine.ended(kept.json()["jobId"])
        await is_over(client)

        async with engine.under_attack(18, "starts over a limit") as outcome:
            statuses = await flood(
                lambda _: client.post("/services/ordinary", json={"number": 1})
            )
            outcome.append(told(statuses))

        refused = await client.post("/services/ordinary", json={"number": 1})

    assert set(statuses) <= {429, 503}
    assert "MAX_PERSON_BYTES" in refused.text


async def is_over(client: httpx.AsyncClient) -> None:
    """Wait until the engine has seen how much somebody has."""
    while True:
        answer = await client.post("/services/ordinary", json={"number": 1})
        if answer.status_code == 429:
            return
        await asyncio.sleep(0.5)


@only_full
@on_all_stores
async def test_secrets_without_end(tmp_path: Path, kind: Kind) -> None:
    async with victim(tmp_path, kind, MAX_SECRETS=str(SECRETS)) as engine:
        attack = f"{SECRETS} secrets, and more"
        async with engine.under_attack(18, attack) as outcome:
            statuses = await asyncio.gather(
                *(put_secrets(engine, at) for at in range(SENDERS))
            )
            for _ in range(20):
                listed = await engine.client.get("/secrets")
                assert listed.is_success
            full = await engine.client.put("/secrets/more", json={"value": SECRET})
            outcome.append(f"MAX_SECRETS; {len(listed.json())} are kept")

        assert "MAX_SECRETS" in full.text
        assert {one for some in statuses for one in some} <= {200, 409, 503}
        for name in [one["name"] for one in listed.json()][:10]:
            assert (await engine.client.delete(f"/secrets/{name}")).is_success


async def put_secrets(engine: Victim, sender: int) -> list[int]:
    found = []
    for at in range(sender, SECRETS + SENDERS, SENDERS):
        answer = await engine.client.put(f"/secrets/s{at}", json={"value": SECRET})
        found.append(answer.status_code)
    return found


@only_full
@on_all_stores
async def test_spaces_of_others(tmp_path: Path, kind: Kind) -> None:
    """Whoever guesses the names of spaces learns nothing, and is in nobody's way."""
    async with (
        victim(tmp_path, kind, AUTH="accounts") as engine,
        stranger(engine) as client,
    ):
        await person(engine, "ada")
        await signed_in(client, "ada")
        made = await engine.client.post("/spaces", json={"id": "art", "name": "Art"})
        assert made.is_success, made.text

        async def ask(number: int) -> httpx.Response:
            space = ("art", f"s{number}", "é" * 600)[number % 3]
            query = {"space": space}
            match number % 4:
                case 0:
                    return await client.get("/secrets", params=query)
                case 1:
                    return await client.get("/tasks", params=query)
                case 2:
                    return await client.post(
                        "/services/ordinary", params=query, json={"number": 1}
                    )
                case _:
                    return await client.post(
                        "/services", params=query, json=HOLDING | {"n": number}
                    )

        async with engine.under_attack(18, "spaces of others") as outcome:
            statuses = await flood(ask)
            outcome.append(told(statuses))

        there, not_there = [
            await client.get("/secrets", params={"space": space})
            for space in ("art", "nowhere")
        ]

    assert set(statuses) <= {200, 400, 403, 404, 422, 503}
    assert there.status_code == not_there.status_code == 404
