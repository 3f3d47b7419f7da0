"""The operation: a picture in, boxes around its faces out."""

import numpy as np
from service_sdk import Image, Service

from face_detection.backends import Box, chosen_detector, tidy

service = Service("face-detection", summary="Finds faces in pictures")


@service.operation(route="face-detect", summary="Find the faces in a picture")
def face_detect(image: Image) -> dict[str, list[Box]]:
    """`answer`: one box [x1, y1, x2, y2] a face, from left to right.

    Pixels of the upright picture; no face gives an empty list.
    """
    pixels = np.asarray(image.picture().convert("RGB"))
    height, width, _ = pixels.shape
    return {"answer": tidy(chosen_detector().detect(pixels), width, height)}
