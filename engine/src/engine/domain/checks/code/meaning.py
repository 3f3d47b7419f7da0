"""Whether what code names is there: names, modules, attributes of nodes."""

import ast
import builtins
from collections.abc import Collection, Iterator

from engine.domain.checks.code.dialect import (
    BUILTINS,
    FOREIGN_NAMES,
    MODULES,
    USEFUL_MODULES,
)
from engine.domain.checks.code.names import Use
from engine.domain.checks.code.reading import ALL_ERRORS, Piece, name_in, owner_of
from engine.domain.checks.level import HYPHEN
from engine.domain.code import (
    NODE_FIELDS,
    OBJECT_METHODS,
    PIPELINE_FIELDS,
    RESERVED_NAMES,
)
from engine.domain.errors import Fault
from engine.domain.references import ITEM


def meaning_faults(piece: Piece) -> Iterator[Fault]:
    """Names, modules and attributes that are not there."""
    if piece.document.whole and not piece.reflects:
        yield from _unknown_names(piece)

    for part in ast.walk(piece.tree):
        match part:
            case ast.Import(names=names):
                for alias in names:
                    yield from _unknown_module(piece, part, alias.name)
            case ast.ImportFrom(module="__future__"):
                pass  # it imports nothing
            case ast.ImportFrom():
                name = "." * part.level + (part.module or "")
                yield from _unknown_module(piece, part, name)
            case ast.Attribute() | ast.Subscript():
                yield from _unknown_attribute(piece, part)
                yield from _unknown_parameter(piece, part)
            case ast.Call(func=ast.Attribute() as called):
                yield from _called_value(piece, called)


def _unknown_names(piece: Piece) -> Iterator[Fault]:
    """Names that neither the code nor the pipeline nor Python defines."""
    told: set[str] = set()
    for use in piece.names.undefined:
        if use.name in told or _is_known(piece, use):
            continue

        told.add(use.name)
        message, hint = _words_for_unknown(piece, use.name)
        yield piece.fault("unknown-name", use.node, message, hint)


def _is_known(piece: Piece, use: Use) -> bool:
    name = use.name
    return (
        name in RESERVED_NAMES
        or name in BUILTINS
        or piece.node.level.named_in_code(name) is not None
        or piece.is_guarded(use.node, "NameError")
    )


def _words_for_unknown(piece: Piece, name: str) -> tuple[str, str]:
    message = f"nothing defines “{name}”"

    hidden = piece.document.homes.get(name.replace(HYPHEN, "-"))
    if hidden and hidden.level.loop:
        loop = hidden.level.loop.id
        message = f"“{name}” is a node in the body of the loop “{loop}”"
        return message, f"give its values out with “collect” of “{loop}”"

    if name in vars(builtins):
        message = f"the sandbox does not have “{name}” of Python"
        return message, "write it without; other work belongs into a service"

    if name in piece.names.bound:
        return message, "only a function, class or comprehension in the code knows it"

    # What is nearly the id of a node or a variable is meant for that.
    ids = [node_id for level in piece.node.level.visible for node_id in level.ids]
    known = (*ids, *RESERVED_NAMES, *piece.names.bound)
    hint = piece.document.suggestions.hint(name, known)

    foreign = FOREIGN_NAMES.get(name, "")
    if name in MODULES:
        foreign = f"write “import {name}” before"
    alike = [word for word in BUILTINS if word[0] == name[0]]
    hint = foreign or hint or piece.document.suggestions.hint(name, alike)
    return message, hint or "code sees the nodes by their ids, “node” and “input”"


def _unknown_module(piece: Piece, part: ast.stmt, name: str) -> Iterator[Fault]:
    guards = ("ImportError", "ModuleNotFoundError", ALL_ERRORS)
    if name in MODULES or piece.is_guarded(part, *guards):
        return

    message = f"the sandbox has no module “{name}”"
    hint = piece.document.suggestions.hint(name, MODULES)
    if not hint:
        useful = ", ".join(USEFUL_MODULES)
        hint = f"it has {useful} and some more; other work belongs into a service"
    yield piece.fault("unknown-module", part, message, hint)


def _unknown_attribute(
    piece: Piece, part: ast.Attribute | ast.Subscript
) -> Iterator[Fault]:
    """`blur.finnished`, `node['outptu']`, `pipeline.rout`, `loop.blurr`."""
    name = name_in(part)
    if name is None or piece.is_guarded(part, "AttributeError"):
        return

    known = _attributes_of(piece, part.value)
    is_method = isinstance(part, ast.Attribute) and name in OBJECT_METHODS
    if known is None or name in known or is_method:
        return
    if _is_a_variable(piece, part, name):
        return

    whose = _whose(piece, part.value)
    message = f"{whose} has no “{name}”"
    hint = piece.document.suggestions.hint(name, known)
    if name in FOREIGN_NAMES and "out" in known:
        hint = "did you mean “out”?"
    if name == ITEM:
        message = f"{whose} is in no loop, so it has no item “{ITEM}”"
        hint = "move the node into a loop's body"
    yield piece.fault("unknown-attribute", part, message, hint or _listed(known))


def _unknown_parameter(
    piece: Piece, part: ast.Attribute | ast.Subscript
) -> Iterator[Fault]:
    """`pipeline.params.treshold`: nothing can add it, as it can be to a node's."""
    name = name_in(part)
    owner = part.value
    params = piece.document.raw.get("params", {})
    if name is None or not isinstance(owner, ast.Attribute | ast.Subscript):
        return
    if not piece.means_reserved(owner.value, "pipeline") or name_in(owner) != "params":
        return
    if not isinstance(params, dict) or name in params or name in OBJECT_METHODS:
        return
    if isinstance(part.ctx, ast.Store) or piece.is_guarded(part):
        return

    message = f"“params” of the pipeline has no “{name}”"
    hint = piece.document.suggestions.hint(name, params)
    hint = hint or "add it to “params” of the pipeline"
    yield piece.fault("no-such-value", part, message, hint)


def _attributes_of(piece: Piece, part: ast.expr) -> Collection[str] | None:
    """What can be read of a node, the pipeline or `loop`; None: it is none of them."""
    if piece.means_reserved(part, "pipeline"):
        return PIPELINE_FIELDS
    if piece.means_reserved(part, "loop"):
        level = piece.node.level
        return level.ids_in_code if level.whole else None

    node = piece.meant(part)
    if node is None:
        return None
    item = (ITEM,) if node.level.loop else ()
    return (*NODE_FIELDS, *item)


def _whose(piece: Piece, part: ast.expr) -> str:
    if piece.means_reserved(part, "pipeline"):
        return "“pipeline”"
    if piece.means_reserved(part, "loop"):
        return "the frame"
    node = piece.meant(part)
    return f"the node “{node.id}”" if node else ""


def _is_a_variable(
    piece: Piece, part: ast.Attribute | ast.Subscript, name: str
) -> bool:
    """Whether the code both sets and reads it: then it serves as a variable."""
    owner = owner_of(part.value)
    return owner is not None and {ast.Load, ast.Store} <= piece.uses[owner, name]


def _listed(known: Collection[str]) -> str:
    return f"it has {', '.join(list(known)[:20])}"


def _called_value(piece: Piece, called: ast.Attribute) -> Iterator[Fault]:
    """`blur.finished()`: a value, and no function."""
    node = piece.meant(called.value)
    if node is None or called.attr not in NODE_FIELDS:
        return

    message = f"“{called.attr}” of a node is a value, not a function"
    yield piece.fault("bad-code", called, message, "leave out the parentheses")
