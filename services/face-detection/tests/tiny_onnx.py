"""Writes an ONNX network that always gives the same tensors, whatever it sees.

ONNX files are protocol buffers; the few messages needed are encoded by hand, so
that no further package is required.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FLOAT = 1


def constant_network(
    input_shape: Sequence[int], outputs: Sequence[NDArray[np.float32]]
) -> bytes:
    """The bytes of a model file with those outputs."""
    nodes, values, results = [], [], []
    for number, tensor in enumerate(outputs):
        fixed, output = f"fixed{number}", f"output{number}"
        nodes.append(_text(1, fixed) + _text(2, output) + _text(4, "Identity"))
        values.append(
            b"".join(_number(1, side) for side in tensor.shape)
            + _number(2, FLOAT)
            + _text(8, fixed)
            + _block(9, tensor.tobytes())
        )
        results.append(_tensor_info(output, tensor.shape))
    graph = (
        b"".join(_block(1, node) for node in nodes)
        + _text(2, "constant")
        + b"".join(_block(5, value) for value in values)
        + _block(11, _tensor_info("input.1", input_shape))
        + b"".join(_block(12, result) for result in results)
    )
    return _number(1, 8) + _block(7, graph) + _block(8, _number(2, 13))


def _tensor_info(name: str, shape: Sequence[int]) -> bytes:
    sides = b"".join(_block(1, _number(1, side)) for side in shape)
    tensor = _number(1, FLOAT) + _block(2, sides)
    return _text(1, name) + _block(2, _block(1, tensor))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _text(field: int, value: str) -> bytes:
    return _block(field, value.encode())


def _block(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    return bytes([*encoded, value])
