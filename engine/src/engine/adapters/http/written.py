"""URLs as their authors wrote them: what is sent of one, and where another leads.

A URL that is parsed and put together again is another text: `%2F` becomes a slash, `+`
a space, and what stood behind `;` may be gone. Servers that sign or compare addresses
notice. So the host is taken from a parsed URL, and path and query from the text: byte
for byte, except characters that no request can have (RFC 3986, section 2).
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, quote_plus

# RFC 3986, appendix B. Each part matches in one way only.
_PARTS = re.compile(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(\?[^#]*)?", re.DOTALL
)

ASCII_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
"""All of these stay as they are; of what is no ASCII the bytes in UTF-8 are encoded."""

SAFE_IN_PAIRS = "/:"
"""Beside letters and digits: they mean nothing of their own in a query."""

_PLAIN_IN_PAIRS = re.compile(r"[A-Za-z0-9_.~/:-]*")
"""What `quote_plus` leaves as it is."""

# The same few addresses and names are quoted again and again.
_remembered = lru_cache(maxsize=1024)(quote_plus)


def _quoted(text: str) -> str:
    # Ids of attempts are all different, and plain.
    if _PLAIN_IN_PAIRS.fullmatch(text):
        return text
    return _remembered(text, SAFE_IN_PAIRS)


class Written(NamedTuple):
    """The parts of a URL or of a relative reference; the fragment is left out."""

    scheme: str
    authority: str | None
    path: str
    query: str
    """With its question mark: a question mark alone is a query too."""


def target_of(url: str) -> str:
    """Path and query of an absolute URL, as a request names them.

    >>> target_of("http://h/a%2fb;x=1?q=%E4+b&&q=#top"), target_of("http://h?")
    ('/a%2fb;x=1?q=%E4+b&&q=', '/?')
    >>> target_of("http://h/ä?é=%C3%A9")
    '/%C3%A4?%C3%A9=%C3%A9'
    """
    parts = _parts(url)
    return encoded(f"{parts.path or '/'}{parts.query}")


def encoded(text: str) -> str:
    """A text without characters that no request line can have.

    >>> encoded("/a b|%7c"), encoded(b"/caf\\xe9".decode(errors="surrogateescape"))
    ('/a%20b|%7c', '/caf%E9')
    """
    if text.isascii() and text.isprintable() and " " not in text:
        return text
    # Bytes that were no UTF-8, in a header of an answer, are surrogates here.
    return quote(text, safe=ASCII_PRINTABLE, errors="surrogateescape")


def with_pairs(target: str, pairs: Mapping[str, str | Sequence[str]]) -> str:
    """A target with more parameters behind those that it has.

    >>> with_pairs("/a?q=%2F", {"q": "b c", "n": ["1", "2"]}), with_pairs("/a?", {})
    ('/a?q=%2F&q=b+c&n=1&n=2', '/a?')
    """
    added = "&".join(
        [
            f"{_remembered(name, SAFE_IN_PAIRS)}={_quoted(text)}"
            for name, value in pairs.items()
            for text in ([value] if isinstance(value, str) else value)
        ]
    )
    if not added:
        return target

    path, mark, query = target.partition("?")
    if not query or query.endswith("&"):
        return f"{path}?{query}{added}"
    return f"{path}{mark}{query}&{added}"


def resolved(base: str, reference: str) -> str:
    """Where a reference leads that stands in an answer of `base`.

    As RFC 3986, section 5.2.2, and no byte of it is changed.

    >>> resolved("http://h/a/b;c?q", "../x%2fy?z=+"), resolved("http://h/a?q", "?r")
    ('http://h/x%2fy?z=+', 'http://h/a?r')
    >>> resolved("http://h/a", "//other/b"), resolved("http://h", "b?")
    ('http://other/b', 'http://h/b?')
    """
    here = _parts(base)
    there = _parts(reference.strip(" \t"))
    there = there._replace(path=encoded(there.path), query=encoded(there.query))
    if there.scheme:
        return _url(there)
    if there.authority is not None:
        return _url(there._replace(scheme=here.scheme))

    if not there.path:
        query = there.query or here.query
        return _url(here._replace(query=query))
    path = there.path if there.path.startswith("/") else _merged(here, there.path)
    return _url(here._replace(path=_without_dots(path), query=there.query))


def _merged(base: Written, path: str) -> str:
    """A relative path takes the place of what stands behind the last slash."""
    if base.authority is not None and not base.path:
        return f"/{path}"
    return f"{base.path.rpartition('/')[0]}/{path}"


def _without_dots(path: str) -> str:
    """As RFC 3986, section 5.2.4: `.` is the folder, `..` the one above."""
    kept: list[str] = []
    steps = path.split("/")
    for step in steps:
        if step == "..":
            # The empty step before the first slash stays.
            del kept[max(1, len(kept) - 1) :]
        elif step != ".":
            kept.append(step)

    if steps[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


def _parts(text: str) -> Written:
    found = _PARTS.match(text)
    assert found is not None  # nosec B101 # each part may be missing
    scheme, authority, path, query = found.groups()
    return Written(scheme or "", authority, path, query or "")


def _url(parts: Written) -> str:
    scheme = f"{parts.scheme}:" if parts.scheme else ""
    authority = "" if parts.authority is None else f"//{parts.authority}"
    return f"{scheme}{authority}{parts.path}{parts.query}"
