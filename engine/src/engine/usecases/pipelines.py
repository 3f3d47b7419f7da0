"""Publish, list, read and remove pipelines; what can be called has a route."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from engine.domain.checks.check import Accepted, accept, check
from engine.domain.checks.offers import NO_OFFERS
from engine.domain.contracts.schema_check import contract_faults
from engine.domain.edits.rename import Renamed, rename
from engine.domain.entry_api import Api
from engine.domain.errors import Fault, NoRoom, Unknown
from engine.domain.gate import check_document
from engine.domain.going_on import GoOn
from engine.domain.graph import Program
from engine.domain.service import GONE_AFTER
from engine.domain.suggestions import Suggestions
from engine.domain.values import Json
from engine.ports import (
    FROM_FOLDER,
    NO_VERSION,
    Clock,
    Current,
    PipelineStore,
    Published,
    ServiceStore,
)
from engine.usecases.access.homes import Choose, Homes, Sees, everything, for_main
from engine.usecases.checking import Checking
from engine.usecases.listing import Listing, Piece, route_line
from engine.usecases.missing import MissingServices
from engine.usecases.offers import KnownRoutes
from engine.usecases.recent import Recent
from engine.usecases.rests import Rests

FRESH_FOR = timedelta(seconds=0.5)
"""How long a change by another replica may stay unseen here."""

NAMES_FRESH_FOR = timedelta(seconds=2)
"""How long the names of routes are remembered from which a hint is chosen: whoever asks
for routes that are not there must not make the store list all others each time."""

NAME_STEPS = 5_000
"""Of the search for the route that is meant: some milliseconds of the event loop."""

PROGRAMS_BYTES = 64 << 20
"""Memory that versions kept ready to run may take, roughly. A version never changes, so
it is not read again while it is kept."""

MAX_PAGE_ROUTES = 1000
"""In one page of their list: as many as MAX_ROUTES allows by default."""

PAGE_BYTES = 4 << 20
"""Of the routes in one page. A thousand have a quarter of it, as a rule."""

CURRENT_BYTES = 32 << 20
"""Memory that the current versions that are remembered may take, roughly."""


class RouteLine(NamedTuple):
    """What a list shows of a route."""

    route: str
    text: bytes
    """Made once for each version."""
    missing: tuple[str, ...]
    """The services that it waits for."""


class Publication(NamedTuple):
    """What was published, and what its author should look at all the same."""

    published: Published
    warnings: tuple[Fault, ...]


class Pipelines:
    """The routes of the engine, those of announced services included."""

    def __init__(
        self,
        *,
        store: PipelineStore,
        services: ServiceStore,
        homes: Homes | None,
        max_routes: int,
        rests: Rests,
        clock: Clock,
    ) -> None:
        """`homes`: None if there are no accounts, so that all belongs to one person."""
        self._store = store
        self._homes = homes
        self._services = services
        self._max_routes = max_routes
        self._clock = clock
        self._checking = Checking(rests)
        self._routes = KnownRoutes(store, self._alive_routes, homes, rests)
        self._listing = Listing(store)
        self._missing = MissingServices(self._listing, self._alive_routes)
        self._names: tuple[str, ...] = ()
        self._names_at: datetime | None = None
        self._programs: Recent[tuple[str, str], Program]
        self._programs = Recent(PROGRAMS_BYTES, lambda kept: kept.pipeline.memory)
        self._current: Recent[str, tuple[datetime, Published]]
        self._current = Recent(CURRENT_BYTES, lambda kept: kept[1].pipeline.memory)
        self._changes = 0
        """How often what is current was changed here."""

    async def check(self, document: Json, sees: Sees = everything) -> tuple[Fault, ...]:
        """All that is wrong with a document; nothing is stored."""
        called = await self._routes.of_document(document, sees)

        return await self._checking.perform(
            lambda document, go_on: check(document, go_on, called.offers(go_on)),
            document,
        )

    async def ready_to_store(
        self, document: Json, origin: str = "", sees: Sees = everything
    ) -> Accepted:
        """The pipeline of a document, with warnings; raises `InvalidPipeline`."""
        # The folder is read at the start, when services may be other ones than before.
        is_start = origin == FROM_FOLDER
        called = None if is_start else await self._routes.of_document(document, sees)

        def ready(document: Json, go_on: GoOn) -> Accepted:
            offers = called.offers(go_on) if called else NO_OFFERS
            accepted = accept(document, go_on, offers)
            _ = accepted.pipeline.version  # of a large one it takes long
            return accepted

        return await self._checking.perform(ready, document)

    async def contract_faults(self, api: Api) -> tuple[Fault, ...]:
        """What is wrong with the schemas of an announced operation."""
        takes, gives = api.input_schema, api.output_schema
        return await self._checking.perform(
            lambda _, go_on: tuple(contract_faults(takes, gives, go_on)), [takes, gives]
        )

    async def rename(self, document: Json, old: str, new: str) -> Renamed:
        """The document with another id for a node; raises `InvalidInput`."""

        return await self._checking.perform(
            lambda document, go_on: rename(document, old, new, go_on), document
        )

    async def publish(
        self,
        document: Json,
        origin: str = "",
        expected: str | None = None,
        *,
        choose: Choose = for_main,
        sees: Sees = everything,
    ) -> Publication:
        """Store a pipeline, if the `expected` version is current (`PipelineStore`).

        `choose` says to which space it shall belong, `sees` which routes its author
        sees. Raises `InvalidPipeline`, `RouteTaken`, `VersionMoved` or `NoRoom`; from
        the folder also `NotReplaced`; and what `choose` raises.
        """
        pipeline, warnings = await self.ready_to_store(document, origin, sees)

        found = await self._store.find(pipeline.route)
        is_service = found is not None and found.owner == "service"
        is_offered = is_service and await self._alive(pipeline.route)
        if not is_offered:
            await self.claim(pipeline.route, choose)
        # A service that is gone keeps its route only until someone wants it.
        if found and is_service and not is_offered:
            await self._store.remove(found.route)
            if expected == found.pipeline.version:
                expected = NO_VERSION
        if found is None:
            await self._expect_room()

        published = Published(pipeline, "pipeline", self._clock(), origin)
        await self._publish(published, expected)
        return Publication(published, warnings)

    async def claim(self, route: str, choose: Choose) -> None:
        """Let a name belong to a space; raises what `choose` does, and `NoRoom`."""
        if self._homes is not None:
            await self._homes.claim(route, choose)

    async def keep(self, published: Published) -> None:
        """Publish unless it is the current version already.

        Raises `RouteTaken` or `NoRoom`.
        """
        found = await self._store.find(published.route)
        if found is None:
            await self._expect_room()

        is_current = (
            found is not None
            and found.owner == published.owner
            and found.pipeline.version == published.pipeline.version
        )
        if not is_current:
            await self._publish(published)

    async def _expect_room(self) -> None:
        """Raises `NoRoom` if there are as many routes as may be.

        A few more are possible when several are published at the same time.
        """
        rows = await self._store.current()
        if len(rows) < self._max_routes:
            return

        # A service that is gone keeps its route only until somebody wants a place.
        alive = await self._alive_routes()
        gone = self._lost(rows, alive)
        for route in gone:
            # Another replica may have removed it meanwhile.
            with suppress(Unknown):
                await self.remove(route)
        if not gone:
            raise NoRoom(
                "routes",
                self._max_routes,
                "MAX_ROUTES",
                "remove some with DELETE /services/{route}",
            )

    async def remove_forgotten(self) -> None:
        """Remove the routes of services of which no instance is remembered."""
        known = await self._services.heard()
        for route in self._lost(await self._store.current(), known.keys()):
            await self._store.remove(route)

    def _lost(self, rows: Sequence[Current], found: AbstractSet[str]) -> list[str]:
        """The routes of services that are not among those that were found."""
        # A route is stored before the first instance of its service: one that has just
        # been stored is not lost.
        long_ago = self._clock() - GONE_AFTER
        return [
            row.route
            for row in rows
            if row.owner == "service"
            and row.route not in found
            and row.published_at <= long_ago
        ]

    async def _publish(self, published: Published, expected: str | None = None) -> None:
        await self._store.publish(published, expected)
        self._changed(published.route)

    async def current(self, route: str) -> Published:
        """What a call of this route runs now; raises `Unknown`."""
        now = self._clock()
        known = self._current.get(route)
        if known is not None:
            since, published = known
            if now - since < FRESH_FOR:
                return published
            # One asks the store, and the others go on with what is known: else all
            # that are under way would ask at the same moment.
            self._current.put(route, (now, published))

        changes = self._changes
        found = await self._store.find(route)
        if found is None:
            self._current.drop(route)
            raise await self.unknown(route)
        if found.owner == "service" and not await self._alive(route):
            self._current.drop(route)
            raise Unknown("route", route, "its service does not announce itself now")

        # If something was published meanwhile, this may be the version before.
        if changes == self._changes:
            self._current.put(route, (now, found))
        return found

    def _changed(self, route: str) -> None:
        """What is remembered of a route is not current any more."""
        self._changes += 1
        self._current.drop(route)

    async def published(self, route: str) -> bool:
        """Whether people published a pipeline under this route."""
        found = await self._store.find(route)
        return found is not None and found.owner == "pipeline"

    async def is_pipeline(self, route: str) -> bool:
        """The same, as far as is known here: for those who ask often."""
        known = self._current.get(route)
        if known is not None and self._clock() - known[0] < FRESH_FOR:
            return known[1].owner == "pipeline"
        return await self.published(route)

    async def program(self, route: str, version: str) -> Program:
        """A version ready to run; raises `Unknown`, `ReservedKey`."""
        program = self._programs.get((route, version))
        if program is None:
            pipeline = await self._store.version(route, version)
            # An engine that did not know the gate may have published it.
            check_document(pipeline.to_json(), pipeline.entry.api.fields)
            program = Program(pipeline)
            self._programs.put((route, version), program)
        return program

    def program_at_hand(self, route: str, version: str) -> Program | None:
        """A version that was needed a moment ago: nothing is read."""
        return self._programs.get((route, version))

    async def live(
        self, piece: Piece, sees: Sees = everything
    ) -> list[tuple[Current, bytes]]:
        """Everything that can be called now, by route, each with a piece of a list."""
        rows = [row for row in await self._store.current() if sees(row.route)]
        alive = await self._alive_routes()
        live = [row for row in rows if row.owner == "pipeline" or row.route in alive]
        return await self._listing.pieces(live, piece)

    async def page(
        self,
        piece: Piece,
        after: str = "",
        limit: int = MAX_PAGE_ROUTES,
        sees: Sees = everything,
    ) -> tuple[list[RouteLine], str | None]:
        """A page of all routes that follow `after`, and the last of them if it is full.

        Those of gone services are included.
        """
        rows = await self._store.current()
        missing = await self._missing.of_all(rows)
        following = [row for row in rows if row.route > after and sees(row.route)]

        page: list[RouteLine] = []
        left = PAGE_BYTES
        last = None
        for row, line in await self._listing.pieces(following[:limit], piece):
            left -= len(line)
            if left < 0:
                return page, last
            page.append(RouteLine(row.route, line, missing.get(row.route, ())))
            last = row.route
        return page, last if len(following) > limit else None

    async def get(self, route: str) -> Json:
        """The document of a route and what is known of it; raises `Unknown`."""
        found = await self._store.find(route)
        if found is None:
            raise await self.unknown(route)

        now = self._clock()
        missing = await self._missing.of(route, await self._store.current())
        return route_line(found) | {
            "outputSchema": await self._routes.output_of(found.pipeline),
            "alive": not missing,
            "missing": missing,
            "pipeline": found.pipeline.to_json(),
            "instances": [
                {
                    "url": instance.url,
                    "heard_at": instance.heard_at,
                    "restarted_at": instance.restarted_at,
                    "alive": instance.alive(now),
                    "leaves": instance.leaves,
                }
                for instance in await self._services.find(route)
            ],
        }

    async def remove(self, route: str) -> None:
        """Remove a route; its running tasks go on. Raises `Unknown`."""
        removed = await self._store.remove(route)
        forgotten = await self._services.remove(route)
        self._changed(route)
        if not removed and not forgotten:
            raise await self.unknown(route)

    async def unknown(self, route: str) -> Unknown:
        """The error for a route that is not there, with the one that may be meant.

        Where there are accounts nothing is guessed: names of routes would be told to
        people who do not see them.
        """
        if self._homes is not None:
            return Unknown("route", route)
        now = self._clock()
        if self._names_at is None or now - self._names_at >= NAMES_FRESH_FOR:
            self._names = tuple(row.route for row in await self._store.current())
            self._names_at = now
        return Unknown("route", route, Suggestions(NAME_STEPS).hint(route, self._names))

    async def _alive(self, route: str) -> bool:
        now = self._clock()
        instances = await self._services.find(route)
        return any(instance.alive(now) for instance in instances)

    async def _alive_routes(self) -> AbstractSet[str]:
        """The routes that a service offers now."""
        return (await self._services.heard(self._clock() - GONE_AFTER)).keys()
