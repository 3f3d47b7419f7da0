"""Reads what a part of a multipart body says of itself: its name, its file name."""

import re

# A quoted text may hold quotation marks behind a backslash, and semicolons. Each
# character matches in one way only, so that no text takes longer than its length.
_PARAMETER = re.compile(
    r";[ \t]*([A-Za-z]+)[ \t]*=[ \t]*"
    r'(?:"((?:[^"\\]|\\.)*)"|([^;" \t]*))',
    re.DOTALL,
)
_ESCAPED = re.compile(r'\\(["\\])')


def parameters(disposition: bytes) -> dict[str, str]:
    r"""The parameters of a Content-Disposition, by name; raises `UnicodeDecodeError`.

    >>> parameters(b'form-data; name="a\\\\"; filename="x;y.png"')
    {'name': 'a\\', 'filename': 'x;y.png'}

    A backslash before any other character is one: browsers write paths of Windows so.
    Extended parameters (`name*=`) are not allowed here (RFC 7578, section 4.2).
    """
    found: dict[str, str] = {}
    for name, quoted, plain in _PARAMETER.findall(disposition.decode()):
        text = _ESCAPED.sub(r"\1", quoted) if quoted else plain
        found.setdefault(name.lower(), text)
    return found
