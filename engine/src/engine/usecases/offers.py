"""What is known of the routes that a document calls, and so of what it gives.

Pipelines call pipelines: of a hundred routes that each call a hundred, on four levels,
that would be a hundred million look-ups. So each document is read once for a question,
there is a bound for all levels together, and what was found out of one is remembered as
long as what it calls gives the same.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock
from typing import TypeAlias

import orjson

from engine.domain.checks.offers import Offer, Offers
from engine.domain.checks.outputs import output_schema
from engine.domain.contracts.keywords import Schema
from engine.domain.errors import TooMuch
from engine.domain.going_on import GoOn
from engine.domain.pipeline import MAX_NODES, Pipeline
from engine.domain.values import Json
from engine.ports import PipelineStore
from engine.usecases.access.homes import Homes, Sees, everything
from engine.usecases.checking import Checking
from engine.usecases.recent import Recent
from engine.usecases.rests import Rests

MAX_CALLED = 100
"""Of the routes that one document calls."""

MAX_LEVELS = 3
"""Of pipelines that call each other: what comes from further down is not known."""

MAX_READ = 300
"""Of routes, on all levels together; those that the document calls itself first. What
the others give is not known."""

READ_BYTES = 32 << 20
"""Memory that the pipelines of one question may take, roughly, and as much those that
are remembered."""

OUTPUTS_BYTES = 8 << 20
"""Of schemas that are remembered, as JSON."""

ENTRY_BYTES = 500
"""Of each of them, besides the schema."""

ASKED = ""
"""The document about which the question is: no route has this name."""

Caller: TypeAlias = tuple[str, Collection[str], Sees]
"""A route, what it calls, and what it may."""
Alive: TypeAlias = Callable[[], Awaitable[AbstractSet[str]]]
"""The routes that services offer now."""


@dataclass
class Called:
    """The pipelines behind a document: what it calls, what they call, and so on."""

    outputs: "Outputs"
    names: frozenset[str] = frozenset()
    """The routes that its author sees."""
    calls: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By route, those which it calls and may."""
    pipelines: dict[str, Pipeline] = field(default_factory=dict)
    """By route, as far as they were read."""
    left_bytes: int = field(default_factory=lambda: READ_BYTES)

    @property
    def has_room(self) -> bool:
        """Whether another one may be read."""
        return len(self.pipelines) < MAX_READ and self.left_bytes > 0

    def add(self, pipeline: Pipeline) -> None:
        """Take in what was read."""
        self.pipelines[pipeline.route] = pipeline
        self.left_bytes -= pipeline.memory

    def offers(self, go_on: GoOn) -> Offers:
        """What the document may call. It computes: beside the event loop."""
        routes = self._offered(ASKED, MAX_LEVELS, {}, go_on)
        return Offers(routes, self.names, complete=True)

    def output(self, pipeline: Pipeline, go_on: GoOn) -> Schema | None:
        """What a pipeline gives that calls these. It computes, too."""
        routes = self._offered(ASKED, MAX_LEVELS - 1, {}, go_on)
        return self.outputs.of(pipeline, routes)

    def _offered(
        self,
        caller: str,
        levels: int,
        known: dict[tuple[str, int], Schema | None],
        go_on: GoOn,
    ) -> Mapping[str, Offer]:
        routes: dict[str, Offer] = {}
        for route in self.calls.get(caller, ()):
            pipeline = self.pipelines.get(route)
            if pipeline is None:
                continue
            if (route, levels) not in known:
                known[route, levels] = self._given(pipeline, levels, known, go_on)
            routes[route] = Offer(pipeline.entry.api, known[route, levels])
        return routes

    def _given(
        self,
        pipeline: Pipeline,
        levels: int,
        known: dict[tuple[str, int], Schema | None],
        go_on: GoOn,
    ) -> Schema | None:
        told = pipeline.entry.api.gives
        if told is not None or levels == 0:
            return told
        go_on()
        routes = self._offered(pipeline.route, levels - 1, known, go_on)
        return self.outputs.of(pipeline, routes)


