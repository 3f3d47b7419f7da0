"""Which encoding a document declares, found as browsers find it.

The HTML standard's “prescan a byte stream” is followed, with one thing that browsers
do beyond it: what stands inside a script, a style or a comment is no tag.
"""

import re

import webencodings  # type: ignore[import-untyped]  # it comes without types

XHTML_TYPE = "application/xhtml+xml"

# Browsers look at 1024 bytes first, and later at all of the head. Scripts before the
# declaration can be long.
MAX_HEAD_BYTES = 1_000_000

MAX_XML_DECLARATION_BYTES = 1024

# What ends the search: a declaration may only stand before the page itself.
BODY = re.compile(rb"<body[\s/>]", re.IGNORECASE)

# What holds no tags, and the tags that can hold a declaration. Alternatives are tried
# in this order at each `<`. Only the value of an attribute can have a `>` in it.
COMMENT = rb"<!--(?:-?>|.*?(?:--!?>|\Z))"
RAW_TEXT = (
    rb"<(?P<raw>script|style|title|textarea|xmp|iframe|noembed|noframes|noscript"
    rb"|template)(?=[\s/>]).*?(?:</(?P=raw)(?=[\s/>])|\Z)"
)
INSIDE = rb"""(?:=\s*"[^"]*"|=\s*'[^']*'|[^>])*"""
META = rb"<meta(?=[\s/])(?P<meta>" + INSIDE + rb")>?"
OTHER = rb"<[!?/][^>]*>?|</?[a-z]" + INSIDE + rb">?"
TAGS = re.compile(
    b"|".join((COMMENT, RAW_TEXT, META, OTHER)), re.IGNORECASE | re.DOTALL
)

ATTRIBUTE = re.compile(
    rb"""([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']*)))?""", re.DOTALL
)
CHARSET_IN_CONTENT = re.compile(
    rb"""charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))""", re.IGNORECASE
)
XML_DECLARATION = re.compile(
    rb"""<\?xml\s[^>]*?\bencoding\s*=\s*(?:"([^"]*)"|'([^']*)')"""
)

# Encodings that browsers do not read, since scripts can be hidden in them. A page in
# them is still a text.
NOT_IN_BROWSERS = "replacement"
SEVEN_BITS = {"hz-gb-2312": "hz", "iso-2022-kr": "iso2022_kr"}

# A declaration in ASCII cannot be true if it says that two bytes make a character. The
# standard says what is meant.
MEANT = {"utf-16le": "utf-8", "utf-16be": "utf-8", "x-user-defined": "windows-1252"}


def encoding_named(label: str) -> str | None:
    """The encoding that browsers use for the label; None if it names none.

    >>> encoding_named(" ISO-8859-1 "), encoding_named("gb2312"), encoding_named("hex")
    ('windows-1252', 'gbk', None)
    """
    encoding = webencodings.lookup(label)
    if encoding and encoding.name == NOT_IN_BROWSERS:
        return SEVEN_BITS.get(label.strip().lower())
    return encoding.name if encoding else None


def encoding_in_xml(content: bytes) -> str | None:
    """What an XML declaration at the very beginning says."""
    declaration = XML_DECLARATION.match(content[:MAX_XML_DECLARATION_BYTES])
    return _encoding(declaration) if declaration else None


def encoding_in_html(content: bytes, media_type: str) -> str | None:
    """What the page says; in a page of XML its own declaration comes first."""
    readers = [_encoding_in_meta, encoding_in_xml]
    if media_type == XHTML_TYPE:
        readers.reverse()

    found = (reader(content) for reader in readers)
    return next((encoding for encoding in found if encoding), None)


def _encoding_in_meta(content: bytes) -> str | None:
    """What the first `<meta>` that names an encoding says."""
    head = content[:MAX_HEAD_BYTES]
    for tag in TAGS.finditer(head):
        if BODY.match(tag[0]):
            return None
        if tag["meta"] is not None:
            encoding = _encoding_of_meta(tag["meta"])
            if encoding:
                return encoding
    return None


def _encoding_of_meta(inside: bytes) -> str | None:
    """What one `<meta>` says; one with `content` counts only beside `http-equiv`."""
    attributes: dict[bytes, bytes] = {}
    for name, *values in ATTRIBUTE.findall(inside):
        # The first of two attributes with one name counts.
        attributes.setdefault(name.lower(), b"".join(values))

    if b"charset" in attributes:
        return _meant(attributes[b"charset"])

    if attributes.get(b"http-equiv", b"").strip().lower() == b"content-type":
        charset = CHARSET_IN_CONTENT.search(attributes.get(b"content", b""))
        return _encoding(charset) if charset else None
    return None


def _encoding(match: re.Match[bytes]) -> str | None:
    return _meant(b"".join(group or b"" for group in match.groups()))


def _meant(label: bytes) -> str | None:
    encoding = encoding_named(label.decode("ascii", "replace"))
    return MEANT.get(encoding, encoding) if encoding else None
