"""The versions of routes: those that were published, and those kept to be tried."""

from collections.abc import Sequence
from contextlib import suppress

from engine.domain.errors import (
    Fault,
    InvalidInput,
    NoRoom,
    RouteTaken,
    Unknown,
    VersionInUse,
)
from engine.domain.pipeline import Pipeline
from engine.domain.values import Json
from engine.ports import (
    FrameStore,
    Kept,
    KeptVersion,
    PipelineStore,
    Version,
)
from engine.usecases.access.homes import Choose, Sees, everything, for_main
from engine.usecases.pipelines import Pipelines

IS_CURRENT = "it is the current one of its route"
HAS_TASKS = "there are tasks of it"


class Versions:
    """Lists, reads, keeps and erases versions.

    A version goes only while no task of it is there. A task may begin at the same
    moment, so each of the two looks again after its own write: who erases a version
    puts it back if there is a task by then, and who begins a task puts the version back
    if it is gone by then.
    """

    def __init__(
        self,
        *,
        store: PipelineStore,
        frames: FrameStore,
        pipelines: Pipelines,
        max_tried: int,
    ) -> None:
        self._store = store
        self._frames = frames
        self._pipelines = pipelines
        self._max_tried = max_tried

    async def page(
        self, route: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[KeptVersion], str | None]:
        """The published versions of a route, the last published first.

        And the cursor of the next page. Raises `Unknown` if there are none at all.
        """
        page, following = await self._store.versions(route, cursor, limit)
        if not page and cursor is None and await self._store.find(route) is None:
            raise await self._pipelines.unknown(route)
        return page, following

    async def get(self, version: Version) -> Kept:
        """A version with its document; raises `Unknown`."""
        return await self._store.kept(version)

    async def keep(
        self,
        route: str,
        document: Json,
        *,
        choose: Choose = for_main,
        sees: Sees = everything,
    ) -> tuple[Kept, tuple[Fault, ...]]:
        """Store a document that can be run, and is not current; with its warnings.

        Raises `InvalidPipeline`, `InvalidInput` for another route, `RouteTaken` for
        that of a service, `NoRoom`.
        """
        pipeline, warnings = await self._pipelines.ready_to_store(document, sees=sees)
        if pipeline.route != route:
            raise _other_route(pipeline, route)
        found = await self._store.find(route)
        if found is not None and found.owner != "pipeline":
            raise RouteTaken(route, found.owner)

        await self._pipelines.claim(route, choose)
        kept = Kept(pipeline, was_published=False)
        with suppress(Unknown):
            return await self._store.kept(kept.name), warnings

        if await self._store.tried() >= self._max_tried:
            raise NoRoom(
                "versions that were never published",
                self._max_tried,
                "MAX_TRIED_VERSIONS",
                "erase tasks of them, or remove some with "
                "DELETE /services/{route}/versions/{version}",
            )
        await self._store.keep(kept)
        return kept, warnings

    async def ensure(self, kept: Kept) -> None:
        """Put a version back if it was erased while a task of it began."""
        try:
            await self._store.version(*kept.name)
        except Unknown:
            await self._store.keep(kept)

    async def remove(self, version: Version) -> None:
        """Erase a version; raises `Unknown`, `VersionInUse`."""
        await self._store.kept(version)
        found = await self._store.find(version.route)
        if found is not None and found.pipeline.version == version.version:
            raise VersionInUse(*version, IS_CURRENT)
        if not await self.erased(version):
            raise VersionInUse(*version, HAS_TASKS)

    async def erased(self, version: Version) -> bool:
        """Erase a version unless it is current or has tasks; whether it could go."""
        if await self._frames.has_tasks(version):
            return False
        with suppress(Unknown):
            kept = await self._store.kept(version)
            await self._store.discard(version)
            if await self._frames.has_tasks(version):
                await self._store.keep(kept)
                return False
        return True


def _other_route(pipeline: Pipeline, route: str) -> InvalidInput:
    fault = Fault(
        code="other-route",
        message=f"the document is of the route “{pipeline.route}”, not of “{route}”",
        hint="send it to its own route, or change the `route` of its entry",
        node=pipeline.entry.id,
        field="api.route",
    )
    return InvalidInput([fault])
