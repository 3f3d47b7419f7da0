"""Fits pictures of any shape into the rectangle that a network looks at, and back."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # height x width x (red, green, blue)
Floats = NDArray[np.float32]
Size = tuple[int, int]  # width, height

GREY = 114  # of what the picture leaves free; networks were trained with it


@dataclass(frozen=True)
class Letterbox:
    """Where the picture lies in the rectangle, and how much it was scaled."""

    picture: Size
    scale: float
    left: int
    top: int

    def in_picture(self, box: Floats) -> list[int] | None:
        """A box of the rectangle in whole pixels of the picture; None if outside.

        >>> letterbox = Letterbox((200, 100), 0.5, 0, 25)
        >>> letterbox.in_picture(np.float32([-5, 30, 50, 90]))
        [0, 10, 100, 100]
        """
        corner = np.array([self.left, self.top] * 2)
        sides = np.clip((box - corner) / self.scale, 0, self.picture * 2)
        x1, y1, x2, y2 = (round(float(side)) for side in sides)
        return [x1, y1, x2, y2] if x1 < x2 and y1 < y2 else None


def fit(pixels: Pixels, size: Size, centred: bool) -> tuple[Pixels, Letterbox]:
    """The picture in a grey rectangle: in its middle, or in its upper left corner."""
    height, width, _ = pixels.shape
    scale = min(size[0] / width, size[1] / height)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = ((size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2)
    if not centred:
        left = top = 0
    rectangle = np.full((size[1], size[0], 3), GREY, np.uint8)
    shrunk = cv2.resize(pixels, inner, interpolation=cv2.INTER_LINEAR)
    rectangle[top : top + inner[1], left : left + inner[0]] = shrunk
    return rectangle, Letterbox((width, height), scale, left, top)
