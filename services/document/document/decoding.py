"""The characters of a text in any encoding; what is no text in any is told.

In this order, as browsers do it: the mark at the beginning, what the sender says, what
the document declares, and what the bytes look like. All bytes are looked at, not some
at the beginning. A text always has an encoding in the end; single bytes that do not fit
into it become U+FFFD, the replacement character.
"""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

import webencodings  # type: ignore[import-untyped]  # it comes without types
from chardetng_py import (  # type: ignore[import-untyped]  # it has no types
    EncodingDetector,
)

from document.declared import encoding_named
from document.language import language_of
from document.western import (
    ASCII,
    BEYOND_ASCII,
    CYRILLIC,
    EASTERN_LANGUAGES,
    WESTERN,
    is_cyrillic,
    is_western,
)

UTF8 = "utf-8"

# The longer marks first: that of UTF-32 begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# What browsers read with the codec of another name.
CODECS = {
    "gbk": "gb18030",
    "euc-jp": "euc_jis_2004",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp874": "cp874",
}

UTF8_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]"
    rb"|\xe0[\xa0-\xbf][\x80-\xbf]"
    rb"|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}"
    rb"|[\xf1-\xf3][\x80-\xbf]{3}"
    rb"|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
"""One of more than one byte."""

UNFINISHED_CHARACTER = re.compile(
    rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z"
)
"""At the end of a text that was cut."""

ASCII_ROW = re.compile(rb"[\x20-\x7e]{32}")
"""In UTF-16 this would be 16 Chinese characters that all look like ASCII."""

ESCAPE = b"\x1b"
JAPANESE_IN_SEVEN_BITS = "iso-2022-jp"

CONTROLS = bytes(set(range(32)) - set(b"\b\t\n\v\f\r\x1a\x1b"))
"""No text has many of these; the end of file of CP/M and colours of terminals count
not among them."""

# Of the bytes other than NUL. In data that looks like chance they are a tenth.
MAX_CONTROLS_SHARE = 0.02

# Of a text in one byte for each character, if the rest is ASCII or UTF-8, and of any
# other. In UTF-16 a Western text has a half.
MAX_NULS_SHARE = 0.25
MAX_FOREIGN_NULS_SHARE = 0.05
FEW_NULS = 2

# Of what may be UTF-16: Chinese has the fewest, as it has no blanks.
MIN_USUAL_SHARE = 0.02

# Of the characters beyond ASCII: a text with more is not in the encoding it declares.
MAX_WRONG_SHARE = 0.1

# Of the characters of what may be UTF-16: it is none if many would mean nothing.
MAX_ODD_SHARE = 0.05

NO_CHARACTERS = frozenset({"Cc", "Cn", "Co", "Cs"})
"""Categories of Unicode: control characters, unassigned, private, half of a pair."""

USUAL = frozenset(map(chr, range(32, 127))) | set("\t\n\r、。")

# Of fewer words the language cannot be told.
MIN_WORDS_OF_LANGUAGE = 2
WORD = re.compile(r"[^\W\d_]{2,}")


class NoText(Exception):
    """The bytes are no text in any encoding."""


def encoding_of_mark(content: bytes) -> str | None:
    """What a byte order mark at the beginning says."""
    return next((name for mark, name in MARKS if content.startswith(mark)), None)


def encoding_of(content: bytes, *, sent: str = "", declared: str | None = None) -> str:
    """The encoding that a text is read in; raises `NoText` for other data.

    `sent` is what the sender calls it, `declared` what is written in the document.
    """
    marked = encoding_of_mark(content)
    if marked and _means_nothing(_counted(content, marked)):
        raise NoText
    if marked:
        return marked

    named = encoding_named(sent)
    if named and (named == WESTERN or _is_true(named, content)):
        return named

    if declared and _is_true(declared, content):
        return declared
    return _seen_encoding(content)


def characters(content: bytes, encoding: str, piece_bytes: int) -> Iterator[str]:
    """The characters of the content, piece by piece, without the mark."""
    decoder = _codec(encoding).incrementaldecoder("replace")
    for start in range(0, len(content), piece_bytes):
        text = decoder.decode(content[start : start + piece_bytes])
        yield text.removeprefix("\ufeff") if start == 0 else text

    yield decoder.decode(b"", final=True)


def _codec(encoding: str) -> codecs.CodecInfo:
    name = CODECS.get(encoding)
    if name:
        return codecs.lookup(name)

    known = webencodings.lookup(encoding)
    return known.codec_info if known else codecs.lookup(encoding)


