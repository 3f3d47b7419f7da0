"""Reads the samples of an opened picture, also where Pillow alone reads others.

Pillow knows no signed bytes, takes large unsigned numbers for negative ones, reads the
upper byte only of colours with 16 bits, does not turn deep pictures in which white is
zero, and compares a transparent colour with pixels of another depth.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from PIL import Image as pillow
from PIL import ImageOps
from PIL.Image import Image as Picture
from PIL.ImageFile import ImageFile, _Tile
from PIL.TiffImagePlugin import TiffImageFile

from service_sdk.pictures.shades import Values, eight_bits, grey_of, is_deep, plain

# Tags of TIFF, and their values.
PHOTOMETRIC = 262
WHITE_IS_ZERO = 0
BITS_PER_SAMPLE = 258
PLANAR_CONFIGURATION = 284
SEPARATE_PLANES = 2
SAMPLE_FORMAT = 339
UNSIGNED = 1
SIGNED = 2

TAGS = (PHOTOMETRIC, BITS_PER_SAMPLE, PLANAR_CONFIGURATION, SAMPLE_FORMAT)
LITTLE_ENDIAN = b"II"

# How Pillow names what a file holds: colours of 16 bits, of which it keeps 8, all in
# one pixel or each in a plane of its own.
CHANNELS = ("R", "G", "B", "A")
WIDE_COLOURS = ("RGB;16", "RGBA;16", "RGBX;16", "R;16", "G;16", "B;16", "A;16")
WIDE_GREY_AND_ALPHA = "LA;16B"
AS_BYTES = "RGBA"
"""Reads each of the four bytes of such a pixel as a channel."""

OTHER_BYTE = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}
"""Read with the other order of bytes, the upper byte is in truth the lower one."""

NATIVE = {"I;16BS": "I;16NS", "I;32BS": "I;32NS", "F;32BF": "F;32NF"}
"""The same numbers in the order of bytes of this machine."""

# Upper bytes up to this one belong to values of 12 bits or less.
MAX_DARK_UPPER_BYTE = 15

MIN_SIGNED_RANGE = 16
"""Fewer shades are the black and white of bytes without a sign: -1 and 0."""

# Grey of fewer than 8 bits: each value times this is the shade that Pillow gives.
SHADES_OF_VALUE = {"L;2": 85, "L;4": 17}
BYTE = 0xFF

Again = Callable[[], ImageFile]


def understood(picture: ImageFile, again: Again) -> Picture:
    """The opened picture, upright, in a plain mode; `again` opens it once more."""
    tags = _tags(picture)
    _correct_raw_modes(picture, tags)
    raw_mode = _raw_mode(picture.tile[0]) if picture.tile else ""
    _load_upright(picture)

    if raw_mode[:-1] in WIDE_COLOURS or raw_mode == WIDE_GREY_AND_ALPHA:
        return _narrowed(picture, raw_mode, again)

    values = _values(picture, tags)
    if values is None:
        _fit_key(picture, raw_mode)
        return plain(picture)

    grey = grey_of(values, picture.info)
    is_negative = tags.get(PHOTOMETRIC) == WHITE_IS_ZERO
    return ImageOps.invert(grey) if is_negative else grey


def _raw_mode(tile: _Tile) -> str:
    """What one pixel of the file is."""
    return str(tile.args[0] if isinstance(tile.args, tuple) else tile.args)


def _load_upright(picture: ImageFile) -> None:
    picture.load()
    try:
        ImageOps.exif_transpose(picture, in_place=True)
    except MemoryError:
        raise
    except Exception:
        # Metadata are damaged more often than pixels, and say nothing then. Reading
        # them may raise any exception; turning the pixels raises no other than above.
        return


def _correct_raw_modes(picture: ImageFile, tags: Mapping[int, Any]) -> None:
    """Name what the file holds where Pillow names something else."""
    if not isinstance(picture, TiffImageFile):
        return

    has_planes = tags.get(PLANAR_CONFIGURATION) == SEPARATE_PLANES
    for number, tile in enumerate(picture.tile):
        raw_mode = _raw_mode(tile)
        if tile.codec_name == "libtiff":
            # It gives all numbers in the order of bytes of this machine.
            raw_mode = NATIVE.get(raw_mode, raw_mode)
        elif has_planes and _depth(tags) == 16 and raw_mode in CHANNELS:
            raw_mode += ";16L" if picture.tag_v2.prefix == LITTLE_ENDIAN else ";16B"
        picture.tile[number] = _with_raw_mode(tile, raw_mode)


def _depth(tags: Mapping[int, Any]) -> int:
    return int(max(tags.get(BITS_PER_SAMPLE, (1,))))


def _values(picture: Picture, tags: Mapping[int, Any]) -> Values | None:
    """One number a pixel as the file means it; None: they are ordinary bytes."""
    values = np.asarray(picture)
    sample_format = max(tags.get(SAMPLE_FORMAT, (UNSIGNED,)))

    is_wide = sample_format == UNSIGNED and _depth(tags) == 32
    if picture.mode == "I" and is_wide:
        return values.view(np.uint32)
    if picture.mode == "L" and sample_format == SIGNED and _are_signed(values):
        return values.view(np.int8)
    return values if is_deep(picture) else None


def _are_signed(values: Values) -> bool:
    """Whether bytes that are said to be signed are so; many programs say it wrongly.

    Read in the wrong way, a picture jumps from white to black where it passes its
    middle.
    """
    signed = values.view(np.int8)
    if int(signed.max()) - int(signed.min()) < MIN_SIGNED_RANGE:
        return False
    return _changes(signed) < _changes(values)


def _changes(values: Values) -> float:
    return float(np.abs(np.diff(values.astype(np.int16), axis=1)).mean(dtype=float))


def _narrowed(picture: ImageFile, raw_mode: str, again: Again) -> Picture:
    """Colours of 16 bits; the lower bytes are read where they matter."""
    upper = np.asarray(picture)
    colours = 1 if raw_mode == WIDE_GREY_AND_ALPHA else 3
    key = picture.info.get("transparency")
    is_dark = upper[..., :colours].max() <= MAX_DARK_UPPER_BYTE
    if key is None and not is_dark:
        return plain(picture)

    # In place: a large picture takes half a gigabyte in this form.
    values = upper[..., :colours].astype(np.uint16)
    values <<= 8
    values |= _lower_bytes(raw_mode, again)
    shades = eight_bits(values)
    narrow = pillow.fromarray(shades if colours > 1 else shades[..., 0])
    narrow.info = {**picture.info, "transparency": None}

    if picture.mode == "RGBA":
        narrow.putalpha(picture.getchannel("A"))
    elif key is not None:
        is_key = (values == np.array(key)).all(axis=2)
        narrow.putalpha(pillow.fromarray(np.where(is_key, 0, BYTE).astype(np.uint8)))
    return narrow


def _lower_bytes(raw_mode: str, again: Again) -> Values:
    if raw_mode == WIDE_GREY_AND_ALPHA:
        return _read_as(lambda _: AS_BYTES, again)[..., 1:2]
    return _read_as(_with_other_byte, again)[..., :3]


def _with_other_byte(raw_mode: str) -> str:
    return raw_mode[:-1] + OTHER_BYTE[raw_mode[-1]]


def _read_as(change: Callable[[str], str], again: Again) -> Values:
    """The samples of the picture with other raw modes."""
    with again() as picture:
        _correct_raw_modes(picture, _tags(picture))
        picture.tile = [
            _with_raw_mode(tile, change(_raw_mode(tile))) for tile in picture.tile
        ]
        _load_upright(picture)
        return np.asarray(picture)


def _tags(picture: ImageFile) -> Mapping[int, Any]:
    """Of a TIFF: those that say what its numbers mean.

    They are copied, since Pillow changes them when the picture is loaded.
    """
    if not isinstance(picture, TiffImageFile):
        return {}
    return {tag: picture.tag_v2[tag] for tag in TAGS if tag in picture.tag_v2}


def _with_raw_mode(tile: _Tile, raw_mode: str) -> _Tile:
    if isinstance(tile.args, tuple):
        return tile._replace(args=(raw_mode, *tile.args[1:]))
    return tile._replace(args=raw_mode)


def _fit_key(picture: ImageFile, raw_mode: str) -> None:
    """Bring the transparent colour of a PNG to the depth of the pixels."""
    key = picture.info.get("transparency")
    if picture.format != "PNG" or picture.mode not in ("L", "RGB"):
        return

    # Of a colour, only as many bits count as a pixel has.
    if isinstance(key, int):
        shade = key * SHADES_OF_VALUE.get(raw_mode, 1)
        picture.info["transparency"] = shade & BYTE
    elif isinstance(key, tuple):
        picture.info["transparency"] = tuple(shade & BYTE for shade in key)
