"""How the families of YOLO take a picture, and how they write down what they see."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from object_detection.letterbox import Floats, Pixels, Size

STRIDES = (8, 16, 32)
FEW = 1000  # rows; more than that nobody has sorted out


class Seen(NamedTuple):
    """Guesses, in pixels of the network's rectangle."""

    boxes: Floats  # n x (x1, y1, x2, y2)
    scores: Floats
    kinds: NDArray[np.int64]

    def only(self, which: NDArray[np.int64]) -> "Seen":
        """The guesses of those numbers, in their order."""
        return Seen(self.boxes[which], self.scores[which], self.kinds[which])


class Layout(Protocol):
    """A family."""

    centred: bool  # whether it wants pictures in the middle
    overlapping: bool  # whether it sees a thing several times

    def tensor(self, rectangle: Pixels) -> Floats:
        """The input of the network."""

    def decode(self, output: Floats, size: Size, kinds: int | None) -> Seen:
        """What one output says of a rectangle; kinds of things, if that is known."""


class Columns:
    """YOLOv8, 9, 11, 12: [centre, size, a score for each kind …] x cells."""

    centred, overlapping = True, True

    def tensor(self, rectangle: Pixels) -> Floats:
        """Red, green, blue from 0 to 1."""
        return channels_first(rectangle) / np.float32(255)

    def decode(self, output: Floats, size: Size, kinds: int | None) -> Seen:
        """Columns beyond the kinds (masks, poses) are not read."""
        cells = output.T
        scores = cells[:, 4:][:, :kinds]
        return likeliest(corners(cells[:, :2], cells[:, 2:4]), scores)


class Cells:
    """YOLOX: cells x [offset, log of size, sureness, a score for each kind …]."""

    centred, overlapping = False, True

    def tensor(self, rectangle: Pixels) -> Floats:
        """Blue, green, red from 0 to 255."""
        return channels_first(rectangle[..., ::-1])

    def decode(self, output: Floats, size: Size, kinds: int | None) -> Seen:
        """Offsets and sizes are in strides of their cell."""
        origins, strides = grid(size)
        middles = (output[:, :2] + origins) * strides
        sizes = np.exp(output[:, 2:4]) * strides
        return likeliest(corners(middles, sizes), output[:, 4:5] * output[:, 5:])


class Rows:
    """YOLOv10, YOLO26: things x [x1, y1, x2, y2, score, kind], sorted out already."""

    centred, overlapping = True, False
    tensor = Columns.tensor

    def decode(self, output: Floats, size: Size, kinds: int | None) -> Seen:
        """Nothing is left to do."""
        return Seen(output[:, :4], output[:, 4], output[:, 5].astype(np.int64))


def layout_of(shape: Sequence[object], size: Size) -> Layout | None:
    """The family whose output has that shape; sides may be names; None: no YOLO.

    >>> type(layout_of([1, 84, 8400], (640, 640))).__name__
    'Columns'
    """
    match list(shape):
        case [_, int(rows), int(columns)] if columns > 5 and rows == len(grid(size)[0]):
            return Cells()
        case [_, rows, 6] if not isinstance(rows, int) or rows <= FEW:
            return Rows()
        case [_, int(rows), columns] if rows > 4 and (
            not isinstance(columns, int) or columns > FEW
        ):
            return Columns()
    return None


def grid(size: Size) -> tuple[Floats, Floats]:
    """The upper left corner of each cell in strides, row by row, and its stride."""
    corner, strides = [], []
    for stride in STRIDES:
        width, height = size[0] // stride, size[1] // stride
        down, across = np.mgrid[:height, :width]
        corner.append(np.stack([across, down], axis=-1).reshape(-1, 2))
        strides.append(np.full((width * height, 1), stride))
    return np.vstack(corner).astype(np.float32), np.vstack(strides).astype(np.float32)


def channels_first(rectangle: Pixels) -> Floats:
    """A batch of one picture, its colours one after the other."""
    return np.ascontiguousarray(rectangle.transpose(2, 0, 1)[None], np.float32)


def corners(middles: Floats, sizes: Floats) -> Floats:
    """Boxes as corners.

    >>> corners(np.float32([[10, 20]]), np.float32([[4, 6]])).tolist()
    [[8.0, 17.0, 12.0, 23.0]]
    """
    return np.hstack([middles - sizes / 2, middles + sizes / 2])


def likeliest(boxes: Floats, scores: Floats) -> Seen:
    """Each box with its best kind."""
    return Seen(boxes, scores.max(axis=1), scores.argmax(axis=1))
