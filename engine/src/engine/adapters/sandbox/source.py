"""Reads an author's source without running it: what it names, and what it assigns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine.domain.references import SECTIONS

# The engine reads sources in its own process, without a time limit. So every pattern
# here takes linear time: none can fail after having consumed much. A test tries that.
_WORD = re.compile(r"(\.\s*)?([^\W\d]\w*)(\s*\()?")
_ASSIGNED = re.compile(r"\.\s*([^\W\d]\w*)\s*(?:[-+*/%@&|^]|//|\*\*|<<|>>)?=(?!=)")
_OUT_FIELD = re.compile(r"\bout\s*\.\s*[^\W\d]\w*(?!\w)(?!\s*\()")

_REFLECTION = frozenset({"getattr", "setattr", "hasattr", "eval", "exec"})
"""With these, code can name an attribute in a way that no pattern finds."""

MAX_REMEMBERED_SOURCES = 1024
"""The code of a pipeline is the same in every task."""

OWNER_CHARACTERS = 16
"""Of the text in front of an assigned attribute: enough to see what it stands on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a piece of code mentions; too much rather than too little."""

    words: frozenset[str]
    """Every identifier, wherever it stands."""
    names: frozenset[str]
    """Those that may be names: no attributes, except of `loop`."""
    attributes: frozenset[str]
    """Those that may be attributes with a value, not methods."""
    assigns: bool
    """Whether an attribute is assigned, other than a node's own sections."""
    nests: bool
    """Whether that happens elsewhere than right on an `input`, `params` or `out`."""
    opens_out: bool
    """Whether something is used as an attribute of an `out`."""


@lru_cache(maxsize=MAX_REMEMBERED_SOURCES)
def read_source(source: str) -> Source:
    """What source mentions.

    >>> found = read_source("node.input.size = faces.out['n'].lower()")
    >>> sorted(found.names), sorted(found.attributes)
    (['faces', 'n', 'node'], ['input', 'out', 'size'])
    """
    words = set[str]()
    names = set[str]()
    attributes = set[str]()
    before = ""

    for dot, word, call in _WORD.findall(source):
        words.add(word)
        # `loop.crop` names the node `crop`.
        if not dot or before == "loop":
            names.add(word)
        elif not call:
            attributes.add(word)
        before = word

    owners = list(_owners_of_assigned(source))
    if words & _REFLECTION:
        attributes = words

    return Source(
        words=frozenset(words),
        names=frozenset(names),
        attributes=frozenset(attributes),
        assigns=bool(owners) or "setattr" in words,
        nests=not all(owner.endswith(SECTIONS) for owner in owners),
        opens_out=_OUT_FIELD.search(source) is not None,
    )


def _owners_of_assigned(source: str) -> Iterator[str]:
    """The end of the text in front of each attribute that is assigned."""
    for match in _ASSIGNED.finditer(source):
        # Assigning a section replaces it whole, and opens nothing in it.
        if match[1] not in SECTIONS:
            start = max(0, match.start() - OWNER_CHARACTERS)
            yield source[start : match.start()].rstrip()
