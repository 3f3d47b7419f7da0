"""The families of YOLO: how each takes a picture, and how it writes what it sees.

A family is known by the shape of its output; `layout_of` tells them apart.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from object_detection.letterbox import Floats, Pixels, Size

# YOLOX lays three grids of cells over the rectangle.
STRIDES_PIXELS = (8, 16, 32)  # of each side of a cell, grid by grid

BOX_VALUES = 4  # two corners, or a centre and a size

# A network that sorts its guesses out itself gives a few hundred of them. Others give
# one for each cell: thousands.
MAX_SORTED_ROWS = 1000

MAX_SHADE = np.float32(255)


class Guesses(NamedTuple):
    """Guesses, in pixels of the network's rectangle."""

    boxes: Floats  # n x (x1, y1, x2, y2)
    scores: Floats
    kinds: NDArray[np.int64]

    def only(self, which: NDArray[np.int64]) -> "Guesses":
        """The guesses with these numbers, in their order."""
        return Guesses(
            boxes=self.boxes[which],
            scores=self.scores[which],
            kinds=self.kinds[which],
        )


class Layout(Protocol):
    """A family."""

    centred: bool  # whether it wants a picture in the middle of the rectangle
    overlapping: bool  # whether it gives several boxes for one thing

    def tensor(self, rectangle: Pixels) -> Floats:
        """The input of the network."""

    def decode(self, output: Floats, size: Size, kinds: int | None) -> Guesses:
        """What an output says about its rectangle; `kinds`: how many are known."""


class Columns:
    """YOLOv8, 9, 11, 12: [centre, size, a score for each kind …] x cells."""

    centred = True
    overlapping = True

    def tensor(self, rectangle: Pixels) -> Floats:
        """Red, green, blue from 0 to 1."""
        return channels_first(rectangle) / MAX_SHADE

    def decode(self, output: Floats, size: Size, kinds: int | None) -> Guesses:
        """Values after those of the kinds (masks, poses) are not read."""
        cells = output.T
        scores = cells[:, BOX_VALUES:][:, :kinds]
        boxes = corners(middles=cells[:, :2], sizes=cells[:, 2:BOX_VALUES])
        return likeliest(boxes, scores)


class Cells:
    """YOLOX: cells x [offset, log of size, sureness, a score for each kind …]."""

    centred = False
    overlapping = True

    def tensor(self, rectangle: Pixels) -> Floats:
        """Blue, green, red from 0 to 255."""
        return channels_first(rectangle[..., ::-1])

    def decode(self, output: Floats, size: Size, kinds: int | None) -> Guesses:
        """Offsets and sizes are in strides of their cell."""
        origins, strides = grid(size)
        middles = (output[:, :2] + origins) * strides
        sizes = np.exp(output[:, 2:BOX_VALUES]) * strides

        sureness = output[:, BOX_VALUES : BOX_VALUES + 1]
        scores = sureness * output[:, BOX_VALUES + 1 :]
        return likeliest(corners(middles=middles, sizes=sizes), scores)


class Rows:
    """YOLOv10, YOLO26: things x [x1, y1, x2, y2, score, kind], sorted out already."""

    centred = True
    overlapping = False
    tensor = Columns.tensor

    def decode(self, output: Floats, size: Size, kinds: int | None) -> Guesses:
        """The output as it is."""
        return Guesses(
            boxes=output[:, :4],
            scores=output[:, 4],
            kinds=output[:, 5].astype(np.int64),
        )


def layout_of(shape: Sequence[object], size: Size) -> Layout | None:
    """The family whose output has that shape, or None; a side may be only a name.

    >>> type(layout_of([1, 84, 8400], (640, 640))).__name__
    'Columns'
    """
    cells, _ = grid(size)
    match list(shape):
        case [_, int(rows), int(columns)] if (
            rows == len(cells) and columns > BOX_VALUES + 1
        ):
            return Cells()
        case [_, rows, 6] if not isinstance(rows, int) or rows <= MAX_SORTED_ROWS:
            return Rows()
        case [_, int(rows), columns] if rows > BOX_VALUES and (
            not isinstance(columns, int) or columns > MAX_SORTED_ROWS
        ):
            return Columns()
    return None


def grid(size: Size) -> tuple[Floats, Floats]:
    """The upper left corner of each cell in strides, row by row, and its stride."""
    all_corners = []
    all_strides = []
    for stride in STRIDES_PIXELS:
        width = size[0] // stride
        height = size[1] // stride
        down, across = np.mgrid[:height, :width]

        all_corners.append(np.stack([across, down], axis=-1).reshape(-1, 2))
        all_strides.append(np.full((width * height, 1), stride))

    return (
        np.vstack(all_corners).astype(np.float32),
        np.vstack(all_strides).astype(np.float32),
    )


def channels_first(rectangle: Pixels) -> Floats:
    """A batch of one picture, its colours one after the other."""
    return np.ascontiguousarray(rectangle.transpose(2, 0, 1)[None], np.float32)


def corners(*, middles: Floats, sizes: Floats) -> Floats:
    """Boxes as two corners.

    >>> corners(middles=np.float32([[10, 20]]), sizes=np.float32([[4, 6]])).tolist()
    [[8.0, 17.0, 12.0, 23.0]]
    """
    return np.hstack([middles - sizes / 2, middles + sizes / 2])


def likeliest(boxes: Floats, scores: Floats) -> Guesses:
    """Each box with the kind that has the best score."""
    return Guesses(
        boxes=boxes,
        scores=scores.max(axis=1),
        kinds=scores.argmax(axis=1),
    )
