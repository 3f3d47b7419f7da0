"""Calls other machines for a node, and tells its frame what came of it."""

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

from engine.domain import messages as m
from engine.domain.errors import Unavailable, Unknown
from engine.domain.frame import Frame, FramePath
from engine.domain.gate import flaw, owns
from engine.domain.pipeline import Caller, HttpNode, ServiceNode
from engine.domain.protocol import (
    CALLBACK_URL,
    DEPTH_HEADER,
    IDEMPOTENCY_KEY_HEADER,
    TASK_ID,
)
from engine.domain.rules import Rules
from engine.domain.values import Json, Large, blobs_in
from engine.ports import (
    Acknowledged,
    Answered,
    BlobStore,
    Delivery,
    Inbox,
    Outside,
    Refused,
    Request,
)
from engine.usecases.callbacks import CallbackIds
from engine.usecases.callers import NOT_AWAITED
from engine.usecases.capacity import PAYLOADS_BYTES, Capacity, memory_of
from engine.usecases.fair_places import FairPlaces
from engine.usecases.frames import Frames
from engine.usecases.pipelines import Pipelines
from engine.usecases.recent import Recent
from engine.usecases.services import Services
from engine.usecases.task_ids import TaskIds, key_of_call

# A service only says that it took the work, so that it can answer at once. It must be
# below `Rules.call_again`: a call is not repeated while it is still being made.
ACKNOWLEDGEMENT_TIMEOUT = timedelta(seconds=20)

# How long an event that may be lost waits for another one of its frame. A result that
# comes within that time is saved together with its acknowledgement, so that a fast call
# costs one write.
RIDE_ALONG_DELAY = timedelta(seconds=1)

# Calls of one service, or of one host, under way at once. The others wait here, so that
# a slow service takes no connections from the others.
MAX_CALLS_PER_PLACE = 64

# Of one task with all that it called. The rest is for the other tasks, also while a
# service takes its time.
MAX_CALLS_PER_PLACE_AND_TASK = 48

# Calls of pipelines of this engine under way at once, and those of one task. Such a
# call is work of the engine itself: more of them at once would not be done sooner, and
# everybody else's requests would wait behind them.
MAX_OWN_CALLS = 8
MAX_OWN_CALLS_PER_TASK = 2

# Bounds how many services and hosts are remembered with the calls under way there.
MAX_PLACES = 1_024

# Waits between the tries to post what came of a call: 38 s in all.
POST_DELAYS_SECONDS = (0.1, 0.5, 2, 5, 10, 20)


