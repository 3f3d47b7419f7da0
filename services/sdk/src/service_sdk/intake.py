"""Take the body of a request in: every part of it becomes a file on disk."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from service_sdk.errors import Malformed, TooLarge, WrongContentType
from service_sdk.settings import Settings
from service_sdk.signature import JSON


@dataclass(frozen=True)
class Part:
    """A named piece of a request or of a result, kept on disk."""

    name: str
    path: Path
    media_type: str = ""
    file_name: str = ""


Wanted = Callable[[Part], bool]


async def receive(
    request: Request, folder: Path, wanted: Wanted, limits: Settings
) -> tuple[Part, ...]:
    """The parts of the request in `folder`; unwanted ones are read past."""
    header = request.headers.get("content-type", "")
    media_type, options = parse_options_header(header)
    limit = int(limits.max_body_mb * 1_000_000)
    if int(request.headers.get("content-length", 0)) > limit:
        raise TooLarge(limit)
    if media_type == b"multipart/form-data" and b"boundary" in options:
        with Spool(options[b"boundary"], folder, wanted, limits.max_parts) as spool:
            await _pour(request, spool.write, limit)
            return spool.finished()
    if media_type == JSON.encode():
        part = Part("data", folder / "part0", JSON)
        with part.path.open("wb") as file:
            await _pour(request, file.write, limit)
        return (part,)
    raise WrongContentType


async def _pour(request: Request, write: Callable[[bytes], object], limit: int) -> None:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit)
        write(chunk)


class Spool:
    """Splits a multipart body as it arrives; each wanted part goes to a file."""

    def __init__(
        self, boundary: bytes, folder: Path, wanted: Wanted, max_parts: int
    ) -> None:
        self._folder, self._wanted, self._max_parts = folder, wanted, max_parts
        self._files = ExitStack()
        self._file: BinaryIO | None = None
        self._headers: dict[bytes, bytes] = {}
        self._key = self._value = b""
        self._count = 0
        self._parts: list[Part] = []
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._open,
                    "on_part_data": self._data,
                    "on_part_end": self._files.close,
                    "on_end": self._end,
                },
            )
        except FormParserError as fault:
            raise Malformed(f"the multipart body is broken: {fault}") from fault

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes of the body."""
        try:
            self._parser.write(chunk)
        except FormParserError as fault:
            raise Malformed(f"the multipart body is broken: {fault}") from fault

    def finished(self) -> tuple[Part, ...]:
        """What arrived, once the body is over."""
        if not self._ended:
            raise Malformed("the multipart body ends before its last boundary")
        return tuple(self._parts)

    def _begin(self) -> None:
        self._headers = {}
        self._file = None
        self._count += 1
        if self._count > self._max_parts:
            raise Malformed(f"the body has more than {self._max_parts} parts")

    def _header_field(self, chunk: bytes, start: int, end: int) -> None:
        self._key += chunk[start:end]

    def _header_value(self, chunk: bytes, start: int, end: int) -> None:
        self._value += chunk[start:end]

    def _header_end(self) -> None:
        self._headers[self._key.lower()] = self._value
        self._key = self._value = b""

    def _open(self) -> None:
        disposition = self._headers.get(b"content-disposition", b"")
        _, options = parse_options_header(disposition)
        media_type, _ = parse_options_header(self._headers.get(b"content-type", b""))
        part = Part(
            name=options.get(b"name", b"").decode(errors="replace"),
            path=self._folder / f"part{self._count}",
            media_type=media_type.decode(errors="replace"),
            file_name=options.get(b"filename", b"").decode(errors="replace"),
        )
        if not part.name:
            raise Malformed("a part of the multipart body has no name")
        if self._wanted(part):
            self._file = self._files.enter_context(part.path.open("wb"))
            self._parts.append(part)

    def _data(self, chunk: bytes, start: int, end: int) -> None:
        if self._file:
            self._file.write(memoryview(chunk)[start:end])

    def _end(self) -> None:
        self._ended = True
