"""Asks Ollama: bounded in time, ended when nobody wants the answer any more.

Ollama stops working for a request when its connection closes: every way out of
here closes it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import httpx
from ollama import AsyncClient, ProgressResponse, ResponseError
from service_sdk import Progress
from service_sdk.errors import Unwanted

from llm import errors
from llm.settings import Choice

Answer = TypeVar("Answer")
Question = Callable[[AsyncClient], Coroutine[Any, Any, Answer]]
LOOK = 0.2  # seconds between looks whether the answer is still wanted
CONNECT = 5.0  # seconds


def ask(
    question: Question[Answer], model: str, choice: Choice, progress: Progress
) -> Answer:
    """The answer to a question; the model is fetched if it is missing and may be."""
    progress(f"asks {model}")
    return asyncio.run(_within_bounds(question, model, choice, progress))


async def _within_bounds(
    question: Question[Answer], model: str, choice: Choice, progress: Progress
) -> Answer:
    loop = asyncio.get_running_loop()
    began = loop.time()
    timeout = httpx.Timeout(choice.silence, connect=CONNECT)
    async with AsyncClient(choice.host, timeout=timeout) as client:
        told = _told(_with_model(client, question, model, choice, progress), choice)
        asking = asyncio.ensure_future(told)
        try:
            while not asking.done():
                if not progress.wanted:
                    raise Unwanted
                if loop.time() - began > choice.seconds:
                    raise errors.TookTooLong(choice.seconds)
                await asyncio.wait({asking}, timeout=LOOK)
            return asking.result()
        finally:
            asking.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await asking


async def _told(asking: Awaitable[Answer], choice: Choice) -> Answer:
    """The answer, or what went wrong in words for those who asked."""
    try:
        return await asking
    except (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout) as fault:
        raise errors.NotReachable(choice.host) from fault
    except httpx.ReadTimeout as fault:
        raise errors.Silent(choice.silence) from fault
    except json.JSONDecodeError as fault:
        raise errors.NotReachable(choice.host) from fault
    except httpx.TransportError as fault:
        raise errors.BrokenOff from fault
    except ResponseError as fault:
        if 400 <= fault.status_code < 500:
            raise errors.refused(str(fault.error)) from fault
        raise errors.Failed(str(fault.error)) from fault


async def _with_model(
    client: AsyncClient,
    question: Question[Answer],
    model: str,
    choice: Choice,
    progress: Progress,
) -> Answer:
    try:
        return await question(client)
    except ResponseError as fault:
        if fault.status_code != 404:
            raise
    if not choice.pull:
        raise errors.no_such_model(model)
    await _pull(client, model, progress)
    return await question(client)


async def _pull(client: AsyncClient, model: str, progress: Progress) -> None:
    try:
        async for step in await client.pull(model, stream=True):
            progress(f"fetches {model}: {step.status}{_share(step)}")
    except ResponseError as fault:
        raise errors.cannot_pull(model, str(fault.error)) from fault


def _share(step: ProgressResponse) -> str:
    if not step.total:
        return ""
    return f", {(step.completed or 0) * 100 // step.total} % of {step.total:,} bytes"
