"""The threads or processes that do the work."""

import asyncio
import logging
import multiprocessing
import threading
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from service_sdk.callback import Callback
from service_sdk.receiving import Part
from service_sdk.results import Failure, Outcome
from service_sdk.settings import Settings
from service_sdk.signature import Signature
from service_sdk.work import perform

log = logging.getLogger("service_sdk.workers")

THREAD_NAME_PREFIX = "service-worker"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One piece of work; its files are in its folder."""

    task_id: str
    route: str
    signature: Signature
    part: str | None
    parts: tuple[Part, ...]
    folder: Path

    callback: Callback | None
    """None: the result is kept here until it is read."""


class Workers:
    """A pool of a fixed size. A process that dies is replaced."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool = self._new_pool()

    async def perform(self, job: Job) -> Outcome:
        """Do the work of the job; never raises."""
        pool = self._pool
        work = partial(
            perform,
            function=job.signature.function,
            part=job.part,
            parts=job.parts,
            folder=job.folder,
            limits=self._settings,
        )
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work)

        except BrokenExecutor:
            # One process that dies breaks the whole pool, so every job in it comes
            # here. Only the first one replaces the pool: the others would throw away
            # the new one.
            if pool is self._pool:
                self._pool = self._new_pool()
            return Failure(
                "a worker process died during this work", retryable=True, status=503
            )

        except Exception as fault:
            # The arguments or the result could not be sent to or from a process.
            log.exception("%s cannot be worked on", job.route)
            return Failure(f"{job.route} cannot be worked on: {fault}")

    def shut_down(self) -> None:
        """Take no more work, and do not wait for work that does not end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _new_pool(self) -> Executor:
        size = self._settings.workers
        if self._settings.worker_kind == "threads":
            return ThreadPoolExecutor(size, thread_name_prefix=THREAD_NAME_PREFIX)

        # A forked process would inherit the locks that other threads hold now.
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(size, mp_context=spawn)


def worker_threads_remain() -> bool:
    """Whether a worker thread still runs, in this process."""
    return any(
        thread.name.startswith(THREAD_NAME_PREFIX) for thread in threading.enumerate()
    )
