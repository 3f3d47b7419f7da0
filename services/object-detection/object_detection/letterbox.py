"""Fits a picture of any shape into the rectangle that a network looks at, and back."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # height x width x (red, green, blue)
Floats = NDArray[np.float32]
Size = tuple[int, int]  # width, height

# The shade of what the picture leaves free; the networks were trained with it.
GREY = 114


@dataclass(frozen=True, kw_only=True)
class Letterbox:
    """Where the picture lies in the rectangle, and how much it was scaled."""

    picture: Size
    scale: float
    left: int
    top: int

    def in_picture(self, box: Floats) -> list[int] | None:
        """A box of the rectangle in whole pixels of the picture; None if outside.

        >>> letterbox = Letterbox(picture=(200, 100), scale=0.5, left=0, top=25)
        >>> letterbox.in_picture(np.float32([-5, 30, 50, 90]))
        [0, 10, 100, 100]
        """
        width, height = self.picture
        corner = np.array([self.left, self.top, self.left, self.top])
        limits = (width, height, width, height)

        sides = np.clip((box - corner) / self.scale, 0, limits)
        x1, y1, x2, y2 = (round(float(side)) for side in sides)
        return [x1, y1, x2, y2] if x1 < x2 and y1 < y2 else None


def fit(pixels: Pixels, size: Size, *, centred: bool) -> tuple[Pixels, Letterbox]:
    """The picture in a grey rectangle: in its middle, or in its upper left corner."""
    height, width, _ = pixels.shape
    full_width, full_height = size

    scale = min(full_width / width, full_height / height)
    new_width = max(1, round(width * scale))
    new_height = max(1, round(height * scale))
    left = (full_width - new_width) // 2 if centred else 0
    top = (full_height - new_height) // 2 if centred else 0

    rectangle = np.full((full_height, full_width, 3), GREY, np.uint8)
    resized = cv2.resize(
        pixels, (new_width, new_height), interpolation=cv2.INTER_LINEAR
    )
    rectangle[top : top + new_height, left : left + new_width] = resized

    letterbox = Letterbox(picture=(width, height), scale=scale, left=left, top=top)
    return rectangle, letterbox
