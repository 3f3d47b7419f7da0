"""Services announce themselves; a route's work is spread over its live instances."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

import orjson

from engine.domain.pipeline import Api, Pipeline
from engine.domain.service import GONE_AFTER, Instance, automatic_pipeline
from engine.ports import Clock, Outside, Published, ServiceStore
from engine.usecases.large_values import MEMORY_PER_JSON_BYTE
from engine.usecases.pipelines import FRESH_FOR, MAX_ROUTES, Pipelines
from engine.usecases.recent import Recent

FORGET_AFTER = timedelta(days=1)
"""How long an instance is still shown after its last announcement."""

AVOID_FOR = timedelta(seconds=15)
"""How long others are asked first after an instance could not be called."""

ANNOUNCED_BYTES = 32 << 20
"""Memory that remembered announcements may take, roughly: one alone may be megabytes
of text, and anybody may announce."""


class Services:
    """Who can do what, and where."""

    def __init__(
        self,
        *,
        store: ServiceStore,
        pipelines: Pipelines,
        outside: Outside,
        clock: Clock,
    ) -> None:
        self._store = store
        self._pipelines = pipelines
        self._outside = outside
        self._clock = clock
        self._started_at = clock()
        self._avoided: dict[str, datetime] = {}
        self._turns: defaultdict[str, count[int]] = defaultdict(count)
        self._instances: Recent[str, tuple[datetime, Sequence[Instance]]]
        self._instances = Recent(MAX_ROUTES)
        self._announced: Recent[str, tuple[bytes, Pipeline]]
        self._announced = Recent(ANNOUNCED_BYTES, _memory_of)

    async def announce(self, url: str, api: Api) -> None:
        """Take a heartbeat; raises `RouteTaken`, `AddressRefused`."""
        self._outside.check(url)

        instance = Instance(api.route, url, self._clock())
        pipeline = self._pipeline_of(api)
        published = Published(pipeline, "service", instance.heard_at)
        # The route first: an instance of a route that belongs to others must not be
        # remembered, and an instance without a route could not be called.
        await self._pipelines.keep(published)
        await self._store.announce(instance, api)

        # A new instance gets work at once.
        self._instances.drop(api.route)

    def _pipeline_of(self, api: Api) -> Pipeline:
        """The pipeline that calls an operation.

        Instances announce the same again and again: it is made anew only when the
        announcement changes. The JSON is compared, since in Python `True == 1`.
        """
        announced = orjson.dumps(api.to_json())
        known = self._announced.get(api.route)
        if known is not None:
            before, pipeline = known
            if before == announced:
                return pipeline

        pipeline = automatic_pipeline(api)
        self._announced.put(api.route, (announced, pipeline))
        return pipeline

    async def pick(self, route: str) -> Instance | None:
        """The next live instance in turn; None if no service offers the route."""
        now = self._clock()
        alive = await self._alive(route, now)
        if not alive:
            return None

        # If all of them are avoided, one of those may work again by now.
        preferred = [i for i in alive if self._avoided.get(i.url, now) <= now]
        candidates = preferred or alive
        return candidates[next(self._turns[route]) % len(candidates)]

    async def _alive(self, route: str, now: datetime) -> Sequence[Instance]:
        """The live instances of a route."""
        known = self._instances.get(route)
        if known is not None:
            since, instances = known
            alive = [instance for instance in instances if instance.alive(now)]
            # That there is none is never taken from memory: a service that has just
            # announced itself at another replica can be called at once.
            if alive and now - since < FRESH_FOR:
                return alive

        found = await self._store.find(route)
        self._instances.put(route, (now, found))
        return [instance for instance in found if instance.alive(now)]

    def avoid(self, url: str) -> None:
        """An instance could not be called: for a while others are asked first."""
        now = self._clock()
        self._avoided = {
            avoided: until for avoided, until in self._avoided.items() if until > now
        }
        self._avoided[url] = now + AVOID_FOR

    async def gone(self) -> frozenset[str]:
        """The URLs of instances that stopped announcing themselves."""
        now = self._clock()
        # While the engine was away it heard nothing: they all get the time to
        # announce themselves again.
        if now - self._started_at < GONE_AFTER:
            return frozenset()

        instances = await self._store.all()
        alive = {instance.url for instance in instances if instance.alive(now)}
        return frozenset(instance.url for instance in instances) - alive

    async def forget(self) -> None:
        """Drop instances that have been gone for long."""
        await self._store.forget(self._clock() - FORGET_AFTER)


def _memory_of(announced: tuple[bytes, Pipeline]) -> int:
    """The JSON, and the pipeline that was made of it."""
    json, _ = announced
    return len(json) * (1 + MEMORY_PER_JSON_BYTE)
