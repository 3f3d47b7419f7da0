"""What a service takes is told in full."""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge
from drawing import PNG, Card, Frame, Label, Png
from jsonschema_rs import Draft202012Validator
from pydantic import Field
from service_sdk import Service
from service_sdk.signature import read_signature
from typing_extensions import Doc


def google(picture: Png, frame: Frame, labels: list[Label], card: Card) -> Png:
    """Draw on a picture.

    Nothing is cut off.

    Args:
        picture: Where it is drawn.
        frame: The line around it.
        labels: Words, from left to right.

    Returns:
        The picture with all of it.
    """
    return picture


def numpy_style(gain: Annotated[float, Ge(0)] = 1.0) -> float:
    """Make it brighter.

    Parameters
    ----------
    gain : float
        How much brighter.

    Returns
    -------
    float
        The brightest pixel.
    """
    return gain


def rest(how: Literal["fast", "well"] = "well") -> str:
    """Do it.

    :param how: With care or not.
    :returns: What was done.
    """
    return how


def with_doc(how: Annotated[str, Doc("In your words.")]) -> str:
    """Do it: `how`, and no other section."""
    return how


def contract(function: Callable[..., object]) -> Any:
    return read_signature(function, None).contract()


def test_nested_types_are_described_with_defaults_ranges_and_words() -> None:
    told = contract(google)

    assert told["properties"]["picture"] == {
        **PNG,
        "description": "Where it is drawn.",
    }
    assert told["properties"]["frame"]["description"] == "The line around it."
    assert told["$defs"]["Frame"]["description"] == "A line around a picture."
    assert told["$defs"]["Frame"]["properties"]["width"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 8000,
        "default": 2,
        "description": "In pixels.",
    }
    assert told["$defs"]["Frame"]["properties"]["colour"] == {
        "$ref": "#/$defs/Colour",
        "default": "red",
        "description": "Of the line.",
    }
    assert told["$defs"]["Colour"]["enum"] == ["red", "blue"]
    assert told["$defs"]["Label"]["properties"]["text"]["description"] == (
        "What is written."
    )
    assert told["$defs"]["Label"]["description"] == "A word in a picture."
    assert told["$defs"]["Card"]["properties"]["version"] == {
        "type": "string",
        "default": "1",
        "description": "Counts up.",
    }


@pytest.mark.parametrize(
    ("function", "key", "words", "result"),
    [
        (google, "labels", "Words, from left to right.", "The picture with all of it."),
        (numpy_style, "gain", "How much brighter.", "The brightest pixel."),
        (rest, "how", "With care or not.", "What was done."),
        (with_doc, "how", "In your words.", None),
    ],
)
def test_words_for_people_come_from_the_docstring(
    function: Callable[..., object], key: str, words: str, result: str | None
) -> None:
    signature = read_signature(function, None)

    assert signature.contract()["properties"][key]["description"] == words
    assert signature.output is not None
    assert signature.output.get("description") == result


def test_the_description_of_an_operation_has_no_section_of_arguments() -> None:
    service = Service("odd")
    service.operation(route="draw")(google)
    service.operation(route="do")(with_doc)

    draw, do = service.operations.values()

    assert draw.description == "Draw on a picture.\n\nNothing is cut off."
    assert do.description == "Do it: `how`, and no other section."


def choose(
    how: Literal["fast", "well"],
    pages: Annotated[list[Png], Field(min_length=2, max_length=3)],
    mask: Png | None = None,
    gain: Annotated[float | None, Field(gt=0, lt=2, examples=[1.5])] = None,
) -> None: ...


def test_choices_ranges_and_lists_of_files_are_told() -> None:
    assert contract(choose) == {
        "type": "object",
        "properties": {
            "pages": {"type": "array", "items": PNG, "minItems": 2, "maxItems": 3},
            "mask": PNG,
            "how": {"type": "string", "enum": ["fast", "well"]},
            "gain": {
                "anyOf": [
                    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 2},
                    {"type": "null"},
                ],
                "default": None,
                "examples": [1.5],
            },
        },
        "required": ["pages", "how"],
        "additionalProperties": False,
        "examples": [
            {"pages": ["pages0.png", "pages1.png"], "how": "fast", "gain": 1.5}
        ],
    }


def of_bytes(content: bytes) -> None: ...


def test_a_text_of_bytes_is_not_taken_for_a_file() -> None:
    assert contract(of_bytes)["properties"]["content"] == {"type": "string"}


def unfit(
    price: Decimal,
    count: int = None,  # type: ignore[assignment]  # many authors write it
    default: Annotated[int, Field(ge=1)] = 0,
    pattern: str = "(?=x)",
) -> None: ...


def test_what_an_engine_would_refuse_is_not_told() -> None:
    told = contract(unfit)["properties"]

    assert told["count"] == {"type": "integer"}
    assert told["default"] == {"type": "integer", "minimum": 1}
    assert told["pattern"] == {"type": "string", "default": "(?=x)"}
    assert "(?" not in str(told["price"])


@pytest.mark.parametrize("function", [google, numpy_style, rest, with_doc, choose])
def test_an_example_is_a_call(function: Callable[..., object]) -> None:
    told = contract(function)

    for example in told["examples"]:
        Draft202012Validator(told).validate(example)
