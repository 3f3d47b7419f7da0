"""Renames a node in a piece of code: only its name changes, layout and comments stay.

What Python's scopes say counts: a variable of the code may bear a node's name, and is
left alone. In the end the new code is read and compared with the old one: whatever is
not understood here is told, and nothing is changed.
"""

import ast
import re
import tokenize
from collections.abc import Collection, Iterator
from typing import NamedTuple

from engine.domain.checks.code.dialect import REFLECTION
from engine.domain.checks.code.names import Names, Use
from engine.domain.checks.code.reading import (
    EXPRESSIONS,
    UNREADABLE,
    as_written,
    joined_names,
    parsed,
)
from engine.domain.checks.level import HYPHEN
from engine.domain.edits.fields import fields

_LINE_END = re.compile(r"\r\n|\r|\n")
_STRING = re.compile(r"([A-Za-z]*)('''|\"\"\"|'|\")(.*)\2", re.DOTALL)

Place = tuple[int, int]
"""Where something begins and ends in the source."""


class NotRenamed(Exception):
    """The code cannot be changed for certain; says why."""


class Spot(NamedTuple):
    """A part of the tree that names the node."""

    part: ast.Name | ast.Attribute | ast.Constant
    use: Use | None
    """Of a name: where it is used."""


def renamed_in_code(
    source: str,
    *,
    field: str,
    old: str,
    new: str,
    ids: Collection[str],
    is_local: bool,
) -> str:
    """The code with another name for a node; raises `NotRenamed`.

    `ids` are those with hyphens; `is_local`: the node is of the same frame, so that
    `loop.X` names it too.
    """
    if old not in source and new not in source:
        return source

    expression = field in EXPRESSIONS
    try:
        tree = parsed(source, expression=expression, ids=ids)
        names = Names(tree)
        spots = list(_spots(tree, names, in_code(old), is_local))
        _expect_free(names, spots, new)
        if old in source and not REFLECTION.isdisjoint(names.used):
            raise NotRenamed("it runs code of its own, whose names cannot be seen")
        if not spots:
            return source

        places = _Places(tree, source, expression, ids).of(spots, old)
        edited = _with(source, places, new)
        _expect_same(tree, spots, edited, expression=expression, new=new, ids=ids)
    except (*UNREADABLE, tokenize.TokenError):
        if re.search(rf"(?<![\w-]){re.escape(old)}(?![\w-])", source):
            raise NotRenamed("it cannot be read as code") from None
        return source
    return edited


def in_code(node_id: str) -> str:
    """The name that code has for an id once it is read."""
    return node_id.replace("-", HYPHEN)


def _spots(tree: ast.AST, names: Names, name: str, is_local: bool) -> Iterator[Spot]:
    """All parts that name the node."""
    for use in (*names.uses, *names.added_to):
        if use.name == name and not use.is_defined:
            yield Spot(use.node, use)

    if not is_local or "loop" in names.bound:
        return
    for part in ast.walk(tree):
        match part:
            case ast.Attribute(value=ast.Name(id="loop"), attr=attr) if attr == name:
                yield Spot(part, None)
            case ast.Subscript(
                value=ast.Name(id="loop"), slice=ast.Constant(value=key) as constant
            ) if key == name:
                yield Spot(constant, None)


def _expect_free(names: Names, spots: list[Spot], new: str) -> None:
    """Raises `NotRenamed` if the new name means something else in this code."""
    name = in_code(new)
    if any(use.name == name and not use.is_defined for use in names.uses):
        raise NotRenamed(f"it uses the name “{new}” for something else")
    if any(spot.use and spot.use.scope.sees(name) for spot in spots):
        raise NotRenamed(f"it has a variable “{new}” of its own")


