"""Calls other machines for a node, and tells its frame what came of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from engine.domain import messages as m
from engine.domain.access.roles import MAIN
from engine.domain.errors import NoSecret, Unavailable, Unknown
from engine.domain.frame import Frame, FramePath
from engine.domain.gate import flaw, owns
from engine.domain.pipeline import Caller, HttpNode, ServiceNode
from engine.domain.protocol import (
    CALLBACK_URL,
    DEPTH_HEADER,
    IDEMPOTENCY_KEY_HEADER,
    TASK_ID,
    TRACEPARENT,
)
from engine.domain.rules import Rules
from engine.domain.run_faults import Cause
from engine.domain.secrets import Text, secrets_in
from engine.domain.spans import context_of_attempt, trace_id_of
from engine.domain.values import Json, Large, blobs_in
from engine.ports import (
    Acknowledged,
    Answered,
    BlobStore,
    Clock,
    Delivery,
    Inbox,
    Outside,
    Refused,
    Request,
)
from engine.usecases.access.homes import Homes
from engine.usecases.callback_ids import CallbackIds
from engine.usecases.callers import NOT_AWAITED
from engine.usecases.capacity import (
    LARGE_BYTES_PER_SECOND,
    PAYLOADS_BYTES,
    Capacity,
    memory_of,
)
from engine.usecases.fair_places import FairPlaces
from engine.usecases.frames import Frames
from engine.usecases.given import Given
from engine.usecases.log_context import note_trace
from engine.usecases.many_files import ManyFiles, sent_blobs
from engine.usecases.pipelines import Pipelines
from engine.usecases.recent import Recent
from engine.usecases.secrets import Secrets
from engine.usecases.services import Services
from engine.usecases.task_ids import TaskIds, key_of_call
from engine.usecases.windows import Window, Windows

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
        files: ManyFiles,
        pipelines: Pipelines,
        services: Services,
        secrets: Secrets,
        homes: Homes | None,
        outside: Outside,
        inbox: Inbox,
        ids: CallbackIds,
        task_ids: TaskIds,
        given: Given,
        windows: Windows,
        rules: Rules,
        public_url: str,
        clock: Clock,
    ) -> None:
        self._frames = frames
        self._blobs = blobs
        self._files = files
        self._pipelines = pipelines
        self._services = services
        self._secrets = secrets
        self._homes = homes
        self._outside = outside
        self._inbox = inbox
        self._ids = ids
        self._task_ids = task_ids
        self._given = given
        self._windows = windows
        self._clock = clock
        self._rules = rules
        self._url = public_url.rstrip("/")
        self._places: Recent[str, FairPlaces] = Recent(MAX_PLACES)
        self._capacity = Capacity(PAYLOADS_BYTES, LARGE_BYTES_PER_SECOND)
        self._own_place = FairPlaces(MAX_OWN_CALLS, MAX_OWN_CALLS_PER_TASK)

    async def call(self, path: FramePath, order: m.CallNode) -> None:
        """Call what a node names, and tell its frame what came of it."""
        event = await self._outcome(path, order)

        if isinstance(event, m.NodeAcknowledged):
            # A fast service has brought its result before its acknowledgement came
            # here: then that is no news, and not worth a turn.
            if self._frames.awaits(path, order.node, order.attempt):
                if event.instance and event.given_at:
                    self._given.note(path, event.instance, event.given_at)
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

        for task in self._task_ids.of_call(
            node.service, frame.path, order.node, order.attempt
        ):
            # Asked first: most calls are of services, and have started no task.
            if await self._frames.runs_now(FramePath(task)):
                unwanted = m.CancelRequested(NOT_AWAITED, unwanted=True)
                await self._inbox.post(FramePath(task), unwanted)

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
        frame = await self._frames.outline(path)
        node = await self._node(frame, order)
        task = frame.first_task
        person = frame.owner
        # Before it has a place, which others wait for.
        run = frame.runs.get(order.node)
        await self._files.rest_before(run and run.input, task, person)
        # A call may wait long for its place, and keeps no frame in memory meanwhile.
        del frame

        place, window = await self._place(node, person)

        waited = await place.enter(task, person=person)
        event = None
        try:
            # The wait may have been long: the task may have ended since, or the
            # attempt may have been given up.
            if not waited or self._frames.awaits(path, order.node, order.attempt):
                event = await self._called(path, order, node)
        finally:
            if window and isinstance(event, m.NodeAcknowledged):
                self._windows.hold(
                    window,
                    task,
                    path=path,
                    attempt=(order.node, order.attempt),
                    timeout=self._rules.timeout_of(node),
                )
            else:
                place.leave(task)
        return event

    async def _called(
        self, path: FramePath, order: m.CallNode, node: Caller
    ) -> m.Event | None:
        frame = await self._frames.outline(path)
        if not frame.awaits(order.node, order.attempt):
            return None

        if frame.trace:
            note_trace(path, trace_id_of(frame))
        run = frame.runs[order.node]
        # As most are: nothing is read, and nothing waits.
        if not isinstance(run.input, Large):
            return await self._call_with(frame, order, node, run.input)

        # Read only now: many calls may have waited, and none kept its payload.
        async with self._capacity.holding(frame.first_task, memory_of(run.input)):
            payload = await self._frames.content(run.input)
            await self._files.rest_before(payload, frame.first_task, frame.owner)
            return await self._call_with(frame, order, node, payload)

    async def _call_with(
        self, frame: Frame, order: m.CallNode, node: Caller, payload: Json
    ) -> m.Event:
        # A large one was judged when it was read: to write it once more for that would
        # keep everybody waiting.
        is_large = isinstance(frame.runs[order.node].input, Large)
        wrong = None if is_large else flaw(payload, frame.task)
        if wrong:
            reason = f"its input cannot be sent: {wrong}"
            unsent = Refused(reason, final=True, code=Cause.NOT_SENT)
            return _refused(order, unsent)

        if isinstance(node, HttpNode):
            return await self._request(frame, order, node, payload)
        return await self._call_service(frame, order, node, payload)

    async def _node(self, frame: Frame, order: m.CallNode) -> Caller:
        """The node that calls."""
        program = await self._pipelines.program(frame.route, frame.version)
        node = program.graph(frame.loops).nodes[order.node]
        assert isinstance(node, ServiceNode | HttpNode)  # nosec B101 # only these call
        return node

    async def _place(
        self, node: Caller, person: str
    ) -> tuple[FairPlaces, Window | None]:
        """Where a call waits: one place for each service, or each host.

        If a service tells how many workers it has these are the places of its window.
        Without accounts there are no people to be fair to: then all is given out.
        """
        if not isinstance(node, ServiceNode) or not node.service:
            return self._place_at(urlsplit(node.url or "").netloc), None

        workers = await self._services.workers(node.service)
        if workers is None:
            return self._own_place, None
        if workers and person:
            window = self._windows.of(node.service, workers)
            return window.places, window
        return self._place_at(node.service), None

    def _place_at(self, name: str) -> FairPlaces:
        place = self._places.get(name)
        if place is None:
            place = FairPlaces(MAX_CALLS_PER_PLACE, MAX_CALLS_PER_PLACE_AND_TASK)
            self._places.put(name, place)
        return place

    async def _call_service(
        self, frame: Frame, order: m.CallNode, node: ServiceNode, payload: Json
    ) -> m.Event:
        headers = {DEPTH_HEADER: str(frame.depth + 1)}
        if frame.trace:
            context = context_of_attempt(frame, order.node, order.attempt)
            headers[TRACEPARENT] = context.header

        url = node.url
        instance = None
        if node.service:
            instance = await self._services.pick(node.service)
            if instance:
                url = instance.url
            elif await self._pipelines.published(node.service):
                url = f"{self._url}/services/{node.service}"
                # A call of a pipeline that is made again must find its first task
                # instead of starting a second one.
                attempt_id = self._ids.sign(frame.path, order.node, order.attempt)
                headers[IDEMPOTENCY_KEY_HEADER] = key_of_call(attempt_id)
        if not url:
            reason = f"no service announces “{node.service}” now"
            return m.NodePostponed(order.node, order.attempt, reason)

        task_id = self._ids.sign(
            frame.path, order.node, order.attempt, node.service or ""
        )
        delivery = Delivery(
            url=url,
            query={CALLBACK_URL: f"{self._url}/callback", TASK_ID: task_id},
            payload=payload,
            headers=headers,
            timeout=ACKNOWLEDGEMENT_TIMEOUT,
        )
        given_at = self._clock()
        answer = await self._outside.deliver(delivery)

        if isinstance(answer, Acknowledged):
            at = instance.url if instance else ""
            return m.NodeAcknowledged(order.node, order.attempt, at, given_at)
        if instance and await self._services.left(instance, given_at, answer):
            reason = f"an instance of “{instance.route}” has left"
            return m.NodePostponed(order.node, order.attempt, reason)
        return _refused(order, answer)

    async def _request(
        self, frame: Frame, order: m.CallNode, node: HttpNode, payload: Json
    ) -> m.Event:
        asked = node.asking.fixed or frame.runs[order.node].asked
        assert asked is not None  # nosec B101 # it is kept when the node begins
        headers = asked.headers
        if frame.trace and not any(name.lower() == TRACEPARENT for name in headers):
            context = context_of_attempt(frame, order.node, order.attempt)
            headers = {**headers, TRACEPARENT: context.header}
        request = Request(
            task=frame.task,
            verb=node.verb,
            url=asked.url,
            query={key: _one_or_all(texts) for key, texts in asked.query.items()},
            headers=headers,
            payload=payload,
            timeout=self._rules.timeout_of(node),
            send=node.send,
            full=node.answer == "full",
        )
        try:
            request = await self._with_secrets(request, frame)
        except NoSecret as error:
            refused = Refused(str(error), True, code=Cause.NO_SECRET)
            return _refused(order, refused, asked.place_of(error.name))
        except Unavailable as error:
            return _refused(order, Refused(str(error), busy=True))
        answer = await self._outside.request(request)

        if isinstance(answer, Answered):
            # A binary is the whole answer, or its body.
            stored = sum(blob.size for blob in sent_blobs(answer.out))
            return m.NodeFinished(
                order.node, order.attempt, answer.out, stored_bytes=stored
            )
        return _refused(order, answer)

    async def _with_secrets(self, request: Request, frame: Frame) -> Request:
        """The request with the values of its secrets; raises `NoSecret`.

        They are read for each request: nothing that is kept has them. They are those of
        the space to which the pipeline belongs, whoever runs it.
        """
        names = frozenset(secrets_in(request.texts))
        if not names:
            return request

        home = await self._homes.of(frame.route) if self._homes else None
        space = home.space if home else MAIN
        return replace(request, secrets=await self._secrets.values(names, space))


def _refused(order: m.CallNode, answer: Refused, field: str | None = None) -> m.Event:
    if answer.busy:
        return m.NodePostponed(order.node, order.attempt, answer.reason, answer.after)
    return m.NodeFailed(
        order.node,
        order.attempt,
        answer.reason,
        answer.final,
        code=answer.code,
        field=field,
    )


def _one_or_all(texts: list[Text]) -> Text | list[Text]:
    return texts[0] if len(texts) == 1 else texts
