"""Every operation on pictures of many kinds; what comes out is decoded again."""

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from image_processing.areas import Area
from image_processing.operations import (
    image_analyze,
    image_blur,
    image_convert,
    image_crop,
    image_greyscale,
    image_resize,
)
from image_processing.pictures import MODES
from numpy.typing import NDArray
from odd_pictures import COLOUR_KINDS, SEVERAL, Maker
from PIL import Image as pillow
from service_sdk import BadInput, Image

PHOTO = Path(__file__).parents[2] / "face-detection" / "tests" / "astronaut.jpg"
FACE: Area = (176, 65, 274, 163)
FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
}

# Numbers of EXIF entries.
MAKE = 0x010F
ORIENTATION = 0x0112
EXIF = 0x8769
GPS = 0x8825
EXPOSURE_TIME = 0x829A
MAKER_NOTE = 0x927C

TURNED_RIGHT = 6


def photo(media_type: str = "image/jpeg", mode: str = "RGB", **how: Any) -> Image:
    with pillow.open(PHOTO) as picture:
        return Image.of(picture.convert(mode), media_type, **how)


def lying_photo(media_type: str = "image/jpeg") -> Image:
    """Pixels turned to the left, and the tag that turns them back."""
    exif = pillow.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    with pillow.open(PHOTO) as picture:
        lying = picture.resize((400, 300)).rotate(90, expand=True)
    return Image.of(lying, media_type, exif=exif)


def opened(image: Image) -> pillow.Image:
    picture = pillow.open(io.BytesIO(image.read()))
    picture.load()
    return picture


def pixels(image: Image) -> NDArray[np.int64]:
    return np.asarray(opened(image).convert("RGB")).astype(int)


def detail(patch: NDArray[np.int64]) -> float:
    """How much neighbouring pixels differ."""
    return float(np.abs(np.diff(patch, axis=0)).mean())


def test_a_blurred_area_has_no_detail_left_and_the_rest_is_untouched() -> None:
    original = photo("image/png")

    blurred = image_blur(original, [FACE])

    before = pixels(original)
    after = pixels(blurred)
    assert detail(after[65:163, 176:274]) < detail(before[65:163, 176:274]) / 4
    after[65:163, 176:274] = before[65:163, 176:274]
    assert np.array_equal(before, after)


@pytest.mark.parametrize("areas", [None, [], [(9, 9, 9, 40)], [(900, 0, 990, 9)]])
def test_without_an_area_in_the_picture_it_stays_as_it_is(
    areas: list[Area] | None,
) -> None:
    original = photo()

    assert image_blur(original, areas).read() == original.read()


def test_areas_to_blur_are_clamped_to_the_picture() -> None:
    blurred = image_blur(photo(), [(-1e300, -50, 1e300, 9000)])

    assert opened(blurred).size == (512, 512)
    assert detail(pixels(blurred)) < 1.5


def test_an_area_given_from_its_other_corner_is_blurred_too() -> None:
    x1, y1, x2, y2 = FACE

    turned = image_blur(photo(), [(x2, y2, x1, y1)])

    assert turned.read() == image_blur(photo(), [FACE]).read()


def test_the_smallest_area_can_be_blurred() -> None:
    assert image_blur(photo("image/png"), [(10, 10, 11, 11)]).read()


def test_coordinates_refer_to_the_upright_picture() -> None:
    blurred = image_blur(lying_photo("image/png"), [(0, 0, 400, 100)])

    assert opened(blurred).size == (400, 300)
    assert ORIENTATION not in opened(blurred).getexif()
    assert detail(pixels(blurred)[:100]) < detail(pixels(blurred)[100:]) / 4


@pytest.mark.parametrize(("media_type", "name"), list(FORMATS.items()))
def test_a_picture_keeps_its_format(media_type: str, name: str) -> None:
    blurred = image_blur(photo(media_type), [FACE])

    assert opened(blurred).format == name
    assert blurred.media_type == media_type


def test_the_format_is_read_from_the_content_and_not_from_what_is_said() -> None:
    mistaken = Image(photo("image/png").read(), "image/jpeg")

    assert opened(image_greyscale(mistaken)).format == "PNG"


def test_one_area_gives_one_cut() -> None:
    cut = image_crop(photo(), [FACE])

    assert isinstance(cut, Image)
    assert opened(cut).size == (98, 98)


