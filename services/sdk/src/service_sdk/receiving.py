"""Receives the body of a request: every part of it becomes a file on disk.

A body may be larger than the memory, and many requests may wait at the same time.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from body_parts.disposition import parameters
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from service_sdk.errors import (
    MAX_QUOTED_CHARACTERS,
    Malformed,
    TooLarge,
    WrongContentType,
)
from service_sdk.fields import shortened
from service_sdk.protocol import (
    CONTENT_DISPOSITION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    DATA_PART,
    JSON,
    MAX_NAME_CHARACTERS,
    MULTIPART,
)
from service_sdk.settings import Settings


@dataclass(frozen=True)
class Part:
    """A part of the body of a request or of a result; its content is on disk."""

    name: str
    path: Path
    media_type: str = ""
    file_name: str = ""

    is_kept: bool = True
    """False: nothing takes it, so there is nothing at `path`."""

    charset: str = ""
    """What its media type says about the encoding of a text."""


Wanted = Callable[[Part], bool]


async def receive(
    request: Request, *, folder: Path, wanted: Wanted, limits: Settings
) -> tuple[Part, ...]:
    """The parts of the request, written to `folder`; of unwanted parts only the heads
    are kept."""
    limit_bytes = limits.max_body_bytes
    content_type = request.headers.get(CONTENT_TYPE, "")
    media_type, options = parse_options_header(content_type)

    # Refused before anything is read. A body may still be longer than it says, or
    # say nothing of its length, so `_copy` counts as well.
    if int(request.headers.get(CONTENT_LENGTH, 0)) > limit_bytes:
        raise TooLarge(limit_bytes)

    if media_type == MULTIPART.encode() and b"boundary" in options:
        with MultipartReceiver(
            boundary=options[b"boundary"],
            folder=folder,
            wanted=wanted,
            max_parts=limits.max_parts,
        ) as receiver:
            await _copy(request, receiver.write, limit_bytes)
            return receiver.finished()

    if media_type == JSON.encode():
        part = Part(DATA_PART, folder / "part0", JSON)
        with part.path.open("wb") as file:
            await _copy(request, file.write, limit_bytes)
        return (part,)

    raise WrongContentType


async def _copy(
    request: Request, write: Callable[[bytes], object], limit_bytes: int
) -> None:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit_bytes:
            raise TooLarge(limit_bytes)
        write(chunk)


class MultipartReceiver:
    """Splits a multipart body while it arrives; each wanted part goes to a file."""

    def __init__(
        self, *, boundary: bytes, folder: Path, wanted: Wanted, max_parts: int
    ) -> None:
        self._folder = folder
        self._wanted = wanted
        self._max_parts = max_parts

        self._parts: list[Part] = []
        self._count = 0
        self._ended = False

        # The part that arrives now. Its headers may come in several pieces.
        self._open_files = ExitStack()
        self._file: BinaryIO | None = None
        self._headers: dict[bytes, bytes] = {}
        self._header_name = b""
        self._header_value = b""

        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._add_to_header_name,
                    "on_header_value": self._add_to_header_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._open_part,
                    "on_part_data": self._write_part,
                    "on_part_end": self._open_files.close,
                    "on_end": self._end,
                },
            )
        except FormParserError as fault:
            raise _broken(fault) from fault

    def __enter__(self) -> "MultipartReceiver":
        return self

    def __exit__(self, *_: object) -> None:
        self._open_files.close()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes of the body."""
        try:
            self._parser.write(chunk)
        except FormParserError as fault:
            raise _broken(fault) from fault

    def finished(self) -> tuple[Part, ...]:
        """The parts that arrived, once the body is over."""
        if not self._ended:
            raise Malformed("the multipart body ends before its last boundary")
        return tuple(self._parts)

    def _begin_part(self) -> None:
        self._headers = {}
        self._file = None
        self._count += 1
        if self._count > self._max_parts:
            raise Malformed(f"the body has more than {self._max_parts} parts")

    def _add_to_header_name(self, chunk: bytes, start: int, end: int) -> None:
        self._header_name += chunk[start:end]

    def _add_to_header_value(self, chunk: bytes, start: int, end: int) -> None:
        self._header_value += chunk[start:end]

    def _end_header(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name = b""
        self._header_value = b""

    def _open_part(self) -> None:
        """All headers of a part are here: create its file, if it is wanted."""
        disposition = self._headers.get(CONTENT_DISPOSITION.encode(), b"")
        options = parameters(disposition.decode(errors="replace"))
        media_type, words = self._header(CONTENT_TYPE)

        # The file is named by number: names from the request may hold paths.
        part = Part(
            name=options.get("name", ""),
            path=self._folder / f"part{self._count}",
            media_type=media_type.decode(errors="replace"),
            file_name=shortened(options.get("filename", "")),
            charset=words.get(b"charset", b"").decode(errors="replace"),
        )
        if not part.name:
            raise Malformed("a part of the multipart body has no name")
        if len(part.name) > MAX_NAME_CHARACTERS:
            raise Malformed(
                f"the name of a part has more than {MAX_NAME_CHARACTERS} characters: "
                f"{part.name[:MAX_QUOTED_CHARACTERS]}"
            )

        if self._wanted(part):
            self._file = self._open_files.enter_context(part.path.open("wb"))
            self._parts.append(part)
        else:
            self._parts.append(replace(part, is_kept=False))

    def _header(self, name: str) -> tuple[bytes, dict[bytes, bytes]]:
        return parse_options_header(self._headers.get(name.encode(), b""))

    def _write_part(self, chunk: bytes, start: int, end: int) -> None:
        if self._file:
            self._file.write(memoryview(chunk)[start:end])

    def _end(self) -> None:
        self._ended = True


def _broken(fault: FormParserError) -> Malformed:
    return Malformed(f"the multipart body cannot be read: {fault}")
