"""Tensors with known answers: letterbox, the families of YOLO, suppression, labels."""

from pathlib import Path

import numpy as np
import pytest
from colour_yolo import SIDE, colour_yolo
from object_detection.detector import DEFAULT_FILE, Detector, NotLoadable, make_detector
from object_detection.labels import COCO, label, own_labels
from object_detection.layouts import Cells, Columns, Guesses, Rows, grid, layout_of
from object_detection.letterbox import GREY, Floats, Letterbox, fit
from object_detection.suppression import MAX_THINGS, distinct, sure
from service_sdk.errors import BadSetting, WeightsMissing
from tiny_onnx import constant_network

SQUARE = (640, 640)


def guesses_of(*guesses: tuple[list[float], float, int]) -> Guesses:
    boxes, scores, kinds = zip(*guesses, strict=True)
    return Guesses(
        boxes=np.array(boxes, np.float32),
        scores=np.float32(scores),
        kinds=np.array(kinds),
    )


def white(width: int, height: int) -> np.ndarray:
    return np.full((height, width, 3), 255, np.uint8)


def test_a_wide_picture_lies_in_the_middle_between_grey() -> None:
    rectangle, letterbox = fit(white(1280, 320), SQUARE, centred=True)

    assert rectangle.shape == (640, 640, 3)
    assert np.all(rectangle[240:400] == 255)
    assert np.all(rectangle[:240] == GREY) and np.all(rectangle[400:] == GREY)
    assert letterbox == Letterbox(picture=(1280, 320), scale=0.5, left=0, top=240)


def test_a_high_picture_lies_in_the_upper_left_where_the_network_wants_that() -> None:
    rectangle, letterbox = fit(white(320, 1280), SQUARE, centred=False)

    assert np.all(rectangle[:, :160] == 255) and np.all(rectangle[:, 160:] == GREY)
    assert letterbox == Letterbox(picture=(320, 1280), scale=0.5, left=0, top=0)


@pytest.mark.parametrize("size", [(1, 1), (1, 9000), (9000, 1)])
def test_pictures_of_any_shape_fit(size: tuple[int, int]) -> None:
    rectangle, _ = fit(white(*size), SQUARE, centred=True)

    assert rectangle.shape == (640, 640, 3)


def test_a_box_comes_back_to_the_pixels_of_the_picture() -> None:
    _, letterbox = fit(white(1280, 320), SQUARE, centred=True)

    assert letterbox.in_picture(np.float32([10, 250, 60, 300])) == [20, 20, 120, 120]


@pytest.mark.parametrize("box", [[10, 10, 60, 200], [700, 250, 900, 300]])
def test_a_box_wholly_in_the_grey_is_none(box: list[float]) -> None:
    _, letterbox = fit(white(1280, 320), SQUARE, centred=True)

    assert letterbox.in_picture(np.float32(box)) is None


@pytest.mark.parametrize(
    ("shape", "family"),
    [
        ([1, 84, 8400], Columns),
        (["batch", 84, "anchors"], Columns),
        ([1, 6, 8400], Columns),
        ([1, 116, 8400], Columns),
        ([1, 8400, 85], Cells),
        (["batch", 8400, 6], Cells),
        ([1, 300, 6], Rows),
        (["batch", "things", 6], Rows),
    ],
)
def test_a_family_is_known_by_the_shape_of_its_output(
    shape: list[object], family: type
) -> None:
    assert isinstance(layout_of(shape, SQUARE), family)


@pytest.mark.parametrize(
    "shape", [[1, 1000], [1, 3, 640, 640], [1, 25200, 85], [1, 4, 8400], []]
)
def test_outputs_of_other_shapes_are_no_family(shape: list[object]) -> None:
    assert layout_of(shape, SQUARE) is None


