"""Faces are found on real photographs, and the contract is kept."""

from pathlib import Path

import numpy as np
import pytest
from face_detection import app
from face_detection.backends import make_detector
from face_detection.operations import face_detect
from odd_pictures import COLOUR_KINDS, GREY_KINDS, SEVERAL, Maker
from PIL import Image as pillow
from PIL import ImageOps
from service_sdk import BadInput, Image
from service_sdk.errors import BadSetting
from service_sdk.testing import Kit

ASTRONAUT = Path(__file__).parent / "astronaut.jpg"
HER_FACE = (176, 65, 274, 163)
ORIENTATION = 0x0112  # the number of this EXIF entry
TURNED_RIGHT = 6  # to be turned by 90 degrees to the right


def overlap(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Intersection over union."""
    low = np.maximum(one[:2], other[:2])
    high = np.minimum(one[2:], other[2:])
    common = np.prod(np.clip(high - low, 0, None))
    areas = [np.prod(np.subtract(box[2:], box[:2])) for box in (one, other)]

    return float(common / (sum(areas) - common))


def photograph() -> pillow.Image:
    with pillow.open(ASTRONAUT) as picture:
        return picture.copy()


def test_the_astronaut_has_exactly_one_face() -> None:
    answer = face_detect(Image(ASTRONAUT))["answer"]

    assert len(answer) == 1
    assert overlap(answer[0], HER_FACE) > 0.8


def test_every_face_of_a_collage_is_found_from_left_to_right() -> None:
    photo = photograph()
    tiles = [
        (photo, (0, 0)),
        (ImageOps.mirror(photo), (512, 0)),
        (photo.resize((256, 256)), (1024, 0)),
        (photo.resize((384, 384)), (1024, 300)),
    ]
    collage = pillow.new("RGB", (1536, 700), "grey")
    for tile, place in tiles:
        collage.paste(tile, place)

    answer = face_detect(Image.of(collage))["answer"]

    expected = [
        (176, 65, 274, 163),
        (512 + 238, 65, 512 + 336, 163),
        (1024 + 88, 33, 1024 + 137, 82),
        (1024 + 132, 300 + 49, 1024 + 206, 300 + 122),
    ]
    assert answer == sorted(answer)
    assert len(answer) == len(expected)
    assert all(overlap(*pair) > 0.7 for pair in zip(answer, expected, strict=True))


def test_a_photograph_turned_by_its_exif_tag_is_searched_upright() -> None:
    exif = pillow.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    lying = photograph().rotate(90, expand=True)

    turned = Image.of(lying, "image/jpeg", quality=95, exif=exif)

    [face] = face_detect(turned)["answer"]
    assert overlap(face, HER_FACE) > 0.8


def test_a_large_picture_is_searched_smaller_and_answered_in_its_own_pixels() -> None:
    large = photograph().resize((2048, 2048))

    [face] = face_detect(Image.of(large, "image/jpeg"))["answer"]

    assert overlap(face, tuple(4 * side for side in HER_FACE)) > 0.8


@pytest.mark.parametrize("kind", [*GREY_KINDS, *COLOUR_KINDS])
def test_a_face_is_found_in_pixels_of_every_kind(kind: str) -> None:
    make = {**GREY_KINDS, **COLOUR_KINDS}[kind]

    [face] = face_detect(Image(make(photograph())))["answer"]

    assert overlap(face, HER_FACE) > 0.8


@pytest.mark.parametrize("make", SEVERAL.values(), ids=SEVERAL)
def test_a_face_on_a_later_page_is_not_passed_over(make: Maker) -> None:
    blank = pillow.new("RGB", (512, 512), "navy")

    with pytest.raises(BadInput, match="image: the .* holds several pictures"):
        face_detect(Image(make([blank, photograph()]), field="image"))


@pytest.mark.parametrize("size", [(1, 5000), (5000, 1), (1, 1), (3, 20000)])
def test_thin_pictures_are_searched(size: tuple[int, int]) -> None:
    assert face_detect(Image.of(pillow.new("L", size))) == {"answer": []}


def test_a_picture_without_faces_gives_an_empty_list() -> None:
    blank = pillow.new("RGB", (300, 200), "navy")

    assert face_detect(Image.of(blank)) == {"answer": []}


def test_a_picture_smaller_than_any_face_gives_an_empty_list() -> None:
    assert face_detect(Image.of(pillow.new("RGB", (1, 1)))) == {"answer": []}


def test_a_file_that_is_not_a_picture_is_refused() -> None:
    with pytest.raises(BadInput, match="image: not a picture"):
        face_detect(Image(b"hello", field="image"))


def test_an_unknown_backend_is_named() -> None:
    with pytest.raises(BadSetting, match="FACE_BACKEND='magic'"):
        make_detector({"FACE_BACKEND": "magic"})


def test_the_contract() -> None:
    with Kit(app) as kit:
        announcement = kit.announcement("face-detect")
        reply = kit.call("face-detect", image=ASTRONAUT)
        broken = kit.call("face-detect", image=b"\xff\xd8\xff broken")

    assert announcement["api"]["body"] == "image"
    assert "image/jpeg" in announcement["api"]["bodyType"][0]
    assert announcement["api"]["resultType"] == ["application/json"]
    assert overlap(tuple(reply.typed["answer"][0]), HER_FACE) > 0.8
    assert broken.error and broken.error.startswith("image: ")