def test_several_areas_give_numbered_cuts() -> None:
    cuts = image_crop(photo(), [FACE, (-9, 0, 10.5, 5), (500, 500, 600, 600)])

    assert isinstance(cuts, list)
    assert [opened(cut).size for cut in cuts] == [(98, 98), (11, 5), (12, 12)]


def test_an_area_outside_the_picture_is_named() -> None:
    with pytest.raises(BadInput, match=r"areas\.1: .*512 x 512"):
        image_crop(photo(), [FACE, (600, 600, 700, 700)])


def test_a_crop_without_areas_is_refused() -> None:
    with pytest.raises(BadInput, match="areas: empty"):
        image_crop(photo(), [])


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        *FORMATS.items(),
        ("jpg", "JPEG"),
        ("JPEG", "JPEG"),
        ("image/jpg", "JPEG"),
        (".png", "PNG"),
        ("webp", "WEBP"),
        ("tif", "TIFF"),
    ],
)
def test_formats_are_known_by_media_type_and_by_name(wanted: str, name: str) -> None:
    converted = image_convert(photo(), wanted)

    assert opened(converted).format == name
    assert FORMATS[converted.media_type] == name


def test_an_unknown_format_is_answered_with_those_offered() -> None:
    with pytest.raises(BadInput, match="format: 'tga' is not offered.*image/png"):
        image_convert(photo(), "tga")


def test_quality_counts() -> None:
    coarse, fine = (image_convert(photo(), "jpg", quality) for quality in (20, 95))

    assert len(coarse.read()) * 3 < len(fine.read())


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "I;16", "I", "F"])
@pytest.mark.parametrize("media_type", list(MODES))
def test_every_mode_fits_into_every_format(mode: str, media_type: str) -> None:
    with pillow.open(PHOTO) as picture:
        small = picture.resize((20, 20)).convert("L" if len(mode) > 2 else mode)
    source = "image/tiff" if mode in ("I;16", "I", "F") else "image/png"
    made = Image.of(small.convert(mode), source)

    assert opened(image_convert(made, media_type)).size == (20, 20)


def test_sixteen_bits_become_eight_and_not_white() -> None:
    deep = pillow.fromarray(np.full((4, 4), 0x8080, np.uint16))

    assert np.all(pixels(image_convert(Image.of(deep), "png")) == 0x80)


def test_transparency_becomes_white_in_a_jpeg() -> None:
    clear = Image.of(pillow.new("RGBA", (8, 8), (0, 0, 0, 0)))

    assert pixels(image_convert(clear, "jpg")).min() > 250


def test_what_is_transparent_in_part_looks_the_same_in_a_gif() -> None:
    half = pillow.new("RGBA", (8, 8), (0, 0, 0, 128))
    half.paste((0, 0, 0, 0), (0, 0, 4, 8))

    seen = opened(image_convert(Image.of(half), "gif")).convert("RGBA")

    assert seen.getpixel((1, 1))[3] == 0
    assert seen.getpixel((6, 6)) == (127, 127, 127, 255)


def test_a_cmyk_photograph_becomes_rgb() -> None:
    converted = image_convert(photo(mode="CMYK"), "png")

    assert opened(converted).mode == "RGB"
    assert np.abs(pixels(converted) - pixels(photo())).mean() < 8


@pytest.mark.parametrize("compression", ["group3", "group4", "jpeg", "tiff_lzw"])
def test_a_tiff_loses_nothing_outside_the_areas(compression: str) -> None:
    mode = "1" if compression.startswith("group") else "RGB"
    page = photo("image/tiff", mode, compression=compression)

    blurred = image_blur(page, [FACE])

    before = pixels(page)
    after = pixels(blurred)
    assert opened(blurred).format == "TIFF"
    assert detail(after[65:163, 176:274]) < detail(before[65:163, 176:274]) / 4
    after[65:163, 176:274] = before[65:163, 176:274]
    assert np.array_equal(before, after)


def test_a_photo_of_a_telephone_comes_back_without_what_was_behind_it() -> None:
    faces = Image(COLOUR_KINDS["MPO"](opened(photo())))

    for areas in ([], [FACE]):
        blurred = image_blur(faces, areas)
        assert opened(blurred).format == "JPEG"
        assert not blurred.has_more()


@pytest.mark.parametrize("operation", range(6))
@pytest.mark.parametrize("make", SEVERAL.values(), ids=SEVERAL)
def test_several_pictures_in_one_file_are_refused(make: Maker, operation: int) -> None:
    content = make([opened(photo()), opened(photo()).rotate(90)])

    with pytest.raises(BadInput, match="image: the .* holds several pictures"):
        OPERATIONS[operation](Image(content, field="image"))


