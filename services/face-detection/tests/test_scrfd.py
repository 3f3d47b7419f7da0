"""SCRFD: tensors with known answers, a network that answers them, no weights."""

from pathlib import Path

import numpy as np
import pytest
from face_detection import app
from face_detection.backends import chosen_detector, make_detector
from face_detection.scrfd import (
    ANCHORS_PER_CELL,
    MAX_GUESSES,
    SQUARE_PIXELS,
    STRIDES_PIXELS,
    WEIGHTS_FILE,
    Floats,
    anchor_centres,
    decode,
    prepare,
    suppress,
)
from service_sdk.errors import WeightsMissing
from service_sdk.testing import Kit
from tiny_onnx import constant_network

ASTRONAUT = Path(__file__).parent / "astronaut.jpg"


def network_outputs() -> list[Floats]:
    """What the network gives when it sees nothing: scores, boxes, landmarks."""
    counts = [
        (SQUARE_PIXELS // stride) ** 2 * ANCHORS_PER_CELL for stride in STRIDES_PIXELS
    ]
    widths = (1, 4, 10)
    return [np.zeros((n, width), np.float32) for width in widths for n in counts]


def with_face(outputs: list[Floats], level: int, *, anchor: int, score: float) -> None:
    """One face of 2 x 4 strides around an anchor's centre."""
    outputs[level][anchor] = score
    outputs[len(STRIDES_PIXELS) + level][anchor] = [1, 2, 1, 2]


def test_a_wide_picture_fills_the_width_of_the_square() -> None:
    white = np.full((320, 1280, 3), 255, np.uint8)

    tensor, scale = prepare(white)

    assert tensor.shape == (1, 3, SQUARE_PIXELS, SQUARE_PIXELS)
    assert scale == 0.5
    assert np.all(tensor[0, :, :160] == np.float32(127.5 / 128))
    assert np.all(tensor[0, :, 160:] == np.float32(-127.5 / 128))


def test_the_channels_stay_red_green_blue() -> None:
    red = np.zeros((10, 10, 3), np.uint8)
    red[..., 0] = 255

    tensor, _ = prepare(red)

    assert tensor[0, 0].min() > 0.9 and tensor[0, 1:].max() < -0.9


def test_anchors_go_row_by_row_two_to_a_cell() -> None:
    centres = anchor_centres(32)

    assert centres.shape == (20 * 20 * 2, 2)
    assert centres[:4].tolist() == [[0, 0], [0, 0], [32, 0], [32, 0]]
    assert centres[40].tolist() == [0, 32]


@pytest.mark.parametrize(("level", "stride"), list(enumerate(STRIDES_PIXELS)))
def test_a_face_is_decoded_at_every_stride(level: int, stride: int) -> None:
    outputs = network_outputs()
    row = 3
    column = 5
    cell = row * (SQUARE_PIXELS // stride) + column
    with_face(outputs, level, anchor=cell * ANCHORS_PER_CELL, score=0.9)

    boxes, scores = decode(outputs)

    x = column * stride
    y = row * stride
    expected = [x - stride, y - 2 * stride, x + stride, y + 2 * stride]
    assert boxes.tolist() == [expected]
    assert scores.tolist() == pytest.approx([0.9])


def test_an_unsure_anchor_is_left_out() -> None:
    outputs = network_outputs()
    with_face(outputs, 0, anchor=1000, score=0.49)

    boxes, _ = decode(outputs)

    assert len(boxes) == 0


def test_the_surest_of_overlapping_boxes_stays() -> None:
    boxes = np.array(
        [[0, 0, 10, 10], [1, 1, 11, 11], [20, 0, 30, 10]], dtype=np.float32
    )

    stay = suppress(boxes, np.array([0.6, 0.9, 0.7], dtype=np.float32))

    assert stay == [1, 2]


def test_thousands_of_sure_anchors_are_sorted_out_in_time() -> None:
    """As many as there are, none of which overlap: 16,800 x 16,800 comparisons."""
    corner = np.arange(16_800, dtype=np.float32)[:, None] * 2
    boxes = np.hstack([corner, corner, corner + 1, corner + 1])
    scores = np.linspace(0.5, 1, len(boxes), dtype=np.float32)

    stay = suppress(boxes, scores)

    assert len(stay) == MAX_GUESSES
    assert stay[0] == len(boxes) - 1


def test_without_weights_the_error_names_the_file_and_where_to_get_it(
    tmp_path: Path,
) -> None:
    settings = {"FACE_BACKEND": "scrfd", "MODEL_DIR": str(tmp_path)}

    with pytest.raises(WeightsMissing, match=f"{tmp_path / WEIGHTS_FILE}.*InsightFace"):
        make_detector(settings)


def test_without_weights_a_run_fails_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACE_BACKEND", "scrfd")
    monkeypatch.setenv("MODEL_DIR", str(tmp_path))
    chosen_detector.__wrapped__.cache_clear()

    with Kit(app) as kit:
        reply = kit.call("face-detect", image=ASTRONAUT)

    assert reply.error and str(tmp_path / WEIGHTS_FILE) in reply.error
    assert "retryable" not in reply.typed


def test_a_network_is_loaded_and_its_answer_comes_in_pixels_of_the_picture(
    tmp_path: Path,
) -> None:
    outputs = network_outputs()
    first_anchor = (10 * 40 + 10) * ANCHORS_PER_CELL
    with_face(outputs, 1, anchor=first_anchor, score=0.8)
    with_face(outputs, 1, anchor=first_anchor + 1, score=0.9)
    network = constant_network((1, 3, SQUARE_PIXELS, SQUARE_PIXELS), outputs)
    (tmp_path / WEIGHTS_FILE).write_bytes(network)
    detector = make_detector({"FACE_BACKEND": "scrfd", "MODEL_DIR": str(tmp_path)})
    twice_as_large = np.zeros((1280, 1280, 3), np.uint8)

    found = list(detector.detect(twice_as_large))

    assert found == [(288, 256, 352, 384)]
