"""Everything the engine needs from outside, described by what must hold."""

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Mapping,
    Sequence,
)
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from engine.domain.code import Changes, Evaluator, Scope
from engine.domain.frame import Frame, FramePath
from engine.domain.gate import Admitted
from engine.domain.messages import Event
from engine.domain.pipeline import Api, Pipeline
from engine.domain.service import Instance
from engine.domain.task_lists import TaskCounts, TaskFilter, TaskSummary
from engine.domain.values import Blob, Json

__all__ = ["Changes", "Evaluator", "Scope"]  # the domain describes these


Opened = AbstractAsyncContextManager[Any] | AbstractContextManager[Any]
"""What has to be opened before it is used, and closed afterwards."""


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def __call__(self) -> datetime: ...


class Version(NamedTuple):
    """Names a version of a pipeline."""

    route: str
    version: str


class FrameStore(Protocol):
    """Keeps frames: contracts/test_frame_store.py, contracts/test_task_lists.py.

    What a returned call has stored is durable. Every method raises `Unavailable` when
    the store cannot be reached. Frames are values: what a caller holds never changes.
    For a document that cannot be read a method gives its stand-in
    (domain/stand_in.py), which has the revision that is stored.
    """

    async def insert(self, frame: Frame) -> Frame | None:
        """Store a new frame as revision 1; None if its path is taken already."""

    async def save(self, frame: Frame) -> Frame:
        """Store the next revision.

        Raises `StaleFrame` if another one came first, or if the frame is not there.
        `frame.revision` is the one that was read; the returned frame has the next,
        and `saved_at` set by the store, which never goes backwards in one frame.
        """

    async def get(self, path: FramePath) -> Frame:
        """The last saved revision; raises `Unknown("task", …)`."""

    async def find(self, path: FramePath) -> Frame | None:
        """The last saved revision, or None."""

    async def due(self, now: datetime, limit: int) -> Sequence[FramePath]:
        """At most `limit` frames whose `wake_at` has come, the most overdue first."""

    async def postpone(self, path: FramePath, now: datetime, until: datetime) -> None:
        """Let a frame that is due at `now` be due at `until` instead.

        Only `due` and `active` see this, until the frame is saved again. Nothing to do
        if the frame is not due at `now`, or not there.
        """

    async def active(self, after: FramePath | None, limit: int) -> Sequence[FramePath]:
        """Frames with a `wake_at`, due or not, by path: for a restart.

        A page of at most `limit` that follows `after`; None: the first page.
        """

    async def children(
        self, path: FramePath, node: str, attempt: int, first: int, limit: int
    ) -> Sequence[Frame]:
        """The frames of a loop's items, by index.

        `node` and `attempt` name the activation of the loop in the frame at `path`. A
        page of at most `limit` from the index `first` on, and of fewer if their
        documents are large: only an empty page is the last one.
        """

    async def of_task(
        self, task: str, saved_since: datetime | None, limit: int
    ) -> Sequence[Frame]:
        """The frames of a task, its root included, by `saved_at`.

        A page of at most `limit`, from those saved at `saved_since` on; None: from the
        first. There are fewer in it if their documents are large: the last page has no
        frame that was saved later than `saved_since`.
        """

    async def tasks(
        self, which: TaskFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[TaskSummary], str | None]:
        """Tasks in short, newest first, and the cursor of the next page.

        The cursor comes from the page before, None asks for the first page; a None in
        return says that there are no more. Raises `InvalidInput` for a bad cursor.
        """

    async def counts(self) -> TaskCounts:
        """How many tasks (root frames) there are."""

    async def has_tasks(self, version: Version) -> bool:
        """Whether there is a task of this version of a pipeline, running or ended."""

    async def expired(self, now: datetime, limit: int) -> Sequence[str]:
        """At most `limit` ended tasks whose `erase_at` has come."""

    async def erase(self, task: str) -> None:
        """Erase every frame of a task; nothing to do if there is none."""

    async def check(self) -> None:
        """Raises `Unavailable` if the store cannot be used now."""


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a pipeline under its route."""

    pipeline: Pipeline
    owner: str
    """`pipeline` if people published it, `service` if an announcement made it."""
    published_at: datetime

    @property
    def route(self) -> str:
        return self.pipeline.route


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

    async def publish(self, published: Published) -> None:
        """Make it the current version of its route; if it is, nothing changes.

        Raises `RouteTaken` if the route's current version has another owner.
        """

    async def find(self, route: str) -> Published | None:
        """The current version of a route, or None."""

    async def version(self, route: str, version: str) -> Pipeline:
        """Any version, current, replaced or removed; raises `Unknown`."""

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


class ServiceStore(Protocol):
    """Keeps what services announced: contracts/test_service_store.py.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def announce(self, instance: Instance, api: Api) -> None:
        """Remember that this instance was heard; one write.

        An announcement that comes late makes nothing older.
        """

    async def find(self, route: str) -> Sequence[Instance]:
        """The instances of a route, alive or not, by URL."""

    async def all(self) -> Sequence[Instance]:
        """Every instance, by route and URL."""

    async def remove(self, route: str) -> bool:
        """Forget a route's instances; False if there are none."""

    async def forget(self, heard_before: datetime, route: str | None = None) -> None:
        """Forget instances that were last heard before an instant.

        Those of one route; None: of all.
        """


