"""Publish, list, read and remove pipelines; whatever can be called has a route."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from engine.domain.checks.check import check, read
from engine.domain.errors import Fault, Unknown
from engine.domain.graph import Program
from engine.domain.service import Instance
from engine.domain.values import Json
from engine.ports import Clock, PipelineStore, Published, ServiceStore
from engine.usecases.recent import Recent

FRESH = timedelta(seconds=0.5)  # how long another replica's change may stay unseen


class Pipelines:
    """The routes of the engine, those of announced services included."""

    def __init__(
        self, *, store: PipelineStore, services: ServiceStore, clock: Clock
    ) -> None:
        self._store = store
        self._services = services
        self._clock = clock
        self._programs: Recent[tuple[str, str], Program] = Recent(256)
        self._current: Recent[str, tuple[datetime, Published]] = Recent(1024)

    def check(self, document: Json) -> tuple[Fault, ...]:
        """All that is wrong with a document; nothing is stored."""
        return check(document)

    async def publish(self, document: Json) -> Published:
        """Store a pipeline; raises `InvalidPipeline` or `RouteTaken`."""
        pipeline = read(document)
        found = await self._store.find(pipeline.route)
        if found and found.owner == "service" and not await self._alive(found.route):
            await self._store.remove(found.route)
        return await self._store_now(Published(pipeline, "pipeline", self._clock()))

    async def keep(self, published: Published) -> None:
        """Publish unless it is the current version already; raises `RouteTaken`."""
        found = await self._store.find(published.route)
        same = found and found.pipeline.version == published.pipeline.version
        if not (same and found and found.owner == published.owner):
            await self._store_now(published)

    async def _store_now(self, published: Published) -> Published:
        await self._store.publish(published)
        self._current.drop(published.route)
        return published

    async def current(self, route: str) -> Published:
        """What a call of this route runs now; raises `Unknown`."""
        now = self._clock()
        known = self._current.get(route)
        if known and now - known[0] < FRESH:
            return known[1]
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
        """A line for every route, gone services included."""
        alive = _alive_routes(await self._services.all(), self._clock())
        return [_line(p, alive) for p in await self._store.all()]

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
                {"url": i.url, "heard_at": i.heard_at, "alive": i.alive(now)}
                for i in instances
            ],
        }

    async def remove(self, route: str) -> None:
        """The route is gone; its tasks go on. Raises `Unknown`."""
        self._current.drop(route)
        removed = await self._store.remove(route)
        forgotten = await self._services.remove(route)
        if not removed and not forgotten:
            raise Unknown("route", route)

    async def _alive(self, route: str) -> bool:
        return bool(_alive_routes(await self._services.find(route), self._clock()))


def _alive_routes(instances: Sequence[Instance], now: datetime) -> frozenset[str]:
    return frozenset(i.route for i in instances if i.alive(now))


def _line(published: Published, alive: frozenset[str]) -> dict[str, Json]:
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
