"""What lists show of routes is made once for each version."""

import asyncio

from documents import Document, end, entry, pipeline
from engine.ports import Published
from playground import Playground

from .conftest import EMBEDDED


class Made:
    """Pieces, and how often each was made."""

    def __init__(self) -> None:
        self.routes: list[str] = []

    def piece(self, published: Published) -> bytes:
        self.routes.append(published.route)
        return published.pipeline.version.encode()


def of(route: str, summary: str = "") -> Document:
    return pipeline(entry("end", route=route, summary=summary), end())


async def test_what_did_not_change_is_made_once(play: Playground) -> None:
    made = Made()
    piece = made.piece
    for route in ("a", "b", "c"):
        await play.publish(of(route))

    first = (await play.engine.pipelines.page(piece))[0]
    await play.publish(of("b", "another"))
    second = (await play.engine.pipelines.page(piece))[0]

    assert made.routes == ["a", "b", "c", "b"]
    assert [first[0], first[2]] == [second[0], second[2]]
    assert first[1] != second[1]


async def test_a_removed_route_is_listed_no_more(play: Playground) -> None:
    made = Made()
    await play.publish(of("a"))
    await play.publish(of("b"))
    (await play.engine.pipelines.page(made.piece))[0]

    await play.engine.pipelines.remove("a")

    assert len((await play.engine.pipelines.page(made.piece))[0]) == 1
    assert [row.route for row, _ in await play.engine.pipelines.live(made.piece)] == [
        "b"
    ]


@EMBEDDED
async def test_many_who_ask_at_once_wait_for_one_reader(play: Playground) -> None:
    made = Made()
    piece = made.piece
    for number in range(20):
        await play.publish(of(f"r{number}"))

    asking = (play.engine.pipelines.page(piece) for _ in range(10))
    lists = await asyncio.gather(*asking)

    assert len(made.routes) == 20
    assert all(one == lists[0] for one in lists)
