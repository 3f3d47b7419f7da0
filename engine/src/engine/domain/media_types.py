"""Media types: whether a text is one, and whether a list of types accepts it."""

import re
from collections.abc import Collection

from body_parts.media_types import (
    NAME,
    PARAMETERS,
    is_media_type,
    real_type,
)

JSON = "application/json"
OCTET_STREAM = "application/octet-stream"
"""Bytes of which nothing more is known."""
MULTIPART_FORM = "multipart/form-data"

_CHARSET = re.compile(r""";[\t ]*charset=["']?([^\t "';]+)""", re.IGNORECASE)
_ACCEPTED_TYPE = re.compile(rf"\*|(?:\*|{NAME})/(?:\*|{NAME}){PARAMETERS}")


def is_accepted_type(text: str) -> bool:
    """Whether the text can stand in a list of accepted types, such as `image/*`."""
    return _ACCEPTED_TYPE.fullmatch(text) is not None


def charset_of(text: str) -> str:
    """The charset that a `Content-Type` names; empty: it names none.

    >>> charset_of('application/json; x=1; Charset="utf-8"'), charset_of("text/plain")
    ('utf-8', '')
    """
    found = _CHARSET.search(text)
    return found.group(1) if found else ""


def media_type_or_bytes(text: str) -> str:
    """The type without parameters, or `application/octet-stream` if it is none.

    >>> media_type_or_bytes("Text/Plain; charset=utf-8"), media_type_or_bytes("what?")
    ('text/plain', 'application/octet-stream')
    """
    plain = real_type(text)
    return plain if is_media_type(plain) else OCTET_STREAM


def accepts(accepted: Collection[str], media_type: str) -> bool:
    """Whether a media type is one of those accepted; none: any.

    >>> accepts(("image/*",), "image/png"), accepts(("image/png",), "text/plain")
    (True, False)
    """
    plain = real_type(media_type)
    family = plain.partition("/")[0] + "/*"
    wanted = {real_type(entry) for entry in accepted}

    return not wanted or not wanted.isdisjoint((plain, family, "*/*", "*"))
