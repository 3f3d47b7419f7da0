"""Writes small ONNX networks with known answers, for tests of services that run them.

ONNX files are protocol buffers. The few messages that are needed are encoded by hand,
so no further package is required. A number behind a field's name below is the field's
number in onnx.proto.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

INPUT = "input.1"
"""The name of the only input, as the exporter of PyTorch gives it."""

IR_VERSION = 8
OPSET_VERSION = 13

# TensorProto.DataType
DATA_TYPES = {np.dtype(np.float32): 1, np.dtype(np.int64): 7}

# AttributeProto.AttributeType
INTEGER = 2
INTEGERS = 7

# Each field of a protocol buffer begins with its number and one of these.
WIRE_VARINT = 0
WIRE_BYTES = 2


def constant_network(
    input_shape: Sequence[int], outputs: Sequence[NDArray[np.float32]]
) -> bytes:
    """The bytes of a model file that gives those outputs for every input."""
    constants = {f"fixed{number}": tensor for number, tensor in enumerate(outputs)}
    nodes = [
        node("Identity", [f"fixed{number}"], f"output{number}")
        for number in range(len(outputs))
    ]
    shapes = {f"output{number}": tensor.shape for number, tensor in enumerate(outputs)}
    return network(input_shape, nodes, constants, shapes)


def network(
    input_shape: Sequence[int],
    nodes: Sequence[bytes],
    constants: Mapping[str, NDArray[Any]],
    outputs: Mapping[str, Sequence[int]],
    **metadata: str,
) -> bytes:
    """The bytes of a model file; its nodes read INPUT, constants and each other."""
    graph = b"".join(
        [
            *(_block(1, node) for node in nodes),
            _text(2, "tiny"),
            *(_block(5, _tensor(name, value)) for name, value in constants.items()),
            _block(11, _tensor_info(INPUT, input_shape)),
            *(_block(12, _tensor_info(name, shape)) for name, shape in outputs.items()),
        ]
    )
    entries = [_text(1, key) + _text(2, text) for key, text in metadata.items()]

    model = [
        _number(1, IR_VERSION),
        _block(7, graph),
        _block(8, _number(2, OPSET_VERSION)),
        *(_block(14, entry) for entry in entries),
    ]
    return b"".join(model)


def node(
    operator: str, inputs: Sequence[str], output: str, **attributes: int | list[int]
) -> bytes:
    """One operation of a network."""
    fields = [
        *(_text(1, name) for name in inputs),
        _text(2, output),
        _text(4, operator),
        *(_block(5, _attribute(name, value)) for name, value in attributes.items()),
    ]
    return b"".join(fields)


def _attribute(name: str, value: int | list[int]) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, INTEGER)

    numbers = b"".join(_number(8, number) for number in value)
    return _text(1, name) + numbers + _number(20, INTEGERS)


def _tensor(name: str, values: NDArray[Any]) -> bytes:
    fields = [
        *(_number(1, side) for side in values.shape),
        _number(2, DATA_TYPES[values.dtype]),
        _text(8, name),
        _block(9, values.tobytes()),
    ]
    return b"".join(fields)


def _tensor_info(name: str, shape: Sequence[int]) -> bytes:
    sides = b"".join(_block(1, _number(1, side)) for side in shape)
    data_type = DATA_TYPES[np.dtype(np.float32)]
    tensor = _number(1, data_type) + _block(2, sides)
    return _text(1, name) + _block(2, _block(1, tensor))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | WIRE_VARINT) + _varint(value)


def _text(field: int, value: str) -> bytes:
    return _block(field, value.encode())


def _block(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | WIRE_BYTES) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth bit says that more follow."""
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
