"""Texts: their encoding, and what of their characters is worth keeping."""

import codecs
import re
from contextlib import suppress

from charset_normalizer import from_bytes
from service_sdk import File

from document.reading import LONGEST, Extract, too_long

LARGEST = 4 * LONGEST  # bytes: no encoding needs more for a character
CONTROL = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
ENDINGS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
TRAILING = re.compile(r"[ \t\u00a0]+$", re.MULTILINE)
GAPS = re.compile(r"\n{3,}")
SAMPLE = 100_000  # bytes by which an encoding is known


def read_plain(document: File) -> Extract:
    """Form feeds end pages."""
    text = decoded(document)
    return Extract([tidy(page) for page in text.split("\f")])


def decoded(document: File, declaration: re.Pattern[bytes] | None = None) -> str:
    """The characters, in whatever encoding they are; a declaration may name it."""
    with document.open() as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise too_long(document)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        encoding = _encoding(content[:SAMPLE], declaration)
        if encoding is None:
            raise document.refuse("not a text in any known encoding") from None
        text = content.decode(encoding, "replace").removeprefix("\ufeff")
    if len(text) > LONGEST:
        raise too_long(document)
    return text


def _encoding(content: bytes, declaration: re.Pattern[bytes] | None) -> str | None:
    if declaration and (declared := declaration.search(content)):
        with suppress(LookupError):
            return codecs.lookup(declared[1].decode("ascii", "replace")).name
    found = from_bytes(content).best()
    return found.encoding if found else None


def tidy(text: str) -> str:
    """Without control characters, blanks at the ends of lines, and large gaps.

    >>> tidy("one \\r\\n\\n\\n\\n\\x00two\\n")
    'one\\n\\ntwo'
    """
    text = CONTROL.sub("", ENDINGS.sub("\n", text))
    return GAPS.sub("\n\n", TRAILING.sub("", text)).strip()
