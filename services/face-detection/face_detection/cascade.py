"""The offline default: the Haar cascade that comes with OpenCV 4."""

import threading
from collections.abc import Iterable
from pathlib import Path

import cv2

from face_detection.backends import Pixels

LONGEST = 1600  # larger pictures are searched at this size
SMALLEST = 24  # pixels across a face: the cascade's own window is 20


class Cascade:
    """Frontal faces, upright; the tuning prefers to miss rather than to invent."""

    def __init__(self) -> None:
        folder = Path(cv2.__file__).parent / "data"
        self._file = str(folder / "haarcascade_frontalface_alt2.xml")
        self._own = threading.local()  # a classifier is not safe to share

    def detect(self, pixels: Pixels) -> Iterable[tuple[float, float, float, float]]:
        """Boxes around the faces."""
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        scale = min(1.0, LONGEST / max(grey.shape))
        if scale < 1:
            grey = cv2.resize(
                grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
            )
        found = self._classifier().detectMultiScale(
            grey, scaleFactor=1.1, minNeighbors=5, minSize=(SMALLEST, SMALLEST)
        )
        for x, y, w, h in found:
            yield x / scale, y / scale, (x + w) / scale, (y + h) / scale

    def _classifier(self) -> cv2.CascadeClassifier:
        if not hasattr(self._own, "classifier"):
            self._own.classifier = cv2.CascadeClassifier(self._file)
        classifier: cv2.CascadeClassifier = self._own.classifier
        return classifier
