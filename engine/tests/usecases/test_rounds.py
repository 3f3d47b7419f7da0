"""Jobs that are repeated say in one line that a store is away."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from engine.domain.errors import Unavailable
from engine.usecases.rounds import every, until_done

AWAY = Unavailable("MongoDB", "its indexes are still being built")


def job_of(
    *rounds: Exception | None,
) -> tuple[list[int], Callable[[], Awaitable[None]]]:
    """A job that fails as the rounds say, and then is cancelled; one entry for each."""
    ran: list[int] = []

    async def job() -> None:
        ran.append(len(ran))
        if len(ran) > len(rounds):
            raise asyncio.CancelledError
        error = rounds[len(ran) - 1]
        if error is not None:
            raise error

    return ran, job


async def test_a_job_runs_until_it_succeeds_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ran, job = job_of(AWAY, AWAY, None)

    await until_done(0, job)

    assert len(ran) == 3
    assert "its indexes are still being built" in caplog.text
    assert "Traceback" not in caplog.text


async def test_what_is_repeated_for_ever_goes_on_after_each_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ran, job = job_of(None, AWAY, None, KeyError("odd"), None)

    with pytest.raises(asyncio.CancelledError):
        await every(0, job)

    assert len(ran) == 6
    # What nobody foresaw is told with the place where it happened.
    assert caplog.text.count("Traceback") == 1
