"""What can be measured of a face, without any weights."""

import cv2
import numpy as np

from face_analyzer.cascades import Grey, search
from face_analyzer.face import Pixels

Region = tuple[int, int, int, int]  # x, y, width, height: whole pixels
Point = tuple[float, float]  # shares of the face's width and height

# Each face is measured at one size, so that thresholds mean the same for all.
FACE_PIXELS = 200  # of each side

# The rows of a face in which eyes, or a mouth, can be. Other rows only give false ones.
EYE_ROWS = slice(FACE_PIXELS // 10, FACE_PIXELS * 6 // 10)
MOUTH_ROWS = slice(FACE_PIXELS * 11 // 20, FACE_PIXELS)

# What is smaller than these parts of a face is not the object.
MIN_EYE_PIXELS = FACE_PIXELS // 8
MIN_SMILE_PIXELS = FACE_PIXELS // 6

# How many windows must agree. The cascade of smiles gives many false ones, so a smile
# needs more of them than an eye.
EYE_NEIGHBOURS = 5
SMILE_NEIGHBOURS = 20

# Sharpness is measured at half the size, where the noise of a camera counts less.
SHARPNESS_PIXELS = FACE_PIXELS // 2
FLAT_VARIANCE = 1.0  # shades squared; a face with less shows nothing at all
HALF_SHARP_DETAIL = 0.02  # share of fine detail that gives a sharpness of 0.5

# Up to this difference between its halves, as a share of their sum, a face counts as
# evenly lit.
EVEN_LIGHT_DIFFERENCE = 0.1

MAX_SHADE = 255
MAX_SHADE_DEVIATION = 127.5  # when half the pixels are black and half are white


def measure(pixels: Pixels, region: Region) -> dict[str, object]:
    """All that is measured of the face in that region of the picture."""
    height, width, _ = pixels.shape
    x, y, w, h = region

    cut_out = cv2.cvtColor(pixels[y : y + h, x : x + w], cv2.COLOR_RGB2GRAY)
    face = cv2.resize(cut_out, (FACE_PIXELS, FACE_PIXELS), interpolation=cv2.INTER_AREA)
    # The cascades find more in a face that uses all shades.
    equalized = cv2.equalizeHist(face)

    return {
        "region": {"x": x, "y": y, "w": w, "h": h},
        "position": position(x + w / 2, y + h / 2, width, height),
        "size": round(w * h / (width * height), 4),
        "eyes": [
            [round(x + w * across), round(y + h * down)]
            for across, down in eyes(equalized)
        ],
        "smile": smiles(equalized),
        "sharpness": round(sharpness(face), 2),
        "lighting": lighting(face),
    }


def position(x: float, y: float, width: float, height: float) -> str:
    """Where a point is in a picture, in words.

    >>> position(10, 10, 90, 90), position(50, 80, 90, 90), position(5, 4, 9, 9)
    ('upper left', 'lower centre', 'centre')
    """
    row = ("upper", "middle", "lower")[min(2, int(3 * y / height))]
    column = ("left", "centre", "right")[min(2, int(3 * x / width))]

    if row == "middle" and column == "centre":
        return "centre"
    return f"{row} {column}"


def eyes(face: Grey) -> list[Point]:
    """The middle of each eye: at most one in each half of the face, left one first."""
    found = search(
        "eye",
        face[EYE_ROWS],
        min_neighbours=EYE_NEIGHBOURS,
        min_pixels=MIN_EYE_PIXELS,
    )

    # The largest eye of a half comes last, and replaces the smaller ones.
    by_half: dict[bool, Point] = {}
    for x, y, width, height in sorted(found, key=lambda eye: eye[2]):
        across = (x + width / 2) / FACE_PIXELS
        down = (EYE_ROWS.start + y + height / 2) / FACE_PIXELS
        is_right_half = across > 0.5
        by_half[is_right_half] = (across, down)

    return [by_half[half] for half in sorted(by_half)]


def smiles(face: Grey) -> bool:
    """Whether the mouth looks like a smile to its cascade."""
    found = search(
        "smile",
        face[MOUTH_ROWS],
        min_neighbours=SMILE_NEIGHBOURS,
        min_pixels=MIN_SMILE_PIXELS,
    )
    return bool(found)


def sharpness(face: Grey) -> float:
    """From 0 (blurred) to 1; a dark or pale face is not taken for a blurred one."""
    small = cv2.resize(
        face, (SHARPNESS_PIXELS, SHARPNESS_PIXELS), interpolation=cv2.INTER_AREA
    )
    contrast = float(small.var())
    if contrast < FLAT_VARIANCE:
        return 0.0

    detail = float(cv2.Laplacian(small, cv2.CV_64F).var()) / contrast
    return detail / (detail + HALF_SHARP_DETAIL)


def lighting(face: Grey) -> dict[str, object]:
    """Brightness and contrast from 0 to 1, and the side that the light comes from."""
    return {
        "brightness": round(float(face.mean()) / MAX_SHADE, 2),
        "contrast": round(float(np.std(face)) / MAX_SHADE_DEVIATION, 2),
        "side": _lit_side(face),
    }


def _lit_side(face: Grey) -> str:
    middle = FACE_PIXELS // 2
    left = float(face[:, :middle].mean())
    right = float(face[:, middle:].mean())
    difference = (left - right) / max(left + right, 1)

    if difference > EVEN_LIGHT_DIFFERENCE:
        return "left"
    if difference < -EVEN_LIGHT_DIFFERENCE:
        return "right"
    return "both"
