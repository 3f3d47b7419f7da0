"""What is known of the routes that a document calls, and so of what it gives."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import TypeAlias

from engine.domain.checks.offers import Offer, Offers
from engine.domain.checks.outputs import output_schema
from engine.domain.contracts.keywords import Schema
from engine.domain.pipeline import MAX_NODES, Pipeline
from engine.domain.values import Json
from engine.ports import PipelineStore
from engine.usecases.access.homes import Homes, Sees, everything

MAX_CALLED = 100
"""Of the routes that one document calls."""

MAX_LEVELS = 3
"""Of pipelines that call each other: what comes from further down is not known."""

Alive: TypeAlias = Callable[[], Awaitable[AbstractSet[str]]]
"""The routes that services offer now."""


class KnownRoutes:
    """Looks up the contracts of routes."""

    def __init__(self, store: PipelineStore, alive: Alive, homes: Homes | None) -> None:
        self._store = store
        self._alive = alive
        self._homes = homes

    async def of_document(self, document: Json, sees: Sees = everything) -> Offers:
        """The routes that any JSON calls, as far as it looks like a pipeline.

        What its author does not see is told of as if it were not there.
        """
        nodes = document.get("nodes") if isinstance(document, dict) else None
        called = dict.fromkeys(islice(_called(nodes), MAX_NODES))
        return await self._offers(called, MAX_LEVELS, sees)

    async def output_of(self, pipeline: Pipeline) -> Schema | None:
        """The schema of what a pipeline gives; None: it cannot be known."""
        return await self._output(pipeline, MAX_LEVELS)

    async def _output(self, pipeline: Pipeline, levels: int) -> Schema | None:
        told = pipeline.entry.api.gives
        if told is not None or levels == 0:
            return told
        # What it may not call must not be told by what it seems to give.
        sees: Sees = everything
        if self._homes is not None:
            sees = await self._homes.seen_from(pipeline.route)
        offers = await self._offers(pipeline.called, levels - 1, sees)
        return await asyncio.to_thread(output_schema, pipeline, offers)

    async def _offers(
        self, called: Collection[str], levels: int, sees: Sees = everything
    ) -> Offers:
        if not called:
            return Offers(complete=True)
        alive = await self._alive()
        rows = await self._store.current()
        names = {row.route for row in rows if row.owner == "pipeline"} | alive
        names = {name for name in names if sees(name)}
        wanted = [route for route in called if route in names][:MAX_CALLED]

        routes: dict[str, Offer] = {}
        for route in wanted:
            published = await self._store.find(route)
            if published is None:
                continue
            pipeline = published.pipeline
            gives = await self._output(pipeline, levels)
            routes[route] = Offer(pipeline.entry.api, gives)
        return Offers(routes, frozenset(names), complete=True)


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
