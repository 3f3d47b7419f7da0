"""Publish, list, read and remove pipelines; what can be called has a route."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from engine.domain.checks.check import check, read
from engine.domain.checks.document import GoOn
from engine.domain.errors import Fault, Unknown
from engine.domain.graph import Program
from engine.domain.pipeline import Pipeline
from engine.domain.service import Instance
from engine.domain.values import Json
from engine.ports import Clock, PipelineStore, Published, ServiceStore
from engine.usecases.checking import Checking
from engine.usecases.recent import Recent

FRESH_FOR = timedelta(seconds=0.5)
"""How long a change by another replica may stay unseen here."""

# Bounds how many versions are kept ready to run. A version never changes, so it is not
# read again while it is kept.
MAX_PROGRAMS = 256

MAX_ROUTES = 1_024
"""Bounds how many routes are remembered with their current version."""


class Pipelines:
    """The routes of the engine, those of announced services included."""

    def __init__(
        self, *, store: PipelineStore, services: ServiceStore, clock: Clock
    ) -> None:
        self._store = store
        self._services = services
        self._clock = clock
        self._checking = Checking()
        self._programs: Recent[tuple[str, str], Program] = Recent(MAX_PROGRAMS)
        self._current: Recent[str, tuple[datetime, Published]] = Recent(MAX_ROUTES)

    async def check(self, document: Json) -> tuple[Fault, ...]:
        """All that is wrong with a document; nothing is stored."""
        return await self._checking.perform(check, document)

    async def publish(self, document: Json) -> Published:
        """Store a pipeline; raises `InvalidPipeline` or `RouteTaken`."""
        pipeline = await self._checking.perform(_ready_to_store, document)

        # A service that is gone keeps its route only until someone wants it.
        found = await self._store.find(pipeline.route)
        if found and found.owner == "service" and not await self._alive(found.route):
            await self._store.remove(found.route)

        published = Published(pipeline, "pipeline", self._clock())
        await self._publish(published)
        return published

    async def keep(self, published: Published) -> None:
        """Publish unless it is the current version already; raises `RouteTaken`."""
        found = await self._store.find(published.route)
        is_current = (
            found is not None
            and found.owner == published.owner
            and found.pipeline.version == published.pipeline.version
        )
        if not is_current:
            await self._publish(published)

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
        """A version ready to run; raises `Unknown`."""
        program = self._programs.get((route, version))
        if program is None:
            program = Program(await self._store.version(route, version))
            self._programs.put((route, version), program)
        return program

    async def live(self) -> Sequence[Published]:
        """Everything that can be called now, by route."""
        alive = _alive_routes(await self._services.all(), self._clock())
        published = await self._store.all()
        return [p for p in published if p.owner == "pipeline" or p.route in alive]

    async def list(self) -> list[Json]:
        """A line for every route, those of gone services included."""
        alive = _alive_routes(await self._services.all(), self._clock())
        return [_line(published, alive) for published in await self._store.all()]

    async def get(self, route: str) -> Json:
        """The document of a route and what is known of it; raises `Unknown`."""
        found = await self._store.find(route)
        if found is None:
            raise Unknown("route", route)

        instances = await self._services.find(route)
        now = self._clock()
        line = _line(found, _alive_routes(instances, now))
        return line | {
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


def _line(published: Published, alive: frozenset[str]) -> dict[str, Json]:
    """A route in a list; `alive`: the routes of which a service is alive."""
    api = published.pipeline.entry.api
    return {
        "route": published.route,
        "type": published.owner,
        "summary": api.summary,
        "description": api.description,
        "body": api.body,
        "bodyType": api.body_type,
        "alive": published.owner == "pipeline" or published.route in alive,
        "version": published.pipeline.version,
        "published_at": published.published_at,
    }
