"""What the offline backend says about the faces in a real photograph."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from face_analyzer import operations
from face_analyzer.backends import UnifaceMissing, make_backend
from face_analyzer.face import Found, Pixels
from face_analyzer.operations import GUESSED, MAX_FACES, face_analyze
from odd_pictures import COLOUR_KINDS, GREY_KINDS, SEVERAL, Maker
from PIL import Image as pillow
from PIL import ImageFilter, ImageOps
from service_sdk import BadInput, Image
from service_sdk.errors import BadSetting

ASTRONAUT = Path(__file__).parents[3] / "docs/pictures/astronaut.jpg"


def photograph() -> pillow.Image:
    with pillow.open(ASTRONAUT) as picture:
        return picture.convert("RGB")


def told(picture: pillow.Image) -> dict:
    return face_analyze(Image.of(picture))


def test_one_face_is_described_by_what_can_be_seen() -> None:
    answer = face_analyze(Image(ASTRONAUT))

    assert answer["region"] == pytest.approx({"x": 176, "y": 65, "w": 98, "h": 98}, 9)
    assert answer["position"] == "upper centre"
    assert answer["size"] == pytest.approx(0.037, abs=0.005)
    assert answer["smile"] is True
    assert answer["sharpness"] > 0.8
    assert answer["lighting"]["side"] == "both"


def test_the_eyes_are_where_they_are_in_the_photograph() -> None:
    left, right = face_analyze(Image(ASTRONAUT))["eyes"]

    assert left == pytest.approx([202, 101], abs=6)
    assert right == pytest.approx([246, 103], abs=6)


def test_fields_that_need_weights_are_listed_and_not_guessed() -> None:
    answer = face_analyze(Image(ASTRONAUT))

    assert answer["unknown"] == list(GUESSED)
    assert not {*GUESSED, "emotion", "faces"} & set(answer)


def test_without_a_face_the_answer_is_empty() -> None:
    assert told(pillow.new("RGB", (300, 200), "navy")) == {}


def test_the_largest_of_several_faces_is_on_top() -> None:
    photo = photograph()
    sheet = pillow.new("RGB", (1100, 512))
    sheet.paste(photo.resize((256, 256)), (0, 150))
    sheet.paste(ImageOps.mirror(photo), (300, 0))

    answer = told(sheet)

    small, large = answer.pop("faces")
    assert answer == large
    assert large["size"] > 3 * small["size"]
    assert (small["position"], large["position"]) == ("middle left", "upper centre")


def test_a_blurred_face_is_less_sharp() -> None:
    soft = told(photograph().filter(ImageFilter.GaussianBlur(3)))

    assert soft["sharpness"] < 0.3


def test_a_dark_photograph_is_dark_and_still_sharp() -> None:
    dark = told(photograph().point(lambda value: value * 0.25))

    assert dark["lighting"]["brightness"] < 0.2
    assert dark["sharpness"] > 0.8


@pytest.mark.parametrize(
    ("left", "right", "side"), [(1, 0.3, "left"), (0.3, 1, "right")]
)
def test_the_answer_says_which_side_the_light_comes_from(
    left: float, right: float, side: str
) -> None:
    falling = np.linspace(left, right, 512)[None, :, None]
    shaded = pillow.fromarray((np.asarray(photograph()) * falling).astype(np.uint8))
    face = shaded.crop((130, 20, 320, 210))  # the light falls off all across it
    steeper = np.linspace(left, right, 190)[None, :, None]

    answer = told(pillow.fromarray((np.asarray(face) * steeper).astype(np.uint8)))

    assert answer["lighting"]["side"] == side


@pytest.mark.parametrize(
    "kind", ["16 bit PNG", "12 bit in a 16 bit PNG", "float TIFF, 0 to 1"]
)
def test_deep_pictures_are_described_as_their_eight_bits(kind: str) -> None:
    answer = face_analyze(Image(GREY_KINDS[kind](photograph())))

    assert answer == told(photograph().convert("L"))


@pytest.mark.parametrize("kind", COLOUR_KINDS)
def test_pictures_of_every_kind_are_described(kind: str) -> None:
    answer = face_analyze(Image(COLOUR_KINDS[kind](photograph())))

    assert answer["position"] == "upper centre"


@pytest.mark.parametrize("make", SEVERAL.values(), ids=SEVERAL)
def test_several_pictures_in_one_file_are_refused(make: Maker) -> None:
    with pytest.raises(BadInput, match="holds several pictures"):
        face_analyze(Image(make([photograph(), photograph().rotate(90)])))


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1)])
def test_a_picture_too_thin_for_a_face_has_none(size: tuple[int, int]) -> None:
    assert told(pillow.new("RGB", size)) == {}


def test_a_large_picture_is_described_in_its_own_pixels() -> None:
    answer = told(photograph().resize((2048, 2048)))

    expected = {"x": 704, "y": 260, "w": 392, "h": 392}
    assert answer["region"] == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "image: the file is empty"),
        (b"hello", "image: not a picture"),
        (ASTRONAUT.read_bytes()[:9000], "image: a broken picture"),
    ],
)
def test_a_file_that_is_not_a_whole_picture_is_refused(
    content: bytes, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        face_analyze(Image(content, field="image"))


def test_a_huge_picture_is_refused_by_its_header() -> None:
    with pytest.raises(BadInput, match="image: has more than 0.1 megapixels"):
        face_analyze(Image(ASTRONAUT, field="image", max_pixels=100_000))


def test_the_answer_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(face_analyze(Image(ASTRONAUT))))


def test_an_unknown_backend_is_named() -> None:
    with pytest.raises(BadSetting, match="ANALYZER_BACKEND='magic'"):
        make_backend({"ANALYZER_BACKEND": "magic"})


def test_without_its_package_the_backend_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "face_analyzer.networks", None)

    with pytest.raises(UnifaceMissing, match="pip install uniface"):
        make_backend({"ANALYZER_BACKEND": "uniface"})


class Crowd:
    """A backend that finds a face in each small square of a picture."""

    def find(self, pixels: Pixels) -> Iterator[Found]:
        for number in range(MAX_FACES + 50):
            x, y = number % 40 * 20, number // 40 * 20
            yield Found((x, y, x + 10 + number / 50, y + 10 + number / 50))


def test_of_very_many_faces_only_the_largest_are_described(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A picture tiled with 4000 faces: 40 s."""
    monkeypatch.setattr(operations, "chosen_backend", Crowd)

    faces = told(pillow.new("RGB", (1000, 1000)))["faces"]

    assert len(faces) == MAX_FACES
    assert min(face["region"]["w"] for face in faces) > 10
