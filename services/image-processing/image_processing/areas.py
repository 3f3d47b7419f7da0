"""Areas of a picture: [x1, y1, x2, y2] in pixels of the upright picture."""

import math
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from service_sdk import BadInput, Image

# JSON has no NaN, but the text "nan" would become one.
Coordinate = Annotated[float, Field(allow_inf_nan=False)]

Area = tuple[Coordinate, Coordinate, Coordinate, Coordinate]
Box = tuple[int, int, int, int]

# Each costs a little, however small it is.
Areas = Annotated[list[Area], Field(max_length=10_000, examples=[[[10, 10, 60, 60]]])]


# All areas of a request may have so many times the pixels of the largest picture that
# is accepted. They may overlap, and each costs as much as a picture of its size.
MAX_PICTURES = 2

# Each piece that is cut out gets the colour profile of the picture, which may be large.
MAX_PROFILE_BYTES = 100_000_000

MEGA = 1_000_000


def check_boxes(boxes: Sequence[Box], image: Image) -> None:
    """Raise `BadInput` if the boxes are together too large to be worked on."""
    pixels = sum((right - left) * (low - high) for left, high, right, low in boxes)
    max_pixels = MAX_PICTURES * image.max_pixels

    if pixels > max_pixels:
        message = (
            f"have together {pixels / MEGA:.0f} megapixels; at most "
            f"{max_pixels / MEGA:g} are worked on ({MAX_PICTURES} x MAX_MEGAPIXELS): "
            "send fewer or smaller areas"
        )
        raise BadInput.of("areas", message)


def check_profiles(boxes: Sequence[Box], profile: bytes) -> None:
    """Raise `BadInput` if so many copies of the colour profile are too much."""
    size = len(boxes) * len(profile)
    if size > MAX_PROFILE_BYTES:
        message = (
            f"would give {len(boxes)} pictures, each with the colour profile of "
            f"{len(profile)} bytes, more than {MAX_PROFILE_BYTES // MEGA} MB: send "
            "fewer areas"
        )
        raise BadInput.of("areas", message)


def clamp(area: Area, size: tuple[int, int]) -> Box | None:
    """The whole pixels of the area inside the picture; None if there are none.

    >>> clamp((-5, 2.5, 7, 99), (10, 10)), clamp((3, 3, 3, 9), (10, 10))
    ((0, 2, 7, 10), None)
    """
    x1, y1, x2, y2 = area
    width, height = size
    left, right = _within(x1, x2, width)
    top, bottom = _within(y1, y2, height)

    if left >= right or top >= bottom:
        return None
    return left, top, right, bottom


def _within(one: float, other: float, length: int) -> tuple[int, int]:
    low = min(one, other)
    high = max(one, other)

    # An empty area stays empty: rounding would make it one pixel wide.
    if low == high:
        return 0, 0
    return math.floor(max(low, 0)), math.ceil(min(high, length))
