"""Answers that may be large: written in slices, kept in bounded memory."""

import asyncio
from typing import Any

import orjson
import pytest
from bounded_server.shares import UNDISTURBED_SECONDS
from engine.api.body.memory import json_memory
from engine.api.large_answers import (
    FREE_ANSWER_BYTES,
    SENT_AT_ONCE_BYTES,
    LargeAnswers,
    written,
)
from engine.domain.errors import Unavailable, Unknown
from starlette.types import Message

from servers.waiting import until

MB = 1 << 20


async def receive() -> Message:
    raise AssertionError("nothing is received")


class Client:
    """Reads an answer; from `stops_after` bytes on it reads no more."""

    def __init__(self, stops_after: int | None = None) -> None:
        self._stops_after = stops_after
        self.body = b""
        self.pieces: list[int] = []
        self.complete = False

    async def send(self, message: Message) -> None:
        if self._stops_after is not None and len(self.body) >= self._stops_after:
            await asyncio.Event().wait()
        self.body += message.get("body", b"")
        self.pieces.append(len(message.get("body", b"")))
        is_body = message["type"] == "http.response.body"
        self.complete = is_body and not message.get("more_body", False)


def text_of(size: int) -> Any:
    async def make() -> Any:
        return {"text": "x" * size}

    return make


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"a": 1, "b": [], "c": [1], "d": {"e": [2]}},
        {"list": [{"n": n} for n in range(1_234)]},
        [*range(500)],
        None,
        "text",
    ],
)
async def test_slices_are_the_same_json(value: Any) -> None:
    assert await written(value) == orjson.dumps(value)


async def test_others_get_their_turn_between_two_slices() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    await written({"frames": [*range(1_000)]})
    beside.cancel()

    assert turns >= 20


async def test_a_large_answer_is_sent_piece_by_piece_and_then_forgotten() -> None:
    answers = LargeAnswers(json_memory(2 * MB))
    client = Client()

    await answers.answer(text_of(MB))({}, receive, client.send)

    assert orjson.loads(client.body) == {"text": "x" * MB}
    assert client.complete
    assert max(client.pieces) == SENT_AT_ONCE_BYTES
    assert answers.memory.free == 2 * MB


async def test_a_small_answer_needs_no_memory() -> None:
    answers = LargeAnswers(json_memory(1))
    client = Client()

    await answers.answer(text_of(FREE_ANSWER_BYTES - 100))({}, receive, client.send)

    assert len(orjson.loads(client.body)["text"]) == FREE_ANSWER_BYTES - 100


async def test_an_error_comes_before_the_answer() -> None:
    answers = LargeAnswers(json_memory(2 * MB))
    client = Client()

    async def fails() -> Any:
        raise Unknown("task", "t")

    with pytest.raises(Unknown):
        await answers.answer(fails)({}, receive, client.send)

    assert not client.pieces
    assert answers.memory.free == 2 * MB


async def test_a_client_that_does_not_read_makes_room_for_another() -> None:
    answers = LargeAnswers(json_memory(MB + 100))
    idle = Client(stops_after=MB // 2)
    held = asyncio.create_task(answers.answer(text_of(MB))({}, receive, idle.send))
    await until(lambda: len(idle.body) >= MB // 2)
    reading = Client()

    await answers.answer(text_of(MB))({}, receive, reading.send)
    await held

    assert reading.complete
    assert not idle.complete
    assert answers.memory.free == MB + 100


async def test_who_gets_no_memory_is_told_the_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bounded_server.shares.PATIENCE_SECONDS", 0.0)
    answers = LargeAnswers(json_memory(MB))
    with answers.memory.share() as kept:
        await kept.take(MB)
        kept.keep()

        with pytest.raises(Unavailable, match="MAX_JSON_MEMORY"):
            await answers.answer(text_of(MB))({}, receive, Client().send)


async def test_who_waits_for_its_turn_is_not_taken_for_one_who_does_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = LargeAnswers(json_memory(MB + 100))
    resting = asyncio.Event()

    async def rest() -> None:
        resting.set()
        await asyncio.sleep(2 * UNDISTURBED_SECONDS)

    client = Client()
    monkeypatch.setattr("engine.api.large_answers.pause", rest)
    first = asyncio.create_task(
        answers.answer(text_of(2 * SENT_AT_ONCE_BYTES))({}, receive, client.send)
    )
    await resting.wait()

    with answers.memory.share() as other:
        await other.take(MB)

    await first
    assert client.complete
