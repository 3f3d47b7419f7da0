"""Areas of a picture: [x1, y1, x2, y2] in pixels of the upright picture."""

import math
from typing import Annotated

from pydantic import Field

Area = tuple[float, float, float, float]
Box = tuple[int, int, int, int]
Areas = Annotated[list[Area], Field(max_length=10_000, examples=[[[10, 10, 60, 60]]])]


def clamp(area: Area, size: tuple[int, int]) -> Box | None:
    """The whole pixels of the area that lie inside; None if there are none.

    >>> clamp((-5, 2.5, 7, 99), (10, 10)), clamp((3, 3, 3, 9), (10, 10))
    ((0, 2, 7, 10), None)
    """
    x1, x2 = _within(area[0], area[2], size[0])
    y1, y2 = _within(area[1], area[3], size[1])
    return (x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None


def _within(one: float, other: float, length: int) -> tuple[int, int]:
    low, high = min(one, other), max(one, other)
    if low == high:
        return 0, 0
    return math.floor(max(low, 0)), math.ceil(min(high, length))
