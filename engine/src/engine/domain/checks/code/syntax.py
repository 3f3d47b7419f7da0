"""What is no code that the sandbox runs, in words that help to correct it."""

import ast
import re
from collections.abc import Iterator

from engine.domain.checks.code.reading import (
    EXPRESSIONS,
    UNREADABLE,
    Piece,
    Words,
    parsed,
    written,
)
from engine.domain.checks.level import Seen
from engine.domain.errors import Fault

FOREIGN_SIGNS = (
    (re.compile("===|!=="), "Python compares with == and !="),
    (re.compile("&&"), "Python writes “and”"),
    (re.compile(r"\|\|"), "Python writes “or”"),
    (re.compile(r"!\s*[\w(]"), "Python writes “not”"),
    (re.compile(r"\+\+|--"), "write += 1 or -= 1"),
    (re.compile(r"\belse if\b"), "Python writes “elif”"),
    (re.compile(r"^\s*(let|var|const)\b"), "a variable needs no word before its name"),
    (re.compile(r"\bfunction\b"), "Python writes “def” or “lambda”"),
    (re.compile("[“”„‘’]"), "write straight quotes: \" or '"),
    (
        re.compile(r"^\s*(if|for|while|else)\b.*[{]\s*$|^\s*[}]\s*else"),
        "Python has no braces: indent the lines instead",
    ),
    (re.compile(r"^\s*//|^\s*/\*"), "a comment begins with #"),
)
"""What people write who think of another language, in a line that cannot be read."""

_LINE_BREAK = re.compile("\n|\r\n?")
_ASSIGNS = re.compile("(?<![=!<>:])=(?!=)")
_TEXT = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")


def unreadable(node: Seen, field: str, source: str, error: BaseException) -> Fault:
    """The fault of code that Python cannot read."""
    expression = field in EXPRESSIONS
    kind = "expression" if expression else "program"
    message = f"“{field}” of “{node.id}” is not a Python {kind}"

    if not isinstance(error, SyntaxError):
        reason = "it is nested too deep, or contains characters that code cannot have"
        hint = "write one Python expression" if expression else "correct the line"
        return node.fault(field, "bad-code", f"{message}: {reason}", hint)

    statement = _statement(source) if expression else None
    if statement:
        reason, hint = statement
        return node.fault(field, "bad-code", f"{message}: {reason}", hint)

    line = error.lineno or 1
    reason = f"line {line}: {error.msg}"
    hint = _hint(source, line)
    if expression and not hint and _ASSIGNS.search(_TEXT.sub("''", source)):
        hint = "write == to compare"
    if not hint:
        hint = "write one Python expression" if expression else "correct the line"
    return node.fault(field, "bad-code", f"{message}: {reason}", hint)


def _statement(source: str) -> Words | None:
    """What to say of a statement that stands where an expression is needed."""
    try:
        tree = parsed(source.strip(), expression=False)
    except UNREADABLE:
        return None

    match tree:
        case ast.Module(body=[ast.Assign() | ast.AnnAssign() | ast.AugAssign()]):
            return "it assigns a value", "write == to compare"
        case ast.Module(body=[ast.Return() as part]):
            value = written(part.value) if part.value else "True"
            return "“return” is for functions", f"write the value alone: {value}"
        case ast.Module(body=[ast.If() as part]):
            condition = written(part.test)
            return "it is a statement", f"write the condition alone: {condition}"
        case ast.Module(body=[]):
            return "it contains no expression", "write True, or leave the field out"
    return (
        "it contains statements",
        "write one expression; statements stand in “before”",
    )


def _hint(source: str, line: int) -> str:
    lines = _LINE_BREAK.split(source)
    # Python may tell the line after the one that is wrong.
    for number in (line, line - 1):
        text = lines[number - 1] if 0 < number <= len(lines) else ""
        bare = _TEXT.sub("''", text)
        for sign, hint in FOREIGN_SIGNS:
            if sign.search(bare):
                return hint
    return ""


def syntax_faults(piece: Piece) -> Iterator[Fault]:
    """Python that the sandbox does not know, or that stands in a wrong place."""
    if isinstance(piece.tree, ast.Module):
        yield from _misplaced(piece, piece.tree)

    for part in ast.walk(piece.tree):
        words = _unknown(part)
        if words:
            message, hint = words
            yield piece.fault("bad-code", part, message, hint)


def _unknown(part: ast.AST) -> Words | None:
    """What to say of syntax that the sandbox does not know."""
    match part:
        case ast.Delete():
            return "the sandbox does not know “del”", _instead_of_del(part)
        case ast.Yield() | ast.YieldFrom():
            return "the sandbox does not know “yield”", "collect the values in a list"
        case ast.AsyncFor() | ast.AsyncWith():
            return "the sandbox does not know “async” here", "write it without"
        case ast.comprehension(is_async=1):
            return "the sandbox does not know “async” here", "write it without"
        case ast.ClassDef(bases=[_, *_]) | ast.ClassDef(keywords=[_, *_]):
            return "a class can inherit from no other", "write functions instead"
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            return "“import *” is not known", "name what is imported"
        case _ if type(part).__name__ in ("TryStar", "TypeAlias"):
            return "the sandbox does not know this statement", "write it without"
    return None


def _instead_of_del(part: ast.Delete) -> str:
    target = part.targets[0]
    if isinstance(target, ast.Subscript):
        key = written(target.slice)
        return f"write {written(target.value)}.pop({key})"
    return "remove keys with .pop(key)"


def _misplaced(piece: Piece, tree: ast.Module) -> Iterator[Fault]:
    """`return` with a value outside of a function, `break` outside of a loop …"""
    # A list and no recursion, as in `Names`.
    todo: list[tuple[ast.AST, bool, bool]] = [
        (part, False, False) for part in tree.body
    ]

    while todo:
        part, in_function, in_loop = todo.pop()
        match part:
            case ast.Return(value=ast.expr() as value) if not in_function:
                yield piece.fault("bad-code", part, *_returned(value))
            case ast.Await() if not in_function:
                message = "“await” stands outside of a function"
                yield piece.fault("bad-code", part, message, "remove it")
            case ast.Nonlocal() if not in_function:
                message = "“nonlocal” stands outside of a function"
                yield piece.fault("bad-code", part, message, "remove it")
            case ast.Break() | ast.Continue() if not in_loop:
                word = type(part).__name__.lower()
                message = f"“{word}” stands outside of a loop"
                yield piece.fault("bad-code", part, message, "use “if” and “else”")

        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            in_function = True
            in_loop = False
        body = part.body if isinstance(part, ast.For | ast.While) else []
        for child in ast.iter_child_nodes(part):
            todo.append((child, in_function, in_loop or child in body))


def _returned(value: ast.expr) -> Words:
    message = "“return” gives its value to nobody outside of a function"
    target = "node.out" if isinstance(value, ast.Dict) else "node.out['result']"
    return message, f"write {target} = {written(value)}"
