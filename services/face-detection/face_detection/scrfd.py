"""SCRFD through ONNX Runtime: weights are fetched by the operator, once."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # it comes without types
from numpy.typing import NDArray
from service_sdk.errors import WeightsMissing

from face_detection.backends import Pixels

Floats = NDArray[np.float32]

FILE = "scrfd_10g_bnkps.onnx"
SIDE = 640  # of the square that the network looks at
STRIDES = (8, 16, 32)
ANCHORS = 2  # a cell
SCORE, OVERLAP = 0.5, 0.4


REMEDY = (
    f"take {FILE} from the SCRFD model zoo of the InsightFace project (for research "
    "only, see its licence), put it there, or point MODEL_DIR to its folder"
)


def model_path(environment: Mapping[str, str]) -> Path:
    """MODEL_DIR, or `models` where the service runs, and the file in it."""
    return Path(environment.get("MODEL_DIR", "models")) / FILE


class Scrfd:
    """Small and turned faces too; one session serves all threads."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise WeightsMissing(path, REMEDY)
        self._session = onnxruntime.InferenceSession(
            str(path), providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name

    def detect(self, pixels: Pixels) -> Iterable[tuple[float, float, float, float]]:
        """Boxes around the faces."""
        tensor, scale = prepare(pixels)
        outputs = self._session.run(None, {self._input: tensor})
        boxes, scores = decode([np.asarray(one) for one in outputs])
        for x1, y1, x2, y2 in boxes[suppress(boxes, scores)] / scale:
            yield float(x1), float(y1), float(x2), float(y2)


def prepare(pixels: Pixels) -> tuple[Floats, float]:
    """The picture in the upper left of the square, and how much it was scaled."""
    height, width, _ = pixels.shape
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    square = np.zeros((SIDE, SIDE, 3), np.uint8)
    square[: size[1], : size[0]] = cv2.resize(pixels, size)
    tensor = (square.astype(np.float32) - 127.5) / 128
    return np.ascontiguousarray(tensor.transpose(2, 0, 1)[None]), scale


def decode(outputs: Sequence[Floats]) -> tuple[Floats, Floats]:
    """The boxes and scores that the network is sure enough of.

    It gives, for each stride in turn, first all the scores, then all the
    distances of the box's left, top, right and bottom from the anchor's centre,
    in strides.
    """
    count = len(STRIDES)
    boxes, scores = [], []
    for stride, score, distance in zip(
        STRIDES, outputs[:count], outputs[count : 2 * count], strict=True
    ):
        sure = score.reshape(-1) >= SCORE
        centres = anchor_centres(stride)[sure]
        reach = distance.reshape(-1, 4)[sure] * stride
        boxes.append(np.hstack([centres - reach[:, :2], centres + reach[:, 2:]]))
        scores.append(score.reshape(-1)[sure])
    return np.vstack(boxes), np.concatenate(scores)


def anchor_centres(stride: int) -> Floats:
    """The centres (x, y) of a stride's anchors, row by row, each cell's together."""
    steps = np.arange(0, SIDE, stride, dtype=np.float32)
    across, down = np.meshgrid(steps, steps)
    cells = np.stack([across, down], axis=-1).reshape(-1, 2)
    return np.repeat(cells, ANCHORS, axis=0)


def suppress(boxes: Floats, scores: Floats) -> list[int]:
    """Which boxes stay: the surest first, none that overlaps a surer one much."""
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    order = np.argsort(-scores)
    stay = []
    while order.size:
        best, rest = order[0], order[1:]
        stay.append(int(best))
        low = np.maximum(boxes[best, :2], boxes[rest, :2])
        high = np.minimum(boxes[best, 2:], boxes[rest, 2:])
        common = np.prod(np.clip(high - low, 0, None), axis=1)
        overlap = common / (areas[best] + areas[rest] - common)
        order = rest[overlap <= OVERLAP]
    return stay
