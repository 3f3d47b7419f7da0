"""Publish, list, read and remove pipelines; what can be called has a route."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime, timedelta

from engine.domain.checks.check import check, read
from engine.domain.checks.document import GoOn
from engine.domain.errors import Fault, NoRoom, Unknown
from engine.domain.gate import check_document
from engine.domain.graph import Program
from engine.domain.pipeline import Pipeline
from engine.domain.service import GONE_AFTER, Instance
from engine.domain.values import Json
from engine.ports import Clock, Current, PipelineStore, Published, ServiceStore
from engine.usecases.checking import Checking
from engine.usecases.listing import Listing, Piece
from engine.usecases.recent import Recent

FRESH_FOR = timedelta(seconds=0.5)
"""How long a change by another replica may stay unseen here."""

PROGRAMS_BYTES = 64 << 20
"""Memory that versions kept ready to run may take, roughly. A version never changes, so
it is not read again while it is kept."""

CURRENT_BYTES = 32 << 20
"""Memory that the current versions that are remembered may take, roughly."""


class Pipelines:
    """The routes of the engine, those of announced services included."""

    def __init__(
        self,
        *,
        store: PipelineStore,
        services: ServiceStore,
        max_routes: int,
        clock: Clock,
    ) -> None:
        self._store = store
        self._services = services
        self._max_routes = max_routes
        self._clock = clock
        self._checking = Checking()
        self._listing = Listing(store)
        self._programs: Recent[tuple[str, str], Program]
        self._programs = Recent(PROGRAMS_BYTES, lambda kept: kept.pipeline.memory)
        self._current: Recent[str, tuple[datetime, Published]]
        self._current = Recent(CURRENT_BYTES, lambda kept: kept[1].pipeline.memory)

    async def check(self, document: Json) -> tuple[Fault, ...]:
        """All that is wrong with a document; nothing is stored."""
        return await self._checking.perform(check, document)

    async def publish(self, document: Json) -> Published:
        """Store a pipeline; raises `InvalidPipeline`, `RouteTaken` or `NoRoom`."""
        pipeline = await self._checking.perform(_ready_to_store, document)

        # A service that is gone keeps its route only until someone wants it.
        found = await self._store.find(pipeline.route)
        if found and found.owner == "service" and not await self._alive(found.route):
            await self._store.remove(found.route)
        if found is None:
            await self._expect_room()

        published = Published(pipeline, "pipeline", self._clock())
        await self._publish(published)
        return published

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
        alive = _alive_routes(await self._services.all(), self._clock())
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
        known = {instance.route for instance in await self._services.all()}
        for route in self._lost(await self._store.current(), known):
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

    async def _publish(self, published: Published) -> None:
        await self._store.publish(published)
        self._current.drop(published.route)

    async def current(self, route: str) -> Published:
        """What a call of this route runs now; raises `Unknown`."""
        now = self._clock()
        known = self._current.get(route)
        if known is not None:
            since, published = known
            if now - since < FRESH_FOR:
                return published

        found = await self._store.find(route)
        if found is None or (found.owner == "service" and not await self._alive(route)):
            raise Unknown("route", route)

        self._current.put(route, (now, found))
        return found

    async def published(self, route: str) -> bool:
        """Whether people published a pipeline under this route."""
        found = await self._store.find(route)
        return found is not None and found.owner == "pipeline"

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

    async def live(self, piece: Piece) -> list[tuple[Current, bytes]]:
        """Everything that can be called now, by route, each with a piece of a list."""
        rows = await self._store.current()
        alive = _alive_routes(await self._services.all(), self._clock())
        live = [row for row in rows if row.owner == "pipeline" or row.route in alive]
        return await self._listing.pieces(live, piece)

    async def list(self, piece: Piece) -> list[tuple[bytes, bool]]:
        """Every route, those of gone services included; whether it can be called."""
        rows = await self._store.current()
        alive = _alive_routes(await self._services.all(), self._clock())
        return [
            (line, row.owner == "pipeline" or row.route in alive)
            for row, line in await self._listing.pieces(rows, piece)
        ]

    async def get(self, route: str) -> Json:
        """The document of a route and what is known of it; raises `Unknown`."""
        found = await self._store.find(route)
        if found is None:
            raise Unknown("route", route)

        instances = await self._services.find(route)
        now = self._clock()
        alive = bool(_alive_routes(instances, now))
        return line(found) | {
            "alive": found.owner == "pipeline" or alive,
            "pipeline": found.pipeline.to_json(),
            "instances": [
                {
                    "url": instance.url,
                    "heard_at": instance.heard_at,
                    "alive": instance.alive(now),
                }
                for instance in instances
            ],
        }

    async def remove(self, route: str) -> None:
        """Remove a route; its running tasks go on. Raises `Unknown`."""
        self._current.drop(route)
        removed = await self._store.remove(route)
        forgotten = await self._services.remove(route)
        if not removed and not forgotten:
            raise Unknown("route", route)

    async def _alive(self, route: str) -> bool:
        instances = await self._services.find(route)
        return bool(_alive_routes(instances, self._clock()))


def _ready_to_store(document: Json, go_on: GoOn) -> Pipeline:
    """The pipeline of a document; raises `InvalidPipeline`."""
    pipeline = read(document, go_on)
    # Found here, in the thread of the checks: of a large document it takes long.
    _ = pipeline.version
    return pipeline


def _alive_routes(instances: Sequence[Instance], now: datetime) -> frozenset[str]:
    return frozenset(instance.route for instance in instances if instance.alive(now))


def line(published: Published) -> dict[str, Json]:
    """What is shown of a route, whether or not it can be called now."""
    api = published.pipeline.entry.api
    return {
        "route": published.route,
        "type": published.owner,
        "summary": api.summary,
        "description": api.description,
        "body": api.body,
        "bodyType": api.body_type,
        "version": published.pipeline.version,
        "published_at": published.published_at,
    }
