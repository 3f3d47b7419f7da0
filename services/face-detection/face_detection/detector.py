"""What a detector of faces promises, and how its boxes become an answer."""

from collections.abc import Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # height x width x (red, green, blue)
FoundBox = tuple[float, float, float, float]  # x1, y1, x2, y2
Box = tuple[int, int, int, int]  # x1, y1, x2, y2 in whole pixels of the picture


class Detector(Protocol):
    """Finds faces; several threads call it at once."""

    def detect(self, pixels: Pixels) -> Iterable[FoundBox]:
        """The boxes in any order; they may reach beyond the edges of the picture."""


def clip_and_sort(boxes: Iterable[FoundBox], width: int, height: int) -> list[Box]:
    """Whole pixels inside the picture, from left to right, then from the top.

    >>> clip_and_sort([(50.4, 9, 70, 20), (-3, 5, 8.6, 120)], 60, 100)
    [(0, 5, 9, 100), (50, 9, 60, 20)]
    """
    clipped = [_clip(box, width, height) for box in boxes]

    # A box that lies outside the picture has no width or no height left.
    return sorted(box for box in clipped if box[0] < box[2] and box[1] < box[3])


def _clip(box: FoundBox, width: int, height: int) -> Box:
    x1, y1, x2, y2 = box
    return (
        max(0, round(x1)),
        max(0, round(y1)),
        min(width, round(x2)),
        min(height, round(y2)),
    )
