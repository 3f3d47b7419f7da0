"""What every `Judges` does: here, and in a process of its own."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from engine.adapters.judging.process import JudgingProcess
from engine.domain.contracts.contract import Contract, Judged
from engine.domain.contracts.defaults import MAX_FILLED_BYTES
from engine.domain.contracts.keywords import Schema
from engine.domain.errors import TooMuch
from engine.domain.values import Json
from engine.ports.judging import Judges

NUMBER = {"type": "object", "properties": {"n": {"type": "integer", "default": 1}}}


class Here:
    """A `Judges` for tests in which nothing takes long."""

    async def judged(
        self, schema: Schema, data: dict[str, Json], *, fills: bool
    ) -> Judged:
        return Contract(schema).judged(data, fills=fills)


@pytest.fixture(params=[Here, JudgingProcess])
async def judges(request: pytest.FixtureRequest) -> AsyncIterator[Judges]:
    if request.param is Here:
        yield Here()
        return
    async with JudgingProcess() as judges:
        yield judges


async def test_what_fits_has_no_faults(judges: Judges) -> None:
    assert await judges.judged(NUMBER, {"n": 2}, fills=True) == ({"n": 2}, ())


async def test_what_does_not_fit_is_told_with_its_place(judges: Judges) -> None:
    judged = await judges.judged(NUMBER, {"n": "x"}, fills=True)

    assert judged.data == {"n": "x"}
    assert [(one.field, one.code) for one in judged.faults] == [("n", "wrong-type")]


async def test_defaults_are_filled_in_if_that_is_asked_for(judges: Judges) -> None:
    assert (await judges.judged(NUMBER, {}, fills=True)).data == {"n": 1}
    assert (await judges.judged(NUMBER, {}, fills=False)).data == {}


async def test_it_is_told_that_defaults_are_too_much(judges: Judges) -> None:
    text = {"properties": {"text": {"default": "x" * (MAX_FILLED_BYTES // 10)}}}
    schema: dict[str, Any] = {"properties": {"rows": {"items": text}}}

    with pytest.raises(TooMuch, match="what the defaults of the route add"):
        await judges.judged(schema, {"rows": [{}] * 11}, fills=True)


async def test_each_contract_is_another(judges: Judges) -> None:
    text = {"type": "object", "properties": {"n": {"type": "string"}}}

    told = [
        bool((await judges.judged(schema, {"n": value}, fills=False)).faults)
        for schema in (NUMBER, text)
        for value in (1, "x")
    ]

    assert told == [False, True, True, False]
