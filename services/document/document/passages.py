"""Cuts texts where it hurts least: between paragraphs, sentences, words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# the best places first; at the end of each the next passage can begin
PARAGRAPH, LINE = re.compile(r"\n\s*\n\s*"), re.compile(r"\n\s*")
SENTENCE, WORD = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])"), re.compile(r"\s+")
PLACES = (PARAGRAPH, LINE, SENTENCE, WORD)


@dataclass(frozen=True)
class Passage:
    """A piece of a text, and the page it stands on, from 1; none: no pages."""

    text: str
    page: int | None = None


def passages_of(
    pages: list[str] | None, text: str | None, length: int, overlap: int
) -> Iterator[Passage]:
    """The passages of all pages, or of a text without pages."""
    for number, page in enumerate(pages or [], 1):
        for piece in split(page, length, overlap):
            yield Passage(piece, number)
    for piece in split(text or "", length, overlap):
        yield Passage(piece)


def split(text: str, length: int, overlap: int) -> Iterator[str]:
    """Pieces of at most `length` characters, each with the end of the one before.

    >>> list(split("One. Two two. Three three three.", 20, 0))
    ['One. Two two.', 'Three three three.']
    >>> list(split("One. Two two. Three three three.", 20, 6))
    ['One. Two two.', 'two. Three three', 'three.']
    """
    start, end = 0, 0
    while end < len(text):
        end = _end(text, start, length, end)
        if piece := text[start:end].strip():
            yield piece
        if end < len(text):
            start = _start(text, start, end, overlap)


def _end(text: str, start: int, length: int, before: int) -> int:
    """Where the piece from `start` ends: at the best place in its second half."""
    most = start + length
    if most >= len(text):
        return len(text)
    least = max(start + length // 2, before + 1)
    for place in PLACES:
        found = [m.end() for m in place.finditer(text, least, most) if m.end() > least]
        if found:
            return found[-1]
    return most


def _start(text: str, start: int, end: int, overlap: int) -> int:
    """Where the next piece starts: with a word, about so many characters before."""
    word = WORD.search(text, max(start + 1, end - overlap), end)
    return word.end() if overlap and word else end
