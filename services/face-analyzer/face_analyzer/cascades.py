"""The Haar cascades that come with OpenCV 4: no weights to download."""

import threading
from pathlib import Path

import cv2
from cv2.typing import MatLike

Grey = MatLike  # height x width
Rectangle = tuple[int, int, int, int]  # x, y, width, height

# The window grows by this factor from one search to the next: OpenCV's default.
SCALE_FACTOR = 1.1

# OpenCV changes a classifier while it searches, so each thread has its own.
_of_thread = threading.local()


def search(
    cascade: str, grey: Grey, *, min_neighbours: int, min_pixels: int
) -> list[Rectangle]:
    """Where the cascade of that name finds its object.

    So many windows must agree on it: more of them find less, but with more certainty.
    """
    found = _classifier(cascade).detectMultiScale(
        grey,
        scaleFactor=SCALE_FACTOR,
        minNeighbors=min_neighbours,
        minSize=(min_pixels, min_pixels),
    )
    return [(int(x), int(y), int(w), int(h)) for x, y, w, h in found]


def _classifier(cascade: str) -> cv2.CascadeClassifier:
    if not hasattr(_of_thread, cascade):
        folder = Path(cv2.__file__).parent / "data"
        file = folder / f"haarcascade_{cascade}.xml"
        setattr(_of_thread, cascade, cv2.CascadeClassifier(str(file)))

    classifier: cv2.CascadeClassifier = getattr(_of_thread, cascade)
    return classifier
