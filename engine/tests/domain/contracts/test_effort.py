"""What a schema may cost is known before: no value keeps the event loop for long."""

import time
from typing import Any

import orjson
import pytest
from engine.domain.contracts.contract import Contract
from engine.domain.contracts.effort import Effort
from engine.domain.contracts.schema_check import contract_faults

EVIL = "^(([a-z0-9]{1,40}){1,40})+$"
"""For each character of a text it looks at thousands of states."""

TREE = {"properties": {"a": {"$ref": "#/$defs/T"}, "b": {"$ref": "#/$defs/T"}}}
TWICE = {"allOf": [{"items": {"$ref": "#/$defs/T"}}] * 2}


def of_list(**items: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"v": {"items": items}}}


FLOATS = [at + 0.5 for at in range(900)]
STRUCTURES = [{"a": [at]} for at in range(900)]
KEYS = {f"{at:x}": True for at in range(30)}
WIDE = [{"properties": KEYS, "additionalProperties": {}}] * 100

DEAR = {
    # A second in all, and more: each was judged on the event loop.
    "a pattern": (of_list(pattern=EVIL), ["a" * 100_000]),
    "names by a pattern": (
        of_list(propertyNames={"pattern": EVIL}),
        [{"a" * 90_000: 1}],
    ),
    "keys by a pattern": (of_list(patternProperties={EVIL: {}}), [{"a" * 90_000: 1}]),
    "objects to choose from": (of_list(enum=STRUCTURES), [{"a": [899]}] * 15_000),
    "numbers to choose from": (of_list(enum=FLOATS), [899.5] * 20_000),
    "one object": (of_list(const={"a": [1] * 2_000}), [{"a": [1] * 2_000}] * 20),
    "keys that need others": (
        of_list(dependentRequired={f"k{at}": ["z"] for at in range(900)}),
        [{}] * 60_000,
    ),
    "multiples": (of_list(multipleOf=1e-300), [1e300] * 28_000),
    "what is left": (of_list(unevaluatedProperties={}), [{}] * 10),
    "items of which none repeats": (of_list(uniqueItems=True), [[*range(9_999)]] * 3),
}


@pytest.mark.parametrize("name", DEAR)
def test_what_costs_much_is_not_judged_at_once(name: str) -> None:
    schema, items = DEAR[name]
    data = {"v": items}

    judged = Contract(schema).judged_at_once(data, len(orjson.dumps(data)), fills=True)

    assert judged is None


CHEAP = {
    "texts to choose from": (
        of_list(enum=[f"k{at}" for at in range(900)]),
        ["k7"] * 9_000,
    ),
    "a short pattern": (of_list(pattern="^[a-z]+$"), ["abc"] * 9_000),
    "numbers": (of_list(type="integer", minimum=0), [*range(20_000)]),
    "a tree": ({"properties": {"t": {"$ref": "#/$defs/T"}}, "$defs": {"T": TREE}}, []),
}


@pytest.mark.parametrize("name", CHEAP)
def test_ordinary_data_is_judged_at_once(name: str) -> None:
    schema, items = CHEAP[name]
    data = {"v": items}

    judged = Contract(schema).judged_at_once(data, len(orjson.dumps(data)), fills=True)

    assert judged == (data, ())


def test_what_is_wrong_with_much_data_is_not_searched_for_at_once() -> None:
    data = {"v": [*range(20_000), "x"]}

    contract = Contract(of_list(type="integer"))

    assert contract.judged_at_once(data, len(orjson.dumps(data)), fills=True) is None
    assert contract.judged(data, fills=True).faults[0].field == "v.20000"


def test_many_keys_are_not_filled_in_at_once() -> None:
    keys = {f"k{at}": {"default": at} for at in range(200)}
    contract = Contract(of_list(properties=keys))
    data = {"v": [{}] * 1_000}

    assert contract.judged_at_once(data, len(orjson.dumps(data)), fills=True) is None
    assert contract.judged_at_once({"v": [{}]}, 10, fills=True) is not None


