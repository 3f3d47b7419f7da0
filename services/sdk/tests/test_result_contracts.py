"""What a service gives back is told in full, and kept to."""

import enum
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy
import pytest
from drawing import PNG, Card, Frame, Label, Png
from pydantic import BaseModel, Field, field_serializer
from service_sdk import File, Service
from service_sdk.errors import BadResult
from service_sdk.results import save
from service_sdk.signature import Signature, read_signature
from service_sdk.testing import Kit
from typing_extensions import NotRequired, TypedDict


class Level(enum.IntEnum):
    HIGH = 2


@dataclass
class Renamed:
    number: Annotated[int, Field(alias="Number")]


class Serialized(BaseModel):
    number: int
    content: bytes

    @field_serializer("number")
    def _as_text(self, number: int):  # type: ignore[no-untyped-def]  # the point of it
        return str(number)


class Stubborn:
    @classmethod
    def __get_pydantic_core_schema__(cls, *_: object) -> Any:
        raise RuntimeError("not like this")


class LongLabel(Label):
    """A word
    in two lines."""

    more: str
    """What is written
    below.
    """


def giving(annotation: Any) -> Signature:
    """The signature of an operation that gives this back."""

    def function() -> Any: ...

    function.__annotations__["return"] = annotation
    return read_signature(function, None)


def test_words_of_an_ancestor_are_told_and_lines_are_joined() -> None:
    output = giving(LongLabel).output

    assert output is not None
    told = output["properties"]

    assert told["text"]["description"] == "What is written."
    assert told["more"]["description"] == "What is written below."


def open_object(properties: Any, *required: str, **more: Any) -> Any:
    needed = {"required": list(required)} if required else {}
    return {
        "type": "object",
        "properties": properties,
        **needed,
        "additionalProperties": False,
        **more,
    }


class Found(TypedDict):
    """Faces of a picture."""

    boxes: list[tuple[int, int, int, int]]
    faces: list[Png]
    best: NotRequired[Png]


BOX = {
    "type": "array",
    "minItems": 4,
    "maxItems": 4,
    "prefixItems": [{"type": "integer"}] * 4,
}


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (Any, None),
        (object, None),
        (dict[str, Any], {"type": "object", "additionalProperties": True}),
        (dict[str, Png], {"type": "object", "additionalProperties": PNG}),
        (None, open_object({})),
        (int, open_object({"result": {"type": "integer"}}, "result")),
        (Png, open_object({"result": PNG}, "result")),
        (
            list[Png],
            open_object(
                {"result": {"type": "array", "items": PNG}},
                patternProperties={"^result(0|[1-9][0-9]*)$": PNG},
            ),
        ),
        (
            Frame,
            {
                **open_object(
                    {
                        "width": {
                            "type": "integer",
                            "minimum": 1,
                            "maximum": 8000,
                            "description": "In pixels.",
                        },
                        "colour": {
                            "$ref": "#/$defs/Colour",
                            "description": "Of the line.",
                        },
                    },
                    "width",
                    "colour",
                ),
                "description": "A line around a picture.",
                "$defs": {"Colour": {"type": "string", "enum": ["red", "blue"]}},
            },
        ),
        (
            Found,
            open_object(
                {
                    "boxes": {"type": "array", "items": BOX},
                    "faces": {"type": "array", "items": PNG},
                    "best": PNG,
                },
                "boxes",
                description="Faces of a picture.",
                patternProperties={"^faces(0|[1-9][0-9]*)$": PNG},
            ),
        ),
        (
            Card | Png | None,
            {
                "type": "object",
                "anyOf": [
                    open_object(
                        {"version": {"type": "string", "description": "Counts up."}},
                        "version",
                    ),
                    open_object({"result": PNG}, "result"),
                    open_object({}),
                ],
            },
        ),
        (numpy.ndarray, None),
        (Stubborn, None),
        (
            dict[str, list[Png]],
            {
                "type": "object",
                "additionalProperties": {
                    "anyOf": [{"type": "array", "items": PNG}, PNG]
                },
            },
        ),
    ],
)
def test_what_comes_back_is_told_as_it_is_sent(annotation: Any, schema: Any) -> None:
    assert giving(annotation).output == schema


