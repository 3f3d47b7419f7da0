"""Who does the work: threads, each with a process of its own or alone."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from service_sdk import async_work
from service_sdk.callback import Callback
from service_sdk.caller import Caller
from service_sdk.errors import CannotStart
from service_sdk.log import JobInLog, job_of
from service_sdk.processes import Processes, failure_of_start
from service_sdk.receiving import Part
from service_sdk.results import Failure, Outcome
from service_sdk.settings import Settings
from service_sdk.signature import Signature
from service_sdk.tracing import JobTrace
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

    max_seconds: float | None = None
    """How long it may take; None: as the settings say."""

    caller: Caller | None = None
    """For whom it is, where the operation asks."""

    trace: JobTrace | None = None
    """None: no spans are made of it."""

    @property
    def in_log(self) -> JobInLog:
        """What lines of the log say of it."""
        return job_of(self.task_id, self.trace.own.trace_id if self.trace else "")


class Workers:
    """A fixed number of threads; by default each lets a process do the work."""

    def __init__(
        self, settings: Settings, start_functions: Sequence[Callable[[], object]]
    ) -> None:
        self._settings = settings
        self._start_functions = start_functions
        self._threads = ThreadPoolExecutor(
            settings.workers, thread_name_prefix=THREAD_NAME_PREFIX
        )
        self._processes: Processes | None = None
        if settings.worker_kind == "processes":
            self._processes = Processes(settings, start_functions)

    def fork_ahead(self) -> None:
        """Start the processes while this one has no event loop and no other thread.

        They start faster in this way, and share memory. Without this call they are
        started when they are needed.
        """
        if self._processes:
            self._processes.fork_ahead()

    async def prepare(self) -> None:
        """Load ahead, wherever work will be done; raises `CannotStart`."""
        if self._start_functions:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._threads, self._prepare)

    def _prepare(self) -> None:
        if self._processes:
            self._processes.prepare_all()
            return

        # Threads share what is loaded.
        for function in self._start_functions:
            failure = failure_of_start(function)
            if failure:
                raise CannotStart(failure)

    async def perform(self, job: Job) -> Outcome:
        """Do the work of the job; never raises."""
        max_seconds = job.max_seconds or self._settings.job_seconds
        work = partial(
            perform,
            function=job.signature.function,
            part=job.part,
            parts=job.parts,
            folder=job.folder,
            limits=self._settings,
            max_seconds=max_seconds,
            job=job.in_log,
            caller=job.caller,
        )
        if self._processes:
            # One that is async ends itself at that time, and closes what it has open.
            grace = async_work.STOP_SECONDS if job.signature.is_async else 0
            work = partial(self._processes.perform, work, max_seconds + grace)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except Exception as fault:
            # The function or its arguments cannot be sent to a process.
            log.exception("%s cannot be worked on", job.route)
            return Failure(f"{job.route} cannot be worked on: {fault}")

    def shut_down(self) -> None:
        """Take no more work, and do not wait for work that does not end."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._processes:
            self._processes.shut_down()


def worker_threads_remain() -> bool:
    """Whether a worker thread still runs, in this process."""
    return any(
        thread.name.startswith(THREAD_NAME_PREFIX) for thread in threading.enumerate()
    )
