"""A picture that is made to take much time to decode is refused by its header."""

import io

import pytest
from PIL import Image as pillow
from service_sdk import BadInput, Image
from service_sdk.pictures.jpeg import (
    MAX_SCANS,
    PIECE_BYTES,
    SCAN,
    START,
    has_too_many_scans,
)

PROGRESSIVE = Image.of(
    pillow.linear_gradient("L"), "image/jpeg", progressive=True
).read()


def with_scans(count: int) -> bytes:
    """The picture with its last scan repeated, until it has so many scans."""
    last = PROGRESSIVE.rindex(SCAN)
    scan = PROGRESSIVE[last:-2]
    missing = count - PROGRESSIVE.count(SCAN)
    return PROGRESSIVE[:-2] + scan * missing + PROGRESSIVE[-2:]


def test_a_jpeg_that_goes_over_its_pixels_again_and_again_is_refused() -> None:
    """50 megapixels, 1400 scans, 300 kB: 100 s."""
    with pytest.raises(BadInput, match=f"more than {MAX_SCANS} scans"):
        Image(with_scans(MAX_SCANS + 1)).picture()


def test_a_jpeg_with_as_many_scans_as_allowed_is_decoded() -> None:
    assert Image(with_scans(MAX_SCANS)).picture().size == (256, 256)


def test_a_scan_is_found_where_two_pieces_of_the_file_meet() -> None:
    # The pieces begin after the first two bytes, and the first scan one byte before the
    # second piece.
    filled = START.ljust(len(START) + PIECE_BYTES - 1, b"\0")

    assert not has_too_many_scans(io.BytesIO(filled + SCAN * MAX_SCANS))
    assert has_too_many_scans(io.BytesIO(filled + SCAN * (MAX_SCANS + 1)))
