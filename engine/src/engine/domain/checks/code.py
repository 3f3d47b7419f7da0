"""Whether the code in a document can be read, and what can never be true."""

import ast
import re
import warnings
from collections.abc import Collection, Iterator
from typing import Literal

from engine.domain.checks.document import Document
from engine.domain.checks.level import Seen
from engine.domain.checks.shape import LONE_SURROGATE
from engine.domain.code import MAX_HYPHENS_IN_NAME
from engine.domain.errors import Fault
from engine.domain.pipeline import MAX_CODE_CHARACTERS

EXPRESSIONS = ("ready", "if")
"""The fields that hold one expression; the others hold statements."""

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What `ast.parse` raises for a text that is no code, or nested too deep."""

# Takes linear time: it begins only where a word does, and gives nothing back.
_WORDS_WITH_HYPHENS = re.compile(r"\b[^\W\d]\w*+(?:-++\w++)++")


def code_faults(document: Document) -> Iterator[Fault]:
    """Expressions and statements that Python cannot read, or that never hold."""
    ids = {node_id for node_id in document.homes if "-" in node_id}

    for node in document.nodes:
        for field, source in node.code.items():
            if len(source) > MAX_CODE_CHARACTERS or LONE_SURROGATE.search(source):
                continue  # reported already, as too long or as a bad value

            try:
                tree = parsed(source, expression=field in EXPRESSIONS, ids=ids)
            except UNREADABLE as error:
                yield _unreadable(node, field, error)
                continue

            if field == "ready":
                yield from _never_ready(node, tree)


def parsed(source: str, *, expression: bool, ids: Collection[str] = ()) -> ast.AST:
    """The tree of some code; raises one of `UNREADABLE`.

    Ids with hyphens are read as names, even `face-2d` or `not-in`.

    >>> tree = parsed("face-2d.out - face-x", expression=True, ids={"face-2d"})
    >>> ast.unparse(tree)
    'face_2d.out - face - x'
    """
    if ids:
        source = _WORDS_WITH_HYPHENS.sub(lambda run: _named(run[0], ids), source)

    mode: Literal["eval", "exec"] = "exec"
    if expression:
        mode = "eval"
        source = source.strip()

    with warnings.catch_warnings():
        # Python warns of odd escapes, for example. That does not concern the author.
        warnings.simplefilter("ignore")
        return ast.parse(source, mode=mode)


def _named(run: str, ids: Collection[str]) -> str:
    """Words joined by hyphens, with the ids among them as names, the longest first."""
    words = run.split("-")

    for count in range(min(len(words), MAX_HYPHENS_IN_NAME + 1), 1, -1):
        node_id = "-".join(words[:count])
        if node_id in ids:
            name = node_id.replace("-", "_")
            return "-".join([name, *words[count:]])
    return run


def _unreadable(node: Seen, field: str, error: BaseException) -> Fault:
    expression = field in EXPRESSIONS
    kind = "expression" if expression else "program"

    reason = "it is nested too deep, or contains characters that code cannot have"
    if isinstance(error, SyntaxError):
        reason = f"line {error.lineno or 1}: {error.msg}"

    message = f"“{field}” of “{node.id}” is not a Python {kind}: {reason}"
    hint = "write one Python expression" if expression else "correct the line"
    return node.fault(field, "bad-code", message, hint)


def _never_ready(node: Seen, tree: ast.AST) -> Iterator[Fault]:
    """A node that waits for one which can only come after it."""
    level = node.level
    if not level.whole or len(level.starts) != 1 or node.id not in level.reached:
        return  # where nodes lead is not known well enough

    # Each name once: code may await the same one hundreds of times.
    for name in dict.fromkeys(_awaited(tree)):
        awaited = level.ids_in_code.get(name)
        if awaited and awaited in level.only_after(node.id):
            message = f"“{node.id}” waits for “{awaited}”, which comes only after it"
            hint = "name a node that comes before, or several with “or”"
            yield node.fault("ready", "never-ready", message, hint)


def _awaited(tree: ast.AST) -> Iterator[str]:
    """The names X whose `X.finished` must hold, for the expression to hold.

    >>> source = "a.finished and (b.finished or c.finished)"
    >>> list(_awaited(ast.parse(source, mode="eval")))
    ['a']
    """
    match tree:
        case ast.Expression(body=body):
            yield from _awaited(body)
        case ast.BoolOp(op=ast.And(), values=values):
            for value in values:
                yield from _awaited(value)
        case ast.Attribute(value=ast.Name(id=name), attr="finished"):
            yield name
