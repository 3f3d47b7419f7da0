"""Services announce themselves; a route's work is spread over its live instances."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

from engine.domain.pipeline import Api
from engine.domain.service import GONE_AFTER, Instance, automatic_pipeline
from engine.ports import Clock, Outside, Published, ServiceStore
from engine.usecases.pipelines import FRESH, Pipelines
from engine.usecases.recent import Recent

FORGET_AFTER = timedelta(days=1)
AVOIDED = timedelta(seconds=15)


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
        self._turn: defaultdict[str, count[int]] = defaultdict(count)
        self._known: Recent[str, tuple[datetime, Sequence[Instance]]] = Recent(1024)

    async def announce(self, url: str, api: Api) -> None:
        """Take a heartbeat; raises `RouteTaken`, `AddressRefused`."""
        self._outside.check(url)
        instance = Instance(api.route, url, self._clock())
        pipeline = automatic_pipeline(api)
        published = Published(pipeline, "service", instance.heard_at)
        await self._pipelines.keep(published)
        await self._store.announce(instance, api)
        self._known.drop(api.route)

    async def pick(self, route: str) -> Instance | None:
        """The next live instance in turn; None if nobody offers the route."""
        now = self._clock()
        alive = await self._alive(route, now)
        willing = [i for i in alive if self._avoided.get(i.url, now) <= now] or alive
        return willing[next(self._turn[route]) % len(willing)] if alive else None

    async def _alive(self, route: str, now: datetime) -> Sequence[Instance]:
        """Who announces a route; that nobody does is never believed unasked."""
        since, known = self._known.get(route) or (now - FRESH, ())
        alive = [instance for instance in known if instance.alive(now)]
        if not alive or now - since >= FRESH:
            found = await self._store.find(route)
            self._known.put(route, (now, found))
            alive = [instance for instance in found if instance.alive(now)]
        return alive

    def avoid(self, url: str) -> None:
        """An instance could not be called: for a while others are asked first."""
        self._avoided = {u: t for u, t in self._avoided.items() if t > self._clock()}
        self._avoided[url] = self._clock() + AVOIDED

    async def gone(self) -> frozenset[str]:
        """Instances that stopped announcing; none while they may not have had time."""
        now = self._clock()
        if now - self._started_at < GONE_AFTER:
            return frozenset()
        instances = await self._store.all()
        alive = {i.url for i in instances if i.alive(now)}
        return frozenset(i.url for i in instances) - alive

    async def forget(self) -> None:
        """Drop instances that have been away for long."""
        await self._store.forget(self._clock() - FORGET_AFTER)
