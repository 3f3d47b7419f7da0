"""Where the fields of an f-string stand: Python's own tree does not say it exactly."""

from collections.abc import Iterator
from typing import NamedTuple

OPENING = "([{"
CLOSING = ")]}"
QUOTES = "'\""


class Field(NamedTuple):
    """One `{…}`: its expression, and what is behind the colon."""

    start: int
    end: int
    """Of the expression."""
    spec_start: int
    spec_end: int


def fields(text: str, raw: bool) -> Iterator[Field]:
    """The fields in what stands between the quotes, in their order.

    Raises `ValueError` for what is no f-string as Python 3.11 reads it.

    >>> text = "{a}, {{b}}, {c!r:>{width}}"
    >>> [text[one.start : one.end] for one in fields(text, False)]
    ['a', 'c']
    """
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == "\\" and not raw:
            # A name of a character has braces of its own: `\\N{DASH}`.
            is_named = text.startswith("\\N{", at)
            at = _behind(text, "}", at) if is_named else at + 2
        elif text[at : at + 2] in ("{{", "}}"):
            at += 2
        elif letter == "{":
            field = _field(text, at + 1)
            yield field
            at = field.spec_end + 1
        else:
            at += 1


def _field(text: str, start: int) -> Field:
    end = _end_of_expression(text, start)

    at = end
    # `{x = }` shows the expression itself, too.
    if text[at] == "=":
        at = _next(text, "!:}", at)
    if text[at] == "!":
        at = _next(text, ":}", at)
    if text[at] == "}":
        return Field(start, end, at, at)

    spec_start = at + 1
    depth = 1
    at = spec_start
    while depth:
        if at >= len(text):
            raise ValueError("a field has no end")
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return Field(start, end, spec_start, at - 1)


def _end_of_expression(text: str, start: int) -> int:
    depth = 0
    at = start
    while at < len(text):
        letter = text[at]
        if letter in QUOTES:
            at = _end_of_text(text, at)
            continue
        if depth == 0 and (letter in ":}" or _ends_here(text, at)):
            return at
        depth += (letter in OPENING) - (letter in CLOSING)
        at += 1
    raise ValueError("a field has no end")


def _ends_here(text: str, at: int) -> bool:
    """Whether a `!` or a `=` is no part of an operator, but ends the expression."""
    around = text[max(0, at - 1) : at + 2]
    if text[at] == "!":
        return text[at + 1 : at + 2] != "="
    if text[at] != "=":
        return False
    return "==" not in around and around[0] not in "!<>="


def _end_of_text(text: str, at: int) -> int:
    """Behind a text within an expression; it has no escapes."""
    quote = text[at] * 3 if text.startswith(text[at] * 3, at) else text[at]
    return _behind(text, quote, at + len(quote))


def _behind(text: str, part: str, at: int) -> int:
    found = text.find(part, at)
    if found < 0:
        raise ValueError("a field has no end")
    return found + len(part)


def _next(text: str, letters: str, at: int) -> int:
    """Where one of these letters comes next."""
    while at < len(text):
        if text[at] in letters:
            return at
        at += 1
    raise ValueError("a field has no end")
