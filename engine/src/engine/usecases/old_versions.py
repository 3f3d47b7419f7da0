"""Erases versions of pipelines that nothing runs any more."""

import logging

from engine.ports import FrameStore, Inbox, PipelineStore, Version
from engine.usecases.timers import HOUSEKEEPING

log = logging.getLogger(__name__)

VERSIONS_PER_PAGE = 1_000


class OldVersions:
    """Versions that were replaced or removed, until no task of theirs is left.

    A request that is still arriving will become a task of the version that was current
    when it began. So what is erased was replaced at the last round already: a round
    comes after the longest time that a request may take.
    """

    def __init__(
        self, *, store: PipelineStore, frames: FrameStore, inbox: Inbox
    ) -> None:
        self._store = store
        self._frames = frames
        self._inbox = inbox
        self._replaced_before: frozenset[Version] = frozenset()

    async def sweep(self) -> None:
        """Erase what is not needed any more, and remember what is replaced now."""
        if not self._inbox.owns(HOUSEKEEPING):
            # Another replica does this; what was remembered here gets old.
            self._replaced_before = frozenset()
            return

        replaced: set[Version] = set()
        after: Version | None = None
        while True:
            page = await self._store.replaced(after, VERSIONS_PER_PAGE)
            if not page:
                break

            for version in page:
                if not await self._erased(version):
                    replaced.add(version)
            after = page[-1]

        self._replaced_before = frozenset(replaced)

    async def _erased(self, version: Version) -> bool:
        """Whether a version could go."""
        if version not in self._replaced_before:
            return False
        if await self._frames.has_tasks(version):
            return False

        await self._store.discard(version)
        log.info("version %s of %s is erased", version.version, version.route)
        return True
