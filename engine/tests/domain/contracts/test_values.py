"""A value fits its contract, or each fault is named with its place."""

from typing import Any

import pytest
from engine.domain.contracts.contract import Contract
from engine.domain.errors import Fault
from engine.domain.values import Blob

PNG = Blob("t/a", "image/png", 3).to_json()
FILE = {"type": "string", "format": "binary", "contentMediaType": "image/png"}
ANY_FILE = {"type": "string", "format": "binary"}
TREE = {
    "type": "object",
    "properties": {
        "value": {"type": "integer"},
        "children": {"type": "array", "items": {"$ref": "#/$defs/T"}},
    },
    "required": ["value"],
}


def found(schema: Any, value: Any) -> list[Fault]:
    return list(Contract.of_input(schema).faults(value))


def faults(schema: Any, value: Any) -> dict[str | None, str]:
    return {fault.field: fault.code for fault in found(schema, value)}


def of_key(schema: Any, value: Any) -> Fault:
    [fault] = found({"properties": {"k": schema}}, {"k": value})
    assert fault.field == "k"
    return fault


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"type": "integer"}, "x", "is a string, but must be an integer"),
        (
            {"type": ["integer", "null"]},
            "x",
            "is a string, but must be an integer or null",
        ),
        ({"enum": ["a", "b"]}, "c", "is 'c', but must be one of 'a', 'b'"),
        ({"const": 1}, [2], "is a list, but must be 1"),
        ({"minimum": 5}, 3, "is 3, but must be at least 5"),
        ({"maximum": 8000}, 12000, "is 12000, but must be at most 8000"),
        ({"exclusiveMinimum": 0}, 0, "is 0, but must be more than 0"),
        ({"exclusiveMaximum": 1}, 1.0, "is 1.0, but must be less than 1"),
        ({"multipleOf": 2}, 3, "is 3, but must be a multiple of 2"),
        ({"minLength": 2}, "x", "has 1 characters, but must have at least 2"),
        ({"maxLength": 2}, "xyz", "has 3 characters, but must have at most 2"),
        ({"pattern": "^a"}, "b", "is 'b', which is not of the form ^a"),
        ({"minItems": 1}, [], "has 0 items, but must have at least 1"),
        ({"maxItems": 1}, [1, 2], "has 2 items, but must have at most 1"),
        ({"minProperties": 1}, {}, "has 0 keys, but must have at least 1"),
        ({"maxProperties": 0}, {"a": 1}, "has 1 keys, but must have at most 0"),
    ],
)
def test_what_does_not_fit_is_told_in_words(
    schema: Any, value: Any, message: str
) -> None:
    assert of_key(schema, value).message == message


@pytest.mark.parametrize(
    ("schema", "value", "code"),
    [
        ({"uniqueItems": True}, [1, 1], "repeated-items"),
        ({"contains": {"type": "string"}}, [1], "missing-item"),
        ({"propertyNames": {"pattern": "^a"}}, {"b": 1}, "wrong-form"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "missing-key"),
        ({"not": {"type": "string"}}, "x", "does-not-fit"),
        ({"if": {"type": "string"}, "then": {"minLength": 9}}, "x", "does-not-fit"),
        ({"dependentSchemas": {"a": {"required": ["b"]}}}, {"a": 1}, "does-not-fit"),
        ({"oneOf": [{"minimum": 1}, {"minimum": 2}]}, 3, "does-not-fit"),
        (FILE, "x", "wrong-type"),
        (FILE, PNG | {"type": "image/gif"}, "media-type"),
        ({"type": "object"}, PNG, "wrong-type"),
        ({"anyOf": [{"type": "integer"}, FILE]}, PNG | {"type": "a/b"}, "media-type"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "x", "wrong-type"),
        ({"anyOf": [{"maximum": 1}, {"maximum": 2}]}, 3, "does-not-fit"),
    ],
)
def test_every_kind_of_fault_has_a_code(schema: Any, value: Any, code: str) -> None:
    assert of_key(schema, value).code == code


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"properties": {"a": {"items": {"minimum": 1}}}}, {"a": [1, 0]}, {"a.1"}),
        ({"properties": {"a": {"prefixItems": [{"minimum": 1}]}}}, {"a": [0]}, {"a.0"}),
        ({"allOf": [{"required": ["a", "b"]}]}, {}, {"a", "b"}),
        ({"additionalProperties": {"type": "string"}}, {"a": 1, "b": "x"}, {"a"}),
        ({"patternProperties": {"^n": {"type": "string"}}}, {"n1": 1, "x": 1}, {"n1"}),
        ({"properties": {"a": False}}, {"a": 1}, {None}),
        (
            {
                "$ref": "#/$defs/T",
                "$defs": {"T": TREE | {"additionalProperties": False}},
            },
            {"value": 1, "children": [{"value": "x"}, {"vlaue": 2}]},
            {"children.0.value", "children.1.value", "children.1.vlaue"},
        ),
    ],
)
def test_the_place_of_each_fault_is_told(
    schema: Any, value: Any, expected: set[str | None]
) -> None:
    assert faults(schema, value).keys() == expected


