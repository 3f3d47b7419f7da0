"""Whether the code in a document can be read, and what can never be true."""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Literal

from engine.domain.checks_document import Document, Level, Seen
from engine.domain.errors import Fault

EXPRESSIONS = ("ready", "if")


def code_faults(document: Document) -> Iterator[Fault]:
    """Expressions and statements that Python cannot read, or that never hold."""
    aliases = {id_: id_.replace("-", "_") for id_ in document.homes if "-" in id_}
    for node in document.nodes:
        for field, source in node.code.items():
            try:
                tree = parsed(source, field in EXPRESSIONS, aliases)
            except UNREADABLE as error:
                yield _unreadable(node, field, error)
            else:
                if field == "ready":
                    yield from _never_ready(node, tree, aliases)


UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


def parsed(source: str, expression: bool, aliases: Mapping[str, str]) -> ast.AST:
    """The tree of some code; raises one of `UNREADABLE`.

    Ids with hyphens are read as names, even `face-2d` or `not-in`.

    >>> ast.unparse(parsed("face-2d.finished", True, {"face-2d": "face_2d"}))
    'face_2d.finished'
    """
    if aliases:
        longest = sorted(map(re.escape, aliases), key=len, reverse=True)
        names = rf"(?<![\w-])(?:{'|'.join(longest)})(?![\w-])"
        source = re.sub(names, lambda found: aliases[found[0]], source)
    mode: Literal["eval", "exec"] = "eval" if expression else "exec"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd escapes, say: not the author's loss
        return ast.parse(source.strip() if expression else source, mode=mode)


def _unreadable(node: Seen, field: str, error: BaseException) -> Fault:
    kind = "expression" if field in EXPRESSIONS else "code"
    if isinstance(error, SyntaxError):
        reason = f"line {error.lineno or 1}: {error.msg}"
    else:
        reason = "it is nested too deep, or holds characters that cannot be code"
    message = f"“{field}” of “{node.id}” is no Python {kind}: {reason}"
    hint = "write one Python expression" if kind == "expression" else "correct the line"
    return node.fault(field, "bad-code", message, hint)


def _never_ready(
    node: Seen, tree: ast.AST, aliases: Mapping[str, str]
) -> Iterator[Fault]:
    """A node that waits for one which can only come after it."""
    level = node.level
    if not level.whole or len(level.starts) != 1 or node.id not in level.reached:
        return
    ids = {aliases.get(id_, id_): id_ for id_ in level.ids}
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
