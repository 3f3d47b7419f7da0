"""Does one piece of work in a worker: parts in, the outcome out, all on disk.

A worker is a thread or a process, so everything that it takes and gives can be
pickled.
"""

import inspect
import logging
from collections.abc import Callable
from pathlib import Path

from service_sdk import async_work
from service_sdk.arguments import bind
from service_sdk.caller import Caller
from service_sdk.errors import (
    BadInput,
    JobTooLarge,
    ServiceError,
    TryAgain,
    Unavailable,
)
from service_sdk.log import JobInLog, job_in_log
from service_sdk.progress import Progress
from service_sdk.receiving import Part
from service_sdk.results import Failure, Outcome, save
from service_sdk.settings import Settings
from service_sdk.signature import read_signature

log = logging.getLogger("service_sdk.work")

MAX_MESSAGE_CHARACTERS = 10_000
"""Of an error; it is shown to people and kept with the task."""


def perform(
    *,
    function: Callable[..., object],
    part: str | None,
    parts: tuple[Part, ...],
    folder: Path,
    limits: Settings,
    max_seconds: float,
    job: JobInLog,
    caller: Caller | None = None,
) -> Outcome:
    """Call the function with the content of the parts; never raises.

    `job` stands in each line that is logged meanwhile.
    """
    with job_in_log(job):
        return _perform(function, part, parts, folder, limits, max_seconds, caller)


def _perform(
    function: Callable[..., object],
    part: str | None,
    parts: tuple[Part, ...],
    folder: Path,
    limits: Settings,
    max_seconds: float,
    caller: Caller | None,
) -> Outcome:
    try:
        # Read here, not passed: a signature holds validators that cannot be pickled.
        signature = read_signature(function, part)
        arguments = bind(signature, parts, limits)
        progress = Progress(folder)
        if signature.progress:
            arguments[signature.progress] = progress
        if signature.caller:
            arguments[signature.caller] = caller

        value = function(**arguments)
        if inspect.iscoroutine(value):
            value = async_work.run(value, progress, max_seconds)
        return save(value, folder, function.__name__, signature.result_check)

    except (Exception, SystemExit) as fault:
        # The author's code may raise anything. A library that ends the program would
        # end the service, if this is a thread of it.
        return _failure(fault, function.__name__, limits)


def _failure(fault: Exception | SystemExit, name: str, limits: Settings) -> Failure:
    """What callers are told of an error that is being handled."""
    message = _sendable(str(fault))
    match fault:
        case BadInput():
            return Failure(message, status=422)
        case TryAgain():
            return Failure(message, retryable=True, status=503)
        case Unavailable():
            return Failure(message, status=503)
        case ServiceError():
            log.error("%s failed: %s", name, message)
            return Failure(message)
        case MemoryError():
            return Failure(str(JobTooLarge(limits.job_memory_mb)))

    # The trace goes to the log only: it may show what callers must not see.
    log.exception("%s failed", name)
    return Failure(f"{name} failed: {type(fault).__name__}: {message}")


def _sendable(message: str) -> str:
    """The message as JSON can hold it, and not endless: it may quote the input."""
    return message[:MAX_MESSAGE_CHARACTERS].encode("utf-8", "replace").decode()
