"""What a document is told of the pipelines that it calls costs little, however many."""

from collections.abc import Sequence
from typing import Any

import pytest
from documents import Document, end, entry, pipeline, service
from engine.domain.checks.offers import Offers
from engine.domain.checks.outputs import output_schema
from engine.domain.contracts.keywords import Schema
from engine.domain.going_on import go_on_always
from engine.domain.pipeline import Pipeline
from engine.ports import Current, PipelineStore, Published
from engine.usecases import offers
from engine.usecases.offers import KnownRoutes
from engine.usecases.rests import Rests
from playground import Playground

from .conftest import EMBEDDED

pytestmark = EMBEDDED


class Counted:
    """A store that counts how often it was asked."""

    def __init__(self, store: Any) -> None:
        self._store: PipelineStore = store
        self.found = 0
        self.listed = 0

    async def find(self, route: str) -> Published | None:
        self.found += 1
        return await self._store.find(route)

    async def current(self) -> Sequence[Current]:
        self.listed += 1
        return await self._store.current()


async def no_services() -> frozenset[str]:
    return frozenset()


def calling(route: str, *called: str, **given: Any) -> Document:
    calls = [service(f"call{at}", "end", service=one) for at, one in enumerate(called)]
    made = pipeline(
        entry("end", route=route, **given),
        *calls,
        end(input={"n": "call0.out.n"} if calls else {"n": 1}),
    )
    made["nodes"][0]["next"] = [one["id"] for one in calls] or ["end"]
    return made


async def known(play: Playground) -> tuple[KnownRoutes, Counted]:
    store: Any = Counted(play.engine.pipelines._store)
    return KnownRoutes(store, no_services, None, Rests()), store


async def test_each_route_is_read_once_though_all_call_all(play: Playground) -> None:
    """Of a hundred routes that would be a hundred million look-ups."""
    names = [f"r{at}" for at in range(12)]
    for name in names:
        await play.publish(calling(name, *names))
    routes, store = await known(play)

    for _ in range(3):
        called = await routes.of_document(calling("asked", *names))
        await routes.output_of((await play.engine.pipelines.current("r0")).pipeline)

    assert called.offers(go_on_always).routes.keys() == set(names)
    assert store.found == 12
    assert store.listed == 6


async def test_what_is_called_through_others_is_known(play: Playground) -> None:
    await play.publish(calling("a"))
    await play.publish(calling("b", "a"))
    await play.publish(calling("c", "b"))
    routes, _ = await known(play)

    found = await routes.output_of((await play.engine.pipelines.current("c")).pipeline)

    assert found is not None
    assert found["properties"]["n"] == {"const": 1}


async def test_what_is_published_anew_is_known_at_once(play: Playground) -> None:
    await play.publish(calling("a"))
    await play.publish(calling("b", "a"))
    routes, _ = await known(play)
    asked = (await play.engine.pipelines.current("b")).pipeline
    await routes.output_of(asked)

    another = calling("a")
    another["nodes"][-1]["input"] = {"n": 2}
    await play.publish(another)

    found = await routes.output_of(asked)
    assert found is not None
    assert found["properties"]["n"] == {"const": 2}


async def test_those_that_are_called_directly_are_read_first(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "MAX_READ", 3)
    inner = [f"i{at}" for at in range(5)]
    for name in inner:
        await play.publish(calling(name))
    for name in ("a", "b"):
        await play.publish(calling(name, *inner))
    routes, store = await known(play)

    called = await routes.of_document(calling("asked", "a", "b"))

    assert called.offers(go_on_always).routes.keys() == {"a", "b"}
    assert store.found == 3


async def test_large_documents_are_not_all_read(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "READ_BYTES", 1)
    for name in ("a", "b"):
        await play.publish(calling(name))
    routes, store = await known(play)

    called = await routes.of_document(calling("asked", "a", "b"))

    assert called.offers(go_on_always).routes.keys() == {"a"}
    assert called.names == {"a", "b"}
    assert store.found == 1


async def test_what_a_pipeline_gives_is_found_out_once(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For each of a hundred that are published it was found out of all, three times."""
    found: list[str] = []

    def counting(pipeline: Pipeline, known: Offers) -> Schema | None:
        found.append(pipeline.route)
        return output_schema(pipeline, known)

    names = [f"r{at}" for at in range(5)]
    for name in names:
        await play.publish(calling(name, *names))
    routes, _ = await known(play)
    monkeypatch.setattr(offers, "output_schema", counting)

    counts = []
    for asked in ("one", "two"):
        called = await routes.of_document(calling(asked, *names))
        called.offers(go_on_always)
        counts.append(len(found))

    assert set(found) == set(names)
    assert counts[0] == counts[1] <= offers.MAX_LEVELS * len(names)