def test_columns_are_centre_size_and_scores() -> None:
    output = np.zeros((84, 8400), np.float32)
    output[:4, 77] = [100, 200, 40, 60]
    output[4 + 16, 77] = 0.9
    output[4 + 15, 77] = 0.4

    found = sure(Columns().decode(output, SQUARE, None), 0.5)

    assert found.boxes.tolist() == [[80, 170, 120, 230]]
    assert found.scores.tolist() == pytest.approx([0.9])
    assert found.kinds.tolist() == [COCO.index("dog")]


def test_columns_of_masks_are_no_kinds() -> None:
    output = np.zeros((4 + 2 + 32, 2000), np.float32)
    output[4 + 1, 3] = 0.6  # the second kind
    output[4 + 2 + 5, 3] = 7.5  # a mask

    found = sure(Columns().decode(output, SQUARE, 2), 0.5)

    assert found.kinds.tolist() == [1]
    assert found.scores.tolist() == pytest.approx([0.6])


@pytest.mark.parametrize(
    ("cell", "origin", "stride"),
    [
        (0, (0, 0), 8),
        (80 * 2 + 5, (40, 16), 8),
        (6400 + 40 * 3 + 1, (16, 48), 16),
        (8399, (608, 608), 32),
    ],
)
def test_cells_are_decoded_at_every_stride(
    cell: int, origin: tuple[int, int], stride: int
) -> None:
    output = np.zeros((8400, 85), np.float32)
    output[cell, :6] = [0.5, 0.25, np.log(2), np.log(4), 0.8, 0.75]

    found = sure(Cells().decode(output, SQUARE, None), 0.5)

    x = origin[0] + stride / 2
    y = origin[1] + stride / 4
    expected = [x - stride, y - 2 * stride, x + stride, y + 2 * stride]
    assert found.boxes.tolist() == [pytest.approx(expected, abs=1e-3)]
    assert found.scores.tolist() == pytest.approx([0.8 * 0.75])


def test_rows_are_things_already() -> None:
    output = np.zeros((300, 6), np.float32)
    output[0] = [1, 2, 3, 4, 0.7, 56]

    found = sure(Rows().decode(output, SQUARE, None), 0.5)

    assert found.boxes.tolist() == [[1, 2, 3, 4]]
    assert [label(None, kind) for kind in found.kinds] == ["chair"]


def test_there_is_a_cell_for_every_step_of_every_stride() -> None:
    corners, strides = grid((416, 320))

    assert len(corners) == len(strides) == 52 * 40 + 26 * 20 + 13 * 10


@pytest.mark.parametrize(
    ("family", "first"), [(Columns(), 1.0), (Rows(), 1.0), (Cells(), 0.0)]
)
def test_colours_come_in_the_order_and_range_of_the_family(
    family: Columns | Rows | Cells, first: float
) -> None:
    red = np.zeros((2, 2, 3), np.uint8)
    red[..., 0] = 255

    tensor = family.tensor(red)

    assert tensor.shape == (1, 3, 2, 2) and tensor.dtype == np.float32
    assert np.all(tensor[0, 0] == first)
    assert tensor.max() == (255 if isinstance(family, Cells) else 1)


def test_the_surest_come_first_and_the_unsure_not_at_all() -> None:
    box = [0.0, 0, 1, 1]

    found = sure(
        guesses_of((box, 0.4, 1), (box, 0.9, 2), (box, 0.29, 3), (box, 0.3, 4)), 0.3
    )

    assert found.kinds.tolist() == [2, 1, 4]


def test_the_surest_of_overlapping_boxes_stays() -> None:
    guesses = guesses_of(
        ([0, 0, 10, 10], 0.9, 1),
        ([1, 1, 11, 11], 0.8, 1),  # overlaps by 0.68
        ([4, 0, 14, 10], 0.7, 1),  # by 0.43
        ([50, 50, 60, 60], 0.6, 1),
    )

    assert distinct(guesses).scores.tolist() == pytest.approx([0.9, 0.7, 0.6])


def test_things_of_another_kind_may_be_at_the_same_place() -> None:
    guesses = guesses_of(([0, 0, 10, 10], 0.9, 1), ([0, 0, 10, 10], 0.8, 2))

    assert distinct(guesses).kinds.tolist() == [1, 2]


