"""Areas of a picture: [x1, y1, x2, y2] in pixels of the upright picture."""

import math
from typing import Annotated

from pydantic import Field

Area = tuple[float, float, float, float]
Box = tuple[int, int, int, int]

# Bounds the time that one request takes.
Areas = Annotated[list[Area], Field(max_length=10_000, examples=[[[10, 10, 60, 60]]])]


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
