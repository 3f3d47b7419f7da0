"""Waiting ends when something holds, or with an error that says what did not."""

import pytest

from servers.waiting import GaveUp, block_until, until


async def test_it_waits_until_a_condition_holds() -> None:
    looks: list[int] = []

    def third_look() -> bool:
        looks.append(1)
        return len(looks) == 3

    await until(third_look)

    assert len(looks) == 3


async def test_a_condition_may_be_asked_asynchronously() -> None:
    async def never() -> bool:
        return False

    with pytest.raises(GaveUp, match="never"):
        await until(never, seconds=0.05)


async def test_an_error_of_the_condition_is_not_taken_for_the_end_of_the_wait() -> None:
    async def impatient() -> bool:
        raise TimeoutError("the server did not answer")

    with pytest.raises(TimeoutError, match="the server did not answer"):
        await until(impatient)


async def test_the_error_shows_the_source_of_the_condition() -> None:
    found: list[str] = []

    with pytest.raises(GaveUp, match=r"after 0 s: .*len\(found\) > 5.*test_waiting.py"):
        await until(lambda: len(found) > 5, seconds=0)


def test_an_explanation_takes_the_place_of_the_source() -> None:
    with pytest.raises(GaveUp, match="gave up waiting after 0 s: no greeting in “Bye”"):
        block_until(lambda: False, seconds=0, explain=lambda: "no greeting in “Bye”")
