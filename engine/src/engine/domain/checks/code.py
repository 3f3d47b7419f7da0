"""Whether the code in a document can be read, and what can never be true."""

import ast
import re
import warnings
from collections.abc import Collection, Iterator
from typing import Literal

from engine.domain.checks.document import Document, Level, Seen
from engine.domain.checks.shape import HALF
from engine.domain.errors import Fault

EXPRESSIONS = ("ready", "if")
RUN = re.compile(r"[^\W\d]\w*(?:-+\w+)+")
MOST_HYPHENS = 16


def code_faults(document: Document) -> Iterator[Fault]:
    """Expressions and statements that Python cannot read, or that never hold."""
    ids = {id_ for id_ in document.homes if "-" in id_}
    for node in document.nodes:
        for field, source in node.code.items():
            if HALF.search(source):
                continue  # told already, as a bad value
            try:
                tree = parsed(source, field in EXPRESSIONS, ids)
            except UNREADABLE as error:
                yield _unreadable(node, field, error)
            else:
                if field == "ready":
                    yield from _never_ready(node, tree)


UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


def parsed(source: str, expression: bool, ids: Collection[str] = ()) -> ast.AST:
    """The tree of some code; raises one of `UNREADABLE`.

    Ids with hyphens are read as names, even `face-2d` or `not-in`.

    >>> ast.unparse(parsed("face-2d.out - face-x", True, {"face-2d"}))
    'face_2d.out - face - x'
    """
    source = RUN.sub(lambda run: _named(run[0], ids), source) if ids else source
    mode: Literal["eval", "exec"] = "eval" if expression else "exec"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd escapes, say: not the author's loss
        return ast.parse(source.strip() if expression else source, mode=mode)


def _named(run: str, ids: Collection[str]) -> str:
    """Words joined by hyphens, with the ids among them as names, the longest first."""
    words = run.split("-")
    for count in range(min(len(words), MOST_HYPHENS + 1), 1, -1):
        if (id_ := "-".join(words[:count])) in ids:
            return "-".join([id_.replace("-", "_"), *words[count:]])
    return run


def _unreadable(node: Seen, field: str, error: BaseException) -> Fault:
    kind = "expression" if field in EXPRESSIONS else "code"
    if isinstance(error, SyntaxError):
        reason = f"line {error.lineno or 1}: {error.msg}"
    else:
        reason = "it is nested too deep, or holds characters that cannot be code"
    message = f"“{field}” of “{node.id}” is no Python {kind}: {reason}"
    hint = "write one Python expression" if kind == "expression" else "correct the line"
    return node.fault(field, "bad-code", message, hint)


def _never_ready(node: Seen, tree: ast.AST) -> Iterator[Fault]:
    """A node that waits for one which can only come after it."""
    level = node.level
    if not level.whole or len(level.starts) != 1 or node.id not in level.reached:
        return
    ids = {id_.replace("-", "_"): id_ for id_ in level.ids}
    for name in _awaited(tree):
        if (id_ := ids.get(name)) and _only_after(level, id_, node.id):
            message = f"“{node.id}” waits for “{id_}”, which comes only after it"
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


def _only_after(level: Level, later: str, node: str) -> bool:
    """Whether every way from the start to the one leads through the other."""
    at: str | None = later
    while at is not None and at != node:
        at = level.dominators.get(at)
    return at == node
