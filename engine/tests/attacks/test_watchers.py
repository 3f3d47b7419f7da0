"""Many who watch one task with many open items."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from attacks.goals import sized
from attacks.lines import attacking
from attacks.victim import victim
from documents import end, loop, node, starting_with

ITEMS = sized(400, 100)
WATCHERS = sized(400, 150)
SECONDS = sized(15, 5)

# Its items are open as long as the attack: each waits for a service that nobody offers.
OPEN_ITEMS = starting_with(
    loop(
        "each",
        [node("call", "loopEnd", kind="service", service="nobody")],
        "end",
        items="start.out.items",
        concurrency=ITEMS,
    ),
    end(),
    route="open-items",
)


async def test_many_streams_of_events_on_one_task(tmp_path: Path) -> None:
    async with victim(tmp_path) as engine:
        published = await engine.publish(OPEN_ITEMS)
        assert published.is_success, published.text
        task = await engine.start("open-items", items=list(range(ITEMS)))

        def watching() -> Iterator[bytes]:
            yield f"GET /tasks/{task}/events HTTP/1.1\r\n".encode()
            yield b"Host: localhost\r\n\r\n"

        async with engine.under_attack(8, "streams of events") as outcome:
            async with attacking(engine.url, WATCHERS, watching) as attacker:
                await asyncio.sleep(SECONDS)
            outcome.append(f"{attacker.most} streams asked for")

        refused = engine.client.get(f"/tasks/{task}/status")
        assert (await refused).is_success
        await engine.erased(task)
