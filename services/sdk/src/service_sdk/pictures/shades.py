"""Brings pixels of every kind to 8 bits a channel: grey or RGB, with alpha if any.

Pillow's own conversions cut off what is above 255: a picture of 16 bits becomes white.
A file says how many bits a value has, but not how many of them are used: cameras put
10 or 12 bits into 16, and floats and 32 bits have no customary white at all. So white
is the smallest customary one that no value exceeds.

    integers  255, 1023, 4095, 65535 (signed also 32767)   else the largest value
    floats    1, 255, 65535                                else the largest value

Black is 0; if there are negative values, it is the smallest one. A float that is above
a customary white, but far below the next, is a result of arithmetic (a filter, HDR):
there too the largest value is white. NaN becomes black.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as pillow
from PIL.Image import Image as Picture

Values = NDArray[Any]
Grey = NDArray[np.uint8]

PLAIN_MODES = ("L", "LA", "RGB", "RGBA")
"""What services work on, as Pillow names it."""

MODES_WITH_ALPHA = ("LA", "RGBA")

# By the kind of number, as numpy names it: unsigned, signed, floats.
CUSTOMARY_WHITES = {
    "u": (2**8 - 1, 2**10 - 1, 2**12 - 1, 2**16 - 1),
    "i": (2**8 - 1, 2**10 - 1, 2**12 - 1, 2**15 - 1, 2**16 - 1),
    "f": (1, 2**8 - 1, 2**16 - 1),
}

# A picture in floats that uses less of a range than this was not meant to have it.
MIN_USED_SHARE = 1 / 16

# Negative values up to this share of white come from filters that overshoot.
MAX_OVERSHOOT_SHARE = 1 / 16

WHITE = 255

# So many values are scaled at a time: as floats they take four times the memory.
PIECE_VALUES = 1_000_000

PLAIN_MODE_OF = {
    "1": "L",
    "La": "LA",
    "P": "RGB",
    "PA": "RGBA",
    "RGBa": "RGBA",
    "RGBX": "RGB",
    "CMYK": "RGB",
    "YCbCr": "RGB",
    "HSV": "RGB",
}


class NoShades(ValueError):
    """The pixels cannot be understood."""


def is_deep(picture: Picture) -> bool:
    """Whether it has one channel of more than 8 bits."""
    return picture.mode.startswith(("I", "F"))


def plain(picture: Picture) -> Picture:
    """The picture in one of PLAIN_MODES; raises `NoShades` if that is not possible.

    A colour that the file declares to be transparent becomes an alpha of 0.
    """
    if is_deep(picture):
        return grey_of(np.asarray(picture), picture.info)
    if picture.mode == "LAB":
        return _rgb_of_lab(picture)

    mode = PLAIN_MODE_OF.get(picture.mode, picture.mode)
    if mode not in PLAIN_MODES:
        raise NoShades(f"pixels of the kind {picture.mode} are not known")

    if picture.has_transparency_data and mode not in MODES_WITH_ALPHA:
        mode += "A"
    return picture if picture.mode == mode else picture.convert(mode)


def on_white(picture: Picture) -> Picture:
    """A plain picture in RGB; what is transparent shows a white ground."""
    if picture.mode not in MODES_WITH_ALPHA:
        return picture.convert("RGB")

    ground = pillow.new("RGB", picture.size, "white")
    ground.paste(picture.convert("RGB"), mask=picture.getchannel("A"))
    return ground


def without_hidden_colours(picture: Picture) -> Picture:
    """What nobody sees has no colour: a face there would be found by nobody either."""
    if picture.mode not in MODES_WITH_ALPHA:
        return picture

    alpha = picture.getchannel("A")
    clear = alpha.histogram()[0]
    if not clear:
        return picture

    seen = alpha.point([0] + [WHITE] * WHITE)
    nothing = pillow.new(picture.mode, picture.size)
    nothing.paste(picture, mask=seen)
    nothing.info = picture.info
    return nothing


def eight_bits(values: Values) -> Grey:
    """Shades from 0 to 255; raises `NoShades` if no value is a finite number.

    >>> eight_bits(np.array([[0, 2048, 4095]], np.uint16)).tolist()
    [[0, 128, 255]]
    >>> eight_bits(np.array([[-0.5, 0, 0.5, np.nan]])).tolist()
    [[0, 128, 255, 0]]
    """
    black, white = _range(values)
    factor = WHITE / (white - black)

    flat = values.reshape(-1)
    shades = np.empty(flat.size, np.uint8)
    for piece in _pieces(flat.size):
        scaled = (flat[piece].astype(np.float64) - black) * factor
        whole = np.nan_to_num(scaled, nan=0).clip(0, WHITE).round()
        shades[piece] = whole
    return shades.reshape(values.shape)


def _range(values: Values) -> tuple[float, float]:
    """The values that become black and white."""
    low, high = _extremes(values)
    white = _white(high, values.dtype)

    if low >= -white * MAX_OVERSHOOT_SHARE:
        # All values are 0, or there is a single one: nothing to divide by.
        return 0, white if white > 0 else 1
    return low, high if high > low else low + 1


def _white(high: float, kind: np.dtype[Any]) -> float:
    customary = CUSTOMARY_WHITES[kind.kind]
    white = next((white for white in customary if high <= white), high)

    if kind.kind == "f":
        return high if high < white * MIN_USED_SHARE else white
    return min(white, np.iinfo(kind).max)


def _extremes(values: Values) -> tuple[float, float]:
    flat = values.reshape(-1)
    lows = []
    highs = []
    for piece in _pieces(flat.size):
        finite = flat[piece][np.isfinite(flat[piece])]
        if finite.size:
            lows.append(float(finite.min()))
            highs.append(float(finite.max()))

    if not lows:
        raise NoShades("no pixel is a finite number")
    return min(lows), max(highs)


def _pieces(size: int) -> Iterator[slice]:
    for begin in range(0, size, PIECE_VALUES):
        yield slice(begin, begin + PIECE_VALUES)


def grey_of(values: Values, info: Mapping[Any, Any]) -> Picture:
    """Values as a grey picture; what has the shade of `transparency` is transparent."""
    grey = pillow.fromarray(eight_bits(values))

    key = info.get("transparency")
    if isinstance(key, int):
        opacity = np.where(values == key, 0, WHITE).astype(np.uint8)
        grey.putalpha(pillow.fromarray(opacity))

    grey.info = dict(info)
    return grey


def _rgb_of_lab(picture: Picture) -> Picture:
    """CIELab as sRGB; Pillow itself converts it only by way of colour profiles."""
    from PIL import ImageCms

    lab = ImageCms.createProfile("LAB")
    srgb = ImageCms.createProfile("sRGB")
    rgb = ImageCms.profileToProfile(picture, lab, srgb, outputMode="RGB")
    assert rgb is not None  # for mypy: it is None only in place  # nosec B101
    return rgb
