"""A small network that works like a YOLO: it sees red, green and blue quarters."""

import numpy as np
from tiny_onnx import INPUT, network, node

SIDE = 64  # pixels of the network's square
CELLS = 32 * 32  # each sees 2 x 2 pixels


def colour_yolo(names: str = "{0: 'red', 1: 'green', 2: 'blue'}") -> bytes:
    """Each 2 x 2 pixels box their quarter, with their brightness as the score."""
    down, across = np.mgrid[:32, :32] // 16
    middles = np.stack([across, down]).reshape(2, CELLS) * 32 + 16
    boxes = np.vstack([middles, np.full((2, CELLS), 32)]).astype(np.float32)[None]
    return network(
        (1, 3, SIDE, SIDE),
        [
            node("AveragePool", [INPUT], "mean", kernel_shape=[2, 2], strides=[2, 2]),
            node("Reshape", ["mean", "flat"], "scores"),
            node("Concat", ["boxes", "scores"], "output", axis=1),
        ],
        {"flat": np.array([1, 3, CELLS]), "boxes": boxes},
        {"output": (1, 7, CELLS)},
        names=names,
    )
