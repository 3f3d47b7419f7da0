"""Areas that are made to take much time; what each took is in its docstring."""

import time

import pytest
from image_processing.operations import image_blur, image_crop
from PIL import Image as pillow
from service_sdk import BadInput, Image

# 4 megapixels, and no more are accepted.
LARGE = Image.of(pillow.new("L", (2000, 2000)), optimize=False)
LARGE = Image(LARGE.read(), max_pixels=4_000_000)
WHOLE = (0, 0, 2000, 2000)


@pytest.mark.parametrize("operation", [image_blur, image_crop])
def test_areas_that_cover_a_picture_many_times_are_refused(operation: object) -> None:
    """200 areas of 50 megapixels, 40 kB: 240 s to cut out, 1000 s to blur."""
    began = time.thread_time()

    assert callable(operation)
    with pytest.raises(BadInput, match=r"areas: have together 40 mega.*at most 8 are"):
        operation(LARGE, [WHOLE] * 10)

    # The picture is decoded and nothing else.
    assert time.thread_time() - began < 2


def test_areas_of_twice_the_largest_picture_are_cut_out() -> None:
    cuts = image_crop(LARGE, [WHOLE] * 2)

    assert isinstance(cuts, list)
    assert len(cuts) == 2


def test_a_large_colour_profile_is_not_copied_into_thousands_of_pictures() -> None:
    """10,000 areas of one pixel and a profile of 1 MB: 10 GB."""
    profiled = Image.of(
        pillow.new("RGB", (9, 9)), "image/jpeg", icc_profile=b"x" * 10**6
    )

    with pytest.raises(BadInput, match="areas: would give 101 pictures, each with the"):
        image_crop(profiled, [(0, 0, 1, 1)] * 101)
