"""Asks Ollama, within limits of time, and stops when the answer is no longer wanted.

Ollama stops working on a request when its connection closes. So every way out of this
module closes it.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
from ollama import AsyncClient, ProgressResponse, ResponseError
from service_sdk import Progress
from service_sdk.errors import ServiceError, Unwanted

from llm import errors
from llm.settings import Choice

Result = TypeVar("Result")
Question = Callable[[AsyncClient], Coroutine[Any, Any, Result]]

# How often it is checked whether the answer is still wanted and in time. Ollama keeps
# working for this long after a task was cancelled; a check only looks for a file.
CHECK_SECONDS = 0.2

# To connect takes far less, unless Ollama cannot be reached.
CONNECT_TIMEOUT_SECONDS = 5.0


class UncutClient(AsyncClient):
    """Asks Ollama to refuse a prompt that is too long, and not to cut it in silence.

    Ollama has an option for it that its client does not know yet.
    """

    async def _request(self, *args: Any, **how: Any) -> Any:
        if args[-1] in ("/api/generate", "/api/chat"):
            how["json"] = {**how["json"], "truncate": False}
        return await super()._request(*args, **how)


def ask(
    question: Question[Result],
    *,
    model: str,
    choice: Choice,
    progress: Progress,
    clock: Callable[[], float] = time.monotonic,
) -> Result:
    """The answer to a question; a missing model is downloaded first if that is allowed.

    Raises `Unwanted`, an error of `llm.errors`, or what the question raises.
    """
    progress(f"asks {model}")

    async def conversation() -> Result:
        timeout = httpx.Timeout(choice.silence_seconds, connect=CONNECT_TIMEOUT_SECONDS)
        async with UncutClient(
            choice.host, timeout=timeout, trust_env=not choice.is_local
        ) as client:
            return await _while_wanted(
                _with_clear_errors(
                    partial(_with_model, client, question, model, choice, progress),
                    choice,
                ),
                progress=progress,
                max_seconds=choice.answer_seconds,
                clock=clock,
            )

    return asyncio.run(conversation())


async def _while_wanted(
    answer: Coroutine[Any, Any, Result],
    *,
    progress: Progress,
    max_seconds: float,
    clock: Callable[[], float],
) -> Result:
    """The answer, unless it takes too long or is no longer wanted."""
    began = clock()
    asking = asyncio.ensure_future(answer)
    try:
        while not asking.done():
            if not progress.wanted:
                raise Unwanted
            if clock() - began > max_seconds:
                raise errors.TookTooLong(max_seconds)
            await asyncio.wait({asking}, timeout=CHECK_SECONDS)
        return asking.result()
    finally:
        # Waited for, because the connection must be closed before the loop ends. What
        # it raises now comes from the cancelling, or was raised above already.
        asking.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await asking


async def _with_clear_errors(
    answer: Callable[[], Awaitable[Result]], choice: Choice
) -> Result:
    """The answer; an error of the client becomes one that its reader understands.

    It is asked for here, and not before: this may be cancelled before it begins.
    """
    try:
        return await answer()
    except (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout) as fault:
        raise errors.NotReachable(choice.host) from fault
    except json.JSONDecodeError as fault:  # something else listens there
        raise errors.NotReachable(choice.host) from fault
    except httpx.ReadTimeout as fault:
        raise errors.Silent(choice.silence_seconds) from fault
    except httpx.TransportError as fault:
        raise errors.IncompleteAnswer from fault
    except ResponseError as fault:
        raise _error_of(fault) from fault


def _error_of(fault: ResponseError) -> ServiceError:
    reason = str(fault.error)

    # An error in the middle of an answer has no status: -1.
    is_client_error = 400 <= fault.status_code < 500
    return errors.refused(reason) if is_client_error else errors.Failed(reason)


async def _with_model(
    client: AsyncClient,
    question: Question[Result],
    model: str,
    choice: Choice,
    progress: Progress,
) -> Result:
    """The answer; if Ollama does not have the model, it is asked again with it."""
    try:
        return await question(client)
    except ResponseError as fault:
        if fault.status_code != HTTPStatus.NOT_FOUND:
            raise

    if not choice.pull:
        raise errors.no_such_model(model)
    await _pull(client, model, progress)
    return await question(client)


async def _pull(client: AsyncClient, model: str, progress: Progress) -> None:
    try:
        async for step in await client.pull(model, stream=True):
            progress(f"downloads {model}: {step.status}{_percentage(step)}")
    except ResponseError as fault:
        raise errors.cannot_pull(model, str(fault.error)) from fault


def _percentage(step: ProgressResponse) -> str:
    if not step.total:
        return ""

    percent = (step.completed or 0) * 100 // step.total
    return f", {percent} % of {step.total:,} bytes"
