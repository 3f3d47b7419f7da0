"""The work in hand: a bounded queue, and what happens to each result."""

import asyncio
import logging
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from bounded_server.shares import Share, Shares
from trace_spans import TraceContext

from service_sdk.callback import Callback, Patience
from service_sdk.caller import Callers
from service_sdk.errors import CallerUnknown, QueueFull
from service_sdk.log import job_in_log
from service_sdk.metrics import Metrics
from service_sdk.progress import Progress
from service_sdk.results import Failure, Outcome
from service_sdk.settings import Settings
from service_sdk.shelf import Shelf
from service_sdk.tracing import Tracing
from service_sdk.workers import Job, Workers

log = logging.getLogger("service_sdk.jobs")

STOPPED = Failure("the service stopped before the work was done", retryable=True)

SWEEP_SECONDS = 10.0
"""Expired results that are not asked for keep their disk space this much longer."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an order is received."""

    folder: Path
    share: Share


class Jobs:
    """Does the work that it accepts, and hands each result on.

    A task is worked on once at a time: a repeated order changes nothing.
    """

    def __init__(
        self,
        settings: Settings,
        group: asyncio.TaskGroup,
        workers: Workers,
        callers: Callers,
        tracing: Tracing | None = None,
    ) -> None:
        self._callers = callers
        self.tracing = tracing
        """None: no traces are made."""
        self._settings = settings
        self._group = group

        self._open: dict[str, asyncio.Task[None]] = {}
        self._waiting = 0
        self._receiving = Shares(settings.queue_size, QueueFull)
        self._closing = False
        self._is_left = False

        self._workers = workers
        self._free_workers = asyncio.Semaphore(settings.workers)
        self.free_checks = asyncio.Semaphore(settings.workers)
        """Input that is checked before it is accepted is in memory, as it is for a
        worker."""
        self._patience = Patience(
            first_seconds=settings.callback_delay,
            total_seconds=settings.callback_seconds,
        )

        parent = settings.spool_dir or None
        self._spool = Path(tempfile.mkdtemp(prefix="service-", dir=parent))
        self.shelf = Shelf(
            size=settings.keep_results,
            keep_seconds=settings.keep_seconds,
            clock=time.monotonic,
        )
        self._busy = 0
        self.metrics = Metrics(
            waiting=lambda: self._waiting,
            busy=lambda: self._busy,
            workers=settings.workers,
        )

    @property
    def settings(self) -> Settings:
        """The limits that apply here."""
        return self._settings

    @property
    def is_stopping(self) -> bool:
        """Whether no more work is wanted; what comes all the same may still be done."""
        return self._is_left or self._closing

    def expect_stop(self) -> None:
        """Say from now on that no more work is wanted."""
        self._is_left = True

    def is_open(self, task_id: str) -> bool:
        """Whether the task waits, runs, or is being delivered."""
        return task_id in self._open

    @contextmanager
    def place(self) -> Iterator["Place"]:
        """A place to receive an order at; an error gives it back, and the folder.

        It is taken before the body of the request is read, so that a full queue
        refuses an upload instead of storing it. Whose body does not come loses it to
        another order.
        """
        # Results that cannot be delivered keep their files, so they count as well.
        too_many_open = len(self._open) >= self._settings.open_limit
        if self._closing or too_many_open or self._queue_is_full():
            raise QueueFull

        with self._receiving.share() as share:
            share.take_now(1)
            # The system may have removed a temporary folder not used for long.
            self._spool.mkdir(0o700, exist_ok=True)
            folder = Path(tempfile.mkdtemp(dir=self._spool))
            try:
                yield Place(folder, share)
            except BaseException:
                self.leave(folder)
                raise

    def leave(self, folder: Path) -> None:
        """Erase what was received and will not be used."""
        shutil.rmtree(folder, ignore_errors=True)

    def start(self, job: Job) -> None:
        """Queue the job; raises `QueueFull` if others came sooner."""
        if self._queue_is_full():
            raise QueueFull

        self._waiting += 1
        self.metrics.requests.labels(job.route).inc()
        self._open[job.task_id] = self._group.create_task(self._carry_out(job))

    def _queue_is_full(self) -> bool:
        return self._waiting >= self._settings.queue_size

    async def sweep_for_ever(self, seconds: float = SWEEP_SECONDS) -> NoReturn:
        """Erase kept results that have expired."""
        while True:
            await asyncio.sleep(seconds)
            self.shelf.sweep()

    async def close(self) -> None:
        """Finish the work in hand, in bounded time; give the rest back to the engine.

        No work is accepted from now on.
        """
        self._closing = True

        tasks = list(self._open.values())
        if tasks:
            timeout = self._settings.shutdown_seconds
            _, unfinished = await asyncio.wait(tasks, timeout=timeout)
            for task in unfinished:
                task.cancel()

            # Each of them still tells the engine that the work stopped.
            await asyncio.gather(*unfinished, return_exceptions=True)

        self._workers.shut_down()
        shutil.rmtree(self._spool, ignore_errors=True)

    async def _carry_out(self, job: Job) -> None:
        """Wait for a worker, do the work, hand the result on."""
        with job_in_log(job.in_log):
            await self._carry_out_named(job)

    async def _carry_out_named(self, job: Job) -> None:
        try:
            outcome = await self._work(job)
            await self._hand_on(job, outcome)
        except asyncio.CancelledError:
            # Sent once only: the service is stopping.
            if job.callback:
                await job.callback.send(STOPPED)
            raise
        except Exception:
            # An exception that left this task would end the group, and with it all
            # other tasks of the service.
            log.exception("lost the task")
        finally:
            del self._open[job.task_id]

    async def _work(self, job: Job) -> Outcome:
        try:
            with self._span(job, "queue"):
                await self._free_workers.acquire()
        finally:
            # From here on the job does not wait any more, cancelled or not.
            self._waiting -= 1

        outcome: Outcome = STOPPED
        self._busy += 1
        try:
            with (
                self.metrics.seconds.labels(job.route).time(),
                self._span(job, "compute"),
            ):
                outcome = await self._perform_for_caller(job)
        finally:
            self._busy -= 1
            self._free_workers.release()
            if self.tracing:
                failed = isinstance(outcome, Failure)
                self.tracing.ended(job.trace, job.route, failed=failed)

        if isinstance(outcome, Failure):
            self.metrics.errors.labels(job.route).inc()
            log.warning("%s: %s", job.route, outcome.message)
        return outcome

    def _span(self, job: Job, name: str) -> AbstractContextManager[TraceContext | None]:
        """A part of the job, as far as there is a trace of it."""
        return self.tracing.span(job.trace, name) if self.tracing else nullcontext()

    async def _perform_for_caller(self, job: Job) -> Outcome:
        """Find out for whom the work is, if it wants to know, and do it."""
        if not job.signature.caller or not (job.callback or job.signature.needs_caller):
            return await self._perform(job)
        try:
            caller = await self._callers.of(job.task_id, job.route)
        except CallerUnknown as fault:
            return Failure(str(fault), retryable=True, status=503)
        return await self._perform(replace(job, caller=caller))

    async def _perform(self, job: Job) -> Outcome:
        """Do the work, and meanwhile pass its progress on if it is of use."""
        callback = job.callback
        can_be_told = job.signature.progress is not None or job.signature.is_async
        if not callback or not callback.accepts_progress or not can_be_told:
            return await self._workers.perform(job)

        if job.signature.is_async:
            # The answer to a message tells whether the result is still wanted, and an
            # operation that can be cancelled need not say anything itself.
            Progress(job.folder)(f"works on {job.route}")

        relay = self._group.create_task(self._relay_progress(job, callback))
        try:
            return await self._workers.perform(job)
        finally:
            relay.cancel()

    async def _relay_progress(self, job: Job, callback: Callback) -> None:
        try:
            seconds = self._settings.progress_seconds
            await callback.relay(Progress(job.folder), seconds)
        except Exception:
            # As above: it must not end the group. The work itself goes on.
            log.exception("the progress is not passed on")

    async def _hand_on(self, job: Job, outcome: Outcome) -> None:
        if not job.callback:
            self.shelf.put(job.task_id, outcome, job.folder)
            return

        with self._span(job, "callback") as context:
            if context:
                job.callback.cause = context
            await self._deliver(job, job.callback, outcome)
        shutil.rmtree(job.folder, ignore_errors=True)

    async def _deliver(self, job: Job, callback: Callback, outcome: Outcome) -> None:
        try:
            await callback.deliver(outcome, self._patience)
        except Exception as fault:
            # The task must not wait for a result that will never come.
            log.exception("the result cannot be sent")
            failure = Failure(f"{job.route}: the result cannot be sent: {fault!r:.500}")
            await callback.deliver(failure, self._patience)
