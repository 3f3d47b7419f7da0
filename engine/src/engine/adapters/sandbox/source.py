"""Reads an author's source without running it: what it names, and aliases for ids."""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

# Every pattern below is linear: none can fail after having consumed much.
_WORD = re.compile(r"(\.\s*)?([^\W\d]\w*)(\s*\()?")
_ASSIGNED = re.compile(r"\.\s*([^\W\d]\w*)\s*(?:[-+*/%@&|^]|//|\*\*|<<|>>)?=(?!=)")
_OUT_FIELD = re.compile(r"\bout\s*\.\s*[^\W\d]\w*(?!\w)(?!\s*\()")
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
_REFLECTION = {"getattr", "setattr", "hasattr", "eval", "exec"}
_FIELDS = {"params", "input", "out"}
MOST_HYPHENS = 16
"""An id with more of them has no name in code."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a piece of code mentions; rather too much than too little."""

    words: frozenset[str]
    """Every identifier, wherever it stands."""
    names: frozenset[str]
    """Those that may be names: no attributes, except of `loop`."""
    attributes: frozenset[str]
    """Those that may be attributes with a value, not methods."""
    assigns: bool
    """Whether an attribute is assigned, other than a node's own fields."""
    nests: bool
    """Whether that happens elsewhere than right on an `input`, `params` or `out`."""
    opens_out: bool
    """Whether something is used as an attribute of an `out`."""


@lru_cache(maxsize=1024)
def read_source(source: str) -> Source:
    """What source mentions.

    >>> found = read_source("node.input.size = faces.out['n'].lower()")
    >>> sorted(found.names), sorted(found.attributes)
    (['faces', 'n', 'node'], ['input', 'out', 'size'])
    """
    words, names, attributes = set[str](), set[str](), set[str]()
    before = ""
    for dot, word, call in _WORD.findall(source):
        words.add(word)
        if not dot or before == "loop":
            names.add(word)
        elif not call:
            attributes.add(word)
        before = word
    parents = [
        source[max(0, match.start() - 16) : match.start()].rstrip()
        for match in _ASSIGNED.finditer(source)
        if match[1] not in _FIELDS
    ]
    return Source(
        words=frozenset(words),
        names=frozenset(names),
        attributes=frozenset(words if words & _REFLECTION else attributes),
        assigns=bool(parents) or "setattr" in words,
        nests=not all(
            parent.endswith(("input", "params", "out")) for parent in parents
        ),
        opens_out=_OUT_FIELD.search(source) is not None,
    )


def with_aliases(source: str, ids: Set[str]) -> tuple[str, dict[str, str]]:
    """The source with ids that hold hyphens turned into identifiers; id by identifier.

    Only where the whole id stands without blanks and outside of plain strings; lines
    hold, and nearly always columns too.

    >>> with_aliases("face-blur.out['face-blur'] = 7 - 3", {"face-blur"})
    ("face_blur.out['face-blur'] = 7 - 3", {'face_blur': 'face-blur'})
    """
    most = min(MOST_HYPHENS, max((name.count("-") for name in ids), default=0))
    if not most or "-" not in source:
        return source, {}
    aliasing = _Aliasing(ids, read_source(source).words | ids, most)
    return _LEXEME.sub(aliasing.of_lexeme, source), aliasing.aliases


class _Aliasing:
    """Gives ids with hyphens a name that is not taken."""

    def __init__(self, ids: Set[str], taken: Set[str], most: int) -> None:
        self._ids, self._taken, self._most = ids, taken, most
        self._heads = {name.partition("-")[0] for name in ids}
        self.aliases: dict[str, str] = {}

    def of_lexeme(self, match: re.Match[str]) -> str:
        if match["name"]:
            return "-".join(self._of_parts(match[0].split("-")))
        if match["string"] and "f" in match["prefix"].lower():
            return _REPLACEMENT_FIELD.sub(
                lambda field: _LEXEME.sub(self.of_lexeme, field[0]), match[0]
            )
        return match[0]

    def _of_parts(self, parts: list[str]) -> Iterator[str]:
        """The longest ids in a chain like `n-face-blur`; the rest as it is."""
        start = 0
        while start < len(parts):
            most = self._most if parts[start] in self._heads else 0
            for end in range(min(len(parts), start + most + 1), start, -1):
                name = "-".join(parts[start:end])
                if end == start + 1 or name in self._ids:
                    yield self._alias(name) if end > start + 1 else name
                    break
            start = end

    def _alias(self, name: str) -> str:
        alias = name.replace("-", "_")
        while alias in self._taken or self.aliases.get(alias, name) != name:
            alias += "_"
        self.aliases[alias] = name
        return alias
