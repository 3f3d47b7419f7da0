"""The operation: a picture in, boxes around its faces out."""

import numpy as np
from service_sdk import Image, Service
from typing_extensions import TypedDict

from face_detection.backends import chosen_detector
from face_detection.detector import Box, clip_and_sort

service = Service("face-detection", summary="Finds faces in pictures")


EXAMPLE = {"answer": [[176, 65, 274, 163]]}


class Faces(TypedDict):
    """Where the faces are."""

    answer: list[Box]
    """A box [x1, y1, x2, y2] for each face, in pixels, from left to right."""


@service.operation(
    route="face-detect", summary="Find the faces in a picture", answer=EXAMPLE
)
def face_detect(image: Image) -> Faces:
    """`answer`: one box [x1, y1, x2, y2] for each face, from left to right.

    The boxes are in pixels of the upright picture. A picture without faces gives an
    empty list.

    Args:
        image: A picture; the faces should look at the camera.
    """
    pixels = np.asarray(image.rgb())
    height, width, _ = pixels.shape

    boxes = chosen_detector().detect(pixels)
    return {"answer": clip_and_sort(boxes, width, height)}
