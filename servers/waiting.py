"""Waits for a condition, with a deadline; an error says what was waited for."""

import asyncio
import inspect
import linecache
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

# Far more than anything on this machine takes: only one in trouble comes near it.
# Less than the `timeout` of pytest (pyproject.toml), which would end the test first,
# without the message.
WAIT_SECONDS = 240.0

# Between two looks. A look should cost much less than this.
LOOK_SECONDS = 0.01


class GaveUp(TimeoutError):
    """A condition did not hold in time."""

    def __init__(self, seconds: float, waited_for: str) -> None:
        super().__init__(seconds, waited_for)
        self.seconds = seconds
        self.waited_for = waited_for

    def __str__(self) -> str:
        return f"gave up waiting after {self.seconds:g} s: {self.waited_for}"


async def until(
    holds: Callable[[], bool | Awaitable[bool]],
    *,
    seconds: float = WAIT_SECONDS,
    look_seconds: float = LOOK_SECONDS,
    explain: Callable[[], str] | None = None,
) -> None:
    """Returns when the condition holds; raises `GaveUp` if it does not in time.

    `explain` says what was waited for, and what is there instead. Without it the
    error shows the condition's source.
    """
    try:
        async with asyncio.timeout(seconds) as limit:
            while not await _answer(holds):
                await asyncio.sleep(look_seconds)
    except TimeoutError:
        # The condition may raise a `TimeoutError` of its own.
        if not limit.expired():
            raise
        raise _given_up(holds, seconds, explain) from None


def block_until(
    holds: Callable[[], bool],
    *,
    seconds: float = WAIT_SECONDS,
    look_seconds: float = LOOK_SECONDS,
    explain: Callable[[], str] | None = None,
) -> None:
    """The same as `until` for code without an event loop: it blocks the thread."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise _given_up(holds, seconds, explain)
        time.sleep(look_seconds)


async def _answer(holds: Callable[[], bool | Awaitable[bool]]) -> bool:
    answer = holds()
    return await answer if inspect.isawaitable(answer) else answer


def _given_up(
    holds: Callable[[], object], seconds: float, explain: Callable[[], str] | None
) -> GaveUp:
    waited_for = explain() if explain else _source(holds)
    return GaveUp(seconds, waited_for)


def _source(holds: Callable[[], object]) -> str:
    """The name of a function; the line of one that has no name."""
    code = getattr(holds, "__code__", None)
    if code is None or code.co_name != "<lambda>":
        return str(getattr(holds, "__qualname__", holds))

    line = linecache.getline(code.co_filename, code.co_firstlineno).strip()
    return f"{line} ({Path(code.co_filename).name}:{code.co_firstlineno})"
