"""Where pipelines and their versions are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from engine.domain.pipeline import Pipeline


class Version(NamedTuple):
    """Names a version of a pipeline."""

    route: str
    version: str


FROM_FOLDER = "folder"
"""The origin of pipelines that the engine publishes from its folder when it starts."""


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a pipeline under its route."""

    pipeline: Pipeline
    owner: str
    """`pipeline` if people published it, `service` if an announcement made it."""
    published_at: datetime
    origin: str = ""
    """`FROM_FOLDER`, or empty: people or a service published it, or nobody knows."""

    @property
    def route(self) -> str:
        return self.pipeline.route

    @property
    def published_by(self) -> str:
        """Who published it, in a word; empty: people, of whom nothing is known yet."""
        return "service" if self.owner == "service" else self.origin


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """What is kept of a version, without its document."""

    version: str
    published_at: datetime | None
    """When it last became the current one. None: it never did, or long ago."""
    published_by: str
    """As `Published.published_by`."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A version with its document, current or not."""

    pipeline: Pipeline
    was_published: bool
    """Whether it was current at any time. If not, it is there to be tried."""
    published_at: datetime | None = None
    published_by: str = ""

    @property
    def name(self) -> Version:
        return Version(self.pipeline.route, self.pipeline.version)


ANY_VERSION = "*"

NO_VERSION = ""
"""What a caller may expect to be current instead of one version."""


@dataclass(frozen=True, slots=True)
class Current:
    """Which version of a route is the current one, without its document."""

    route: str
    version: str
    owner: str
    published_at: datetime


class PipelineStore(Protocol):
    """Keeps pipelines: contracts/test_pipeline_store.py.

    Versions are immutable and stay readable until they are discarded. Every
    method raises `Unavailable` when the store cannot be reached.
    """

    async def publish(self, published: Published, expected: str | None = None) -> None:
        """Make it the current version of its route; if it is, only its origin changes.

        Raises `RouteTaken` if the route's current version has another owner;
        `NotReplaced` if this one comes from the folder, and the current one, which is
        another, does not; and `VersionMoved` if another version is current than the
        `expected` one: a version, `ANY_VERSION` or `NO_VERSION`. None: any or none.
        A version that is current already is published, also if another was expected.
        """

    async def find(self, route: str) -> Published | None:
        """The current version of a route, or None."""

    async def version(self, route: str, version: str) -> Pipeline:
        """Any version, current, replaced or removed; raises `Unknown`."""

    async def keep(self, kept: Kept) -> None:
        """Store a version without making it current; nothing to do if it is there."""

    async def kept(self, version: Version) -> Kept:
        """Any version with what is known of it; raises `Unknown`."""

    async def versions(
        self, route: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[KeptVersion], str | None]:
        """The versions of a route that were published, the last published first.

        And the cursor of the next page, as of `FrameStore.tasks`. Reads no document.
        """

    async def tried(self) -> int:
        """How many versions there are that were never published."""

    async def current(self) -> Sequence[Current]:
        """The current versions, by route; no document is read for it."""

    async def remove(self, route: str) -> bool:
        """Remove a route, whose versions stay readable; False if there is none."""

    async def replaced(self, after: Version | None, limit: int) -> Sequence[Version]:
        """Versions that are not the current ones of their routes, in a fixed order.

        A page of at most `limit` that follows `after`; None: the first page. Empty
        only after the last one.
        """

    async def discard(self, version: Version) -> None:
        """Erase a version, unless it is the current one of its route."""
