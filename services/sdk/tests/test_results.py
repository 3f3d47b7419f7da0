"""What an operation returns is sent, or its error says what was wrong with it."""

import enum
import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image as pillow
from pydantic import BaseModel, Field, RootModel
from pydantic_core import from_json
from service_sdk import File, Image
from service_sdk.errors import BadResult
from service_sdk.results import save


class Colour(enum.Enum):
    RED = "red"


@dataclass
class Inner:
    colour: Colour
    at: datetime


class Model(BaseModel):
    long_name: int = Field(serialization_alias="longName")
    picture: File


def saved(value: object, folder: Path) -> tuple[Any, dict[str, bytes]]:
    """The typed data, and the files by their key."""
    result = save(value, folder, "work")
    files = {part.name: part.path.read_bytes() for part in result.files}
    return from_json(result.typed.read_bytes()), files


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        (None, {}),
        ("text", {"result": "text"}),
        (Colour.RED, {"result": "red"}),
        ({"a": (1, 2.5)}, {"a": [1, 2.5]}),
        ({1: "one"}, {"1": "one"}),
        (RootModel[list[int]]([1]), {"result": [1]}),
        (RootModel[dict[str, int]]({"a": 1}), {"a": 1}),
        ({"n": numpy.float32(0.5)}, {"n": 0.5}),
        ({"n": numpy.arange(3)}, {"n": [0, 1, 2]}),
        ({"n": Decimal("1.50")}, {"n": "1.50"}),
        ({"id": uuid.UUID(int=1)}, {"id": "00000000-0000-0000-0000-000000000001"}),
        (
            {"inner": [Inner(Colour.RED, datetime(2026, 1, 1, tzinfo=UTC))]},
            {"inner": [{"colour": "red", "at": "2026-01-01T00:00:00Z"}]},
        ),
    ],
)
def test_what_json_can_hold_is_sent(value: object, typed: Any, tmp_path: Path) -> None:
    assert saved(value, tmp_path) == (typed, {})


def test_files_are_sent_beside_values(tmp_path: Path) -> None:
    one = File(b"1", "text/plain")
    two = File(bytearray(b"2"), "text/plain")  # type: ignore[arg-type]  # also works

    assert saved({"a": one, "n": 1}, tmp_path) == ({"n": 1}, {"a": b"1"})
    assert saved([one, two], tmp_path) == ({}, {"result0": b"1", "result1": b"2"})
    assert saved({"a": [two]}, tmp_path) == ({}, {"a0": b"2"})
    assert saved(Model(long_name=1, picture=one), tmp_path) == (
        {"longName": 1},
        {"picture": b"1"},
    )


def endless() -> Iterator[int]:
    yield 1


ITSELF: list[object] = []
ITSELF.append(ITSELF)
FILE = File(b"1", "text/plain")

OF_TEXT = File("text")  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (math.nan, "“result” is nan, which is no number"),
        ({"a": [1, math.inf]}, "“a.1” is inf"),
        ({"a": numpy.array([math.nan])}, "“a.0” is nan"),
        ({"a": 2**64}, "“a” is an integer of more than 64 bits"),
        ({1, 2}, "“result” is a set, which JSON cannot hold; return a list"),
        ({"a": b"x"}, "“a” is a bytes, which JSON cannot hold; return File"),
        ({"a": "\ud800"}, "“a” is a text that UTF-8 cannot hold"),
        ({"a": Path("/etc")}, "“a” is a PosixPath, which cannot be"),
        ({"a": endless()}, "“a” is a generator"),
        ({"a": object}, "“a” is a type"),
        ({"a": pillow.new("L", (1, 1))}, "“a” is an Image, which JSON cannot hold; re"),
        ({"a": {(1, 2): 3}}, "“a” has a key that is no text, but a tuple"),
        ({"a": {1: 1, "1": 2}}, "“a” has the key 1 twice"),
        ({"a": {"$blob": "t/1"}}, "“a” has the key $blob"),
        ({"$large": 1}, "has the key $large"),
        ({"": 1}, "is no key that a result can have"),
        ({"a": ITSELF}, "is nested too deeply, or holds itself"),
        ({"a": {"b": FILE}}, "“a.b” is a file inside other data"),
        ({"a": [FILE, 1]}, "“a.0” is a file inside other data"),
        ({"a0": 1, "a": [FILE]}, "“a0” is the key of a file and of a value"),
        ({"x" * 201: FILE}, "names a file in over 200"),
        ({"a": File(b"", "png")}, "“a” has 'png' as its media type; write"),
        (
            {"a": File(b"", "a/b\r\nX: y")},
            "as its media type; write one such as image/png",
        ),
        (
            {"a": File(Path("/nowhere/x.png"))},
            "“a” is the file x.png, which does not exist (any more)",
        ),
        ({"a": OF_TEXT}, "“a” is a File of str; it takes bytes or a Path"),
        ({"type": "progress", "message": "x"}, "would not be taken for a result"),
    ],
)
def test_what_cannot_be_sent_is_named(
    value: object, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(BadResult) as refused:
        save(value, tmp_path, "work")

    assert str(refused.value).startswith("work returned what cannot be sent: ")
    assert reason in str(refused.value)


def test_a_key_may_have_many_dots(tmp_path: Path) -> None:
    typed = {"a": {"." * 200: {"b": 1}}}

    assert saved(typed, tmp_path) == (typed, {})


def test_a_media_type_is_sent_under_its_registered_name(tmp_path: Path) -> None:
    result = save(Image(b"", "image/pjpeg"), tmp_path, "work")

    assert result.files[0].media_type == "image/jpeg"


@pytest.mark.parametrize("name", ["x" * 300 + ".jpeg", "ж" * 250, "a." + "b" * 300])
def test_a_long_file_name_is_shortened(name: str) -> None:
    shown = File(b"", "image/jpeg", name).download_name

    assert len(shown) == 200
    assert shown.endswith(".jpeg") is name.endswith(".jpeg")
