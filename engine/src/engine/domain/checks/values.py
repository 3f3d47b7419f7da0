"""What a node says of values: each with its place, and how it is read."""

from collections.abc import Callable, Iterator

from engine.domain.asking import read_address, read_parameter
from engine.domain.checks.level import SIDES, Seen
from engine.domain.directives import Value, read_collect, read_value
from engine.domain.pipeline import HttpNode
from engine.domain.references import Reference
from engine.domain.values import Json

Read = Callable[[Json], Value]
"""Makes a value of what an author wrote; raises `BadReference`, `BadValue`."""


def values_of(node: Seen) -> Iterator[tuple[str, Json, Read]]:
    """The values that a node gives: place, what stands there, and how it is read."""
    outs_of_sides = (f"{side}.out" for side in SIDES)
    for field, raw in _directives(node, "input", *outs_of_sides):
        yield field, raw, read_value

    items = node.get("items")
    if isinstance(items, str):
        yield "items", items, Reference.parse

    if node.body:
        for field, raw in _directives(node, "collect"):
            yield field, raw, collected

    if node.kind is HttpNode:
        for field, raw in _directives(node, "headers", "query"):
            yield field, raw, read_parameter
        url = node.get("url")
        if isinstance(url, str):
            yield "url", url, read_address


def collected(raw: Json) -> Value:
    """What a loop takes from each of its frames: of a node in the body."""
    return read_collect(raw).reference


def _directives(node: Seen, *fields: str) -> Iterator[tuple[str, Json]]:
    """What some fields of a node give, each value with its place."""
    for field in sorted(fields):
        directive = node.get(field)
        if not isinstance(directive, dict):
            continue
        for key, value in directive.items():
            yield f"{field}.{key}", value
