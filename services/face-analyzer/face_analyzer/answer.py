"""What is said of a face; the texts below the fields are shown to people."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict


class Rectangle(TypedDict):
    """Where a face is, in whole pixels of the upright picture."""

    x: int
    """Its left side."""

    y: int
    """Its upper side."""

    w: int
    """How wide it is."""

    h: int
    """How high it is."""


class Lighting(TypedDict):
    """How a face is lit."""

    brightness: float
    """From 0 (black) to 1 (white)."""

    contrast: float
    """From 0 (one shade) to 1."""

    side: Literal["left", "right", "both"]
    """Where the light comes from, as one sees it in the picture."""


class Face(TypedDict):
    """A face: what is measured of it, and what the backend says."""

    region: Rectangle

    position: str
    """Where it is in the picture, in words: “upper left”, “centre”."""

    size: float
    """Its share of the picture, from 0 to 1."""

    eyes: list[tuple[int, int]]
    """The middle of each eye that was found, in pixels."""

    smile: bool

    sharpness: float
    """From 0 (blurred) to 1."""

    lighting: Lighting

    age: NotRequired[float]
    """In years, if the backend guesses it."""

    gender: NotRequired[str]
    """“Man” or “Woman”, if the backend guesses it."""

    dominant_race: NotRequired[str]
    """If the backend guesses it."""

    dominant_emotion: NotRequired[str]
    """If the backend guesses it."""

    emotion: NotRequired[dict[str, float]]
    """How sure the backend is of each emotion, from 0 to 1."""

    unknown: NotRequired[list[str]]
    """The names of the guesses that the backend cannot make."""


class LargestFace(Face):
    """The largest face, and all faces if there are several."""

    faces: NotRequired[list[Face]]
    """Each face, from left to right, if there are several."""


class NoFace(TypedDict):
    """Nothing: the picture has no face."""
