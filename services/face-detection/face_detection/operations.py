"""The operation: a picture in, boxes around its faces out."""

import numpy as np
from service_sdk import Image, Service

from face_detection.backends import chosen_detector
from face_detection.detector import Box, clip_and_sort

service = Service("face-detection", summary="Finds faces in pictures")


@service.operation(route="face-detect", summary="Find the faces in a picture")
def face_detect(image: Image) -> dict[str, list[Box]]:
    """`answer`: one box [x1, y1, x2, y2] for each face, from left to right.

    The boxes are in pixels of the upright picture. A picture without faces gives an
    empty list.
    """
    pixels = np.asarray(image.picture().convert("RGB"))
    height, width, _ = pixels.shape

    boxes = chosen_detector().detect(pixels)
    return {"answer": clip_and_sort(boxes, width, height)}
