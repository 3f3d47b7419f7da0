"""What stands at a place, and whether it can stand at another, follows from schemas."""

from typing import Any

import pytest
from engine.domain.contracts.contract import Contract
from engine.domain.contracts.derived import (
    input_schema_of,
    output_schema_of,
    result_types_of,
)
from engine.domain.contracts.examples import example_of
from engine.domain.contracts.faults import MAX_CHOICES
from engine.domain.contracts.fitting import misfit
from engine.domain.contracts.paths import ABSENT, OPEN, Known, find, names, whole
from engine.domain.contracts.words import MAX_EXAMPLE_CHARACTERS, short

FILE = {"type": "string", "format": "binary"}
PNG = FILE | {"contentMediaType": "image/png"}
TREE: dict[str, Any] = {"properties": {"next": {"$ref": "#/$defs/Tree"}}}
ENDLESS = {"$ref": "#/$defs/A", "$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}]}}}


def at(schema: Any, *fields: str) -> Any:
    return find(Known(schema, schema), fields)


@pytest.mark.parametrize(
    ("schema", "fields", "expected"),
    [
        (PNG, ["size"], OPEN),
        ({"allOf": [{}]}, ["a"], OPEN),
        ({"type": "string"}, ["a"], ABSENT),
        ({"type": "array", "items": {"type": "string"}}, ["a"], ABSENT),
        ({"type": "object", "additionalProperties": False}, ["a"], ABSENT),
        ({"type": "object", "properties": {"b": {}}}, ["a"], OPEN),
        ({}, ["a"], OPEN),
    ],
)
def test_what_is_not_told_is_open_and_what_cannot_be_is_absent(
    schema: Any, fields: list[str], expected: Any
) -> None:
    assert at(schema, *fields) == expected


@pytest.mark.parametrize(
    ("schema", "fields"),
    [
        ({"type": "array", "items": PNG}, ["0"]),
        ({"type": "object", "additionalProperties": PNG}, ["a"]),
        ({"anyOf": [{"properties": {"a": PNG}}, {"type": "null"}]}, ["a"]),
        ({"properties": {"a.b": PNG}}, ["a", "b"]),
    ],
)
def test_a_place_is_found_in_lists_choices_and_other_keys(
    schema: Any, fields: list[str]
) -> None:
    assert whole(at(schema, *fields)) == PNG


def test_schemas_that_lead_to_themselves_are_followed_a_few_times() -> None:
    tree = TREE | {"$defs": {"Tree": TREE}}

    assert whole(at(ENDLESS)) == whole(at(ENDLESS))
    assert whole(at(tree))["properties"]["next"]["properties"]
    assert names(Known(tree, tree)) == ["next"]
    assert at(ENDLESS, "a") == OPEN


@pytest.mark.parametrize(
    ("given", "wanted", "fits"),
    [
        (PNG, FILE, True),
        (PNG, FILE | {"contentMediaType": "image/*"}, True),
        (FILE | {"contentMediaType": "image/*"}, PNG, True),
        (PNG, FILE | {"contentMediaType": "text/plain"}, False),
        ({"type": "object"}, PNG, False),
        ({"type": "object"}, FILE, True),
        ({"type": "integer"}, {"type": "number"}, True),
        ({"type": "number"}, {"type": "integer"}, True),
        ({"type": "number"}, {"type": "string"}, False),
        ({"enum": ["a", 1]}, {"type": "integer"}, True),
        ({"const": True}, {"type": "integer"}, False),
        ({"type": ["string", "null"]}, {"type": "null"}, True),
        ({}, {"type": "integer"}, True),
    ],
)
def test_types_meet_or_not(given: Any, wanted: Any, fits: bool) -> None:
    assert (misfit(at(given), Known(wanted, wanted)) is None) is fits


def test_a_text_is_taken_where_one_of_the_choices_is_one() -> None:
    contract = Contract(
        {
            "properties": {
                "label": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
                "number": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                "mode": {"enum": ["a", 1]},
                "free": {},
                "sizes": {"enum": [1, 2]},
                "same": {"$ref": "#/$defs/A"},
            },
            "$defs": ENDLESS["$defs"],
        }
    )

    taken = [key for key in contract.properties if contract.takes_text(key)]

    assert taken == ["label", "mode", "free", "same"]
    assert contract.takes_structures("sizes")


def test_what_an_example_does_not_say_stays_open() -> None:
    assert output_schema_of(None) is None
    assert output_schema_of({"a": None}) == {"type": "object", "properties": {"a": {}}}
    assert input_schema_of({}, {}) == {"type": "object"}
    parts = input_schema_of(("a", "b"), {"a": (), "b": ("application/json",)})
    assert parts["properties"]["a"] == FILE
    assert "type" not in parts["properties"]["b"]


def test_a_file_behind_a_reference_has_its_media_type() -> None:
    schema = {"properties": {"a": {"$ref": "#/$defs/F"}}, "$defs": {"F": PNG}}

    assert result_types_of(schema) == ("image/png",)


def test_an_example_is_made_of_what_the_schema_says() -> None:
    made = example_of(
        {
            "type": "object",
            "properties": {
                "on": {"type": "boolean"},
                "rows": {"type": "array", "items": {"type": "string"}},
                "any": {},
                "one": {"anyOf": [{"type": "integer", "minimum": 3}]},
            },
        }
    )

    assert made == {"on": True, "rows": ["text"], "any": None, "one": 3}


def test_an_example_of_a_definition_is_that_of_the_schema_it_leads_to() -> None:
    root = {"$defs": {"N": {"type": "integer"}}}

    assert example_of({"$ref": "#/$defs/N"}, root) == 1


def test_choices_and_constants_are_told_in_short() -> None:
    many = {"enum": [*range(MAX_CHOICES + 5)]}
    either = {"anyOf": [{"const": "a"}, PNG]}
    properties = {"many": many, "either": either, "never": {"items": False}}
    contract = Contract.of_input({"properties": properties})

    told = {
        fault.field: fault.message
        for fault in contract.faults({"many": -1, "either": 3})
    }

    assert told["many"].endswith(", …")
    assert told["either"] == "is an integer, but must be 'a' or a file"
    assert len(short("x" * 1000)) == MAX_EXAMPLE_CHARACTERS