class Calls:
    """Carries out `CallNode` and `CancelCall`."""

    def __init__(
        self,
        *,
        frames: Frames,
        blobs: BlobStore,
        pipelines: Pipelines,
        services: Services,
        outside: Outside,
        inbox: Inbox,
        ids: CallbackIds,
        task_ids: TaskIds,
        rules: Rules,
        public_url: str,
    ) -> None:
        self._frames = frames
        self._blobs = blobs
        self._pipelines = pipelines
        self._services = services
        self._outside = outside
        self._inbox = inbox
        self._ids = ids
        self._task_ids = task_ids
        self._rules = rules
        self._url = public_url.rstrip("/")
        self._places: Recent[str, FairPlaces] = Recent(MAX_PLACES)
        self._capacity = Capacity(PAYLOADS_BYTES)
        self._own_place = FairPlaces(MAX_OWN_CALLS, MAX_OWN_CALLS_PER_TASK)

    async def call(self, path: FramePath, order: m.CallNode) -> None:
        """Call what a node names, and tell its frame what came of it."""
        event = await self._outcome(path, order)

        if isinstance(event, m.NodeAcknowledged):
            # A fast service has brought its result before its acknowledgement came
            # here: then that is no news, and not worth a turn.
            if self._frames.awaits(path, order.node, order.attempt):
                self._inbox.post_later(path, event, RIDE_ALONG_DELAY)
        elif event:
            await self._tell(path, event)

    async def cancel(self, frame: Frame, order: m.CancelCall) -> None:
        """Stop the task that an attempt started by calling a pipeline.

        One that is started only now finds out by itself that nobody waits for it.
        """
        program = await self._pipelines.program(frame.route, frame.version)
        node = program.graph(frame.loops).nodes[order.node]
        if not isinstance(node, ServiceNode) or not node.service:
            return

        callback_id = self._ids.sign(frame.path, order.node, order.attempt)
        path = FramePath(self._task_ids.of_call(node.service, callback_id))
        # Asked first: most calls are of services, and have started no task.
        if await self._frames.runs_now(path):
            unwanted = m.CancelRequested(NOT_AWAITED, unwanted=True)
            await self._inbox.post(path, unwanted)

    async def _tell(self, path: FramePath, event: m.Event) -> None:
        """Post what came of a call; try again while the inbox is not available.

        The answer of an http node is known here and nowhere else: without it the
        request would have to be made again.
        """
        for delay in POST_DELAYS_SECONDS:
            try:
                await self._inbox.post(path, event)
                return
            except Unavailable:
                await asyncio.sleep(delay)
            except Unknown:
                # The task was erased during the call, its blobs before that of this
                # answer was stored: nothing else would erase that one.
                if isinstance(event, m.NodeFinished):
                    task = path.partition("/")[0]
                    keys = [blob.key for blob in blobs_in(event.out)]
                    await self._blobs.delete([key for key in keys if owns(task, key)])
                raise

        await self._inbox.post(path, event)

    async def _outcome(self, path: FramePath, order: m.CallNode) -> m.Event | None:
        """What came of a call; None if it was not wanted any more."""
        first_task, node = await self._node(path, order)
        place = await self._place(node)

        await place.enter(first_task)
        try:
            # The wait may have been long: the task may have ended since, or the
            # attempt may have been given up.
            if not self._frames.awaits(path, order.node, order.attempt):
                return None
            return await self._called(path, order, node)
        finally:
            place.leave(first_task)

    async def _called(
        self, path: FramePath, order: m.CallNode, node: Caller
    ) -> m.Event | None:
        frame = await self._frames.outline(path)
        run = frame.runs.get(order.node)
        if run is None or not run.awaits(order.attempt):
            return None

        # Read only now: many calls may have waited, and none kept its payload.
        async with self._capacity.holding(memory_of(run.input)):
            payload = await self._frames.content(run.input)
            return await self._call_with(frame, order, node, payload)

    async def _call_with(
        self, frame: Frame, order: m.CallNode, node: Caller, payload: Json
    ) -> m.Event:
        # In a thread: there may be a hundred thousand values to look at.
        if isinstance(frame.runs[order.node].input, Large):
            wrong = await asyncio.to_thread(flaw, payload, frame.task)
        else:
            wrong = flaw(payload, frame.task)
        if wrong:
            reason = f"its input cannot be sent: {wrong}"
            return _refused(order, Refused(reason, final=True))

        if isinstance(node, HttpNode):
            return await self._request(frame, order, node, payload)
        return await self._call_service(frame, order, node, payload)

    async def _node(self, path: FramePath, order: m.CallNode) -> tuple[str, Caller]:
        """On whose account a call is made, and the node that makes it."""
        frame = await self._frames.outline(path)
        program = await self._pipelines.program(frame.route, frame.version)
        node = program.graph(frame.loops).nodes[order.node]
        assert isinstance(node, ServiceNode | HttpNode)  # nosec B101 # only these call
        return frame.first_task, node

    async def _place(self, node: Caller) -> FairPlaces:
        """Where a call waits: one place for each service, or each host."""
        if isinstance(node, ServiceNode) and node.service:
            name = node.service
            if not await self._services.offers(name):
                return self._own_place
        else:
            name = urlsplit(node.url or "").netloc

        place = self._places.get(name)
        if place is None:
            place = FairPlaces(MAX_CALLS_PER_PLACE, MAX_CALLS_PER_PLACE_AND_TASK)
            self._places.put(name, place)
        return place

    async def _call_service(
        self, frame: Frame, order: m.CallNode, node: ServiceNode, payload: Json
    ) -> m.Event:
        task_id = self._ids.sign(frame.path, order.node, order.attempt)
        headers = {DEPTH_HEADER: str(frame.depth + 1)}

        url = node.url
        instance = ""
        if node.service:
            found = await self._services.pick(node.service)
            if found:
                url = found.url
                instance = found.url
            elif await self._pipelines.published(node.service):
                url = f"{self._url}/services/{node.service}"
                # A call of a pipeline that is made again must find its first task
                # instead of starting a second one.
                headers[IDEMPOTENCY_KEY_HEADER] = key_of_call(task_id)
        if not url:
            reason = f"no service announces “{node.service}” now"
            return m.NodePostponed(order.node, order.attempt, reason)

        delivery = Delivery(
            url=url,
            query={CALLBACK_URL: f"{self._url}/callback", TASK_ID: task_id},
            payload=payload,
            headers=headers,
            timeout=ACKNOWLEDGEMENT_TIMEOUT,
        )
        answer = await self._outside.deliver(delivery)

        if isinstance(answer, Acknowledged):
            return m.NodeAcknowledged(order.node, order.attempt, instance)
        if instance:
            self._services.avoid(instance)
        return _refused(order, answer)

    async def _request(
        self, frame: Frame, order: m.CallNode, node: HttpNode, payload: Json
    ) -> m.Event:
        request = Request(
            task=frame.task,
            verb=node.verb,
            url=node.url,
            query={key: _text(value) for key, value in node.query.items()},
            headers=node.headers,
            payload=payload,
            timeout=self._rules.timeout_of(node),
        )
        answer = await self._outside.request(request)

        if isinstance(answer, Answered):
            return m.NodeFinished(order.node, order.attempt, answer.out)
        return _refused(order, answer)


def _refused(order: m.CallNode, answer: Refused) -> m.Event:
    if answer.busy:
        return m.NodePostponed(order.node, order.attempt, answer.reason, answer.after)
    return m.NodeFailed(order.node, order.attempt, answer.reason, answer.final)


def _text(value: str | int | float | bool) -> str:
    """A query parameter as JSON would spell it: `true`, not `True`."""
    return str(value).lower() if isinstance(value, bool) else str(value)
