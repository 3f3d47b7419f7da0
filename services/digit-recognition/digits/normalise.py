"""Turns any picture of a digit into one like those of MNIST: cropped and centred.

The steps: find the ink, remove what is not part of the digit, crop it, scale it to its
box, and move its centre of mass to the middle of the frame. The ink is light on a dark
ground, whatever the picture was like.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]  # height x width, shades from 0 to 255
Frame = NDArray[np.float32]  # 28 x 28, ink from 0 to 1

# The format of MNIST, which the models were trained on.
FRAME_PIXELS = 28  # of each side
DIGIT_PIXELS = 20  # of the longer side of the digit in it

# The ink is searched at one size, so that blur and kernels mean the same for all.
SEARCH_PIXELS = 256  # of the longer side
NOISE_BLUR_PIXELS = 1  # standard deviation; it takes away the grain of a camera

# A stroke is narrower than this part of the shorter side; anything wider is paper.
MAX_STROKE_DIVISOR = 3
MIN_KERNEL_PIXELS = 3  # a smaller kernel would find nothing

# Less than this is paper, noise and shadow.
MIN_INK_SHADES = 25  # of 255

# A component of less than this share of the largest one's area is dirt.
MIN_COMPONENT_SHARE = 0.1

# Faint ink this near to a component (half of it to each side) still belongs to it.
EDGE_KERNEL_PIXELS = 7

# The ink of this percentile counts as full; a few pixels may be darker.
FULL_INK_PERCENTILE = 80

# The darkest and lightest pixels are ignored up to these percentiles: they are noise.
DARKEST_PERCENTILE = 1
LIGHTEST_PERCENTILE = 99


class NoInk(ValueError):
    """Nothing in the picture could be a digit."""

    def __str__(self) -> str:
        return "no digit was found: nothing stands out from the background"


def normalise(grey: Grey) -> Frame:
    """The digit as the models know it; dark on light or light on dark, any size."""
    ink = find_ink(grey)
    if ink.max() < MIN_INK_SHADES:
        raise NoInk

    return centre(crop(ink))


def find_ink(grey: Grey) -> Grey:
    """How much each pixel stands out from the paper around it; shadows disappear.

    The paper is what remains when everything narrower than a third of the picture is
    filled up from its surroundings.
    """
    even = flatten(_resized_for_search(grey))
    kernel_side = max(MIN_KERNEL_PIXELS, min(even.shape) // MAX_STROKE_DIVISOR)
    kernel = np.ones((kernel_side, kernel_side), np.uint8)

    is_dark = is_dark_on_light(even)
    operation = cv2.MORPH_BLACKHAT if is_dark else cv2.MORPH_TOPHAT

    # Beyond the edge there is more of the same paper. With OpenCV's default border the
    # edges themselves would stand out.
    ink = cv2.morphologyEx(even, operation, kernel, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(ink)


def _resized_for_search(grey: Grey) -> Grey:
    height, width = grey.shape
    scale = SEARCH_PIXELS / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))

    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(grey, size, interpolation=interpolation)

    return np.asarray(cv2.GaussianBlur(resized, (0, 0), NOISE_BLUR_PIXELS))


def flatten(grey: Grey) -> Grey:
    """The picture as if evenly lit: a slope from one side to the other is taken away.

    >>> slope = np.add.outer(np.arange(9), 3 * np.arange(9)) + 50
    >>> int(np.ptp(flatten(slope.astype(np.uint8))))
    0
    """
    height, width = grey.shape
    down, across = np.mgrid[:height, :width]

    shades = grey.astype(np.float32)
    slope = _slope(shades.T) * down + _slope(shades) * across

    even = (shades - slope + slope.mean()).round()
    return np.asarray(np.clip(even, 0, 255), np.uint8)


def _slope(shades: NDArray[np.float32]) -> float:
    """By how many shades most of the picture changes from one column to the next."""
    half: int = (shades.shape[1] + 1) // 2
    changes = shades[:, half:] - shades[:, :-half]
    if not changes.size:
        return 0

    # The median, because most pixels are paper: ink must not change the result.
    return float(np.median(changes)) / half


def is_dark_on_light(grey: Grey) -> bool:
    """Whether more stands out below the shade of the picture's rim than above it.

    >>> paper = np.full((9, 9), 200, np.uint8)
    >>> paper[4, 4] = 30
    >>> is_dark_on_light(paper), is_dark_on_light(255 - paper)
    (True, False)
    """
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.median(rim)

    darkest, lightest = np.percentile(grey, [DARKEST_PERCENTILE, LIGHTEST_PERCENTILE])
    return bool(paper - darkest > lightest - paper)


def crop(ink: Grey) -> Frame:
    """The digit alone, without dirt and without what reaches over the edge."""
    _, strokes = cv2.threshold(ink, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(strokes)
    height, width = ink.shape
    digit = np.isin(labels, _components_of_digit(np.asarray(stats), (width, height)))

    kernel = np.ones((EDGE_KERNEL_PIXELS, EDGE_KERNEL_PIXELS), np.uint8)
    with_edges = cv2.dilate(digit.astype(np.uint8), kernel)
    full = np.percentile(ink[digit], FULL_INK_PERCENTILE)
    shades = np.clip(ink * with_edges / full, 0, 1).astype(np.float32)

    columns = np.flatnonzero(digit.any(0))
    rows = np.flatnonzero(digit.any(1))
    return shades[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _components_of_digit(
    stats: NDArray[Any], size: tuple[int, int]
) -> NDArray[np.intp]:
    """Which of the connected components are the digit; number 0 is the paper."""
    corner = stats[1:, :2]
    extent = stats[1:, 2:4]
    area = stats[1:, 4]

    # What touches the edge is a table or a shadow, unless all the ink does.
    inside = ((corner > 0) & (corner + extent < size)).all(axis=1)
    if inside.any() and area[inside].max() > area.max() * MIN_COMPONENT_SHARE:
        area = np.where(inside, area, 0)

    large_enough = area >= area.max() * MIN_COMPONENT_SHARE
    return 1 + np.flatnonzero(large_enough)


def centre(digit: Frame) -> Frame:
    """The digit in its box, its centre of mass in the middle of the frame."""
    height, width = digit.shape
    scale = DIGIT_PIXELS / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(digit, size, interpolation=cv2.INTER_AREA)

    mass = cv2.moments(small)
    middle = (FRAME_PIXELS - 1) / 2
    right = middle - mass["m10"] / mass["m00"]
    down = middle - mass["m01"] / mass["m00"]

    shift = np.array([[1, 0, right], [0, 1, down]])
    frame = cv2.warpAffine(small / small.max(), shift, (FRAME_PIXELS, FRAME_PIXELS))
    return np.asarray(frame)
