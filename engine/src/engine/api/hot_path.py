"""Starts tasks and takes results: the two calls that every task needs.

These two calls go around FastAPI: its middleware, routing and request objects around
them cost 230 µs a task (docs/decisions/0007-what-the-profile-taught.md). So `HotPath`
recognises both calls by their path, outside of all middleware but the guard and CORS,
and hands them to endpoints in plain ASGI. Apart from that, `start` and `callback` read
like the route functions that they replace: they take a request, call use cases and
return an answer.

The same endpoints are in the router of FastAPI too (`app.py` says why), and
tests/api/test_hot_path.py shows that both ways give the same answers.
"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import orjson
from bounded_server.shares import Shares
from starlette.requests import ClientDisconnect
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.api.access.shown import sender_of, site_in
from engine.api.answers import ReadyAnswer
from engine.api.body.continued import add_what_is_not_sent
from engine.api.body.fits import checked_input
from engine.api.body.parts import AnyParts, PartsOfRoute
from engine.api.body.receiving import Receiving
from engine.api.call import Call
from engine.api.principals import (
    AS_ADMINISTRATOR,
    IS_NOTED,
    expect_visible,
    owner_id,
)
from engine.api.problems import client_disconnected, internal_error, problem
from engine.api.start_parameters import (
    DEPTH,
    again_of,
    cause_of,
    continues_of,
    depth_of,
    idempotency_key_of,
    push_of,
    version_of,
    wait_of,
)
from engine.api.waiting import PLACE, WaitingAnswer
from engine.domain.access.placing import starting_space
from engine.domain.access.rights import Need, Right
from engine.domain.access.roles import MAIN
from engine.domain.access.table import right_of
from engine.domain.errors import (
    EngineError,
    InvalidInput,
    ReservedKey,
    TooMuch,
    Unavailable,
)
from engine.domain.frame import Push
from engine.domain.gate import Admitted
from engine.domain.protocol import SPACE, TASK_ID
from engine.domain.said import words_or_json
from engine.usecases.callback_ids import Callback
from engine.usecases.loop_time import LoopTime

NO_REASON = "the service reports an error without a message"
UNTOLD = frozenset({"type", "retryable"})
"""Keys of a failure that say nothing of its reason."""
MAX_ERROR_CHARACTERS = 10_000
"""Of a service's error message: it is kept with the frame and shown to people."""
MAX_PROGRESS_CHARACTERS = 1_000
"""Of how far a service is: it is kept with the frame, and saved again each time."""
START = right_of("POST", "/services/{route}")
REFUSALS = (InvalidInput, ReservedKey, TooMuch)
"""What is wrong with the form of a result: 400, 413, 415 and 422."""
DONE = 200
"""Of whatever was done: started, or taken."""
REFUSED = "marketplace.refused"
"""In the scope of a call that was."""
ACCEPTED = ReadyAnswer(200, b'{"accepted":true}')


async def start(call: Call) -> ASGIApp:
    """Start a task of a route."""
    push = push_of(call)
    depth = depth_of(call)
    wait_seconds = wait_of(call)
    owner = owner_id(call.principal)
    if owner:
        call.allowances.begin(owner)
    try:
        task = await _started(call, push, depth, owner)
    finally:
        if owner:
            call.allowances.end(owner)

    status = f"{call.prefix}/tasks/{task}/status"
    location = (b"location", status.encode())
    started = ReadyAnswer(202, orjson.dumps({"jobId": task}), location)
    if wait_seconds is None:
        return started
    return WaitingAnswer(
        tasks=call.tasks,
        task=task,
        seconds=wait_seconds,
        started=started,
        location=location,
    )


