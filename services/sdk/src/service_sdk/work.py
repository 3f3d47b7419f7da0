"""Does one piece of work in a worker: parts in, the outcome out, all on disk.

A worker is a thread or a process, so everything that it takes and gives can be
pickled.
"""

import logging
from collections.abc import Callable
from pathlib import Path

from service_sdk.arguments import bind
from service_sdk.errors import BadInput, ServiceError, TryAgain, Unavailable
from service_sdk.progress import Progress
from service_sdk.receiving import Part
from service_sdk.results import Failure, Outcome, save
from service_sdk.settings import Settings
from service_sdk.signature import read_signature

log = logging.getLogger("service_sdk.work")


def perform(
    *,
    function: Callable[..., object],
    part: str | None,
    parts: tuple[Part, ...],
    folder: Path,
    limits: Settings,
) -> Outcome:
    """Call the function with the content of the parts; never raises."""
    name = function.__name__
    try:
        # Read here, not passed: a signature holds validators that cannot be pickled.
        signature = read_signature(function, part)
        arguments = bind(signature, parts, limits)
        if signature.progress:
            arguments[signature.progress] = Progress(folder)

        value = function(**arguments)
        return save(value, folder)

    except BadInput as fault:
        return Failure(str(fault), status=422)
    except TryAgain as fault:
        return Failure(str(fault), retryable=True, status=503)
    except Unavailable as fault:
        return Failure(str(fault), status=503)
    except ServiceError as fault:
        log.error("%s failed: %s", name, fault)
        return Failure(str(fault))
    except Exception as fault:
        # The author's code may raise anything. The trace goes to the log only: it
        # may show what callers must not see.
        log.exception("%s failed", name)
        return Failure(f"{name} failed: {type(fault).__name__}: {fault}")
