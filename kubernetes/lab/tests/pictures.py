"""Whether the face in the picture of the tests was blurred."""

from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from kubernetes.lab.tests.production import PICTURE

HER_FACE = (176, 65, 274, 163)
ELSEWHERE = (0, 0, 98, 98)
"""As large, and without a face."""

TIMES_MORE = 3
"""Saving a JPEG again changes a little everywhere."""


def check_blurred(file: Path) -> None:
    """Raises `AssertionError` unless it is the picture with another face."""
    with Image.open(PICTURE) as picture, Image.open(file) as blurred:
        assert blurred.size == picture.size
        change = ImageChops.difference(picture.convert("RGB"), blurred.convert("RGB"))

    assert mean(change, HER_FACE) > TIMES_MORE * mean(change, ELSEWHERE)


def mean(change: Image.Image, box: tuple[int, int, int, int]) -> float:
    """How much a part has changed, of 255."""
    means = ImageStat.Stat(change.crop(box)).mean
    return float(sum(means) / len(means))
