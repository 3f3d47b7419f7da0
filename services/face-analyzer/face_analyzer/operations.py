"""The operation: a picture in, a description of each of its faces out."""

from typing import cast

import numpy as np
from service_sdk import Image, Service

from face_analyzer.answer import Face, LargestFace, NoFace
from face_analyzer.backends import chosen_backend
from face_analyzer.face import Box, Found, Pixels
from face_analyzer.measures import Region, measure

service = Service("face-analyzer", summary="Describes the faces in pictures")

# The fields that only a backend with weights can fill.
GUESSED = ("age", "gender", "dominant_race", "dominant_emotion")
MAX_FACES = 300  # of one picture that are described: a large group, and a few seconds

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


@service.operation(
    route="face-analyze", summary="Describe the faces in a picture", answer=EXAMPLE
)
def face_analyze(image: Image) -> LargestFace | NoFace:
    """One face gives its fields, no face gives `{}`. Several faces give the fields of
    the largest one and `faces`: the fields of each, from left to right; of more than
    300 only the largest.

    Always present: `region` (x, y, w, h in pixels of the upright picture), `position`,
    `size` (share of the picture), `eyes` (points), `smile`, `sharpness` (0 to 1) and
    `lighting`. The backend decides about `age`, `gender` (`Man`, `Woman`),
    `dominant_race`, `dominant_emotion` and `emotion`; `unknown` lists the ones that it
    cannot tell.

    Args:
        image: A picture with faces that look at the camera.
    """
    pixels = np.asarray(image.rgb())
    found = _from_left_to_right(pixels)
    faces = [describe(pixels, region, face) for region, face in found]

    if not faces:
        return NoFace()
    if len(faces) == 1:
        return cast(LargestFace, faces[0])

    areas = [width * height for (_, _, width, height), _ in found]
    largest = faces[areas.index(max(areas))]
    return {**largest, "faces": faces}


def _from_left_to_right(pixels: Pixels) -> list[tuple[Region, Found]]:
    height, width, _ = pixels.shape

    found = []
    for face in chosen_backend().find(pixels):
        region = inside(face.box, width, height)
        if region:
            found.append((region, face))

    # A picture can be tiled with thousands of faces, and each takes time to describe.
    found.sort(key=lambda pair: pair[0][2] * pair[0][3], reverse=True)
    return sorted(found[:MAX_FACES], key=lambda pair: pair[0])


def describe(pixels: Pixels, region: Region, found: Found) -> Face:
    """All fields of one face, and which of them are unknown."""
    fields = {**found.known, **measure(pixels, region)}

    unknown = [field for field in GUESSED if field not in found.known]
    if unknown:
        fields["unknown"] = unknown
    return cast(Face, fields)


def inside(box: Box, width: int, height: int) -> Region | None:
    """The whole pixels of the box that are in the picture; None if there are none.

    >>> inside((-3, 5.2, 8.6, 120), 60, 100), inside((70, 0, 80, 9), 60, 100)
    ((0, 5, 9, 95), None)
    """
    x1 = max(0, round(box[0]))
    y1 = max(0, round(box[1]))
    x2 = min(width, round(box[2]))
    y2 = min(height, round(box[3]))

    if x1 >= x2 or y1 >= y2:
        return None
    return x1, y1, x2 - x1, y2 - y1
