"""Which services a route waits for: those that it needs and that nobody announces."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import orjson

from engine.ports import Current, Published
from engine.usecases.listing import Listing

MAX_CALLED = 100
"""Of the routes that one pipeline calls: what is looked at of them in a list."""

MAX_SHOWN = 20
"""Of the services that one route misses."""

MAX_LEVELS = 16
"""So many pipelines may call each other, unless MAX_CALL_DEPTH says otherwise."""


class MissingServices:
    """Finds them for the routes that are stored."""

    def __init__(
        self, listing: Listing, alive: Callable[[], Awaitable[AbstractSet[str]]]
    ) -> None:
        self._listing = listing
        self._alive = alive

    async def of_all(self, rows: Sequence[Current]) -> Mapping[str, tuple[str, ...]]:
        """By route; one that misses none is left out."""
        return await self._found(rows, await self._called(rows))

    async def of(self, route: str, rows: Sequence[Current]) -> tuple[str, ...]:
        """Those of one route of all: only what it calls is looked at."""
        by_route = {row.route: row for row in rows}
        called: dict[str, Sequence[str]] = {}
        level = [by_route[route]] if route in by_route else []
        while level:
            found = await self._called(level)
            called |= found
            names = {name for of_route in found.values() for name in of_route}
            following = names & (by_route.keys() - called.keys())
            level = [by_route[name] for name in following]

        return (await self._found(rows, called)).get(route, ())

    async def _found(
        self, rows: Sequence[Current], called: Mapping[str, Sequence[str]]
    ) -> Mapping[str, tuple[str, ...]]:
        return missing_services(
            called=called,
            pipelines={row.route for row in rows if row.owner == "pipeline"},
            alive=await self._alive(),
        )

    async def _called(self, rows: Sequence[Current]) -> dict[str, Sequence[str]]:
        """By route, the routes that it calls."""
        pieces = await self._listing.pieces(rows, called_routes)
        return {row.route: orjson.loads(text) for row, text in pieces}


def called_routes(published: Published) -> bytes:
    """The routes that a pipeline calls, as a piece that lists remember."""
    return orjson.dumps(published.pipeline.called[:MAX_CALLED])


def missing_services(
    *,
    called: Mapping[str, Sequence[str]],
    pipelines: AbstractSet[str],
    alive: AbstractSet[str],
) -> dict[str, tuple[str, ...]]:
    """By route, the services that nobody announces, of called pipelines too.

    >>> missing_services(
    ...     called={"a": ["b", "c"], "b": ["d", "e"]}, pipelines={"a", "b"}, alive={"e"}
    ... )
    {'a': ('c', 'd'), 'b': ('d',)}
    """
    known = pipelines | alive
    inner: dict[str, list[str]] = {}
    missing: dict[str, tuple[str, ...]] = {}
    for route, names in called.items():
        inner[route] = [name for name in names if name in pipelines]
        direct = [name for name in names if name not in known]
        missing[route] = tuple(direct[:MAX_SHOWN])

    # Level by level: what a called pipeline misses, its caller misses too. Only callers
    # of what has changed are looked at again: there may be a thousand routes.
    changed = {route for route, names in missing.items() if names}
    for _ in range(MAX_LEVELS):
        before = dict(missing)
        for route, names in inner.items():
            if not changed.isdisjoint(names):
                missing[route] = _with_inner(before[route], names, before)

        changed = {route for route, names in missing.items() if names != before[route]}
        if not changed:
            break
    return {route: names for route, names in missing.items() if names}


def _with_inner(
    own: tuple[str, ...], names: Sequence[str], missing: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    found = dict.fromkeys(own)
    for name in names:
        found.update(dict.fromkeys(missing.get(name, ())))
    return tuple(found)[:MAX_SHOWN]