async def _started(call: Call, push: Push | None, depth: int, owner: str) -> str:
    """The id of the task that a request starts, or has started before."""
    draft = await call.tasks.draft(
        call.route, idempotency_key_of(call), version_of(call), owner
    )

    # What a running task calls is part of it: nobody asks for it.
    is_asked = bool(owner) and not (push and call.callbacks.is_order(push.task_id))
    if draft.repeated:
        # It is not even read: its task has started. By its key one's own task is found
        # also where one may not see it any more.
        if is_asked:
            await expect_visible(call.principal, call.tasks, draft.task)
    else:
        continues = continues_of(call)
        if continues is not None:
            await expect_visible(call.principal, call.tasks, continues)
            draft = await call.tasks.continued(draft, continues, again_of(call))
        api = draft.pipeline.entry.api
        space = call.space
        if space is None or SPACE in call.query:
            space = await _space_of(call)
        # Before the body is read.
        if is_asked:
            await call.allowances.take(owner, space)
        async with Receiving(call, draft.task, PartsOfRoute(api)) as body:
            if call.door is not None:
                await call.expect_still_admitted(START)
            if draft.predecessor:
                taken_over = add_what_is_not_sent(api, body, draft.predecessor.data)
                await call.tasks.take_over(draft, taken_over)
            data = await checked_input(api, body, call.judging)
            stored = body.stored_bytes()
            cause = cause_of(call) if call.tasks.tracing else None
            await call.tasks.start(
                draft, data, push, depth, owner, space, stored, cause
            )
    return draft.task


async def _space_of(call: Call) -> str:
    """The space to which a task will belong; empty: there are no accounts."""
    if call.homes is None:
        return ""
    home = await call.homes.of(call.route)
    wanted = call.query.get(SPACE, "")
    return starting_space(call.principal, wanted, home) if home else MAIN


async def callback(call: Call) -> ASGIApp:
    """Take the result of an attempt; a 200 says that the result is safe."""
    attempt = await call.callbacks.attempt(call.query.get(TASK_ID, ""))
    if attempt.repeated:
        return ACCEPTED

    tracing = call.tasks.tracing
    if tracing is None:
        await _receive(call, attempt)
    else:
        with tracing.arrival(attempt, cause_of(call)) as arrival:
            arrival.is_result = await _receive(call, attempt)
    return ACCEPTED


async def _receive(call: Call, attempt: Callback) -> bool:
    """Take what a service brings; whether it ends the attempt."""
    try:
        async with Receiving(call, attempt.task, AnyParts()) as body:
            faults = tuple(body.faults)
            if faults:
                raise InvalidInput(faults)
            stored = body.stored_bytes()
            return await _take(call, attempt, body.data(), body.json_bytes, stored)
    except REFUSALS as error:
        # Its sender may not look at the answer, and would only be waited for.
        await call.callbacks.refuse(attempt, str(error))
        raise


async def _take(
    call: Call,
    attempt: Callback,
    data: Admitted,
    json_bytes: int,
    stored_bytes: int,
) -> bool:
    """Take what a service sends: its result, its failure, or how far it is.

    Whether it ends the attempt.
    """
    match data:
        # Also without a message.
        case {"type": "error"}:
            retryable = data.get("retryable") is True
            await call.callbacks.fail(attempt, _error_text(data), retryable)
        # With another key it is a result that happens to have these two.
        case {"type": "progress", "message": str(message)} if len(data) == 2:
            call.callbacks.hear(attempt, message[:MAX_PROGRESS_CHARACTERS])
            return False
        case _:
            await call.callbacks.report(attempt, data, json_bytes, stored_bytes)
    return True


def _error_text(data: Admitted) -> str:
    """What a service says about its failure, under whichever key."""
    told = {key: value for key, value in data.items() if key not in UNTOLD}
    message = told.get("message")
    text = message if isinstance(message, str) else words_or_json(told)
    return text.strip()[:MAX_ERROR_CHARACTERS] or NO_REASON


RouteFunction: TypeAlias = Callable[[Call], Awaitable[ASGIApp]]


