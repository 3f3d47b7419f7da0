"""Times the calls of stores, whichever adapter is behind them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from time import perf_counter
from typing import Any, Self, TypeVar, cast

from engine.domain.errors import Unavailable
from engine.domain.frame import FramePath
from engine.domain.messages import Event
from engine.domain.store_calls import (
    BLOBS,
    INBOX,
    READ,
    WRITE,
    StoreCalls,
    StoreFigures,
)
from engine.domain.values import Blob

S = TypeVar("S")

Call = Callable[..., Awaitable[Any]]

Way = Callable[[Any, StoreCalls, Any], Any]
"""Makes a method that is timed: of one of the adapter, the figures that its calls go
into, and the adapter."""

READS = frozenset(
    "active all check children count counts current dead dead_count due expired find "
    "get has_tasks heard kept last lines named of_kind of_person of_route of_subject "
    "of_task page read replaced restarts tasks touched tried usage_in usage_of version "
    "versions".split()
)
WRITES = frozenset(
    "add adopt announce bury copy delete discard erase forget hand_over insert keep "
    "leave post postpone publish put put_named remove replace reseal revive save scrub "
    "tell used".split()
)


class Timed:
    """A store whose calls are timed; all else of it is as it was."""

    def __init__(self, adapter: Any, figures: StoreFigures, store: str) -> None:
        self.adapter = adapter
        # Set once and found at once: that is cheaper than to ask at each call.
        for operation, names in ((READ, READS), (WRITE, WRITES)):
            calls = figures[store, operation]
            for name in names:
                method = getattr(adapter, name, None)
                if method is not None:
                    way: Way = OTHER_WAYS.get((store, name), _call)
                    setattr(self, name, way(method, calls, adapter))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.adapter, name)


def timed(adapter: S, figures: StoreFigures, store: str) -> S:
    """The same adapter of a port, with its calls in the figures of this store."""
    return cast(S, Timed(adapter, figures, store))


def _call(method: Call, calls: StoreCalls, _: Any) -> Call:
    async def call(*args: Any, **named: Any) -> Any:
        began = perf_counter()
        try:
            return await method(*args, **named)
        except Unavailable:
            calls.errors += 1
            raise
        finally:
            calls.seconds.add(perf_counter() - began)

    return call


def _put(method: Call, calls: StoreCalls, _: Any) -> Call:
    """Without the time in which the store waits for what it is to keep."""

    async def put(
        task: str, content: AsyncIterator[bytes], type: str, name: str | None
    ) -> Blob:
        pieces = _Pieces(content)
        began = perf_counter()
        try:
            blob: Blob = await method(task, pieces, type, name)
            return blob
        except Unavailable:
            calls.errors += 1
            raise
        finally:
            calls.seconds.add(perf_counter() - began - pieces.seconds)

    return put


def _read(
    method: Callable[..., AsyncIterator[bytes]], calls: StoreCalls, _: Any
) -> Callable[..., AsyncIterator[bytes]]:
    """Without the time in which its caller works with what came."""

    async def read(key: str, start: int = 0) -> AsyncIterator[bytes]:
        content = method(key, start)
        pieces = _Pieces(content)
        try:
            async for piece in pieces:
                yield piece
        except Unavailable:
            calls.errors += 1
            raise
        finally:
            calls.seconds.add(pieces.seconds)
            # One who reads no further must not leave a file or an answer open.
            await cast(Any, content).aclose()

    return read


def _post(method: Call, calls: StoreCalls, inbox: Any) -> Call:
    """Without turns that are taken here: the stores that they ask are timed."""
    away = _call(method, calls, inbox)

    async def post(path: FramePath, event: Event) -> bool | None:
        way = method if inbox.owns(path) else away
        return cast(bool | None, await way(path, event))

    return post


class _Pieces:
    """Pieces as they come, and how long they were waited for."""

    def __init__(self, content: AsyncIterator[bytes]) -> None:
        self._content = content
        self.seconds = 0.0

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        began = perf_counter()
        try:
            return await anext(self._content)
        finally:
            self.seconds += perf_counter() - began


OTHER_WAYS: Mapping[tuple[str, str], Way] = {
    (BLOBS, "put"): _put,
    (BLOBS, "read"): _read,
    (INBOX, "post"): _post,
}
