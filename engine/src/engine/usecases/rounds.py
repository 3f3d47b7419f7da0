"""Repeats a job: for ever, or until it succeeds once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NoReturn

from engine.domain.errors import Unavailable

log = logging.getLogger(__name__)


async def every(seconds: float, job: Callable[[], Awaitable[None]]) -> NoReturn:
    """Run job for ever; a failed round is logged and the next one still comes."""
    while True:
        await until_done(seconds, job)
        await asyncio.sleep(seconds)


async def until_done(seconds: float, job: Callable[[], Awaitable[None]]) -> None:
    """Run job until one round of it succeeds; those that fail are logged."""
    while True:
        try:
            return await job()
        except Unavailable as error:
            # A store that is away fails every round: one line each, no traceback.
            log.warning("a round has to wait: %s", error)
        except Exception:
            log.exception("a round failed and is tried again: %r", job)
        await asyncio.sleep(seconds)
