"""However many keys a request has, its faults are told soon."""

import threading
import time

import pytest
from engine.api.body.fits import Received, check_input, checked_input, refuse_part
from engine.domain.entry_api import Api
from engine.domain.errors import Fault, InvalidInput
from engine.domain.values import Json


def told(api: Api, received: Received) -> tuple[Fault, ...]:
    with pytest.raises(InvalidInput) as refused:
        check_input(api, received)
    return refused.value.faults


# Names as they might be in a large table: each is like all others.
NAMES = [f"{'acb' * 20}{at:05}" for at in range(3_000)]


def test_many_unknown_keys_take_no_longer_than_a_few() -> None:
    example = Api(route="x", body=dict.fromkeys(NAMES))
    sent = {f"{'abc' * 20}{at:05}": 1 for at in range(3_000)}
    began = time.thread_time()

    found = told(example, Received(typed=sent))

    # It took minutes; now it takes a tenth of a second.
    assert time.thread_time() - began < 10
    assert len(found) == 100
    assert all(len(fault.hint) < 3_000 for fault in found)


def test_a_part_that_is_not_known_is_compared_with_a_few_fields() -> None:
    api = Api(route="x", body=tuple(NAMES))
    began = time.thread_time()

    hints = [refuse_part(api, "abc" * 33, "image/png") for _ in range(100)]

    assert time.thread_time() - began < 10
    assert all(fault and len(fault.hint) < 3_000 for fault in hints)


def test_of_a_large_example_only_the_beginning_is_written() -> None:
    written = 0

    class Counted(str):
        def __repr__(self) -> str:
            nonlocal written
            written += 1
            return super().__repr__()

    example = {"table": [Counted("x")] * 100_000}

    [fault] = told(Api(route="x", body=example), Received(typed={"table": 1}))

    assert fault.hint.startswith("for example ['x', 'x', ")
    assert len(fault.hint) < 100
    assert written < 100


def test_a_place_below_long_keys_is_told_by_its_beginning() -> None:
    key = "k" * 100_000

    [fault] = told(Api(route="x", body={key: [1]}), Received(typed={key: ["x"]}))

    assert fault.field == key[:500]


ALTERNATIVES = [{"type": "object", "required": [f"k{at}"]} for at in range(500)]
EXAMPLE = Api(route="x", body={"a": 1})
HARD = Api(
    route="x",
    inputSchema={
        "type": "object",
        "properties": {"a": {}, "b": {"items": {"anyOf": ALTERNATIVES}}},
    },
)


@pytest.mark.parametrize(
    ("api", "json_bytes", "beside"),
    [
        (EXAMPLE, 1_000, False),
        (EXAMPLE, 1 << 20, True),
        (HARD, 100, False),
        (HARD, 10_000, True),
    ],
)
async def test_what_takes_long_is_checked_beside_the_event_loop(
    api: Api, json_bytes: int, beside: bool
) -> None:
    checked_in = set[threading.Thread]()

    class Observed(Received):
        def data(self) -> dict[str, Json]:
            checked_in.add(threading.current_thread())
            return super().data()

    received = Observed(typed={"a": 1}, json_bytes=json_bytes)

    assert await checked_input(api, received) == {"a": 1}

    assert checked_in
    assert (threading.current_thread() not in checked_in) == beside