def test_a_large_schema_is_not_compiled_at_once() -> None:
    schema = {"type": "object", "description": "x" * 20_000}

    assert Contract(schema).judged_at_once({}, 2, fills=True) is None


def test_a_schema_that_cannot_be_read_is_judged_at_once() -> None:
    judged = Contract({"required": 5}).judged_at_once({"a": 1}, 7, fills=True)

    assert judged == ({"a": 1}, ())


def test_what_each_level_makes_more_depends_on_the_levels() -> None:
    effort = Effort({"$ref": "#/$defs/T", "$defs": {"T": TWICE}})

    assert effort.branching == 2
    assert effort.of([[[1]]], 10) == effort.of([1], 10) * 4


def test_a_large_value_of_many_levels_is_not_looked_through() -> None:
    contract = Contract(
        {"properties": {"a": {"$ref": "#/$defs/T"}}, "$defs": {"T": TWICE}}
    )

    assert contract.judged_at_once({"a": [1]}, 9, fills=False) == ({"a": [1]}, ())
    assert contract.judged_at_once({"a": [1]}, 5_000, fills=False) is None


CHAIN = {f"D{at}": {"$ref": f"#/$defs/D{at + 1}"} for at in range(400)}

HARD_TO_ESTIMATE = {
    # They took between a third of a second and seventeen, at the first request.
    "a chain that many begin": {
        "$defs": CHAIN | {"D400": {}},
        "properties": {f"k{at}": {"$ref": f"#/$defs/D{at % 300}"} for at in range(500)},
    },
    "many keys, each for many": {
        "$defs": {"W": {"allOf": WIDE}},
        "properties": {
            f"k{at}": {"allOf": [{"$ref": "#/$defs/W"}]} for at in range(350)
        },
    },
    "many defaults of the same": {
        "$defs": {"W": {"allOf": WIDE}},
        "properties": {
            f"k{at}": {"$ref": "#/$defs/W", "default": 1} for at in range(350)
        },
    },
}


@pytest.mark.parametrize("name", HARD_TO_ESTIMATE)
def test_the_largest_schemas_are_checked_soon(name: str) -> None:
    began = time.thread_time()

    assert not list(contract_faults(HARD_TO_ESTIMATE[name], None))

    # Some ten milliseconds, without measuring coverage.
    assert time.thread_time() - began < 1


def test_a_check_lets_others_go_on() -> None:
    breaths = 0

    def go_on() -> None:
        nonlocal breaths
        breaths += 1

    list(contract_faults(HARD_TO_ESTIMATE["many defaults of the same"], None, go_on))

    # There are 451 schemas in it, and a dozen walks through all of them.
    assert breaths > 11 * 451


def test_a_long_chain_of_schemas_is_no_circle() -> None:
    chain = {
        f"D{at}": {"properties": {"a": {"$ref": f"#/$defs/D{at + 1}"}}}
        for at in range(495)
    }
    schema = {"$ref": "#/$defs/D0", "$defs": chain | {"D495": {"type": "object"}}}
    value: Any = {}
    for _ in range(100):
        value = {"a": value}

    assert not list(contract_faults({"type": "object"} | schema, None))
    assert not list(Contract(schema).faults(value))


def test_a_default_that_is_too_much_work_is_named() -> None:
    schema = {"properties": {"a": {"pattern": EVIL, "default": "a" * 20_000}}}

    [fault] = contract_faults(schema, None)

    assert fault.code == "bad-default"
    assert fault.message == "it makes too much work to check the default"
    assert Contract(schema).filled({}) == {}


def test_files_that_are_null_are_left_out_of_what_is_judged() -> None:
    file = {"type": "string", "format": "binary"}
    contract = Contract({"properties": {"image": file, "text": {"type": "string"}}})

    judged = contract.judged({"image": None, "text": None}, fills=True)

    assert [fault.field for fault in judged.faults] == ["text"]
