"""What a picture says of itself: EXIF entries by name, in plain JSON values."""

import math
from collections.abc import Iterable, Mapping

from PIL import ExifTags
from PIL.Image import Exif

LONGEST = 2000  # characters of a text, items of a list: the rest is maker's data


def exif_by_name(exif: Exif) -> dict[str, object]:
    """All entries that have a name and a plain value; GPS ones under GPSInfo."""
    entries = _named(exif.items(), ExifTags.TAGS)
    entries |= _named(exif.get_ifd(ExifTags.IFD.Exif).items(), ExifTags.TAGS)
    entries.pop("ExifOffset", None)
    entries.pop("GPSInfo", None)
    gps = _named(exif.get_ifd(ExifTags.IFD.GPSInfo).items(), ExifTags.GPSTAGS)
    return entries | ({"GPSInfo": gps} if gps else {})


def _named(
    items: Iterable[tuple[int, object]], names: Mapping[int, str]
) -> dict[str, object]:
    known = {names[tag]: _plain(value) for tag, value in items if tag in names}
    return {name: value for name, value in known.items() if value is not None}


def _plain(value: object) -> object:
    """The value as JSON has it; None if it has no such form."""
    match value:
        case bool() | int():
            return value
        case bytes():
            text = value.strip(b"\0 ").decode("ascii", errors="replace")
            return _plain(text) if text.isprintable() and "\ufffd" not in text else None
        case str():
            return value.strip("\0 ")[:LONGEST]
        case tuple() | list():
            return [_plain(one) for one in value[:LONGEST]]
        case _ if hasattr(value, "__float__"):  # a rational number
            number = float(value)
            return number if math.isfinite(number) else None
        case _:
            return None
