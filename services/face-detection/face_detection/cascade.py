"""The offline default: the Haar cascade that comes with OpenCV 4."""

import threading
from collections.abc import Iterable
from pathlib import Path

import cv2
from cv2.typing import MatLike

from face_detection.detector import FoundBox, Pixels

CASCADE_FILE = "haarcascade_frontalface_alt2.xml"

# A search takes time in proportion to the number of pixels, so larger pictures are
# made smaller for it. Their boxes are scaled back.
MAX_SEARCHED_PIXELS = 1600  # of the longer side

# The cascade's own window is 20 pixels wide; a little more gives fewer false faces.
MIN_FACE_PIXELS = 24

# The window grows by this factor from one search to the next: OpenCV's default.
SCALE_FACTOR = 1.1

# So many windows must agree on a face. More of them miss faces, fewer find faces
# where there are none.
MIN_NEIGHBOURS = 5


class Cascade:
    """Finds frontal, upright faces; it rather misses a face than invents one."""

    def __init__(self) -> None:
        folder = Path(cv2.__file__).parent / "data"
        self._file = str(folder / CASCADE_FILE)

        # OpenCV changes a classifier while it searches, so each thread has its own.
        self._of_thread = threading.local()

    def detect(self, pixels: Pixels) -> Iterable[FoundBox]:
        """The boxes of the faces, in pixels of the picture."""
        grey: MatLike = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        scale = min(1.0, MAX_SEARCHED_PIXELS / max(grey.shape))
        if scale < 1:
            height, width = grey.shape
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)

        found = self._classifier().detectMultiScale(
            grey,
            scaleFactor=SCALE_FACTOR,
            minNeighbors=MIN_NEIGHBOURS,
            minSize=(MIN_FACE_PIXELS, MIN_FACE_PIXELS),
        )

        for x, y, width, height in found:
            yield x / scale, y / scale, (x + width) / scale, (y + height) / scale

    def _classifier(self) -> cv2.CascadeClassifier:
        if not hasattr(self._of_thread, "classifier"):
            self._of_thread.classifier = cv2.CascadeClassifier(self._file)

        classifier: cv2.CascadeClassifier = self._of_thread.classifier
        return classifier
