"""Lists of files: parts of one name, or of a name with numbers (`page0`, `page1` …)."""

import re
from collections.abc import Iterable
from typing import TypeVar

NUMBERED = re.compile(r"(.*[^0-9])[0-9]{1,9}", re.DOTALL)
"""A part of a list that says its place. The loops of an engine name them so."""

P = TypeVar("P")


def name_of_list(part: str) -> str | None:
    """The name of the list that a part with a number is of; None: it has no number.

    >>> name_of_list("page10"), name_of_list("page"), name_of_list("10")
    ('page', None, None)
    """
    numbered = NUMBERED.fullmatch(part)
    return numbered.group(1) if numbered else None


def in_order(name: str, parts: Iterable[tuple[str, P]]) -> list[P]:
    """The parts of a list: those of its name as they came, then by their numbers.

    >>> in_order("page", [("page10", "c"), ("page", "a"), ("page9", "b")])
    ['a', 'b', 'c']
    """

    def place(part: tuple[str, P]) -> int:
        number = part[0].removeprefix(name)
        return int(number) if number else -1

    return [part for _, part in sorted(parts, key=place)]
