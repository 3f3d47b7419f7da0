"""Cuts a text into passages, between paragraphs, sentences or words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PARAGRAPH_END = re.compile(r"\n\s*\n\s*")
LINE_END = re.compile(r"\n\s*")
# Chinese and Japanese put no blank after a full stop.
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")
WORD_END = re.compile(r"\s+")

# The best places come first. A match ends where the next passage can begin.
PLACES = (PARAGRAPH_END, LINE_END, SENTENCE_END, WORD_END)


@dataclass(frozen=True)
class Passage:
    """A piece of a text, and the number of its page; None if there are no pages."""

    text: str

    page: int | None = None
    """Counted from 1; null: the text has no pages."""


def passages_of(
    pages: list[str] | None, text: str | None, *, length: int, overlap: int
) -> Iterator[Passage]:
    """The passages of all pages, or of a text without pages."""
    for number, page in enumerate(pages or [], 1):
        for piece in split(page, length=length, overlap=overlap):
            yield Passage(piece, number)

    for piece in split(text or "", length=length, overlap=overlap):
        yield Passage(piece)


def split(text: str, *, length: int, overlap: int) -> Iterator[str]:
    """Pieces of at most `length` characters.

    Each begins with about the last `overlap` characters of the one before.

    >>> list(split("One. Two two. Three three three.", length=20, overlap=0))
    ['One. Two two.', 'Three three three.']
    >>> list(split("One. Two two. Three three three.", length=20, overlap=6))
    ['One. Two two.', 'two. Three three', 'three.']
    """
    start = 0
    end = 0
    while end < len(text):
        end = _end_of_piece(text, start=start, length=length, previous_end=end)

        piece = text[start:end].strip()
        if piece:
            yield piece

        if end < len(text):
            start = _next_start(text, start=start, end=end, overlap=overlap)


def _end_of_piece(text: str, *, start: int, length: int, previous_end: int) -> int:
    """The best place in the second half of the piece; without one, its full length."""
    latest = start + length
    if latest >= len(text):
        return len(text)

    # Later than the previous end: a piece that only repeats the overlap would make no
    # progress, and the loop would not end.
    earliest = max(start + length // 2, previous_end + 1)

    for place in PLACES:
        matches = place.finditer(text, earliest, latest)
        ends = [match.end() for match in matches if match.end() > earliest]
        if ends:
            return ends[-1]
    return latest


def _next_start(text: str, *, start: int, end: int, overlap: int) -> int:
    """The first word in the last `overlap` characters before the end."""
    if not overlap:
        return end

    word = WORD_END.search(text, max(start + 1, end - overlap), end)
    return word.end() if word else end
