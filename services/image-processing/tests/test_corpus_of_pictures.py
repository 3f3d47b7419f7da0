"""Pictures that nobody here made: each gives what another decoder sees, or a reason."""

import json
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import cv2
import numpy as np
import pytest
from corpus import corpus_files
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
from numpy.typing import NDArray
from service_sdk import BadInput, Image

pytestmark = pytest.mark.corpus

SUFFIXES = (
    *(".png", ".apng", ".jpg", ".jpeg", ".mpo", ".webp", ".gif", ".bmp", ".dib"),
    *(".tif", ".tiff", ".ico", ".jp2", ".j2k", ".tga", ".pcx", ".ppm", ".pgm"),
    *(".pbm", ".dds", ".psd", ".avif", ".icns", ".sgi", ".fli", ".im", ".msp"),
)

# Together the tests are to last a minute: each operation is fast, but the pictures are
# many.
MAX_FILE_BYTES = 1_000_000
MAX_PIXELS = 150_000
MAX_COMPARED_PIXELS = 600_000
EVERY = 3  # of the files is given to all operations

MAX_DIFFERENCE = 3  # shades, of the mean of each colour
MAX_LOSS = 12  # shades, where a format has few colours

# Where OpenCV is another opinion, and not the right one.
READ_DIFFERENTLY = {
    "syntax_num_frames_invalid.png": "OpenCV shows the second frame",
    "rgb32h52.bmp": "OpenCV takes what is not used for transparency",
    "mmap_error.bmp": "OpenCV begins to read too late",
    "hopper.Lab.tif": "another white point",
    "lab-green.tif": "another white point",
    "lab-red.tif": "another white point",
    "lab.tif": "another white point",
    "multipage-lastframe.tif": "OpenCV takes numbers of colours for shades",
    "multipage_single_frame_loop.tiff": "OpenCV takes numbers of colours for shades",
}

Pixels = NDArray[np.uint8]

OPERATIONS: dict[str, Callable[[Image], object]] = {
    "blur": lambda image: image_blur(image, [(0, 0, 9, 9)]),
    "blur nothing": image_blur,
    "crop": lambda image: image_crop(image, [(0, 0, 1, 1)]),
    "convert": lambda image: image_convert(image, "png"),
    "analyze": image_analyze,
    "greyscale": image_greyscale,
    "resize": lambda image: image_resize(image, width=9, height=9),
    "faces": face_detect,
    "description": face_analyze,
    "digit": digit_recognize,
    "language model": lambda image: as_jpegs([image]),
}


def small_files() -> list[Path]:
    files = corpus_files(*SUFFIXES)
    return [path for path in files if path.stat().st_size < MAX_FILE_BYTES]


def read(image: Image) -> Pixels | None:
    """What services see of it; None: it is refused, with words."""
    try:
        return np.asarray(image.rgb())
    except BadInput as refusal:
        assert len(str(refusal)) > len("image: ")
        return None


def seen_by_opencv(path: Path) -> NDArray[np.float64] | None:
    """The picture on white, not turned upright; None: not read, or deep."""
    content = np.frombuffer(path.read_bytes(), np.uint8)
    try:
        seen = cv2.imdecode(content, cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if seen is None or seen.dtype != np.uint8:
        return None

    if seen.ndim == 2:
        seen = np.dstack([seen] * 3)
    colours = seen[..., 2::-1].astype(np.float64)
    if seen.shape[2] == 4:
        opacity = seen[..., 3:] / 255
        colours = colours * opacity + 255 * (1 - opacity)
    return colours


def size_of(image: Image | list[Image]) -> tuple[int, int]:
    assert isinstance(image, Image)
    return image.picture().size


def test_pictures_are_as_another_decoder_sees_them() -> None:
    compared = 0
    for path in small_files():
        image = Image(path, field="image", max_pixels=MAX_COMPARED_PIXELS)
        ours = read(image)
        if ours is None or path.name in READ_DIFFERENTLY:
            continue

        other = seen_by_opencv(path)
        if other is None:
            continue

        compared += 1
        assert sorted(ours.shape) == sorted(other.shape), path.name
        difference = np.abs(ours.mean((0, 1)) - other.mean((0, 1))).max()
        assert difference < MAX_DIFFERENCE, path.name

    assert compared > 300


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_gives_a_result_or_a_reason(name: str) -> None:
    operation = OPERATIONS[name]
    given = 0
    refused = 0

    for path in small_files()[::EVERY]:
        image = Image(path, field="image", max_pixels=MAX_PIXELS)
        try:
            result = operation(image)
        except BadInput as refusal:
            refused += 1
            assert str(refusal).startswith("image: "), path.name
            continue

        given += 1
        assert read(image) is not None, path.name
        if isinstance(result, dict) and not isinstance(result.get("result"), Image):
            json.dumps(result, allow_nan=False)

    assert refused > 50
    assert given > (0 if name == "digit" else 80)


@pytest.mark.parametrize("first", range(2))
def test_what_comes_out_is_the_picture_that_went_in(first: int) -> None:
    formats = cycle(sorted(Image.media_types))
    for path in small_files()[first :: 2 * EVERY]:
        image = Image(path, field="image", max_pixels=MAX_PIXELS)
        pixels = read(image)
        if pixels is None:
            continue

        height, width, _ = pixels.shape
        assert size_of(image_blur(image, [(0, 0, 1, 1)])) == (width, height)
        assert size_of(image_crop(image, [(0, 0, 1, height)])) == (1, height)
        assert size_of(image_resize(image, width=9, height=7, with_ratio=False)) == (
            9,
            7,
        )

        converted = image_convert(image, next(formats))
        loss = np.abs(np.asarray(converted.rgb()).mean() - pixels.mean())
        assert loss < MAX_LOSS, (path.name, converted.media_type)
