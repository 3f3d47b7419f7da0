"""Brings end results to the callers of tasks."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from engine.domain import messages as m
from engine.domain.errors import Unavailable
from engine.domain.frame import Frame, FramePath, FrameStatus, Push
from engine.domain.gate import flaw
from engine.domain.protocol import TASK_ID, TRACEPARENT
from engine.domain.rules import Rules
from engine.domain.spans import context_of_push
from engine.domain.values import Json, Large
from engine.ports import Acknowledged, Delivery, Inbox, Outside, Refused
from engine.usecases.calls import RIDE_ALONG_DELAY
from engine.usecases.capacity import (
    LARGE_BYTES_PER_SECOND,
    PAYLOADS_BYTES,
    Capacity,
    memory_of,
)
from engine.usecases.fair_places import FairPlaces
from engine.usecases.frames import Frames
from engine.usecases.many_files import ManyFiles
from engine.usecases.pipelines import Pipelines
from engine.usecases.recent import Recent
from engine.usecases.reports import outputs
from engine.usecases.tracing import Tracing

# Results under way at once, and those to one host. Hosts that never answered, or not
# the last time, have places of their own: they take up to half a minute for each.
MAX_PUSHES = 64
MAX_PUSHES_PER_HOST = 16

# Results that wait for a place. What comes beyond is ordered again by the timers.
MAX_WAITING_PUSHES = 10_000

# Bounds how many hosts are remembered as answering.
MAX_HOSTS = 4_096


class Pushes:
    """Carries out `PushResult`."""

    def __init__(
        self,
        *,
        frames: Frames,
        files: ManyFiles,
        pipelines: Pipelines,
        outside: Outside,
        inbox: Inbox,
        rules: Rules,
        tracing: Tracing | None = None,
    ) -> None:
        self._frames = frames
        self._files = files
        self._pipelines = pipelines
        self._outside = outside
        self._inbox = inbox
        self._rules = rules
        self._tracing = tracing

        # Not those of calls: a caller that does not answer must not hold them up.
        self._capacity = Capacity(PAYLOADS_BYTES, LARGE_BYTES_PER_SECOND)
        self._under_way: set[FramePath] = set()
        self._answering: Recent[str, bool] = Recent(MAX_HOSTS)
        self._known = FairPlaces(MAX_PUSHES, MAX_PUSHES_PER_HOST)
        self._unknown = FairPlaces(MAX_PUSHES, MAX_PUSHES_PER_HOST)

    def __len__(self) -> int:
        """How many results are under way, or wait for it."""
        return len(self._under_way)

    async def push(self, path: FramePath, url: str) -> None:
        """Send the end result to the task's caller, in the way a service does.

        Raises `Unavailable` if it did not arrive: the timers order it again.
        """
        # A push that waits long for its place is ordered again by the timers.
        if path in self._under_way:
            return
        if len(self._under_way) >= MAX_WAITING_PUSHES:
            raise Unavailable("a place for a result", "too many results wait for one")

        host = urlsplit(url).netloc
        places = self._known if self._answering.get(host) else self._unknown
        self._under_way.add(path)
        try:
            async with places.turn(host):
                # Read only now: many may have waited, and none kept its frame.
                await self._push(await self._frames.outline(path), host)
        finally:
            self._under_way.discard(path)

    async def _push(self, frame: Frame, host: str) -> None:
        push = frame.push
        if push is None or push.done:
            return

        out: Json | Large = None
        if frame.status is FrameStatus.FINISHED:
            program = await self._pipelines.program(frame.route, frame.version)
            out = frame.runs[program.pipeline.end.id].out

        async with self._capacity.holding(
            frame.first_task, memory_of(out), frame.owner
        ):
            payload = outputs(await self._frames.content(out))
            if frame.status is not FrameStatus.FINISHED:
                payload = _error(frame.error or str(frame.status))
            # A large one was judged when it was read.
            wrong = None if isinstance(out, Large) else flaw(payload, frame.task)
            await self._files.rest_before(payload, frame.first_task, frame.owner)
            if wrong:
                payload = _cannot_be_sent(wrong)
            await self._deliver(frame, push, payload, host)

    async def _deliver(
        self, frame: Frame, push: Push, payload: Json, host: str
    ) -> None:
        headers: dict[str, str] = {}
        began = None
        if self._tracing and frame.trace:
            headers[TRACEPARENT] = context_of_push(frame).header
            began = self._tracing.now()

        answer = await self._send(push, payload, headers)
        if isinstance(answer, Refused) and answer.unsent:
            # A file within a list, for example. Without a word the caller would wait
            # until its timeout.
            answer = await self._send(push, _cannot_be_sent(answer.reason), headers)

        if self._tracing and began:
            arrived = isinstance(answer, Acknowledged)
            self._tracing.pushed(frame, began, arrived=arrived)

        if isinstance(answer, Refused):
            self._answering.drop(host)
        else:
            self._answering.put(host, True)

        # Some refusals are answers too: the caller does not take this result, or does
        # not wait for it any more. Sending it again would change nothing.
        if isinstance(answer, Refused) and not (answer.final or answer.unawaited):
            # This goes to the log. The address may hold a password or a token.
            name = urlsplit(push.url).hostname
            raise Unavailable(f"the caller at {name}", answer.reason)
        self._inbox.post_later(frame.path, m.ResultPushed(), RIDE_ALONG_DELAY)

    async def _send(
        self, push: Push, payload: Json, headers: Mapping[str, str]
    ) -> Acknowledged | Refused:
        delivery = Delivery(
            url=push.url,
            query={TASK_ID: push.task_id},
            payload=payload,
            headers=headers,
            # Not longer than until the next try is ordered.
            timeout=self._rules.call_again,
        )
        return await self._outside.deliver(delivery)


def _cannot_be_sent(reason: str) -> dict[str, Json]:
    return _error(f"the result cannot be sent: {reason}")


def _error(message: str) -> dict[str, Json]:
    """What a service sends that has no result."""
    return {"type": "error", "message": message}
