"""Makes of any picture of a digit one like those of MNIST: cropped, centred, light."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Frame = NDArray[np.float32]  # 28 x 28, ink from 0 to 1

SIDE = 28
BOX = 20  # the longer side of the digit in it
WORK = 256  # pixels of the longer side while the ink is looked for
FAINT = 25  # of 255 shades: less is paper, noise and shadow
SPECK = 0.1  # of the largest stroke's area: less is dirt


class NoInk(ValueError):
    """There is nothing in the picture that could be a digit."""

    def __str__(self) -> str:
        return "no digit is to be seen: nothing stands out from the background"


def normalise(grey: Grey) -> Frame:
    """The digit as the models know it; dark on light or light on dark, any size."""
    ink = find_ink(grey)
    if ink.max() < FAINT:
        raise NoInk
    return centre(crop(ink))


def find_ink(grey: Grey) -> Grey:
    """How much each pixel stands out from the paper around it; shadows vanish.

    The paper is what remains when everything narrower than a third of the
    picture is filled up from its surroundings.
    """
    scale = WORK / max(grey.shape)
    size = [max(1, round(side * scale)) for side in reversed(grey.shape)]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(grey, size, interpolation=how)
    small = flatten(np.asarray(cv2.GaussianBlur(resized, (0, 0), 1)))
    third = np.ones([max(3, min(small.shape) // 3)] * 2, np.uint8)
    stands_out = cv2.MORPH_BLACKHAT if is_dark_on_light(small) else cv2.MORPH_TOPHAT
    # beyond the edge there is more of the same paper
    edge = cv2.BORDER_REPLICATE
    return np.asarray(cv2.morphologyEx(small, stands_out, third, borderType=edge))


def flatten(grey: Grey) -> Grey:
    """Lit evenly: what falls from one side of the picture to the other is taken away.

    >>> slope = np.add.outer(np.arange(9), 3 * np.arange(9)) + 50
    >>> int(np.ptp(flatten(slope.astype(np.uint8))))
    0
    """
    height, width = grey.shape
    down, across = np.mgrid[:height, :width]
    shades = grey.astype(np.float32)
    slope = _fall(shades.T) * down + _fall(shades) * across
    even = (shades - slope + slope.mean()).round()
    return np.asarray(np.clip(even, 0, 255), np.uint8)


def _fall(shades: NDArray[np.float32]) -> float:
    """By how much most of it changes from one column to the next."""
    half = (shades.shape[1] + 1) // 2
    changes = shades[:, half:] - shades[:, :-half]
    return float(np.median(changes)) / half if changes.size else 0


def is_dark_on_light(grey: Grey) -> bool:
    """Whether more stands out below the shade of the picture's rim than above it.

    >>> paper = np.full((9, 9), 200, np.uint8)
    >>> paper[4, 4] = 30
    >>> is_dark_on_light(paper), is_dark_on_light(255 - paper)
    (True, False)
    """
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    darkest, lightest = np.percentile(grey, [1, 99])
    return bool(np.median(rim) - darkest > lightest - np.median(rim))


def crop(ink: Grey) -> Frame:
    """The strokes alone, dirt and what reaches over the edge removed."""
    _, strokes = cv2.threshold(ink, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(strokes)
    digit = np.isin(labels, _belonging(np.asarray(stats), ink.shape[::-1]))
    columns, rows = np.flatnonzero(digit.any(0)), np.flatnonzero(digit.any(1))
    window = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    full = np.percentile(ink[digit], 80)
    near = cv2.dilate(digit.astype(np.uint8), np.ones((7, 7), np.uint8))
    return np.clip(ink * near / full, 0, 1).astype(np.float32)[window]


def _belonging(stats: NDArray[Any], size: tuple[int, ...]) -> NDArray[np.intp]:
    """Which of the connected components make up the digit (0 is the paper)."""
    corner, extent, area = stats[1:, :2], stats[1:, 2:4], stats[1:, 4]
    inside = ((corner > 0) & (corner + extent < size)).all(axis=1)
    if inside.any() and area[inside].max() > area.max() * SPECK:
        area = np.where(inside, area, 0)
    return 1 + np.flatnonzero(area >= area.max() * SPECK)


def centre(digit: Frame) -> Frame:
    """Its longer side fitted to the box, its centre of mass in the middle."""
    scale = BOX / max(digit.shape)
    size = [max(1, round(side * scale)) for side in reversed(digit.shape)]
    small = cv2.resize(digit, size, interpolation=cv2.INTER_AREA)
    mass = cv2.moments(small)
    middle = (SIDE - 1) / 2
    x, y = middle - mass["m10"] / mass["m00"], middle - mass["m01"] / mass["m00"]
    shift = np.array([[1, 0, x], [0, 1, y]])
    return np.asarray(cv2.warpAffine(small / small.max(), shift, (SIDE, SIDE)))
