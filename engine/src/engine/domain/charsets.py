"""Texts in the encodings that the web has: turned into UTF-8, as browsers read them."""

import webencodings  # type: ignore[import-untyped]  # it comes without types

from engine.domain.errors import Fault, Unreadable

MAX_SHOWN_CHARACTERS = 50

BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    # Before UTF-16: the mark of UTF-16-LE is the beginning of this one.
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)

FIRST_OF_MARKS = frozenset(mark[0] for mark, _ in BYTE_ORDER_MARKS)

NO_CHARSETS = frozenset({"replacement", "x-user-defined"})
"""Names in the standard for what is not read as a text."""


def as_utf8(raw: bytes, charset: str = "") -> bytes:
    """The text without its mark, in UTF-8; raises `Unreadable`.

    The mark at its beginning counts more than the charset that it is sent with.

    >>> as_utf8("{}".encode("utf-16")), as_utf8(b"\\xe9\\x80", "ISO-8859-1")
    (b'{}', b'\\xc3\\xa9\\xe2\\x82\\xac')
    """
    # Almost all texts are in UTF-8, have no mark, and say so or nothing.
    if raw[:1] and raw[0] in FIRST_OF_MARKS:
        for mark, encoding in BYTE_ORDER_MARKS:
            if raw.startswith(mark):
                return _converted(raw[len(mark) :], encoding)
    if not charset or charset.lower() == "utf-8":
        return raw
    return _converted(raw, _encoding(charset))


def _encoding(charset: str) -> str:
    """Python's name of what browsers read under this label."""
    found = webencodings.lookup(charset)
    if found is None or found.name in NO_CHARSETS:
        raise _unknown(charset)
    name: str = found.codec_info.name
    return name


def _converted(raw: bytes, encoding: str) -> bytes:
    # The parser itself tells where UTF-8 is broken.
    if encoding == "utf-8":
        return raw
    try:
        return raw.decode(encoding).encode()
    except UnicodeError:
        fault = Fault(
            code="wrong-charset",
            message=f"the body is sent as {encoding}, and is no text in it",
            hint="send UTF-8",
        )
        raise Unreadable([fault]) from None


def _unknown(charset: str) -> Unreadable:
    shown = charset[:MAX_SHOWN_CHARACTERS]
    return Unreadable(
        [
            Fault(
                code="unknown-charset",
                message=f"the charset “{shown}” of the body is not known",
                hint="send UTF-8",
            )
        ]
    )
