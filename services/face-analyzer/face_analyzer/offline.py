"""The offline default: it finds faces, and knows nothing more of them."""

from collections.abc import Iterable

import cv2

from face_analyzer.backends import Found, Pixels
from face_analyzer.cascades import search

LONGEST = 1600  # larger pictures are searched at this size
SMALLEST = 24  # pixels across a face: the cascade's own window is 20


class Offline:
    """Frontal faces, upright; who they are is for others to say."""

    def find(self, pixels: Pixels) -> Iterable[Found]:
        """The faces that the cascade of OpenCV 4 finds."""
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        scale = min(1.0, LONGEST / max(grey.shape))
        if scale < 1:
            size = [max(1, round(side * scale)) for side in grey.shape[::-1]]
            grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
        for x, y, w, h in search("frontalface_alt2", grey, 5, SMALLEST):
            yield Found((x / scale, y / scale, (x + w) / scale, (y + h) / scale))
