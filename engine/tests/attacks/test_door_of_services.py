"""A service is asked by pages of other sites, and for results that go elsewhere."""

from pathlib import Path
from typing import Any

import httpx
from attacks.goals import sized
from attacks.services import png, running, url_of
from attacks.victim import Victim, victim

ROUTE = "image-greyscale"
TRIES = sized(300, 20)
FILES = {"image": ("a.png", png(4, 4, 4), "image/png")}


def forged(engine: Victim) -> list[dict[str, Any]]:
    """Requests of a page of another site; and such whose result would start a task."""
    elsewhere = (
        f"{engine.url}/services/ordinary",
        f"{engine.url}/callback/../services/ordinary",
        "http://169.254.169.254/callback",
        "http://[fd00:ec2::254%251]/callback",
    )
    pages: list[dict[str, Any]] = [
        {"headers": {"origin": "https://evil.example"}},
        {"headers": {"sec-fetch-site": "cross-site"}},
    ]
    return pages + [
        {"params": {"callback_url": url, "task_id": "t"}} for url in elsewhere
    ]


async def test_work_that_others_give_to_a_service(tmp_path: Path) -> None:
    async with (
        victim(tmp_path) as engine,
        running(tmp_path, engine, "image-processing", ROUTE),
        httpx.AsyncClient() as client,
    ):
        url = await url_of(engine, ROUTE)
        before = await tasks_of_others(engine)

        async with engine.under_attack(10, "work that others give out") as outcome:
            statuses = [
                (await client.post(url, files=FILES, **request)).status_code
                for _ in range(TRIES)
                for request in forged(engine)
            ]
            outcome.append(f"403: {statuses.count(403)} of {len(statuses)}")

        assert set(statuses) == {403}
        assert await tasks_of_others(engine) == before


async def tasks_of_others(engine: Victim) -> int:
    """How many tasks there are of the route that pictures go to."""
    answer = await engine.client.get("/tasks", params={"route": ROUTE})
    return len(answer.json()["items"])
