"""Finds the known word that a misspelt one is meant to be, within a budget."""

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from itertools import islice

MAX_WORD_CHARACTERS = 100
"""Longer words get no suggestion: nothing that has a name is named with so many."""
MIN_RATIO = 0.6
"""How alike two words must be, as difflib measures it: from 0 to 1."""

# To compare two words takes up to the product of their lengths, and in the worst case
# each step takes 3 µs: all suggestions for one document 1.5 s, in a thread, and those
# for a request, in the event loop, 0.1 s.
DOCUMENT_STEPS = 500_000
REQUEST_STEPS = 30_000

MAX_LISTED = 20
"""Of the known words that a message lists."""


class Suggestions:
    """Hints for misspelt words, until the budget of a document or request is spent.

    The number of words that are misspelt, the number of those that are known, and the
    length of both come from outside. So what they may cost together is bounded here.
    """

    def __init__(
        self,
        steps: int = DOCUMENT_STEPS,
        go_on: Callable[[], None] = lambda: None,
    ) -> None:
        self._steps = steps
        self._go_on = go_on
        """Called between two comparisons; an error that it raises ends the search."""

    def hint(self, word: str, known: Iterable[str]) -> str:
        """A hint for a misspelt word; empty if no other is like it.

        >>> Suggestions().hint("nxet", ["id", "next"])
        'did you mean “next”?'
        """
        close = self.closest(word, known)
        return f"did you mean “{close}”?" if close else ""

    def closest(self, word: str, known: Iterable[str]) -> str | None:
        """The most similar word, of equals the last in the alphabet."""
        if len(word) > MAX_WORD_CHARACTERS or self._steps == 0:
            return None

        # It prepares the second of the words it compares: the one that stays.
        matcher = SequenceMatcher(None, "", word)
        best = (MIN_RATIO, "")
        for candidate in known:
            if not self._spend(1):
                return None
            if _may_be_like(len(word), len(candidate)):
                cost = len(word) * len(candidate)
                ratio = self._ratio(matcher, candidate, cost=cost, at_least=best[0])
                best = max(best, (ratio, candidate))
        return best[1] or None

    def _ratio(
        self,
        matcher: "SequenceMatcher[str]",
        candidate: str,
        *,
        cost: int,
        at_least: float,
    ) -> float:
        """How alike the words are; 0 if that is less than what is asked for."""
        matcher.set_seq1(candidate)

        # This upper bound counts letters only, which is quick.
        if not self._spend(len(candidate)) or matcher.quick_ratio() < at_least:
            return 0.0

        if not self._spend(cost):
            return 0.0
        ratio = matcher.ratio()
        return ratio if ratio >= at_least else 0.0

    def _spend(self, steps: int) -> bool:
        """Whether the budget still has so much; what is too much for it ends it."""
        self._go_on()
        self._steps = max(0, self._steps - steps)
        return self._steps > 0


def _may_be_like(length: int, other: int) -> bool:
    """Whether words of these lengths can be alike at all."""
    return 2 * min(length, other) >= MIN_RATIO * (length + other)


def listed(words: Iterable[str]) -> str:
    """The words for a message: the first of them, and of each its beginning.

    >>> listed(["a", "b"]), len(listed(["x" * 10_000] * 10_000)) < 3_000
    ('a, b', True)
    """
    shown = [word[:MAX_WORD_CHARACTERS] for word in islice(words, MAX_LISTED + 1)]
    if len(shown) > MAX_LISTED:
        shown[-1] = "…"
    return ", ".join(shown)
