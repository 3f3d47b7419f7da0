"""Text files: their encoding, and which of their characters are kept."""

import codecs
import re

from charset_normalizer import from_bytes
from service_sdk import File

from document.extract import (
    MAX_CHARACTERS,
    MAX_PAGES,
    Extract,
    too_long,
    too_many_pages,
)

MAX_FILE_BYTES = 4 * MAX_CHARACTERS  # no encoding needs more than 4 for a character
SAMPLE_BYTES = 100_000  # guessing the encoding of more takes longer, for little gain

CONTROL_CHARACTERS = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
LINE_ENDS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
BLANKS = " \t\u00a0"  # those that are cut off at the end of a line
LARGE_GAPS = re.compile(r"\n{3,}")


def read_plain(document: File) -> Extract:
    """The pages of a text end with form feeds."""
    text = decoded(document)
    if text.count("\f") >= MAX_PAGES:
        raise too_many_pages(document)

    return Extract([clean_text(page) for page in text.split("\f")])


def decoded(document: File, declaration: re.Pattern[bytes] | None = None) -> str:
    """The characters in any encoding; the text may name it as `declaration` matches."""
    with document.open() as stream:
        content = stream.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise too_long(document)

    text = _decode(document, content, declaration)
    if len(text) > MAX_CHARACTERS:
        raise too_long(document)
    return text


def _decode(
    document: File, content: bytes, declaration: re.Pattern[bytes] | None
) -> str:
    # Text in another encoding is hardly ever valid UTF-8 by chance, so this comes
    # before what the text declares and before guessing.
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass

    sample = content[:SAMPLE_BYTES]
    encoding = _declared_encoding(sample, declaration) or _guessed_encoding(sample)
    if encoding is None:
        raise document.refuse("not a text in any known encoding")
    return content.decode(encoding, "replace").removeprefix("\ufeff")


def _declared_encoding(
    content: bytes, declaration: re.Pattern[bytes] | None
) -> str | None:
    declared = declaration.search(content) if declaration else None
    if not declared:
        return None

    try:
        return codecs.lookup(declared[1].decode("ascii", "replace")).name
    except LookupError:
        return None


def _guessed_encoding(content: bytes) -> str | None:
    best = from_bytes(content).best()
    return best.encoding if best else None


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
