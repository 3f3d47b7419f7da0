"""Media types: whether a text is one, and its registered name."""

import re

ALIASES = {
    "application/acrobat": "application/pdf",
    "application/csv": "text/csv",
    "application/x-gzip": "application/gzip",
    "application/x-pdf": "application/pdf",
    "application/x-zip": "application/zip",
    "application/x-zip-compressed": "application/zip",
    "audio/mp3": "audio/mpeg",
    "audio/wave": "audio/wav",
    "audio/x-mp3": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "image/jpe": "image/jpeg",
    "image/jpg": "image/jpeg",
    "image/pipeg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/tif": "image/tiff",
    "image/x-bitmap": "image/bmp",
    "image/x-bmp": "image/bmp",
    "image/x-citrix-jpeg": "image/jpeg",
    "image/x-citrix-png": "image/png",
    "image/x-gif": "image/gif",
    "image/x-jpeg": "image/jpeg",
    "image/x-jpg": "image/jpeg",
    "image/x-ms-bmp": "image/bmp",
    "image/x-png": "image/png",
    "image/x-tif": "image/tiff",
    "image/x-tiff": "image/tiff",
    "image/x-webp": "image/webp",
    "image/x-win-bitmap": "image/bmp",
    "image/x-windows-bmp": "image/bmp",
    "text/comma-separated-values": "text/csv",
    "text/pdf": "application/pdf",
    "text/x-csv": "text/csv",
    "text/x-markdown": "text/markdown",
    "text/x-pdf": "application/pdf",
}
"""Names that programs wrote before types were registered."""

# A token of RFC 9110, section 5.6.2, but for `*`, which stands for any name in a list
# of accepted types. RFC 6838, section 4.2, bounds each name at 127 characters.
NAME = r"[!#$%&'+.^_`|~0-9A-Za-z-]{1,127}"
PARAMETERS = r"(?:[\t ]*;[\t -~]*)?"
_MEDIA_TYPE = re.compile(f"{NAME}/{NAME}{PARAMETERS}")


def is_media_type(text: str) -> bool:
    """Whether the text can stand in a `Content-Type` header, parameters included.

    >>> is_media_type("model/gltf!#$&^+json"), is_media_type("image/*")
    (True, False)
    >>> is_media_type("png"), is_media_type("a/b\\r\\nc: d")
    (False, False)
    """
    return _MEDIA_TYPE.fullmatch(text) is not None


def without_parameters(text: str) -> str:
    """The type alone, in lower case.

    >>> without_parameters("Text/Plain; charset=utf-8")
    'text/plain'
    """
    return text.partition(";")[0].strip().lower()


def real_type(text: str) -> str:
    """The type alone, under its registered name.

    >>> real_type("Image/PJPEG"), real_type("Text/Plain; charset=utf-8")
    ('image/jpeg', 'text/plain')
    """
    plain = without_parameters(text)
    return ALIASES.get(plain, plain)