def test_nothing_seen_stays_nothing() -> None:
    nothing = Guesses(
        np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0)
    )

    assert len(distinct(nothing).scores) == 0


def test_the_number_of_things_is_bounded() -> None:
    apart = [([9.0 * n, 0, 9 * n + 5, 5], 0.5, 0) for n in range(MAX_THINGS + 20)]

    assert len(distinct(guesses_of(*apart)).scores) == MAX_THINGS


def test_labels_beside_the_weights_come_first(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("bolt\nnut\n")

    own = own_labels(tmp_path / "mine.onnx", {"names": "{0: 'other'}"})

    assert own == {0: "bolt", 1: "nut"}


@pytest.mark.parametrize("names", ["", "no python", "[1, 2]", "{'a': 'b'}"])
def test_without_labels_that_can_be_read_those_of_coco_count(names: str) -> None:
    own = own_labels(Path("none.onnx"), {"names": names})

    assert own is None
    assert len(COCO) == 80 and label(own, 79) == "toothbrush"


def coloured() -> Floats:
    """Red in the upper left, a darker blue in the lower right."""
    pixels = np.zeros((640, 640, 3), np.uint8)
    pixels[:320, :320, 0] = 255
    pixels[320:, 320:, 2] = 200
    return pixels


def in_folder(folder: Path, **settings: str) -> Detector:
    return make_detector({"MODEL_DIR": str(folder), **settings})


def test_a_network_sees_what_is_in_a_picture(tmp_path: Path) -> None:
    (tmp_path / DEFAULT_FILE).write_bytes(colour_yolo())

    objects = in_folder(tmp_path).detect(coloured())

    assert objects == [
        {"label": "red", "score": 1.0, "box": [0, 0, 320, 320]},
        {"label": "blue", "score": 0.7843, "box": [320, 320, 640, 640]},
    ]


def test_a_setting_says_how_sure_it_must_be(tmp_path: Path) -> None:
    (tmp_path / "other.onnx").write_bytes(colour_yolo())
    settings = {"OBJECT_MODEL": "other.onnx", "MIN_SCORE": "0.9"}

    [red] = in_folder(tmp_path, **settings).detect(coloured())

    assert red["label"] == "red"


def test_a_yolox_works_from_its_file_on(tmp_path: Path) -> None:
    output = np.zeros((1, 84, 6), np.float32)  # 64 + 16 + 4 cells
    output[0, 64 + 5] = [0.5, 0.5, 0, 0, 1, 0.9]
    (tmp_path / DEFAULT_FILE).write_bytes(
        constant_network((1, 3, SIDE, SIDE), [output])
    )

    [person] = in_folder(tmp_path).detect(np.zeros((128, 128, 3), np.uint8))

    assert person == {"label": "person", "score": 0.9, "box": [32, 32, 64, 64]}


def test_missing_weights_are_named_with_where_to_get_some(tmp_path: Path) -> None:
    with pytest.raises(
        WeightsMissing, match=f"{tmp_path / DEFAULT_FILE} .*YOLOX.*MODEL_DIR"
    ):
        in_folder(tmp_path)


def test_a_file_that_is_no_network_is_named(tmp_path: Path) -> None:
    (tmp_path / DEFAULT_FILE).write_bytes(b"<html>not found</html>")

    with pytest.raises(NotLoadable, match=f"{DEFAULT_FILE} cannot be used"):
        in_folder(tmp_path)


def test_a_network_that_is_no_yolo_is_named(tmp_path: Path) -> None:
    scores = np.zeros((1, 1000), np.float32)
    (tmp_path / DEFAULT_FILE).write_bytes(constant_network((1, 3, 224, 224), [scores]))

    with pytest.raises(
        NotLoadable, match=r"no YOLO has outputs of the shape \[1, 1000\]"
    ):
        in_folder(tmp_path)


def test_a_setting_that_is_no_number_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="MIN_SCORE='high'"):
        in_folder(tmp_path, MIN_SCORE="high")
