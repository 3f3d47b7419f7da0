"""Whether the code in a document can be read, and does what it can be meant to do."""

import ast
from collections.abc import Callable, Iterator

from engine.domain.checks.code.meaning import meaning_faults
from engine.domain.checks.code.purpose import purpose_faults
from engine.domain.checks.code.reading import EXPRESSIONS, UNREADABLE, Piece, parsed
from engine.domain.checks.code.syntax import syntax_faults, unreadable
from engine.domain.checks.document import Document
from engine.domain.checks.shape import LONE_SURROGATE
from engine.domain.errors import Fault
from engine.domain.pipeline import MAX_CODE_CHARACTERS


def code_faults(document: Document) -> Iterator[Fault]:
    """What is wrong with expressions and statements."""
    ids = {node_id for node_id in document.homes if "-" in node_id}

    for node in document.nodes:
        for field, source in node.code.items():
            if not 0 < len(source) <= MAX_CODE_CHARACTERS:
                continue  # reported already, as empty or too long
            if LONE_SURROGATE.search(source):
                continue  # reported already, as a bad value

            document.go_on()
            try:
                tree = parsed(source, expression=field in EXPRESSIONS, ids=ids)
            except UNREADABLE as error:
                yield unreadable(node, field, source, error)
                continue

            piece = Piece(document=document, node=node, field=field, tree=tree)
            yield from _faults_of(piece)


def _faults_of(piece: Piece) -> Iterator[Fault]:
    yield from _never_ready(piece)

    # What comes later relies on what is found before, or would only repeat it.
    for find in CHECKS:
        found = list(find(piece))
        yield from found
        if found:
            return


def _never_ready(piece: Piece) -> Iterator[Fault]:
    """A node that waits for one which can only come after it."""
    node = piece.node
    level = node.level
    if piece.field != "ready":
        return
    if not level.whole or len(level.starts) != 1 or node.id not in level.reached:
        return  # where nodes lead is not known well enough

    # Each name once: code may await the same one hundreds of times.
    for name in dict.fromkeys(_awaited(piece.tree)):
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


CHECKS: tuple[Callable[[Piece], Iterator[Fault]], ...] = (
    syntax_faults,
    meaning_faults,
    purpose_faults,
)