def _is_true(declared: str, content: bytes) -> bool:
    """Whether the content can be in the encoding that it declares.

    Many tools write `iso-8859-1` or `utf-8` into a page in whatever encoding it is.
    """
    if declared == UTF8:
        return content.isascii() or _is_utf8(content)
    if declared == WESTERN:
        # Nobody writes “Ã¤” on purpose.
        return not UTF8_CHARACTER.search(content) or not _is_utf8(content)

    text = content.decode(_codec(declared).name, "replace")
    wrong = text.count("\ufffd")
    if wrong and _is_utf8(content):
        return False
    return wrong <= MAX_WRONG_SHARE * len(BEYOND_ASCII.findall(text))


def _seen_encoding(content: bytes) -> str:
    """What the bytes look like."""
    narrow = content.replace(b"\0", b"")
    nuls = len(content) - len(narrow)
    controls = len(narrow) - len(narrow.translate(None, CONTROLS))

    is_narrow = nuls <= MAX_NULS_SHARE * len(
        content
    ) and controls <= 1 + MAX_CONTROLS_SHARE * len(narrow)
    is_sure = is_narrow and (not nuls or narrow.isascii() or _is_utf8(narrow))

    wide = None if is_sure else _wide_encoding(content)
    if wide:
        return wide
    max_nuls = FEW_NULS + MAX_FOREIGN_NULS_SHARE * len(content)
    if not is_narrow or (not is_sure and nuls > max_nuls):
        raise NoText
    return _narrow_encoding(narrow)


def _is_utf8(content: bytes) -> bool:
    """Whether more bytes make characters of UTF-8 than do not.

    Text in another encoding has hardly any that do. Single bytes that do not may come
    from a line of another file, or from a text that was cut.
    """
    whole = UNFINISHED_CHARACTER.sub(b"", content)
    rest, found = UTF8_CHARACTER.subn(b"", whole)
    return found > len(rest.translate(None, ASCII))


def _wide_encoding(content: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, if that gives characters that mean something."""
    if ASCII_ROW.search(content):
        return None

    for encoding, width in (("utf-32-le", 4), ("utf-32-be", 4)):
        if _usual_characters(content, encoding, width):
            return encoding

    counts = {
        encoding: _usual_characters(content, encoding, 2)
        for encoding in ("utf-16-le", "utf-16-be")
    }
    best = max(counts, key=lambda encoding: counts[encoding])
    return best if counts[best] else None


def _usual_characters(content: bytes, encoding: str, width: int) -> int:
    """How many characters all scripts have, such as blanks, and one more.

    0 if the content is not in that encoding. A text without blanks is short, and its
    letters are of one alphabet, which stand near each other in Unicode.
    """
    whole = content[: len(content) // width * width]
    counts = _counted(whole, encoding)
    if not counts or _means_nothing(counts):
        return 0

    usual = sum(count for one, count in counts.items() if one in USUAL)
    if usual >= MIN_USUAL_SHARE * counts.total():
        return 1 + usual

    is_one_alphabet = len({ord(one) >> 8 for one in counts}) == 1
    return 1 if is_one_alphabet else 0


def _counted(content: bytes, encoding: str) -> Counter[str]:
    return Counter(content.decode(encoding, "replace"))


def _means_nothing(counts: Counter[str]) -> bool:
    """Whether too many of the characters are none."""
    odd = sum(count for one, count in counts.items() if _is_odd(one))
    return odd > MAX_ODD_SHARE * counts.total()


def _is_odd(character: str) -> bool:
    """Whether no text has it: U+FFFD, control characters, and code points that mean
    nothing."""
    if character in "\t\n\f\r":
        return False
    return character == "\ufffd" or unicodedata.category(character) in NO_CHARACTERS


def _narrow_encoding(content: bytes) -> str:
    """The encoding of a text in which ASCII stands for itself."""
    if content.isascii():
        is_japanese = ESCAPE in content and _guess(content) == JAPANESE_IN_SEVEN_BITS
        return JAPANESE_IN_SEVEN_BITS if is_japanese else UTF8

    if _is_utf8(content):
        return UTF8

    guess = _guess(content)
    if guess == WESTERN:
        return CYRILLIC if is_cyrillic(content) else WESTERN
    if is_western(content) and not _is_eastern(content, guess):
        return WESTERN
    return guess


def _guess(content: bytes) -> str:
    """What Firefox would take it for."""
    detector = EncodingDetector()
    detector.feed(content, last=True)
    return str(detector.guess(tld=None, allow_utf8=False)).lower()


def _is_eastern(content: bytes, encoding: str) -> bool:
    """Whether the words around a few letters are of an Eastern European language."""
    text = content.decode(_codec(encoding).name, "replace")
    is_long = len(WORD.findall(text)) >= MIN_WORDS_OF_LANGUAGE
    return is_long and language_of(text) in EASTERN_LANGUAGES
