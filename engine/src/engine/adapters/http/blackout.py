"""Blacks out the secrets of a request in everything that comes back for it.

What is looked for: each value as it is, and as URLs, JSON and HTML spell it. A host
that sends it in another form, such as base64 or in pieces, cannot be seen through.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from html.entities import codepoint2name
from typing import NamedTuple
from urllib.parse import quote

from engine.adapters.http.answers import Read
from engine.domain.gate import Admitted
from engine.domain.secrets import Text, filled
from engine.domain.values import BLOB_KEY, Json, is_blob
from engine.ports import Answered, Refused, Request

BLACK = "***"

REMEMBERED_SECRETS = 64
"""Making what finds a secret takes ten milliseconds."""

ESCAPED = '"/'
"""What JSON may write with a backslash before it."""

MAX_ESCAPES = 8
"""Backslashes in a row that are looked for."""

BACKSLASH = "\\\\"
"""As a pattern."""


class Blackout:
    """What must not be shown of one request. It is false if that is nothing."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        # The longest first: where one contains another, all of it has to go.
        values = sorted(secrets.values(), key=len, reverse=True)
        self._sought = [_sought(value) for value in values]

    def __bool__(self) -> bool:
        return bool(self._sought)

    def hides(self, text: str) -> bool:
        """Whether a text has a secret in it."""
        return any(sought.in_text.search(text) for sought in self._sought)

    def text(self, text: str) -> str:
        """The text without the secrets."""
        for sought in self._sought:
            text = sought.in_text.sub(BLACK, text)
        return text

    def _bytes(self, content: bytes) -> bytes:
        for sought in self._sought:
            content = sought.in_bytes.sub(BLACK.encode(), content)
        return content

    async def outcome(self, outcome: Answered | Refused) -> Answered | Refused:
        """What came of the request, as it may be kept and shown."""
        if not self:
            return outcome
        if isinstance(outcome, Refused):
            return replace(outcome, reason=self.text(outcome.reason))
        # In a thread: there may be megabytes, and few requests have secrets.
        return Answered(await asyncio.to_thread(self._admitted, outcome.out))

    def reading(self, read: Read) -> Read:
        """The bytes of a body as they come, without the secrets.

        So many of the last bytes are held back that a secret which begins in one piece
        and ends in the next one is found.
        """
        if not self:
            return read
        longest_bytes = max(sought.longest_bytes for sought in self._sought)
        held = b""
        ended = False

        async def read_blackened() -> bytes:
            nonlocal held, ended
            while not ended:
                piece = await read()
                ended = not piece
                come = self._bytes(held + piece)
                ready_bytes = len(come) if ended else len(come) - longest_bytes
                if ready_bytes > 0:
                    held = come[ready_bytes:]
                    return come[:ready_bytes]
                held = come
            return b""

        return read_blackened

    def _admitted(self, out: Admitted) -> Admitted:
        # No reserved key can come of it: a blackened one is none of them.
        return Admitted({self.text(key): self._value(out[key]) for key in out})

    def _value(self, value: Json) -> Json:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if isinstance(value, dict):
            return self._object(value)
        # A secret of digits may come back as a number.
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return BLACK if is_number and self.hides(str(value)) else value

    def _object(self, value: Mapping[str, Json]) -> Json:
        # The key of a blob is the engine's own; its name is the other side's.
        kept = {BLOB_KEY: value[BLOB_KEY]} if is_blob(value) else {}
        return {self.text(key): self._value(value[key]) for key in value} | kept


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRequest:
    """A request as it is sent: each secret in its place."""

    task: str
    verb: str
    url: str
    query: Mapping[str, str | list[str]]
    headers: Mapping[str, str]
    payload: Json
    timeout: timedelta
    send: str | None
    full: bool


def with_secrets(request: Request) -> FilledRequest:
    """Put the values of the secrets into the texts of a request."""
    values = request.secrets
    in_url = {name: quote(value, safe="") for name, value in values.items()}
    query = {key: _filled(text, values) for key, text in request.query.items()}
    headers = {key: filled(text, values) for key, text in request.headers.items()}
    return FilledRequest(
        task=request.task,
        verb=request.verb,
        url=filled(request.url, in_url),
        query=query,
        headers=headers,
        payload=request.payload,
        timeout=request.timeout,
        send=request.send,
        full=request.full,
    )


def _filled(text: Text | list[Text], values: Mapping[str, str]) -> str | list[str]:
    if isinstance(text, list):
        return [filled(one, values) for one in text]
    return filled(text, values)


class _Sought(NamedTuple):
    """The spellings of one secret, as what finds them."""

    in_text: re.Pattern[str]
    in_bytes: re.Pattern[bytes]
    longest_bytes: int


@lru_cache(maxsize=REMEMBERED_SECRETS)
def _sought(value: str) -> _Sought:
    """Each character may be written in a way of its own: programs differ in what they
    encode, and an address is encoded by one and decoded in part by the next one."""
    # A row of backslashes is one: as single ones there would be endlessly many ways to
    # share a longer row among them.
    characters = [_character(one) for one in re.findall(r"\\+|.", value)]
    pattern = "".join(f"(?:{'|'.join(ways)})" for ways, _ in characters)
    return _Sought(
        in_text=re.compile(pattern),
        in_bytes=re.compile(pattern.encode()),
        longest_bytes=sum(longest for _, longest in characters),
    )


def _character(one: str) -> tuple[list[str], int]:
    """How a character may be written, as patterns, and how many bytes that may take."""
    if one.startswith("\\"):
        return _backslashes(len(one))

    point = ord(one)
    in_utf8 = one.encode()
    in_url = "".join(f"%{byte:02x}" for byte in in_utf8)
    units = re.findall("....", one.encode("utf-16-be").hex())
    in_json = "".join(f"{BACKSLASH}{{1,{MAX_ESCAPES}}}u{unit}" for unit in units)
    in_html = [f"&#{point};", f"&#x{point:x};"]
    if point in codepoint2name:
        in_html.append(f"&{codepoint2name[point]};")

    # JSON in the texts of JSON is escaped twice.
    plain = (
        f"{BACKSLASH}{{0,{MAX_ESCAPES}}}{re.escape(one)}"
        if one in ESCAPED
        else re.escape(one)
    )
    ways = [plain, f"(?i:{in_url})", f"(?i:{in_json})", f"(?i:{'|'.join(in_html)})"]
    if one == " ":
        ways.append("\\+")
    longest = max(len(in_url), (MAX_ESCAPES + 5) * len(units), *map(len, in_html))
    return ways, longest


def _backslashes(count: int) -> tuple[list[str], int]:
    most = count * MAX_ESCAPES
    ways = [f"{BACKSLASH}{{{count},{most}}}+", f"(?i:%5c){{{count}}}"]
    return [*ways, f"(?:&#92;){{{count}}}"], most
