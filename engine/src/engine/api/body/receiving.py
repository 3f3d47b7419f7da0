"""Takes the body of a request in: JSON is read, binaries stream into the store."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from types import TracebackType
from typing import TypeAlias, TypeVar

from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from engine.api.body.fits import DATA, Received
from engine.api.body.inflow import Inflow
from engine.api.body.multipart import Multipart, Part
from engine.api.body.strict_json import parse, parse_object, unreadable
from engine.api.call import Call
from engine.api.limits import ApiLimits
from engine.domain.errors import (
    EngineError,
    Fault,
    TooMuch,
    Unavailable,
    UnsupportedMedia,
)
from engine.domain.media_types import JSON, MULTIPART_FORM
from engine.domain.values import Json

T = TypeVar("T")
Judge: TypeAlias = Callable[[Part], Fault | None]
"""Says before a part is read why it is not wanted."""
Headers: TypeAlias = dict[bytes, bytes]
_FORM = MULTIPART_FORM.encode()
_JSON = JSON.encode()
_IN_A_THREAD = 256 * 1024
"""From how many bytes on JSON is parsed beside the event loop."""


async def read_json(request: Request, limits: ApiLimits) -> dict[str, Json]:
    """The object that is the whole body; nothing else is accepted."""
    headers = dict(request.scope["headers"])
    sent, _ = _content_type(headers)
    if sent != _JSON:
        raise _unsupported(sent, JSON)
    raw = await Inflow(request.receive, headers, limits.json_bytes).whole()
    return await _aside(parse_object, raw, limits)


class Receiving:
    """A body on its way in; if it or its use is refused, nothing of it stays."""

    def __init__(self, call: Call, task: str, judge: Judge) -> None:
        self._call, self._limits = call, call.limits
        self._task, self._judge = task, judge
        self._json_budget = call.limits.json_bytes
        self._body = Received()

    async def __aenter__(self) -> Received:
        try:
            await self._receive()
        except BaseException:
            await self._discard()
            raise
        return self._body

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """What was refused leaves nothing. After any other trouble it is unknown
        whether it was taken: then its blobs go with the task, or are tidied away."""
        if isinstance(error, EngineError) and not isinstance(error, Unavailable):
            await self._discard()

    async def _discard(self) -> None:
        if self._body.blobs:
            await self._call.tasks.discard(list(self._body.blobs.values()))

    async def _receive(self) -> None:
        sent, options = _content_type(self._call.headers)
        form = sent == _FORM
        limit = self._limits.body_bytes if form else self._limits.json_bytes
        inflow = Inflow(self._call.receive, self._call.headers, limit)
        if form:
            boundary = options.get(b"boundary", b"")
            await self._take_parts(Multipart(inflow, boundary, self._limits))
            return
        if sent and sent != _JSON:
            raise _unsupported(sent, f"{JSON} or {MULTIPART_FORM}")
        raw = await inflow.whole()
        if sent:
            self._body.typed = await _aside(parse_object, raw, self._limits)
        elif raw:
            raise _unsupported(sent, f"{JSON} or {MULTIPART_FORM}")
        self._body.json_parts.add(DATA)

    async def _take_parts(self, parts: Multipart) -> None:
        while part := await parts.next():
            async with aclosing(parts.content()) as content:
                if fault := self._judge(part) or self._repeated(part):
                    self._body.refused[part.name] = fault
                    async for _ in content:
                        pass
                elif part.type is None or part.type == JSON:
                    await self._join(part, content)
                else:
                    self._body.blobs[part.name] = await self._call.tasks.store_blob(
                        self._task, content, part.type, part.file_name
                    )

    def _repeated(self, part: Part) -> Fault | None:
        known = part.name in self._body.blobs or part.name in self._body.json_parts
        return _twice(part.name) if known else None

    async def _join(self, part: Part, content: AsyncIterator[bytes]) -> None:
        """The keys of a JSON part join the typed data; another value is its own key."""
        self._body.json_parts.add(part.name)
        raw = b"".join([piece async for piece in self._within_budget(content)])
        if part.type is None:
            value = _text(part, raw)
        else:
            value = await _aside(parse, raw, self._limits)
        keys = value if isinstance(value, dict) else {part.name: value}
        for key in keys.keys() & self._body.typed.keys():
            self._body.refused[key] = _twice(key)
        self._body.typed.update(keys)

    async def _within_budget(
        self, content: AsyncIterator[bytes]
    ) -> AsyncIterator[bytes]:
        async for piece in content:
            self._json_budget -= len(piece)
            if self._json_budget < 0:
                raise TooMuch("the JSON", self._limits.json_bytes)
            yield piece


def _twice(name: str) -> Fault:
    return Fault("given-twice", "is given twice", "send it once", field=name)


def _text(part: Part, raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise unreadable(
            "not-utf-8", f"the text of “{part.name}” is not UTF-8"
        ) from None


async def _aside(
    read: Callable[[bytes, ApiLimits], T], raw: bytes, limits: ApiLimits
) -> T:
    if len(raw) < _IN_A_THREAD:
        return read(raw, limits)
    return await asyncio.to_thread(read, raw, limits)


def _content_type(headers: Headers) -> tuple[bytes, dict[bytes, bytes]]:
    coding = headers.get(b"content-encoding", b"identity").lower()
    if coding != b"identity":
        message = f"the body is encoded as {coding.decode('latin-1')}"
        raise UnsupportedMedia([Fault("content-encoding", message, "send it plain")])
    said = headers.get(b"content-type", b"")
    if said == _JSON:
        return said, {}
    return parse_options_header(said)


def _unsupported(sent: bytes, wanted: str) -> UnsupportedMedia:
    told = sent.decode("latin-1") or "nothing"
    message = f"the body is sent as {told}, but must be {wanted}"
    hint = f"curl -H 'Content-Type: {JSON}' -d '{{…}}', or -F 'field=@path'"
    return UnsupportedMedia([Fault("media-type", message, hint)])
