"""What a start brings besides its body: a callback, a depth, a key, a wait."""

import re

from trace_spans import TraceContext, read

from engine.api.call import Call
from engine.domain.errors import Fault, InvalidInput
from engine.domain.frame import Push
from engine.domain.protocol import (
    AGAIN,
    CALLBACK_URL,
    CONTINUES,
    DEPTH_HEADER,
    IDEMPOTENCY_KEY_HEADER,
    TASK_ID,
    TRACEPARENT,
    VERSION,
    WAIT,
)

MAX_DEPTH_DIGITS = 9
"""More are not read: turning very long numbers into integers is slow."""
# ASGI has names of headers in lower case.
DEPTH = DEPTH_HEADER.lower().encode()

MAX_WAIT_SECONDS = 60
"""Proxies and clients give up soon after it."""
_SECONDS = re.compile(r"\d{1,2}(\.\d{1,3})?", re.ASCII)

_TRACEPARENT = TRACEPARENT.encode()

_KEY = IDEMPOTENCY_KEY_HEADER.lower().encode()


def push_of(call: Call) -> Push | None:
    """Where the caller wants the end result sent; None: it will ask for it."""
    url = call.query.get(CALLBACK_URL)
    task_id = call.query.get(TASK_ID)
    if url is None and task_id is None:
        return None

    for name, value in (CALLBACK_URL, url), (TASK_ID, task_id):
        if not value or len(value) > call.limits.url_characters:
            raise _bad_callback(name, call.limits.url_characters)
    return Push(url=url or "", task_id=task_id or "")


def depth_of(call: Call) -> int:
    """How many pipelines have called each other before this one."""
    raw = call.headers.get(DEPTH)
    if raw is None:
        return 0

    text = raw.decode("latin-1")
    is_number = text.isascii() and text.isdigit()
    if not is_number or len(text) > MAX_DEPTH_DIGITS:
        raise _bad_depth()

    depth = int(text)
    if depth > call.limits.call_depth:
        raise _too_deep(depth, call.limits.call_depth)
    return depth


def idempotency_key_of(call: Call) -> str | None:
    """The key under which a repeated request finds the task of the first."""
    raw = call.headers.get(_KEY)
    if raw is None:
        return None

    key = raw.decode("latin-1")
    if not 0 < len(key) <= call.limits.name_characters:
        raise _bad_key(call.limits.name_characters)
    return key


def cause_of(call: Call) -> TraceContext | None:
    """The span to which the task belongs; None: it begins a trace of its own.

    A header that is wrong is left out of account: it must not keep work from being
    done.
    """
    raw = call.headers.get(_TRACEPARENT)
    return None if raw is None else read(raw.decode("latin-1"))


def wait_of(call: Call) -> float | None:
    """How many seconds the caller waits for the outputs; None: it will ask for them."""
    raw = call.query.get(WAIT)
    if raw is None:
        return None

    if not _SECONDS.fullmatch(raw) or float(raw) > MAX_WAIT_SECONDS:
        raise _bad_wait()
    return float(raw)


def version_of(call: Call) -> str | None:
    """The version to run; None: the current one."""
    return _short(call, VERSION)


def continues_of(call: Call) -> str | None:
    """The task that is to be continued; None: none."""
    return _short(call, CONTINUES)


def again_of(call: Call) -> tuple[str, ...]:
    """The nodes that must run again though nothing of them has changed."""
    text = call.query.get(AGAIN, "")
    if len(text) > call.limits.url_characters:
        raise InvalidInput(
            [
                Fault(
                    code="bad-parameter",
                    message=f"the query parameter {AGAIN} has more than "
                    f"{call.limits.url_characters} characters",
                    hint="name the first nodes only: all behind them run again too",
                    field=AGAIN,
                )
            ]
        )
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _short(call: Call, name: str) -> str | None:
    """A parameter of the query that is the name of something."""
    text = call.query.get(name)
    if text is None or 0 < len(text) <= call.limits.name_characters:
        return text
    raise InvalidInput(
        [
            Fault(
                code="bad-parameter",
                message=f"the query parameter {name} must have 1 to "
                f"{call.limits.name_characters} characters",
                hint="leave it out, or send the id that the engine gave",
                field=name,
            )
        ]
    )


def _bad_callback(name: str, limit: int) -> InvalidInput:
    return InvalidInput(
        [
            Fault(
                code="bad-callback",
                message=f"the query parameter {name} is missing, empty or longer than "
                f"{limit} characters",
                hint="send both callback_url and task_id, or neither",
                field=name,
            )
        ]
    )


def _bad_depth() -> InvalidInput:
    return InvalidInput(
        [
            Fault(
                code="bad-depth",
                message=f"the header {DEPTH_HEADER} is not a whole number",
                hint="leave it out: only engines send it to each other",
                field=DEPTH_HEADER.lower(),
            )
        ]
    )


def _too_deep(depth: int, limit: int) -> InvalidInput:
    return InvalidInput(
        [
            Fault(
                code="calls-too-deep",
                message=f"{depth} pipelines have called each other before this one; "
                f"at most {limit} may (MAX_CALL_DEPTH)",
                hint="find the pipeline that calls itself, directly or through others",
            )
        ]
    )


def _bad_key(limit: int) -> InvalidInput:
    return InvalidInput(
        [
            Fault(
                code="bad-key",
                message=f"the header {IDEMPOTENCY_KEY_HEADER} must have 1 to {limit} "
                "characters",
                hint="send a UUID",
                field=IDEMPOTENCY_KEY_HEADER.lower(),
            )
        ]
    )


def _bad_wait() -> InvalidInput:
    return InvalidInput(
        [
            Fault(
                code="bad-wait",
                message=f"the query parameter {WAIT} is not a number of seconds from "
                f"0 to {MAX_WAIT_SECONDS}",
                hint=f"send {WAIT}=30; the outputs of a task that takes longer can be "
                "asked for later",
                field=WAIT,
            )
        ]
    )
