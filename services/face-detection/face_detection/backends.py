"""What a detector is, and which one the environment asks for."""

import os
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from service_sdk.errors import BadSetting

Pixels = NDArray[np.uint8]  # height x width x (red, green, blue)
Box = tuple[int, int, int, int]


class Detector(Protocol):
    """Finds faces; called by several threads at once."""

    def detect(self, pixels: Pixels) -> Iterable[tuple[float, float, float, float]]:
        """Boxes (x1, y1, x2, y2) in any order; they may reach over the edges."""


@cache
def chosen_detector() -> Detector:
    """The detector of this service, loaded at its first use."""
    return make_detector(os.environ)


def make_detector(environment: Mapping[str, str]) -> Detector:
    """FACE_BACKEND chooses; only what is chosen is loaded."""
    match environment.get("FACE_BACKEND", "cascade"):
        case "cascade":
            from face_detection.cascade import Cascade

            return Cascade()
        case "scrfd":
            from face_detection.scrfd import Scrfd, model_path

            return Scrfd(model_path(environment))
        case other:
            raise BadSetting(f"FACE_BACKEND={other!r}: there are cascade and scrfd")


def tidy(
    boxes: Iterable[tuple[float, float, float, float]], width: int, height: int
) -> list[Box]:
    """Whole pixels inside the picture, from left to right, then from the top.

    >>> tidy([(50.4, 9, 70, 20), (-3, 5, 8.6, 120)], 60, 100)
    [(0, 5, 9, 100), (50, 9, 60, 20)]
    """
    inside = [
        (
            max(0, round(x1)),
            max(0, round(y1)),
            min(width, round(x2)),
            min(height, round(y2)),
        )
        for x1, y1, x2, y2 in boxes
    ]
    return sorted(box for box in inside if box[0] < box[2] and box[1] < box[3])
