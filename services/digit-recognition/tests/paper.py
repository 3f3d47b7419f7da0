"""Photographs of real handwriting: on paper, in bad light, with a poor camera."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as pillow
from PIL.Image import Image as Picture
from PIL.Image import Resampling

SHEET = Path(__file__).parent / "handwriting.png"
DRAWN_PIXELS = 8  # of each side of a digit on the sheet
FULL_INK = 240  # its shade on the sheet


def handwritten(digit: int, number: int = 0) -> NDArray[np.float32]:
    """8 x 8 pixels of ink, from 0 to 1."""
    with pillow.open(SHEET) as sheet:
        ink = np.asarray(sheet, np.float32) / FULL_INK

    top = DRAWN_PIXELS * number
    left = DRAWN_PIXELS * digit
    return ink[top : top + DRAWN_PIXELS, left : left + DRAWN_PIXELS]


@dataclass(frozen=True)
class Photo:
    """How a digit is photographed."""

    size: tuple[int, int] = (400, 300)
    paper: int = 215
    pen: int = 50
    shadow: float = 0.4  # of the light that is missing in one corner
    noise: float = 4.0  # shades
    share: float = 0.6  # of the shorter side that the digit takes
    place: tuple[float, float] = (0.5, 0.5)  # of the free space, across and down

    def of(self, ink: NDArray[np.float32]) -> Picture:
        """The photograph."""
        width, height = self.size
        side = round(min(self.size) * self.share)
        padded = pillow.fromarray(np.pad(ink, 1))
        large = np.asarray(padded.resize((side, side), Resampling.BICUBIC))

        x = round((width - side) * self.place[0])
        y = round((height - side) * self.place[1])
        strokes = np.zeros((height, width))
        # The edges of the enlarged picture are soft; those of a pen are sharper.
        strokes[y : y + side, x : x + side] = np.clip((large - 0.25) / 0.4, 0, 1)

        down, across = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
        light = 1 - self.shadow * (down + across) / 2
        grain = np.random.default_rng(1).normal(0, self.noise, (height, width))
        shades = (self.paper + (self.pen - self.paper) * strokes) * light + grain
        return pillow.fromarray(np.clip(shades, 0, 255).astype(np.uint8))
