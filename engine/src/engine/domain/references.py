"""References such as `blur.out.image`: parse, resolve, say what is missing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from engine.domain.errors import BadReference, UnresolvedReference
from engine.domain.values import Json

PARTS = ("out", "input", "params")
ITEM = "_loop"
LONGEST = 1000
WORDS = {None: "null", True: "true", False: "false"}
INDEX = re.compile(r"-?[0-9]{1,9}")


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
    @lru_cache(4096)
    def parse(cls, text: str) -> "Reference":
        """Read `A.B.C`; raises `BadReference`.

        >>> Reference.parse("loop.crop.out.result").node
        'crop'
        """
        if len(text) > LONGEST:
            raise BadReference(
                text[:40] + "…", f"it is longer than {LONGEST} characters"
            )
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

    Keys may hold dots: every way to spell a key is tried, the shortest first.
    """
    for found in _follow(value, reference.fields):
        return found
    fields, at = reference.fields, 0
    while taken := next(_steps(value, fields[at:]), None):
        value, at = taken[0], at + taken[1]
    done = ".".join(reference.text.split(".")[: -(len(fields) - at)])
    raise UnresolvedReference(reference.text, fields[at], done, _known(value))


def _follow(value: Json, fields: tuple[str, ...]) -> Iterator[Json]:
    if not fields:
        yield value
    for inner, count in _steps(value, fields):
        yield from _follow(inner, fields[count:])


def _steps(value: Json, fields: tuple[str, ...]) -> Iterator[tuple[Json, int]]:
    """The values one step in, and how many of the fields name the step."""
    if isinstance(value, Mapping):
        for count in range(1, len(fields) + 1):
            if (key := ".".join(fields[:count])) in value:
                yield value[key], count
    elif isinstance(value, list) and fields and INDEX.fullmatch(fields[0]):
        index = int(fields[0])
        if -len(value) <= index < len(value):
            yield value[index], 1


def _known(value: Json) -> str:
    if isinstance(value, Mapping):
        names = ", ".join(sorted(value)[:10]) or "nothing"
        return f"it has {names}"
    if isinstance(value, list):
        return f"it is a list of {len(value)}"
    if isinstance(value, bool) or value is None:
        return f"it is {WORDS[value]}"
    return "it is a text" if isinstance(value, str) else "it is a number"
