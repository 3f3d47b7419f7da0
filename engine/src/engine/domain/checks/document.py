"""A document as far as it can be read: what all checks look at."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Self

from engine.domain.checks.level import Level, Seen
from engine.domain.going_on import GoOn, go_on_always
from engine.domain.pipeline import MAX_NODES, LoopNode
from engine.domain.suggestions import Suggestions
from engine.domain.values import Json


class Document:
    """All levels of a document, the outermost first; of use within its `with` block."""

    def __init__(self, raw: Mapping[str, Json], go_on: GoOn = go_on_always) -> None:
        self.raw = raw
        self.go_on = go_on
        self.suggestions = Suggestions(go_on=go_on)
        self.levels: list[Level] = []
        self.size = 0
        """How many nodes there are; reading stops when they are too many."""
        self._mentions: dict[str, bool] = {}
        self._read(raw.get("nodes"), place="", loop=None)

    def _read(self, entries: Json, *, place: str, loop: Seen | None) -> None:
        """Read a list of nodes, and the bodies in it."""
        if not isinstance(entries, list):
            return
        self.size += len(entries)
        if self.size > MAX_NODES:
            return

        level = Level(entries, place=place, loop=loop, suggestions=self.suggestions)
        self.levels.append(level)
        if loop:
            loop.body = level

        for node in level.nodes:
            # A node whose type cannot be read may be a loop: it has a body, then.
            if node.kind in (None, LoopNode):
                self._read(node.raw.get("nodes"), place=f"{node.place}.", loop=node)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        """Let go of all that was found out; nothing can be asked any more."""
        for level in self.levels:
            level.forget()

    @property
    def nodes(self) -> Iterator[Seen]:
        for level in self.levels:
            for node in level.nodes:
                self.go_on()
                yield node

    @cached_property
    def homes(self) -> Mapping[str, Seen]:
        """The node of every id; of those with the same id the first."""
        found: dict[str, Seen] = {}
        for node in self.nodes:
            if node.id:
                found.setdefault(node.id, node)
        return found

    @cached_property
    def whole(self) -> bool:
        return all(level.whole for level in self.levels)

    @cached_property
    def _odd_ids(self) -> frozenset[str]:
        """Ids that no reference can name."""
        return frozenset(node_id for node_id in self.homes if "." in node_id)

    @cached_property
    def _longest_odd_id(self) -> int:
        return max(map(len, self._odd_ids), default=0)

    def begins_with_odd_id(self, text: str) -> bool:
        """Whether a reference means a node whose id no reference can name.

        Its beginnings are looked up: there may be a thousand such ids.
        """
        if not self._odd_ids:
            return False
        beginning = text[: self._longest_odd_id + 1]
        dots = (at for at, letter in enumerate(beginning) if letter == ".")
        return any(beginning[:dot] in self._odd_ids for dot in dots)

    @cached_property
    def _all_code(self) -> str:
        return "\n".join(text for node in self.nodes for text in node.code.values())

    def may_change(self, node_id: str) -> bool:
        """Whether code of any node looks into this one, and so may change it."""
        key = f"{node_id}."
        if key not in self._mentions:
            looks_in = rf"(?<![\w-]){re.escape(node_id)}\s*[.\[]"
            self._mentions[key] = bool(re.search(looks_in, self._all_code))
        return self._mentions[key]

    def mentions(self, word: str) -> bool:
        """Whether a word stands anywhere in the code; looked for once for each word."""
        if word not in self._mentions:
            self._mentions[word] = word in self._all_code
        return self._mentions[word]
