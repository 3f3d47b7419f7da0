"""A picture of any kind is read as people see it, or refused with the reason."""

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from odd_pictures import (
    BLACK_IS_ZERO,
    COLOUR_KINDS,
    GREY_KINDS,
    GREY_PNG,
    RGB_PNG,
    SEVERAL,
    png,
    tiff,
    written,
)
from PIL import Image as pillow
from PIL.Image import Image as Picture
from PIL.TiffImagePlugin import AppendingTiffWriter
from service_sdk import BadInput, Image
from service_sdk.pictures.shades import PLAIN_MODES

PHOTO = Path(__file__).parents[2] / "face-detection" / "tests" / "astronaut.jpg"


def photo() -> Picture:
    with pillow.open(PHOTO) as picture:
        return picture.convert("RGB").resize((128, 128))


def difference(content: bytes, wanted: Picture) -> float:
    """How many shades the picture is off, on average."""
    seen = np.asarray(Image(content).rgb()).astype(int)
    return float(np.abs(seen - np.asarray(wanted.convert("RGB")).astype(int)).mean())


@pytest.mark.parametrize("kind", GREY_KINDS)
def test_grey_of_every_kind_is_read_as_its_eight_bits(kind: str) -> None:
    assert difference(GREY_KINDS[kind](photo()), photo().convert("L")) < 2


@pytest.mark.parametrize("kind", COLOUR_KINDS)
def test_colours_of_every_kind_are_read_as_their_eight_bits(kind: str) -> None:
    assert difference(COLOUR_KINDS[kind](photo()), photo()) < 6


@pytest.mark.parametrize("kind", [*GREY_KINDS, *COLOUR_KINDS])
def test_what_services_work_on_has_one_of_four_modes(kind: str) -> None:
    make = {**GREY_KINDS, **COLOUR_KINDS}[kind]

    assert Image(make(photo())).picture().mode in PLAIN_MODES


def test_white_is_the_smallest_customary_one_that_no_value_exceeds() -> None:
    """Documented in the README of the SDK; a constant picture shows it best."""
    shades: dict[str, list[tuple[float, int]]] = {
        "u2": [(128, 128), (512, 128), (2048, 128), (0x8000, 128), (0, 0)],
        "i4": [(128, 128), (32767, 255), (1_000_000, 255), (-5, 0)],
        "f4": [(0.5, 128), (128, 128), (32768, 128), (3.0, 255), (1e9, 255), (-5, 0)],
    }

    for kind, pairs in shades.items():
        for value, shade in pairs:
            made = tiff(np.full((4, 4), value, f"<{kind}"))
            assert Image(made).mean() == (shade,) * 3, (kind, value)


def test_a_picture_without_any_finite_number_is_refused() -> None:
    made = tiff(np.full((4, 4), np.nan, "<f4"))

    with pytest.raises(BadInput, match="broken picture .no pixel is a finite number"):
        Image(made).picture()


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_a_transparent_shade_of_few_bits_is_respected(depth: int) -> None:
    top = 2**depth - 1
    packed = np.packbits(np.unpackbits(np.full((4, 1), top << (8 - depth), np.uint8)))
    key = (b"tRNS", top.to_bytes(2, "big"))
    width = 8 // depth
    black_but_one = png(packed.reshape(4, 1), GREY_PNG, key, bits=depth, width=width)

    alpha = np.asarray(Image(black_but_one).picture().getchannel("A"))

    assert alpha[:, 0].max() == 0
    assert alpha[:, 1:].min() == 255


@pytest.mark.parametrize(
    ("values", "kind", "key"),
    [
        (np.array([[7, 8]], np.uint8), GREY_PNG, "0007"),
        (np.array([[0x0707, 0x0708]], np.uint16), GREY_PNG, "0707"),
        (np.array([[[1, 2, 3], [1, 2, 4]]], np.uint8), RGB_PNG, "000100020003"),
        (np.array([[[1, 2, 3], [1, 2, 4]]], np.uint8), RGB_PNG, "ff01ff02ff03"),
        (np.array([[[1, 2, 773], [1, 2, 772]]], np.uint16), RGB_PNG, "000100020305"),
    ],
)
def test_a_transparent_colour_is_respected(
    values: NDArray[Any], kind: int, key: str
) -> None:
    content = png(values, kind, (b"tRNS", bytes.fromhex(key)))

    assert Image(content).picture().getchannel("A").tobytes() == b"\0\xff"
    assert Image(content).rgb().getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("make", SEVERAL.values(), ids=SEVERAL)
def test_several_pictures_in_one_file_are_refused(make: Callable[..., bytes]) -> None:
    content = make([photo(), photo().rotate(90)])

    for read in (Image(content).picture, Image(content).header, Image(content).mean):
        with pytest.raises(BadInput, match=r"holds several pictures .* send each as"):
            read()


@pytest.mark.parametrize("make", SEVERAL.values(), ids=SEVERAL)
def test_a_file_of_one_frame_is_a_picture(make: Callable[..., bytes]) -> None:
    assert difference(make([photo()]), photo()) < 6


def test_a_photo_of_a_telephone_is_its_first_picture_and_has_more() -> None:
    content = COLOUR_KINDS["MPO"](photo())

    assert Image(content).format() == "image/jpeg"
    assert Image(content).picture().size == (128, 128)
    assert Image(content).has_more()


