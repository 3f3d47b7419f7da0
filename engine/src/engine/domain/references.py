"""References such as `blur.out.image`: parse, resolve, say what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from engine.domain.errors import BadReference, UnresolvedReference
from engine.domain.values import Json

PARTS = ("out", "input", "params")
ITEM = "_loop"


@dataclass(frozen=True, slots=True)
class Reference:
    """The parsed form: whose value, which part of it, and the way into that.

    `node` is the name `node` for the node itself. `local` says that the author
    wrote `loop.X…`: only a node of the same frame is meant.
    """

    text: str
    node: str
    part: str
    fields: tuple[str, ...]
    local: bool = False

    @classmethod
    def parse(cls, text: str) -> "Reference":
        """Read `A.B.C`; raises `BadReference`.

        >>> Reference.parse("loop.crop.out.result").node
        'crop'
        """
        root, *rest = text.split(".")
        local = root == "loop" and bool(rest)
        if local:
            root, *rest = rest
        if not root or not rest:
            raise BadReference(text, f"“{text}” names no part of a node")
        part, *fields = rest
        if part not in PARTS and part != ITEM:
            raise BadReference(text, f"“{part}” is none of out, input, params")
        if not all(fields):
            raise BadReference(text, "a field's name is empty")
        return cls(text, root, part, tuple(fields), local)


class Visible(Protocol):
    """What a reference is resolved against."""

    def part(self, reference: Reference) -> Json:
        """The whole part of the node meant; raises `UnresolvedReference`."""


def resolve(text: str, visible: Visible) -> Json:
    """The value a reference leads to; raises `UnresolvedReference`."""
    reference = Reference.parse(text)
    return dig(visible.part(reference), reference)


def dig(value: Json, reference: Reference) -> Json:
    """Follow the fields of a reference into a value.

    Keys may hold dots: the longest way to spell a key is tried last.
    """
    fields, at = reference.fields, 0
    while at < len(fields):
        taken = _step(value, fields[at:])
        if taken is None:
            done = ".".join(reference.text.split(".")[: -(len(fields) - at)])
            raise UnresolvedReference(reference.text, fields[at], done, _known(value))
        value, count = taken
        at += count
    return value


def _step(value: Json, fields: tuple[str, ...]) -> tuple[Json, int] | None:
    if isinstance(value, Mapping):
        for count in range(1, len(fields) + 1):
            if (key := ".".join(fields[:count])) in value:
                return value[key], count
    elif isinstance(value, list) and fields[0].lstrip("-").isdecimal():
        index = int(fields[0])
        if -len(value) <= index < len(value):
            return value[index], 1
    return None


def _known(value: Json) -> str:
    if isinstance(value, Mapping):
        names = ", ".join(sorted(value)[:10]) or "nothing"
        return f"it has {names}"
    if isinstance(value, list):
        return f"it is a list of {len(value)}"
    return f"it is a {type(value).__name__}"
