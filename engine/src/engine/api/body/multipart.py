"""Takes a multipart body apart as it arrives: nothing waits on disk or in memory.

The parser of python-multipart is fed with the bytes as they come and calls back; the
callbacks put events into a queue, from which `Multipart` reads:

    Part             the headers of a part are complete
    bytes            some of its content, any number of times
    END_OF_PART      its content is complete
    END_OF_BODY      the last boundary has come

In a body that is in order they come as

    (Part bytes* END_OF_PART)* END_OF_BODY

`next` reads a Part or END_OF_BODY, `content` reads what follows a Part up to and
including END_OF_PART. So the content of each part is read, at least to be thrown away,
before `next` is called again. Bytes that end before END_OF_BODY are a broken body.
"""

import mimetypes
import re
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from body_parts.disposition import parameters
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from engine.api.body.inflow import Inflow
from engine.api.limits import MAX_NAME_CHARACTERS, ApiLimits
from engine.domain.errors import TooMuch, Unreadable
from engine.domain.media_types import OCTET_STREAM, charset_of, media_type_or_bytes
from engine.domain.strict_json import unreadable


class _Mark(Enum):
    END_OF_PART = auto()
    END_OF_BODY = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """What the headers of a part say; `type` None: it is a plain form field."""

    name: str
    type: str | None
    file_name: str | None
    charset: str = ""
    """Empty: its type names none."""


_Event: TypeAlias = bytes | Part | _Mark


class Multipart:
    """The parts of a body, one after the other; each must be read before the next."""

    def __init__(self, inflow: Inflow, boundary: bytes, limits: ApiLimits) -> None:
        self._inflow = inflow
        self._limits = limits
        self._events: deque[_Event] = deque()
        self._part_count = 0

        # A header may arrive in pieces, so it is collected here until its end.
        self._header_name = b""
        self._header_value = b""
        self._headers: dict[bytes, bytes] = {}

        try:
            self._parser = self._make_parser(boundary)
        except FormParserError as error:
            raise _broken(str(error)) from None

    async def next(self) -> Part | None:
        """The next part; None: that was the last, and the body ended in order."""
        event = await self._next_event()
        if isinstance(event, Part):
            return event

        # What may follow the last boundary has no meaning, but must be within limits.
        while await self._inflow.next():
            pass
        return None

    async def content(self) -> AsyncGenerator[bytes, None]:
        """The bytes of the part that `next` gave."""
        event = await self._next_event()
        while isinstance(event, bytes):
            yield event
            event = await self._next_event()

    async def _next_event(self) -> _Event:
        # One chunk may bring many events, or none.
        while not self._events:
            chunk = await self._inflow.next()
            if not chunk:
                raise _broken("it ends before its last boundary")
            try:
                self._parser.write(chunk)
            except FormParserError as error:
                raise _broken(str(error)) from None
        return self._events.popleft()

    def _make_parser(self, boundary: bytes) -> MultipartParser:
        return MultipartParser(
            boundary,
            {
                "on_header_field": self._add_to_header_name,
                "on_header_value": self._add_to_header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._add_content,
                "on_part_end": self._end_part,
                "on_end": self._end_body,
            },
            max_header_count=self._limits.part_headers,
            max_header_size=self._limits.part_header_bytes,
        )

    def _add_to_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _add_to_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name = b""
        self._header_value = b""

    def _end_headers(self) -> None:
        headers = self._headers
        self._headers = {}

        self._part_count += 1
        if self._part_count > self._limits.parts:
            raise TooMuch(
                "the number of parts",
                self._limits.parts,
                "parts",
                setting="MAX_PARTS",
            )
        self._events.append(_read_headers(headers, self._limits))

    def _add_content(self, data: bytes, start: int, end: int) -> None:
        # A copy: `data` also holds what stands before and after the content.
        self._events.append(bytes(data[start:end]))

    def _end_part(self) -> None:
        self._events.append(_Mark.END_OF_PART)

    def _end_body(self) -> None:
        self._events.append(_Mark.END_OF_BODY)


def _read_headers(headers: dict[bytes, bytes], limits: ApiLimits) -> Part:
    try:
        options = parameters(headers.get(b"content-disposition", b"").decode())
        sent_type = headers.get(b"content-type", b"").decode()
    except UnicodeDecodeError:
        raise _broken("the headers of a part are not UTF-8") from None
    name = options.get("name")
    sent_file = options.get("filename")
    if not name:
        raise _broken("a part has no name")
    if len(name) > limits.name_characters:
        raise TooMuch("the name of a part", limits.name_characters, "characters")

    if sent_file is None and not sent_type:
        return Part(name=name, type=None, file_name=None)

    kept_name = file_name(sent_file or "", limits.name_characters)
    type_of_part = media_type_or_bytes(sent_type)
    # Many clients send this type for every file; the name often tells more.
    if type_of_part == OCTET_STREAM:
        guessed, _ = mimetypes.guess_type(kept_name, strict=False)
        type_of_part = guessed or OCTET_STREAM
    return Part(
        name=name,
        type=type_of_part,
        file_name=kept_name or None,
        charset=charset_of(sent_type),
    )


def file_name(text: str, max_characters: int = MAX_NAME_CHARACTERS) -> str:
    r"""The last component of a path, without control characters.

    >>> file_name("../../etc/passwd"), file_name("C:\\temp\\a\n.png")
    ('passwd', 'a.png')
    """
    last = re.split(r"[/\\]", text)[-1]
    name = "".join(c for c in last if c.isprintable()).strip()
    # “.” and “..” are folders.
    if name.strip(".") == "":
        return ""
    return name[:max_characters]


def _broken(reason: str) -> Unreadable:
    return unreadable("broken-multipart", f"the multipart body is broken: {reason}")
