"""The EXIF entries of a picture by name, as plain JSON values."""

import math
from collections.abc import Iterable, Mapping

from PIL import ExifTags
from PIL.Image import Exif
from PIL.Image import Image as Picture

# Longer values are data of the camera's maker, and would only fill the result.
MAX_TEXT_CHARACTERS = 2000
MAX_LIST_ITEMS = 2000

PADDING = "\0 "  # cameras fill up texts with these
UNREADABLE = "\ufffd"  # what decoding puts for a byte that is not text


def exif_of(picture: Picture) -> dict[str, object]:
    """The entries of a picture; none if they are damaged."""
    try:
        return exif_by_name(picture.getexif())
    except Exception:
        # Reading them may raise any exception. The pixels are not affected.
        return {}


def exif_by_name(exif: Exif) -> dict[str, object]:
    """All entries that have a name and a plain value; those of GPS under GPSInfo."""
    entries = _named(exif.items(), ExifTags.TAGS)
    entries |= _named(exif.get_ifd(ExifTags.IFD.Exif).items(), ExifTags.TAGS)

    # These two only say where in the file more entries are.
    entries.pop("ExifOffset", None)
    entries.pop("GPSInfo", None)

    gps = _named(exif.get_ifd(ExifTags.IFD.GPSInfo).items(), ExifTags.GPSTAGS)
    if gps:
        entries["GPSInfo"] = gps
    return entries


def _named(
    items: Iterable[tuple[int, object]], names: Mapping[int, str]
) -> dict[str, object]:
    plain = {names[tag]: _plain(value) for tag, value in items if tag in names}
    return {name: value for name, value in plain.items() if value is not None}


def _plain(value: object) -> object:
    """The value as it is in JSON; None if JSON has no such value."""
    match value:
        case bool() | int():
            return value
        case bytes():
            return _text_in(value)
        case str():
            return value.strip(PADDING)[:MAX_TEXT_CHARACTERS]
        case tuple() | list():
            return [_plain(item) for item in value[:MAX_LIST_ITEMS]]
        case _ if hasattr(value, "__float__"):  # a rational number
            number = float(value)
            return number if math.isfinite(number) else None
        case _:
            return None


def _text_in(value: bytes) -> object:
    """The text that the bytes are; None if they are something else."""
    text = value.strip(PADDING.encode()).decode("ascii", errors="replace")
    if UNREADABLE in text or not text.isprintable():
        return None
    return _plain(text)