class BlobStore(Protocol):
    """Keeps binaries: contracts/test_blob_store.py.

    Keys start with the id of their task and a slash. A blob is there whole or not
    at all; reading and writing stream, memory does not grow with the size. Every
    method raises `Unavailable` when the store cannot be reached.
    """

    async def put(
        self, task: str, content: AsyncIterator[bytes], type: str, name: str | None
    ) -> Blob:
        """Store under a new key; durable when it returns.

        `type` is the media type, `name` that of the file, if it has one. If the
        content raises, nothing is kept and the exception passes through.
        """

    async def put_named(self, task: str, name: str, content: bytes) -> str:
        """Store small content under a key made of task and name, and return the key.

        The same task and name again is the same content again: nothing to do.
        """

    def read(self, key: str, start: int = 0) -> AsyncIterator[bytes]:
        """The content from byte `start` on, in pieces; raises `Unknown`."""

    async def delete(self, keys: Sequence[str]) -> None:
        """Erase single blobs; those that are not there do not matter."""

    async def erase(self, task: str) -> None:
        """Erase every blob of a task; nothing to do if there is none."""

    async def touched(self, since: datetime, until: datetime) -> Sequence[str]:
        """Tasks whose last blob was added, or single blob deleted, in that span."""

    async def check(self) -> None:
        """Raises `Unavailable` if the store cannot be used now."""


Turn = Callable[[FramePath, Sequence[Event]], Awaitable[Sequence[bool]]]
"""Gives a frame its events; of each, whether the frame has taken it."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that no turn could take."""

    id: str
    path: str
    event: str
    """Its beginning, in JSON if it can be read."""
    reason: str
    died_at: datetime


class Inbox(Protocol):
    """Gives every frame its events one turn at a time: contracts/test_inbox.py.

    In one replica turns of one frame never overlap; turns of different frames do.
    All events that wait for a frame come in one turn, in the order they were posted.
    """

    async def run(self, turn: Turn) -> None:
        """Take turns until cancelled; open turns are finished first."""

    async def post(self, path: FramePath, event: Event) -> bool | None:
        """Returns when the event is safe; it may get several turns.

        Whether its turn has taken it; None if its turn comes later. Raises what its
        turn raised, and `Unavailable` if the event can be neither taken nor kept.
        """

    def post_later(self, path: FramePath, event: Event, delay: timedelta) -> None:
        """An event that may ride along with the next one, or come after `delay`.

        It may be lost: only for what costs nothing but time if it is.
        """

    def owns(self, path: FramePath) -> bool:
        """Whether turns of this frame are taken here, as far as is known now."""

    async def leave(self) -> None:
        """Take no more events from other replicas; those that came get their turns."""

    async def hand_over(self, path: FramePath) -> None:
        """Let the next owner of a frame see to it soon, after this replica's end.

        Raises `Unavailable` if the order cannot be kept for that owner.
        """

    async def check(self) -> None:
        """Raises `Unavailable` if events cannot reach other replicas now."""

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        """At most `limit` events that died, oldest first."""

    async def dead_count(self) -> int:
        """How many events died."""

    async def revive(self, id: str) -> None:
        """Post a dead event again; raises `Unknown`, `InvalidInput` if it cannot be."""

    async def bury(self, id: str) -> None:
        """Forget a dead event; raises `Unknown`."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The service took the work."""

    instance: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The interface gave its result at once."""

    out: Admitted


@dataclass(frozen=True, slots=True)
class Refused:
    """The call failed, for a reason in words."""

    reason: str
    final: bool = False
    """The same call would fail again."""
    busy: bool = False
    """Not a failure: the other side wants the call later."""
    after: timedelta | None = None
    """How much later, if it said so."""
    unawaited: bool = False
    """The other side does not know whom this is for, or has moved on."""
    unsent: bool = False
    """This payload cannot be sent to anybody: another one can."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One POST of data to a service, or of a result to a callback address."""

    url: str
    query: Mapping[str, str]
    payload: Json
    """Top-level keys that are blobs become parts; others typed data."""
    headers: Mapping[str, str]
    timeout: timedelta


@dataclass(frozen=True, slots=True)
class Request:
    """One request of an http node."""

    task: str
    """Whose blob a binary answer becomes."""
    verb: str
    url: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    payload: Json
    timeout: timedelta


class Outside(Protocol):
    """Calls other machines: contracts/test_outside.py.

    Whatever they do is an answer, never an exception.
    """

    async def deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        """POST the payload: JSON, or multipart when there are blobs in it.

        Any 2xx acknowledges. 429 and 503 are `busy`; 404, 409 and 410 `unawaited`.
        A status that says that the request itself is wrong is `final`.
        """

    async def request(self, request: Request) -> Answered | Refused:
        """The answer's JSON, or `{"raw": blob}` when it is not JSON."""

    def check(self, url: str) -> None:
        """Raises `AddressRefused` if the rules cannot allow a service at this URL."""
