"""What services bring back: results, failures, how far they are."""

from dataclasses import dataclass

from msgspec.structs import replace

from engine.domain import messages as m
from engine.domain.errors import OutdatedAttempt, Unknown
from engine.domain.gate import Admitted
from engine.domain.run import shortened
from engine.domain.run_faults import Cause
from engine.domain.spans import trace_id_of
from engine.ports import Inbox
from engine.usecases.callback_ids import Callback, CallbackIds
from engine.usecases.calls import RIDE_ALONG_DELAY
from engine.usecases.frames import Frames
from engine.usecases.results import Results
from engine.usecases.windows import Windows


@dataclass(frozen=True, slots=True)
class Order:
    """What a running task orders of this engine."""

    owner: str
    """The person for whom it runs."""
    route: str
    """What it runs."""


class Callbacks:
    """Takes reports of attempts, and refuses those of attempts that were given up."""

    def __init__(
        self,
        *,
        frames: Frames,
        inbox: Inbox,
        ids: CallbackIds,
        results: Results,
        windows: Windows,
    ) -> None:
        self._frames = frames
        self._inbox = inbox
        self._ids = ids
        self._results = results
        self._windows = windows

    async def attempt(self, task_id: str) -> Callback:
        """The attempt whose result this id may bring.

        Raises `Unknown`, and `OutdatedAttempt` if its result is not awaited any more.
        If another replica owns the frame, that one judges the report.
        """
        callback = self._ids.read(task_id)
        if not self._inbox.owns(callback.path):
            return callback

        # The remembered frame first. What it refuses may be the answer to a call that
        # another replica made since: so the stored one has the last word.
        for fresh in (False, True):
            frame = await self._frames.outline(callback.path, fresh)
            if frame.awaits(callback.node, callback.attempt):
                if frame.trace:
                    return replace(callback, trace=trace_id_of(frame))
                return callback

        run = frame.runs.get(callback.node)
        if run and callback.attempt in run.accepted:
            return replace(callback, repeated=True)
        raise OutdatedAttempt()

    async def order(self, task_id: str) -> Order | None:
        """For whom, and for what, something is ordered under this id of an attempt.

        None: the engine has given no such id.
        """
        try:
            ordered = self._ids.read(task_id)
            frame = await self._frames.outline(ordered.path)
        except Unknown:
            return None
        return Order(owner=frame.owner, route=frame.route)

    def is_order(self, task_id: str) -> bool:
        """Whether the engine has given this id to an attempt, of whatever task."""
        return self._ids.find(task_id) is not None

    def hear(self, callback: Callback, message: str) -> None:
        """Take a service's word on how far it is; it may be lost."""
        event = m.NodeProgressed(callback.node, callback.attempt, message)
        self._inbox.post_later(callback.path, event, RIDE_ALONG_DELAY)

    async def report(
        self,
        callback: Callback,
        data: Admitted,
        json_bytes: int = 0,
        stored_bytes: int = 0,
    ) -> None:
        """Take a result: when this returns it will not be lost.

        `json_bytes` is its size as it came, `stored_bytes` that of its binaries. Raises
        `UnfitResult` if it is not what the service announces.
        """
        await self._results.expect_fit(callback, data, json_bytes)
        event = m.NodeFinished(
            callback.node, callback.attempt, data, stored_bytes=stored_bytes
        )
        await self._post(callback, event)

    async def fail(self, callback: Callback, message: str, retryable: bool) -> None:
        """Take a service's own word that it failed."""
        event = m.NodeFailed(
            node=callback.node,
            attempt=callback.attempt,
            reason=message,
            final=not retryable,
            reported=True,
            code=Cause.SERVICE_FAILED,
        )
        await self._post(callback, event)

    async def refuse(self, callback: Callback, reason: str) -> None:
        """Note why a result is not taken; when this returns it will not be lost."""
        noted = shortened(reason)
        event = m.ResultRefused(callback.node, callback.attempt, noted)
        await self._inbox.post(callback.path, event)

    async def _post(self, callback: Callback, event: m.Event) -> None:
        """Raises `OutdatedAttempt` if the attempt was given up in the meantime."""
        is_taken = await self._inbox.post(callback.path, event)
        # Its turn may have been taken elsewhere, where nobody knows of its place here.
        self._windows.brought(callback.path, (callback.node, callback.attempt))
        if is_taken is False:
            raise OutdatedAttempt()