def test_the_colour_profile_is_kept() -> None:
    with_profile = photo(icc_profile=b"a profile of colours")

    cut = image_crop(with_profile, [FACE])

    assert isinstance(cut, Image)
    assert opened(cut).info["icc_profile"] == b"a profile of colours"


def test_metadata_say_format_size_and_exif_by_name() -> None:
    exif = pillow.Exif()
    exif[MAKE] = "Nikon"
    exif.get_ifd(EXIF)[EXPOSURE_TIME] = 0.004
    exif.get_ifd(EXIF)[MAKER_NOTE] = b"\x00\x01\xff maker's own"
    exif.get_ifd(GPS).update({1: "N", 2: (48.0, 30.0, 0.0)})

    found = image_analyze(photo(exif=exif))

    assert found == {
        "format": "image/jpeg",
        "width": 512,
        "height": 512,
        "Make": "Nikon",
        "ExposureTime": pytest.approx(0.004),
        "GPSInfo": {"GPSLatitudeRef": "N", "GPSLatitude": [48.0, 30.0, 0.0]},
    }


def test_width_and_height_are_those_of_the_upright_picture() -> None:
    found = image_analyze(lying_photo())

    assert (found["width"], found["height"]) == (400, 300)
    assert found["Orientation"] == TURNED_RIGHT


def test_greyscale_has_no_colours() -> None:
    grey = pixels(image_greyscale(photo("image/png")))

    assert np.ptp(grey, axis=2).max() == 0


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_greyscale_keeps_transparency(mode: str) -> None:
    clear = Image.of(pillow.new(mode, (8, 8)))

    assert opened(image_greyscale(clear)).getchannel("A").getextrema() == (0, 0)


@pytest.mark.parametrize(
    ("settings", "size"),
    [
        ({"width": 200}, (200, 150)),
        ({"height": 150}, (200, 150)),
        ({"width": 200, "height": 200}, (200, 150)),
        ({"width": 200, "height": 200, "with_ratio": False}, (200, 200)),
        ({"width": 200, "with_ratio": False}, (200, 300)),
        ({"scale_percent": 50}, (200, 150)),
        ({"scale_percent": 150.5}, (602, 451)),
        ({"scale_percent": 0.001}, (1, 1)),
    ],
)
def test_a_picture_is_resized(settings: dict[str, Any], size: tuple[int, int]) -> None:
    resized = image_resize(lying_photo(), **settings)

    assert opened(resized).size == size
    assert opened(resized).format == "JPEG"


def test_a_size_must_be_given() -> None:
    with pytest.raises(BadInput, match="settings: give width, height or scale"):
        image_resize(photo())


def test_a_picture_is_not_blown_up_beyond_the_limit() -> None:
    with pytest.raises(BadInput, match="settings: 65000 x 65000 is more than"):
        image_resize(photo(), width=65_000)


Operation = Callable[[Image], object]
OPERATIONS: list[Operation] = [
    lambda image: image_blur(image, [FACE]),
    lambda image: image_crop(image, [FACE]),
    lambda image: image_convert(image, "png"),
    image_analyze,
    image_greyscale,
    lambda image: image_resize(image, width=10),
]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    "content", [b"", b"hello", PHOTO.read_bytes()[:9000], b"\x89PNG\r\n\x1a\n"]
)
def test_broken_pictures_are_refused_by_name(
    operation: Operation, content: bytes
) -> None:
    with pytest.raises(
        BadInput, match=r"^image: (not|a broken|a PNG that cannot be read|the file is)"
    ):
        operation(Image(content, field="image"))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_picture_too_large_is_refused_by_its_header(operation: Operation) -> None:
    large = Image(photo().read(), field="image", max_pixels=512 * 512 - 1)

    with pytest.raises(BadInput, match="image: has more than 0.262143 megapixels"):
        operation(large)


def test_a_bomb_is_refused_without_being_decoded() -> None:
    header = photo("image/png").read()
    width_and_height = (60_000).to_bytes(4, "big") * 2
    chunk = b"IHDR" + width_and_height + header[24:29]
    bomb = header[:12] + chunk + zlib.crc32(chunk).to_bytes(4, "big") + header[33:]

    with pytest.raises(BadInput, match="megapixels"):
        image_greyscale(Image(bomb, field="image"))
