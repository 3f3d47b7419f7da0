"""Gives a node another id, wherever a document names it.

    where                               what is looked at
    next, catch, sides' next            the nodes of the same level
    references, templates               the first word, by the levels that are visible
    code                                names that mean the node (`code_names.py`)

A document that is being written has faults: what cannot be read is left as it is.
"""

import copy
import keyword
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from engine.domain.checks.document import Document
from engine.domain.checks.level import Level, Seen
from engine.domain.edits.code_names import NotRenamed, renamed_in_code
from engine.domain.errors import Fault, InvalidInput
from engine.domain.going_on import GoOn, go_on_always
from engine.domain.pipeline import NODE_ID, RESERVED
from engine.domain.values import Json

MAX_REFERENCE_CHARACTERS = 1000
SIDES = ("then", "else")

# What stands between single braces. A doubled one stands for the brace itself.
_IN_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")

Text = Callable[[str], str]
"""What becomes of a text that may name the node."""


class Changed(NamedTuple):
    """A field in which the node was named."""

    node: str
    field: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A document with another id for one of its nodes."""

    document: Json
    changed: tuple[Changed, ...]


def rename(document: Json, old: str, new: str, go_on: GoOn = go_on_always) -> Renamed:
    """The document with the node `old` called `new`; raises `InvalidInput`."""
    edited = copy.deepcopy(document)
    with Document(edited if isinstance(edited, dict) else {}, go_on) as read:
        return Renamed(edited, _renamed(read, old, new))


def _renamed(read: Document, old: str, new: str) -> tuple[Changed, ...]:
    """Rename the node in place; where it was named."""
    target = read.homes.get(old)
    faults = list(_faults(read, old, new))
    if faults or target is None:
        raise InvalidInput(faults)
    if new == old:
        return ()

    renaming = _Renaming(read, target, new)
    changed = tuple(renaming.changes())
    if renaming.faults:
        raise InvalidInput(renaming.faults)
    return changed


def _faults(document: Document, old: str, new: str) -> Iterator[Fault]:
    if old not in document.homes:
        hint = document.suggestions.hint(old, document.homes)
        message = f"there is no node “{old}”"
        yield Fault("unknown-node", message, hint, field="from")

    if not re.fullmatch(NODE_ID, new):
        message = f"“{new}” cannot be the id of a node"
        hint = (
            "begin with a letter or “_”, go on with letters, digits, “_” and “-”, "
            "and use 100 characters at most"
        )
        yield Fault("bad-id", message, hint, field="to")
    elif new in RESERVED or keyword.iskeyword(new):
        hint = "choose another id: code could not name this node"
        yield Fault("reserved-id", f"the id “{new}” is reserved", hint, field="to")
    elif new != old and new in document.homes:
        message = f"another node has the id “{new}”"
        hint = "choose an id that no other node has, inside of loops neither"
        yield Fault("duplicate-id", message, hint, field="to")


class _Renaming:
    """Changes a document in place, node by node."""

    def __init__(self, document: Document, target: Seen, new: str) -> None:
        self.faults: list[Fault] = []
        self._document = document
        self._target = target
        self._old = target.id
        self._new = new
        # With hyphens they are read as names only where they are known.
        self._ids = {node_id for node_id in document.homes if "-" in node_id}

    def changes(self) -> Iterator[Changed]:
        """Change every field that names the node; where that was."""
        for node in list(self._document.nodes):
            shown = self._new if node is self._target else node.id
            for field in self._change_node(node):
                yield Changed(shown, field)

    def _change_node(self, node: Seen) -> Iterator[str]:
        """The fields of a node that were changed."""
        # Code first: it is judged by the ids that the document still has.
        yield from self._change_code(node)
        yield from self._change_nexts(node)
        yield from self._change_values(node)
        if node is self._target:
            node.raw["id"] = self._new  # type: ignore[index] # it is a dict
            yield "id"

    # Code.

    def _change_code(self, node: Seen) -> Iterator[str]:
        if not self._is_visible(node.level):
            return

        for field, source in node.code.items():
            try:
                edited = renamed_in_code(
                    source,
                    field=field,
                    old=self._old,
                    new=self._new,
                    ids=self._ids,
                    is_local=node.level is self._target.level,
                )
            except NotRenamed as reason:
                hint = "change this code by hand, then rename again"
                self.faults.append(node.fault(field, "not-renamed", str(reason), hint))
                continue
            if edited != source:
                _put(node.raw, field, edited)
                yield field

    def _is_visible(self, level: Level) -> bool:
        """Whether the node can be named from a level."""
        return any(one is self._target.level for one in level.visible)

    # Ways.

    def _change_nexts(self, node: Seen) -> Iterator[str]:
        """Ways lead to nodes of the same level only."""
        if node.level is not self._target.level:
            return

        for field in ("next", "catch", "then.next", "else.next"):
            value = node.get(field)
            edited = value
            if value == self._old:
                edited = self._new
            elif isinstance(value, list):
                edited = [self._new if one == self._old else one for one in value]
            if edited != value:
                _put(node.raw, field, edited)
                yield field

    # Values.

    def _change_values(self, node: Seen) -> Iterator[str]:
        here = self._text_of(node.level)
        for field in ("input", "then.out", "else.out"):
            yield from _change_each(node, field, here)
        yield from _change_one(node, "items", here)

        in_braces = partial(_templated, change=here)
        yield from _change_one(node, "url", in_braces)
        for field in ("headers", "query"):
            yield from _change_each(node, field, here, plain=in_braces)

        # What a loop collects is named from within its body.
        if node.body is not None:
            yield from _change_each(node, "collect", self._text_of(node.body))

    def _text_of(self, level: Level) -> Text:
        """How references change that stand on a level."""
        is_visible = self._is_visible(level)
        is_local = level is self._target.level

        def changed(text: str) -> str:
            if not is_visible or len(text) > MAX_REFERENCE_CHARACTERS:
                return text
            first, _, rest = text.partition(".")
            if first == self._old and rest:
                return f"{self._new}.{rest}"

            second, _, fields = rest.partition(".")
            if is_local and first == "loop" and second == self._old and fields:
                return f"loop.{self._new}.{fields}"
            return text

        return changed


def _change_each(
    node: Seen, field: str, change: Text, plain: Text | None = None
) -> Iterator[str]:
    """Change the values of a directive, and give the keys that were changed.

    `plain`: how texts change, if they are no references.
    """
    values = node.get(field)
    if not isinstance(values, dict):
        return
    for key, value in values.items():
        edited = _changed_value(value, change, plain or change)
        if edited != value:
            values[key] = edited
            yield f"{field}.{key}"


def _change_one(node: Seen, field: str, change: Text) -> Iterator[str]:
    value = node.get(field)
    if isinstance(value, str) and change(value) != value:
        _put(node.raw, field, change(value))
        yield field


def _changed_value(value: Json, change: Text, plain: Text) -> Json:
    """A value of a directive: a reference, a list of one, or an object of a form."""
    match value:
        case str():
            return plain(value)
        case [str(text)]:
            return [change(text)]
        case {"from": str(text)}:
            return value | {"from": change(text)}
        case {"template": str(text)}:
            return value | {"template": _templated(text, change)}
        case _:
            return value


def _templated(text: str, change: Text) -> str:
    """A text with references in braces."""

    def changed(found: re.Match[str]) -> str:
        inside = found[1]
        if inside is None:
            return found[0]
        reference = inside.strip()
        return found[0].replace(reference, change(reference), 1)

    return _IN_BRACES.sub(changed, text)


def _put(raw: Json, field: str, value: Json) -> None:
    """Set a field of a node; `then.next` is in an object."""
    *around, last = field.split(".")
    for name in around:
        raw = raw[name]
    raw[last] = value