PICTURE = Png(b"", "image/png")


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Frame, Frame()),
        (Card | None, None),
        (Card | None, Card()),
        (Png, PICTURE),
        (Png, Png(b"", "application/octet-stream")),
        (list[Png], []),
        (list[Png], [PICTURE, PICTURE]),
        (Found, {"boxes": [(1, 2, 3, 4)], "faces": [], "best": PICTURE}),
        (dict[str, object], {"any": PICTURE, "thing": [1]}),
        (float, 1),
        (int, 1.0),
        (Decimal, Decimal("1.5")),
        (Any, {"a": 1}),
        (float, numpy.float64(1)),
        (Fraction, Fraction(1, 2)),
        (dict[Level, int], {Level.HIGH: 1}),
        (dict[Level, int], {2: 1}),
        (Renamed, Renamed(1)),
        (Serialized, Serialized(number=1, content=b"x")),
        (list, [PICTURE]),
        (list, [1]),
        (dict[str, list[Png]], {"a": [PICTURE]}),
        (Stubborn, 1),
    ],
)
def test_a_result_as_announced_is_sent(
    annotation: Any, value: object, tmp_path: Path
) -> None:
    save(value, tmp_path, "work", giving(annotation).result_check)


@pytest.mark.parametrize(
    ("annotation", "value", "difference"),
    [
        (int, "x", "“result” is a text, and not a whole number"),
        (str, PICTURE, "“result” is a file, and not a text"),
        (Png, "x", "“result” is a text, and not a file"),
        (Png | None, 3, "“result” is a number, and not a file"),
        (
            Png,
            File(b"", "text/plain"),
            "“result” has the media type text/plain, and not image/png",
        ),
        (list[Png], [PICTURE, File(b"", "text/css")], "“result1” has the media type"),
        (Card, {}, "“result” has no “version”"),
        (Card, {"version": "1", "x": 1}, "“result” has “x”, which is not announced"),
        (Card, {"version": None}, "“version” is null, and not a text"),
        (
            Found,
            {"boxes": [(1, 2, 3, 4), (1, 2, "x", 4)], "faces": []},
            "“boxes.1.2” is a text, and not a whole number",
        ),
        (Frame, Frame(width=0), "“width” 0 is less than the minimum of 1"),
        (
            dict[str, int | None],
            {"a": "x"},
            "“a” is a text, and not a whole number or null",
        ),
        (Literal["a", "b"], "c", '“result” "c" is not one of "a" or "b"'),
        (Card | Frame, {"version": 1}, "“version” is a number, and not a text"),
        (
            dict[str, Card],
            {"x" * 100: {"version": 1}},
            "is a number, and not a text",
        ),
    ],
)
def test_a_result_that_differs_is_named(
    annotation: Any, value: object, difference: str, tmp_path: Path
) -> None:
    with pytest.raises(BadResult) as refused:
        save(value, tmp_path, "work", giving(annotation).result_check)

    assert str(refused.value).startswith(
        "work returned something else than it announces: "
    )
    assert difference in str(refused.value)


service = Service("liar")


@service.operation(route="lie")
def lie(about: Literal["count", "nothing"] = "count") -> dict[str, int]:
    counted: Any = "many" if about == "count" else 1
    return {"count": counted}


app = service.app


def test_a_job_fails_with_the_place_and_the_cause(kit: Kit) -> None:
    honest = kit.call("lie", about="nothing")
    lying = kit.call("lie")

    assert honest.typed == {"count": 1}
    assert lying.error == (
        "lie returned something else than it announces: "
        "“count” is a text, and not a whole number"
    )


def test_the_service_documents_its_results(kit: Kit) -> None:
    document = kit.http.get("/openapi.json").json()

    post = document["paths"]["/lie"]["post"]
    [callback] = post["callbacks"]["result"].values()
    content = callback["post"]["requestBody"]["content"]["application/json"]
    assert content["schema"]["additionalProperties"] == {"type": "integer"}
