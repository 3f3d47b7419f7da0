"""Reads a Content-Disposition: the name of a part, and that of a file."""

import re
from urllib.parse import unquote_to_bytes

# A quoted text may hold quotation marks behind a backslash, and semicolons. Each
# character matches in one way only, so that no text takes longer than its length.
_PARAMETER = re.compile(
    r";[ \t]*([A-Za-z]+\*?)[ \t]*=[ \t]*"
    r'(?:"((?:[^"\\]|\\.)*)"|([^;" \t]*))',
    re.DOTALL,
)
_ESCAPED = re.compile(r'\\(["\\])')
_EXTENDED = re.compile(r"([A-Za-z0-9-]*)'[A-Za-z0-9-]*'(.*)", re.DOTALL)
# A fixed list: Python remembers each unknown name that it is asked for, for ever.
_CHARSETS = ("utf-8", "iso-8859-1", "us-ascii")


def parameters(disposition: str) -> dict[str, str]:
    r"""The parameters of a Content-Disposition, by name.

    >>> parameters('form-data; name="a\\\\"; filename="x;y.png"')
    {'name': 'a\\', 'filename': 'x;y.png'}
    >>> parameters("attachment; filename=e.png; filename*=UTF-8''%C3%A9.png")
    {'filename': 'é.png'}

    A backslash before any other character is one: browsers write paths of Windows so.
    An extended parameter (RFC 8187) counts more than the plain one, in any order: the
    plain one is for readers that do not know it. In forms it is not allowed (RFC 7578,
    section 4.2), but some clients send it.
    """
    plain: dict[str, str] = {}
    extended: dict[str, str] = {}
    for name, quoted, token in _PARAMETER.findall(disposition):
        text = _ESCAPED.sub(r"\1", quoted) if quoted else token
        name = name.lower()
        if not name.endswith("*"):
            plain.setdefault(name, text)
            continue

        decoded = _decoded(text)
        if decoded is not None:
            extended.setdefault(name[:-1], decoded)
    return plain | extended


def _decoded(text: str) -> str | None:
    """The text of an extended parameter; None: it cannot be read."""
    found = _EXTENDED.fullmatch(text)
    if found is None or found[1].lower() not in _CHARSETS:
        return None
    try:
        return unquote_to_bytes(found[2]).decode(found[1])
    except UnicodeDecodeError:
        return None
