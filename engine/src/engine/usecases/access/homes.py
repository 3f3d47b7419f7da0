"""To which space the name of each route belongs, and with whom it is shared.

A name belongs to the space that published it first, also when its route was removed:
versions and tasks of it are still there. What has no home nobody sees but
administrators. So a replica that does not know yet what another one has just published
shows it to nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

from engine.domain.access import placing
from engine.domain.access.roles import MAIN, Principal
from engine.domain.access.spaces import EVERYWHERE, Home, Sharing
from engine.domain.errors import NoRoom, RouteTaken, Unknown
from engine.ports import Clock, FrameStore, PipelineStore
from engine.ports.access import RecordStore
from engine.usecases.recent import Recent

REMEMBERED_FOR = timedelta(seconds=2)
"""At most so long a route can still be run with which it is not shared any more."""
MAX_REMEMBERED = 10_000
ADOPTED = ""
"""The name of no route: its home says that old tasks belong to `main`."""

Sees: TypeAlias = Callable[[str], bool]
"""Whether somebody sees a route."""
Choose: TypeAlias = Callable[[Home | None], str]
"""The space that gets a name, which may have a home already; raises what forbids it."""


def everything(route: str) -> bool:
    """What is seen where there are no accounts."""
    return True


def for_all(home: Home | None) -> str:
    """The space of a service; raises `RouteTaken` for a name of a space."""
    if home is not None and home.space != EVERYWHERE:
        raise RouteTaken(home.id, "pipeline")
    return EVERYWHERE


def for_main(home: Home | None) -> str:
    """The space of what nobody with an account publishes."""
    return MAIN if home is None or home.space == EVERYWHERE else home.space


class Homes:
    """All that can be asked of the homes of routes."""

    def __init__(
        self, *, store: RecordStore[Home], max_names: int, clock: Clock
    ) -> None:
        """`max_names`: of routes that are, or were, there."""
        self._store = store
        self._max_names = max_names
        self._clock = clock
        self._all: tuple[datetime, Mapping[str, Home]] | None = None
        self._known: Recent[str, tuple[datetime, Home]] = Recent(MAX_REMEMBERED)

    async def of(self, route: str) -> Home | None:
        """The home of a route; None: it has none."""
        known = self._known.get(route)
        if known is not None and self._clock() - known[0] < REMEMBERED_FOR:
            return known[1]
        return self._noted(route, await self._store.find(route))

    def _changed(self, home: Home) -> Home:
        self._all = None
        self._noted(home.id, home)
        return home

    def _noted(self, route: str, home: Home | None) -> Home | None:
        if home is None:
            # Never remembered: it may get one at another replica at any moment.
            self._known.drop(route)
        else:
            self._known.put(route, (self._clock(), home))
        return home

    async def claim(self, route: str, choose: Choose) -> Home:
        """Give a name to a space, if `choose` allows it for the home that it has.

        Raises what `choose` does, and `NoRoom`.
        """
        while True:
            home = await self._store.find(route)
            space = choose(home)
            if home is not None and home.space == space:
                self._noted(route, home)
                return home

            claimed: Home | None
            if home is None:
                await self._expect_room()
                claimed = Home(id=route, space=space)
                if not await self._store.add(claimed):
                    continue
            else:
                # Of a service that is gone.
                claimed = await self._store.save(replace(home, space=space, shared={}))
                if claimed is None:
                    continue
            return self._changed(claimed)

    async def _expect_room(self) -> None:
        """Raises `NoRoom` if too many names belong to spaces already.

        A few more are possible when several are claimed at the same time.
        """
        if len(await self.all()) >= self._max_names:
            remedy = "use names that were used before"
            raise NoRoom("names of routes", self._max_names, "MAX_ROUTES", remedy)

    async def announced(self, route: str) -> None:
        """Let a service have a name; raises `RouteTaken`."""
        home = await self.of(route)
        if home is None or home.space != EVERYWHERE:
            await self.claim(route, for_all)

    async def share(self, route: str, space: str, sharing: Sharing | None) -> Home:
        """Share a route with another space, or no more; raises `Unknown`."""
        while True:
            home = await self._store.find(route)
            if home is None:
                raise Unknown("route", route)
            if sharing is None and space not in home.shared:
                raise Unknown("space", space)
            saved = await self._store.save(home.with_share(space, sharing))
            if saved is not None:
                return self._changed(saved)

    async def all(self) -> Mapping[str, Home]:
        """The homes of all routes, by route, as they were a moment ago at the most."""
        now = self._clock()
        if self._all is None or now - self._all[0] >= REMEMBERED_FOR:
            self._all = (now, {home.id: home for home in await self._store.all()})
        return self._all[1]

    async def seen_by(self, principal: Principal) -> Sees:
        """What somebody sees of lists of routes."""
        if principal.is_administrator:
            return everything
        homes = await self.all()
        return lambda route: placing.sees(principal, homes.get(route))

    async def seen_from(self, route: str) -> Sees:
        """What a pipeline may call: what its space may run, whoever its author is."""
        homes = await self.all()
        own = homes.get(route)

        def sees(called: str) -> bool:
            home = homes.get(called)
            return own is not None and home is not None and home.runs_in(own.space)

        return sees

    async def adopt(self, pipelines: PipelineStore, frames: FrameStore) -> None:
        """Let what is there without a home belong to `main`: it is older than spaces.

        Raises `Unavailable`.
        """
        homes = await self.all()
        for row in await pipelines.current():
            if row.route not in homes:
                choose = for_all if row.owner == "service" else for_main
                await self.claim(row.route, choose)
        if ADOPTED not in homes:
            await frames.adopt(MAIN)
            await self._store.add(Home(id=ADOPTED, space=MAIN))
