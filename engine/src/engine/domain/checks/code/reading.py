"""Reads a piece of code, as Python reads it, and tells its faults with their lines."""

import ast
import re
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from engine.domain.checks.code.dialect import REFLECTION
from engine.domain.checks.code.names import Names
from engine.domain.checks.document import Document
from engine.domain.checks.level import HYPHEN, Seen
from engine.domain.code import MAX_HYPHENS_IN_NAME, RESERVED_NAMES
from engine.domain.errors import Fault

EXPRESSIONS = ("ready", "if")
"""The fields that hold one expression; the others hold statements."""

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What `ast.parse` raises for a text that is no code, or nested too deep."""

ALL_ERRORS = "Exception"

MAX_SHOWN_CHARACTERS = 60

NAME_OF_CODE = r"<unknown>\Z"
"""What Python calls the module of a text that it parses."""

SILENT = ("ignore", None, Warning, re.compile(NAME_OF_CODE), 0)
"""The filter for its warnings, as Python keeps it."""

MAX_INTERRUPTIONS = 100
"""More of them in a row would not come from other threads."""

Words = tuple[str, str]
"""A message and a hint."""

Owner = tuple[str, ...]
"""What a field is taken of: a name, or a name and one field of it (`loop.blur`)."""

# Takes linear time: it begins only where a word does, and gives nothing back.
_WORDS_WITH_HYPHENS = re.compile(r"\b[^\W\d]\w*+(?:-++\w++)++")


def parsed(source: str, *, expression: bool, ids: Collection[str] = ()) -> ast.AST:
    """The tree of some code; raises one of `UNREADABLE`.

    Ids with hyphens are read as names, even `face-2d` or `not-in`.

    >>> tree = parsed("n-face-2d.out - face-x", expression=True, ids={"face-2d"})
    >>> as_written(ast.unparse(tree))
    'n - face-2d.out - face - x'
    """
    if ids:
        source = joined_names(source, ids)

    mode: Literal["eval", "exec"] = "exec"
    if expression:
        mode = "eval"
        source = source.strip()

    _silence_warnings()
    return _tree(source, mode)


def _silence_warnings() -> None:
    """Of odd escapes, for example: they do not concern the author.

    The filter stays, as another thread may still need it. It is not set again: Python
    takes it out for that, and puts it in twice where two threads do so at once.
    """
    if SILENT not in warnings.filters:
        warnings.filterwarnings("ignore", module=NAME_OF_CODE)


def _tree(source: str, mode: Literal["eval", "exec"]) -> ast.AST:
    for _ in range(MAX_INTERRUPTIONS):
        # Where another thread made a tree meanwhile, Python before 3.11.8 and 3.12.2
        # counts the depth of both together, and takes offence (its issue 106905).
        with suppress(SystemError):
            return ast.parse(source, mode=mode)
    return ast.parse(source, mode=mode)


def joined_names(source: str, ids: Collection[str]) -> str:
    """Some code with a letter of names in the place of the hyphens in ids."""
    return _WORDS_WITH_HYPHENS.sub(lambda run: _named(run[0], ids), source)


def _named(run: str, ids: Collection[str]) -> str:
    """Words joined by hyphens, with the ids among them as names, the longest first.

    An id may also follow a word: `n-face-blur` subtracts.
    """
    words = run.split("-")
    named: list[str] = []

    start = 0
    while start < len(words):
        end = _end_of_id(words, start, ids)
        named.append(HYPHEN.join(words[start:end]))
        start = end
    return "-".join(named)


def _end_of_id(words: list[str], start: int, ids: Collection[str]) -> int:
    """Where the longest id that begins at a word ends; else after this word."""
    longest = min(len(words), start + MAX_HYPHENS_IN_NAME + 1)
    for end in range(longest, start + 1, -1):
        if "-".join(words[start:end]) in ids:
            return end
    return start + 1


def as_written(text: str) -> str:
    """A piece of code that was read, with the ids as their author writes them."""
    return text.replace(HYPHEN, "-")


def written(part: ast.AST) -> str:
    """A part of code as Python, for a message."""
    try:
        text = ast.unparse(part)
    except RecursionError:
        return "…"
    if len(text) <= MAX_SHOWN_CHARACTERS:
        return text
    return f"{text[:MAX_SHOWN_CHARACTERS]}…"


def name_in(part: ast.AST) -> str | None:
    """What `.name` or `['name']` names."""
    match part:
        case ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            return name
    return None


def chain_of(part: ast.expr) -> list[ast.expr]:
    """What an attribute or item is taken of, outwards: `a.b` and `a` of `a.b['c']`."""
    chain = []
    while isinstance(part, ast.Attribute | ast.Subscript):
        part = part.value
        chain.append(part)
    return chain


def owner_of(part: ast.expr) -> Owner | None:
    """The owner that an expression is; None: it is another one."""
    match part:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=ast.Name(id=name), attr=field):
            return name, field
    return None


@dataclass(frozen=True)
class Piece:
    """A piece of code that can be read, and where it stands."""

    document: Document
    node: Seen
    field: str
    tree: ast.AST

    @cached_property
    def names(self) -> Names:
        return Names(self.tree)

    @property
    def is_expression(self) -> bool:
        return self.field in EXPRESSIONS

    @cached_property
    def reflects(self) -> bool:
        """Whether it may define and use names that cannot be seen here."""
        return not REFLECTION.isdisjoint(self.names.used)

    # Both are made once: to search the code anew for each field of it takes a time that
    # grows with the square of the code.

    @cached_property
    def read_fields(self) -> frozenset[str]:
        """The fields that the code reads somewhere, and not only to set what is in
        them."""
        fields = list(self._fields)
        in_targets = {
            id(inner)
            for part in fields
            if isinstance(part.ctx, ast.Store)
            for inner in chain_of(part)
        }
        read = (
            name_in(part)
            for part in fields
            if isinstance(part.ctx, ast.Load) and id(part) not in in_targets
        )
        return frozenset(name for name in read if name is not None)

    @cached_property
    def uses(self) -> Mapping[tuple[Owner, str], set[type[ast.expr_context]]]:
        """How the code uses each field of an owner: whether it sets it, reads it."""
        uses = defaultdict[tuple[Owner, str], set[type[ast.expr_context]]](set)
        for part in self._fields:
            owner = owner_of(part.value)
            name = name_in(part)
            if owner is not None and name is not None:
                uses[owner, name].add(type(part.ctx))
        return uses

    @property
    def _fields(self) -> Iterator[ast.Attribute | ast.Subscript]:
        for part in ast.walk(self.tree):
            if isinstance(part, ast.Attribute | ast.Subscript):
                yield part

    def fault(self, code: str, part: ast.AST, message: str, hint: str = "") -> Fault:
        """A fault of a part of the code, with its line."""
        line = getattr(part, "lineno", 1)
        words = f"line {line} of “{self.field}”: {message}"
        return self.node.fault(self.field, code, as_written(words), as_written(hint))

    def meant(self, part: ast.AST) -> Seen | None:
        """The node that `node`, an id or `loop.X` means; None if it is none.

        A name that the code itself defines means what the code makes of it.
        """
        match part:
            case ast.Name(id=name) if name in self.names.bound:
                return None
            case ast.Name(id="node"):
                return self.node
            case ast.Name(id=name):
                return self.node.level.named_in_code(name)
            case ast.Attribute(value=ast.Name(id="loop"), attr=name):
                level = self.node.level
                node_id = level.ids_in_code.get(name)
                if node_id and "loop" not in self.names.bound:
                    return level.ids[node_id]
        return None

    def means_reserved(self, part: ast.AST, name: str) -> bool:
        """Whether a part of the code is one of the names that all code has."""
        assert name in RESERVED_NAMES  # nosec B101 # written in the checks themselves
        is_name = isinstance(part, ast.Name) and part.id == name
        return is_name and name not in self.names.bound

    def is_guarded(self, part: ast.AST, *errors: str) -> bool:
        """Whether it stands in a `try` that expects one of these errors, or any."""
        line = getattr(part, "lineno", 1)
        return any(
            first <= line <= last and (not errors or not expected.isdisjoint(errors))
            for first, last, expected in self._guards
        )

    @cached_property
    def _guards(self) -> tuple[tuple[int, int, frozenset[str]], ...]:
        return tuple(_guards(self.tree))


def _guards(tree: ast.AST) -> Iterator[tuple[int, int, frozenset[str]]]:
    """The lines of each `try`, and the errors that its handlers name."""
    for part in ast.walk(tree):
        if isinstance(part, ast.Try) and part.handlers:
            last = part.body[-1].end_lineno or part.lineno
            names = [
                name.id
                for handler in part.handlers
                for name in ast.walk(handler.type or ast.Name(ALL_ERRORS))
                if isinstance(name, ast.Name)
            ]
            yield part.body[0].lineno, last, frozenset(names)
