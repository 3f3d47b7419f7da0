"""Text files: their pages, and which of their characters are kept."""

import re

from service_sdk import File
from service_sdk.errors import BadInput

from document.declared import encoding_in_xml
from document.decoding import NoText, characters, encoding_of
from document.extract import (
    MAX_CHARACTERS,
    MAX_PAGES,
    Extract,
    too_long,
    too_many_pages,
)

MAX_FILE_BYTES = 4 * MAX_CHARACTERS  # no encoding needs more than 4 for a character
PIECE_BYTES = 65_536  # that are decoded at a time

# Also the mark of the byte order, which stands where files were joined.
CONTROL_CHARACTERS = re.compile(
    "[\0-\x08\x0b\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]"
)
LINE_ENDS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
BLANKS = " \t\u00a0"  # those that are cut off at the end of a line
LARGE_GAPS = re.compile(r"\n{3,}")


def read_plain(document: File) -> Extract:
    """The pages of a text end with form feeds."""
    content = content_of(document, MAX_FILE_BYTES, too_long(document))
    declared = encoding_in_xml(content)
    encoding = encoding_or_refusal(document, content, declared)

    pieces = list(characters(content, encoding, PIECE_BYTES))
    if sum(map(len, pieces)) > MAX_CHARACTERS:
        raise too_long(document)

    text = "".join(pieces)
    if text.count("\f") >= MAX_PAGES:
        raise too_many_pages(document)

    return Extract([clean_text(page) for page in text.split("\f")])


def content_of(document: File, max_bytes: int, too_large: BadInput) -> bytes:
    """All bytes; raises the error if there are more than these."""
    with document.open() as stream:
        content = stream.read(max_bytes + 1)

    if len(content) > max_bytes:
        raise too_large
    return content


def encoding_or_refusal(document: File, content: bytes, declared: str | None) -> str:
    """The encoding of a text; a document that is no text is refused."""
    try:
        return encoding_of(content, sent=document.charset, declared=declared)
    except NoText as fault:
        raise document.refuse("not a PDF, DOCX, HTML or text file") from fault


def clean_text(text: str) -> str:
    """Without control characters, blanks at the ends of lines, and large gaps.

    >>> clean_text("one \\r\\n\\n\\n\\n\\x00two\\n")
    'one\\n\\ntwo'
    """
    text = LINE_ENDS.sub("\n", text)
    text = CONTROL_CHARACTERS.sub("", text)

    # Not with a pattern such as `[ \t]+$`: it starts again at each blank of a long row,
    # so its time grows with the square of the row's length.
    text = "\n".join(line.rstrip(BLANKS) for line in text.split("\n"))

    text = LARGE_GAPS.sub("\n\n", text)
    return text.strip()