@pytest.mark.parametrize("more", [b"\0\0\0\x18ftypmp42", written(photo(), "JPEG")])
def test_what_lies_behind_a_jpeg_is_noticed(more: bytes) -> None:
    alone = written(photo(), "JPEG", comment=b"\xff\xd9 is its end")

    assert not Image(alone).has_more()
    assert not Image(alone + b"\0\0\r\n").has_more()
    assert Image(alone + more).has_more()


def test_what_lies_in_a_png_besides_its_picture_is_noticed() -> None:
    alone = png(np.zeros((2, 2), np.uint8), GREY_PNG)
    frame = (
        (b"fcTL", bytes.fromhex("00000000 00000002 00000002" + 14 * "00")),
        (b"fdAT", bytes.fromhex("00000001") + zlib.compress(bytes(6))),
    )
    unannounced = png(np.zeros((2, 2), np.uint8), GREY_PNG, behind=frame)

    assert not Image(alone).has_more()
    assert Image(alone + b"film").has_more()
    assert Image(unannounced).has_more()


def test_a_preview_is_not_taken_for_the_picture() -> None:
    raw_photo = tiff(np.zeros((4, 4), "<u2"), BLACK_IS_ZERO, subfile=1)

    with pytest.raises(BadInput, match="only a preview"):
        Image(raw_photo).picture()


def test_smaller_copies_behind_the_page_of_a_tiff_are_left_out() -> None:
    stream = io.BytesIO()
    for side, kind in [(128, 0), (64, 1), (32, 1)]:
        page = photo().resize((side, side))
        stream.seek(0)
        append(stream, page, kind)
    content = stream.getvalue()

    assert difference(content, photo()) == 0
    assert Image(content).has_more()


def append(stream: io.BytesIO, page: Picture, kind: int) -> None:
    """Add a page to a TIFF that says what the page is for."""
    tags = {254: kind}
    with AppendingTiffWriter(stream) as writer:
        page.save(writer, "TIFF", tiffinfo=tags)
        writer.newFrame()


def test_bytes_that_are_wrongly_called_signed_are_read_as_they_are() -> None:
    grey = np.asarray(photo().convert("L"))
    checks = np.indices((8, 8)).sum(axis=0) % 2 * 255

    for values in (grey, checks.astype(np.uint8)):
        made = tiff(values.view(np.int8))
        assert np.array_equal(np.asarray(Image(made).picture()), values)


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_a_face_that_is_transparent_does_not_hide_in_the_picture(mode: str) -> None:
    left_half = pillow.new("L", (128, 128))
    left_half.paste(255, (0, 0, 64, 128))
    hidden = photo().convert(mode)
    hidden.putalpha(left_half)

    picture = Image(written(hidden, "PNG")).picture()

    bands = np.asarray(picture)
    assert bands[:, 64:].max() == 0
    assert np.array_equal(bands[:, :64], np.asarray(photo().convert(mode))[:, :64])


def test_the_reason_is_said_why_a_file_is_not_read() -> None:
    of_doubles = tiff(np.zeros((4, 4), "<f8"))
    cut_off = written(photo(), "WEBP")[:400]
    targa = written(photo(), "TGA")
    avif = b"\0\0\0\x1cftypavif" + bytes(40)

    for content, reason in [
        (of_doubles, "a TIFF that cannot be read .unknown pixel mode"),
        (cut_off, "a WEBP that cannot be read|broken picture"),
        (targa, "not a picture in BMP or GIF"),
        (avif, "not a picture in .*looks like AVIF"),
        (written(photo(), "JPEG2000"), "looks like JPEG2000"),
        (b"GIF89a" + bytes(20), "a GIF that cannot be read|broken picture"),
    ]:
        with pytest.raises(BadInput, match=reason):
            Image(content).picture()


def test_texts_of_a_megabyte_in_a_png_do_no_harm() -> None:
    text = zlib.compress(b"x" * 5_000_000)
    content = png(
        np.zeros((2, 2), np.uint8), GREY_PNG, (b"zTXt", b"workflow\0\0" + text)
    )

    assert Image(content).mean() == (0, 0, 0)


def test_too_much_text_in_a_png_is_said() -> None:
    text = zlib.compress(b"x" * 70_000_000, 1)
    content = png(np.zeros((2, 2), np.uint8), GREY_PNG, (b"zTXt", b"w\0\0" + text))

    with pytest.raises(BadInput, match="broken picture .*TEXT"):
        Image(content).picture()


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_orientation_is_applied_in_every_format(name: str) -> None:
    exif = pillow.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees to the right
    lying = written(photo().resize((90, 60)), name, exif=exif)

    assert Image(lying).picture().size == (60, 90)


def test_damaged_metadata_do_not_hide_the_picture() -> None:
    damaged = written(photo(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\1\x12")

    assert Image(damaged).picture().size == (128, 128)


def test_only_a_fitting_colour_profile_comes_along() -> None:
    grey = written(photo().convert("L"), "PNG", icc_profile=b"profile")
    inks = written(photo().convert("CMYK"), "JPEG", icc_profile=b"profile", comment="x")

    assert Image(grey).picture().info == {"icc_profile": b"profile"}
    assert Image(inks).picture().info == {}
