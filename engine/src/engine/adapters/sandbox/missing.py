"""Says which keys there are, where code asked for one that is not."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_monty import Frame

from engine.domain.checks.code.reading import UNREADABLE, parsed, written
from engine.domain.suggestions import REQUEST_STEPS, Suggestions, listed
from engine.domain.values import Json

MAX_LOOKED_AT = 2000
"""Of the values in which a key is searched that is like the one asked for."""

_NO_KEY = re.compile("KeyError: (?P<key>.*)", re.DOTALL)
_NO_ATTRIBUTE = re.compile(
    r"AttributeError: ('dict' object|this object) has no attribute '(?P<key>\w+)'"
)
_NO_ITEM = re.compile("IndexError: (list )?index out of range")


def with_what_there_is(
    text: str, frame: Frame | None, source: str, seen: Mapping[str, Any]
) -> str:
    """The message of an error; of one about a missing key with those that exist.

    `frame` is where the code failed, `seen` what it was given: if the code itself has
    changed that, what is told may be older than the failure.
    """
    found = _NO_KEY.fullmatch(text) or _NO_ATTRIBUTE.match(text)
    place = _place(frame, source) if frame else None
    owner = _Resolver(seen).value(place) if place is not None else None
    inside = f" in {written(place)}" if place is not None else ""

    if found and (place is None or _is_node(place, owner, seen)):
        return f"{text}{_alike(found['key'], _all_keys(seen))}"
    if found:
        message = f"no key '{found['key']}'{inside}"
        if isinstance(owner, dict) and found["key"] not in owner:
            return f"{message}{_keys(owner, found['key'])}"
        return f"{message}{_alike(found['key'], _all_keys(seen))}"

    if _NO_ITEM.match(text) and isinstance(owner, list):
        items = "1 item" if len(owner) == 1 else f"{len(owner)} items"
        return f"{text}:{inside.removeprefix(' in')} has {items}"
    return text


def _place(frame: Frame, source: str) -> ast.expr | None:
    """What the missing key was looked for in: `node.out` of `node.out['imge']`."""
    lines = source.split("\n")
    if frame.line > len(lines) or frame.end_line != frame.line:
        return None

    failed = lines[frame.line - 1][frame.column - 1 : frame.end_column - 1]
    try:
        tree = parsed(failed, expression=True)
    except UNREADABLE:
        return None

    match tree:
        case ast.Expression(ast.Call(func=ast.Attribute(value=owner))):
            return owner
        case ast.Expression(ast.Subscript(value=owner) | ast.Attribute(value=owner)):
            return owner
    return None


def _is_node(place: ast.expr, owner: Json, seen: Mapping[str, Any]) -> bool:
    """Whether it is a node or `loop`, which have attributes and no keys of data."""
    is_loop = isinstance(place, ast.Name) and place.id == "loop"
    return is_loop or any(owner is view for view in seen["views"].values())


class _Resolver:
    """Finds what a simple expression such as `blur.out['areas'][0]` means."""

    def __init__(self, seen: Mapping[str, Any]) -> None:
        self._seen = seen

    def value(self, part: ast.expr) -> Json:
        """The value; None if it is not known."""
        match part:
            case ast.Name(id=name):
                return self._named(name)
            case ast.Attribute(value=ast.Name(id="loop"), attr=name):
                return self._view(self._seen["loop"].get(name))
            case ast.Attribute(value=owner, attr=key):
                return _item(self.value(owner), key)
            case ast.Subscript(value=owner, slice=ast.Constant(value=key)):
                return _item(self.value(owner), key)
        return None

    def _named(self, name: str) -> Json:
        own = self._view(self._seen["node"])
        match name:
            case "node":
                return own
            case "input":
                return _item(own, "input")
            case "pipeline":
                return self._seen.get("pipeline")
        return self._view(self._seen["names"].get(name))

    def _view(self, node_id: str | None) -> Json:
        return self._seen["views"].get(node_id)


def _item(value: Json, key: Any) -> Json:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and type(key) is int and -len(value) <= key < len(value):
        return value[key]
    return None


def _keys(owner: Mapping[str, Json], key: str) -> str:
    if not owner:
        return ", which is empty"
    quoted = (f"'{known}'" for known in owner)
    there_are = "there is only" if len(owner) == 1 else "there are"
    return f"; {there_are} {listed(quoted)}{_alike(key, owner)}"


def _alike(key: str, known: Any) -> str:
    close = Suggestions(REQUEST_STEPS).closest(key, known)
    return f"; did you mean '{close}'?" if close and close != key else ""


def _all_keys(seen: Mapping[str, Any]) -> Iterator[str]:
    """The keys of all that the code was given, as far as that is looked at."""
    todo: list[Json] = [
        section for view in seen["views"].values() for section in view.values()
    ]
    looked_at = 0
    while todo and looked_at < MAX_LOOKED_AT:
        value = todo.pop()
        looked_at += 1
        if isinstance(value, dict):
            yield from value
            todo.extend(value.values())
        elif isinstance(value, list):
            todo.extend(value)
