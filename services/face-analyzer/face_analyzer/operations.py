"""The operation: a picture in, what describes each of its faces out."""

import numpy as np
from service_sdk import Image, Service

from face_analyzer.backends import Box, Found, Pixels, chosen_backend
from face_analyzer.measures import Region, measured

service = Service("face-analyzer", summary="Describes the faces in pictures")

GUESSED = ("age", "gender", "dominant_race", "dominant_emotion")
EXAMPLE = {
    "age": 34,
    "gender": "Woman",
    "dominant_race": "white",
    "dominant_emotion": "happy",
    "emotion": {"happy": 0.97, "neutral": 0.02, "surprise": 0.01},
    "region": {"x": 176, "y": 65, "w": 98, "h": 98},
    "position": "upper centre",
    "size": 0.0366,
    "eyes": [[201, 92], [248, 95]],
    "smile": True,
    "sharpness": 0.87,
    "lighting": {"brightness": 0.6, "contrast": 0.43, "side": "both"},
}

Face = dict[str, object]


@service.operation(
    route="face-analyze", summary="Describe the faces in a picture", answer=EXAMPLE
)
def face_analyze(image: Image) -> Face:
    """One face: its fields. None: `{}`. Several: `faces`, from left to right, and
    beside it the fields of the largest.

    Always told: `region` (x, y, w, h in pixels of the upright picture), `position`,
    `size` (share of the picture), `eyes` (points), `smile`, `sharpness` (0 to 1) and
    `lighting`. By backend: `age`, `gender` (`Man`, `Woman`), `dominant_race`,
    `dominant_emotion` and `emotion`; `unknown` lists those of them that it cannot tell.
    """
    pixels = np.asarray(image.picture().convert("RGB"))
    height, width, _ = pixels.shape
    found = [
        (region, one)
        for one in chosen_backend().find(pixels)
        if (region := inside(one.box, width, height))
    ]
    found.sort(key=lambda pair: pair[0])
    faces = [described(pixels, region, one) for region, one in found]
    if len(faces) < 2:
        return faces[0] if faces else {}
    sizes = [w * h for (_, _, w, h), _ in found]
    return {**faces[sizes.index(max(sizes))], "faces": faces}


def described(pixels: Pixels, region: Region, found: Found) -> Face:
    """All that is told of one face, what is unknown included."""
    unknown = [field for field in GUESSED if field not in found.known]
    telling = {"unknown": unknown} if unknown else {}
    return {**found.known, **measured(pixels, region), **telling}


def inside(box: Box, width: int, height: int) -> Region | None:
    """The whole pixels of the box that the picture has; None if there are none.

    >>> inside((-3, 5.2, 8.6, 120), 60, 100), inside((70, 0, 80, 9), 60, 100)
    ((0, 5, 9, 95), None)
    """
    x1, y1 = max(0, round(box[0])), max(0, round(box[1]))
    x2, y2 = min(width, round(box[2])), min(height, round(box[3]))
    return (x1, y1, x2 - x1, y2 - y1) if x1 < x2 and y1 < y2 else None
