"""What authors say for people: of a function, its parameters, the fields of a class.

It is said with `Annotated[…, Doc("…")]`, in the section of arguments of a docstring
(Google, NumPy or reST), or in the docstring below a field.
"""

import ast
import inspect
import re
import textwrap
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from docstring_parser import Docstring, ParseError, parse

# Work runs in threads. Python before 3.11.8 and 3.12.2 counts how deep a tree is for
# all threads together, and fails where two of them make one at once (its issue 106905).
_ONE_AT_ONCE = threading.Lock()

# Not of a paragraph, nor before an item of a list.
LINE_END = re.compile(r"(?<!\n)\n(?!\n|[-*•] )")


@dataclass(frozen=True, kw_only=True)
class Docs:
    """What a docstring says."""

    text: str
    """Without the sections."""

    of_names: Mapping[str, str]
    """Of parameters or fields, by name."""

    of_result: str = ""


def docs_of(documented: Callable[..., object]) -> Docs:
    """What the docstring of a function or class says.

    >>> def area(width: int) -> int:
    ...     '''The area of a square.
    ...
    ...     Args:
    ...         width: in pixels.
    ...     Returns:
    ...         Pixels.
    ...     '''
    >>> docs_of(area).text, docs_of(area).of_names, docs_of(area).of_result
    ('The area of a square.', {'width': 'in pixels.'}, 'Pixels.')
    """
    text = inspect.getdoc(documented) or ""
    parsed = _parsed(text)

    # A text without sections stays as it is, whatever else in it looks like one.
    if parsed is None or not (parsed.params or parsed.returns):
        return Docs(text=text, of_names={})

    return Docs(
        text=(parsed.description or "").strip(),
        of_names={one.arg_name: _unwrapped(one.description) for one in parsed.params},
        of_result=_unwrapped(parsed.returns.description if parsed.returns else None),
    )


def _unwrapped(text: str | None) -> str:
    r"""Each paragraph in one line: lines end where the source file had an end.

    >>> _unwrapped("In\npixels.\n\nFrom:\n- the left\n")
    'In pixels.\n\nFrom:\n- the left'
    """
    return LINE_END.sub(" ", (text or "").strip())


def _parsed(text: str) -> Docstring | None:
    try:
        return parse(text)
    except ParseError:
        return None


def docs_of_fields(cls: type) -> dict[str, str]:
    """What is said of the fields of a class, by their names in Python."""
    found: dict[str, str] = {}

    # What stands in the class itself is nearer, and at the field itself the nearest.
    for one in reversed(list(_with_ancestors(cls))):
        found |= docs_of(one).of_names
        found |= _docs_below_fields(one)
    found |= {name: doc for name, doc in _docs_in_types(cls) if doc}
    return found


def _with_ancestors(cls: type) -> Iterator[type]:
    """The class and those that it has fields of; a TypedDict tells them elsewhere."""
    for one in cls.__mro__:
        if one.__dict__.get("__annotations__"):
            yield one
    for base in getattr(cls, "__orig_bases__", ()):
        if isinstance(base, type) and base not in cls.__mro__:
            yield from _with_ancestors(base)


def doc_in(annotation: Any) -> str:
    """What `Annotated[…, Doc("…")]` says, or nothing."""
    if get_origin(annotation) is not Annotated:
        return ""

    for word in get_args(annotation)[1:]:
        # There are two classes of this name: in typing_extensions, and in a package
        # of its own. Both keep the text here.
        text = getattr(word, "documentation", None)
        if isinstance(text, str):
            return text
    return ""


def _docs_in_types(cls: type) -> Iterator[tuple[str, str]]:
    try:
        hints = get_type_hints(cls, include_extras=True)
    except Exception:
        # A type that is written as a text can be any expression.
        return
    for name, hint in hints.items():
        yield name, doc_in(hint)


def _docs_below_fields(cls: type) -> dict[str, str]:
    """The texts that stand below the fields of a class, in its source."""
    try:
        with _ONE_AT_ONCE:
            source = textwrap.dedent(inspect.getsource(cls))
            [written] = ast.parse(source).body
    except (OSError, TypeError, SyntaxError, ValueError):
        # Its source is not there, or it is not written as a class.
        return {}

    statements = written.body if isinstance(written, ast.ClassDef) else []
    found = {}
    for field, below in zip(statements, statements[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = _unwrapped(inspect.cleandoc(text))
    return found