class Outputs:
    """What pipelines give, remembered as long as what they call gives the same.

    It is asked by threads that check.
    """

    def __init__(self) -> None:
        self._made: Recent[tuple[str, bytes], bytes]
        self._made = Recent(OUTPUTS_BYTES, lambda made: len(made) + ENTRY_BYTES)
        self._lock = Lock()

    def of(self, pipeline: Pipeline, routes: Mapping[str, Offer]) -> Schema | None:
        """The schema of what a pipeline gives that may call these."""
        # A route that gives nothing known is as good as none.
        given = {name: one.gives for name, one in routes.items() if one.gives}
        told = orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
        key = (pipeline.version, hashlib.sha256(told).digest())
        with self._lock:
            known = self._made.get(key)
        if known is None:
            offers = Offers(routes, complete=True)
            known = orjson.dumps(output_schema(pipeline, offers))
            with self._lock:
                self._made.put(key, known)
        schema: Schema | None = orjson.loads(known)
        return schema


class KnownRoutes:
    """Looks up the contracts of routes."""

    def __init__(
        self, store: PipelineStore, alive: Alive, homes: Homes | None, rests: Rests
    ) -> None:
        self._store = store
        self._alive = alive
        self._homes = homes
        self._checking = Checking(rests)
        # Many who ask at the same time wait for one who reads.
        self._reading = asyncio.Lock()
        self._read: Recent[tuple[str, str], Pipeline]
        self._read = Recent(READ_BYTES, lambda pipeline: pipeline.memory)
        self._outputs = Outputs()

    async def of_document(self, document: Json, sees: Sees = everything) -> Called:
        """The routes that any JSON calls, as far as it looks like a pipeline.

        What its author does not see is told of as if it were not there.
        """
        nodes = document.get("nodes") if isinstance(document, dict) else None
        called = dict.fromkeys(islice(_called(nodes), MAX_NODES))
        return await self._behind(called, MAX_LEVELS + 1, sees)

    async def output_of(self, pipeline: Pipeline) -> Schema | None:
        """The schema of what a pipeline gives; None: it cannot be known."""
        told = pipeline.entry.api.gives
        if told is not None:
            return told
        # What it may not call must not be told by what it seems to give.
        sees = await self._seen_from(pipeline.route)
        called = await self._behind(pipeline.called, MAX_LEVELS, sees)

        def output(_: Json, go_on: GoOn) -> Schema | None:
            return called.output(pipeline, go_on)

        try:
            return await self._checking.perform(output, None)
        except TooMuch:
            return None

    async def _behind(self, called: Collection[str], levels: int, sees: Sees) -> Called:
        """What is behind a document that calls these, on so many levels."""
        found = Called(self._outputs)
        if not called:
            return found
        alive = await self._alive()
        rows = {
            row.route: row.version
            for row in await self._store.current()
            if row.owner == "pipeline" or row.route in alive
        }
        found.names = frozenset(name for name in rows.keys() | alive if sees(name))

        level: list[Caller] = [(ASKED, called, sees)]
        for _ in range(levels):
            following = [await self._read_of(caller, rows, found) for caller in level]
            level = [caller for callers in following for caller in callers]
        return found

    async def _read_of(
        self, caller: Caller, versions: Mapping[str, str], found: Called
    ) -> list[Caller]:
        """Read what one calls; those of it whose calls say what they give."""
        route, names, sees = caller
        wanted = (name for name in names if name in versions and sees(name))
        found.calls[route] = tuple(islice(wanted, MAX_CALLED))

        following: list[Caller] = []
        for name in found.calls[route]:
            if name in found.pipelines or not found.has_room:
                continue
            pipeline = await self._pipeline(name, versions[name])
            if pipeline is None:
                continue
            found.add(pipeline)
            if pipeline.entry.api.gives is None and pipeline.called:
                sees_there = await self._seen_from(name)
                following.append((name, pipeline.called, sees_there))
        return following

    async def _seen_from(self, route: str) -> Sees:
        if self._homes is None:
            return everything
        return await self._homes.seen_from(route)

    async def _pipeline(self, route: str, version: str) -> Pipeline | None:
        """What is current of a route; None: it was removed meanwhile."""
        async with self._reading:
            known = self._read.get((route, version))
            if known is not None:
                return known
            published = await self._store.find(route)
            if published is None:
                return None
            # A newer one may have been published since the routes were listed.
            pipeline = published.pipeline
            self._read.put((route, pipeline.version), pipeline)
            return pipeline


def _called(nodes: Json) -> Iterator[str]:
    """The services that nodes name, those of bodies included."""
    todo = [nodes]
    while todo:
        level = todo.pop()
        for node in level if isinstance(level, list) else ():
            if not isinstance(node, dict):
                continue
            todo.append(node.get("nodes"))
            if isinstance(node.get("service"), str):
                yield node["service"]
