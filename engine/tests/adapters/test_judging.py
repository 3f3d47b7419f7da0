"""The process that judges is killed when it takes too long, and started again."""

import asyncio
import os
import signal
from datetime import timedelta
from io import BytesIO
from typing import Any

import orjson
import pytest
from engine.adapters.judging import worker
from engine.adapters.judging.messages import ANSWER, QUESTION, read_answer
from engine.adapters.judging.process import PATIENCE, JudgingProcess
from engine.domain.errors import TooMuch, Unavailable

# For each character of a text it looks at thousands of states.
EVIL = "^(([a-z0-9]{1,40}){1,40})+$"
HOURS = {"type": "object", "properties": {"text": {"pattern": EVIL}}}
LONG: dict[str, Any] = {"text": "a" * 10_000_000}
ANYTHING = {"type": "object"}


async def test_work_that_takes_too_long_is_ended() -> None:
    async with JudgingProcess(work=timedelta(seconds=1)) as judges:
        with pytest.raises(TooMuch, match="the time to check the data .* 1 seconds"):
            await judges.judged(HOURS, LONG, fills=False)

        # The next question finds another process.
        assert await judges.judged(ANYTHING, {"a": 1}, fills=False) == ({"a": 1}, ())


async def test_the_process_of_whoever_has_gone_is_ended() -> None:
    async with JudgingProcess() as judges:
        asking = asyncio.create_task(judges.judged(HOURS, LONG, fills=False))
        while judges.pid is None:
            await asyncio.sleep(0.01)
        pid = judges.pid

        asking.cancel()
        await asyncio.wait([asking])

        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        assert await judges.judged(ANYTHING, {}, fills=False) == ({}, ())


async def test_a_process_that_does_not_get_to_work_is_not_waited_for() -> None:
    async with JudgingProcess() as judges:
        await judges.judged(ANYTHING, {}, fills=False)
        assert judges.pid
        os.kill(judges.pid, signal.SIGSTOP)

        judges.patience = timedelta(seconds=0.5)
        with pytest.raises(Unavailable, match="the check of data"):
            await judges.judged(ANYTHING, {}, fills=False)

        judges.patience = PATIENCE
        assert await judges.judged(ANYTHING, {}, fills=False) == ({}, ())


async def test_the_process_ends_with_the_engine() -> None:
    async with JudgingProcess() as judges:
        await judges.judged(ANYTHING, {}, fills=False)
        pid = judges.pid
        assert pid

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_questions_are_answered_until_there_are_none() -> None:
    schema = orjson.dumps({"properties": {"n": {"type": "integer"}}})
    data = b'{"n":"x"}'
    question = QUESTION.pack(len(schema), len(data), False) + schema + data
    target = BytesIO()

    worker.serve(BytesIO(question * 2), target, seconds=60)

    raw = target.getvalue()
    (count,) = ANSWER.unpack_from(raw)
    assert raw == raw[: ANSWER.size + count] * 2
    assert read_answer(raw[ANSWER.size :][:count], {}).faults[0].field == "n"
