"""Runs an operation that is written with `async def`, on an event loop of its own."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from service_sdk.errors import JobTooLong, ServiceError, Unwanted
from service_sdk.progress import Progress

CHECK_SECONDS = 0.2
"""How often it is checked whether the result is still wanted: whether a file exists."""

STOP_SECONDS = 5.0
"""How long an operation that is cancelled may take to close what it has open."""


def run(
    work: Coroutine[Any, Any, object], progress: Progress, max_seconds: float
) -> object:
    """The result; raises what the work raises, `Unwanted`, or `JobTooLong`.

    The work gets a `CancelledError` when its result is not wanted any more, and when
    its time is over.
    """
    return asyncio.run(_run(work, progress, max_seconds))


async def _run(
    work: Coroutine[Any, Any, object], progress: Progress, max_seconds: float
) -> object:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + max_seconds
    task = loop.create_task(work)

    while not task.done():
        await asyncio.wait([task], timeout=CHECK_SECONDS)
        reason = _reason_to_stop(progress, loop.time() > deadline, max_seconds)
        if reason and not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=STOP_SECONDS)
            raise reason
    return task.result()


def _reason_to_stop(
    progress: Progress, is_late: bool, max_seconds: float
) -> ServiceError | None:
    if is_late:
        return JobTooLong(max_seconds)
    return None if progress.wanted else Unwanted()
