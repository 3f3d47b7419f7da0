"""References such as `blur.out.image`: parse, resolve, say what is missing."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice
from typing import Protocol

from engine.domain.errors import BadReference, UnresolvedReference
from engine.domain.suggestions import listed
from engine.domain.values import Json

SECTIONS = ("out", "input", "params")
"""What a node has that references and code can name."""
ITEM = "_loop"
"""Stands where a section would, for the item of the loop around a node."""
ERROR = "error"
"""Stands there for why a node has failed whose failure was caught."""
ROUND = "round"
"""Stands there for how often a node was turned back to."""
PIPELINE = "pipeline"
"""Stands where a node would, for the pipeline itself: it has `params`."""
NAMEABLE = (*SECTIONS, ITEM, ERROR, ROUND)
"""What may follow the id of a node in a reference."""

MAX_REFERENCE_CHARACTERS = 1000
# Pipelines are few and their references run again and again; the text of each is at
# most 1000 characters, so the cache stays within some megabytes.
PARSED_REFERENCES_KEPT = 4096

MAX_PLACES_TRIED = 1000
"""For one reference. Where no keys have dots, there is one place for each field."""

MAX_KEYS_SHOWN = 10
"""Of an object in which something is missing."""
MAX_KEYS_SORTED = 1000
"""There may be a hundred thousand, and as many references to what is missing."""

# Nine digits are more than any list has items, and int() of them is cheap.
_INDEX = re.compile(r"-?[0-9]{1,9}")
_LITERALS = {None: "null", True: "true", False: "false"}


@dataclass(frozen=True, slots=True)
class Reference:
    """The parsed form: whose value, which section, and the way into that.

    `node` is the name `node` for the node itself. `local` says that the author
    wrote `loop.X…`: only a node of the same frame is meant.
    """

    text: str
    node: str
    section: str
    fields: tuple[str, ...]
    local: bool = False

    def __str__(self) -> str:
        return self.text

    @classmethod
    @lru_cache(PARSED_REFERENCES_KEPT)
    def parse(cls, text: str) -> "Reference":
        """Read `A.B.C`; raises `BadReference`.

        >>> Reference.parse("loop.crop.out.result").node
        'crop'
        """
        if len(text) > MAX_REFERENCE_CHARACTERS:
            limit = MAX_REFERENCE_CHARACTERS
            raise BadReference(text[:40] + "…", f"it is longer than {limit} characters")

        node, *rest = text.split(".")
        local = node == "loop" and bool(rest)
        if local:
            node, *rest = rest

        if not node or not rest:
            raise BadReference(
                text, "it names no node with a section, as photo.out does"
            )

        section, *fields = rest
        if node == PIPELINE and section != "params":
            raise BadReference(text, "of the pipeline only “params” can be named")
        if section not in NAMEABLE:
            raise BadReference(
                text, f"“{section}” is not a section: {', '.join(NAMEABLE)}"
            )
        if not all(fields):
            raise BadReference(text, "a field's name is empty")

        return cls(
            text=text,
            node=node,
            section=section,
            fields=tuple(fields),
            local=local,
        )


class Visible(Protocol):
    """What a reference is resolved against."""

    def section(self, reference: Reference) -> Json:
        """The whole section of the node meant; raises `UnresolvedReference`."""


def resolve(reference: Reference, visible: Visible) -> Json:
    """The value a reference leads to; raises `UnresolvedReference`."""
    return dig(visible.section(reference), reference)


def dig(value: Json, reference: Reference) -> Json:
    """Follow the fields of a reference into a value.

    Keys may hold dots: every way to spell a key is tried, the shortest first.
    """
    for found in _follow(value, reference.fields, set()):
        return found

    raise _nothing_there(value, reference)


def _nothing_there(value: Json, reference: Reference) -> UnresolvedReference:
    """How far the fields lead, the shortest keys first, and what is missing then."""
    left = reference.fields
    step = next(_steps(value, left), None)
    while step is not None:
        value, count = step
        left = left[count:]
        step = next(_steps(value, left), None)

    names = reference.text.split(".")
    return UnresolvedReference(
        reference.text,
        missing=left[0],
        inside=".".join(names[: -len(left)]),
        known=_what_is_there(value),
    )


def _follow(
    value: Json, fields: tuple[str, ...], tried: set[tuple[int, int]]
) -> Iterator[Json]:
    """The values at the end of every way to spell the fields.

    `tried` has the places from which no way leads on, each with how many fields are
    left there: where keys have dots, many ways may come to the same place. Their number
    doubles with each level, so there is a bound for what is not the same place too.
    """
    if not fields:
        yield value

    for inner, count in _steps(value, fields):
        left = fields[count:]
        place = (id(inner), len(left))
        if place not in tried and len(tried) < MAX_PLACES_TRIED:
            yield from _follow(inner, left, tried)
            tried.add(place)


def keys_from(fields: Iterable[str]) -> Iterator[str]:
    """The keys that may begin some fields: keys may hold dots.

    >>> list(keys_from(["a", "b"]))
    ['a', 'a.b']
    """
    return accumulate(fields, lambda key, field: f"{key}.{field}")


def _steps(value: Json, fields: tuple[str, ...]) -> Iterator[tuple[Json, int]]:
    """The values one step in, and how many of the fields name the step."""
    if isinstance(value, Mapping):
        for count, key in enumerate(keys_from(fields), 1):
            if key in value:
                yield value[key], count

    elif isinstance(value, list) and fields and _INDEX.fullmatch(fields[0]):
        index = int(fields[0])
        if -len(value) <= index < len(value):
            yield value[index], 1


def _what_is_there(value: Json) -> str:
    """What an author sees instead of the value that is missing."""
    if isinstance(value, Mapping):
        keys = sorted(islice(value, MAX_KEYS_SORTED))
        names = listed(keys[:MAX_KEYS_SHOWN]) or "nothing"
        return f"it has {names}"
    if isinstance(value, list):
        return f"it is a list of {len(value)}"
    if isinstance(value, bool) or value is None:
        return f"it is {_LITERALS[value]}"
    if isinstance(value, str):
        return "it is a text"
    return "it is a number"
