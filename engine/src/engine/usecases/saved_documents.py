"""Documents that people save without publishing them: they may have faults."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import orjson

from engine.domain.entry_api import ROUTE_NAME
from engine.domain.errors import ERROR, Fault, InvalidInput, NoRoom, Unknown
from engine.domain.pipeline import fingerprint
from engine.domain.values import Json
from engine.ports import Clock
from engine.ports.saved import Saved, SavedLine, SavedStore
from engine.usecases.access.homes import Choose, Sees, everything, for_main
from engine.usecases.call_time import written
from engine.usecases.pipelines import Pipelines

KEPT_PER_ROUTE = 20
"""Of one route: whoever saves every few minutes has the last hours of work."""


class JustSaved(NamedTuple):
    """What was saved, and all that is wrong with it."""

    line: SavedLine
    faults: tuple[Fault, ...]


class SavedDocuments:
    """Keeps work that is not finished: no task can run it, and nothing erases it."""

    def __init__(
        self,
        *,
        store: SavedStore,
        pipelines: Pipelines,
        max_saved: int,
        clock: Clock,
    ) -> None:
        self._store = store
        self._pipelines = pipelines
        self._max_saved = max_saved
        self._clock = clock

    async def save(
        self,
        route: str,
        document: Json,
        *,
        choose: Choose = for_main,
        sees: Sees = everything,
        saved_by: str = "",
    ) -> JustSaved:
        """Keep a document of any kind; raises `InvalidInput` for a name, `NoRoom`.

        `saved_by` is the id of a person; empty: there are no accounts.
        """
        if not re.fullmatch(ROUTE_NAME, route):
            fault = Fault(
                code="bad-route",
                message=f"“{route}” cannot be the name of a route",
                hint="use letters, digits, “.”, “_” and “-”",
                field="route",
            )
            raise InvalidInput([fault])
        if await self._store.count() >= self._max_saved:
            raise NoRoom(
                "documents that were saved and not published",
                self._max_saved,
                "MAX_TRIED_VERSIONS",
                "remove some with DELETE /services/{route}/saved/{id}",
            )

        await self._pipelines.claim(route, choose)
        faults = await self._pipelines.check(document, sees)
        errors = sum(fault.level == ERROR for fault in faults)
        line = SavedLine(
            id=fingerprint(document), saved_at=self._clock(), faults=errors
        )
        saved = Saved(
            route=route,
            line=line,
            document=orjson.dumps(document),
            saved_by=saved_by,
        )
        await written(self._store.save(saved, KEPT_PER_ROUTE))
        return JustSaved(line, faults)

    async def list(self, route: str) -> Sequence[SavedLine]:
        """Those of a route, the last saved first; there may be no such route yet."""
        return await self._store.of_route(route)

    async def get(self, route: str, id: str) -> Saved:
        """One of them; raises `Unknown`."""
        saved = await self._store.find(route, id)
        if saved is None:
            raise Unknown("saved document", f"{route} {id}")
        return saved

    async def remove(self, route: str, id: str) -> None:
        """Erase one; raises `Unknown`."""
        if not await self._store.remove(route, id):
            raise Unknown("saved document", f"{route} {id}")
