"""Services announce themselves; a route's work is spread over its live instances."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

import orjson

from engine.domain.contracts.schema_check import LEFT_TO_SERVICES
from engine.domain.entry_api import Api
from engine.domain.errors import InvalidInput, NoRoom, Unavailable
from engine.domain.gate import check_document
from engine.domain.pipeline import MEMORY_PER_JSON_BYTE, Pipeline
from engine.domain.run_faults import Cause
from engine.domain.service import GONE_AFTER, Heard, Instance, automatic_pipeline
from engine.ports import Clock, Outside, Published, Refused, ServiceStore
from engine.usecases.access.homes import Homes
from engine.usecases.pipelines import FRESH_FOR, Pipelines
from engine.usecases.recent import Recent

FORGET_AFTER = timedelta(days=1)
"""How long an instance is still shown after its last announcement."""

RESTART_TOLD_FOR = timedelta(minutes=10)
"""Each working run is looked at much more often than that."""

GONE_FRESH_FOR = timedelta(seconds=5)
"""How long it may stay unseen that an instance is gone, or back: all instances are read
for it, and it has been silent for `GONE_AFTER` by then."""

AVOID_FOR = timedelta(seconds=15)
"""How long others are asked first after an instance could not be called."""

MAX_REMEMBERED_ROUTES = 1_024
"""Routes of which it is remembered whose turn it is."""

MAX_REMEMBERED_INSTANCES = 10_000
"""Of all routes together, a few hundred bytes each."""

ANNOUNCED_BYTES = 32 << 20
"""Memory that remembered announcements may take, roughly: one alone may be megabytes
of text, and anybody may announce."""


class Known(NamedTuple):
    """What is known of a route."""

    instances: Sequence[Instance]
    at_work: Sequence[Instance]
    """Those of them that take work now."""
    workers: int
    """How much these work on at the same time; 0: one of them does not tell."""
    true_until: datetime
    """Until then nobody asks again, and none of them counts as gone."""

    @classmethod
    def of(cls, instances: Sequence[Instance], now: datetime) -> "Known":
        """What was read, or is to be taken for that, now."""
        at_work = [instance for instance in instances if instance.takes_work(now)]
        # That none takes work is never taken from memory: a service that has just
        # announced itself at another replica can be called at once.
        ends = [now + FRESH_FOR, *(one.heard_at + GONE_AFTER for one in at_work)]
        told = [one.workers for one in at_work]
        workers = sum(told) if all(told) else 0
        return cls(instances, at_work, workers, min(ends) if at_work else now)


class Services:
    """Who can do what, and where."""

    def __init__(
        self,
        *,
        store: ServiceStore,
        pipelines: Pipelines,
        outside: Outside,
        homes: Homes | None,
        max_instances: int,
        clock: Clock,
    ) -> None:
        self._store = store
        self._pipelines = pipelines
        self._outside = outside
        self._homes = homes
        self._max_instances = max_instances
        self._clock = clock
        self._started_at = clock()
        self._gone: tuple[datetime, frozenset[str]] | None = None
        self._avoided: dict[str, datetime] = {}
        self._turns: Recent[str, count[int]] = Recent(MAX_REMEMBERED_ROUTES)
        self._instances: Recent[str, Known]
        self._instances = Recent(MAX_REMEMBERED_INSTANCES, _number_of_instances)
        self._announced: Recent[str, tuple[bytes, Pipeline]]
        self._announced = Recent(ANNOUNCED_BYTES, _memory_of)

    async def announce(
        self, url: str, api: Api, start: str = "", workers: int = 0
    ) -> None:
        """Take a heartbeat; `start` names the process that sends it.

        `workers`: how much it works on at the same time; 0: it does not tell.

        Raises `RouteTaken`, `AddressRefused`, `NoRoom`, `ReservedKey`, `InvalidInput`.
        """
        self._outside.check(url)
        await self._expect_room(api.route, url)

        instance = Instance(api.route, url, self._clock(), workers=workers)
        pipeline = await self._pipeline_of(api)
        published = Published(pipeline, "service", instance.heard_at)
        if self._homes is not None:
            await self._homes.announced(api.route)
        # The route first: an instance of a route that belongs to others must not be
        # remembered, and an instance without a route could not be called.
        await self._pipelines.keep(published)
        await self._store.announce(instance, api, start)
        if self._gone and url in self._gone[1]:
            # It is back.
            self._gone = None

        # A new instance gets work at once.
        self._instances.drop(api.route)

    async def leave(self, url: str, route: str, start: str) -> None:
        """Take it that a process leaves: it is given nothing more from now on.

        What it has is expected until it is silent for long. Nobody else is spoken for:
        one that is not known here, or that another has followed, changes nothing.
        """
        if await self._store.leave(route, url, start, self._clock()):
            self._instances.drop(route)

    async def _expect_room(self, route: str, url: str) -> None:
        """Raises `NoRoom` if a route has as many other instances as it may have."""
        instances = (await self._known(route, self._clock())).instances
        others = [instance for instance in instances if instance.url != url]
        if len(others) < self._max_instances:
            return

        # Those that are gone make room. They would be shown for a day otherwise.
        now = self._clock()
        await self._store.forget(now - GONE_AFTER, route)
        self._instances.drop(route)
        if sum(instance.alive(now) for instance in others) >= self._max_instances:
            raise NoRoom(
                f"instances of {route}",
                self._max_instances,
                "MAX_INSTANCES",
                "stop one of them",
            )

    async def _pipeline_of(self, api: Api) -> Pipeline:
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

        check_document(api.to_json(), api.fields)
        faults = [
            fault
            for fault in await self._pipelines.contract_faults(api)
            if fault.code not in LEFT_TO_SERVICES
        ]
        if faults:
            raise InvalidInput(faults)
        pipeline = automatic_pipeline(api)
        self._announced.put(api.route, (announced, pipeline))
        return pipeline

    async def pick(self, route: str) -> Instance | None:
        """The next instance in turn that takes work; None if there is none."""
        now = self._clock()
        at_work = (await self._known(route, now)).at_work
        if not at_work:
            return None

        # If all of them are avoided, one of those may work again by now.
        preferred = [i for i in at_work if self._avoided.get(i.url, now) <= now]
        candidates = preferred or at_work
        return candidates[self._turn(route) % len(candidates)]

    def _turn(self, route: str) -> int:
        """How often an instance of this route was picked before, as far as is known."""
        turns = self._turns.get(route)
        if turns is None:
            turns = count()
            self._turns.put(route, turns)
        return next(turns)

    async def workers(self, route: str) -> int | None:
        """How much all instances that take work of a route do at the same time.

        0: one of them does not tell. None: there is none.
        """
        known = await self._known(route, self._clock())
        return known.workers if known.at_work else None

    async def offered(self) -> Mapping[str, Heard]:
        """By route, how many instances take its work, and when one was last heard."""
        alive = await self._store.heard(self._clock() - GONE_AFTER)
        remembered = await self._store.heard()
        gone = {
            route: Heard(0, heard.last_at)
            for route, heard in remembered.items()
            if route not in alive
        }
        return gone | dict(alive)

    async def _known(self, route: str, now: datetime) -> Known:
        """The instances of a route, as they were a moment ago at the most."""
        known = self._instances.get(route)
        if known is not None:
            if now < known.true_until:
                return known
            # One asks the store; the others go on with these meanwhile.
            self._instances.put(route, Known.of(known.instances, now))

        found = Known.of(await self._store.find(route), now)
        self._instances.put(route, found)
        return found

    def avoid(self, url: str) -> None:
        """An instance could not be called: for a while others are asked first."""
        now = self._clock()
        self._avoided = {
            avoided: until for avoided, until in self._avoided.items() if until > now
        }
        self._avoided[url] = now + AVOID_FOR

    async def left(
        self, instance: Instance, given_at: datetime, answer: Refused
    ) -> bool:
        """An instance could not be called; whether the reason is that it has left.

        Then that is no failed try: it was not known here yet, or it left after it was
        chosen. Perhaps the next process has begun at its address meanwhile. A store
        that cannot say so makes no failed try either.
        """
        self.avoid(instance.url)
        if answer.code not in (Cause.UNREACHABLE, Cause.TIMEOUT):
            return False

        self._instances.drop(instance.route)
        try:
            known = await self._known(instance.route, self._clock())
        except Unavailable:
            return True
        return any(
            one.leaves or (one.restarted_at or given_at) > given_at
            for one in known.instances
            if one.url == instance.url
        )

    async def restarts(self) -> dict[str, datetime]:
        """The addresses where another process has begun lately, and since when."""
        return await self._store.restarts(self._clock() - RESTART_TOLD_FOR)

    async def gone(self) -> frozenset[str]:
        """The addresses at which nobody has announced anything for long."""
        now = self._clock()
        # While the engine was away it heard nothing: they all get the time to
        # announce themselves again.
        if now - self._started_at < GONE_AFTER:
            return frozenset()
        if self._gone and now - self._gone[0] < GONE_FRESH_FOR:
            return self._gone[1]

        instances = await self._store.all()
        alive = {instance.url for instance in instances if instance.alive(now)}
        gone = frozenset(instance.url for instance in instances) - alive
        self._gone = (now, gone)
        return gone

    async def forget(self) -> None:
        """Drop instances that have been gone for long, and routes without any."""
        await self._store.forget(self._clock() - FORGET_AFTER)
        await self._pipelines.remove_forgotten()


def _number_of_instances(known: Known) -> int:
    return len(known.instances)


def _memory_of(announced: tuple[bytes, Pipeline]) -> int:
    """The JSON, and the pipeline that was made of it."""
    json, _ = announced
    return len(json) * (1 + MEMORY_PER_JSON_BYTE)
