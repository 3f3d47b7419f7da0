"""Lets code name nodes whose ids hold hyphens: they become identifiers."""

import re
from collections.abc import Iterator, Set

from engine.adapters.sandbox.source import read_source
from engine.domain.code import MAX_HYPHENS_IN_NAME

# Takes linear time, as the patterns of source.py do.
_LEXEME = re.compile(
    r"""(?P<prefix>[rRbBuUfF]{0,2})(?P<string>
            "{3}(?:[^"\\]|\\.|"(?!""))*(?:"{3}|\\?\Z)
          | '{3}(?:[^'\\]|\\.|'(?!''))*(?:'{3}|\\?\Z)
          | "(?:[^"\\\n]|\\.)*"?
          | '(?:[^'\\\n]|\\.)*'?)
      | (?P<comment>\#[^\n]*)
      | (?P<attribute>(?<!loop)\.\s*\w+)
      | \d\w*
      | (?P<name>\w+(?:-+\w+)*)""",
    re.VERBOSE | re.DOTALL,
)
_REPLACEMENT_FIELD = re.compile(r"(?<!\{)\{[^{}]+\}(?!\})")


def with_aliases(source: str, ids: Set[str]) -> tuple[str, dict[str, str]]:
    """The source with ids that hold hyphens turned into identifiers; id by identifier.

    Only where the whole id stands without blanks and outside of plain strings; lines
    hold, and nearly always columns too.

    >>> with_aliases("face-blur.out['face-blur'] = 7 - 3", {"face-blur"})
    ("face_blur.out['face-blur'] = 7 - 3", {'face_blur': 'face-blur'})
    """
    hyphens = max((name.count("-") for name in ids), default=0)
    if hyphens == 0 or "-" not in source:
        return source, {}

    aliasing = _Aliasing(
        ids=ids,
        taken=read_source(source).words | ids,
        max_hyphens=min(MAX_HYPHENS_IN_NAME, hyphens),
    )
    return aliasing.replace_in(source), aliasing.aliases


class _Aliasing:
    """Gives ids with hyphens a name that is not taken."""

    def __init__(
        self,
        *,
        ids: Set[str],
        taken: Set[str],
        max_hyphens: int,
    ) -> None:
        self.aliases: dict[str, str] = {}
        self._ids = ids
        self._taken = taken
        self._max_hyphens = max_hyphens
        self._first_words = {name.partition("-")[0] for name in ids}

    def replace_in(self, source: str) -> str:
        return _LEXEME.sub(self._of_lexeme, source)

    def _of_lexeme(self, match: re.Match[str]) -> str:
        if match["name"]:
            return "-".join(self._of_chain(match[0].split("-")))

        # In an f-string only what stands in braces is code.
        if match["string"] and "f" in match["prefix"].lower():
            return _REPLACEMENT_FIELD.sub(
                lambda field: self.replace_in(field[0]), match[0]
            )
        return match[0]

    def _of_chain(self, words: list[str]) -> Iterator[str]:
        """The longest ids in a chain like `n-face-blur`; the rest as it is."""
        start = 0
        while start < len(words):
            end = self._end_of_id(words, start)
            name = "-".join(words[start:end])
            yield self._alias(name) if end > start + 1 else name
            start = end

    def _end_of_id(self, words: list[str], start: int) -> int:
        """Where the longest id that begins at `start` ends; else after one word."""
        # Most chains are differences: they need not be tried in every length.
        if words[start] not in self._first_words:
            return start + 1

        longest = min(len(words), start + self._max_hyphens + 1)
        for end in range(longest, start + 1, -1):
            if "-".join(words[start:end]) in self._ids:
                return end
        return start + 1

    def _alias(self, name: str) -> str:
        alias = name.replace("-", "_")
        # `a-b` and `a_b` may both be ids, or `a_b` a variable of the author.
        while alias in self._taken or self.aliases.get(alias, name) != name:
            alias += "_"

        self.aliases[alias] = name
        return alias
