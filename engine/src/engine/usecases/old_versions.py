"""Erases versions of pipelines that are not kept for people, and that nothing runs."""

import logging
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet

from engine.ports import Inbox, PipelineStore, Version
from engine.usecases.timers import HOUSEKEEPING
from engine.usecases.versions import Versions

log = logging.getLogger(__name__)

VERSIONS_PER_PAGE = 1_000


class OldVersions:
    """Versions that are not current, until no task of theirs is left.

    The last ones that were published stay, so that people can look at them and restore
    them. Those of a route that was removed do not.

    A request that is still arriving will become a task of the version that was current
    when it began. So what is erased was there and not current at the last round
    already: a round comes after the longest time that a request may take.
    """

    def __init__(
        self,
        *,
        store: PipelineStore,
        versions: Versions,
        inbox: Inbox,
        kept_per_route: int,
    ) -> None:
        self._store = store
        self._versions = versions
        self._inbox = inbox
        self._kept_per_route = kept_per_route
        self._seen: frozenset[Version] = frozenset()

    async def sweep(self) -> None:
        """Erase what is not needed any more, and remember what may go next time."""
        if not self._inbox.owns(HOUSEKEEPING):
            # Another replica does this; what was remembered here gets old.
            self._seen = frozenset()
            return

        left: set[Version] = set()
        async for version in self._not_kept():
            if not await self._erased(version):
                left.add(version)
        self._seen = frozenset(left)

    async def _not_kept(self) -> AsyncIterator[Version]:
        """The versions that are not current, without those that people may restore."""
        current = {row.route: row.version for row in await self._store.current()}
        route = ""
        history: AbstractSet[str] = frozenset()
        after: Version | None = None

        while page := await self._store.replaced(after, VERSIONS_PER_PAGE):
            for version in page:
                if version.route != route:
                    route = version.route
                    history = frozenset()
                    if route in current:
                        history = await self._history(route, current[route])
                if version.version not in history:
                    yield version
            after = page[-1]

    async def _history(self, route: str, current: str) -> AbstractSet[str]:
        """The versions of a route that people may restore, besides the current one."""
        rows, _ = await self._store.versions(route, None, 1 + self._kept_per_route)
        earlier = [row.version for row in rows if row.version != current]
        return frozenset(earlier[: self._kept_per_route])

    async def _erased(self, version: Version) -> bool:
        """Whether a version could go."""
        if version not in self._seen or not await self._versions.erased(version):
            return False
        log.info("version %s of %s was erased", version.version, version.route)
        return True
