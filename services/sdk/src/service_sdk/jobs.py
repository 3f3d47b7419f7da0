"""The work in hand: a bounded queue, the workers, and what becomes of results."""

import asyncio
import logging
import multiprocessing
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from service_sdk.engine import Callback, Patience
from service_sdk.errors import QueueFull
from service_sdk.intake import Part
from service_sdk.metrics import Metrics
from service_sdk.progress import Progress
from service_sdk.settings import Settings
from service_sdk.shelf import Shelf
from service_sdk.signature import Signature
from service_sdk.work import Failure, Outcome, perform

log = logging.getLogger("service_sdk.jobs")

WORKER = "service-worker"  # how its threads are called
STOPPED = Failure("the service stopped before the work was done", retryable=True)


@dataclass(frozen=True)
class Job:
    """One piece of work; what it needs lies in its folder."""

    task_id: str
    route: str
    signature: Signature
    part: str | None
    parts: tuple[Part, ...]
    folder: Path
    callback: Callback | None


class Jobs:
    """Does what it accepts, each task once at a time, and hands the result on."""

    def __init__(self, settings: Settings, group: asyncio.TaskGroup) -> None:
        self._settings, self._group = settings, group
        self._open: dict[str, asyncio.Task[None]] = {}
        self._places = 0
        self._closing = False
        self._turn = asyncio.Semaphore(settings.workers)
        self._workers = self._hire()
        self._patience = Patience(
            first=settings.callback_delay, total=settings.callback_hours * 3600
        )
        spool = settings.spool_dir or None
        self.spool = Path(tempfile.mkdtemp(prefix="service-", dir=spool))
        self.shelf = Shelf(settings.keep_results, settings.keep_seconds, time.monotonic)
        self.metrics = Metrics(lambda: self._places)

    @property
    def settings(self) -> Settings:
        """The limits that hold here."""
        return self._settings

    def is_open(self, task_id: str) -> bool:
        """Whether the task waits, runs, or is being delivered."""
        return task_id in self._open

    @contextmanager
    def place(self) -> Iterator[Path]:
        """A place in the queue with a folder; both are given back on an error."""
        room = self._settings.open_limit - len(self._open)
        if self._closing or room < 1 or self._places >= self._settings.queue_size:
            raise QueueFull
        self.spool.mkdir(0o700, exist_ok=True)  # if the system cleaned up
        self._places += 1
        folder = Path(tempfile.mkdtemp(dir=self.spool))
        try:
            yield folder
        except BaseException:
            self.leave(folder)
            raise

    def leave(self, folder: Path) -> None:
        """Give a place back that will not be used."""
        self._places -= 1
        shutil.rmtree(folder, ignore_errors=True)

    def start(self, job: Job) -> None:
        """Queue the job, which holds a place."""
        self.metrics.requests.labels(job.route).inc()
        self._open[job.task_id] = self._group.create_task(self._carry_out(job))

    async def sweep_for_ever(self, seconds: float = 10) -> NoReturn:
        """Erase kept results whose time is over."""
        while True:
            await asyncio.sleep(seconds)
            self.shelf.sweep()

    async def close(self) -> None:
        """Finish what is in hand, in bounded time; tell the engine of the rest."""
        self._closing = True
        limit = self._settings.shutdown_seconds
        tasks = list(self._open.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=limit)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._workers.shutdown(wait=False, cancel_futures=True)
        shutil.rmtree(self.spool, ignore_errors=True)

    async def _carry_out(self, job: Job) -> None:
        """Wait for a turn, work, hand on."""
        try:
            outcome = await self._work(job)
            await self._hand_on(job, outcome)
        except asyncio.CancelledError:
            if job.callback:
                await job.callback.send(STOPPED)
            raise
        except Exception:
            log.exception("lost task %s", job.task_id)
        finally:
            del self._open[job.task_id]

    async def _work(self, job: Job) -> Outcome:
        try:
            await self._turn.acquire()
        finally:
            self._places -= 1
        try:
            with self.metrics.seconds.labels(job.route).time():
                outcome = await self._heard(job)
        finally:
            self._turn.release()
        if isinstance(outcome, Failure):
            self.metrics.errors.labels(job.route).inc()
            log.warning("%s: %s", job.route, outcome.message)
        return outcome

    async def _heard(self, job: Job) -> Outcome:
        """Work, and pass on what is said meanwhile."""
        if not (
            job.callback and job.callback.hears_progress and job.signature.progress
        ):
            return await self._perform(job)
        relay = self._group.create_task(self._relay(job, job.callback))
        try:
            return await self._perform(job)
        finally:
            relay.cancel()

    async def _relay(self, job: Job, callback: Callback) -> None:
        try:
            seconds = self._settings.progress_seconds
            await callback.relay(Progress(job.folder), seconds)
        except Exception:
            log.exception("the progress of task %s is not told", job.task_id)

    async def _perform(self, job: Job) -> Outcome:
        workers = self._workers
        try:
            return await asyncio.get_running_loop().run_in_executor(
                workers,
                perform,
                job.signature.function,
                job.part,
                job.parts,
                job.folder,
                self._settings,
            )
        except BrokenExecutor:
            if workers is self._workers:
                self._workers = self._hire()
            return Failure(
                "a worker process died at this work", retryable=True, status=503
            )
        except Exception as fault:  # the arguments do not reach a process
            log.exception("%s cannot be worked on", job.route)
            return Failure(f"{job.route} cannot be worked on: {fault}")

    async def _hand_on(self, job: Job, outcome: Outcome) -> None:
        if not job.callback:
            self.shelf.put(job.task_id, outcome, job.folder)
            return
        await job.callback.deliver(outcome, self._patience)
        shutil.rmtree(job.folder, ignore_errors=True)

    def _hire(self) -> Executor:
        number = self._settings.workers
        if self._settings.worker_kind == "threads":
            return ThreadPoolExecutor(number, thread_name_prefix=WORKER)
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(number, mp_context=spawn)
