"""The offline default: it finds faces, and guesses nothing about them."""

from collections.abc import Iterable

import cv2

from face_analyzer.cascades import search
from face_analyzer.face import Found, Pixels

FACE_CASCADE = "frontalface_alt2"

# A search takes time in proportion to the number of pixels, so larger pictures are
# made smaller for it. Their boxes are scaled back.
MAX_SEARCHED_PIXELS = 1600  # of the longer side

# The cascade's own window is 20 pixels wide; a little more gives fewer false faces.
MIN_FACE_PIXELS = 24

# So many windows must agree on a face. More of them miss faces, fewer find faces
# where there are none.
MIN_NEIGHBOURS = 5


class Offline:
    """Finds frontal, upright faces."""

    def find(self, pixels: Pixels) -> Iterable[Found]:
        """The faces that the cascade of OpenCV 4 finds."""
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        scale = min(1.0, MAX_SEARCHED_PIXELS / max(grey.shape))
        if scale < 1:
            height, width = grey.shape
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)

        rectangles = search(
            FACE_CASCADE,
            grey,
            min_neighbours=MIN_NEIGHBOURS,
            min_pixels=MIN_FACE_PIXELS,
        )

        for x, y, w, h in rectangles:
            yield Found((x / scale, y / scale, (x + w) / scale, (y + h) / scale))