def test_a_choice_is_judged_by_the_one_that_is_meant() -> None:
    circle = {
        "type": "object",
        "properties": {"kind": {"const": "circle"}, "r": {"minimum": 1}},
    }
    shapes = {"anyOf": [circle, {"type": "array"}]}

    fault = found(
        {"properties": {"shape": shapes}}, {"shape": {"kind": "circle", "r": 0}}
    )

    assert [one.field for one in fault] == ["shape.r"]


def test_objects_that_name_their_keys_take_no_others() -> None:
    inner = {"type": "object", "properties": {"width": {}}}
    schema = {"properties": {"size": inner, "free": {"type": "object"}}}

    told = found(schema, {"size": {"widht": 1}, "free": {"any": 1}, "x": 1})

    assert {fault.field: fault.hint for fault in told} == {
        "size.widht": "did you mean “width”?",
        "x": "known are size, free",
    }


def test_an_object_of_which_several_schemas_say_a_part_stays_open() -> None:
    parts = [{"$ref": "#/$defs/A"}, {"properties": {"b": {"type": "integer"}}}]
    schema = {
        "allOf": parts,
        "$defs": {"A": {"properties": {"a": {"type": "integer"}}}},
    }

    assert not found(schema, {"a": 1, "b": 2})
    assert faults(schema, {"a": "x", "b": "y"}).keys() == {"a", "b"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (FILE, PNG),
        (FILE, PNG | {"type": "application/octet-stream"}),
        (FILE | {"contentMediaType": "text/plain, image/*"}, PNG),
        (ANY_FILE, PNG),
        # What JSON may take the place of.
        (ANY_FILE, {"any": "thing"}),
        ({}, PNG),
        ({"type": "array", "items": FILE}, [PNG, PNG]),
        ({"anyOf": [FILE, {"type": "null"}]}, None),
    ],
)
def test_files_are_references_in_the_data(schema: Any, value: Any) -> None:
    assert not found({"properties": {"k": schema}}, {"k": value})


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}},
        {"$dynamicRef": "#x"},
        {"required": 5},
        {"properties": {"a": {"pattern": "(?=x)"}}},
    ],
)
def test_what_cannot_be_judged_asks_for_nothing(schema: Any) -> None:
    assert not found(schema, {"a": "b"})


def test_keys_found_by_a_pattern_that_cannot_be_used_may_have_any_value() -> None:
    schema = {"patternProperties": {"(?=x)": {"type": "string"}}}

    assert not found(schema | {"additionalProperties": False}, {"a": 1})


def test_of_large_data_the_part_that_is_wrong_is_told() -> None:
    item = {"type": "object", "properties": {"n": {"type": "integer"}}}
    rows = [{"n": at} for at in range(60_000)]
    rows[59_999] = {"n": "x"}

    told = found({"properties": {"rows": {"items": item}}}, {"rows": rows})

    assert [fault.field for fault in told] == ["rows.59999.n"]


def test_the_faults_of_a_large_list_come_one_by_one() -> None:
    schema = {"properties": {"rows": {"items": {"type": "integer"}}}}
    contract = Contract.of_input(schema)

    told = contract.faults({"rows": ["x"] * 200_000})

    assert next(told).field == "rows.0"


def test_large_data_may_take_the_place_of_a_file_of_any_type() -> None:
    rows = list(range(110_000))

    assert not found({"properties": {"a": ANY_FILE}}, {"a": rows})
