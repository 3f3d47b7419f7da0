"""Writes small ONNX networks with known answers, for tests of those who run them.

ONNX files are protocol buffers; the few messages needed are encoded by hand, so
that no further package is required.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

NUMBERS = {np.dtype(np.float32): 1, np.dtype(np.int64): 7}
INTEGER, INTEGERS = 2, 7  # kinds of attributes
INPUT = "input.1"


def constant_network(
    input_shape: Sequence[int], outputs: Sequence[NDArray[np.float32]]
) -> bytes:
    """The bytes of a model file that gives those outputs, whatever it sees."""
    fixed = {f"fixed{number}": tensor for number, tensor in enumerate(outputs)}
    nodes = [
        node("Identity", [f"fixed{number}"], f"output{number}")
        for number in range(len(outputs))
    ]
    shapes = {f"output{n}": tensor.shape for n, tensor in enumerate(outputs)}
    return network(input_shape, nodes, fixed, shapes)


def network(
    input_shape: Sequence[int],
    nodes: Sequence[bytes],
    constants: Mapping[str, NDArray[Any]],
    outputs: Mapping[str, Sequence[int]],
    **metadata: str,
) -> bytes:
    """The bytes of a model file; its nodes read INPUT, constants and each other."""
    graph = (
        b"".join(_block(1, one) for one in nodes)
        + _text(2, "tiny")
        + b"".join(_block(5, _tensor(*named)) for named in constants.items())
        + _block(11, _tensor_info(INPUT, input_shape))
        + b"".join(_block(12, _tensor_info(*named)) for named in outputs.items())
    )
    entries = (_text(1, key) + _text(2, text) for key, text in metadata.items())
    return (
        _number(1, 8)
        + _block(7, graph)
        + _block(8, _number(2, 13))
        + b"".join(_block(14, entry) for entry in entries)
    )


def node(
    operator: str, inputs: Sequence[str], output: str, **attributes: int | list[int]
) -> bytes:
    """One operation of a network."""
    return (
        b"".join(_text(1, name) for name in inputs)
        + _text(2, output)
        + _text(4, operator)
        + b"".join(_block(5, _attribute(*named)) for named in attributes.items())
    )


def _attribute(name: str, value: int | list[int]) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, INTEGER)
    numbers = b"".join(_number(8, one) for one in value)
    return _text(1, name) + numbers + _number(20, INTEGERS)


def _tensor(name: str, values: NDArray[Any]) -> bytes:
    return (
        b"".join(_number(1, side) for side in values.shape)
        + _number(2, NUMBERS[values.dtype])
        + _text(8, name)
        + _block(9, values.tobytes())
    )


def _tensor_info(name: str, shape: Sequence[int]) -> bytes:
    sides = b"".join(_block(1, _number(1, side)) for side in shape)
    tensor = _number(1, NUMBERS[np.dtype(np.float32)]) + _block(2, sides)
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
