"""Takes the body of a request in: JSON is read, binaries stream into the store."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, closing
from functools import partial
from types import TracebackType
from typing import TypeAlias, TypeVar

from python_multipart.multipart import parse_options_header
from starlette.requests import Request
from starlette.types import Receive

from engine.api.body.fits import (
    GIVEN_TWICE,
    THREAD_FROM_BYTES,
    Received,
)
from engine.api.body.inflow import Inflow
from engine.api.body.memory import JsonMemory
from engine.api.body.multipart import Multipart, Part
from engine.api.body.parts import AnyParts, is_typed
from engine.api.call import Call
from engine.api.limits import ApiLimits
from engine.api.principals import owner_id
from engine.domain.access.table import right_of
from engine.domain.contracts.faults import MEDIA_TYPE
from engine.domain.errors import (
    EngineError,
    Fault,
    ReservedKey,
    TooMuch,
    Unavailable,
    Unreadable,
    UnsupportedMedia,
)
from engine.domain.gate import check_name
from engine.domain.media_types import JSON, MULTIPART_FORM
from engine.domain.protocol import TYPED_DATA_PART
from engine.domain.strict_json import (
    ValuesOfParts,
    parse,
    parse_object,
    unreadable,
)
from engine.domain.values import Json
from engine.usecases.call_time import beside

T = TypeVar("T")
Headers: TypeAlias = dict[bytes, bytes]

_FORM = MULTIPART_FORM.encode()
_JSON = JSON.encode()
_PLAIN = b"identity"
"""The content coding of a body that is not compressed."""


async def read_json(request: Request, limits: ApiLimits) -> dict[str, Json]:
    """The object that is the whole body: a pipeline, an announcement, a schedule …"""
    headers = dict(request.scope["headers"])
    media_type, options = _content_type(headers)
    if media_type != _JSON:
        raise _unsupported(media_type, JSON)

    inflow = Inflow(
        _receive_of(request),
        headers,
        max_bytes=limits.pipeline_bytes,
        setting="MAX_PIPELINE",
    )
    with closing(JsonMemory(request.app.state.json_memory)) as memory:
        raw = await inflow.whole(memory)
        await memory.parsing(raw)
        return await _read(parse_object, raw, limits, _charset(options))


def _receive_of(request: Request) -> Receive:
    """Where the body comes from; where there are accounts the door looks at its end."""
    door = request.app.state.door
    if door is None:
        return request.receive
    right = right_of(request.method, request.scope["route"].path)
    receive: Receive = door.receiving(request.scope, right, request.receive)
    return receive


class Receiving:
    """Receives a body. If it is refused, or the use that is made of it, none of it is
    kept: the block of `async with` is what makes use of it."""

    def __init__(
        self,
        call: Call,
        task: str,
        parts: AnyParts,
    ) -> None:
        self._call = call
        self._limits = call.limits
        self._task = task
        self._person = owner_id(call.principal)
        self._parts = parts
        # One budget for all parts: each may be small, and there may be many.
        self._json_bytes_left = call.limits.json_bytes
        self._values = ValuesOfParts(call.limits)
        self._received = Received()
        self._kept_files = 0
        self._memory = JsonMemory(call.json)

    async def __aenter__(self) -> Received:
        try:
            await self._receive()
        except BaseException:
            # Also when the client disconnects, or the engine stops.
            self._memory.close()
            await self._discard_blobs()
            raise
        self._memory.whole()
        return self._received

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Discard the blobs of a body that was refused.

        After any other error (a store that did not answer, for one) it is unknown
        whether the task has taken them. Then they are kept: if the task has them they
        are erased with it, and if not, a periodic round of the engine erases them.
        """
        self._memory.close()
        was_refused = isinstance(error, EngineError)
        if was_refused and not isinstance(error, Unavailable):
            await self._discard_blobs()

    async def _discard_blobs(self) -> None:
        stored = self._received.stored()
        if stored:
            await self._call.tasks.discard(stored)

    async def _receive(self) -> None:
        media_type, options = _content_type(self._call.headers)
        if media_type == _FORM:
            receive = self._memory.receiving(self._call.receive)
            inflow = self._inflow(receive, self._limits.body_bytes, "MAX_BODY")
            boundary = options.get(b"boundary", b"")
            await self._take_parts(Multipart(inflow, boundary, self._limits))
            return

        # A request without a body needs no type, so without a type the body is read.
        wanted = f"{JSON} or {MULTIPART_FORM}"
        receive = self._call.receive
        inflow = self._inflow(receive, self._limits.json_bytes, "MAX_JSON")
        if media_type and media_type != _JSON:
            raise _unsupported(media_type, wanted)

        raw = await inflow.whole(self._memory)
        self._received.json_bytes = len(raw)
        if media_type:
            charset = _charset(options)
            await self._memory.parsing(raw)
            self._received.typed = await self._read(parse_object, raw, charset)
        elif raw:
            raise _unsupported(media_type, wanted)
        self._received.json_parts.add(TYPED_DATA_PART)

    def _inflow(self, receive: Receive, max_bytes: int, setting: str) -> Inflow:
        headers = self._call.headers
        return Inflow(receive, headers, max_bytes=max_bytes, setting=setting)

    async def _take_parts(self, parts: Multipart) -> None:
        part = await parts.next()
        while part is not None:
            async with aclosing(parts.content()) as content:
                await self._take_part(part, content)
            part = await parts.next()

    async def _take_part(self, part: Part, content: AsyncIterator[bytes]) -> None:
        # First, whatever the route says: a part becomes a key of the data.
        refused = (
            _refuse_reserved(part)
            or self._parts.refuse(part)
            or self._refuse_repeated(part)
        )
        if refused:
            self._received.refused[part.name] = refused
            # Read on: the next parts may have faults too, and all are told at once.
            async for _ in content:
                pass
            return

        if part.type is None or part.type == JSON:
            await self._take_typed(part, content)
            return

        blob = await self._call.tasks.store_blob(
            self._task, content, part.type, part.file_name
        )
        self._kept_files += 1
        await self._call.files.rest_for(self._kept_files, self._task, self._person)
        blob = blob.with_charset(part.charset)
        field = self._parts.list_field(part.name)
        if field:
            self._received.lists.setdefault(field, []).append((part.name, blob))
        else:
            self._received.blobs[part.name] = blob

    def _refuse_repeated(self, part: Part) -> Fault | None:
        received = self._received
        typed = is_typed(part)
        if not typed and self._parts.list_field(part.name):
            return None

        same_kind = received.json_parts if typed else received.blobs
        other_kind = received.blobs if typed else received.json_parts

        # The part `data` holds typed data of any name. A file may have that name too.
        is_other = part.name in other_kind and part.name != TYPED_DATA_PART
        if part.name in same_kind or is_other:
            return _given_twice(part.name)
        return None

    async def _take_typed(self, part: Part, content: AsyncIterator[bytes]) -> None:
        """Add what a part brings to the typed data."""
        self._received.json_parts.add(part.name)
        pieces = [piece async for piece in self._within_budget(content)]
        raw = b"".join(pieces)
        self._received.json_bytes += len(raw)

        if self._parts.is_json(part):
            await self._memory.parsing(raw)
            value = await self._json_of(part, raw)
            self._values.add(raw, value)
        else:
            value = _text(part, raw)
        values = self._parts.keys_of(part, value)

        for key in values.keys() & self._received.typed.keys():
            self._received.refused[key] = _given_twice(key)
        self._received.typed.update(values)

    async def _read(
        self, parser: Callable[[bytes, ApiLimits, str], T], raw: bytes, charset: str
    ) -> T:
        if len(raw) < THREAD_FROM_BYTES:
            return parser(raw, self._limits, charset)
        job = partial(parser, raw, self._limits, charset)
        return await self._call.rests.beside(job, task=self._task, person=self._person)

    async def _json_of(self, part: Part, raw: bytes) -> Json:
        try:
            return await self._read(parse, raw, part.charset)
        except Unreadable:
            # A field of a form is not said to be JSON. Its text is told as one that is
            # not of the type that the route takes.
            if part.type is None:
                return _text(part, raw)
            raise

    async def _within_budget(
        self, content: AsyncIterator[bytes]
    ) -> AsyncIterator[bytes]:
        async for piece in content:
            self._json_bytes_left -= len(piece)
            if self._json_bytes_left < 0:
                raise TooMuch("the JSON", self._limits.json_bytes, setting="MAX_JSON")
            await self._memory.arrived(len(piece))
            yield piece


