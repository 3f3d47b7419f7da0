"""What can be told of a face by looking and measuring alone, without weights."""

import cv2
import numpy as np

from face_analyzer.backends import Pixels
from face_analyzer.cascades import Grey, search

SIDE = 200  # pixels across a face while it is measured
EYES = slice(SIDE // 10, SIDE * 6 // 10)  # rows in which eyes are looked for
MOUTH = slice(SIDE * 11 // 20, SIDE)
HALF_SHARP = 0.02  # share of fine detail that makes a sharpness of a half
EVEN = 0.1  # up to this difference of its sides a face is lit evenly

Region = tuple[int, int, int, int]  # x, y, width, height: whole pixels


def measured(pixels: Pixels, region: Region) -> dict[str, object]:
    """Everything that is told of the face in the region, in the picture's pixels."""
    height, width, _ = pixels.shape
    x, y, w, h = region
    face = cv2.cvtColor(pixels[y : y + h, x : x + w], cv2.COLOR_RGB2GRAY)
    face = cv2.resize(face, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    even = cv2.equalizeHist(face)
    return {
        "region": {"x": x, "y": y, "w": w, "h": h},
        "position": position(x + w / 2, y + h / 2, width, height),
        "size": round(w * h / (width * height), 4),
        "eyes": [[round(x + w * p), round(y + h * q)] for p, q in eyes(even)],
        "smile": bool(search("smile", even[MOUTH], 20, SIDE // 6)),
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
    return "centre" if (row, column) == ("middle", "centre") else f"{row} {column}"


def eyes(face: Grey) -> list[tuple[float, float]]:
    """The middle of each eye as shares of the face: at most one in each half."""
    found = search("eye", face[EYES], 5, SIDE // 8)
    largest: dict[bool, tuple[float, float]] = {}
    for x, y, w, h in sorted(found, key=lambda eye: eye[2]):
        middle = (x + w / 2) / SIDE, (EYES.start + y + h / 2) / SIDE
        largest[middle[0] > 0.5] = middle
    return [largest[half] for half in sorted(largest)]


def sharpness(face: Grey) -> float:
    """From 0, nothing but blur, to 1; dark and flat pictures are not punished."""
    small = cv2.resize(face, (SIDE // 2, SIDE // 2), interpolation=cv2.INTER_AREA)
    contrast = float(small.var())
    if contrast < 1:
        return 0.0
    detail = float(cv2.Laplacian(small, cv2.CV_64F).var()) / contrast
    return detail / (detail + HALF_SHARP)


def lighting(face: Grey) -> dict[str, object]:
    """Brightness and contrast from 0 to 1, and the side that the light comes from."""
    left, right = float(face[:, : SIDE // 2].mean()), float(face[:, SIDE // 2 :].mean())
    leaning = (left - right) / max(left + right, 1)
    side = "left" if leaning > EVEN else "right" if leaning < -EVEN else "both"
    return {
        "brightness": round(float(face.mean()) / 255, 2),
        "contrast": round(float(np.std(face)) / 127.5, 2),
        "side": side,
    }
