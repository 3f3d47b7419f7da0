"""Takes a multipart body apart as it arrives: nothing waits on disk or in memory."""

import mimetypes
import re
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from engine.api.body.inflow import Inflow
from engine.api.body.strict_json import Unreadable, unreadable
from engine.api.limits import ApiLimits
from engine.domain.errors import TooMuch
from engine.domain.media_types import OCTET_STREAM, media_type_or_bytes


class _Mark(Enum):
    END_OF_PART = auto()
    END_OF_BODY = auto()


def file_name(text: str, length: int = 200) -> str:
    r"""The last component of a path, without control characters.

    >>> file_name("../../etc/passwd"), file_name("C:\\temp\\a\n.png")
    ('passwd', 'a.png')
    """
    last = re.split(r"[/\\]", text)[-1]
    name = "".join(c for c in last if c.isprintable()).strip()
    return "" if name.strip(".") == "" else name[:length]


@dataclass(frozen=True, slots=True)
class Part:
    """What the headers of a part say; `type` None: it is a plain form field."""

    name: str
    type: str | None
    file_name: str | None


_Event: TypeAlias = bytes | Part | _Mark


class Multipart:
    """The parts of a body, one after the other; each must be read before the next."""

    def __init__(self, inflow: Inflow, boundary: bytes, limits: ApiLimits) -> None:
        self._inflow, self._limits = inflow, limits
        self._events: deque[_Event] = deque()
        self._headers: dict[bytes, bytes] = {}
        self._field = self._value = b""
        self._parts = 0
        try:
            self._parser = self._make_parser(boundary)
        except FormParserError as error:
            raise _broken(str(error)) from None

    async def next(self) -> Part | None:
        """The next part; None: that was all, and the body ended as it should."""
        event = await self._event()
        if isinstance(event, Part):
            return event
        while await self._inflow.next():
            pass  # an epilogue means nothing
        return None

    async def content(self) -> AsyncGenerator[bytes, None]:
        """The bytes of the part that `next` gave."""
        while isinstance(event := await self._event(), bytes):
            yield event

    async def _event(self) -> _Event:
        while not self._events:
            if not (chunk := await self._inflow.next()):
                raise _broken("it ends before its last boundary")
            try:
                self._parser.write(chunk)
            except FormParserError as error:
                raise _broken(str(error)) from None
        return self._events.popleft()

    def _make_parser(self, boundary: bytes) -> MultipartParser:
        append = self._events.append
        return MultipartParser(
            boundary,
            {
                "on_header_field": self._add_field,
                "on_header_value": self._add_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": lambda d, start, end: append(bytes(d[start:end])),
                "on_part_end": lambda: append(_Mark.END_OF_PART),
                "on_end": lambda: append(_Mark.END_OF_BODY),
            },
            max_header_count=self._limits.part_headers,
            max_header_size=self._limits.part_header_bytes,
        )

    def _add_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._field.lower()] = self._value
        self._field = self._value = b""

    def _end_headers(self) -> None:
        headers, self._headers = self._headers, {}
        self._parts += 1
        if self._parts > self._limits.parts:
            raise TooMuch("the number of parts", self._limits.parts, "parts")
        self._events.append(_read_headers(headers, self._limits))


def _read_headers(headers: dict[bytes, bytes], limits: ApiLimits) -> Part:
    _, options = parse_options_header(headers.get(b"content-disposition"))
    try:
        name = options.get(b"name", b"").decode()
        file = options[b"filename"].decode() if b"filename" in options else None
        sent = headers.get(b"content-type", b"").decode()
    except UnicodeDecodeError:
        raise _broken("a part's headers are not UTF-8") from None
    if not name:
        raise _broken("a part has no name")
    if len(name) > limits.name_length:
        raise TooMuch("the name of a part", limits.name_length, "characters")
    if file is None and not sent:
        return Part(name, None, None)
    kind, name_of_file = (
        media_type_or_bytes(sent),
        file_name(file or "", limits.name_length),
    )
    if kind == OCTET_STREAM:
        kind = mimetypes.guess_type(name_of_file, strict=False)[0] or OCTET_STREAM
    return Part(name, kind, name_of_file or None)


def _broken(reason: str) -> Unreadable:
    return unreadable("broken-multipart", f"the multipart body is broken: {reason}")
