"""A schema that cannot be a contract is refused, with the place of what is wrong."""

import time
from typing import Any

import pytest
from engine.domain.contracts.schema_check import MAX_SCHEMA_BYTES, contract_faults

DEEP: dict[str, Any] = {}
for _ in range(30):
    DEEP = {"items": DEEP}
CHAIN = {
    f"D{at}": {"properties": {"a": {"$ref": f"#/$defs/D{at + 1}"}}} for at in range(495)
}
DOUBLING = {
    f"D{at}": {"allOf": [{"$ref": f"#/$defs/D{at + 1}"}] * 2} for at in range(20)
}
LAST = {"type": "object"}


def faults(schema: Any, key: str = "inputSchema") -> dict[str | None, str]:
    takes, gives = (schema, None) if key == "inputSchema" else (None, schema)
    return {fault.field: fault.code for fault in contract_faults(takes, gives)}


@pytest.mark.parametrize(
    ("schema", "field", "code"),
    [
        ({"type": "array"}, "", "no-object"),
        ({"properties": {"a": {"type": "strin"}}}, ".properties.a.type", "bad-schema"),
        ({"required": 5}, ".required", "bad-schema"),
        (
            {"$schema": "http://json-schema.org/draft-07/schema"},
            ".$schema",
            "wrong-dialect",
        ),
        ({"$id": "http://x"}, ".$id", "foreign-schema"),
        (
            {"properties": {"a": {"$ref": "http://x"}}},
            ".properties.a.$ref",
            "foreign-schema",
        ),
        ({"properties": {"a": {"$ref": "#"}}}, ".properties.a.$ref", "foreign-schema"),
        (
            {"properties": {"a": {"$ref": "#/$defs/b"}}},
            ".properties.a.$ref",
            "unknown-definition",
        ),
        (
            {"properties": {"a": {"pattern": "(?=x)"}}},
            ".properties.a.pattern",
            "bad-pattern",
        ),
        (
            {"properties": {"a": {"pattern": "(a{999}){999}"}}},
            ".properties.a.pattern",
            "bad-pattern",
        ),
        (
            {"properties": {"a": {"pattern": "a" * 1001}}},
            ".properties.a.pattern",
            "too-long",
        ),
        (
            {"properties": {"a": {"enum": [*range(1001)]}}},
            ".properties.a.enum",
            "too-large",
        ),
        (
            {"properties": {"a": {"type": "integer", "default": "x"}}},
            ".properties.a.default",
            "bad-default",
        ),
        ({"description": "x" * MAX_SCHEMA_BYTES}, "", "too-large"),
        ({"properties": {f"k{at}": {} for at in range(1001)}}, "", "too-large"),
        (
            {"properties": {f"k{at}": {"pattern": "x"} for at in range(51)}},
            "",
            "too-large",
        ),
        ({"items": DEEP}, None, "too-deep"),
        (
            {
                "anyOf": [{"$ref": "#/$defs/A"}],
                "$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}]}},
            },
            "",
            "endless-schema",
        ),
        (
            {"$ref": "#/$defs/D0", "$defs": DOUBLING | {"D20": LAST}},
            "",
            "endless-schema",
        ),
    ],
)
def test_what_is_wrong_with_a_schema_is_named(
    schema: Any, field: str | None, code: str
) -> None:
    [found] = faults(schema).items()

    assert found[1] == code
    assert field is None or found[0] == f"api.inputSchema{field}"


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object"},
        {
            "anyOf": [{"$ref": "#/$defs/A"}, {"type": "object"}],
            "$defs": {"A": {"properties": {}}},
        },
        {"allOf": [{"type": "object"}]},
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "x-y": 1,
        },
    ],
)
def test_what_comes_out_is_an_object(schema: Any) -> None:
    assert not faults(schema, "outputSchema")
    assert not faults(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"anyOf": [{}]},
        {"type": "array"},
        {"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}},
    ],
)
def test_what_may_come_out_as_something_else_is_refused(schema: Any) -> None:
    assert faults(schema, "outputSchema") == {"api.outputSchema": "no-object"}


def test_many_names_that_are_not_there_take_no_longer_than_a_few() -> None:
    used = {f"x{at}": {"$ref": f"#/$defs/{'acb' * 30}{at}"} for at in range(200)}
    known: dict[str, Any] = {f"{'abc' * 30}{at}": {} for at in range(300)}
    schema = {"type": "object", "properties": used, "$defs": known}
    began_at = time.thread_time()

    faults = list(contract_faults(schema, None))

    # It took many minutes; now it takes some milliseconds.
    assert time.thread_time() - began_at < 20
    assert {fault.code for fault in faults} == {"unknown-definition"}
