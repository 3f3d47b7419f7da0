"""The data that travels between nodes: JSON, blobs by reference, large values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

Json = Any
"""A JSON value: dict with string keys, list, str, int, float, bool or None."""

BLOB_KEY = "$blob"
"""The key that marks an object as the reference of a blob."""
LARGE_KEY = "$large"
"""The key that marks an object as the place of a large value, in a stored frame."""
CHARSET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:_+()-]{0,39}")
"""Names have 40 characters at most (RFC 2978, section 2.3). This one comes from
strangers, and goes into headers."""
RESERVED_KEYS = frozenset({BLOB_KEY, LARGE_KEY})
"""Keys that only the engine itself puts into data."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A binary in the object store; inside data it is the object `to_json` gives."""

    key: str
    type: str
    size: int
    name: str | None = None
    charset: str | None = None
    """Of a text: the encoding that it was sent with, as its sender wrote it."""

    def to_json(self) -> Json:
        reference = {BLOB_KEY: self.key, "type": self.type, "size": self.size}
        if self.name:
            reference["name"] = self.name
        if self.charset:
            reference["charset"] = self.charset
        return reference

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> "Blob":
        return cls(
            key=value[BLOB_KEY],
            type=value["type"],
            size=value["size"],
            name=value.get("name"),
            charset=value.get("charset"),
        )

    @property
    def content_type(self) -> str:
        """The media type with the charset, as HTTP says both.

        >>> Blob("t1/a", "text/html", 3, charset="gbk").content_type
        'text/html; charset=gbk'
        """
        return f"{self.type}; charset={self.charset}" if self.charset else self.type

    def with_charset(self, charset: str) -> "Blob":
        """The same binary, with what its sender said of its encoding; empty: nothing.

        >>> Blob("t1/a", "text/html", 3).with_charset("gbk").charset
        'gbk'
        """
        is_text = self.type.startswith("text/") or self.type.endswith("xml")
        if not is_text or not CHARSET_NAME.fullmatch(charset):
            return self
        return replace(self, charset=charset)


def is_blob(value: Json) -> bool:
    """Whether value is the reference of a blob.

    >>> is_blob({"$blob": "t1/a", "type": "image/png", "size": 3})
    True
    """
    return isinstance(value, dict) and BLOB_KEY in value


def is_sent_as_parts(value: Json) -> bool:
    """Whether value, under a key of what is sent, is a blob, or a list of blobs alone.

    >>> photo = {"$blob": "t1/a", "type": "image/png", "size": 3}
    >>> [is_sent_as_parts(one) for one in (photo, [photo], [photo, 1], [], 1)]
    [True, True, False, False, False]
    """
    if isinstance(value, list):
        return value != [] and all(map(is_blob, value))
    return is_blob(value)


def blobs_in(value: Json) -> Iterator[Blob]:
    """Every blob that value refers to, at any depth."""
    if is_blob(value):
        yield Blob.from_json(value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from blobs_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from blobs_in(item)


class Large:
    """A JSON value too large for its document: `size` bytes in the blob store.

    The key is made of the content, so that equal keys are equal values. A loop over
    10,000 items saves its frame hundreds of times: that must not write the list of
    items each time (docs/decisions/0005).
    """

    __slots__ = ("key", "value", "size")

    def __init__(self, key: str, value: Json, size: int = 0) -> None:
        self.key = key
        self.value = value
        self.size = size

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Large) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)


def unwrap(value: "Json | Large") -> Json:
    """The JSON value itself, wherever it is kept."""
    return value.value if isinstance(value, Large) else value
