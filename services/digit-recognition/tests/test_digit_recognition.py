"""Digits are read on photographs of real handwriting, good ones and bad ones."""

import pytest
from digit_recognition import Reading, digit_recognize, grey
from digits.serving import publish
from digits.stores import Folder
from odd_pictures import COLOUR_KINDS, GREY_KINDS, SEVERAL, Maker
from paper import Photo, handwritten
from peak_memory import grown_megabytes
from PIL import Image as pillow
from PIL import ImageOps
from PIL.Image import Image as Picture
from service_sdk import BadInput, Image
from tiny_models import tiny_model

SEVEN = Photo().of(handwritten(7))
ORIENTATION = 0x0112  # the number of this EXIF entry
TURNED_RIGHT = 6  # to be turned by 90 degrees to the right


def read(picture: Picture, media_type: str = "image/png") -> Reading:
    return digit_recognize(Image.of(picture, media_type))


@pytest.mark.parametrize(
    "photo",
    [
        Photo(),
        Photo(paper=50, pen=220, shadow=0.6),
        Photo(shadow=0.8, noise=10),
        Photo(size=(40, 40), noise=2, share=0.9),
        Photo(size=(900, 300), share=0.5, place=(0.9, 0.1)),
    ],
    ids=str,
)
def test_nineteen_of_twenty_digits_are_read_rightly(photo: Photo) -> None:
    right = [
        read(photo.of(handwritten(digit, number))).digit == digit
        for digit in range(10)
        for number in range(10)
    ]

    assert sum(right) >= 95


def test_the_answer_says_how_sure_it_is_and_which_model_gave_it() -> None:
    reading = read(SEVEN)

    assert reading.digit == 7
    assert reading.confidence == reading.scores["7"] > 0.9
    assert list(reading.scores) == [str(digit) for digit in range(10)]
    assert sum(reading.scores.values()) == pytest.approx(1, abs=0.001)
    assert reading.model.version == "built-in"
    assert "1347 pictures of 0, 1, 2" in reading.model.data


def test_a_model_of_few_digits_answers_only_with_them(store: Folder) -> None:
    publish(store, *tiny_model("3", 0.25, 0.75))

    reading = read(SEVEN)

    assert (reading.digit, reading.confidence) == (1, 0.75)
    assert reading.scores == {"0": 0.25, "1": 0.75}
    assert reading.model.version == "3"


@pytest.mark.parametrize("kind", [*GREY_KINDS, *COLOUR_KINDS])
def test_a_digit_is_read_in_pixels_of_every_kind(kind: str) -> None:
    make = {**GREY_KINDS, **COLOUR_KINDS}[kind]

    assert digit_recognize(Image(make(SEVEN.convert("RGB")))).digit == 7


@pytest.mark.parametrize("make", SEVERAL.values(), ids=SEVERAL)
def test_several_digits_in_one_file_are_refused(make: Maker) -> None:
    with pytest.raises(BadInput, match="holds several pictures"):
        digit_recognize(Image(make([SEVEN, SEVEN.rotate(90)])))


@pytest.mark.parametrize("pen", ["black", "white", "navy"])
def test_strokes_on_a_transparent_ground_are_read(pen: str) -> None:
    strokes = Photo(shadow=0, noise=0, paper=0, pen=255).of(handwritten(7))
    drawing = pillow.new("RGBA", strokes.size, (0, 0, 0, 0))
    drawing.paste(pillow.new("RGBA", strokes.size, pen), mask=strokes)

    assert read(drawing).digit == 7


def test_a_photograph_turned_by_its_exif_tag_is_read_upright() -> None:
    exif = pillow.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    lying = SEVEN.rotate(90, expand=True)

    turned = Image.of(lying, "image/jpeg", quality=90, exif=exif)

    assert digit_recognize(turned).digit == 7


def test_a_negative_is_read_alike() -> None:
    assert read(ImageOps.invert(SEVEN)).digit == 7


@pytest.mark.parametrize("size", [(1, 1), (300, 200), (1, 999)])
def test_an_empty_sheet_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="no digit was found"):
        read(pillow.new("L", size, 200))


def test_a_file_that_is_not_a_picture_is_refused() -> None:
    with pytest.raises(BadInput, match="image: not a picture"):
        digit_recognize(Image(b"hello", field="image"))


@pytest.mark.parametrize(("mode", "ink"), [("RGBA", "black"), ("L", 0)])
def test_the_largest_picture_takes_little_more_than_its_own_memory(
    mode: str, ink: str | int
) -> None:
    """50 megapixels with transparency, 200 kB: 1.1 GB."""
    large = pillow.new(mode, (7000, 7000), "white" if mode == "RGBA" else 255)
    large.paste(ink, (3200, 1500, 3800, 5500))

    with grown_megabytes() as grown:
        shades = grey(large)
        # Two copies of four bytes for each pixel.
        assert grown() < 49 * 9

    assert max(shades.shape) < 4096
