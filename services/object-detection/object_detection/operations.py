"""The operation: a picture in, the things in it out."""

import numpy as np
from service_sdk import Image, Service
from typing_extensions import TypedDict

from object_detection.detector import Thing, chosen_detector

service = Service("object-detection", summary="Finds things in pictures")

EXAMPLE = {
    "objects": [
        {"label": "person", "score": 0.93, "box": [120, 40, 380, 512]},
        {"label": "bicycle", "score": 0.71, "box": [20, 210, 330, 500]},
    ]
}


class Things(TypedDict):
    """What was found."""

    objects: list[Thing]
    """The things in the picture, the surest one first."""


@service.operation(
    route="object-detect", summary="Find the things in a picture", answer=EXAMPLE
)
def object_detect(image: Image) -> Things:
    """`objects`: each with a `label`, a `score` (0 to 1) and a `box` [x1, y1, x2, y2].

    The boxes are in whole pixels of the upright picture. The surest thing comes first.
    A picture in which nothing is found gives an empty list.

    Args:
        image: A picture of anything.
    """
    pixels = np.asarray(image.rgb())
    return {"objects": chosen_detector().detect(pixels)}
