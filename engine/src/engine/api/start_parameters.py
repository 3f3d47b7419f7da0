"""What a start brings besides its body: a callback, a depth, an idempotency key."""

from engine.api.call import Call
from engine.domain.errors import Fault, InvalidInput
from engine.domain.frame import Push
from engine.domain.protocol import (
    CALLBACK_URL,
    DEPTH_HEADER,
    IDEMPOTENCY_KEY_HEADER,
    TASK_ID,
)

MAX_DEPTH_DIGITS = 9
"""More are not read: turning very long numbers into integers is slow."""
# ASGI has names of headers in lower case.
DEPTH = DEPTH_HEADER.lower().encode()

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
