"""Whether code does anything: what changes nothing, and what cannot be changed."""

import ast
from collections.abc import Iterator

from engine.domain.checks.code.dialect import MUTATORS, TEXT_METHODS
from engine.domain.checks.code.reading import Piece, Words, chain_of, name_in, written
from engine.domain.checks.level import Seen
from engine.domain.code import NODE_FIELDS, RESERVED_NAMES
from engine.domain.errors import Fault
from engine.domain.references import ITEM, SECTIONS

RESULT_NAMES = frozenset({"out", "output", "outputs", "result", "results", "return"})
"""What authors call a variable that they take for the output of the node."""


def purpose_faults(piece: Piece) -> Iterator[Fault]:
    """Statements that change nothing; there are none in an expression."""
    if piece.is_expression or not isinstance(piece.tree, ast.Module):
        return

    told: set[str] = set()
    of_classes = _parts_of_classes(piece.tree)
    for part in ast.walk(piece.tree):
        if id(part) in of_classes:
            continue
        for code, words in (
            ("no-effect", _idle(piece, part)),
            ("read-only", _unchangeable(piece, part)),
        ):
            # Of a variable that is assigned again and again it is told once.
            if words and words[0] not in told:
                told.add(words[0])
                yield piece.fault(code, part, *words)

    if not told and _is_idle_as_a_whole(piece):
        message = "nothing in it changes “params”, “input” or “out” of a node"
        hint = "write for example node.out['key'] = …"
        yield piece.fault("no-effect", piece.tree, message, hint)


def _parts_of_classes(tree: ast.Module) -> set[int]:
    """What stands right in a class: names there are attributes, and no variables."""
    classes = (part for part in ast.walk(tree) if isinstance(part, ast.ClassDef))
    return {id(part) for class_ in classes for part in class_.body}


def _idle(piece: Piece, part: ast.AST) -> Words | None:
    """What to say of one statement that does nothing."""
    match part:
        case ast.Expr(value=value) if not piece.is_guarded(part):
            return _idle_expression(piece, value)
        case ast.Assign(targets=targets, value=value):
            return _idle_assignment(piece, targets, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return _idle_assignment(piece, [target], value)
        case ast.AugAssign(target=ast.Name() as target, value=value):
            # `input |= {…}` changes the object itself.
            if target.id in piece.names.bound:
                return _idle_assignment(piece, [target], value)
    return None


def _idle_expression(piece: Piece, value: ast.expr) -> Words | None:
    match value:
        case ast.Constant(value=str()):
            return None  # a comment
        case ast.Name() if piece.meant(value):
            text = written(value)
            hint = f'to lead to it write {{"next": ["{text}"]}}'
            return f"“{text}” alone changes nothing", hint
        case ast.Call(func=ast.Attribute(attr=name) as method) if name in TEXT_METHODS:
            message = f"the result of “{name}” is lost: a text itself never changes"
            return message, f"assign it: {written(method.value)} = …"
        case ast.Compare(ops=[ast.Eq()], left=left):
            message = f"“{written(value)}” only compares"
            return message, f"= assigns: write {written(left)} = …"

    if any(isinstance(part, _WORKING) for part in ast.walk(value)):
        return None
    return f"“{written(value)}” changes nothing", "assign it, or remove the line"


_WORKING = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
"""Expressions that may do something."""


def _idle_assignment(
    piece: Piece, targets: list[ast.expr], value: ast.expr
) -> Words | None:
    """A variable that nothing uses."""
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    if len(names) < len(targets) or piece.reflects:
        return None
    if any(name in piece.names.used or name.startswith("_") for name in names):
        return None
    if any(_may_change(piece, part) for part in ast.walk(value)):
        return None  # `first = items.pop()` is about the list

    name = names[0]
    message = f"nothing uses the variable “{name}”"
    if isinstance(value, ast.Dict) and name in SECTIONS:
        return message, f"write node.{name} = {written(value)}"
    if isinstance(value, ast.Dict) and name in RESULT_NAMES:
        return message, f"write node.out = {written(value)}"
    return message, f"write node.out['{name}'] = …, or remove the line"


def _may_change(piece: Piece, part: ast.AST) -> bool:
    """Whether evaluating a part of an expression may change something."""
    match part:
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in MUTATORS
        case ast.Call(func=ast.Name(id=name)):
            return name in piece.names.bound or name in ("next", "setattr", "print")
        case ast.Call() | ast.NamedExpr() | ast.Await():
            return True
    return False


def _unchangeable(piece: Piece, part: ast.AST) -> Words | None:
    """What to say of an assignment to what cannot be changed."""
    if not isinstance(part, ast.Attribute | ast.Subscript):
        return None
    if not isinstance(part.ctx, ast.Store):
        return None

    chain = chain_of(part)
    root = chain[-1]
    if piece.means_reserved(root, "pipeline"):
        return "“pipeline” can only be read", "change “params” of a node instead"

    # The node is the root itself, or what follows `loop`.
    for at, owner in enumerate(chain):
        node = piece.meant(owner)
        if node is None:
            continue
        first = chain[at - 1] if at else part
        return _unchangeable_of_node(piece, node, name_in(first))
    return None


def _unchangeable_of_node(piece: Piece, node: Seen, field: str | None) -> Words | None:
    if node.level is not piece.node.level:
        message = f"the node “{node.id}” is outside of this loop: it can only be read"
        return message, "change the node itself, and give values out with “collect”"

    # What is read again may have been set for that.
    if field is None or field in piece.read_fields:
        return None
    if field == ITEM:
        message = f"“{ITEM}” can only be read: what is changed in it is lost"
        return message, "write into node.out"
    if field in NODE_FIELDS and field not in SECTIONS:
        message = f"“{field}” of a node can only be read"
        return message, f"what can be changed is {', '.join(SECTIONS)}"
    return None


def _is_idle_as_a_whole(piece: Piece) -> bool:
    """Whether no statement can change anything outside of the code, or end it."""
    assert isinstance(piece.tree, ast.Module)  # nosec B101 # asked before
    body = piece.tree.body
    if all(isinstance(part, ast.Pass | ast.Expr) for part in body):
        # What is only a comment or `pass` is meant so; expressions were judged.
        return False
    if piece.reflects:
        return False

    parts = list(ast.walk(piece.tree))
    if any(isinstance(part, ast.Raise | ast.Assert) for part in parts):
        return False
    if any(use.name == "print" for use in piece.names.undefined):
        return False  # what it prints is kept
    if not any(_is_of_pipeline(piece, use.name) for use in piece.names.undefined):
        return True

    # What a call does to a node that stands in the code cannot be seen.
    return not any(isinstance(part, ast.Call) or _is_changed(part) for part in parts)


def _is_of_pipeline(piece: Piece, name: str) -> bool:
    """Whether it means a node, or another thing that is there without the code."""
    is_node = piece.node.level.named_in_code(name) is not None
    return is_node or name in RESERVED_NAMES


def _is_changed(part: ast.AST) -> bool:
    match part:
        case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
            return True
        case ast.AugAssign():
            return True
    return False