class Endpoint:
    """A route function as plain ASGI; it answers errors itself, as no layer around it
    does."""

    def __init__(self, function: RouteFunction, right: Right) -> None:
        self._function = function
        self._right = right
        self._is_public = right.need is Need.PUBLIC

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope["app"].state
        status = DONE
        try:
            door = None if self._is_public else state.door
            # The one call here that is not public is the start of a task.
            if door is not None and not door.remembers(scope):
                await door.admit(scope, self._right)
            answer = await self._function(Call(scope, receive))
        except EngineError as error:
            refused = problem(error)
            status = refused.status_code
            answer = refused
            scope[REFUSED] = True
        except ClientDisconnect:
            answer = client_disconnected()
        except Exception:
            # Raised on after the answer, so that the server logs it.
            await internal_error()(scope, receive, send)
            raise
        if _is_news(scope, status) and state.noting is not None:
            answer = await state.noting.fault(scope, status) or answer
        await answer(scope, receive, send)


def _is_news(scope: Scope, status: int) -> bool:
    """Whether the audit log may tell of a call: of those that are done it does not,
    unless an administrator made them in a space of others."""
    if status == DONE and not scope.get(AS_ADMINISTRATOR):
        return False
    return IS_NOTED not in scope


def _post_route(path: str, function: RouteFunction) -> Route:
    endpoint = Endpoint(function, right_of("POST", path))
    return Route(path, endpoint, methods=["POST"], include_in_schema=False)


START_ROUTE = _post_route("/services/{route}", start)
CALLBACK_ROUTE = _post_route("/callback", callback)
_START_PREFIX = "/services/"
_OTHER_CALLS = frozenset({"", "validate"})
"""Names behind the prefix that are no route: FastAPI serves these calls."""


class HotPath:
    """ASGI middleware that takes both calls out before FastAPI sees them."""

    def __init__(
        self, app: ASGIApp, max_starts: int, time: LoopTime | None = None
    ) -> None:
        self._app = app
        self._time = time
        reason = f"{max_starts} tasks are being started already (MAX_STARTS)"
        self._starts = Shares(max_starts, lambda: Unavailable("the engine", reason))
        # What a running task calls is counted apart. While new ones take all places,
        # running tasks could not end.
        self._calls = Shares(max_starts, lambda: Unavailable("the engine", reason))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._find(scope)
        if route is None:
            await self._app(scope, receive, send)
            return

        # Metrics count under the route's template.
        scope["route"] = route
        if route is START_ROUTE:
            if self._time is not None and self._time.has_refused:
                await self._start_in_turn(self._time, scope, receive, send)
            else:
                await self._start(scope, receive, send)
        else:
            await route.app(scope, receive, send)

    async def _start_in_turn(
        self, time: LoopTime, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Start a task while somebody tries again and again what is refused."""
        try:
            await time.enter_start(site_in(scope), sender_of(scope))
        except Unavailable as error:
            await problem(error)(scope, receive, send)
        else:
            await self._start(scope, receive, send)

    async def _start(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Starts are bounded, results are not: each result ends some work.

        Those beyond are refused at once, unless the body of another does not come.
        """
        shares = self._calls if _is_called(scope) else self._starts
        with shares.share() as share:

            async def receive_in_place() -> Message:
                message = await receive_or_lose()
                if not message.get("more_body"):
                    share.keep()
                return message

            receive_or_lose = share.receiving(receive)
            scope[PLACE] = share.end
            try:
                share.take_now(1)
            except Unavailable as error:
                await problem(error)(scope, receive, send)
            else:
                await START_ROUTE.app(scope, receive_in_place, send)

        if REFUSED in scope and self._time is not None:
            sender = sender_of(scope)
            # Behind one address there may be many who show nothing.
            if sender:
                self._time.refuse(site_in(scope), sender)

    def _find(self, scope: Scope) -> Route | None:
        """The route of this request, if it is one of the two calls."""
        if scope["type"] != "http" or scope["method"] != "POST":
            return None
        path: str = scope["path"]
        if path == CALLBACK_ROUTE.path:
            return CALLBACK_ROUTE
        if not path.startswith(_START_PREFIX):
            return None

        name = path[len(_START_PREFIX) :]
        if "/" in name or name in _OTHER_CALLS:
            return None
        scope["path_params"] = {"route": name}
        return START_ROUTE


def _is_called(scope: Scope) -> bool:
    """Whether another task starts this one."""
    return any(name == DEPTH for name, _ in scope["headers"])
