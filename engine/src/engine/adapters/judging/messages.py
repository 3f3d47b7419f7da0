"""What the engine and the process that judges write to each other.

A question is a head, the schema and the data; an answer is a head, and one object. All
of it is JSON, which neither side could be made to run.
"""

import struct
from collections.abc import Mapping
from typing import Any

import orjson

from engine.domain.contracts.contract import Judged
from engine.domain.errors import Fault, TooMuch
from engine.domain.values import Json

QUESTION = struct.Struct(">IIB")
"""The bytes of the schema and of the data; whether defaults are filled in."""

ANSWER = struct.Struct(">I")
"""Its bytes."""


def answer_of(judged: Judged, data: dict[str, Json]) -> dict[str, Any]:
    """What was found; data that is as it came is not sent back."""
    answer: dict[str, Any] = {"faults": [fault.to_json() for fault in judged.faults]}
    if judged.data != data:
        answer["data"] = judged.data
    return answer


def refusal_of(error: TooMuch) -> dict[str, Any]:
    """That nothing was judged, since it was too much."""
    return {"too_much": [error.what, error.limit, error.unit, error.setting]}


def read_answer(raw: bytes, data: dict[str, Json]) -> Judged:
    """What was made of data; raises `TooMuch`."""
    answer: Mapping[str, Any] = orjson.loads(raw)
    if "too_much" in answer:
        raise TooMuch(*answer["too_much"])
    faults = tuple(Fault(**fault) for fault in answer["faults"])
    return Judged(answer.get("data", data), faults)
