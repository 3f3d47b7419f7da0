"""The data that travels between nodes: JSON, blobs by reference, large values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Any
"""A JSON value: dict with string keys, list, str, int, float, bool or None."""

BLOB_KEY = "$blob"
"""The key that marks an object as the reference of a blob."""
LARGE_KEY = "$large"
"""The key that marks an object as the place of a large value, in a stored frame."""
RESERVED_KEYS = frozenset({BLOB_KEY, LARGE_KEY})
"""Keys that only the engine itself puts into data."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A binary in the object store; inside data it is the object `to_json` gives."""

    key: str
    type: str
    size: int
    name: str | None = None

    def to_json(self) -> Json:
        reference = {BLOB_KEY: self.key, "type": self.type, "size": self.size}
        if self.name:
            reference["name"] = self.name
        return reference

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> "Blob":
        return cls(
            key=value[BLOB_KEY],
            type=value["type"],
            size=value["size"],
            name=value.get("name"),
        )


def is_blob(value: Json) -> bool:
    """Whether value is the reference of a blob.

    >>> is_blob({"$blob": "t1/a", "type": "image/png", "size": 3})
    True
    """
    return isinstance(value, dict) and BLOB_KEY in value


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
