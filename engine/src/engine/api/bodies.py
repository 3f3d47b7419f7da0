"""Takes the body of a request in: JSON is read, binaries stream into the store."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import TypeAlias

from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from engine.api.limits import ApiLimits
from engine.api.multipart import Multipart, Part
from engine.api.strict_json import parse, parse_object, unreadable
from engine.domain.errors import Fault, TooMuch, UnsupportedMedia
from engine.domain.values import Json
from engine.usecases.inputs import DATA, JSON_TYPE, Received
from engine.usecases.tasks import Tasks

Judge: TypeAlias = Callable[[Part], Fault | None]
"""Says before a part is read why it is not wanted."""
_IN_A_THREAD = 256 * 1024
"""From how many bytes on JSON is parsed beside the event loop."""


async def read_json(request: Request, limits: ApiLimits) -> dict[str, Json]:
    """The object that is the whole body; nothing else is accepted."""
    sent, _ = _content_type(request)
    if sent != JSON_TYPE:
        raise _unsupported(sent, JSON_TYPE)
    return await _parse_object(await _all(request, limits), limits)


@asynccontextmanager
async def received(
    request: Request, limits: ApiLimits, tasks: Tasks, task: str, judge: Judge
) -> AsyncIterator[Received]:
    """What the body brought; if it or its use is refused, nothing of it stays."""
    body = Received()
    try:
        await _fill(body, request, limits, tasks, task, judge)
        yield body
    except BaseException:
        if body.blobs:
            await tasks.discard(list(body.blobs.values()))
        raise


async def _fill(
    body: Received,
    request: Request,
    limits: ApiLimits,
    tasks: Tasks,
    task: str,
    judge: Judge,
) -> None:
    sent, options = _content_type(request)
    if sent == "multipart/form-data":
        stream = _bounded(request, limits.body_bytes)
        parts = Multipart(stream, options.get(b"boundary", b""), limits)
        await _take_parts(body, parts, limits, tasks, task, judge)
        return
    raw = await _all(request, limits) if sent in (JSON_TYPE, "") else b""
    if sent == JSON_TYPE:
        body.typed = await _parse_object(raw, limits)
    elif sent or raw:
        raise _unsupported(sent, f"{JSON_TYPE} or multipart/form-data")
    body.json_parts.add(DATA)


async def _take_parts(
    body: Received,
    parts: Multipart,
    limits: ApiLimits,
    tasks: Tasks,
    task: str,
    judge: Judge,
) -> None:
    budget = limits.json_bytes
    while part := await parts.next():
        async with aclosing(parts.content()) as content:
            if fault := judge(part) or _repeated(body, part):
                body.refused[part.name] = fault
                async for _ in content:
                    pass
            elif part.type is None or part.type == JSON_TYPE:
                raw = await _collect(content, budget, limits.json_bytes)
                budget -= len(raw)
                await _join(body, part, raw, limits)
            else:
                body.blobs[part.name] = await tasks.store_blob(
                    task, content, part.type, part.file_name
                )


def _repeated(body: Received, part: Part) -> Fault | None:
    if part.name not in body.blobs and part.name not in body.json_parts:
        return None
    return _twice(part.name)


def _twice(name: str) -> Fault:
    message = "is given twice"
    return Fault("given-twice", message, "send it once", field=name)


async def _join(body: Received, part: Part, raw: bytes, limits: ApiLimits) -> None:
    """The keys of a JSON part join the typed data; another value is its own key."""
    body.json_parts.add(part.name)
    value = _text(part, raw) if part.type is None else await _parse(raw, limits)
    keys = value if isinstance(value, dict) else {part.name: value}
    for key in keys.keys() & body.typed.keys():
        body.refused[key] = _twice(key)
    body.typed.update(keys)


def _text(part: Part, raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise unreadable(
            "not-utf-8", f"the text of “{part.name}” is not UTF-8"
        ) from None


async def _parse(raw: bytes, limits: ApiLimits) -> Json:
    if len(raw) < _IN_A_THREAD:
        return parse(raw, limits)
    return await asyncio.to_thread(parse, raw, limits)


async def _parse_object(raw: bytes, limits: ApiLimits) -> dict[str, Json]:
    if len(raw) < _IN_A_THREAD:
        return parse_object(raw, limits)
    return await asyncio.to_thread(parse_object, raw, limits)


async def _all(request: Request, limits: ApiLimits) -> bytes:
    stream = _bounded(request, limits.json_bytes)
    return await _collect(stream, limits.json_bytes, limits.json_bytes)


async def _collect(content: AsyncIterator[bytes], budget: int, limit: int) -> bytes:
    pieces: list[bytes] = []
    async for piece in content:
        budget -= len(piece)
        if budget < 0:
            raise TooMuch("the JSON", limit)
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


async def _bounded(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body as it arrives; what says that it is too long is not read at all."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > limit:
        raise TooMuch("the body", limit)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooMuch("the body", limit)
        if chunk:
            yield chunk


def _content_type(request: Request) -> tuple[str, dict[bytes, bytes]]:
    headers = request.headers
    if (coding := headers.get("content-encoding", "identity").lower()) != "identity":
        message = f"the body is encoded as {coding}"
        raise UnsupportedMedia([Fault("content-encoding", message, "send it plain")])
    kind, options = parse_options_header(headers.get("content-type"))
    return kind.decode("latin-1").lower(), options


def _unsupported(sent: str, wanted: str) -> UnsupportedMedia:
    message = f"the body is sent as {sent or 'nothing'}, but must be {wanted}"
    hint = f"curl -H 'Content-Type: {JSON_TYPE}' -d '{{…}}', or -F 'field=@path'"
    return UnsupportedMedia([Fault("media-type", message, hint)])