class _Text:
    """A text, and where the places in it are that Python tells."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def place(self, part: ast.expr) -> Place:
        """Where a part of the tree of this text stands in it."""
        end = self._at(part.end_lineno or part.lineno, part.end_col_offset or 0)
        return self._at(part.lineno, part.col_offset), end

    def _at(self, line: int, column: int) -> int:
        # Columns of trees are bytes of UTF-8.
        start = self._lines[line - 1]
        text = self.text[start : start + column]
        return start + len(text.encode()[:column].decode(errors="ignore"))

    def place_of_token(self, line: int, column: int) -> int:
        """The same of a token, whose columns are letters."""
        return self._lines[line - 1] + column


class _Body(NamedTuple):
    """What stands between the quotes of an f-string, or behind the colon of a field."""

    begin: int
    text: str
    raw: bool


class _Places:
    """Finds where parts of a tree stand in the source."""

    def __init__(
        self, tree: ast.AST, source: str, expression: bool, ids: Collection[str]
    ) -> None:
        # As Python has read it: hyphens in ids are another letter, and the blanks
        # around an expression are gone. Each letter has its place all the same.
        read = joined_names(source, ids) if ids else source
        self._skipped = len(read) - len(read.lstrip()) if expression else 0
        self._source = _Text(read.strip() if expression else read)

        self._in_fields: dict[int, Place] = {}
        """By part of a tree, the places of those in f-strings."""
        self._note_fields(tree)

    def of(self, spots: list[Spot], old: str) -> list[Place]:
        """Where the id stands, in order."""
        places = set()
        for spot in spots:
            start, end = self._place(spot.part)
            if isinstance(spot.part, ast.Attribute):
                # The attribute ends with its name.
                start = end - len(old)
            elif isinstance(spot.part, ast.Constant):
                # Without the quotes.
                start, end = start + 1, end - 1
            places.add((start + self._skipped, end + self._skipped))
        return sorted(places)

    def _place(self, part: ast.expr) -> Place:
        return self._in_fields.get(id(part)) or self._source.place(part)

    def _note_fields(self, tree: ast.AST) -> None:
        """Find the parts that stand in f-strings, whose own places are not exact."""
        todo = [tree]
        bodies: list[_Body] | None = None
        while todo:
            part = todo.pop()
            if not isinstance(part, ast.JoinedStr):
                todo.extend(ast.iter_child_nodes(part))
                continue

            bodies = list(self._f_strings()) if bodies is None else bodies
            start, end = self._source.place(part)
            self._note_fields_of(part, [b for b in bodies if start <= b.begin < end])

    def _f_strings(self) -> Iterator[_Body]:
        lines = iter([f"{line}\n" for line in self._source.text.split("\n")])
        for token in tokenize.generate_tokens(lines.__next__):
            found = _STRING.fullmatch(token.string)
            if token.type == tokenize.STRING and found and "f" in found[1].lower():
                at = self._source.place_of_token(*token.start)
                yield _Body(at + found.start(3), found[3], "r" in found[1].lower())

    def _note_fields_of(self, joined: ast.JoinedStr, bodies: list[_Body]) -> None:
        """Pair the fields of the tree with those of the text: they have one order.

        Raises `ValueError` for another number of them.
        """
        values = [one for one in joined.values if isinstance(one, ast.FormattedValue)]
        found = [(body, one) for body in bodies for one in fields(body.text, body.raw)]
        for value, (body, field) in zip(values, found, strict=True):
            expression = body.text[field.start : field.end]
            self._note_expression(value.value, expression, body.begin + field.start)
            if isinstance(value.format_spec, ast.JoinedStr):
                spec = body.text[field.spec_start : field.spec_end]
                inner = _Body(body.begin + field.spec_start, spec, body.raw)
                self._note_fields_of(value.format_spec, [inner])

    def _note_expression(self, value: ast.expr, expression: str, begin: int) -> None:
        """Read the expression by itself: then its places are exact."""
        # In parentheses it may go over several lines.
        alone = _Text(f"({expression})")
        [tree] = ast.iter_child_nodes(parsed(alone.text, expression=True))
        for part, same in zip(ast.walk(value), ast.walk(tree), strict=True):
            if isinstance(same, ast.expr):
                start, end = alone.place(same)
                self._in_fields[id(part)] = (begin + start - 1, begin + end - 1)


def _with(source: str, places: list[Place], new: str) -> str:
    """The source with another text in these places."""
    parts = []
    at = 0
    for start, end in places:
        parts += [source[at:start], new]
        at = end
    return "".join([*parts, source[at:]])


def _expect_same(
    tree: ast.AST,
    spots: list[Spot],
    edited: str,
    *,
    expression: bool,
    new: str,
    ids: Collection[str],
) -> None:
    """Raises `NotRenamed` unless the new code is the old one with another name."""
    for spot in spots:
        match spot.part:
            case ast.Name() as name:
                name.id = in_code(new)
            case ast.Attribute() as attribute:
                attribute.attr = in_code(new)
            case ast.Constant() as constant:
                constant.value = in_code(new)

    with_new = {*ids, new} if "-" in new else ids
    found = parsed(edited, expression=expression, ids=with_new)
    # In texts the same hyphens may have been read as parts of ids, or not.
    if as_written(ast.dump(found)) != as_written(ast.dump(tree)):
        raise NotRenamed(f"it would not mean the same with the name “{new}”")
