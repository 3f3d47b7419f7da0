"""What every reader returns, and how much text a document may have."""

from dataclasses import dataclass

from service_sdk import File
from service_sdk.errors import BadInput

MAX_CHARACTERS = 1_000_000  # of a whole document: more does not fit into one result
MAX_PAGES = 5000  # a book of encyclopaedic length has fewer

CHECKED = "☒"
"""Stands in the text for a box that is checked."""

# Of a title more is not shown anywhere; a file can hold one of many megabytes.
MAX_TITLE_CHARACTERS = 1000

# Of a DOCX or a web page. Word writes up to eight for a few letters, and no text of
# MAX_CHARACTERS needs more. Reading so many takes about three seconds.
MAX_ELEMENTS = 2_000_000

# Elements within each other. Word and web pages stay far below a hundred; at the end of
# each element the parser searches all that are open, so depth costs its square.
MAX_DEPTH = 500


@dataclass(frozen=True)
class Extract:
    """The text of a document, page by page; a format without pages has one."""

    pages: list[str]
    title: str | None = None


class Limits:
    """Counts the elements that a parser finds, and how deep they are."""

    def __init__(self, document: File) -> None:
        self._document = document
        self._elements = 0
        self._depth = 0

    def enter(self) -> None:
        """An element begins; raises `BadInput` if it is one too many or too deep."""
        self._elements += 1
        self._depth += 1

        if self._elements > MAX_ELEMENTS:
            raise self._document.refuse(f"has more than {MAX_ELEMENTS} elements")
        if self._depth > MAX_DEPTH:
            raise self._document.refuse(f"has elements more than {MAX_DEPTH} deep")

    def leave(self) -> None:
        """An element ends."""
        self._depth -= 1


class Characters:
    """Counts the characters of a document while they are read."""

    def __init__(self, document: File) -> None:
        self._document = document
        self._count = 0

    def add(self, count: int) -> None:
        """More were read; raises `BadInput` if they are too many.

        Checked at each piece: 100 MB of XML must not become text in memory first.
        """
        self._count += count
        if self._count > MAX_CHARACTERS:
            raise too_long(self._document)


def title_of(text: str) -> str | None:
    """A title as it is shown; None if there is none."""
    return text[:MAX_TITLE_CHARACTERS].strip() or None


def too_long(document: File) -> BadInput:
    """The error for a document whose text does not fit into a result."""
    return document.refuse(
        f"has more than {MAX_CHARACTERS} characters; send it in several parts"
    )


def too_many_pages(document: File, max_pages: int = MAX_PAGES) -> BadInput:
    """The error for a document with more pages than are read."""
    return document.refuse(f"has more than {max_pages} pages")
