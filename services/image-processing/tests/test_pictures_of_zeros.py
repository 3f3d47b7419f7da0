"""Pictures of nothing but zeros: some kilobytes that become many megapixels.

Nothing is in them that could be found, and a decoder makes a thousand times their size
of them. Each operation gives what is right, or a reason.
"""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from digit_recognition import digit_recognize
from face_analyzer.operations import face_analyze
from face_detection.operations import face_detect
from image_processing.operations import (
    image_analyze,
    image_blur,
    image_convert,
    image_crop,
    image_greyscale,
    image_resize,
)
from llm.pictures import as_jpegs
from PIL import Image as pillow
from service_sdk import BadInput, Image

WIDTH, HEIGHT = 2000, 1500

MAX_FILE_BYTES = 200_000

BLACK, WHITE = 0, 255

MODES = {"1": BLACK, "L": BLACK, "I;16": BLACK, "RGB": BLACK, "RGBA": WHITE}
"""What is seen of zeros: those without any opacity lie on white."""


@pytest.fixture(scope="module", params=MODES)
def zeros(request: pytest.FixtureRequest) -> tuple[Image, int]:
    """A picture of three megapixels, and the shade that it has."""
    mode: str = request.param
    file = io.BytesIO()
    pillow.new(mode, (WIDTH, HEIGHT)).save(file, "PNG")

    content = file.getvalue()
    assert len(content) < MAX_FILE_BYTES
    return Image(content, field="image"), MODES[mode]


def assert_plain(result: Any, size: tuple[int, int], shade: int) -> None:
    assert isinstance(result, Image)
    pixels = np.asarray(result.rgb())
    assert pixels.shape == (size[1], size[0], 3)
    assert pixels.min() == pixels.max() == shade


WHOLE = (WIDTH, HEIGHT)
PICTURES: dict[str, tuple[Callable[[Image], Any], tuple[int, int]]] = {
    "blur": (lambda image: image_blur(image, [(0, 0, WIDTH, HEIGHT)]), WHOLE),
    "convert": (lambda image: image_convert(image, "png"), WHOLE),
    "crop": (lambda image: image_crop(image, [(5, 5, 205, 105)]), (200, 100)),
    "greyscale": (image_greyscale, WHOLE),
    "resize": (lambda image: image_resize(image, width=400), (400, 300)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_zeros_stays_one(zeros: tuple[Image, int], name: str) -> None:
    image, shade = zeros
    operation, size = PICTURES[name]

    assert_plain(operation(image), size, shade)


def test_its_mean_is_its_shade(zeros: tuple[Image, int]) -> None:
    image, shade = zeros

    assert tuple(image.mean()) == (shade, shade, shade)


def test_its_size_is_told(zeros: tuple[Image, int]) -> None:
    image, _ = zeros

    told = image_analyze(image)

    assert told == {"format": "image/png", "width": WIDTH, "height": HEIGHT}


def test_there_are_no_faces_in_it(zeros: tuple[Image, int]) -> None:
    image, _ = zeros

    assert face_detect(image) == {"answer": []}


def test_nobody_is_described(zeros: tuple[Image, int]) -> None:
    image, _ = zeros

    assert face_analyze(image) == {}


def test_no_digit_is_read(zeros: tuple[Image, int]) -> None:
    image, _ = zeros

    with pytest.raises(BadInput, match="image: no digit was found"):
        digit_recognize(image)


def test_a_language_model_is_shown_the_shade(zeros: tuple[Image, int]) -> None:
    image, shade = zeros

    [jpeg] = as_jpegs([image])

    pixels = np.asarray(pillow.open(io.BytesIO(jpeg)))
    assert pixels.min() == pixels.max() == shade
