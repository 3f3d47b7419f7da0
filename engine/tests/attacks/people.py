"""People with accounts and strangers, who ask again and again."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import count

import httpx
from attacks.goals import sized
from attacks.victim import PASSWORD, Victim

SECONDS = sized(12.0, 3.0)
AT_ONCE = sized(40, 10)
"""Requests of the attacker that are under way."""

Ask = Callable[[int], Awaitable[httpx.Response]]


async def flood(ask: Ask, at_once: int = AT_ONCE) -> list[int]:
    """Ask again and again for a while, so many at once; the statuses."""
    numbers = count()
    statuses: list[int] = []
    end = asyncio.get_running_loop().time() + SECONDS

    async def one() -> None:
        while asyncio.get_running_loop().time() < end:
            statuses.append((await ask(next(numbers))).status_code)

    await asyncio.gather(*(one() for _ in range(at_once)))
    return statuses


def told(statuses: Sequence[int]) -> str:
    """How often which answer came."""
    return ", ".join(f"{one}: {statuses.count(one)}" for one in sorted(set(statuses)))


def stranger(engine: Victim) -> httpx.AsyncClient:
    """Somebody without a token, with as many connections as wanted."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(base_url=engine.url, timeout=60, limits=limits)


async def person(engine: Victim, name: str, role: str = "author") -> str:
    """A new account; its id."""
    body = {"name": name, "password": PASSWORD, "role": role}
    answer = await engine.client.post("/people", json=body)
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


async def signed_in(client: httpx.AsyncClient, name: str) -> None:
    """Let somebody have a session."""
    body = {"name": name, "password": PASSWORD}
    answer = await client.post("/sessions", json=body)
    assert answer.status_code == 201, answer.text
