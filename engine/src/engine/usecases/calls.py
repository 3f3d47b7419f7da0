"""Calls other machines for a node, and brings end results to callers."""

import asyncio
import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

from engine.domain import messages as m
from engine.domain.errors import Unavailable, Unknown
from engine.domain.frame import Frame, FramePath, FrameStatus
from engine.domain.pipeline import Caller, HttpNode, ServiceNode
from engine.domain.rules import Rules
from engine.domain.values import Json, blobs_in, unwrap
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
from engine.usecases.frames import Frames
from engine.usecases.pipelines import Pipelines
from engine.usecases.recent import Recent
from engine.usecases.reports import outputs
from engine.usecases.services import Services

DEPTH = "X-Marketplace-Depth"
KEY = "Idempotency-Key"  # a call made again starts no second task here
ACKNOWLEDGE = timedelta(seconds=20)  # a service says at once that it took the work
RIDE_ALONG = timedelta(seconds=1)  # how long what may be lost waits for company
SIDE_BY_SIDE = 64  # calls of one service or host under way at once


class Calls:
    """Carries out `CallNode` and `PushResult`."""

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
        self._rules = rules
        self._url = public_url.rstrip("/")
        self._places_of: Recent[str, asyncio.Semaphore] = Recent(1024)
        self._under_way: set[tuple[FramePath, str, int]] = set()

    async def call(self, frame: Frame, order: m.CallNode) -> None:
        """Call what a node names, and tell the frame what came of it."""
        address = (frame.path, order.node, order.attempt)
        if address in self._under_way:
            return  # ordered again while it waits for its turn
        self._under_way.add(address)
        try:
            event = await self._outcome(frame, order)
            if isinstance(event, m.NodeAcknowledged):
                if self._frames.awaits(*address):
                    self._inbox.post_later(frame.path, event, RIDE_ALONG)
            elif event:
                await self._tell(frame, event)
        finally:
            self._under_way.discard(address)

    async def _tell(self, frame: Frame, event: m.Event) -> None:
        """Post what is known nowhere else, again and again while that cannot be."""
        for delay in (0.1, 0.5, 2, 5, 10, 20):
            try:
                await self._inbox.post(frame.path, event)
                return
            except Unavailable:
                await asyncio.sleep(delay)
            except Unknown:
                if isinstance(event, m.NodeFinished):
                    await self._blobs.delete([b.key for b in blobs_in(event.out)])
                raise
        await self._inbox.post(frame.path, event)

    async def _outcome(self, frame: Frame, order: m.CallNode) -> m.Event | None:
        """What came of it; None: by the time it could be made nobody wanted it."""
        program = await self._pipelines.program(frame.route, frame.version)
        node = program.graph(frame.loops).nodes[order.node]
        assert isinstance(node, ServiceNode | HttpNode)  # nosec B101 # only these call
        payload = unwrap(frame.runs[order.node].input)
        if _foreign(frame, payload):
            refused = Refused("its input refers to another task's blob", final=True)
            return self._refused(order, refused)
        async with self._places(node):
            if not self._frames.awaits(frame.path, order.node, order.attempt):
                return None
            if isinstance(node, HttpNode):
                return await self._request(frame, order, node, payload)
            return await self._call_service(frame, order, node, payload)

    def _places(self, node: Caller) -> asyncio.Semaphore:
        """So many calls at once to one service or host: a slow one delays no other."""
        if isinstance(node, ServiceNode) and node.service:
            name = node.service
        else:
            name = urlsplit(node.url or "").netloc
        places = self._places_of.get(name) or asyncio.Semaphore(SIDE_BY_SIDE)
        self._places_of.put(name, places)
        return places

    async def _call_service(
        self, frame: Frame, order: m.CallNode, node: ServiceNode, payload: Json
    ) -> m.Event:
        task_id = self._ids.sign(frame.path, order.node, order.attempt)
        headers = {DEPTH: str(frame.depth + 1)}
        url, instance = node.url, ""
        if node.service and (found := await self._services.pick(node.service)):
            url = instance = found.url
        elif node.service and await self._pipelines.published(node.service):
            url = f"{self._url}/services/{node.service}"
            headers[KEY] = hashlib.sha256(task_id.encode()).hexdigest()
        if not url:
            reason = f"no service announces “{node.service}” now"
            return m.NodePostponed(order.node, order.attempt, reason)
        query = {"callback_url": f"{self._url}/callback", "task_id": task_id}
        delivery = Delivery(url, query, payload, headers, ACKNOWLEDGE)
        answer = await self._outside.deliver(delivery)
        if isinstance(answer, Acknowledged):
            return m.NodeAcknowledged(order.node, order.attempt, instance)
        if instance:
            self._services.avoid(instance)
        return self._refused(order, answer)

    async def _request(
        self, frame: Frame, order: m.CallNode, node: HttpNode, payload: Json
    ) -> m.Event:
        query = {key: _text(value) for key, value in node.query.items()}
        timeout = self._rules.timeout_of(node)
        request = Request(
            frame.task, node.verb, node.url, query, node.headers, payload, timeout
        )
        answer = await self._outside.request(request)
        if isinstance(answer, Answered):
            return m.NodeFinished(order.node, order.attempt, answer.out)
        return self._refused(order, answer)

    def _refused(self, order: m.CallNode, answer: Refused) -> m.Event:
        node, attempt = order.node, order.attempt
        if answer.busy:
            return m.NodePostponed(node, attempt, answer.reason, answer.after)
        return m.NodeFailed(node, attempt, answer.reason, answer.final)

    async def push(self, frame: Frame) -> None:
        """Bring the end result to the task's caller, as a service does."""
        push = frame.push
        if push is None:
            return
        program = await self._pipelines.program(frame.route, frame.version)
        payload = outputs(frame, program)
        if frame.status is not FrameStatus.FINISHED:
            payload = {"type": "error", "message": frame.error or str(frame.status)}
        query = {"task_id": push.task_id}
        delivery = Delivery(push.url, query, payload, {}, self._rules.call_again)
        answer = await self._outside.deliver(delivery)
        if isinstance(answer, Refused) and not answer.final:
            raise Unavailable(push.url, answer.reason)
        self._inbox.post_later(frame.path, m.ResultPushed(), RIDE_ALONG)


def _foreign(frame: Frame, payload: Json) -> bool:
    """Whether data refer to a blob that is not this task's."""
    return any(not b.key.startswith(f"{frame.task}/") for b in blobs_in(payload))


def _text(value: str | int | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
