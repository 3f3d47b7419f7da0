"""The Haar cascades that come with OpenCV 4; no weights to fetch."""

import threading
from pathlib import Path

import cv2
from cv2.typing import MatLike

Grey = MatLike  # height x width
Rectangle = tuple[int, int, int, int]  # x, y, width, height
_own = threading.local()  # a classifier is not safe to share


def search(name: str, grey: Grey, sureness: int, smallest: int) -> list[Rectangle]:
    """Where the cascade of that name finds its object; surer means fewer."""
    found = _cascade(name).detectMultiScale(
        grey, scaleFactor=1.1, minNeighbors=sureness, minSize=(smallest, smallest)
    )
    return [(int(x), int(y), int(w), int(h)) for x, y, w, h in found]


def _cascade(name: str) -> cv2.CascadeClassifier:
    if not hasattr(_own, name):
        folder = Path(cv2.__file__).parent / "data"
        cascade = cv2.CascadeClassifier(str(folder / f"haarcascade_{name}.xml"))
        setattr(_own, name, cascade)
    found: cv2.CascadeClassifier = getattr(_own, name)
    return found
