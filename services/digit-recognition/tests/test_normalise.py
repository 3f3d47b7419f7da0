"""The model gets every digit in the form of its training data."""

import numpy as np
import pytest
from digits.normalise import (
    DIGIT_PIXELS,
    FRAME_PIXELS,
    Frame,
    Grey,
    NoInk,
    normalise,
)
from paper import Photo, handwritten

SEVEN = handwritten(7)


def taken(**how: object) -> Grey:
    return np.asarray(Photo(**how).of(SEVEN))  # type: ignore[arg-type]  # fields of it


def difference(one: Frame, other: Frame) -> float:
    """In shades of 1, on average over the pixels."""
    return float(np.abs(one - other).mean())


def test_the_digit_fills_its_box_around_its_centre_of_mass() -> None:
    frame = normalise(taken())

    down, across = np.mgrid[:FRAME_PIXELS, :FRAME_PIXELS]
    rows = np.flatnonzero(frame.any(1))
    columns = np.flatnonzero(frame.any(0))
    middle = (FRAME_PIXELS - 1) / 2
    assert frame.shape == (FRAME_PIXELS, FRAME_PIXELS)
    assert frame.min() == 0 and frame.max() > 0.9
    assert max(np.ptp(rows), np.ptp(columns)) == pytest.approx(DIGIT_PIXELS, abs=1)
    assert np.average(across, weights=frame) == pytest.approx(middle, abs=0.1)
    assert np.average(down, weights=frame) == pytest.approx(middle, abs=0.1)


@pytest.mark.parametrize(
    "how",
    [
        {"paper": 40, "pen": 220},
        {"paper": 120, "pen": 160},
        {"shadow": 0.8},
        {"shadow": 0.8, "paper": 50, "pen": 220},
        {"noise": 15},
        {"size": (2000, 1500)},
        {"size": (60, 60)},
        {"size": (1200, 300), "place": (0.0, 1.0)},
        {"share": 0.25, "place": (1.0, 0.0)},
        {"share": 1.0},
    ],
    ids=str,
)
def test_light_pen_size_and_place_make_no_difference(how: dict[str, object]) -> None:
    assert difference(normalise(taken(**how)), normalise(taken())) < 0.035


def test_a_normalised_digit_stays_as_it_is() -> None:
    frame = normalise(taken())

    again = normalise(np.asarray(frame * 255, np.uint8))

    assert difference(again, frame) < 0.035


def test_dirt_and_the_edge_of_the_table_are_no_part_of_the_digit() -> None:
    dirty = taken(noise=0).copy()
    dirty[:, :12] = 20
    dirty[40:44, 330:334] = 20

    assert difference(normalise(dirty), normalise(taken(noise=0))) < 0.035


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (300, 400)])
def test_an_empty_sheet_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(NoInk, match="nothing stands out"):
        normalise(np.full(size, 200, np.uint8))


def test_grain_and_shadow_are_no_digit() -> None:
    sheet = Photo(shadow=0.8, noise=6).of(np.zeros_like(SEVEN))

    with pytest.raises(NoInk):
        normalise(np.asarray(sheet))