def _refuse_reserved(part: Part) -> Fault | None:
    try:
        check_name(part.name)
    except ReservedKey as error:
        return error.faults[0]
    return None


def _given_twice(name: str) -> Fault:
    return Fault(
        code=GIVEN_TWICE,
        message="is given twice",
        hint="send it once",
        field=name,
    )


def _text(part: Part, raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise unreadable(
            "not-utf-8",
            f"the text of the part “{part.name}” is not UTF-8",
            "encode it as UTF-8",
        ) from None


def _charset(options: dict[bytes, bytes]) -> str:
    """The charset among the parameters of a `Content-Type`; empty: there is none."""
    return options.get(b"charset", b"").decode("latin-1")


async def _read(
    parser: Callable[[bytes, ApiLimits, str], T],
    raw: bytes,
    limits: ApiLimits,
    charset: str,
) -> T:
    if len(raw) < THREAD_FROM_BYTES:
        return parser(raw, limits, charset)
    return await beside(parser, raw, limits, charset)


def _content_type(headers: Headers) -> tuple[bytes, dict[bytes, bytes]]:
    """The media type and its parameters; raises if the body is compressed.

    Bodies are not decompressed, so a small one cannot grow in memory.
    """
    coding = headers.get(b"content-encoding", _PLAIN).lower()
    if coding != _PLAIN:
        fault = Fault(
            code="content-encoding",
            message=f"the body is encoded as {coding.decode('latin-1')}",
            hint="send it without compression",
        )
        raise UnsupportedMedia([fault])

    sent = headers.get(b"content-type", b"")
    # The usual type, compared before the parser is asked: it needs more time.
    if sent == _JSON:
        return sent, {}
    return parse_options_header(sent)


def _unsupported(media_type: bytes, wanted: str) -> UnsupportedMedia:
    if media_type:
        message = f"the body is sent as {media_type.decode('latin-1')}"
    else:
        message = "the body is sent without a Content-Type"

    fault = Fault(
        code=MEDIA_TYPE,
        message=f"{message}, but must be {wanted}",
        hint=f"curl -H 'Content-Type: {JSON}' -d '{{…}}', or -F 'field=@path'",
    )
    return UnsupportedMedia([fault])
