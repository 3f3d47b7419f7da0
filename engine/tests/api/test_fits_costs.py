"""However many keys a request has, its faults are told soon."""

import threading
import time

import pytest
from engine.api.body.fits import Received, check_input, checked_input, refuse_part
from engine.domain.contracts.contract import Judged
from engine.domain.contracts.keywords import Schema
from engine.domain.entry_api import Api
from engine.domain.errors import Fault, InvalidInput
from engine.domain.gate import Admitted
from engine.domain.values import Json
from engine.usecases.judging import Judging


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


ALTERNATIVES = [{"type": "object", "required": [f"k{at}"]} for at in range(200)]
EXAMPLE = Api(route="x", body={"a": 1})
HARD = Api(
    route="x",
    inputSchema={
        "type": "object",
        "properties": {"a": {}, "b": {"items": {"anyOf": ALTERNATIVES}}},
    },
)


class Elsewhere:
    """A `Judges` that notes what it is asked."""

    def __init__(self) -> None:
        self.asked = list[dict[str, Json]]()

    async def judged(
        self, schema: Schema, data: dict[str, Json], *, fills: bool
    ) -> Judged:
        self.asked.append(data)
        return Judged(data, ())


@pytest.mark.parametrize(("json_bytes", "beside"), [(1_000, False), (1 << 20, True)])
async def test_large_data_is_looked_at_beside_the_event_loop(
    json_bytes: int, beside: bool
) -> None:
    looked_at_in = set[threading.Thread]()

    class Observed(Received):
        def data(self) -> Admitted:
            looked_at_in.add(threading.current_thread())
            return super().data()

    received = Observed(typed={"a": 1}, json_bytes=json_bytes)
    judging = Judging(Elsewhere())

    assert await checked_input(EXAMPLE, received, judging) == {"a": 1}

    assert looked_at_in
    assert (threading.current_thread() not in looked_at_in) == beside


@pytest.mark.parametrize(
    ("typed", "beside"), [({"a": 1}, False), ({"a": "x" * 5_000}, True)]
)
async def test_what_takes_long_is_judged_elsewhere(
    typed: dict[str, Json], beside: bool
) -> None:
    elsewhere = Elsewhere()

    # However little of it came with the request: the rest is of an earlier task.
    received = Received(typed=typed, json_bytes=10)
    assert await checked_input(HARD, received, Judging(elsewhere)) == typed

    assert elsewhere.asked == [typed] * beside
