"""SCRFD in ONNX Runtime; its weights are not part of the service.

The network looks at a square of 640 pixels and lays three grids of cells over it, one
for each stride. Each cell has two anchors at its corner, and each anchor may see one
face: the network gives it a score and the distances to the four sides of the face.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from service_sdk.errors import WeightsMissing

from face_detection.detector import FoundBox, Pixels

Floats = NDArray[np.float32]

WEIGHTS_FILE = "scrfd_10g_bnkps.onnx"
REMEDY = (
    f"download {WEIGHTS_FILE} from the SCRFD model zoo of the InsightFace project "
    "(for research only, see its licence) and put it there, or set MODEL_DIR to its "
    "folder"
)

# How the network was built and trained; other values give wrong boxes.
SQUARE_PIXELS = 640  # of each side of the square that the network looks at
STRIDES_PIXELS = (8, 16, 32)  # of each side of a cell, grid by grid
ANCHORS_PER_CELL = 2
CHANNEL_MEAN = 127.5  # shades from 0 to 255 become about -1 to 1
CHANNEL_SCALE = 128

MIN_SCORE = 0.5  # an anchor that is less sure sees no face
MAX_OVERLAP = 0.4  # boxes that share more of their area mean the same face
MAX_GUESSES = 2000  # the surest ones, from which the faces are chosen


def model_path(environment: Mapping[str, str]) -> Path:
    """The file of weights in MODEL_DIR, or in `models` where the service runs."""
    return Path(environment.get("MODEL_DIR", "models")) / WEIGHTS_FILE


class Scrfd:
    """Finds small and turned faces too; one session serves all threads."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise WeightsMissing(path, REMEDY)

        # Imported late: it takes long to load, and without weights it is not needed.
        import onnxruntime  # type: ignore[import-untyped]  # it comes without types

        self._session = onnxruntime.InferenceSession(
            str(path), providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name

    def detect(self, pixels: Pixels) -> Iterable[FoundBox]:
        """The boxes of the faces, in pixels of the picture."""
        tensor, scale = prepare(pixels)

        outputs = self._session.run(None, {self._input: tensor})
        boxes, scores = decode([np.asarray(output) for output in outputs])
        kept = suppress(boxes, scores)

        for x1, y1, x2, y2 in boxes[kept] / scale:
            yield float(x1), float(y1), float(x2), float(y2)


def prepare(pixels: Pixels) -> tuple[Floats, float]:
    """The picture in the upper left of the square, and how much it was scaled."""
    height, width, _ = pixels.shape
    scale = SQUARE_PIXELS / max(height, width)
    new_width = max(1, round(width * scale))
    new_height = max(1, round(height * scale))

    square = np.zeros((SQUARE_PIXELS, SQUARE_PIXELS, 3), np.uint8)
    square[:new_height, :new_width] = cv2.resize(pixels, (new_width, new_height))

    tensor = (square.astype(np.float32) - CHANNEL_MEAN) / CHANNEL_SCALE
    channels_first = tensor.transpose(2, 0, 1)
    return np.ascontiguousarray(channels_first[None]), scale


def decode(outputs: Sequence[Floats]) -> tuple[Floats, Floats]:
    """The boxes and scores that the network is sure enough of.

    First come the scores of each stride, then the distances of each stride: from an
    anchor's centre to the left, top, right and bottom of its box, in strides.
    """
    count = len(STRIDES_PIXELS)
    all_scores = outputs[:count]
    all_distances = outputs[count : 2 * count]

    boxes = []
    scores = []
    for stride, score, distance in zip(
        STRIDES_PIXELS, all_scores, all_distances, strict=True
    ):
        flat_score = score.reshape(-1)
        sure = flat_score >= MIN_SCORE
        centres = anchor_centres(stride)[sure]
        reach = distance.reshape(-1, 4)[sure] * stride

        boxes.append(np.hstack([centres - reach[:, :2], centres + reach[:, 2:]]))
        scores.append(flat_score[sure])

    return np.vstack(boxes), np.concatenate(scores)


def anchor_centres(stride: int) -> Floats:
    """The centres (x, y) of the anchors, row by row; those of a cell come together."""
    steps = np.arange(0, SQUARE_PIXELS, stride, dtype=np.float32)
    across, down = np.meshgrid(steps, steps)
    cells = np.stack([across, down], axis=-1).reshape(-1, 2)

    return np.repeat(cells, ANCHORS_PER_CELL, axis=0)


def suppress(boxes: Floats, scores: Floats) -> list[int]:
    """Which boxes stay: the surest ones, and none that overlaps a surer one much."""
    # Each box is compared with all others: a picture can be made in which thousands of
    # anchors are sure of a face.
    order = np.argsort(-scores)[:MAX_GUESSES]

    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)

    kept = []
    while order.size:
        best = order[0]
        rest = order[1:]
        kept.append(int(best))

        low = np.maximum(boxes[best, :2], boxes[rest, :2])
        high = np.minimum(boxes[best, 2:], boxes[rest, 2:])
        common = np.prod(np.clip(high - low, 0, None), axis=1)
        overlap = common / (areas[best] + areas[rest] - common)

        order = rest[overlap <= MAX_OVERLAP]
    return kept
