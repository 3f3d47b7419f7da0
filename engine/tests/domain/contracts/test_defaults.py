"""What is left out is filled in; what is given stays."""

from typing import Any

import pytest
from engine.domain.contracts.contract import Contract
from engine.domain.contracts.defaults import MAX_FILLED_BYTES, MAX_LOOKS
from engine.domain.errors import TooMuch

SIZE = {
    "type": "object",
    "properties": {"width": {"type": "integer", "default": 160}},
}


@pytest.mark.parametrize(
    ("properties", "data", "expected"),
    [
        ({"n": {"default": 1}}, {}, {"n": 1}),
        ({"n": {"default": 1}}, {"n": 2}, {"n": 2}),
        ({"n": {"default": 1}}, {"n": None}, {"n": None}),
        ({"size": SIZE}, {"size": {}}, {"size": {"width": 160}}),
        ({"size": SIZE}, {}, {}),
        ({"size": SIZE | {"default": {}}}, {}, {"size": {"width": 160}}),
        ({"sizes": {"items": SIZE}}, {"sizes": [{}]}, {"sizes": [{"width": 160}]}),
        ({"size": {"allOf": [SIZE]}}, {"size": {}}, {"size": {"width": 160}}),
        (
            {"size": {"anyOf": [SIZE, {"type": "null"}]}},
            {"size": {}},
            {"size": {"width": 160}},
        ),
        # Which of the two is meant is not known.
        ({"size": {"anyOf": [SIZE, {}]}}, {"size": {}}, {"size": {}}),
        # `x: int = None` in Python: services announce it, and it does not fit.
        ({"n": {"type": "integer", "default": None}}, {}, {}),
    ],
)
def test_defaults_are_filled_in(properties: Any, data: Any, expected: Any) -> None:
    contract = Contract.of_input({"properties": properties})

    assert contract.filled(data) == expected


def test_a_schema_within_itself_is_filled_as_deep_as_the_data() -> None:
    node = {"properties": {"n": {"default": 1}, "next": {"$ref": "#/$defs/N"}}}
    contract = Contract.of_input({"$ref": "#/$defs/N", "$defs": {"N": node}})

    assert contract.filled({"next": {"n": 2}}) == {"n": 1, "next": {"n": 2}}


def test_what_is_sent_is_not_changed() -> None:
    data: dict[str, Any] = {"size": {}}

    Contract.of_input({"properties": {"size": SIZE}}).filled(data)

    assert data == {"size": {}}


def test_what_is_filled_in_is_bounded() -> None:
    text = {"properties": {"text": {"default": "x" * (MAX_FILLED_BYTES // 10)}}}
    wide = {"properties": {f"k{at}": {} for at in range(500)} | {"n": {"default": 1}}}
    rows = {"rows": [{} for _ in range(MAX_LOOKS // 500 + 1)]}

    for items, data in ((text, {"rows": [{}] * 10}), (wide, rows)):
        contract = Contract.of_input({"properties": {"rows": {"items": items}}})
        with pytest.raises(TooMuch):
            contract.filled(data)


def test_a_schema_that_cannot_be_read_fills_in_nothing() -> None:
    contract = Contract.of_input({"properties": {"n": {"default": 1}}, "required": 5})

    assert contract.filled({}) == {}
