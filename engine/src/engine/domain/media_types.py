"""Media types: whether a text is one, and whether a list of types accepts it."""

import re
from collections.abc import Collection

JSON = "application/json"
OCTET_STREAM = "application/octet-stream"
"""Bytes of which nothing more is known."""
MULTIPART_FORM = "multipart/form-data"

# A token of RFC 9110, section 5.6.2, but for `*`, which stands for any name in a list
# of accepted types. RFC 6838, section 4.2, bounds each name at 127 characters.
_NAME = r"[!#$%&'+.^_`|~0-9A-Za-z-]{1,127}"
_PARAMETERS = r"(?:[\t ]*;[\t -~]*)?"
_MEDIA_TYPE = re.compile(f"{_NAME}/{_NAME}{_PARAMETERS}")
_ACCEPTED_TYPE = re.compile(rf"\*|(?:\*|{_NAME})/(?:\*|{_NAME}){_PARAMETERS}")


def is_media_type(text: str) -> bool:
    """Whether the text can stand in a `Content-Type` header, parameters included.

    >>> is_media_type("model/gltf!#$&^+json"), is_media_type("image/*")
    (True, False)
    """
    return _MEDIA_TYPE.fullmatch(text) is not None


def is_accepted_type(text: str) -> bool:
    """Whether the text can stand in a list of accepted types, such as `image/*`."""
    return _ACCEPTED_TYPE.fullmatch(text) is not None


def without_parameters(text: str) -> str:
    """The type alone, in lower case.

    >>> without_parameters("Text/Plain; charset=utf-8")
    'text/plain'
    """
    return text.partition(";")[0].strip().lower()


def media_type_or_bytes(text: str) -> str:
    """The type without parameters, or `application/octet-stream` if it is none.

    >>> media_type_or_bytes("Text/Plain; charset=utf-8"), media_type_or_bytes("what?")
    ('text/plain', 'application/octet-stream')
    """
    plain = without_parameters(text)
    return plain if is_media_type(plain) else OCTET_STREAM


def accepts(accepted: Collection[str], media_type: str) -> bool:
    """Whether a media type is one of those accepted; none: any.

    >>> accepts(("image/*",), "image/png"), accepts(("image/png",), "text/plain")
    (True, False)
    """
    plain = without_parameters(media_type)
    family = plain.partition("/")[0] + "/*"
    wanted = {without_parameters(entry) for entry in accepted}

    return not wanted or not wanted.isdisjoint((plain, family, "*/*", "*"))
